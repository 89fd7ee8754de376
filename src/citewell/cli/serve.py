"""`citewell serve`: the site on this machine, made again on every change."""

from pathlib import Path

import click

from citewell.cli.build import built
from citewell.cli.settings import Settings, options, report, say, shared
from citewell.io import SurroundingsError


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port on this machine."
)
@shared
def serve(settings: Settings, port: int) -> None:
    """Show the site on this machine, made again on every change."""
    from citewell.builder import build as build_site
    from citewell.io.server import serve as serve_site

    def rebuild() -> None:
        outcome = build_site(options(settings, write=True))
        if report(settings, outcome):
            say(settings, built(outcome, settings.output))

    def rebuild_and_go_on() -> None:
        try:
            rebuild()
        except SurroundingsError as error:
            click.echo(f"citewell: {error}", err=True)

    rebuild()
    say(settings, f"serving http://127.0.0.1:{port}/ until Ctrl-C")
    root = Path.cwd()
    watched = (settings.content, Path("templates"), Path("static"), Path("blocks"))
    serve_site(root / settings.output, [root / folder for folder in watched], rebuild_and_go_on, port)
