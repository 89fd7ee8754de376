"""Long mappings in the cache, in parts under the digests of what they hold: after an edit nearly all parts are there already."""

from collections.abc import Iterator, Mapping
from itertools import islice

import msgspec

from citewell.core.digest import digest
from citewell.io.store import Store

_ENTRIES = 256  # of a part


def keep_parts(store: Store, entries: Mapping[str, bytes]) -> tuple[str, ...]:
    """Keep a mapping, and give the names of its parts, in order."""
    return tuple(_keep(store, part) for part in _parts(entries))


def _parts(entries: Mapping[str, bytes]) -> Iterator[dict[str, bytes]]:
    coming = iter(entries.items())
    while part := dict(islice(coming, _ENTRIES)):
        yield part


def _keep(store: Store, part: dict[str, bytes]) -> str:
    payload = msgspec.msgpack.encode(part)
    name = digest(payload)
    if not store.has("parts", name):
        store.add("parts", name, payload)
    return name


def has_parts(store: Store, names: tuple[str, ...]) -> bool:
    """Tell whether all of these parts are kept; they are then of use."""
    return all(store.has("parts", name) for name in names)


def read_parts(store: Store, names: tuple[str, ...]) -> dict[str, bytes] | None:
    """Give the mapping that was kept, or None where a part of it is lost."""
    entries: dict[str, bytes] = {}
    for name in names:
        part = store.get("parts", name, dict[str, bytes])
        if part is None:
            return None
        entries |= part
    return entries
