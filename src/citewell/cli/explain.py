"""`citewell explain`: what a code means, how it hurts a reader, and an example with the way to mend it."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click
from msgspec import Struct, json

from citewell.cli.settings import known_codes
from citewell.io import SurroundingsError

if TYPE_CHECKING:
    from citewell.core.diagnostic import Code


class Example(Struct, frozen=True):
    """A small site with the one mistake, and the same site mended."""

    report: str  # what `check` says of it
    mended: str  # the lines that are otherwise afterwards, or what was done in words
    fixed: bool  # whether `check --fix` mends it


@click.command(short_help="Say what a code of a report means, and how to mend it.")
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what a code such as `links/missing-page` means; without CODE, list them all.

    CODE may be the first part of codes, as in `links`: they are listed. It may also be copied as it stands in a report, as in `error[links/missing-page]`.
    """
    codes = known_codes()
    if code is None:
        click.echo("\n".join(_listed(codes.values())))
        return
    name = re.sub(r"^\w+\[(.*?)\].*", r"\1", code)
    if members := [item for item in codes.values() if item.name.startswith(f"{name.rstrip('/')}/")]:
        click.echo("\n".join(_listed(members)))
        return
    if name not in codes:
        raise SurroundingsError(f"there is no code `{name}`; {_mend(name, codes)}")
    click.echo("\n\n".join(_explained(codes[name], examples().get(name))))


def examples() -> dict[str, Example]:
    """Give the example of each of the package's own codes. They are the tests in `tests/errors/`, which write this file."""
    file = Path(__file__).with_name("examples.json")
    return json.decode(file.read_bytes(), type=dict[str, Example])


def severity_of(code: "Code") -> str:
    """Say whether a site may choose how severe it is."""
    if code.severity == "warning":
        return f"A warning. `severity: {{{code.name}: error}}` in `site.yaml` makes it an error, and so does `--strict`."
    if code.may_warn:
        return f"An error. `severity: {{{code.name}: warning}}` in `site.yaml` makes it a warning."
    return "Always an error: what readers get would be wrong, broken or missing."


def beside_pages(code: "Code") -> str:
    """Say so where a code whose name speaks of front matter tells of the settings and libraries too."""
    if not code.name.startswith("front-matter/") or code.name in _OF_PAGES:
        return ""
    return "The same code tells of the settings in `site.yaml` and of the entries of libraries."


_OF_PAGES = {f"front-matter/{name}" for name in ("missing", "unclosed", "bad-slug", "bad-alias")}
FIXED = "`citewell check --fix` mends it where the report names what was meant."


def _listed(codes: "Iterable[Code]") -> Iterator[str]:
    families: dict[str, list[Code]] = {}
    for code in codes:
        families.setdefault(code.name.partition("/")[0], []).append(code)
    width = max(len(code.name) for family in families.values() for code in family)
    for number, (family, members) in enumerate(families.items()):
        yield f"\n{family}" if number else family
        yield from (f"  {code.name:{width}}  {code.severity:7}  {code.what}" for code in members)


def _explained(code: "Code", example: Example | None) -> Iterator[str]:
    yield f"{code.name} ({code.severity})"
    yield f"{code.what}\n{code.harm}"
    if example is not None:
        yield f"An example:\n\n{indent(example.report, '  ')}"
        yield f"Mended:\n\n{indent(example.mended, '  ')}"
        if example.fixed:
            yield FIXED
    yield severity_of(code)
    if also := beside_pages(code):
        yield also


def _mend(name: str, codes: "Iterable[str]") -> str:
    from citewell.core.diagnostic import nearest

    near = nearest(name, codes)
    return f"there is `{near}`" if near else "`citewell explain` lists them all"
