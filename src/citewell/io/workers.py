"""Spreading work that needs only the processor over several processes, of this machine or of others."""

import gc
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from hashlib import blake2b
from itertools import chain, islice
from multiprocessing import parent_process
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from msgspec import Struct, structs

from citewell.core.watch import UNWATCHED, Watch
from citewell.io import SurroundingsError
from citewell.io.engine import engine

Context = TypeVar("Context")
Item = TypeVar("Item")
Result = TypeVar("Result")

_ENOUGH = 64  # items: for fewer it is not worth while to start a process

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
    executor: Executor | None = None  # None: processes of our own, where they are worth while

    def spread(
        self, function: Callable[[Context, Item], Result], context: Context, items: Iterable[Item]
    ) -> Iterator[Result]:
        """Do what `spread` does; each item is a step."""
        for result in spread(function, context, items, jobs=self.jobs, executor=self.executor):
            yield result
            self.watch.step()


ALONE = Crew(1)


def spread(
    function: Callable[[Context, Item], Result],
    context: Context,
    items: Iterable[Item],
    *,
    jobs: int,
    executor: Executor | None = None,
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
    if executor is not None:
        yield from _spread_elsewhere(function, context, waiting, executor, jobs)
        return
    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(partial(function, context),))
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


# -- workers elsewhere -------------------------------------------------------------------------------------------------
#
# An executor of somebody else's has no way to make its workers ready. So the first parcels bring the context with them, and
# the others only its name; a worker that does not hold it says so, and is sent it.


class Sealed(Struct, frozen=True):
    """A context as it is sent to workers elsewhere, and the program and the process that it comes from."""

    digest: bytes
    engine: str
    process: tuple[int, bytes]
    data: bytes | None  # None: the worker should hold it already


_MARK = os.urandom(16)  # a process of another machine may have the same number


def _process() -> tuple[int, bytes]:
    return os.getpid(), _MARK


def _spread_elsewhere(
    function: Callable[[Context, Item], Result],
    context: Context,
    items: Iterator[Item],
    executor: Executor,
    jobs: int,
) -> Iterator[Result]:
    data = pickle.dumps(context, pickle.HIGHEST_PROTOCOL)
    whole = Sealed(blake2b(data, digest_size=16).digest(), engine(), _process(), data)
    named = structs.replace(whole, data=None)

    def send(parcel: Sequence[Item], sealed: Sealed) -> "Future[list[Result] | None]":
        return executor.submit(_work_elsewhere, function, sealed, parcel)

    parcels = iter(lambda: tuple(islice(items, _PARCEL)), ())
    under_way = deque((parcel, send(parcel, whole)) for parcel in islice(parcels, jobs))
    under_way += ((parcel, send(parcel, named)) for parcel in islice(parcels, jobs * (_AHEAD - 1)))
    try:
        while under_way:
            parcel, coming = under_way.popleft()
            results = coming.result()
            if results is None:
                results = cast("list[Result]", send(parcel, whole).result())
            under_way += ((parcel, send(parcel, named)) for parcel in islice(parcels, 1))
            yield from results
    finally:
        for _, coming in under_way:
            coming.cancel()


_HELD = 2  # contexts that a worker holds: the one at hand, and one of another build
_held: dict[bytes, Any] = {}
_at_work = Lock()


def _work_elsewhere(
    function: Callable[[Any, Item], Result], sealed: Sealed, parcel: Sequence[Item]
) -> list[Result] | None:
    """Do what is in a parcel; None: its context is not here. A worker with several threads does one parcel after the other."""
    if sealed.process == _process():
        raise SurroundingsError("the executor works in threads: give one whose workers are processes")
    with _at_work:
        if sealed.digest not in _held:
            if sealed.data is None:
                return None
            _hold(sealed.digest, sealed.data, sealed.engine)
        return [function(_held[sealed.digest], item) for item in parcel]


def _hold(digest: bytes, data: bytes, made_by: str) -> None:
    if engine() != made_by:
        raise SurroundingsError(
            "a worker has another version of this program, of Python or of a package: install the same for all"
        )
    while len(_held) >= _HELD:
        del _held[next(iter(_held))]
    _held[digest] = pickle.loads(data)  # noqa: S301 -- whoever sends it may have this process call any function
