"""What fills every hole of every page, and the one value that each template sees."""

from collections.abc import Iterator, Mapping

from msgspec import Struct, structs

from citewell.core.diagnostic import Diagnostic
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
from citewell.resolve.family import ancestors
from citewell.resolve.glossary import definer, entry_faults, name_fault, term_faults, term_named
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

Uses = Mapping[str, tuple[TermUse, ...]]
"""Page id -> the uses of terms that were found in its running text."""


class Views(Struct, frozen=True):
    """The views of all pages, and what is wrong with what they refer to."""

    views: tuple[View, ...]
    diagnostics: tuple[Diagnostic, ...]


def resolve(site: Site, uses: Uses) -> Views:
    """Give the view of every page that the site has, those that it makes itself included."""
    chrome = _chrome(site)
    faults: list[Diagnostic] = []
    backlinks = _backlinks(site)
    used = {page.id: _used(site, page, uses[page.id]) for page in site.pages.values()}
    definitions = _definitions(site)
    marks: dict[str, list[Link]] = {}
    last_number: dict[str, int] = {}
    articles: list[View] = []
    for page in site.pages.values():
        faults += [*list_faults(site, page), *cite_faults(site, page)]
        numbering = Numbering(site)
        fills = {hole.number: _fill(site, page, hole, numbering, faults) for hole in page.holes}
        for key, anchor in numbering.first_marks().items():
            marks.setdefault(key, []).append(name(page, f"#{anchor}"))
        references = numbering.references()
        last_number[page.url] = len(references)
        lent = ArticleView(
            article=page.article,
            blocks=page.blocks,
            fills=fills,
            uses=uses[page.id],
            definitions=tuple(definitions[slug] for slug in used[page.id]),
            references=references,
            source_data=() if page.kind == "hub" else numbering.source_data(),  # a hub tells none
            editors=site.config.editors,
            tags=tuple(Link(tag_url(tag), Line(tag, tag)) for tag in page.tags),
            companions=_companions(site, page),
            backlinks=backlinks.get(page.id, ()),
            children=_children(site, page),
            sheet=sheet_url(page),
            listing=None,
        )
        articles.append(_article(site, chrome, page, lent))
    users = _users(site, used)
    faults += [*term_faults(site, set(users)), *entry_faults(site)]
    lists: dict[str, GlossaryView | SourcesView] = {
        GLOSSARY: glossary(site, users, after=last_number.get(GLOSSARY, 0)),
        SOURCES: sources(site, marks),
    }
    introduced = {view.url for view in articles} & lists.keys()
    views = [
        *(_introducing(view, lists[view.url]) if view.url in introduced else view for view in articles),
        home_page(site, chrome),
        *(listing_page(chrome, url, shown) for url, shown in lists.items() if url not in introduced),
        *sheets(site, chrome),
        not_found_page(site, chrome),
        *tag_pages(site, chrome),
        *redirects(site, chrome),
    ]
    return Views(tuple(dated(site, views)), tuple(faults))


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
    )


def _menu(site: Site, items: tuple[MenuItem, ...]) -> Iterator[Link]:
    for item in items:
        url = site.pages[item.page].url if item.page in site.pages else item.path.lstrip("/")
        yield Link(url, Line(item.label, item.label))


def _companions(site: Site, page: Facts) -> tuple[Link, ...]:
    known = (ref for ref in page.companions if ref.name in site.pages)
    return tuple(card(site.pages[ref.name], ref.because) for ref in known)


def _children(site: Site, page: Facts) -> tuple[Link, ...]:
    """Give the pages below this one. Only a hub shows them; other pages name their addresses to machines."""
    children = (site.pages[child] for child in site.children.get(page.id, ()))
    return tuple(card(child) if page.kind == "hub" else Link(child.url, Line()) for child in children)


def _article(site: Site, chrome: Chrome, page: Facts, lent: ArticleView) -> View:
    return View(
        template="article.html",
        url=page.url,
        title=page.title,
        description=page.dek.text or page.title.text,
        breadcrumb=(home_link(chrome), *(name(parent) for parent in ancestors(site, page))),
        chrome=chrome,
        content=lent,
    )


def _introducing(view: View, listing: GlossaryView | SourcesView) -> View:
    """Put a list on the page that has its address."""
    template = f"article-{view.url.strip('/')}.html"
    return structs.replace(view, template=template, content=structs.replace(view.content, listing=listing))


def _backlinks(site: Site) -> dict[str, tuple[Link, ...]]:
    found: dict[str, dict[str, Link]] = {}
    for page in site.pages.values():
        targets = {page_of(site, page, hole.target) for hole in page.holes if isinstance(hole, LinkHole)}
        for target in sorted(targets - {None, page.id}, key=str):
            found.setdefault(str(target), {})[page.id] = name(page)
    return {target: tuple(links.values()) for target, links in found.items()}


def _used(site: Site, page: Facts, uses: tuple[TermUse, ...]) -> list[str]:
    """Give the terms that a page uses, in its text or by name, A to Z."""
    named = {
        term.slug
        for hole in page.holes
        if isinstance(hole, TermHole) and (term := term_named(site, hole.name))
    }
    return sorted(named | {use.slug for use in uses})


def _definitions(site: Site) -> dict[str, Definition]:
    """Give every term by slug, as the pages that use it show it."""
    return {
        term.slug: Definition(
            term.slug, term.name, excerpt(site, definer(site, term), term.definition), term_url(term.slug)
        )
        for term in site.terms.values()
    }


def _users(site: Site, used: Mapping[str, list[str]]) -> dict[str, tuple[Link, ...]]:
    """Give for each term the pages that use it."""
    users: dict[str, list[Link]] = {}
    for page in site.pages.values():
        for slug in used[page.id]:
            users.setdefault(slug, []).append(name(page))
    return {slug: tuple(links) for slug, links in users.items()}
