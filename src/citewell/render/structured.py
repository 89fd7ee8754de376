"""What a page says to machines: schema.org in JSON-LD, one graph for each page.

Source: https://schema.org/docs/schemas.html
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec import UNSET, Struct, UnsetType, field

from citewell.core.address import absolute
from citewell.core.model import Article, Editor, Line, Review, Words
from citewell.core.plugin import Json
from citewell.core.view import (
    ArticleView,
    Chrome,
    Entry,
    Excerpt,
    GlossaryView,
    HomeView,
    Link,
    NotFoundView,
    RedirectView,
    SheetView,
    SourceData,
    SourcesView,
    TagsView,
    TagView,
    View,
)
from citewell.render.prose import Joiner, finished, without_marks

_NOT_IN_SCRIPT = "<>&\u2028\u2029"


class _Term(Struct, frozen=True, kw_only=True, tag_field="@type", tag="DefinedTerm"):
    """A term of the glossary. Other nodes are dictionaries, but there are thousands of these."""

    id: str = field(name="@id")
    name: str
    also: tuple[str, ...] | UnsetType = field(name="alternateName")
    description: str | UnsetType
    set: Json = field(name="inDefinedTermSet")


def structured_data(view: View, article: Article | None, blocks: Iterable[Json]) -> Markup:
    """Give the page's graph as text for a script element; empty for pages that are no content.

    `blocks` are the nodes that the page's blocks give of themselves.
    """
    if isinstance(view.content, NotFoundView | RedirectView):
        return Markup()
    graph = [*_page_nodes(view, article), *blocks, *_breadcrumb(view), _publisher(view.chrome)]
    text = _json({"@context": "https://schema.org", "@graph": graph})
    for sign in _NOT_IN_SCRIPT:  # in bytes, of which a long text has half as many
        text = text.replace(sign.encode(), b"\\u%04x" % ord(sign))
    return finished(text.decode())  # no sign is left that could end the element


def _json(data: Json) -> bytes:
    try:
        return msgspec.json.encode(data)
    except (msgspec.MsgspecError, OverflowError, TypeError, UnicodeError, RecursionError):
        # A block of the site's own may tell what only the other takes, or what neither can, which it then says.
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_builtin)
        return text.encode()


def _builtin(value: object) -> Any:  # noqa: ANN401 -- whatever JSON takes
    return msgspec.to_builtins(value) if isinstance(value, _Term) else json.JSONEncoder().default(value)


def _page_nodes(view: View, article: Article | None) -> Iterator[Json]:
    url = absolute(view.chrome.base_url, view.url)
    page: Json = {
        "@id": url,
        "url": url,
        "name": view.title.text,
        "description": view.description,
        "inLanguage": view.chrome.language,
        "publisher": {"@id": _publisher_id(view.chrome)},
    }
    match view.content:
        case ArticleView() if article is not None:
            yield from _article_nodes(view, view.content, article, page)
            if isinstance(view.content.listing, GlossaryView):
                name = {"@id": f"{url}#glossary", "name": view.title.text}
                yield _term_set(view.content.listing.entries, url, name)
        case HomeView():
            yield _filled({"@type": "WebSite", **page, "name": view.chrome.title})
        case GlossaryView(entries):
            yield _term_set(entries, url, page)
        case SourcesView() | TagView() | TagsView():
            yield _filled({"@type": "CollectionPage", **page})
        case SheetView(of):
            about = {"@id": absolute(view.chrome.base_url, of)}
            yield _filled({"@type": "WebPage", **page, "isPartOf": about})


def _term_set(entries: tuple[Entry, ...], url: str, node: Json) -> Json:
    """Give the glossary; `node` names it and says what else is known of it."""
    set_ = {"@id": node["@id"]}
    terms = [
        _Term(
            id=f"{url}#{entry.slug}",
            name=entry.name,
            also=entry.also or UNSET,
            description=_plain(entry.definition) or UNSET,
            set=set_,
        )
        for entry in entries
    ]
    return _filled({"@type": "DefinedTermSet", **node, "hasDefinedTerm": terms})


def _plain(excerpt: Excerpt) -> str:
    pieces = excerpt.prose.pieces
    if len(pieces) == 1 and isinstance(pieces[0], Words):
        return " ".join(pieces[0].text.split())
    return Joiner(str, without_marks(excerpt.fills)).prose(excerpt.prose).striptags()


def _article_nodes(view: View, content: ArticleView, article: Article, page: Json) -> Iterator[Json]:
    url, chrome = page["url"], view.chrome
    dates = {
        "datePublished": _day(article.published),
        "dateModified": _day(article.updated or article.published),
    }
    is_hub = article.kind == "hub"
    yield _filled(
        {
            "@type": _page_type(content, article),
            **page,
            **dates,
            **_reviewed(article.review, content.editors),
            "author": [_editor(editor) for editor in content.editors],
            "isPartOf": {"@id": chrome.base_url},
            "hasPart": [{"@id": absolute(chrome.base_url, child.url)} for child in content.children],
            "mainEntity": None if is_hub else {"@id": f"{url}#article"},
        }
    )
    if not is_hub:
        yield _filled(
            {
                "@type": "Article",
                "@id": f"{url}#article",
                "headline": article.title.text,
                "description": article.dek.text,
                "inLanguage": chrome.language,
                **dates,
                "author": [_editor(editor) for editor in content.editors],
                "publisher": {"@id": _publisher_id(chrome)},
                "license": chrome.licence.url if chrome.licence else None,
                "keywords": [tag.line.text for tag in content.tags],
                "citation": [_cited(source) for source in content.source_data],
                "mainEntityOfPage": {"@id": url},
            }
        )


def _page_type(content: ArticleView, article: Article) -> str:
    if isinstance(content.listing, SourcesView):
        return "CollectionPage"
    return "WebPage" if article.kind == "policy" else "MedicalWebPage"


def _reviewed(review: Review | None, editors: tuple[Editor, ...]) -> Json:
    if review is None:
        return {}
    by = [Editor(review.by, review.role)] if review.by else editors
    return {"lastReviewed": _day(review.on), "reviewedBy": [_editor(editor) for editor in by]}


def _editor(editor: Editor) -> Json:
    # schema.org has no type for "a person or a group", and editors sign as a group unless they say more.
    return _filled({"@type": "Organization", "name": editor.name, "description": editor.role})


def _cited(source: SourceData) -> Json:
    return _filled(
        {
            "@type": "CreativeWork",
            "name": source.title,
            "url": source.url,
            "datePublished": source.published,
        }
    )


def _breadcrumb(view: View) -> Iterator[Json]:
    if not view.breadcrumb:
        return
    trail = [*view.breadcrumb, Link(view.url, Line(view.title.html, view.title.text))]
    yield {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": link.line.text,
                "item": absolute(view.chrome.base_url, link.url),
            }
            for position, link in enumerate(trail, 1)
        ],
    }


def _publisher(chrome: Chrome) -> Json:
    return _filled(
        {
            "@type": "Organization",
            "@id": _publisher_id(chrome),
            "name": chrome.organisation.name,
            "url": chrome.organisation.url or chrome.base_url,
        }
    )


def _publisher_id(chrome: Chrome) -> str:
    return f"{chrome.base_url}#publisher"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _filled(node: Json) -> Json:
    """Leave out what is empty."""
    return {key: value for key, value in node.items() if value or value not in (None, "", [])}
