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
    """Ask for the fields of a source, for each until its answer is one. Whatever is left empty is left out."""
    fields: dict[str, Any] = {
        "type": click.prompt("Type", type=click.Choice(_TYPES), default=_TYPES[0]),
        "title": click.prompt("Title", value_proc=_title),
        "author": _authors(
            _prompt("Authors, as in `Welsh, Joshua A.; Théry, Clotilde`; an organisation by its name")
        ),
        "container-title": _prompt("Journal, book or site in which it stands"),
        "issued": _prompt("Year, or day as in 2024-02-07", "issued"),
        "DOI": _prompt("DOI, as in 10.1234/abc", "DOI"),
        "URL": _prompt("Web address", "URL"),
    }
    return {key: value for key, value in fields.items() if value}


def _title(typed: str) -> str:
    if not typed.strip():
        raise click.BadParameter("a source has a title")
    return typed.strip()


def _prompt(question: str, key: str = "") -> str:
    """Ask for a text; where a key is given, until it can stand under that key."""
    from citewell.bibliography.identifiers import bare_doi
    from citewell.sourcing import field_fault

    def checked(typed: str) -> str:
        text = bare_doi(typed.strip()) if key == "DOI" else typed.strip()
        if text and key and (fault := field_fault(key, text)):
            raise click.BadParameter(fault)
        return text

    answer: str = click.prompt(
        f"{question} (Enter: none)", default="", show_default=False, value_proc=checked
    )
    return answer


def _authors(typed: str) -> list[str | dict[str, str]]:
    """Give the names; where a text may name people or an organisation, ask which."""
    from citewell.bibliography.byline import people_meant

    names: list[str | dict[str, str]] = []
    for text in filter(None, map(str.strip, typed.split(";"))):
        people = people_meant(text)
        if people and click.confirm(
            f"Does `{text}` mean {_number(people)}, `{'; '.join(people)}`?", default=None
        ):
            names += people
        else:
            names.append(text if text.count(",") == 1 else {"literal": text})
    return names


def _number(people: tuple[str, ...]) -> str:
    return "a person" if len(people) == 1 else f"{len(people)} people"
