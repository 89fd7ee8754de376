"""The rest of the line: resolve → render. A page is resolved and made by one worker, what the site makes of its pages here.

Of a page whose bytes are what they were, and for which nothing that was read has changed, not even the view is computed.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from msgspec import Struct, structs

from citewell.core.diagnostic import Diagnostic
from citewell.core.digest import digest
from citewell.core.model import Facts, Site
from citewell.core.view import Artifact, NotFoundView, RedirectView, Resolved, View
from citewell.io.inputs import Options
from citewell.making import (
    FileWork,
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
from citewell.parse.text import is_encoded_otherwise
from citewell.pipeline import Examined
from citewell.records import Records, SiteRecord, Versions
from citewell.render.diagnostics import template_diagnostics
from citewell.render.fault import TemplateFault
from citewell.resolve.addresses import HOME, lists, sheet_url
from citewell.resolve.glossary import labels, lexicon
from citewell.resolve.views import Resolver, Summary, listing, made_views, site_faults


class Made(Struct, frozen=True):
    """What came out of the line: what is wrong, the files that were made anew, and those that are right as they lie there.

    `kept` is None where all that lie there stay.
    """

    diagnostics: tuple[Diagnostic, ...]
    pages: int
    rendered: tuple[str, ...]  # paths of the fresh files that are pages
    fresh: dict[str, str]  # path of each file that was made anew -> its key
    kept: tuple[str, ...] | None


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
    words = known.memo("words", lexicon, known.memo("labels", labels, known.site.forms))
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


def _versions(known: Examined, pages: Resolver) -> Versions:
    files = known.files
    addresses = files.statics.addresses  # which hold digests of the files
    return Versions(
        known.site,
        digest(known.version, files.statics.files),
        (
            known.engine,
            known.look.blocks.digest,
            files.prepared.template_keys,
            addresses,
            pages.chrome,
        ),
    )
