"""Prose to markup: the holes are filled, the terms linked, and the blocks put in their places."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup, escape
from msgspec import Struct

from citewell.core.address import outside
from citewell.core.csl import Run
from citewell.core.model import Gap, Line, Many, Prose, Record, Section, Slot, Words
from citewell.core.view import (
    CiteFill,
    EntryFill,
    Excerpt,
    Fill,
    ImageFill,
    LinkFill,
    Mark,
    TermFill,
    TermUse,
)

Href = Callable[[str], str]
Place = Callable[[int, int], Markup]
"""(index of a block, level of a heading there) -> the block's markup."""


_TERM = Markup('<button type="button" class="term" popovertarget="def-{}">{}</button>')
_ENTRY = Markup('<a class="term" href="{}">{}</a>')
_MARK = Markup(
    '<sup class="cite" id="{}"><a href="#s{}" role="doc-noteref" aria-label="Source {}">{}</a></sup>'
)
_COMMA = Markup("<sup>, </sup>")
_SIZE = Markup(' width="{}" height="{}"')
_TITLE = Markup(' title="{}"')
_IMAGE = Markup('<img src="{}" alt="{}"{}{} loading="lazy" decoding="async">')


def fill_markup(fill: Fill, href: Href) -> Markup:
    """Give what stands in a hole: the attributes of a link, or a whole citation mark, term or image."""
    match fill:
        case LinkFill(url, external=True):
            return Markup('href="{}" rel="noopener"').format(outside(url))
        case LinkFill(url):
            return Markup('href="{}"').format(href(url))
        case CiteFill(marks):
            return _COMMA.join(_mark(mark) for mark in marks)
        case TermFill(slug, label):
            return _TERM.format(slug, label)
        case EntryFill(url, label):
            return _ENTRY.format(href(url), label)
        case ImageFill(url, alt, width, height, title):
            size = _SIZE.format(width, height) if width and height else ""
            return _IMAGE.format(href(url), alt, _TITLE.format(title) if title else "", size)


def reference_markup(runs: Iterable[Run]) -> Markup:
    """Give a formatted reference as markup."""
    return Markup().join(_run(run) for run in runs)


def _mark(mark: Mark) -> Markup:
    text = f"{mark.number}, {mark.locator}" if mark.locator else str(mark.number)
    return _MARK.format(mark.anchor, mark.number, text, text)


def _run(run: Run) -> Markup:
    text = escape(run.text)
    if run.style:
        text = Markup("<{0}>{1}</{0}>").format(run.style, text)
    if not run.url:
        return text
    # Paper shows the address of a link after it, but not where the text is the address.
    kind = Markup(' class="address"') if run.text == run.url else ""
    return Markup('<a{} href="{}" rel="noopener">{}</a>').format(kind, outside(run.url), text)


def without_marks(fills: Mapping[int, Fill]) -> dict[int, Fill]:
    """Give the same fills with every citation mark empty: for text that is read away from its page."""
    return {number: CiteFill(()) if isinstance(fill, CiteFill) else fill for number, fill in fills.items()}


class Joiner:
    """Turns the values of one page into values for its templates: `Prose` becomes `Markup`."""

    def __init__(
        self,
        href: Href,
        fills: Mapping[int, Fill],
        uses: Iterable[TermUse] = (),
        place: Place = lambda _block, _level: Markup(),
    ) -> None:
        """Fill a page's holes by number, let `uses` of terms open their definitions, and `place` its blocks."""
        self._href = href
        self._fills = fills
        self._place = place
        self._uses: defaultdict[int, list[TermUse]] = defaultdict(list)
        for use in uses:
            self._uses[use.words].append(use)

    def prose(self, prose: Prose | Excerpt, level: int = 2) -> Markup:
        """Give the markup of `prose`; `level` is that of a heading where it begins."""
        if isinstance(prose, Excerpt):
            return Joiner(self._href, prose.fills).prose(prose.prose, level)
        parts: list[str] = []
        for piece in prose.pieces:
            match piece:
                case str():
                    parts.append(piece)
                case Words():
                    parts.append(self._words(piece))
                case Gap(number):
                    fill = self._fills[number]
                    if isinstance(fill, CiteFill) and parts:
                        parts[-1] = parts[-1].rstrip()  # a mark stands close to the word before it
                    parts.append(fill_markup(fill, self._href))
                case Section():
                    level = 3
                case Slot(block):
                    parts.append(self._place(block, level))
        return Markup("".join(parts))  # noqa: S704 -- strings among the pieces are finished markup

    def value(self, value: Any, level: int = 2) -> Any:  # noqa: ANN401 -- templates see values of every type
        """Give any value of a view or an article as templates see it: namespaces, tuples and `Markup`."""
        match value:
            case Prose() | Excerpt():
                return self.prose(value, level)
            case Line(html, text):
                return SimpleNamespace(html=Markup(html), text=text)  # noqa: S704 -- finished markup
            case Record(fields):
                return SimpleNamespace(**{name: self.value(field, level) for name, field in fields.items()})
            case Many(items) | tuple(items):
                return tuple(self.value(item, level) for item in items)
            case Struct():
                return SimpleNamespace(**self.fields(value))
            case _:
                return value

    def fields(self, struct: Struct, *names: str) -> dict[str, Any]:
        """Give the fields of a struct by name, all or only those named, as templates see them."""
        return {name: self.value(getattr(struct, name)) for name in names or struct.__struct_fields__}

    def _words(self, words: Words) -> Markup:
        uses = self._uses.get(words.number)
        if not uses:
            return escape(words.text)
        parts: list[Markup] = []
        end = 0
        for use in sorted(uses, key=lambda use: use.start):
            term = _TERM.format(use.slug, words.text[use.start : use.end])
            parts += [escape(words.text[end : use.start]), term]
            end = use.end
        return Markup().join([*parts, escape(words.text[end:])])
