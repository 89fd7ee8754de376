"""The page on exosomes, as it is published, holds everything that its source does.

Each part of an article's anatomy is there, and as many citations, sources, terms, steps, checklist items and questions.
The source is counted here without Citewell: PyYAML for the front matter, patterns for the body. No `[@key]` stands in
code on this page, so that a pattern finds every citation.
"""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

import pytest
import yaml

from citewell.builder import build, site_options

ROOT = Path(__file__).resolve().parents[1]
SOURCE = (ROOT / "content/articles/exosomes.md").read_text(encoding="utf-8")
_, _FRONT, BODY = re.split("^---$", SOURCE, maxsplit=2, flags=re.MULTILINE)
# As text, so that a date stays as it was typed.
MATTER: dict[str, Any] = yaml.load(_FRONT, yaml.BaseLoader)  # noqa: S506 -- it makes nothing but texts, lists and maps
BLOCKS = ("terms", "pipeline", "checklist", "faq")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tree = TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in {"br", "hr", "img", "input", "link", "meta"}:
            self.tree.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tree.end(tag)

    def handle_data(self, data: str) -> None:
        self.tree.data(data)


def read_page(path: Path) -> Element:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8").removeprefix("<!doctype html>\n"))
    reader.close()
    return reader.tree.close()


def by_class(place: Element, name: str) -> list[Element]:
    return [element for element in place.iter() if name in element.get("class", "").split()]


def by_id(place: Element, name: str) -> Element:
    (found,) = (element for element in place.iter() if element.get("id") == name)
    return found


def words(place: Element) -> str:
    return " ".join("".join(place.itertext()).split())


def links(place: Element) -> list[str]:
    return [link.get("href", "") for link in place.iter("a")]


