"""Work spread over processes is the same work."""

import os
import select
import signal
import subprocess
import sys
import threading
import time

import pytest

from citewell.io import SurroundingsError
from citewell.io.ahead import Helper
from citewell.io.beside import aside
from citewell.io.workers import Crew, available, spread


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


# -- a helper ----------------------------------------------------------------------------------------------------------


def die_elsewhere(_context: None, item: int) -> int:
    if os.getpid() != PARENT:
        os._exit(9)
    return item


@pytest.mark.parametrize(("number", "here"), [(1, False), (63, False), (64, True)])
def test_a_helper_does_a_few_items_and_no_more(number: int, here: bool) -> None:  # noqa: FBT001
    with Helper(__name__) as helper:
        done = list(Crew(1, helper=helper).spread(add, 1000, range(number)))
    assert done == [(1000 + item, here) for item in range(number)]


def test_a_helper_does_only_what_it_was_begun_for() -> None:
    with Helper("json") as helper:
        assert list(Crew(1, helper=helper).spread(add, 1, [1])) == [(2, True)]


def test_what_is_raised_in_a_helper_is_raised_here_and_the_helper_goes_on() -> None:
    with Helper(__name__) as helper:
        crew = Crew(1, helper=helper)
        with pytest.raises(ValueError, match=r"^7$"):
            list(crew.spread(fail, None, [7]))
        assert list(crew.spread(add, 1, [1])) == [(2, False)]


def test_what_a_lost_helper_does_not_do_is_done_here() -> None:
    with Helper(__name__) as helper:
        assert list(Crew(1, helper=helper).spread(die_elsewhere, None, range(3))) == [0, 1, 2]


def test_a_helper_that_cannot_be_made_ready_leaves_the_work_here() -> None:
    with Helper(__name__, "no_module_of_this_name") as helper:
        assert list(Crew(1, helper=helper).spread(add, 1, [1])) == [(2, True)]


def test_no_helper_is_left() -> None:
    with Helper(__name__) as helper:
        process = helper._process
        assert os.waitpid(process, os.WNOHANG) == (0, 0)
    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


# -- work set aside ----------------------------------------------------------------------------------------------------

DEADLINE = 20.0


def is_here() -> bool:
    return os.getpid() == PARENT


def is_gone(process: int) -> bool:
    """Tell whether there is no such process, or has been none for a while."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests may have left a server in a thread of this process: it holds nothing that is needed here."""
    monkeypatch.setattr("threading.active_count", lambda: 1)


@pytest.mark.usefixtures("alone")
def test_work_set_aside_is_done_by_another_process() -> None:
    with aside(is_here) as result:
        assert not result()


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("jobs", "worth_while", "here"), [(1, True, True), (2, False, True), (2, True, False)]
)
def test_a_crew_sets_aside_what_is_worth_it(jobs: int, worth_while: bool, here: bool) -> None:  # noqa: FBT001
    with Crew(jobs).aside(is_here, worth_while=worth_while) as result:
        assert result() == here


def test_work_is_done_here_where_another_thread_may_hold_what_it_needs() -> None:
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        with aside(is_here) as result:
            assert result()
    finally:
        over.set()
        other.join()


@pytest.mark.usefixtures("alone")
def test_what_the_other_process_fails_to_do_is_done_here() -> None:
    with aside(lambda: die_elsewhere(None, 5)) as result:
        assert result() == 5


@pytest.mark.usefixtures("alone")
def test_what_work_raises_is_raised_here(capfd: pytest.CaptureFixture[str]) -> None:
    with aside(lambda: fail(None, 5)) as result, pytest.raises(ValueError, match=r"^5$"):
        result()
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("alone")
def test_work_that_nobody_waits_for_is_ended() -> None:
    taken, given = os.pipe()

    def wait() -> None:
        os.write(given, str(os.getpid()).encode())
        signal.pause()

    with aside(wait):
        process = int(os.read(taken, 20))
        assert process != PARENT
    assert is_gone(process)


ORPHANED = """
import os, signal, sys
from citewell.io.beside import aside
def wait():
    print(os.getpid(), flush=True)
    signal.pause()
with aside(wait):
    signal.pause()
"""


def test_work_set_aside_does_not_outlive_who_wanted_it() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHANED], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert int(parent.stdout.readline()) != parent.pid
        parent.kill()
        assert parent.wait() == -signal.SIGKILL
        # It holds the pipe as long as it lives; its number may stay in use until somebody asks for its status.
        over, _, _ = select.select([parent.stdout], [], [], DEADLINE)
        assert over
        assert parent.stdout.read() == ""
