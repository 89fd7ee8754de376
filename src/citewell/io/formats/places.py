"""Where a span lies for another program: the path of its file, and where the text at fault begins and ends."""

from collections.abc import Callable

from msgspec import Struct

from citewell.core.diagnostic import Span

Texts = Callable[[str], str | None]
"""Path of a span -> text of the file in which it lies, if there is one."""


Named = Callable[[str], str]
"""Path of a span -> path of that file for those who read the report."""


class Place(Struct, frozen=True, rename="camel"):
    """Lines and columns count from 1, in characters; `end_column` is that behind the last one. A fault lies on one line."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


def place(span: Span, texts: Texts, named: Named) -> Place:
    """Give the place of a span, which ends where its line ends."""
    text = line_of(span, texts)
    end = span.column + span.length
    last = end if text is None else max(span.column, min(end, len(text) + 1))
    return Place(named(span.path), span.line, span.column, span.line, last)


def line_of(span: Span, texts: Texts) -> str | None:
    """Give the line on which a span lies, or None where its file has no lines."""
    text = texts(span.path)
    lines = [] if text is None else text.split("\n")
    return lines[span.line - 1] if 0 < span.line <= len(lines) else None
