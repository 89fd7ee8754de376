import { each, site, text } from "../frame.js";

const entry = ({ url, title, dek, date }) =>
  `<entry><id>${site.address}${url}</id><title>${text(title)}</title><link href="${site.address}${url}"/><updated>${date.toISOString()}</updated><summary>${text(dek)}</summary></entry>`;

export const data = { permalink: "feed.xml", eleventyImport: { collections: ["articles"] } };
export const render = ({ collections }) => `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${site.address}/</id>
<title>${site.title}</title>
<link rel="self" href="${site.address}/feed.xml"/>
<updated>${collections.family.pages[0].date.toISOString()}</updated>
<author><name>${site.title}</name></author>
${each(collections.family.pages.slice(0, 20), entry)}
</feed>
`;
