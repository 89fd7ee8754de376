"""The rest of the line: resolve → render. A page is resolved and made by one worker, what the site makes of its pages here.

Of a page whose bytes are what they were, and for which nothing that was read has changed, not even the view is computed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct, structs

from citewell.core.diagnostic import Diagnostic
from citewell.core.digest import digest
from citewell.core.model import Site
from citewell.core.reads import Register
from citewell.core.view import Artifact, NotFoundView, RedirectView, Resolved, View
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
from citewell.records import Before, File, PageRecord, Records, SiteRecord, changes
from citewell.render.diagnostics import template_diagnostics
from citewell.render.fault import TemplateFault
from citewell.resolve.addresses import lists
from citewell.resolve.gather import Place
from citewell.resolve.views import (
    Resolver,
    Summary,
    at_hand,
    bare_lists,
    list_views,
    listing,
    made_views,
    site_faults,
    users,
)

_ENCODER = msgspec.msgpack.Encoder()
_READS = msgspec.msgpack.Decoder(tuple[tuple[str, str], ...] | None)
_SUMMARY = msgspec.msgpack.Decoder(Summary)

_MANY = range(256, 6000)
"""So many pages have lists that are made aside: those of fewer are made sooner than a process is begun, and those of more
would take the memory twice."""
_Files = tuple[list[Task], Iterable[tuple[Task, bytes | TemplateFault]]]
"""All files of some kind, and those that are made anew."""


class Made(Struct, frozen=True):
    """What came out of the line: what is wrong, the files that were made anew, and those that are right as they lie there.

    `kept` is None where only a part was wanted: then all that lie there stay, but for those that are gone.
    """

    diagnostics: tuple[Diagnostic, ...]
    pages: int
    rendered: tuple[str, ...]  # paths of the fresh files that are pages
    fresh: tuple[str, ...]  # paths of all files that were made anew
    kept: tuple[str, ...] | None
    gone: frozenset[str]  # paths of those kinds of files that the last run had and this one has not
    records: Records


class Wanted(Struct, frozen=True):
    """What is to be made: files of these kinds; and, with `lists`, what the site makes of its pages: home, glossary, feed.

    That is made as well where something has changed on which every page depends, as a template. Without `keep` files are made
    only to see whether they can be.
    """

    kinds: frozenset[str]
    lists: bool = True
    keep: bool = True


def produce(known: Examined, before: Before, put: Callable[[Artifact], str], wanted: Wanted) -> Made:
    """Send what is known down the rest of the line: resolve → render. Files that are right as they lie there are not made again.

    Each file that is made is given to `put`, which gives the digest of its bytes. Without lists a page that introduces one
    stays as it is, too.
    """
    return _Production(known, before, put, wanted).run()


class _Production:
    """One run of the rest of the line, and what has come of it so far."""

    def __init__(
        self, known: Examined, before: Before, put: Callable[[Artifact], str], wanted: Wanted
    ) -> None:
        self._known = known
        self._before = before
        self._put = put
        self._at_fault = {fault.span.path for fault in known.weigh(known.told) if fault.severity == "error"}
        self._keep = wanted.keep and not self._at_fault
        self._workshop = _workshop(known, wanted.kinds, keep=self._keep)
        self._everywhere = _everywhere(known, resolver(self._workshop))
        self._lists = wanted.lists or before.records.everywhere != self._everywhere
        self._version = digest(self._everywhere, known.version, known.files.statics.files)
        self._changes = self._changed()
        self._at_url = {record.url: record for record in before.records.pages.values()}
        self._records: dict[str, PageRecord] = {}  # by path of the content file
        self._groups: dict[str, SiteRecord] = {}
        self._fresh: list[str] = []
        self._rendered: list[str] = []
        self._unmade: list[TemplateFault] = []

    def run(self) -> Made:
        """Make what is not right, first the pages of the content folder, then what the site makes of them."""
        known = self._known
        listed = lists(known.site.config)
        introductions = [page for page in known.gathered.places if page.url in listed]
        known.crew.watch.stage("comparing")
        due = [page for page in known.gathered.places if page.url not in listed and not self._is_right(page)]
        known.crew.watch.stage("making", len(due))
        works = (self._work(page) for page in due)
        for page, done in zip(due, known.crew.spread(make_page, self._workshop, works), strict=True):
            self._take_page(page, done)
        for page in introductions:
            self._take_page(page, make_page(self._workshop, structs.replace(self._work(page), at_fault=True)))
        for page in introductions if self._lists else ():
            summaries = self._summaries()
            shown = listing(known.site, page.url, summaries, users(known.site, summaries))
            self._take_page(page, make_page(self._workshop, structs.replace(self._work(page), listing=shown)))
        self._records = {page.path: self._records[page.path] for page in known.gathered.places}
        return self._made(self._make_others())

    def _changed(self) -> frozenset[tuple[str, str]] | None:
        """Give the entries of registers that are not what they were in the last run; None where nothing can be told of them."""
        records = self._before.records
        if records.everywhere != self._everywhere:
            return None
        if records.version == self._version:
            return frozenset()
        former = self._before.site()
        return None if former is None else changes(self._known.site, former)

    def _is_right(self, page: Place) -> bool:
        """Tell whether all files of a page are known to be right; what the page came to is then known too."""
        record = self._before.records.pages.get(page.path)
        if record is None or record.key != self._known.pages.keys[page.path] or page.path in self._at_fault:
            return False
        if not self._stands(record) or not self._lie_right(record.files):
            return False
        self._records[page.path] = record
        return True

    def _stands(self, record: PageRecord) -> bool:
        """Tell whether nothing has changed of what was read for a page."""
        if not self._changes:
            return self._changes is not None
        reads = _READS.decode(record.reads)
        return reads is not None and self._changes.isdisjoint(reads)

    def _lie_right(self, files: Iterable[File]) -> bool:
        among, lies = self._workshop.outputs, self._before.lies
        return all(file.output not in among or lies(file.path, file.sha256) for file in files)

    def _former_files(self, page: Place) -> tuple[File, ...]:
        """Give the files of the page as it was before, and those of the one that had its address."""
        former = self._before.records.pages.get(page.path), self._at_url.get(page.url)
        return tuple(file for record in former if record is not None for file in record.files)

    def _work(self, page: Place) -> PageWork:
        lying = {
            file.path: file.key
            for file in self._former_files(page)
            if self._before.lies(file.path, file.sha256)
        }
        return PageWork(self._known.pages.text(page.path), lying, page.path in self._at_fault)

    def _take_page(self, page: Place, done: PageDone) -> None:
        former, pages = self._former_files(page), self._known.pages
        files = self._filed(done.tasks, done.made, former)
        self._records[page.path] = PageRecord(
            url=page.url,
            # Where nothing was made of it, that may be for an error of another page.
            key=pages.keys[page.path] if files else "",
            outline="" if page.path in pages.faults else pages.versions[page.path],
            reads=_ENCODER.encode(done.reads),
            summary=_ENCODER.encode(done.summary),
            faults=done.faults,
            files=files or former,
        )

    def _filed(
        self,
        tasks: Iterable[Task],
        made: Iterable[tuple[Task, bytes | TemplateFault]],
        former: Iterable[File],
    ) -> tuple[File, ...]:
        """Give what is to be remembered of these files, of which some were made now, and some lie there since a former run."""
        fresh = {task.path: self._take_file(task, data) for task, data in made}
        known = {(file.path, file.key): file.sha256 for file in former}
        return tuple(
            File(
                task.output,
                task.path,
                task.key,
                fresh.get(task.path) or known.get((task.path, task.key), ""),
            )
            for task in tasks
        )

    def _take_file(self, task: Task, data: bytes | TemplateFault) -> str:
        """Have a file put where it belongs, and give the digest of its bytes, if that was done."""
        if isinstance(data, TemplateFault):
            self._unmade.append(data)
            return ""
        if task.output == "html":
            self._rendered.append(task.path)
        if not self._keep:
            return ""
        self._fresh.append(task.path)
        return self._put(Artifact(task.path, data))

    def _make_others(self) -> tuple[Diagnostic, ...]:
        """Make the files that are no page's own, if that is asked for, and give what is wrong with terms over all pages."""
        self._known.crew.watch.stage("listing")
        of_pages = digest(self._version, [record.summary for record in self._records.values()])
        of_texts = digest(self._everywhere, self._known.pages.keys)
        if self._lists:
            self._groups = {
                "pages": self._group("pages", of_pages),
                "texts": self._group("texts", of_texts),
            }
            return self._groups["pages"].faults
        self._groups = self._before.records.groups
        known = self._groups.get("pages")
        if known is not None and known.key == of_pages:
            return known.faults
        return site_faults(self._known.site, users(self._known.site, self._summaries()))

    def _group(self, name: str, key: str) -> SiteRecord:
        """Make those files of the site as a whole that depend on pages, or on their texts too, and the pages of these views."""
        former = self._before.records.groups.get(name)
        if former is not None and former.key == key and self._lie_right(former.files):
            return former
        lying = () if former is None else former.files
        return self._of_texts(key, lying) if name == "texts" else self._of_pages(key, lying)

    def _of_texts(self, key: str, former: tuple[File, ...]) -> SiteRecord:
        planned = self._planned(self._known.site, (), of_texts=True)
        return SiteRecord(key, 0, (), self._filed(*self._made_files(planned, former), former))

    def _of_pages(self, key: str, former: tuple[File, ...]) -> SiteRecord:
        site, summaries = at_hand(self._known.site), self._summaries()
        uses = users(site, summaries)

        def listed() -> _Files:
            tasks, made = self._made_files(self._planned_pages(list_views(site, summaries, uses)), former)
            return tasks, list(made)

        with self._known.crew.aside(listed, worth_while=len(site.pages) in _MANY) as made_lists:
            views = made_views(site)
            planned = [*self._planned_pages(views), *self._planned(site, views, of_texts=False)]
            files = self._filed(*self._made_files(planned, former), former)
            files += self._filed(*made_lists(), former)
        pages = sum(file.output == "html" for file in files)
        return SiteRecord(key, pages, site_faults(site, uses), files)

    def _planned_pages(self, views: Iterable[View]) -> Iterator[tuple[Task, Any]]:
        return (found for view in views for found in page_tasks(self._workshop, view, None))

    def _planned(self, site: Site, views: tuple[View, ...], *, of_texts: bool) -> Iterator[tuple[Task, Any]]:
        kinds = {output.name for output in outputs().values() if output.of_texts == of_texts}
        return site_tasks(self._workshop, self._resolved(site, views), kinds)

    def _made_files(self, planned: Iterable[tuple[Task, Any]], former: tuple[File, ...]) -> _Files:
        """Give all of these files, and make those that are not right, each when it is asked for."""
        among, lies = self._workshop.outputs, self._before.lies
        right = {(file.path, file.key) for file in former if lies(file.path, file.sha256)}
        tasks, due = list[Task](), list[FileWork]()
        for task, value in planned:
            tasks.append(task)
            if task.output in among and (task.path, task.key) not in right:
                due.append(FileWork(task, value))
        self._known.crew.watch.stage("listing", len(due))
        done = self._known.crew.spread(make_file, self._workshop, due)
        return tasks, ((work.task, data) for work, data in zip(due, done, strict=True))

    def _summaries(self) -> "_Summaries":
        """Give what the site wants to know of its pages, by id."""
        return _Summaries({page.id: self._records[page.path].summary for page in self._known.gathered.places})

    def _resolved(self, site: Site, views: tuple[View, ...]) -> Resolved:
        known = self._known
        made = [view.url for view in views if not isinstance(view.content, NotFoundView | RedirectView)]
        urls = (
            *(page.url for page in known.gathered.places),
            *made[:1],
            *(bare_lists(site) if made else ()),
            *(page.sheet for page in known.gathered.places if page.sheet),
            *made[1:],
        )
        return Resolved(site, urls, partial(known.pages.index, known.crew), known.files.statics)

    def _made(self, site_wide: tuple[Diagnostic, ...]) -> Made:
        known = self._known
        told = (
            *known.told,
            *(fault for record in self._records.values() for fault in record.faults),
            *site_wide,
        )
        errors = {fault.span for fault in known.weigh(told) if fault.severity == "error"}
        at_fault = {span.path for span in errors}
        pages = {page.url: page.path for page in known.gathered.places}
        unmade = [fault for fault in self._unmade if pages.get(fault.page) not in at_fault]
        if is_encoded_otherwise(tuple(fault for fault in told if fault.span.path.startswith("templates/"))):
            unmade = []  # that a part of a template is missing follows from it
        faults = template_diagnostics(unmade, known.files.theme, pages)
        paths = self._paths(self._records.values()) | self._paths(self._groups.values())
        before = self._before.records
        former = self._paths(before.pages.values()) | self._paths(before.groups.values())
        everything = self._lists and self._workshop.outputs == outputs().keys()
        return Made(
            diagnostics=known.weigh((*told, *(fault for fault in faults if fault.span not in errors))),
            pages=(
                sum(group.pages for group in self._groups.values())
                + sum(1 + bool(page.sheet) for page in known.gathered.places)
            ),
            rendered=tuple(self._rendered),
            fresh=tuple(self._fresh),
            kept=tuple(sorted(paths.difference(self._fresh))) if everything else None,
            gone=former - paths,
            records=Records(known.version, self._everywhere, self._version, self._records, self._groups),
        )

    def _paths(self, records: Iterable[PageRecord | SiteRecord]) -> frozenset[str]:
        among = self._workshop.outputs
        return frozenset(file.path for record in records for file in record.files if file.output in among)


