"""Front-matter shapes as Pydantic models, and their errors as diagnostics with a place.

The shapes are the one definition of what editors may write: every fault is found in one pass, and its path leads
through the YAML tree to a line and a column.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from citewell.bibliography.identifiers import doi_fault, nct_fault, pmid_fault, url_fault
from citewell.core.diagnostic import Diagnostic, Span, nearest
from citewell.parse.yamlnodes import Node


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


def fault(code: str, message: str, mend: str) -> PydanticCustomError:
    """Make the error that a validator raises to give a diagnostic of that code."""
    return PydanticCustomError(
        code,
        "{message}",
        {"message": message, "mend": mend},
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


def _partial_date(value: Any) -> Any:
    """Accept what CSL accepts: a text as exact as is known, or `date-parts`; every part must exist."""
    if isinstance(value, str):
        parts = value.split("-") if re.fullmatch(r"\d{4}(-\d{2}){0,2}", value) else [""]
    elif isinstance(value, dict):
        given = value.get("date-parts", [[]])
        parts = given[0] if given and isinstance(given[0], list) else [""]
        if "raw" in value or "literal" in value:
            return value
    else:
        parts = [""]
    try:
        numbers = [int(part) for part in parts]
        date(*(numbers + [1, 1][len(numbers) - 1 :]))
    except (ValueError, TypeError):
        raise fault(
            "front-matter/impossible-date",
            f"`{value}` is not a date that exists",
            "write the year, or year-month, or year-month-day, as in `2026-11-22`",
        ) from None
    return value


Day = Annotated[str, AfterValidator(_day)]


def _interval(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,2} (days?|weeks?|months?|years?)", text):
        raise fault(
            "front-matter/wrong-type",
            f"`{text}` is not a length of time",
            "write it as in `6 months` or `1 year`",
        )
    return text


Interval = Annotated[str, AfterValidator(_interval)]


def _slug(text: str) -> str:
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", text):
        raise fault(
            "front-matter/bad-slug",
            f"the slug `{text}` cannot be part of a path: it may hold letters, digits and hyphens, no `/` and no `..`",
            "write it as in `islet-cells`",
        )
    return text


def _alias(text: str) -> str:
    if not re.fullmatch(r"/[\w./%-]*", text) or ".." in text:
        raise fault(
            "front-matter/bad-alias",
            f"the alias `{text}` is not a path from the site's root",
            "write it with a slash in front, as in `/exosome-therapy/`",
        )
    return text


def _identifier(code: str, check: Any) -> AfterValidator:
    def validate(text: str) -> str:
        message = check(text)
        if message:
            what, _, mend = message.partition(": ")
            raise fault(code, what, mend or "write it as the source's own page shows it")
        return text

    return AfterValidator(validate)


# -- sources: CSL-JSON ------------------------------------------------------------------------------------------
# The variables of CSL 1.0.2, appendix IV. Names of the standard, so that files from other programs fit.

_TYPES = Literal[
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
    "classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "event",
    "figure", "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map",
    "motion_picture", "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical",
    "personal_communication", "post", "post-weblog", "regulation", "report", "review", "review-book", "software",
    "song", "speech", "standard", "thesis", "treaty", "webpage",
]  # fmt: skip
_TEXTS = [
    "abstract",
    "annote",
    "archive",
    "archive_collection",
    "archive_location",
    "archive-place",
    "authority",
    "call-number",
    "chapter-number",
    "citation-key",
    "collection-number",
    "collection-title",
    "container-title",
    "container-title-short",
    "dimensions",
    "division",
    "edition",
    "event-title",
    "event-place",
    "genre",
    "ISBN",
    "ISSN",
    "issue",
    "journalAbbreviation",
    "jurisdiction",
    "keyword",
    "language",
    "license",
    "medium",
    "note",
    "number",
    "number-of-pages",
    "number-of-volumes",
    "original-publisher",
    "original-title",
    "page",
    "page-first",
    "part-number",
    "part-title",
    "PMCID",
    "printing-number",
    "publisher",
    "publisher-place",
    "references",
    "scale",
    "section",
    "shortTitle",
    "source",
    "status",
    "supplement-number",
    "title-short",
    "version",
    "volume",
    "volume-title",
    "volume-title-short",
]
_NAMES = [
    "author",
    "chair",
    "collection-editor",
    "compiler",
    "composer",
    "container-author",
    "contributor",
    "curator",
    "director",
    "editor",
    "editorial-director",
    "executive-producer",
    "guest",
    "host",
    "illustrator",
    "interviewer",
    "narrator",
    "organizer",
    "original-author",
    "performer",
    "producer",
    "recipient",
    "reviewed-author",
    "script-writer",
    "series-creator",
    "translator",
]
_DATES = ["accessed", "available-date", "event-date", "issued", "original-date", "submitted"]


class NameShape(Shape):
    """A person or an organisation."""

    family: Plain | None = None
    given: Plain | None = None
    suffix: Plain | None = None
    literal: Plain | None = None
    dropping_particle: Plain | None = Field(None, alias="dropping-particle")
    non_dropping_particle: Plain | None = Field(None, alias="non-dropping-particle")


class DateShape(Shape):
    """A date in CSL-JSON's own form."""

    date_parts: list[list[str]] | None = Field(None, alias="date-parts")
    raw: Plain | None = None
    literal: Plain | None = None
    circa: Plain | None = None
    season: Plain | None = None


