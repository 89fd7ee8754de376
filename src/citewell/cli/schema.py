"""`citewell schema`: what editors may write, for the programs in which they write it."""

import json
from os.path import relpath
from pathlib import Path

import click

from citewell.cli.settings import Settings, known_codes, say, shared, site_blocks
from citewell.io import SurroundingsError, reason

_KINDS = ("article", "site", "sources")


@click.command(short_help="Give the JSON Schemas of what editors write.")
@click.argument("kind", required=False, type=click.Choice(_KINDS))
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    is_flag=False,
    flag_value=".schemas",
    metavar="[DIR]",
    help="Write all three into DIR (.schemas), and say how to use them.",
)
@shared("content", "quiet")
def schema(settings: Settings, kind: str | None, folder: Path | None) -> None:
    """Give the JSON Schema of front matter (article), of site.yaml (site) or of the library (sources).

    Editors that speak JSON Schema then complete keys, explain them and mark mistakes.
    """
    from citewell.io.site import refuse_below
    from citewell.parse.json_schema import schemas

    if (kind is None) == (folder is None):
        raise click.UsageError("name one of article, site and sources, or write all three with --write")
    made = schemas(site_blocks(), known_codes())
    texts = {name: json.dumps(made[name], indent=2, ensure_ascii=False) + "\n" for name in _KINDS}
    if kind is not None:
        click.echo(texts[kind], nl=False)
    if folder is not None:
        refuse_below(Path.cwd(), Path.cwd() / settings.content)
        for name, text in texts.items():
            _write(folder / f"{name}.json", text)
            say(settings, f"wrote {folder / name}.json")
        say(settings, _use(settings.content, folder))


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SurroundingsError(f"cannot write {file}: {reason(error)}") from error


def _use(written: Path, schemas: Path) -> str:
    """Say how an editor is told of the schemas."""
    content, folder, seen = (
        Path(relpath(*paths)).as_posix() for paths in ((written,), (schemas,), (schemas, written))
    )
    known = {
        "yaml.schemas": {
            f"{folder}/site.json": f"{content}/site.yaml",
            f"{folder}/sources.json": f"{content}/sources.y*ml",
        },
        "json.schemas": [{"fileMatch": [f"{content}/sources.json"], "url": f"./{folder}/sources.json"}],
    }
    return (
        f"VS Code, in .vscode/settings.json:\n{json.dumps(known, indent=2)}\n"
        f"elsewhere, as the first line of site.yaml: # yaml-language-server: $schema={seen}/site.json"
    )
