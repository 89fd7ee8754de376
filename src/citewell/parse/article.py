"""One Markdown file to one page: its `Article`, its `Facts`, and what is wrong with it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import Any, cast
from unicodedata import normalize

from msgspec import Struct
from pydantic import BaseModel, Field, create_model

from citewell.bibliography.read import work_from_csl
from citewell.core import placeholders
from citewell.core.diagnostic import Diagnostic, Span
from citewell.core.digest import digest
from citewell.core.model import (
    Alias,
    Article,
    BlockData,
    Citation,
    CiteHole,
    Facts,
    Gap,
    Line,
    Many,
    PageRef,
    Parsed,
    Prose,
    Question,
    Record,
    Review,
    Source,
    Term,
    Value,
)
from citewell.core.once import once
from citewell.core.plugin import Block
from citewell.core.walk import entries_of, pieces_in_order
from citewell.parse.collector import slugify
from citewell.parse.dates import later
from citewell.parse.fields import Markdown
from citewell.parse.frontmatter import Halves, place_of, split
from citewell.parse.inlines import line
from citewell.parse.nodes import Node, Place
from citewell.parse.opening import opening
from citewell.parse.prose import Reader
from citewell.parse.schema import FrontMatter
from citewell.parse.source_shape import CslShape
from citewell.parse.spans import Offsets, in_body, in_value
from citewell.parse.text import decode, is_encoded_otherwise
from citewell.parse.validation import validate
from citewell.parse.yamllines import read

_SIGNS = re.compile(r"\[@[^\[\]]+\]|\[[^\[\]]*\](?:\([^()\s]+\)|\{[^{}]*\})")


class Language(Struct, frozen=True):
    """What the meaning of a file depends on beside its bytes."""

    blocks: tuple[Block, ...]
    html: tuple[str, ...] = ()
    review: str = "6 months"


def parse_article(source: Source, language: Language) -> Parsed:
    """Parse a page. Where its front matter cannot be read, its body is still checked."""
    text, faults = decode(source.path, source.data)
    halves, unsplit = (None, ()) if is_encoded_otherwise(faults) else split(source.path, text)
    if halves is None:
        return Parsed(source.path, None, None, faults + unsplit, text)
    place = place_of(source.path, halves)
    node, broken = read(place)
    reader = Reader(source.path, {block.name: block for block in language.blocks}, frozenset(language.html))
    if node is None or not isinstance(node.value, dict):
        reader.body(halves.body, in_body(source.path, halves.body_line))
        listed = () if node is None else (_not_keys(place, node),)
        return Parsed(source.path, None, None, faults + broken + listed + tuple(reader.found), text)
    matter, wrong, doubt = validate(page_shape(language.blocks), node, {"title": "…"})
    page = _Page(PurePosixPath(source.path), language, place, node, matter, reader, doubt)
    body = reader.body(halves.body, in_body(source.path, halves.body_line))
    page.tell_placeholder(halves)
    article = page.article(body)
    facts = page.facts(article)
    unread = [place.text[value.start : value.end] for key, value in node.value.items() if key in doubt]
    diagnostics = faults + broken + wrong + tuple(reader.found)
    return Parsed(source.path, facts, article, diagnostics, "\n".join(unread))


@once  # to hash all blocks for each page costs more than to find their shape
def page_shape(blocks: tuple[Block, ...]) -> type[FrontMatter]:
    """Make the front-matter model of a page: the keys of every page and one for each kind of block."""
    keys: Any = {
        block.name.replace("-", "_"): (
            block.model | None,
            Field(None, alias=block.name, description=block.description),
        )
        for block in blocks
        if block.holds == "front-matter"
    }
    return create_model("Page", __base__=FrontMatter, **keys)


def _not_keys(place: Place, node: Node) -> Diagnostic:
    from citewell.parse.yamlfaults import unspaced

    told = unspaced(place, node.span.line - place.first_line) if isinstance(node.value, str) else None
    if told:
        return told
    return Diagnostic(
        "front-matter/wrong-type",
        node.span,
        "the front matter should be a group of keys (a map), and here is a list or a text",
        "write lines such as `title: …`, without `- ` in front",
    )


@dataclass
class _Page:
    """The parts from which one page is put together."""

    path: PurePosixPath
    language: Language
    place: Place
    node: Node
    matter: Any
    reader: Reader
    doubt: frozenset[str]

    def article(self, body: Prose) -> Article:
        """Fill the placed blocks from the front matter, and add those that the body does not place."""
        given = {
            block.name: BlockData(
                block.name, self.record(block, getattr(self.matter, block.name.replace("-", "_")))
            )
            for block in self.language.blocks
            if block.holds == "front-matter"
            and getattr(self.matter, block.name.replace("-", "_")) is not None
        }
        if any(isinstance(hole, CiteHole) for hole in self.reader.holes.values()):
            given |= {
                block.name: BlockData(block.name, Record({}))
                for block in self.language.blocks
                if block.holds == "citations"
            }
        self._tell_empty(given)
        placed = [given.get(block.name, block) for block in self.reader.placed]
        rest = [
            given[block.name]
            for block in sorted(self.language.blocks, key=lambda block: block.order)
            if block.name in given and block.name not in self.reader.places
        ]
        matter = self.matter
        return Article(
            title=self.line("title"),
            dek=self.line("dek"),
            kicker=self.line("kicker"),
            kind=matter.kind,
            published=_day(matter.published),
            updated=_day(matter.updated),
            review=self.review(),
            body=body,
            blocks=(*placed, *rest),
            unplaced=tuple(range(len(placed), len(placed) + len(rest))),
            headings=tuple(self.reader.headings),
        )

    def line(self, key: str) -> Line:
        """Read a text of the front matter that takes emphasis only."""
        text = getattr(self.matter, key) or ""
        self.tell_signs(text, self.node.find([key]))
        return line(text)

    def tell_signs(self, text: str, node: Node) -> None:
        """Tell links and citations in a text that takes emphasis only."""
        if "[" not in text or not (signs := list(_SIGNS.finditer(text))):
            return
        locate = in_value(self.place, node)
        offsets = Offsets(self.place.path, text)
        for match in signs:
            self.reader.tell(
                "text/emphasis-only",
                locate(*offsets.row_and_column(match.start()), len(match[0])),
                f"`{match[0]}` stands in a text that takes emphasis only, and readers would see its signs",
                "take it out, and write it in the text of the page",
            )

    def tell_placeholder(self, halves: Halves) -> None:
        """Tell the first sentence that the editor of a new article has left as it was; of a draft none is told."""
        places = [self.span("dek")] if self.matter.dek == placeholders.DEK else []
        locate = in_body(str(self.path), halves.body_line)
        is_new = placeholders.OPENING in halves.body or placeholders.REST in halves.body
        lines = ["", *halves.body.split("\n"), ""] if is_new else []
        for row, (above, text, below) in enumerate(zip(lines, lines[1:], lines[2:], strict=False)):
            if text in {placeholders.OPENING, placeholders.REST} and not above and not below:
                places.append(locate(row, 0, len(text)))
        if places and not self.matter.draft:
            self.reader.tell(
                "text/placeholder",
                places[0],
                "this sentence is the one that `citewell new article` wrote",
                "write your own, or `draft: true` in the front matter until it is written",
            )

    def _tell_empty(self, given: dict[str, BlockData]) -> None:
        for name, span in self.reader.places.items():
            if name not in given and name not in self.doubt:
                self.reader.tell(
                    "blocks/empty",
                    span,
                    f"`::: {name}` is placed here, and there is nothing to show in it",
                    f"add the key `{name}:` to the front matter, or delete the two lines of the block",
                )

    def record(self, block: Block, value: Any) -> Record:
        """Turn a block's front matter into the data of the block: Markdown read, lists as `entries`."""
        converted = self.value(value, self.node.find([block.name]), None)
        return converted if isinstance(converted, Record) else Record({"entries": converted})

    def value(self, value: Any, node: Node, markdown: Markdown | None) -> Value:
        """Turn a validated value into frozen data; a text that is Markdown becomes prose."""
        if isinstance(value, str):
            return self.text(value, node, markdown.level) if markdown else value
        if isinstance(value, list):
            nodes = node.value if isinstance(node.value, list) else [node] * len(value)
            pairs = zip(value, nodes, strict=True)
            return Many(tuple([self.value(item, inner, markdown) for item, inner in pairs]))
        if isinstance(value, BaseModel):
            below = node.value if isinstance(node.value, dict) else {}
            fields = vars(value)
            return Record(
                {
                    name: self.value(fields[name], below.get(key, node), mark)
                    for name, key, mark in _fields(type(value))
                }
            )
        return cast("Value", value)

    def text(self, text: str, node: Node, level: str) -> Prose:
        """Read a text that is Markdown."""
        if level == "emphasis":
            self.tell_signs(text, node)
            return Prose((line(text).html,))
        return self.reader.text(text, in_value(self.place, node), paragraphs=level == "paragraphs")

    def review(self) -> Review | None:
        """Give the review line, with the day of the next look."""
        given = self.matter.reviewed
        if given is None:
            return None
        on = date.fromisoformat(given.on)
        return Review(on, given.by or "", given.role or "", later(on, given.every or self.language.review))

    def facts(self, article: Article) -> Facts:
        """Give what the rest of the site may know."""
        matter, path = self.matter, self.path
        name = normalize("NFC", path.stem)
        slug = matter.slug or name
        folders = [normalize("NFC", folder) for folder in path.parent.parts if folder != "articles"]
        order = [piece.number for piece in pieces_in_order(article) if type(piece) is Gap]
        return Facts(
            id=name,
            path=str(path),
            url="/".join([*folders, slug]) + "/",
            kind=matter.kind,
            draft=matter.draft,
            title=article.title,
            dek=article.dek,
            kicker=article.kicker,
            published=article.published,
            updated=article.updated,
            review=article.review,
            tags=tuple(dict.fromkeys(matter.tags)),
            aliases=tuple(Alias(alias, self.span("aliases", at)) for at, alias in enumerate(matter.aliases)),
            parent=self.page_ref(normalize("NFC", matter.parent), "parent") if matter.parent else None,
            companions=tuple(
                self.page_ref(
                    normalize("NFC", companion.page),
                    "companions",
                    at,
                    "page",
                    because=companion.because or "",
                )
                for at, companion in enumerate(matter.companions)
            ),
            anchors=(*self.reader.anchors, *self.block_anchors(article)),
            blocks=tuple(sorted({block.name for block in article.blocks})),
            terms=tuple(self.terms(article)),
            questions=(questions := tuple(self.questions(article))),
            asks=bool(questions),
            citations=self.citations(),
            holes=tuple(self.reader.holes[number] for number in order),
            doubt=tuple(sorted(self.doubt)),
            span=self.span("title"),
            article=digest(article),
            places=(*self.reader.anchors.items(), *self.block_places(article)),
            opening=opening(self.place, self.node),
            slug=self.span("slug") if matter.slug else None,
            unmarked=tuple(self.reader.unmarked),
        )

    def block_anchors(self, article: Article) -> Iterator[str]:
        """Give the ids that blocks have on the page: their own, and those of their numbered entries."""
        kinds = self.reader.blocks
        for block in article.blocks:
            if kinds[block.name].holds != "body":
                yield block.name
            if word := kinds[block.name].numbered:
                yield from (f"{word}-{number}" for number, _ in enumerate(entries_of(block.data), 1))

    def block_places(self, article: Article) -> Iterator[tuple[str, Span]]:
        """Give the places of the blocks that have an anchor: where they are placed, or else their keys."""
        for block in article.blocks:
            if place := self.reader.places.get(block.name) or self.node.key(block.name):
                yield block.name, place

    def span(self, *path: str | int) -> Span:
        """Give the place of a value of the front matter."""
        return self.node.find(path).span

    def page_ref(self, name: str, *path: str | int, because: str = "") -> PageRef:
        """Give a page that is named in that place of the front matter, and the reason to read it."""
        named = self.node.find(path)
        self.tell_signs(because, self.node.find([*path[:-1], "because"]))
        return PageRef(name, named.span, line(because), named.place)

    def terms(self, article: Article) -> Iterator[Term]:
        """Give the glossary terms that this page defines."""
        data = next((block.data for block in article.blocks if block.name == "terms"), Record({}))
        match data.fields.get("entries"):
            case Many(items):
                pairs = zip(self.matter.terms, items, strict=True)
            case _:
                return
        for at, (shape, entry) in enumerate(pairs):
            match entry:
                case Record({"definition": Prose(pieces) as definition}):
                    yield Term(
                        slug=slugify(shape.term),
                        name=shape.term,
                        also=tuple(shape.also),
                        definition=definition,
                        wording=" ".join(shape.definition.split()),
                        holes=tuple(piece.number for piece in pieces if isinstance(piece, Gap)),
                        span=self.span("terms", at, "term"),
                    )

    def questions(self, article: Article) -> Iterator[Question]:
        """Give the questions of the blocks that hold some, in reading order."""
        for block in article.blocks:
            kind = self.reader.blocks[block.name]
            for entry in entries_of(block.data):
                ask, about = entry.fields.get(kind.asks), entry.fields.get(kind.about)
                if isinstance(ask, Prose):
                    yield Question(about if isinstance(about, Prose) else Prose(), ask)

    def citations(self) -> tuple[Citation, ...] | None:
        """Give the page's own list of sources, or None where it has none or the list is in doubt."""
        if self.matter.citations is None or "citations" in self.doubt:
            return None
        return tuple(
            Citation(entry, None, self.span("citations", at), self.node.find(["citations", at]).place)
            if isinstance(entry, str)
            else Citation(entry["id"], work_from_csl(entry), self.span("citations", at, "id"))
            for at, entry in enumerate(map(_record, self.matter.citations))
        )


def _record(entry: Any) -> Any:
    return entry.model_dump(by_alias=True, exclude_none=True) if isinstance(entry, CslShape) else entry


@cache
def _fields(shape: type[BaseModel]) -> tuple[tuple[str, str, Markdown | None], ...]:
    """Give the fields of a shape: the name of each, its key, and its Markdown mark, also inside `Inline | None`."""
    return tuple(
        (name, field.alias or name, _mark(field.metadata) or _mark(_metadata(field.annotation)))
        for name, field in shape.model_fields.items()
    )


def _metadata(annotation: Any) -> Iterator[Any]:
    for arg in getattr(annotation, "__args__", ()):
        yield from getattr(arg, "__metadata__", ())


def _mark(marks: Iterable[Any]) -> Markdown | None:
    return next((mark for mark in marks if isinstance(mark, Markdown)), None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
