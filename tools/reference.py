"""Write the pages of the reference that follow from the program itself, into `docs/content/articles/`.

    .venv/bin/python tools/reference.py

Run it after a change of a key, a block, an option, a code or the example of one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import click
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from citewell.blocks import find_blocks
from citewell.cli import main as program
from citewell.cli.explain import FIXED, examples, severity_of
from citewell.cli.settings import Settings
from citewell.core.codes import CODES
from citewell.core.diagnostic import Code
from citewell.core.plugin import Block
from citewell.parse.article import page_shape
from citewell.parse.fields import Day, Interval, Markdown
from citewell.parse.schema import FrontMatter, SiteShape
from citewell.parse.source_shape import CslShape, DateShape, NameShape

ARTICLES = Path(__file__).resolve().parents[1] / "docs/content/articles"

Lines = Iterator[str]


def pages() -> dict[str, str]:
    """Give the generated pages by the name of their file."""
    made = {
        "reference-page-keys.md": ("Keys of a page", "What may stand between the two lines `---` of a page.", _page_keys),
        "reference-settings.md": ("Settings of the site", "The keys of `content/site.yaml`.", _settings),
        "reference-sources.md": ("Fields of a source", "What a record of the library may hold.", _sources),
        "reference-blocks.md": ("Blocks", "Every kind of block, with its keys and an example.", _blocks),
        "reference-commands.md": ("Commands and options", "What can follow the word `citewell`.", _commands),
        "reference-codes.md": ("Codes of mistakes", "Every mistake that is told, with an example and what mends it.", _codes),
    }  # fmt: skip
    return {name: _page(title, dek, lines()) for name, (title, dek, lines) in made.items()}


def _page(title: str, dek: str, lines: Iterable[str]) -> str:
    text = "\n\n".join(lines)
    return f"---\ntitle: {title}\ndek: {dek}\nparent: reference\ntags: [reference]\n---\n\n{text}\n"


# -- keys ----------------------------------------------------------------------------------------------------------


def _page_keys() -> Lines:
    yield (
        "A page begins with a line `---`, then keys in YAML, then a line `---`, then the text. "
        "Only `title` is required. Other keys than these are mistakes."
    )
    yield _table_of_keys(page_shape(_package_blocks()))
    yield from _groups(FrontMatter)
    yield f"## What a value may be\n\n{_KINDS}"


def _settings() -> Lines:
    yield (
        "The settings stand in `content/site.yaml`, one `key: value` a line. `title` and `base_url` are required. "
        "What a value may be is told [on the page of keys](reference-page-keys.md#what-a-value-may-be)."
    )
    yield _table_of_keys(SiteShape)
    yield from _groups(SiteShape)


def _sources() -> Lines:
    yield (
        "A source is a record in the words of "
        "[CSL-JSON](https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables), which reference "
        "managers write too. It stands in a library beside `site.yaml`, or in the `citations` of one page. "
        "[Cite a source](cite-a-source.md) shows both. Other fields than these are mistakes."
    )
    yield _table_of_keys(CslShape)
    yield f"## Types {{#{_TYPES}}}"
    yield ", ".join(f"`{word}`" for word in get_args(CslShape.model_fields["type"].annotation))
    yield "## Keys of a name"
    yield "A name is a text, as in `He, Feng J`, or these keys:"
    yield _table_of_keys(NameShape)
    yield "## Keys of a date"
    yield "A date is as exact as is known, as in `2013`, `2013-04` or `2013-04-03`, or these keys:"
    yield _table_of_keys(DateShape)


_TYPES = "types"


_KINDS = """\
| kind | what may stand there |
|---|---|
| text | as it looks: `title: NO`, `1.10`, `12:30` and `2026-01-02` are text. Quote a text that holds `: ` or ` #`, or begins with a sign such as `[`, `{`, `*`, `@` or a backtick |
| text with emphasis | also `*emphasis*`, `**strong**`, `~~struck~~` and code between backticks; no links, no citations |
| inline text | also links, citations and terms, in one paragraph |
| paragraphs | the same, and blank lines make several paragraphs, lists and the like; write them after `\\|` |
| day | a day that exists, as in `2026-11-22` |
| length of time | a number and `days`, `weeks`, `months` or `years`, as in `6 months` |
| path | a path of the site, as in `/glossary/` |

