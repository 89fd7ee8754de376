import { frame, listed, site } from "../frame.js";

export const data = { permalink: "index.html", eleventyImport: { collections: ["articles"] } };
export const render = ({ collections }) =>
  frame({ title: "Articles", url: "/", main: `<h1>${site.title}</h1>\n${listed(collections.family.pages)}` });
