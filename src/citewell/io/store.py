"""The cache: values as data under the digests of what they were made from.

Each kind has a file of its own, a row of records: the digest of the key, the digest of key and payload, the
payload's length, the payload. New records are put at the end; when more than half of a file is no longer
used, the file is made anew. A record counts only when its digest is right: no damage can become a wrong page.
"""

from collections.abc import Iterable
from hashlib import blake2b
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import Struct as Layout
from typing import Any, TypeVar, cast

import msgspec

from citewell.io import reason

T = TypeVar("T")

_OPENING = b"citewell store 1\n"
_HEADER = Layout(">16s16sI")


class Store:
    """The cache in a folder, which may be deleted at any time.

    Nothing is written before `close`. One that is for `reading` only forgets what is put.
    """

    def __init__(self, folder: Path, *, reading: bool = False) -> None:
        self._folder = folder
        self._reading = reading
        self._packs: dict[str, _Pack] = {}
        self._decoders: dict[Any, msgspec.msgpack.Decoder[Any]] = {}

    def get(self, kind: str, key: str, type_: type[T]) -> T | None:
        """Give the value that was put under this key, or None where there is none that is whole and fits."""
        payload = self._pack(kind).read(_name(key))
        if payload is None:
            return None
        decoder = self._decoders.get(type_) or self._decoders.setdefault(
            type_, msgspec.msgpack.Decoder(type_)
        )
        try:
            return cast("T", decoder.decode(payload))
        except msgspec.DecodeError:
            return None

    def put(self, kind: str, key: str, value: object) -> None:
        """Keep a value under this key."""
        if self._reading:
            return
        self._pack(kind).add(_name(key), msgspec.msgpack.encode(value))

    def keep(self, kind: str, keys: Iterable[str]) -> None:
        """Say that these values are still of use although this build does not read them."""
        self._pack(kind).used.update(map(_name, keys))

    def close(self, *, sweep: bool = True) -> str | None:
        """Write what is new and sweep what this build did not use; give a sentence when that cannot be done.

        Without `sweep` what was not used stays, as is right for a run that asked for a part only.

        A build is right without its cache.
        """
        if self._reading:
            return None
        try:
            for pack in self._packs.values():
                pack.save(sweep=sweep)
        except OSError as error:
            return f"the cache in {self._folder} cannot be written: {reason(error)}"
        self._packs.clear()
        return None

    def _pack(self, kind: str) -> "_Pack":
        return self._packs.get(kind) or self._packs.setdefault(kind, _Pack(self._folder / f"{kind}.pack"))


class _Pack:
    """The file of one kind."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stored = _open(path)
        self._places = _places(self._stored)
        self._new: dict[bytes, bytes] = {}
        self.used: set[bytes] = set()

    def read(self, name: bytes) -> bytes | None:
        record = self._new.get(name) or self._whole(name)
        if record is None:
            return None
        self.used.add(name)
        return record[_HEADER.size :]

    def add(self, name: bytes, payload: bytes) -> None:
        self.used.add(name)
        self._new[name] = _HEADER.pack(name, _seal(name, payload), len(payload)) + payload

    def save(self, *, sweep: bool) -> None:
        if not sweep:
            self.used |= self._places.keys()
        stored = [name for name in self._places if name in self.used and name not in self._new]
        live = sum(end - start for start, end in map(self._places.__getitem__, stored))
        end = max((end for _, end in self._places.values()), default=len(_OPENING))
        if 2 * live < end - len(_OPENING) or not self._stored:
            self._replace([*filter(None, map(self._whole, stored)), *self._new.values()])
        elif self._new:
            self._append(end)

    def _whole(self, name: bytes) -> bytes | None:
        """Give the stored record, or None where there is none or it is damaged."""
        start, end = self._places.get(name, (0, 0))
        record = self._stored[start:end]
        if not record:
            return None
        _, seal, _ = _HEADER.unpack_from(record)
        return record if seal == _seal(name, record[_HEADER.size :]) else None

    def _append(self, end: int) -> None:
        """Put the new records behind the last whole one, over what an interrupted build may have left."""
        self._close()
        with self._path.open("r+b") as file:
            file.truncate(end)
            file.seek(end)
            file.write(b"".join(self._new.values()))

    def _replace(self, records: list[bytes]) -> None:
        if not records and not self._stored:
            return
        self._close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        (self._path.parent / ".gitignore").write_text("*\n", encoding="ascii")
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(b"".join([_OPENING, *records]))
        fresh.replace(self._path)

    def _close(self) -> None:
        """Let go of the file, since some systems neither change nor replace one that is mapped."""
        if isinstance(self._stored, mmap):
            self._stored.close()


def _open(path: Path) -> mmap | bytes:
    """Map a pack; where there is none, or it is not ours, or is of another version, it is empty."""
    try:
        with path.open("rb") as file:
            if file.read(len(_OPENING)) == _OPENING:
                return mmap(file.fileno(), 0, access=ACCESS_READ)
    except OSError:
        pass
    return b""


def _places(stored: mmap | bytes) -> dict[bytes, tuple[int, int]]:
    """Find where the last whole record of each name starts and ends."""
    places = {}
    start = len(_OPENING)
    while start + _HEADER.size <= len(stored):
        name, _, length = _HEADER.unpack_from(stored, start)
        end = start + _HEADER.size + length
        if end > len(stored):
            break
        places[name] = start, end
        start = end
    return places


def _name(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=16).digest()


def _seal(name: bytes, payload: bytes) -> bytes:
    return blake2b(payload, digest_size=16, key=name).digest()
