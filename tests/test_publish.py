"""The published tree: ours is kept exact, others' is left alone, and a failure leaves the former site."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import citewell
from citewell.core.view import Artifact
from citewell.io import SurroundingsError
from citewell.io.lock import only_build
from citewell.io.publish import Published, check_places, intact, publish, read_manifest

HOME, PAGE, STYLE = (
    Artifact("index.html", b"home"),
    Artifact("a/index.html", b"page"),
    Artifact("static/s.css", b""),
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    output = tmp_path / "site"
    assert publish(output, [HOME, PAGE, STYLE], []) == Published(
        ("index.html", "a/index.html", "static/s.css"), ()
    )
    return output


def tree(folder: Path) -> dict[str, bytes]:
    """Give the files that readers get."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_the_tree_holds_what_was_written(site: Path) -> None:
    assert tree(site) == {"index.html": b"home", "a/index.html": b"page", "static/s.css": b""}
    assert [entry.name for entry in site.iterdir() if entry.name.startswith(".")] == [
        ".citewell-manifest.json"
    ]


def test_the_manifest_is_the_same_for_the_same_site(site: Path, tmp_path: Path) -> None:
    publish(tmp_path / "again", [STYLE, HOME, PAGE], [])
    name = ".citewell-manifest.json"
    assert (tmp_path / "again" / name).read_bytes() == (site / name).read_bytes()
    assert list(read_manifest(site) or {}) == ["a/index.html", "index.html", "static/s.css"]


def test_files_that_are_right_are_not_touched(site: Path) -> None:
    before = {path: (site / path).stat() for path in (*tree(site), ".citewell-manifest.json", ".")}
    assert publish(site, [HOME], ["a/index.html", "static/s.css"]) == Published((), ())
    assert {path: (site / path).stat() for path in before} == before


def test_a_page_that_is_no_longer_wanted_goes_with_its_folder(site: Path) -> None:
    assert publish(site, [], ["index.html", "static/s.css"]) == Published((), ("a/index.html",))
    assert not (site / "a").exists()


def test_intact_is_told_by_bytes(site: Path) -> None:
    manifest = read_manifest(site)
    assert manifest is not None
    times = (site / "index.html").stat()
    (site / "index.html").write_bytes(b"hime")
    os.utime(site / "index.html", ns=(times.st_atime_ns, times.st_mtime_ns))
    (site / "static" / "s.css").unlink()
    assert [intact(site, manifest, path) for path in ("a/index.html", "index.html", "static/s.css", "b")] == [
        True,
        False,
        False,
        False,
    ]


def test_files_of_others_survive(site: Path) -> None:
    (site / "CNAME").write_bytes(b"mine")
    (site / "a" / "mine.txt").write_bytes(b"mine")
    publish(site, [HOME], [])
    assert tree(site) == {"index.html": b"home", "CNAME": b"mine", "a/mine.txt": b"mine"}


def test_a_file_of_another_in_the_way_is_not_overwritten(site: Path) -> None:
    (site / "b").mkdir()
    (site / "b" / "index.html").write_bytes(b"mine")
    with pytest.raises(SurroundingsError, match=r"not written by citewell.*`b/index\.html`"):
        publish(site, [Artifact("index.html", b"new"), Artifact("b/index.html", b"ours")], [])
    assert tree(site)["b/index.html"] == b"mine"
    assert tree(site)["index.html"] == b"home"


def test_a_folder_that_became_a_link_is_neither_written_nor_cleared(site: Path, tmp_path: Path) -> None:
    (site / "a" / "index.html").unlink()
    (site / "a").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "index.html").write_bytes(b"mine")
    (site / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SurroundingsError, match="in the way"):
        publish(site, [PAGE], [])
    publish(site, [HOME], [])
    assert tree(tmp_path / "elsewhere") == {"index.html": b"mine"}


def test_a_folder_full_of_others_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_bytes(b"mine")
    with pytest.raises(SurroundingsError, match="not empty"):
        publish(tmp_path, [HOME], [])
    assert tree(tmp_path) == {"thesis.doc": b"mine"}


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "", ".citewell-manifest.json"])
def test_no_path_leads_out_of_the_folder(site: Path, path: str) -> None:
    with pytest.raises(SurroundingsError, match="no path"):
        publish(site, [Artifact(path, b"x")], [])


