"""The same command over the same bytes is known at once; whatever has changed is found, and nothing is imported to find it."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from incremental.sample import lay, read, sample

import citewell
from citewell.builder import build, site_options
from citewell.io import same
from citewell.io.inputs import read_inputs
from citewell.io.secret import VARIABLE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="this system opens no names inside an open folder")

SECRET = "a" * 64
HEAVY = {
    *(
        "click",
        "msgspec",
        "jinja2",
        "markupsafe",
        "markdown_it",
        "pydantic",
        "pygments",
        "PIL",
        "yaml",
        "nh3",
    ),
    *("importlib.metadata", "pathlib", "typing", "inspect", "re"),
}
FOR_MORE = {
    *("PIL", "bibtexparser", "concurrent.futures", "livereload", "multiprocessing", "nh3", "pylatexenc"),
    *("rapidfuzz", "urllib.request", "watchfiles", "yaml"),
}
"""What only a build of more than one page of plain text wants."""
ENVIRONMENT = dict(os.environ) | {"PYTHONPATH": str(Path(citewell.__file__).parents[1]), VARIABLE: SECRET}
PAGE = "content/articles/donors.md"

KNOWS = "import sys; from citewell.io.same import said_before; print(said_before(sys.argv[1:]))"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that was built, to be put into the place where it was built."""
    folder = tmp_path_factory.mktemp("built")
    lay(folder / "a site", sample().tree())
    (folder / "a site/blocks").mkdir(exist_ok=True)
    assert command(folder / "a site", "build").returncode == 0
    (folder / "a site").rename(folder / "kept")
    return folder / "kept"


@pytest.fixture
def root(built: Path) -> Path:
    shutil.rmtree(built.with_name("a site"), ignore_errors=True)
    return shutil.copytree(built, built.with_name("a site"))


def test_it_is_known(root: Path) -> None:
    assert knows(root)


def command(root: Path, *words: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *python, "-m", "citewell", *words],
        cwd=root,
        env=ENVIRONMENT,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )


def knows(root: Path, *words: str, key: str = SECRET) -> bool:
    """Tell whether a process that has just started knows what the command would say."""
    return program(root, KNOWS, *(words or ("build",)), key=key).stdout != "None\n"


def program(root: Path, code: str, *words: str, key: str = SECRET) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=root,
        env=ENVIRONMENT | {VARIABLE: key},
        check=True,
        capture_output=True,
        encoding="utf-8",
    )


def test_what_is_said_is_what_the_whole_build_would_say(root: Path) -> None:
    at_once = command(root, "build")
    (root / ".citewell/same").unlink()
    assert command(root, "build").stdout == at_once.stdout
    assert at_once.stdout.startswith("nothing changed: ")


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """What measures the tests would begin in the process before the command does, and import much for itself."""
    for variable in [name for name in ENVIRONMENT if name.startswith("COVERAGE_")]:
        monkeypatch.delitem(ENVIRONMENT, variable)


def imported_by_build(root: Path) -> set[str]:
    done = command(root, "build", python=("-X", "importtime"))
    assert done.returncode == 0, done.stderr
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@pytest.mark.usefixtures("unmeasured")
def test_nothing_that_takes_long_is_imported(root: Path) -> None:
    imported = imported_by_build(root)
    assert "citewell.io.same" in imported
    assert imported & HEAVY == set()


@pytest.mark.usefixtures("unmeasured")
def test_for_a_page_only_what_it_needs_is_imported(tmp_path: Path) -> None:
    page = tmp_path / "content/page.md"
    page.parent.mkdir()
    page.with_name("site.yaml").write_text("title: A site\nbase_url: https://example.org/\n")
    page.write_text("---\ntitle: A page\n---\n\nA sentence.\n")
    first = imported_by_build(tmp_path)
    assert "citewell.parse.article" in first
    page.write_text(page.read_text() + "\nOne more sentence.\n")
    after = imported_by_build(tmp_path)
    assert "citewell.production" in after
    assert first & FOR_MORE == {"PIL"}  # which draws its card
    assert after & FOR_MORE == set()


