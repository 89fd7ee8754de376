"""Tokens to pieces: what stands for a reference becomes a typed hole, what stands for a block a slot."""

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

from markdown_it.token import Token

from citewell.core.diagnostic import Edit, Related, Span, edit, meant, nearest
from citewell.core.model import (
    BlockData,
    Heading,
    Line,
    Many,
    Piece,
    Prose,
    Record,
    Section,
    Slot,
    Value,
)
from citewell.core.plugin import Block
from citewell.parse.almost import almost, tell_closing, tell_heading, tell_opening
from citewell.parse.collector import Collector
from citewell.parse.inlines import InlineReader, line, words_of
from citewell.parse.markup import (
    MARK,
    inline_to_html,
    label_markup,
    sanitised,
    to_html,
)
from citewell.parse.plain import Plain
from citewell.parse.signs import QuickToken
from citewell.parse.spans import Locate, Paragraphs

_ATTRIBUTE = re.compile(r'\s*(?:#([^\s#{}]+)|([\w-]+)="([^"]*)")')
_STRAND_LEVEL = "h3"


def heading_attributes(text: str) -> dict[str, str] | None:
    """Read `#id key="value"`, or give None where it is something else."""
    given: dict[str, str] = {}
    at = 0
    while match := _ATTRIBUTE.match(text, at):
        given["id" if match[1] else match[2]] = normalize("NFC", match[1]) if match[1] else match[3]
        at = match.end()
    return None if text[at:].strip() else given


