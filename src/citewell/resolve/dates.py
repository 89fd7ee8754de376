"""When a page was first published and last changed: its own dates, or those of the pages that it shows."""

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import structs

from citewell.core.model import Page, Site
from citewell.core.view import (
    GlossaryView,
    HomeView,
    Link,
    SourcesView,
    TagsView,
    TagView,
    View,
)


def dated(site: Site, view: View) -> View:
    """Give a view with its dates: the earliest publication and the latest change of what it shows."""
    shown = [site.pages[site.urls[url]] for url in _shown(site, view) if url in site.urls]
    return structs.replace(
        view,
        published=min((page.published for page in shown if page.published), default=None),
        updated=max((day for page in shown if (day := _changed(page))), default=None),
    )


def _changed(page: Page) -> date | None:
    return page.updated or page.published


def _shown(site: Site, view: View) -> Iterator[str]:
    """Give the addresses of the pages that a view shows. An old address and the page for missing ones show none."""
    match view.content:
        case HomeView():
            yield from (page.url for page in site.pages.values())
        case TagsView():
            yield from (page.url for page in site.pages.values() if page.tags)
        case TagView(pages=links):
            yield from _addresses(links)
        case GlossaryView(entries=parts) | SourcesView(works=parts):
            yield from (url for part in parts for url in _addresses(part.pages))


def _addresses(links: Iterable[Link]) -> Iterator[str]:
    return (link.url.partition("#")[0] for link in links)
