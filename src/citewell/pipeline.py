"""The line: discover → parse → gather → resolve → render → write. Read this first.

Each stage is a function from values to values. What a file is made of decides whether it is made again: the digest of its
value, of the theme and of the program is its key. Of a page nobody computes that value before something that was read for it
has changed. `build` reads the inputs and writes the results.
"""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from importlib.util import MAGIC_NUMBER
from posixpath import splitext
from typing import Any

from msgspec import Struct, structs

from citewell.core.codes import CODES
from citewell.core.diagnostic import Diagnostic, with_severities
from citewell.core.digest import digest
from citewell.core.memo import Memo
from citewell.core.model import Asset, Config, Facts, Site, Source
from citewell.core.view import Artifact, NotFoundView, RedirectView, Resolved, Statics, View
from citewell.io.disk import LIBRARIES
from citewell.io.inputs import Inputs, Options
from citewell.io.store import Store
from citewell.io.workers import ALONE, Crew
from citewell.making import (
    FileWork,
    Look,
    PageDone,
    PageWork,
    Task,
    Workshop,
    make_file,
    make_page,
    outputs,
    page_tasks,
    resolver,
    site_tasks,
)
from citewell.pages import BlockFolder, Grammar, Pages, blocks_in
from citewell.parse.config import parse_config
from citewell.parse.library import Library, parse_library
from citewell.parse.picture import picture_fault
from citewell.parse.text import decode, is_encoded_otherwise
from citewell.records import Records, SiteRecord, Versions
from citewell.render.diagnostics import missing_assets, template_diagnostics
from citewell.render.fault import TemplateFault
from citewell.render.prepared import Prepared, prepared
from citewell.render.theme import Theme, one_script
from citewell.resolve.addresses import HOME, lists, sheet_url
from citewell.resolve.assets import IMAGES, integrity, publish_images, publish_static
from citewell.resolve.gather import gather, severity_faults
from citewell.resolve.glossary import Label, labels, lexicon
from citewell.resolve.views import Resolver, Summary, listing, made_views, site_faults


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

    site: Site
    pages: Pages
    libraries: tuple[Library, ...]
    files: Files
    look: Look
    engine: str
    memo: Memo
    crew: Crew
    told: tuple[Diagnostic, ...]
    weigh: Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]


class Made(Struct, frozen=True):
    """What came out of the line: what is wrong, the files that were made anew, and those that are right as they lie there.

    `kept` is None where all that lie there stay.
    """

    diagnostics: tuple[Diagnostic, ...]
    pages: int
    rendered: tuple[str, ...]  # paths of the fresh files that are pages
    fresh: dict[str, str]  # path of each file that was made anew -> its key
    kept: tuple[str, ...] | None


def examine(inputs: Inputs, store: Store, options: Options, memo: Memo, crew: Crew = ALONE) -> Examined:
    """Send a site down the line as far as one value: discover → parse → gather."""
    folder = BlockFolder(str(options.root / "blocks"), digest(inputs.blocks))
    blocks = blocks_in(folder)
    settings = memo("settings", parse_config, _settings(inputs))
    config = _with_base_url(settings.config, inputs.base_url)
    pages = Pages(options.content, inputs, store, Grammar(folder, config.html, config.review), memo, crew)
    crew.watch.stage("gathering")
    libraries = tuple(
        memo(source.path, parse_library, source) for source in inputs.sources if _is_library(source)
    )
    pictures = tuple(source for source in inputs.sources if splitext(source.path)[1].lower() in IMAGES)
    texts = memo("theme", _texts, inputs.templates, inputs.static)
    prepared = _prepared(texts, folder, inputs.engine, store, memo)
    files = memo("files", _files, texts, prepared, inputs.static, pictures, config.leave_out)
    addresses = files.statics.addresses
    gathered = memo(
        "site",
        gather,
        config,
        tuple(memo.same(("other", page.path), page) for page in pages.outlined),
        libraries,
        files.images,
        {name: addresses[name] for name in prepared.named if name in addresses},
        files.integrity,
        tuple(fault.span.path for fault in inputs.diagnostics if fault.span.path.endswith(".md")),
    )
    codes = CODES | {code.name: code for block in blocks for code in block.codes}
    return Examined(
        site=gathered.site,
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
            *(fault for page in pages.outlined for fault in page.diagnostics),
            *(fault for library in libraries for fault in library.diagnostics),
            *gathered.diagnostics,
            *files.diagnostics,
            *missing_assets(files.theme, prepared.named, addresses),
        ),
        weigh=partial(with_severities, codes=codes, chosen=config.severity, strict=options.strict),
    )


