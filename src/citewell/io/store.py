"""The cache: values as data under the digests of what they were made from.

Each kind has a file of its own, a row of records: the digest of the key, a seal, the payload's length, the payload.
New records are put at the end; when more than half of a file is no longer used, the file is made anew.

A record counts only when its seal is right, and that takes the secret which lies outside the cache. The seal covers the
kind, the key and the payload: no damage, and nobody who can write the folder, can make another value of a record. What
is not sealed is not decoded.
"""

import os
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from hmac import compare_digest
from io import SEEK_END
from itertools import chain, islice
from pathlib import Path
from struct import Struct as Layout
from typing import Any, BinaryIO, TypeVar, cast
from weakref import finalize

import msgspec

from citewell.io import reason
from citewell.io.plain import open_plain, remove, write_plain

T = TypeVar("T")

KINDS = ("builds", "outlines", "parts", "passages", "sites", "texts", "themes")
MOST_BYTES = 8 << 30  # of one kind: the texts of 100,000 long pages
MOST_RECORDS = 1 << 19  # of one kind, so that a file of nothing but tiny ones does not fill the memory

_VERSION = 2
_OPENING = f"citewell store {_VERSION}\n".encode()
_HEADER = Layout(">16s16sI")
_UNFINISHED = ".new"
_AT_ONCE = 4 << 20  # bytes of new records that are held in the memory


class Store:
    """The cache in a folder, which may be deleted at any time.

    What is put goes to the disk by and by; a record that an interruption cuts short counts as missing. One that is for
    `reading` only forgets what is put.
    """

    def __init__(self, folder: Path, secret: bytes, *, reading: bool = False) -> None:
        self._folder = folder
        self._secret = secret
        self.reading = reading
        # It would lead to a folder that is not this site's, where nothing may be written or swept.
        self._elsewhere = folder.is_symlink()
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

    def put(self, kind: str, key: str, value: object) -> bool:
        """Keep a value under this key, and tell whether `get` will give it."""
        return self.add(kind, key, msgspec.msgpack.encode(value))

    def add(self, kind: str, key: str, payload: bytes) -> bool:
        """Keep a value that is encoded already, as `put` does."""
        if not self.reading:
            self._pack(kind).add(_name(key), payload)
        return not self.reading

    def has(self, kind: str, key: str) -> bool:
        """Tell whether a value was put under this key; it is then of use."""
        return self._pack(kind).has(_name(key))

    def keep(self, keys: Iterable[str], *kinds: str) -> None:
        """Say that the values of these kinds are still of use although this build does not read them."""
        names = [*map(_name, keys)]
        for kind in kinds:
            self._pack(kind).used.update(names)

    def close(self, *, sweep: bool = True) -> str | None:
        """Write what is new and sweep what this build did not use; give a sentence when that cannot be done.

        Without `sweep` what was not used stays, as is right for a run that asked for a part only.

        A build is right without its cache.
        """
        if self.reading:
            return None
        if self._elsewhere:
            return f"the cache in {self._folder} is not used, since that is a symbolic link: remove it"
        try:
            for pack in self._packs.values():
                pack.save(sweep=sweep)
            if sweep:
                self._remove_strays()
        except OSError as error:
            return f"the cache in {self._folder} cannot be written: {reason(error)}"
        self._packs.clear()
        return None

    def _pack(self, kind: str) -> "_Pack":
        return self._packs.get(kind) or self._packs.setdefault(
            kind, _Pack(self._folder / f"{kind}.pack", self._secret, closed=self._elsewhere)
        )

    def _remove_strays(self) -> None:
        """Remove what interrupted builds and other versions have left."""
        if not self._folder.is_dir():
            return
        for place in self._folder.iterdir():
            if place.suffix == _UNFINISHED or (place.suffix == ".pack" and place.stem not in KINDS):
                remove(place)


