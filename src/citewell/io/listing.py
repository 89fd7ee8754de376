"""What the files below a folder hold, each by the SHA-256 of its bytes.

It imports nothing that takes long: a build in which nothing changed needs little else.
"""

import os
import time
from hashlib import sha256
from stat import S_ISREG

TYPE_CHECKING = False  # that of `typing`, which takes longer to import than this module
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Look = tuple[str, tuple[int, int, int]]

BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
"""Whether the system opens names inside an open folder."""
# A link is not followed, and a pipe does not hold the build up. Where a system lacks a flag it lacks the danger, or
# the listing of the folder has told the link.
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_SAFE = os.O_RDONLY | NO_LINK | getattr(os, "O_CLOEXEC", 0)
FILE = _SAFE | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
FOLDER = _SAFE | getattr(os, "O_DIRECTORY", 0)

MOST_BYTES = 16 * 1024 * 1024
"""Of a file that a site is made from."""
AT_ONCE = 96 * 1024
"""Bytes that are read at once and hashed while the processor has them at hand. Buffers that are larger were slower."""

_TICK = 16_000_000
"""Nanoseconds in which two changes of a file can get one time: the clocks of file systems go by steps of 1 to 16 ms."""
_AFTER_EMPTYING = 6 * _TICK
"""Nanoseconds in which an empty file may still be about to be written: most programs empty a file first."""


def digests(folder: str) -> dict[str, str]:
    """Give the SHA-256 of each file below a folder by its path, as `looks` does."""
    return {path: seen for path, (seen, _) in looks(folder).items()}


def looks(folder: str) -> "dict[str, Look]":
    """Give the SHA-256 of each file below a folder, with its version, by its path; nothing where there is no such folder.

    A folder with nothing in it stands there too, its path with a slash. Nothing is decided here: it raises OSError at
    whatever is no plain file, is too large, has just been changed or cannot be read.
    """
    try:
        place = os.open(folder, FOLDER & ~NO_LINK)
    except FileNotFoundError:
        return {}
    try:
        return dict(_below(place, "", bytearray(AT_ONCE)))
    finally:
        os.close(place)


def is_newer(folder: str, than: int) -> bool:
    """Tell whether a page below a folder has a time later than that, in nanoseconds. Times prove nothing: it is a guess, made soon."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if is_newer(entry.path, than):
                    return True
            elif entry.name.endswith(".md") and entry.stat(follow_symlinks=False).st_mtime_ns > than:
                return True
    return False


def _below(place: int, above: str, buffer: bytearray) -> "Iterator[tuple[str, Look]]":
    with os.scandir(place) as entries:
        found = [
            (entry.name, entry.is_dir(follow_symlinks=False))
            for entry in entries
            if not passed_over(entry.name)
        ]
    if above and not found:
        yield above, ("", (0, 0, 0))
    for name, is_folder in found:
        if not is_folder:
            yield above + name, look(place, name, MOST_BYTES, buffer)
            continue
        inner = os.open(name, FOLDER, dir_fd=place)
        try:
            yield from _below(inner, f"{above}{name}/", buffer)
        finally:
            os.close(inner)


def look(place: int, path: str, most: int, buffer: bytearray) -> "Look":
    """Give the SHA-256 and the version of a file of an open folder as it was at one moment.

    Whatever is written to the file after that gives it another version. Raises OSError where that is not to be had.
    """
    file = os.open(path, FILE, dir_fd=place)
    try:
        before = os.fstat(file)
        if not S_ISREG(before.st_mode) or before.st_size > most or pause(before):
            raise OSError(f"{path} cannot be told by its bytes")
        seen, rest = sha256(), before.st_size
        while rest > 0 and (count := os.readv(file, (buffer,))):
            seen.update(memoryview(buffer)[:count])
            rest -= count
        if rest or version(os.fstat(file)) != version(before):
            raise OSError(f"{path} was changed while it was read")
    finally:
        os.close(file)
    return seen.hexdigest(), version(before)


def together(*trees: "Mapping[str, str]", engine: str) -> str:
    """Give one digest of what `digests` says of several folders and of the program, however they were listed.

    No two lists come to the same text: no path holds a NUL.
    """
    texts = ("".join(f"{seen} {path}\0" for path, seen in sorted(tree.items())) for tree in trees)
    return sha256("\0".join((*texts, engine)).encode(errors="surrogateescape")).hexdigest()


def passed_over(name: str) -> bool:
    """Tell hidden files, and what editors and interpreters drop beside a file."""
    return name.startswith((".", "#")) or name.endswith(("~", ".pyc")) or name == "__pycache__"


def version(seen: os.stat_result) -> tuple[int, int, int]:
    """Give what is otherwise once a file has changed, unless it changed twice within a tick."""
    return seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def pause(seen: os.stat_result) -> int:
    """Give the nanoseconds until a change would get another time than the last one had."""
    most = _TICK if seen.st_size else _AFTER_EMPTYING
    rest = most - (time.time_ns() - max(seen.st_mtime_ns, seen.st_ctime_ns))
    return rest if 0 < rest <= most else 0  # a file may also come from the future: then any change is seen
