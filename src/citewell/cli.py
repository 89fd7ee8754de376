"""The `citewell` command. It turns options into values, calls the line, and says what came of it.

Whatever takes long to import is imported where it is used, so that help is there at once.
"""

import errno
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from citewell import __version__
from citewell.io import SurroundingsError, reason

if TYPE_CHECKING:
    from citewell.builder import Outcome
    from citewell.core.diagnostic import Code

_FAILED, _WRONG_SURROUNDINGS, _INTERRUPTED = 1, 2, 130


class _Sentence(click.ClickException):
    """A fault of the surroundings as the command line tells it."""

    exit_code = _WRONG_SURROUNDINGS

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"citewell: {self.format_message()}", file=file, err=file is None)


class _Group(click.Group):
    """Ends every command with a sentence in place of a traceback, and Ctrl-C without a word."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- as click declares it
        try:
            return super().invoke(ctx)
        except SurroundingsError as error:
            raise _Sentence(str(error)) from error
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of our output has gone, which click knows to bear
                raise
            place = f"{error.filename}: " if error.filename else ""
            raise _Sentence(place + reason(error)) from error


@dataclass(frozen=True)
class Settings:
    """The options that every command has."""

    content: Path
    output: Path
    base_url: str | None
    strict: bool
    jobs: int | None
    quiet: bool
    no_color: bool

    @property
    def color(self) -> bool:
        """Whether the report, which goes to standard error, may be in colour."""
        return not (self.no_color or os.environ.get("NO_COLOR")) and sys.stderr.isatty()


def _base_url(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise click.BadParameter(f"`{value}` is not an address") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise click.BadParameter(
            f"`{value}` is not like `https://example.org/` or `https://example.org/guide/`"
        )
    return value.rstrip("/") + "/"


_FOLDER = click.Path(file_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--content", type=_FOLDER, default="content", show_default=True, help="What editors write."),
    click.option("--output", type=_FOLDER, default="site", show_default=True, help="Where the site goes."),
    click.option("--base-url", callback=_base_url, metavar="URL", help="Where it will be published."),
    click.option("--strict", is_flag=True, help="Treat warnings as errors."),
    click.option(
        "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; default: all processors."
    ),
    click.option("--quiet", is_flag=True, help="Say only what is wrong."),
    click.option("--no-color", is_flag=True, help="Report without colours."),
)


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options, as one value in front of its own."""

    @wraps(command)
    def with_settings(**values: Any) -> None:  # noqa: ANN401 -- what click read from the options
        shared = {field.name: values.pop(field.name) for field in fields(Settings)}
        command(Settings(**shared), **values)

    for option in reversed(_OPTIONS):
        with_settings = option(with_settings)
    return with_settings


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message=f"citewell {__version__}")
def main() -> None:
    """Make a site of explainers from Markdown, and check every claim's source on the way.

    Works on the site in the current folder.
    """


@main.command()
@_shared
def build(settings: Settings) -> None:
    """Check everything, then publish what has changed."""
    outcome = _run(settings, write=True)
    if not _report(settings, outcome):
        click.echo("nothing was published", err=True)
        raise SystemExit(_FAILED)
    _say(settings, _built(outcome, settings.output))


@main.command()
@_shared
def check(settings: Settings) -> None:
    """Check everything, and publish nothing."""
    outcome = _run(settings, write=False)
    if not _report(settings, outcome):
        raise SystemExit(_FAILED)
    _say(settings, f"checked {_pages(outcome.pages)}: no errors")


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port on this machine."
)
@_shared
def serve(settings: Settings, port: int) -> None:
    """Show the site on this machine, made again on every change."""
    from citewell.io.server import serve as serve_site

    def rebuild() -> None:
        outcome = _run(settings, write=True)
        if _report(settings, outcome):
            _say(settings, _built(outcome, settings.output))

    def rebuild_and_go_on() -> None:
        try:
            rebuild()
        except SurroundingsError as error:
            click.echo(f"citewell: {error}", err=True)

    rebuild()
    _say(settings, f"serving http://127.0.0.1:{port}/ until Ctrl-C")
    root = Path.cwd()
    watched = (settings.content, Path("templates"), Path("static"), Path("blocks"))
    serve_site(root / settings.output, [root / folder for folder in watched], rebuild_and_go_on, port)


