"""A build whose work is done by an executor of somebody else's gives the same bytes."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from citewell.builder import build, site_options
from citewell.core.digest import digest
from citewell.io import SurroundingsError, processes
from citewell.io.workers import spread
from citewell.pages import BlockFolder, blocks_in

CORPUS = Path(__file__).resolve().parents[1] / "benchmarks" / "corpus.py"
ARTICLES = 70  # enough for more than one process


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a block of its own, and what a usual build makes of it."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, str(CORPUS), str(folder), "--articles", str(ARTICLES)], check=True)
    shutil.copytree(Path(processes.__file__).parents[1] / "blocks/faq", folder / "blocks/questions")
    module = folder / "blocks/questions/__init__.py"
    module.write_text(module.read_text("utf-8").replace('"faq"', '"questions"'), "utf-8")
    assert build(site_options(folder, jobs=2)).published
    (folder / "site").rename(folder / "usual")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@contextmanager
def cluster() -> Iterator[Executor]:
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=logging.ERROR
        ) as local,
        Client(local) as client,  # type: ignore[no-untyped-call]
    ):
        yield client.get_executor(pure=False)


@contextmanager
def spawned() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


class Counting(Executor):
    """Passes work on, and keeps how many bytes of a context and how many items were sent each time."""

    def __init__(self, pool: Executor) -> None:
        self.pool = pool
        self.contexts: list[int] = []
        self.items: list[int] = []

    def submit(self, function: Callable[..., Any], /, *call: Any, **named: Any) -> Future[Any]:  # noqa: ANN401 -- of any function
        self.contexts.append(len(call[1].data or b""))
        self.items.append(len(call[2]))
        return self.pool.submit(function, *call, **named)


@pytest.mark.parametrize("started", [cluster, spawned])
def test_the_tree_is_that_of_a_usual_build(
    started: Callable[[], AbstractContextManager[Executor]], site: Path
) -> None:
    for folder in (".citewell", "site"):
        shutil.rmtree(site / folder, ignore_errors=True)
    with started() as executor:
        counting = Counting(executor)
        outcome = build(site_options(site, jobs=2), executor=counting)
    assert outcome.published
    assert sum(counting.items) >= 2 * ARTICLES  # all were parsed and made there
    assert len(counting.items) < sum(counting.items) / 4
    assert files(site / "site") == files(site / "usual")


def which(context: str, item: int) -> tuple[str, int, int]:
    return context, item, os.getpid()


def test_the_context_is_sent_to_each_worker_and_not_with_each_parcel() -> None:
    with spawned() as pool:
        counting = Counting(pool)
        results = [*spread(which, "x" * 1000, range(1000), jobs=2, executor=counting)]
    assert [item for _, item, _ in results] == [*range(1000)]
    assert {context for context, _, _ in results} == {"x" * 1000}
    assert os.getpid() not in {process for _, _, process in results}
    assert 2 <= sum(map(bool, counting.contexts)) < len(counting.contexts) / 2


class Alternating(Executor):
    """Gives work to two pools in turn, so that the second has not been sent what the first was."""

    def __init__(self, *pools: Executor) -> None:
        self.turn = cycle(pools)

    def submit(self, function: Callable[..., Any], /, *call: Any, **named: Any) -> Future[Any]:  # noqa: ANN401 -- of any function
        return next(self.turn).submit(function, *call, **named)


def test_a_worker_that_lacks_the_context_is_sent_it() -> None:
    with spawned() as one, spawned() as other:
        results = [*spread(which, "context", range(200), jobs=1, executor=Alternating(one, other))]
    assert [item for _, item, _ in results] == [*range(200)]
    assert len({process for _, _, process in results}) > 1


def test_threads_are_refused() -> None:
    with ThreadPoolExecutor(2) as pool, pytest.raises(SurroundingsError, match="whose workers are processes"):
        next(spread(which, "", range(100), jobs=2, executor=pool))


def test_a_worker_with_another_program_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "engine", lambda: "another")
    with spawned() as pool, pytest.raises(SurroundingsError, match="install the same"):
        next(spread(which, "", range(100), jobs=2, executor=pool))


def fail(_context: str, item: int) -> None:
    raise ValueError(item)


def test_what_the_function_raises_is_raised_here() -> None:
    with spawned() as pool, pytest.raises(ValueError, match=r"^0$"):
        next(spread(fail, "", range(100), jobs=2, executor=pool))


def test_blocks_that_are_not_those_that_were_read_are_refused(site: Path) -> None:
    with pytest.raises(SurroundingsError, match="on every machine"):
        blocks_in(BlockFolder(str(site / "blocks"), digest({})))
