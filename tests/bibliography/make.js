// Writes vancouver.json, ama.json and apa.json beside this file: id -> the reference as citeproc-js prints it.
// Usage: node make.js FOLDER, where FOLDER holds node_modules/citeproc, the three styles and locales-en-US.xml (see README.md).
"use strict";
const fs = require("fs");
const path = require("path");

const folder = path.resolve(process.argv[2]);
const CSL = require(path.join(folder, "node_modules", "citeproc"));

const STYLES = {
  vancouver: "nlm-citation-sequence.csl",
  ama: "american-medical-association.csl",
  apa: "apa.csl",
};
const works = JSON.parse(fs.readFileSync(path.join(__dirname, "works.json"), "utf8"));
const byId = new Map(works.map((work) => [work.id, work]));
const read = (name) => fs.readFileSync(path.join(folder, name), "utf8");

// Each work is the only one in its list, so that nothing is added to tell two works apart ("2021a").
function reference(engine, id) {
  engine.updateItems([id]);
  return engine.makeBibliography()[1].join("").trim().replace(/^1\.\s*/, "").replace(/\s+/g, " ");
}

const system = { retrieveLocale: () => read("locales-en-US.xml"), retrieveItem: (id) => structuredClone(byId.get(id)) };
for (const [name, file] of Object.entries(STYLES)) {
  const engine = new CSL.Engine(system, read(file), "en-US", true);
  engine.setOutputFormat("text");
  const texts = Object.fromEntries(works.map((work) => [work.id, reference(engine, work.id)]));
  fs.writeFileSync(path.join(__dirname, `${name}.json`), JSON.stringify(texts, null, 1) + "\n");
}
