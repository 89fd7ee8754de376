"""The server on standard input and output."""

import logging
import os
import sys
from pathlib import Path

from citewell.io.inputs import Options
from citewell.lsp.answers import register
from citewell.lsp.server import Server


def serve(options: Options) -> None:
    """Speak with one editor over standard input and output until it has done.

    Nothing else may be written there, and a worker or a block of the site's own may print: for all of them standard
    output becomes standard error, and standard input is empty.
    """
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="citewell: %(message)s")
    server = Server(options)
    register(server)
    server.start_io(reading, writing)
