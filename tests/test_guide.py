"""The Cell Evidence Guide itself: all its pages build without a finding, are of full length, and cite their numbers.

The pages are read here without Citewell: PyYAML for the front matter, patterns for the body.
"""

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from citewell.builder import Outcome, build, site_options

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT / "content/articles"
RESEARCH = (
    "exosomes",
    "where-research-is-heading",
    "islet-cells-type-1-diabetes",
    "dopamine-neurons-parkinsons",
)
GUIDES = ("product-field-guide", "questions-to-ask", "red-flags", "how-to-read-evidence")
TRUST = ("methodology", "sources", "disclosures")
PAGES = (*RESEARCH, *GUIDES, *TRUST)

# A number that is part of a name says nothing that a source would have to show.
NAMES = re.compile(
    r"""
    November\ 22,\ 2026 # the day on which the pages were written: what they say holds as of it
    | [Tt]ype\ [12]\b | phase\ [1-4](\u2013[1-4])?\b | COVID-19 | A1c
    | CONSORT\ 2025 | (VX|NT|A|TED|CD)-?\d+ | (NCT|jRCT)\w*\d+
    | §+\ *[\d.()a-z]+ | section\ [\d.]+ | CC\ BY\ 4\.0
    """,
    re.VERBOSE,
)
NUMBER = re.compile(r"\d")
MARK = re.compile(r"\[@[^\]]+\]")
LINK = re.compile(r"\]\([^)]*\)|\{[^}]*\}|^\[\^\w+\]:|\[\^\w+\]|https?://\S+", re.MULTILINE)
SENTENCES = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[\"'(*_\[]*[A-Z\d])")


@cache
def parts(name: str) -> tuple[dict[str, Any], str]:
    """Give the front matter of a page, every value as a text, and its body."""
    _, front, body = re.split(
        "^---$", (ARTICLES / f"{name}.md").read_text("utf-8"), maxsplit=2, flags=re.MULTILINE
    )
    return yaml.load(front, yaml.BaseLoader), body  # noqa: S506 -- it makes nothing but texts, lists and maps


def units(name: str) -> Iterator[str]:
    """Give what is read in one go: a paragraph, an item of a list, a row of a table, an answer, a part of a step."""
    matter, body = parts(name)
    for term in matter.get("terms", []):
        yield term["definition"]
    for step in matter.get("pipeline", {}).get("steps", []):
        yield step["means"]
        yield step["proof"]
        yield step["question"]
    for item in matter.get("checklist", {}).get("items", []):
        yield f"{item['ask']} {item['why']}"
    for entry in matter.get("faq", []):
        yield f"{entry['question']} {entry['answer']}"
    for row in matter.get("comparison", {}).get("questions", []):
        yield row["ask"]
        yield from row["answers"]
    for block in re.split(r"\n\s*\n|\n(?=- |\d+\. )", body):
        text = block.strip()
        if text.startswith("|"):
            yield from rows(text)
        elif text and not re.match(r"#|:::", text):
            yield re.sub(r"^(- |\d+\. )(shows: |does not show: )?", "", text)


def rows(table: str) -> Iterator[str]:
    """Give each row as one sentence; the citations of a column's heading hold for the column."""
    heading, _, *below = table.splitlines()
    for row in below:
        yield row.replace(".", "") + "".join(MARK.findall(heading))


def uncited_numbers(text: str) -> list[str]:
    """Give the sentences with a number that have no citation of their own nor one beside them."""
    bare = NAMES.sub("", LINK.sub("", text))
    spoken = SENTENCES.split(" ".join(bare.split()))
    sentences = [sentence for sentence in spoken if len(sentence.split()) > 2]  # "No." stands between none
    cited = [bool(MARK.search(sentence)) for sentence in sentences]
    return [
        sentence
        for place, sentence in enumerate(sentences)
        if NUMBER.search(MARK.sub("", sentence)) and not any(cited[max(0, place - 1) : place + 2])
    ]


def test_the_guide_has_eleven_pages() -> None:
    assert sorted(path.stem for path in ARTICLES.glob("*.md")) == sorted(PAGES)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    root = tmp_path_factory.mktemp("guide")
    shutil.copytree(ROOT / "content", root / "content")
    return build(site_options(root)), root / "site"


def test_the_guide_builds_without_a_finding(outcome: tuple[Outcome, Path]) -> None:
    made, _ = outcome
    assert made.diagnostics == ()
    assert made.published


def test_the_map_is_drawn_and_told_with_the_same_numbers(outcome: tuple[Outcome, Path]) -> None:
    home = (outcome[1] / "index.html").read_text("utf-8")
    told = re.findall(
        r'family-number" aria-hidden="true">(\d+)<.*?card-title"><a [^>]*>(.*?)</a>', home, re.DOTALL
    )
    drawn = re.findall(r'class="number"[^>]*>(\d+)<.*?class="label"[^>]*>(.*?)</text>', home, re.DOTALL)
    assert [number for number, _ in told] == [str(number) for number in range(1, len(PAGES) + 1)]
    assert [number for number, _ in drawn] == [number for number, _ in told]
    for (_, title), (_, label) in zip(told, drawn, strict=True):
        assert title.startswith(" ".join(re.findall(r"<tspan[^>]*>(.*?)</tspan>", label)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In 12 people it worked.", 1),
        ("In 12 people it worked [@a].", 0),
        ("In 12 people it worked. The report is from Japan [@a].", 0),
        ("It was seen [@a]. Then came more. In 2020 it was not.", 1),
        ("Type 1 diabetes and phase 3 trials of 2020.", 1),
        ("Type 1 diabetes and phase 3 trials.", 0),
        ("Do 471 trials mean that it works? No. A review counted them [@a].", 0),
        ("See [the record](https://example.org/12).", 0),
    ],
)
def test_the_rule_on_numbers(text: str, found: int) -> None:
    assert len(uncited_numbers(text)) == found


# What the guide says of itself: no source stands behind it but the repository.
OF_ITSELF = {
    "methodology": ("the library held 96 entries", "In 64 entries", "In 28, something"),
    "sources": ("four of the 96 entries in our library",),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_number_has_a_citation_in_its_sentence_or_beside_it(name: str) -> None:
    found = [sentence for text in units(name) for sentence in uncited_numbers(text)]
    assert [text for text in found if not any(part in text for part in OF_ITSELF.get(name, ()))] == []


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_of_full_length(name: str) -> None:
    length = sum(len(MARK.sub("", LINK.sub("", text)).split()) for text in units(name))
    assert length >= (2500 if name in RESEARCH else 1200)


@pytest.mark.parametrize("name", RESEARCH)
def test_each_research_page_has_the_whole_anatomy(name: str) -> None:
    matter, body = parts(name)
    assert {"terms", "pipeline", "checklist", "faq", "citations", "companions"} <= set(matter)
    assert len(matter["pipeline"]["steps"]) == 8
    assert all(f"::: {block}\n:::" in body for block in ("terms", "pipeline", "checklist", "faq"))
