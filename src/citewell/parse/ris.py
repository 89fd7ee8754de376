"""RIS to records, with the place of every field. A line is `TAG  - text`; `TY` begins an entry, and `ER` ends it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from citewell.bibliography.identifiers import bare_doi, is_nct
from citewell.bibliography.identity import new_id
from citewell.bibliography.kinds import SERIAL
from citewell.bibliography.names import OTHERS
from citewell.bibliography.ris import NUMBERED, PREPRINT, TAGS, TYPES
from citewell.core.diagnostic import Diagnostic, Edit, Related, nearest
from citewell.parse.entries import Draft, Entries, Field, group
from citewell.parse.nodes import Node, listed
from citewell.parse.spans import Offsets

_LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|\s*)")
_MEANT = re.compile(r"\s{0,3}([A-Z][A-Z0-9])\s{0,3}[-:](?:\s+(.*)|)")
_DATE = re.compile(r"([0-9]{4})(?:[/-]([0-9]{1,2})?)?(?:[/-]([0-9]{1,2})?)?(?:/.*)?")
_ONCE = frozenset({"DO", "EP", "ID", "IS", "JF", "JO", "PY", "SP", "T1", "TI", "VL", "Y1"})
_NAMES = {"author": "AU A1", "editor": "ED A2", "collection-editor": "A3", "translator": "A4 TA"}
_PLAIN = {
    "volume": "VL VO", "publisher": "PB", "publisher-place": "CY PP", "section": "SE", "title-short": "ST",
    "language": "LA", "number-of-volumes": "NV", "URL": "UR LK L2", "abstract": "AB N2", "note": "N1 NO",
}  # fmt: skip


@dataclass(frozen=True)
class _Entry:
    """The lines of an entry in their order."""

    fields: list[Field] = field(default_factory=list)

    def first(self, tags: str) -> Field | None:
        """Give the first field that stands under one of the tags, the tags in the order of their rank."""
        found = (item for tag in tags.split() for item in self.fields if item.name == tag and item.text)
        return next(found, None)

    def text(self, tags: str) -> str:
        """Give the text of the first such field, or an empty one."""
        first = self.first(tags)
        return first.text if first else ""

    def go_on(self, line: str) -> None:
        """Put a line without a tag behind the text of the line above; between two entries it is a program's own."""
        if self.fields and line.strip():
            last = self.fields[-1]
            self.fields[-1] = Field(last.name, f"{last.text} {line.strip()}".strip(), last.at, last.span)


def read_ris(path: str, text: str) -> Entries:
    """Give the entries of a file. One that is broken is told and does not stop the others."""
    found: list[Diagnostic] = []
    nodes: list[Node] = []
    unread: list[str] = []
    for entry in _entries(Offsets(path, text), found):
        node = _record(entry, found)
        if node is None:
            unread += [item.text for item in entry.fields if item.name in {"ID", "TI", "T1"}]
        else:
            nodes.append(node)
    return Entries(tuple(nodes), tuple(found), "\n".join(unread))


def _entries(offsets: Offsets, found: list[Diagnostic]) -> Iterator[_Entry]:
    entry = _Entry()  # without a field: between two entries
    told = False  # that an entry has no beginning: once for all its lines
    for number, line in enumerate(offsets.text.split("\n")):
        item = _field(offsets, number, line, found, inside=bool(entry.fields))
        if item is None:
            entry.go_on(line)
        elif item.name in {"TY", "ER"}:
            if entry.fields:
                found += [_endless(entry)] if item.name == "TY" else []
                yield entry
            entry, told = _Entry([item] if item.name == "TY" else []), False
        elif entry.fields:
            entry.fields.append(item)
        elif not told:
            told = True
            message = f"the line `{item.name}` belongs to no entry: an entry begins with a line `TY`"
            mend = "write a line such as `TY  - JOUR` in front of this one"
            found.append(Diagnostic("sources/broken-entry", item.at, message, mend))
    if entry.fields:
        found.append(_endless(entry))
        yield entry


def _field(
    offsets: Offsets, number: int, line: str, found: list[Diagnostic], *, inside: bool
) -> Field | None:
    match = _LINE.fullmatch(line)
    if not match:
        match = _MEANT.fullmatch(line)
        if not match or match[1] not in TAGS or not (inside or match[1] == "TY"):
            return None
    tag, text = match[1], (match[2] or "").strip()
    start = offsets.starts[number]
    at = offsets.span(start + match.start(1), len(tag))
    if match.re is _MEANT:
        message = f"the line `{line.strip()[:40]}` is not written as `{tag}  - …`"
        mend = f"write `{tag}`, two spaces, a hyphen and a space: `{tag}  - `"
        head = match.start(2) if match[2] else len(line)
        edit = Edit(offsets.span(start, head), f"{tag}  - ")
        found.append(Diagnostic("sources/broken-entry", at, message, mend, edit=edit))
    if tag not in TAGS:
        message = f"RIS has no tag `{tag}`"
        mend = "write the tag that is meant, such as `TI`, `AU`, `PY`, `DO` or `UR`, or delete the line"
        found.append(Diagnostic("sources/unknown-field", at, message, mend))
    begin = start + line.find(text, match.end(1)) if text else start + match.start(1)
    return Field(tag, text, at, offsets.span(begin, len(text)))


def _endless(entry: _Entry) -> Diagnostic:
    return Diagnostic(
        "sources/broken-entry",
        entry.fields[0].at,
        "the entry that begins here has no line `ER` at its end",
        "write a line `ER  - ` behind its last line",
    )


