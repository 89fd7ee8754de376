"""What can be typed at a place. Only the text around it must be sound."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from citewell.lsp.candidates import (
    blocks,
    codes,
    headings,
    images,
    linked_pages,
    named_pages,
    paths,
    sources,
    tags,
    terms,
)
from citewell.lsp.keypath import Spot, spot_at
from citewell.lsp.known import Cursor, Known, shape_of
from citewell.lsp.offer import Offer
from citewell.lsp.shapes import Key, is_day, is_list, keys_of, shape_at, words_of

_MOST = 200  # more than anybody reads; the editor asks again as more is typed
_LINES_ABOVE = 3  # a citation may go on over line breaks

_CITATION = re.compile(r"\[@[^\[\]]*$")
_CITED = re.compile(r"(?:\[|;\s*)@([^\s@;,\[\]]*)$")
_TERM = re.compile(r"\]\(term:([^)\s]*)$")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\(([^)\s]*)$")
_HEADING = re.compile(r"\]\(([^)#\s]*)#([^)\s]*)$")
_LINK = re.compile(r"\]\(([^)#\s]*)$")
_DIRECTIVE = re.compile(r"^[ \t>]*:{3,}[ \t]*([\w-]*)$")


class Completion(Struct, frozen=True):
    """What can be typed, each in place of what stands between `start` and the place."""

    offers: tuple[Offer, ...]
    start: int  # column, from 0
    is_whole: bool  # whether there is no more than this


def complete(known: Known, cursor: Cursor, today: date) -> Completion:
    """Give what can be typed at a place."""
    matter, row = cursor.matter, cursor.row
    found = _in_text(known, cursor, is_body=row not in matter) if cursor.path.endswith(".md") else None
    if found is None and row in matter:
        spot = spot_at(cursor.text.lines[matter.start : matter.stop], row - matter.start, cursor.column)
        found = spot.word, spot.start, _under_keys(known, cursor.path, spot, today)
    if found is None:
        return Completion((), cursor.column, is_whole=True)
    word, start, offers = found
    fitting = sorted((offer for offer in offers if offer.fits(word)), key=lambda offer: offer.order)
    return Completion(tuple(fitting[:_MOST]), start, is_whole=len(fitting) <= _MOST)


_Found = tuple[str, int, Iterable[Offer]]


def _in_text(known: Known, cursor: Cursor, *, is_body: bool) -> _Found | None:
    """Give what may stand in prose: in the body, and in the texts of the front matter."""
    path, before = cursor.path, cursor.before
    above = "\n".join([*cursor.text.lines[max(0, cursor.row - _LINES_ABOVE) : cursor.row], before])
    if _CITATION.search(above) and (match := _CITED.search(above)):
        return match[1], cursor.column - len(match[1]), sources(known, path)
    if is_body and (match := _DIRECTIVE.search(before)):
        return match[1], match.start(1), blocks(known)
    return _in_address(known, path, before)


def _in_address(known: Known, path: str, before: str) -> _Found | None:
    if match := _TERM.search(before):
        return match[1], match.start(1), terms(known)
    if match := _IMAGE.search(before):
        return match[1], match.start(1), images(known, path)
    if match := _HEADING.search(before):
        return match[2], match.start(2), headings(known, path, match[1])
    if match := _LINK.search(before):
        return match[1], match.start(1), linked_pages(known, path)
    return None


def _under_keys(known: Known, path: str, spot: Spot, today: date) -> Iterator[Offer]:
    shape = shape_at(shape_of(path, known.blocks), spot.path)
    if spot.role == "text":
        return
    if spot.role != "value":
        entry = shape_at(shape, (0,)) if is_list(shape) else shape
        dash = "- " if is_list(shape) else ""
        for number, key in enumerate(keys_of(entry)):
            if key.name not in spot.siblings:
                yield _key(path, spot, key, dash, number)
    if spot.role == "key":
        yield from codes(known) if spot.path == ("severity",) else ()
        return
    yield from _values(known, path, spot.path)
    yield from (Offer(word, "value", order=f"{at:03}") for at, word in enumerate(words_of(shape)))
    if is_day(shape):
        yield Offer(today.isoformat(), "value", "today")


def _key(path: str, spot: Spot, key: Key, dash: str, number: int) -> Offer:
    insert = f"{dash}{key.name}:" if key.opens else f"{dash}{key.name}: "
    if spot.is_quoted:
        insert = key.name
    elif spot.is_flow:
        insert = f'"{key.name}": ' if path.endswith(".json") else f"{key.name}: "
    about = f"{key.about}\n\nRequired." if key.required else key.about
    order = f"{'0' if key.required else '1'}{number:03}"
    return Offer(key.name, "key", key.kind, about, insert, order=order)


_PAGE_KEYS = (("parent",), ("companions", 0, "page"), ("navigation", 0, "page"), ("trust", 0, "page"))
_PATH_KEYS = (("navigation", 0, "path"), ("trust", 0, "path"))


def _values(known: Known, path: str, keys: tuple[str | int, ...]) -> Iterable[Offer]:
    if keys in _PAGE_KEYS:
        return named_pages(known, path)
    if keys in _PATH_KEYS:
        return paths(known)
    if keys == ("citations", 0):
        return sources(known, path)
    return tags(known) if keys == ("tags", 0) else ()
