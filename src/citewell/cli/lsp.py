"""`citewell lsp`: help inside an editor."""

from importlib.util import find_spec

import click

from citewell.cli.settings import Settings, options, shared
from citewell.io import SurroundingsError


@click.command()
@shared("content", "jobs")
def lsp(settings: Settings) -> None:
    """Help inside an editor: the language server.

    An editor starts this command and speaks with it over standard input and output; there is nothing to type. Set it
    up for files of the kinds Markdown, YAML and JSON. It finds the site in or above the folder that is open there.
    """
    if find_spec("pygls") is None:
        raise SurroundingsError(
            "the language server needs one more package: type pip install 'citewell[lsp]'"
        )
    from citewell.lsp.start import serve

    serve(options(settings, write=False))
