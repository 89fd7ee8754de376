"""What fills every hole of every page, and the one value that each template sees."""

from collections.abc import Iterator, Mapping

from msgspec import Struct, structs

from citewell.core.diagnostic import Diagnostic
from citewell.core.memo import Memo
from citewell.core.model import (
    CiteHole,
    Facts,
    Hole,
    ImageHole,
    Line,
    LinkHole,
    MenuItem,
    Site,
    TermHole,
)
from citewell.core.view import (
    ArticleView,
    Chrome,
    Definition,
    Fill,
    GlossaryView,
    Link,
    Reference,
    SourceData,
    SourcesView,
    TermFill,
    TermUse,
    View,
)
from citewell.resolve.addresses import (
    GLOSSARY,
    SOURCES,
    sheet_url,
    tag_url,
    term_url,
)
from citewell.resolve.cards import card, name
from citewell.resolve.citations import Numbering, cite_faults, list_faults
from citewell.resolve.dates import dated
from citewell.resolve.excerpts import excerpt
from citewell.resolve.family import ancestors, links_meant, orphans
from citewell.resolve.glossary import definer, entry_faults, name_fault, term_faults, term_named, terms_meant
from citewell.resolve.links import fill_image, fill_link, page_of
from citewell.resolve.made import (
    glossary,
    home_link,
    home_page,
    listing_page,
    not_found_page,
    redirects,
    sheets,
    sources,
    tag_pages,
)
from citewell.resolve.unmarked import mark_faults

Uses = Mapping[str, tuple[TermUse, ...]]
"""Page id -> the uses of terms that were found in its running text."""


class Views(Struct, frozen=True):
    """The views of all pages, and what is wrong with what they refer to."""

    views: tuple[View, ...]
    diagnostics: tuple[Diagnostic, ...]


class _Shared(Struct, frozen=True):
    """What the pages of a site have in common."""

    chrome: Chrome
    definitions: dict[str, Definition]  # by slug, as the pages that use a term show it


class _Own(Struct, frozen=True):
    """What a page's own text comes to, and what it says of others."""

    fills: dict[int, Fill]
    uses: tuple[TermUse, ...]
    references: tuple[Reference, ...]
    source_data: tuple[SourceData, ...]
    first_marks: dict[str, str]  # id of a source -> anchor of the first mark
    used: tuple[str, ...]  # slugs of the terms in its text or linked by name, A to Z
    targets: tuple[str, ...]  # ids of the pages that it links to
    pages_meant: frozenset[str | None]
    terms_meant: frozenset[str | None]
    faults: tuple[Diagnostic, ...]


def resolve(site: Site, pages: Mapping[str, Facts], uses: Uses, memo: Memo) -> Views:
    """Give the view of every page that the site has, those that it makes itself included."""
    shared = memo("shared", _shared, site)
    own = {id_: memo(("own", id_), _own, site, page, uses[id_]) for id_, page in pages.items()}
    backlinks = memo("backlinks", _backlinks, site, {id_: text.targets for id_, text in own.items()})
    articles = [
        memo(("article", id_), _article, site, shared, page, own[id_], backlinks.get(id_, ()))
        for id_, page in pages.items()
    ]
    users = memo("users", _users, site, {id_: text.used for id_, text in own.items()})
    last_number = {page.url: len(own[id_].references) for id_, page in pages.items()}
    first_marks = {id_: text.first_marks for id_, text in own.items()}
    lists: dict[str, GlossaryView | SourcesView] = {
        GLOSSARY: memo("glossary", glossary, site, users, last_number.get(GLOSSARY, 0)),
        SOURCES: memo("sources", sources, site, first_marks),
    }
    views = [
        *(_introducing(view, lists[view.url]) if view.url in lists else view for view in articles),
        memo("home", _home, site, shared.chrome),
        *(
            memo(url, _listing, site, shared.chrome, url, shown)
            for url, shown in lists.items()
            if url not in last_number
        ),
        *memo("made", _made, site, shared.chrome),
    ]
    used = frozenset(users).union(*(text.terms_meant for text in own.values()))
    faults = (
        *(fault for text in own.values() for fault in text.faults),
        *orphans(site, [text.pages_meant for text in own.values()]),
        *memo("terms", _term_faults, site, used),
    )
    return Views(tuple(views), faults)


def _shared(site: Site) -> _Shared:
    return _Shared(_chrome(site), _definitions(site))


def _own(site: Site, page: Facts, uses: tuple[TermUse, ...]) -> _Own:
    numbering = Numbering(site)
    faults = [*list_faults(site, page), *cite_faults(site, page), *mark_faults(site, page)]
    fills = {hole.number: _fill(site, page, hole, numbering, faults) for hole in page.holes}
    links = (hole for hole in page.holes if isinstance(hole, LinkHole))
    targets = {page_of(site, page, hole.target) for hole in links}
    return _Own(
        fills=fills,
        uses=uses,
        references=numbering.references(),
        source_data=numbering.source_data(),
        first_marks=numbering.first_marks(),
        used=_used(site, page, uses),
        targets=tuple(sorted(target for target in targets if target not in {None, page.id})),
        pages_meant=links_meant(site, page),
        terms_meant=terms_meant(site, page),
        faults=tuple(faults),
    )