Refused are unknown and repeated keys, keys without a value, and YAML's anchors, aliases, tags and merge keys."""


def _groups(shape: type[BaseModel]) -> Lines:
    """Give a table for each key of the shape that holds keys of its own."""
    users: dict[type[BaseModel], list[str]] = {}
    for name, field in shape.model_fields.items():
        for model in _models(field.annotation):
            users.setdefault(model, []).append(f"`{field.alias or name}`")
    users.pop(CslShape, None)
    for model, names in users.items():
        yield f"## Keys inside {' and '.join(names)}\n\n{_table_of_keys(model)}"


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 -- an annotation may be anything
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for inner in get_args(annotation):
            yield from _models(inner)


def _table_of_keys(shape: type[BaseModel]) -> str:
    rows = (_row_of_key(field.alias or name, field) for name, field in shape.model_fields.items())
    return _table(("key", "value", "what it is"), rows)


def _row_of_key(name: str, field: FieldInfo) -> tuple[str, str, str]:
    value = kind(field.annotation, tuple(field.metadata))
    if field.is_required():
        value += ", **required**"
    elif isinstance(field.default, str):
        value += f", default `{field.default}`"
    # What a description says of the kind of value stands in the column beside it.
    words = (field.description or "").removesuffix(
        f" {kind(field.annotation, tuple(field.metadata)).capitalize()}."
    )
    shown = "".join(f" Example: `{name}: {_yaml(example)}`" for example in (field.examples or ())[:1])
    return f"`{name}`", value, words + shown


def kind(annotation: Any, marks: tuple[Any, ...] = ()) -> str:  # noqa: ANN401, PLR0911 -- a line for each kind
    """Say what may stand as such a value."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind(inner[0], inner[1:])
    if origin in {Union, UnionType}:
        named = [_NAMED[model] for model in _models(annotation) if model in _NAMED]
        if named:
            return named[0]
        return " or ".join(dict.fromkeys(kind(option, marks) for option in inner if option is not NoneType))
    if origin is Literal:
        return (
            " or ".join(f"`{value}`" for value in inner)
            if len(inner) < _MANY
            else f"one of [these](#{_TYPES})"
        )
    if origin is list:
        return f"list of {_SEVERAL.get(kind(inner[0]), kind(inner[0]))}"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return "keys"
    if annotation is Any:
        return "date" if marks else "anything"
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    return next((name for mark in marks for known, name in _MARKS if mark == known), "text")


_NAMED = {NameShape: "name", DateShape: "date"}
_MANY = 10
_SIMPLE = {bool: "`true` or `false`", int: "number"}
_MARKS: tuple[tuple[Any, str], ...] = (
    (Markdown("emphasis"), "text with emphasis"),
    (Markdown("inline"), "inline text"),
    (Markdown("paragraphs"), "paragraphs"),
    (get_args(Day)[1], "day"),
    (get_args(Interval)[1], "length of time"),
)
_SEVERAL = {
    "text": "texts",
    "name": "names",
    "keys or text": "texts or groups of keys",
    "keys": "groups of keys",
}


class _Plainly(yaml.SafeDumper):
    """Writes what editors write: a date without quotes, since every value here is text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 -- as PyYAML declares it


def _yaml(example: Any) -> str:  # noqa: ANN401 -- a value of any key
    text = yaml.dump(
        _as_text(example), Dumper=_Plainly, default_flow_style=True, width=10_000, sort_keys=False
    )
    return str(text).removesuffix("...\n").strip()


