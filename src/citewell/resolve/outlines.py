"""What a page shows to others: an edit that changes no outline can change no other page."""

from collections.abc import Iterator

import msgspec
from msgspec import structs

from citewell.core.csl import encode_work
from citewell.core.digest import digest
from citewell.core.model import (
    Defined,
    Facts,
    Gap,
    Head,
    Hole,
    LinkHole,
    Outline,
    Outlined,
    OwnWork,
    Page,
    Parsed,
    Piece,
    Prose,
    Term,
    TermHole,
    Words,
)
from citewell.resolve.links import place_of

_ENCODER = msgspec.msgpack.Encoder()


def outlined(page: Parsed) -> Outlined:
    """Give what the site keeps at hand of a parsed page."""
    facts = page.facts
    known = None if facts is None else _outline(facts)
    outline = None if known is None else _ENCODER.encode(known)
    draft = facts is not None and facts.draft
    frame = None if known is None else _frame(known)
    return Outlined(
        page.path,
        outline,
        draft,
        page.diagnostics,
        page.unread,
        digest(outline or b"", page.unread),
        digest(frame, page.unread),
    )


def _outline(page: Facts) -> Outline:
    by_number = {hole.number: hole for hole in page.holes}
    shown = _page(page)
    return Outline(
        _head(page, shown),
        _ENCODER.encode(shown),
        _ENCODER.encode(_facts(page)),
        tuple(_defined(term, by_number) for term in page.terms),
        tuple(_own_works(page)),
    )


def _frame(page: Outline) -> tuple[object, ...]:
    """Give that by which the site is put together: an edit that leaves it moves nothing, and changes only what is shown."""
    head = page.head
    return (
        *(head.id, head.path, head.url, head.draft, head.chosen, head.parent, head.asks, head.doubt),
        *(head.tags, [alias.path for alias in head.aliases], head.companions, head.links),
        [
            (term.slug, term.name, term.also, [hole.name for hole in holes if isinstance(hole, TermHole)])
            for term, holes in ((defined.term, defined.holes) for defined in page.terms)
        ],
        [(work.id, work.data) for work in page.works],
    )


def _head(page: Facts, shown: Page) -> Head:
    places = {place_of(page, hole.target) for hole in page.holes if isinstance(hole, LinkHole)}
    return Head(
        **structs.asdict(shown),
        draft=page.draft,
        chosen=page.slug is not None,
        companions=tuple(companion.name for companion in page.companions),
        links=tuple(sorted(places - {""})),
        asks=page.asks,
        doubt=page.doubt,
    )


def _page(page: Facts) -> Page:
    return Page(
        id=page.id,
        path=page.path,
        url=page.url,
        kind=page.kind,
        title=page.title,
        dek=page.dek,
        kicker=page.kicker,
        published=page.published,
        updated=page.updated,
        tags=page.tags,
        aliases=page.aliases,
        parent=page.parent.name if page.parent else "",
    )


def _facts(page: Facts) -> Facts:
    """Give the facts of a page without what only its own text holds, and without what stands in registers of its own."""
    return structs.replace(
        page,
        terms=(),
        questions=(),
        citations=None,
        holes=(),
        places=(),
        article="",
        unmarked=(),
    )


def _defined(term: Term, holes: dict[int, Hole]) -> Defined:
    """Give a term whose holes are numbered anew: their numbers on the page change with every hole that its text gets."""
    kept: list[Hole] = []
    pieces: list[Piece] = []
    for piece in term.definition.pieces:
        match piece:
            case Gap(number):
                kept.append(structs.replace(holes[number], number=len(kept) + 1))
                pieces.append(Gap(len(kept)))
            case Words(_, text):
                pieces.append(Words(0, text))
            case _:
                pieces.append(piece)
    return Defined(structs.replace(term, definition=Prose(tuple(pieces)), holes=()), tuple(kept))


def _own_works(page: Facts) -> Iterator[OwnWork]:
    """Give the sources whose data the page brings."""
    for entry in page.citations or ():
        if entry.work is not None:
            yield OwnWork(entry.id, encode_work(entry.work), entry.span)
