"""Parents, children and companions: the family of pages."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from citewell.core.diagnostic import Diagnostic, Edit, Related, edit, meant, nearest
from citewell.core.model import Facts, Head, Page, PageRef, Site
from citewell.core.once import once
from citewell.core.view import Branch
from citewell.resolve.addresses import lists
from citewell.resolve.cards import card
from citewell.resolve.links import page_at, page_meant, page_name

_PLAIN = re.compile(r"\w[\w.-]*")
_DEEPEST = 20  # levels of pages below a topmost one; a reader loses the way long before
_KINDS = ("hub", "article", "guide", "policy")


def children_of(pages: Mapping[str, Head]) -> dict[str, tuple[str, ...]]:
    """Give for each parent its children, and for no name the topmost pages: by kind, then by title."""
    children: dict[str, list[Head]] = {}
    for page in pages.values():
        children.setdefault(page.parent if page.parent in pages else "", []).append(page)
    return {
        parent: tuple(page.id for page in sorted(below, key=in_order)) for parent, below in children.items()
    }


def in_order(page: Page) -> tuple[int, str, str]:
    """Give that by which the children of a page are sorted."""
    return _KINDS.index(page.kind), page.title.text.casefold(), page.id


def ancestors(site: Site, page: Facts) -> tuple[Page, ...]:
    """Give the pages above a page, the topmost first; a circle is followed once."""
    line = [page.id]
    above = page.parent.name if page.parent else ""
    while above in site.pages and above not in line and len(line) <= _DEEPEST:
        line.append(above)
        above = site.pages[above].parent
    return tuple(site.pages[name] for name in reversed(line[1:]))


def family(site: Site) -> tuple[Branch, ...]:
    """Give the map of the site: pages without a parent, each with its children."""
    return tuple(_branch(site, site.pages[root]) for root in site.children.get("", ()))


def _branch(site: Site, page: Page, level: int = 0) -> Branch:
    children = site.children.get(page.id, ()) if level < _DEEPEST else ()
    return Branch(card(page), tuple(_branch(site, site.pages[child], level + 1) for child in children))


def family_faults(site: Site, page: Facts) -> Iterator[Diagnostic]:
    """Find what is wrong with a page's own word on its family: unknown parents, unknown and one-way companions."""
    if page.parent:
        yield from _unknown(site, page, page.parent, "family/unknown-parent", "parent")
    for companion in page.companions:
        if companion.name == page.id:
            yield Diagnostic(
                "links/self",
                companion.span,
                "this page is named as its own companion",
                "delete this companion",
            )
            continue
        yield from _unknown(site, page, companion, "family/unknown-companion", "companion")
        other = site.facts.get(companion.name)
        if other and "companions" not in other.doubt and page.id not in _companions(site, other):
            yield _one_way(page, other, companion)


def _companions(site: Site, page: Facts) -> set[str | None]:
    """Give the pages that are named as companions. A misspelt name has been told: it stands for the page that was meant."""
    names = (companion.name for companion in page.companions)
    return {name if name in site.addresses else nearest(name, site.pages) for name in names}


def _unknown(site: Site, page: Facts, ref: PageRef, code: str, role: str) -> Iterator[Diagnostic]:
    if ref.name in site.addresses or site.is_unreadable(ref.name):
        return
    if ref.name in site.drafts:
        yield Diagnostic(
            "links/draft",
            ref.span,
            f"the {role} `{ref.name}` is a draft, which is not published",
            f"publish `{ref.name}` (delete `draft: true` there) or name another page",
        )
        return
    near, mend = page_near(site, ref.name, page.id)
    sure = meant(page_name(ref.name), _named(site))
    taken = {page.id} | {other.name for other in page.companions if role == "companion"}
    mended = edit(ref.place, sure) if sure == near and sure not in taken else None
    yield Diagnostic(code, ref.span, f"there is no page named `{ref.name}`", mend, edit=mended)


@once
def _named(site: Site) -> tuple[str, ...]:
    return (*site.pages, *site.drafts)


def page_near(site: Site, name: str, but: str | None = None) -> tuple[str | None, str]:
    """Give the page, other than `but`, that a name is most like, if there is one, and what to write in its place."""
    bare = page_name(name)
    if bare in site.pages:
        return bare, f"write `{bare}`"
    near = nearest(bare, site.pages, but)
    return (
        near,
        f"there is a page named `{near}`" if near else "write the name of a page's file without `.md`",
    )


