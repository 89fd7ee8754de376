"""The family of pages as a drawing."""

from itertools import combinations
from math import hypot

import pytest

from citewell.core.model import Line
from citewell.core.view import Branch, Link
from citewell.render.drawing import NODE, Drawing, family_drawing


def branch(title: str, *children: Branch) -> Branch:
    return Branch(Link(f"{title}/", Line(title, title)), children)


def family(around: int, apart: int) -> tuple[Branch, ...]:
    first = branch("Map", *(branch(f"Page {number}") for number in range(around)))
    return (first, *(branch(f"Other {number}") for number in range(apart)))


def drawn(around: int, apart: int) -> Drawing:
    drawing = family_drawing(family(around, apart))
    assert drawing is not None
    return drawing


@pytest.mark.parametrize("pages", [(), family(0, 0), family(0, 5), family(1, 0)])
def test_no_drawing_without_a_family(pages: tuple[Branch, ...]) -> None:
    assert family_drawing(pages) is None


@pytest.mark.parametrize(("around", "apart"), [(2, 0), (7, 3), (12, 1), (40, 6)])
def test_pages_are_numbered_and_stand_clear_of_each_other(around: int, apart: int) -> None:
    drawing = drawn(around, apart)
    assert [node.number for node in drawing.nodes] == list(range(1, around + apart + 2))
    assert [node.apart for node in drawing.nodes] == [False] * (around + 1) + [True] * apart
    for one, other in combinations(drawing.nodes, 2):
        assert hypot(one.x - other.x, one.y - other.y) >= 2 * NODE, (one.number, other.number)
    for node in drawing.nodes:
        assert drawing.left <= node.x - NODE
        assert node.x + NODE <= drawing.left + drawing.width
        assert drawing.top <= node.y - NODE
        assert node.y + NODE <= drawing.top + drawing.height


def test_lines_lead_from_the_edge_of_a_parent_to_the_edge_of_its_child() -> None:
    page = branch("Page", branch("Leaf"))
    drawing = family_drawing((branch("Map", page, branch("Last")), branch("Other", branch("Below"))))
    assert drawing is not None
    ends = [
        (edge, drawing.nodes[above], drawing.nodes[below])
        for edge, (above, below) in zip(drawing.edges, [(0, 1), (1, 2), (0, 3), (4, 5)], strict=True)
    ]
    for edge, above, below in ends:
        assert hypot(edge.x1 - above.x, edge.y1 - above.y) == pytest.approx(NODE, abs=0.2)
        assert hypot(edge.x2 - below.x, edge.y2 - below.y) == pytest.approx(NODE, abs=0.2)


def test_a_label_is_the_title_up_to_its_colon() -> None:
    drawing = family_drawing((branch("Where research is heading: a map", branch("A"), branch("B")),))
    assert drawing is not None
    assert drawing.nodes[0].lines == ("Where research is", "heading")
