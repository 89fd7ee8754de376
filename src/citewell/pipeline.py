"""The line: discover → parse → gather → resolve → render → write. Read this first.

Each stage is a function from values to values. What a file is made of decides whether it is made again: the
digest of its value, of the theme and of the program is its key. `build` reads the inputs and writes the results.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, cast

from msgspec import Struct, structs

from citewell.blocks import find_blocks
from citewell.core.codes import CODES
from citewell.core.diagnostic import Diagnostic, Span, nearest, with_severities
from citewell.core.digest import digest
from citewell.core.model import (
    Article,
    ArticleView,
    Artifact,
    Asset,
    Config,
    Facts,
    Parsed,
    Resolved,
    Site,
    Source,
    TermUse,
    View,
)
from citewell.core.plugin import Block, Output
from citewell.io import SurroundingsError
from citewell.io.inputs import Inputs, Options
from citewell.io.store import Store
from citewell.io.workers import spread
from citewell.outputs import find_outputs
from citewell.parse.article import Language, parse_article
from citewell.parse.config import parse_config
from citewell.parse.library import parse_library
from citewell.render.fault import TemplateFault
from citewell.render.html import HtmlRenderer
from citewell.render.theme import Theme, asset_names, bundle
from citewell.resolve.assets import IMAGES, publish_images, publish_static
from citewell.resolve.gather import gather, unknown_severities
from citewell.resolve.glossary import find_uses, labels
from citewell.resolve.views import resolve


class Existing(Struct, frozen=True):
    """What lies in the output folder: the manifest of the last build, and a look at a file's bytes."""

    manifest: dict[str, str]
    is_intact: Callable[[str], bool]


class MadeFrom(Struct, frozen=True):
    """The key under which a published file was made, and the digest of its bytes."""

    key: str
    sha256: str


class Made(Struct, frozen=True):
    """What came out of the line: files made anew, files that are right as they lie there, and what is wrong."""

    diagnostics: tuple[Diagnostic, ...]
    pages: int
    rendered: tuple[str, ...]  # paths of the fresh files that are pages
    fresh: tuple[Artifact, ...]
    kept: tuple[str, ...]
    keys: dict[str, MadeFrom]  # of the fresh files


class Task(Struct, frozen=True):
    """One file to make: which output makes it, its path, the value it is made of, and its key."""

    output: str
    path: str
    value: Any
    key: str
    article: Article | None = None


class BlockFolder(Struct, frozen=True):
    """The site's own blocks: where they lie, and the digest of what lies there, so that no old ones are used."""

    path: str
    digest: str


class Grammar(Struct, frozen=True):
    """What the meaning of a page's bytes depends on, in a form that another process can be sent."""

    blocks: BlockFolder
    html: tuple[str, ...]
    review: str


class Files(Struct, frozen=True):
    """The theme, and the files that are published as they are, under addresses that hold their fingerprint."""

    theme: Theme
    named: dict[str, tuple[str, int]]  # what templates name by `asset(…)`, with the template and line
    addresses: dict[str, str]
    images: dict[str, Asset]
    artifacts: tuple[Artifact, ...]


