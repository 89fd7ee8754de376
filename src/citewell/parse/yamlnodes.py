"""YAML to a tree in which every key and value knows its place, and every scalar is the text that was typed.

YAML means what it looks like: `NO`, `12:30` and `1.10` stay text; a key stands once; anchors, aliases, merge keys and
tags are refused. Source: PyYAML's node graph (YAML 1.1), https://pyyaml.org/wiki/PyYAMLDocumentation.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import yaml

from citewell.core.diagnostic import Diagnostic, Edit, Related, Span, cut
from citewell.parse.nodes import NO_KEYS, Node, Place, grouped, leaf, listed
from citewell.parse.text import hidden_in
from citewell.parse.yamlmends import Mend, indent, indented, odd_blank, quoted, unspaced_key

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 40  # levels of nesting; an article needs five
_BOTTOMLESS = 400  # brackets, of which a tree can still be made if each stands inside the one before


def read(place: Place) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Give the tree of a document, or None where it cannot be read, and what is wrong with it."""
    refused = tuple(_refused(place))
    if refused:
        return None, refused
    try:
        root = yaml.compose(place.text, Loader=_Loader)
    except yaml.MarkedYAMLError as fault:
        return None, tuple(_refused_events(place)) or (_broken(place, fault),)
    except yaml.YAMLError as fault:  # a character that YAML does not allow; `text` has said where
        return None, (
            Diagnostic("yaml/broken", place.span(0, 0), str(fault).split("\n")[0], "delete that character"),
        )
    if root is None:
        return grouped({}, place, NO_KEYS), ()
    # Where keys belong elsewhere than they seem to, what follows from their places would mislead.
    is_deeper = _is_deeper(root, _DEEPEST)
    if told := tuple(_refused_events(place) if is_deeper else _blanks_in_front(place, root)):
        return None, told
    faults: list[Diagnostic] = []
    return _node(place, root, faults), tuple(faults)


def _blanks_in_front(place: Place, root: Any) -> Iterator[Diagnostic]:
    """Find outermost keys that are there only because the blank in front of them is no space to YAML."""
    for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
        mark = key.start_mark
        is_blank = mark.column == 0 and place.text[mark.index : mark.index + 1].isspace()
        column = odd_blank(place.line(mark.line)) if is_blank else None
        if column is not None:
            yield _blank_in_front(place, mark.line, column)


def _refused(place: Place) -> Iterator[Diagnostic]:
    """Find anchors, aliases, tags and bottomless nesting before a tree is made of them.

    That takes as long as the tree itself, and is done only where one of them may be.
    """
    for row, line in enumerate(place.lines if "%" in place.text else ()):
        if line.startswith("%"):
            yield Diagnostic(
                "yaml/not-allowed",
                place.span(row, 0, len(line)),
                f"`{line[:40]}` begins with `%`, as a YAML directive does, which is not used here",
                "delete the line, or indent it where it goes on with the text above",
            )
            return
    brackets = place.text.count("[") + place.text.count("{")
    # Without brackets each level stands at least one column further in, or is a list right below its key.
    if brackets >= _BOTTOMLESS or _INDENTED.search(place.text) or _SIGN.search(place.text):
        yield from _refused_events(place)


def _is_deeper(node: Any, levels: int) -> bool:
    if isinstance(node, yaml.ScalarNode):
        return False
    below = chain(*node.value) if isinstance(node, yaml.MappingNode) else node.value
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in below)


def _refused_events(place: Place) -> Iterator[Diagnostic]:
    depth = 0
    try:
        event: Any
        for event in yaml.parse(place.text, Loader=_Loader):
            mark = event.start_mark
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                yield Diagnostic(
                    "yaml/too-deep",
                    place.span(mark.line, mark.column),
                    f"values are nested more than {_DEEPEST} levels deep here",
                    "write this part as a plain list or as text",
                )
                return
            if isinstance(event, yaml.AliasEvent):
                yield _sign(place, mark, f"`*{event.anchor}` is a YAML alias", "write the value out here")
            elif getattr(event, "anchor", None):
                yield _sign(
                    place, mark, f"`&{event.anchor}` is a YAML anchor", "delete the anchor and its name"
                )
            if getattr(event, "tag", None) not in {None, "!"}:
                typed = _TAG.match(place.text, mark.index)
                yield _sign(
                    place,
                    mark,
                    f"`{typed[0] if typed else event.tag}` is a YAML tag",
                    "put the value in double quotes",
                )
    except yaml.YAMLError:
        return  # `read` meets the same fault and tells it


