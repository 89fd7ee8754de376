"""A message points at the very text that is wrong, wherever it stands: here it stands between « and »."""

import re
from pathlib import Path

import pytest

from citewell.builder import site_options
from citewell.core.diagnostic import Diagnostic
from citewell.session import Session

SETTINGS = "title: A site\nbase_url: https://example.org/\n"
FRONT_MATTER = {
    "plain": "definition: See «[x](nowhere.md)» there.",
    "plain, on two lines": "definition: See this,\n      or «[x](nowhere.md)» there.",
    "plain, with a tab": "definition: See\t«[x](nowhere.md)» there.",
    "in single quotes": "definition: 'It''s at «[x](nowhere.md)», it''s «[y](nowhere.md)».'",
    "in single quotes, on two lines": "definition: 'It''s\n\n      at «[x](nowhere.md)».'",
    "in double quotes": 'definition: "A \\"word\\", at «[x](nowhere.md)»."',
    "after an escape by number": 'definition: "\\u00e9\\x41\\U0001f9ec caf\\xe9 «[x](nowhere.md)»."',
    "after a backslash": 'definition: "a \\\\* b \\\\u00e9 «[x](nowhere.md)»."',
    "after a tab that is written out": 'definition: "a\\tb «[x](nowhere.md)»."',
    "after a joined line": 'definition: "one \\\n      two «[x](nowhere.md)».\\\n      \\ «[y](nowhere.md)»"',
    "in double quotes, folded": 'definition: "one\n      two\n\n      three «[x](nowhere.md)»"',
    "after wide signs": 'definition: "細胞 🧬 e\u0301 «[x](nowhere.md)»"',
    "in double quotes, folded in front of the margin": 'definition: "one\ntwo «[x](nowhere.md)»"',
    "folded": "definition: >-\n      One line,\n      and «[x](nowhere.md)» there.",
    "folded, with a paragraph": "definition: >\n      One line,\n      and two.\n\n      Then «[x](nowhere.md)».",
    "literal": "definition: |\n      One line,\n      and «[x](nowhere.md)» there.",
    "literal, with paragraphs": "definition: |+\n      One.\n\n      - a list\n        of «[x](nowhere.md)»\n",
    "literal, with an empty line first": "definition: |\n\n      One «[x](nowhere.md)».",
    "literal, with its indent given": "definition: |2\n      One «[x](nowhere.md)».",
    "a table": "definition: |\n      | a | b |\n      |---|---|\n      | c \\| d | «[x](nowhere.md)» |\n",
}
BODY = {
    "a paragraph": "One\ntwo «[x](nowhere.md)» three.",
    "twice on a line": "«[x](nowhere.md)» and «[x](nowhere.md)»",
    "after wide signs": "細胞 🧬 e\u0301 «[x](nowhere.md)»",
    "a heading": "## About «[x](nowhere.md)» ##",
    "a heading with an id": "## About «[x](nowhere.md)» {#about}",
    "a heading that is underlined": "About «[x](nowhere.md)»\n------",
    "braces after a heading": "## A heading «{.wide}»",
    "a list in a list": "1. one\n   - two\n     three «[x](nowhere.md)»",
    "a list with a tab": "-\tone «[x](nowhere.md)»\n\ttwo «[y](nowhere.md)»",
    "a quote": "> > one\n> > «[x](nowhere.md)»\nlazy «[y](nowhere.md)»",
    "a table": "| one | two «[x](nowhere.md)» |\n|---|---|\n| «[x](nowhere.md)» | «[x](nowhere.md)» |",
    "a cell with a bar": "| a |\n|---|\n| \\| b \\| «[x](nowhere.md)» |",
    "a table without bars outside": "a | b\n--|--\nc \\| d | «[x](nowhere.md)»",
    "a task": "- [x] done «[x](nowhere.md)» and [see](page.md#top)\n- [ ] [«@nobody»]",
    "a footnote": "Text[^1].\n\n[^1]: It says\n    «[x](nowhere.md)».",
    "a note in its text": "Text^[it says «[x](nowhere.md)»] and «[y](nowhere.md)».",
    "a definition": "Word\n: means «[x](nowhere.md)»",
    "a link on two lines": "See «[two\nlines](nowhere.md)».",
    "a block": "::: note\nText «[x](nowhere.md)».\n:::",
    "a block in a list": "- one\n\n  ::: «nott»\n  «[x](nowhere.md)»\n  :::",
    "an item of a block": "::: shows\n- shows: «[x](nowhere.md)»\n- does not show: «[y](nowhere.md)»\n:::",
    "an image": "Text ![a](page.png) and «![a cell](nowhere.png)».",
    "a citation among others": "Text [«@nobody», p. 1; «@none»].",
    "code is left alone": "`[x](nowhere.md)` and «[x](nowhere.md)»",
}


