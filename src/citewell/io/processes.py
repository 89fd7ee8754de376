"""Items done by other processes: a pool of our own on this machine, or the workers of somebody else's executor."""

import gc
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from hashlib import blake2b
from itertools import islice
from multiprocessing import parent_process
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from msgspec import Struct, structs

from citewell.io import SurroundingsError
from citewell.io.engine import engine
from citewell.io.memory import collect_seldom

Context = TypeVar("Context")
Item = TypeVar("Item")
Result = TypeVar("Result")

# Items go to a worker a few at a time, and so many such parcels of each are under way: it need not wait for the next, and
# a large site is never in the memory at once.
_PARCEL, _AHEAD = 8, 3


def spread_here(
    function: Callable[[Context, Item], Result], context: Context, items: Iterator[Item], jobs: int
) -> Iterator[Result]:
    """Give `function(context, item)` for each item, in order, from so many processes of our own.

    Raises:
        SurroundingsError: a worker was ended from outside.
    """
    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(partial(function, context),))
    parcels = iter(lambda: tuple(islice(items, _PARCEL)), ())
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


def spread_elsewhere(
    function: Callable[[Context, Item], Result],
    context: Context,
    items: Iterator[Item],
    executor: Executor,
    jobs: int,
) -> Iterator[Result]:
    """Do what `spread_here` does with an executor of so many workers; what it raises is raised here.

    Raises:
        SurroundingsError: its workers are threads, or have another version of this program.
    """
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
