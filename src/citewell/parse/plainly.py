"""Blocks in their plainest style to markup with marks."""

from markdown_it.common.utils import escapeHtml

from citewell.core.diagnostic import Span
from citewell.core.model import Heading, Line, Section
from citewell.parse.collector import Collector
from citewell.parse.marks import Marks, apostrophes
from citewell.parse.markup import TABLE, bare_tag, cell_tag, sanitised, tag_with
from citewell.parse.plain import Plain
from citewell.parse.spans import Locate, Paragraphs

_PARAGRAPH, _PARAGRAPH_ENDS = bare_tag("p", ends=False), bare_tag("p", ends=True)
_ITEM, _ITEM_ENDS = bare_tag("li", ends=False), bare_tag("li", ends=True)
_ROW, _ROW_ENDS = bare_tag("tr", ends=False), bare_tag("tr", ends=True)


class PlainReader(Marks):
    """Reads blocks in their plainest style, and knows which headings stand above."""

    def __init__(self, page: Collector, paragraphs: Paragraphs, locate: Locate) -> None:
        super().__init__(page, paragraphs)
        self.locate = locate
        self.level = 1  # of the heading above
        self.strands = 0
        self.raw = False  # whether raw HTML stands there

    def block(self, block: Plain) -> str:
        """Give the markup of a block."""
        match block.type:
            case "plain_heading":
                return self._plain_heading(block)
            case "plain_list":
                return self._plain_list(block)
            case "plain_table":
                return self._plain_table(block)
        row, text, parts = block.texts[0]
        return f"{_PARAGRAPH}{self.plain(text, parts, row)}{_PARAGRAPH_ENDS}\n"

    def _plain_heading(self, heading: Plain) -> str:
        row, text, parts = heading.texts[0]
        level, span = int(heading.tag[1]), self.paragraphs.enter(row, text)(0, len(text))
        self.tell_level(level, text, span)
        words = apostrophes(text) if parts else text
        anchor = self.page.new_anchor(words, span)
        self.strands = self.strands if level > 3 else 0  # noqa: PLR2004 -- the level of strands
        html = escapeHtml(words)
        markup = f"{tag_with(heading.tag, 'id', anchor)}{html}{bare_tag(heading.tag, ends=True)}\n"
        html = sanitised(html, self.page.html) if self.raw else html
        self.page.headings.append(Heading(level, anchor, Line(html, words)))
        return f"{self.mark(Section())}{markup}" if level == 2 else markup  # noqa: PLR2004

    def _plain_list(self, block: Plain) -> str:
        attributes = [tag_with(block.tag, name, str(value)) for name, value in block.attrs.items()]
        made = [*(attributes or [bare_tag(block.tag, ends=False)]), "\n"]
        for row, text, parts in block.texts:
            lead = str(parts[0]["strong"]).rstrip(".:?! ") if text.startswith("**") else ""
            if lead:  # it has an address of its own
                made.append(tag_with("li", "id", self.page.new_anchor(lead, self.locate(row, 0, len(lead)))))
            else:
                made.append(_ITEM)
            made += self.plain(text, parts, row), _ITEM_ENDS, "\n"
        return "".join([*made, bare_tag(block.tag, ends=True), "\n"])

    def _plain_table(self, table: Plain) -> str:
        sides = table.meta["sides"]
        width = len(sides)
        rows = [table.texts[at : at + width] for at in range(0, len(table.texts), width)]
        made = [TABLE]
        for part, name, its in (("thead", "th", rows[:1]), ("tbody", "td", rows[1:])):
            if its:
                made += bare_tag(part, ends=False), "\n"
                for row in its:
                    made += _ROW, "\n"
                    for side, (line, text, parts) in zip(sides, row, strict=True):
                        inner = self.plain(text, parts, line) if text else ""
                        made += cell_tag(name, side), inner, bare_tag(name, ends=True), "\n"
                    made += _ROW_ENDS, "\n"
                made += bare_tag(part, ends=True), "\n"
        return "".join([*made, bare_tag("table", ends=True), "\n"])

    def tell_level(self, level: int, text: str, span: Span) -> None:
        """Tell a heading whose level does not follow from that of the heading above, and note its level."""
        if level == 1 or level > self.level + 1:
            wanted = "##" if level == 1 else "#" * (self.level + 1)
            why = (
                "level 1 is the page's title"
                if level == 1
                else f"the {'title' if self.level == 1 else 'heading'} above it has level {self.level}"
            )
            self.page.tell(
                "headings/skipped-level",
                span,
                f"`{text}` is a heading of level {level}, and {why}",
                f"write `{wanted} {text}`",
            )
        self.level = max(level, 2)  # as it will be when it is mended
