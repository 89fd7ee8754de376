"""What search can find on a page, as plain text: the page itself, its sections, and the entries of its numbered blocks."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape, unescape

from markupsafe import Markup

from citewell.core.model import (
    Article,
    BlockData,
    CiteHole,
    Facts,
    Gap,
    Hole,
    Many,
    Passage,
    Piece,
    Prose,
    Record,
    Slot,
    TermHole,
    Value,
    Words,
)
from citewell.core.plugin import Block
from citewell.core.walk import entries_of

_HEADING = re.compile(r'<(?:p class="strand-label">.*?</p>\s*<)?h[2-6] id="([^"]*)">.*?</h[2-6]>', re.DOTALL)
_NOTE_MARK = re.compile(r'<sup class="footnote-ref">.*?</sup>|<a [^>]*class="footnote-backref".*?</a>')
_TAG = re.compile("<[^>]*>")
_TELLING = re.compile("<(?:/?h|p class|!--)|footnote-")
_SHORT = 200  # signs of markup that may come again, which code does not
_BETWEEN = " · "


def passages(facts: Facts, article: Article, blocks: Iterable[Block]) -> tuple[Passage, ...]:
    """Give what search can find on a page, the page itself first. `blocks` are all kinds that there are."""
    holes = {hole.number: hole for hole in facts.holes}
    return tuple(_Passages(article, holes, {block.name: block for block in blocks}).all())


class _Passages:
    """Reads the passages of one page."""

    def __init__(self, article: Article, holes: Mapping[int, Hole], kinds: Mapping[str, Block]) -> None:
        self._article = article
        self._holes = holes
        self._kinds = kinds

    def all(self) -> Iterator[Passage]:
        """Give the page itself first, then its sections, then the entries of its numbered blocks."""
        article = self._article
        headings = {heading.id: heading for heading in article.headings}
        opening, *rest = _HEADING.split(self._markup(article.body))
        yield Passage("page", "", article.title.text, _joined(article.dek.text, plain(opening)))
        for anchor, text in zip(map(_unescaped, rest[::2]), rest[1::2], strict=True):
            heading = headings[anchor]
            yield Passage("section", anchor, heading.line.text, _joined(heading.label, plain(text)))
        for block in article.blocks:
            yield from self._entries(block)

    def _entries(self, block: BlockData) -> Iterator[Passage]:
        """Give the entries of a numbered block: the first field is the name of each, the others are its text."""
        kind = self._kinds[block.name].numbered
        for number, entry in enumerate(entries_of(block.data) if kind else (), 1):
            name, *rest = map(self._text, entry.fields.values())
            yield Passage(kind, f"{kind}-{number}", name, _joined(*rest))

    def _text(self, value: Value) -> str:
        """Give the words of a value; what is words to begin with becomes no markup."""
        if type(value) is Prose and len(value.pieces) == 1:
            piece = value.pieces[0]
            if type(piece) is Words:
                return _spaced(piece.text)
            if type(piece) is str:
                return plain(piece)
        return _spaced(value) if type(value) is str else plain(self._markup(value))

    def _markup(self, value: Value) -> str:
        """Give a value as markup in which only words matter: no citations, and no entries, which stand for themselves."""
        match value:
            case Prose(pieces):
                return self._between(pieces)
            case Record(fields):
                return " ".join(map(self._markup, fields.values()))
            case Many(items):
                return " ".join(map(self._markup, items))
            case str():
                return escape(value, quote=False)
        return ""

    def _between(self, pieces: tuple[Piece, ...]) -> str:
        parts: list[str] = []
        words = "\0".join([piece.text for piece in pieces if type(piece) is Words])  # no text holds that sign
        escaped = iter(escape(words, quote=False).split("\0"))
        for piece in pieces:  # there are hundreds of them, and `match` asks for one kind after the other
            if type(piece) is str:
                parts.append(_without_tags(piece) if len(piece) < _SHORT else piece)
            elif type(piece) is Words:
                parts.append(next(escaped))
            elif type(piece) is Gap:
                self._fill(parts, self._holes[piece.number])
            elif type(piece) is Slot:
                block = self._article.blocks[piece.block]
                if not self._kinds[block.name].numbered:
                    parts.append(self._markup(block.data))
        return "".join(parts)

    @staticmethod
    def _fill(parts: list[str], hole: Hole) -> None:
        match hole:
            case TermHole(label=label):
                parts.append(escape(label, quote=False))
            case CiteHole():
                parts[-1:] = [
                    last.rstrip() for last in parts[-1:]
                ]  # the mark stands close to the word before it


@lru_cache(maxsize=1024)
def _without_tags(markup: str) -> str:
    """Take tags out of finished markup that stands between two texts; a page has much of it, and all pages the same.

    What a passage is cut or searched by stays, and so does a tag that is not whole: it holds the address of a link.
    """
    return markup if _TELLING.search(markup) else _TAG.sub("", markup)


def plain(markup: str) -> str:
    """Give the words of markup, without tags, marks of notes and needless blanks."""
    if "<" not in markup:  # as in most texts of the front matter
        return _unescaped(_spaced(markup))
    if "footnote-" in markup:
        markup = _NOTE_MARK.sub("", markup)
    if "<!--" in markup:
        return Markup(markup).striptags()  # noqa: S704 -- it is taken apart, not shown
    return _unescaped(_spaced(_TAG.sub("", markup)))


def _spaced(text: str) -> str:
    """Give a text with single blanks only, and none around it; most have no others."""
    on_one_line = text.replace("\n", " ").strip(" ")
    # Of all white space only the blank can be printed.
    is_so = "  " not in on_one_line and on_one_line.isprintable()
    return on_one_line if is_so else " ".join(text.split())


def _unescaped(markup: str) -> str:
    return unescape(markup) if "&" in markup else markup


def _joined(*texts: str) -> str:
    return _BETWEEN.join(filter(None, texts))
