"""YAML in its plainest style, read line by line: as most front matter is written, and many times as fast as all of YAML.

Keys and dashes, indented by blanks; texts that begin and end on their line, in quotes or without, and hold no escape; short lists
and groups of such texts in brackets. What is written otherwise, or wrongly, is left to `yamlnodes`, which knows all of YAML and tells where it breaks.
"""

import re

from citewell.core.diagnostic import Diagnostic, Span
from citewell.parse.nodes import NO_KEYS, Node, Place, grouped, listed
from citewell.parse.text import HIDDEN_SIGN

_QUOTED = r""""[^"\\\n]*+"|'[^'\n]*+'"""
_KEY = "[A-Za-z_][A-Za-z0-9_-]{0,99}+"
_IN_BRACKETS = rf"{_QUOTED}|\w(?:[\w ./'-]*[\w.])?"
_ENTRY = re.compile(_IN_BRACKETS)
_PAIR = re.compile(rf"({_KEY}): +({_IN_BRACKETS})")
_BARE = (
    r"""[^\s\-?:,\[\]{}#&*!|>'"%@`]"""  # a sign with which nothing but a text begins
    r"[^:#\t\n]*+(?::(?=\S)[^:#\t\n]*+)*+(?<! )"
)
_LIST = rf"\[(?:{_IN_BRACKETS})(?:, *(?:{_IN_BRACKETS}))*\]"
_GROUP = rf"\{{{_KEY}: +(?:{_IN_BRACKETS})(?:, *{_KEY}: +(?:{_IN_BRACKETS}))*\}}"
_VALUE = rf"{_QUOTED}|{_BARE}|{_LIST}|{_GROUP}"
# Fifteen blanks and a dash: nothing that stands no further in is nested too deeply for `yamlnodes`.
_LINE = re.compile(
    rf"^( {{0,15}})(?:(- {{1,3}})?(?:({_KEY}):(?:( ++)({_VALUE}))?|(?<=- )({_VALUE}))|#[^\n]*)?$",
    re.MULTILINE,
)

_Row = tuple[int, int, int, str, int, str]
"""A line: where it begins, lengths of its indent and its dash, its key, the length of the gap behind that, its value."""


class _OtherwiseError(Exception):
    """The text is written in another style, or wrongly."""


def read(place: Place) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Give the tree of a document, or None where it cannot be read, and what is wrong with it."""
    node = read_plain(place)
    if node:
        return node, ()
    from citewell.parse import yamlnodes  # which takes as long to import as a whole page takes to read

    return yamlnodes.read(place)


def read_plain(place: Place) -> Node | None:
    """Give the tree of a document in the plainest style, or None for any other, be it right or wrong."""
    # Asked once, for in the pattern of a line, at each place of it, the many ranges of such signs would take long to compile.
    if HIDDEN_SIGN.search(place.text):
        return None
    lines = _LINE.findall(place.text)
    if len(lines) != len(place.lines):
        return None
    end: _Row = (len(place.text), -1, 0, "", 0, "")
    rows: list[_Row] = [
        (start, len(indent), len(dash), key, len(gap), value or entry)
        for start, (indent, dash, key, gap, value, entry) in zip(place.starts, lines, strict=True)
        if key or entry
    ]
    rows.append(end)
    try:
        node, row = _below(place, rows, 0, -1)
    except _OtherwiseError:
        return None
    return node if rows[row] is end and isinstance(node.value, dict) else None


def _group(place: Place, rows: list[_Row], row: int, column: int) -> tuple[Node, int]:
    """Read the keys that stand in a column, the first one perhaps behind a dash; give them, and the row after them."""
    values: dict[str, Node] = {}
    keys: dict[str, Span | int] = {}
    first, indent, dash, key, gap, value = rows[row]
    start = first
    while True:
        if not key or key in keys:
            raise _OtherwiseError
        keys[key] = at = start + column
        if value:
            values[key] = _value(place, value, at + len(key) + 1 + gap)
            row += 1
        else:
            values[key], row = _below(place, rows, row + 1, column)
        start, indent, dash, key, gap, value = rows[row]
        if indent != column or dash:
            break
    if indent >= column:
        raise _OtherwiseError
    return grouped(values, place, keys, first + column, start + max(indent, 0)), row


def _below(place: Place, rows: list[_Row], row: int, column: int) -> tuple[Node, int]:
    """Read what stands below a key in a column: a list, or keys further in."""
    indent, dash = rows[row][1:3]
    if dash and indent >= column:
        return _list(place, rows, row, indent)
    if not dash and indent > column:
        return _group(place, rows, row, indent)
    raise _OtherwiseError


def _list(place: Place, rows: list[_Row], row: int, column: int) -> tuple[Node, int]:
    """Read the entries whose dashes stand in a column."""
    entries: list[Node] = []
    start, indent, dash, key, _, value = rows[row]
    first = start + column
    while dash and indent == column:
        if key:
            entry, row = _group(place, rows, row, column + dash)
        else:
            entry, row = _value(place, value, start + column + dash), row + 1
        entries.append(entry)
        start, indent, dash, key, _, value = rows[row]
    if indent > column:
        raise _OtherwiseError
    return listed(entries, place, first, start + max(indent, 0)), row


def _value(place: Place, typed: str, at: int) -> Node:
    end = at + len(typed)
    if typed[0] in "\"'":
        text = typed[1:-1]
        return Node(text, text, place, NO_KEYS, at, end)
    if typed[0] == "[":
        entries = [_value(place, entry[0], at + entry.start()) for entry in _ENTRY.finditer(typed)]
        return listed(entries, place, at, end)
    if typed[0] == "{":
        pairs = list(_PAIR.finditer(typed))
        values = {pair[1]: _value(place, pair[2], at + pair.start(2)) for pair in pairs}
        if len(values) < len(pairs):
            raise _OtherwiseError
        return grouped(values, place, {pair[1]: at + pair.start() for pair in pairs}, at, end)
    return Node(typed, typed, place, NO_KEYS, at, end)
