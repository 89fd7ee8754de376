"""Putting one folder in the place of another in one step, and finishing what a killed build has begun.

Beside the published folder `site` lies `.site.citewell`, which holds:

- `next`: a tree in the making, of no worth to anybody
- `swap-DIGEST`: before the step the next tree, whole, whose manifest has this digest; after the step the one it replaced
- `was-DIGEST`: where folders cannot be exchanged in one step, the published one while it is between its places
- `last`: the tree that was published before this one
- `spare`: the one before that, from which the next tree is made, since most of its files are the same
- `preview`: what `citewell serve` shows
"""

import ctypes
import errno
import os
import shutil
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from citewell.io.publish.staging import flush
from citewell.io.publish.tree import MANIFEST, folders_above, read_manifest, scan

_SWAP, _WAS = "swap-", "was-"
_AT_CWD, _EXCHANGE = -100, 2  # of renameat2: https://man7.org/linux/man-pages/man2/rename.2.html
_NOT_HERE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})


class Places(Struct, frozen=True):
    """The published folder, and the one beside it."""

    home: Path
    side: Path

    @property
    def next(self) -> Path:
        """The tree in the making."""
        return self.side / "next"

    @property
    def last(self) -> Path:
        """The tree that was published before."""
        return self.side / "last"

    @property
    def spare(self) -> Path:
        """A tree that nobody needs."""
        return self.side / "spare"

    @property
    def preview(self) -> Path:
        """The tree of the preview."""
        return self.side / "preview"


def places_of(output: Path) -> Places:
    """Give the places for an output folder. Where it is a link, its aim is what is published."""
    home = output.resolve()
    return Places(home, home.parent / f".{home.name}.citewell")


def open_side(places: Places) -> None:
    """Finish what a killed build has begun. Raises OSError."""
    (places.side / ".gitignore").write_text("*\n", encoding="ascii")
    for was in places.side.glob(f"{_WAS}*"):
        _put_back(places, was)
    for swap in places.side.glob(f"{_SWAP}*"):
        if swap.name == _name(places.home):
            _retire(places, swap)
        else:  # the build was killed before the step
            _move(swap, places.next)
    if not places.next.exists() and places.spare.exists():
        places.spare.rename(places.next)


def swap_in(places: Places) -> None:
    """Publish the tree in the making, which is whole and on the disk, and keep the one it replaces. Raises OSError."""
    swap = places.side / _name(places.next)
    places.next.rename(swap)
    flush(places.side)
    if not places.home.exists():
        swap.rename(places.home)
        flush(places.home.parent)
        return
    if not exchange(swap, places.home):
        was = places.side / f"{_WAS}{swap.name.removeprefix(_SWAP)}"
        places.home.rename(was)
        try:
            swap.rename(places.home)
        except OSError:
            was.rename(places.home)
            raise
        was.rename(swap)
    flush(places.home.parent)
    flush(places.side)
    _retire(places, swap)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot. Raises OSError."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if call is None:
        return False
    if call(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_HERE:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def _name(tree: Path) -> str:
    """Give the name that a tree has while it changes places: its manifest tells whether it has done so."""
    try:
        data = (tree / MANIFEST).read_bytes()
    except FileNotFoundError:
        data = b""
    return f"{_SWAP}{sha256(data).hexdigest()[:32]}"


def _put_back(places: Places, was: Path) -> None:
    """Go on where a build was killed between the renames that stand for the one step."""
    swap = places.side / f"{_SWAP}{was.name.removeprefix(_WAS)}"
    if not places.home.exists():
        (swap if swap.exists() else was).rename(places.home)
    if was.exists():
        _move(was, swap)


def _retire(places: Places, swap: Path) -> None:
    """Keep the tree that was replaced as the last one. What others have put there in the meantime goes to the new one."""
    former = read_manifest(swap)
    ours = former.all.keys() if former else set()
    strangers = scan(swap).files.keys() - ours - {MANIFEST}
    for path in sorted(strangers):
        if not os.path.lexists(places.home / path):
            for folder in reversed(folders_above(path)):
                (places.home / folder).mkdir(exist_ok=True)
            os.link(swap / path, places.home / path, follow_symlinks=False)
    if former is None:  # an empty folder was published to
        _move(swap, places.spare)
        return
    if places.last.exists():
        _move(places.last, places.spare)
    swap.rename(places.last)


def _move(tree: Path, place: Path) -> None:
    """Move a tree to a place whose former tree nobody needs."""
    if place.exists():
        shutil.rmtree(place)
    tree.rename(place)