def test_a_manifest_that_names_files_outside_is_not_ours(site: Path, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"mine")
    (site / ".citewell-manifest.json").write_text('{"../x": "0"}')
    with pytest.raises(SurroundingsError):
        publish(site, [HOME], [])
    assert (tmp_path / "x").read_bytes() == b"mine"


def test_a_failure_while_pages_are_made_leaves_the_former_site(site: Path) -> None:
    def pages() -> Iterator[Artifact]:
        yield Artifact("index.html", b"new")
        raise KeyboardInterrupt

    before = tree(site)
    with pytest.raises(KeyboardInterrupt):
        publish(site, pages(), [])
    assert tree(site) == before
    assert not (site / ".citewell-stage").exists()


ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}

KILLED = """
import os, sys
from pathlib import Path
from citewell.core.view import Artifact
from citewell.io.publish import publish

moves = []
replace = Path.replace
def deadly(self, target):
    moves.append(target)
    if len(moves) == int(sys.argv[2]):
        os._exit(9)
    return replace(self, target)
Path.replace = deadly
publish(Path(sys.argv[1]), [Artifact("b/index.html", b"b"), Artifact("index.html", b"new")], [])
"""


@pytest.mark.parametrize("move", [1, 2, 3, 4])
def test_a_build_killed_at_any_move_does_not_stop_the_next(site: Path, move: int) -> None:
    dead = subprocess.run([sys.executable, "-c", KILLED, str(site), str(move)], check=False, env=ENVIRONMENT)
    assert dead.returncode == 9
    publish(site, [HOME, Artifact("c/index.html", b"c")], [])
    assert tree(site) == {"index.html": b"home", "c/index.html": b"c"}
    assert not (site / ".citewell-stage").exists()


def test_a_first_build_killed_early_does_not_stop_the_next(tmp_path: Path) -> None:
    output = tmp_path / "site"
    subprocess.run([sys.executable, "-c", KILLED, str(output), "1"], check=False, env=ENVIRONMENT)
    assert publish(output, [HOME], []).written == ("index.html",)


def test_an_output_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "site").write_bytes(b"a file")
    with pytest.raises(SurroundingsError, match="cannot write"):
        publish(tmp_path / "site", [HOME], [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_one_sentence_and_leaves_the_former_site(site: Path) -> None:
    (site / ".citewell-stage").mkdir()

    def pages() -> Iterator[Artifact]:
        yield Artifact("b/index.html", b"b")
        (site / ".citewell-stage" / "1").symlink_to("/dev/full")
        yield Artifact("c/index.html", b"c" * 9999)

    before = tree(site)
    with pytest.raises(SurroundingsError, match="no space left"):
        publish(site, pages(), [])
    assert tree(site) == before


@pytest.mark.parametrize(
    "output", [".", "content", "content/site", "templates", "static/x", "blocks", ".citewell", "..", "/"]
)
def test_an_output_among_the_sources_is_refused(tmp_path: Path, output: str) -> None:
    root = tmp_path / "root"
    with pytest.raises(SurroundingsError, match="choose another with --output"):
        check_places(root / "content", root / output, root / "templates", root / "static", root)


def test_an_output_beside_the_sources_is_fine(tmp_path: Path) -> None:
    for output in (tmp_path / "site", tmp_path / "content-site", tmp_path.parent / "elsewhere"):
        check_places(tmp_path / "content", output, tmp_path / "templates", tmp_path / "static", tmp_path)


def test_an_output_that_is_the_content_by_another_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "site").symlink_to("content")
    with pytest.raises(SurroundingsError, match="is the same as"):
        check_places(tmp_path / "content", tmp_path / "site", tmp_path / "t", tmp_path / "s", tmp_path)


HOLDER = """
import sys
from pathlib import Path
from citewell.io.lock import only_build

with only_build(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_build_is_told_which_process_holds_the_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(SurroundingsError, match=rf"\(process {holder.pid}\)"), only_build(tmp_path):
            pytest.fail("two builds ran at once")
        holder.kill()
    with only_build(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_where_no_lock_can_be_written_the_build_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with only_build(tmp_path / "file" / ".citewell"):
        assert (tmp_path / "file").read_bytes() == b""
