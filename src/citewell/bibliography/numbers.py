"""Numbers as the styles print them: page ranges, editions, ordinals."""

import re
from collections.abc import Callable

_RANGE = re.compile(
    r"([A-Za-z]*)(\d+)([A-Za-z]*)\s*(?:--?|[\N{EN DASH}\N{EM DASH}])\s*([A-Za-z]*)(\d+)([A-Za-z]*)"
)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)?")
_TEENS = range(11, 14)


def pages_minimal(pages: str) -> str:
    """Page ranges without the digits that both ends share: `123-9`, `S12-9`; `364S-375S` stays whole."""

    def shortened(prefix: str, first: str, last: str, suffix: str) -> str:
        if suffix or len(first) != len(last) or first == last:
            return f"{prefix}{first}{suffix}-{prefix}{last}{suffix}"
        shared = next(place for place, digit in enumerate(first) if digit != last[place])
        return f"{prefix}{first}-{last[shared:]}"

    return _each_range(pages, shortened)


def pages_full(pages: str, dash: str) -> str:
    """Page ranges with both numbers whole, and this dash between them: `123-129`, `S12-S19`."""
    return _each_range(
        pages, lambda prefix, first, last, suffix: f"{prefix}{first}{suffix}{dash}{prefix}{last}{suffix}"
    )


def several_pages(pages: str) -> bool:
    """Whether the text names more than one page."""
    return bool(_RANGE.search(pages)) or "," in pages


def edition(text: str) -> str:
    """`6th ed.` for `6` or `6th`; other words (`2nd revised edition`) as they are."""
    match = _ORDINAL.fullmatch(text)
    return f"{ordinal(int(match[1]))} ed." if match else text


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th` ..."""
    ending = "th" if number % 100 in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _each_range(pages: str, form: Callable[[str, str, str, str], str]) -> str:
    def printed(match: re.Match[str]) -> str:
        before, first, after, before_last, last, after_last = match.groups()
        if before_last not in ("", before) or after != after_last:
            return match[0]
        # `123-9` in the record means 123 to 129.
        whole = first[: max(0, len(first) - len(last))] + last
        return form(before, first, whole, after)

    return _RANGE.sub(printed, pages)
