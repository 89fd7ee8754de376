"""Where front matter takes a new companion, and how it is written there: in the style of those that it has."""

from citewell.core.diagnostic import Span
from citewell.core.model import Opening
from citewell.parse.nodes import Node, Place


def opening(place: Place, matter: Node) -> Opening | None:
    """Give the place of a new entry of `companions`, or None where the front matter leaves none."""
    if not isinstance(matter.value, dict) or _sign(place, matter) == "{":
        return None
    companions = matter.value.get("companions")
    if companions is None:
        _, column = _row_and_column(place, matter.start)
        indent, fence = " " * column, len(place.lines) - 1
        return Opening(_point(place, fence, 0), f"{indent}companions:\n{indent}  - page: ", "\n")
    if not isinstance(companions.value, list):
        return None
    if _sign(place, companions) == "[":
        return _in_brackets(place, companions.start, companions.value)
    return _below(place, companions.value[-1])


def _in_brackets(place: Place, start: int, entries: list[Node]) -> Opening:
    at = entries[-1].end if entries else start + 1
    return Opening(_point(place, *_row_and_column(place, at)), f"{', ' if entries else ''}{{page: ", "}")


def _below(place: Place, last: Node) -> Opening | None:
    """Give the start of the line below the last entry, whatever comments and empty lines follow there."""
    row, _ = _row_and_column(place, last.start)
    indent, dash, _ = place.lines[row].partition("-")
    if not dash or indent.strip(" "):
        return None
    end = last.end if _sign(place, last) == "{" else _last_text(last).end
    last_row, _ = _row_and_column(place, len(place.text[:end].rstrip()))
    return Opening(_point(place, last_row + 1, 0), f"{indent}- page: ", "\n")


def _sign(place: Place, node: Node) -> str:
    return place.text[node.start : node.start + 1]


def _row_and_column(place: Place, offset: int) -> tuple[int, int]:
    return place.text.count("\n", 0, offset), offset - place.text.rfind("\n", 0, offset) - 1


def _point(place: Place, row: int, column: int) -> Span:
    return Span(place.path, row + place.first_line, column + 1, 0)


def _last_text(node: Node) -> Node:
    while isinstance(node.value, dict) and node.value:
        node = list(node.value.values())[-1]
    return node
