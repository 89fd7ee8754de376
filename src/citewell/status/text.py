"""The status as a table for a terminal."""

from collections.abc import Iterator
from textwrap import fill

from citewell.status import PageState, Status
from citewell.status.parts import COLUMNS, Item, cells, lists, summary

_SHORTEST = 12
"""Characters of a page's name that are shown on the narrowest terminal."""
_RED, _YELLOW = "31", "33"


def table(status: Status, *, width: int, color: bool) -> str:
    """Give the status in lines of that width; names of pages are cut where they do not fit."""
    parts = (
        [f"{status.site} on {status.on}"],
        [f"{what:8} {numbers}" for what, numbers in summary(status)],
        list(_rows(status, width, color=color)),
        [
            # Names stay in one piece, to be copied.
            fill(
                f"{title}: {', '.join(map(_text, items))}",
                width,
                subsequent_indent="  ",
                break_on_hyphens=False,
                break_long_words=False,
            )
            for title, items in lists(status)
        ],
    )
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _text(item: Item) -> str:
    return f"{item.name} ({item.note})" if item.note else item.name


def _rows(status: Status, width: int, *, color: bool) -> Iterator[str]:
    rows = [("page", *COLUMNS), *((_name(page), *cells(page)) for page in status.pages)]
    first, *others = (max(map(len, column)) for column in zip(*rows, strict=True))
    first = max(_SHORTEST, min(first, width - sum(others) - 2 * len(others)))
    paints = ["", *(_paint(page, status) for page in status.pages)]
    for (name, *numbers), paint in zip(rows, paints, strict=True):
        line = "  ".join([f"{_cut(name, first):{first}}", *map(str.rjust, numbers, others)])
        yield f"\x1b[{paint}m{line}\x1b[0m" if color and paint else line


def _name(page: PageState) -> str:
    return f"{page.id} (draft)" if page.draft else page.id


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}…"


def _paint(page: PageState, status: Status) -> str:
    """Choose the colour of a row, which only repeats what numbers and lists say."""
    if page.errors or page.path in status.review.overdue:
        return _RED
    return _YELLOW if page.warnings or page.path in status.review.soon else ""
