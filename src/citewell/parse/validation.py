"""Pydantic's errors as diagnostics: an error's path leads through the YAML tree to a line and a column."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from citewell.core.diagnostic import Diagnostic, Related, Span, edit, inside, meant, nearest
from citewell.parse.nodes import Node

Where = tuple[int | str | None, ...]
"""The path of an error, or of the key that was meant."""


def validate(
    shape: Any, node: Node, unless_sound: dict[str, str]
) -> tuple[Any, tuple[Diagnostic, ...], frozenset[str]]:
    """Validate a mapping of YAML against a model.

    Returns the model, every fault, and the top-level keys in doubt: their values were left out, or taken from
    `unless_sound` where the model cannot do without, so that the rest can still be checked in this run.
    """
    data, faults, doubtful = dict(node.plain), [], set[str]()
    for key, child in node.value.items() if isinstance(node.value, dict) and _is_hollow(data) else ():
        if empties := list(_nothing_typed(key, _place_of(node, key), child)):
            faults += empties
            doubtful.add(key)
            del data[key]
    try:
        return shape.model_validate(data), tuple(faults), frozenset(doubtful)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    misspelt = _misspelt(shape, errors)
    faults += [
        _diagnostic(shape, node, item, misspelt) for item in _without_echoes(errors, misspelt, doubtful)
    ]
    for item in errors:
        key = str(item["loc"][0]) if item["loc"] else ""
        doubtful.add(key)
        if item["type"] == "extra_forbidden" and len(item["loc"]) == 1:
            doubtful.add(nearest(key, _keys_of(shape)) or key)
        data.pop(key, None)
    return shape.model_validate(unless_sound | data), tuple(faults), frozenset(doubtful)


def _is_hollow(data: Any) -> bool:
    """Tell whether nothing was typed somewhere in a group or a list."""
    for value in data.values() if isinstance(data, dict) else data:
        if isinstance(value, str):
            if not value or value.isspace():
                return True
        elif value is None or _is_hollow(value):
            return True
    return False


def _nothing_typed(key: str, at: Span, node: Node) -> Iterator[Diagnostic]:
    if node.value is None or (isinstance(node.value, str) and not node.value.strip()):
        mend = f"write a value after `{key}:` or delete the line"
        yield Diagnostic("front-matter/empty", at, f"nothing stands after `{key}:`", mend)
    elif isinstance(node.value, dict):
        for name, child in node.value.items():
            yield from _nothing_typed(name, _place_of(node, name), child)
    elif isinstance(node.value, list):
        for child in node.value:
            if child.value is None:
                mend = "write a value after the `-` or delete the line"
                yield Diagnostic("front-matter/empty", child.span, f"an entry of `{key}` is empty", mend)
            else:
                yield from _nothing_typed(key, child.span, child)


def _place_of(holder: Node, key: str) -> Span:
    return holder.key(key) or holder.span


def _misspelt(shape: Any, errors: list[ErrorDetails]) -> Counter[Where]:
    """Give the keys that are meant by misspelt ones, and by how many each."""
    return Counter(
        (*item["loc"][:-1], nearest(str(item["loc"][-1]), _keys_of(_shape_at(shape, item["loc"][:-1]))))
        for item in errors
        if item["type"] == "extra_forbidden"
    )


def _without_echoes(
    errors: list[ErrorDetails], misspelt: Counter[Where], told: set[str]
) -> list[ErrorDetails]:
    """A misspelt key is not also a missing key."""
    return [
        item
        for item in errors
        if not (item["type"] == "missing" and (item["loc"] in misspelt or item["loc"][-1] in told))
    ]


def _diagnostic(shape: Any, node: Node, item: ErrorDetails, misspelt: Counter[Where]) -> Diagnostic:
    kind, where, context = item["type"], item["loc"], item.get("ctx", {})
    target = node.find(where)
    if kind == "extra_forbidden":
        known, key = _keys_of(_shape_at(shape, where[:-1])), str(where[-1])
        is_only = misspelt[*where[:-1], nearest(key, known)] == 1
        return _unknown_key(known, node.find(where[:-1]), key, is_only=is_only)
    if kind == "missing":
        inside = f" in this entry of `{where[0]}`" if len(where) > 1 else ""
        return _missing_key(node.find(where[:-1]).span, str(where[-1]), inside)
    if "/" in kind:
        span = target.find([context["key"]]).span
        other = target.key(context["other"])
        related = (Related(other, str(context["note"])),) if other else ()
        mended = edit(target.place, context["mended"] or None)
        return Diagnostic(kind, span, str(context["message"]), str(context["mend"]), related, edit=mended)
    name, is_entry = _key_on(node, where)
    if kind == "too_short" and not target.value:
        return Diagnostic(
            "front-matter/empty",
            target.span,
            f"`{name}` is an empty list",
            "write an entry or delete the key",
        )
    if kind == "literal_error" and isinstance(target.value, str):
        return _no_such_word(target, name, re.findall("'(.+?)'", str(context["expected"])))
    expected, mend = _expected(kind, name, context, _keys_of(_shape_at(shape, where)))
    subject = f"an entry of `{name}`" if is_entry else f"`{name}`"
    if kind == "string_pattern_mismatch" and name == "language":
        expected, mend = "a language code", "write a language code such as `en`, `de` or `pt-BR`"
    message = f"{subject} should be {expected}, and here is {_shown(target)}"
    return Diagnostic("front-matter/wrong-type", target.span, message, mend)


def _unknown_key(known: list[str], holder: Node, key: str, *, is_only: bool) -> Diagnostic:
    near = nearest(key, known)
    mend = f"there is a key named `{near}`" if near else f"the keys allowed here are {_listed(known)}"
    span = _place_of(holder, key)
    # Where the key that is meant stands there too, or another is misspelt like this one, the two values need an editor.
    sure = meant(key, known) if is_only and near not in holder.keys else None
    mended = edit(inside(span, key), sure)
    return Diagnostic("front-matter/unknown-key", span, f"unknown key `{key}`", mend, edit=mended)


def _missing_key(holder: Span, key: str, inside: str) -> Diagnostic:
    at = Span(holder.path, holder.line, holder.column)
    message = f"the key `{key}` is missing{inside}"
    return Diagnostic("front-matter/missing-key", at, message, f"add a line `{key}: …`")


def _no_such_word(target: Node, name: str, known: list[str]) -> Diagnostic:
    near = nearest(str(target.value), known)
    mend = f"there is `{near}`" if near else f"choose one of {_listed(known)}"
    message = f"`{name}` cannot be {_shown(target)}"
    mended = edit(target.place, meant(str(target.value), known))
    return Diagnostic("front-matter/wrong-type", target.span, message, mend, edit=mended)


def _key_on(node: Node, where: tuple[int | str, ...]) -> tuple[str, bool]:
    """Give the last key on an error's path, and whether an entry of its list is at fault.

    Steps that only name a branch of a union lead nowhere in the tree and are passed over.
    """
    name, is_entry = "", False
    for step in where:
        if isinstance(node.value, dict) and step in node.value:
            name, is_entry = str(step), False
        elif isinstance(node.value, list):
            is_entry = True
        node = node.find([step])
    return name, is_entry


def _shown(node: Node) -> str:
    if isinstance(node.value, str):
        return f"`{node.value[:40]}`"
    return f"a list of {len(node.value)}" if isinstance(node.value, list) else "a group of keys"


_TEXT = ("a text", "write it as one text; put it in double quotes where it holds special signs")
_LIST = ("a list", "write one entry a line below `{name}:`, each indented and with `- ` in front")
_KEYS = ("a group of keys", "write lines such as `{key}: …` here, one for each key, all indented alike")
_BOOL = ("`true` or `false`", "write `true` or `false`")
_NUMBER = ("a whole number", "write a number such as `8`")
_EXPECTED = {
    "string_type": _TEXT,
    "list_type": _LIST,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "dict_type": _KEYS,
    "bool_parsing": _BOOL,
    "bool_type": _BOOL,
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "literal_error": ("one of {expected}", "choose one of these"),
    "string_too_long": ("at most {max_length} characters long", "write a shorter text"),
    "too_short": ("at least {min_length} entries long", "write another entry"),
    "too_long": ("at most {max_length} entries long", "delete the entries that matter least"),
    "string_pattern_mismatch": ("a short name without spaces or signs", "write it as in `{example}`"),
}
"""Kind of Pydantic error -> what was expected, and how to mend it."""

_EXAMPLES = {"id": "welsh2024", "html": "sup"}
"""Key of a short name -> one that is right."""


def _expected(kind: str, name: str, context: dict[str, Any], keys: list[str]) -> tuple[str, str]:
    expected, mend = _EXPECTED.get(
        kind, ("something else", "`citewell explain front-matter/wrong-type` says more")
    )
    values = {
        **context,
        "name": name,
        "key": next(iter(keys), "name"),
        "example": _EXAMPLES.get(name, "a-name"),
        "expected": str(context.get("expected", "")).replace("'", "`"),
    }
    return expected.format_map(values), mend.format_map(values)


def _shape_at(shape: Any, where: tuple[int | str, ...]) -> Any:
    """Follow an error's path through the model to the shape that stands there."""
    for step in where:
        inner = _inner(shape)
        if isinstance(step, str) and isinstance(inner, type) and issubclass(inner, BaseModel):
            named = {field.alias or key: field.annotation for key, field in inner.model_fields.items()}
            shape = named.get(step, inner)
        else:
            shape = inner
    return _inner(shape)


def _inner(shape: Any) -> Any:
    """Peel lists, annotations and `| None` off a type until a model or a plain type is left."""
    while get_origin(shape) is not None:
        models = [
            arg
            for arg in get_args(shape)
            if get_origin(arg) or (isinstance(arg, type) and arg is not type(None))
        ]
        if not models:
            return shape
        shape = next((arg for arg in models if arg is not str), models[0])
    return shape


def _keys_of(shape: Any) -> list[str]:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return [field.alias or key for key, field in shape.model_fields.items()]
    return []


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
