"""A source as CSL-JSON describes it, as a Pydantic model."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, Union

from msgspec import Meta, ValidationError, convert, defstruct
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, create_model

from citewell.bibliography.identifiers import (
    DOI,
    NCT,
    PMID,
    bare_doi,
    doi_fault,
    nct_fault,
    pmid_fault,
    url_fault,
)
from citewell.parse.fields import WEB_ADDRESS, Plain, Shape, fault, identifier, looks

# The variables of CSL 1.0.2, appendix IV. Names of the standard, so that files from other programs fit.

ID_PATTERN = r"^[^\s\[\]@;,]+$"
TYPES = Literal[
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
    "classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "event",
    "figure", "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map",
    "motion_picture", "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical",
    "personal_communication", "post", "post-weblog", "regulation", "report", "review", "review-book", "software",
    "song", "speech", "standard", "thesis", "treaty", "webpage",
]  # fmt: skip
# Each with its description, first those that a reference may show.
_TEXTS = {
    "archive": "The archive or repository that holds it.",
    "authority": "The body that issued it: a court, an agency.",
    "collection-title": "The series in which it appeared.",
    "container-title": "The journal, book or site in which it stands.",
    "container-title-short": "The short form of the journal's name.",
    "edition": "The edition: a number or words.",
    "event-title": "The conference or event at which it was presented.",
    "genre": "What sort of work it is within its type, such as `Preprint`.",
    "issue": "The issue of the journal.",
    "journalAbbreviation": "The short form of the journal's name, as some programs write it.",
    "medium": "The medium in which it was brought out, such as `CD-ROM`.",
    "number": "Its number: of a report, a patent, a law. A ClinicalTrials.gov number here counts as `NCT`.",
    "page": "The pages in the container: the first, or a range.",
    "PMCID": "The number in PubMed Central, as in `PMC4000001`.",
    "publisher": "Who brought it out.",
    "publisher-place": "Where the publisher sits.",
    "section": "The section of a law or a newspaper in which it stands.",
    "version": "The version of the work.",
    "volume": "The volume of the journal or book.",
}
_NAMES = {
    "author": "Who wrote it.",
    "editor": "Who edited the book or collection.",
}
_DATES = {
    "accessed": "When it was last read, for what stands on the web.",
    "issued": "When it was brought out.",
}
# These are accepted and not printed, so that files from other programs fit.
_UNPRINTED_TEXTS = {
    "abstract": "The abstract.",
    "annote": "A reader's own note on it.",
    "archive_collection": "The collection inside the archive.",
    "archive_location": "The place inside the archive.",
    "archive-place": "Where the archive is.",
    "call-number": "The shelf mark in a library.",
    "chapter-number": "The number of the chapter.",
    "citation-key": "The key that another program gave it.",
    "collection-number": "The number in its series.",
    "dimensions": "Its size or length.",
    "division": "The division of the court or body.",
    "event-place": "Where the event took place.",
    "ISBN": "The number of the book.",
    "ISSN": "The number of the journal.",
    "jurisdiction": "Where the law applies.",
    "keyword": "Keywords.",
    "language": "The language of the work.",
    "license": "The licence of the work.",
    "note": "A note on it.",
    "number-of-pages": "How many pages it has.",
    "number-of-volumes": "How many volumes it has.",
    "original-publisher": "Who first brought it out.",
    "original-title": "The title in the original language.",
    "page-first": "The first page.",
    "part-number": "The number of the part.",
    "part-title": "The title of the part.",
    "printing-number": "The number of the printing.",
    "references": "Related works, as free text.",
    "scale": "The scale of a map.",
    "shortTitle": "The short title, as some programs write it.",
    "source": "Where the record comes from.",
    "status": "Whether it is in press, submitted and the like.",
    "supplement-number": "The number of the supplement.",
    "title-short": "The short title.",
    "volume-title": "The title of the volume.",
    "volume-title-short": "The short title of the volume.",
}
_UNPRINTED_NAMES = {
    "chair": "Who chaired the session.",
    "collection-editor": "Who edited the series.",
    "compiler": "Who compiled it.",
    "composer": "Who composed it.",
    "container-author": "Who wrote the book in which it stands.",
    "contributor": "Who contributed to it.",
    "curator": "Who curated it.",
    "director": "Who directed it.",
    "editorial-director": "Who directed the edition.",
    "executive-producer": "Who was its executive producer.",
    "guest": "Who was a guest in it.",
    "host": "Who hosted it.",
    "illustrator": "Who illustrated it.",
    "interviewer": "Who asked the questions.",
    "narrator": "Who narrated it.",
    "organizer": "Who organised the event.",
    "original-author": "Who wrote the original.",
    "performer": "Who performed it.",
    "producer": "Who produced it.",
    "recipient": "To whom it was written.",
    "reviewed-author": "Who wrote the work that it reviews.",
    "script-writer": "Who wrote the script.",
    "series-creator": "Who created the series.",
    "translator": "Who translated it.",
}
_UNPRINTED_DATES = {
    "available-date": "When it became available.",
    "event-date": "When the event took place.",
    "original-date": "When the original was brought out.",
    "submitted": "When it was submitted.",
}


class NameShape(Shape):
    """A person or an organisation."""

    family: Plain | None = Field(None, description="The family name.", examples=["Li"])
    given: Plain | None = Field(None, description="The given names, or their initials.", examples=["Jiafu"])
    suffix: Plain | None = Field(None, description="What follows the name.", examples=["Jr."])
    literal: Plain | None = Field(
        None,
        description="The name of an organisation, as it is printed.",
        examples=["World Health Organization"],
    )
    dropping_particle: Plain | None = Field(
        None,
        alias="dropping-particle",
        description="A particle that is printed behind the given names.",
        examples=["von"],
    )
    non_dropping_particle: Plain | None = Field(
        None,
        alias="non-dropping-particle",
        description="A particle that is printed in front of the family name.",
        examples=["van der"],
    )


class DateShape(Shape):
    """A date in CSL-JSON's own form."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [key]} for key in ("date-parts", "raw", "literal")]}
    )

    date_parts: list[list[Annotated[str, looks("^[0-9]+$")]]] | None = Field(
        None, alias="date-parts", description="Year, month and day as numbers.", examples=[[[2013, 4, 3]]]
    )
    raw: Plain | None = Field(None, description="The date as a text that begins with the year.")
    literal: Plain | None = Field(None, description="The date in words.")
    circa: Plain | None = Field(None, description="Whether the date is only about right.")
    season: Plain | None = Field(None, description="The season of the year.")


