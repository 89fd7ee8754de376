"""The same content gives the same bytes: for whoever builds it, wherever, whenever, and however; and without a network."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from shutil import copytree, rmtree, which
from stat import S_IMODE

import pytest
from incremental.sample import Page, Tree, published, sample, sentence
from msgspec import Struct

import citewell

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path(citewell.__file__).parents[1]
WATCH = Path(__file__).parent / "reproducible"


class Place(Struct, frozen=True):
    """A place in which a site is built: all that may differ from one to the next, and must not matter."""

    folder: str
    environment: Mapping[str, str]
    jobs: int
    umask: int
    laid: Callable[[list[str]], list[str]]  # the order in which the files come into being
    modified: int  # the time at which they say that they were last changed
    python: tuple[str, ...] = ()


def backwards(paths: list[str]) -> list[str]:
    return paths[::-1]


def shuffled(paths: list[str]) -> list[str]:
    return Random(5).sample(paths, len(paths))  # noqa: S311 -- a test that can be run again, no secret


HERE = Place(
    folder="site",
    environment={"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
    jobs=1,
    umask=0o022,
    laid=sorted,
    modified=1_700_000_000,
)
ELSEWHERE = {
    "another machine": Place(
        folder="elsewhere/a folder, of another näme",
        environment={
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONHASHSEED": "1",
            "SOURCE_DATE_EPOCH": "1",
            "LISTED": "backwards",
        },
        jobs=2,
        umask=0o077,
        laid=backwards,
        modified=1,
        python=("-O",),
    ),
    "a third": Place(
        folder="x",
        environment={
            "TZ": "America/St_Johns",
            "LC_ALL": "tr_TR.UTF-8",
            "PYTHONUTF8": "1",
            "PYTHONHASHSEED": "4294967295",
            "SOURCE_DATE_EPOCH": "4102444800",
            "LISTED": "shuffled",
            "COLUMNS": "40",
        },
        jobs=4,
        umask=0o000,
        laid=shuffled,
        modified=4_102_444_800,
    ),
}


@pytest.fixture(scope="module")
def tree() -> Tree:
    """Give a site that has something of everything, in pages enough for several processes."""
    rng = Random(3)  # noqa: S311 -- a test that can be run again, no secret
    site = sample()
    for number in range(64):
        name = f"further-{number % 8}/page-{number}"
        site.pages[name] = Page(
            title=f"Further {number % 8}",  # titles that are equal, so that something else decides on the order
            parent="map",
            tags=["further"],
            body=[sentence(rng), f"[@work{1 + number % 9}]", "## Proof {#proof}", sentence(rng)],
        )
    return site.tree()


# -- the place -------------------------------------------------------------------------------------------------------


def apart() -> list[str]:
    """Give the command that runs another as somebody else and without any network, where the system lets us."""
    command = ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--net"]
    able = (
        which("unshare")
        and not subprocess.run([*command, "true"], check=False, capture_output=True).returncode
    )
    return command if able else []


def lay(root: Path, tree: Tree, place: Place) -> None:
    for path in place.laid(list(tree)):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(tree[path])
        os.utime(file, (place.modified, place.modified))


def run(root: Path, place: Place, log: Path, *before: str) -> str:
    """Build, under a watch that writes down each use of a network; give what is told of it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    environment = {
        **inherited,
        "PYTHONPATH": os.pathsep.join((str(WATCH), str(SOURCE))),
        "NETWORK_LOG": str(log),
        **place.environment,
    }
    done = subprocess.run(
        [*before, sys.executable, *place.python, "-m", "citewell", "build", "--jobs", str(place.jobs)],
        cwd=root,
        env=environment,
        umask=place.umask,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return next(line for line in done.stdout.splitlines() if line.startswith("tree "))


def modes(folder: Path) -> dict[str, int]:
    paths = (folder, *folder.rglob("*"))
    return {path.relative_to(folder).as_posix(): S_IMODE(path.stat().st_mode) for path in paths}


class Built(Struct, frozen=True):
    """All that came out of a build."""

    told: str
    files: Tree
    modes: dict[str, int]


def differing(one: Built, other: Built) -> list[str]:
    return sorted(
        path
        for path in one.modes.keys() | other.modes.keys()
        if one.files.get(path) != other.files.get(path) or one.modes.get(path) != other.modes.get(path)
    )


def built(root: Path, place: Place, log: Path, *before: str) -> Built:
    told = run(root, place, log, *before)
    return Built(told, published(root / "site"), modes(root / "site"))


@pytest.fixture(scope="module")
def here(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Built]:
    """Give a folder in which the site was built, and what came out."""
    root = tmp_path_factory.mktemp("here") / HERE.folder
    lay(root, tree, HERE)
    return root, built(root, HERE, root / "log")


# -- the same bytes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_same_bytes_under_differing_everything_and_without_a_network(
    name: str, tree: Tree, here: tuple[Path, Built], tmp_path: Path
) -> None:
    place = ELSEWHERE[name]
    root = tmp_path / place.folder
    lay(root, tree, place)
    there = built(root, place, tmp_path / "log", *apart())
    assert differing(there, here[1]) == []
    assert there.told == here[1].told
    assert not (tmp_path / "log").exists()


def test_the_same_bytes_from_the_cache_of_another_machine_and_without_any(
    here: tuple[Path, Built], tmp_path: Path
) -> None:
    root = tmp_path / "a copy"
    copytree(here[0], root)
    for gone in ((), ("site",), ("site", ".citewell")):
        for folder in gone:
            rmtree(root / folder)
        place = ELSEWHERE["another machine"]
        assert differing(built(root, place, tmp_path / "log"), here[1]) == [], gone


# -- the watch sees what it watches for --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request as r\ntry: r.urlopen('http://127.0.0.1:9/')\nexcept OSError: pass",
        "from concurrent.futures import ProcessPoolExecutor as P; import socket; P(1).submit(socket.socket).exception()",
    ],
    ids=["socket", "name", "page", "worker"],
)
def test_the_watch_sees_a_use_of_a_network(use: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = os.environ | {"PYTHONPATH": str(WATCH), "NETWORK_LOG": str(log)}
    subprocess.run([sys.executable, "-c", use], env=environment, check=True)
    assert "socket." in log.read_text()


def test_the_watch_lets_processes_of_one_machine_speak(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = os.environ | {"PYTHONPATH": str(WATCH), "NETWORK_LOG": str(log)}
    subprocess.run([sys.executable, "-c", "import socket; socket.socketpair()"], env=environment, check=True)
    assert not log.exists()
