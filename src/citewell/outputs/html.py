"""Every page as HTML."""

from citewell.core.model import Article, Facts
from citewell.core.plugin import Output, Renderer
from citewell.core.view import Statics, View


def _page(view: View, _facts: Facts | None, _statics: Statics) -> tuple[str, View]:
    """A page's path is a folder with an index; `404.html` is a file: hosts look for that name."""
    return view.url if view.url.endswith(".html") else f"{view.url}index.html", view


def _make(view: View, article: Article | None, renderer: Renderer) -> bytes:
    return renderer.page(view, article)


OUTPUT = Output(name="html", page=_page, make=_make)
