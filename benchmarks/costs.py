"""What a command costs: a clock's time, processor time and memory of all the processes that it starts, together. Linux only.

Processor time is what the system counts for the command and all that it started; those that outlive their parent are ours to
wait for, so none is missed. Memory is the sum of the shares (PSS: what several processes share is split among them) of all
processes at the moment when it was largest, looked at about fifty times a second. To look costs time, so a run that is
looked at tells no times.
"""

import ctypes
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from threading import Event, Thread

_LOOK = 0.02  # seconds
_PSS = re.compile(rb"^Pss: +(\d+) kB", re.MULTILINE)
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of linux/prctl.h


@dataclass(frozen=True)
class Cost:
    """What one run took, and what it printed."""

    wall: float  # seconds
    processor: float  # seconds
    memory: int  # bytes; 0: nobody looked
    said: str


def run(
    command: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None, look: bool = False
) -> Cost:
    """Run a command in a folder. Raises SystemExit with what it said where it fails."""
    adopt_orphans()
    before, start = _processor(), time.perf_counter()
    with subprocess.Popen(  # noqa: S603 -- what is measured
        command,
        cwd=folder,
        env=os.environ | (env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watch = Watch() if look else None
        said, _ = process.communicate()
        wall = time.perf_counter() - start
        memory = watch.stop() if watch else 0
    _bury()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} in {folder} ended with {process.returncode}:\n{said}")
    return Cost(wall, _processor() - before, memory, said)


def adopt_orphans() -> None:
    """Become the parent of all that is started from here and outlives its own."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def tree(root: int) -> Iterator[int]:
    """Give the ids of a process and of all below it."""
    yield root
    with suppress(OSError):  # it has ended
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield from tree(int(child))


class Watch(Thread):
    """Looks again and again how much memory all take that was started from here."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._most, self._done = 0, Event()
        self.start()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._done.wait(_LOOK):
            _, *started = tree(os.getpid())
            self._most = max(self._most, sum(map(_share, started)))

    def stop(self) -> int:
        """Give the most bytes that were taken at a time."""
        self._done.set()
        self.join()
        return self._most


def _share(process: int) -> int:
    with suppress(OSError):  # it has ended
        if found := _PSS.search(Path(f"/proc/{process}/smaps_rollup").read_bytes()):
            return int(found[1]) * 1024
    return 0


def _processor() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _bury() -> None:
    """Wait for those that have outlived their parents, so that their time is counted too."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
