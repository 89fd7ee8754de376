"""A site that is checked and built again and again, as the preview and the language server do."""

from collections.abc import Collection
from pathlib import Path

from msgspec import Struct, structs

from citewell.builder import Outcome, build
from citewell.core.diagnostic import Diagnostic
from citewell.core.model import Citation, Facts, Site, Source
from citewell.io.inputs import Options, read_inputs
from citewell.io.store import Store
from citewell.pipeline import examine


class Checked(Struct, frozen=True):
    """What is known of a site before its files are made. Paths are those of spans: inside `content/`, or `templates/…`."""

    diagnostics: tuple[Diagnostic, ...]
    site: Site
    pages: dict[str, Facts]  # by path of the file: drafts and pages with faults too
    entries: dict[str, Citation]  # of the shared libraries, by id


class Session:
    """Keeps what the last run knew, so that the next one computes only what an edit can have changed."""

    def __init__(self, options: Options) -> None:
        """Read the site. Raises SurroundingsError where there is none."""
        self._options = options
        self._store = Store(options.root / ".citewell")
        self._unsaved: dict[str, bytes] = {}
        self.read()

    def read(self, changed: Collection[Path] | None = None) -> None:  # noqa: ARG002
        """Read the site from the disk: all of it, or the files and folders of those paths, gone ones included."""
        self._inputs = read_inputs(self._options)

    def unsaved(self, path: str, text: str | None) -> None:
        """Take this text for a content file in place of what lies on the disk; None: what lies on the disk counts again."""
        self._unsaved.pop(path, None)
        if text is not None:
            self._unsaved[path] = text.encode()

    def check(self) -> Checked:
        """Check all that can be known without rendering a page."""
        kept = (source for source in self._inputs.sources if source.path not in self._unsaved)
        open_ = (Source(path, data) for path, data in self._unsaved.items())
        sources = tuple(sorted((*kept, *open_), key=lambda source: source.path))
        known = examine(structs.replace(self._inputs, sources=sources), self._store, self._options)
        return Checked(
            known.weigh(known.told),
            known.resolved.site,
            {page.path: page.facts for page in known.pages.parsed if page.facts is not None},
            {entry.id: entry for library in known.libraries for entry in library.entries},
        )

    def build(self) -> Outcome:
        """Do what `builder.build` does, to the same bytes."""
        return build(self._options)
