"""The examples of the CommonMark specification, read by our own parser of article bodies.

Both sides are compared as the specification's own tests do it: by elements, attributes and words, and not by how
the markup is spelt. Three differences are no part of the comparison, since they change no structure: the ids that
headings and list items get here, typographic quotes, dashes and dots, and the percent-encoding of addresses, which
are kept decoded until a page shows them. The rest that differs on purpose is in `commonmark/exceptions.json`, by reason.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from markupsafe import Markup, escape

from citewell.core.diagnostic import Span
from citewell.core.model import (
    CiteHole,
    Gap,
    Hole,
    ImageHole,
    LinkHole,
    Piece,
    Section,
    Slot,
    TermHole,
    Words,
)
from citewell.parse.prose import Reader

_DATA = Path(__file__).parent / "commonmark"
EXAMPLES = json.loads((_DATA / "examples.json").read_text(encoding="utf-8"))
EXCEPTIONS: dict[str, list[int]] = json.loads((_DATA / "exceptions.json").read_text(encoding="utf-8"))
_SHOWN_AS_TEXT = "raw HTML is off: it is shown as text, with a diagnostic"
_ON_PURPOSE = {number: reason for reason, numbers in EXCEPTIONS.items() for number in numbers}

_BLOCK = re.compile("blockquote|[bh]r|d[dlt]|div|h[1-6]|li|[ou]l|p|pre|section|t[dhr]|table|tbody|thead")
_PLAIN_SIGNS = str.maketrans(
    {
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{EN DASH}": "--",
        "\N{EM DASH}": "---",
        "\N{HORIZONTAL ELLIPSIS}": "...",
    }
)


class _Events(HTMLParser):
    """The elements and words of a piece of HTML, in order; blank space between blocks counts for nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[object] = []
        self._in_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_pre += tag == "pre"
        kept = {
            name: unquote(value or "") if name in {"href", "src"} else value
            for name, value in attrs
            if not (name == "id" and re.fullmatch("h[1-6]|li", tag))
        }
        self._end_of_words(before_block=_BLOCK.fullmatch(tag) is not None)
        self.events.append((tag, sorted(kept.items())))

    def handle_endtag(self, tag: str) -> None:
        self._in_pre -= tag == "pre"
        if tag not in {"br", "hr", "img"}:
            self._end_of_words(before_block=_BLOCK.fullmatch(tag) is not None)
            self.events.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.events.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.events.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.events.append(("instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.events.append(("section", data))

    def handle_data(self, data: str) -> None:
        words = data.translate(_PLAIN_SIGNS)
        if not self._in_pre:
            words = re.sub(r"[ \t\n]+", " ", words)
            if self._after_block():
                words = words.lstrip(" ")
        if words:
            self.events.append(["words", words, bool(self._in_pre)])

    def _after_block(self) -> bool:
        if not self.events:
            return True
        last = self.events[-1]
        name = last[0] if isinstance(last, tuple) else str(last).removeprefix("/")
        return _BLOCK.fullmatch(name) is not None

    def _end_of_words(self, *, before_block: bool) -> None:
        if before_block and self.events and isinstance(last := self.events[-1], list) and not last[2]:
            last[1] = last[1].rstrip(" ")
            if not last[1]:
                self.events.pop()


def normalised(html: str) -> list[object]:
    """The elements and words of the markup."""
    reader = _Events()
    reader.feed(html)
    reader.close()
    reader._end_of_words(before_block=True)
    return reader.events


def ours(markdown: str) -> tuple[str, set[str]]:
    """The markup that our parser makes, each hole filled by what was written there; and the codes of what it tells."""
    reader = Reader("example.md", {})
    prose = reader.body(
        markdown, lambda line, column, length: Span("example.md", line + 1, column + 1, length)
    )
    html = "".join(_filled(piece, reader.holes) for piece in prose.pieces)
    return html, {diagnostic.code for diagnostic in reader.found}


def _filled(piece: Piece, holes: dict[int, Hole]) -> str:
    match piece:
        case str():
            return piece
        case Words():
            return str(escape(piece.text))
        case Gap():
            return _filling(holes[piece.number])
        case Section() | Slot():
            return ""


def _filling(hole: Hole) -> str:
    match hole:
        case LinkHole():
            return Markup('href="{}"').format(hole.target)
        case ImageHole():
            title = Markup(' title="{}"').format(hole.title) if hole.title else ""
            return Markup('<img src="{}" alt="{}"{}>').format(hole.target, hole.alt, title)
        case CiteHole():
            return " ".join(f"cite:{item.key}" for item in hole.items)
        case TermHole():
            return f"term:{hole.name}"


def test_every_exception_is_an_example_listed_once() -> None:
    listed = [number for numbers in EXCEPTIONS.values() for number in numbers]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {example["example"] for example in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["example"]))
def test_example(example: dict[str, str]) -> None:
    html, codes = ours(example["markdown"])
    reason = _ON_PURPOSE.get(int(example["example"]))
    if reason is None:
        assert normalised(html) == normalised(example["html"]), example["section"]
    else:
        assert normalised(html) != normalised(example["html"]), f"as specified now, so no exception: {reason}"
    assert ("text/raw-html" in codes) == (reason == _SHOWN_AS_TEXT)
