import { frame, listed } from "../frame.js";

export const data = {
  pagination: { data: "collections.family.topics", size: 1, alias: "topic" },
  permalink: ({ topic }) => `tags/${topic[0]}/index.html`,
  eleventyImport: { collections: ["articles"] },
};
export const render = ({ topic: [name, pages] }) =>
  frame({ title: name, url: `/tags/${name}/`, main: `<h1>${name}</h1>\n${listed(pages)}` });
