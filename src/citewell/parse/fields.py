"""The kinds of values that front matter holds. Blocks build their shapes of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from unicodedata import normalize
from urllib.parse import unquote

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from citewell.core.address import LONGEST_NAME, windows_fault
from citewell.core.diagnostic import nearest


class Shape(BaseModel):
    """What editors may write: no unknown keys, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, defer_build=True)


class Listed(Shape):
    """A group of keys in whose place editors may write the bare list that stands under one of them."""

    bare: ClassVar[str]  # that key

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return {cls.bare: value} if isinstance(value, list) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say the same in JSON Schema."""
        keys = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [keys, keys["properties"][cls.bare]]}


def no_entries() -> list[Any]:
    """Give a list without entries. Pydantic looks at how a default is made, and to find out how `list` is called takes long."""
    return []


@dataclass(frozen=True)
class Markdown:
    """Marks a text as Markdown: with emphasis only, inline with citations and terms, or several paragraphs of it."""

    level: Literal["emphasis", "inline", "paragraphs"]


Plain = Annotated[str, Field(min_length=1)]
Emphasis = Annotated[str, Field(min_length=1), Markdown("emphasis")]
Inline = Annotated[str, Field(min_length=1), Markdown("inline")]
Paragraphs = Annotated[str, Field(min_length=1), Markdown("paragraphs")]


_SCALARS = {"number": "1.5", "integer": "1", "boolean": "no"}
"""Kind of value in JSON -> a text that looks like one."""


def text_schema(pattern: str = r"\S", **more: Any) -> dict[str, Any]:
    """Give the JSON Schema of a text that matches.

    What is text here may reach an editor's program as something else: `1.10` as a number, `NO` as false.
    """
    scalars = [kind for kind, such in _SCALARS.items() if re.search(pattern, such)]
    if "number" in scalars:
        scalars.remove("integer")
    return {"type": ["string", *scalars] if scalars else "string", "pattern": pattern, **more}


def looks(pattern: str, **more: Any) -> WithJsonSchema:
    """Say in JSON Schema, as well as it can be said there, what a validator lets through."""
    return WithJsonSchema(text_schema(pattern, **more))


WEB_ADDRESS = looks(r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]\S*$", format="iri")


def fault(  # noqa: PLR0913 -- the parts of a diagnostic
    code: str, message: str, mend: str, *, key: str = "", mended: str = "", other: tuple[str, str] = ("", "")
) -> PydanticCustomError:
    """Make the error that a validator raises to give a diagnostic of that code.

    `key` is at fault inside a group; `mended` is what plainly should stand in place of the text; `other` is a second key of the
    group that explains it, and how.
    """
    return PydanticCustomError(
        code,
        "{message}",
        {
            "message": message,
            "mend": mend,
            "key": key,
            "mended": mended,
            "other": other[0],
            "note": other[1],
        },
    )


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise fault(
            "front-matter/impossible-date",
            f"`{text}` is not a date",
            "write year-month-day, as in `2026-11-22`",
        )
    try:
        date.fromisoformat(text)
    except ValueError:
        raise fault(
            "front-matter/impossible-date",
            f"there is no day `{text}`",
            "write a day that exists, as in `2026-11-22`",
        ) from None
    return text


Day = Annotated[str, AfterValidator(_day), looks(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", format="date")]


def _interval(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,2} (days?|weeks?|months?|years?)", text):
        raise fault(
            "front-matter/wrong-type",
            f"`{text}` is not a length of time",
            "write it as in `6 months` or `1 year`",
        )
    return text


Interval = Annotated[
    str, AfterValidator(_interval), looks(r"^[1-9][0-9]{0,2} (days?|weeks?|months?|years?)$")
]


def _tag(text: str) -> str:
    if len(text.encode()) > LONGEST_NAME:
        raise fault(
            "front-matter/wrong-type",
            f"this tag is {len(text)} characters long, too long for a page of its own",
            "write one or two words",
        )
    return text


TagName = Annotated[Plain, AfterValidator(_tag)]


def _slug(text: str) -> str:
    text = normalize("NFC", text)
    if len(text.encode()) > LONGEST_NAME:
        raise fault(
            "front-matter/bad-slug",
            f"this slug is {len(text)} characters long, too long for the name of a folder",
            "write a few words, as in `islet-cells`",
        )
    if why := windows_fault(text):
        raise fault(
            "front-matter/bad-slug",
            f"the slug `{text}` cannot be the name of a folder on Windows: {why}",
            "write it as in `islet-cells`",
        )
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", text):
        raise fault(
            "front-matter/bad-slug",
            f"the slug `{text}` cannot be part of a path: it may hold letters, digits and hyphens, no `/` and no `..`",
            "write it as in `islet-cells`",
        )
    return text


# What `\w` leaves out, spelt so that it means the same in JSON Schema, where `\w` knows only ASCII.
_WORD = r"[^\s!-,./:-@\[-\^`{-~]"

Slug = Annotated[str, AfterValidator(_slug), looks(rf"^{_WORD}+(\.{_WORD}+)*$")]
"""One part of a path, which leads nowhere else."""


def _path(text: str) -> str:
    text = normalize("NFC", text)
    if len(text.encode()) > LONGEST_NAME:
        raise fault(
            "front-matter/bad-alias",
            f"this alias is {len(text)} characters long, too long for the names of folders",
            "write a shorter one, or delete it",
        )
    if not re.fullmatch(r"/[\w./%-]*", text) or ".." in unquote(text):
        raise fault(
            "front-matter/bad-alias",
            f"the alias `{text}` is not a path from the site's root",
            "write it with a slash in front, as in `/exosome-therapy/`",
        )
    return text


SitePath = Annotated[str, AfterValidator(_path), looks(rf"^/(?!.*\.\.)({_WORD}|[./%])*$")]
"""A path from the site's root, such as an alias."""


_ELEMENTS = [
    "abbr",
    "b",
    "bdi",
    "bdo",
    "br",
    "cite",
    "data",
    "del",
    "details",
    "dfn",
    "div",
    "figcaption",
    "figure",
    "i",
    "ins",
    "kbd",
    "mark",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "sub",
    "summary",
    "sup",
    "time",
    "u",
    "var",
    "wbr",
]


def _element(text: str) -> str:
    if text not in _ELEMENTS:
        near = nearest(text, _ELEMENTS)
        raise fault(
            "front-matter/wrong-type",
            f"the HTML element `{text}` cannot be allowed",
            f"there is `{near}`"
            if near
            else "elements such as `kbd`, `sub` and `details` can; take this one out",
        )
    return text


Element = Annotated[str, AfterValidator(_element), WithJsonSchema({"type": "string", "enum": _ELEMENTS})]
"""An HTML element that a site allows in its texts: one that cannot run, load or submit anything."""


def identifier(
    code: str, check: Callable[[str], str | None], bare: Callable[[str], str] = str
) -> AfterValidator:
    """Make a validator of a check that gives `what is wrong: what a right one looks like`, or None.

    `bare` gives the same identifier without what stands around it, if anything does.
    """

    def validate(text: str) -> str:
        message = check(text)
        if message:
            what, _, mend = message.partition(": ")
            mended = "" if check(bare(text)) else bare(text)
            raise fault(code, what, mend or "write it as the source's own page shows it", mended=mended)
        return text

    return AfterValidator(validate)
