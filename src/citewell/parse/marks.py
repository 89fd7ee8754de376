"""Pieces in the making: each is kept aside, and a mark stands for it in the markup."""

from collections.abc import Callable

from markdown_it.common.utils import escapeHtml

from citewell.core.model import CiteHole, Gap, Hole, LinkHole, Piece, Prose, Words
from citewell.parse.citing import CiteReader
from citewell.parse.collector import Collector
from citewell.parse.markup import MARK, bare_tag, link_opening
from citewell.parse.plain import Part
from citewell.parse.spans import InText, Paragraphs

_STRONG, _STRONG_ENDS = bare_tag("strong", ends=False), bare_tag("strong", ends=True)
_CODE, _CODE_ENDS = bare_tag("code", ends=False), bare_tag("code", ends=True)
_LINK_ENDS = bare_tag("a", ends=True)


class Marks:
    """The pieces of one text, and the marks that stand for them."""

    def __init__(self, page: Collector, paragraphs: Paragraphs) -> None:
        self.page = page
        self.paragraphs = paragraphs
        self.pieces: list[Piece] = []

    def mark(self, piece: Piece) -> str:
        """Keep a piece and give its mark."""
        self.pieces.append(piece)
        return f"\0{len(self.pieces) - 1}\0"

    def words(self, text: str) -> str:
        """Give the mark of running text."""
        self.page.words += 1
        return self.mark(Words(self.page.words, text))

    def hole(self, make: Callable[[int], Hole]) -> str:
        """Make the page's next hole, and give the mark of its place."""
        number = len(self.page.holes) + 1
        self.page.holes[number] = make(number)
        return self.mark(Gap(number))

    def unmarked(self, markup: str) -> Prose:
        """Put the pieces back in the places of their marks."""
        parts: list[Piece] = [*MARK.split(markup)]
        parts[1::2] = map(self.pieces.__getitem__, map(int, parts[1::2]))  # type: ignore[arg-type]  # texts of digits
        return Prose(tuple(filter(None, parts)))

    # -- plain texts -----------------------------------------------------------------------------------------

    def plain(self, text: str, parts: list[Part], row: int) -> str:
        """Give the markup of a plain text that begins on that line."""
        if not parts:
            return self.words(text)
        place = self.paragraphs.enter(row, text)
        made, at = list[str](), 0
        for part in parts:
            start, end = part.span()
            if end - start == 1:  # an apostrophe, or the end of a line
                continue
            if at < start:
                made.append(self._between(text[at:start]))
            made += self._more(part, place)
            at = end
        if at < len(text):
            made.append(self._between(text[at:]))
        return "".join(made)

    def _between(self, text: str) -> str:
        return self.words(apostrophes(text)) if text.strip() else text

    def _more(self, part: Part, place: InText) -> tuple[str, ...]:
        """Give the markup of a part that is more than words."""
        start, end = part.span()
        match part.lastgroup:
            case "strong":
                return _STRONG, self.words(part["strong"]), _STRONG_ENDS
            case "cite":
                items = tuple(CiteReader(part["cite"], start + 1, place, self.page).items())
                return (self.hole(lambda number: CiteHole(number, items)),)
            case "code":
                return _CODE, escapeHtml(part["code"]), _CODE_ENDS
        span, target = place(start, end - start), part["target"]
        at = place(part.start("target"), len(target))
        exact = at if at.length == len(target) else None
        gap = self.hole(lambda number: LinkHole(number, target, span, exact))
        return link_opening(gap, ""), escapeHtml(part["label"]), _LINK_ENDS


def apostrophes(text: str) -> str:
    """Set those between letters."""
    return text.replace("'", "\u2019") if "'" in text else text