def _one_way(page: Facts, other: Facts, companion: PageRef) -> Diagnostic:
    return Diagnostic(
        "family/one-way-companion",
        companion.span,
        f"`{companion.name}` does not name this page as its companion in return",
        f"add `- page: {page.id}` to the companions of `{other.path}`",
        (Related(other.span, "this is the other page"),),
        edit=_back(page, other),
    )


def _back(page: Facts, other: Facts) -> Edit | None:
    """Give the edit that names a page as a companion of the other; its name must need no quotes."""
    opening = other.opening
    if opening is None or not _PLAIN.fullmatch(page.id):
        return None
    return Edit(opening.span, f"{opening.before}{page.id}{opening.after}")


def circles(site: Site, pages: Mapping[str, Head]) -> Iterator[Diagnostic]:
    """Find circular parents."""
    order = {name: number for number, name in enumerate(pages)}
    passed: set[str] = set()
    for page in pages:
        line: list[str] = []
        name = page
        while name in pages and name not in passed:
            passed.add(name)
            line.append(name)
            name = pages[name].parent
        if name in line:
            circle = line[line.index(name) :]
            first = circle.index(min(circle, key=order.__getitem__))
            yield _circle(site, circle[first:] + circle[:first])


def _circle(site: Site, circle: list[str]) -> Diagnostic:
    at, *related = [ref.span for name in circle if (ref := site.facts[name].parent)]
    return Diagnostic(
        "family/circular-parent",
        at,
        f"the parents go round in a circle: {' → '.join([*circle, circle[0]])}",
        "delete one `parent:` of them",
        tuple(Related(span, "and this one") for span in related),
    )


def too_deep(site: Site) -> Iterator[Diagnostic]:
    """Find the pages at which a branch of the family gets too long; what lies below them is not told as well."""
    level: Iterable[str] = site.children.get("", ())
    for _ in range(_DEEPEST + 1):
        level = [child for page in level for child in site.children.get(page, ())]
    for page in map(site.facts.__getitem__, level):
        if page.parent:
            yield Diagnostic(
                "family/too-deep",
                page.parent.span,
                f"`{page.id}` lies more than {_DEEPEST} levels below the topmost page",
                "name a parent that lies higher",
            )


class Links(Struct, frozen=True):
    """Where the links of all pages lead."""

    back: dict[
        str, tuple[str, ...]
    ]  # id of a page -> ids of the pages that link to it, in the order of their paths
    dead: tuple[tuple[str, str], ...]  # id of a page, and a place that it links to at which no page is


def follow(site: Site, pages: Mapping[str, Head]) -> Links:
    """See where the links of these pages lead."""
    back: dict[str, list[str]] = {}
    dead: list[tuple[str, str]] = []
    for page in pages.values():
        targets: set[str] = set()
        for place in page.links:
            target = page_at(site, place)
            if target is None:
                dead.append((page.id, place))
            elif target != page.id:
                targets.add(target)
        for target in targets:
            back.setdefault(target, []).append(page.id)
    return Links({target: tuple(sources) for target, sources in back.items()}, tuple(dead))


def orphans(site: Site, pages: Mapping[str, Head], links: Links) -> Iterator[Diagnostic]:
    """Find pages that nothing leads to. A link that is misspelt counts for the page that was meant."""
    named = {item.page for item in (*site.config.navigation, *site.config.trust)}
    for page in pages.values():
        named |= {page.parent, *page.companions}
    meant = ((page, page_meant(site, page, place)) for page, place in links.dead)
    reached: set[str | None] = {*links.back, *(target for page, target in meant if target != page)}
    # A misspelt name has been told; the page that was meant is not told as well.
    reached |= {name if name in pages else nearest(name, pages) for name in named - {""}}
    for page in pages.values():
        alone = page.id not in reached and not page.parent and page.url not in lists(site.config)
        if alone and len(pages) > 1 and "parent" not in page.doubt and not site.may_name(page.id):
            yield Diagnostic(
                "family/orphan",
                site.facts[page.id].span,
                f"no page leads to `{page.id}`, and it has no parent",
                "give it a `parent:`, or link to it from another page",
            )
