"""What may stand under a key: read from the models that check it, which say it once for all."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from citewell.lsp.keypath import Path
from citewell.parse.fields import Day, Interval, Markdown

_TEXTS = {
    "emphasis": "text with emphasis",
    "inline": "inline text",
    "paragraphs": "paragraphs",
}
_MOST_WORDS = 5
_DAY, _INTERVAL = (get_args(kind)[1] for kind in (Day, Interval))  # their validators tell them apart
_WORDS: dict[Any, tuple[str, ...]] = {bool: ("true", "false")}


class Key(Struct, frozen=True):
    """A key that may be written, and what an editor should know of it."""

    name: str
    kind: str  # of its value, in words
    about: str
    required: bool
    opens: Literal["", "group", "list"] = ""  # its value goes on in the lines below


def keys_of(shape: Any) -> tuple[Key, ...]:  # noqa: ANN401 -- an annotation may be anything
    """Give the keys of the group that stands here, or none where no group may."""
    model = model_of(shape)
    return tuple(_key(name, field) for name, field in model.model_fields.items()) if model else ()


def key_named(root: Any, path: Path) -> Key | None:  # noqa: ANN401
    """Give the key at the end of a path."""
    return next((key for key in keys_of(shape_at(root, path[:-1])) if key.name == path[-1]), None)


def shape_at(root: Any, path: Path) -> Any:  # noqa: ANN401
    """Give the annotation at the end of a path; None where the path leads nowhere."""
    shape = root
    for step in path:
        shape = _entry(shape) if isinstance(step, int) else _value(shape, step)
    return shape


def _entry(shape: Any) -> Any:  # noqa: ANN401
    for option in _options(shape):
        if get_origin(option) is list:
            return get_args(option)[0]
    # A block of steps or questions may be written as the bare list of them.
    model = model_of(shape)
    entries = (_entry(field.annotation) for field in model.model_fields.values()) if model else ()
    return next((entry for entry in entries if model_of(entry)), None)


def _value(shape: Any, name: str) -> Any:  # noqa: ANN401
    model = model_of(shape)
    if model is not None:
        fields = (field for key, field in model.model_fields.items() if (field.alias or key) == name)
        return next((field.rebuild_annotation() for field in fields), None)
    return next((get_args(option)[1] for option in _options(shape) if get_origin(option) is dict), None)


def model_of(shape: Any) -> type[BaseModel] | None:  # noqa: ANN401
    """Give the model of the group that may stand here."""
    models = (option for option in _options(shape) if isinstance(option, type))
    return next((model for model in models if issubclass(model, BaseModel)), None)


def is_list(shape: Any) -> bool:  # noqa: ANN401
    """Tell whether only a list may stand here."""
    return any(get_origin(option) is list for option in _options(shape)) and model_of(shape) is None


def words_of(shape: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Give the words of which one must stand here, or none where any text may."""
    for option in _options(shape):
        if get_origin(option) is Literal:
            return tuple(map(str, get_args(option)))
        if option in _WORDS:
            return _WORDS[option]
    return ()


def is_day(shape: Any) -> bool:  # noqa: ANN401
    """Tell whether a day stands here."""
    return _DAY in _marks(shape)


def _options(shape: Any) -> Iterator[Any]:  # noqa: ANN401
    """Peel annotations and unions off a type."""
    origin = get_origin(shape)
    if shape is None or shape is type(None):
        return
    if origin in {list, dict, Literal} or origin is None:
        yield shape
    elif hasattr(shape, "__metadata__"):
        yield from _options(get_args(shape)[0])
    else:
        for inner in get_args(shape):
            yield from _options(inner)


def _marks(shape: Any) -> Iterator[Any]:  # noqa: ANN401
    """Give the metadata of a type and of each branch of its union."""
    yield from getattr(shape, "__metadata__", ())
    if get_origin(shape) not in {list, dict, Literal}:
        for inner in get_args(shape):
            yield from _marks(inner)


def _key(name: str, field: FieldInfo) -> Key:
    shape = field.rebuild_annotation()
    examples = "".join(f"\n\nAs in `{_shown(example)}`" for example in field.examples or ())
    return Key(
        field.alias or name,
        _kind(shape),
        (field.description or "") + examples,
        field.is_required(),
        "list" if is_list(shape) else "group" if model_of(shape) and not _takes_text(shape) else "",
    )


def _shown(example: Any) -> str:  # noqa: ANN401
    match example:
        case bool():
            return str(example).lower()
        case list():
            return f"[{', '.join(map(_shown, example))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {_shown(value)}' for key, value in example.items())}}}"
    return str(example)


def _takes_text(shape: Any) -> bool:  # noqa: ANN401
    return any(option is str for option in _options(shape))


def _kind(shape: Any) -> str:  # noqa: ANN401
    if words := words_of(shape):
        if len(words) > _MOST_WORDS:
            return f"{', '.join(words[:_MOST_WORDS])} …"
        return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    if is_list(shape):
        entry = _entry(shape)
        return "list of groups of keys" if model_of(entry) else f"list, each {_kind(entry)}"
    if model_of(shape):
        return "text or a group of keys" if _takes_text(shape) else "group of keys"
    return _text_kind(shape)


def _text_kind(shape: Any) -> str:  # noqa: ANN401
    marks = list(_marks(shape))
    if _DAY in marks:
        return "day, as in 2026-11-22"
    if _INTERVAL in marks:
        return "length of time, as in 6 months"
    level = next((mark.level for mark in marks if isinstance(mark, Markdown)), None)
    if level:
        return _TEXTS[level]
    options = list(_options(shape))
    return "whole number" if int in options else "group of keys" if any(map(get_args, options)) else "text"
