"""The `citewell` command: options to values, values to the line, and what came of it in words. A module for each command.

Whatever takes long to import is imported where it is used, so that help is there at once.
"""

from collections import UserDict
from importlib import import_module

import click

from citewell import __version__
from citewell.cli.settings import Group

_NAMES = (
    *("build", "check", "serve", "verify", "rollback", "publish"),
    *("status", "new", "explain", "schema", "lsp"),
)
_UNREAD = click.Command(None)


class _Commands(UserDict[str, click.Command]):
    """The commands by name, each imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        found = super().__getitem__(name)
        if found is _UNREAD:
            found = self.data[name] = getattr(import_module(f"citewell.cli.{name}"), name)
        return found


@click.group(
    cls=Group,
    commands=_Commands(dict.fromkeys(_NAMES, _UNREAD)),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message=f"citewell {__version__}")
def main() -> None:
    """Make a site of explainers from Markdown, and check every claim's source on the way.

    Works on the site in the current folder.
    """
