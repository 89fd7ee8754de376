"""Many short values as one row of bytes: processes that look up a few of them go on sharing the memory of all."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, count, pairwise
from typing import Self


class Packed(Mapping[str, bytes]):
    """A mapping that holds its values one behind the other.

    A worker process shares what it does not change with the process that made it. To look up an object changes the count of
    its references, and so its page of memory is copied; here only a number is looked up.
    """

    __slots__ = ("_data", "_ends", "_numbers")

    def __init__(self, keys: Iterable[str], sizes: Iterable[int], data: bytes) -> None:
        """Hold the values of these sizes, which lie in this row."""
        self._data = data
        self._ends = array("Q", accumulate(sizes, initial=0))
        self._numbers = dict(zip(keys, count(), strict=False))

    @classmethod
    def of(cls, entries: Mapping[str, bytes]) -> Self:
        """Give a mapping of the same entries."""
        return cls(entries, map(len, entries.values()), b"".join(entries.values()))

    def __getitem__(self, key: str) -> bytes:
        number = self._numbers[key]
        return self._data[self._ends[number] : self._ends[number + 1]]

    def in_order(self) -> Iterator[bytes]:
        """Give one value after the other: none is looked up."""
        return (self._data[start:end] for start, end in pairwise(self._ends))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Packed):
            return NotImplemented
        return self._data == other._data and self._ends == other._ends and [*self] == [*other]

    __hash__ = None  # type: ignore[assignment]

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
