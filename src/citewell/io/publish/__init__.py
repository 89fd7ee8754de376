"""Publishing: the new tree is made beside the old one and takes its place in one step, when it is whole and on the disk.

Killed at any moment, out of disk or interrupted, the published folder holds the old site or the new one. The
manifest in it names the files that are ours, with size and digest; no other file is ever changed or removed.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Self

from msgspec import Struct

from citewell.core.view import Artifact
from citewell.io import SurroundingsError, reason
from citewell.io.beside import aside
from citewell.io.lock import only_build
from citewell.io.publish.staging import Stage
from citewell.io.publish.swap import Places, open_side, places_of, swap_in
from citewell.io.publish.tree import (
    MANIFEST,
    File,
    Manifest,
    Scan,
    are_inside,
    file_of,
    folders_above,
    intact,
    read_manifest,
    scan,
)

FINGERPRINTED = "static/"
"""Where the files lie whose names hold a digest of what they hold: an address that never shows anything else."""


class Published(Struct, frozen=True):
    """The paths of the files that were written, and of those that were removed; and the digest of the tree."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    digest: str = ""


class Publication:
    """The next tree of an output folder, which takes its place when it is told to. Before that nobody sees anything of it.

    Nothing is written before the first file comes, or before it is to `prepare`. What is not published is of no worth, and
    the next build makes use of it.

    `make` and `publish` raise SurroundingsError: the folder cannot be written, or a file in it that is not ours is in the
    way; another build publishes to it. The published folder is as it was.
    """

    def __init__(self, output: Path) -> None:
        self._output = output
        self._open = ExitStack()
        self._places: Places | None = None
        self._prepared: Callable[[], tuple[Scan, Scan] | None] = lambda: None
        self._plan: _Plan | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failed: object) -> None:
        self._open.close()

    @property
    def files(self) -> dict[str, File]:
        """The files of the next tree so far, by path."""
        return {} if self._plan is None else self._plan.files

    def prepare(self) -> None:
        """Begin in a process of its own: list what lies there, and have what will most likely stay where no earlier tree is.

        What stands in the way of it is told when the first file comes.
        """
        with suppress(OSError, SurroundingsError):
            places = self._held()
            former = read_manifest(places.home)
            if former is not None:
                self._prepared = self._open.enter_context(aside(partial(_begun, places, former)))

    def make(self, artifact: Artifact) -> str:
        """Have a file of these bytes, and give their digest."""
        with _told(self._output):
            return self._started().make(artifact)

    def publish(self, keep: Iterable[str]) -> Published:
        """Bring the output folder in one step to hold what was made and the files of the manifest that `keep` names, and no other file of ours."""
        with _told(self._output):
            plan = self._started()
            plan.keep_published(keep)
            return plan.publish()

    def _started(self) -> "_Plan":
        if self._plan is None:
            places = self._held()
            there, begun = self._prepared() or (_there(places.home), None)
            self._plan = _Plan(places, _former(places.home), there, begun)
        return self._plan

    def _held(self) -> Places:
        if self._places is None:
            self._places = self._open.enter_context(_publishing(self._output))
        return self._places


def _begun(places: Places, former: Manifest) -> tuple[Scan, Scan]:
    """Begin the next tree with all files of the published one, unless it is begun; give what lies in both."""
    there = scan(places.home)
    if not places.next.exists():
        stage = Stage(places.next)
        with suppress(OSError):  # it is told when the file is wanted
            for path in there.files.keys() & former.all:
                stage.link(path, places.home, there.files[path])
            stage.flush()
    return there, scan(places.next)


def _there(tree: Path) -> Scan:
    return scan(tree) if tree.exists() else Scan({}, set())


def publish(output: Path, write: Iterable[Artifact], keep: Iterable[str]) -> Published:
    """Publish these files and those of the manifest that `keep` names. Raises SurroundingsError, as `Publication` does."""
    with Publication(output) as publication:
        for artifact in write:
            publication.make(artifact)
        return publication.publish(keep)


def roll_back(output: Path) -> Published:
    """Publish once more what was published before the present tree.

    Raises:
        SurroundingsError: no former tree is kept, or a file of it is damaged; or as `publish` does.
    """
    with _told(output), _publishing(output) as places:
        last = read_manifest(places.last)
        if last is None:
            raise SurroundingsError(f"no former build of {output} is kept: there is nothing to go back to")
        if damaged := [path for path in last.files if not intact(places.last, last.files, path)]:
            raise SurroundingsError(
                f"the former build is damaged: {places.last / damaged[0]} is not as it was published; "
                "build the site from its former content instead"
            )
        plan = _Plan(places, _former(places.home), _there(places.home))
        lying = scan(places.last)
        for path, file in last.files.items():
            plan.keep(path, file, places.last, lying)
        return plan.publish()


