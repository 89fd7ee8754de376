"""The kinds of edits: each changes the sample in one way that an editor or a designer might.

Every kind is a function `(sample, rng, step)`; the step number makes new texts unlike all others.
"""

import re
from collections.abc import Callable
from random import Random

from incremental.sample import TERMS, Page, Sample, picture, sentence, theme_template, work

Edit = Callable[[Sample, Random, int], None]

_KEPT = ("map", "vesicles")  # never deleted or hidden: other edits count on them
_MOST_PAGES = 11


def _some_page(sample: Sample, rng: Random) -> Page:
    return sample.pages[rng.choice(sorted(sample.pages))]


def _other_pages(sample: Sample) -> list[str]:
    return sorted(sample.pages.keys() - set(_KEPT))


def _toggle(rng: Random, listed: list[str], new: str) -> None:
    """Take one away, or add one."""
    if listed and rng.random() < 0.5:
        listed.remove(rng.choice(listed))
    elif new not in listed:
        listed.append(new)


# -- what a page says of itself --------------------------------------------------------------------------------------


def title(sample: Sample, rng: Random, step: int) -> None:
    _some_page(sample, rng).title = f"{rng.choice(('Why', 'How *much*', 'Über'))} {rng.choice(TERMS)} {step}?"


def dek(sample: Sample, rng: Random, step: int) -> None:
    _some_page(sample, rng).keys["dek"] = f"A dek of step {step}, in *short*."


def kicker(sample: Sample, rng: Random, step: int) -> None:
    _some_page(sample, rng).keys["kicker"] = f"Kicker {step}"


def date(sample: Sample, rng: Random, step: int) -> None:
    page = _some_page(sample, rng)
    page.keys[rng.choice(("published", "updated"))] = f"2026-{1 + step % 12:02}-{1 + step % 28:02}"


def review(sample: Sample, rng: Random, step: int) -> None:
    on = f"2026-05-{1 + step % 28:02}"
    _some_page(sample, rng).keys["reviewed"] = {"on": on, "by": f"Editor {step}"}


def kind(sample: Sample, rng: Random, _step: int) -> None:
    _some_page(sample, rng).keys["kind"] = rng.choice(("article", "hub", "guide", "policy"))


def slug(sample: Sample, rng: Random, step: int) -> None:
    _some_page(sample, rng).keys["slug"] = f"at-{step}"


def introduction(sample: Sample, rng: Random, _step: int) -> None:
    """Put a page at the address of a list that the site makes, or take it away from there."""
    slug = rng.choice(("glossary", "sources"))
    there = [page for page in sample.pages.values() if page.keys.get("slug") == slug]
    for page in there:
        del page.keys["slug"]
    if not there:
        _some_page(sample, rng).keys["slug"] = slug


def alias(sample: Sample, rng: Random, step: int) -> None:
    _toggle(rng, _some_page(sample, rng).aliases, f"/old/{step}/")


def tag(sample: Sample, rng: Random, _step: int) -> None:
    _toggle(rng, _some_page(sample, rng).tags, rng.choice(("biology", "people", "early research", "methods")))


# -- the body and the blocks -----------------------------------------------------------------------------------------


def paragraph_added(sample: Sample, rng: Random, step: int) -> None:
    body = _some_page(sample, rng).body
    at = rng.choice([at for at, text in enumerate(body) if not text.startswith((":", "[^", "- "))])
    body.insert(at, f"{sentence(rng)} In step {step}.")


def paragraph_changed(sample: Sample, rng: Random, step: int) -> None:
    page = _some_page(sample, rng)
    added = [at for at, text in enumerate(page.body) if "In step" in text]
    if added:
        page.body[rng.choice(added)] = f"{sentence(rng)} In step {step}, changed."
    else:
        page.body.append(f"{sentence(rng)} In step {step}.")


def paragraph_removed(sample: Sample, rng: Random, step: int) -> None:
    page = _some_page(sample, rng)
    added = [at for at, text in enumerate(page.body) if "In step" in text]
    if added:
        del page.body[rng.choice(added)]
    else:
        paragraph_added(sample, rng, step)


def heading(sample: Sample, rng: Random, step: int) -> None:
    _some_page(sample, rng).body += [f"## A section {step}", sentence(rng)]


def link(sample: Sample, rng: Random, step: int) -> None:
    names = sorted(sample.pages)
    page, other = rng.sample(names, 2)
    fragment = rng.choice(("", "#proof"))
    sample.pages[page].body.append(f"In step {step}, see [another page]({other}.md{fragment}).")


def term_link(sample: Sample, rng: Random, step: int) -> None:
    term = rng.choice(TERMS)
    _some_page(sample, rng).body.append(f"In step {step} [this word](term:{term.lower()}) was named.")


