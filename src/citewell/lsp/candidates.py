"""What a site has that can be named: pages, headings, sources, terms, blocks, images, tags and codes."""

from collections.abc import Iterator
from functools import partial
from posixpath import dirname, join, normpath, relpath
from urllib.parse import quote, unquote

from citewell.core.csl import Work
from citewell.core.model import Citation, Facts
from citewell.lsp.known import Known
from citewell.lsp.offer import Offer
from citewell.lsp.wording import about_page, about_source, about_term, byline
from citewell.resolve.addresses import GLOSSARY, SOURCES, TAGS

_MADE = {GLOSSARY: "the glossary", SOURCES: "all sources", TAGS: "all tags"}


def named_pages(known: Known, path: str) -> Iterator[Offer]:
    """Give the other published pages by name."""
    for page in known.site.pages.values():
        if page.path != path:
            yield Offer(page.id, "page", page.title.text, about_page(page), found_by=page.title.text)


def linked_pages(known: Known, path: str) -> Iterator[Offer]:
    """Give the other published pages by their files, from the folder of this one; then what a link may lead to besides."""
    for page in known.site.pages.values():
        if page.path != path:
            target = quote(relpath(page.path, dirname(path) or "."))
            yield Offer(
                target, "page", page.title.text, about_page(page), found_by=page.title.text, order="0"
            )
    yield Offer("term:", "term", "a term of the glossary, by its name", order="1")
    yield from (Offer(f"/{url}", "page", what, order="2") for url, what in _MADE.items())


def paths(known: Known) -> Iterator[Offer]:
    """Give the addresses of the site."""
    yield from (Offer(f"/{url}", "page", what) for url, what in _MADE.items())
    for page in known.site.pages.values():
        yield Offer(f"/{page.url}", "page", page.title.text)


def page_at(known: Known, path: str, target: str) -> Facts | None:
    """Give the page that a link on the page of this path leads to, as far as it stands in front of `#`."""
    if not target:
        return known.pages.get(path)
    if target.startswith("/"):
        return known.page(known.site.urls.get(f"{target.strip('/')}/", ""))
    return known.pages.get(normpath(join(dirname(path), unquote(target))))


def headings(known: Known, path: str, target: str) -> Iterator[Offer]:
    """Give what a link may name after `#`, in the order of the page."""
    page = page_at(known, path, target)
    if target.strip("/") == GLOSSARY.strip("/"):
        yield from terms(known)
    if page is None:
        return
    names = known.names(page.path)
    for number, anchor in enumerate(page.anchors):
        name = names.get(anchor, "")
        yield Offer(anchor, "heading", name, found_by=name, order=f"{number:04}")


def sources(known: Known, path: str) -> Iterator[Offer]:
    """Give the sources that can be cited: first those that the page lists or cites already."""
    page = known.pages.get(path)
    listed = {entry.id for entry in page.citations or ()} if page else set()
    own = [entry for other in known.pages.values() for entry in other.citations or () if entry.work]
    for entry in {entry.id: entry for entry in (*own, *known.entries.values())}.values():
        if entry.work:
            yield _source(known, entry, entry.work, "0" if entry.id in listed else "1")


def _source(known: Known, entry: Citation, work: Work, order: str) -> Offer:
    line = byline(work)
    about = partial(about_source, known, entry)
    return Offer(entry.id, "source", line, about, found_by=line, order=order + entry.id)


def terms(known: Known) -> Iterator[Offer]:
    """Give the terms of the glossary."""
    for term in (defined.term for defined in known.site.terms.values()):
        forms = " ".join((term.name, *term.also))
        yield Offer(term.slug, "term", term.name, about_term(known, term), found_by=forms)


def blocks(known: Known) -> Iterator[Offer]:
    """Give the blocks that the body may place."""
    for number, block in enumerate(known.blocks):
        filled = {"front-matter": f"filled from `{block.name}:`", "citations": "filled from the citations"}
        detail = filled.get(block.holds, "a box around its text")
        yield Offer(block.name, "block", detail, block.description, order=f"{number:03}")


def images(known: Known, path: str) -> Iterator[Offer]:
    """Give the images by their files, from the folder of this page."""
    for image in known.site.images.values():
        size = f"{image.width} by {image.height} pixels" if image.width else ""
        yield Offer(quote(relpath(image.name, dirname(path) or ".")), "image", size)


def tags(known: Known) -> Iterator[Offer]:
    """Give the tags that pages have."""
    found = {tag for page in known.site.pages.values() for tag in page.tags}
    yield from (Offer(tag, "value") for tag in sorted(found))


def codes(known: Known) -> Iterator[Offer]:
    """Give the codes whose severity a site may choose."""
    for code in known.codes.values():
        if code.may_warn or code.severity == "warning":
            insert = f"{code.name}: {'warning' if code.severity == 'error' else 'error'}"
            yield Offer(code.name, "key", code.severity, f"{code.what} {code.harm}", insert)
