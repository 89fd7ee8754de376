import { each, frame } from "../frame.js";

export const data = { permalink: "tags/index.html", eleventyImport: { collections: ["articles"] } };
export const render = ({ collections }) =>
  frame({
    title: "Topics",
    url: "/tags/",
    main: `<h1>Topics</h1>\n<ul>\n${each(collections.family.topics, ([topic]) => `<li><a href="/tags/${topic}/">${topic}</a></li>`)}\n</ul>`,
  });
