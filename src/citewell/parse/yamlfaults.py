"""Faults of the YAML reader in the words of editors: what is wrong there, and how to mend it."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from citewell.core.diagnostic import Diagnostic, Edit, Related, Span, cut
from citewell.parse.nodes import Place
from citewell.parse.yamlmends import Mend, indent, indented, odd_blank, quoted, unspaced_key


def broken(place: Place, fault: yaml.MarkedYAMLError) -> Diagnostic:
    """Tell a fault, as exactly as can be."""
    span, message, mend, *more = next(_explanations(place, fault))
    related = tuple(each for each in more if isinstance(each, Related))
    edit = next((each for each in more if isinstance(each, Edit)), None)
    return Diagnostic("yaml/broken", span, message, mend, related, edit=edit)


def _explanations(place: Place, fault: yaml.MarkedYAMLError) -> Iterator[Any]:
    """Give the explanations that fit a fault of the YAML reader, the most exact one first."""
    problem = f"{fault.context or ''} {fault.problem or ''}"
    mark = fault.problem_mark or fault.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    begin = fault.context_mark
    at = min(line, len(place.lines) - 1)
    text, before = place.lines[at], place.lines[at][:column].rstrip()
    yield from _of_blanks(place, begin.line if begin else at, at)
    yield from _of_one_line(place, fault, problem, at, column)
    if begin and "could not find expected ':'" in problem:
        yield (
            place.span(begin.line, begin.column, len(place.line(begin.line)) - begin.column),
            "this line is not `key: value`",
            "write a key and a colon in front, or indent the line so that it goes on with the text above",
        )
    bracket = place.line(begin.line)[begin.column : begin.column + 1] if begin else ""
    if begin and "expected ',' or" in problem and bracket in _CLOSING:
        closing = _CLOSING[bracket]
        yield (
            place.span(begin.line, begin.column),
            f"between the `{bracket}` here and its end a `,` is missing, or the `{closing}`",
            f"write the `,` or the `{closing}`, or put the whole value in double quotes where it is a text",
            Related(place.span(line, column), "it is missed here"),
        )
    if "cannot start any token" in problem:
        yield (
            place.span(at, column),
            f"a value cannot begin with the sign `{text[column : column + 1]}`",
            "put the whole value in double quotes",
        )
    if before.endswith(("]", "}", '"', "'")):
        yield (
            place.span(at, column, len(text) - column),
            f"the value ends with `{before[-1]}`, and text follows it",
            f"put the whole value in quotes; {_SINGLE}"
            if before[-1] == "'"
            else f"put the whole value in double quotes; {_DOUBLE}",
        )
    if ("expected key" in problem or "expected '-'" in problem) and text[:1] == " " and column:
        yield (
            place.span(at, len(indent(text)), len(text.strip())),
            f"this line is indented by {len(indent(text))}, which fits none of the lines above it",
            "indent it as far as the lines that it belongs with, with spaces",
        )
    near = f", near `{text.strip()[:60]}`" if text.strip() else ""
    yield (
        place.span(at, column),
        f"this is not YAML: {fault.problem or fault.context}{near}",
        "check the indentation and the quotes of this line and the one above; put text with `: `, `#`, `[` or `{` in quotes",
    )


def _of_blanks(place: Place, first: int, last: int) -> Iterator[Any]:
    """Give the explanations of blanks that are missing, or are no plain spaces, in the lines from the first to the last."""
    rows = [row for row in range(max(0, min(first, last - 1)), last + 1) if place.lines[row].strip()]
    rows = rows[:1] + rows[1:][-_TRIED:]  # the fault lies near the end of a long text, or where it begins
    for row in rows:
        column = odd_blank(place.lines[row])
        if column is not None:
            blank = blank_in_front(place, row, column)
            yield blank.span, blank.message, blank.help, blank.edit
    for row in rows:
        if told := unspaced(place, row):
            yield told.span, told.message, told.help, told.edit


def unspaced(place: Place, row: int) -> Diagnostic | None:
    """Tell that the blank behind a key's colon is missing on a line, counted from 0, if that is its fault."""
    found = unspaced_key(place.lines, row)
    if not found:
        return None
    key, mend = found
    value = place.lines[row][mend.column :].strip()
    return Diagnostic(
        "yaml/broken",
        place.span(row, mend.column - len(key), len(key)),
        f"a blank is missing after `{key}`",
        f"write `{key} {cut(value, _SHOWN)}`",
        edit=_edit(place, row, mend),
    )


