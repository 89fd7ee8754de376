"""What stands at a place, and every place where a thing is named."""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct, structs

from citewell.core.diagnostic import Span
from citewell.core.model import CiteHole, Facts, Hole, ImageHole, LinkHole, TermHole
from citewell.lsp.candidates import page_at
from citewell.lsp.known import Cursor, Known, matter_of
from citewell.lsp.mentions import words_in
from citewell.lsp.positions import Text
from citewell.resolve.addresses import GLOSSARY
from citewell.resolve.glossary import labels, term_named

_ADDRESS = re.compile(r"\]\(\s*<?([^)\s<>]*)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:[ \t]*<?([^\s<>]+)")
_SLACK = 400  # characters by which a text in YAML may be longer than what it says


class SourceNamed(Struct, frozen=True):
    """A source, by its key."""

    key: str


class TermMeant(Struct, frozen=True):
    """A term, by its slug."""

    slug: str


class PageNamed(Struct, frozen=True):
    """A page, by the path of its file."""

    path: str


class HeadingNamed(Struct, frozen=True):
    """A heading, a bold lead or a block, by the path of its page and its anchor."""

    path: str
    anchor: str


class ImageNamed(Struct, frozen=True):
    """An image, by its path in the content folder."""

    path: str


Thing = SourceNamed | TermMeant | PageNamed | HeadingNamed | ImageNamed


class Use(Struct, frozen=True):
    """A place where a thing is named. Of a link `span` is the whole, and `part` says where in its address the name stands."""

    thing: Thing
    span: Span
    part: Literal["", "address", "page", "fragment", "word"] = ""
    address: str = ""
    is_record: bool = False  # whether this is the place that the others lead to


def use_at(known: Known, cursor: Cursor) -> Use | None:
    """Give what is named at a place, with the span of the name alone."""
    coarse = [use for use in uses_in(known, cursor.path) if covers(use.span, cursor)]
    exact = [structs.replace(use, span=exact_span(use, cursor.text)) for use in coarse]
    found = [use for use in exact if covers(use.span, cursor)]
    otherwise = next(iter(exact), None) or _word_at(known, cursor)
    return min(found, key=lambda use: use.span.length, default=otherwise)


def _word_at(known: Known, cursor: Cursor) -> Use | None:
    """Give the term that running text uses at a place, in the longest of the forms that fit."""
    if not cursor.path.endswith(".md"):
        return None
    for label in sorted(labels(known.site.forms), key=lambda label: -len(label.text)):
        for span in words_in(cursor.path, cursor.row, cursor.line, label):
            if covers(span, cursor):
                return Use(TermMeant(label.slug), span, "word")
    return None


def covers(span: Span, cursor: Cursor) -> bool:
    """Tell whether a place lies in a span of its file, or right behind it."""
    text, row, column = cursor.text, cursor.row, cursor.column
    rest, line = span.length + span.column - 1, span.line - 1
    while line < row and line < len(text.lines):
        rest -= len(text.line(line)) + 1
        line += 1
    return line == row and (row > span.line - 1 or column >= span.column - 1) and column <= rest


def uses_in(known: Known, path: str) -> Iterator[Use]:
    """Give everything that a file names."""
    if path == "site.yaml":
        yield from _in_settings(known)
    elif page := known.pages.get(path):
        yield from _in_matter(known, page)
        for hole in page.holes:
            yield from _in_hole(known, page, hole)
    else:
        for entry in known.entries.values():
            if entry.span.path == path:
                yield Use(SourceNamed(entry.id), entry.span, is_record=True)


def _in_hole(known: Known, page: Facts, hole: Hole) -> Iterator[Use]:
    match hole:
        case CiteHole(items=items):
            yield from (Use(SourceNamed(item.key), item.span) for item in items)
        case TermHole(name=name) if slug := term_named(known.site, name):
            yield Use(TermMeant(slug), hole.span, "address", f"term:{name}")
        case LinkHole():
            yield from _link(known, page, hole)
        case ImageHole(target=target):
            image = normpath(join(dirname(page.path), target))
            yield Use(ImageNamed(image), hole.span, "address", target)


def _in_settings(known: Known) -> Iterator[Use]:
    for item in (*known.site.config.navigation, *known.site.config.trust):
        page = known.page(item.page) if item.page else page_at(known, "", item.path.partition("#")[0])
        if page is not None:
            yield Use(PageNamed(page.path), item.span)


def _in_matter(known: Known, page: Facts) -> Iterator[Use]:
    yield Use(PageNamed(page.path), page.span, is_record=True)
    for ref in (*((page.parent,) if page.parent else ()), *page.companions):
        if other := known.page(ref.name):
            yield Use(PageNamed(other.path), ref.span)
    for entry in page.citations or ():
        yield Use(SourceNamed(entry.id), entry.span, is_record=entry.work is not None)
    for term in page.terms:
        yield Use(TermMeant(term.slug), term.span, is_record=True)
    for anchor, span in page.places:
        yield Use(HeadingNamed(page.path, anchor), span, is_record=True)


def _link(known: Known, page: Facts, hole: LinkHole) -> Iterator[Use]:
    """Give what a link names: behind `#` a heading or a term, which is where its reader goes; in front of it a page."""
    path, hash_, fragment = hole.target.partition("#")
    path = path.partition("?")[0]
    other = None if ":" in path or path.startswith("//") else page_at(known, page.path, path)
    if hash_ and path.strip("/") == GLOSSARY.strip("/") and fragment in known.site.terms:
        yield Use(TermMeant(fragment), hole.span, "fragment", hole.target)
    elif other is not None and hash_:
        yield Use(HeadingNamed(other.path, fragment), hole.span, "fragment", hole.target)
    if other is not None and path:
        yield Use(PageNamed(other.path), hole.span, "page", hole.target)


def exact_span(use: Use, text: Text) -> Span:
    """Give the place of the name alone; the whole link where it cannot be found."""
    span = _address_span(use.span, use.address, text) if use.address else None
    if span is None:
        return use.span
    at = text.line(span.line - 1).find("#", span.column - 1, span.column - 1 + span.length) + 1
    if use.part == "address" or at == 0:
        return span
    if use.part == "page":
        return Span(span.path, span.line, span.column, at - span.column)
    return Span(span.path, span.line, at + 1, span.column - 1 + span.length - at)


def _address_span(link: Span, address: str, text: Text) -> Span | None:
    """Give the place of a link's address as it was typed."""
    row, column = link.line - 1, link.column - 1
    left = link.length + (_SLACK if row in matter_of(link.path, text.lines) else 0)
    while row < len(text.lines) and left > 0:
        line = text.line(row)
        for match in _ADDRESS.finditer(line, column, min(len(line), column + left)):
            if unquote(match[1]) == address:
                return Span(link.path, row + 1, match.start(1) + 1, len(match[1]))
        left -= len(line) - column + 1
        row, column = row + 1, 0
    for number, line in enumerate(text.lines):  # `[words][name]`, whose address stands in a line of its own
        found = _REFERENCE.match(line)
        if found and unquote(found[1]) == address:
            return Span(link.path, number + 1, found.start(1) + 1, len(found[1]))
    return None
