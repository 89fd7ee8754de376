"""Prose to markup: the holes are filled, the terms linked, and the blocks put in their places."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from types import NoneType, SimpleNamespace
from typing import Any, overload

import markupsafe
from markupsafe import Markup, escape
from msgspec import Struct

from citewell.core.address import outside
from citewell.core.csl import Run
from citewell.core.model import (
    Editor,
    Gap,
    Licence,
    Line,
    Many,
    Organisation,
    Piece,
    Prose,
    Record,
    Review,
    Slot,
    Words,
)
from citewell.core.view import (
    CiteFill,
    Entry,
    EntryFill,
    Excerpt,
    Fill,
    GlossaryView,
    ImageFill,
    Link,
    LinkFill,
    Mark,
    Reference,
    TermFill,
    TermUse,
)

Href = Callable[[str], str]
Place = Callable[[int, int], str]
"""(index of a block, level of a heading there) -> the block's markup."""

_PLAIN = frozenset({str, int, bool, NoneType, date, Run, Reference, Editor, Organisation, Licence, Review})
"""Types of values that hold neither prose nor a line: templates see them as they are."""


_BETWEEN = "\0"
"""A sign that Markdown leaves in no text."""


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace('"', "&#34;")
    )


escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", _escaped)
"""Gives a text as it stands in markup, as a mere string: what `escape` makes of it, a `Markup`, costs as much as the page.

`escape` does so too; where it has it under another name, it is done here, in a few times as long.
"""


def _escaped_each(texts: list[str]) -> list[str]:
    """Give what `escaped` gives for each: long texts are gone through at once in a fraction of the time."""
    parts = escaped(_BETWEEN.join(texts)).split(_BETWEEN)
    return parts if len(parts) == len(texts) else list(map(escaped, texts))


def finished(text: str) -> Markup:
    """Give finished markup as such. `Markup` would first ask whether it has a form in HTML, which takes longer than all else."""
    return str.__new__(Markup, text)


def shown(value: object) -> str:
    """Give a value as a template prints it: markup as it is, all else escaped."""
    if type(value) is Markup:
        return value
    if type(value) is str:
        return escaped(value)
    return str(value) if type(value) is int else escape(value)


def _tag(text: str) -> Callable[..., Markup]:
    """Give what puts values, each as it is printed, into the places of a tag."""
    put = text.format

    def filled(*values: object) -> Markup:
        return finished(put(*map(shown, values)))

    return filled


_TERM = _tag('<button type="button" class="term" popovertarget="def-{}">{}</button>')
_ENTRY = _tag('<a class="term" href="{}">{}</a>')
_MARK = _tag(
    '<sup class="cite" id="{0}"><a href="#s{1}" role="doc-noteref" aria-label="Source {2}">{2}</a></sup>'
)
_COMMA = "<sup>, </sup>"
_SIZE = _tag(' width="{}" height="{}"')
_TITLE = _tag(' title="{}"')
_IMAGE = _tag('<img src="{}" alt="{}"{}{} loading="lazy" decoding="async">')
_HREF = _tag('href="{}"')
_OUTSIDE = _tag('href="{}" rel="noopener"')
_STYLE = _tag("<{0}>{1}</{0}>")
_ANCHOR = _tag('<a href="{}">{}</a>')
_LINK = _tag('<a href="{}" rel="noopener">{}</a>')
_ADDRESS = _tag('<a class="address" href="{}" rel="noopener">{}</a>')


def fill_markup(fill: Fill, href: Href) -> str:
    """Give what stands in a hole: the attributes of a link, or a whole citation mark, term or image."""
    match fill:
        case CiteFill(marks):
            return _COMMA.join(map(_mark, marks))
        case LinkFill(url, external=True):
            return _OUTSIDE(outside(url))
        case LinkFill(url):
            return _HREF(href(url))
        case TermFill(slug, label):
            return _TERM(slug, label)
        case EntryFill(url, label):
            return _ENTRY(href(url), label)
        case ImageFill(url, alt, width, height, title):
            size = _SIZE(width, height) if width and height else ""
            return _IMAGE(href(url), alt, _TITLE(title) if title else "", size)


