"""`citewell explain`: what a code means."""

import click

from citewell.cli.settings import Settings, known_codes, shared
from citewell.io import SurroundingsError


@click.command()
@click.argument("code", required=False)
@shared
def explain(_settings: Settings, code: str | None) -> None:
    """Say what a code such as `links/missing-page` means; without CODE, list them all."""
    from citewell.core.diagnostic import nearest

    codes = known_codes()
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
