"""What is found while the prose of one page is read: holes, blocks, headings, anchors, and faults."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from unicodedata import normalize

from citewell.core.diagnostic import Diagnostic, Edit, Related, Span
from citewell.core.model import BlockData, Heading, Hole, Unmarked
from citewell.core.plugin import Block


@dataclass
class Collector:
    """Numbers the holes and words of a page, and keeps what is found on the way."""

    path: str
    blocks: dict[str, Block]
    html: frozenset[str] = frozenset()
    holes: dict[int, Hole] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    placed: list[BlockData] = field(default_factory=list)  # what directives place, by slot
    places: dict[str, Span] = field(default_factory=dict)  # name of a front-matter block -> its directive
    headings: list[Heading] = field(default_factory=list)
    anchors: dict[str, Span] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)  # the last one put behind an anchor that was taken
    unmarked: list[Unmarked] = field(default_factory=list)
    words: int = 0
    tags: set[str] = field(default_factory=set)  # raw HTML that was told: its end tags are not told again

    def tell(
        self, code: str, span: Span, message: str, mend: str, *related: Related, edit: Edit | None = None
    ) -> None:
        """Note a diagnostic."""
        self.found.append(Diagnostic(code, span, message, mend, related, edit=edit))

    def is_reserved(self, anchor: str) -> bool:
        """Tell whether the page makes ids of this form itself: `step-3`, `s12`, `c4-1`, `fn1`, `def-cargo`, `page-main`."""
        return self._reserved.fullmatch(anchor) is not None

    @cached_property
    def _reserved(self) -> re.Pattern[str]:
        prefixes = "|".join(block.numbered for block in self.blocks.values() if block.numbered)
        return re.compile(rf"({prefixes})-\d+|s\d+|c\d+-\d+|fn(ref)?\d+|(def|page)-.+")

    def new_anchor(self, words: str, span: Span) -> str:
        """Give an id made of the words, and make it this page's own."""
        base = slugify(words)
        if self.is_reserved(base):
            base = f"section-{base}"
        anchor, number = base, self.numbers.get(base, 1)
        while anchor in self.anchors:
            number += 1
            anchor = f"{base}-{number}"
        self.numbers[base] = number
        self.anchors[anchor] = span
        return anchor


_NO_WORD = re.compile(r"[\W_]+")


def slugify(words: str) -> str:
    """Make an id of words: lower case, letters and digits of any script, hyphens between."""
    if not words.isascii():
        words = normalize("NFC", words)
    return _NO_WORD.sub("-", words.lower()).strip("-") or "section"