def run(inputs: Inputs, store: Store, existing: Existing, options: Options) -> Made:
    """Send a site down the line."""
    folder = BlockFolder(str(options.root / "blocks"), digest(inputs.blocks))
    settings = parse_config(_settings(inputs))
    config = _with_base_url(settings.config, inputs.base_url)
    pages = _Pages(inputs, store, Grammar(folder, config.html, config.review), options.jobs)
    libraries = tuple(parse_library(source) for source in inputs.sources if _is_library(source))
    files = _files(inputs, _blocks(folder))

    gathered = gather(
        config,
        pages.parsed,
        libraries,
        files.images,
        {name: files.addresses[name] for name in files.named if name in files.addresses},
    )
    views = resolve(gathered.site, pages.uses(gathered.site))

    codes = CODES | {code.name: code for block in _blocks(folder) for code in block.codes}
    told = (
        *inputs.diagnostics,
        *settings.diagnostics,
        *unknown_severities(config.severity, settings.severity_spans, codes),
        *(fault for page in pages.parsed for fault in page.diagnostics),
        *(fault for library in libraries for fault in library.diagnostics),
        *gathered.diagnostics,
        *views.diagnostics,
        *_missing_assets(files),
    )
    weigh = partial(with_severities, codes=codes, chosen=config.severity, strict=options.strict)
    errors = {fault.span for fault in weigh(told) if fault.severity == "error"}

    at_fault = {span.path for span in errors}
    tasks = _plan(Resolved(gathered.site, views.views, files.artifacts), inputs, at_fault)
    due = [task for task in tasks if not _is_right(task, store, existing)]
    results = spread(
        _make, (files.theme.templates, folder), [pages.given_to(task) for task in due], jobs=options.jobs
    )
    done = [(task, data) for task, data in zip(due, results, strict=True) if isinstance(data, bytes)]
    faults = {_template_fault(fault, files.theme) for fault in results if isinstance(fault, TemplateFault)}
    return Made(
        diagnostics=weigh((*told, *(fault for fault in _one_each(faults) if fault.span not in errors))),
        pages=len(views.views),
        rendered=tuple(task.path for task, _ in done if task.output == "html"),
        fresh=tuple(Artifact(task.path, data) for task, data in done),
        kept=tuple(sorted({task.path for task in tasks} - {task.path for task in due})),
        keys={task.path: MadeFrom(task.key, sha256(data).hexdigest()) for task, data in done},
    )


# -- discover: which file is what ----------------------------------------------------------------------------------


def _settings(inputs: Inputs) -> Source:
    return next(source for source in inputs.sources if source.path == "site.yaml")


def _is_library(source: Source) -> bool:
    return source.path in {"sources.json", "sources.yaml", "sources.yml"}


def _with_base_url(config: Config, base_url: str | None) -> Config:
    return config if base_url is None else structs.replace(config, base_url=base_url.rstrip("/") + "/")


@cache
def _blocks(folder: BlockFolder) -> tuple[Block, ...]:
    try:
        return find_blocks(Path(folder.path))
    except ValueError as fault:
        raise SurroundingsError(f"the folder {folder.path} cannot be used: {fault}") from fault


def _files(inputs: Inputs, blocks: tuple[Block, ...]) -> Files:
    theme = Theme({name: data.decode("utf-8", "replace") for name, data in inputs.templates.items()})
    style = bundle(inputs.static.get("site.css", b"").decode("utf-8", "replace"), blocks)
    addresses, static = publish_static(inputs.static | {"site.css": style.encode()})
    pictures = tuple(
        source for source in inputs.sources if PurePosixPath(source.path).suffix.lower() in IMAGES
    )
    images, media = publish_images(pictures)
    return Files(theme, asset_names(theme), addresses, images, static + media)


# -- parse -----------------------------------------------------------------------------------------------------------


class _Pages:
    """The parsed pages. What a page's bytes mean is kept by their digest, its article apart from the rest."""

    def __init__(self, inputs: Inputs, store: Store, grammar: Grammar, jobs: int) -> None:
        self._store = store
        self._grammar = grammar
        self._sources = {source.path: source for source in inputs.sources if source.path.endswith(".md")}
        base = digest(inputs.engine, inputs.blocks, grammar.html, grammar.review)
        self._keys = {path: digest(base, source) for path, source in self._sources.items()}
        kept = {path: store.get("facts", key, Parsed) for path, key in self._keys.items()}
        due = [path for path, page in kept.items() if page is None]
        fresh = dict(
            zip(due, spread(_parse, grammar, [self._sources[path] for path in due], jobs=jobs), strict=True)
        )
        for path, page in fresh.items():
            store.put("facts", self._keys[path], structs.replace(page, article=None))
            if page.facts is not None:
                store.put("articles", page.facts.article, page.article)
        self.parsed = tuple(
            kept[path] or structs.replace(fresh[path], article=None) for path in self._sources
        )
        store.keep("articles", (page.facts.article for page in self.parsed if page.facts is not None))

    def _article(self, facts: Facts) -> Article:
        article = self._store.get("articles", facts.article, Article)
        if article is None:  # the cache has lost it
            article = cast("Article", _parse(self._grammar, self._sources[facts.path]).article)
            self._store.put("articles", facts.article, article)
        return article

    def uses(self, site: Site) -> dict[str, tuple[TermUse, ...]]:
        """Find the uses of terms on every page; a page is searched again only when it or the terms have changed."""
        known = labels(site.terms)
        base = digest(known)
        found = {}
        for page in site.pages.values():
            key = digest(base, self._keys[page.path])
            kept = self._store.get("uses", key, tuple[TermUse, ...])
            if kept is None:
                kept = find_uses(page, self._article(page), known)
                self._store.put("uses", key, kept)
            found[page.id] = kept
        self._facts = {page.article: page for page in site.pages.values()}
        return found

    def given_to(self, task: Task) -> Task:
        """Give a task its article, where it makes a page of one."""
        content = getattr(task.value, "content", None)
        if not isinstance(content, ArticleView):
            return task
        return structs.replace(task, article=self._article(self._facts[content.article]))


