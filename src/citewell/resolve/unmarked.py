"""Sources that were plainly meant and are not cited, because a sign of the mark is missing or another."""

from collections.abc import Collection, Iterator

from citewell.core.diagnostic import Diagnostic, edit
from citewell.core.model import CiteHole, CiteItem, Facts, Site, Unmarked


def keys_meant(page: Facts) -> Iterator[str]:
    """Give the keys that are cited on a page, rightly or by a slip that has been told."""
    for found in page.unmarked:
        yield from found.keys
    for item in _items(page):
        yield item.key
        yield from _names(item.locator)


def mark_faults(site: Site, page: Facts) -> Iterator[Diagnostic]:
    """Find sources behind a comma, without their `@`, or outside of square brackets."""
    listed = {entry.id for entry in page.citations or ()}

    def is_source(key: str) -> bool:
        return key in site.works or key in listed

    for item in _items(page):
        if not item.signed:
            yield _unsigned(item, known=is_source(item.key))
        sources = dict.fromkeys(name for name in _names(item.locator) if is_source(name))
        if sources:
            yield _behind_comma(item, sources)
    for found in page.unmarked:
        if found.text and all(map(is_source, found.keys)):
            yield _outside(found)


def _items(page: Facts) -> Iterator[CiteItem]:
    return (item for hole in page.holes if isinstance(hole, CiteHole) for item in hole.items)


def _names(locator: str) -> list[str]:
    """Give the parts of a locator that may name sources. A mere number is a page."""
    if not locator:
        return []  # as nearly all marks have it
    return [name for name in map(str.strip, locator.split(",")) if name and not name.isdigit()]


def _unsigned(item: CiteItem, *, known: bool) -> Diagnostic:
    exact = item.span if known and item.span.length == len(item.key) else None
    return Diagnostic(
        "citations/unreadable",
        item.span,
        f"`{item.key}` is not a citation",
        f"put `@` before `{item.key}`"
        if known
        else f"put `@` before the key of a source; a place in a source stands behind a comma: `[@key, {item.key}]`",
        edit=edit(exact, f"@{item.key}"),
    )


def _behind_comma(item: CiteItem, sources: Collection[str]) -> Diagnostic:
    parts = [part.strip() for part in item.locator.split(",")]
    wanted = "".join(f"; @{part}" if part in sources else f", {part}" for part in parts)
    return Diagnostic(
        "citations/unreadable",
        item.apart or item.span,
        f"`, {item.locator}` is read as a place in `{item.key}`, and there is a source named `{next(iter(sources))}`",
        f"write a semicolon and an `@` before a source: `[@{item.key}{wanted}]`",
        edit=edit(item.apart, wanted),
    )


def _outside(found: Unmarked) -> Diagnostic:
    mark = "[" + "; ".join(f"@{key}" for key in found.keys) + "]"
    return Diagnostic(
        "citations/unreadable",
        found.span,
        f"`{found.text}` is not a citation, and readers would see its signs",
        f"write `{mark}`; a backslash in front of it keeps it as it is",
        edit=edit(found.place, mark),
    )
