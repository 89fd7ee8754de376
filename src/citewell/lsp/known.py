"""What is known of a site while its files are being typed: the last check, and of what is broken now the last that was sound."""

from collections import ChainMap
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from msgspec import Struct

from citewell.core.codes import CODES
from citewell.core.diagnostic import Code, Diagnostic, Span
from citewell.core.model import Citation, Facts, Passage, Site
from citewell.core.plugin import Block
from citewell.lsp.positions import Text
from citewell.parse.article import page_shape
from citewell.parse.schema import SiteShape
from citewell.parse.source_shape import CslShape

T = TypeVar("T")

LIBRARIES = frozenset({"sources.json", "sources.yaml", "sources.yml"})


class Known(Struct, frozen=True):
    """A site as an editor may ask about it. Paths are those of spans."""

    site: Site
    pages: Mapping[str, Facts]  # by path; of a page that cannot be read now, what it was before
    passages: Mapping[str, tuple[Passage, ...]]  # of the same
    entries: dict[str, Citation]  # of the shared libraries, by id
    diagnostics: tuple[Diagnostic, ...]
    blocks: tuple[Block, ...]

    def names(self, path: str) -> dict[str, str]:
        """Give what the headings and entries of a page say, by anchor."""
        return {passage.anchor: passage.name for passage in self.passages[path]}

    @property
    def codes(self) -> dict[str, Code]:
        """Every code of a diagnostic."""
        return CODES | {code.name: code for block in self.blocks for code in block.codes}

    def page(self, name: str) -> Facts | None:
        """Give a page by its file's name without `.md`, a draft too: in full, since a site holds outlines."""
        outline = self.site.pages.get(name) or self.site.drafts.get(name)
        return None if outline is None else self.pages.get(outline.path)

    def source(self, key: str) -> Citation | None:
        """Give the record of a source: of the library, or the first page that brings it."""
        listed = (entry for page in self.pages.values() for entry in page.citations or () if entry.work)
        return self.entries.get(key) or next((entry for entry in listed if entry.id == key), None)


class Cursor(Struct, frozen=True):
    """A place in a content file, line and column counted from 0."""

    path: str
    text: Text
    row: int
    column: int

    @property
    def line(self) -> str:
        """The whole line."""
        return self.text.line(self.row)

    @property
    def before(self) -> str:
        """The line up to the place."""
        return self.line[: self.column]

    @property
    def matter(self) -> range:
        """The lines of the file that hold keys."""
        return matter_of(self.path, self.text.lines)

    def in_file(self, start: int, length: int) -> Span:
        """Give the span of a stretch of the line; the column counts from 0."""
        return Span(self.path, self.row + 1, start + 1, length)


def with_former(pages: Mapping[str, T], former: Mapping[str, T], site: Site) -> Mapping[str, T]:
    """Give what is known of pages, and for each that cannot be read now what was known of it before."""
    gone = {path: former[path] for path in site.unreadable if path in former}
    return ChainMap(cast("dict[str, T]", pages), gone)  # which reads a page when it is asked for


def shape_of(path: str, blocks: tuple[Block, ...]) -> Any:  # noqa: ANN401 -- an annotation
    """Give the shape of a file's keys: of the front matter, the settings, or the library; None for other files."""
    if path.endswith(".md"):
        return page_shape(blocks)
    if path == "site.yaml":
        return SiteShape
    return list[CslShape] if path in LIBRARIES else None  # type: ignore[valid-type]


def matter_of(path: str, lines: list[str]) -> range:
    """Give the lines, from 0, that hold keys: all of a settings file, those between the fences of a page."""
    if not path.endswith(".md"):
        return range(len(lines))
    if not lines or lines[0].rstrip() != "---":
        return range(0)
    closing = (at for at, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."})
    return range(1, next(closing, len(lines)))
