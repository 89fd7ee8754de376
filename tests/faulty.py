"""A publish in which one call to the file system fails, or at which the process is killed: each call in turn.

    python tests/faulty.py FOLDER SCENARIO fail|kill [EVERY]

Tries every call, or every third for EVERY = 3. Prints as JSON how many were tried, and what was wrong after which of them. It runs as a program of its own because
it forks for each call.
"""

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
        import io

        io.open = self._guarded(io.open, "open")  # type: ignore[assignment]
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

    def __enter__(self) -> "Torn":
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


def no_exchange(_one: Path, _other: Path) -> bool:
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
    """Try each call of a scenario in turn."""
    folder, scenario, how, *every = Path(sys.argv[1]), *sys.argv[2:]
    published, act = SCENARIOS[scenario]
    if scenario == "renames":
        swap.exchange = no_exchange
    start = folder / "start"
    prepare(start, published)
    old = tree(start / "site") if published else {}
    done = folder / "done"
    copy(start, done)
    act(done / "site")
    new = tree(done / "site")
    tried, wrong = 0, []
    for number in range(1, 100_000, int(*every or ("1",))):
        here = folder / "here"
        shutil.rmtree(here, ignore_errors=True)
        copy(start, here)
        status = forked(act, here / "site", number, kill=how == "kill")
        if status == 0 and how == "kill":
            break  # there were fewer calls than that
        if status == 7:
            break
        tried += 1
        wrong += [
            f"call {number}: {fault}" for fault in faults(here / "site", old, new, act, status, scenario)
        ]
    print(json.dumps({"tried": tried, "wrong": wrong}))


def copy(start: Path, target: Path) -> None:
    """Copy a folder as links, which is quick and keeps which files are the same."""
    if start.exists():
        shutil.copytree(start, target, copy_function=lambda one, other: os.link(one, other), symlinks=True)
    target.mkdir(exist_ok=True)


def forked(act: Callable[[Path], object], site: Path, number: int, *, kill: bool) -> int:
    """Act in a process of its own. Give 0 for done, 3 for a sentence, 9 for killed, 7 for done without the fault, else a crash."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    layer = Layer(number, kill=kill)
    leave = os._exit
    layer.lay()
    try:
        act(site)
    except SurroundingsError:
        leave(3)
    except BaseException as error:  # noqa: BLE001 -- told by the status
        sys.stderr.write(f"call {number}: {error!r}\n")
        leave(1)
    leave(0 if layer.count >= number else 7)
    return 0


def faults(
    site: Path, old: Tree, new: Tree, act: Callable[[Path], object], status: int, scenario: str
) -> Iterator[str]:
    """Say what is wrong after a call went wrong, and after the same was tried again."""
    if status not in {0, 3, 9}:
        yield f"ended with {status}"
    now = tree(site) if site.exists() else {}
    if scenario == "renames" and status == 9 and not site.exists():
        pass  # between two renames there is a moment without a site; the next start puts it back
    elif now not in (old, new):
        yield f"torn: {sorted(path for path in old.keys() | new.keys() | now.keys() if now.get(path) != new.get(path))[:3]}"
    if status == 0 and now != new:
        yield "it said that all was well, and the new site is not there"
    act(site)
    healed = tree(site)
    if scenario == "rollback":  # twice gone back is the first state again
        if healed not in (old, new):
            yield "torn after going back once more"
    elif ours(healed) != ours(new):
        yield "the next build did not heal"
    if old and not FOREIGN.items() <= healed.items():
        yield "files of others are gone"
    found = verify(site)
    if found.missing or found.changed:
        yield f"not as the manifest says: {found}"
    if old:
        roll_back(site)
        if ours(tree(site)) not in (ours(old), ours(new)):
            yield "the former build is gone"


if __name__ == "__main__":
    main()
