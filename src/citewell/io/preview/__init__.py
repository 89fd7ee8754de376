"""The preview: the site on this machine only, made again at every save and shown at once in the pages that are open."""

import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from pathlib import Path
from threading import Lock
from time import monotonic

from msgspec import Struct, structs

from citewell.io import SurroundingsError
from citewell.io.preview.changes import changes
from citewell.io.preview.showing import Built, Showing
from citewell.io.publish.tree import read_manifest

Build = Callable[[Collection[Path] | None], Iterable[Built]]
"""Builds again after changes of those paths; None means that anything may have changed. Each step is shown when it is done."""

_RETRY = 1.0
"""Seconds after which a build is tried again that something beside the site stood in the way of."""
_LULL = 2.0
"""Seconds without a save after which a build goes on with what no open page waits for."""


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
    with interruptible() as end_if_asked, serving(preview) as show:

        def went_on(steps: Iterator[Built]) -> bool:
            """Take the next step of a build, and show what it gives; tell whether there was one."""
            with building:
                built = next(steps, None)
            if built is not None:
                show(Showing(site.output, _published(site.output), built))
            return built is not None

        steps = iter(build(None))
        while went_on(steps):
            pass
        ready()
        again = inf  # when a build is due that could not be tried
        further = 0.0  # when the next step of a build is due: not so soon that the next save would have to wait for it
        for paths in saves:
            end_if_asked()
            try:
                if paths is None or paths or monotonic() > again:
                    steps, further = iter(build(paths if again == inf else None)), monotonic() + _LULL
                    again = inf
                    # First the pages, then what the site makes of them; the rest can wait.
                    went_on(steps)
                    went_on(steps)
                elif monotonic() > further:
                    went_on(steps)
            except SurroundingsError as error:
                former = preview.showing.built or Built()
                if str(error) != former.trouble:
                    trouble(str(error))
                    show(structs.replace(preview.showing, built=structs.replace(former, trouble=str(error))))
                again = monotonic() + _RETRY


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Give what raises KeyboardInterrupt where Ctrl-C was pressed before: Python drops one that comes while an object goes."""
    pressed = False

    def press(*_: object) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    def end_if_asked() -> None:
        if pressed:
            raise KeyboardInterrupt

    former = signal.signal(signal.SIGINT, press)
    try:
        yield end_if_asked
    finally:
        signal.signal(signal.SIGINT, former)


def _published(output: Path) -> frozenset[str]:
    manifest = read_manifest(output)
    return frozenset(manifest.files if manifest else ())
