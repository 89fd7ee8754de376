/* What every page has, and small helpers of the templates. */

export const site = { title: "A site to measure with", address: "https://example.org" };

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const text = (value) => String(value).replace(/[&<>"']/g, (sign) => SIGNS[sign]);
export const day = (date) => date.toISOString().slice(0, 10);
export const each = (items, show) => (items ?? []).map(show).join("\n");

export const frame = ({ title, url, about = "", main }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)} · ${site.title}</title>
<link rel="canonical" href="${site.address}${url}">
<link rel="stylesheet" href="/site.css">
<link rel="alternate" type="application/atom+xml" title="${site.title}" href="/feed.xml">
${about}
</head>
<body>
<header>
<p><a href="/">${site.title}</a></p>
<nav aria-label="Main"><ul><li><a href="/">Articles</a></li><li><a href="/tags/">Topics</a></li><li><a href="/glossary/">Glossary</a></li></ul></nav>
</header>
<main>
${main}
</main>
<footer><p>General information about research. It is no advice for one person.</p></footer>
</body>
</html>
`;

export const listed = (pages) => `<ul class="cards">
${each(pages, ({ url, date, title, dek }) => `<li class="card"><p><a href="${url}">${text(title)}</a> <time>${day(date)}</time></p><p>${text(dek)}</p></li>`)}
</ul>`;