class TokenReader(InlineReader):
    """One walk over the tokens of one text; each box inside gets a pass of its own."""

    def __init__(self, page: Collector, paragraphs: Paragraphs, locate: Locate) -> None:
        super().__init__(page, paragraphs, locate)
        self.opened = 0  # blocks whose opening is not written as one

    def prose(self, tokens: list[Token]) -> Prose:
        """Turn tokens into pieces."""
        kept = list(self._blocks(tokens))
        html = to_html(kept)
        if self.raw:
            html = sanitised(html, self.page.html)
        return self.unmarked(html)

    def _mark(self, piece: Piece) -> Token:
        return QuickToken("mark", content=self.mark(piece))

    # -- blocks --------------------------------------------------------------------------------------------

    def _blocks(self, tokens: list[Token]) -> Iterator[Token]:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "directive_open":
                close = _closing(tokens, at)
                yield from self._directive(token, tokens[at + 1 : close])
                at = close
            elif isinstance(token, Plain):
                yield QuickToken("mark", content=self.block(token))
            elif token.type == "heading_open":
                yield from self._heading(token, tokens[at + 1])
                at += 1
            elif token.type == "inline":
                place = self.inline(token, terms=True)
                if at and tokens[at - 1].type == "paragraph_open":
                    self._tell_almost(token, place)
                yield token
            else:
                self._check_fence(token)
                if token.type == "list_item_open":
                    self._lead(token, tokens[at + 1 : at + 3])
                yield token
            at += 1

    def _tell_almost(self, paragraph: Token, place: Any) -> None:
        """Tell lines that were meant as the fence of a block or as a heading."""
        for found in almost(paragraph.content, self.page.blocks):
            match found.kind:
                case "opening":
                    tell_opening(found, place, self.page)
                    self.opened += 1
                case "heading":
                    tell_heading(found, place, self.page)
                    self.level = len(found.signs)
                case "closing" if self.opened:  # told with its opening
                    self.opened -= 1
                case "closing" if found.signs == ":::":
                    tell_closing(place(found.at, 3), found.signs, self.page)

    def _check_fence(self, token: Token) -> None:
        if token.type == "fence" and token.map:
            last = self.paragraphs.lines[min(token.map[1], len(self.paragraphs.lines)) - 1].strip(" \t>")
            if token.map[1] - token.map[0] < 2 or not re.fullmatch(re.escape(token.markup[0]) + "{3,}", last):
                self.page.tell(
                    "text/unclosed-fence",
                    self._at(token, len(token.markup)),
                    "the code block that opens here is never closed",
                    f"put a line with {token.markup} and nothing else after the code",
                )

    def _at(self, token: Token, length: int) -> Span:
        first = token.map[0] if token.map else 0
        source = self.paragraphs.lines[first]
        return self.locate(first, len(source) - len(source.lstrip()), length)

    def _heading(self, token: Token, inline: Token) -> Iterator[Token]:
        place = self.inline(inline, terms=False)
        span = place(0, len(inline.content))
        level = int(token.tag[1])
        self.tell_level(level, inline.content, span)
        given = heading_attributes(str(token.meta.get("attributes", ""))) or {}
        if ("attributes" in token.meta and not given.keys() <= {"id", "label"}) or (
            token.meta.get("attributes") and not given
        ):
            self.page.tell(
                "headings/unknown-attribute",
                place(int(token.meta["at"]) - 1, len(str(token.meta["attributes"])) + 2),
                f"`{{{token.meta['attributes']}}}` is not understood after a heading",
                'write `{#an-id}` or `{label="A label"}`',
            )
        words = words_of(inline.children or [])
        anchor = given.get("id") or self.page.new_anchor(words, span)
        label = given.get("label", "")
        self.strands = (
            self.strands + 1 if label and token.tag == _STRAND_LEVEL else 0 if level <= 3 else self.strands
        )
        letter = chr(ord("A") + (self.strands - 1) % 26) if label and self.strands else ""
        if level == 2:
            yield self._mark(Section())
        if label:
            yield Token("mark", "", 0, content=label_markup(label, letter))
        token.attrSet("id", anchor)
        yield token
        yield inline
        html = MARK.sub("", inline_to_html(_without_links(inline.children or [])))
        html = sanitised(html, self.page.html) if self.raw else html
        self.page.headings.append(Heading(level, anchor, Line(html, words), letter, label))

    def _lead(self, item: Token, below: list[Token]) -> None:
        """Give a list item that opens with a bold lead an address of its own."""
        if len(below) < 2 or below[1].type != "inline":
            return
        children = [child for child in below[1].children or [] if child.type != "text" or child.content]
        if not children or children[0].type != "strong_open":
            return
        end = next(at for at, child in enumerate(children) if child.type == "strong_close")
        lead = words_of(children[:end]).rstrip(".:?! ")
        if lead:
            item.attrSet("id", self.page.new_anchor(lead, self._at(item, len(lead))))

    # -- directives ----------------------------------------------------------------------------------------

    def _directive(self, token: Token, inner: list[Token]) -> Iterator[Token]:
        name, page = token.info, self.page
        source = self.paragraphs.lines[token.map[0] if token.map else 0]
        span = self.locate(token.map[0] if token.map else 0, source.find(name, source.find(":::")), len(name))
        block = page.blocks.get(name)
        if not token.meta["closed"]:
            self._tell_unclosed(token, source, is_placed=block is not None and block.holds != "body")
        if block is None:
            self._unknown(name, span)
            yield from self._blocks(inner)  # what is wrong inside is told in the same run
            return
        if block.holds == "body":
            yield self._box(block, token, inner, span)
            return
        if inner and token.meta["closed"]:
            page.tell(
                "blocks/not-a-box",
                span,
                f"text stands inside `::: {name}`, and that block is filled from the front matter",
                f"move the text out, and write `:::` in the line below `::: {name}`",
            )
        if name in page.places:
            page.tell(
                "blocks/placed-twice",
                span,
                f"the block `{name}` is placed twice on this page",
                "delete one of the two places",
                Related(page.places[name], "first placed here"),
            )
        else:
            page.places[name] = span
            yield self._slot(BlockData(name, Record({})))
        yield from self._blocks(inner)

    def _tell_unclosed(self, token: Token, source: str, *, is_placed: bool) -> None:
        """Tell a block that is never closed, at the line that was to close it where there is one."""
        first, last = token.map or (0, 0)
        lines = enumerate(self.paragraphs.lines[first + 1 : last], first + 1)
        found = next(((row, text) for row, text in lines if text.strip() in {":", "::"}), None)
        if found is not None:
            row, text = found
            signs = text.strip()
            tell_closing(self.locate(row, text.index(signs), len(signs)), signs, self.page)
            return
        opening = self._at(token, len(source.strip()))
        indent = source[: len(source) - len(source.lstrip())]
        closing = (
            Edit(Span(opening.path, opening.line + 1, 1, 0), f"{indent}:::\n")
            if first + 1 < len(self.paragraphs.lines)
            else Edit(Span(opening.path, opening.line, len(source) + 1, 0), f"\n{indent}:::\n")
        )
        # In a quote, or in a value of the front matter, the line would need more than its indent.
        is_plain = source.lstrip().startswith(":::") and opening.column == len(indent) + 1
        self.page.tell(
            "text/unclosed-fence",
            opening,
            f"the block that opens here with `{source.strip()}` is never closed",
            "put a line `:::` below it" if is_placed else "put a line `:::` after its last line",
            edit=closing if is_placed and is_plain else None,
        )

    def _unknown(self, name: str, span: Span) -> None:
        near = nearest(name, self.page.blocks)
        known = ", ".join(f"`{known}`" for known in self.page.blocks)
        mend = f"there is a block named `{near}`" if near else f"the blocks are {known}"
        exact = span if span.length == len(name) else None
        self.page.tell(
            "blocks/unknown",
            span,
            f"there is no block named `{name}`",
            mend,
            edit=edit(exact, meant(name, self.page.blocks)),
        )

    def _slot(self, data: BlockData) -> Token:
        self.page.placed.append(data)
        return self._mark(Slot(len(self.page.placed) - 1))

    def _box(self, block: Block, token: Token, inner: list[Token], span: Span) -> Token:
        if not inner:
            self.page.tell(
                "blocks/empty",
                span,
                f"the block `{block.name}` is empty",
                f"write its text between `::: {block.name}` and `:::`",
            )
        title = line(token.content) if token.content else Line()
        fields: dict[str, Value] = {"title": Prose((title.html,) if title.html else ())}
        if block.labels:
            fields["entries"] = Many(tuple(self._labelled(block, inner, span)))
        else:
            fields["body"] = self._inside(inner)
        return self._slot(BlockData(block.name, Record(fields)))

    def _inside(self, tokens: list[Token]) -> Prose:
        inside = TokenReader(self.page, self.paragraphs, self.locate)
        inside.level = self.level
        return inside.prose(tokens)

    def _labelled(self, block: Block, tokens: list[Token], span: Span) -> Iterator[Record]:
        """Read `- shows: …` items: each opens with one of the block's labels and a colon."""
        labels = "|".join(sorted(map(re.escape, block.labels), key=len, reverse=True))
        seen = set()
        sound = True
        for token in tokens:
            if token.type != "inline":
                continue
            first = next((child for child in token.children or [] if child.content), None)
            match = re.match(rf"({labels}):\s*", first.content, re.IGNORECASE) if first else None
            if first is None or match is None:
                sound = False
                self._tell_label(block, token)
                continue
            first.content = first.content[match.end() :]
            seen.add(match[1].lower())
            yield Record({"label": match[1].lower(), "body": self._inside([token])})
        missing = [label for label in block.labels if label not in seen]
        if seen and missing and sound:
            self.page.tell(
                "blocks/missing-label",
                span,
                f"the block `{block.name}` has no item that begins with `{missing[0]}:`",
                f"add an item `- {missing[0]}: …`",
            )

    def _tell_label(self, block: Block, item: Token) -> None:
        row, text = item.map[0] if item.map else 0, item.content.split("\n")[0]
        column = max(0, self.paragraphs.lines[row].find(text))
        word, colon, _ = text.partition(":")
        near = nearest(word, block.labels) if colon else None
        self.page.tell(
            "blocks/missing-label",
            self.locate(row, column, len(text)),
            f"this item of `{block.name}` does not say which kind it is",
            "begin it with " + " or ".join(f"`{label}:`" for label in ([near] if near else block.labels)),
            edit=edit(self.locate(row, column, len(word)), meant(word, block.labels) if near else None),
        )


def _without_links(children: list[Token]) -> list[Token]:
    """Give a heading as the table of contents shows it: the whole of it is a link there."""
    return [
        child
        for child in children
        if child.type not in {"link_close", "footnote_ref"}
        and not (child.type == "mark" and child.content.startswith("<a "))
    ]


def _closing(tokens: list[Token], start: int) -> int:
    depth = 0
    for at in range(start, len(tokens)):
        depth += (tokens[at].type == "directive_open") - (tokens[at].type == "directive_close")
        if depth == 0:
            return at
    return len(tokens)  # pragma: no cover - the rule that opens a directive always closes it
