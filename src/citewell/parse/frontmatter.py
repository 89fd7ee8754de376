"""A Markdown file in two: the YAML between the fences, and the body below."""

from msgspec import Struct

from citewell.core.diagnostic import Diagnostic, Span
from citewell.parse.yamlnodes import Place


class Halves(Struct, frozen=True):
    """The two parts of a file, each with the line on which it begins."""

    matter: str
    matter_line: int
    body: str
    body_line: int


def split(path: str, text: str) -> tuple[Halves | None, tuple[Diagnostic, ...]]:
    """Cut a file at its fences. Without front matter there is no page: then the first part is None."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return None, (
            Diagnostic(
                "front-matter/missing",
                Span(path, 1, 1, max(1, len(lines[0]))),
                "this page has no front matter",
                "begin the file with a line `---`, then `title: …`, then another line `---`",
            ),
        )
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in {"---", "..."}:
            return Halves(
                "\n".join(lines[1:number]) + "\n", 2, "\n".join(lines[number + 1 :]), number + 2
            ), ()
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