def reference_markup(runs: Iterable[Run]) -> Markup:
    """Give a formatted reference as markup."""
    return finished("".join(map(_run, runs)))


def anchors(href: Href) -> Callable[[Iterable[SimpleNamespace], str], Markup]:
    """Give what joins links to pages. Many are met again and again, and a template would take longer for each."""

    @cache
    def anchor(url: str, html: str) -> str:
        return _ANCHOR(href(url), finished(html))

    def joined(links: Iterable[SimpleNamespace], between: str) -> Markup:
        return finished(shown(between).join([anchor(link.url, link.line.html) for link in links]))

    return joined


@lru_cache(maxsize=4096)  # the first mark of the first source stands on every page
def _mark(mark: Mark) -> str:
    text = f"{mark.number}, {mark.locator}" if mark.locator else mark.number
    return _MARK(mark.anchor, mark.number, text)


def _run(run: Run) -> str:
    text = _STYLE(run.style, run.text) if run.style else finished(escaped(run.text))
    if not run.url:
        return text
    # Paper shows the address of a link after it, but not where the text is the address.
    return (_ADDRESS if run.text == run.url else _LINK)(outside(run.url), text)


@lru_cache(maxsize=4096)  # those of links to one page, and the empty line, are met again and again
def _line(line: Line) -> SimpleNamespace:
    return SimpleNamespace(html=finished(line.html), text=line.text)


@lru_cache(maxsize=1024)  # pages name each other
def _link(link: Link) -> SimpleNamespace:
    return SimpleNamespace(
        url=link.url,
        line=_line(link.line),
        dek=_line(link.dek),
        because=_line(link.because),
        kicker=_line(link.kicker),
        updated=link.updated,
    )


