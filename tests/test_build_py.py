"""`build.py`, run for real in a small copy of the repository, without network."""

import ast
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import build

ROOT = Path(__file__).resolve().parents[1]

# The command of the small copy shows what it was given; a number at the end becomes its exit status.
COMMAND = """
import os, sys, leaf
print(os.getcwd(), *sys.argv[1:])
sys.exit(int(sys.argv[-1]) if sys.argv[-1].isdigit() else 0)
"""
WHEEL = "{name}-1.0-py3-none-any.whl"


@dataclass(frozen=True)
class Skeleton:
    """A folder with build.py, a package named citewell and lock files; beside it, wheels to install from."""

    root: Path

    @property
    def wheels(self) -> Path:
        """Outside the root, for pip reads a space in this path as the end of it."""
        return self.root.parent / "wheels"

    @property
    def environment(self) -> dict[str, str]:
        """Ours, without what measures coverage or steers pip; pip may use the folder of wheels alone."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COVERAGE_", "PIP_", "PYTHON"))
        }
        return inherited | {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_NO_INDEX": "1",
        }

    def lock(self, lock: str, *names: str) -> None:
        """Write a lock file that pins these packages of the folder of wheels."""
        wheels = {name: self.wheels / WHEEL.format(name=name) for name in names}
        lines = (
            f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
            for name, wheel in wheels.items()
        )
        (self.root / "requirements" / f"{lock}.txt").write_text("".join(lines))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start build.py, its output to be read from pipes."""
        return subprocess.Popen(
            [sys.executable, self.root / "build.py", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, *arguments: str, cwd: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run build.py to its end."""
        return subprocess.run(
            [sys.executable, self.root / "build.py", *arguments],
            env=self.environment | dict(variables or {}),
            cwd=cwd,
            check=False,
            capture_output=True,
            text=True,
        )

    @property
    def stamps(self) -> set[str]:
        """The locks that the environment is stamped with."""
        return {path.stem for path in (self.root / ".venv").glob("*.stamp")}


def make_wheel(folder: Path, name: str) -> None:
    """Write a wheel of a package that holds one empty module."""
    with zipfile.ZipFile(folder / WHEEL.format(name=name), "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(
            f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")


def make_skeleton(root: Path) -> Skeleton:
    skeleton = Skeleton(root)
    for folder in (root / "requirements", root / "src/citewell", skeleton.wheels):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "build.py", root)
    (root / "src/citewell/__init__.py").touch()
    (root / "src/citewell/__main__.py").write_text(COMMAND)
    # Stands for pytest: the same command under that name.
    (root / "src/pytest.py").write_text(COMMAND)
    for name in ("leaf", "twig"):
        make_wheel(skeleton.wheels, name)
    skeleton.lock("run", "leaf")
    skeleton.lock("test", "leaf", "twig")
    return skeleton


@pytest.fixture
def empty(tmp_path: Path) -> Skeleton:
    """A skeleton that nothing ran in."""
    return make_skeleton(tmp_path / "site with spaces")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Skeleton:
    """A skeleton whose environment two runs made, both started at once in an empty one."""
    skeleton = make_skeleton(tmp_path_factory.mktemp("ready") / "site")
    together = [skeleton.start("check"), skeleton.start("check")]
    ends = [(*process.communicate(), process.returncode) for process in together]
    assert [(out, status) for out, _, status in ends] == [(f"{skeleton.root} check\n", 0)] * 2
    assert sorted(err for _, err, _ in ends) == ["", "setting up .venv from requirements/run.txt ...\n"]
    return skeleton


@pytest.mark.parametrize(
    ("arguments", "handed"),
    [
        ([], ["build"]),
        (["--strict", "--jobs", "2"], ["build", "--strict", "--jobs", "2"]),
        (["serve", "--port", "80 80"], ["serve", "--port", "80 80"]),
    ],
)
def test_arguments_are_handed_over(ready: Skeleton, arguments: list[str], handed: list[str]) -> None:
    done = ready.run(*arguments)
    assert (done.stdout, done.stderr) == (" ".join([str(ready.root), *handed]) + "\n", "")


@pytest.mark.parametrize(
    ("arguments", "handed"), [(["docs"], ["build"]), (["docs", "check", "--strict"], ["check", "--strict"])]
)
def test_docs_stands_for_the_folder(ready: Skeleton, arguments: list[str], handed: list[str]) -> None:
    (ready.root / "docs").mkdir(exist_ok=True)
    assert ready.run(*arguments).stdout == " ".join([str(ready.root / "docs"), *handed]) + "\n"


def test_the_command_runs_beside_build_py_whatever_the_folder(ready: Skeleton, tmp_path: Path) -> None:
    assert ready.run("check", cwd=tmp_path).stdout == f"{ready.root} check\n"


def test_the_exit_status_is_the_commands(ready: Skeleton) -> None:
    assert ready.run("check", "7").returncode == 7


def test_help_needs_no_environment(empty: Skeleton) -> None:
    done = empty.run("--help")
    assert "python3 build.py test" in done.stdout
    assert (done.returncode, empty.stamps) == (0, set())


def test_a_later_run_never_calls_pip(ready: Skeleton) -> None:
    (pip,) = ready.root.glob(".venv/[Ll]ib/**/site-packages/pip")
    away = pip.with_name("pip-away")
    pip.rename(away)
    try:
        done = ready.run("check")
    finally:
        away.rename(pip)
    assert (done.stdout, done.stderr, done.returncode) == (f"{ready.root} check\n", "", 0)


def test_the_environment_follows_its_lock_files(empty: Skeleton) -> None:
    """One story in four scenes, since each new environment takes seconds."""
    run_lock, test_lock = (empty.root / "requirements" / name for name in ("run.txt", "test.txt"))
    right, wrong_hash = run_lock.read_text(), "0" * 64
    left_over = empty.root / ".venv/left-over"

    # A failed install: one sentence and no stamp.
    run_lock.write_text(f"leaf==1.0 --hash=sha256:{wrong_hash}")
    done = empty.run()
    assert (done.stdout, done.returncode, empty.stamps) == ("", 2, set())
    _, sentence = done.stderr.splitlines()
    assert sentence.startswith(
        "build.py: cannot install requirements/run.txt: a package that came is not the one"
    )
    assert str(empty.root / ".venv/install.log") in sentence

    # The next run starts afresh.
    left_over.touch()
    run_lock.write_text(right)
    assert (empty.run().returncode, empty.stamps) == (0, {"run"})
    assert not left_over.exists()

    # The test lock goes on top; further words after `test` are pytest's.
    left_over.touch()
    done = empty.run("test", "-k", "name")
    assert (done.stdout, done.returncode, empty.stamps) == (f"{empty.root} -k name\n", 0, {"run", "test"})
    assert left_over.exists()

    # No network: nothing listens at this address.
    nowhere = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    test_lock.write_text(f"absent==1.0 --hash=sha256:{wrong_hash}")
    done = empty.run("test", variables=nowhere)
    assert "the package index cannot be reached or lacks a package" in done.stderr
    assert (done.stdout, done.returncode, empty.stamps) == ("", 2, set())


def test_a_changed_lock_file_makes_the_environment_stale(
    ready: Skeleton, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "ROOT", ready.root)
    monkeypatch.setattr(build, "VENV", ready.root / ".venv")
    lock = ready.root / "requirements/run.txt"
    right = lock.read_bytes()
    assert build.is_ready("run")
    lock.write_bytes(right + b"# a change\n")
    assert not build.is_ready("run")
    lock.write_bytes(right)
    assert not build.is_ready("test")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
def test_ctrl_c_is_quiet(empty: Skeleton) -> None:
    with empty.start() as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("setting up .venv")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (out, err, process.returncode, empty.stamps) == ("", "", 130, set())


def test_a_python_without_ensurepip_is_told_what_to_install(empty: Skeleton) -> None:
    # Debian keeps ensurepip in a package of its own; by None in sys.modules Python marks a module as absent.
    without = (
        "import runpy, sys; sys.modules['ensurepip'] = None; runpy.run_path('build.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", without], cwd=empty.root, check=False, capture_output=True, text=True
    )
    assert "run `apt install python3-venv`" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_an_old_python_can_read_build_py() -> None:
    ast.parse((ROOT / "build.py").read_text(), feature_version=(3, 8))


def test_an_old_python_is_told_what_is_needed() -> None:
    assert build.fault_of((3, 10, 13)) == "Citewell needs Python 3.11 or newer, and this is Python 3.10.13"
    assert build.fault_of((3, 11, 0)) is None
    assert build.fault_of((4, 0, 0)) is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("WARNING: a\nERROR: No space left on device\nnotice: b\n", "No space left on device"),
        ("/usr/bin/python: No module named pip\n", "/usr/bin/python: No module named pip"),
        ("", "pip says nothing"),
    ],
)
def test_any_other_reason_is_pips_own(words: str, reason: str) -> None:
    assert build.reason_in(words) == reason
