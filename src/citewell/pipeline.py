"""The line: discover → parse → gather → resolve → render → write. Read this first.

Each stage is a function from values to values. What a file is made of decides whether it is made again: the digest of its
value, of the theme and of the program is its key. Here the line goes as far as one value, the `Site`; `production.py` is the
rest of it, and `build` reads the inputs and writes the results.
"""

from collections.abc import Callable, Iterable
from functools import partial
from importlib.util import MAGIC_NUMBER
from posixpath import splitext
from typing import TypeVar

from msgspec import Struct, structs

from citewell.core.codes import CODES
from citewell.core.diagnostic import Diagnostic, with_severities
from citewell.core.digest import digest
from citewell.core.memo import Memo
from citewell.core.model import Asset, Config, Library, Settings, Site, Source
from citewell.core.view import Statics
from citewell.io.disk import LIBRARIES
from citewell.io.inputs import Inputs, Options
from citewell.io.store import Store
from citewell.io.workers import ALONE, Crew
from citewell.making import Look
from citewell.pages import BlockFolder, Grammar, Pages, blocks_in
from citewell.parse.picture import picture_fault
from citewell.parse.text import decode
from citewell.records import Assembly, Records, keep_site, kept_site, words_key
from citewell.render.diagnostics import missing_assets
from citewell.render.prepared import Prepared, prepared
from citewell.render.theme import Theme, one_script
from citewell.resolve.again import gather_again
from citewell.resolve.assets import IMAGES, integrity, publish_images, publish_static
from citewell.resolve.gather import Gathered, Given, gather, severity_faults
from citewell.resolve.glossary import Lexicon, lexicon

T = TypeVar("T")


class Texts(Struct, frozen=True):
    """The theme as its files say it."""

    theme: Theme
    css: str
    diagnostics: tuple[Diagnostic, ...]


class Files(Struct, frozen=True):
    """The theme, and the files that are published as they are, under addresses that hold their fingerprint."""

    theme: Theme
    prepared: Prepared
    integrity: dict[str, str]  # of the static files that templates name
    images: dict[str, Asset]
    statics: Statics
    diagnostics: tuple[Diagnostic, ...]


class Examined(Struct, frozen=True):
    """All that is known before a page is resolved: the site, and what is wrong with what was written."""

    assembly: Assembly
    last: Assembly | None  # the site of the run before
    pages: Pages
    libraries: tuple[Library, ...]
    files: Files
    look: Look
    engine: str
    memo: Memo
    crew: Crew
    told: tuple[Diagnostic, ...]
    weigh: Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]

    @property
    def gathered(self) -> Gathered:
        """The site with what belongs to it."""
        return self.assembly.gathered

    @property
    def version(self) -> str:
        """The digest of all that the site was put together from."""
        return self.assembly.version

    @property
    def site(self) -> Site:
        """The site."""
        return self.gathered.site


def examine(  # noqa: PLR0913, PLR0917 -- what the run before has left is three of them
    inputs: Inputs,
    store: Store,
    options: Options,
    memo: Memo,
    crew: Crew = ALONE,
    records: Records = Records(),  # noqa: B008 -- it is frozen
) -> Examined:
    """Send a site down the line as far as one value: discover → parse → gather. `records` are those of the run before."""
    folder = BlockFolder(str(options.root / "blocks"), digest(inputs.blocks))
    blocks = blocks_in(folder)
    settings = _once_read(_settings(inputs), Settings, _parse_config, inputs.engine, store, memo)
    config = _with_base_url(settings.config, inputs.base_url)
    pages = Pages(options.content, inputs, store, Grammar(folder, config.html, config.review), memo)
    pages.begin(crew, {(path, record.key): record.outline for path, record in records.pages.items()})
    libraries = tuple(
        _once_read(source, Library, _parse_library, inputs.engine, store, memo)
        for source in inputs.sources
        if _is_library(source)
    )
    pictures = tuple(source for source in inputs.sources if splitext(source.path)[1].lower() in IMAGES)
    texts = memo("theme", _texts, inputs.templates, inputs.static)
    prepared = _prepared(texts, folder, inputs.engine, store, memo)
    files = memo("files", _files, texts, prepared, inputs.static, pictures, config.leave_out)
    addresses = files.statics.addresses
    given = Given(
        config,
        libraries,
        files.images,
        {name: addresses[name] for name in prepared.named if name in addresses},
        files.integrity,
        tuple(fault.span.path for fault in inputs.diagnostics if fault.span.path.endswith(".md")),
    )
    key = digest(inputs.engine, given)
    last: Assembly | None = memo.recall("last site") or kept_site(store, records.site, given)
    pages.finish()
    crew.watch.stage("gathering")
    version = digest(key, list(pages.versions.items()))
    assembly = memo.keep("last site", _Assembler(given, key, pages, store, memo).site(version, last))
    codes = CODES | {code.name: code for block in blocks for code in block.codes}
    return Examined(
        assembly=assembly,
        last=last,
        pages=pages,
        libraries=libraries,
        files=files,
        look=memo("look", Look, tuple(files.theme.templates.items()), prepared.code, folder),
        engine=inputs.engine,
        memo=memo,
        crew=crew,
        told=(
            *inputs.diagnostics,
            *settings.diagnostics,
            *severity_faults(config.severity, settings.severity_spans, codes),
            *(fault for path in pages.keys for fault in pages.faults.get(path, ())),
            *(fault for library in libraries for fault in library.diagnostics),
            *assembly.gathered.diagnostics,
            *files.diagnostics,
            *missing_assets(files.theme, prepared.named, addresses),
        ),
        weigh=partial(with_severities, codes=codes, chosen=config.severity, strict=options.strict),
    )


