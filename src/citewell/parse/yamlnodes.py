"""YAML to a tree in which every key and value knows its place, and every scalar is the text that was typed.

YAML means what it looks like: `NO`, `12:30` and `1.10` stay text; a key stands once; anchors, aliases, merge keys and
tags are refused. Source: PyYAML's node graph (YAML 1.1), https://pyyaml.org/wiki/PyYAMLDocumentation.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import yaml

from citewell.core.diagnostic import Diagnostic, Related, Span
from citewell.parse.nodes import NO_KEYS, Node, Place, grouped, leaf, listed
from citewell.parse.text import hidden_in
from citewell.parse.yamlfaults import blank_in_front, broken
from citewell.parse.yamlmends import odd_blank

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
        return None, tuple(_refused_events(place)) or (broken(place, fault),)
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
            yield blank_in_front(place, mark.line, column)


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


_TAG = re.compile(r"\S+")
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