class _Summaries(Mapping[str, Summary]):
    """Summaries that are decoded when they are looked at: all at once they fill as much memory as the pages' records."""

    def __init__(self, encoded: Mapping[str, bytes]) -> None:
        self._encoded = encoded

    def __getitem__(self, id_: str) -> Summary:
        return _SUMMARY.decode(self._encoded[id_])

    def __iter__(self) -> Iterator[str]:
        return iter(self._encoded)

    def __len__(self) -> int:
        return len(self._encoded)


def _workshop(known: Examined, among: frozenset[str], *, keep: bool) -> Workshop:
    return Workshop(
        site=known.site,
        words=known.gathered.words,
        look=known.look,
        statics=known.files.statics,
        engine=known.engine,
        template_keys=known.files.prepared.template_keys,
        outputs=among,
        weigh=known.weigh,
        keep=keep,
    )


def _everywhere(known: Examined, pages: Resolver) -> str:
    """Give the digest of what every page depends on."""
    values = [getattr(known.site, field) for field in known.site.__struct_fields__]
    return digest(
        [
            sorted(value) if isinstance(value, frozenset) else value
            for value in values
            if not isinstance(value, Register)
        ],
        known.engine,
        known.look.blocks.digest,
        known.files.prepared.template_keys,
        known.files.statics.addresses,  # which hold digests of the files
        pages.chrome,
    )