def _article(
    site: Site,
    shared: _Shared,
    page: Facts,
    own: _Own,
    backlinks: tuple[Link, ...],
) -> View:
    lent = ArticleView(
        article=page.article,
        blocks=page.blocks,
        fills=own.fills,
        uses=own.uses,
        definitions=tuple(shared.definitions[slug] for slug in own.used),
        references=own.references,
        source_data=() if page.kind == "hub" else own.source_data,  # a hub tells none
        editors=site.config.editors,
        tags=tuple(Link(tag_url(tag), Line.of(tag)) for tag in page.tags),
        companions=_companions(site, page),
        backlinks=backlinks,
        children=_children(site, page),
        sheet=sheet_url(page, site.config),
        listing=None,
    )
    view = View(
        template="article.html",
        url=page.url,
        title=page.title,
        description=page.dek.text or page.title.text,
        breadcrumb=(home_link(shared.chrome), *(name(parent) for parent in ancestors(site, page))),
        chrome=shared.chrome,
        content=lent,
    )
    return dated(site, view)


def _home(site: Site, chrome: Chrome) -> View:
    return dated(site, home_page(site, chrome))


def _listing(site: Site, chrome: Chrome, url: str, shown: GlossaryView | SourcesView) -> View:
    return dated(site, listing_page(chrome, url, shown))


def _made(site: Site, chrome: Chrome) -> tuple[View, ...]:
    """Make the other pages that no file stands for."""
    made = (
        *sheets(site, chrome),
        not_found_page(site, chrome),
        *tag_pages(site, chrome),
        *redirects(site, chrome),
    )
    return tuple(dated(site, view) for view in made)


def _term_faults(site: Site, used: frozenset[str | None]) -> tuple[Diagnostic, ...]:
    return (*term_faults(site, used), *entry_faults(site))


def _fill(site: Site, page: Facts, hole: Hole, numbering: Numbering, faults: list[Diagnostic]) -> Fill:
    fault: Diagnostic | None = None
    fill: Fill
    match hole:
        case LinkHole():
            fill, fault = fill_link(site, page, hole)
        case ImageHole():
            fill, fault = fill_image(site, page, hole)
        case CiteHole():
            fill = numbering.fill(hole)
        case _:
            term = term_named(site, hole.name)
            fault = None if term or site.may_name(hole.name) else name_fault(site, hole)
            fill = TermFill(term.slug if term else "", hole.label)
    if fault:
        faults.append(fault)
    return fill


def _chrome(site: Site) -> Chrome:
    config = site.config
    return Chrome(
        title=config.title,
        language=config.language,
        root="/" + config.base_url.split("://", 1)[1].partition("/")[2],
        base_url=config.base_url,
        organisation=config.organisation,
        licence=config.licence,
        navigation=tuple(_menu(site, config.navigation)),
        trust=tuple(_menu(site, config.trust)),
        assets=site.theme_assets,
        integrity=site.integrity,
        cards="cards" not in config.leave_out,
        search="search" not in config.leave_out,
    )


def _menu(site: Site, items: tuple[MenuItem, ...]) -> Iterator[Link]:
    for item in items:
        url = site.pages[item.page].url if item.page in site.pages else item.path.lstrip("/")
        yield Link(url, Line.of(item.label))


def _companions(site: Site, page: Facts) -> tuple[Link, ...]:
    known = (ref for ref in page.companions if ref.name in site.pages)
    return tuple(card(site.pages[ref.name], ref.because) for ref in known)


def _children(site: Site, page: Facts) -> tuple[Link, ...]:
    """Give the pages below this one. Only a hub shows them; other pages name their addresses to machines."""
    children = (site.pages[child] for child in site.children.get(page.id, ()))
    return tuple(card(child) if page.kind == "hub" else Link(child.url, Line()) for child in children)


def _introducing(view: View, listing: GlossaryView | SourcesView) -> View:
    """Put a list on the page that has its address."""
    template = f"article-{view.url.strip('/')}.html"
    return structs.replace(view, template=template, content=structs.replace(view.content, listing=listing))


def _backlinks(site: Site, targets: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[Link, ...]]:
    """Give for each page those that link to it."""
    found: dict[str, list[Link]] = {}
    for source, led_to in targets.items():
        link = name(site.pages[source])
        for target in led_to:
            found.setdefault(target, []).append(link)
    return {target: tuple(links) for target, links in found.items()}


def _used(site: Site, page: Facts, uses: tuple[TermUse, ...]) -> tuple[str, ...]:
    """Give the terms that a page uses, in its text or by name, A to Z."""
    named = {
        term.slug
        for hole in page.holes
        if isinstance(hole, TermHole) and (term := term_named(site, hole.name))
    }
    return tuple(sorted(named | {use.slug for use in uses}))


def _definitions(site: Site) -> dict[str, Definition]:
    """Give every term by slug, as the pages that use it show it."""
    return {
        term.slug: Definition(
            term.slug, term.name, excerpt(site, definer(site, term), term.definition), term_url(term.slug)
        )
        for term in site.terms.values()
    }


def _users(site: Site, used: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[Link, ...]]:
    """Give for each term the pages that use it."""
    users: dict[str, list[Link]] = {}
    for id_, slugs in used.items():
        link = name(site.pages[id_])
        for slug in slugs:
            users.setdefault(slug, []).append(link)
    return {slug: tuple(links) for slug, links in users.items()}
