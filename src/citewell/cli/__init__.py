"""The `citewell` command: options to values, values to the line, and what came of it in words. A module for each command.

Whatever takes long to import is imported where it is used, so that help is there at once.
"""

import click

from citewell import __version__
from citewell.cli.build import build
from citewell.cli.check import check
from citewell.cli.explain import explain
from citewell.cli.lsp import lsp
from citewell.cli.new import new
from citewell.cli.publish import publish
from citewell.cli.rollback import rollback
from citewell.cli.schema import schema
from citewell.cli.serve import serve
from citewell.cli.settings import Group
from citewell.cli.status import status
from citewell.cli.verify import verify


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message=f"citewell {__version__}")
def main() -> None:
    """Make a site of explainers from Markdown, and check every claim's source on the way.

    Works on the site in the current folder.
    """


for command in (build, check, serve, verify, rollback, publish, status, new, explain, schema, lsp):
    main.add_command(command)
