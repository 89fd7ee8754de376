"""What a registry answers about a work, as a CSL-JSON record of the fields that are printed.

Source: the answers of doi.org (Crossref, DataCite) and of NCBI's citation exporter, which are CSL-JSON with fields of
their own, and those of the API of ClinicalTrials.gov.
"""

import re
from html import unescape
from typing import Any

from citewell.bibliography.identifiers import bare_doi, nct_address
from citewell.bibliography.kinds import SERIAL
from citewell.bibliography.read import date_text

_TYPES = {
    "book-chapter": "chapter", "book-part": "chapter", "book-section": "chapter", "book-series": "book",
    "book-set": "book", "dissertation": "thesis", "edited-book": "book", "journal": "periodical",
    "journal-article": "article-journal", "journal-issue": "periodical", "monograph": "book",
    "peer-review": "review", "posted-content": "article", "proceedings": "book",
    "proceedings-article": "paper-conference", "reference-book": "book", "reference-entry": "entry",
    "report-component": "report", "report-series": "report",
}  # fmt: skip
"""Crossref's own types -> types of CSL."""

_TEXTS = {
    "title": ("title",),
    "container-title": ("container-title",),
    "container-title-short": ("container-title-short", "short-container-title", "journalAbbreviation"),
    "collection-title": ("collection-title",),
    "publisher": ("publisher",),
    "publisher-place": ("publisher-place", "publisher-location"),
    "edition": ("edition", "edition-number"),
    "version": ("version",),
    "volume": ("volume",),
    "issue": ("issue",),
    "page": ("page", "article-number"),
    "number": ("number",),
    "genre": ("genre",),
    "event-title": ("event-title",),
    "PMID": ("PMID",),
    "PMCID": ("PMCID",),
}
_NAME = ("family", "given", "suffix", "literal", "dropping-particle", "non-dropping-particle")
_MARKS = {"em": "i", "italic": "i", "strong": "b", "bold": "b"}
_TAG = re.compile(r"<(/?)(?:\w+:)?([A-Za-z]+)[^<>]*>")


def record_from_csl(answer: object) -> dict[str, Any]:
    """Give the record in an answer of doi.org or PubMed. Raises ValueError for one that describes no work."""
    if (
        not isinstance(answer, dict)
        or not _text(answer.get("title"))
        or not isinstance(answer.get("type"), str)
    ):
        raise ValueError
    type_ = _TYPES.get(answer["type"], answer["type"])
    record: dict[str, Any] = {"type": type_, "title": _text(answer["title"])}
    if record["title"].endswith(".") and not record["title"].endswith(".."):
        record["title"] = record["title"][:-1]  # PubMed ends each title with a full stop
    for key in ("author", "editor"):
        record[key] = _names(answer.get(key))
    issued = (answer.get(key) for key in ("issued", "published", "published-print", "published-online"))
    record["issued"] = next((date for value in issued if (date := date_text(value))), "")
    for key, names in _TEXTS.items():
        record.setdefault(key, next((text for name in names if (text := _text(answer.get(name)))), ""))
    if type_ in SERIAL:
        record["publisher"] = record["publisher-place"] = ""  # no style prints that of a journal
    if type_ == "article" and (server := _at(answer, "institution", 0, "name")):
        record["publisher"] = _text(server)
    record["DOI"] = bare_doi(_text(answer.get("DOI")))
    if not (record["DOI"] or record["PMID"]):
        record["URL"] = _text(answer.get("URL"))
    return {key: value for key, value in record.items() if value}


def record_from_trial(answer: object) -> dict[str, Any]:
    """Give the record in an answer of ClinicalTrials.gov. Raises ValueError for one that describes no trial."""
    about = _at(answer, "protocolSection")
    title, nct = (_text(_at(about, "identificationModule", key)) for key in ("briefTitle", "nctId"))
    if not title or not nct:
        raise ValueError
    sponsor = _text(_at(about, "sponsorCollaboratorsModule", "leadSponsor", "name"))
    record = {
        "type": "webpage",
        "title": title,
        "author": [{"literal": sponsor}] if sponsor else [],
        "container-title": "ClinicalTrials.gov",
        "issued": date_text(_at(about, "statusModule", "studyFirstPostDateStruct", "date")),
        "NCT": nct,
        "URL": nct_address(nct),
    }
    return {key: value for key, value in record.items() if value}


def _at(value: Any, *path: str | int) -> Any:  # noqa: ANN401 -- an answer is what JSON holds
    """Follow a path into an answer; None where it leads nowhere."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _text(value: object) -> str:
    """Give a text on one line with no markup but that of CSL; of a list the first."""
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(_TAG.sub(_tag, unescape(str(value))).split())


def _tag(match: re.Match[str]) -> str:
    name = _MARKS.get(match[2].lower(), match[2].lower())
    return f"<{match[1]}{name}>" if name in {"i", "b", "sub", "sup"} else ""


def _names(value: object) -> list[dict[str, str]]:
    names = []
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            name = {key: text for key in _NAME if (text := _text(item.get(key)))}
            if not name and (organisation := _text(item.get("name"))):
                name = {"literal": organisation}
            names += [name] if name else []
    return names
