"""Build The Cell Evidence Guide, test Citewell, or run any other command of it, on a fresh machine.

    python3 build.py                 build the site from content/ into site/
    python3 build.py --strict        the same, with options of `citewell build`
    python3 build.py serve           any command of citewell (check, serve, new, explain ...) with its options
    python3 build.py docs            the same for the site in docs/, into docs/site/
    python3 build.py test            every check: ruff, mypy, the tests with their coverage
    python3 build.py test -k name    only the tests, with options of pytest

It needs Python 3.11 or newer and nothing else. The first run sets up the folder .venv from the lock files in
requirements/; later runs start at once.
"""

# An old Python has to be able to read this file, to say that it is too old: no syntax above Python 3.8.
from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import IO, Iterator, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)

# Each lock file, and the locks it holds in full: an environment with `test` has all of `run`.
LOCKS = {"run": ("run",), "test": ("run", "test")}

CHECKS = {
    "ruff check": ("ruff", "check"),
    "ruff format": ("ruff", "format", "--check"),
    "mypy": ("mypy",),
    # A file of tests stays in one process, since its tests share the sites that they build; those in a browser, the
    # slowest, come first. One process more than there are processors: many tests wait for a browser or for a command.
    "pytest": (
        "pytest",
        "-rs",
        "-n",
        str((os.cpu_count() or 1) + 1),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "--cov",
        "--cov-report=term",
    ),
}

UNREACHABLE = (
    "No matching distribution found",
    "NewConnectionError",
    "ConnectTimeoutError",
    "NameResolutionError",
)


class SetupError(Exception):
    """The environment cannot be made; the message is the sentence for the person who ran the command."""


def fault_of(version: Sequence[int]) -> str | None:
    """What is wrong with this version of Python, if anything."""
    if tuple(version[:2]) >= OLDEST:
        return None
    oldest, found = (".".join(map(str, parts)) for parts in (OLDEST, version))
    return f"Citewell needs Python {oldest} or newer, and this is Python {found}"


def reason_in(words: str) -> str:
    """Why pip failed, in one clause, from what it wrote."""
    if "DO NOT MATCH THE HASHES" in words:
        return "a package that came is not the one that the lock file names"
    if any(sign in words for sign in UNREACHABLE):
        return "the package index cannot be reached or lacks a package; check the network and try again"
    lines = words.strip().splitlines() or ["pip says nothing"]
    errors = [line for line in lines if line.startswith("ERROR: ")] or lines
    return errors[-1].replace("ERROR: ", "", 1).strip()


def path_in_venv(name: str) -> Path:
    """One of the environment's folders by its `sysconfig` name, on this operating system."""
    place = {"base": str(VENV), "platbase": str(VENV)}
    return Path(sysconfig.get_path(name, "venv", place))


def venv_python() -> Path:
    """The environment's own interpreter."""
    return path_in_venv("scripts") / ("python.exe" if os.name == "nt" else "python")


def lock_path(name: str) -> Path:
    """The lock file of that name."""
    return ROOT / "requirements" / f"{name}.txt"


def stamp_path(name: str) -> Path:
    """The file that says what the environment was made for; it is there only if that came to its end."""
    return VENV / f"{name}.stamp"


def stamp_of(name: str) -> str:
    """A digest of all that an environment depends on: the lock file, this Python, and the place."""
    parts = (lock_path(name).read_bytes(), sys.version.encode(), os.fsencode(VENV))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_ready(name: str) -> bool:
    """Whether the environment holds just what the lock file of that name says."""
    try:
        return stamp_path(name).read_text() == stamp_of(name) and venv_python().exists()
    except FileNotFoundError:
        return False


