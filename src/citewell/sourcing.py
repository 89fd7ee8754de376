"""A source put into the site's library: asked of a registry by its number, read from a file, or told field by field."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from citewell.bibliography.answers import record_from_csl, record_from_trial
from citewell.bibliography.identifiers import identified
from citewell.bibliography.identity import known_by, new_id
from citewell.bibliography.read import work_from_csl
from citewell.bibliography.shelving import entry_text, with_entry
from citewell.core.diagnostic import Diagnostic, Span
from citewell.core.model import Source
from citewell.io import SurroundingsError, reason
from citewell.io.disk import LIBRARIES, discover
from citewell.io.site import demand_site
from citewell.io.writing import replace_file
from citewell.parse.library import Sourced, parse_records

_FORMATS = (".bib", ".ris", ".json", ".yaml", ".yml")
_ID = re.compile(rb"\bid:\s*[\"']?([^\s\[\]@;,\"'}]+)")


class Addition(Struct, frozen=True):
    """What came of it: the entries that were put into the library, and the sources that are in one already."""

    path: Path
    entries: tuple[tuple[str, str], ...]  # id and text of each
    already: tuple[tuple[str, Span], ...]  # id and place of each
    faults: tuple[Diagnostic, ...] = ()  # of the file that was read
    text: str = ""  # of that file


class _Shelf(Struct, frozen=True):
    """The libraries of a site: the one that takes what is new, and all that is known of what there is."""

    path: Path
    data: bytes
    records: tuple[tuple[Sourced, str], ...]  # with the name of the file of each
    taken: frozenset[str]

    def holds(self, record: Mapping[str, Any]) -> tuple[str, Span] | None:
        """Give id and place of the same source, which has a number of it or says word for word the same."""
        numbers, work = set(known_by(record)), work_from_csl({**record, "id": ""})
        for found, _ in self.records:
            same = numbers & set(known_by(found.record))
            if same or work_from_csl({**found.record, "id": ""}) == work:
                return found.record["id"], found.span
        return None


def add_by_number(content: Path, typed: str) -> Addition:
    """Ask the registry that knows the number, and put the source into the library.

    Raises SurroundingsError where it is no number, the registry gives no record, or the library takes none.
    """
    found = identified(typed)
    if found is None:
        raise SurroundingsError(
            f"`{typed}` is no DOI, PubMed or ClinicalTrials.gov number; write it as in `10.1002/jev2.12404`, "
            "`pmid:38326288`, `PMC10850029` or `NCT04493242`"
        )
    kind, number = found
    shelf = _shelf(content)
    if there := shelf.holds({"title": "?", kind: number}):
        return Addition(shelf.path, (), (there,))
    from citewell.io.registry import ask

    answer = ask(kind, number)
    try:
        record = record_from_trial(answer) if kind == "NCT" else record_from_csl(answer)
    except ValueError as error:
        raise SurroundingsError(f"the registry answered, but not with a source `{number}`") from error
    return _put(shelf, [{**record, kind: record.get(kind) or number}])


def add_from_file(content: Path, file: Path) -> Addition:
    """Put all sources of a BibTeX, RIS or CSL-JSON file into the library, but for those that are there.

    Raises SurroundingsError where the file cannot be read, or the library takes nothing.
    """
    if file.suffix.lower() not in _FORMATS:
        known = ", ".join(f"`{suffix}`" for suffix in _FORMATS)
        raise SurroundingsError(f"{file} is not a library: the name of one ends in {known}")
    try:
        source = Source(f"{file.with_suffix(file.suffix.lower())}", file.read_bytes())
    except OSError as error:
        raise SurroundingsError(f"cannot read {file}: {reason(error)}") from error
    shelf = _shelf(content)
    read = parse_records(source, imported=True)
    added = _put(shelf, [found.record for found in read.records])
    text = source.data.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return Addition(added.path, added.entries, added.already, read.diagnostics, lines)


def add_record(content: Path, record: Mapping[str, Any]) -> Addition:
    """Put a source into the library, whose fields a person told.

    Raises SurroundingsError where a field is not what it should be, or the library takes nothing.
    """
    return _put(_shelf(content), [record])


def field_fault(key: str, text: str) -> str | None:
    """Say what is wrong with a text under a key of a source, and how it is written; None where it is right."""
    record = {"id": "a", "type": "document", "title": "A", key: text}
    found = parse_records(Source("answer.json", json.dumps([record]).encode())).diagnostics
    return f"{found[0].message}; {found[0].help}" if found else None


def _shelf(content: Path) -> _Shelf:
    demand_site(Path.cwd(), Path.cwd() / content)
    sources = {source.path: source for source in discover(content).sources}
    named = [name for name in LIBRARIES if name in sources]
    name = named[0] if named else LIBRARIES[0]
    if not named and (content / name).is_symlink():
        raise SurroundingsError(f"{content / name} is a symbolic link; put the file itself in its place")
    records = tuple((found, name) for name in named for found in parse_records(sources[name]).records)
    on_pages = {
        id_ for path, page in sources.items() if path.endswith(".md") for id_ in _ID.findall(page.data)
    }
    return _Shelf(
        path=content / name,
        data=sources[name].data if named else b"",
        records=records,
        taken=frozenset({found.record["id"] for found, _ in records} | {id_.decode() for id_ in on_pages}),
    )


def _put(shelf: _Shelf, records: Iterable[Mapping[str, Any]]) -> Addition:
    name, text = shelf.path.name, _text(shelf)
    taken, entries, already = set(shelf.taken), [], []
    for record in records:
        if there := shelf.holds(record):
            already.append(there)
            continue
        given = record.get("id")
        id_ = given if given and given not in taken else new_id(record, taken)
        taken.add(id_)
        whole = {"id": id_, **{key: value for key, value in record.items() if key != "id"}}
        entries.append((id_, entry_text(name, whole)))
        text = with_entry(text, name, whole)
    if entries:
        data = text.encode()
        _verify(shelf, data, [id_ for id_, _ in entries])
        replace_file(shelf.path, data)
    return Addition(shelf.path, tuple(entries), tuple(already))


def _text(shelf: _Shelf) -> str:
    try:
        return shelf.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SurroundingsError(f"{shelf.path} is not UTF-8; `citewell check` says where") from error


def _verify(shelf: _Shelf, data: bytes, ids: list[str]) -> None:
    """See that the library, read with its new entries, holds them and what it held, and that no fault came with them."""
    before = parse_records(Source(shelf.path.name, shelf.data))
    after = parse_records(Source(shelf.path.name, data))
    new = [fault for fault in after.diagnostics if fault not in before.diagnostics]
    if new:
        raise SurroundingsError(f"this is no source that a library takes: {new[0].message}; {new[0].help}")
    held = [found.record["id"] for found in before.records]
    if [found.record["id"] for found in after.records] != held + ids:
        raise SurroundingsError(
            f"{shelf.path} takes no entry at its end; `citewell check` says what is wrong with it"
        )
