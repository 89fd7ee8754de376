"""From an offset in a piece of text back to its place in the file."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from citewell.core.diagnostic import Span
from citewell.parse.yamlnodes import Node, Place

Locate = Callable[[int, int, int], Span]
"""(line of the text from 0, column from 0, length) -> span."""


def in_body(path: str, first_line: int) -> Locate:
    """Locate in a body that begins at that line of its file."""
    return lambda line, column, length: Span(path, first_line + line, column + 1, max(1, length))


def in_value(place: Place, node: Node) -> Locate:
    """Locate in a YAML value, whatever its style: folded lines, quotes and escapes are walked through in step."""
    text = node.value if isinstance(node.value, str) else ""
    offsets = _alignment(text, place.text, node.start, node.end)
    starts = [0] + [at + 1 for at, sign in enumerate(text) if sign == "\n"]

    def locate(line: int, column: int, length: int) -> Span:
        at = min(starts[min(line, len(starts) - 1)] + column, len(offsets) - 1)
        offset = offsets[at]
        row = place.text.count("\n", 0, offset)
        return place.span(row, offset - place.text.rfind("\n", 0, offset) - 1, length)

    return locate


def _alignment(value: str, source: str, start: int, end: int) -> list[int]:
    """Give for each character of a value its offset in the YAML source; one more for the end."""
    if source.startswith(value, start):  # a plain value on one line
        return list(range(start, start + len(value) + 1))
    at = start + 1 if source[start : start + 1] in {'"', "'"} else start
    if source[start : start + 1] in {"|", ">"}:
        at = source.find("\n", start) + 1
    offsets = []
    for sign in value:
        while at < end and source[at] != sign and source[at] in " \n\\'":
            at += 1
        offsets.append(min(at, end))
        at += 1
    return [*offsets, min(at, end)]


@dataclass(frozen=True)
class Offsets:
    """Finds the line and the column of an offset in the text of a file."""

    path: str
    text: str

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        return [0] + [at + 1 for at, sign in enumerate(self.text) if sign == "\n"]

    def span(self, offset: int, length: int = 1) -> Span:
        """Give the span of a stretch of the text, as far as its first line goes."""
        line = bisect_right(self.starts, offset) - 1
        end = self.text.find("\n", offset)
        on_line = (len(self.text) if end < 0 else end) - offset
        return Span(self.path, line + 1, offset - self.starts[line] + 1, max(1, min(length, on_line)))


@dataclass
class Paragraphs:
    """Finds the columns of inline text: markdown-it keeps a paragraph's lines, but not their indentation.

    Cells of one table row are found from left to right, so the search goes on where the last one ended.
    """

    lines: list[str]
    locate: Locate
    _reached: dict[int, int] = field(default_factory=dict)

    def enter(self, first_line: int, content: str) -> Callable[[int, int], Span]:
        """Give a function from (offset in `content`, length) to a span."""
        places: list[tuple[int, int, int]] = []  # offset in content, line, column
        offset = 0
        for number, text in enumerate(content.split("\n"), start=first_line):
            line = self.lines[number] if number < len(self.lines) else ""
            column = max(0, line.find(text, self._reached.get(number, 0)))
            self._reached[number] = column + len(text)
            places.append((offset, number, column))
            offset += len(text) + 1

        def span(at: int, length: int) -> Span:
            start, line, column = places[bisect_right(places, at, key=itemgetter(0)) - 1]
            return self.locate(line, column + at - start, length)

        return span
