"""The site after an edit that changes what is shown of some pages, and nothing by which it is put together.

It is what `gather` would give. Only the entries of these pages are other ones, and their order below their parents; all other
registers are the very objects that they were, which whoever compares or keeps them sees at a glance.
"""

from bisect import insort
from collections.abc import Iterable

import msgspec
from msgspec import structs

from citewell.core.diagnostic import paths_of
from citewell.core.model import Head, Outline, Page, Site
from citewell.core.reads import EncodedRegister, Register
from citewell.resolve.family import in_order
from citewell.resolve.gather import Gathered

_OUTLINE = msgspec.msgpack.Decoder(Outline)
_ENCODER = msgspec.msgpack.Encoder()


def gather_again(former: Gathered, outlines: Iterable[bytes]) -> Gathered | None:
    """Give the site in which these outlines, encoded, stand in place of former ones that had the same frames.

    None where that cannot be told without `gather`: something is wrong with one of these pages as part of the site, or
    another page defines the same term.
    """
    pages = [_OUTLINE.decode(outline) for outline in outlines]
    if not paths_of(former.diagnostics).isdisjoint(page.head.path for page in pages):
        return None
    site = former.site
    published = {page.head.id: page for page in pages if not page.head.draft}
    terms = {defined.term.slug: defined for page in published.values() for defined in page.terms}
    if any(len(site.defined_by[slug]) > 1 for slug in terms):
        return None
    shown = site.pages.replaced({id_: page.page for id_, page in published.items()})
    return structs.replace(
        former,
        site=structs.replace(
            site,
            pages=shown,
            facts=site.facts.replaced({id_: page.facts for id_, page in published.items()}),
            drafts=site.drafts.replaced({page.head.id: page.facts for page in pages if page.head.draft}),
            terms=site.terms.replaced({slug: _ENCODER.encode(term) for slug, term in terms.items()}),
            children=_children(site, shown, [page.head for page in published.values()]),
        ),
    )


def _children(site: Site, shown: EncodedRegister[Page], heads: Iterable[Head]) -> Register[tuple[str, ...]]:
    """Give the children of each parent, of which these may have other places."""
    moved: dict[str, list[str]] = {}
    for head in heads:
        if in_order(head) != in_order(site.pages[head.id]):
            moved.setdefault(head.parent if head.parent in site.pages else "", []).append(head.id)
    if not moved:
        return site.children
    children = dict(site.children.as_held())
    for parent, ids in moved.items():
        below = [child for child in children[parent] if child not in ids]
        for child in ids:
            insort(below, child, key=lambda child: in_order(shown[child]))
        children[parent] = tuple(below)
    return Register("children", children)
