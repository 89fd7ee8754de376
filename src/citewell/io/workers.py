"""Spreading work that needs only the processor over several processes."""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import chain, islice
from multiprocessing import parent_process
from threading import Thread
from typing import Any, TypeVar

from msgspec import Struct

from citewell.core.watch import UNWATCHED, Watch
from citewell.io import SurroundingsError

Context = TypeVar("Context")
Item = TypeVar("Item")
Result = TypeVar("Result")

# Items go to a worker a few at a time, and so many such parcels of each are under way: it need not wait for the next, and
# a large site is never in the memory at once.
_PARCEL, _AHEAD = 8, 3


def available() -> int:
    """Give the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Crew(Struct, frozen=True):
    """Who does the work that needs only the processor, and who is told how it goes on."""

    jobs: int
    watch: Watch = UNWATCHED

    def spread(
        self, function: Callable[[Context, Item], Result], context: Context, items: Iterable[Item]
    ) -> Iterator[Result]:
        """Do what `spread` does; each item is a step."""
        for result in spread(function, context, items, jobs=self.jobs):
            yield result
            self.watch.step()


ALONE = Crew(1)


def spread(
    function: Callable[[Context, Item], Result],
    context: Context,
    items: Iterable[Item],
    *,
    jobs: int,
    enough: int = 64,
) -> Iterator[Result]:
    """Give `function(context, item)` for each item, in order, as each is asked for.

    For one job, or fewer items than `enough`, that is done in this process; the items are taken as they are needed. The
    function must stand at the top level of a module; it and the context are sent to each worker once. What it raises is
    raised here.

    Raises:
        SurroundingsError: a worker was ended from outside.
    """
    coming = iter(items)
    first = list(islice(coming, enough))
    if jobs == 1 or len(first) < enough:
        yield from (function(context, item) for item in chain(first, coming))
        return
    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(partial(function, context),))
    waiting = chain(first, coming)
    parcels = iter(lambda: tuple(islice(waiting, _PARCEL)), ())
    under_way = deque(pool.submit(_work, parcel) for parcel in islice(parcels, jobs * _AHEAD))
    try:
        while under_way:
            results = under_way.popleft().result()
            under_way += (pool.submit(_work, parcel) for parcel in islice(parcels, 1))
            yield from results
    except BrokenProcessPool as error:
        raise SurroundingsError(
            "a worker process was ended from outside, perhaps for want of memory: try again with --jobs 1"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def collect_seldom() -> None:
    """Have memory looked through for circles seldom: values are frozen trees, so that there is little to find."""
    gc.set_threshold(100_000, 50, 100)


_task: Callable[[Any], Any]


def _begin(task: Callable[[Any], Any]) -> None:
    """Make a worker ready: it leaves Ctrl-C to its parent, and does not outlive it."""
    global _task  # noqa: PLW0603 -- the one way in which a pool hands a worker something once
    _task = task
    gc.freeze()  # what the parent has made is neither looked through nor, for that, copied
    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(parcel: Sequence[Any]) -> list[Any]:
    return [_task(item) for item in parcel]
