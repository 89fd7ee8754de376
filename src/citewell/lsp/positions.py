"""Places as the protocol counts them, in code units from 0, and as we do, in characters from 1.

pygls has the same, and breaks lines at form feeds and line separators as well, which the protocol does not.
"""

import re
from functools import cached_property
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_BREAK = re.compile(r"\r\n|\n|\r")
_MARK = "\ufeff"
_LARGEST_OF_TWO_BYTES, _LARGEST_OF_THREE, _SMALL = 0x7FF, 0xFFFF, 0x7F


class Text:
    """The text of a file as an editor or the disk has it, byte order mark and line ends included."""

    def __init__(self, whole: str) -> None:
        # A lone half of a surrogate pair is a fault of the editor, and no file can hold it.
        self.whole = whole.encode("utf-8", "replace").decode() if not _is_sound(whole) else whole

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, and without a byte order mark: as spans count them."""
        return _BREAK.split(self.whole.removeprefix(_MARK))

    @cached_property
    def line_end(self) -> str:
        """The line end that the file uses."""
        match = _BREAK.search(self.whole)
        return match[0] if match else "\n"

    def line(self, number: int) -> str:
        """Give a line, counted from 0; nothing where the file has no such line."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def units(self, row: int, column: int, encoding: Encoding) -> int:
        """Give the code units before a column of a line, both counted from 0."""
        return width(self._mark_on(row) + self.line(row)[:column], encoding)

    def column(self, row: int, units: int, encoding: Encoding) -> int:
        """Give the column, counted from 0, that lies so many code units into a line; at most the line's end."""
        units -= width(self._mark_on(row), encoding)
        line = self.line(row)
        if encoding == "utf-32" or line.isascii():
            return max(0, min(units, len(line)))
        for column, sign in enumerate(line):
            if units <= 0:
                return column
            units -= _width(sign, encoding)
        return len(line)

    def changed(self, start: tuple[int, int], end: tuple[int, int], new: str, encoding: Encoding) -> "Text":
        """Give the text with the part between two places, as (line, code units), replaced."""
        first, last = self._offset(*start, encoding), self._offset(*end, encoding)
        return Text(self.whole[:first] + new + self.whole[last:])

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _BREAK.finditer(self.whole))]

    def _offset(self, row: int, units: int, encoding: Encoding) -> int:
        if row >= len(self._starts):
            return len(self.whole)
        if units == 0:  # in front of a byte order mark too
            return self._starts[row]
        return self._starts[row] + len(self._mark_on(row)) + self.column(row, units, encoding)

    def _mark_on(self, row: int) -> str:
        return _MARK if row == 0 and self.whole.startswith(_MARK) else ""


def width(text: str, encoding: Encoding) -> int:
    """Give the number of code units of a text."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    return sum(_width(sign, encoding) for sign in text)


def _width(sign: str, encoding: Encoding) -> int:
    point = ord(sign)
    if encoding == "utf-32" or point <= _SMALL:
        return 1
    if encoding == "utf-16":
        return 1 if point <= _LARGEST_OF_THREE else 2
    return 2 if point <= _LARGEST_OF_TWO_BYTES else 3 if point <= _LARGEST_OF_THREE else 4


def _is_sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
