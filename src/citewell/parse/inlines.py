"""Inline tokens to marks: what stands for a reference becomes a typed hole, and what was meant as one is told."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from citewell.core.diagnostic import Span, cut
from citewell.core.model import CiteHole, Hole, ImageHole, Line, LinkHole, TermHole, Unmarked
from citewell.parse.citing import HOW, CiteReader, signed_keys, unmarked
from citewell.parse.marks import apostrophes
from citewell.parse.markup import bare_tag, link_opening
from citewell.parse.plain import is_mere, parts_of
from citewell.parse.plainly import PlainReader
from citewell.parse.signs import QuickToken, signs_of
from citewell.parse.syntax import emphasis_only

Text = tuple[str, int, bool]
"""A text inside a paragraph, an offset in front of which it does not stand, and whether it is that of a link."""

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
_SUSPECT = re.compile(r"[\[\]@]")
"""What is in all that `_DEAD_SIGNS` and `unmarked` find."""
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
    return Line(md.renderer.render(tokens, md.options, {}), words_of(tokens[0].children or []))


def _holds_apostrophes_only(text: str) -> bool:
    parts = parts_of(emphasis_only())(text) if "'" in text else None
    return parts is not None and all(part.lastgroup == "apostrophe" for part in parts)


def words_of(tokens: list[Token]) -> str:
    """Give the words of inline tokens, without any markup."""
    return "".join(map(_words, tokens))


def _words(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":  # inside the text that stands for another image
            return words_of(token.children or [])
        case "text" | "code_inline" | "words" | "plain" | "raw_html" | "text_special":
            return token.content
    return ""


class InlineReader(PlainReader):
    """Reads the text of one paragraph after the other."""

    def inline(self, token: Token, *, terms: bool) -> Any:
        """Replace what stands for a reference by marks; returns the function from offset to span."""
        written = str(token.meta.get("written", token.content))
        place = self.paragraphs.of(token)
        if _SUSPECT.search(written):
            texts = list(_texts(token.children or []))
            if any(_SUSPECT.search(text) for text, _, _ in texts):
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
        alt = words_of(child.children or [])
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


def _terms_by_name(children: list[Token], reader: InlineReader) -> list[Token]:
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
            label += words_of([child])
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
