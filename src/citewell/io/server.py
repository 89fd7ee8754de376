"""The preview: the site on this machine only, made again whenever a file that it is made from changes."""

from collections.abc import Callable, Iterable
from pathlib import Path

from citewell.io import SurroundingsError, reason

_HOST = "127.0.0.1"


def serve(output: Path, watched: Iterable[Path], rebuild: Callable[[], None], port: int) -> None:
    """Serve the output folder until Ctrl-C; call `rebuild` on each change, then have open pages load again.

    Raises:
        SurroundingsError: the port is taken, or may not be used.
    """
    # Tornado takes longer to import than a build in which nothing has changed.
    from livereload import Server

    server = Server()
    for folder in watched:
        server.watch(str(folder), rebuild)
    try:
        server.serve(port=port, host=_HOST, root=str(output), restart_delay=0)
    except OSError as error:
        raise SurroundingsError(
            f"cannot serve on port {port}: {reason(error)}; choose another with --port {port + 1}"
        ) from error
