"""What a process has found when it began, before it was known whether anything has to be done: a build need not find it again."""

import os

TYPE_CHECKING = False  # that of `typing`, which takes longer to import than this module
if TYPE_CHECKING:
    from citewell.io.listing import Look

_read: "dict[str, dict[str, Look]]" = {}  # by content folder
_looking: dict[str, tuple[int, str]] = {}  # by output folder: a process, and which files it looks at


def has_read(content: str, found: "dict[str, Look]") -> None:
    """Take what `looks` has found in the content folder."""
    _read[content] = found


def content_read(content: str) -> "dict[str, Look]":
    """Give what was found in that folder, once; nothing where it was not read."""
    return _read.pop(content, {})


def looks_at(output: str, process: int, published: str) -> None:
    """Take note that a process looks whether these files of the output folder are intact, and will say so by its status.

    Each is a digest, a blank and a path; a NUL stands between two of them.
    """
    _looking[output] = process, published


def intact_files(output: str) -> dict[str, str] | None:
    """Give, once, the digests by path of the files in that folder; None where they were not found intact, or not looked at."""
    if output not in _looking:
        return None
    process, published = _looking.pop(output)
    if os.waitpid(process, 0)[1]:
        return None
    lines = (line.partition(" ") for line in published.split("\0"))
    return {path: seen for seen, _, path in lines}
