"""Why an entry of BibTeX breaks, and where: often far above the place that stops a parser."""

import re
from collections.abc import Mapping
from itertools import zip_longest

from msgspec import Struct

from citewell.core.diagnostic import nearest

_PIECE = re.compile(r"\s*(?:[0-9]+|[^\s{}\"#,=()%']+)")
_FIELD = re.compile(r"^([^\S\n]*)([A-Za-z][\w-]*)[^\S\n]*=[^\S\n]*([{\"])", re.MULTILINE)
_MARKUP = re.compile(r"(?<!\\)[{}\"]")


class Break(Struct, frozen=True):
    """Where an entry breaks: an offset into its text, what is wrong there, and how to mend it."""

    at: int
    length: int
    message: str
    mend: str


def why_broken(raw: str, reason: str) -> Break:
    """Give the place at which an entry breaks. `reason` is what the parser says of the place where it stopped."""
    head = re.match(r"@\w+\s*[{(]?\s*[^\s,={}\"]*", raw)
    name = head[0].rstrip() if head else raw[:1]
    if "comma after entry key" in reason:
        return _without_id(raw, name)
    if unclosed := _unclosed(raw):
        return unclosed
    if "`=` after entry key" in reason:
        return _without_equals(raw, reason)
    return Break(
        0,
        len(name),
        f"the entry that begins here with `{name}` has no end",
        "write a `}` on a line of its own behind its last field",
    )


def _without_id(raw: str, name: str) -> Break:
    if re.match(r"@\w+\s*[{(]\s*[\w-]+\s*=", raw):
        opened = re.match(r"@\w+\s*[{(]", raw)
        begin = opened[0] if opened else name
        return Break(
            0,
            len(begin),
            f"the entry `{begin}` has no id",
            f"write an id and a comma, as in `{begin}welsh2024,`",
        )
    return Break(len(name) - 1, 1, f"a comma is missing behind `{name}`", f"write `{name},`")


def _without_equals(raw: str, reason: str) -> Break:
    """A field without `=`: the text of the entry ends at the sign that stands in its place."""
    if "end of the entry" in reason:
        raw = raw[:-1]
    start = raw.rfind(",") + 1
    word = raw[start:].strip()
    if not word:
        return Break(start - 1, 1, "two commas follow each other here", "delete one of the two")
    at = raw.find(word, start)
    first = word.split()[0]
    return Break(at, len(first), f"a `=` is missing behind `{first}`", f"write `{first} = {{…}}`")


def _unclosed(raw: str) -> Break | None:
    """Find the first field whose brace or quote is not closed before the next field begins."""
    fields = list(_FIELD.finditer(raw))
    for field, following in zip_longest(fields, fields[1:]):
        opened = field.end() - 1
        value = raw[opened : following.start() if following else len(raw)]
        end = end_of_piece(value, 0)
        closed = len(value) > 1 and value[end - 1 : end] == ('"' if field[3] == '"' else "}") and end > 1
        alone = closed and re.search(r"\n([^\S\n]*)\}$", value[:end])
        if not closed or (alone and len(alone[1]) < len(field[1])):
            sign = '"' if field[3] == '"' else "}"
            return Break(
                opened,
                1,
                f"the `{field[3]}` that opens the value of `{field[2]}` is never closed",
                f"write a `{sign}` at the end of the value, in front of the comma",
            )
    return None


def why_no_value(value: str, at: int, length: int, name: str, macros: Mapping[str, str]) -> Break:
    """Give the place at which a value is no text: from there on, so many characters, are none."""
    if length:
        word = value[at : at + length]
        near = nearest(word, macros)
        mend = f"there is a text named `{near}`" if near else "put the value in braces"
        return Break(at, length, f"there is no `@string` named `{word}`", mend)
    if not value:
        return Break(0, 1, f"nothing stands after `{name} =`", "write a value in braces, or delete the field")
    return Break(
        max(0, at - 1), 1, f"a comma is missing behind the value of `{name}`", "write a `,` behind this sign"
    )


def end_of_piece(value: str, at: int) -> int:
    """Give where a text in braces or quotes ends, or a number or the name of a macro; the end of the value if it never does."""
    opened = value[at : at + 1]
    if opened not in {"{", '"'}:
        match = _PIECE.match(value, at)
        return match.end() if match else at
    depth = 0
    for mark in _MARKUP.finditer(value, at + 1):
        if mark[0] == ('"' if opened == '"' else "}") and depth == 0:
            return mark.end()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
    return len(value)
