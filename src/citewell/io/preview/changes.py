"""Seeing a save at once: the folders that a site is made from, watched while they come, go and change."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR

from citewell.io.listing import passed_over

_STEP = 5
"""Milliseconds without a further change after which a save counts as whole."""
_LONGEST = 100
"""Milliseconds after which changes are told though more of them follow."""
_QUIET = 200
"""Milliseconds after which it is seen that a folder came or went."""


def changes(folders: Collection[Path]) -> Iterator[Collection[Path] | None]:
    """Give the paths of what changed, again and again; none when nothing did, and None when everything must be read.

    The first is always empty: from then on no change is missed. What changes between two calls is told by the second.
    """
    # Watchfiles takes longer to import than a build in which nothing has changed.
    from watchfiles import Change, watch

    def wanted(_change: Change, path: str) -> bool:
        return not passed_over(Path(path).name)

    everything = False  # what changed before a folder was watched is known only by reading it
    while True:
        watched = _places(folders)
        seen = watch(
            *watched,
            watch_filter=wanted,
            debounce=_LONGEST,
            step=_STEP,
            rust_timeout=_QUIET,
            yield_on_timeout=True,
        )
        with suppress(FileNotFoundError):  # a folder went before it was watched
            for found in seen:
                yield None if everything else {Path(path) for _, path in found}
                everything = False
                if _places(folders) != watched:
                    break
        everything = True


def _places(folders: Collection[Path]) -> dict[Path, tuple[int, int]]:
    """Give the folders that there are, each with what tells it from another one of its name."""
    there = {}
    for folder in folders:
        with suppress(OSError):
            known = folder.stat()
            if S_ISDIR(known.st_mode):
                there[folder] = (known.st_dev, known.st_ino)
    return there
