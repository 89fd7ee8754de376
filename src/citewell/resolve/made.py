"""The pages that the site makes by itself, and the lists that a page of the content may introduce."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from citewell.bibliography import sort_key
from citewell.core.model import Facts, Line, Organisation, Site
from citewell.core.view import (
    Asked,
    Chrome,
    CitedWork,
    Content,
    Entry,
    GlossaryView,
    HomeView,
    Link,
    NotFoundView,
    RedirectView,
    SheetView,
    SourcesView,
    TagsView,
    TagView,
    View,
)
from citewell.resolve.addresses import HOME, NOT_FOUND, TAGS, alias_url, sheet_url, tag_url
from citewell.resolve.cards import card, name
from citewell.resolve.citations import Numbering, printed
from citewell.resolve.excerpts import excerpt, mere_excerpt
from citewell.resolve.family import ancestors, family
from citewell.resolve.glossary import definer


def home_page(site: Site, chrome: Chrome) -> View:
    """Make the home page."""
    content = HomeView(site.config.tagline, site.config.intro, family(site))
    return _made("home.html", HOME, chrome.title, chrome, content)


def listing_page(chrome: Chrome, url: str, listing: GlossaryView | SourcesView) -> View:
    """Make a page for a list that no page introduces."""
    title = url.strip("/")
    return _made(f"{title}.html", url, title.capitalize(), chrome, listing)


def glossary(site: Site, users: Mapping[str, Iterable[Link]], after: int) -> GlossaryView:
    """Give the glossary. Its citations are numbered anew, A to Z, and it has its own list of sources."""
    numbering = Numbering(site, after)
    entries = tuple(
        Entry(
            term.slug,
            term.name,
            term.also,
            mere_excerpt(term.definition)
            or excerpt(site, definer(site, term.slug), term.definition, holes, numbering),
            tuple(users.get(term.slug, ())),
        )
        for term, holes in sorted(
            ((defined.term, defined.holes) for defined in site.terms.values()),
            key=lambda defined: defined[0].name.casefold(),
        )
    )
    return GlossaryView(entries, numbering.references())


def sources(site: Site, first_marks: Mapping[str, Mapping[str, str]]) -> SourcesView:
    """Give every work that a page cites, A to Z, with a link to its first mark on each page.

    `first_marks` has the anchor of that mark by the id of the page and the id of the work.
    """
    links: dict[str, list[Link]] = {}
    for page, marks in first_marks.items():
        for key, anchor in marks.items():
            links.setdefault(key, []).append(name(site.pages[page], f"#{anchor}"))
    works = sorted((site.works[key] for key in links), key=sort_key)
    return SourcesView(tuple(CitedWork(printed(site, work), tuple(links[work.id])) for work in works))


def sheet(site: Site, page: Facts, chrome: Chrome) -> Iterator[View]:
    """Make the sheet of questions of a page, if it has some."""
    if url := sheet_url(page, site.config):
        end = f"{' Q' if page.title.text[-1:] in '?!.' else ': q'}uestions to take with you"
        title = Line(page.title.html + end, page.title.text + end)
        yield View(
            template="sheet.html",
            url=url,
            title=title,
            description=title.text,
            breadcrumb=(home_link(chrome), *map(name, ancestors(site, page)), name(page)),
            chrome=chrome,
            content=SheetView(
                page.url,
                page.review.on if page.review else None,
                tuple(
                    Asked(
                        *(excerpt(site, page, prose, page.holes) for prose in (question.about, question.ask))
                    )
                    for question in page.questions
                ),
            ),
            published=page.published,
            updated=page.updated or page.published,
        )


def not_found_page(site: Site, chrome: Chrome) -> View:
    """Make the page for missing addresses. It has no address of its own, so it does not show the host's name."""
    content = NotFoundView(tuple(name(page) for page in site.pages.values()))
    bare = structs.replace(chrome, base_url="", cards=False)
    return _made("not-found.html", NOT_FOUND, "Page not found", bare, content)


def tag_pages(site: Site, chrome: Chrome) -> Iterator[View]:
    """Make the page of all tags, then one for each tag; spellings that have one address are one tag."""
    spelt: dict[str, str] = {}
    tagged: dict[str, list[Link]] = {}
    for page in site.pages.values():
        for url, tag in {tag_url(tag): tag for tag in page.tags}.items():
            spelt.setdefault(url, tag)
            tagged.setdefault(url, []).append(card(page))
    if spelt:
        links = tuple(Link(url, Line.of(spelt[url])) for url in sorted(spelt))
        yield _made("tags.html", TAGS, "Topics", chrome, TagsView(links))
    for url in sorted(spelt):
        view = _made("tag.html", url, spelt[url], chrome, TagView(spelt[url], tuple(tagged[url])))
        yield structs.replace(view, breadcrumb=(*view.breadcrumb, Link(TAGS, Line.of("Topics"))))


def redirects(site: Site, chrome: Chrome) -> Iterator[View]:
    """Make a page for each alias. Nobody reads it, so it has no looks and no menus that could change."""
    bare = structs.replace(
        chrome,
        organisation=Organisation(""),
        licence=None,
        navigation=(),
        trust=(),
        assets={},
        integrity={},
        cards=False,
        search=False,
        sources=False,
    )
    for page in site.pages.values():
        for alias in page.aliases:
            yield _made(
                "redirect.html", alias_url(alias.path), page.title.text, bare, RedirectView(name(page))
            )


def _made(template: str, url: str, title: str, chrome: Chrome, content: Content) -> View:
    """Make the view of a page that no file stands for."""
    return View(
        template=template,
        url=url,
        title=Line.of(title),
        description=getattr(content, "tagline", "") or f"{title}: {chrome.title}",
        breadcrumb=(home_link(chrome),) if url else (),
        chrome=chrome,
        content=content,
    )


def home_link(chrome: Chrome) -> Link:
    """Give the first link of every breadcrumb."""
    return Link(HOME, Line.of(chrome.title))
