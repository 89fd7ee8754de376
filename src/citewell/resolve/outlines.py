"""What a page shows to others: an edit that changes no outline can change no other page."""

from msgspec import structs

from citewell.core.model import Facts, Gap, Hole, Piece, Prose, Words


def outline(page: Facts) -> Facts:
    """Give the facts of a page without what only its own text holds: only the holes of definitions and questions are left.

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
    questions = tuple(
        structs.replace(question, about=numbered(question.about), ask=numbered(question.ask))
        for question in page.questions
    )
    return structs.replace(
        page,
        terms=tuple(terms),
        questions=questions,
        holes=tuple(kept),
        passages=(),
        places=(),
        article="",
        unmarked=(),
    )
