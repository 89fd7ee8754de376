"""The kinds of values that front matter holds. Blocks build their shapes of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from unicodedata import normalize
from urllib.parse import unquote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from citewell.core.diagnostic import nearest


class Shape(BaseModel):
    """What editors may write: no unknown keys, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


@dataclass(frozen=True)
class Markdown:
    """Marks a text as Markdown: with emphasis only, inline with citations and terms, or several paragraphs of it."""

    level: Literal["emphasis", "inline", "paragraphs"]


Plain = Annotated[str, Field(min_length=1)]
Emphasis = Annotated[str, Field(min_length=1), Markdown("emphasis")]
Inline = Annotated[str, Field(min_length=1), Markdown("inline")]
Paragraphs = Annotated[str, Field(min_length=1), Markdown("paragraphs")]


def fault(
    code: str, message: str, mend: str, key: str = "", other: tuple[str, str] = ("", "")
) -> PydanticCustomError:
    """Make the error that a validator raises to give a diagnostic of that code.

    `key` is at fault inside a group; `other` is a second key of the group that explains it, and how.
    """
    return PydanticCustomError(
        code,
        "{message}",
        {"message": message, "mend": mend, "key": key, "other": other[0], "note": other[1]},
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


Day = Annotated[str, AfterValidator(_day)]


def _interval(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,2} (days?|weeks?|months?|years?)", text):
        raise fault(
            "front-matter/wrong-type",
            f"`{text}` is not a length of time",
            "write it as in `6 months` or `1 year`",
        )
    return text


_LONGEST = 200  # bytes of a name on disk, which systems limit to 255


def _tag(text: str) -> str:
    if len(text.encode()) > _LONGEST:
        raise fault(
            "front-matter/wrong-type",
            f"this tag is {len(text)} characters long, too long for a page of its own",
            "write one or two words",
        )
    return text


TagName = Annotated[str, Field(min_length=1), AfterValidator(_tag)]

Interval = Annotated[str, AfterValidator(_interval)]


def as_slug(text: str) -> str:
    """Check a page's slug: one part of a path, which leads nowhere else. It comes out in the composed form of Unicode."""
    text = normalize("NFC", text)
    if len(text.encode()) > _LONGEST:
        raise fault(
            "front-matter/bad-slug",
            f"this slug is {len(text)} characters long, too long for the name of a folder",
            "write a few words, as in `islet-cells`",
        )
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", text):
        raise fault(
            "front-matter/bad-slug",
            f"the slug `{text}` cannot be part of a path: it may hold letters, digits and hyphens, no `/` and no `..`",
            "write it as in `islet-cells`",
        )
    return text


def as_path(text: str) -> str:
    """Check a path of the site, such as an alias."""
    text = normalize("NFC", text)
    if len(text.encode()) > _LONGEST:
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


def as_element(text: str) -> str:
    """Check an HTML element that a site allows in its texts: one that cannot run, load or submit anything."""
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


def identifier(code: str, check: Callable[[str], str | None]) -> AfterValidator:
    """Make a validator of a check that gives `what is wrong: what a right one looks like`, or None."""

    def validate(text: str) -> str:
        message = check(text)
        if message:
            what, _, mend = message.partition(": ")
            raise fault(code, what, mend or "write it as the source's own page shows it")
        return text

    return AfterValidator(validate)
