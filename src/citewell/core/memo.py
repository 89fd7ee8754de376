"""Answers that are kept between two runs of the line, so that a run computes only what an edit can have changed."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, TypeVarTuple

Given = TypeVarTuple("Given")
Answer = TypeVar("Answer")


class Memo:
    """Keeps the last answer under each name, and gives it again where the question is equal.

    It is sound for pure functions of frozen values only. An answer that is given again is the same object, so what
    follows from it is found equal at a glance. One that is not `lasting` keeps nothing: a build that runs once asks
    nothing twice.
    """

    def __init__(self, *, lasting: bool = True) -> None:
        self._kept: dict[Hashable, tuple[tuple[Any, ...], Any]] = {}
        self._lasting = lasting

    def __call__(self, name: Hashable, function: Callable[[*Given], Answer], *given: *Given) -> Answer:
        """Give `function(*given)`."""
        kept = self._kept.get(name)
        if kept is not None and kept[0] == given:
            answer: Answer = kept[1]
            return answer
        return self.keep(name, function(*given), *given)

    def recall(self, name: Hashable, *given: object) -> Any:  # noqa: ANN401 -- what `keep` was given
        """Give the answer that was kept for this question, or None where there is none."""
        kept = self._kept.get(name)
        return kept[1] if kept is not None and kept[0] == given else None

    def keep(self, name: Hashable, answer: Answer, *given: object) -> Answer:
        """Keep an answer that was found elsewhere, and give it."""
        if self._lasting:
            self._kept[name] = given, answer
        return answer

    def same(self, name: Hashable, value: Answer) -> Answer:
        """Give the value, as the object that it was the last time where the two are equal."""
        return self(name, _itself, value)


def _itself(value: Answer) -> Answer:
    return value
