"""`citewell serve`: the site on this machine, made again at every save."""

import webbrowser
from collections.abc import Collection, Iterator
from pathlib import Path

import click

from citewell.cli.build import built
from citewell.cli.settings import SHARED, Settings, options, report, say, shared, today


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port on this machine."
)
@click.option("--open", "open_", is_flag=True, help="Open the home page in your browser.")
@shared(*SHARED)
def serve(settings: Settings, port: int, *, open_: bool) -> None:
    """Show the site on this machine, made again at every save.

    Open pages show what you saved at once, and what is wrong with it. Nobody else can see them. Ctrl-C ends it.
    """
    from msgspec import structs

    from citewell.io.inplace import preview_of
    from citewell.io.preview import Previewed
    from citewell.io.preview import serve as serve_site
    from citewell.io.preview.showing import Built
    from citewell.io.report import count, tell
    from citewell.session import Session
    from citewell.status import status_of
    from citewell.status.page import body

    called = options(settings, write=True)
    called = structs.replace(called, output=preview_of(called.output))
    session = Session(called)
    at_fault = False  # whether the terminal told of an error last
    address = f"http://127.0.0.1:{port}/"

    def build(changed: Collection[Path] | None) -> Iterator[Built]:
        nonlocal at_fault
        session.read(changed)
        for at, outcome in enumerate(session.build()):
            told = tell(outcome.diagnostics, outcome.texts.get, prefix=f"{settings.content.as_posix()}/")
            yield Built(told, count(outcome.diagnostics), failed=outcome.failed)
            if at > 0 and not outcome.failed:  # the rest of the files is nothing to speak of
                continue
            former, at_fault = at_fault, not report(settings, outcome)
            if at_fault:
                continue
            if former:
                say(settings, "mended: no errors")
            if outcome.changed or not former:
                say(settings, built(outcome))

    def ready() -> None:
        say(settings, f"serving {address} until Ctrl-C")
        if open_:
            webbrowser.open(address)

    def trouble(sentence: str) -> None:
        nonlocal at_fault
        at_fault = True
        click.echo(f"citewell: {sentence}", err=True)

    watched = (called.content, *(called.root / folder for folder in ("templates", "static", "blocks")))
    serve_site(
        Previewed(
            called.output, watched, port, {"status": lambda: body(status_of(session.check(), today()))}
        ),
        build,
        ready,
        trouble,
    )