def produce(
    known: Examined,
    options: Options,
    records: Records,
    put: Callable[[Artifact], None],
    among: Collection[str] | None = None,
) -> Made:
    """Send what is known down the rest of the line: resolve → render. Files that are right as they lie there are not made again.

    `among` names the kinds of files to make; None: all of them. Each file that is made is given to `put`.
    """
    return _Production(known, options, records, put, outputs() if among is None else among).run()


class _Production:
    """One run of the rest of the line, and what has come of it so far."""

    def __init__(
        self,
        known: Examined,
        options: Options,
        records: Records,
        put: Callable[[Artifact], None],
        among: Collection[str],
    ) -> None:
        self._known = known
        self._records = records
        self._put = put
        self._at_fault = {fault.span.path for fault in known.weigh(known.told) if fault.severity == "error"}
        self._keep = options.write and not self._at_fault
        self._workshop = _workshop(known, frozenset(among), keep=self._keep)
        self._versions = _versions(known, resolver(self._workshop))
        self._summaries: dict[str, Summary] = {}
        self._tasks: list[Task] = []
        self._fresh: dict[str, str] = {}
        self._rendered: list[str] = []
        self._unmade: list[TemplateFault] = []

    def run(self) -> Made:
        """Make what is not right, first the pages of the content folder, then what the site makes of them."""
        known = self._known
        pages = known.site.pages
        listed = lists(known.site.config)
        introductions = [page for page in pages.values() if page.url in listed]
        known.crew.watch.stage("comparing")
        due = [page for page in pages.values() if page.url not in listed and not self._is_right(page)]
        known.crew.watch.stage("making", len(due))
        works = (self._work(page) for page in due)
        for page, done in zip(due, known.crew.spread(make_page, self._workshop, works), strict=True):
            self._take_page(page, done)
        for page in introductions:
            done = make_page(self._workshop, structs.replace(self._work(page), at_fault=True))
            self._summaries[page.id] = done.summary
        self._summaries = {id_: self._summaries[id_] for id_ in pages}
        for page in introductions:
            shown = listing(known.site, page.url, self._summaries)
            self._take_page(page, make_page(self._workshop, structs.replace(self._work(page), listing=shown)))
        count = self._make_others()
        return self._made(count)

    def _is_right(self, page: Facts) -> bool:
        """Tell whether all files of a page are known to be right; what the page came to is then known too."""
        key = self._known.pages.keys[page.path]
        record = self._records.page(page.url, key, self._versions)
        if record is None or page.path in self._at_fault or not self._lie_right(record.tasks):
            return False
        self._summaries[page.id] = record.summary
        self._tasks += record.tasks
        return True

    def _lie_right(self, tasks: Iterable[Task]) -> bool:
        among = self._workshop.outputs
        return all(task.output not in among or self._records.lying(task.path) == task.key for task in tasks)

    def _work(self, page: Facts) -> PageWork:
        former = self._records.files_of(page.url)
        lying = {path: key for path in former if (key := self._records.lying(path)) is not None}
        return PageWork(self._known.pages.text(page.path), lying, page.path in self._at_fault)

    def _take_page(self, page: Facts, done: PageDone) -> None:
        self._tasks += done.tasks
        for task, data in done.made:
            self._take_file(task, data)
        self._summaries[page.id] = done.summary
        if done.tasks:  # else nothing was made of it, for an error that may be another page's
            self._records.put_page(page.url, self._known.pages.keys[page.path], self._versions, done)

    def _take_file(self, task: Task, data: bytes | TemplateFault) -> None:
        if isinstance(data, TemplateFault):
            self._unmade.append(data)
            return
        if task.output == "html":
            self._rendered.append(task.path)
        if self._keep:
            self._fresh[task.path] = task.key
            self._put(Artifact(task.path, data))

    def _make_others(self) -> int:
        """Make the files that are no page's own, and give how many pages are among them."""
        self._known.crew.watch.stage("listing")
        site = digest(self._versions.site, list(self._summaries.items()))
        count = self._make_group("pages", site, self._views)
        texts = digest(self._versions.everywhere, self._known.pages.keys)
        return count + self._make_group("texts", texts, lambda: ())

    def _make_group(self, name: str, key: str, views_of: Callable[[], tuple[View, ...]]) -> int:
        """Make those files of the site as a whole that depend on pages, or on their texts too, and the pages of these views."""
        record = self._records.group(name, key)
        if record is None or not self._lie_right(record.tasks):
            views = views_of()
            resolved = self._resolved(views)
            kinds = {output.name for output in outputs().values() if output.of_texts == (name == "texts")}
            planned = [
                *(found for view in views for found in page_tasks(self._workshop, view, None)),
                *site_tasks(self._workshop, resolved, kinds),
            ]
            self._make_files(planned)
            record = SiteRecord(key, len(views), tuple(task for task, _ in planned))
            self._records.put_group(name, record)
        self._tasks += record.tasks
        return record.pages

    def _make_files(self, planned: list[tuple[Task, Any]]) -> None:
        due = [FileWork(task, value) for task, value in planned if not self._lie_right([task])]
        self._known.crew.watch.stage("listing", len(due))
        for work, data in zip(due, self._known.crew.spread(make_file, self._workshop, due), strict=True):
            self._take_file(work.task, data)

    def _views(self) -> tuple[View, ...]:
        return made_views(resolver(self._workshop), self._summaries)

    def _resolved(self, views: tuple[View, ...]) -> Resolved:
        site = self._known.site
        read = [view.url for view in views if not isinstance(view.content, NotFoundView | RedirectView)]
        first = [url for url in read if url in {HOME, *lists(site.config)}]
        urls = (
            *(page.url for page in site.pages.values()),
            *first,
            *_sheets(site),
            *read[len(first) :],
        )
        return Resolved(site, urls, self._known.pages.passages, self._known.files.statics)

    def _made(self, count: int) -> Made:
        known, among = self._known, self._workshop.outputs
        told = (
            *known.told,
            *(fault for page in self._summaries.values() for fault in page.faults),
            *site_faults(known.site, self._summaries),
        )
        errors = {fault.span for fault in known.weigh(told) if fault.severity == "error"}
        at_fault = {span.path for span in errors}
        files = {page.url: page.path for page in known.site.pages.values()}
        unmade = [fault for fault in self._unmade if files.get(fault.page) not in at_fault]
        if is_encoded_otherwise(tuple(fault for fault in told if fault.span.path.startswith("templates/"))):
            unmade = []  # that a part of a template is missing follows from it
        faults = template_diagnostics(unmade, known.files.theme, files)
        paths = {task.path for task in self._tasks if task.output in among}
        return Made(
            diagnostics=known.weigh((*told, *(fault for fault in faults if fault.span not in errors))),
            pages=count + len(known.site.pages) + len(_sheets(known.site)),
            rendered=tuple(self._rendered),
            fresh=self._fresh,
            kept=tuple(sorted(paths - self._fresh.keys())),
        )


