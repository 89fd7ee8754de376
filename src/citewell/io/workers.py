"""Work that needs only the processor, done here, or spread over several processes of this machine or of others."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from citewell.core.watch import UNWATCHED, Watch
from citewell.io.beside import aside

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from citewell.io.ahead import Helper

Context = TypeVar("Context")
Item = TypeVar("Item")
Result = TypeVar("Result")

_ENOUGH = 64  # items: for fewer it is not worth while to start a process, nor to import what does


def available() -> int:
    """Give the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Crew(Struct, frozen=True):
    """Who does the work that needs only the processor, and who is told how it goes on."""

    jobs: int
    watch: Watch = UNWATCHED
    executor: "Executor | None" = None  # None: processes of our own, where they are worth while
    helper: "Helper | None" = None

    def spread(
        self, function: Callable[[Context, Item], Result], context: Context, items: Iterable[Item]
    ) -> Iterator[Result]:
        """Do what `spread` does; each item is a step.

        A helper that knows the function does a few items in place of this process, and begins at once.
        """
        coming = iter(items)
        first = list(islice(coming, _ENOUGH))
        if self.helper is not None and self.helper.knows(function) and len(first) < _ENOUGH:
            return self._told(self.helper.each(function, context, first))
        waiting = chain(first, coming)
        return self._told(spread(function, context, waiting, jobs=self.jobs, executor=self.executor))

    def aside(
        self, work: Callable[[], Result], *, worth_while: bool
    ) -> AbstractContextManager[Callable[[], Result]]:
        """Give what waits for the result of some work, which `aside` does where that is worth while and there are processors."""
        return aside(work) if worth_while and self.jobs > 1 else nullcontext(work)

    def _told(self, results: Iterator[Result]) -> Iterator[Result]:
        for result in results:
            self.watch.step()
            yield result


ALONE = Crew(1)


def spread(
    function: Callable[[Context, Item], Result],
    context: Context,
    items: Iterable[Item],
    *,
    jobs: int,
    executor: "Executor | None" = None,
) -> Iterator[Result]:
    """Give `function(context, item)` for each item, in order, as each is asked for.

    For one job, or only a few items, that is done in this process; the items are taken as they are needed. An
    `executor` takes the place of our own processes, and `jobs` is then the number of its workers. The function must stand
    at the top level of a module; the context is sent to each worker once. What the function raises is raised here, and so
    is what an executor raises.

    Raises:
        SurroundingsError: a worker was ended from outside.
    """
    coming = iter(items)
    first = list(islice(coming, _ENOUGH))
    waiting = chain(first, coming)
    if len(first) < _ENOUGH or (jobs == 1 and executor is None):
        yield from (function(context, item) for item in waiting)
        return
    from citewell.io.processes import spread_elsewhere, spread_here

    if executor is not None:
        yield from spread_elsewhere(function, context, waiting, executor, jobs)
    else:
        yield from spread_here(function, context, waiting, jobs)