def cited(sample: Sample, rng: Random, step: int) -> None:
    known = sorted(sample.library)
    first, second = rng.sample(known, 2)
    mark = rng.choice((f"[@{first}]", f"[@{first}; @{second}]", f"[@{second}, p. {step}]"))
    _some_page(sample, rng).body.insert(0, f"In step {step} this was claimed {mark}.")


def block(sample: Sample, rng: Random, step: int) -> None:
    keys = sample.pages["vesicles"].keys
    change = rng.randrange(4)
    if change == 0:
        keys["pipeline"]["steps"][rng.randrange(2)]["proof"] = f"The proof of step {step}."
    elif change == 1:
        keys["checklist"].append({"ask": f"Question {step}?", "why": sentence(rng)})
    elif change == 2:
        keys["faq"][0]["answer"] = f"Answer {step}: see [the map](map.md) [@work{1 + step % 9}]."
    else:
        body = sample.pages["vesicles"].body
        at = next(at for at, text in enumerate(body) if text.startswith("::: note"))
        body[at] = f"::: note A title {step}\n{sentence(rng)}\n:::"


def term_placed(sample: Sample, _rng: Random, _step: int) -> None:
    body = sample.pages["vesicles"].body
    placed = "::: terms\n:::"
    if placed in body:
        body.remove(placed)
    else:
        body.append(placed)


def own_list(sample: Sample, rng: Random, _step: int) -> None:
    page = _some_page(sample, rng)
    page.lists_sources = not page.lists_sources


# -- what pages lend each other --------------------------------------------------------------------------------------


def definition(sample: Sample, rng: Random, step: int) -> None:
    page = rng.choice([page for page in sample.pages.values() if page.terms])
    cites = f" [@work{1 + step % 9}]" if rng.random() < 0.5 else ""
    page.terms[rng.choice(sorted(page.terms))] = f"What was meant in step {step}{cites}."


def definition_source(sample: Sample, rng: Random, step: int) -> None:
    """Change what a definition cites, and not a word of it: pages that only use the term do not show that."""
    page = rng.choice([page for page in sample.pages.values() if page.terms])
    name = rng.choice(sorted(page.terms))
    words = re.sub(r" \[@\w+\]", "", page.terms[name]).removesuffix(".")
    page.terms[name] = f"{words} [@work{1 + step % 9}]."


def term(sample: Sample, rng: Random, step: int) -> None:
    """Define a word that pages use already, or take a definition away."""
    defined = {term: page for page in sample.pages.values() for term in page.terms}
    free = [term for term in TERMS if term not in defined]
    if free and (len(defined) < 4 or rng.random() < 0.6):
        page = rng.choice([page for name, page in sample.pages.items() if name != "vesicles"])
        page.terms[rng.choice(free)] = f"A word of step {step}."
    else:
        gone = rng.choice([term for term in sorted(defined) if term != "Vesicle"])
        del defined[gone].terms[gone]


def parent(sample: Sample, rng: Random, _step: int) -> None:
    name = rng.choice(sorted(sample.pages.keys() - {"map"}))
    above = [other for other in sorted(sample.pages) if name not in _line(sample, other)]
    sample.pages[name].parent = rng.choice(["", *above])


def _line(sample: Sample, name: str) -> list[str]:
    """Give a page and those above it."""
    line = [name]
    while sample.pages[line[-1]].parent:
        line.append(sample.pages[line[-1]].parent)
    return line


def companion(sample: Sample, rng: Random, step: int) -> None:
    page, other = rng.sample(sorted(sample.pages), 2)
    companions = sample.pages[page].companions
    if other in companions and rng.random() < 0.5:
        del companions[other]
    else:
        companions[other] = rng.choice(("", f"why, in step {step}"))


def source(sample: Sample, rng: Random, step: int) -> None:
    entry = sample.library[rng.choice(sorted(sample.library))]
    field, value = rng.choice(
        (
            ("title", f"A *plain* study <i>in vitro</i> {step}"),
            ("issued", {"date-parts": [[1990 + step % 30]]}),
            ("author", [{"family": f"Name{step}", "given": "Bo"}, {"literal": "The Group"}]),
            ("container-title", f"Annals {step}"),
            ("volume", str(step)),
            ("note", f"read in step {step}"),
        )
    )
    entry[field] = value


def source_told(sample: Sample, rng: Random, _step: int) -> None:
    """Change what machines are told of a source and some styles do not print: the day of its year."""
    entry = sample.library[rng.choice(sorted(sample.library))]
    entry["issued"] = {"date-parts": [[entry["issued"]["date-parts"][0][0], 1 + rng.randrange(12), 3]]}


def source_unprinted(sample: Sample, rng: Random, step: int) -> None:
    sample.library[rng.choice(sorted(sample.library))]["ISBN"] = f"978-{step}"


def source_added(sample: Sample, rng: Random, step: int) -> None:
    entry = work(100 + step, f"A later study {step}")
    sample.library = {entry["id"]: entry, **sample.library}
    if rng.random() < 0.5:
        _some_page(sample, rng).body.append(f"In step {step} it was found [@{entry['id']}].")