def marked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Give a text without its marks, and the line, column and text of what they enclose on its first line."""
    places = []
    while (start := text.find("«")) >= 0:
        end = text.index("»", start)
        inner = text[start + 1 : end]
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        places.append((line, column, inner.split("\n")[0]))
        text = text[:start] + inner + text[end + 1 :]
    return text, places


def diagnostics(root: Path, page: str) -> list[Diagnostic]:
    (root / "content").mkdir()
    for name, text in {"site.yaml": SETTINGS, "sources.yaml": "[]\n", "page.md": page}.items():
        (root / "content" / name).write_bytes(text.encode())
    (root / "content" / "page.png").write_bytes(b"")
    found = Session(site_options(root)).check().diagnostics
    return [
        fault for fault in found if fault.code not in {"terms/unused", "links/self", "links/missing-heading"}
    ]


def check(root: Path, text: str, ends: str) -> None:
    page, places = marked(text)
    found = diagnostics(root, page.replace("\n", ends))
    assert places
    assert [(fault.span.line, fault.span.column, fault.span.length) for fault in found] == [
        (line, column, len(inner)) for line, column, inner in places
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("value", FRONT_MATTER.values(), ids=FRONT_MATTER.keys())
def test_a_place_in_a_value_of_the_front_matter_is_exact(value: str, ends: str, tmp_path: Path) -> None:
    check(tmp_path, f"---\ntitle: A page\nterms:\n  - term: Word\n    {value}\n---\n\nText.\n", ends)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("body", BODY.values(), ids=BODY.keys())
def test_a_place_in_the_body_is_exact(body: str, ends: str, tmp_path: Path) -> None:
    check(tmp_path, f"---\ntitle: A page\n---\n\n{body}\n", ends)


@pytest.mark.parametrize("place", [*FRONT_MATTER.values(), *BODY.values()])
def test_an_edit_has_the_very_text_that_it_replaces(place: str, tmp_path: Path) -> None:
    """Where `nowhere.md` is a slip of the name of a page, exactly that word is replaced."""
    value, body = (place, "Text.") if place in FRONT_MATTER.values() else ("definition: A word.", place)
    text, _ = marked(f"---\ntitle: A page\nterms:\n  - term: Word\n    {value}\n---\n\n{body}\n")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "nowhere-.md").write_text(
        "---\ntitle: Other\nparent: page\n---\n", encoding="utf-8"
    )
    (tmp_path / "content" / "nowhere-.png").write_bytes(b"")
    found = [fault for fault in _in(tmp_path, text) if "nowhere" in fault.message]
    edits = [fault.edit for fault in found]
    assert len(edits) == len(re.findall(r"(?<!`)\[[^\[\]]*\]\(nowhere", text))
    lines = text.split("\n")
    for edit in edits:
        assert edit is not None
        old = lines[edit.span.line - 1][edit.span.column - 1 :][: edit.span.length]
        assert (old, edit.text) in {("nowhere.md", "nowhere-.md"), ("nowhere.png", "nowhere-.png")}


def _in(root: Path, page: str) -> tuple[Diagnostic, ...]:
    for name, text in {"site.yaml": SETTINGS, "sources.yaml": "[]\n", "page.md": page}.items():
        (root / "content" / name).write_bytes(text.encode())
    return Session(site_options(root)).check().diagnostics
