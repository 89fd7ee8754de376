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
from citewell.core.reads import Reads, Register, note, watched
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
from citewell.resolve.addresses import SOURCES, lists, sheet_url, tag_url, term_url
from citewell.resolve.cards import card, name
from citewell.resolve.citations import Numbering, cite_faults, list_faults
from citewell.resolve.dates import dated
from citewell.resolve.excerpts import excerpt, mere_excerpt
from citewell.resolve.family import ancestors, family_faults
from citewell.resolve.glossary import definer, entry_faults, name_fault, term_faults, term_named, terms_meant
from citewell.resolve.links import fill_image, fill_link
from citewell.resolve.made import (
    glossary,
    home_link,
    home_page,
    listing_page,
    not_found_page,
    redirects,
    sheet,
    sources,
    tag_pages,
)
from citewell.resolve.unmarked import mark_faults

Users = Mapping[str, list[Link]]
"""Slug of a term -> links to the pages that use it."""

_MOST_DEFINITIONS = 512  # that are kept at hand: a large site has far more


class Summary(Struct, frozen=True, array_like=True):
    """What the rest of the site wants to know of a page's text."""

    used: tuple[str, ...]  # slugs of the terms in its text or linked by name, A to Z
    terms_meant: tuple[str, ...]  # slugs of the terms that are meant by a misspelt name
    first_marks: dict[str, str]  # id of a source -> anchor of the first mark
    references: int  # how many sources are numbered on the page


class ResolvedPage(Struct, frozen=True):
    """The views of a page, its own first, then its sheet of questions where it has one; and what is wrong with what it refers to."""

    views: tuple[View, ...]
    summary: Summary
    faults: tuple[Diagnostic, ...]


class Resolver:
    """Gives the views of pages. What pages have in common is computed once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.chrome = chrome_of(site)
        self._definitions: dict[str, tuple[Definition, Reads]] = {}

    def page(self, page: Facts, uses: tuple[TermUse, ...]) -> ResolvedPage:
        """Give the views of a page of the content folder, and what is to be known of its text."""
        site = self.site
        numbering = Numbering(site)
        faults = [
            *family_faults(site, page),
            *list_faults(site, page),
            *cite_faults(site, page),
            *mark_faults(site, page),
        ]
        fills = {hole.number: _fill(site, page, hole, numbering, faults) for hole in page.holes}
        used = _used(site, page, uses)
        references = numbering.references()
        lent = ArticleView(
            article=page.article,
            blocks=page.blocks,
            fills=fills,
            uses=uses,
            definitions=tuple(self._definition(slug) for slug in used),
            references=references,
            source_data=() if page.kind == "hub" else numbering.source_data(),  # a hub tells none
            editors=site.config.editors,
            tags=tuple(Link(tag_url(tag), Line.of(tag)) for tag in page.tags),
            companions=_companions(site, page),
            backlinks=tuple(name(site.pages[id_]) for id_ in site.backlinks.get(page.id, ())),
            children=_children(site, page),
            sheet=sheet_url(page, site.config),
            listing=None,
        )
        view = View(
            template="article.html",
            url=page.url,
            title=page.title,
            description=page.dek.text or page.title.text,
            breadcrumb=(home_link(self.chrome), *(name(parent) for parent in ancestors(site, page))),
            chrome=self.chrome,
            content=lent,
            published=page.published,
            updated=page.updated or page.published,
        )
        summary = Summary(used, terms_meant(site, page), numbering.first_marks(), len(references))
        return ResolvedPage((view, *sheet(site, page, self.chrome)), summary, tuple(faults))

    def _definition(self, slug: str) -> Definition:
        """Give a term as the pages that use it show it."""
        if slug not in self._definitions:
            with watched() as reads:
                definition = _definition(self.site, slug)
            if len(self._definitions) >= _MOST_DEFINITIONS:
                self._definitions.clear()
            self._definitions[slug] = definition, reads
        definition, reads = self._definitions[slug]
        note(reads)
        return definition


def at_hand(site: Site) -> Site:
    """Give the same site with its pages decoded: each list goes through all of them."""
    return structs.replace(site, pages=Register("pages", dict(site.pages.items())))


def users(site: Site, summaries: Mapping[str, Summary]) -> Users:
    """Give the pages that use each term; none where it is only meant by a misspelt name."""
    found: dict[str, list[Link]] = {}
    for id_, page in summaries.items():
        link = name(site.pages[id_])
        for slug in page.used:
            found.setdefault(slug, []).append(link)
        for slug in page.terms_meant:
            found.setdefault(slug, [])
    return found


def list_views(site: Site, summaries: Mapping[str, Summary], users: Users) -> tuple[View, ...]:
    """Give the views of the lists that no page introduces. `summaries` are those of the site's pages by id."""
    chrome = chrome_of(site)
    views = (listing_page(chrome, url, listing(site, url, summaries, users)) for url in bare_lists(site))
    return tuple(dated(site, views))


def bare_lists(site: Site) -> list[str]:
    """Give the addresses of the lists that no page introduces."""
    introduced = {page.url for page in site.pages.values()}
    return [url for url in lists(site.config) if url not in introduced]


def made_views(site: Site) -> tuple[View, ...]:
    """Give the views of the other pages that the site makes itself, the home page first."""
    chrome = chrome_of(site)
    views = (
        home_page(site, chrome),
        not_found_page(site, chrome),
        *tag_pages(site, chrome),
        *redirects(site, chrome),
    )
    return tuple(dated(site, views))


def listing(
    site: Site, url: str, summaries: Mapping[str, Summary], users: Users
) -> GlossaryView | SourcesView:
    """Give the list that has this address, one of `lists`; behind the sources of the page that introduces it, if one does."""
    if url == SOURCES:
        return sources(site, {id_: page.first_marks for id_, page in summaries.items()})
    introduction = summaries.get(site.urls.get(url, ""))
    return glossary(site, users, introduction.references if introduction else 0)


def introducing(view: View, shown: GlossaryView | SourcesView) -> View:
    """Put a list on the page that has its address."""
    template = f"article-{view.url.strip('/')}.html"
    return structs.replace(view, template=template, content=structs.replace(view.content, listing=shown))


def site_faults(site: Site, users: Users) -> tuple[Diagnostic, ...]:
    """Find what is wrong with terms over all pages."""
    return (*term_faults(site, users.keys()), *entry_faults(site))


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
            slug = term_named(site, hole.name)
            fault = None if slug or site.may_name(hole.name) else name_fault(site, hole)
            fill = TermFill(slug or "", hole.label)
    if fault:
        faults.append(fault)
    return fill


def chrome_of(site: Site) -> Chrome:
    """Give what every page shows of the site."""
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
        sources="sources" not in config.leave_out,
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


def _used(site: Site, page: Facts, uses: tuple[TermUse, ...]) -> tuple[str, ...]:
    """Give the terms that a page uses, in its text or by name, A to Z."""
    named = {
        slug for hole in page.holes if isinstance(hole, TermHole) and (slug := term_named(site, hole.name))
    }
    return tuple(sorted(named | {use.slug for use in uses}))


def _definition(site: Site, slug: str) -> Definition:
    term, holes = site.terms[slug].term, site.terms[slug].holes
    return Definition(
        slug,
        term.name,
        mere_excerpt(term.definition) or excerpt(site, definer(site, slug), term.definition, holes),
        term_url(slug),
    )
