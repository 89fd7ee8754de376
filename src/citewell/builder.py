"""A build: read everything, see whether anything changed, and if so send it down the line and publish it."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from citewell.core.diagnostic import Diagnostic, paths_of
from citewell.core.digest import digest
from citewell.core.model import Source
from citewell.core.watch import UNWATCHED, Watch
from citewell.io.at_start import helper_begun, intact_files
from citewell.io.disk import read_seen
from citewell.io.inputs import Inputs, Options, read_inputs
from citewell.io.lock import only_build
from citewell.io.publish import Publication, Published
from citewell.io.publish.tree import File, Manifest, intact, read_manifest
from citewell.io.secret import cache_secret
from citewell.io.site import check_places, demand_site
from citewell.io.store import Store

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from citewell.core.model import Site
    from citewell.io.ahead import Helper
    from citewell.io.workers import Crew
    from citewell.production import Made


_WITH_TEMPLATES = frozenset({"html"})
"""The outputs whose making can tell of mistakes."""


class Outcome(Struct, frozen=True):
    """What a build did. `rendered` and `written` count files whose bytes were made anew."""

    diagnostics: tuple[Diagnostic, ...]
    texts: dict[str, str]  # path -> text of the files that diagnostics point at
    pages: int
    rendered: tuple[str, ...] = ()
    written: int = 0
    removed: int = 0
    changed: tuple[str, ...] = ()  # paths of the published files that were written or removed
    published: bool = False
    tree: str = ""  # the digest of what is published
    read: str = ""  # the digest of what it was built from
    note: str = ""  # what went wrong beside the build, such as a cache that cannot be written

    @property
    def failed(self) -> bool:
        """Whether an error stands: then nothing was published."""
        return any(found.severity == "error" for found in self.diagnostics)


class _Done(Struct, frozen=True):
    """What an earlier build of the very same inputs came to."""

    tree: str
    diagnostics: tuple[Diagnostic, ...]
    pages: int


def build(options: Options, watch: Watch = UNWATCHED, executor: "Executor | None" = None) -> Outcome:
    """Build the site, and tell `watch` how it goes on. Nothing is published while an error stands.

    An `executor` takes the place of our own worker processes, and `options.jobs` is then the number of its workers. They may
    be on other machines: all that they need is sent to them, but for this program itself, in the same version, and for the
    site's own `blocks/`, at the same place. They are processes, best with one thread each. What the executor raises, as
    when its workers are lost, is raised here, and nothing is published.

    Raises SurroundingsError for what is wrong with the call or the machine: folders, disk, permission, another build.
    """
    watch.stage("reading")
    check_places(
        options.content, options.output, options.root / "templates", options.root / "static", options.root
    )
    demand_site(options.root, options.content)  # before a cache is made where no site is
    with helper_begun() or nullcontext() as helper:
        return _read_and_build(options, watch, executor, helper)


def _read_and_build(
    options: Options, watch: Watch, executor: "Executor | None", helper: "Helper | None"
) -> Outcome:
    cache = options.root / ".citewell"
    inputs = read_inputs(
        options, hold_pages=False
    )  # first: where there is no site, nothing is written either
    secret = cache_secret()
    with only_build(cache):
        store = Store(cache, secret)
        read = inputs.digest
        key = digest(read, inputs.diagnostics, inputs.base_url, options.strict)
        outcome = _unchanged(options, inputs, key, store)
        if outcome is None:
            watch.stage("starting")
            from citewell.io.workers import Crew

            outcome = _build(options, inputs, key, store, Crew(options.jobs, watch, executor, helper))
        watch.stage("keeping")
        # What a broken site has no use for is wanted again when it is mended.
        return structs.replace(outcome, read=read, note=store.close(sweep=not outcome.failed) or "")


def _unchanged(options: Options, inputs: Inputs, key: str, store: Store) -> Outcome | None:
    """Give the outcome at once where these inputs were built before and every published file is as it was then."""
    done = store.get("builds", key, _Done)
    manifest = read_manifest(options.output) if done is not None and options.write else None
    if done is None or manifest is None or manifest.digest != done.tree:
        return None
    if not all(intact(options.output, manifest.all, path) for path in manifest.all):
        return None
    return Outcome(
        done.diagnostics,
        _texts(options.content, inputs, done.diagnostics),
        done.pages,
        published=True,
        tree=done.tree,
    )


def _build(options: Options, inputs: Inputs, key: str, store: Store, crew: "Crew") -> Outcome:
    with Publication(options.output) as plan:
        if options.write:
            plan.prepare()
        return _published(options, inputs, key, store, crew, plan)


def _published(  # noqa: PLR0913, PLR0917 -- all that a build has
    options: Options, inputs: Inputs, key: str, store: Store, crew: "Crew", plan: Publication
) -> Outcome:
    from citewell.core.memo import Memo
    from citewell.making import outputs
    from citewell.pipeline import examine  # only a build in which something changed needs it and what follows
    from citewell.production import Wanted, produce
    from citewell.records import Before, keep_records, read_records

    records = read_records(store, inputs.engine)
    known = examine(inputs, store, options, Memo(lasting=False), crew, records)
    former = (read_manifest(options.output) or Manifest({})).files
    right = intact_files(str(options.output)) or {}

    def site() -> "Site | None":
        return None if known.last is None else known.last.gathered.site

    before = Before(records, site, partial(_lies, options.output, former, right))
    kinds = frozenset(outputs()) if options.write else _WITH_TEMPLATES
    made = produce(known, before, plan.make, Wanted(kinds, keep=options.write))
    crew.watch.stage("publishing" if options.write else "keeping")
    outcome = finish(options, inputs, made, partial(plan.publish, made.kept or ()))
    crew.watch.stage("keeping")
    if outcome.published:
        keep_records(store, inputs.engine, made.records)
        store.put("builds", key, _Done(outcome.tree, made.diagnostics, made.pages))
    return outcome


def _lies(output: Path, files: Mapping[str, File], right: Mapping[str, str], path: str, sha256: str) -> bool:
    """Tell whether the published file of that path has the bytes of this digest, in the manifest and on the disk.

    `right` are the digests of files that were looked at before.
    """
    if path not in files or files[path].sha256 != sha256:
        return False
    return right.get(path) == sha256 or intact(output, files, path)


def finish(options: Options, inputs: Inputs, made: "Made", put: Callable[[], Published]) -> Outcome:
    """Have put into its place what came out of the line, unless an error stands or nothing shall be written."""
    outcome = Outcome(
        made.diagnostics, _texts(options.content, inputs, made.diagnostics), made.pages, made.rendered
    )
    if outcome.failed or not options.write:
        return outcome
    done = put()
    return structs.replace(
        outcome,
        written=len(done.written),
        removed=len(done.removed),
        changed=done.written + done.removed,
        published=True,
        tree=done.digest,
    )


def _texts(content: Path, inputs: Inputs, diagnostics: tuple[Diagnostic, ...]) -> dict[str, str]:
    files = {
        **{source.path: source.data for source in inputs.sources},
        **{f"templates/{name}": data for name, data in inputs.templates.items()},
        **{f"static/{name}": data for name, data in inputs.static.items()},
        **{f"blocks/{name}": data for name, data in inputs.blocks.items()},
    }
    paths = paths_of(diagnostics)
    for seen in inputs.seen:
        if seen.path in paths and isinstance(page := read_seen(content, seen), Source):
            files[page.path] = page.data
    return {path: _as_parsed(files[path]) for path in sorted(paths) if path in files}


def _as_parsed(data: bytes) -> str:
    """Give a file's text with the lines and columns that spans count by."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def site_options(root: Path, **changed: object) -> Options:
    """Give the options of a site in the usual folders."""
    return Options(root, root / "content", root / "site", **changed)  # type: ignore[arg-type]
