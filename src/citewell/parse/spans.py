"""From an offset in a piece of text back to its place in the file."""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from markdown_it.token import Token

from citewell.core.diagnostic import Span
from citewell.parse.nodes import Node, Place

Locate = Callable[[int, int, int], Span]
"""(line of the text from 0, column from 0, length) -> span. A span of another length covers text that is written otherwise."""

InText = Callable[[int, int], Span]
"""(offset in an inline text, length) -> span."""


def in_body(path: str, first_line: int) -> Locate:
    """Locate in a body that begins at that line of its file."""
    return lambda line, column, length: Span(path, first_line + line, column + 1, max(1, length))


def in_value(place: Place, node: Node) -> Locate:
    """Locate in a YAML value, whatever its style: folded lines, quotes and escapes are walked through in step."""
    text = node.value if isinstance(node.value, str) else ""
    found: list[tuple[list[tuple[int, int]], list[int]]] = []

    def locate(line: int, column: int, length: int) -> Span:
        if not found:  # only now: in most values nothing is looked for
            starts = [0] + [at + 1 for at, sign in enumerate(text) if sign == "\n"]
            found.append((_alignment(text, place.text, node.start, node.end), starts))
        offsets, starts = found[0]
        last = len(offsets) - 1
        at = min(starts[min(line, len(starts) - 1)] + column, last)
        (offset, _), (_, end) = offsets[at], offsets[max(at, min(at + length, last) - 1)]
        row = bisect_right(place.starts, offset) - 1
        column = offset - place.starts[row]
        return place.span(row, column, min(end - offset, len(place.lines[row]) - column))

    return locate


def _alignment(value: str, source: str, start: int, end: int) -> list[tuple[int, int]]:
    """Give for each character of a value where it begins and ends in the YAML source; one more for the end."""
    if source.startswith(value, start):  # a plain value on one line
        return [(at, at + 1) for at in range(start, start + len(value) + 1)]
    quote = source[start : start + 1]
    at = start + 1 if quote in {'"', "'"} else start
    if quote in {"|", ">"}:
        at = source.find("\n", start) + 1
    places = []
    for sign in value:
        while quote == '"' and (joint := _JOINT.match(source, at, end)):
            at = joint.end()
        escape = _ESCAPE.match(source, at, end) if quote == '"' else None
        # A fold reads as a blank: where no blank stands beside it, it is the end of the line that does.
        while not escape and at < end and source[at] not in _READ_AS.get(sign, sign) and source[at] in _FOLDS:
            at += 1
            escape = _ESCAPE.match(source, at, end) if quote == '"' else None
        long = len(escape[0]) if escape else 2 if quote == "'" and source.startswith("''", at) else 1
        places.append((min(at, end), min(at + long, end)))
        at += long
    return [*places, (min(at, end), min(at + 1, end))]


_READ_AS = {" ": " \n"}
_FOLDS = " \t\n"
"""What stands between the lines of a folded text."""
_JOINT = re.compile(r"\\\n[ \t]*")
_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|[^\n])")


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
        row, column = self.row_and_column(offset)
        end = self.text.find("\n", offset, offset + length)
        return Span(
            self.path,
            row + 1,
            column + 1,
            max(1, min(length, (end if end >= 0 else len(self.text)) - offset)),
        )

    def row_and_column(self, offset: int) -> tuple[int, int]:
        """Give the line and the column, both counted from 0."""
        row = bisect_right(self.starts, offset) - 1
        return row, offset - self.starts[row]


@dataclass
class Paragraphs:
    """Finds the columns of inline text: markdown-it keeps a paragraph's lines, but not their indentation.

    Cells of one table row are found from left to right, so the search goes on where the last one ended.
    """

    lines: list[str]
    locate: Locate
    _reached: dict[int, int] = field(default_factory=dict)
    _rows: dict[int, deque[tuple[str, list[InText]]]] = field(default_factory=dict)
    """By line: texts that begin there, whose columns nobody has asked for; as most never are."""
    _hosts: dict[int, InText] = field(
        default_factory=dict
    )  # by identity: paragraphs in which footnotes stand

    def of(self, inline: Token) -> InText:
        """Give the function from an offset in the text of a token to its span; that of an inline footnote stands in a paragraph."""
        written = str(inline.meta.get("written", inline.content))
        if inline.map:
            place = self._hosts.get(id(inline)) or self.enter(inline.map[0], written)
        elif "host" in inline.meta:
            around, start = self.of(inline.meta["host"]), int(inline.meta["at"])
            place = lambda at, length: around(start + at, length)  # noqa: E731
        else:
            place = self.enter(0, "")
        if "holds notes" in inline.meta:
            self._hosts[id(inline)] = place
        return place

    def enter(self, first_line: int, content: str) -> InText:
        """Give a function from (offset in `content`, length) to a span, which ends where its first line ends."""
        row = self._rows.setdefault(first_line, deque())
        found: list[InText] = []
        row.append((content, found))

        def span(at: int, length: int) -> Span:
            while not found:  # what stands to the left comes first
                text, its = row.popleft()
                its.append(self._found(first_line, text))
            return found[0](at, length)

        return span

    def _found(self, first_line: int, content: str) -> InText:
        if "\n" not in content and first_line < len(self.lines):
            column = self.lines[first_line].find(content, self._reached.get(first_line, 0))
            if column >= 0:
                return self._on_one_line(first_line, column, len(content))
        return self._on_lines(first_line, content)

    def _on_one_line(self, line: int, column: int, size: int) -> InText:
        """Locate in a text that stands on its line sign for sign."""
        self._reached[line] = column + size

        def span(at: int, length: int) -> Span:
            start = min(at, size)
            return self.locate(line, column + start, max(1, min(at + length, size) - start))

        return span

    def _on_lines(self, first_line: int, content: str) -> InText:
        places: list[tuple[int, int, Sequence[int]]] = []  # offset in content, line, columns of the signs
        offset = 0
        for number, text in enumerate(content.split("\n"), start=first_line):
            line = self.lines[number] if number < len(self.lines) else ""
            columns = _columns(text, line, self._reached.get(number, 0))
            self._reached[number] = columns[-1]
            places.append((offset, number, columns))
            offset += len(text) + 1

        def span(at: int, length: int) -> Span:
            start, line, columns = places[bisect_right(places, at, key=itemgetter(0)) - 1]
            first = min(at - start, len(columns) - 1)
            last = max(first, min(at - start + length, len(columns) - 1) - 1)
            return self.locate(line, columns[first], columns[last] + 1 - columns[first])

        return span


def _columns(text: str, line: str, start: int) -> Sequence[int]:
    """Give the column of each sign of a line's text, and of its end."""
    column = line.find(text, start)
    if column >= 0:
        return range(column, column + len(text) + 1)
    # A cell of a table has lost the backslash of `\|`; what is left of an indent that held tabs is spaces.
    words = text.lstrip()
    at = max(start, line.find(words.partition("|")[0] or "\\|", start))
    columns = [at] * (len(text) - len(words))
    for sign in words:
        at += sign == "|" and line.startswith("\\|", at)
        columns.append(at)
        at += 1
    return [*columns, at]
