"""The pages of keys, from the shapes: those of a page, of the settings and of a source."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from markup import table
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from citewell.blocks import find_blocks
from citewell.parse.article import page_shape
from citewell.parse.fields import Day, Interval, Markdown
from citewell.parse.schema import FrontMatter, SiteShape
from citewell.parse.source_shape import CslShape, DateShape, NameShape


def page_keys() -> Iterator[str]:
    """Give the parts of the page on front matter."""
    yield (
        "A page begins with a line `---`, then keys in YAML, then a line `---`, then the text. "
        "Only `title` is required. Other keys than these are mistakes."
    )
    yield table_of_keys(page_shape(find_blocks()))
    yield from _groups(FrontMatter)
    yield f"## What a value may be\n\n{_KINDS}"


def settings() -> Iterator[str]:
    """Give the parts of the page on `site.yaml`."""
    yield (
        "The settings stand in `content/site.yaml`, one `key: value` a line. `title` and `base_url` are required. "
        "What a value may be is told [on the page of keys](reference-page-keys.md#what-a-value-may-be)."
    )
    yield table_of_keys(SiteShape)
    yield from _groups(SiteShape)


def sources() -> Iterator[str]:
    """Give the parts of the page on records of sources."""
    yield (
        "A source is a record in the words of "
        "[CSL-JSON](https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables), which reference "
        "managers write too. It stands in a library beside `site.yaml`, or in the `citations` of one page. "
        "[Cite a source](cite-a-source.md) shows both. Other fields than these are mistakes."
    )
    yield table_of_keys(CslShape)
    yield f"## Types {{#{_TYPES}}}"
    yield ", ".join(f"`{word}`" for word in get_args(CslShape.model_fields["type"].annotation))
    yield "## Keys of a name"
    yield "A name is a text, as in `He, Feng J`, or these keys:"
    yield table_of_keys(NameShape)
    yield "## Keys of a date"
    yield "A date is as exact as is known, as in `2013`, `2013-04` or `2013-04-03`, or these keys:"
    yield table_of_keys(DateShape)


_TYPES = "types"


_KINDS = """\
| kind | what may stand there |
|---|---|
| text | as it looks: `title: NO`, `1.10`, `12:30` and `2026-01-02` are text. Quote a text that holds `: ` or ` #`, or begins with a sign such as `[`, `{`, `*`, `@` or a backtick |
| text with emphasis | also `*emphasis*`, `**strong**`, `~~struck~~` and code between backticks; no links, no citations |
| inline text | also links, citations and terms, in one paragraph |
| paragraphs | the same, and blank lines make several paragraphs, lists and the like; write them after `\\|` |
| day | a day that exists, as in `2026-11-22` |
| length of time | a number and `days`, `weeks`, `months` or `years`, as in `6 months` |
| path | a path of the site, as in `/glossary/` |

Refused are unknown and repeated keys, keys without a value, and YAML's anchors, aliases, tags and merge keys."""


def _groups(shape: type[BaseModel]) -> Iterator[str]:
    """Give a table for each key of the shape that holds keys of its own."""
    users: dict[type[BaseModel], list[str]] = {}
    for name, field in shape.model_fields.items():
        for model in models(field.annotation):
            users.setdefault(model, []).append(f"`{field.alias or name}`")
    users.pop(CslShape, None)
    for model, names in users.items():
        yield f"## Keys inside {' and '.join(names)}\n\n{table_of_keys(model)}"


def models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 -- an annotation may be anything
    """Give every model inside a type, the outermost ones only."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for inner in get_args(annotation):
            yield from models(inner)


def table_of_keys(shape: type[BaseModel]) -> str:
    """Give the keys of a shape as a table."""
    rows = (_row_of_key(field.alias or name, field) for name, field in shape.model_fields.items())
    return table(("key", "value", "what it is"), rows)


def _row_of_key(name: str, field: FieldInfo) -> tuple[str, str, str]:
    value = kind(field.annotation, tuple(field.metadata))
    if field.is_required():
        value += ", **required**"
    elif isinstance(field.default, str):
        value += f", default `{field.default}`"
    # What a description says of the kind of value stands in the column beside it.
    words = (field.description or "").removesuffix(
        f" {kind(field.annotation, tuple(field.metadata)).capitalize()}."
    )
    shown = "".join(f" Example: `{name}: {_yaml(example)}`" for example in (field.examples or ())[:1])
    return f"`{name}`", value, words + shown


def kind(annotation: Any, marks: tuple[Any, ...] = ()) -> str:  # noqa: ANN401, PLR0911 -- a line for each kind
    """Say what may stand as such a value."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind(inner[0], inner[1:])
    if origin in {Union, UnionType}:
        named = [_NAMED[model] for model in models(annotation) if model in _NAMED]
        if named:
            return named[0]
        return " or ".join(dict.fromkeys(kind(option, marks) for option in inner if option is not NoneType))
    if origin is Literal:
        return (
            " or ".join(f"`{value}`" for value in inner)
            if len(inner) < _MANY
            else f"one of [these](#{_TYPES})"
        )
    if origin is list:
        return f"list of {_SEVERAL.get(kind(inner[0]), kind(inner[0]))}"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return "keys"
    if annotation is Any:
        return "date" if marks else "anything"
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    return next((name for mark in marks for known, name in _MARKS if mark == known), "text")


_NAMED = {NameShape: "name", DateShape: "date"}
_MANY = 10
_SIMPLE = {bool: "`true` or `false`", int: "number"}
_MARKS: tuple[tuple[Any, str], ...] = (
    (Markdown("emphasis"), "text with emphasis"),
    (Markdown("inline"), "inline text"),
    (Markdown("paragraphs"), "paragraphs"),
    (get_args(Day)[1], "day"),
    (get_args(Interval)[1], "length of time"),
)
_SEVERAL = {
    "text": "texts",
    "name": "names",
    "keys or text": "texts or groups of keys",
    "keys": "groups of keys",
}


class _Plainly(yaml.SafeDumper):
    """Writes what editors write: a date without quotes, since every value here is text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 -- as PyYAML declares it


def _yaml(example: Any) -> str:  # noqa: ANN401 -- a value of any key
    text = yaml.dump(
        _as_text(example), Dumper=_Plainly, default_flow_style=True, width=10_000, sort_keys=False
    )
    return str(text).removesuffix("...\n").strip()


def _as_text(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)
