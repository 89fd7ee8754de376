"""Work that a process of its own does while this one goes on."""

import gc
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeVar, cast

Result = TypeVar("Result")

_LOOK_EVERY = 0.01  # seconds


@contextmanager
def aside(work: Callable[[], Result]) -> Iterator[Callable[[], Result]]:
    """Have some work done beside this process, and give what waits for its result. What is not waited for is ended.

    It is done here where the system cannot split this process, where another thread may hold what the work needs, or where
    the other process fails: what the work raises is raised here. So it may be done twice.
    """
    if not hasattr(os, "fork") or threading.active_count() > 1:
        yield work
        return
    taken, given = os.pipe()
    parent, process = os.getpid(), os.fork()
    if process == 0:
        _end_with(work, given, parent)
    os.close(given)
    with os.fdopen(taken, "rb") as results:
        try:
            yield lambda: _result(work, results)
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _end_with(work: Callable[[], object], given: int, parent: int) -> None:
    try:
        threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is to end is told by the parent
        gc.disable()  # what the parent has made would be copied to be looked through
        result = work()
        with os.fdopen(given, "wb") as results:
            pickle.dump(result, results, pickle.HIGHEST_PROTOCOL)
    finally:  # nothing of what the parent has begun is ended here, nor told twice
        os._exit(0)


def _end_with_parent(parent: int) -> None:
    """End soon after the process that wanted the work: what it has locked would stay locked for the next build."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os._exit(1)


def _result(work: Callable[[], Result], results: BinaryIO) -> Result:
    try:
        return cast("Result", pickle.load(results))  # noqa: S301 -- of our own process
    except (EOFError, pickle.UnpicklingError):
        return work()