_INDENTED = re.compile(rf"^[ ?-]{{{_DEEPEST // 2}}}", re.MULTILINE)
_SIGN = re.compile(r"(?:^|[-?:\[{,])[ \t]*[&*!]", re.MULTILINE)
"""What may be an anchor, an alias or a tag: one of these signs where a value begins."""


def _sign(place: Place, mark: Any, what: str, mend: str) -> Diagnostic:
    return Diagnostic(
        "yaml/not-allowed",
        place.span(mark.line, mark.column),
        f"{what}, which is not used here",
        f"{mend}; a value that begins with `&`, `*` or `!` needs double quotes",
    )


def _broken(place: Place, fault: yaml.MarkedYAMLError) -> Diagnostic:
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
            blank = _blank_in_front(place, row, column)
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


def _blank_in_front(place: Place, row: int, column: int) -> Diagnostic:
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
_TAG = re.compile(r"\S+")
_FIRST_SIGN = re.compile(r"\s*(?:(?:- )+|(?:- )*[\w-]+:\s+)([&*?|>%@`-])(?=[\s\w&*])")
_LOST = re.compile(r" +(#\S.*)")


def _cut_off(span: Span, text: str) -> Diagnostic:
    return Diagnostic(
        "yaml/not-allowed",
        span,
        f"`{text[:40]}` would be cut off: a `#` behind a blank begins a comment",
        "put the whole value in double quotes; write a blank behind the `#` where it is a comment",
    )


def _odd_blank(key: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "yaml/broken",
        span,
        f"the key `{key}` holds a blank that is no plain space, such as a no-break space",
        "delete the blanks in this line and type them again",
    )


def _node(place: Place, node: Any, faults: list[Diagnostic]) -> Node:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode):
        faults += _faults_of_text(place, node)
        nothing = not node.style and node.value == ""
        return leaf(None if nothing else node.value, place, start, end)
    if isinstance(node, yaml.SequenceNode):
        return listed([_node(place, item, faults) for item in node.value], place, start, end)
    values: dict[str, Node] = {}
    keys: dict[str, Span | int] = {}
    for key_node, value_node in node.value:
        key, at = key_node.value, key_node.start_mark.index
        if fault := _fault_of_key(place, key_node, keys):
            faults.append(fault)
        else:
            as_typed = not key_node.style and place.text.startswith(key, at)
            keys[key] = at if as_typed else _span_of_key(place, key_node)
            values[key] = _node(place, value_node, faults)
    return grouped(values, place, keys, start, end)


def _faults_of_text(place: Place, node: Any) -> tuple[Diagnostic, ...]:
    start, end = node.start_mark, node.end_mark
    if node.style == '"' and not node.value.isprintable():
        hidden = hidden_in(node.value, place.between(start.index, end.index))
        return (hidden,) if hidden else ()
    # A comment has a blank behind its sign; `#2` is meant to be read.
    if not node.style and (lost := _LOST.match(place.text, end.index)):
        at = place.span(end.line, end.column + lost.start(1) - end.index, len(lost[1]))
        return (_cut_off(at, lost[1]),)
    return ()


def _span_of_key(place: Place, node: Any) -> Span:
    mark = node.start_mark
    return place.span(mark.line, mark.column, node.end_mark.column - mark.column)


def _fault_of_key(place: Place, node: Any, keys: Mapping[str, Span | int]) -> Diagnostic | None:
    if not isinstance(node, yaml.ScalarNode):
        at = place.span(node.start_mark.line, node.start_mark.column)
        return Diagnostic(
            "yaml/broken", at, "a list or a group stands where a key should be", "write `key: value`"
        )
    key = node.value
    if key == "<<":
        return _sign(place, node.start_mark, "`<<` is a YAML merge key", "write the keys out here")
    if not key.isprintable() and any(sign.isspace() and sign != " " for sign in key):
        return _odd_blank(key, _span_of_key(place, node))
    if key in keys:
        first = grouped({}, place, keys).key(key)
        return Diagnostic(
            "yaml/repeated-key",
            _span_of_key(place, node),
            f"the key `{key}` stands here twice",
            "keep one of the two",
            (Related(first, "first written here"),) if first else (),
        )
    return None


def _edit(place: Place, line: int, mend: Mend | None) -> Edit | None:
    """Give the edit of a line, counted from 0."""
    at = Span(place.path, line + place.first_line, mend.column + 1, mend.length) if mend else None
    return Edit(at, mend.text) if at and mend else None
