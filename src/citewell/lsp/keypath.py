"""Where a place in YAML or JSON stands: under which keys, and whether a key or a value is typed there.

It works from the lines of one top-level key, by indentation and brackets, so that it holds while the document cannot be parsed.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct, structs

Path = tuple[str | int, ...]

_KEY = re.compile(r"""("[^"]*"|'[^']*'|[\w$][\w$./-]*(?: [\w./-]+)*)[ \t]*:(?=[ \t]|$)""")
_DASH = re.compile(r"-(?:[ \t]+|$)")
_TOP = re.compile(r"[^\s#}\]]")


class Spot(Struct, frozen=True):
    """What stands at a place. `path` leads to the group or list that a key or an entry belongs to, or to the value."""

    path: Path
    role: Literal["key", "entry", "value", "text"]
    word: str = ""  # what stands between `start` and the place
    start: int = 0
    is_flow: bool = False  # inside brackets
    is_quoted: bool = False  # a quote is open
    siblings: tuple[str, ...] = ()  # keys that the same group has


def spot_at(lines: Sequence[str], row: int, column: int) -> Spot:
    """Tell where a place stands; line and column count from 0."""
    scan = _Scan()
    for number in range(_first_line(lines, row), row):
        scan.read(lines[number])
    spot = scan.read(lines[row][:column] if row < len(lines) else "", is_last=True)
    if spot.is_flow or spot.role not in {"key", "entry"}:
        return spot
    return structs.replace(spot, siblings=tuple(_siblings(lines, row, column)))


def key_at(lines: Sequence[str], row: int, column: int) -> tuple[Path, int, int] | None:
    """Give the path of the key on which a place stands, and the columns of its first and behind its last character."""
    line = lines[row] if row < len(lines) else ""
    for match in _KEY.finditer(line):
        if match.start(1) <= column <= match.end(1):
            spot = spot_at(lines, row, match.end())
            return (spot.path, match.start(1), match.end(1)) if spot.role == "value" else None
    return None


def _first_line(lines: Sequence[str], row: int) -> int:
    """Give the line of the top-level key above a place, or the first one where the whole document is in brackets."""
    written = next(
        (line.lstrip() for line in lines if line.strip() and not line.lstrip().startswith("#")), ""
    )
    if written[:1] in {"[", "{"}:
        return 0
    at = min(row, len(lines) - 1)
    while at > 0 and not _TOP.match(lines[at]):
        at -= 1
    # A list may stand in the column of its key.
    while at > 0 and lines[at].startswith("-") and not _KEY.match(lines[at]):
        at -= 1
    return at


def _siblings(lines: Sequence[str], row: int, column: int) -> Iterator[str]:
    """Give the keys of the group on this line, which stand in the same column."""
    here = lines[row] if row < len(lines) else ""
    at = _key_column(here) if here.strip() else column
    if not _DASH.match(here.lstrip()):
        for number in range(row - 1, -1, -1):
            if lines[number].strip() and (name := _sibling(lines[number], at)) is not None:
                yield name
            if lines[number].strip() and (_indent(lines[number]) < at):
                break
    for number in range(row + 1, len(lines)):
        if lines[number].strip() and _indent(lines[number]) < at:
            break
        if (name := _sibling(lines[number], at)) is not None:
            yield name


def _sibling(line: str, column: int) -> str | None:
    match = _KEY.match(line, column) if _key_column(line) == column else None
    return _bare(match[1]) if match else None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _key_column(line: str) -> int:
    at = _indent(line)
    while match := _DASH.match(line, at):
        at = match.end()
    return at


def _bare(key: str) -> str:
    return key[1:-1] if key[:1] in {'"', "'"} else key


