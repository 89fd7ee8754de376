"""A publish in which one call to the file system fails, or at which the process is killed: each call in turn.

    python tests/faulty.py FOLDER SCENARIO fail|kill [EVERY]

Tries every call, or every third for EVERY = 3. Prints as JSON how many were tried, and what was wrong after which of them. It runs as a program of its own because
it forks for each call.
"""

import errno
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, Self

from citewell.core.view import Artifact
from citewell.io import SurroundingsError
from citewell.io.publish import publish, roll_back, staging, swap
from citewell.io.publish.tree import MANIFEST
from citewell.io.publish.verify import verify

Tree = dict[str, bytes]

CALLS = (
    *("open", "scandir", "stat", "lstat", "access", "fdopen", "fsync", "chmod"),
    *("mkdir", "link", "rename", "replace", "unlink", "rmdir", "truncate", "lseek", "write", "pread"),
)
"""What pathlib and shutil come down to. Of `os.fdopen` the writing is meant."""


def version(number: int) -> list[Artifact]:
    """Give the files of the site with 30 pages as it is at that time: pages that change, stay, come and go, and a style."""
    pages = [f"page-{at}" for at in range(number, 30 + number)]
    return [
        Artifact("index.html", f"home {number}".encode() * 500),
        Artifact(f"static/site.{number % 2}.css", f"style {number % 2}".encode()),
        Artifact("static/mark.svg", b"<svg/>"),
        *(
            Artifact(f"{page}/index.html", f"{page} {number if at % 3 == 0 else 0}".encode())
            for at, page in enumerate(pages)
        ),
    ]


FOREIGN = {"CNAME": b"mine", ".well-known/security.txt": b"mine", "page-5/notes.txt": b"mine"}


