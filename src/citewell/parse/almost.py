"""Lines of a paragraph that were meant as something else: as the fence of a block, or as a heading."""

import re
from collections.abc import Callable, Collection, Iterator

from msgspec import Struct

from citewell.core.diagnostic import Edit, Span
from citewell.parse.collector import Collector

_OPENING = re.compile(r"(::?)[ \t]*([\w-]+)([ \t].*)?$")
_CLOSING = re.compile(r"(:{1,3})[ \t]*$")
_HEADING = re.compile(r"(#{2,6})([^\W\d_].*)$")


class Almost(Struct, frozen=True):
    """A line that was meant as something else: the offset of its signs in the paragraph, the signs, and what follows them."""

    kind: str  # "opening", "closing" or "heading"
    at: int
    signs: str
    rest: str


def almost(text: str, blocks: Collection[str]) -> Iterator[Almost]:
    """Find such lines in a paragraph."""
    at = 0
    for line in text.split("\n") if text[:1] in {":", "#"} or "\n:" in text or "\n#" in text else ():
        if match := _CLOSING.match(line):
            yield Almost("closing", at, match[1], "")
        elif (match := _OPENING.match(line)) and match[2] in blocks:
            # A single colon also begins a definition, and what it means.
            if match[1] == "::" or (at == 0 and not (match[3] or "").strip()):
                yield Almost("opening", at, match[1], line[len(match[1]) :].strip())
        elif match := _HEADING.match(line):
            yield Almost("heading", at, match[1], match[2])
        at += len(line) + 1


def tell_opening(line: Almost, place: Callable[[int, int], Span], page: Collector) -> None:
    """Tell a line that was to open a block and has too few colons."""
    span = place(line.at, len(line.signs))
    page.tell(
        "blocks/unreadable",
        span,
        f"`{line.signs}` does not open a block, and readers would see the colons",
        f"write three colons: `::: {line.rest}`, and `:::` below its last line",
        edit=Edit(span, ":::"),
    )


def tell_closing(span: Span, signs: str, page: Collector) -> None:
    """Tell a line that was to close a block and has too few colons, or one that closes nothing."""
    if signs == ":::":
        page.tell(
            "blocks/unreadable",
            span,
            "`:::` closes a block here, and none is open",
            "delete the line, or open the block above with `:::` and its name",
        )
    else:
        page.tell(
            "blocks/unreadable",
            span,
            f"`{signs}` does not close a block, and readers would see the colons",
            "write three colons: `:::`",
            edit=Edit(span, ":::"),
        )


def tell_heading(line: Almost, place: Callable[[int, int], Span], page: Collector) -> None:
    """Tell a heading that has no blank behind its signs."""
    span = place(line.at, len(line.signs))
    page.tell(
        "headings/unreadable",
        span,
        f"`{line.signs}{line.rest}` is not a heading, and readers would see its signs",
        f"write `{line.signs} {line.rest}`; a backslash in front keeps it as it is",
        edit=Edit(span, f"{line.signs} "),
    )
    page.new_anchor(line.rest, span)  # links to it are not told as well
