"""The newest pages as an Atom feed.

Source: RFC 4287, https://www.rfc-editor.org/rfc/rfc4287
"""

from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

from msgspec import Struct

from citewell.core.address import absolute
from citewell.core.model import Article, Page
from citewell.core.plugin import Output, Renderer
from citewell.core.view import Resolved

_PATH = "feed.xml"
_LONGEST = 20
_NEVER = date(1970, 1, 1)  # Atom wants a date of a feed without entries too


class Entry(Struct, frozen=True):
    """A page in the feed."""

    address: str
    title: str
    summary: str
    published: date
    updated: date


class Feed(Struct, frozen=True):
    """All that the feed shows."""

    base_url: str
    language: str
    title: str
    tagline: str
    authors: tuple[str, ...]
    entries: tuple[Entry, ...]


def _plan(resolved: Resolved) -> Iterator[tuple[str, Feed]]:
    config = resolved.site.config
    entries = [entry for page in resolved.site.pages.values() for entry in _entries(page, config.base_url)]
    entries.sort(key=lambda entry: entry.title)
    entries.sort(key=lambda entry: (entry.updated, entry.published), reverse=True)
    yield (
        _PATH,
        Feed(
            base_url=config.base_url,
            language=config.language,
            title=config.title,
            tagline=config.tagline,
            authors=tuple(editor.name for editor in config.editors)
            or (config.organisation.name or config.title,),
            entries=tuple(entries[:_LONGEST]),
        ),
    )


def _entries(page: Page, base_url: str) -> Iterator[Entry]:
    """Give the page's entry; a page without any date has none, since Atom cannot do without."""
    first, last = page.published or page.updated, page.updated or page.published
    if first and last:
        yield Entry(absolute(base_url, page.url), page.title.text, page.dek.text, first, last)


def _make(feed: Feed, _article: Article | None, _renderer: Renderer) -> bytes:
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    _add(root, "id", feed.base_url)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.tagline)
    _add(root, "updated", _moment(max((entry.updated for entry in feed.entries), default=_NEVER)))
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=absolute(feed.base_url, _PATH))
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=feed.base_url)
    for name in feed.authors:
        _add(ET.SubElement(root, "author"), "name", name)
    for entry in feed.entries:
        _add_entry(ET.SubElement(root, "entry"), entry)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add_entry(parent: ET.Element, entry: Entry) -> None:
    _add(parent, "id", entry.address)
    _add(parent, "title", entry.title)
    ET.SubElement(parent, "link", rel="alternate", type="text/html", href=entry.address)
    _add(parent, "published", _moment(entry.published))
    _add(parent, "updated", _moment(entry.updated))
    _add(parent, "summary", entry.summary)


def _add(parent: ET.Element, name: str, text: str) -> None:
    if text:
        ET.SubElement(parent, name).text = text


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


OUTPUT = Output(name="feed", plan=_plan, make=_make)
