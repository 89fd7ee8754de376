"""Work spread over processes is the same work."""

import os

import pytest

from citewell.io import SurroundingsError
from citewell.io.workers import available, spread


def add(context: int, item: int) -> tuple[int, bool]:
    return context + item, os.getpid() == PARENT


def fail(_context: None, item: int) -> int:
    raise ValueError(item)


def die(_context: None, _item: int) -> None:
    os._exit(9)


PARENT = os.getpid()


@pytest.mark.parametrize(("jobs", "number", "in_line"), [(1, 200, True), (2, 63, True), (2, 200, False)])
def test_results_come_in_order(jobs: int, number: int, in_line: bool) -> None:  # noqa: FBT001
    results = list(spread(add, 1000, range(number), jobs=jobs))
    assert results == [(1000 + item, in_line) for item in range(number)]


def test_what_the_function_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match=r"^0$"):
        list(spread(fail, None, range(200), jobs=2))


def test_a_worker_that_is_killed_is_one_sentence() -> None:
    with pytest.raises(SurroundingsError, match="--jobs 1"):
        list(spread(die, None, range(200), jobs=2))


def test_there_is_a_processor() -> None:
    assert 1 <= available() <= (os.cpu_count() or 1)
