import { each, frame, text } from "../frame.js";

const entry = ({ term, definition, page }) =>
  `<dt>${text(term)}</dt><dd>${text(definition)} <a href="${page.url}">${text(page.title)}</a></dd>`;

export const data = { permalink: "glossary/index.html", eleventyImport: { collections: ["articles"] } };
export const render = ({ collections }) =>
  frame({ title: "Glossary", url: "/glossary/", main: `<h1>Glossary</h1>\n<dl>\n${each(collections.family.terms, entry)}\n</dl>` });
