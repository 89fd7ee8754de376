"""References in three styles: what is printed for one cited work. Pure functions of a `Work`."""

from typing import Literal

from citewell.bibliography.ama import ama
from citewell.bibliography.apa import apa
from citewell.bibliography.order import sort_key
from citewell.bibliography.text import merged, plain, runs_of
from citewell.bibliography.vancouver import vancouver
from citewell.core.csl import Run, Work

__all__ = ["Style", "format_work", "plain", "sort_key"]

Style = Literal["vancouver", "ama", "apa"]
_STYLES = {"vancouver": vancouver, "ama": ama, "apa": apa}


def format_work(work: Work, style: Style) -> tuple[Run, ...]:
    """The reference in runs of text, without a number in front; the id of a work that says nothing else.

    Raises KeyError for a style that there is not.
    """
    return merged(_STYLES[style](work)) or runs_of(work.id)
