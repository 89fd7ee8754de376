"""Tokens to pieces: what stands for a reference becomes a typed hole, what stands for a block a slot."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from citewell.core.diagnostic import Edit, Related, Span, cut, edit, meant, nearest
from citewell.core.model import (
    BlockData,
    CiteHole,
    Heading,
    Hole,
    ImageHole,
    Line,
    LinkHole,
    Many,
    Piece,
    Prose,
    Record,
    Section,
    Slot,
    TermHole,
    Unmarked,
    Value,
)
from citewell.core.plugin import Block
from citewell.parse.almost import almost, tell_closing, tell_heading, tell_opening
from citewell.parse.citing import HOW, CiteReader, signed_keys, unmarked
from citewell.parse.collector import Collector
from citewell.parse.marks import apostrophes
from citewell.parse.markup import (
    MARK,
    bare_tag,
    inline_to_html,
    label_markup,
    link_opening,
    sanitised,
    to_html,
)
from citewell.parse.plain import Plain, is_mere, parts_of
from citewell.parse.plainly import PlainReader
from citewell.parse.signs import QuickToken, signs_of
from citewell.parse.spans import Locate, Paragraphs
from citewell.parse.syntax import emphasis_only

Text = tuple[str, int, bool]
"""A text inside a paragraph, an offset in front of which it does not stand, and whether it is that of a link."""

_ATTRIBUTE = re.compile(r'\s*(?:#([^\s#{}]+)|([\w-]+)="([^"]*)")')
_DEAD_SIGNS = re.compile(
    r"(?P<note>\[\^[^\[\]\s]+\])"
    r"|(?P<aside>\^\[[^\[\]]*+\])"
    r"|(?P<cite>\[(?:[^\[\]\n]*\s|-)?@[^\s\[\]]++[^\[\]\n]*+(?:\]|$))"
    r"|(?P<reference>\[[^\[\]]+\]\[[^\[\]]*\])"
    r"|(?P<link>(?:\[[^\[\]]*)?\]\([^()]*(?:\)|$)|\[[^\[\]]+\] \((?=https?://|[^\s()]+\.md)[^()\s]++\))"
)
_DEAD = {
    "note": (
        "text/unknown-footnote",
        "there is no footnote for `{}` on this page",
        "add a line `{}: …` with its text below it; texts of the front matter take no footnotes",
    ),
    "aside": (
        "text/unknown-footnote",
        "`{}` is no footnote, and readers would see its signs",
        "write `^[the note]` in the text of the page; texts of the front matter take no footnotes",
    ),
    "cite": (
        "citations/unreadable",
        "`{}` is not a citation, and readers would see its signs",
        f"{HOW}; a backslash in front of the `[` keeps it as it is",
    ),
    "reference": (
        "links/unknown-reference",
        "there is no reference for `{}` on this page",
        "write the address in round brackets: `[words](page.md)`",
    ),
    "link": (
        "links/unreadable",
        "`{}` is not a link, and readers would see its signs",
        "write `[words](page.md)`, an address with blanks as `[words](<two words.md>)`, and no link inside another",
    ),
}
SUSPECT = re.compile(r"[\[\]@]")
"""What is in all that `_DEAD_SIGNS` and `unmarked` find."""
_STRAND_LEVEL = "h3"
_FURTHER = (
    10_000  # characters by which escapes, entities and markers may put signs behind their place in the text
)


def line(text: str) -> Line:
    """Read a title, dek or question: emphasis only."""
    md = emphasis_only()
    if is_mere(text) or not signs_of(md).search(text) or _holds_apostrophes_only(text):
        words = apostrophes(text)
        return Line(escapeHtml(words), words)
    tokens = md.parseInline(text)
    return Line(md.renderer.render(tokens, md.options, {}), _plain(tokens[0].children or []))


def _holds_apostrophes_only(text: str) -> bool:
    parts = parts_of(emphasis_only())(text) if "'" in text else None
    return parts is not None and all(part.lastgroup == "apostrophe" for part in parts)


def heading_attributes(text: str) -> dict[str, str] | None:
    """Read `#id key="value"`, or give None where it is something else."""
    given: dict[str, str] = {}
    at = 0
    while match := _ATTRIBUTE.match(text, at):
        given["id" if match[1] else match[2]] = normalize("NFC", match[1]) if match[1] else match[3]
        at = match.end()
    return None if text[at:].strip() else given


def _plain(tokens: list[Token]) -> str:
    """Give the words of inline tokens, without any markup."""
    return "".join(map(_words, tokens))


def _words(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":  # inside the text that stands for another image
            return _plain(token.children or [])
        case "text" | "code_inline" | "words" | "plain" | "raw_html" | "text_special":
            return token.content
    return ""


class TokenReader(PlainReader):
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
                place = self._inline(token, terms=True)
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
        for line in almost(paragraph.content, self.page.blocks):
            match line.kind:
                case "opening":
                    tell_opening(line, place, self.page)
                    self.opened += 1
                case "heading":
                    tell_heading(line, place, self.page)
                    self.level = len(line.signs)
                case "closing" if self.opened:  # told with its opening
                    self.opened -= 1
                case "closing" if line.signs == ":::":
                    tell_closing(place(line.at, 3), line.signs, self.page)

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
        place = self._inline(inline, terms=False)
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
        words = _plain(inline.children or [])
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
        lead = _plain(children[:end]).rstrip(".:?! ")
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

    # -- inline --------------------------------------------------------------------------------------------

    def _inline(self, token: Token, *, terms: bool) -> Any:
        """Replace what stands for a reference by marks; returns the function from offset to span."""
        written = str(token.meta.get("written", token.content))
        place = self.paragraphs.of(token)
        if SUSPECT.search(written):
            texts = list(_texts(token.children or []))
            if any(SUSPECT.search(text) for text, _, _ in texts):
                self._tell_dead_signs(texts, written, place)
                self._note_unmarked(texts, written, place)
        children: list[Token] = []
        inside_link, has_links = 0, False
        for child in _joined(token.children or []):
            match child.type:
                case "text" if terms and not inside_link and child.content.strip():
                    children.append(self._words(child.content))
                case "link_open":
                    inside_link, has_links = inside_link + 1, True
                    children.append(self._link(child, place))
                case "link_close":
                    inside_link -= 1
                    children.append(child)
                case _:
                    children.append(self._leaf(child, place))
        token.children = _terms_by_name(children, self) if has_links else children
        return place

    def _tell_dead_signs(self, texts: list[Text], written: str, place: Any) -> None:
        """Tell links, citations and footnotes that Markdown shows as text, since they lead nowhere or are misspelt."""
        start = 0
        for text, floor, _ in texts:
            start = max(start, floor)
            for match in _DEAD_SIGNS.finditer(text):
                at = _find(written, match[0], start + match.start())
                if at < 0 or written.startswith("\\", at - 1):
                    continue  # escaped: the editor wants the signs
                start = at - match.start()
                kind = str(match.lastgroup)
                code, message, mend = _DEAD[kind]
                signs = match[0].strip()
                self.page.tell(
                    code, place(at, len(signs)), message.format(cut(signs)), mend.format(cut(signs))
                )
                if kind == "cite":
                    self.page.unmarked.append(Unmarked(signed_keys(signs), place(at, len(signs))))
            start += len(text)

    def _note_unmarked(self, texts: list[Text], written: str, place: Any) -> None:
        """Note what is a citation if its keys are those of sources, outside of links."""
        start = 0
        for text, floor, is_linked in texts:
            start = max(start, floor)
            rest = _DEAD_SIGNS.sub(lambda match: " " * len(match[0]), text)  # what has not been told
            for signs, keys, offset in () if is_linked else unmarked(rest):
                at = _find(written, signs, start + offset)
                if at < 0:
                    continue
                start = at - offset
                if written.startswith("\\", at - 1):
                    continue  # escaped: the editor wants the signs
                span = place(at, len(signs))
                # At the start of a value of the front matter, YAML would read square brackets as a list.
                exact = span if span.length == len(signs) and (at or signs[0] != "(") else None
                self.page.unmarked.append(Unmarked(keys, span, signs, exact))
            start += len(text)

    def _words(self, text: str) -> Token:
        return QuickToken("mark", content=self.words(text))

    def _leaf(self, child: Token, place: Any) -> Token:
        match child.type:
            case "cite":
                return self._cite(child, place)
            case "image":
                return self._image(child, place)
            case "plain":
                if child.meta["attributes"].strip() != ".plain":
                    self.page.tell(
                        "text/unknown-attribute",
                        place(child.meta["at"], child.meta["length"]),
                        f"`{{{child.meta['attributes']}}}` is not understood here",
                        "write `{.plain}`, which keeps a term from being linked, or delete the braces",
                    )
                return Token("text", "", 0, content=child.content)
            case "raw_html":
                return self._raw_html(child, place)
        return child

    def _raw_html(self, child: Token, place: Any) -> Token:
        name = re.match(r"</?([A-Za-z][\w-]*)", child.content)
        tag = name[1].lower() if name else ""
        if tag in self.page.html:
            self.raw = True
            return Token("mark", "", 0, content=bare_tag(tag, ends=child.content.startswith("</")))
        if not (child.content.startswith("</") and tag in self.page.tags):
            self.page.tell(
                "text/raw-html",
                place(child.meta["at"], child.meta["length"]),
                f"`{child.content[:60]}` is raw HTML, which is shown to readers as text",
                "write it in Markdown, or put it between backticks where readers should see the tag itself",
            )
        self.page.tags.add(tag)
        return Token("text", "", 0, content=child.content)

    def hole_token(self, make: Callable[[int], Hole]) -> Token:
        """Make the page's next hole, and a token of its mark."""
        return QuickToken("mark", content=self.hole(make))

    def _link(self, child: Token, place: Any) -> Token:
        target = str(child.attrs.pop("href", ""))
        span, decoded = place(child.meta["at"], child.meta["length"]), unquote(target)
        at = _target_place(child, decoded, place)
        if decoded.startswith("term:"):
            hole = partial(_term_hole, decoded.removeprefix("term:"), span, at)
            return Token("term_open", "", 0, meta={"hole": hole})
        gap = self.hole(lambda number: LinkHole(number, target if "://" in target else decoded, span, at))
        return QuickToken("mark", content=link_opening(gap, str(child.attrs.get("title", ""))))

    def _cite(self, child: Token, place: Any) -> Token:
        items = tuple(CiteReader(child.content, child.meta["at"], place, self.page).items())
        return self.hole_token(lambda number: CiteHole(number, items))

    def _image(self, child: Token, place: Any) -> Token:
        span = place(child.meta["at"], child.meta["length"])
        target = unquote(str(child.attrs.get("src", "")))
        alt = _plain(child.children or [])
        if not alt and not child.meta.get("ornament"):
            self.page.tell(
                "images/missing-alt",
                span,
                f"the image `{target}` has no words for readers who cannot see it",
                f'write what it shows: `![…]({target})`; for mere ornament write `![]({target}){{alt=""}}`',
            )
        title = str(child.attrs.get("title", ""))
        at = _target_place(child, target, place)
        return self.hole_token(lambda number: ImageHole(number, target, alt, span, title, at))


