"""What the site makes of its pages: definitions that open in place, lists that a page may introduce, sheets of questions."""

import re
from pathlib import Path

import pytest

from citewell.builder import Outcome, build, site_options

LIBRARY = "- {id: work1, type: book, title: First}\n- {id: work2, type: book, title: Second}\n"
VESICLES = """\
---
title: Vesicles
terms:
  - term: Vesicle
    also: [vesicles]
    definition: A sac *with* [cargo](term:cargo) [@work1], see [Cells](cells.md). Said twice [@work2].
  - term: Cargo
    definition: What it holds.
---

A vesicle has cargo [@work2].
"""
CELLS = """\
---
title: Cells
parent: vesicles
published: 2026-01-02
reviewed: {on: 2026-03-04}
pipeline:
  - {name: Source *cell*, means: It means this., proof: This., question: Whose cells?}
checklist:
  - {ask: "Has it [cargo](term:cargo) [@work1]?", why: It matters.}
---

Cells release vesicles and more vesicles.

## More

Vesicles again.
"""
SOURCES = """\
---
title: How sources are chosen
slug: sources
updated: 2026-02-03
---

With care [@work1].
"""
GLOSSARY = """\
---
title: Our words
slug: glossary
---

## Words are chosen

With care [@work2]. See [cargo](#cargo) and [vesicles](/glossary/#vesicle).
"""


class Made:
    """A small site, built."""

    def __init__(self, root: Path, pages: dict[str, str]) -> None:
        files = {
            "site.yaml": "title: A site\nbase_url: https://example.org/\n",
            "sources.yaml": LIBRARY,
            **pages,
        }
        for name, text in files.items():
            (root / "content" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "content" / name).write_text(text, "utf-8")
        self.outcome: Outcome = build(site_options(root))
        self.codes = [found.code for found in self.outcome.diagnostics]
        self._site = root / "site"

    def page(self, url: str) -> str:
        assert self.codes == []
        return (self._site / url / "index.html").read_text("utf-8")

    @property
    def listed(self) -> list[str]:
        return re.findall(
            r"<loc>https://example.org/(.*?)</loc>", (self._site / "sitemap.xml").read_text("utf-8")
        )


def made(root: Path, **pages: str) -> Made:
    return Made(
        root,
        {"vesicles.md": VESICLES, "cells.md": CELLS} | {f"{name}.md": text for name, text in pages.items()},
    )


