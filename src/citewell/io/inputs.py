"""Everything that a build depends on, read once, by its bytes."""

import sys
from collections.abc import Collection
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import Struct, structs

from citewell.core.diagnostic import Diagnostic
from citewell.core.model import Source
from citewell.io import SurroundingsError
from citewell.io.disk import Found, discover, read_one, read_tree
from citewell.io.site import demand_site
from citewell.theme import theme_root

_PACKAGES = (
    "jinja2",
    "markupsafe",
    "markdown-it-py",
    "mdit-py-plugins",
    "mdurl",
    "pyyaml",
    "pygments",
    "pydantic",
    "pydantic-core",
    "nh3",
    "msgspec",
    "imagesize",
    "pillow",
    "rapidfuzz",
    "rcssmin",
    "bibtexparser",
    "pylatexenc",
)


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


def read_inputs(options: Options) -> Inputs:
    """Read the site. A file of the site's own `templates/` or `static/` takes the place of the theme's.

    Raises SurroundingsError where there is no content folder or no settings.
    """
    demand_site(options.root, options.content)
    found, theme = discover(options.content), theme_root()
    if all(source.path != "site.yaml" for source in found.sources):
        raise SurroundingsError(_without_settings(options.content, found))
    return Inputs(
        sources=found.sources,
        templates=read_tree(theme / "templates") | read_tree(options.root / "templates"),
        static=read_tree(theme / "static") | read_tree(options.root / "static"),
        blocks=read_tree(options.root / "blocks"),
        engine=_engine(),
        base_url=options.base_url,
        diagnostics=found.diagnostics,
    )


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


def _engine() -> str:
    """Give a digest of this program: its own files, its dependencies' versions, and Python's."""
    seen = blake2b(f"{sys.version_info[:2]}".encode(), digest_size=16)
    package = Path(__file__).resolve().parents[1]
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".html", ".css", ".ttf"}:
            seen.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes())
    for name in _PACKAGES:
        try:
            seen.update(f"{name}={version(name)}".encode())
        except PackageNotFoundError:
            seen.update(f"{name}=?".encode())
    return seen.hexdigest()
