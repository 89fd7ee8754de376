"""`citewell build`: check everything, then publish what has changed."""

import sys
from typing import TYPE_CHECKING

import click

from citewell.cli.settings import (
    EXIT_STATUS,
    FAILED,
    MEASURED,
    SHARED,
    Settings,
    in_pages,
    options,
    report_text,
    say,
    shared,
    text_of,
)

if TYPE_CHECKING:
    from citewell.builder import Outcome


@click.command(epilog=EXIT_STATUS)
@shared(*SHARED, *MEASURED)
def build(settings: Settings) -> None:
    """Check everything, then publish what has changed."""
    from citewell.builder import build as build_site
    from citewell.cli.watching import watching
    from citewell.io.same import remember

    called = options(settings, write=True)
    with watching(settings) as watch:
        outcome = build_site(called, watch)
    told = text_of(settings, outcome)
    if not report_text(settings, outcome, told):
        click.echo("nothing was published", err=True)
        raise SystemExit(FAILED)
    say(settings, f"{built(outcome)} → {settings.output / 'index.html'}")
    say(settings, f"tree {outcome.tree}")
    if not (outcome.note or settings.timings or settings.profile):  # who measures wants to see it done again
        again = f"{_unchanged(outcome.pages)} → {settings.output / 'index.html'}\ntree {outcome.tree}\n"
        said = told, "" if settings.quiet else again
        remember(sys.argv[1:], said, called, read=outcome.read, tree=outcome.tree)


def built(outcome: "Outcome") -> str:
    """Give the sentence about what a build did."""
    if not (outcome.rendered or outcome.written or outcome.removed):
        return _unchanged(outcome.pages)
    pages = in_pages(outcome.pages)
    rendered = len(outcome.rendered)
    removed = f" · {outcome.removed} removed" if outcome.removed else ""
    return f"built {pages}: {rendered} rendered, {outcome.pages - rendered} unchanged{removed}"


def _unchanged(pages: int) -> str:
    return f"nothing changed: {in_pages(pages)} {'is' if pages == 1 else 'are'} up to date"