def _is_mapping(value: Any) -> str:
    return "map" if isinstance(value, dict | BaseModel) else "text"


_Name = Annotated[
    Union[Annotated[NameShape, Tag("map")], Annotated[Plain, Tag("text")]],  # noqa: UP007  # Tag needs Union
    Discriminator(_is_mapping),
]


def _doi_in_address(text: str) -> str:
    """Give the DOI that an address spells sign for sign, or nothing."""
    bare = bare_doi(text)
    return "" if re.search("[%?#]", bare) else bare


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


_AS_TEXT = looks(r"^[0-9]{4}(-[0-9]{2}){0,2}$", type=["string", "integer"], minimum=1000, maximum=9999)
_Date = Annotated[
    Union[Annotated[DateShape, Tag("map")], Annotated[str, Tag("text"), _AS_TEXT]],  # noqa: UP007
    Discriminator(_is_mapping),
    BeforeValidator(_partial_date),
]
_Doi = Annotated[str, identifier("citations/bad-doi", doi_fault, _doi_in_address), looks(f"^{DOI.pattern}$")]
_Pmid = Annotated[
    str,
    identifier("citations/bad-pmid", pmid_fault),
    looks(f"^{PMID.pattern}$", minimum=1, maximum=999_999_999),
]
_Nct = Annotated[str, identifier("citations/bad-nct", nct_fault), looks(f"^{NCT.pattern}$")]
_Url = Annotated[str, identifier("citations/bad-url", url_fault), WEB_ADDRESS]


