"""`citewell status`: how the site stands."""

import re
import sys
from datetime import date
from shutil import get_terminal_size

import click

from citewell.cli.settings import Settings, options, shared, today

_UNCUT = 10_000
"""Columns for a file or a program, which have no width."""


def _day(value: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):  # Python takes other forms as well
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise click.BadParameter(f"there is no day `{value}`; write year-month-day, as in `2026-11-22`")


@click.command(short_help="Say how the site stands, and what is due for review.")
@click.option(
    "--on",
    callback=lambda _context, _option, value: value and _day(value),
    metavar="DATE",
    help="The day by which reviews are due, as in 2026-11-22; default: today.",
)
@click.option("--json", "as_json", is_flag=True, help="Give the same and more as JSON.")
@shared("content", "no_color")
def status(settings: Settings, on: date | None, *, as_json: bool) -> None:
    """Say how the site stands: pages, words, sources, terms, what is due for review, drafts, orphans.

    Nothing is published. What is wrong is only counted here: `citewell check` shows it.
    """
    from msgspec import json

    from citewell.session import Session
    from citewell.status import status_of
    from citewell.status.text import table

    checked = Session(options(settings, write=False)).check()
    found = status_of(checked, on or today())
    if as_json:
        click.echo(json.format(json.encode(found), indent=2))
        return
    on_screen = sys.stdout.isatty()
    width = get_terminal_size().columns if on_screen else _UNCUT
    color = settings.color_on(sys.stdout)
    click.echo(table(found, width=width, color=color), nl=False, color=color)
