"""Registers that tell what was read from them: what a page was made of is then known, and cannot be forgotten.

A view of a page is computed from the page and from a few entries of the site's registers. Which ones is not declared but
watched, so that a build needs to compute the views only of those pages one of whose entries has changed.

Source: verifying traces, in A. Mokhov, N. Mitchell, S. Peyton Jones: Build Systems à la Carte, ICFP 2018.
"""

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from typing import TypeVar, cast, overload

from citewell.core.packed import Packed

Value = TypeVar("Value")
Other = TypeVar("Other")

_AT_HAND = 64  # entries of a register, decoded


class Reads:
    """What was read: the names of registers, each with the key that was looked up, found or not.

    `whole` tells that somebody went through all of a register, as for a name that is like a misspelt one.
    """

    def __init__(self) -> None:
        self.entries: set[tuple[str, str]] = set()
        self.whole = False

    def add(self, other: "Reads") -> None:
        """Count what another has read as well."""
        self.entries |= other.entries
        self.whole = self.whole or other.whole


_watching: list[Reads] = []


@contextmanager
def watched() -> Iterator[Reads]:
    """Give what is read inside the `with` block. Blocks may be nested: what the inner one reads the outer one does not see."""
    reads = Reads()
    _watching.append(reads)
    try:
        yield reads
    finally:
        _watching.pop()


def note(reads: Reads) -> None:
    """Count what was read for an answer that was kept, as if it were read now."""
    if _watching:
        _watching[-1].add(reads)


def note_whole() -> None:
    """Count a look through all of a register."""
    if _watching:
        _watching[-1].whole = True


class Register(Mapping[str, Value]):
    """A mapping of the site under its name; reading it is noted."""

    __slots__ = ("_entries", "name")

    def __init__(self, name: str, entries: Mapping[str, Value]) -> None:
        self.name = name
        self._entries = entries

    def __getitem__(self, key: str) -> Value:
        if _watching:
            _watching[-1].entries.add((self.name, key))
        return self._entries[key]

    @overload
    def get(self, key: str, /) -> Value | None: ...
    @overload
    def get(self, key: str, /, default: Value | Other) -> Value | Other: ...

    def get(self, key: str, /, default: Other | None = None) -> Value | Other | None:
        """Give an entry, or `default` where there is none."""
        if _watching:
            _watching[-1].entries.add((self.name, key))
        return self._entries.get(key, default)

    def changes(self, former: "Register[Value]") -> Iterator[str]:
        """Give the keys whose entries are not what they were."""
        now, then = self._entries, former.as_held()
        for key in {*now, *then} if now != then else ():
            if key not in now or key not in then or now[key] != then[key]:
                yield key

    def as_held(self) -> Mapping[str, Value]:
        """Give the entries as they are held, to be kept."""
        return self._entries

    def __contains__(self, key: object) -> bool:
        if _watching and isinstance(key, str):
            _watching[-1].entries.add((self.name, key))
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        note_whole()
        return iter(self._entries)

    def __len__(self) -> int:
        note_whole()
        return len(self._entries)

    def keys(self) -> KeysView[str]:
        """Give all keys."""
        note_whole()
        return self._entries.keys()

    def values(self) -> ValuesView[Value]:
        """Give all entries."""
        note_whole()
        return self._entries.values()

    def items(self) -> ItemsView[str, Value]:
        """Give all keys with their entries."""
        note_whole()
        return self._entries.items()


class EncodedRegister(Register[Value]):
    """A register whose entries are held encoded, since they are many; those that were read last are at hand."""

    __slots__ = ("_at_hand", "_decode")

    def __init__(self, name: str, entries: Mapping[str, bytes], decode: Callable[[bytes], Value]) -> None:
        packed = entries if isinstance(entries, Packed) else Packed.of(entries)
        super().__init__(name, cast("Mapping[str, Value]", packed))
        self._decode = decode
        self._at_hand: dict[str, Value] = {}

    def replaced(self, entries: Mapping[str, bytes]) -> "EncodedRegister[Value]":
        """Give the register with other entries under some of its keys: itself, where they are no other ones."""
        held = cast("Packed", self._entries)
        if all(held[key] == data for key, data in entries.items()):
            return self
        return EncodedRegister(self.name, {**held, **entries}, self._decode)

    def __getitem__(self, key: str) -> Value:
        data = cast("bytes", super().__getitem__(key))
        if key not in self._at_hand:
            if len(self._at_hand) >= _AT_HAND:
                self._at_hand.clear()
            self._at_hand[key] = self._decode(data)
        return self._at_hand[key]

    @overload
    def get(self, key: str, /) -> Value | None: ...
    @overload
    def get(self, key: str, /, default: Value | Other) -> Value | Other: ...

    def get(self, key: str, /, default: Other | None = None) -> Value | Other | None:
        """Give an entry, or `default` where there is none."""
        return self[key] if key in self else default  # noqa: SIM401 -- this is that method

    def values(self) -> ValuesView[Value]:
        """Give all entries."""
        return _Values(self)

    def items(self) -> ItemsView[str, Value]:
        """Give all keys with their entries."""
        return _Items(self)

    def decoded(self) -> Iterator[Value]:
        """Decode one entry after the other: none of them is looked up, and none is kept at hand."""
        note_whole()
        return map(self._decode, cast("Packed", self._entries).in_order())


class _Values(ValuesView[Value]):
    _mapping: EncodedRegister[Value]

    def __iter__(self) -> Iterator[Value]:
        return self._mapping.decoded()


class _Items(ItemsView[str, Value]):
    _mapping: EncodedRegister[Value]

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return zip(self._mapping, self._mapping.decoded(), strict=True)
