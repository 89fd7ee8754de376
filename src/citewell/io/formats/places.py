"""Where a span lies for another program: a path from the site's folder, and where the text at fault begins and ends."""

from collections.abc import Callable

from msgspec import Struct

from citewell.core.diagnostic import Span
from citewell.io.report import in_site

Texts = Callable[[str], str | None]
"""Path of a span -> text of the file in which it lies, if there is one."""


class Place(Struct, frozen=True, rename="camel"):
    """Lines and columns count from 1, in characters; `end_column` is that behind the last one. A fault lies on one line."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


def place(span: Span, texts: Texts, prefix: str) -> Place:
    """Give the place of a span, which ends where its line ends."""
    text = line_of(span, texts)
    end = span.column + span.length
    last = end if text is None else max(span.column, min(end, len(text) + 1))
    return Place(in_site(span.path, prefix), span.line, span.column, span.line, last)


def line_of(span: Span, texts: Texts) -> str | None:
    """Give the line on which a span lies, or None where its file has no lines."""
    text = texts(span.path)
    lines = [] if text is None else text.split("\n")
    return lines[span.line - 1] if 0 < span.line <= len(lines) else None