class _Work(Shape):
    id: Annotated[str, Field(pattern=ID_PATTERN)] = Field(
        description="The name by which pages cite it, as in `[@he2013salt]`. No spaces and none of `[ ] @ ; ,`.",
        examples=["he2013salt"],
    )
    type: TYPES = Field(description="What kind of work it is: a type of CSL.", examples=["article-journal"])
    title: Plain = Field(
        description="The title of the work. It may hold `<i>`, `<b>`, `<sub>` and `<sup>`.",
        examples=["Effect of longer term modest salt reduction on blood pressure"],
    )
    DOI: _Doi | None = Field(
        None, description="The bare DOI, without an address in front.", examples=["10.1136/bmj.f1325"]
    )
    PMID: _Pmid | None = Field(
        None, description="The number in PubMed, without words in front.", examples=["31234567"]
    )
    NCT: _Nct | None = Field(
        None,
        description="The ClinicalTrials.gov number of a trial. Not a field of CSL.",
        examples=["NCT04493242"],
    )
    URL: _Url | None = Field(
        None,
        description="The whole `http` or `https` address of the work.",
        examples=["https://example.org/page"],
    )
    custom: Any = Field(None, description="What other programs keep of their own in a record. Not printed.")


def _variables() -> dict[str, Any]:
    kinds = (
        (Plain | None, _TEXTS, _UNPRINTED_TEXTS),
        (list[_Name] | None, _NAMES, _UNPRINTED_NAMES),
        (_Date | None, _DATES, _UNPRINTED_DATES),
    )
    return {
        name.replace("-", "_"): (type_, Field(None, alias=name, description=description))
        for type_, printed, unprinted in kinds
        for name, description in (
            printed | {name: f"{it} Not printed." for name, it in unprinted.items()}
        ).items()
    }


CslShape: type[Shape] = create_model("CslShape", __base__=_Work, **_variables())
CslShape.__doc__ = "A source as CSL-JSON describes it."


# -- records that are plainly sound -------------------------------------------------------------------------------


def _such(pattern: str) -> Any:
    return Annotated[str, Meta(pattern=rf"\A(?:{pattern})\Z")]


_Text = Annotated[str, Meta(min_length=1)]
_Parts = defstruct(
    "_Parts",
    [(key, _Text, "") for key in NameShape.model_fields],
    rename={key: field.alias for key, field in NameShape.model_fields.items() if field.alias},
    forbid_unknown_fields=True,
    frozen=True,
)
_OPTIONAL: dict[str, Any] = {
    **dict.fromkeys([*_TEXTS, *_UNPRINTED_TEXTS], _Text),
    **dict.fromkeys([*_NAMES, *_UNPRINTED_NAMES], list[_Parts | _Text]),  # type: ignore[valid-type]
    **dict.fromkeys([*_DATES, *_UNPRINTED_DATES], _such("[1-9][0-9]{3}")),
    "DOI": _such(DOI.pattern),
    "PMID": _such(PMID.pattern),
    "NCT": _such(NCT.pattern),
    "URL": _such(r"https?://[a-z0-9][a-z0-9.-]*(?:/[A-Za-z0-9/._~!$&'()*+,;=:@%?#-]*)?"),
}
_Sound = defstruct(
    "_Sound",
    [
        ("id", _such(r"[\w.:/+-]+")),
        ("type", TYPES),
        ("title", _Text),
        *((key.replace("-", "_"), kind, None) for key, kind in _OPTIONAL.items()),
    ],
    rename={key.replace("-", "_"): key for key in _OPTIONAL},
    forbid_unknown_fields=True,
    frozen=True,
)
"""What most records are: no date but a year, no name but as a text or in parts, no address but a common one."""


def unless_sound(value: Any, check: Callable[[Any], Any]) -> Any:
    """Let a record that is plainly sound through as it is, and have anything else checked.

    `CslShape` looks for each of its hundred variables in every record; here that takes a tenth of the time.
    """
    return value if is_sound(value) else check(value)


def is_sound(record: Any) -> bool:
    """Tell whether it is plain that `CslShape` lets a record through and says the same as it does."""
    try:
        convert(record, _Sound)
    except ValidationError:
        return False
    return True
