"""What a page shows to others: an edit that changes no outline can change no other page."""

from collections.abc import Iterator

from msgspec import structs

from citewell.core.csl import encode_work
from citewell.core.digest import digest
from citewell.core.model import Facts, Gap, Hole, LinkHole, Outlined, OwnWork, Parsed, Piece, Prose, Words


def outline(page: Facts) -> Facts:
    """Give the facts of a page without what only its own text holds: of its holes only those of definitions are left.

    These are numbered anew, since their numbers on the page change with every hole that its text gets.
    """
    by_number = {hole.number: hole for hole in page.holes}
    kept: list[Hole] = []

    def numbered(prose: Prose) -> Prose:
        pieces: list[Piece] = []
        for piece in prose.pieces:
            match piece:
                case Gap(number):
                    kept.append(structs.replace(by_number[number], number=len(kept) + 1))
                    pieces.append(Gap(len(kept)))
                case Words(_, text):
                    pieces.append(Words(0, text))
                case _:
                    pieces.append(piece)
        return Prose(tuple(pieces))

    terms = []
    for term in page.terms:
        before = len(kept)
        definition = numbered(term.definition)
        holes = tuple(range(before + 1, len(kept) + 1))
        terms.append(structs.replace(term, definition=definition, holes=holes))
    links = dict.fromkeys(hole.target for hole in page.holes if isinstance(hole, LinkHole))
    return structs.replace(
        page,
        terms=tuple(terms),
        questions=(),
        holes=tuple(kept),
        passages=(),
        places=(),
        article="",
        unmarked=(),
        links=tuple(sorted(links)),
        asks=bool(page.questions),
        citations=None,
        works=tuple(own_works(page)),
    )


def own_works(page: Facts) -> Iterator[OwnWork]:
    """Give the sources whose data the page brings."""
    for entry in page.citations or ():
        if entry.work is not None:
            yield OwnWork(entry.id, encode_work(entry.work), entry.span)


def outlined(page: Parsed) -> Outlined:
    """Give what the site keeps at hand of a parsed page."""
    facts = None if page.facts is None else outline(page.facts)
    return Outlined(page.path, facts, page.diagnostics, page.unread, digest(facts, page.unread))
