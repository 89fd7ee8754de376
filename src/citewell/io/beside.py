"""Work that a process of its own does while this one goes on."""

import os
from collections.abc import Callable
from functools import cache


def beside(work: Callable[[], None]) -> Callable[[], bool]:
    """Have some work done beside this process, and give what waits for its end and tells whether all of it was done.

    Where the system cannot split a process, none of it is done. The work asks `is_orphan` now and then.
    """
    if not hasattr(os, "fork"):
        return lambda: False
    process = os.fork()
    if process == 0:
        _end_with(work)
    return cache(lambda: os.waitpid(process, 0)[1] == 0)


def is_orphan(parent: int) -> bool:
    """Tell whether the process that wanted the work has ended."""
    return os.getppid() != parent


def _end_with(work: Callable[[], None]) -> None:
    status = 1
    try:
        work()
        status = 0
    finally:  # nothing of what the parent has begun is ended here, nor told twice
        os._exit(status)
