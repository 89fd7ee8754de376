"""The family of pages as a drawing: a ring around its first page, and beside it the pages of the other trees.

It has the shape of the theme's mark, a ring with a raised point. Lengths are in the units of the drawing, which are
pixels where there is room; y grows downward.
"""

from functools import lru_cache
from math import cos, hypot, pi, radians, sin
from textwrap import wrap

from msgspec import Struct

from citewell.core.view import Branch

NODE = 17  # radius of a page
_LABEL = 20  # characters on a line of a label
_LINE = 17  # height of a line of a label
_GAP = 46  # between the centers of two pages that stand one above the other
_FEWEST = 3  # pages that make a drawing worth its room
_STEEP = 0.35  # cosine under which a page stands nearly straight above or below the middle
_FIRST, _LAST = -18, 288  # degrees of the ring that pages may take; the other trees stand in the gap


class Node(Struct, frozen=True):
    """A page: its number on the map, where it stands, and its label with the side on which that is written."""

    number: int
    x: float
    y: float
    lines: tuple[str, ...]
    label_x: float
    label_y: float  # of the first line
    side: str  # text-anchor: start, middle, end
    apart: bool  # of another tree than the first


class Edge(Struct, frozen=True):
    """A line from the edge of one page to the edge of another."""

    x1: float
    y1: float
    x2: float
    y2: float


class Drawing(Struct, frozen=True):
    """The map. Labels may stand outside of its box, so that a theme can leave them out where there is no room."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    ring: float
    left: float
    top: float
    width: float
    height: float


def family_drawing(family: tuple[Branch, ...]) -> Drawing | None:
    """Give the drawing of a family, numbered in its order; None where there are too few pages to draw."""
    pages = _in_order(family)
    around = len(_in_order(family[:1])) - 1
    if len(pages) < _FEWEST or around < 1:
        return None
    ring = max(118.0, around * 2.6 * NODE / (2 * pi))
    nodes = []
    for place, (_, title) in enumerate(pages):
        if place == 0:
            x, y, side = 0.0, 0.0, "below"
        elif place <= around:
            angle = radians(_FIRST + (_LAST - _FIRST) * ((place - 1) / (around - 1) if around > 1 else 0.5))
            x, y, side = ring * cos(angle), ring * sin(angle), _side(angle)
        else:
            x, y, side = ring + NODE, -ring - NODE - _GAP * (len(pages) - 1 - place), "start"
        nodes.append(_node(place + 1, title, (x, y), side, apart=place > around))
    left, top = -ring - NODE - 2, min(node.y for node in nodes) - NODE - 2
    right, bottom = max(node.x for node in nodes) + NODE + 2, ring + NODE + 2
    edges = tuple(
        _edge(nodes[above], node) for (above, _), node in zip(pages, nodes, strict=True) if above is not None
    )
    return Drawing(
        tuple(nodes),
        edges,
        round(ring, 1),
        round(left, 1),
        round(top, 1),
        round(right - left, 1),
        round(bottom - top, 1),
    )


def _in_order(family: tuple[Branch, ...]) -> list[tuple[int | None, str]]:
    """Give for each page the place of its parent in this very list, and its title."""
    found: list[tuple[int | None, str]] = []

    def take(branches: tuple[Branch, ...], above: int | None) -> None:
        for branch in branches:
            found.append((above, branch.link.line.text))
            take(branch.children, len(found) - 1)

    take(family, None)
    return found


def _side(angle: float) -> str:
    """Give on which side of a page of the ring there is room for its label."""
    if abs(cos(angle)) < _STEEP:
        return "below" if sin(angle) > 0 else "above"
    return "start" if cos(angle) > 0 else "end"


def _node(number: int, title: str, at: tuple[float, float], side: str, *, apart: bool) -> Node:
    """Place a page and its label: the title up to its colon, on as many lines as it needs."""
    x, y = at
    lines = _lines(title.partition(":")[0])
    more = _LINE * (len(lines) - 1)
    label_y = {"below": y + NODE + 18, "above": y - NODE - 8 - more}.get(side, y + 5 - more / 2)
    label_x = x + (NODE + 8) * {"start": 1, "end": -1}.get(side, 0)
    anchor = side if side in {"start", "end"} else "middle"
    return Node(number, round(x, 1), round(y, 1), lines, round(label_x, 1), round(label_y, 1), anchor, apart)


@lru_cache(maxsize=1024)  # what stands before the colon is often the same
def _lines(label: str) -> tuple[str, ...]:
    return tuple(wrap(label, _LABEL))


def _edge(start: Node, end: Node) -> Edge:
    x, y = end.x - start.x, end.y - start.y
    share = NODE / hypot(x, y)
    return Edge(
        round(start.x + x * share, 1),
        round(start.y + y * share, 1),
        round(end.x - x * share, 1),
        round(end.y - y * share, 1),
    )