def wait_for(lock: IO[bytes]) -> None:
    """Hold the open file against every other process, until it is closed; wait for one that holds it."""
    if sys.platform == "win32":
        import msvcrt

        held = False
        while not held:
            # It gives up after ten seconds, and an installation may take longer.
            with contextlib.suppress(OSError):
                msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
                held = True
    else:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Keep a second run from changing the environment at the same time."""
    with (ROOT / ".venv.lock").open("ab") as lock:
        wait_for(lock)
        yield


def make_venv() -> None:
    """Make an empty environment that finds the package in `src/`; whatever was there is gone."""
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "this Python cannot make an environment because its ensurepip module is missing; "
            "on Debian or Ubuntu run `apt install python3-venv`"
        )
    venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(VENV)
    (path_in_venv("purelib") / "citewell.pth").write_text(f"{ROOT / 'src'}\n")


def install(name: str) -> None:
    """Install what the lock file of that name says, each package checked against its hashes."""
    log = VENV / "install.log"
    # The lock names every package, so nothing is resolved: a release made since the lock changes nothing.
    options = ("--no-deps", "--require-hashes", "--disable-pip-version-check", "--no-input", "--quiet")
    command = (str(venv_python()), "-m", "pip", "install", *options, "-r", str(lock_path(name)))
    with log.open("wb") as sink:
        status = subprocess.call(command, stdout=sink, stderr=subprocess.STDOUT)
    if status:
        why = reason_in(log.read_text(errors="replace"))
        raise SetupError(f"cannot install requirements/{name}.txt: {why} (pip's own words are in {log})")


def set_up(name: str) -> None:
    """Bring the environment to the lock file of that name, unless it is there already.

    Raises:
        SetupError: it cannot be done. No stamp is left then, so that the next run starts afresh.
    """
    if is_ready(name):
        return
    with alone():
        if is_ready(name):
            return
        print(f"setting up .venv from requirements/{name}.txt ...", file=sys.stderr, flush=True)
        complete = any(is_ready(held) for held in LOCKS[name])
        for stamped in LOCKS:
            with contextlib.suppress(FileNotFoundError):
                stamp_path(stamped).unlink()
        if not complete:
            make_venv()
        install(name)
        for held in LOCKS[name]:
            stamp_path(held).write_text(stamp_of(held))


def hand_over(*arguments: str) -> int:
    """Run a module of the environment; its exit status is ours."""
    command = [str(venv_python()), "-m", *arguments]
    if os.name != "nt":
        # In place of this process, so that a signal sent to it reaches the command itself.
        os.execv(command[0], command)
    return subprocess.call(command)


def passes(name: str) -> bool:
    """Run one check, with its own output under a heading."""
    print(f"--- {name}", flush=True)
    return subprocess.call((str(venv_python()), "-m", *CHECKS[name])) == 0


def run_checks() -> int:
    """Run all checks, each whatever became of the others, and sum them up in the last line."""
    failed = [name for name in CHECKS if not passes(name)]
    print(f"failed: {', '.join(failed)}" if failed else f"all passed: {', '.join(CHECKS)}")
    return 1 if failed else 0


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says, in the folder of this file or in its `docs/`."""
    os.chdir(ROOT)
    if arguments[:1] == ["test"]:
        set_up("test")
        return hand_over("pytest", *arguments[1:]) if arguments[1:] else run_checks()
    set_up("run")
    if arguments[:1] == ["docs"]:
        os.chdir(ROOT / "docs")
        arguments = arguments[1:]
    bare = not arguments or arguments[0].startswith("-")
    return hand_over("citewell", *(["build"] if bare else []), *arguments)


def refuse(why: str) -> int:
    """Say why nothing was done; the exit status is 2."""
    print(f"build.py: {why}", file=sys.stderr)
    return 2


def main() -> int:
    """Give the exit status: 2 when the environment cannot be made, else the command's own."""
    if sys.argv[1:] in (["-h"], ["--help"]):
        print((__doc__ or "").strip())
        return 0
    fault = fault_of(sys.version_info[:3])
    if fault is not None:
        return refuse(fault)
    try:
        return run(sys.argv[1:])
    except (SetupError, OSError, subprocess.CalledProcessError) as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
