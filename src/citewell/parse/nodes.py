"""What was written, as a tree in which every key and value knows its place."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count
from operator import add
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from citewell.core.diagnostic import Span, inside


@dataclass(frozen=True)
class Place:
    """Where the text of a YAML document lies in its file."""

    path: str
    text: str
    first_line: int = 1

    @cached_property
    def lines(self) -> list[str]:
        """The text of the document by line."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """Give a line, counted from 0; nothing for one behind the last, which the YAML reader may name."""
        return "".join(self.lines[number : number + 1])

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        return [0, *map(add, accumulate(map(len, self.lines[:-1])), count(1))]

    def span(self, line: int, column: int, length: int = 1) -> Span:
        """Give the span of a place in the document, line and column counted from 0, as far as its line goes.

        The YAML reader also names places behind the last line.
        """
        if line >= len(self.lines):
            line, column = len(self.lines) - 1, len(self.lines[-1])
        column = min(column, len(self.lines[line]))
        length = min(length, len(self.lines[line]) - column)
        return Span(self.path, line + self.first_line, column + 1, max(1, length))

    def between(self, start: int, end: int) -> Span:
        """Give the span from one offset in the text to another, as far as its first line goes."""
        line = bisect_right(self.starts, start) - 1
        column = start - self.starts[line]
        length = min(end - start, len(self.lines[line]) - column)
        return Span(self.path, line + self.first_line, column + 1, max(1, length))


class Node(Struct, frozen=True, gc=False):
    """A value with its place. `value` is text (None: nothing was typed), a list of nodes, or a dict of nodes.

    `plain` is the same without places: text, lists and dicts.
    Spans are made when they are asked for: of most values none ever is.
    """

    value: "str | list[Node] | dict[str, Node] | None"
    plain: Any
    at: Span | Place  # the text in which the offsets count, or the span itself
    keys: Mapping[str, Span | int]  # of a dict: spans, or offsets of those written as they read
    start: int  # offsets into the document's text
    end: int

    @property
    def span(self) -> Span:
        """Where the value stands, as far as its first line goes."""
        return self.at if isinstance(self.at, Span) else self.at.between(self.start, self.end)

    @property
    def place(self) -> Span | None:
        """Where the text itself stands, without its quotes; None where it is folded or escaped, or is no text."""
        on_one_line = self.span.length == self.end - self.start
        return inside(self.span, self.value) if isinstance(self.value, str) and on_one_line else None

    def key(self, name: str) -> Span | None:
        """Where a key of a dict stands; None where it does not."""
        at = self.keys.get(name)
        if isinstance(at, int) and isinstance(self.at, Place):
            return self.at.between(at, at + len(name))
        return at if isinstance(at, Span) else None

    def find(self, path: Sequence[str | int]) -> "Node":
        """Follow a path of keys and indices as far as it goes; steps that name nothing here are passed over."""
        node = self
        for step in path:
            if isinstance(node.value, dict) and isinstance(step, str):
                node = node.value.get(step, node)
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
        return node


NO_KEYS: Mapping[str, Span | int] = MappingProxyType({})
"""Those of a text or a list."""


def leaf(text: str | None, at: Span | Place, start: int = 0, end: int = 0) -> Node:
    """Give a text with its place."""
    return Node(text, text, at, NO_KEYS, start, end)


def listed(nodes: Iterable[Node], at: Span | Place, start: int = 0, end: int = 0) -> Node:
    """Give a list with its place."""
    kept = list(nodes)
    return Node(kept, [node.plain for node in kept], at, NO_KEYS, start, end)


def grouped(
    nodes: dict[str, Node], at: Span | Place, keys: Mapping[str, Span | int], start: int = 0, end: int = 0
) -> Node:
    """Give a group of keys with its place and theirs."""
    return Node(nodes, {key: node.plain for key, node in nodes.items()}, at, keys, start, end)
