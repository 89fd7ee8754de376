"""Stretches of text: from markup to runs, and runs joined with the right punctuation."""

import re
from collections.abc import Iterable
from typing import Literal, cast

from citewell.core.csl import Run

Runs = tuple[Run, ...]
Piece = str | Runs

_Mark = Literal["i", "b", "sub", "sup"]
_Style = Literal["", "i", "b", "sub", "sup"]
_TAG = re.compile(r"(</?(?:i|b|sub|sup)>)")
_UNPRINTED = re.compile(r"</?(?:sc|span)\b[^<>]*>")  # CSL's marks that change only letter case
_OPEN_DOUBLE, _CLOSE_DOUBLE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_OPEN_SINGLE, _CLOSE_SINGLE = "\N{LEFT SINGLE QUOTATION MARK}", "\N{RIGHT SINGLE QUOTATION MARK}"
_CLOSING = f"[{_CLOSE_DOUBLE}{_CLOSE_SINGLE}]"
# A quotation opens at the start, and after a space, a bracket, a dash or a tag that opens.
_OPENING = re.compile(
    r"(?:^|(?<=[\s(\[/\N{EM DASH}\N{EN DASH}\-" + _OPEN_DOUBLE + _OPEN_SINGLE + r"])|(?<=<[ib]>))([\"'])"
)
_FINISHED = re.compile(rf"[.?!]{_CLOSING}*$")
# A single mark alone may be an apostrophe ("the choice of patients'"), which ends no quotation.
_QUOTED = re.compile(rf"{_CLOSE_SINGLE}?{_CLOSE_DOUBLE}$")


def typographic(value: str) -> str:
    """Straight quotation marks and apostrophes made curly."""
    if '"' not in value and "'" not in value:
        return value
    opened = _OPENING.sub(lambda match: _OPEN_DOUBLE if match[1] == '"' else _OPEN_SINGLE, value)
    return opened.replace('"', _CLOSE_DOUBLE).replace("'", _CLOSE_SINGLE)


def marked(value: str) -> Runs:
    """The runs of a text with the inline markup of CSL (`<i> <b> <sub> <sup>`); the innermost mark counts."""
    if "<" not in value or "<" not in (value := _UNPRINTED.sub("", value)):
        return (Run(typographic(value)),) if value else ()
    runs: list[Run] = []
    marks: list[_Mark] = []
    # Quotation marks first: a quotation may begin before a tag and end after it.
    for part in _TAG.split(typographic(value)):
        if not _TAG.fullmatch(part):
            runs.append(Run(part, marks[-1] if marks else ""))
            continue
        mark = cast("_Mark", part.strip("</>"))
        if not part.startswith("</"):
            marks.append(mark)
        elif mark in marks:
            marks.remove(mark)
    return tuple(run for run in runs if run.text)


def runs_of(piece: Piece) -> Runs:
    """Runs as they are; text without markup as one plain run, or none if there is no text."""
    if isinstance(piece, tuple):
        return piece
    return (Run(typographic(piece)),) if piece else ()


def plain(runs: Iterable[Run]) -> str:
    """The text of runs alone."""
    return "".join(run.text for run in runs)


def italic(piece: Piece) -> Runs:
    """The piece in italics. What is italic already stands upright, as a species does in an italic title."""
    flipped: dict[str, Literal["", "i"]] = {"": "i", "i": ""}
    return tuple(Run(run.text, flipped.get(run.style, run.style), run.url) for run in runs_of(piece))


def enclosed(opening: str, piece: Piece, closing: str) -> Runs:
    """The piece between brackets or other signs; nothing if the piece is empty."""
    runs = runs_of(piece)
    return (Run(opening), *runs, Run(closing)) if runs else ()


def join(delimiter: str, *pieces: Piece) -> Runs:
    """The pieces that are not empty, with the delimiter between them and no punctuation doubled."""
    joined: list[Run] = []
    for piece in pieces:
        if piece:
            if joined:
                _follow(joined, delimiter)
            if isinstance(piece, tuple):
                joined += piece
            else:
                joined.append(Run(typographic(piece)))
    return tuple(joined)


def stopped(piece: Piece) -> Runs:
    """The piece with a full stop at its end, unless it is empty or ends with one, or with `?` or `!`."""
    runs = list(runs_of(piece))
    if runs:
        _follow(runs, ".")
    return tuple(runs)


def merged(runs: Runs) -> Runs:
    """The same text in the fewest runs."""
    result: list[Run] = []
    texts: list[str] = []  # of the run at work
    style: _Style = ""
    url = ""
    for run in runs:
        if texts and run.style == style and run.url == url:
            texts.append(run.text)
        elif run.text:
            if texts:
                result.append(Run("".join(texts), style, url))
            texts, style, url = [run.text], run.style, run.url
    return (*result, Run("".join(texts), style, url)) if texts else ()


def _follow(runs: list[Run], delimiter: str) -> None:
    """Put a delimiter behind runs. A full stop is not repeated, and stands inside quotation marks."""
    last = runs[-1]
    if not delimiter.startswith(".") or last.text[-1:].isalnum():
        runs.append(Run(delimiter))
    elif _FINISHED.search(last.text):
        runs.append(Run(delimiter[1:]))
    elif quotes := _QUOTED.search(last.text):
        inside = Run(last.text[: quotes.start()] + "." + quotes[0], last.style, last.url)
        runs[-1:] = inside, Run(delimiter[1:])
    else:
        runs.append(Run(delimiter))
