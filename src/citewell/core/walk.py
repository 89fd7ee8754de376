"""The reading order of a page: its body with the blocks where they stand, then the blocks that the layout places."""

from citewell.core.model import Article, Many, Piece, Prose, Record, Section, Slot, Value


def pieces_in_order(article: Article) -> list[Piece]:
    """Give every piece of a page but slots, in the order in which a reader meets them."""
    found: list[Piece] = []
    _take(article, article.body, found)
    for index in article.unplaced:
        found.append(Section())
        _take(article, article.blocks[index].data, found)
    return found


def _take(article: Article, value: Value, found: list[Piece]) -> None:
    """Add every piece inside of a value: prose, or a block's data."""
    # There are hundreds of them, and `isinstance` takes five times as long to say no.
    if type(value) is Prose:
        if Slot not in map(type, value.pieces):
            found += value.pieces
            return
        for piece in value.pieces:
            if isinstance(piece, Slot):
                _take(article, article.blocks[piece.block].data, found)
            else:
                found.append(piece)
    elif type(value) is Record:
        for field in value.fields.values():
            _take(article, field, found)
    elif type(value) is Many:
        for item in value.items:
            _take(article, item, found)


def entries_of(data: Record) -> tuple[Record, ...]:
    """Give the entries of a block, which its numbered ids count: the items of its first list of records."""
    for field in data.fields.values():
        if isinstance(field, Many):
            entries = tuple(item for item in field.items if isinstance(item, Record))
            if entries:
                return entries
    return ()