def _record(entry: _Entry, found: list[Diagnostic]) -> Node | None:
    kind = entry.fields[0]
    title = entry.first("TI T1 CT BT")
    type_ = TYPES.get(kind.text.upper())
    if type_ is None:
        near = nearest(kind.text, TYPES)
        mend = f"there is a type `{near}`" if near else "write `GEN` for what has no type of its own"
        message = f"there is no type of entry `{kind.text}`"
        edit = Edit(kind.span, near) if near else None
        found.append(Diagnostic("front-matter/wrong-type", kind.span, message, mend, edit=edit))
    if title is None:
        message = "the title (`TI`) is missing in the entry that begins here"
        found.append(Diagnostic("front-matter/missing-key", kind.at, message, "add a line `TI  - …`"))
    if type_ is None or title is None:
        return None
    found += _repeated(entry)
    genre = entry.first("M3")
    if genre and genre.text.lower() == PREPRINT.lower():
        type_, genre = "article", None
    draft = Draft(kind.span)
    draft.put("title", title.text, title)
    draft.put("type", type_, kind)
    if genre:
        draft.put("genre", genre.text, genre)
    _names(draft, entry)
    _dates(draft, entry)
    _containers(draft, entry, title, type_)
    _numbers(draft, entry, type_)
    _pages(draft, entry, type_)
    for key, tags in _PLAIN.items():
        if item := entry.first(tags):
            draft.put(key, item.text, item)
    words = [item.text for item in entry.fields if item.name == "KW"]
    if words:
        draft.put("keyword", ", ".join(words), next(item for item in entry.fields if item.name == "KW"))
    given = entry.first("ID")
    draft.put("id", given.text if given else new_id(draft.node().plain), given or kind)
    return draft.node()


def _repeated(entry: _Entry) -> Iterator[Diagnostic]:
    first: dict[str, Field] = {}
    for item in entry.fields:
        former = first.setdefault(item.name, item)
        if former is not item and item.name in _ONCE and former.text != item.text:
            yield Diagnostic(
                "sources/broken-entry",
                item.at,
                f"the tag `{item.name}` stands twice in this entry",
                "keep one of the two lines",
                (Related(former.at, "first written here"),),
            )


def _names(draft: Draft, entry: _Entry) -> None:
    for key, tags in _NAMES.items():
        items = [item for item in entry.fields if item.name in tags.split() and item.text]
        if items:
            draft.put_node(key, listed(map(_name, items), items[0].span), items[0].at)


def _name(item: Field) -> Node:
    family, _, rest = (part.strip() for part in item.text.partition(","))
    given, _, suffix = (part.strip() for part in rest.partition(","))
    if not given:
        others = family.rstrip(".").lower() == OTHERS.rstrip(".")
        return group({"literal": OTHERS if others else family}, item.span)
    return group({"family": family, "given": given, "suffix": suffix}, item.span)


def _dates(draft: Draft, entry: _Entry) -> None:
    for key, tags in (("accessed", "Y2"), ("issued", "DA"), ("issued", "PY Y1 YR")):
        item = entry.first(tags)
        if item is None:
            continue
        match = _DATE.fullmatch(item.text)
        if match:
            parts = [
                match[1],
                *(part.zfill(2) for part in (match[2], match[3] if match[2] else None) if part),
            ]
            draft.put(key, "-".join(parts), item)
        elif tags.startswith("PY") and any(sign.isdigit() for sign in item.text):
            draft.put(key, item.text, item)
        elif tags.startswith("PY"):
            draft.put("status", item.text, item)  # "in press"


def _containers(draft: Draft, entry: _Entry, title: Field, type_: str) -> None:
    """Put what the work stands in: a journal, a book, a meeting, a series."""
    series = entry.first("T3")
    above = entry.first("T2 JF JO BT" if type_ in SERIAL else "T2 BT")
    if above is title:
        above = None
    if type_ == "paper-conference" and (proceedings := entry.first("C3")):
        draft.put("container-title", proceedings.text, proceedings)
        if above:
            draft.put("event-title", above.text, above)
    elif above:
        draft.put("collection-title" if type_ == "book" else "container-title", above.text, above)
    if series:
        draft.put("collection-title", series.text, series)
    short = entry.first("J2 JA J1 JO")
    if short and type_ in SERIAL and short.text != draft.text("container-title"):
        draft.put("container-title-short" if above else "container-title", short.text, short)


def _numbers(draft: Draft, entry: _Entry, type_: str) -> None:
    if doi := entry.first("DO DI"):
        draft.put("DOI", bare_doi(doi.text), doi)
    if edition := entry.first("ET"):
        draft.put("version" if type_ == "software" else "edition", edition.text, edition)
    if number := entry.first("IS SN M1" if type_ in NUMBERED else "IS"):
        draft.put("number" if type_ in NUMBERED else "issue", number.text, number)
    if type_ not in NUMBERED and (serial := entry.first("SN")):
        draft.put("ISSN" if type_ in SERIAL else "ISBN", serial.text, serial)
    if (pmcid := entry.first("C2")) and pmcid.text.upper().startswith("PMC"):
        draft.put("PMCID", pmcid.text.upper(), pmcid)
    if accession := entry.first("AN"):
        named = re.fullmatch(r"(?:PMID:?\s*)([0-9]+)", accession.text)
        base = entry.text("DB DP").lower()
        if is_nct(accession.text):
            draft.put("NCT", accession.text, accession)
        elif named or "pubmed" in base or "medline" in base:
            draft.put("PMID", named[1] if named else accession.text, accession)


def _pages(draft: Draft, entry: _Entry, type_: str) -> None:
    if type_ in SERIAL and (own := entry.first("C7")):
        draft.put("number", own.text, own)
    start, end = entry.first("SP"), entry.text("EP")
    if start:
        key = "number-of-pages" if type_ == "book" and start.text.isdigit() and not end else "page"
        same = not end or end == start.text or "-" in start.text
        draft.put(key, start.text if same else f"{start.text}-{end}", start)