def _as_text(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


# -- blocks --------------------------------------------------------------------------------------------------------


@cache
def _package_blocks() -> tuple[Block, ...]:
    return find_blocks()


def _blocks() -> Lines:
    yield (
        "A block that is filled from the front matter stands where the text places it, or else after the text, in the order of "
        "this page. Each may be placed once. A box holds the text between its two lines, may have a title behind its name, and may "
        "be used many times."
    )
    yield _table(
        ("block", "filled from", "its address", "addresses inside it"),
        (
            (f"[`{block.name}`](#{block.name})", _FILLED[block.holds], *_addresses(block))
            for block in _package_blocks()
        ),
    )
    for block in _package_blocks():
        yield f"## `{block.name}` {{#{block.name}}}\n\n{block.description}"
        yield from _keys_of_block(block)
        yield f"An example:\n\n{_fence(block.example, 'markdown')}"


_FILLED = {
    "front-matter": "the front matter",
    "body": "the text between its lines",
    "citations": "what the page cites",
}


def _addresses(block: Block) -> tuple[str, str]:
    own = "" if block.holds == "body" else f"`#{block.name}`"
    return own, f"`#{block.numbered}-1`, `#{block.numbered}-2` …" if block.numbered else ""


def _keys_of_block(block: Block) -> Lines:
    for model in _models(block.shape):
        listed = kind(block.shape).startswith("list")
        yield f"`{block.name}` is a list. Each entry holds:" if listed else f"`{block.name}` holds:"
        yield _table_of_keys(model)
        for name, field in model.model_fields.items():
            for inner in _models(field.annotation):
                yield f"Each of `{name}` holds:\n\n{_table_of_keys(inner)}"
    if block.labels:
        labels = " or ".join(f"`{label}:`" for label in block.labels)
        yield f"Each item of its list opens with {labels}, and each of them must be there."


# -- commands ------------------------------------------------------------------------------------------------------

_SHARED = {field.name for field in fields(Settings)}


def _commands() -> Lines:
    yield (
        "`citewell` works on the site in the current folder. Every command says with `--help` (or `-h`) what it takes; "
        "`citewell --version` says which version it is."
    )
    for names, command in _leaves(program, ()):
        yield from _command(names, command)
    build = program.commands["build"]
    yield f"## Options that every command has\n\n{_options(option for option in build.params if option.name in _SHARED)}"
    yield f"## Exit status\n\n{_STATUS}"


_STATUS = """\
| exit status | meaning |
|---|---|
| 0 | done; there may be warnings |
| 1 | the content has errors, and nothing was published |
| 2 | the call or the surroundings are wrong: an option, a missing folder, permission, disk, port, network, another build running |
| 130 | ended by Ctrl-C |

What is wrong with the content goes to standard error, what a command was asked for to standard output. The cache lies in
`.citewell/` and may be deleted at any time. In the output folder `.citewell-manifest.json` names the files that citewell wrote;
no other file is ever changed or deleted."""


def _leaves(
    command: click.Command, names: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _leaves(inner, (*names, name))
    else:
        yield names, command


def _command(names: tuple[str, ...], command: click.Command) -> Lines:
    context = click.Context(command)
    call = " ".join(("citewell", *names))
    arguments = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    yield f"## `{call}` {{#{'-'.join(names)}}}"
    yield _fence(" ".join([call, *arguments, "[options]"]), "text")
    yield _with_code(
        "\n\n".join(" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n"))
    )
    own = [
        option for option in command.params if isinstance(option, click.Option) and option.name not in _SHARED
    ]
    if own:
        yield _options(own)


def _options(options: Iterable[click.Parameter]) -> str:
    return _table(
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


# -- codes ---------------------------------------------------------------------------------------------------------


def _codes() -> Lines:
    yield (
        "While an error stands, nothing is published. `severity` in the [settings](reference-settings.md) turns any warning into an "
        "error, and some errors into warnings: those after which the page is still whole. `--strict` makes all warnings errors. "
        "`citewell explain CODE` shows on the terminal what stands here."
    )
    family = ""
    for code in (*CODES.values(), *(code for block in _package_blocks() for code in block.codes)):
        former, family = family, code.name.partition("/")[0]
        if family != former:
            yield f"## {family}"
        yield from _code(code)


def _code(code: Code) -> Lines:
    example = examples()[code.name]
    yield f"### `{code.name}` {{#{code.name.replace('/', '-')}}}"
    yield f"{code.what} {code.harm}"
    yield _fence(example.report, "text")
    yield f"Mended:\n\n{_fence(example.mended, 'text')}"
    yield f"{severity_of(code)}{f' {FIXED}' if example.fixed else ''}"


# -- Markdown ------------------------------------------------------------------------------------------------------


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in (head, *rows))
    first, *others = (f"| {line} |" for line in lines)
    return "\n".join([first, "|---" * len(head) + "|", *others])


def _fence(text: str, language: str) -> str:
    return f"````{language}\n{text.rstrip()}\n````"


if __name__ == "__main__":
    for name, text in pages().items():
        (ARTICLES / name).write_bytes(text.encode())
