"""All parsed pages, the libraries and the images to one `Site`: the registers, and what is wrong between pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from citewell.core.address import card_path, folded
from citewell.core.csl import decode_work
from citewell.core.diagnostic import Code, Diagnostic, Related, Severity, Span, edit, inside, meant, nearest
from citewell.core.model import Asset, Config, Facts, Head, Library, Outline, Outlined, Page, Site, words_in
from citewell.core.reads import EncodedRegister, Register
from citewell.resolve.addresses import FILES, alias_url, generated_urls, lists, sheet_url
from citewell.resolve.citations import Works
from citewell.resolve.family import (
    children_of,
    circles,
    follow,
    orphans,
    page_near,
    too_deep,
)
from citewell.resolve.glossary import Lexicon, Terms, decode_defined, lexicon
from citewell.resolve.links import page_name

_SEARCHED = 1_000_000
"""Characters of what could not be understood that are searched for a name which is missing."""

_OUTLINE = msgspec.msgpack.Decoder(Outline)
_PAGE = msgspec.msgpack.Decoder(Page)
_FACTS = msgspec.msgpack.Decoder(Facts)


# Functions of the module can be sent to another process.
def _decode_page(data: bytes) -> Page:
    return _PAGE.decode(data)


def _decode_facts(data: bytes) -> Facts:
    return _FACTS.decode(data)


DECODERS: dict[str, Callable[[bytes], Any]] = {
    "pages": _decode_page,
    "facts": _decode_facts,
    "drafts": _decode_facts,
    "terms": decode_defined,
    "works": decode_work,
}
"""How an entry is read, by the names of the registers whose entries are held encoded."""


class Given(Struct, frozen=True):
    """What a site is put together with, beside its pages."""

    config: Config
    libraries: tuple[Library, ...]
    images: dict[str, Asset]
    theme_assets: dict[str, str]
    integrity: dict[str, str]
    refused: tuple[str, ...] = ()  # paths of pages whose files could not be read: that has been told


class Place(Struct, frozen=True, array_like=True):
    """Where a published page is: its id, its file, its address, and that of its sheet of questions, if it has one."""

    id: str
    path: str
    url: str
    sheet: str


class Gathered(Struct, frozen=True):
    """The site, the words for its terms, where its pages are, and what is wrong between its files."""

    site: Site
    words: Lexicon
    places: tuple[Place, ...]  # in the order of their paths
    diagnostics: tuple[Diagnostic, ...]


def encoded_registers(entries: Mapping[str, Mapping[str, bytes]]) -> dict[str, Any]:
    """Give the registers of a site whose entries are held encoded, by their names."""
    return {name: EncodedRegister(name, entries[name], decode) for name, decode in DECODERS.items()}


def gather(
    given: Given,
    outlined: Iterable[Outlined],
    known_words: Callable[[tuple[tuple[str, str], ...]], Lexicon] = lexicon,
) -> Gathered:
    """Put the site together. Where two pages claim one thing, the first by path keeps it and the second is told.

    `known_words` does what `lexicon` does, if it has not been done for these forms before.
    """
    library = [entry for file in given.libraries for entry in file.entries]
    heads: dict[str, Head] = {}  # of all pages, by id
    shown: dict[str, bytes] = {}
    facts: dict[str, bytes] = {}
    paths: dict[str, str] = {}
    terms, works = Terms(), Works(library)
    faults: list[Diagnostic] = []
    unreadable: list[str] = []
    unread = [file.unread for file in given.libraries]
    for page in outlined:
        unread.append(page.unread)
        if page.outline is None:
            unreadable.append(page.path)
            continue
        outline = _OUTLINE.decode(page.outline)
        head = outline.head
        paths[head.path] = head.id
        if head.id in heads:
            faults.append(_same_name(_FACTS.decode(outline.facts), _FACTS.decode(facts[head.id])))
            continue
        heads[head.id], shown[head.id], facts[head.id] = head, outline.page, outline.facts
        if not head.draft:
            terms.define(head.id, outline.terms)
            works.bring(outline.works)
    unreadable += given.refused
    pages = {id_: head for id_, head in heads.items() if not head.draft}
    forms = tuple(sorted(terms.forms))
    words = known_words(forms)
    site = Site(
        **encoded_registers(
            {
                "pages": {id_: shown[id_] for id_ in pages},
                "facts": {id_: facts[id_] for id_ in pages},
                "drafts": {id_: facts[id_] for id_ in heads if id_ not in pages},
                "terms": dict(sorted(terms.encoded.items())),
                "works": works.encoded,
            }
        ),
        config=given.config,
        # Of two pages, the first has the address.
        urls=Register("urls", {page.url: page.id for page in reversed(pages.values())}),
        addresses=Register("addresses", {page.id: page.url for page in pages.values()}),
        made=frozenset(generated_urls(pages.values(), given.config)),
        paths=Register("paths", paths),
        unreadable=tuple(unreadable),
        forms=forms,
        term_names=Register("term_names", words.slugs),
        defined_by=Register("defined_by", {slug: tuple(ids) for slug, ids in terms.defined_by.items()}),
        library=tuple(entry.id for entry in library),
        images=Register("images", dict(given.images)),
        children=Register("children", children_of(pages)),
        backlinks=Register("backlinks", {}),
        theme_assets=dict(given.theme_assets),
        integrity=dict(given.integrity),
        unread=words_in("\n".join(unread)[:_SEARCHED]),
        doubtful=bool(unreadable) or any(page.doubt for page in pages.values()),
    )
    links = follow(site, pages)
    return Gathered(
        structs.replace(site, backlinks=Register("backlinks", links.back)),
        words,
        tuple(Place(page.id, page.path, page.url, sheet_url(page, given.config)) for page in pages.values()),
        (
            *faults,
            *_address_faults(site, pages),
            *terms.faults,
            *terms.circles(words.slugs),
            *works.faults,
            *circles(site, pages),
            *too_deep(site),
            *orphans(site, pages, links),
            *_menu_faults(site),
        ),
    )


def severity_faults(
    chosen: Mapping[str, Severity], spans: Mapping[str, Span], codes: Mapping[str, Code]
) -> Iterator[Diagnostic]:
    """Find severities in the settings that are set for nothing, and errors that may not be lowered."""
    for code, severity in chosen.items():
        if code not in codes:
            near = nearest(code, codes)
            mend = f"there is a code `{near}`" if near else "`citewell explain` lists all codes"
            sure = meant(code, codes)
            yield Diagnostic(
                "site/unknown-code",
                spans[code],
                f"there is no diagnostic named `{code}`",
                mend,
                edit=edit(inside(spans[code], code), None if sure in chosen else sure),
            )
        elif severity == "warning" and codes[code].severity == "error" and not codes[code].may_warn:
            message = f"`{code}` cannot be made a warning: the page would go out broken or not at all"
            yield Diagnostic("site/fixed-severity", spans[code], message, "delete this line")


def _same_name(page: Facts, former: Facts) -> Diagnostic:
    return Diagnostic(
        "links/same-name",
        page.span,
        f"two files are named `{page.id}.md`, so that `parent: {page.id}` could mean either",
        f"rename `{page.path}` or `{former.path}`",
        (Related(former.span, f"`{former.path}` is the other one"),),
    )


def _address_faults(site: Site, pages: Mapping[str, Head]) -> Iterator[Diagnostic]:
    """Find two files for one address, capitals and Unicode forms included, and aliases that hide pages."""
    taken: dict[str, Head] = {}
    made = {folded(url) for url in (*FILES, *site.made)}
    files = {
        *(url.strip("/") for url in FILES),
        *(folded(card_path(url)) for url in site.made if not url.endswith(".html")),
        *(folded(card_path(page.url)) for page in pages.values()),
    }
    # An address that was chosen gives way to one that a file has by its name.
    for page in sorted(pages.values(), key=lambda page: page.chosen):
        url = folded(page.url)
        if url in made and page.url not in lists(site.config):
            yield Diagnostic(
                "links/same-url",
                _address_span(site, page),
                f"the address `/{page.url}` is that of a page which the site makes itself",
                "give this page another `slug:`",
            )
        elif hidden := _folders(url) & files:
            yield Diagnostic(
                "links/same-url",
                _address_span(site, page),
                f"the address `/{page.url}` makes a folder in the place of `/{min(hidden)}`, a file of the site",
                "give this page another `slug:`, or its folder another name",
            )
        elif url in taken:
            other = taken[url]
            yield Diagnostic(
                "links/same-url",
                _address_span(site, page),
                f"`{page.path}` and `{other.path}` want the same address, `/{page.url}`",
                "give one of them another `slug:`",
                (Related(_address_span(site, other), f"`{other.path}` has it already"),),
            )
        taken.setdefault(url, page)
    aliases = [
        (folded(alias_url(alias.path)), alias, page) for page in pages.values() for alias in page.aliases
    ]
    files |= {url for url, alias, _ in aliases if alias.path.endswith(".html")}
    for url, alias, page in aliases:
        if f"{url}/" in taken or _folders(url) & files:
            yield Diagnostic(
                "links/alias-hides-page",
                alias.span,
                f"the alias `{alias.path}` cannot be a file and a folder at once",
                "delete this alias or the other one",
            )
        elif url in taken or url in made:
            owner = f"the page `{taken[url].path}`" if url in taken else "a page which the site makes itself"
            yield Diagnostic(
                "links/alias-hides-page",
                alias.span,
                f"the alias `{alias.path}` is the address of {owner}",
                "delete this alias",
            )
        else:
            taken[url] = page


def _address_span(site: Site, page: Head) -> Span:
    """Give where the address of a page is chosen, or else where the page is named."""
    facts = site.facts[page.id]
    return facts.slug or facts.span


def _folders(url: str) -> set[str]:
    """Give the paths of the folders in which a page of that address lies, or the file of an alias."""
    parts = url.split("/")
    return {"/".join(parts[:end]) for end in range(1, len(parts))}


def _menu_faults(site: Site) -> Iterator[Diagnostic]:
    addresses = site.urls.keys() | site.made
    for item in (*site.config.navigation, *site.config.trust):
        if bool(item.page) == bool(item.path):
            yield Diagnostic(
                "site/menu",
                item.span,
                f"the link `{item.label}` needs a page or a path, and only one of them",
                "write `page: name-of-a-page` or `path: /glossary/`",
            )
        elif item.page and item.page not in site.pages and not site.is_unreadable(item.page):
            near, mend = page_near(site, item.page)
            sure = meant(page_name(item.page), (*site.pages, *site.drafts))
            yield Diagnostic(
                "site/menu",
                item.span,
                f"there is no page named `{item.page}`",
                mend,
                edit=edit(item.place, sure if sure == near else None),
            )
        elif item.path and item.path.partition("#")[0].strip("/") + "/" not in addresses and item.path != "/":
            yield Diagnostic(
                "site/menu",
                item.span,
                f"the site has no address `{item.path}`",
                "write `/glossary/`, `/sources/`, `/tags/` or use `page:`",
            )
