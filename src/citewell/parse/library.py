"""`content/sources.json` or `.yaml`: the shared library of sources, in CSL-JSON."""

from msgspec import Struct

from citewell.bibliography.read import work_from_csl
from citewell.core.diagnostic import Diagnostic, Related
from citewell.core.model import Citation, Source
from citewell.parse.source_shape import CslShape
from citewell.parse.text import decode, is_encoded_otherwise
from citewell.parse.validation import validate
from citewell.parse.yamlnodes import Node, Place, read


class Library(Struct, frozen=True):
    """The entries of one library file, with their places, and what is wrong with it."""

    entries: tuple[Citation, ...]
    diagnostics: tuple[Diagnostic, ...]
    unread: str = ""  # what was written and could not be understood


def parse_library(source: Source) -> Library:
    """Parse a library. An entry at fault is told and does not stop the others."""
    text, faults = decode(source.path, source.data)
    if source.path.endswith(".json"):
        text = text.replace("\t", " ")  # JSON may be indented with tabs, YAML may not; columns stay
    node, broken = (None, ()) if is_encoded_otherwise(faults) else read(Place(source.path, text))
    found = [*faults, *broken]
    entries: dict[str, Citation] = {}
    if node is not None and not isinstance(node.value, list):
        found.append(
            Diagnostic(
                "sources/not-a-list",
                node.span,
                "the library should be a list of sources",
                "write `- id: …` for each source",
            )
        )
    for item in node.value if node is not None and isinstance(node.value, list) else ():
        entry = _entry(item, found)
        if entry is None:
            continue
        former = entries.setdefault(entry.id, entry)
        if former is not entry:
            found.append(
                Diagnostic(
                    "citations/same-id",
                    entry.span,
                    f"the library holds two sources with the id `{entry.id}`",
                    "delete one of them or give it another id",
                    (Related(former.span, "the first one is here"),),
                )
            )
    understood = node is not None and isinstance(node.value, list)
    return Library(tuple(entries.values()), tuple(found), "" if understood else text)


def _entry(item: Node, found: list[Diagnostic]) -> Citation | None:
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
    if "id" in doubt:
        return None
    record = shape.model_dump(by_alias=True, exclude_none=True)
    return Citation(record["id"], work_from_csl(record), item.find(["id"]).span)
