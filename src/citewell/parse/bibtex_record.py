"""The fields of a BibTeX entry to the CSL-JSON record that they mean."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from citewell.bibliography.bibtex import FIELDS, OTHER_FIELDS, SUBTYPES, TYPES
from citewell.bibliography.identifiers import bare_doi
from citewell.bibliography.names import OTHERS
from citewell.core.diagnostic import Diagnostic, Edit, nearest
from citewell.parse.entries import Draft, Field, field_faults, group
from citewell.parse.latex import text_of, verbatim
from citewell.parse.nodes import Node, listed
from citewell.parse.source_shape import TYPES as CSL_TYPES

_NAMES = ("author", "editor", "translator")
_VERBATIM = frozenset({"DOI", "URL", "PMID", "PMCID", "NCT", "ISBN", "ISSN"})
_KNOWN = frozenset(FIELDS) | OTHER_FIELDS
USED = frozenset(FIELDS) | frozenset({
    *_NAMES, "booksubtitle", "crossref", "date", "day", "entrysubtype", "eprint", "eprinttype",
    "archiveprefix", "month", "number", "subtitle", "urldate", "year",
})  # fmt: skip
_SERIAL = frozenset({"article-journal", "article-magazine", "article-newspaper", "periodical", "review"})
_PARTS = frozenset({"chapter", "paper-conference", "entry-encyclopedia"})
_IN_SERIES = _PARTS | {"book"}
_GENRES = {"phdthesis": "PhD thesis", "mastersthesis": "Master\u2019s thesis"}
_DASHES = re.compile(r"\s*(?:-{2,}|\u2013|\u2014)\s*")
_ADDRESS = re.compile(r"\\url\s*\{([^{}]*)\}")
_DATE = re.compile(r"([0-9]{4}(?:-[0-9]{2}){0,2})(?:T[0-9:.Z+-]*)?[?~%]?(?:/.*)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

Fields = Mapping[str, Field]


def record_of(
    kind: Field, id_: Field, own: Fields, entries: Mapping[str, Fields]
) -> tuple[Node | None, list[Diagnostic]]:
    """Give the record of an entry, or None where it has no title or no known type, and what is wrong with it."""
    fields, faults = _inherited(own, entries)
    faults += field_faults(fields, _KNOWN, id_)
    type_ = _type(kind, fields, faults)
    if any(fault.code in {"front-matter/missing-key", "front-matter/wrong-type"} for fault in faults):
        return None, faults
    draft = Draft(id_.span)
    draft.put("id", id_.text, id_)
    draft.put("type", type_, kind)
    _texts(draft, fields, type_)
    for key in _NAMES:
        if key in fields and (names := list(_names(fields[key]))):
            draft.put_node(key, listed(names, fields[key].span), fields[key].at)
    faults += _dates(draft, fields)
    _eprint(draft, fields)
    if genre := _GENRES.get(kind.text):
        draft.put("genre", genre, kind)
    return draft.node(), faults


def _inherited(own: Fields, entries: Mapping[str, Fields]) -> tuple[dict[str, Field], list[Diagnostic]]:
    """Give an entry's fields and those of the one that `crossref` names: its title is then that of the book."""
    fields = dict(own)
    if not (reference := own.get("crossref")) or not reference.text:
        return fields, []
    above = entries.get(reference.text.lower())
    if above is None:
        near = nearest(reference.text, entries)
        mend = (
            f"there is an entry `{near}`" if near else "write the id of the entry that this one is a part of"
        )
        message = f"there is no entry `{reference.text}` in this file"
        return fields, [Diagnostic("sources/broken-entry", reference.span, message, mend)]
    for name in _INHERITED:
        if name in above:
            fields.setdefault(_RENAMED.get(name, name), above[name])
    return fields, []


_RENAMED = {"title": "booktitle", "subtitle": "booksubtitle"}
_INHERITED = sorted(USED, key=lambda name: (name not in _RENAMED, name))


def _type(kind: Field, fields: Fields, faults: list[Diagnostic]) -> str:
    sub = fields["entrysubtype"].text if "entrysubtype" in fields else ""
    known = TYPES.get(kind.text)
    if known is None:
        near = nearest(kind.text, TYPES)
        mend = f"there is a type `@{near}`" if near else "write `@misc` for what has no type of its own"
        message = f"there is no type of entry `@{kind.text}`"
        edit = Edit(kind.span, f"@{near}") if near else None
        faults.append(Diagnostic("front-matter/wrong-type", kind.span, message, mend, edit=edit))
        return ""
    if sub in SUBTYPES or sub in get_args(CSL_TYPES):
        return SUBTYPES.get(sub, sub)
    if known in {"document", "manuscript", "webpage"} and _has(fields, "eprint") and _is_preprint(fields):
        return "article"
    if known == "article-journal" and not _has(fields, "journal", "journaltitle") and _is_preprint(fields):
        return "article"
    linked = "howpublished" in fields and bool(_ADDRESS.search(fields["howpublished"].text))
    online = known == "document" and (linked or _has(fields, "url"))
    return "webpage" if online and not _has(fields, "doi", "publisher") else known


def _has(fields: Fields, *names: str) -> bool:
    return any(name in fields and fields[name].text for name in names)


def _archive(fields: Fields) -> str:
    named = fields.get("eprinttype") or fields.get("archiveprefix")
    return named.text if named else ""