class Entries(Sequence[SimpleNamespace]):
    """The entries of a glossary as templates see them, each when it is its turn: there are several for each page of the site."""

    def __init__(self, entries: tuple[Entry, ...], href: Href) -> None:
        self._entries = entries
        self._href = href
        self._prose = Joiner(href, {}).prose
        self._link = cache(_link.__wrapped__)

    @overload
    def __getitem__(self, at: int, /) -> SimpleNamespace: ...
    @overload
    def __getitem__(self, at: slice, /) -> "Entries": ...

    def __getitem__(self, at: int | slice, /) -> "SimpleNamespace | Entries":
        if isinstance(at, slice):
            return Entries(self._entries[at], self._href)
        return self._shown(self._entries[at])

    def __iter__(self) -> Iterator[SimpleNamespace]:
        return map(self._shown, self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _shown(self, entry: Entry) -> SimpleNamespace:
        return SimpleNamespace(
            slug=entry.slug,
            name=entry.name,
            also=entry.also,
            definition=self._prose(entry.definition),
            pages=tuple(map(self._link, entry.pages)),
        )


def by_letter(entries: Iterable[SimpleNamespace]) -> Iterator[tuple[str, Iterator[SimpleNamespace]]]:
    """Give the entries of a glossary under their letters, one after the other."""
    return groupby(entries, lambda entry: _letter(entry.name))


def _letters(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Give the letters under which entries stand, each once, in whichever case it comes first."""
    letters: dict[str, str] = {}
    for letter in dict.fromkeys(_letter(entry.name) for entry in entries):
        letters.setdefault(letter.lower(), letter)
    return tuple(letters.values())


def _letter(name: str) -> str:
    return name[0].upper()


_KEPT: dict[type, Callable[[Any], SimpleNamespace]] = {Line: _line, Link: _link}


def without_marks(fills: Mapping[int, Fill]) -> dict[int, Fill]:
    """Give the same fills with every citation mark empty: for text that is read away from its page."""
    return {number: CiteFill(()) if isinstance(fill, CiteFill) else fill for number, fill in fills.items()}


def _nowhere(_block: int, _level: int) -> str:
    return ""


class Joiner:
    """Turns the values of one page into values for its templates: `Prose` becomes `Markup`."""

    def __init__(
        self,
        href: Href,
        fills: Mapping[int, Fill],
        uses: Iterable[TermUse] = (),
        place: Place = _nowhere,
    ) -> None:
        """Fill a page's holes by number, let `uses` of terms open their definitions, and `place` its blocks."""
        self.put = 0  # how often prose had more to it so far than texts and finished markup
        self._href = href
        self._fills = fills
        self._place = place
        self._uses: dict[int, list[TermUse]] = {}
        for use in uses:
            self._uses.setdefault(use.words, []).append(use)

    def prose(self, prose: Prose | Excerpt, level: int = 2) -> Markup:
        """Give the markup of `prose`; `level` is that of a heading where it begins."""
        pieces = prose.prose.pieces if isinstance(prose, Excerpt) else prose.pieces
        if len(pieces) == 1:
            piece = pieces[0]
            if type(piece) is str:
                return finished(piece)
            if type(piece) is Words and (isinstance(prose, Excerpt) or piece.number not in self._uses):
                return finished(escaped(piece.text))
        if isinstance(prose, Excerpt):
            return Joiner(self._href, prose.fills).prose(prose.prose, level)
        self.put += 1
        return finished("".join(self._parts(pieces, level)))

    def _parts(self, pieces: tuple[Piece, ...], level: int) -> list[str]:
        parts: list[str] = []
        texts = iter(_escaped_each([piece.text for piece in pieces if type(piece) is Words]))
        for piece in pieces:  # there are hundreds of them, and `match` takes five times as long
            if type(piece) is str:
                parts.append(piece)
            elif type(piece) is Words:
                text = next(texts)
                uses = self._uses.get(piece.number)
                parts.append(_linked(piece.text, uses) if uses else text)
            elif type(piece) is Gap:
                fill = self._fills[piece.number]
                if type(fill) is CiteFill and parts:
                    parts[-1] = parts[-1].rstrip()  # a mark stands close to the word before it
                parts.append(fill_markup(fill, self._href))
            elif type(piece) is Slot:
                parts.append(self._place(piece.block, level))
            else:
                level = 3
        return parts

    def let_go(self) -> None:
        """Forget what places blocks. It holds this, so that a whole page would stay in memory until circles are looked for."""
        self._place = _nowhere

    def value(self, value: Any, level: int = 2) -> Any:  # noqa: ANN401 -- templates see values of every type
        """Give any value of a view or an article as templates see it: namespaces, tuples and `Markup`."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is Prose or kind is Excerpt:
            return self.prose(value, level)
        if kind in _KEPT:
            return _KEPT[kind](value)
        if kind is Record:
            fields = value.fields.items()
            return SimpleNamespace(**{name: self.value(field, level) for name, field in fields})
        if kind is tuple or kind is Many:
            items = value.items if kind is Many else value
            return tuple([self.value(item, level) for item in items])
        if kind is GlossaryView:
            entries = Entries(value.entries, self._href)
            value = SimpleNamespace(
                entries=entries, letters=_letters(value.entries), references=value.references
            )
        return SimpleNamespace(**self.fields(value)) if isinstance(value, Struct) else value

    def fields(self, struct: Struct, *names: str) -> dict[str, Any]:
        """Give the fields of a struct by name, all or only those named, as templates see them."""
        return {
            name: value if type(value := getattr(struct, name)) in _PLAIN else self.value(value)
            for name in names or struct.__struct_fields__
        }


def _linked(text: str, uses: Iterable[TermUse]) -> str:
    parts: list[str] = []
    end = 0
    for use in sorted(uses, key=lambda use: use.start):
        parts += [escaped(text[end : use.start]), _TERM(use.slug, text[use.start : use.end])]
        end = use.end
    return "".join([*parts, escaped(text[end:])])