def _workshop(known: Examined, among: frozenset[str], *, keep: bool) -> Workshop:
    words = known.memo("words", lexicon, _labels(known))
    return Workshop(
        site=known.site,
        words=words,
        look=known.look,
        statics=known.files.statics,
        engine=known.engine,
        template_keys=known.files.prepared.template_keys,
        outputs=among,
        weigh=known.weigh,
        keep=keep,
    )


def _sheets(site: Site) -> list[str]:
    """Give the addresses of the sheets of questions."""
    return [url for page in site.pages.values() if (url := sheet_url(page, site.config))]


def _labels(known: Examined) -> tuple[Label, ...]:
    return known.memo("labels", labels, known.site.terms)


def _versions(known: Examined, pages: Resolver) -> Versions:
    files = known.files
    addresses = files.statics.addresses  # which hold digests of the files
    return Versions(
        known.site,
        known.pages.outlined,
        (known.libraries, files.statics.files),
        (
            known.engine,
            known.look.blocks.digest,
            files.prepared.template_keys,
            addresses,
            _labels(known),
            pages.chrome,
        ),
    )


def _settings(inputs: Inputs) -> Source:
    return next(source for source in inputs.sources if source.path == "site.yaml")


def _is_library(source: Source) -> bool:
    return source.path in LIBRARIES


def _with_base_url(config: Config, base_url: str | None) -> Config:
    return config if base_url is None else structs.replace(config, base_url=base_url.rstrip("/") + "/")


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
    store.keep("themes", [key])
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
