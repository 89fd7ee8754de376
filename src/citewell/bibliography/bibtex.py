"""The words of BibTeX and biblatex for those of CSL, and a record as an entry of such a file.

Source: the manual of biblatex, chapters 2.1 and 2.2, https://ctan.org/pkg/biblatex.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from citewell.bibliography.read import date_text, names
from citewell.core.csl import Name

TYPES = {
    "article": "article-journal", "artwork": "graphic", "audio": "song", "bill": "bill", "book": "book",
    "bookinbook": "chapter", "booklet": "pamphlet", "collection": "book", "conference": "paper-conference",
    "dataset": "dataset", "electronic": "webpage", "image": "graphic", "inbook": "chapter",
    "incollection": "chapter", "inproceedings": "paper-conference", "inreference": "entry-encyclopedia",
    "jurisdiction": "legal_case", "legal": "treaty", "legislation": "legislation",
    "letter": "personal_communication", "manual": "book", "map": "map", "mastersthesis": "thesis",
    "misc": "document", "movie": "motion_picture", "music": "song", "mvbook": "book", "mvcollection": "book",
    "mvproceedings": "book", "mvreference": "book", "newspaper": "article-newspaper", "online": "webpage",
    "patent": "patent", "performance": "performance", "periodical": "periodical", "phdthesis": "thesis",
    "presentation": "speech", "proceedings": "book", "reference": "book", "report": "report",
    "review": "review", "software": "software", "standard": "standard", "suppbook": "chapter",
    "suppcollection": "chapter", "suppperiodical": "article-journal", "techreport": "report",
    "thesis": "thesis", "unpublished": "manuscript", "video": "motion_picture", "webpage": "webpage",
    "www": "webpage",
}  # fmt: skip
"""Type of an entry -> type of CSL."""

SUBTYPES = {"magazine": "article-magazine", "newspaper": "article-newspaper", "preprint": "article"}

FIELDS = {
    "abstract": "abstract", "annotation": "annote", "annote": "annote", "archive": "archive",
    "authority": "authority", "booktitle": "container-title", "chapter": "chapter-number", "doi": "DOI",
    "edition": "edition", "eventtitle": "event-title", "isbn": "ISBN", "issn": "ISSN",
    "issue": "issue", "journal": "container-title", "journaltitle": "container-title",
    "jurisdiction": "jurisdiction", "keywords": "keyword", "langid": "language", "language": "language",
    "medium": "medium", "nct": "NCT", "note": "note", "pagetotal": "number-of-pages", "pmcid": "PMCID",
    "pmid": "PMID", "pages": "page", "section": "section", "series": "collection-title",
    "shortjournal": "container-title-short", "shorttitle": "title-short", "title": "title", "type": "genre",
    "url": "URL", "venue": "event-place", "version": "version", "volume": "volume",
    "volumes": "number-of-volumes", "publisher": "publisher", "institution": "publisher",
    "school": "publisher", "organization": "publisher", "howpublished": "publisher",
    "address": "publisher-place", "location": "publisher-place", "eid": "number", "articleno": "number",
}  # fmt: skip
"""Field -> variable of CSL that takes its text as it is; of two fields for one variable the earlier here goes first."""

OTHER_FIELDS = frozenset({
    "abbrev", "addendum", "afterword", "annotator", "archiveprefix", "author", "bookauthor",
    "bookpagination", "booksubtitle", "booktitleaddon", "commentator", "copyright", "crossref", "date",
    "day", "editor", "editora", "editorb", "editorc", "editortype", "entryset", "entrysubtype",
    "eprint", "eprintclass", "eprinttype", "eventdate", "eventtitleaddon", "file", "foreword", "gender",
    "groups", "holder", "hyphenation", "ids", "indextitle", "introduction", "issuesubtitle",
    "issuetitle", "journalsubtitle", "journaltitleaddon", "keyword", "label", "lccn", "library",
    "mainsubtitle", "maintitle", "maintitleaddon", "month", "nameaddon", "number", "options",
    "origdate", "origlanguage", "origlocation", "origpublisher", "origtitle", "owner", "pagination",
    "part", "presort", "primaryclass", "pubstate", "related", "relatedtype", "reprinttitle",
    "shortauthor", "shorteditor", "shorthand", "sortkey", "sortname", "sorttitle", "sortyear",
    "subtitle", "timestamp", "titleaddon", "translator", "uri", "urldate", "xdata", "xref", "year",
})  # fmt: skip
"""Fields that are read in some other way, or not at all."""

_WRITTEN = {
    "article": "misc", "article-journal": "article", "article-magazine": "article",
    "article-newspaper": "article", "book": "book", "chapter": "incollection", "dataset": "dataset",
    "entry-encyclopedia": "inreference", "legal_case": "jurisdiction", "legislation": "legislation",
    "manuscript": "unpublished", "motion_picture": "video", "pamphlet": "booklet",
    "paper-conference": "inproceedings", "patent": "patent", "periodical": "periodical",
    "report": "techreport", "software": "software", "standard": "standard", "thesis": "thesis",
    "webpage": "online",
}  # fmt: skip
_NAMES = ("author", "editor", "translator")
_SERIAL = frozenset({"article", "periodical"})
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&%#_"},
}
_MARKS = {"i": "textit", "b": "textbf", "sub": "textsubscript", "sup": "textsuperscript"}
_TAG = re.compile(r"<(/?)(i|b|sub|sup)>")


def bibtex_entry(record: Mapping[str, Any]) -> str:
    """Give a record as an entry, one field a line."""
    kind = _WRITTEN.get(record["type"], "misc")
    fields = "".join(f"  {name} = {{{text}}},\n" for name, text in _fields(record, kind) if text)
    return f"@{kind}{{{record['id']},\n{fields}}}\n"


def _fields(record: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    if TYPES[kind] != record["type"] or kind == "misc":  # the reader takes some `@misc` for a web page
        named = {meant: name for name, meant in SUBTYPES.items()}
        yield "entrysubtype", named.get(record["type"], record["type"])
    yield "title", _latex(record["title"])
    for key in _NAMES:
        yield key, " and ".join(map(_name, names(record.get(key))))
    yield "date", date_text(record.get("issued"))
    yield "urldate", date_text(record.get("accessed"))
    yield "issue" if kind not in _SERIAL else "number", _latex(record.get("issue", ""))
    yield "number" if kind not in _SERIAL else "eid", _latex(record.get("number", ""))
    written = {"title", "issue", "number"}
    for name, key in FIELDS.items():
        if key not in written and isinstance(record.get(key), str):
            written.add(key)
            own = "journal" if key == "container-title" and kind in _SERIAL else name
            yield own, record[key] if key in {"DOI", "URL"} else _latex(record[key])


def _name(name: Name) -> str:
    if name.literal:
        return f"{{{_latex(name.literal)}}}"
    family = _latex(name.family)
    if " " in family or family[:1].islower() or not name.given:
        family = f"{{{family}}}"
    parts = (f"{_latex(name.particle)} {family}".strip(), _latex(name.suffix), _latex(name.given))
    return ", ".join(part for part in parts if part)


def _latex(text: str) -> str:
    """Give a text in LaTeX: its signs escaped, the marks of CSL as commands."""
    pieces = _TAG.split(str(text))
    out = "".join(_SPECIAL.get(sign, sign) for sign in pieces[0])
    for closing, mark, words in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        out += "}" if closing else f"\\{_MARKS[mark]}{{"
        out += "".join(_SPECIAL.get(sign, sign) for sign in words)
    return out
