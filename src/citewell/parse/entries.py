"""What a reader of BibTeX or RIS hands on: each entry as the CSL-JSON record that it means, with the places of its fields."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from msgspec import Struct

from citewell.core.diagnostic import Diagnostic, Edit, Span, nearest
from citewell.parse.nodes import Node, grouped, leaf

_VERY_LIKE, _SHORT = 0.8, 4


class Field(Struct, frozen=True):
    """A field of an entry: its name, its text, and where both stand."""

    name: str
    text: str
    at: Span
    span: Span


class Entries(Struct, frozen=True):
    """The records of a file, and what is wrong with it. `unread` is the text that could not be understood."""

    nodes: tuple[Node, ...]
    diagnostics: tuple[Diagnostic, ...]
    unread: str = ""


class Draft:
    """A record in the making. What was put first under a key stays."""

    def __init__(self, span: Span) -> None:
        """Begin a record that stands at this place."""
        self._span = span
        self._values: dict[str, Node] = {}
        self._keys: dict[str, Span] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        """Give the text under a key, or an empty one."""
        value = self._values[key].value if key in self._values else ""
        return value if isinstance(value, str) else ""

    def put(self, key: str, text: str, field: Field) -> None:
        """Put a text under a key of CSL-JSON, with the place of the field that it comes from; an empty one is nothing."""
        if text:
            self.put_node(key, leaf(text, field.span), field.at)

    def put_node(self, key: str, node: Node, at: Span) -> None:
        """Put a value under a key of CSL-JSON."""
        if key not in self._values:
            self._values[key] = node
            self._keys[key] = at

    def node(self) -> Node:
        """Give the record."""
        return grouped(self._values, self._span, self._keys)


def group(values: Mapping[str, str], span: Span) -> Node:
    """Give a group of texts that stand at one place, without the empty ones."""
    kept = {key: leaf(text, span) for key, text in values.items() if text}
    return grouped(kept, span, dict.fromkeys(kept, span))


def field_faults(fields: Mapping[str, Field], known: frozenset[str], id_: Field) -> Iterator[Diagnostic]:
    """Find out that there is no title, and which fields are much like one that the entry lacks."""
    lacking = known.difference(fields)
    meant = {name: _meant(name, lacking) for name in fields.keys() - known}
    if "title" not in fields or not fields["title"].text:
        near = next((fields[name] for name, field in meant.items() if field == "title"), None)
        mend = f"rename `{near.name}` to `title`" if near else "add a field `title = {…}`"
        message = f"the field `title` is missing in the entry `{id_.text}`"
        edit = Edit(near.at, "title") if near else None
        at = near.at if near else id_.span
        yield Diagnostic("front-matter/missing-key", at, message, mend, edit=edit)
    for name, field in sorted(meant.items()):
        if field and field != "title":
            yield Diagnostic(
                "sources/unknown-field",
                fields[name].at,
                f"unknown field `{fields[name].name}`",
                f"there is a field named `{field}`",
                edit=Edit(fields[name].at, field),
            )


def _meant(name: str, lacking: frozenset[str]) -> str | None:
    """Give the field that a misspelt name means. Programs add fields of their own: only what is very like counts."""
    if len(name) <= _SHORT:
        return None
    near = nearest(name, lacking)
    return near if near and SequenceMatcher(None, name, near).ratio() >= _VERY_LIKE else None
