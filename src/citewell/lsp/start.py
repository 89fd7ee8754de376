"""The server on standard input and output."""

import logging
import os
import sys
from pathlib import Path

from citewell.io.inputs import Options
from citewell.lsp.answers import register
from citewell.lsp.server import NotDone, Server


def _is_fault(record: logging.LogRecord) -> bool:
    """Leave out of the log what cannot be done, which the editor shows."""
    return not (record.exc_info and isinstance(record.exc_info[1], NotDone))


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
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_fault)
    server = Server(options)
    register(server)
    server.start_io(reading, writing)
