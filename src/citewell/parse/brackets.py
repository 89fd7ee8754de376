"""Where the label that a `[` opens ends, found for all brackets of a paragraph in one walk.

markdown-it walks to the end of the paragraph again for every bracket that is never closed, so that a few kilobytes of
them keep it busy for minutes. A walk from one bracket passes all that stand inside: what it learns of them is kept.
"""

from bisect import bisect_right, insort
from dataclasses import dataclass, field

from markdown_it.rules_inline import StateInline


@dataclass
class _Walked:
    """What is known of the brackets of one text up to one end of it."""

    ends: dict[int, int] = field(default_factory=dict)  # of a bracket that is text: its `]`, or -1
    links: list[int] = field(default_factory=list)  # brackets that open a link, a citation or a note, sorted


def label_end(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: FBT001, FBT002, N803  # as markdown-it calls it
    """Give where the label ends whose `[` stands at `start`; -1 where it does not, or holds a link and must not."""
    by_end: dict[int, _Walked] = vars(state).setdefault("labels", {})
    walked = by_end.setdefault(state.posMax, _Walked())
    if start not in walked.ends:
        _walk(state, start, walked)
    end = walked.ends[start]
    if disableNested and end >= 0:
        inside = bisect_right(walked.links, start)
        if inside < len(walked.links) and walked.links[inside] < end:
            return -1
    return end


def _walk(state: StateInline, start: int, walked: _Walked) -> None:
    former, state.pos = state.pos, start + 1
    opened = [start]
    while opened and state.pos < state.posMax:
        here = state.pos
        sign = state.src[here]
        if sign == "]":
            walked.ends[opened.pop()] = here
            if not opened:
                break
        state.md.inline.skipToken(state)
        if sign != "[":
            continue
        if state.pos > here + 1:
            insort(walked.links, here)
        elif here not in walked.ends:
            opened.append(here)
        elif walked.ends[here] < 0:
            break  # what is open inside and never closed leaves all around it open
        else:
            state.pos = walked.ends[here] + 1
    walked.ends.update(dict.fromkeys(opened, -1))
    state.pos = former
