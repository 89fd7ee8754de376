"""What readers can find, and how small the scripts are that find it."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Struct, structs

from citewell.blocks import find_blocks
from citewell.builder import Outcome, build, site_options
from citewell.core.diagnostic import Span
from citewell.core.digest import digest
from citewell.core.model import Facts, Line, PageIndex, Parsed, Passage, Source
from citewell.core.view import Resolved, Statics
from citewell.outputs.search import OUTPUT
from citewell.parse.article import Language, parse_article
from citewell.parse.config import parse_config
from citewell.parse.passages import passages
from citewell.resolve.gather import Given, gather
from citewell.resolve.outlines import outlined

STATIC = Path(__file__).resolve().parents[1] / "static"
LANGUAGE = Language(find_blocks())
SETTINGS = b"title: A guide\nbase_url: https://guide.example/\n"
CONFIG = parse_config(Source("site.yaml", SETTINGS)).config
VESICLES = """---
title: Do *vesicles* heal?
dek: What trials have shown.
terms:
  - term: Vesicle
    also: [EV, vesicles]
    definition: A sac <b> that cells *release*. [@a]
pipeline:
  title: From cell to vial
  steps:
    - {name: Source cell, means: Whose cells., proof: "A test. [@a]", question: Whose are they?}
checklist:
  - {ask: Was it tried in people? , why: A dish is *no* person.}
faq:
  - {question: Can I *get* it?, answer: Only in a trial.}
comparison:
  subjects: [Cells, Sacs]
  questions: [{ask: Alive?, answers: [Some., None.]}]
---

They are read about [everywhere](cells.md) [@a, p. 3].

- One
- Two

## What was *tried* {#tried}

In people [@a] & in mice.[^1] The [EV](term:vesicle)s &amp; more.

### By whom {label="A closer look"}

::: note On names
Two names.
:::

::: pipeline
:::

[^1]: Not in all.
"""


class Page(Struct, frozen=True):
    facts: Facts
    passages: tuple[Passage, ...]


def read(name: str, text: str) -> Page:
    page = parse_article(Source(f"articles/{name}.md", text.encode()), LANGUAGE)
    assert page.facts is not None, page.diagnostics
    assert page.article is not None
    return Page(page.facts, passages(page.facts, page.article, LANGUAGE.blocks))


def plan(*pages: Page) -> object:
    parsed = tuple(outlined(Parsed(page.facts.path, page.facts, None, ())) for page in pages)
    site = gather(Given(CONFIG, (), {}, {}, {}), parsed).site
    [(path, value)] = OUTPUT.plan(
        Resolved(
            site,
            (),
            lambda: (
                PageIndex(page.facts.url, page.passages) for page in pages if page.facts.id in site.pages
            ),
            Statics((), {}),
        )
    )
    assert path == "search-index.js"
    return value


def index(*pages: Page) -> dict[str, list[list[str]]]:
    class Nobody:
        def page(self, *_: object) -> bytes:
            raise NotImplementedError

    script = OUTPUT.make(plan(*pages), None, Nobody()).decode()
    match = re.fullmatch(r"const siteIndex = (.*);\n", script)
    assert match, "one constant, so that a page can load it from a disk and under a strict policy"
    return dict(json.loads(match[1]))


# -- what is in it -----------------------------------------------------------------------------------------------------


def test_each_part_of_a_page_is_found_by_its_kind_name_and_text() -> None:
    assert index(read("vesicles", VESICLES)) == {
        "vesicles/": [
            [
                "page",
                "",
                "Do vesicles heal?",
                "What trials have shown. · They are read about everywhere. One Two",
            ],
            ["section", "tried", "What was tried", "In people & in mice. The EVs & more."],
            ["section", "by-whom", "By whom", "A closer look · On names Two names. Not in all."],
            ["step", "step-1", "Source cell", "Whose cells. · A test. · Whose are they?"],
            ["term", "term-1", "Vesicle", "EV vesicles · A sac <b> that cells release."],
            ["compare", "compare-1", "Alive?", "Some. None."],
            ["check", "check-1", "Was it tried in people?", "A dish is no person."],
            ["question", "question-1", "Can I get it?", "Only in a trial."],
        ]
    }


def test_every_anchor_in_it_is_one_of_the_page() -> None:
    page = read("vesicles", VESICLES)
    assert {passage.anchor for passage in page.passages} - {""} <= set(page.facts.anchors)


def test_a_term_that_two_pages_share_is_found_on_the_first() -> None:
    term = "terms: [{term: Vesicle, definition: A sac.}]"
    text = f"---\ntitle: Page\n{term}\n---\n\nText.\n\n## Sources\n\n::: sources\n:::\n"
    found = index(read("one", text), read("two", text))
    assert ["term", "term-1", "Vesicle", "A sac."] in found["one/"]
    assert [kind for kind, *_ in found["two/"]] == ["page", "section"], "what is each page's own stays"


def test_a_draft_is_not_found() -> None:
    draft = "---\ntitle: Draft\ndraft: true\n---\n\nText.\n"
    assert list(index(read("draft", draft), read("vesicles", VESICLES))) == ["vesicles/"]


# -- when it is made ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes", [{"tags": ("x",)}, {"kicker": Line("x", "x")}, {"span": Span("y", 9)}, {"article": "other"}]
)
def test_what_it_does_not_hold_is_no_part_of_its_key(changes: dict[str, object]) -> None:
    page = read("vesicles", VESICLES)
    other = Page(structs.replace(page.facts, **changes), page.passages)
    assert digest(plan(page)) == digest(plan(other))


@pytest.mark.parametrize(
    "other",
    [
        lambda page: Page(structs.replace(page.facts, url="elsewhere/"), page.passages),
        lambda page: Page(page.facts, (Passage("page", "", "Do vesicles heal?", "Other."),)),
    ],
)
def test_what_it_holds_is(other: Callable[[Page], Page]) -> None:
    page = read("vesicles", VESICLES)
    assert digest(plan(page)) != digest(plan(other(page)))


def published(root: Path, text: str) -> tuple[Outcome, str]:
    pages = {"one": text, "two": "Other words."}
    (root / "content/articles").mkdir(parents=True, exist_ok=True)
    (root / "content/site.yaml").write_bytes(SETTINGS)
    for name, words in pages.items():
        (root / f"content/articles/{name}.md").write_text(f"---\ntitle: {name}\n---\n\n{words}\n", "utf-8")
    outcome = build(site_options(root))
    return outcome, (root / "site/search-index.js").read_text("utf-8")


def test_an_edit_makes_it_anew_and_no_page_but_its_own(tmp_path: Path) -> None:
    published(tmp_path / "site", "Before.")
    outcome, after = published(tmp_path / "site", "Afterwards.")
    assert outcome.rendered == ("one/index.html",), "pages name its address, which holds no fingerprint"
    assert "Afterwards." in after
    assert after == published(tmp_path / "anew", "Afterwards.")[1]


# -- what reads it -----------------------------------------------------------------------------------------------------


def test_scripts_are_small() -> None:
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes())) for name in ("reading.js", "search.js")}
    assert sizes["reading.js"] <= 3 * 1024
    assert sum(sizes.values()) <= 5 * 1024
