"""The preview: the site on this machine only, made again at every save and shown at once in the pages that are open."""

from collections.abc import Callable, Collection, Iterable, Mapping
from math import inf
from pathlib import Path
from threading import Lock
from time import monotonic

from msgspec import Struct, structs

from citewell.io import SurroundingsError
from citewell.io.preview.changes import changes
from citewell.io.preview.showing import Built, Showing
from citewell.io.publish import read_manifest

Build = Callable[[Collection[Path] | None], Iterable[Built]]
"""Builds again after changes of those paths; None means that anything may have changed. What each gives is shown at once."""

_RETRY = 1.0
"""Seconds after which a build is tried again that something beside the site stood in the way of."""


class Previewed(Struct, frozen=True):
    """What is previewed, and where."""

    output: Path
    watched: tuple[Path, ...]
    port: int
    pages: Mapping[str, Callable[[], str]] = {}
    """Pages that are never published: name -> what gives the body of `/__citewell/NAME/` as HTML."""


def serve(site: Previewed, build: Build, ready: Callable[[], None], trouble: Callable[[str], None]) -> None:
    """Serve the output folder until Ctrl-C, and build on each change of what is watched.

    `ready` is called after the first build. `trouble` is told why a later one could not be tried.

    Raises:
        SurroundingsError: the first build could not be tried; the port is taken, or may not be used.
        KeyboardInterrupt: Ctrl-C.
    """
    from citewell.io.preview.server import Preview, serving  # tornado takes long to import

    saves = changes(site.watched)
    next(saves)
    building = Lock()
    preview = Preview(Showing(site.output, _published(site.output)), site.port, site.pages, building)
    with serving(preview) as show:

        def build_and_show(paths: Collection[Path] | None) -> None:
            steps = iter(build(paths))
            while True:
                with building:
                    built = next(steps, None)
                if built is None:
                    return
                show(Showing(site.output, _published(site.output), built))

        build_and_show(None)
        ready()
        again = inf  # when a build is due that could not be tried
        for paths in saves:
            if not (paths is None or paths or monotonic() > again):
                continue
            try:
                build_and_show(paths if again == inf else None)
                again = inf
            except SurroundingsError as error:
                former = preview.showing.built or Built()
                if str(error) != former.trouble:
                    trouble(str(error))
                    show(structs.replace(preview.showing, built=structs.replace(former, trouble=str(error))))
                again = monotonic() + _RETRY


def _published(output: Path) -> frozenset[str]:
    return frozenset(read_manifest(output) or ())