class _Plan:
    """What shall stand in the published folder, put on a stage as it becomes known."""

    def __init__(self, places: Places, former: Manifest, there: Scan, begun: Scan | None = None) -> None:
        self._places = places
        self._former = former
        self._foreign = there.files.keys() - former.all.keys() - {MANIFEST}
        self._there = there
        ours = {folder for path in former.all for folder in folders_above(path)}
        self._foreign_folders = there.folders - ours
        self._occupied = self._foreign_folders | {
            folder for path in self._foreign for folder in folders_above(path)
        }
        self._stage = Stage(places.next, begun)
        self.files: dict[str, File] = {}
        self._written: list[str] = []

    def keep(self, path: str, file: File, tree: Path, lying: Scan) -> None:
        """Have the file that lies in that tree."""
        self._refuse(path)
        self._have(path, file, tree, lying)

    def keep_published(self, paths: Iterable[str]) -> None:
        """Have published files as they lie there: where one of ours lies nothing is in its way."""
        for path in paths:
            self._have(path, self._former.files[path], self._places.home, self._there)

    def _have(self, path: str, file: File, tree: Path, lying: Scan) -> None:
        if path not in lying.files:
            raise SurroundingsError(f"{tree / path} is gone: build again")
        self.files[path] = file
        self._stage.link(path, tree, lying.files[path])

    def make(self, artifact: Artifact) -> str:
        """Have a file of these bytes: the published one, if it has them already. Gives their digest."""
        file = file_of(artifact.data)
        if artifact.path in self._there.files and intact(
            self._places.home, {artifact.path: file}, artifact.path
        ):
            self.keep(artifact.path, file, self._places.home, self._there)
            return file.sha256
        self._refuse(artifact.path)
        self.files[artifact.path] = file
        self._written.append(artifact.path)
        self._stage.write(artifact.path, artifact.data)
        return file.sha256

    def publish(self) -> Published:
        """Let the stage take the place of the published folder, if it holds anything else."""
        former, home = self._former, self._places.home
        removed = tuple(sorted(former.files.keys() - self.files.keys()))
        manifest = Manifest(self.files)
        if self._written or manifest.files != former.files:
            stay = {
                path: file
                for path, file in former.files.items()
                if path.startswith(FINGERPRINTED) and path not in self.files and path in self._there.files
            }
            for path in stay.keys() | self._foreign:
                self._stage.link(path, home, self._there.files[path])
            for folder in self._foreign_folders:
                self._stage.folder(folder)
            if home.exists():
                self._places.next.chmod(home.stat().st_mode & 0o7777)
            self._stage.finish(Manifest(self.files, stay))
            swap_in(self._places)
        return Published(tuple(self._written), removed, manifest.digest)

    def _refuse(self, path: str) -> None:
        """Raise where something that is not ours stands in the place of a file, or of a folder above it."""
        if not are_inside([path]):
            raise SurroundingsError(f"`{path}` is no path for a published file")
        taken = next((place for place in (path, *folders_above(path)) if place in self._foreign), None)
        if taken is None and path in self._occupied:
            taken = path
        if taken is not None:
            raise SurroundingsError(
                f"{self._places.home / taken} was not written by citewell and is in the way of `{path}`: "
                "move it elsewhere"
            )


def _former(home: Path) -> Manifest:
    """Give the manifest of the published tree, or an empty one for a folder that is new or empty."""
    manifest = read_manifest(home)
    if manifest is not None:
        return manifest
    if home.is_dir() and any(home.iterdir()):
        raise SurroundingsError(
            f"the output folder {home} is not empty and holds files not written by citewell: "
            "empty it, or choose another with --output"
        )
    return Manifest({})


@contextmanager
def _publishing(output: Path) -> Iterator[Places]:
    """Hold the places of an output folder, with nothing left of killed builds. Raises OSError."""
    places = places_of(output)
    if places.home.exists() and not os.access(places.home, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(output))
    with only_build(places.side):
        open_side(places)
        yield places


@contextmanager
def _told(output: Path) -> Iterator[None]:
    """Raise what the disk does not allow as a sentence."""
    try:
        yield
    except OSError as error:
        shutil.rmtree(places_of(output).next, ignore_errors=True)  # it may be what has filled the disk
        if error.errno in {errno.EXDEV, errno.EBUSY}:
            raise SurroundingsError(
                f"the output folder {output} cannot be replaced in one step, as where a disk is mounted: "
                "choose a folder inside it with --output"
            ) from error
        place = error.filename2 or error.filename or output
        raise SurroundingsError(f"cannot write {place}: {reason(error)}") from error