class _Pack:
    """The file of one kind. A file that is not ours, of another version or too large counts as empty."""

    def __init__(self, path: Path, secret: bytes, *, closed: bool) -> None:
        self._path = path
        self._secret = secret
        self._person = f"{_VERSION} {path.stem}".encode()
        self._file = None if closed else self._opened()
        self._places = {} if self._file is None else dict(_places(self._file))
        self._end = max((start + size for start, size in self._places.values()), default=len(_OPENING))
        self._new: dict[bytes, bytes] = {}
        self._held = 0  # bytes of the new records
        self._writable = not closed
        self.used: set[bytes] = set()

    def read(self, name: bytes) -> bytes | None:
        record = self._new.get(name) or self._whole(name)
        if record is None:
            return None
        self.used.add(name)
        return record[_HEADER.size :]

    def has(self, name: bytes) -> bool:
        self.used.add(name)
        return name in self._new or name in self._places

    def add(self, name: bytes, payload: bytes) -> None:
        self.used.add(name)
        self._new[name] = _HEADER.pack(name, self._seal(name, payload), len(payload)) + payload
        self._held += len(payload)
        if self._held > _AT_ONCE and self._writable:
            try:
                self._append()
            except OSError:  # it is told at the end
                self._writable = False

    def save(self, *, sweep: bool) -> None:
        if not sweep:
            self.used |= self._places.keys()
        stored = [name for name in self._places if name in self.used and name not in self._new]
        live = sum(self._places[name][1] for name in stored)
        fresh = sum(map(len, self._new.values()))
        swept = 2 * live < self._end - len(_OPENING) or self._end + fresh > MOST_BYTES
        if self._file is None or swept or len(self._places) + len(self._new) > MOST_RECORDS:
            self._replace(stored)
        elif self._new:
            self._append()

    def _whole(self, name: bytes) -> bytes | None:
        """Give the stored record, or None where there is none or its seal is wrong."""
        start, size = self._places.get(name, (0, 0))
        if self._file is None or not size:
            return None
        self._file.seek(start)
        record = self._file.read(size)
        if len(record) < size:
            return None
        _, seal, _ = _HEADER.unpack_from(record)
        if not compare_digest(seal, self._seal(name, record[_HEADER.size :])):
            del self._places[name]
            return None
        return record

    def _seal(self, name: bytes, payload: bytes) -> bytes:
        return blake2b(payload, digest_size=16, key=self._secret, salt=name, person=self._person).digest()

    def _append(self) -> None:
        """Put the new records behind the last whole one, over what an interrupted build may have left."""
        if self._file is None:
            self._begin([])
        with open_plain(self._path, "r+b") as file:
            file.truncate(self._end)
            file.seek(self._end)
            file.write(b"".join(self._new.values()))
        for name, record in self._new.items():
            self._places[name] = self._end, len(record)
            self._end += len(record)
        self._new.clear()
        self._held = 0
        self._file = self._file or self._opened()

    def _opened(self) -> BinaryIO | None:
        file = _open(self._path)
        if file is not None:
            finalize(self, file.close)
        return file

    def _replace(self, stored: list[bytes]) -> None:
        """Make the file anew, of the new records and these."""
        if self._new or stored:
            self._begin(
                self._within_bounds(chain(self._new.values(), filter(None, map(self._whole, stored))))
            )
        else:
            self._close()
            remove(self._path)

    def _begin(self, records: Iterable[bytes]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_plain(self._path.parent / ".gitignore", [b"*\n"], unfinished=_UNFINISHED)
        write_plain(self._path, chain([_OPENING], records, self._closing()), unfinished=_UNFINISHED)

    def _closing(self) -> Iterator[bytes]:
        """Close the former file, when all has been read from it: some systems replace no file that is open."""
        self._close()
        yield from ()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _within_bounds(self, records: Iterable[bytes]) -> Iterator[bytes]:
        """Give as many of the records, from the first one on, as there is room for."""
        room = MOST_BYTES - len(_OPENING)
        for record in islice(records, MOST_RECORDS):
            room -= len(record)
            if room < 0:
                return
            yield record


def _open(path: Path) -> BinaryIO | None:
    """Open a pack; None where there is none, or it is not ours, of another version or too large."""
    try:
        file = open_plain(path)
    except OSError:
        return None
    if file.read(len(_OPENING)) == _OPENING and file.seek(0, SEEK_END) <= MOST_BYTES:
        return file
    file.close()
    return None


def _places(file: BinaryIO) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Find each whole record: its name, where it starts and how long it is."""
    end = file.seek(0, SEEK_END)
    start = len(_OPENING)
    for _ in range(MOST_RECORDS):
        header = _at(file, start)
        if len(header) < _HEADER.size:
            return
        name, _, length = _HEADER.unpack(header)
        size = _HEADER.size + length
        if start + size > end:
            return
        yield name, (start, size)
        start += size


def _at(file: BinaryIO, start: int) -> bytes:
    """Give the bytes where a header begins: not through the buffer, which reads far more for each."""
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), _HEADER.size, start)
    file.seek(start)
    return file.read(_HEADER.size)


def _name(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=16).digest()
