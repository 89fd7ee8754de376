"""`citewell check`: all that is wrong, and nothing is published."""

import click

from citewell.cli.settings import FAILED, Settings, in_pages, options, report, say, shared


@click.command()
@shared
def check(settings: Settings) -> None:
    """Check everything, and publish nothing."""
    from citewell.builder import build as build_site

    outcome = build_site(options(settings, write=False))
    if not report(settings, outcome):
        raise SystemExit(FAILED)
    say(settings, f"checked {in_pages(outcome.pages)}: no errors")