def _is_preprint(fields: Fields) -> bool:
    return _has(fields, "eprint") and _archive(fields).lower() not in {"pubmed", "pmid", "pmc", "jstor"}


def _texts(draft: Draft, fields: Fields, type_: str) -> None:
    """Put what is a text in both, with the title and its subtitle first."""
    draft.put("title", _with_subtitle(fields, "title", "subtitle"), fields["title"])
    if "booktitle" in fields:
        draft.put("container-title", _with_subtitle(fields, "booktitle", "booksubtitle"), fields["booktitle"])
    for field in (fields[name] for name in ("howpublished", "note") if name in fields):
        if (address := _ADDRESS.search(field.text)) and not _has(fields, "url"):
            draft.put("URL", verbatim(address[1]), field)
    for name, key in FIELDS.items():
        if name in fields and not (name == "howpublished" and _ADDRESS.search(fields[name].text)):
            draft.put(key, _text(key, fields[name].text), fields[name])
    if "number" in fields:
        in_series = type_ in _IN_SERIES and "collection-title" in draft
        key = "issue" if type_ in _SERIAL else "collection-number" if in_series else "number"
        draft.put(key, text_of(fields["number"].text), fields["number"])


def _text(key: str, value: str) -> str:
    if key not in _VERBATIM:
        text = text_of(value)
        return _DASHES.sub("-", text) if key == "page" else text
    text = verbatim(value)
    if key == "PMCID" and text.isdigit():
        return f"PMC{text}"
    return bare_doi(text) if key == "DOI" else text


def _with_subtitle(fields: Fields, title: str, subtitle: str) -> str:
    first = text_of(fields[title].text)
    second = text_of(fields[subtitle].text) if subtitle in fields else ""
    if not first or not second:
        return first or second
    return f"{first}{'' if first[-1] in '.:?!' else ':'} {second}"


# -- names ---------------------------------------------------------------------------------------------------------


def _names(field: Field) -> Iterator[Node]:
    from bibtexparser.middlewares.names import split_multiple_persons_names

    for name in split_multiple_persons_names(field.text):
        if name == "others":
            yield group({"literal": OTHERS}, field.span)
        elif any(parts := _name(name)):
            keys = ("family", "given", "suffix", "non-dropping-particle", "literal")
            yield group(dict(zip(keys, parts, strict=True)), field.span)


def _name(name: str) -> tuple[str, str, str, str, str]:
    """Give family, given, suffix, particle and literal: what stands in braces as a whole is an organisation."""
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    parts: Any = parse_single_name_into_parts(name, strict=False)
    family, given, suffix, particle = (
        text_of(" ".join(words)) for words in (parts.last, parts.first, parts.jr, parts.von)
    )
    alone = not (given or suffix or particle)
    return ("", "", "", "", family) if alone else (family, given, suffix, particle, "")


# -- dates ---------------------------------------------------------------------------------------------------------


def _dates(draft: Draft, fields: Fields) -> Iterator[Diagnostic]:
    if "urldate" in fields:
        draft.put("accessed", _day(fields["urldate"].text), fields["urldate"])
    if _has(fields, "date"):
        draft.put("issued", _day(fields["date"].text), fields["date"])
        return
    if not _has(fields, "year"):
        return
    year = text_of(fields["year"].text)
    if not any(sign.isdigit() for sign in year):  # "in press"
        draft.put("status", year, fields["year"])
        return
    month, day = _month(fields["month"].text) if "month" in fields else (0, 0)
    if "day" in fields and fields["day"].text.isdigit():
        day = int(fields["day"].text)
    if month is None:
        yield Diagnostic(
            "front-matter/impossible-date",
            fields["month"].span,
            f"there is no month `{fields['month'].text}`",
            "write a number from 1 to 12, or `jan` to `dec` without braces",
        )
    exact = "".join(f"-{part:02}" for part in (month, day if month else 0) if part)
    draft.put("issued", year + exact, fields["year"])


def _day(text: str) -> str:
    match = _DATE.fullmatch(text.strip())
    return match[1] if match else text_of(text)


def _month(text: str) -> tuple[int | None, int]:
    """Give the month, and the day where it stands beside it; None for a month that there is not, 0 for a season."""
    numbers = [int(number) for number in re.findall(r"[0-9]+", text)]
    for word in re.findall(r"[A-Za-z]{3}", text.lower()):
        if word in _MONTHS:
            return _MONTHS.index(word) + 1, numbers[0] if numbers else 0
    if not numbers:
        return 0, 0
    return (numbers[0], 0) if 1 <= numbers[0] <= len(_MONTHS) else (None, 0)


def _eprint(draft: Draft, fields: Fields) -> None:
    """Put the number that an archive gave: that of PubMed is a PMID, that of arXiv leads to the text."""
    if not _has(fields, "eprint"):
        return
    field, archive = fields["eprint"], _archive(fields)
    number = verbatim(field.text)
    match archive.lower():
        case "pubmed" | "pmid":
            draft.put("PMID", number, field)
        case "pmc":
            draft.put("PMCID", _text("PMCID", number), field)
        case "arxiv" | "":
            if re.fullmatch(r"([a-z.-]+/)?[0-9.]+(v[0-9]+)?", number, re.IGNORECASE):
                draft.put("publisher", "arXiv", field)
                draft.put("number", f"arXiv:{number}", field)
                if "DOI" not in draft:
                    draft.put("URL", f"https://arxiv.org/abs/{number}", field)
        case _:
            draft.put("publisher", archive, field)
