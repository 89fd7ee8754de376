"""A site that is checked and built again and again, as the preview and the language server do."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, structs

from citewell.builder import Outcome, finish, made_from
from citewell.core.diagnostic import Diagnostic
from citewell.core.memo import Memo
from citewell.core.model import Citation, Facts, Site, Source
from citewell.core.view import Artifact
from citewell.io.inplace import change
from citewell.io.inputs import Inputs, Options, read_again, read_inputs
from citewell.io.lock import only_build
from citewell.io.publish.tree import File, file_of, read_manifest
from citewell.io.secret import cache_secret
from citewell.io.site import check_places
from citewell.io.store import Store
from citewell.io.workers import Crew
from citewell.making import MadeFrom
from citewell.pages import FullFacts
from citewell.pipeline import Examined, examine
from citewell.production import Made, produce
from citewell.records import PageRecord, Records, SiteRecord

_SEEN_FIRST = frozenset({"html", "static"})
"""The outputs that a reader of a page sees. The others, such as the index of search, can follow."""


class Checked(Struct, frozen=True):
    """What is known of a site before its files are made. Paths are those of spans: inside `content/`, or `templates/…`."""

    diagnostics: tuple[Diagnostic, ...]
    site: Site
    pages: Mapping[str, Facts]  # by path of the file, in full: drafts and pages with faults too
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
        # By path of a published file: the key under which it was made by this session, or is known to be right; what lay
        # there before, as far as it was not looked at. What the cache is still to be told, and what it was not told yet.
        self._right: dict[str, str] = {}
        self._former = dict(self._lying())
        self._unkept: dict[str, MadeFrom] = {}
        self._records: dict[tuple[str, str], PageRecord | SiteRecord] = {}
        self._unkept_records: dict[tuple[str, str], PageRecord | SiteRecord] = {}
        self._shown: set[str] = set()  # paths of the files that the last build had for readers of pages
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
        made = self._produce(known, structs.replace(self._options, write=False), (), [])
        return Checked(
            made.diagnostics,
            known.site,
            FullFacts(known.pages),
            {entry.id: entry for library in known.libraries for entry in library.entries},
        )

    def build(self) -> Iterator[Outcome]:
        """Do what `builder.build` does, to the same bytes: first what a reader of the pages sees, then all the rest.

        Raises SurroundingsError for what is wrong with the machine: folders, disk, permission, another build.
        """
        known = self._examine()
        for outputs in (_SEEN_FIRST, None):
            with only_build(self._cache):
                outcome = self._build(known, outputs)
            yield outcome
            if outcome.failed:
                return

    def _build(self, known: Examined, outputs: frozenset[str] | None) -> Outcome:
        fresh: list[Artifact] = []
        made = self._produce(known, self._options, outputs, fresh)
        if outputs is not None:
            made = structs.replace(made, kept=self._staying(made))
        outcome = finish(
            self._options, self._inputs, made, lambda: change(self._options.output, fresh, made.kept)
        )
        if outcome.published:
            self._right = {path: key for path, key in self._right.items() if path not in outcome.changed}
            self._right |= made.fresh
            self._unkept |= {
                file.path: MadeFrom(made.fresh[file.path], file_of(file.data).sha256) for file in fresh
            }
            if outputs is None:
                self._keep()
        return outcome

    def _produce(
        self, known: Examined, options: Options, outputs: Collection[str] | None, fresh: list[Artifact]
    ) -> Made:
        store = self._reading or Store(self._cache, self._secret, reading=True)
        records = Records(store, self._made_from, self._records)
        made = produce(known, options, records, fresh.append, outputs)
        self._unkept_records |= records.fresh
        return made

    def _staying(self, made: Made) -> tuple[str, ...] | None:
        """Give what stays while only a part is made: all (None), but for pages that the last build had and this one has not."""
        shown = {*(made.kept or ()), *made.fresh}
        gone, self._shown = self._shown - shown, shown
        return tuple(self._lying().keys() - gone) if gone else None

    def _lying(self) -> dict[str, File]:
        """Give the files that the last build has left."""
        manifest = read_manifest(self._options.output)
        return {} if manifest is None else manifest.files

    def _keep(self) -> None:
        """Tell the cache under which keys files were made, so that the next command does not make them again."""
        store = Store(self._cache, self._secret)
        for path, key in self._unkept.items():
            store.put("made", path, key)
        for (kind, name), record in self._unkept_records.items():
            store.put(kind, name, record)
        store.close(sweep=False)
        self._unkept.clear()
        self._unkept_records.clear()

    def _examine(self) -> Examined:
        """Send the site as far as the views. The first run fills the cache; the later ones read it, and keep their own."""
        if self._reading is not None:
            return examine(self._given(), self._reading, self._options, self._memo, Crew(self._options.jobs))
        store = Store(self._cache, self._secret)
        known = examine(self._given(), store, self._options, self._memo, Crew(self._options.jobs))
        store.close()
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

    def _made_from(self, path: str) -> str | None:
        """Give the key under which a file was made by this session, or by the build before it."""
        if path not in self._right and path in self._former and self._reading:
            key = made_from(self._options.output, self._former, self._reading, path)
            if key is not None:
                self._right[path] = key
            del self._former[path]
        return self._right.get(path)
