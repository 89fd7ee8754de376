"""Where a thing is defined, and everything that names it."""

from collections.abc import Callable, Iterator

from msgspec import structs

from citewell.core.diagnostic import Span
from citewell.lsp.known import Known
from citewell.lsp.mentions import mentions
from citewell.lsp.places import (
    HeadingNamed,
    ImageNamed,
    PageNamed,
    SourceNamed,
    TermMeant,
    Thing,
    Use,
    exact_span,
    uses_in,
)
from citewell.lsp.positions import Text

Texts = Callable[[str], Text]
"""The text of a file by its path."""


def definition(known: Known, thing: Thing) -> Span | None:
    """Give the place that says what a thing is: its record, its definition, its page, its heading, its file."""
    match thing:
        case SourceNamed(key):
            entry = known.source(key)
            return entry.span if entry else None
        case TermMeant(slug):
            return known.site.terms[slug].term.span if slug in known.site.terms else None
        case PageNamed(path):
            return known.pages[path].span if path in known.pages else None
        case HeadingNamed(path, anchor):
            return _heading(known, path, anchor)
        case ImageNamed(path):
            return Span(path) if path in known.site.images else None


def _heading(known: Known, path: str, anchor: str) -> Span | None:
    page = known.pages.get(path)
    if page is None or anchor not in page.anchors:
        return None
    places = dict(page.places)
    if anchor in places:
        return places[anchor]
    # An entry of a numbered block, such as `step-3`: its block.
    word = anchor.rpartition("-")[0]
    block = next((block.name for block in known.blocks if block.numbered == word), "")
    return places.get(block, page.span)


def uses(known: Known, thing: Thing, texts: Texts) -> Iterator[Use]:
    """Give every place that names a thing, with the span of the name alone. A place that several links share comes once."""
    seen = set()
    libraries = {entry.span.path for entry in known.entries.values()}
    for path in (*known.pages, "site.yaml", *sorted(libraries)):
        for use in uses_in(known, path):
            if use.thing == thing:
                span = exact_span(use, texts(path)) if use.address else use.span
                if span not in seen:
                    seen.add(span)
                    yield structs.replace(use, span=span)


def mentioned(known: Known, thing: Thing, texts: Texts) -> Iterator[Use]:
    """Give every place where running text uses a term."""
    if isinstance(thing, TermMeant):
        yield from (Use(thing, span, "word") for span in mentions(known, thing.slug, texts))
