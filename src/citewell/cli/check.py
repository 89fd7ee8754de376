"""`citewell check`: all that is wrong, and nothing is published; `--fix` mends what is plain."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from citewell import __version__
from citewell.cli.settings import (
    EXIT_STATUS,
    FAILED,
    MEASURED,
    SHARED,
    Settings,
    in_pages,
    known_codes,
    options,
    report,
    report_note,
    say,
    shared,
)

if TYPE_CHECKING:
    from citewell.builder import Outcome
    from citewell.fixing import Fixed

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}  # of the lines of a diff


@click.command(epilog=EXIT_STATUS)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="Form of the report: text for people, on standard error; or for a program, on standard output.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Show as a diff what is plainly meant, put it into the files, and report what is left. "
    "On a terminal it asks first.",
)
@click.option("--dry-run", is_flag=True, help="With --fix: only show the diff.")
@click.option("--yes", "-y", is_flag=True, help="With --fix: do not ask.")
@shared(*SHARED, *MEASURED)
def check(settings: Settings, form: str, *, fix: bool, dry_run: bool, yes: bool) -> None:
    """Check everything, and publish nothing.

    With --strict a warning counts as an error.
    """
    from citewell.builder import build as build_site
    from citewell.cli.watching import watching

    if (dry_run or yes) and not fix:
        raise click.UsageError("--dry-run and --yes go with --fix")
    mended = fix and _fix(
        settings, ask=not yes and sys.stdin.isatty(), dry_run=dry_run, on_error=form != "text"
    )
    with watching(settings) as watch:
        outcome = build_site(options(settings, write=False), watch)
    if form == "text":
        report(settings, outcome)
    else:
        report_note(outcome)
        click.echo(_for_programs(settings, outcome, form), nl=False)
    if fix and not mended and outcome.diagnostics and not settings.quiet:
        click.echo("nothing here is certain enough to mend", err=True)
    if outcome.failed:
        raise SystemExit(FAILED)
    if form == "text":
        from citewell.io.report import count

        say(settings, f"checked {in_pages(outcome.pages)}: {count(outcome.diagnostics) or 'no errors'}")


def _for_programs(settings: Settings, outcome: "Outcome", form: str) -> str:
    from citewell.io.formats import data, github, sarif
    from citewell.io.report import in_site

    found, texts = outcome.diagnostics, outcome.texts.get
    below = "" if form == "json" else _below_repository()

    def named(path: str) -> str:
        return below + in_site(path, settings.prefix)

    match form:
        case "json":
            return data.render(found, texts, named=named)
        case "github":
            return github.render(found, texts, named=named)
        case _:
            return sarif.render(found, texts, named=named, codes=known_codes(), version=__version__)


def _below_repository() -> str:
    """Give the way from the repository that a workflow of GitHub works on to the site, such as `docs/`."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    here = Path.cwd()
    if not workspace or not here.is_relative_to(workspace) or here == Path(workspace):
        return ""
    return f"{here.relative_to(workspace).as_posix()}/"


def _fix(settings: Settings, *, ask: bool, dry_run: bool, on_error: bool) -> bool:
    """Show the safe edits and make them; tell whether there are any. What is said goes to standard error where the report needs standard output."""
    from citewell.fixing import fixes, write

    site = options(settings, write=False)
    files = fixes(site)
    if not files:
        return False
    _show(settings, files, on_error=on_error)
    if dry_run:
        return True
    if ask and not click.confirm("Make these changes?", err=True):
        click.echo("nothing was changed", err=True)
        return True
    write(settings.content, files)
    if not settings.quiet:
        number = f"{len(files)} file{'' if len(files) == 1 else 's'}"
        click.echo(f"mended {number}", err=on_error)
    return True


def _show(settings: Settings, files: Mapping[str, "Fixed"], *, on_error: bool) -> None:
    from citewell.core.edits import diff
    from citewell.io.report import visible

    color = settings.color_on(sys.stderr if on_error else sys.stdout)
    for path, file in files.items():
        for line in diff(settings.prefix + path, file.before, file.after):
            shown = _coloured(visible(line)) if color else line
            click.echo(shown, err=on_error, color=color)


def _coloured(line: str) -> str:
    if line.startswith(("+++", "---")):
        return click.style(line, bold=True)
    return click.style(line, fg=_COLOURS[line[0]]) if line[:1] in _COLOURS else line