def _without_links(children: list[Token]) -> list[Token]:
    """Give a heading as the table of contents shows it: the whole of it is a link there."""
    return [
        child
        for child in children
        if child.type not in {"link_close", "footnote_ref"}
        and not (child.type == "mark" and child.content.startswith("<a "))
    ]


def _find(written: str, signs: str, start: int) -> int:
    """Give where signs of a text were written, or -1: not in front of `start`, and hardly behind it."""
    return written.find(signs, start, start + len(signs) + _FURTHER)


def _texts(children: list[Token]) -> Iterator[Text]:
    """Give each text, an offset in front of which it does not stand, and whether it is that of a link."""
    floor, links, before = 0, list[Token](), ""
    for child in children:
        # An address between `<` and `>` is text, and its signs are meant.
        if child.type == "text" and before != "autolink":
            yield child.content, floor, bool(links)
        elif child.type == "link_open":
            links.append(child)
            floor = max(floor, int(child.meta["at"]))
        elif child.type == "link_close":
            opened = links.pop().meta
            floor = int(opened["at"]) + int(opened["length"])
        elif "length" in child.meta:
            floor = int(child.meta["at"]) + int(child.meta["length"])
        before = child.markup


def _terms_by_name(children: list[Token], reader: TokenReader) -> list[Token]:
    """Turn `[label](term:name)` into one hole: the label's words are part of the link."""
    kept: list[Token] = []
    opened: Token | None = None
    label = ""
    for child in children:
        if child.type == "term_open":
            opened, label = child, ""
        elif opened is not None and child.type == "link_close":
            kept.append(reader.hole_token(partial(opened.meta["hole"], label)))
            opened = None
        elif opened is not None:
            label += _plain([child])
        else:
            kept.append(child)
    return kept


