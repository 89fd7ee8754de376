"""`citewell new source`: an entry for the library, from a registry, from a file, or asked for."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from citewell.cli.settings import FAILED, Settings, say, shared
from citewell.io import SurroundingsError

if TYPE_CHECKING:
    from citewell.sourcing import Addition

_TYPES = ("article-journal", "article", "book", "chapter", "report", "webpage", "thesis", "legislation")


@click.command("source")
@click.argument("number", required=False)
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Add all sources of a .bib, .ris or .json file.",
)
@shared("content", "quiet", "no_color")
def new_source(settings: Settings, number: str | None, file: Path | None) -> None:
    """Add a source to the library, so that pages can cite it.

    NUMBER is a DOI, a PubMed or PMC number or a ClinicalTrials.gov number, as in 10.1002/jev2.12404, pmid:38326288, PMC10850029
    or NCT04493242, or the address of such a page. doi.org, PubMed or ClinicalTrials.gov is asked for the rest: this takes a
    network, and no other command does. Without NUMBER the fields are asked for.
    """
    from citewell import sourcing

    if number and file:
        raise click.UsageError("give a number or `--from FILE`, not both")
    if file:
        _imported(settings, file, sourcing.add_from_file(settings.content, file))
    elif number:
        _told(settings, sourcing.add_by_number(settings.content, number))
    elif sys.stdin.isatty():
        _told(settings, sourcing.add_record(settings.content, _asked()))
    else:
        raise SurroundingsError(
            "type the number of a source, as in `citewell new source 10.1002/jev2.12404`, "
            "or a file of sources, as in `citewell new source --from sources.bib`"
        )


def _told(settings: Settings, done: "Addition") -> None:
    for id_, text in done.entries:
        say(settings, f"{text}\nadded to {done.path}; cite it as [@{id_}]")
    for id_, span in done.already:
        place = f"{settings.content / span.path}:{span.line}"
        say(settings, f"nothing was added: this source is in {place}; cite it as [@{id_}]")


def _imported(settings: Settings, file: Path, done: "Addition") -> None:
    if done.faults:
        from citewell.io.report import render

        text = render(done.faults, {done.faults[0].span.path: done.text}.get, color=settings.color, prefix="")
        click.echo(text, err=True, nl=False, color=settings.color)
    for id_, _ in done.entries:
        say(settings, f"[@{id_}]")
    say(settings, f"{len(done.entries)} added to {done.path}, {len(done.already)} there already")
    if any(fault.severity == "error" for fault in done.faults):
        click.echo(f"what is wrong in {file} was left out", err=True)
        raise SystemExit(FAILED)


def _asked() -> dict[str, Any]:
    """Ask for the fields of a source. Whatever is left empty is left out."""
    say_how = "Authors, as in `Welsh, Joshua A.; Théry, Clotilde`; an organisation by its name"
    fields: dict[str, Any] = {
        "type": click.prompt("Type", type=click.Choice(_TYPES), default=_TYPES[0]),
        "title": click.prompt("Title"),
        "author": _prompt(say_how),
        "container-title": _prompt("Journal, book or site in which it stands"),
        "issued": _prompt("Year, or day as in 2024-02-07"),
        "URL": _prompt("Web address"),
    }
    names = (name.strip() for name in fields["author"].split(";"))
    fields["author"] = [name if "," in name else {"literal": name} for name in names if name]
    return {key: value for key, value in fields.items() if value}


def _prompt(question: str) -> str:
    answer: str = click.prompt(f"{question} (Enter: none)", default="", show_default=False)
    return answer.strip()