class _Scan:
    """Reads lines one by one and keeps the keys, the brackets and the text in which it stands."""

    def __init__(self) -> None:
        self.levels: list[tuple[int, str | int]] = []  # column, key or index
        self.brackets: list[_Bracket] = []
        self.scalar: int | None = None  # column of the key or the dash whose text goes on below it
        self.quote = ""

    def _path(self) -> Path:
        return tuple(name for _, name in self.levels)

    def read(self, line: str, *, is_last: bool = False) -> Spot:
        """Read a line, the last one only up to the place, and tell what stands at its end."""
        if self.brackets:
            return self._flow(line, 0)
        if self.quote:
            return self._quoted(line)
        indent = _indent(line)
        is_blank = not line.strip() and not (is_last and self.scalar is not None and indent <= self.scalar)
        if self.scalar is not None and (is_blank or indent > self.scalar):
            return Spot(self._path(), "text")
        self.scalar = None
        if line.lstrip().startswith("#"):
            return Spot(self._path(), "text")
        at, dashed = indent, False
        while match := _DASH.match(line, at):
            self._close(at, dash=True)
            self.levels.append((at, 0))
            at, dashed = match.end(), True
        return self._behind_dashes(line, at, dashed=dashed)

    def _behind_dashes(self, line: str, at: int, *, dashed: bool) -> Spot:
        match = _KEY.match(line, at)
        if match:
            self._close(at, dash=False)
            self.levels.append((at, _bare(match[1])))
            begin = match.end() + len(line[match.end() :]) - len(line[match.end() :].lstrip())
            return self._value(line, begin, at)
        if line[at : at + 1] in {"[", "{"}:
            return self._flow(line, at)
        if dashed:
            return Spot(self._path(), "entry", line[at:], at)
        self._close(at, dash=False)
        return Spot(self._path(), "key", line[at:], at)

    def _close(self, column: int, *, dash: bool) -> None:
        """Leave the groups and lists that end where something new stands in this column."""
        while self.levels:
            at, name = self.levels[-1]
            if at < column or (at == column and dash and isinstance(name, str)):
                return
            self.levels.pop()

    def _value(self, line: str, begin: int, key_column: int) -> Spot:
        text = line[begin:]
        if text[:1] in {"[", "{"}:
            return self._flow(line, begin)
        if text[:1] in {"|", ">"}:
            self.scalar = key_column
            return Spot(self._path(), "text")
        if text[:1] in {'"', "'"}:
            if text[1:].rstrip().endswith(text[0]):
                return Spot(self._path(), "text")
            self.quote = text[0]
            return Spot(self._path(), "value", text[1:], begin + 1)
        if text:
            self.scalar = key_column  # a plain text goes on in the lines that are further in
        return Spot(self._path(), "value", text, begin)

    def _quoted(self, line: str) -> Spot:
        if line.rstrip().endswith(self.quote):
            self.quote = ""
        return Spot(self._path(), "text")

    def _flow(self, line: str, at: int) -> Spot:
        """Read on inside brackets, or from the first one."""
        if self.brackets:
            self.brackets[-1].begin_line()
        while at < len(line):
            self._sign(line[at], at, line[at + 1 : at + 2])
            at += 1
            if not self.brackets:
                return Spot(self._path(), "text")
        inner = [step for bracket in self.brackets[:-1] for step in bracket.step()]
        return self.brackets[-1].spot((*self._path(), *inner), len(line))

    def _sign(self, sign: str, at: int, following: str) -> None:
        inside = self.brackets[-1] if self.brackets else None
        if inside is not None and inside.quote:
            inside.quoted(sign, at)
        elif sign in {"[", "{"}:
            self.brackets.append(_Bracket(sign))
        elif sign in {"]", "}"}:
            self.brackets.pop()
        elif inside is not None:
            inside.sign(sign, at, following)


class _Bracket:
    """One level of brackets, read as far as the place."""

    def __init__(self, opening: str) -> None:
        self.is_map = opening == "{"
        self.key = ""
        self.has_key = False
        self.word, self.start = "", -1
        self.quote = ""
        self.seen: list[str] = []

    def begin_line(self) -> None:
        self.start = -1 if not self.word else 0

    def step(self) -> Path:
        return ((self.key,) if self.has_key else ()) if self.is_map else (0,)

    def quoted(self, sign: str, at: int) -> None:
        if sign == self.quote:
            self.quote = ""
        else:
            self._add(sign, at)

    def sign(self, sign: str, at: int, following: str) -> None:
        if sign == ",":
            self.has_key, self.key, self.word, self.start = False, "", "", -1
        elif sign == ":" and self.is_map and not self.has_key and following in {"", " ", "\t"}:
            self.key, self.has_key = self.word.strip(), True
            self.seen.append(self.key)
            self.word, self.start = "", -1
        elif sign in {'"', "'"} and not self.word:
            self.quote, self.start = sign, at + 1
        elif self.word or not sign.isspace():
            self._add(sign, at)

    def _add(self, sign: str, at: int) -> None:
        if self.start < 0:
            self.start = at
        self.word += sign

    def spot(self, path: Path, end: int) -> Spot:
        start = end if self.start < 0 else self.start
        flow = Spot(path, "key", self.word, start, is_flow=True, is_quoted=bool(self.quote))
        if not self.is_map:
            return structs.replace(flow, path=(*path, 0), role="entry")
        if self.has_key:
            return structs.replace(flow, path=(*path, self.key), role="value")
        return structs.replace(flow, siblings=tuple(self.seen))
