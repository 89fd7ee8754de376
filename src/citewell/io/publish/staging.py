"""A tree in the making. Nobody reads it before it is whole, so it may start from whatever an earlier build has left."""

import ctypes
import errno
import os
import shutil
from pathlib import Path

from citewell.io.publish.tree import MANIFEST, Manifest, Scan, encode_manifest, folders_above, scan

_FILE, _FOLDER = 0o644, 0o755  # what a host must be able to read, whatever the umask of whoever builds
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_BY_DESCRIPTOR = os.chmod in os.supports_fd
_FLUSHED_ONE_BY_ONE = 64
"""Up to so many files and folders are flushed by themselves. Flushing the disk at one go is quicker for more."""
_CANNOT_LINK = frozenset({errno.EPERM, errno.EMLINK, errno.EXDEV, errno.ENOTSUP, errno.ENOSYS, errno.EACCES})


class Stage:
    """Brings a folder to hold the files that it is told of, and at `finish` nothing else.

    A file is linked to where it lies already, or written. One that the folder holds as the same link is left alone, so
    that a stage which starts from an earlier tree costs what has changed, not what there is. Raises OSError.
    """

    def __init__(self, folder: Path, there: Scan | None = None) -> None:
        """Begin with what is there, which is looked at where it is not known."""
        self._folder = folder
        folder.mkdir(exist_ok=True)
        folder.chmod(_FOLDER)
        there = there or scan(folder)
        self._unclaimed, self._folders = there.files, there.folders
        if self._unclaimed.pop(MANIFEST, None):  # of an earlier tree; a tree without one is not whole
            (folder / MANIFEST).unlink()
        self._wanted: set[str] = set()  # folders that stay
        self._to_flush: set[str] = {""}

    def link(self, path: str, tree: Path, inode: int) -> None:
        """Have the file that lies under this path in another tree, of that inode."""
        if self._unclaimed.get(path) != inode:
            self._make_room(path)
            source, target = f"{tree}/{path}", f"{self._folder}/{path}"
            if not _linked(source, target):
                shutil.copy2(source, target, follow_symlinks=False)
                self._to_flush.add(path)
        self._claim(path)

    def write(self, path: str, data: bytes) -> None:
        """Have a new file of these bytes under this path. A file that is there may be a link to one that is published: it is not written to."""
        self._make_room(path)
        opened = os.open(place := f"{self._folder}/{path}", _FLAGS, _FILE)
        with os.fdopen(opened, "wb") as file:
            os.chmod(opened if _BY_DESCRIPTOR else place, _FILE)  # noqa: PTH101 -- of each file of a site
            file.write(data)
        self._to_flush.add(path)
        self._claim(path)

    def folder(self, path: str) -> None:
        """Have a folder of this path, which may be empty."""
        self._make_folders([path, *folders_above(path)])
        self._wanted.update([path, *folders_above(path)])

    def finish(self, manifest: Manifest) -> None:
        """Remove what was not told of, bring all of it to the disk, and write the manifest last."""
        unwanted = sorted(self._folders - self._wanted, reverse=True)  # the inner ones first
        for path in self._unclaimed:
            (self._folder / path).unlink()
        for path in unwanted:
            (self._folder / path).rmdir()
        self._to_flush.update(path.rpartition("/")[0] for path in (*self._unclaimed, *unwanted))
        self._to_flush.difference_update(unwanted)
        self._unclaimed, self._folders = {}, self._wanted
        self.flush()
        self.write(MANIFEST, encode_manifest(manifest))
        self.flush()

    def _claim(self, path: str) -> None:
        self._unclaimed.pop(path, None)
        if path.rpartition("/")[0] not in self._wanted:
            self._wanted.update(folders_above(path))

    def _make_room(self, path: str) -> None:
        """Remove what stands under a path or in place of a folder above it, and make the folders."""
        above = folders_above(path)
        for taken in (path, *above):
            if taken in self._unclaimed:
                (self._folder / taken).unlink()
                del self._unclaimed[taken]
        if path in self._folders:
            shutil.rmtree(self._folder / path)
            inside = f"{path}/"
            self._folders = {folder for folder in self._folders if not f"{folder}/".startswith(inside)}
            self._unclaimed = {
                file: inode for file, inode in self._unclaimed.items() if not file.startswith(inside)
            }
        self._make_folders(above)
        self._to_flush.add(above[0] if above else "")

    def _make_folders(self, innermost_first: list[str]) -> None:
        for folder in reversed(innermost_first):
            if folder not in self._folders:
                os.mkdir(place := f"{self._folder}/{folder}", _FOLDER)  # noqa: PTH102 -- of each page of a site
                os.chmod(place, _FOLDER)  # noqa: PTH101
                self._folders.add(folder)
                self._to_flush.add(folder.rpartition("/")[0])

    def flush(self) -> None:
        """Bring what was written, and the folders that name it, to the disk: a loss of power must not leave half a tree."""
        if len(self._to_flush) > _FLUSHED_ONE_BY_ONE and flush_disk(self._folder):
            self._to_flush = set()
        for path in sorted(self._to_flush, reverse=True):
            flush(self._folder / path)
        self._to_flush = set()


def _linked(source: str, target: str) -> bool:
    """Give a file a second name; False where the system cannot. Raises OSError."""
    try:
        os.link(source, target, follow_symlinks=False)
    except NotImplementedError:
        return False
    except OSError as error:
        if error.errno not in _CANNOT_LINK:
            raise
        return False
    return True


def flush(place: Path) -> None:
    """Bring a file or a folder to the disk. Raises OSError."""
    if os.name == "nt" and place.is_dir():
        return  # that system opens no folders
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def flush_disk(place: Path) -> bool:
    """Bring all that was written to the disk of this place; False where the system has no such call. Raises OSError."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if os.name == "posix" else None
    if call is None:
        return False
    opened = os.open(place, os.O_RDONLY)
    try:
        if call(opened):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(place))
    finally:
        os.close(opened)
    return True
