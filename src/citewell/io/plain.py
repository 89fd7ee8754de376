"""Files of the program's own, in folders where somebody else may have laid anything: no link is followed."""

import os
from stat import S_ISREG

TYPE_CHECKING = False  # that of `typing`: a build in which nothing changed imports as little as it can
if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike
    from pathlib import Path
    from typing import BinaryIO, Literal

# Where a system lacks a flag it lacks the danger, or is_symlink has seen it.
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_plain(path: "PathLike[str] | str", mode: 'Literal["rb", "r+b"]' = "rb") -> "BinaryIO":
    """Open a file. Raises OSError where there is none, or a link, a pipe, a device or a folder."""
    if os.path.islink(path):
        raise OSError(f"{path} is a symbolic link")
    file = open(path, mode, opener=lambda name, flags: os.open(name, flags | _SAFELY))  # noqa: SIM115 -- Path.open has no opener
    # Asked of the open file, since another may have taken its place.
    if not S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"{path} is no plain file")
    return file


def write_plain(path: "Path", parts: "Iterable[bytes]", *, unfinished: str) -> None:
    """Put a fresh file, for its owner only, in the place of whatever lies there. Whoever opens it meets a whole file.

    Its name ends in `unfinished` until it is whole. Raises OSError where it cannot be written.
    """
    from pathlib import Path
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(dir=path.parent, suffix=unfinished, delete=False) as file:
        fresh = Path(file.name)
        try:
            file.writelines(parts)
            file.close()  # since some systems move no file that is open
            if path.is_dir():
                remove(path)
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise


def remove(path: "PathLike[str] | str") -> None:
    """Remove whatever lies at this path: a folder with all in it, but of a link only the link."""
    if os.path.isdir(path) and not os.path.islink(path):
        from shutil import rmtree

        rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
