"""The reading order of a page: its body with the blocks where they stand, then the blocks that the layout places."""

from collections.abc import Iterator

from citewell.core.model import Article, Many, Piece, Prose, Record, Section, Slot, Value


def pieces_in_order(article: Article) -> Iterator[Piece]:
    """Give every piece of a page but slots, in the order in which a reader meets them."""
    yield from _prose(article, article.body)
    for index in article.unplaced:
        yield Section()
        yield from pieces_of(article, article.blocks[index].data)


def pieces_of(article: Article, value: Value) -> Iterator[Piece]:
    """Give every piece inside a block's data."""
    match value:
        case Prose():
            yield from _prose(article, value)
        case Record():
            for field in value.fields.values():
                yield from pieces_of(article, field)
        case Many():
            for item in value.items:
                yield from pieces_of(article, item)


def entries_of(data: Record) -> tuple[Record, ...]:
    """Give the entries of a block, which its numbered ids count: the items of its first list of records."""
    for field in data.fields.values():
        if isinstance(field, Many):
            entries = tuple(item for item in field.items if isinstance(item, Record))
            if entries:
                return entries
    return ()


def _prose(article: Article, prose: Prose) -> Iterator[Piece]:
    for piece in prose.pieces:
        if isinstance(piece, Slot):
            yield from pieces_of(article, article.blocks[piece.block].data)
        else:
            yield piece
