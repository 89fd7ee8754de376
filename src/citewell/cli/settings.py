"""What all commands share: their options, how they end, and how they say what came of it."""

import errno
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO
from urllib.parse import urlsplit

import click

from citewell.io import SurroundingsError, reason

if TYPE_CHECKING:
    from citewell.builder import Outcome
    from citewell.core.diagnostic import Code
    from citewell.core.plugin import Block
    from citewell.io.inputs import Options

FAILED, WRONG_SURROUNDINGS, INTERRUPTED = 1, 2, 130


class _Sentence(click.ClickException):
    """A fault of the surroundings as the command line tells it."""

    exit_code = WRONG_SURROUNDINGS

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"citewell: {self.format_message()}", file=file, err=file is None)


class Group(click.Group):
    """Ends every command with a sentence in place of a traceback, and Ctrl-C without a word."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- as click declares it
        """Run the command that the line names."""
        try:
            return super().invoke(ctx)
        except SurroundingsError as error:
            raise _Sentence(str(error)) from error
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of our output has gone, which click knows to bear
                raise
            place = f"{error.filename}: " if error.filename else ""
            raise _Sentence(place + reason(error)) from error


@dataclass(frozen=True)
class Settings:
    """The options that several commands have; those that a command does not have are as if they were not given."""

    content: Path = Path("content")
    output: Path = Path("site")
    base_url: str | None = None
    strict: bool = False
    jobs: int | None = None
    quiet: bool = False
    no_color: bool = False
    timings: bool = False
    profile: Path | None = None

    @property
    def color(self) -> bool:
        """Whether the report, which goes to standard error, may be in colour."""
        return self.color_on(sys.stderr)

    def color_on(self, stream: TextIO) -> bool:
        """Tell whether what goes to this stream may be in colour."""
        return not (self.no_color or os.environ.get("NO_COLOR")) and stream.isatty()

    @property
    def prefix(self) -> str:
        """What stands before the path of a content file."""
        return f"{self.content.as_posix()}/"

    def next_command(self, name: str) -> str:
        """Give a command as it is typed for the same site: with its content folder, where that is not the usual one."""
        unusual = () if self.content == Settings.content else ("--content", str(self.content))
        return shlex.join(["citewell", name, *unusual])


def _base_url(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    return None if value is None else public_address(value)


def public_address(value: str) -> str:
    """Give the address of a site with a slash at its end. Raises click.BadParameter for what is none."""
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
OPTIONS = {
    "content": click.option(
        "--content",
        type=_FOLDER,
        default="content",
        show_default=True,
        help="The folder that editors write in.",
    ),
    "output": click.option(
        "--output", type=_FOLDER, default="site", show_default=True, help="The folder that is published."
    ),
    "base_url": click.option(
        "--base-url", callback=_base_url, metavar="URL", help="The address at which it will be published."
    ),
    "strict": click.option("--strict", is_flag=True, help="Treat warnings as errors."),
    "jobs": click.option(
        "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; default: all processors."
    ),
    "quiet": click.option("--quiet", is_flag=True, help="Say only what is wrong."),
    "no_color": click.option("--no-color", is_flag=True, help="Report without colours."),
    "timings": click.option(
        "--timings",
        is_flag=True,
        help="Say on standard error where the time went, stage by stage: seconds of a clock, and of all processors together.",
    ),
    "profile": click.option(
        "--profile",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        metavar="FILE",
        help="Write which functions took the time, for https://www.speedscope.app. "
        "Everything is then done in one process, whatever --jobs says.",
    ),
}
SHARED = ("content", "output", "base_url", "strict", "jobs", "quiet", "no_color")
"""The options of whatever makes the whole site."""

MEASURED = ("timings", "profile")
"""The options of what makes it once."""

EXIT_STATUS = """\b
Exit status:
  0  no errors; there may be warnings
  1  errors were found, and nothing was published
  2  the call or the surroundings are wrong
"""


def shared(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command those of the shared options that it uses, as one value in front of its own."""

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_settings(**values: Any) -> None:  # noqa: ANN401 -- what click read from the options
            command(Settings(**{name: values.pop(name) for name in names}), **values)

        for name in reversed(names):
            with_settings = OPTIONS[name](with_settings)
        return with_settings

    return with_options


def site_blocks() -> "tuple[Block, ...]":
    """Give the package's blocks and those of the site in the current folder. Raises SurroundingsError for a folder that is no block."""
    from citewell.blocks import find_blocks

    try:
        return find_blocks(Path.cwd() / "blocks")
    except ValueError as fault:
        raise SurroundingsError(f"the folder `blocks` cannot be used: {fault}") from fault


def known_codes() -> "dict[str, Code]":
    """Give every code: the package's, and those of the site's own blocks."""
    from citewell.core.codes import CODES

    return CODES | {code.name: code for block in site_blocks() for code in block.codes}


def options(settings: Settings, *, write: bool) -> "Options":
    """Give the options of a build of the site in the current folder."""
    from citewell.io.inputs import Options
    from citewell.io.workers import available

    root = Path.cwd()
    return Options(
        root=root,
        content=root / settings.content,
        output=root / settings.output,
        base_url=settings.base_url,
        strict=settings.strict,
        jobs=1 if settings.profile else settings.jobs or available(),
        write=write,
    )


def report(settings: Settings, outcome: "Outcome") -> bool:
    """Print what is wrong, and tell whether none of it is an error."""
    return report_text(settings, outcome, text_of(settings, outcome))


def text_of(settings: Settings, outcome: "Outcome") -> str:
    """Give the report of what is wrong as it is printed."""
    if not outcome.diagnostics:
        return ""
    from citewell.io.report import render

    return render(outcome.diagnostics, outcome.texts.get, color=settings.color, prefix=settings.prefix)


def report_text(settings: Settings, outcome: "Outcome", text: str) -> bool:
    """Do what `report` does with the text that is known."""
    report_note(outcome)
    click.echo(text, err=True, nl=False, color=settings.color)
    return not outcome.failed


def today() -> date:
    """Give the day on this machine, for what an editor sees; no published file depends on it."""
    return datetime.now().astimezone().date()


def report_note(outcome: "Outcome") -> None:
    """Print what went wrong beside the build, if anything did."""
    if outcome.note:
        click.echo(f"citewell: {outcome.note}", err=True)


def in_pages(number: int) -> str:
    """Give a number of pages in words."""
    return f"{number} page{'' if number == 1 else 's'}"


def say(settings: Settings, text: str) -> None:
    """Print what a command did, unless it was told to be quiet."""
    if not settings.quiet:
        click.echo(text)
