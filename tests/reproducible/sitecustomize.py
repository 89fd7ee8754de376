"""What every Python under test starts with, workers too: it writes down each use of a network, and lists folders oddly."""

import os
import sys
from collections.abc import Iterator
from random import Random
from typing import Any, Self

_LOG = os.environ["NETWORK_LOG"]
_SAME_MACHINE = 1  # AF_UNIX, by which processes of one machine speak


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    family = args[1] if event == "socket.__new__" else getattr(args[0] if args else None, "family", None)
    if family != _SAME_MACHINE:
        with open(_LOG, "a", encoding="utf-8") as log:  # noqa: PTH123 -- no module is loaded for the sake of the watch
            log.write(f"{event} {args[1:]}\n")


sys.addaudithook(_watch)


class _Listed:
    """The entries of a folder, as `os.scandir` gives them, in another order."""

    def __init__(self, entries: list[Any]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __next__(self) -> Any:  # noqa: ANN401 -- an entry, of text or of bytes
        return next(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries = iter(())


_scandir, _listdir = os.scandir, os.listdir


def _ordered(names: list[Any]) -> list[Any]:
    if os.environ["LISTED"] == "backwards":
        return names[::-1]
    Random(len(names)).shuffle(names)  # noqa: S311 -- a test that can be run again, no secret
    return names


if "LISTED" in os.environ:
    os.scandir = lambda path=".": _Listed(_ordered(sorted(_scandir(path), key=lambda entry: entry.name)))  # type: ignore[assignment]
    os.listdir = lambda path=".": _ordered(sorted(_listdir(path)))
