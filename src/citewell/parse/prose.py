"""Markdown to pieces with typed holes: tokenised and rendered once, here, and never again."""

from markdown_it.token import Token

from citewell.core.diagnostic import Related
from citewell.core.model import Prose, Words
from citewell.parse.collector import Collector
from citewell.parse.marks import Marks
from citewell.parse.plain import parts_of
from citewell.parse.spans import Locate, Paragraphs
from citewell.parse.syntax import markdown
from citewell.parse.tokens import TokenReader, heading_attributes

_DEEPEST = 20  # lists, quotes and blocks inside each other; markdown-it itself goes deeper (see `markdown`)
_CONTAINERS = ("blockquote_", "list_item_", "dd_", "directive_")


class Reader(Collector):
    """Reads all prose of one page."""

    def body(self, text: str, locate: Locate) -> Prose:
        """Read the body of the page."""
        tokens = _tokens(text, self, locate)
        self._reserve_ids(tokens, locate)
        return TokenReader(self, Paragraphs(text.split("\n"), locate), locate).prose(tokens)

    def text(self, text: str, locate: Locate, *, paragraphs: bool) -> Prose:
        """Read a text of the front matter: inline, or several paragraphs where blank lines part them."""
        inline = text.strip("\n")
        parts = parts_of(markdown(notes=False))(inline) if text.strip() else None
        if parts is not None and not parts:
            self.words += 1
            return Prose((Words(self.words, inline),))
        above = len(text) - len(text.lstrip("\n"))
        if paragraphs and "\n\n" in inline.strip():
            tokens = _tokens(text, self, locate, notes=False)
        elif parts is not None:
            marks = Marks(self, Paragraphs(text.split("\n"), locate))
            return marks.unmarked(marks.plain(inline, parts, above))
        else:
            tokens = markdown(notes=False).parseInline(inline)
            tokens[0].map = [above, above + 1]
        return TokenReader(self, Paragraphs(text.split("\n"), locate), locate).prose(tokens)

    def _reserve_ids(self, tokens: list[Token], locate: Locate) -> None:
        """Take the ids that editors chose before any is made from words, so that theirs never change."""
        for token in tokens:
            attributes = (
                heading_attributes(str(token.meta.get("attributes", "")))
                if token.type == "heading_open"
                else None
            )
            chosen = attributes.get("id") if attributes else None
            if not chosen or not token.map:
                continue
            column = len(token.markup) + 1 + int(token.meta["at"])
            span = locate(token.map[0], column, len(chosen) + 1)
            if self.is_reserved(chosen):
                self.tell(
                    "headings/same-id",
                    span,
                    f"ids like `{chosen}` are made by the page itself",
                    f"choose another id, such as `section-{chosen}`",
                )
            elif chosen in self.anchors:
                self.tell(
                    "headings/same-id",
                    span,
                    f"two headings have the id `{chosen}`",
                    "give one of them another id",
                    Related(self.anchors[chosen], "the first one is here"),
                )
            self.anchors[chosen] = span


def _tokens(text: str, reader: Reader, locate: Locate, *, notes: bool = True) -> list[Token]:
    tokens = markdown(notes=notes).parse(text)
    if all(token.level < _DEEPEST for token in tokens):
        return tokens
    lines, depth = text.split("\n"), 0
    for token in tokens:
        depth += token.nesting if token.type.startswith(_CONTAINERS) else 0
        if depth > _DEEPEST and token.map:
            reader.tell(
                "text/too-deep",
                locate(token.map[0], len(lines[token.map[0]]) - len(lines[token.map[0]].lstrip()), 1),
                f"lists, quotes or blocks are nested more than {_DEEPEST} levels deep here",
                "bring this part out of what it stands in",
            )
            return []
    return tokens