MODULES = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from citewell.__main__ import main
main()
"""
PARSERS = {"citewell.parse.article", "markdown_it", "pydantic", "pygments", "yaml"}


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("line", [b"title: ", b"\n\n"])
def test_after_an_edit_a_page_is_parsed_beside_the_build(line: bytes, root: Path) -> None:
    page = root / PAGE
    page.write_bytes(page.read_bytes().replace(line, line + b"More ", 1))
    done = program(root, MODULES, "build")
    assert "unchanged" in done.stdout
    assert set(done.stderr.split()) & PARSERS == set()
    lay(root.parent / "anew", sample().tree())
    (root.parent / "anew" / PAGE).write_bytes(page.read_bytes())
    (root.parent / "anew/blocks").mkdir(exist_ok=True)
    assert command(root.parent / "anew", "build").returncode == 0
    assert read(root.parent / "anew/site") == read(root / "site")


ALONE = """
import os
from citewell.__main__ import main
main()
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("alone")
"""


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("is_later", [True, False])
def test_a_page_with_a_later_time_has_the_parser_made_ready(is_later: bool, root: Path) -> None:  # noqa: FBT001
    written = (root / ".citewell/same").stat().st_mtime_ns
    os.utime(root / PAGE, ns=(written, written + is_later))
    assert ("citewell.io.ahead" in imported_by_build(root)) == is_later
    done = program(root, ALONE, "build")
    assert done.stdout.startswith("nothing changed")
    assert done.stdout.endswith("\nalone\n")


@pytest.mark.parametrize("name", ["check", "build"])
def test_front_matter_is_no_matter_for_plug_ins(
    name: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = root / "more/plug_in-1.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text("[pydantic]\nbroken = broken_plug_in\n")
    (info.parent / "broken_plug_in.py").touch()
    monkeypatch.setitem(ENVIRONMENT, "PYTHONPATH", f"{ENVIRONMENT['PYTHONPATH']}{os.pathsep}{info.parent}")
    (root / PAGE).write_bytes((root / PAGE).read_bytes() + b"\nOne more sentence.\n")
    done = command(root, name)
    assert done.returncode == 0, done.stderr


def test_the_digest_is_that_of_the_inputs(root: Path) -> None:
    inputs = read_inputs(site_options(root))
    assert inputs.diagnostics == ()
    assert same._read(str(root), str(root / "content")) == inputs.digest


@pytest.mark.parametrize("damage", [b"other", None])
def test_a_build_after_an_edit_mends_what_was_changed_in_the_output(root: Path, damage: bytes | None) -> None:
    right = read(root / "site")
    (root / "site/index.html").write_bytes(damage) if damage else (root / "site/index.html").unlink()
    page = root / PAGE
    text = page.read_bytes()
    page.write_bytes(text + b"\nOne more sentence.\n")
    assert command(root, "build").returncode == 0
    page.write_bytes(text)
    assert command(root, "build").returncode == 0
    assert read(root / "site") == right


def same_size_and_time(path: Path) -> None:
    known = path.stat()
    data = path.read_bytes()
    path.write_bytes(data[:-2] + (b"x" if data[-2:-1] != b"x" else b"y") + data[-1:])
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


def a_link_to_itself(path: Path) -> None:
    path.rename(path.with_name("aside"))
    path.symlink_to("aside")


def elsewhere(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))
    folder.symlink_to("moved")


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def put(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


CHANGES: dict[str, Callable[[Path], object]] = {
    "a page": lambda root: same_size_and_time(root / PAGE),
    "a page gone": lambda root: (root / PAGE).unlink(),
    "a page by another name": lambda root: (root / PAGE).rename(root / "content/articles/donor.md"),
    "a page that is a link": lambda root: a_link_to_itself(root / PAGE),
    "a pipe": lambda root: os.mkfifo(root / "content/pipe.md"),
    "a folder with the name of a page": lambda root: (root / "content/x.md").mkdir(),
    "a file of another kind": lambda root: (root / "content/x.docx").touch(),
    "a file that is too large": lambda root: (root / "content/x.png").write_bytes(bytes(17 << 20)),
    "the settings": lambda root: same_size_and_time(root / "content/site.yaml"),
    "a template": lambda root: put(root / "templates/macros.html"),
    "a static file": lambda root: put(root / "static/new.css"),
    "a block": lambda root: put(root / "blocks/mine/__init__.py"),
    "the content elsewhere": lambda root: elsewhere(root / "content"),
    "the output elsewhere": lambda root: elsewhere(root / "site"),
    "a published page": lambda root: same_size_and_time(root / "site/index.html"),
    "a published page gone": lambda root: (root / "site/index.html").unlink(),
    "a published page that is a link": lambda root: a_link_to_itself(root / "site/index.html"),
    "the manifest": lambda root: same_size_and_time(root / "site/.citewell-manifest.json"),
    "no output": lambda root: (root / "site").rename(root / "gone"),
    "no cache": lambda root: (root / ".citewell").rename(root / "gone"),
    "a cache that is a link": lambda root: elsewhere(root / ".citewell"),
    "a note that is a link": lambda root: a_link_to_itself(root / ".citewell/same"),
    "a note that is no file": lambda root: a_pipe(root / ".citewell/same"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_is_otherwise_takes_the_usual_way(change: Callable[[Path], object], root: Path) -> None:
    change(root)
    assert not knows(root)


def test_what_it_does_not_write_and_does_not_read_changes_nothing(root: Path) -> None:
    for path in ("site/of-others.txt", "content/.hidden", "content/x.md~"):
        put(root / path)
    assert knows(root)


def test_another_command_or_another_secret_takes_the_usual_way(root: Path) -> None:
    assert not knows(root, "build", "--strict")
    assert not knows(root, "check")
    assert not knows(root, key="b" * 64)
    assert not knows(root, key="x")


def test_no_damage_to_the_note_is_believed(root: Path) -> None:
    note = root / ".citewell/same"
    whole = note.read_bytes()
    for damaged in (
        b"",
        whole[:31],
        whole[:-1],
        whole + b"x",
        b"\0" + whole[1:],
        whole.replace(b"now", b"not"),
    ):
        note.write_bytes(damaged)
        assert damaged == whole or not knows(root)


def test_warnings_are_told_each_time_and_in_colour_where_they_were(root: Path) -> None:
    first, second = (command(root, "build").stderr for _ in range(2))
    assert second == first
    assert "warning[family/one-way-companion]" in second
    ours, theirs = pty.openpty()
    shown = subprocess.run(
        [sys.executable, "-c", KNOWS, "build"],
        cwd=root,
        env=ENVIRONMENT,
        stderr=theirs,
        stdout=subprocess.PIPE,
        check=False,
    )
    os.close(ours)
    os.close(theirs)
    assert shown.stdout == b"None\n"


def test_a_file_of_no_use_is_told_each_time(root: Path) -> None:
    (root / "content/notes.docx").touch()
    for _ in range(2):
        assert "files/unknown-kind" in command(root, "build").stderr
    assert not knows(root)


def test_what_was_damaged_is_mended_as_before(root: Path) -> None:
    right = read(root / "site")
    (root / "site/index.html").write_bytes(b"")
    (root / "site/feed.xml").unlink()
    assert command(root, "build").stdout.startswith("built ")
    assert read(root / "site") == right
    assert knows(root)
    assert not build(site_options(root)).written


def test_a_reader_who_has_gone_is_no_traceback(root: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "citewell", "build"],
            cwd=root,
            env=ENVIRONMENT,
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert b"Traceback" not in done.stderr
    assert done.stderr.endswith(b"2 warnings\n")
