"""What plainly mends a line of broken YAML: only where the document can be read, or read further, with it."""

import re
from collections.abc import Sequence
from typing import Any

import yaml
from msgspec import Struct

from citewell.core.once import once

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNSPACED = re.compile(r"\s*(?:- )*(?P<key>[\w-]+:)(?=[^\s:/])")
_UNQUOTED = re.compile(r"\s*(?:- )*[\w-]+:\s+(?P<value>[^\s\"'\\\[{|>][^\"'\\]*?)\s*")


class Mend(Struct, frozen=True):
    """So many characters from a column (counted from 0) become `text`."""

    column: int
    length: int
    text: str


def unspaced_key(lines: Sequence[str], row: int) -> tuple[str, Mend] | None:
    """Give a key with its colon behind which the blank is missing, and the mend, if that is the fault of this line."""
    match = _UNSPACED.match(lines[row])
    mend = Mend(match.end(), 0, " ") if match else None
    return (match["key"], mend) if match and mend and _helps(lines, row, mend) else None


def quoted(lines: Sequence[str], row: int) -> Mend | None:
    """Give the mend that puts the value of a line in double quotes, if it holds no quote, backslash or comment."""
    match = _UNQUOTED.fullmatch(lines[row])
    if not match or " #" in match["value"]:
        return None
    mend = Mend(match.start("value"), len(match["value"]), f'"{match["value"]}"')
    return mend if _helps(lines, row, mend) else None


def odd_blank(line: str) -> int | None:
    """Give the column of the first blank in front of a line that is neither a space nor a tab."""
    return next((at for at, sign in enumerate(indent(line)) if sign not in " \t"), None)


def indented(lines: Sequence[str], row: int) -> Mend | None:
    """Give the mend that makes plain spaces of the blanks in front of a line, two of a tab, if it reads with all lines so."""
    blanks = indent(lines[row])
    return Mend(0, len(blanks), _plain(blanks)) if _reads_with_plain_blanks(lines) else None


@once
def _reads_with_plain_blanks(lines: Sequence[str]) -> bool:
    return _fault_line([_plain(indent(line)) + line[len(indent(line)) :] for line in lines]) is None


def indent(line: str) -> str:
    """Give the blanks in front of a line."""
    return line[: len(line) - len(line.lstrip())]


def _plain(blanks: str) -> str:
    return "".join("  " if sign == "\t" else " " for sign in blanks)


def _helps(lines: Sequence[str], row: int, mend: Mend) -> bool:
    line = lines[row][: mend.column] + mend.text + lines[row][mend.column + mend.length :]
    fault = _fault_line([*lines[:row], line, *lines[row + 1 :]])
    return fault is None or fault > row + 1


def _fault_line(lines: Sequence[str]) -> int | None:
    """Give the line at which a document cannot be read, or None."""
    try:
        yaml.compose("\n".join(lines), Loader=_Loader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        return mark.line if mark else 0
    except yaml.YAMLError:
        return 0
    return None