def blank_in_front(place: Place, row: int, column: int) -> Diagnostic:
    """Tell that the blank in front of a key is no plain space."""
    sign = place.lines[row][column]
    name = "a no-break space" if sign in "\xa0\u202f" else f"the blank U+{ord(sign):04X}"
    return Diagnostic(
        "yaml/broken",
        place.span(row, column),
        f"{name} stands here, and YAML takes only plain spaces in front of a key",
        "replace it by a plain space",
        edit=_edit(place, row, indented(place.lines, row)),
    )


def _of_one_line(
    place: Place, fault: yaml.MarkedYAMLError, problem: str, at: int, column: int
) -> Iterator[Any]:
    """Give the explanations of quotes, tabs and colons, and of a sign with which no value begins."""
    text, begin = place.lines[at], fault.context_mark
    tabbed = [row for row in (at, at - 1) if row >= 0 and "\t" in indent(place.lines[row])]
    value = _FIRST_SIGN.match(text)
    is_single = begin is not None and place.line(begin.line)[begin.column : begin.column + 1] == "'"
    if "quoted scalar" in problem and "unexpected" in problem:
        yield (
            place.span(begin.line, begin.column) if begin else place.span(at, column),
            "a quote is opened here and never closed",
            f"close the quote at the end of the text; {_SINGLE if is_single else _DOUBLE}",
        )
    elif "quoted scalar" in problem:
        escape = max(0, text.rfind("\\", 0, column + 1))
        if halves := _HALVES.match(text, escape):
            yield _of_halves(place, at, halves)
        yield (
            place.span(at, escape, 2),
            f"`{text[escape : escape + 2]}` begins no sign that YAML knows: {fault.problem}",
            "write two backslashes for one, or put the value in single quotes, in which a backslash is just a sign",
        )
    if "\\t" in problem or "tab" in problem or tabbed:
        row = next(iter(tabbed), at)
        yield (
            place.span(row, max(0, place.lines[row].find("\t"))),
            "a tab stands here, and YAML takes only spaces in front of a key",
            "replace the tab by two spaces",
            _edit(place, row, indented(place.lines, row)) if row in tabbed else None,
        )
    if "mapping values are not allowed" in problem and text[:1] == " " and ":" not in text[:column]:
        yield (
            place.span(at, len(indent(text)), column - len(indent(text))),
            f"the key `{text[:column].strip()}` is indented further than the line above, which has a value already",
            "indent it as far as the keys that it belongs with",
        )
    if "mapping values are not allowed" in problem:
        yield (
            place.span(at, column),
            f"a colon and a space inside an unquoted value: `{cut(text.strip())}`",
            "put the whole value in double quotes",
            _edit(place, at, quoted(place.lines, at)),
        )
    if value and column >= value.start(1):
        yield (
            place.span(at, value.start(1)),
            f"a value cannot begin with the sign `{value[1]}`",
            "put the whole value in double quotes",
        )


def _of_halves(place: Place, at: int, halves: re.Match[str]) -> tuple[Any, ...]:
    r"""Explain escapes such as `\ud835\udefc`: JSON writes a sign as two halves, YAML and people write the sign."""
    span = place.span(at, halves.start(), len(halves[0]))
    signs = halves[0].encode().decode("unicode_escape").encode("utf-16", "surrogatepass")
    try:
        whole = signs.decode("utf-16")
    except UnicodeDecodeError:
        return span, f"`{halves[0]}` is half of a sign, and its other half is missing", "type the sign itself"
    return (
        span,
        f"`{halves[0]}` stands for one sign in two halves",
        f"write the sign itself, `{whole}`",
        Edit(span, whole),
    )


_HALVES = re.compile(
    r"\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}"
)
_CLOSING = {"[": "]", "{": "}"}
_DOUBLE = 'a double quote inside the text is written `\\"`'
_SINGLE = "a single quote inside the text is written `''`"
_SHOWN = 40  # characters of a value that a message repeats
_TRIED = 20  # lines that are read again with a mend
_FIRST_SIGN = re.compile(r"\s*(?:(?:- )+|(?:- )*[\w-]+:\s+)([&*?|>%@`-])(?=[\s\w&*])")


def _edit(place: Place, line: int, mend: Mend | None) -> Edit | None:
    """Give the edit of a line, counted from 0."""
    at = Span(place.path, line + place.first_line, mend.column + 1, mend.length) if mend else None
    return Edit(at, mend.text) if at and mend else None
