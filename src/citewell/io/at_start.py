"""What a process has found when it began, before it was known whether anything has to be done: a build need not find it again."""

import os

TYPE_CHECKING = False  # that of `typing`, which takes longer to import than this module
if TYPE_CHECKING:
    from citewell.io.ahead import Helper
    from citewell.io.listing import Look

_read: "dict[str, dict[str, Look]]" = {}  # by content folder
_helpers: "list[Helper]" = []
_engines: list[str] = []
_looking: dict[str, tuple[int, str]] = {}  # by output folder: a process, and which files it looks at


def has_read(content: str, found: "dict[str, Look]") -> None:
    """Take what `looks` has found in the content folder."""
    _read[content] = found


def content_read(content: str) -> "dict[str, Look]":
    """Give what was found in that folder, once; nothing where it was not read."""
    return _read.pop(content, {})


def is_engine(digest: str) -> None:
    """Take what `engine` has said."""
    _engines.append(digest)


def engine_found() -> str | None:
    """Give what `engine` has said when the process began, once; None where it was not asked."""
    return _engines.pop() if _engines else None


def looks_at(output: str, process: int, published: str) -> None:
    """Take note that a process looks whether these files of the output folder are intact, and will say so by its status.

    Each is a digest, a blank and a path; a NUL stands between two of them.
    """
    _looking[output] = process, published


def has_changed() -> bool:
    """Tell whether the same command has built the site before, and something of it is not what it was then."""
    return bool(_looking)


def begin_helper() -> None:
    """Begin a process for the page or two that most likely have to be parsed: what does that is imported beside all else."""
    if _helpers:
        return
    from citewell.io.ahead import Helper

    _helpers.append(Helper("citewell.pages", "citewell.parse.article"))


def helper_begun() -> "Helper | None":
    """Give the process that is making itself ready, once."""
    return _helpers.pop() if _helpers else None


def intact_files(output: str) -> dict[str, str] | None:
    """Give, once, the digests by path of the files in that folder; None where they were not found intact, or not looked at."""
    if output not in _looking:
        return None
    process, published = _looking.pop(output)
    if os.waitpid(process, 0)[1]:
        return None
    lines = (line.partition(" ") for line in published.split("\0"))
    return {path: seen for seen, _, path in lines}
