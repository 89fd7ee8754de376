"""A picture of each page for those who pass it on: 1200 by 630 pixels.

Literata is by the Literata Project Authors, under the SIL Open Font License beside it, which reserves no name. It is held
here to Latin and Greek, without instructions, and its kerning of ASCII as the plain table that every FreeType reads.
"""

from collections.abc import Iterator

from msgspec import Struct

from citewell.core.address import card_path
from citewell.core.model import Article
from citewell.core.plugin import Output, Renderer
from citewell.core.view import HomeView, NotFoundView, RedirectView, Resolved, View

_MARK = "icon-192.png"


class Card(Struct, frozen=True):
    """All that a card shows. `site` is empty where the title says it."""

    mark: bytes  # an image
    site: str
    kicker: str
    title: str
    dek: str


def _plan(resolved: Resolved) -> Iterator[tuple[str, Card]]:
    if "cards" in resolved.site.config.leave_out:
        return
    pages = {facts.url: facts for facts in resolved.site.pages.values()}
    files = {file.path: file.data for file in resolved.files}
    mark = files.get(resolved.addresses.get(_MARK, ""), b"")
    for view in resolved.views:
        if isinstance(view.content, NotFoundView | RedirectView):
            continue
        page = pages.get(view.url)
        yield (
            card_path(view.url),
            Card(
                mark=mark,
                site=view.chrome.title if view.url else "",
                kicker=page.kicker.text if page else "",
                title=view.title.text,
                dek=page.dek.text if page else _tagline(view),
            ),
        )


def _tagline(view: View) -> str:
    return view.content.tagline if isinstance(view.content, HomeView) else ""


def _make(card: Card, _article: Article | None, _renderer: Renderer) -> bytes:
    from citewell.outputs.cards.drawing import draw

    return draw(card.mark, card.site, card.kicker, card.title, card.dek)


OUTPUT = Output(name="cards", plan=_plan, make=_make)
