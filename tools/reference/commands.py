"""The page of commands, from the command itself."""

import re
from collections.abc import Iterable, Iterator

import click
from markup import fence, table

from citewell.cli import main as program
from citewell.cli.settings import OPTIONS


def commands() -> Iterator[str]:
    """Give the page's parts: each command, the options that several have, and the exit status."""
    yield (
        "`citewell` works on the site in the current folder. Every command says with `--help` (or `-h`) what it takes; "
        "`citewell --version` says which version it is."
    )
    for names, command in _leaves(program, ()):
        yield from _command(names, command)
    yield f"## Options that several commands have\n\n{_shared()}"
    yield f"## Exit status\n\n{_STATUS}"


_STATUS = """\
| exit status | meaning |
|---|---|
| 0 | done; there may be warnings |
| 1 | the content has errors, and nothing was published; or `verify` found a published file missing or changed |
| 2 | the call or the surroundings are wrong: an option, a missing folder, permission, disk, port, network, another build running |
| 130 | ended by Ctrl-C |

What is wrong with the content goes to standard error, what a command was asked for to standard output. The cache lies in
`.citewell/` and may be deleted at any time. In the output folder `.citewell-manifest.json` names the files that citewell wrote;
no other file is ever changed or deleted. Beside it, `.site.citewell/` holds the build before and what the preview shows."""


def _shared() -> str:
    leaves = tuple(_leaves(program, ()))
    return table(
        ("option", "meaning", "commands"),
        (
            (
                *_row_of_option(option),
                ", ".join(f"`{' '.join(names)}`" for names, command in leaves if _has(command, option)),
            )
            for option in program.commands["build"].params  # which has them all
            if isinstance(option, click.Option) and option.name in OPTIONS
        ),
    )


def _has(command: click.Command, shared: click.Option) -> bool:
    return any(option.name == shared.name for option in command.params)


def _leaves(
    command: click.Command, names: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _leaves(inner, (*names, name))
    else:
        yield names, command


def _command(names: tuple[str, ...], command: click.Command) -> Iterator[str]:
    context = click.Context(command)
    call = " ".join(("citewell", *names))
    arguments = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    yield f"## `{call}` {{#{'-'.join(names)}}}"
    yield fence(" ".join([call, *arguments, "[options]"]), "text")
    yield _with_code(
        "\n\n".join(" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n"))
    )
    own = [
        option for option in command.params if isinstance(option, click.Option) and option.name not in OPTIONS
    ]
    if own:
        yield _options(own)


def _options(options: Iterable[click.Parameter]) -> str:
    return table(
        ("option", "meaning"),
        (_row_of_option(option) for option in options if isinstance(option, click.Option)),
    )


def _row_of_option(option: click.Option) -> tuple[str, str]:
    context = click.Context(click.Command(""))
    name = ", ".join(f"`{name}`" for name in option.opts)
    number = isinstance(option.type, click.types.IntParamType)
    value = "" if option.is_flag else f" {'N' if number else option.make_metavar(context)}"
    shown = f" Default: `{option.default}`." if option.show_default and option.default is not None else ""
    return name[:-1] + f"{value}`", _with_code(option.help or "") + shown


def _with_code(text: str) -> str:
    """Set options as code: two hyphens would become a dash."""
    return re.sub(r"(?<![`\w-])--[a-z][\w-]*", r"`\g<0>`", text)
