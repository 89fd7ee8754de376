"""The addresses of the site's pages for search engines.

Source: https://www.sitemaps.org/protocol.html
"""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from msgspec import Struct

from citewell.core.address import absolute
from citewell.core.model import Article
from citewell.core.plugin import Output, Renderer
from citewell.core.view import Resolved


class Place(Struct, frozen=True):
    """A page's whole address, and the day of its last change where it has one."""

    address: str
    changed: str


def _plan(resolved: Resolved) -> Iterator[tuple[str, tuple[Place, ...]]]:
    yield "sitemap.xml", tuple(_places(resolved))


def _places(resolved: Resolved) -> Iterator[Place]:
    site = resolved.site
    for url in resolved.urls:
        facts = site.pages.get(site.urls.get(url, ""))
        changed = facts and (facts.updated or facts.published)
        yield Place(absolute(site.config.base_url, url), changed.isoformat() if changed else "")


def _make(places: tuple[Place, ...], _article: Article | None, _renderer: Renderer) -> bytes:
    root = ET.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for place in places:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = place.address
        if place.changed:
            ET.SubElement(url, "lastmod").text = place.changed
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


OUTPUT = Output(name="sitemap", plan=_plan, make=_make)
