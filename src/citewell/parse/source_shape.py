"""A source as CSL-JSON describes it, as a Pydantic model."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Union

from pydantic import AfterValidator, BaseModel, Discriminator, Field, Tag, create_model

from citewell.bibliography.identifiers import bare_doi, doi_fault, nct_fault, pmid_fault, url_fault
from citewell.parse.fields import Plain, Shape, fault, identifier

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


def _doi_in_address(text: str) -> str:
    """Give the DOI that an address spells sign for sign, or nothing."""
    bare = bare_doi(text)
    return "" if re.search("[%?#]", bare) else bare


class _Work(Shape):
    id: Annotated[str, Field(pattern=r"^[^\s\[\]@;,]+$")]
    type: _TYPES
    title: Plain
    DOI: Annotated[str, identifier("citations/bad-doi", doi_fault, _doi_in_address)] | None = None
    PMID: Annotated[str, identifier("citations/bad-pmid", pmid_fault)] | None = None
    NCT: Annotated[str, identifier("citations/bad-nct", nct_fault)] | None = None
    URL: Annotated[str, identifier("citations/bad-url", url_fault)] | None = None
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


def _checked_date(value: Any) -> Any:
    return None if value is None else _partial_date(value)


CslShape: type[Shape] = create_model("CslShape", __base__=_Work, **_variables())
CslShape.__doc__ = "A source as CSL-JSON describes it."
