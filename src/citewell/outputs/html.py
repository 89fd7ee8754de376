"""Every page as HTML."""

from collections.abc import Iterator

from citewell.core.model import Article
from citewell.core.plugin import Output, Renderer
from citewell.core.view import Resolved, View


def _plan(resolved: Resolved) -> Iterator[tuple[str, View]]:
    """A page's path is a folder with an index; `404.html` is a file: hosts look for that name."""
    for view in resolved.views:
        yield view.url if view.url.endswith(".html") else f"{view.url}index.html", view


def _make(view: View, article: Article | None, renderer: Renderer) -> bytes:
    return renderer.page(view, article).encode()


OUTPUT = Output(name="html", plan=_plan, make=_make)
