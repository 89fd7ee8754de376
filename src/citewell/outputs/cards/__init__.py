"""A picture of each page for those who pass it on: 1200 by 630 pixels.

Literata is by the Literata Project Authors, under the SIL Open Font License beside it, which reserves no name. It is held
here to Latin and Greek, without instructions, and its kerning of ASCII as the plain table that every FreeType reads.
"""

from msgspec import Struct

from citewell.core.address import card_path
from citewell.core.model import Article, Facts
from citewell.core.plugin import Output, Renderer
from citewell.core.view import HomeView, Statics, View

_MARK = "icon-192.png"


class Card(Struct, frozen=True):
    """All that a card shows. `site` is empty where the title says it."""

    mark: bytes  # an image
    site: str
    kicker: str
    title: str
    dek: str


def _page(view: View, facts: Facts | None, statics: Statics) -> tuple[str, Card] | None:
    if not view.chrome.cards:
        return None
    return (
        card_path(view.url),
        Card(
            mark=statics.data(_MARK),
            site=view.chrome.title if view.url else "",
            kicker=facts.kicker.text if facts else "",
            title=view.title.text,
            dek=facts.dek.text if facts else _tagline(view),
        ),
    )


def _tagline(view: View) -> str:
    return view.content.tagline if isinstance(view.content, HomeView) else ""


def _make(card: Card, _article: Article | None, _renderer: Renderer) -> bytes:
    from citewell.outputs.cards.drawing import draw

    return draw(card.mark, card.site, card.kicker, card.title, card.dek)


OUTPUT = Output(name="cards", page=_page, make=_make)
