"""A site that is checked and built again and again, as the preview and the language server do."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, structs

from citewell.builder import Outcome, finish
from citewell.core.diagnostic import Diagnostic
from citewell.core.memo import Memo
from citewell.core.model import Citation, Facts, Passage, Site, Source
from citewell.core.view import Artifact
from citewell.io.inplace import change
from citewell.io.inputs import Inputs, Options, read_again, read_inputs
from citewell.io.lock import only_build
from citewell.io.publish.tree import File, Manifest, file_of, intact, read_manifest
from citewell.io.secret import cache_secret
from citewell.io.site import check_places
from citewell.io.store import Store
from citewell.io.workers import Crew
from citewell.making import outputs
from citewell.pages import OfPages
from citewell.pipeline import Examined, examine
from citewell.production import Made, Wanted, produce
from citewell.records import Before, Records, keep_records, keep_site, kept_site, read_records

_SEEN_FIRST = frozenset({"html", "static"})
"""The outputs that a reader of a page sees. The others, such as the index of search, can follow."""


class Checked(Struct, frozen=True):
    """What is known of a site before its files are made. Paths are those of spans: inside `content/`, or `templates/…`."""

    diagnostics: tuple[Diagnostic, ...]
    site: Site
    pages: Mapping[str, Facts]  # by path of the file, in full: drafts and pages with faults too
    passages: Mapping[str, tuple[Passage, ...]]  # of the same
    entries: dict[str, Citation]  # of the shared libraries, by id


class Session:
    """Keeps what the last run knew, so that the next one computes only what an edit can have changed.

    It comes to the same as builds that start anew: what it keeps are answers of pure functions to equal questions. Its
    output folder is private, and changed file by file. One thread uses it.
    """

    def __init__(self, options: Options) -> None:
        """Read the site. Raises SurroundingsError where there is none."""
        check_places(
            options.content, options.output, options.root / "templates", options.root / "static", options.root
        )
        self._options = options
        self._memo = Memo()
        self._unsaved: dict[str, bytes] = {}
        # What the last run came to, and its site; by path of a file in the output folder, the digest of the bytes that it
        # is known to have; what the cache was not told yet.
        self._records: Records | None = None
        self._site: Site | None = None
        self._right: dict[str, str] = {}
        self._former = dict(self._lying())
        self._unkept = False
        self._cache = options.root / ".citewell"
        self._secret = cache_secret()
        self._reading: Store | None = None
        self._inputs = read_inputs(options)

    def read(self, changed: Collection[Path] | None = None) -> None:
        """Read the site from the disk: all of it, or the files and folders of those paths, gone ones included.

        Raises SurroundingsError where there is no site any more.
        """
        if changed is None:
            self._inputs = read_inputs(self._options)
        else:
            self._inputs = read_again(self._options, self._inputs, changed)

    def unsaved(self, path: str, text: str | None) -> None:
        """Take this text for a content file in place of what lies on the disk; None: what lies on the disk counts again."""
        self._unsaved.pop(path, None)
        if text is not None:
            self._unsaved[path] = text.encode()

    def check(self) -> Checked:
        """Check all that can be known without rendering a page."""
        known = self._examine()
        made = self._produce(known, [], Wanted(frozenset(), lists=False, keep=False))
        return Checked(
            made.diagnostics,
            known.site,
            OfPages(known.pages, known.pages.facts),
            OfPages(known.pages, known.pages.passages),
            {entry.id: entry for library in known.libraries for entry in library.entries},
        )

    def build(self) -> Iterator[Outcome]:
        """Do what `builder.build` does, to the same bytes: first the pages, then what is made of them, then all the rest.

        Raises SurroundingsError for what is wrong with the machine: folders, disk, permission, another build.
        """
        known = self._examine()
        steps = Wanted(_SEEN_FIRST, lists=False), Wanted(_SEEN_FIRST), Wanted(frozenset(outputs()))
        for wanted in steps:
            with only_build(self._cache):
                outcome = self._build(known, wanted, last=wanted is steps[-1])
            yield outcome
            if outcome.failed:
                return

    def _build(self, known: Examined, wanted: Wanted, *, last: bool) -> Outcome:
        fresh: list[Artifact] = []
        made = self._produce(known, fresh, wanted)
        kept = made.kept
        if kept is None and made.gone:
            kept = tuple(self._lying().keys() - made.gone)
        outcome = finish(self._options, self._inputs, made, lambda: change(self._options.output, fresh, kept))
        if outcome.published:
            self._right = {path: sha for path, sha in self._right.items() if path not in outcome.changed}
            self._right |= {file.path: file_of(file.data).sha256 for file in fresh}
            self._unkept = self._unkept or bool(fresh)
            if last and self._unkept and self._records is not None:
                self._keep(known, self._records)
        return outcome

    def _lying(self) -> dict[str, File]:
        """Give the files that the last build has left."""
        return (read_manifest(self._options.output) or Manifest({})).files

    def _produce(self, known: Examined, fresh: list[Artifact], wanted: Wanted) -> Made:
        def put(artifact: Artifact) -> str:
            fresh.append(artifact)
            return file_of(artifact.data).sha256

        before = Before(self._known_records(), lambda: self._former_site(known), self._lies)
        made = produce(known, before, put, wanted)
        self._records, self._site = made.records, known.site
        return made

    def _known_records(self) -> Records:
        if self._records is None:
            store = self._reading or Store(self._cache, self._secret, reading=True)
            self._records = read_records(store, self._inputs.engine)
        return self._records

    def _former_site(self, known: Examined) -> Site | None:
        if self._site is None and self._reading is not None:
            kept = kept_site(self._reading, self._known_records().site, known.site)
            self._site = None if kept is None else kept.gathered.site
        return self._site

    def _keep(self, known: Examined, records: Records) -> None:
        """Tell the cache what this session came to, so that the next one does not make it again."""
        store = Store(self._cache, self._secret)
        keep_site(store, known.assembly)
        keep_records(store, known.engine, records)
        store.close(sweep=False)
        self._unkept = False

    def _examine(self) -> Examined:
        """Send the site as far as the views. The first run fills the cache; the later ones read it, and keep their own."""
        crew, records = Crew(self._options.jobs), self._known_records()
        if self._reading is not None:
            return examine(self._given(), self._reading, self._options, self._memo, crew, records)
        store = Store(self._cache, self._secret)
        known = examine(self._given(), store, self._options, self._memo, crew, records)
        store.close(sweep=False)  # what a build wants is not known yet
        self._reading = Store(self._cache, self._secret, reading=True)
        return known

    def _given(self) -> Inputs:
        if not self._unsaved:
            return self._inputs
        kept = (source for source in self._inputs.sources if source.path not in self._unsaved)
        opened = (Source(path, data) for path, data in self._unsaved.items())
        return structs.replace(
            self._inputs, sources=tuple(sorted((*kept, *opened), key=lambda source: source.path))
        )

    def _lies(self, path: str, sha256: str) -> bool:
        """Tell whether a file has these bytes, as this session has put them there, or the one before it."""
        file = self._former.pop(path, None)
        if file is not None and intact(self._options.output, {path: file}, path):
            self._right.setdefault(path, file.sha256)
        return bool(sha256) and self._right.get(path) == sha256
