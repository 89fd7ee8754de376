import { day, each, frame, listed, site, text } from "../../frame.js";

const HEADING = /<h([23]) id="([^"]*)"[^>]*>(.*?)<\/h[23]>/gs;

const contents = (body) => {
  const items = [...body.matchAll(HEADING)].map(
    ([, level, id, words]) => `<li class="level-${level}"><a href="#${id}">${words}</a></li>`,
  );
  return `<nav id="TableOfContents"><ul>${items.join("\n")}</ul></nav>`;
};

const structured = (data, url, published) => {
  const graph = [
    {
      "@type": "Article",
      headline: data.title,
      description: data.dek,
      datePublished: published,
      url,
      keywords: data.tags.filter((tag) => tag !== "articles"),
      citation: data.citations.map((work) => ({
        "@type": "ScholarlyArticle",
        name: work.title,
        author: work.author,
        isPartOf: work["container-title"],
        datePublished: String(work.issued),
        url: work.URL,
      })),
    },
    {
      "@type": "FAQPage",
      mainEntity: data.faq.map(({ question, answer }) => ({
        "@type": "Question",
        name: question,
        acceptedAnswer: { "@type": "Answer", text: answer },
      })),
    },
    {
      "@type": "DefinedTermSet",
      hasDefinedTerm: data.terms.map(({ term, definition }) => ({ "@type": "DefinedTerm", name: term, description: definition })),
    },
  ];
  return JSON.stringify({ "@context": "https://schema.org", "@graph": graph }).replaceAll("<", "\\u003c");
};

export const render = (data) => {
  const { byName, incoming } = data.collections.family;
  const url = site.address + data.page.url;
  const published = day(data.page.date);
  const tags = data.tags.filter((tag) => tag !== "articles");
  const next = data.companions.map(({ page }) => byName.get(page)).filter(Boolean);
  const about = `<meta name="description" content="${text(data.dek)}">
<meta property="og:title" content="${text(data.title)}">
<meta property="og:description" content="${text(data.dek)}">
<meta property="og:type" content="article">
<meta property="og:url" content="${url}">
<meta property="og:site_name" content="${site.title}">
<meta property="article:published_time" content="${published}">
<script type="application/ld+json">${structured(data, url, published)}</script>`;
  const main = `<article>
<header>
<p class="kicker">${text(data.kicker)}</p>
<h1>${text(data.title)}</h1>
<p class="dek">${text(data.dek)}</p>
<p class="meta"><time datetime="${published}">${published}</time>${tags.map((tag) => ` · <a rel="tag" href="/tags/${tag}/">${tag}</a>`).join("")}</p>
</header>
${contents(data.content)}
<section id="terms">
<h2>Terms in plain English</h2>
<dl>
${each(data.terms, ({ term, definition }) => `<dt>${text(term)}</dt><dd>${text(definition)}</dd>`)}
</dl>
</section>
${data.content}
<section id="pipeline">
<h2>Step by step</h2>
<table>
<thead><tr><th>Step</th><th>What it means</th><th>What must be proven</th><th>Patient question</th></tr></thead>
<tbody>
${each(data.pipeline, (step, at) => `<tr><th>${at + 1} ${text(step.name)}</th><td>${text(step.means)}</td><td>${text(step.proof)}</td><td>${text(step.question)}</td></tr>`)}
</tbody>
</table>
</section>
<section id="checklist">
<h2>Checklist</h2>
<ul>
${each(data.checklist, ({ ask, why }) => `<li><strong>${text(ask)}</strong> ${text(why)}</li>`)}
</ul>
</section>
<section id="faq">
<h2>Questions and answers</h2>
${each(data.faq, ({ question, answer }) => `<details><summary>${text(question)}</summary>${text(answer)}</details>`)}
</section>
<section id="companions">
<h2>Read next</h2>
${listed(next)}
</section>
<section id="backlinks">
<h2>Pages that link here</h2>
<ul>
${each(incoming.get(data.page.fileSlug), (page) => `<li><a href="${page.url}">${text(page.title)}</a></li>`)}
</ul>
</section>
</article>`;
  return frame({ title: data.title, url: data.page.url, about, main });
};
