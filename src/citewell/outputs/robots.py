"""What crawlers may read (everything), and where the sitemap is.

Source: RFC 9309, https://www.rfc-editor.org/rfc/rfc9309
"""

from collections.abc import Iterator

from citewell.core.address import absolute
from citewell.core.model import Article
from citewell.core.plugin import Output, Renderer
from citewell.core.view import Resolved


def _plan(resolved: Resolved) -> Iterator[tuple[str, str]]:
    yield "robots.txt", absolute(resolved.site.config.base_url, "sitemap.xml")


def _make(sitemap: str, _article: Article | None, _renderer: Renderer) -> bytes:
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n".encode()


OUTPUT = Output(name="robots", plan=_plan, make=_make)
