"""The line: discover → parse → gather → resolve → render → write. Read this first.

Each stage is a function from values to values. What a file is made of decides whether it is made again: the
digest of its value, of the theme and of the program is its key. `build` reads the inputs and writes the results.
"""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from hashlib import sha256
from posixpath import splitext

from msgspec import Struct, structs

from citewell.core.codes import CODES
from citewell.core.diagnostic import Diagnostic, with_severities
from citewell.core.digest import digest
from citewell.core.memo import Memo
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
from citewell.parse.picture import picture_fault
from citewell.parse.text import decode, is_encoded_otherwise
from citewell.render.diagnostics import missing_assets, template_diagnostics
from citewell.render.fault import TemplateFault
from citewell.render.theme import Theme, asset_names, bundle, one_script
from citewell.resolve.assets import IMAGES, integrity, publish_images, publish_static
from citewell.resolve.gather import gather, outlined, severity_faults
from citewell.resolve.views import resolve


class Made(Struct, frozen=True):
    """What came out of the line: files made anew, files that are right as they lie there, and what is wrong.

    `kept` is None where all that lie there stay.
    """

    diagnostics: tuple[Diagnostic, ...]
    pages: int
    rendered: tuple[str, ...]  # paths of the fresh files that are pages
    fresh: tuple[Artifact, ...]
    kept: tuple[str, ...] | None
    keys: dict[str, MadeFrom]  # of the fresh files


class Files(Struct, frozen=True):
    """The theme, and the files that are published as they are, under addresses that hold their fingerprint."""

    theme: Theme
    named: dict[str, tuple[str, int]]  # static files that templates name -> template and line
    addresses: dict[str, str]
    integrity: dict[str, str]  # of those that templates name
    images: dict[str, Asset]
    artifacts: tuple[Artifact, ...]
    diagnostics: tuple[Diagnostic, ...]


class Examined(Struct, frozen=True):
    """All that is known before a file is made: the site, the views of its pages, and what is wrong with what was written."""

    resolved: Resolved
    pages: Pages
    libraries: tuple[Library, ...]
    theme: Theme
    blocks: BlockFolder
    keys: Keys
    told: tuple[Diagnostic, ...]
    weigh: Callable[[Iterable[Diagnostic]], tuple[Diagnostic, ...]]


def examine(inputs: Inputs, store: Store, options: Options, memo: Memo) -> Examined:
    """Send a site down the line as far as the views: discover → parse → gather → resolve."""
    folder = BlockFolder(str(options.root / "blocks"), digest(inputs.blocks))
    blocks = blocks_in(folder)
    settings = memo("settings", parse_config, _settings(inputs))
    config = _with_base_url(settings.config, inputs.base_url)
    pages = Pages(inputs, store, Grammar(folder, config.html, config.review), memo, options.jobs)
    libraries = tuple(
        memo(source.path, parse_library, source) for source in inputs.sources if _is_library(source)
    )
    pictures = tuple(source for source in inputs.sources if splitext(source.path)[1].lower() in IMAGES)
    files = memo("files", _files, inputs.templates, inputs.static, pictures, blocks, config.leave_out)

    outlines = tuple(memo(("outline", page.path), outlined, page) for page in pages.parsed)
    gathered = memo(
        "site",
        gather,
        config,
        tuple(memo.same(("other", page.path), page) for page in outlines),
        libraries,
        files.images,
        {name: files.addresses[name] for name in files.named if name in files.addresses},
        files.integrity,
        tuple(fault.span.path for fault in inputs.diagnostics if fault.span.path.endswith(".md")),
    )
    by_path = {page.path: page.facts for page in pages.parsed if page.facts is not None}
    published = {id_: by_path[page.path] for id_, page in gathered.site.pages.items()}
    views = resolve(gathered.site, published, pages.uses(gathered.site, published), memo)

    codes = CODES | {code.name: code for block in blocks for code in block.codes}
    return Examined(
        resolved=Resolved(gathered.site, published, views.views, files.artifacts, files.addresses),
        pages=pages,
        libraries=libraries,
        theme=files.theme,
        blocks=folder,
        keys=memo("keys", Keys, inputs.engine, folder, files.theme),
        told=(
            *inputs.diagnostics,
            *settings.diagnostics,
            *severity_faults(config.severity, settings.severity_spans, codes),
            *(fault for page in pages.parsed for fault in page.diagnostics),
            *(fault for library in libraries for fault in library.diagnostics),
            *gathered.diagnostics,
            *views.diagnostics,
            *files.diagnostics,
            *missing_assets(files.theme, files.named, files.addresses),
        ),
        weigh=partial(with_severities, codes=codes, chosen=config.severity, strict=options.strict),
    )


def produce(
    known: Examined,
    options: Options,
    memo: Memo,
    is_right: Callable[[Task], bool],
    outputs: Collection[str] | None = None,
) -> Made:
    """Send what is known down the rest of the line: render. Files that are right as they lie there are not made again.

    `outputs` names the kinds of files to make; None: all of them.
    """
    errors = {fault.span for fault in known.weigh(known.told) if fault.severity == "error"}
    tasks = plan(known.resolved, known.keys, {span.path for span in errors}, memo, outputs)
    due = [task for task in tasks if not is_right(task)]
    given = (structs.replace(task, article=known.pages.article_of(task.value)) for task in due)
    workshop = Workshop(tuple(known.theme.templates.items()), known.blocks)
    done, unmade, rendered = [], [], []
    for task, result in zip(due, spread(make, workshop, given, jobs=options.jobs), strict=True):
        if isinstance(result, TemplateFault):
            unmade.append(result)
            continue
        if task.output == "html":
            rendered.append(task.path)
        if options.write:  # else it was made only to see whether it can be
            done.append((task, result))
    files = {page.url: page.path for page in known.resolved.site.pages.values()}
    if is_encoded_otherwise(tuple(fault for fault in known.told if fault.span.path.startswith("templates/"))):
        unmade = []  # that a part of a template is missing follows from it
    faults = (fault for fault in template_diagnostics(unmade, known.theme, files) if fault.span not in errors)
    return Made(
        diagnostics=known.weigh((*known.told, *faults)),
        pages=len(known.resolved.views),
        rendered=tuple(rendered),
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


def _files(
    templates: dict[str, bytes],
    static: dict[str, bytes],
    pictures: tuple[Source, ...],
    blocks: tuple[Block, ...],
    left_out: tuple[str, ...],
) -> Files:
    texts = {name: decode(f"templates/{name}", data) for name, data in templates.items()}
    sheets = {name: decode(f"static/{name}", data) for name, data in static.items() if name.endswith(".css")}
    theme = Theme({name: text for name, (text, _) in texts.items()})
    style = bundle(sheets["site.css"][0] if "site.css" in sheets else "", blocks)
    addresses, published = publish_static(
        one_script(static, search="search" not in left_out) | {"site.css": style.encode()}
    )
    media = publish_images(pictures)
    named, data = asset_names(theme), {file.path: file.data for file in published}
    held = {name: addresses[name] for name in named if name in addresses and name.endswith((".css", ".js"))}
    shown = {source.path: source.data for source in pictures} | {
        f"static/{name}": static[name] for name in static
    }
    return Files(
        theme=theme,
        named=named,
        addresses=addresses,
        integrity={name: integrity(data[path]) for name, path in held.items()},
        images=media.assets,
        artifacts=published + media.artifacts,
        diagnostics=(
            *(fault for _, found in (*texts.values(), *sheets.values()) for fault in found),
            *media.diagnostics,
            *(fault for path, file in shown.items() if (fault := picture_fault(path, file))),
        ),
    )