def _term_hole(name: str, span: Span, target: Span | None, label: str, number: int) -> TermHole:
    scheme = len("term:")
    place = target and Span(target.path, target.line, target.column + scheme, target.length - scheme)
    return TermHole(number, name, label, span, place)


def _target_place(child: Token, as_read: str, place: Any) -> Span | None:
    """Give the place of a target that stands in the file as it reads, without escapes, or None."""
    at, written = child.meta["target"]
    span: Span = place(at, len(written))
    return span if written and written == as_read and span.length == len(written) else None


def _joined(children: list[Token]) -> Iterable[Token]:
    """Join text across line breaks, so that a term of two words is found wherever the line ends."""
    return children if len(children) == 1 and children[0].type == "text" else _join(children)


def _join(children: list[Token]) -> Iterator[Token]:
    text = ""
    for child in children:
        if child.type in {"text", "softbreak", "text_special"}:
            text += child.content if child.type != "softbreak" else "\n"
            continue
        if text:
            yield QuickToken("text", content=text)
            text = ""
        yield child
    if text:
        yield QuickToken("text", content=text)


def _closing(tokens: list[Token], start: int) -> int:
    depth = 0
    for at in range(start, len(tokens)):
        depth += (tokens[at].type == "directive_open") - (tokens[at].type == "directive_close")
        if depth == 0:
            return at
    return len(tokens)  # pragma: no cover - the rule that opens a directive always closes it
