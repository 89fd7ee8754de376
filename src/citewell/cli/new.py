"""`citewell new`: files to start from."""

import click

from citewell.cli.settings import Settings, say, shared, today


@click.group()
def new() -> None:
    """Start a site or an article."""


@new.command("site")
@shared
def new_site(settings: Settings) -> None:
    """Write the settings, a library of sources and a first article."""
    from citewell.io import starting

    for file in starting.new_site(settings.content, today()):
        say(settings, f"wrote {file}")
    say(settings, "now type `citewell build`")


@new.command("article")
@click.argument("name")
@click.option("--title", help="Default: the words of NAME.")
@shared
def new_article(settings: Settings, name: str, title: str | None) -> None:
    """Write an article whose address is NAME, with its keys explained."""
    from citewell.io import starting

    say(settings, f"wrote {starting.new_article(settings.content, name, title, today())}")
