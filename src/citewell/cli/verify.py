"""`citewell verify`: whether the published files are those that were built."""

import click

from citewell.cli.settings import FAILED, Settings, options, say, shared


@click.command(
    epilog="""\b
Exit status:
  0  every file is as it was published
  1  a file is missing or was changed
  2  there is no manifest, or the call is wrong
"""
)
@shared("output", "quiet")
def verify(settings: Settings) -> None:
    """Compare the published files with the manifest of the build.

    Files that citewell did not write are named, and are no fault.
    """
    from citewell.io.publish.verify import verify as verify_tree

    found = verify_tree(options(settings, write=True).output)
    for what, paths in (("missing", found.missing), ("changed", found.changed)):
        for path in paths:
            click.echo(f"{what}: {settings.output / path}", err=True)
    for path in found.foreign:
        say(settings, f"not of this site: {settings.output / path}")
    if found.missing or found.changed:
        click.echo("type `citewell build` to publish the site whole again", err=True)
        raise SystemExit(FAILED)
    say(settings, f"{found.files} files are as they were published")
    say(settings, f"tree {found.digest}")
