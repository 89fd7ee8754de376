"""Each call to the file system that a publish makes goes wrong once, and is the last one once: the site stays whole."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from processes import UNMEASURED

import citewell

PROGRAM = Path(__file__).parent / "faulty.py"
MEMORY = Path("/dev/shm")  # noqa: S108 -- a disk in memory: nothing is waited for, and what is tried is the same


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY) as place:
        yield Path(place)


@pytest.mark.no_cover  # other tests run the same lines, and not hundreds of times
@pytest.mark.parametrize("how", ["fail", "kill"])
@pytest.mark.parametrize(
    ("scenario", "every", "least"),
    # Every call of the usual publish; of the others every seventh or sixth, since most of their calls are the same.
    [("later", 1, 400), ("first", 6, 40), ("second", 7, 50), ("renames", 7, 50), ("rollback", 7, 40)],
)
def test_no_fault_tears_the_site_and_the_next_build_heals(
    scenario: str, every: int, least: int, how: str, folder: Path
) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), scenario, how, str(every)],
        env=UNMEASURED | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["tried"] >= least
