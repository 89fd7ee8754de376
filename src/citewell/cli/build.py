"""`citewell build`: check everything, then publish what has changed."""

from typing import TYPE_CHECKING

import click

from citewell.cli.settings import (
    EXIT_STATUS,
    FAILED,
    SHARED,
    Settings,
    in_pages,
    options,
    report,
    say,
    shared,
)

if TYPE_CHECKING:
    from citewell.builder import Outcome


@click.command(epilog=EXIT_STATUS)
@shared(*SHARED)
def build(settings: Settings) -> None:
    """Check everything, then publish what has changed."""
    from citewell.builder import build as build_site

    outcome = build_site(options(settings, write=True))
    if not report(settings, outcome):
        click.echo("nothing was published", err=True)
        raise SystemExit(FAILED)
    say(settings, f"{built(outcome)} → {settings.output / 'index.html'}")
    say(settings, f"tree {outcome.tree}")


def built(outcome: "Outcome") -> str:
    """Give the sentence about what a build did."""
    pages = in_pages(outcome.pages)
    if not (outcome.rendered or outcome.written or outcome.removed):
        return f"nothing changed: {pages} {'is' if outcome.pages == 1 else 'are'} up to date"
    rendered = len(outcome.rendered)
    removed = f" · {outcome.removed} removed" if outcome.removed else ""
    return f"built {pages}: {rendered} rendered, {outcome.pages - rendered} unchanged{removed}"
