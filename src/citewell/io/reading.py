"""Folders and files opened so that no link leads out of them, and files read whole or not at all.

What was a folder or a file when it was listed may be a link by the time it is opened. So each is opened by its name
inside the open folder above it, and the system is told to follow no link.
"""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import Literal

from citewell.io.listing import BY_DESCRIPTOR, FILE, FOLDER, NO_LINK, pause, version

Place = int | str
"""An open folder by its descriptor, or by its path where a system cannot open names inside an open folder."""
Refusal = Literal["link", "special", "too-large", "changing"]
"""Why a file is not read."""

_TRIES = 40


@contextmanager
def opened(folder: Path) -> Iterator[Place]:
    """Open a folder, which may itself be named by a link. Raises OSError where that is not possible."""
    if not BY_DESCRIPTOR:
        yield str(folder)
        return
    place = os.open(folder, FOLDER & ~NO_LINK)
    try:
        yield place
    finally:
        os.close(place)


@contextmanager
def below(root: Place, path: str) -> Iterator[Place]:
    """Open the folder of that path inside an open one ("" is that one itself), however deep, one descriptor at a time.

    Raises OSError where it is not there, may not be opened, or a part of the path is a link or no folder.
    """
    if isinstance(root, str):
        yield str(Path(root, path))
        return
    place = os.open(".", FOLDER, dir_fd=root)
    try:
        for name in PurePosixPath(path).parts:
            inner = os.open(name, FOLDER, dir_fd=place)
            os.close(place)
            place = inner
        yield place
    finally:
        os.close(place)


def entries(place: Place) -> list[os.DirEntry[str]]:
    """List an open folder, sorted by name. Ask its entries while it is open. Raises OSError."""
    with os.scandir(place) as found:
        return sorted(found, key=lambda entry: entry.name)


def read_whole(place: Place, name: str, most: int) -> bytes | Refusal:
    """Read a file of an open folder as it was at one moment, or say why not.

    Raises OSError where it is gone or may not be read.
    """
    try:
        if isinstance(place, int):
            file = os.open(name, FILE, dir_fd=place)
        else:
            file = os.open(Path(place, name), FILE)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "link"
        raise
    try:
        return _at_one_moment(file, most)
    finally:
        os.close(file)


def _at_one_moment(file: int, most: int) -> bytes | Refusal:
    """Read an open file until nothing has changed it meanwhile. One that takes its place is another file."""
    for _ in range(_TRIES):
        before = os.fstat(file)
        if not S_ISREG(before.st_mode):
            return "special"
        if before.st_size > most:
            return "too-large"
        if wait := pause(before):
            time.sleep(wait / 1e9)
        data = _bytes(file, before.st_size + 1)  # a byte more, to see that it has grown
        if version(os.fstat(file)) == version(before) and len(data) == before.st_size:
            return data
    return "changing"


def _bytes(file: int, most: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    parts = []
    while most and (part := os.read(file, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)
