import { day, each, site } from "../frame.js";

export const data = { permalink: "sitemap.xml", eleventyImport: { collections: ["articles"] } };
export const render = ({ collections: { family } }) => {
  const others = ["/", "/tags/", "/glossary/", ...family.topics.map(([topic]) => `/tags/${topic}/`)];
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${each(others, (url) => `<url><loc>${site.address}${url}</loc></url>`)}
${each(family.pages, ({ url, date }) => `<url><loc>${site.address}${url}</loc><lastmod>${day(date)}</lastmod></url>`)}
</urlset>
`;
};
