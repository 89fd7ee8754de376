"""The tree of the preview, changed file by file: it is private, and what changed must be there at once."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from citewell.core.view import Artifact
from citewell.io import SurroundingsError, reason
from citewell.io.publish import FINGERPRINTED, Published
from citewell.io.publish.staging import Stage
from citewell.io.publish.swap import places_of
from citewell.io.publish.tree import (
    MANIFEST,
    Manifest,
    encode_manifest,
    file_of,
    folders_above,
    read_manifest,
    scan,
)

_FRESH = ".citewell-new"


def change(tree: Path, write: Iterable[Artifact], keep: Iterable[str] | None) -> Published:
    """Bring the tree to hold the files of `write` and those of `keep` that are there already; None: all that are there.

    Raises SurroundingsError where it cannot be written.
    """
    try:
        tree.mkdir(parents=True, exist_ok=True)
        former = (read_manifest(tree) or Manifest({})).files
        files = dict(former) if keep is None else {path: former[path] for path in keep}
        written = []
        # Whoever asks for a page at this moment must find what it names.
        for artifact in sorted(write, key=lambda artifact: not artifact.path.startswith(FINGERPRINTED)):
            files[artifact.path] = file_of(artifact.data)
            _put(tree, artifact.path, artifact.data)
            written.append(artifact.path)
        removed = sorted(former.keys() - files.keys())
        for path in removed:
            _remove(tree, path)
        if files != former:
            _put(tree, MANIFEST, encode_manifest(Manifest(files)))
    except OSError as error:
        raise SurroundingsError(f"cannot write {error.filename or tree}: {reason(error)}") from error
    return Published(tuple(written), tuple(removed))


def preview_of(output: Path) -> Path:
    """Give the folder of the preview of what is published to `output`. A new one begins as what is published there.

    Raises SurroundingsError where it cannot be written.
    """
    places = places_of(output)
    published = read_manifest(places.home)
    if published is None or read_manifest(places.preview) is not None:
        return places.preview
    try:
        places.side.mkdir(exist_ok=True)
        stage, there = Stage(places.preview), scan(places.home).files
        files = {path: file for path, file in published.files.items() if path in there}
        for path in files:
            stage.link(path, places.home, there[path])
        stage.finish(Manifest(files))
    except OSError as error:
        raise SurroundingsError(
            f"cannot write {error.filename or places.preview}: {reason(error)}"
        ) from error
    return places.preview


def _put(tree: Path, path: str, data: bytes) -> None:
    """Put a new file in place of a former one, which may be a link to one that is published."""
    place = tree / path
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    for folder in reversed(folders_above(path)):
        if (tree / folder).is_symlink() or not (tree / folder).is_dir():
            (tree / folder).unlink(missing_ok=True)
            (tree / folder).mkdir()
    fresh = tree / _FRESH
    fresh.write_bytes(data)
    fresh.replace(place)


def _remove(tree: Path, path: str) -> None:
    """Remove a file, and the folders that are then empty."""
    (tree / path).unlink(missing_ok=True)
    for folder in folders_above(path):
        try:
            (tree / folder).rmdir()
        except OSError:
            return  # not empty, or somebody was quicker
