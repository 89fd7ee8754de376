"""Edits put into a file's bytes, which stay as they were everywhere else: line ends, byte order mark and all."""

import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from citewell.core.diagnostic import Edit

_LINE_END = re.compile("\r\n|\r|\n")


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Give a file's bytes with its edits made. Where two touch, the first one counts, and the next check tells the other.

    Raises UnicodeDecodeError where the bytes are not UTF-8.
    """
    text = data.decode()
    starts = _starts(text)
    ends = _LINE_END.search(text)
    parts: list[str] = []
    reached = -1
    for edit in sorted(set(edits), key=lambda edit: (edit.span, edit.text)):
        start = starts[edit.span.line - 1] + edit.span.column - 1
        if start > reached:
            parts += [text[max(0, reached) : start], edit.text.replace("\n", ends[0] if ends else "\n")]
            reached = start + edit.span.length
    return "".join([*parts, text[max(0, reached) :]]).encode()


def diff(path: str, before: bytes, after: bytes) -> Iterator[str]:
    """Give the lines of a unified diff of two UTF-8 texts, without their ends."""
    return unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", lineterm="")


def _lines(data: bytes) -> list[str]:
    lines = _LINE_END.split(data.decode().removeprefix("\ufeff"))
    return lines if lines[-1] else lines[:-1]


def _starts(text: str) -> list[int]:
    """Give the offset of each line, as spans count lines: a byte order mark is not part of the first one."""
    first = 1 if text.startswith("\ufeff") else 0
    return [first, *(match.end() for match in _LINE_END.finditer(text))]