def _settings(inputs: Inputs) -> Source:
    return next(source for source in inputs.sources if source.path == "site.yaml")


def _once_read(  # noqa: PLR0913, PLR0917 -- a file, how it is read, and where that may be kept
    source: Source, type_: type[T], parse: Callable[[Source], T], engine: str, store: Store, memo: Memo
) -> T:
    """Give what a file says, as the last run or an earlier build has read it."""
    key = f"{source.path} {digest(engine, source)}"
    kept: T | None = memo.recall(source.path, key) or store.get("sites", key, type_)
    if kept is None:
        kept = parse(source)
        store.put("sites", key, kept)
    return memo.keep(source.path, kept, key)


def _parse_config(source: Source) -> Settings:
    # Only here, as all that holds values to shapes takes long to import.
    from citewell.parse.config import parse_config

    return parse_config(source)


def _parse_library(source: Source) -> Library:
    from citewell.parse.library import parse_library

    return parse_library(source)


def _is_library(source: Source) -> bool:
    return source.path in LIBRARIES


def _with_base_url(config: Config, base_url: str | None) -> Config:
    return config if base_url is None else structs.replace(config, base_url=base_url.rstrip("/") + "/")


class _Assembler(Struct, frozen=True):
    """What a site is put together from, and where it may have been kept."""

    given: Given
    key: str  # digest of what is given
    pages: Pages
    store: Store
    memo: Memo

    def site(self, version: str, last: Assembly | None) -> Assembly:
        """Put the site of that version together, unless the last run or an earlier build has done so."""
        if last is not None and last.version == version:
            return last
        known = kept_site(self.store, version, self.given)
        if known is None:
            known = self._edited(version, last) or self._gathered(version)
            if not self.store.reading:
                keep_site(self.store, known, last)
        return known

    def _edited(self, version: str, last: Assembly | None) -> Assembly | None:
        """Give the last site with what is shown now, where all else is as it was."""
        pages = self.pages
        if last is None or last.given != self.key or last.outlines.keys() != pages.versions.keys():
            return None
        now = pages.stand(last.outlines)
        edited = [path for path, stood in now.items() if stood != last.outlines[path]]
        if any(now[path].frame != last.outlines[path].frame for path in edited):
            return None
        outlines = [outline for path in edited if (outline := pages.outline(path).outline) is not None]
        gathered = gather_again(last.gathered, outlines)
        return None if gathered is None else Assembly(version, gathered, self.key, now)

    def _gathered(self, version: str) -> Assembly:
        gathered = gather(self.given, self.pages.outlined(), partial(_words, self.store, self.memo))
        return Assembly(version, gathered, self.key, self.pages.stand({}))


def _words(store: Store, memo: Memo, forms: tuple[tuple[str, str], ...]) -> Lexicon:
    """Give the lexicon of these forms, as the last run or an earlier build has made it."""
    key = words_key(forms)
    kept: Lexicon = memo.recall("words", key) or store.get("sites", key, Lexicon) or lexicon(forms)
    return memo.keep("words", kept, key)


def _texts(templates: dict[str, bytes], static: dict[str, bytes]) -> Texts:
    texts = {name: decode(f"templates/{name}", data) for name, data in templates.items()}
    sheets = {name: decode(f"static/{name}", data) for name, data in static.items() if name.endswith(".css")}
    return Texts(
        theme=Theme({name: text for name, (text, _) in texts.items()}),
        css=sheets["site.css"][0] if "site.css" in sheets else "",
        diagnostics=tuple(fault for _, found in (*texts.values(), *sheets.values()) for fault in found),
    )


def _prepared(texts: Texts, folder: BlockFolder, engine: str, store: Store, memo: Memo) -> Prepared:
    """Give what follows from the theme, as the last run or an earlier build has found it."""
    key = digest(engine, MAGIC_NUMBER, folder.digest, texts.theme, texts.css)
    store.keep([key], "themes")
    kept: Prepared | None = memo.recall("prepared", key) or store.get("themes", key, Prepared)
    if kept is None:
        kept = prepared(texts.theme, texts.css, blocks_in(folder))
        store.put("themes", key, kept)
    return memo.keep("prepared", kept, key)


def _files(
    texts: Texts,
    prepared: Prepared,
    static: dict[str, bytes],
    pictures: tuple[Source, ...],
    left_out: tuple[str, ...],
) -> Files:
    addresses, published = publish_static(
        one_script(static, search="search" not in left_out) | {"site.css": prepared.style.encode()}
    )
    media = publish_images(pictures)
    named, data = prepared.named, {file.path: file.data for file in published}
    held = {name: addresses[name] for name in named if name in addresses and name.endswith((".css", ".js"))}
    shown = {source.path: source.data for source in pictures} | {
        f"static/{name}": static[name] for name in static
    }
    return Files(
        theme=texts.theme,
        prepared=prepared,
        integrity={name: integrity(data[path]) for name, path in held.items()},
        images=media.assets,
        statics=Statics(published + media.artifacts, addresses),
        diagnostics=(
            *texts.diagnostics,
            *media.diagnostics,
            *(fault for path, file in shown.items() if (fault := picture_fault(path, file))),
        ),
    )
