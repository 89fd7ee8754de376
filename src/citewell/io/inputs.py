"""Everything that a build depends on, read once, by its bytes."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, structs

from citewell.core.diagnostic import Diagnostic
from citewell.core.model import Source
from citewell.io import SurroundingsError
from citewell.io.at_start import content_read, engine_found
from citewell.io.disk import Found, Seen, discover, read_one, read_seen, read_tree
from citewell.io.engine import engine
from citewell.io.listing import together
from citewell.io.site import demand_site
from citewell.theme import theme_root


class Options(Struct, frozen=True):
    """How the command was called."""

    root: Path
    content: Path
    output: Path
    base_url: str | None = None
    strict: bool = False
    jobs: int = 1
    write: bool = True


class Inputs(Struct, frozen=True):
    """The bytes of everything that can change a published file or a diagnostic."""

    sources: tuple[Source, ...]
    templates: dict[str, bytes]
    static: dict[str, bytes]
    blocks: dict[str, bytes]  # the site's own; the package's are part of the engine
    engine: str
    base_url: str | None
    diagnostics: tuple[Diagnostic, ...]
    seen: tuple[Seen, ...] = ()  # sources whose bytes are not held

    @property
    def digest(self) -> str:
        """One digest of all the files and of the program."""
        return together(
            {source.path: sha256(source.data).hexdigest() for source in self.sources}
            | {seen.path: seen.sha256 for seen in self.seen},
            *map(_digests, (self.templates, self.static, self.blocks)),
            engine=self.engine,
        )


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: sha256(data).hexdigest() for path, data in files.items()}


def read_inputs(options: Options, *, hold_pages: bool = True) -> Inputs:
    """Read the site. A file of the site's own `templates/` or `static/` takes the place of the theme's.

    Without `hold_pages` pages are only `seen`: `read_page_again` gives the bytes of one.

    Raises SurroundingsError where there is no content folder or no settings.
    """
    demand_site(options.root, options.content)
    found = discover(
        options.content,
        lambda path: hold_pages or not path.endswith(".md"),
        content_read(str(options.content)),
    )
    theme = theme_root()
    if all(source.path != "site.yaml" for source in found.sources):
        raise SurroundingsError(_without_settings(options.content, found))
    return Inputs(
        sources=found.sources,
        templates=read_tree(theme / "templates") | read_tree(options.root / "templates"),
        static=read_tree(theme / "static") | read_tree(options.root / "static"),
        blocks=read_tree(options.root / "blocks"),
        engine=engine_found() or engine(),
        base_url=options.base_url,
        diagnostics=found.diagnostics,
        seen=found.seen,
    )


def read_page_again(content: Path, seen: Seen) -> Source:
    """Give a page that was seen, with its bytes. Raises SurroundingsError where it is another by now."""
    page = read_seen(content, seen)
    if isinstance(page, Diagnostic):
        raise SurroundingsError(f"{content / seen.path}: {page.message}; {page.help}")
    return page


def read_again(options: Options, former: Inputs, changed: Collection[Path]) -> Inputs:
    """Read the site again after these files and folders have changed: only those files, where they are all pages.

    Raises SurroundingsError where there is no site any more.
    """
    known = {source.path for source in former.sources if source.path.endswith(".md")}
    paths = {_inside(options.content, place) for place in changed}
    if not paths <= known:  # new, gone or of another kind: more than one value may be another
        return read_inputs(options)
    found = [item for path in sorted(map(str, paths)) for item in read_one(options.content, path)]
    sources = [source for source in former.sources if source.path not in paths]
    faults = [fault for fault in former.diagnostics if fault.span.path not in paths]
    sources += [item for item in found if isinstance(item, Source)]
    faults += [item for item in found if isinstance(item, Diagnostic)]
    return structs.replace(
        former,
        sources=tuple(sorted(sources, key=lambda source: source.path)),
        diagnostics=tuple(sorted(faults, key=lambda fault: fault.span)),
    )


def _without_settings(content: Path, found: Found) -> str:
    """Say why the settings were not read: their own fault, or the one at which reading came to its end, or they went."""
    own = next((fault for fault in found.diagnostics if fault.span.path == "site.yaml"), None)
    why = own or next((fault for fault in found.diagnostics if fault.code == "files/too-large"), None)
    return f"{content}: {why.message}; {why.help}" if why else f"there is no {content}/site.yaml any more"


def _inside(content: Path, place: Path) -> str | None:
    return place.relative_to(content).as_posix() if place.is_relative_to(content) else None
