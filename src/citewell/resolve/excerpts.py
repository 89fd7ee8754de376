"""Prose that is shown away from its own page: its holes are numbered anew and filled for any page of the site."""

from citewell.core.model import CiteHole, Facts, Gap, Hole, ImageHole, LinkHole, Piece, Prose, Site, Words
from citewell.core.view import EntryFill, Excerpt, Fill
from citewell.resolve.addresses import term_url
from citewell.resolve.citations import Numbering
from citewell.resolve.glossary import term_named
from citewell.resolve.links import fill_image, fill_link


def excerpt(site: Site, page: Facts, prose: Prose, numbering: Numbering | None = None) -> Excerpt:
    """Give prose of a page as any other page may show it; without `numbering` its citations are left out.

    It is equal for two wordings that look the same. What is wrong with its holes is told on the page itself.
    """
    holes = {hole.number: hole for hole in page.holes} if any(map(_is_gap, prose.pieces)) else {}
    pieces: list[Piece] = []
    fills: dict[int, Fill] = {}
    for piece in prose.pieces:
        match piece:
            case Gap(number):
                fill = _fill(site, page, holes[number], numbering)
                if fill is None:
                    pieces[-1:] = (_without_space(last) for last in pieces[-1:])
                else:
                    fills[len(fills) + 1] = fill
                    pieces.append(Gap(len(fills)))
            case Words(_, text):
                match pieces[-1:]:
                    case [Words(_, before)]:
                        pieces[-1] = Words(0, before + text)
                    case _:
                        pieces.append(Words(0, text))
            case _:
                pieces.append(piece)
    return Excerpt(Prose(tuple(pieces)), fills)


def _is_gap(piece: Piece) -> bool:
    return isinstance(piece, Gap)


def _fill(site: Site, page: Facts, hole: Hole, numbering: Numbering | None) -> Fill | None:
    match hole:
        case LinkHole():
            return fill_link(site, page, hole)[0]
        case ImageHole():
            return fill_image(site, page, hole)[0]
        case CiteHole():
            return numbering.fill(hole) if numbering else None
        case _:
            term = term_named(site, hole.name)
            return EntryFill(term_url(term.slug) if term else "", hole.label)


def _without_space(piece: Piece) -> Piece:
    """The mark that is left out stood close to the word before it."""
    match piece:
        case Words(_, text):
            return Words(0, text.rstrip())
        case str():
            return piece.rstrip()
        case _:
            return piece