@cache
def _language(grammar: Grammar) -> Language:
    return Language(_blocks(grammar.blocks), grammar.html, grammar.review)


def _parse(grammar: Grammar, source: Source) -> Parsed:
    return parse_article(source, _language(grammar))


# -- render ----------------------------------------------------------------------------------------------------------


def _plan(resolved: Resolved, inputs: Inputs, at_fault: set[str]) -> list[Task]:
    """Give every file that the site has, but for the pages of files in which an error stands."""
    base = digest(inputs.engine, inputs.templates, inputs.blocks)
    left_out = {page.url for page in resolved.site.pages.values() if page.path in at_fault}
    return [
        Task(output.name, path, value, digest(base, output.name, value))
        for output in find_outputs()
        for path, value in output.plan(resolved)
        if not (isinstance(value, View) and value.url in left_out)
    ]


def _is_right(task: Task, store: Store, existing: Existing) -> bool:
    """Tell whether the published file was made from this very key and still has the bytes that it got then."""
    former = store.get("made", task.path, MadeFrom)
    if former is None or former.key != task.key or existing.manifest.get(task.path) != former.sha256:
        return False
    return existing.is_intact(task.path)


@cache
def _outputs() -> dict[str, Output]:
    return {output.name: output for output in find_outputs()}


_renderers: dict[str, HtmlRenderer] = {}


def _make(context: tuple[dict[str, str], BlockFolder], task: Task) -> bytes | TemplateFault:
    templates, folder = context
    key = digest(templates, folder.digest)
    if key not in _renderers:
        _renderers[key] = HtmlRenderer(Theme(templates), _blocks(folder))
    try:
        return _outputs()[task.output].make(task.value, task.article, _renderers[key])
    except TemplateFault as fault:
        return fault


def _template_fault(fault: TemplateFault, theme: Theme) -> Diagnostic:
    name = fault.template
    path = f"templates/{name}" if name in theme.templates else name.replace(".html", "/template.html")
    word = re.search("`(.+?)`", fault.message)
    what, _, mend = fault.message.partition("; ")
    return Diagnostic(
        "templates/fault",
        _in_template(path, theme.templates.get(name, ""), fault.line, word[1] if word else ""),
        f"{what}, while the page `/{fault.page}` was rendered",
        f"{mend or 'mend the template on this line'}; ARCHITECTURE.md says what templates see",
    )


def _in_template(path: str, text: str, number: int, word: str) -> Span:
    """Give the span of a word on a line of a template, or of the whole line where it is not there."""
    line = "".join(text.split("\n")[max(0, number - 1) : number])
    shown = word if word and word in line else line.strip()
    return Span(path, max(1, number), line.find(shown) + 1, max(1, len(shown)))


def _one_each(faults: set[Diagnostic]) -> Iterator[Diagnostic]:
    """Give one diagnostic for each place: a fault of the base template is met on every page."""
    places: dict[Span, Diagnostic] = {}
    for fault in sorted(faults, key=lambda fault: fault.message):
        places.setdefault(fault.span, fault)
    return iter(places.values())


def _missing_assets(files: Files) -> Iterator[Diagnostic]:
    for name, (template, line) in files.named.items():
        if name not in files.addresses:
            near = nearest(name, files.addresses)
            mend = f"there is a file named `{near}`" if near else f"put the file at `static/{name}`"
            yield Diagnostic(
                "templates/missing-asset",
                _in_template(f"templates/{template}", files.theme.templates[template], line, name),
                f"there is no static file `{name}`",
                mend,
            )
