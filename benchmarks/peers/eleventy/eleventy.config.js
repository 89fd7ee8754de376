import syntaxHighlight from "@11ty/eleventy-plugin-syntaxhighlight";
import markdownIt from "markdown-it";
import anchor from "markdown-it-anchor";
import footnote from "markdown-it-footnote";

const FILE = /^([\w-]+)\.md$/;
const LINK = /\]\(([\w-]+)\.md\)/g;

/* Links to `other.md` lead to its page. */
const pageLinks = (md) =>
  md.core.ruler.push("page_links", ({ tokens }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const file = token.type === "link_open" && FILE.exec(token.attrGet("href"));
        if (file) token.attrSet("href", `/articles/${file[1]}/`);
      }
    }
  });

const grouped = (pairs) => {
  const groups = new Map();
  for (const [key, value] of pairs) {
    if (groups.has(key)) groups.get(key).push(value);
    else groups.set(key, [value]);
  }
  return groups;
};
const order = (one, other) => (one < other ? -1 : Number(one > other));
const sorted = (groups) => [...groups].sort(([one], [other]) => order(one, other));

/* What pages show of each other, made once for all. */
const family = (api) => {
  const pages = api.getFilteredByTag("articles").map((item) => ({
    name: item.fileSlug,
    url: item.url,
    date: item.date,
    title: item.data.title,
    dek: item.data.dek,
    terms: item.data.terms,
    topics: item.data.tags.filter((tag) => tag !== "articles"),
    targets: new Set([...item.rawInput.matchAll(LINK)].map(([, name]) => name)),
  }));
  pages.sort((one, other) => other.date - one.date);
  const terms = pages.flatMap((page) => page.terms.map((term) => [term.term.toLowerCase(), { ...term, page }]));
  return {
    pages,
    byName: new Map(pages.map((page) => [page.name, page])),
    incoming: grouped(pages.flatMap((page) => [...page.targets].map((name) => [name, page]))),
    topics: sorted(grouped(pages.flatMap((page) => page.topics.map((topic) => [topic, page])))),
    terms: sorted(new Map(terms)).map(([, term]) => term),
  };
};

export default (config) => {
  config.addPlugin(syntaxHighlight);
  config.setLibrary("md", markdownIt({ html: true }).use(anchor, { tabIndex: false }).use(footnote).use(pageLinks));
  config.addPassthroughCopy({ "static/site.css": "site.css" });
  config.addCollection("family", family);
  config.setQuietMode(true);
  return { dir: { input: "site", output: "public" }, markdownTemplateEngine: false };
};
