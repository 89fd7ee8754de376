"""`citewell new`: files to start from."""

from datetime import date, datetime

import click

from citewell.cli.new_source import new_source
from citewell.cli.settings import Settings, say, shared


@click.group()
def new() -> None:
    """Start a site or an article, or add a source to the library."""


new.add_command(new_source)


@new.command("site")
@shared
def new_site(settings: Settings) -> None:
    """Write the settings, a library of sources and a first article."""
    from citewell.io import starting

    for file in starting.new_site(settings.content, _today()):
        say(settings, f"wrote {file}")
    say(settings, "now type `citewell build`")


@new.command("article")
@click.argument("name")
@click.option("--title", help="Default: the words of NAME.")
@shared
def new_article(settings: Settings, name: str, title: str | None) -> None:
    """Write an article whose address is NAME, with its keys explained."""
    from citewell.io import starting

    say(settings, f"wrote {starting.new_article(settings.content, name, title, _today())}")


def _today() -> date:
    return datetime.now().astimezone().date()
