"""`content/sources.*`: the shared library of sources, in CSL-JSON (as JSON or YAML), BibTeX or RIS."""

import json
import re
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from citewell.bibliography.identity import new_id
from citewell.bibliography.read import work_from_csl
from citewell.core.diagnostic import Diagnostic, Span
from citewell.core.model import Citation, Library, Source
from citewell.parse.entries import Entries
from citewell.parse.nodes import Node, Place, grouped, leaf
from citewell.parse.source_shape import ID_PATTERN, CslShape
from citewell.parse.text import decode, is_encoded_otherwise
from citewell.parse.validation import validate


class Sourced(Struct, frozen=True):
    """A record of a file, checked, in the words of CSL-JSON; where its id stands, or the whole of it."""

    record: dict[str, Any]
    span: Span


class Records(Struct, frozen=True):
    """The records of a file, and what is wrong with it."""

    records: tuple[Sourced, ...]
    diagnostics: tuple[Diagnostic, ...]
    unread: str = ""


def parse_library(source: Source) -> Library:
    """Parse a library. An entry at fault is told and does not stop the others."""
    found = parse_records(source)
    entries = (Citation(each.record["id"], work_from_csl(each.record), each.span) for each in found.records)
    return Library(tuple(entries), found.diagnostics, found.unread)


def parse_records(source: Source, *, imported: bool = False) -> Records:
    """Read the records of a file, whose name says in which format they are.

    Of a file that is `imported` a record without a usable id gets one, and a record at fault is left out.
    """
    text, faults = decode(source.path, source.data)
    entries = Entries((), ()) if is_encoded_otherwise(faults) else _entries(source.path, text)
    found = [*faults, *entries.diagnostics]
    nodes = (_with_id(node) for node in entries.nodes) if imported else entries.nodes
    records = tuple(record for node in nodes if (record := _checked(node, found, sound=imported)))
    return Records(records, tuple(found), entries.unread)


def _entries(path: str, text: str) -> Entries:
    match PurePosixPath(path).suffix:
        case ".bib":
            from citewell.parse.bibtex import read_bibtex

            return read_bibtex(path, text)
        case ".ris":
            from citewell.parse.ris import read_ris

            return read_ris(path, text)
        case _:
            return _csl(path, text)


def _csl(path: str, text: str) -> Entries:
    from citewell.parse.yamlnodes import read

    is_json = path.endswith(".json")
    node, broken = read(Place(path, _as_yaml(text) if is_json else text))
    if node is None:
        fault = _broken_json(path, text) if is_json else None
        return Entries((), (fault,) if fault else broken, text)
    if isinstance(node.value, list):
        return Entries(tuple(node.value), broken)
    if node.start == node.end and node.value == {}:
        return Entries((), broken)  # nothing but comments: a library that is still empty
    message, mend = "the library should be a list of sources", "write `- id: …` for each source"
    return Entries((), (*broken, Diagnostic("sources/not-a-list", node.span, message, mend)), text)


_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_HALVES = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\.", re.IGNORECASE)


def _as_yaml(json_text: str) -> str:
    """Write JSON so that YAML reads it, with each place in its line and column: no tabs, no sign spelt in two halves."""
    return _STRING.sub(
        lambda string: _HALVES.sub(_whole, string[0]).ljust(len(string[0])), json_text.replace("\t", " ")
    )


def _whole(escape: re.Match[str]) -> str:
    if not escape[1]:
        return escape[0]
    sign = bytes.fromhex(escape[1] + escape[2]).decode("utf-16-be")
    return f"\\U{ord(sign):08x}"


def _broken_json(path: str, text: str) -> Diagnostic | None:
    """Tell where a text stops being JSON, at a comma too many on the comma itself."""
    try:
        json.loads(text)
    except json.JSONDecodeError as fault:
        before = text[: fault.pos].rstrip()
        at, what = fault.pos, fault.msg[:1].lower() + fault.msg[1:]
        mend = "look at this place and the one before it: a comma, a bracket or a double quote is missing"
        if before.endswith(","):
            at, what = len(before) - 1, "a comma stands here, and nothing follows it"
            mend = "delete the comma, or write the next entry after it"
        elif "',' delimiter" in what:
            what, mend = "a comma or a closing bracket is missing in front of this", "write it"
        line = text.count("\n", 0, at)
        span = Span(path, line + 1, at - text.rfind("\n", 0, at), 1)
        return Diagnostic("yaml/broken", span, f"this is not JSON: {what}", mend)
    except RecursionError:
        return None  # told as nested too deeply
    return None


def _with_id(item: Node) -> Node:
    if not isinstance(item.value, dict):
        return item
    given = item.find(["id"])
    if isinstance(given.value, str) and re.fullmatch(ID_PATTERN, given.value):
        return item
    made = leaf(new_id(item.plain), item.span)
    return grouped({**item.value, "id": made}, item.at, {**item.keys, "id": item.span}, item.start, item.end)


def _checked(item: Node, found: list[Diagnostic], *, sound: bool) -> Sourced | None:
    if not isinstance(item.value, dict):
        found.append(
            Diagnostic(
                "sources/not-a-record",
                item.span,
                "this entry is not a group of keys",
                "write `- id: …` here, and below it `type: …` and `title: …`",
            )
        )
        return None
    shape, faults, doubt = validate(CslShape, item, {"id": "?", "type": "document", "title": "?"})
    found += faults
    if "id" in doubt or (sound and faults):
        return None
    return Sourced(shape.model_dump(by_alias=True, exclude_none=True), item.find(["id"]).span)