def tree(folder: Path) -> Tree:
    """Give all files in a folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def ours(site: Tree) -> Tree:
    """Give the files of a published tree without those of others and what stays of former ones."""
    manifest = json.loads(site[MANIFEST])
    return {path: site[path] for path in manifest["files"]}


class Layer:
    """Stands before the calls of `os`: it counts them, and lets the one of that number go wrong."""

    def __init__(self, number: int, *, kill: bool) -> None:
        self._number, self._kill, self.count = number, kill, 0

    def lay(self) -> None:
        """Take the place of the calls. There is no way back: the process is one that was forked for it."""
        for name in CALLS:
            setattr(os, name, self._guarded(getattr(os, name), name))
        os.fdopen = self._fdopen(os.fdopen)
        io.open = self._guarded(io.open, "open")
        swap.exchange = self._guarded(swap.exchange, "exchange")
        staging.flush_disk = self._guarded(staging.flush_disk, "flush_disk")

    def strike(self, name: str) -> None:
        """Count a call, and let it fail or the process end, if it is the one."""
        self.count += 1
        if self.count != self._number:
            return
        if self._kill:
            os._exit(9)
        raise OSError(errno.EIO if name in {"stat", "lstat", "scandir"} else errno.ENOSPC, "struck", name)

    def _guarded(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def guarded(*values: Any, **named: Any) -> Any:  # noqa: ANN401
            self.strike(name)
            return call(*values, **named)

        return guarded

    def _fdopen(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*values: Any, **named: Any) -> Any:  # noqa: ANN401
            return Torn(call(*values, **named), self)

        return guarded


class Torn:
    """A file to which half is written before the writing goes wrong."""

    def __init__(self, file: Any, layer: Layer) -> None:  # noqa: ANN401
        self._file, self._layer = file, layer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        """Write the first half, be struck or not, write the rest."""
        self._file.write(data[: len(data) // 2])
        self._file.flush()
        self._layer.strike("write")
        self._file.write(data[len(data) // 2 :])


def lay_foreign(site: Path) -> None:
    """Put files of others into a published folder."""
    for path, data in FOREIGN.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)


def prepare(folder: Path, published: int) -> None:
    """Publish so many versions of the site, one after the other."""
    for number in range(published):
        publish(folder / "site", version(number), [])
        if number == 0:
            lay_foreign(folder / "site")


def no_exchange(one: Path, other: Path) -> bool:  # noqa: ARG001
    """Be a system that cannot exchange two folders in one step."""
    return False


SCENARIOS: dict[str, tuple[int, Callable[[Path], object]]] = {
    # how many versions were published before -> what is done then
    "first": (0, lambda site: publish(site, version(0), [])),
    "second": (1, lambda site: publish(site, version(1), [])),
    "later": (4, lambda site: publish(site, version(4), [])),
    "renames": (4, lambda site: publish(site, version(4), [])),
    "rollback": (4, roll_back),
}


def main() -> None:
    """Try the calls of a scenario in turn."""
    folder, scenario, how, *every = Path(sys.argv[1]), *sys.argv[2:]
    trial = Trial(folder, scenario, kill=how == "kill")
    tried, wrong = 0, []
    for number in range(1, 100_000, int(*every or ("1",))):
        status = trial.act_with_fault(number)
        if status == NO_FAULT or (status == DONE and trial.kill):
            break  # there are fewer calls than that
        tried += 1
        wrong += [
            f"call {number}: {fault}" for fault in (*trial.after_fault(status), *trial.after_next_build())
        ]
    sys.stdout.write(json.dumps({"tried": tried, "wrong": wrong}))


DONE, CRASHED, TOLD, NO_FAULT, KILLED = 0, 1, 3, 7, 9
"""How a process ended: it came to its end; with a traceback; with a sentence; before the call that should go wrong; killed."""


class Trial:
    """A scenario, what was published before it, and what is published after it where nothing goes wrong."""

    def __init__(self, folder: Path, scenario: str, *, kill: bool) -> None:
        published, self._act = SCENARIOS[scenario]
        self.kill = kill
        # Between two renames there is a moment without a site; the next start puts it back.
        self._may_be_away = kill and scenario == "renames"
        if scenario == "renames":
            swap.exchange = no_exchange
        self._twice_is_back = scenario == "rollback"
        self._start, self._folder = folder / "start", folder / "here"
        self._site = self._folder / "site"
        prepare(self._start, published)
        self._old = tree(self._start / "site") if published else {}
        self._copy()
        self._act(self._site)
        self._new = tree(self._site)

    def act_with_fault(self, number: int) -> int:
        """Act in a process of its own, in which the call of that number goes wrong; give how that ended."""
        self._copy()
        child = os.fork()
        if not child:
            self._act_and_leave(Layer(number, kill=self.kill), number)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _act_and_leave(self, layer: Layer, number: int) -> NoReturn:
        leave = os._exit
        layer.lay()
        try:
            self._act(self._site)
        except SurroundingsError:
            leave(TOLD)
        except BaseException as error:  # noqa: BLE001 -- told by the status
            sys.stderr.write(f"call {number}: {error!r}\n")
            leave(CRASHED)
        leave(DONE if layer.count >= number else NO_FAULT)

    def after_fault(self, status: int) -> Iterator[str]:
        """Say what is wrong with what is published now."""
        now = tree(self._site) if self._site.exists() else {}
        if status not in {DONE, TOLD, KILLED}:
            yield f"ended with {status}"
        if now not in (self._old, self._new) and not (self._may_be_away and not now):
            paths = self._old.keys() | self._new.keys() | now.keys()
            yield f"torn: {sorted(path for path in paths if now.get(path) != self._new.get(path))[:3]}"
        if status == DONE and now != self._new:
            yield "it said that all was well, and the new site is not there"

    def after_next_build(self) -> Iterator[str]:
        """Say what is wrong after the same was tried again, and what went wrong is over."""
        self._act(self._site)
        healed = tree(self._site)
        expected = [ours(self._new)] + ([ours(self._old)] if self._twice_is_back else [])
        if ours(healed) not in expected:
            yield "the next build did not heal"
        found = verify(self._site)
        if found.missing or found.changed:
            yield f"not as the manifest says: {found}"
        if self._old:
            if not FOREIGN.items() <= healed.items():
                yield "files of others are gone"
            roll_back(self._site)
            if ours(tree(self._site)) not in (ours(self._old), ours(self._new)):
                yield "the former build is gone"

    def _copy(self) -> None:
        """Start anew, with links to the files, which is quick and keeps which of them are the same."""
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._start.exists():
            shutil.copytree(self._start, self._folder, copy_function=os.link, symlinks=True)
        self._folder.mkdir(exist_ok=True)


if __name__ == "__main__":
    main()