@main.group()
def new() -> None:
    """Start a site or an article."""


@new.command("site")
@_shared
def new_site(settings: Settings) -> None:
    """Write the settings, a library of sources and a first article."""
    from citewell.io import starting

    for file in starting.new_site(settings.content, _today()):
        _say(settings, f"wrote {file}")
    _say(settings, "now type `citewell build`")


@new.command("article")
@click.argument("name")
@click.option("--title", help="Default: the words of NAME.")
@_shared
def new_article(settings: Settings, name: str, title: str | None) -> None:
    """Write an article whose address is NAME, with its keys explained."""
    from citewell.io import starting

    _say(settings, f"wrote {starting.new_article(settings.content, name, title, _today())}")


@main.command()
@click.argument("code", required=False)
@_shared
def explain(_settings: Settings, code: str | None) -> None:
    """Say what a code such as `links/missing-page` means; without CODE, list them all."""
    from citewell.core.diagnostic import nearest

    codes = _codes()
    if code is None:
        width = max(map(len, codes))
        for name in sorted(codes):
            click.echo(f"{name:{width}}  {codes[name].severity:7}  {codes[name].what}")
    elif code in codes:
        found = codes[code]
        click.echo(f"{found.name} ({found.severity})\n\n{found.what}\n{found.harm}")
    else:
        near = nearest(code, codes)
        mend = f"there is `{near}`" if near else "`citewell explain` lists them all"
        raise SurroundingsError(f"there is no code `{code}`; {mend}")


def _codes() -> "dict[str, Code]":
    from citewell.blocks import find_blocks
    from citewell.core.codes import CODES

    own = Path.cwd() / "blocks"
    blocks = find_blocks(own if own.is_dir() else None)
    return CODES | {code.name: code for block in blocks for code in block.codes}


def _run(settings: Settings, *, write: bool) -> "Outcome":
    from citewell.builder import build
    from citewell.io.inputs import Options
    from citewell.io.workers import available

    root = Path.cwd()
    return build(
        Options(
            root=root,
            content=root / settings.content,
            output=root / settings.output,
            base_url=settings.base_url,
            strict=settings.strict,
            jobs=settings.jobs or available(),
            write=write,
        )
    )


def _report(settings: Settings, outcome: "Outcome") -> bool:
    """Print what is wrong, and tell whether none of it is an error."""
    if outcome.note:
        click.echo(f"citewell: {outcome.note}", err=True)
    if outcome.diagnostics:
        from citewell.io.report import render

        prefix = f"{settings.content.as_posix()}/"
        text = render(outcome.diagnostics, outcome.texts.get, color=settings.color, prefix=prefix)
        click.echo(text, err=True, nl=False, color=settings.color)
    return all(diagnostic.severity != "error" for diagnostic in outcome.diagnostics)


def _built(outcome: "Outcome", output: Path) -> str:
    """Give the sentence about a build: what it did, and where to look."""
    where = f"→ {output / 'index.html'}"
    pages = _pages(outcome.pages)
    if not (outcome.rendered or outcome.written or outcome.removed):
        return f"nothing changed: {pages} {'is' if outcome.pages == 1 else 'are'} up to date {where}"
    rendered = len(outcome.rendered)
    removed = f" · {outcome.removed} removed" if outcome.removed else ""
    return f"built {pages}: {rendered} rendered, {outcome.pages - rendered} unchanged{removed} {where}"


def _pages(number: int) -> str:
    return f"{number} page{'' if number == 1 else 's'}"


def _say(settings: Settings, text: str) -> None:
    if not settings.quiet:
        click.echo(text)


def _today() -> date:
    return datetime.now().astimezone().date()
