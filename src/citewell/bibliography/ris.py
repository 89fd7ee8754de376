"""The tags of RIS for the variables of CSL, and a record as an entry of such a file.

Source: RIS format specifications of 2001 and 2011, https://en.wikipedia.org/wiki/RIS_(file_format).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from citewell.bibliography.kinds import SERIAL
from citewell.bibliography.read import date_text, names
from citewell.core.csl import Name

TYPES = {
    "ABST": "article-journal", "ADVS": "motion_picture", "AGGR": "dataset", "ANCIENT": "classic",
    "ART": "graphic", "BILL": "bill", "BLOG": "post-weblog", "BOOK": "book", "CASE": "legal_case",
    "CHAP": "chapter", "CHART": "graphic", "CLSWK": "classic", "COMP": "software",
    "CONF": "paper-conference", "CPAPER": "paper-conference", "CTLG": "book", "DATA": "dataset",
    "DBASE": "dataset", "DICT": "entry-dictionary", "EBOOK": "book", "ECHAP": "chapter", "EDBOOK": "book",
    "EJOUR": "article-journal", "ELEC": "webpage", "ENCYC": "entry-encyclopedia", "EQUA": "graphic",
    "FIGURE": "figure", "GEN": "document", "GOVDOC": "report", "GRANT": "document", "GRNT": "document",
    "HEAR": "hearing", "ICOMM": "personal_communication", "INPR": "article-journal", "INTV": "interview",
    "JFULL": "periodical", "JOUR": "article-journal", "LEGAL": "regulation", "MANSCPT": "manuscript",
    "MAP": "map", "MGZN": "article-magazine", "MPCT": "motion_picture", "MULTI": "webpage",
    "MUSIC": "musical_score", "NEWS": "article-newspaper", "PAMP": "pamphlet", "PAT": "patent",
    "PCOMM": "personal_communication", "POD": "broadcast", "RPRT": "report", "SER": "book",
    "SLIDE": "speech", "SOUND": "song", "STAND": "standard", "STAT": "legislation", "THES": "thesis",
    "UNBILL": "bill", "UNPB": "manuscript", "VIDEO": "motion_picture", "WEB": "webpage",
}  # fmt: skip
"""Type of an entry -> type of CSL."""

TAGS = frozenset({
    "A1", "A2", "A3", "A4", "AB", "AD", "AN", "AU", "AV", "BT", "C1", "C2", "C3", "C4", "C5", "C6",
    "C7", "C8", "CA", "CN", "CP", "CR", "CT", "CY", "DA", "DB", "DI", "DO", "DP", "ED", "EP", "ER",
    "ET", "ID", "IS", "J1", "J2", "JA", "JF", "JO", "KW", "L1", "L2", "L3", "L4", "LA", "LB", "LK",
    "LL", "M1", "M2", "M3", "N1", "N2", "NO", "NV", "OP", "PB", "PP", "PY", "RD", "RI", "RN", "RP",
    "SE", "SN", "SP", "ST", "SV", "T1", "T2", "T3", "TA", "TI", "TT", "TY", "U1", "U2", "U3", "U4",
    "U5", "UR", "VL", "VO", "WP", "WT", "WV", "Y1", "Y2", "YR",
})  # fmt: skip
NUMBERED = frozenset({"bill", "legislation", "patent", "regulation", "report", "standard"})
"""Types whose `SN` or `IS` is a number of their own, not that of a serial."""

PREPRINT = "Preprint"
PUBMED, TRIALS = "PubMed", "ClinicalTrials.gov"

_WRITTEN = {
    "article": "UNPB", "article-journal": "JOUR", "article-magazine": "MGZN", "article-newspaper": "NEWS",
    "bill": "BILL", "book": "BOOK", "chapter": "CHAP", "dataset": "DATA", "entry-dictionary": "DICT",
    "entry-encyclopedia": "ENCYC", "graphic": "ART", "hearing": "HEAR", "interview": "INTV",
    "legal_case": "CASE", "legislation": "STAT", "manuscript": "UNPB", "map": "MAP",
    "motion_picture": "VIDEO", "pamphlet": "PAMP", "paper-conference": "CPAPER", "patent": "PAT",
    "periodical": "JFULL", "personal_communication": "PCOMM", "post-weblog": "BLOG", "regulation": "LEGAL",
    "report": "RPRT", "review": "JOUR", "software": "COMP", "song": "SOUND", "speech": "SLIDE",
    "standard": "STAND", "thesis": "THES", "webpage": "ELEC",
}  # fmt: skip
_NAMES = {"author": "AU", "editor": "ED", "collection-editor": "A3", "translator": "A4"}
_PLAIN = {
    "volume": "VL", "publisher": "PB", "publisher-place": "CY", "container-title-short": "J2",
    "collection-title": "T3", "section": "SE", "title-short": "ST", "language": "LA", "DOI": "DO",
    "URL": "UR", "PMCID": "C2", "abstract": "AB", "keyword": "KW", "note": "N1",
}  # fmt: skip


def ris_entry(record: Mapping[str, Any]) -> str:
    """Give a record as an entry, one tag a line."""
    lines = [f"{tag}  - {' '.join(str(text).split())}\n" for tag, text in _lines(record) if text]
    return "".join(lines) + "ER  - \n"


def _lines(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    type_ = record["type"]
    yield "TY", _WRITTEN.get(type_, "GEN")
    yield "ID", record["id"]
    yield "TI", record["title"]
    for key, tag in _NAMES.items():
        yield from ((tag, _name(name)) for name in names(record.get(key)))
    issued = date_text(record.get("issued"))
    yield "PY", issued[:4]
    yield "DA", issued.replace("-", "/") if "-" in issued else ""
    yield "Y2", date_text(record.get("accessed")).replace("-", "/")
    meeting = type_ == "paper-conference" and "event-title" in record
    yield "C3" if meeting else "T2", record.get("container-title")
    yield "T2", record["event-title"] if meeting else ""
    yield from ((tag, record.get(key)) for key, tag in _PLAIN.items())
    yield "M3", PREPRINT if type_ == "article" else record.get("genre")
    yield "ET", record.get("version") if type_ == "software" else record.get("edition")
    yield "IS", record.get("issue") or (type_ in NUMBERED and record.get("number"))
    yield "C7", record.get("number") if type_ in SERIAL else ""
    first, dash, last = str(record.get("page", "")).partition("-")
    whole = first if dash and "," not in last else record.get("page")
    yield "SP", whole
    yield "EP", last if whole == first else ""
    yield "SN", record.get("ISSN") if type_ in SERIAL else record.get("ISBN")
    yield "AN", record.get("PMID") or record.get("NCT")
    yield "DB", PUBMED if "PMID" in record else TRIALS if "NCT" in record else ""


def _name(name: Name) -> str:
    family = f"{name.particle} {name.family}".strip()
    return ", ".join(part for part in (name.literal or family, name.given, name.suffix) if part)