# -- pages come, go and move -----------------------------------------------------------------------------------------


def page_added(sample: Sample, rng: Random, step: int) -> None:
    if len(sample.pages) == _MOST_PAGES:
        page_deleted(sample, rng, step)
        return
    other = rng.choice(sorted(sample.pages))
    sample.pages[f"page-{step}"] = Page(
        title=f"New in step {step}",
        parent=rng.choice(("", "map", other)),
        companions={other: f"because of step {step}"},
        tags=["new"],
        body=[sentence(rng), "## A part {#proof}", f"See [it]({other}.md) [@work{1 + step % 9}]."],
    )


def page_deleted(sample: Sample, rng: Random, _step: int) -> None:
    gone = rng.choice(_other_pages(sample))
    del sample.pages[gone]
    for page in sample.pages.values():
        page.companions.pop(gone, None)
        page.parent = "" if page.parent == gone else page.parent


def renamed(sample: Sample, rng: Random, step: int) -> None:
    old, new = rng.choice(_other_pages(sample)), f"renamed-{step}"
    sample.pages = {new if name == old else name: page for name, page in sample.pages.items()}
    for page in sample.pages.values():
        page.companions = {new if name == old else name: because for name, because in page.companions.items()}
        page.parent = new if page.parent == old else page.parent
        page.body = [re.sub(rf"\({old}\.md", f"({new}.md", text) for text in page.body]


def draft(sample: Sample, rng: Random, _step: int) -> None:
    page = sample.pages[rng.choice(_other_pages(sample))]
    page.draft = not page.draft


# -- the site, its looks and its files -------------------------------------------------------------------------------


def setting(sample: Sample, rng: Random, step: int) -> None:
    key, value = rng.choice(
        (
            ("title", f"A Guide {step}"),
            ("base_url", f"https://guide.example/docs{step}/"),
            ("organisation", {"name": f"Publisher {step}"}),
            (
                "navigation",
                [{"label": f"Map {step}", "page": "map"}, {"label": "Words", "path": "/glossary/"}],
            ),
            ("trust", [{"label": f"Sources {step}", "path": "/sources/"}]),
            ("licence", {"name": f"Licence {step}", "url": "https://licence.example/"}),
            ("language", rng.choice(("en", "en-GB", "de"))),
            ("review", f"{1 + step % 24} months"),
            ("severity", {"terms/unused": "warning", "links/self": "warning"}),
        )
    )
    sample.settings[key] = value


def setting_of_some_pages(sample: Sample, rng: Random, step: int) -> None:
    key, value = rng.choice(
        (
            ("tagline", f"Known in step {step}."),
            ("intro", f"Read in step {step}."),
            ("editors", [{"name": f"Editor {step}", "role": "Review"}]),
            ("citation_style", rng.choice(("vancouver", "ama", "apa"))),
            ("base_url", f"https://guide{step}.example/"),
            ("leave_out", rng.sample(("cards", "questions", "search", "sources"), rng.randrange(3))),
        )
    )
    sample.settings[key] = value


def style(sample: Sample, _rng: Random, step: int) -> None:
    sample.files["static/site.css"] = f"body {{ background: url(ground.svg); order: {step} }}\n".encode()


def file_of_style(sample: Sample, _rng: Random, step: int) -> None:
    sample.files["static/ground.svg"] = picture(100 + step)


def unused_file(sample: Sample, rng: Random, step: int) -> None:
    if "static/spare.txt" in sample.files and rng.random() < 0.5:
        del sample.files["static/spare.txt"]
    else:
        sample.files["static/spare.txt"] = f"step {step}".encode()


def image(sample: Sample, _rng: Random, step: int) -> None:
    sample.files["content/images/sac.svg"] = picture(100 + step)


def unused_image(sample: Sample, _rng: Random, step: int) -> None:
    sample.files["content/images/spare.svg"] = picture(100 + step)


def template(sample: Sample, _rng: Random, step: int) -> None:
    sample.files["templates/base.html"] = theme_template("base.html", f"Look {step}")


def template_of_one_page(sample: Sample, rng: Random, step: int) -> None:
    name = rng.choice(("glossary.html", "not-found.html"))
    sample.files[f"templates/{name}"] = theme_template(name, f"Look {step}")


EDITS: tuple[Edit, ...] = (
    title, dek, kicker, date, review, kind, slug, introduction, alias, tag,
    paragraph_added, paragraph_changed, paragraph_removed, heading, link, term_link, cited, block, term_placed, own_list,
    definition, definition_source, term, parent, companion, source, source_told, source_unprinted, source_added,
    page_added, page_deleted, renamed, draft,
    setting, setting_of_some_pages, style, file_of_style, unused_file, image, unused_image, template, template_of_one_page,
)  # fmt: skip
