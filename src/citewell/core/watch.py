"""How far a build has come, told to whoever watches it. What they make of it, and by which clock, is theirs."""

from typing import Protocol


class Watch(Protocol):
    """Somebody who is told how a build goes on."""

    def stage(self, name: str, total: int = 0) -> None:
        """Take note that a stage begins, and that the one before has ended; it has so many steps, as far as they are counted."""

    def step(self) -> None:
        """Take note that one more step of the stage is done."""


class Unwatched:
    """Nobody watches."""

    def stage(self, name: str, total: int = 0) -> None:
        """Take no note."""

    def step(self) -> None:
        """Take no note."""


UNWATCHED = Unwatched()
