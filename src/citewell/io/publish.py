"""The published tree. It changes only when everything that shall stand in it has been made.

The manifest in the output folder names the files that are ours, with their digests. It names what is about to
be written before the first new file stands there, so that after an interruption the next build still knows its own.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from shutil import rmtree

import msgspec
from msgspec import Struct

from citewell.core.view import Artifact
from citewell.io import SurroundingsError, reason

Manifest = dict[str, str]
"""The paths of the published files, and the SHA-256 of each."""

_MANIFEST = ".citewell-manifest.json"
_STAGE = ".citewell-stage"
# A part of a path that is empty, `.` or `..`, or one of our own two in front; each path stands between slashes.
_LEAD_ELSEWHERE = ("//", "/./", "/../", f"\n/{_STAGE}/", f"\n/{_MANIFEST}/")


class Published(Struct, frozen=True):
    """The paths of the files that were written, and of those that were removed."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def read_manifest(output: Path) -> Manifest | None:
    """Give the manifest of the output folder, or None where there is none that can be read."""
    try:
        manifest = msgspec.json.decode((output / _MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        return None
    # A manifest that names files outside the folder was not written by us.
    return manifest if _are_inside(manifest) else None


def intact(output: Path, manifest: Manifest, path: str) -> bool:
    """Tell whether the published file of that path still has the bytes that the manifest names."""
    return path in manifest and _digest_on_disk(output / path) == manifest[path]


def publish(output: Path, write: Iterable[Artifact], keep: Iterable[str] | None) -> Published:
    """Bring the output folder to hold the files of `write` and `keep`, and no other file of ours.

    `keep` names files of the manifest; None: all that stand there.
    Until `write` has come to its end and all of it lies on the disk, the former site stands as it was.

    Raises:
        SurroundingsError: the folder cannot be written, or a file in it that is not ours is in the way.
    """
    with _sentences(output):
        former = _former(output)
        rmtree(output / _STAGE, ignore_errors=True)  # what an interrupted build has left
        try:
            kept = former if keep is None else {path: former[path] for path in keep}
            return _publish(output, former, write, kept)
        finally:
            rmtree(output / _STAGE, ignore_errors=True)


def _publish(output: Path, former: Manifest, write: Iterable[Artifact], kept: Manifest) -> Published:
    made: Manifest = {}
    staged: dict[str, Path] = {}
    for artifact in write:
        _refuse_foreign(output, former, artifact.path)
        made[artifact.path] = sha256(artifact.data).hexdigest()
        if _digest_on_disk(output / artifact.path) != made[artifact.path]:
            staged[artifact.path] = _stage(output, str(len(staged)), artifact.data)

    manifest = kept | made
    removed = former.keys() - manifest.keys()
    if staged or manifest != former:
        if not manifest.keys() <= former.keys():
            _write_manifest(output, former | manifest)
        # A page must not stand there before the styles and pictures that it names.
        for path in sorted(staged, key=lambda path: (not path.startswith("static/"), path)):
            (output / path).parent.mkdir(parents=True, exist_ok=True)
            staged[path].replace(output / path)
        for path in removed:
            _remove(output, path)
        _write_manifest(output, manifest)
    return Published(tuple(staged), tuple(sorted(removed)))


def _former(output: Path) -> Manifest:
    """Give the manifest of the last build, or an empty one for a folder that is new or empty."""
    manifest = read_manifest(output)
    if manifest is not None:
        return manifest
    if output.is_dir() and any(entry.name != _STAGE for entry in output.iterdir()):
        raise SurroundingsError(
            f"the output folder {output} is not empty and holds files not written by citewell: "
            "empty it, or choose another with --output"
        )
    return {}


def _refuse_foreign(output: Path, former: Manifest, path: str) -> None:
    """Raise when something that is not ours stands where this file or a folder above it must be."""
    if not _are_inside([path]):
        raise SurroundingsError(f"`{path}` is no path for a published file")
    file = output / path
    taken = _no_folder(output, path)
    if taken is None and os.path.lexists(file) and (path not in former or file.is_dir()):
        taken = file
    if taken is not None:
        raise SurroundingsError(
            f"{taken} was not written by citewell and is in the way of `{path}`: move it elsewhere"
        )


def _are_inside(paths: Collection[str]) -> bool:
    """Tell whether all of these lead to files of ours inside the folder: every build asks it of every file, so at one go."""
    text = "".join(f"\n/{path}/" for path in paths)
    return not any(wrong in text for wrong in _LEAD_ELSEWHERE)


def _no_folder(output: Path, path: str) -> Path | None:
    """Give what stands in place of a folder above this path and is none, such as a link to elsewhere."""
    above = (output / folder for folder in PurePosixPath(path).parents if folder.name)
    return next(
        (place for place in above if place.is_symlink() or (place.exists() and not place.is_dir())), None
    )


def _remove(output: Path, path: str) -> None:
    """Remove a file of ours, and the folders that are then empty."""
    if _no_folder(output, path) is not None:
        return  # somebody has put a link or a file in place of our folder: what it leads to is not ours
    (output / path).unlink(missing_ok=True)
    for folder in PurePosixPath(path).parents:
        if not folder.name:
            return
        try:
            (output / folder).rmdir()
        except OSError:
            return  # not empty


def _stage(output: Path, name: str, data: bytes) -> Path:
    file = output / _STAGE / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def _write_manifest(output: Path, manifest: Manifest) -> None:
    data = msgspec.json.encode(manifest, order="sorted")
    _stage(output, _MANIFEST, data + b"\n").replace(output / _MANIFEST)


def _digest_on_disk(file: Path) -> str | None:
    """Give the SHA-256 of a file, or None where there is no readable file; a link is none."""
    try:
        return None if file.is_symlink() else sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None


@contextmanager
def _sentences(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename2 or error.filename or output
        raise SurroundingsError(f"cannot write {place}: {reason(error)}") from error


def check_places(content: Path, output: Path, templates: Path, static: Path, root: Path) -> None:
    """Refuse an output folder whose files would mix with those that editors and designers write.

    Raises:
        SurroundingsError: it is, lies in, or holds a folder that the site is made from.
    """
    place = output.resolve()
    for folder in (content, templates, static, root / "blocks", root / ".citewell"):
        source = folder.resolve()
        if place == source:
            raise SurroundingsError(
                f"the output folder {output} is the same as {folder}: choose another with --output"
            )
        if place in source.parents or source in place.parents:
            relation = "lies inside" if source in place.parents else "holds"
            raise SurroundingsError(
                f"the output folder {output} {relation} {folder}: choose another with --output"
            )
    if place == root.resolve():
        raise SurroundingsError(
            f"the output folder {output} is the site's own folder: choose another with --output"
        )
