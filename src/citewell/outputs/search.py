"""The index in which readers search: a script of one constant, which a page loads from a host or from a disk.

Its address holds no fingerprint: pages name it, and would all be made again with every edit of any text.
"""

from collections.abc import Iterator

from msgspec import json

from citewell.core.model import Article, PageIndex
from citewell.core.plugin import Output, Renderer
from citewell.core.view import Resolved

_OWN = {"page", "section"}


def _plan(resolved: Resolved) -> Iterator[tuple[str, tuple[PageIndex, ...]]]:
    if "search" not in resolved.site.config.leave_out:
        yield "search-index.js", tuple(_pages(resolved))


def _pages(resolved: Resolved) -> Iterator[PageIndex]:
    """Give every page. An entry that several pages have word for word, such as a term, is found on the first of them."""
    found: set[tuple[str, str, str]] = set()
    for page in resolved.index():
        words = {passage: (passage.kind, passage.name, passage.text) for passage in page.passages}
        yield PageIndex(
            page.url,
            tuple(passage for passage in words if passage.kind in _OWN or words[passage] not in found),
        )
        found |= set(words.values())


def _make(pages: tuple[PageIndex, ...], _article: Article | None, _renderer: Renderer) -> bytes:
    return b"const siteIndex = " + json.encode(pages) + b";\n"


OUTPUT = Output(name="search", plan=_plan, make=_make, of_texts=True)
