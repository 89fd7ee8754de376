"""From a CSL-JSON record to a `Work`. What cannot be read is left empty; records are checked elsewhere."""

import re
from calendar import monthrange
from functools import lru_cache

from citewell.bibliography.identifiers import bare_doi, is_nct
from citewell.core.csl import Date, Name, Work

_ISO_DATE = re.compile(r"\s*([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?(?![0-9])")
_MONTHS = 12
_NOBODY = Name()
_TEXT_FIELDS = {
    "title": "title",
    "container-title": "container_title",
    "container-title-short": "container_title_short",
    "collection-title": "collection_title",
    "publisher": "publisher",
    "publisher-place": "publisher_place",
    "edition": "edition",
    "version": "version",
    "volume": "volume",
    "issue": "issue",
    "page": "page",
    "number": "number",
    "genre": "genre",
    "medium": "medium",
    "authority": "authority",
    "section": "section",
    "event-title": "event_title",
    "archive": "archive",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "NCT": "nct",
    "URL": "url",
}


def work_from_csl(record: dict[str, object]) -> Work:
    """The work that a record with an `id` describes. Raises KeyError if it has none, and nothing else."""
    fields = {_TEXT_FIELDS[key]: _text(value) for key, value in record.items() if key in _TEXT_FIELDS}
    if not fields.get("container_title_short"):
        fields["container_title_short"] = _text(record.get("journalAbbreviation"))
    if "number" in fields and not fields.get("nct") and is_nct(fields["number"]):
        fields["nct"], fields["number"] = fields["number"], ""
    return Work(
        id=_text(record["id"]),
        type=_text(record.get("type")) or "document",
        author=names(record.get("author")),
        editor=names(record.get("editor")),
        issued=_date(record.get("issued")),
        accessed=_date(record.get("accessed")),
        doi=bare_doi(_text(record["DOI"])) if "DOI" in record else "",
        **fields,
    )


def _text(value: object) -> str:
    """A text or number as text on one line; nothing for anything else."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def names(value: object) -> tuple[Name, ...]:
    """The names in a list as CSL-JSON holds it, without the empty ones."""
    if value is None:
        return ()
    entries = value if isinstance(value, list | tuple) else [value]
    return tuple(name for name in map(_name, entries) if name != _NOBODY)


def _name(value: object) -> Name:
    if isinstance(value, dict):
        parts = {key: _text(part) for key, part in value.items()}
        given, _, suffix = parts.get("given", "").partition(",")  # "Henry W., Jr." in one field
        # A particle that is dropped in sorting ("von") is printed behind the given names.
        return Name(
            family=parts.get("family", ""),
            given=f"{given} {parts.get('dropping-particle', '')}".strip(),
            suffix=parts.get("suffix") or suffix.strip(),
            particle=parts.get("non-dropping-particle", ""),
            literal=parts.get("literal", ""),
        )
    return _name_from_text(_text(value))


@lru_cache(maxsize=1024)  # the same people are cited again and again
def _name_from_text(text: str) -> Name:
    family, comma, rest = text.partition(",")
    if not comma:
        return Name(literal=family)
    given, _, suffix = rest.partition(",")
    return Name(family=family.strip(), given=given.strip(), suffix=suffix.strip())


def date_text(value: object) -> str:
    """Give a date as CSL-JSON holds it in the form `2019-12-06`, as exactly as it is known; nothing for none."""
    date = _date(value)
    if date is None:
        return ""
    return "-".join([f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part)])


def _date(value: object) -> Date | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        return _date_from_text(_text(value))
    parts = value.get("date-parts")
    if isinstance(parts, list | tuple) and parts and isinstance(parts[0], list | tuple):
        return _date_from_text("-".join(_text(part).zfill(2) for part in parts[0][:3]))
    return _date_from_text(_text(value.get("raw")) or _text(value.get("literal")))


@lru_cache(maxsize=1024)
def _date_from_text(text: str) -> Date | None:
    """The date in `2019-12-06`, `2019-12` or `2019`, as far as it exists in the calendar."""
    match = _ISO_DATE.match(text)
    if not match or match[1] == "0000":
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if not 1 <= month <= _MONTHS:
        return Date(year)
    return Date(year, month, day if 1 <= day <= monthrange(year, month)[1] else None)
