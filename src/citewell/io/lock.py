"""One build at a time."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG

from citewell.io import SurroundingsError
from citewell.io.plain import remove

if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        # Far behind the number, since nobody else can read what is locked here.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_build(folder: Path) -> Iterator[None]:
    """Hold the lock in the cache folder while a build runs. The system releases it whatever ends the build.

    Raises:
        SurroundingsError: another build of this site is running.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = _open(folder / "lock")
    except OSError:
        # Where no lock can be written there is no cache that two builds could spoil.
        yield
        return
    try:
        _take(file)
    except OSError as error:
        holder = os.pread(file, 20, 0).decode(errors="replace") if hasattr(os, "pread") else ""
        os.close(file)
        raise SurroundingsError(
            "another build of this site is running "
            f"(process {holder if holder.isdecimal() else 'unknown'}): wait until it is done"
        ) from error
    try:
        os.truncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        os.close(file)


def _open(place: Path) -> int:
    """Open the file of the lock, or make it. What somebody has laid in its place is removed, and no link is followed."""
    if os.path.lexists(place) and not S_ISREG(place.lstat().st_mode):
        remove(place)
    return os.open(place, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
