"""The reading order of a page: its body with the blocks where they stand, then the blocks that the layout places."""

from collections.abc import Iterator

from citewell.core.model import Article, Many, Piece, Prose, Record, Section, Slot, Value


def pieces_in_order(article: Article) -> Iterator[Piece]:
    """Give every piece of a page but slots, in the order in which a reader meets them."""
    pieces: list[Piece] = []
    _collect(article, article.body, pieces)
    for index in article.unplaced:
        pieces.append(Section())
        _collect(article, article.blocks[index].data, pieces)
    return iter(pieces)


def _collect(article: Article, value: Value, pieces: list[Piece]) -> None:
    # There are hundreds of them, and `isinstance` takes five times as long to say no.
    if type(value) is Prose:
        for piece in value.pieces:
            if type(piece) is Slot:
                _collect(article, article.blocks[piece.block].data, pieces)
            else:
                pieces.append(piece)
    elif type(value) is Record:
        for field in value.fields.values():
            _collect(article, field, pieces)
    elif type(value) is Many:
        for item in value.items:
            _collect(article, item, pieces)


def entries_of(data: Record) -> tuple[Record, ...]:
    """Give the entries of a block, which its numbered ids count: the items of its first list of records."""
    for field in data.fields.values():
        if isinstance(field, Many):
            entries = tuple(item for item in field.items if isinstance(item, Record))
            if entries:
                return entries
    return ()
