"""`citewell rollback`: publish once more what was published before."""

import click

from citewell.cli.settings import Settings, options, say, shared


@click.command()
@shared("output", "quiet")
def rollback(settings: Settings) -> None:
    """Publish once more what was published before the last build.

    The content is not changed: mend it before you build again. What is published now is kept, and a second `rollback`
    brings it back.
    """
    from citewell.io.publish import roll_back

    done = roll_back(options(settings, write=True).output)
    say(settings, f"went back to what was published before → {settings.output / 'index.html'}")
    say(settings, f"tree {done.digest}")
