"""The line: discover → parse → gather → resolve → render → write. Read this first.

Each stage is a function from values to values. What a file is made of decides whether it is made again: the
digest of its value, of the theme and of the program is its key. `build` reads the inputs and writes the results.
"""

from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from pathlib import PurePosixPath

from msgspec import Struct, structs

from citewell.core.codes import CODES
from citewell.core.diagnostic import Diagnostic, with_severities
from citewell.core.digest import digest
from citewell.core.model import Asset, Config, Source
from citewell.core.plugin import Block
from citewell.core.view import Artifact, Resolved
from citewell.io.disk import LIBRARIES
from citewell.io.inputs import Inputs, Options
from citewell.io.store import Store
from citewell.io.workers import spread
from citewell.making import Keys, MadeFrom, Task, Workshop, make, plan
from citewell.pages import BlockFolder, Grammar, Pages, blocks_in
from citewell.parse.config import parse_config
from citewell.parse.library import Library, parse_library
from citewell.render.diagnostics import missing_assets, template_diagnostics
from citewell.render.fault import TemplateFault
from citewell.render.theme import Theme, asset_names, bundle
from citewell.resolve.assets import IMAGES, publish_images, publish_static
from citewell.resolve.gather import gather, severity_faults
from citewell.resolve.views import resolve


class Existing(Struct, frozen=True):
    """What lies in the output folder: the manifest of the last build, and a look at a file's bytes."""

    manifest: dict[str, str]
    is_intact: Callable[[str], bool]


class Made(Struct, frozen=True):
    """What came out of the line: files made anew, files that are right as they lie there, and what is wrong."""

    diagnostics: tuple[Diagnostic, ...]
    pages: int
    rendered: tuple[str, ...]  # paths of the fresh files that are pages
    fresh: tuple[Artifact, ...]
    kept: tuple[str, ...]
    keys: dict[str, MadeFrom]  # of the fresh files


class Files(Struct, frozen=True):
    """The theme, and the files that are published as they are, under addresses that hold their fingerprint."""

    theme: Theme
    addresses: dict[str, str]
    images: dict[str, Asset]
    artifacts: tuple[Artifact, ...]


class Examined(Struct, frozen=True):
    """All that is known before a file is made: the site, the views of its pages, and what is wrong with what was written."""

    resolved: Resolved
    pages: Pages
    libraries: tuple[Library, ...]
    theme: Theme
    blocks: BlockFolder
    told: tuple[Diagnostic, ...]
    weigh: Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]


def examine(inputs: Inputs, store: Store, options: Options) -> Examined:
    """Send a site down the line as far as the views: discover → parse → gather → resolve."""
    folder = BlockFolder(str(options.root / "blocks"), digest(inputs.blocks))
    settings = parse_config(_settings(inputs))
    config = _with_base_url(settings.config, inputs.base_url)
    pages = Pages(inputs, store, Grammar(folder, config.html, config.review), options.jobs)
    libraries = tuple(parse_library(source) for source in inputs.sources if _is_library(source))
    files = _files(inputs, blocks_in(folder))
    named = asset_names(files.theme)

    gathered = gather(
        config,
        pages.parsed,
        libraries,
        files.images,
        {name: files.addresses[name] for name in named if name in files.addresses},
    )
    views = resolve(gathered.site, pages.uses(gathered.site))

    codes = CODES | {code.name: code for block in blocks_in(folder) for code in block.codes}
    return Examined(
        resolved=Resolved(gathered.site, views.views, files.artifacts, files.addresses),
        pages=pages,
        libraries=libraries,
        theme=files.theme,
        blocks=folder,
        told=(
            *inputs.diagnostics,
            *settings.diagnostics,
            *severity_faults(config.severity, settings.severity_spans, codes),
            *(fault for page in pages.parsed for fault in page.diagnostics),
            *(fault for library in libraries for fault in library.diagnostics),
            *gathered.diagnostics,
            *views.diagnostics,
            *missing_assets(files.theme, named, files.addresses),
        ),
        weigh=partial(with_severities, codes=codes, chosen=config.severity, strict=options.strict),
    )


def run(inputs: Inputs, store: Store, existing: Existing, options: Options) -> Made:
    """Send a site down the whole line."""
    known = examine(inputs, store, options)
    errors = {fault.span for fault in known.weigh(known.told) if fault.severity == "error"}
    at_fault = {span.path for span in errors}
    tasks = plan(known.resolved, Keys(inputs.engine, known.blocks, known.theme), at_fault)
    due = [task for task in tasks if not _is_right(task, store, existing)]
    given = [structs.replace(task, article=known.pages.article_of(task.value)) for task in due]
    workshop = Workshop(tuple(known.theme.templates.items()), known.blocks)
    results = spread(make, workshop, given, jobs=options.jobs)
    done = [(task, data) for task, data in zip(due, results, strict=True) if isinstance(data, bytes)]
    unmade = [result for result in results if isinstance(result, TemplateFault)]
    faults = (fault for fault in template_diagnostics(unmade, known.theme) if fault.span not in errors)
    return Made(
        diagnostics=known.weigh((*known.told, *faults)),
        pages=len(known.resolved.views),
        rendered=tuple(task.path for task, _ in done if task.output == "html"),
        fresh=tuple(Artifact(task.path, data) for task, data in done),
        kept=tuple(sorted({task.path for task in tasks} - {task.path for task in due})),
        keys={task.path: MadeFrom(task.key, sha256(data).hexdigest()) for task, data in done},
    )


def _settings(inputs: Inputs) -> Source:
    return next(source for source in inputs.sources if source.path == "site.yaml")


def _is_library(source: Source) -> bool:
    return source.path in LIBRARIES


def _with_base_url(config: Config, base_url: str | None) -> Config:
    return config if base_url is None else structs.replace(config, base_url=base_url.rstrip("/") + "/")


def _files(inputs: Inputs, blocks: tuple[Block, ...]) -> Files:
    theme = Theme({name: data.decode("utf-8", "replace") for name, data in inputs.templates.items()})
    style = bundle(inputs.static.get("site.css", b"").decode("utf-8", "replace"), blocks)
    addresses, static = publish_static(inputs.static | {"site.css": style.encode()})
    pictures = tuple(
        source for source in inputs.sources if PurePosixPath(source.path).suffix.lower() in IMAGES
    )
    images, media = publish_images(pictures)
    return Files(theme, addresses, images, static + media)


def _is_right(task: Task, store: Store, existing: Existing) -> bool:
    """Tell whether the published file was made from this very key and still has the bytes that it got then."""
    former = store.get("made", task.path, MadeFrom)
    if former is None or former.key != task.key or existing.manifest.get(task.path) != former.sha256:
        return False
    return existing.is_intact(task.path)
