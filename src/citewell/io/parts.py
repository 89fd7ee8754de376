"""Long mappings in the cache, in parts under the digests of what they hold: after an edit nearly all parts are there already."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice

import msgspec
from msgspec import Struct

from citewell.core.digest import digest
from citewell.core.packed import Packed
from citewell.io.store import Store

_ENTRIES = 256  # of a part


class _Part(Struct, frozen=True, array_like=True):
    """Entries as `Packed` holds them, so that none of them is an object of its own while they are read."""

    keys: tuple[str, ...]
    sizes: tuple[int, ...]
    data: bytes


def keep_parts(store: Store, entries: Mapping[str, bytes]) -> tuple[str, ...]:
    """Keep a mapping, and give the names of its parts, in order."""
    return tuple(_keep(store, part) for part in _parts(entries))


def _parts(entries: Mapping[str, bytes]) -> Iterator[_Part]:
    coming = iter(entries.items())
    while part := dict(islice(coming, _ENTRIES)):
        yield _Part(tuple(part), tuple(map(len, part.values())), b"".join(part.values()))


def _keep(store: Store, part: _Part) -> str:
    payload = msgspec.msgpack.encode(part)
    name = digest(payload)
    if not store.has("parts", name):
        store.add("parts", name, payload)
    return name


def has_parts(store: Store, names: tuple[str, ...]) -> bool:
    """Tell whether all of these parts are kept; they are then of use."""
    return all(store.has("parts", name) for name in names)


def read_parts(store: Store, names: tuple[str, ...]) -> Packed | None:
    """Give the mapping that was kept, or None where a part of it is lost."""
    parts = [store.get("parts", name, _Part) for name in names]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return Packed(
        chain.from_iterable([part.keys for part in found]),
        chain.from_iterable([part.sizes for part in found]),
        b"".join([part.data for part in found]),
    )
