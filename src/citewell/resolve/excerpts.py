"""Prose that is shown away from its own page: its holes are numbered anew and filled for any page of the site."""

from collections.abc import Iterator
from typing import Any

from citewell.core.model import CiteHole, Facts, Gap, Hole, ImageHole, LinkHole, Piece, Prose, Site, Words
from citewell.core.once import once
from citewell.core.view import EntryFill, Excerpt, Fill
from citewell.resolve.addresses import term_url
from citewell.resolve.citations import Numbering
from citewell.resolve.glossary import term_named
from citewell.resolve.links import fill_image, fill_link


def excerpt(
    site: Site, page: Facts, prose: Prose, holes: tuple[Hole, ...], numbering: Numbering | None = None
) -> Excerpt:
    """Give prose of a page as any other page may show it; without `numbering` its citations are left out.

    It is equal for two wordings that look the same. What is wrong with its holes is told on the page itself.
    """
    if (mere := mere_excerpt(prose)) is not None:
        return mere
    by_number = _by_number(holes)
    pieces: list[Piece] = []
    words: list[str] = []  # of the last piece, if it is running text
    fills: dict[int, Fill] = {}
    for piece in prose.pieces:
        if isinstance(piece, Words):
            words.append(piece.text)
        elif isinstance(piece, Gap):
            fill = _fill(site, page, by_number[piece.number], numbering)
            if fill is None:
                _strip_last(words or pieces)
            else:
                fills[len(fills) + 1] = fill
                pieces += [*_joined(words), Gap(len(fills))]
        else:
            pieces += [*_joined(words), piece]
    return Excerpt(Prose((*pieces, *_joined(words))), fills)


def mere_excerpt(prose: Prose) -> Excerpt | None:
    """Give what `excerpt` gives of prose that is one text without holes, as most definitions are; None for any other."""
    if len(prose.pieces) <= 1 and not isinstance(first := next(iter(prose.pieces), ""), Gap):
        return Excerpt(Prose((Words(0, first.text),)) if isinstance(first, Words) else prose, {})
    return None


@once
def _by_number(holes: tuple[Hole, ...]) -> dict[int, Hole]:
    return {hole.number: hole for hole in holes}


def _joined(words: list[str]) -> Iterator[Words]:
    """Give the running text so far as one piece, and forget it."""
    if words:
        yield Words(0, "".join(words))
    words.clear()


def _fill(site: Site, page: Facts, hole: Hole, numbering: Numbering | None) -> Fill | None:
    match hole:
        case LinkHole():
            return fill_link(site, page, hole)[0]
        case ImageHole():
            return fill_image(site, page, hole)[0]
        case CiteHole():
            return numbering.fill(hole) if numbering else None
        case _:
            slug = term_named(site, hole.name)
            return EntryFill(term_url(slug) if slug else "", hole.label)


def _strip_last(pieces: list[Any]) -> None:
    """The mark that is left out stood close to the word before it."""
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].rstrip()
