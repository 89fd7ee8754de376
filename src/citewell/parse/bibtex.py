"""BibTeX to records, with the place of every field. `bibtexparser` cuts a file into entries and goes on after a broken one.

What it cannot say is said here: where exactly an entry breaks, and where in the file a field stands.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from citewell.core.diagnostic import Diagnostic, Related
from citewell.parse.bibtex_breaks import Break, end_of_piece, why_broken, why_no_value
from citewell.parse.bibtex_record import USED, record_of
from citewell.parse.entries import Entries, Field
from citewell.parse.nodes import Node
from citewell.parse.spans import Offsets

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MACROS = {month[:3].lower(): month for month in _MONTHS}
_LONGEST_MACRO = 1000  # characters; it is the name of a journal or a publisher
_ADRIFT = re.compile(r"\s*(,|[A-Za-z][\w-]*\s*=|\})")  # what goes on where an entry has ended
_UNOPENED = re.compile(r"^[^\S\n]*(@[A-Za-z]+)(?=[^\S\n]+[\w:-]+[^\S\n]*,)", re.MULTILINE)


def read_bibtex(path: str, text: str) -> Entries:
    """Give the entries of a file. One that is broken is told and does not stop the others."""
    return _Reader(Offsets(path, text)).read()


def _blocks(text: str) -> list[Any]:
    from bibtexparser import splitter

    splitter.logger.disabled = True  # what it would log is told as a diagnostic
    return splitter.Splitter(text).split().blocks


class _Reader:
    """Goes through the blocks of one file in their order: a macro is known from its definition on."""

    def __init__(self, offsets: Offsets) -> None:
        self._offsets = offsets
        self._macros = dict(MACROS)
        self._found: list[Diagnostic] = []
        self._unread: list[str] = []
        self._entries: list[tuple[Field, Field, dict[str, Field], str]] = []

    def read(self) -> Entries:
        blocks = [_inside(block) for block in _blocks(self._offsets.text)]
        reached = 0
        for number, block in enumerate(blocks):
            at = max(reached, self._offsets.text.find(block.raw, max(reached, self._line_start(block))))
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            match type(block).__name__:
                case "String":
                    self._macros[block.key.lower()] = self._macro(block, at)
                case "ImplicitComment":
                    self._unopened(block.raw, at)
                case "ParsingFailedBlock":
                    self._broken(block.raw, at, why_broken(block.raw, block.error.abort_reason))
                case "Entry":
                    self._entry(block, at, following)
            reached = at + 1
        nodes = tuple(self._records())
        return Entries(nodes, tuple(self._found), "\n".join(self._unread))

    def _records(self) -> Iterator[Node]:
        by_id = {id_.text.lower(): fields for _, id_, fields, _ in reversed(self._entries)}
        for kind, id_, fields, raw in self._entries:
            node, faults = record_of(kind, id_, fields, by_id)
            self._found += faults
            if node is None:
                self._unread.append(raw)
            else:
                yield node

    def _line_start(self, block: Any) -> int:
        starts = self._offsets.starts
        line: int = block.start_line
        return starts[min(max(line, 0), len(starts) - 1)]

    def _broken(self, raw: str, at: int, fault: Break) -> None:
        self._tell("sources/broken-entry", at + fault.at, fault.length, fault.message, fault.mend)
        self._unread.append(raw)

    def _tell(self, code: str, at: int, length: int, message: str, mend: str, *related: Related) -> None:
        self._found.append(Diagnostic(code, self._offsets.span(at, length), message, mend, related))

    def _macro(self, block: Any, at: int) -> str:
        text = "".join(text for text, _, _ in _pieces(block.value, self._macros) if text is not None)
        if len(text) > _LONGEST_MACRO:  # texts made of texts that double each time would fill the memory
            message = f"the text `{block.key}` comes to {len(text)} characters, and {_LONGEST_MACRO} may be"
            key_at = at + max(0, block.raw.find(block.key))
            self._tell("sources/broken-entry", key_at, len(block.key), message, "write a shorter text")
        return text[:_LONGEST_MACRO]

    def _unopened(self, raw: str, at: int) -> None:
        """Tell entries that nothing opens: for BibTeX they are words between entries."""
        matches = list(_UNOPENED.finditer(raw))
        for match in matches:
            word = match[1]
            fault = Break(
                match.start(1),
                len(word),
                f"a `{{` is missing after `{word}`",
                f"write `{word}{{` in front of the id",
            )
            self._tell("sources/broken-entry", at + fault.at, fault.length, fault.message, fault.mend)
        if matches:
            self._unread.append(raw)

    def _entry(self, block: Any, at: int, following: Any) -> None:
        raw, opening = block.raw, re.search(r"[{(]", block.raw)
        end = opening.end() if opening else 0
        if type(following).__name__ == "ImplicitComment" and (rest := _ADRIFT.match(following.raw)):
            what = rest[1] if rest[1] in ",}" else rest[1].rstrip("= \t\n")
            fault = Break(
                len(raw) - 1,
                1,
                f"a `{raw[-1]}` too many ends the entry `{block.key}` here, and `{what}` follows it",
                f"delete the `{raw[-1]}`",
            )
            self._broken(f"{raw}\n{following.raw}", at, fault)
            return
        if not block.key:
            what = f"the entry `@{block.entry_type}` has no id"
            mend = f"write an id and a comma behind the bracket, as in `@{block.entry_type}{{welsh2024,`"
            self._broken(raw, at, Break(0, end, what, mend))
            return
        key_at = raw.find(block.key, end)
        span = self._offsets.span(at + key_at, len(block.key))
        fields = self._fields(block, at)
        if fields is None:
            self._unread.append(raw)
            return
        at_type = self._offsets.span(at, end - 1)
        kind = Field("type", block.entry_type, at_type, at_type)
        self._entries.append((kind, Field("id", block.key, span, span), fields, raw))

    def _fields(self, block: Any, at: int) -> dict[str, Field] | None:
        """Give the fields by name, in small letters; None where a value cannot be read, which has been told."""
        fields: dict[str, Field] = {}
        for written, value, name_at, value_at in _places(block):
            name = written.lower()
            name_span = self._offsets.span(at + name_at, len(written))
            if name not in USED:
                fields.setdefault(name, Field(written, "", name_span, name_span))
                continue
            if name in fields:
                self._tell(
                    "sources/broken-entry",
                    at + name_at,
                    len(written),
                    f"the field `{written}` stands twice in the entry `{block.key}`",
                    "keep one of the two",
                    Related(fields[name].at, "first written here"),
                )
                continue
            texts = []
            for text, offset, length in _pieces(value, self._macros):
                if text is None:
                    fault = why_no_value(value, offset, length, written, self._macros)
                    place = value_at + fault.at
                    self._tell("sources/broken-entry", at + place, fault.length, fault.message, fault.mend)
                    return None
                texts.append(text)
            enclosed = len(texts) == 1 and value[:1] in {"{", '"'}
            inner = value[1:-1].lstrip() if enclosed else value
            start = at + value_at + value.find(inner, int(enclosed))
            span = self._offsets.span(start, len(inner.rstrip()))
            fields[name] = Field(written, " ".join("".join(texts).split()), name_span, span)
        return fields


def _inside(block: Any) -> Any:
    """Give the block itself of one that says that its id, a field or a macro was there before: of a macro the last one counts."""
    while type(block).__name__.startswith("Duplicate"):
        block = block.ignore_error_block
    return block


def _places(block: Any) -> Iterator[tuple[str, str, int, int]]:
    """Give name and value of each field, and where both begin in the entry: the fields stand in the order of the file."""
    raw = block.raw
    at = raw.find(",") + 1
    for field in block.fields:
        name_at = raw.find(field.key, at)
        value_at = _past_blanks(raw, raw.find("=", name_at + len(field.key)) + 1)
        yield field.key, field.value, name_at, value_at
        at = raw.find(",", value_at + len(field.value)) + 1


def _pieces(value: str, macros: Mapping[str, str]) -> Iterator[tuple[str | None, int, int]]:
    """Give the texts that `#` joins to a value, each with its place; None for what is no text, after which nothing comes."""
    at = 0
    while True:
        at = _past_blanks(value, at)
        end = end_of_piece(value, at)
        piece = value[at:end]
        if piece[:1] in {"{", '"'}:
            yield piece[1:-1], at, len(piece)
        elif piece.isdigit():
            yield piece, at, len(piece)
        else:
            yield macros.get(piece.lower()), at, len(piece)
        at = _past_blanks(value, end)
        if at == len(value):
            return
        if value[at] != "#":
            yield None, end, 0
            return
        at += 1


def _past_blanks(text: str, at: int) -> int:
    while text[at : at + 1].isspace():
        at += 1
    return at
