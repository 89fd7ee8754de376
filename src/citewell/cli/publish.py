"""`citewell publish --plan`: in which order to bring the site to a store of single files."""

from pathlib import Path

import click

from citewell.cli.settings import Settings, options, shared


@click.command()
@click.option("--plan", is_flag=True, required=True, help="Print the steps. Citewell itself uploads nothing.")
@click.option(
    "--uploaded",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The `.citewell-manifest.json` that was uploaded last; default: nothing was.",
)
@shared("output")
def publish(settings: Settings, uploaded: Path | None, *, plan: bool) -> None:  # noqa: ARG001 -- it says what is meant
    """Print the order in which to upload the site.

    This is for stores of single files, such as a bucket. Each line is a step: `put PATH` or `delete PATH`. In this order no
    reader meets a page without its styles, or a link to a page that is not there yet, wherever the upload stops.
    """
    from citewell.io.publish.tree import MANIFEST, Manifest
    from citewell.io.publish.upload import upload_plan
    from citewell.io.publish.verify import demand_manifest

    tree = demand_manifest(options(settings, write=True).output / MANIFEST)
    former = demand_manifest(uploaded) if uploaded else Manifest({})
    for step in upload_plan(tree, former):
        click.echo(f"{'delete' if step.delete else 'put'} {step.path}")
