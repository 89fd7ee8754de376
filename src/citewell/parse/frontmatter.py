"""A Markdown file in two: the YAML between the fences, and the body below."""

import re

from msgspec import Struct

from citewell.core.diagnostic import Diagnostic, Span
from citewell.parse.nodes import Place

_FENCE = re.compile(r"\n(?:---|\.\.\.)[^\S\n]*(?![^\n])")


class Halves(Struct, frozen=True):
    """The two parts of a file, each with the line on which it begins."""

    matter: str
    matter_line: int
    body: str
    body_line: int


def split(path: str, text: str) -> tuple[Halves | None, tuple[Diagnostic, ...]]:
    """Cut a file at its fences. Without front matter there is no page: then the first part is None."""
    first, _, _ = text.partition("\n")
    if first.strip() != "---":
        return None, (
            Diagnostic(
                "front-matter/missing",
                Span(path, 1, 1, max(1, len(first))),
                "this page has no front matter",
                "begin the file with a line `---`, then `title: …`, then another line `---`",
            ),
        )
    if fence := _FENCE.search(text, len(first)):
        matter = text[len(first) + 1 : fence.start()]
        line = text.count("\n", 0, fence.start()) + 2  # that of the fence
        return Halves(f"{matter}\n", 2, text[fence.end() + 1 :], line + 1), ()
    return None, (
        Diagnostic(
            "front-matter/unclosed",
            Span(path, 1, 1, 3),
            "the front matter opens here with `---` and is never closed",
            "put a line `---` after the last key",
        ),
    )


def place_of(path: str, halves: Halves) -> Place:
    """Give the YAML part with its place in the file."""
    return Place(path, halves.matter, halves.matter_line)
