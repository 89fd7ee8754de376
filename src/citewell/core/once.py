"""Answers about values that do not change, each computed once for the same object."""

from collections.abc import Callable, Sized
from functools import wraps
from typing import TypeVar

from citewell.core.reads import note_whole

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_KEPT = 8  # objects whose answers are kept


def once(function: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """Keep the answers about the last objects that were asked about, by identity: comparing them would cost as much as they hold.

    An object that has grown since is another one. All but a tuple may hold registers, and then counts as read whole.
    """
    kept: dict[int, tuple[Asked, int, Answer]] = {}

    @wraps(function)
    def answer(asked: Asked) -> Answer:
        if not isinstance(asked, tuple):
            note_whole()
        size = len(asked) if isinstance(asked, Sized) else 0
        found = kept.get(id(asked))
        if found is None or found[1] != size:
            kept.pop(id(asked), None)
            if len(kept) >= _KEPT:
                del kept[next(iter(kept))]
            found = kept[id(asked)] = asked, size, function(asked)
        return found[2]

    return answer
