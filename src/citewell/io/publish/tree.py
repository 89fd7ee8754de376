"""A published tree, and its manifest: which files in it are ours, and what they hold."""

import os
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG

import msgspec
from msgspec import Struct

from citewell.io.listing import AT_ONCE, FILE, NO_LINK

MANIFEST = ".citewell-manifest.json"
# A part of a path that is empty, `.` or `..`, or our own file in front; each path stands between slashes.
_LEAD_ELSEWHERE = ("//", "/./", "/../", f"\n/{MANIFEST}/")


class File(Struct, frozen=True, array_like=True):
    """The size of a file in bytes, and the SHA-256 of what it holds."""

    size: int
    sha256: str


class Manifest(Struct, frozen=True, tag_field="format", tag="citewell tree 2"):
    """The files of a tree by path.

    `former` are the styles, scripts and pictures of the tree before: a reader who has one of its pages open may still
    ask for them.
    """

    files: dict[str, File]
    former: dict[str, File] = {}

    @property
    def all(self) -> dict[str, File]:
        """Every file in the tree that is ours."""
        return self.former | self.files

    @property
    def digest(self) -> str:
        """The SHA-256 of paths and contents, in hexadecimal: the same for the same site, whatever stood there before."""
        lines = (f"{file.sha256}  {path}\n" for path, file in sorted(self.files.items()))
        return sha256("".join(lines).encode()).hexdigest()


class Scan(Struct, frozen=True):
    """What lies in a folder: its files, and whatever else is no folder, with their inodes; and its folders."""

    files: dict[str, int]
    folders: set[str]


def encode_manifest(manifest: Manifest) -> bytes:
    """Give the bytes of a manifest, the same for equal ones."""
    return msgspec.json.encode(manifest, order="sorted") + b"\n"


def read_manifest(tree: Path) -> Manifest | None:
    """Give the manifest of a tree, or None where there is none or it is damaged. Raises OSError where it cannot be told."""
    return read_manifest_file(tree / MANIFEST)


def read_manifest_file(place: Path) -> Manifest | None:
    """Give the manifest in a file, or None where there is none or it is damaged. Raises OSError where it cannot be told."""
    try:
        manifest = msgspec.json.decode(place.read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None
    # A manifest that names files outside the folder was not written by us.
    return manifest if are_inside(manifest.all) else None


def are_inside(paths: Collection[str]) -> bool:
    """Tell whether all of these lead to files of ours inside a tree: every build asks it of every file, so at one go."""
    text = "".join(f"\n/{path}/" for path in paths)
    return not any(wrong in text for wrong in _LEAD_ELSEWHERE)


def intact(tree: Path, files: Mapping[str, File], path: str) -> bool:
    """Tell whether the file of that path has the bytes that are told of it."""
    return path in files and file_on_disk(f"{tree}/{path}") == files[path]


def file_of(data: bytes) -> File:
    """Give what a manifest tells of these bytes."""
    return File(len(data), sha256(data).hexdigest())


def file_on_disk(place: str) -> File | None:
    """Give what a manifest tells of a file, or None where there is no readable file; a link or a pipe is none."""
    if not NO_LINK and os.path.islink(place):  # noqa: PTH114 -- asked of each file of a site
        return None
    try:
        file = os.open(place, FILE)
    except OSError:
        return None
    try:
        return _file_of(file) if S_ISREG(os.fstat(file).st_mode) else None
    except OSError:
        return None
    finally:
        os.close(file)


def _file_of(file: int) -> File:
    seen, size = sha256(), 0
    while part := os.read(file, AT_ONCE):
        seen.update(part)
        size += len(part)
    return File(size, seen.hexdigest())


def scan(tree: Path) -> Scan:
    """List a folder to the bottom; links are not followed. Raises OSError where it cannot be listed."""
    files, folders, waiting = {}, set(), [""]
    while waiting:
        above = waiting.pop()
        # Of each page of a site: a `Path` takes longer than the system.
        with os.scandir(f"{tree}/{above}") as entries:
            for entry in entries:
                path = above + entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.add(path)
                    waiting.append(f"{path}/")
                else:
                    files[path] = entry.inode()
    return Scan(files, folders)


def folders_above(path: str) -> list[str]:
    """Give the folders that a file lies in, the innermost first, without that of the tree itself."""
    found: list[str] = []
    while path := path.rpartition("/")[0]:
        found.append(path)
    return found
