"""Files: what each is made of, whether it is right as it lies there, and how it is made."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from citewell.core.diagnostic import Diagnostic
from citewell.core.digest import digest
from citewell.core.model import Article, Facts, Site
from citewell.core.once import once
from citewell.core.plugin import Output
from citewell.core.reads import watched
from citewell.core.view import ArticleView, GlossaryView, Resolved, SourcesView, Statics, View
from citewell.outputs import find_outputs
from citewell.pages import BlockFolder, Text, blocks_in
from citewell.render.fault import TemplateFault
from citewell.render.html import HtmlRenderer
from citewell.render.theme import Theme
from citewell.resolve.glossary import Lexicon, find_uses
from citewell.resolve.views import Resolver, Summary, introducing

_ARTICLE = msgspec.msgpack.Decoder(Article)
_FACTS = msgspec.msgpack.Decoder(Facts)


class Task(Struct, frozen=True, array_like=True):
    """A file of the site: which output makes it, its path, and the digest of all that it is made of."""

    output: str
    path: str
    key: str


class Look(Struct, frozen=True):
    """What pages are rendered with, in a form that another process can be sent."""

    templates: tuple[tuple[str, str], ...]
    code: tuple[tuple[str, bytes], ...]  # what they were compiled to
    blocks: BlockFolder


class Workshop(Struct, frozen=True):
    """What every file is made with, in a form that another process can be sent."""

    site: Site
    words: Lexicon
    look: Look
    statics: Statics
    engine: str
    template_keys: dict[str, str]  # name of a template -> digest of all that it pulls in
    outputs: frozenset[str]  # kinds of files to make
    weigh: Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]
    keep: bool  # False: files are made only to see whether they can be

    def key(self, output: str, value: object) -> str:
        """Give the digest of all that a file of this value is made of: the program, for a page its templates, and the value."""
        if not isinstance(value, View):
            return digest((self.engine,), output, value)
        kinds = value.content.blocks if isinstance(value.content, ArticleView) else ()
        names = (value.template, *(f"blocks/{kind}.html" for kind in kinds))
        templates = (self.template_keys.get(name, "") for name in names)
        return digest((self.engine, self.look.blocks.digest, *templates), output, value)


class PageWork(Struct, frozen=True):
    """A page of the content folder that is to be resolved, and those of its files to be made that are not right."""

    text: Text
    right: dict[str, str]  # path of a file -> the key under which it was made, if it is as it was made then
    at_fault: bool  # an error stands in it, so that its files are not made
    listing: GlossaryView | SourcesView | None = None


class FileWork(Struct, frozen=True):
    """A file to make that is no page of the content folder: its value, and what it is."""

    task: Task
    value: Any


class PageDone(Struct, frozen=True):
    """What came of a page: what the site wants to know of it, what is wrong, what was read for it, all its files, and those made anew."""

    summary: Summary
    faults: tuple[Diagnostic, ...]
    reads: tuple[tuple[str, str], ...] | None  # None: more than can be told
    tasks: tuple[Task, ...]
    made: tuple[tuple[Task, bytes | TemplateFault], ...]


def make_page(workshop: Workshop, work: PageWork) -> PageDone:
    """Resolve a page, and make those of its files that are not right."""
    facts, article = _FACTS.decode(work.text.facts), _ARTICLE.decode(work.text.article)
    pages, uses = resolver(workshop), find_uses(facts, article, workshop.words)
    with watched() as reads:
        page = pages.page(facts, uses)
    views = page.views
    if work.listing is not None:
        views = introducing(views[0], work.listing), *views[1:]
    tasks, made = [], []
    for view in () if work.at_fault or _has_error(workshop, page.faults) else views:
        is_own = view is views[0]
        for task, value in page_tasks(workshop, view, facts if is_own else None):
            tasks.append(task)
            if task.output in workshop.outputs and work.right.get(task.path) != task.key:
                made.append((task, _make(workshop, task, value, article if is_own else None)))
    noted = None if reads.whole else tuple(sorted(reads.entries))
    return PageDone(page.summary, page.faults, noted, tuple(tasks), tuple(made))


def make_file(workshop: Workshop, work: FileWork) -> bytes | TemplateFault:
    """Give the bytes of a file, or what is wrong with the template that should make it."""
    return _make(workshop, work.task, work.value, None)


def page_tasks(workshop: Workshop, view: View, facts: Facts | None) -> Iterator[tuple[Task, Any]]:
    """Give the files of one page with the value that each is made of."""
    for output in outputs().values():
        planned = output.page(view, facts, workshop.statics)
        if planned is not None:
            path, value = planned
            yield Task(output.name, path, workshop.key(output.name, value)), value


def site_tasks(workshop: Workshop, resolved: Resolved, among: Collection[str]) -> Iterator[tuple[Task, Any]]:
    """Give the files of the site as a whole, of the kinds named, with the value that each is made of."""
    for output in outputs().values():
        if output.name in among:
            for path, value in output.plan(resolved):
                yield Task(output.name, path, workshop.key(output.name, value)), value


@once
def resolver(workshop: Workshop) -> Resolver:
    """Give what resolves the pages of this site."""
    return Resolver(workshop.site)


@cache
def outputs() -> dict[str, Output]:
    """Give every kind of published file by its name."""
    return {output.name: output for output in find_outputs()}


def _has_error(workshop: Workshop, faults: Iterable[Diagnostic]) -> bool:
    return any(fault.severity == "error" for fault in workshop.weigh(faults))


def _make(workshop: Workshop, task: Task, value: object, article: Article | None) -> bytes | TemplateFault:
    try:
        data = outputs()[task.output].make(value, article, _renderer(workshop.look))
    except TemplateFault as fault:
        return fault
    return data if workshop.keep else b""


@lru_cache(maxsize=1)
def _renderer(look: Look) -> HtmlRenderer:
    return HtmlRenderer(Theme(dict(look.templates)), blocks_in(look.blocks), look.code)