def _is_mapping(value: Any) -> str:
    return "map" if isinstance(value, dict | BaseModel) else "text"


_Name = Annotated[
    Union[Annotated[NameShape, Tag("map")], Annotated[Plain, Tag("text")]],  # noqa: UP007  # Tag needs Union
    Discriminator(_is_mapping),
]
_Date = Annotated[
    Union[Annotated[DateShape, Tag("map")], Annotated[Plain, Tag("text")]],  # noqa: UP007
    Discriminator(_is_mapping),
]


class _Work(Shape):
    id: Annotated[str, Field(pattern=r"^[^\s\[\]@;,]+$")]
    type: _TYPES
    title: Plain
    DOI: Annotated[str, _identifier("citations/bad-doi", doi_fault)] | None = None
    PMID: Annotated[str, _identifier("citations/bad-pmid", pmid_fault)] | None = None
    NCT: Annotated[str, _identifier("citations/bad-nct", nct_fault)] | None = None
    URL: Annotated[str, _identifier("citations/bad-url", url_fault)] | None = None
    custom: Any = None


def _variables() -> dict[str, Any]:
    def field(name: str, type_: Any) -> tuple[Any, Any]:
        return (type_ | None, Field(None, alias=name))

    def key(name: str) -> str:
        return name.replace("-", "_")

    checked_date = Annotated[Any, AfterValidator(_checked_date)]
    return (
        {key(name): field(name, Plain) for name in _TEXTS}
        | {key(name): field(name, list[_Name]) for name in _NAMES}
        | {key(name): (checked_date, Field(None, alias=name)) for name in _DATES}
    )


def _checked_date(value: Any) -> Any:
    return None if value is None else _partial_date(value)


CslShape: type[Shape] = create_model("CslShape", __base__=_Work, **_variables())
CslShape.__doc__ = "A source as CSL-JSON describes it."


# -- front matter ------------------------------------------------------------------------------------------------


class CompanionShape(Shape):
    """A page to read next, and why."""

    page: Plain
    because: Emphasis | None = None


class ReviewShape(Shape):
    """Who looked the page over, and when."""

    on: Day
    by: Plain | None = None
    role: Plain | None = None
    every: Interval | None = None


class TermShape(Shape):
    """A term of the glossary."""

    term: Plain
    also: list[Plain] = Field(default_factory=list)
    definition: Paragraphs


