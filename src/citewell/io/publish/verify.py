"""Whether a published tree still is what a build has published."""

from pathlib import Path

from msgspec import Struct

from citewell.io import SurroundingsError
from citewell.io.publish.tree import MANIFEST, Manifest, intact, read_manifest_file, scan


class Verified(Struct, frozen=True):
    """The paths of files that are not as they were published, and of those that are not ours; the digest of the manifest."""

    digest: str
    files: int
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    foreign: tuple[str, ...]


def demand_manifest(place: Path) -> Manifest:
    """Give the manifest in a file. Raises SurroundingsError where there is none that can be read."""
    manifest = read_manifest_file(place)
    if manifest is None:
        raise SurroundingsError(f"{place} is no manifest of a published site, or is damaged")
    return manifest


def verify(output: Path) -> Verified:
    """Compare each file of a published tree with the manifest in it.

    Raises SurroundingsError where there is no manifest that can be read.
    """
    manifest = demand_manifest(output / MANIFEST)
    there, ours = scan(output).files, manifest.all
    lying = sorted(ours.keys() & there.keys())
    return Verified(
        digest=manifest.digest,
        files=len(ours),
        missing=tuple(sorted(ours.keys() - there.keys())),
        changed=tuple(path for path in lying if not intact(output, ours, path)),
        foreign=tuple(sorted(there.keys() - ours.keys() - {MANIFEST})),
    )
