"""What builds remember: the site, what each page came to, what was read for that, and which files were made of it.

What a page came to counts as long as its own bytes and every entry that was read are what they were. So the views of most
pages need not be computed to know that their files are right.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from citewell.core.diagnostic import Diagnostic
from citewell.core.digest import digest
from citewell.core.model import Asset, Site, Stood
from citewell.core.reads import Register
from citewell.io.parts import has_parts, keep_parts, read_parts
from citewell.io.store import Store
from citewell.resolve.gather import DECODERS, Gathered, Given, Place, encoded_registers
from citewell.resolve.glossary import Lexicon

_ENCODER = msgspec.msgpack.Encoder()


class File(Struct, frozen=True, array_like=True):
    """A file of the site: which output makes it, its path, the digest of all that it is made of, and that of its bytes."""

    output: str
    path: str
    key: str
    sha256: str  # empty where it was not made


class PageRecord(Struct, frozen=True, array_like=True):
    """What a page came to."""

    url: str
    key: str  # of the page's own bytes; empty where it came to nothing
    outline: str  # version of its outline; empty where its file has faults, which are told anew
    reads: bytes  # encoded: which entries of registers were read; None: it depends on the site as a whole
    summary: bytes  # encoded
    faults: tuple[Diagnostic, ...]
    files: tuple[File, ...]


class SiteRecord(Struct, frozen=True, array_like=True):
    """The files that are no page's own, under the digest of all that they depend on."""

    key: str
    pages: int  # how many of them are pages
    faults: tuple[Diagnostic, ...]
    files: tuple[File, ...]


class Records(Struct, frozen=True):
    """What a run came to. Every page with a key is right for the site of that version."""

    site: str = ""  # the version of the site
    everywhere: str = ""  # digest of what every page depends on
    version: str = ""  # digest of everything together
    pages: dict[str, PageRecord] = {}
    groups: dict[str, SiteRecord] = {}


class Before(Struct, frozen=True):
    """What the run before has left: its records, its site if that is known, and what became of its files."""

    records: Records
    site: Callable[[], Site | None]
    lies: Callable[[str, str], bool]  # whether the published file of this path has the bytes of this digest


class _Kept(Struct, frozen=True):
    site: str
    everywhere: str
    version: str
    pages: tuple[str, ...]
    groups: dict[str, SiteRecord]


def changes(site: Site, former: Site) -> frozenset[tuple[str, str]]:
    """Give the entries of registers that are not what they were."""
    pairs = ((getattr(site, field), getattr(former, field)) for field in site.__struct_fields__)
    return frozenset(
        (now.name, key) for now, then in pairs if isinstance(now, Register) for key in now.changes(then)
    )


def read_records(store: Store, engine: str) -> Records:
    """Give what the last build with this very program has remembered; nothing where that is lost."""
    kept = store.get("sites", f"records {engine}", _Kept)
    pages = None if kept is None else read_parts(store, kept.pages)
    if kept is None or pages is None:
        return Records()
    decoder = msgspec.msgpack.Decoder(PageRecord)
    records = {path: decoder.decode(data) for path, data in zip(pages, pages.in_order(), strict=True)}
    return Records(kept.site, kept.everywhere, kept.version, records, kept.groups)


def keep_records(store: Store, engine: str, records: Records) -> None:
    """Remember what a build with this program came to."""
    pages = {path: _ENCODER.encode(record) for path, record in records.pages.items()}
    parts = keep_parts(store, pages)
    kept = _Kept(records.site, records.everywhere, records.version, parts, records.groups)
    store.put("sites", f"records {engine}", kept)


class Assembly(Struct, frozen=True):
    """A site, and what it was put together from."""

    version: str  # digest of all of that
    gathered: Gathered
    given: str  # digest of what it was given beside its pages
    outlines: dict[str, Stood]  # by path of the file
    parts: dict[str, tuple[str, ...]] = {}  # names of registers -> of the parts in which they are kept


class _KeptSite(Struct, frozen=True, array_like=True):
    given: str
    outlines: dict[str, Stood]
    encoded: dict[str, tuple[str, ...]]  # names of registers that hold encoded entries -> of their parts
    names: dict[str, dict[str, str]]
    lists: dict[str, dict[str, tuple[str, ...]]]
    made: frozenset[str]
    unreadable: tuple[str, ...]
    forms: tuple[tuple[str, str], ...]
    library: tuple[str, ...]
    images: dict[str, Asset]
    unread: str
    doubtful: bool
    places: tuple[Place, ...]
    diagnostics: tuple[Diagnostic, ...]


def words_key(forms: tuple[tuple[str, str], ...]) -> str:
    """Give the key under which the lexicon of these forms is kept."""
    return f"words {digest(forms)}"


def keep_site(store: Store, known: Assembly, former: Assembly | None = None) -> None:
    """Remember a site under the digest of all that it was put together from. `former` is one that is kept already."""
    gathered = known.gathered
    site = gathered.site
    key = words_key(site.forms)
    if not store.has("sites", key):
        store.put("sites", key, gathered.words)
    kept = _KeptSite(
        given=known.given,
        outlines=known.outlines,
        encoded={name: _keep_entries(store, name, site, former) for name in DECODERS},
        names={name: getattr(site, name).as_held() for name in ("urls", "addresses", "paths")},
        lists={name: getattr(site, name).as_held() for name in ("defined_by", "children", "backlinks")},
        made=site.made,
        unreadable=site.unreadable,
        forms=site.forms,
        library=site.library,
        images=dict(site.images),
        unread=site.unread,
        doubtful=site.doubtful,
        places=gathered.places,
        diagnostics=gathered.diagnostics,
    )
    store.put("sites", known.version, kept)


def _keep_entries(store: Store, name: str, site: Site, former: Assembly | None) -> tuple[str, ...]:
    """Keep a register, and give the names of its parts. Of one that is the former's they are known."""
    register: Register[Any] = getattr(site, name)
    if former is not None and getattr(former.gathered.site, name) is register:
        parts = former.parts.get(name, ())
        if parts and has_parts(store, parts):
            return parts
    return keep_parts(store, register.as_held())


def _plain(kept: _KeptSite, words: Lexicon) -> dict[str, Any]:
    entries: dict[str, Any] = {**kept.names, **kept.lists, "images": kept.images, "term_names": words.slugs}
    return {name: Register(name, values) for name, values in entries.items()}


def kept_site(store: Store, version: str, given: Given | Site) -> Assembly | None:
    """Give the site of this version, with the settings and the theme of now; None where it is lost."""
    kept = store.get("sites", version, _KeptSite)
    words = None if kept is None else store.get("sites", words_key(kept.forms), Lexicon)
    if kept is None or words is None:
        return None
    encoded: dict[str, Mapping[str, bytes]] = {}
    for name, parts in kept.encoded.items():
        entries = read_parts(store, parts)
        if entries is None:
            return None
        encoded[name] = entries
    site = Site(
        **encoded_registers(encoded),
        **_plain(kept, words),
        config=given.config,
        made=kept.made,
        unreadable=kept.unreadable,
        forms=kept.forms,
        library=kept.library,
        theme_assets=dict(given.theme_assets),
        integrity=dict(given.integrity),
        unread=kept.unread,
        doubtful=kept.doubtful,
    )
    gathered = Gathered(site, words, kept.places, kept.diagnostics)
    return Assembly(version, gathered, kept.given, kept.outlines, kept.encoded)
