"""When a page was first published and last changed: its own dates, or those of the pages that it shows."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct, structs

from citewell.core.model import Site
from citewell.core.view import (
    GlossaryView,
    HomeView,
    SourcesView,
    TagsView,
    TagView,
    View,
)


class _Days(Struct, frozen=True):
    published: date | None
    changed: date | None
    tagged: bool


def dated(site: Site, views: Iterable[View]) -> Iterator[View]:
    """Give views with their dates: the earliest publication and the latest change of what each shows."""
    days: dict[str, _Days] = {}
    for page in site.pages.values():  # of two pages, the first has the address
        days.setdefault(page.url, _Days(page.published, page.updated or page.published, bool(page.tags)))
    for view in views:
        shown = [days[url] for url in _shown(days, view) if url in days]
        yield structs.replace(
            view,
            published=min((page.published for page in shown if page.published), default=None),
            updated=max((page.changed for page in shown if page.changed), default=None),
        )


def _shown(days: Mapping[str, _Days], view: View) -> Collection[str]:
    """Give the addresses of the pages that a view shows. An old address and the page for missing ones show none."""
    match view.content:
        case HomeView():
            return days.keys()
        case TagsView():
            return [url for url, page in days.items() if page.tagged]
        case TagView(pages=links):
            return [link.url for link in links]
        case GlossaryView(entries=parts):
            return {link.url for part in parts for link in part.pages}
        case SourcesView(works=works):
            return {link.url.partition("#")[0] for work in works for link in work.pages}
        case _:
            return ()
