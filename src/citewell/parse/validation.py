"""Pydantic's errors as diagnostics: an error's path leads through the YAML tree to a line and a column."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from citewell.core.diagnostic import Diagnostic, Span, nearest
from citewell.parse.yamlnodes import Node


def validate(
    shape: Any, node: Node, unless_sound: dict[str, str]
) -> tuple[Any, tuple[Diagnostic, ...], frozenset[str]]:
    """Validate a mapping of YAML against a model.

    Returns the model, every fault, and the top-level keys in doubt: their values were left out, or taken from
    `unless_sound` where the model cannot do without, so that the rest can still be checked in this run.
    """
    data, faults, doubtful = node.plain, [], set[str]()
    for key, child in node.value.items() if isinstance(node.value, dict) else ():
        if empties := list(_nothing_typed(key, node.keys[key], child)):
            faults += empties
            doubtful.add(key)
            del data[key]
    try:
        return shape.model_validate(data), tuple(faults), frozenset(doubtful)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    told = _without_echoes(shape, errors, doubtful)
    faults += [_diagnostic(shape, node, item) for item in told]
    for item in errors:
        key = str(item["loc"][0]) if item["loc"] else ""
        doubtful.add(key)
        if item["type"] == "extra_forbidden" and len(item["loc"]) == 1:
            doubtful.add(nearest(key, _keys_of(shape)) or key)
        data.pop(key, None)
    return shape.model_validate(unless_sound | data), tuple(faults), frozenset(doubtful)


def _nothing_typed(key: str, at: Span, node: Node) -> Iterator[Diagnostic]:
    if node.value is None:
        mend = f"write a value after `{key}:` or delete the line"
        yield Diagnostic("front-matter/empty", at, f"nothing stands after `{key}:`", mend)
    elif isinstance(node.value, dict):
        for name, child in node.value.items():
            yield from _nothing_typed(name, node.keys[name], child)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from _nothing_typed(key, child.span, child)


def _without_echoes(shape: Any, errors: list[ErrorDetails], told: set[str]) -> list[ErrorDetails]:
    """A misspelt key is not also a missing key."""
    misspelt = {
        (*item["loc"][:-1], nearest(str(item["loc"][-1]), _keys_of(_shape_at(shape, item["loc"][:-1]))))
        for item in errors
        if item["type"] == "extra_forbidden"
    }
    return [
        item
        for item in errors
        if not (item["type"] == "missing" and (item["loc"] in misspelt or item["loc"][-1] in told))
    ]


def _diagnostic(shape: Any, node: Node, item: ErrorDetails) -> Diagnostic:
    kind, where, context = item["type"], item["loc"], item.get("ctx", {})
    target = node.find(where)
    name = next(
        (
            step
            for step in reversed(where)
            if isinstance(step, str) and step not in {"map", "record", "id", "text"}
        ),
        "",
    )
    shown = target.value if isinstance(target.value, str) else ""
    if kind == "extra_forbidden":
        holder, key = node.find(where[:-1]), str(where[-1])
        known = _keys_of(_shape_at(shape, where[:-1]))
        near = nearest(key, known)
        mend = f"there is a key named `{near}`" if near else f"the keys allowed here are {_listed(known)}"
        return Diagnostic(
            "front-matter/unknown-key", holder.keys.get(key, holder.span), f"unknown key `{key}`", mend
        )
    if kind == "missing":
        holder = node.find(where[:-1])
        inside = f" in this entry of `{where[0]}`" if len(where) > 1 else ""
        at = Span(holder.span.path, holder.span.line, holder.span.column)
        return Diagnostic(
            "front-matter/missing-key", at, f"the key `{name}` is missing{inside}", f"add a line `{name}: …`"
        )
    if "/" in kind:
        span = target.find([context["key"]]).span
        return Diagnostic(kind, span, str(context["message"]), str(context["mend"]))
    if kind in {"string_too_short", "too_short"}:
        what = "an empty list" if kind == "too_short" else "an empty text"
        return Diagnostic(
            "front-matter/empty", target.span, f"`{name}` is {what}", "write a value or delete the key"
        )
    expected, mend = _expected(kind, name, context)
    found = f"`{shown[:40]}`" if shown else "a list" if isinstance(target.value, list) else "a group of keys"
    return Diagnostic(
        "front-matter/wrong-type", target.span, f"`{name}` should be {expected}, and here is {found}", mend
    )


_TEXT = ("a text", "write it as one text; put it in double quotes where it holds special signs")
_LIST = ("a list", "write one entry a line below `{name}:`, each indented and with `- ` in front")
_KEYS = ("a group of keys (a map)", "write `key: value` lines, indented below it, such as `name: …`")
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
    "too_long": ("at most {max_length} entries long", "delete the entries that matter least"),
    "string_pattern_mismatch": ("a short name without spaces or signs", "it must match `{pattern}`"),
}
"""Kind of Pydantic error -> what was expected, and how to mend it."""


def _expected(kind: str, name: str, context: dict[str, Any]) -> tuple[str, str]:
    expected, mend = _EXPECTED.get(
        kind, ("something else", "`citewell explain front-matter/wrong-type` says more")
    )
    values = {**context, "name": name, "expected": str(context.get("expected", "")).replace("'", "`")}
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