def ids(html: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', html)


# -- definitions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["cells", "vesicles"])
def test_every_term_of_a_page_has_one_definition_there(url: str, tmp_path: Path) -> None:
    html = made(tmp_path).page(url)
    opened = re.findall(r'<button type="button" class="term" popovertarget="([^"]+)">', html)
    assert set(opened) == {"def-vesicle", "def-cargo"}
    assert sorted(set(opened)) == re.findall(r'<div class="definition" id="([^"]+)" popover>', html)
    assert len(ids(html)) == len(set(ids(html)))


def test_a_definition_has_the_name_the_words_without_citations_and_the_way_to_the_glossary(
    tmp_path: Path,
) -> None:
    html = made(tmp_path).page("cells")
    shown = re.search(r'id="def-vesicle" popover>(.*?)</div>', html, re.DOTALL)
    assert shown
    assert '<p class="box-title">Vesicle</p>' in shown[1]
    assert (
        'A sac <em>with</em> <a class="term" href="../glossary/#cargo">cargo</a>, see <a href="./">Cells</a>. Said twice.'
        in shown[1]
    )
    assert '<a href="../glossary/#vesicle">More in the glossary</a>' in shown[1]


def test_definitions_stand_after_the_text_and_before_the_foot_of_the_article(tmp_path: Path) -> None:
    html = made(tmp_path).page("cells")
    places = [
        html.index(part) for part in ("Vesicles</button> again", 'id="def-cargo"', '<footer class="closing">')
    ]
    assert places == sorted(places)


def test_a_heading_does_not_take_the_id_of_a_definition(tmp_path: Path) -> None:
    html = made(tmp_path, cells=CELLS.replace("## More", "## Def cargo")).page("cells")
    assert {"def-cargo", "section-def-cargo"} <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


# -- lists that a page introduces -------------------------------------------------------------------------------------


def test_a_page_at_the_address_of_the_sources_introduces_them(tmp_path: Path) -> None:
    site = made(tmp_path, sources=SOURCES)
    html = site.page("sources")
    order = [
        "<h1>How sources are chosen</h1>",
        "With care",
        "<h2>All sources</h2>",
        '<a href="#c1-1">How sources are chosen</a>',
        '<a href="../vesicles/',
        '<footer class="closing">',
    ]
    places = [html.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert html.count("<h1>") == 1
    assert '"@type":"CollectionPage"' in html
    assert '<a href="../">A site</a>' in html
    assert site.listed.count("sources/") == 1


def test_links_to_a_list_are_links_to_the_page_that_introduces_it(tmp_path: Path) -> None:
    link = VESICLES + "\nSee [by file](sources.md) and [by address](/sources/).\n"
    site = made(tmp_path, sources=SOURCES, vesicles=link)
    assert site.page("vesicles").count('href="../sources/"') >= 2
    assert "Pages that link here" in site.page("sources")


def test_a_page_at_the_address_of_the_glossary_introduces_it(tmp_path: Path) -> None:
    site = made(tmp_path, glossary=GLOSSARY.replace("#cargo", "glossary.md#cargo"))
    html = site.page("glossary")
    assert html.index("Words are chosen") < html.index("<h2>All terms</h2>") < html.index(">C</h3>")
    assert len(ids(html)) == len(set(ids(html)))
    assert {"cargo", "vesicle", "s1", "s2", "s3", "c1-1", "c2-1", "c3-1"} <= set(ids(html))
    assert '<ol start="2">' in html
    assert '"@id":"https://example.org/glossary/#glossary"' in html
    assert site.listed.count("glossary/") == 1


@pytest.mark.parametrize("target", ["#cargo", "/glossary/#cargo", "glossary.md#cargo"])
def test_entries_can_be_linked_to_on_the_page_that_introduces_them(target: str, tmp_path: Path) -> None:
    page = GLOSSARY.replace("(#cargo)", f"({target})")
    assert 'href="#cargo"' in made(tmp_path, glossary=page).page("glossary")


def test_an_entry_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert made(tmp_path, glossary=GLOSSARY.replace("#cargo", "#carga")).codes == ["links/missing-heading"]


def test_a_heading_that_has_the_address_of_an_entry_is_told(tmp_path: Path) -> None:
    site = made(tmp_path, glossary=GLOSSARY.replace("## Words are chosen", "## Cargo"))
    assert site.codes == ["headings/same-id"]


def test_a_draft_introduces_nothing(tmp_path: Path) -> None:
    site = made(tmp_path, sources=SOURCES.replace("updated: 2026-02-03", "draft: true"))
    assert "<h1>Sources</h1>" in site.page("sources")
    assert "sources/" in site.listed


@pytest.mark.parametrize("slug", ["tags", "Sources", "404.html", "sitemap.xml"])
def test_other_addresses_of_the_site_stay_its_own(slug: str, tmp_path: Path) -> None:
    assert "links/same-url" in made(tmp_path, sources=SOURCES.replace("slug: sources", f"slug: {slug}")).codes


def test_only_one_page_can_introduce_a_list(tmp_path: Path) -> None:
    assert "links/same-url" in made(tmp_path, sources=SOURCES, other=SOURCES).codes


# -- sheets of questions ----------------------------------------------------------------------------------------------


def test_a_page_with_steps_or_a_checklist_has_a_sheet_with_all_questions_and_no_answers(
    tmp_path: Path,
) -> None:
    site = made(tmp_path)
    html = site.page("cells/questions")
    (main,) = re.findall(r"<main.*?</main>", html, re.DOTALL)
    order = [
        "<h1>Cells: questions to take with you</h1>",
        '<a href="../">https://example.org/cells/</a>',
        "2 January 2026",
        "4 March 2026",
        "About each step",
        "<strong>Source <em>cell</em>.</strong> Whose cells?",
        "Questions to ask",
        'Has it <a class="term" href="../../glossary/#cargo">cargo</a>?',
    ]
    places = [main.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert "It matters" not in main
    assert "cite" not in main
    breadcrumb = re.findall(r'<nav class="breadcrumb".*?</nav>', html, re.DOTALL)
    assert re.findall(r'href="([^"]+)"', breadcrumb[0]) == ["../../", "../../vesicles/", "../"]
    assert site.page("cells").count('<a href="questions/">All questions on one sheet, to print</a>') == 2
    assert site.listed.count("cells/questions/") == 1


def test_a_page_without_questions_has_no_sheet(tmp_path: Path) -> None:
    site = made(tmp_path)
    assert "questions/" not in site.page("vesicles")
    assert "vesicles/questions/" not in site.listed


def test_a_title_that_is_a_question_takes_no_colon(tmp_path: Path) -> None:
    site = made(tmp_path, cells=CELLS.replace("title: Cells", "title: What is a cell?"))
    assert "<h1>What is a cell? Questions to take with you</h1>" in site.page("cells/questions")


def test_a_sheet_can_be_linked_to(tmp_path: Path) -> None:
    link = VESICLES + "\nTake [these](/cells/questions/) along.\n"
    assert 'href="../cells/questions/"' in made(tmp_path, vesicles=link).page("vesicles")


def test_no_page_and_no_alias_takes_the_address_of_a_sheet(tmp_path: Path) -> None:
    page = "---\ntitle: Other\nparent: vesicles\n---\n\nText.\n"
    assert made(tmp_path / "page", **{"cells/questions": page}).codes == ["links/same-url"]
    alias = page.replace("parent", "aliases: [/cells/questions/]\nparent")
    assert made(tmp_path / "alias", other=alias).codes == ["links/alias-hides-page"]
    assert made(tmp_path / "free", **{"vesicles/questions": page}).codes == []
