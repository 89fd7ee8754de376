"""Characters that no reader sees are told, also where Markdown would make them of a reference."""

import pytest

from citewell.parse.text import decode

OVERRIDE = "\u202e"


def told(path: str, text: str) -> list[tuple[str, int, int, int]]:
    spans = ((fault.code, fault.span) for fault in decode(path, text.encode())[1])
    return [(code.removeprefix("text/"), span.line, span.column, span.length) for code, span in spans]


@pytest.mark.parametrize("reference", ["&#x202E;", "&#X202e;", "&#8238;", "&#0008238;"])
@pytest.mark.parametrize("before", ["One\nA ", "---\ntitle: T\n---\n[a](https://e.example/", "`code` and\n"])
def test_a_reference_to_a_hidden_character_is_told_where_it_stands(reference: str, before: str) -> None:
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert told("page.md", f"{before}{reference} b\n") == [("bidi-character", line, column, len(reference))]


@pytest.mark.parametrize(
    "text", ["&#x41; &#233; &#x1F600; &#x110000; &lt; &#;", "`&#x202E;` is code", "`` a &#x202E; ``"]
)
def test_other_references_and_code_are_left_alone(text: str) -> None:
    assert told("page.md", text) == []


def test_references_mean_nothing_where_no_markdown_is_read() -> None:
    assert told("sources.json", '"&#x202E;"') == []


@pytest.mark.parametrize("path", ["page.md", "site.yaml", "sources.json", "sources.bib", "sources.ris"])
def test_every_text_file_is_looked_through(path: str) -> None:
    assert told(path, f"a\nb{OVERRIDE}\x07\n") == [
        ("bidi-character", 2, 2, 1),
        ("control-character", 2, 3, 1),
    ]


def test_a_file_full_of_references_is_told_once() -> None:
    assert len(told("page.md", "&#x202E;" * 20_000)) == 1