def _is_record(value: Any) -> str:
    return "record" if isinstance(value, dict | BaseModel) else "id"


CitationShape = Annotated[
    Union[Annotated[CslShape, Tag("record")], Annotated[Plain, Tag("id")]],  # type: ignore[valid-type]  # noqa: UP007
    Discriminator(_is_record),
]


class FrontMatter(Shape):
    """The keys that every page may have. Blocks add theirs."""

    title: Emphasis
    dek: Emphasis | None = None
    kicker: Emphasis | None = None
    kind: Literal["article", "hub", "guide", "policy"] = "article"
    slug: Annotated[str, AfterValidator(_slug)] | None = None
    parent: Plain | None = None
    companions: list[CompanionShape] = Field(default_factory=list)
    published: Day | None = None
    updated: Day | None = None
    reviewed: ReviewShape | None = None
    tags: list[Plain] = Field(default_factory=list)
    draft: bool = False
    aliases: list[Annotated[str, AfterValidator(_alias)]] = Field(default_factory=list)
    citations: list[CitationShape] | None = None


# -- the site ----------------------------------------------------------------------------------------------------


class MenuItemShape(Shape):
    """A link: its words, and a page by name or a path of the site."""

    label: Plain
    page: Plain | None = None
    path: Annotated[str, AfterValidator(_alias)] | None = None


class OrganisationShape(Shape):
    """Who publishes the site."""

    name: Plain
    url: Annotated[str, _identifier("site/bad-url", url_fault)] | None = None


class EditorShape(Shape):
    """Who answers for the pages."""

    name: Plain
    role: Plain | None = None


class LicenceShape(Shape):
    """The terms of use of the text."""

    name: Plain
    url: Annotated[str, _identifier("site/bad-url", url_fault)] | None = None


class SiteShape(Shape):
    """The keys of `content/site.yaml`."""

    title: Plain
    tagline: Plain | None = None
    base_url: Annotated[str, _identifier("site/bad-url", url_fault)]
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    organisation: OrganisationShape | None = None
    editors: list[EditorShape] = Field(default_factory=list)
    navigation: Annotated[list[MenuItemShape], Field(max_length=4)] = Field(default_factory=list)
    trust: list[MenuItemShape] = Field(default_factory=list)
    licence: LicenceShape | None = None
    review: Interval = "6 months"
    citation_style: Literal["vancouver", "ama", "apa"] = "vancouver"
    severity: dict[str, Literal["error", "warning"]] = Field(default_factory=dict)
    html: list[Annotated[str, Field(pattern="^[a-z][a-z0-9]*$")]] = Field(default_factory=list)


# -- errors as diagnostics -----------------------------------------------------------------------------------------


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
        return Diagnostic(kind, target.span, str(context["message"]), str(context["mend"]))
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


def _expected(kind: str, name: str, context: dict[str, Any]) -> tuple[str, str]:
    match kind:
        case "string_type":
            return "a text", "write it as one text; put it in double quotes where it holds special signs"
        case "list_type":
            return "a list", f"write one entry a line, each with `- ` in front:\n  {name}:\n    - …"
        case "model_type" | "dict_type" | "model_attributes_type":
            return "a group of keys (a map)", "write `key: value` lines, indented below it, such as `name: …`"
        case "bool_parsing" | "bool_type":
            return "`true` or `false`", "write `true` or `false`"
        case "int_parsing" | "int_type" | "int_from_float":
            return "a whole number", "write a number such as `8`"
        case "literal_error":
            return f"one of {context['expected'].replace(chr(39), '`')}", "choose one of these"
        case "too_long":
            return f"at most {context['max_length']} entries long", "delete the entries that matter least"
        case "string_pattern_mismatch":
            return "a short name without spaces or signs", f"it must match `{context['pattern']}`"
    return "something else", "compare it with the reference in README.md"


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