def texts(value: object) -> Iterator[str]:
    """Every text in a value of YAML."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from texts(item)
        case dict():
            for item in value.values():
                yield from texts(item)


def cited_in_reading_order() -> list[str]:
    """The keys of all citations, as the page is read: blocks where they are placed, footnotes at the foot."""
    notes = re.findall(r"^\[\^\w+\]: .*$", BODY, flags=re.MULTILINE)
    body = re.sub(r"^\[\^\w+\]: .*$", "", BODY, flags=re.MULTILINE)
    for name in BLOCKS:
        body = body.replace(f"::: {name}\n:::", "\n".join(texts(MATTER[name])))
    groups = re.findall(r"\[(@[^\]]+)\]", "\n".join([body, *notes]))
    return [item.partition(",")[0].strip().removeprefix("@") for group in groups for item in group.split(";")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("guide")
    shutil.copytree(ROOT / "content", root / "content")
    assert build(site_options(root)).published
    return root / "site"


@pytest.fixture(scope="module")
def page(site: Path) -> Element:
    return read_page(site / "exosomes/index.html")


# -- counted -------------------------------------------------------------------------------------------------------


def test_every_block_is_placed_in_the_source() -> None:
    assert all(BODY.count(f"::: {name}\n:::") == 1 for name in BLOCKS)


def test_citation_marks_are_those_of_the_source_in_its_order(page: Element) -> None:
    keys = cited_in_reading_order()
    numbers = [links(mark)[0].removeprefix("#s") for mark in by_class(page, "cite")]
    assert len(numbers) == len(keys)
    in_order = {key: str(at) for at, key in enumerate(dict.fromkeys(keys), start=1)}
    assert numbers == [in_order[key] for key in keys]


def test_sources_are_those_of_the_source(page: Element) -> None:
    keys = set(cited_in_reading_order())
    assert keys == set(MATTER["citations"])
    assert [item.get("id") for item in by_id(page, "sources").iter("li")] == [
        f"s{number}" for number in range(1, len(keys) + 1)
    ]


def test_every_mark_has_a_way_back(page: Element) -> None:
    back = {address for place in by_class(page, "ways-back") for address in links(place)}
    assert back == {f"#{mark.get('id')}" for mark in by_class(page, "cite")}


def test_terms_are_those_of_the_source_and_all_in_the_glossary(page: Element, site: Path) -> None:
    names = [entry["term"] for entry in MATTER["terms"]]
    assert [words(term) for term in by_id(page, "terms").iter("dfn")] == names
    glossary = read_page(site / "glossary/index.html")
    assert set(names) <= {words(term) for term in glossary.iter("dfn")}


def test_steps_are_those_of_the_source_each_in_three_parts(page: Element) -> None:
    steps = [item for item in by_id(page, "pipeline").iter("li") if item.get("id", "").startswith("step-")]
    assert len(steps) == len(MATTER["pipeline"]["steps"]) == int(MATTER["pipeline"]["step_count"]) == 8
    for step, source in zip(steps, MATTER["pipeline"]["steps"], strict=True):
        assert source["name"] in words(step)
        assert [words(part) for part in step.iter("dt")] == [
            "What it means",
            "What must be proven",
            "Patient question",
        ]


def test_checklist_items_are_those_of_the_source(page: Element) -> None:
    items = [item for item in by_id(page, "checklist").iter("li") if item.get("id", "").startswith("check-")]
    assert len(items) == len(MATTER["checklist"]["items"]) == 10
    for item, source in zip(items, MATTER["checklist"]["items"], strict=True):
        assert words(item).startswith(source["ask"])


def test_questions_are_those_of_the_source(page: Element) -> None:
    questions = [item for item in page.iter() if re.fullmatch(r"question-\d+", item.get("id", ""))]
    assert len(questions) == len(MATTER["faq"]) >= 5
    for question, source in zip(questions, MATTER["faq"], strict=True):
        assert source["question"] in words(question)


# -- anatomy -------------------------------------------------------------------------------------------------------


def test_opening_has_kicker_title_dek_and_a_line_that_leads_to_the_review(page: Element) -> None:
    (opening,) = by_class(page, "opening")
    assert words(by_class(opening, "kicker")[0]) == MATTER["kicker"]
    assert [words(title) for title in page.iter("h1")] == [MATTER["title"]]
    assert words(by_class(opening, "dek")[0]) == MATTER["dek"]
    assert links(by_class(opening, "meta")[0]) == ["#page-review"]


def test_review_block_gives_the_dates_and_who_reviewed(page: Element) -> None:
    review = by_id(page, "page-review")
    dates = [time.get("datetime") for time in review.iter("time")]
    assert {MATTER["published"], MATTER["updated"], MATTER["reviewed"]["on"]} <= set(dates)
    assert MATTER["reviewed"]["by"] in words(review)


def test_lead_cites_in_its_first_paragraph(page: Element) -> None:
    (body,) = by_class(page, "body")
    assert by_class(next(body.iter("p")), "cite")


def test_page_has_its_place_in_the_family(page: Element) -> None:
    (breadcrumb,) = by_class(page, "breadcrumb")
    assert f"../{MATTER['parent']}/" in links(breadcrumb)
    (cards,) = by_class(page, "read-next")
    for companion in MATTER["companions"]:
        assert f"../{companion['page']}/" in links(cards)
        assert companion["because"] in words(cards)
        assert f"../{companion['page']}/" in links(by_class(page, "body")[0])
    assert links(by_class(page, "backlinks")[0])


@pytest.mark.parametrize("box", ["key", "editors-read", "shows", "note", "warning"])
def test_boxes_are_those_of_the_source(page: Element, box: str) -> None:
    assert len(by_class(page, box)) == len(re.findall(rf"^::: {box}\b", BODY, flags=re.MULTILINE)) >= 1


def test_editors_read_is_signed(page: Element) -> None:
    (signed,) = by_class(page, "signed")
    assert "The editors" in words(signed)


def test_strands_are_lettered_above_their_headlines(page: Element) -> None:
    labels = re.findall(r'^### .*\{label="(.+)"\}$', BODY, flags=re.MULTILINE)
    assert len(labels) == 3
    assert [words(label) for label in by_class(page, "strand-label")] == [
        f"{letter} {label}" for letter, label in zip("ABC", labels, strict=True)
    ]


def test_items_with_a_bold_lead_have_addresses_of_their_own(page: Element) -> None:
    leads = re.findall(r"^- \*\*(.+?)\*\*", BODY, flags=re.MULTILINE)
    items = [item for item in page.iter("li") if item.get("id") and len(item) and item[0].tag == "strong"]
    found = [words(item[0]) for item in items if not item.get("id", "").startswith("check-")]
    assert found == leads
    assert len(leads) >= 9


def test_headings_of_the_source_stand_on_the_page(page: Element) -> None:
    chosen = re.findall(r"^##+ (.+?) \{#([\w-]+)\}$", BODY, flags=re.MULTILINE)
    assert {"unknown", "differs", "where", "today"} <= {anchor for _, anchor in chosen}
    assert all(words(by_id(page, anchor)) == heading for heading, anchor in chosen)


def test_trust_strip_and_licence_stand_on_every_page(site: Path) -> None:
    settings = yaml.load((ROOT / "content/site.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 -- as above
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if 'http-equiv="refresh"' not in text:
            (strip,) = by_class(read_page(path), "trust")
            assert [words(link) for link in strip.iter("a")] == [item["label"] for item in settings["trust"]]
            assert settings["licence"]["name"] in text


def test_tags_lead_to_their_pages(page: Element) -> None:
    (tags,) = by_class(page, "tags")
    assert [words(link) for link in tags.iter("a")] == MATTER["tags"]
