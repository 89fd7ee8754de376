"""The published tree: ours is kept exact, others' is left alone, and a failure leaves the former site."""

import errno
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from privileges import unprivileged

import citewell
from citewell.core.view import Artifact
from citewell.io import SurroundingsError
from citewell.io.inplace import change
from citewell.io.lock import only_build
from citewell.io.publish import Publication, Published, publish, roll_back
from citewell.io.publish.tree import MANIFEST, Manifest, intact, read_manifest
from citewell.io.publish.verify import verify
from citewell.io.site import check_places

HOME, PAGE, STYLE = (
    Artifact("index.html", b"home"),
    Artifact("a/index.html", b"page"),
    Artifact("static/s.css", b""),
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    output = tmp_path / "site"
    done = publish(output, [HOME, PAGE, STYLE], [])
    assert (done.written, done.removed) == (("index.html", "a/index.html", "static/s.css"), ())
    return output


def manifest_of(output: Path) -> Manifest:
    manifest = read_manifest(output)
    assert manifest is not None
    return manifest


def tree(folder: Path) -> dict[str, bytes]:
    """Give the files that readers get."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def beside(output: Path) -> Path:
    return output.parent / f".{output.name}.citewell"


def test_the_tree_holds_what_was_written(site: Path) -> None:
    assert tree(site) == {"index.html": b"home", "a/index.html": b"page", "static/s.css": b""}
    assert [entry.name for entry in site.iterdir() if entry.name.startswith(".")] == [
        ".citewell-manifest.json"
    ]


def test_the_manifest_is_the_same_for_the_same_site(site: Path, tmp_path: Path) -> None:
    publish(tmp_path / "again", [STYLE, HOME, PAGE], [])
    assert (tmp_path / "again" / MANIFEST).read_bytes() == (site / MANIFEST).read_bytes()
    assert list(manifest_of(site).files) == ["a/index.html", "index.html", "static/s.css"]


def test_files_that_are_right_are_not_touched(site: Path) -> None:
    def states() -> dict[str, tuple[int, int]]:
        found = {path: (site / path).stat() for path in (*tree(site), MANIFEST, ".")}
        return {path: (state.st_ino, state.st_mtime_ns) for path, state in found.items()}

    before = states()
    assert publish(site, [HOME], ["a/index.html", "static/s.css"]) == Published(
        (), (), manifest_of(site).digest
    )
    assert states() == before


def test_a_page_that_is_no_longer_wanted_goes_with_its_folder(site: Path) -> None:
    assert publish(site, [], ["index.html", "static/s.css"]).removed == ("a/index.html",)
    assert not (site / "a").exists()


def test_intact_is_told_by_bytes(site: Path) -> None:
    files = manifest_of(site).files
    times = (site / "index.html").stat()
    (site / "index.html").write_bytes(b"hime")
    os.utime(site / "index.html", ns=(times.st_atime_ns, times.st_mtime_ns))
    (site / "static" / "s.css").unlink()
    assert [intact(site, files, path) for path in ("a/index.html", "index.html", "static/s.css", "b")] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_or_a_link_in_place_of_a_page_is_not_intact(site: Path) -> None:
    files = manifest_of(site).files
    (site / "index.html").rename(site / "aside")
    (site / "index.html").symlink_to("aside")
    assert not intact(site, files, "index.html")
    (site / "index.html").unlink()
    os.mkfifo(site / "index.html")
    assert not intact(site, files, "index.html")


def test_files_of_others_survive(site: Path) -> None:
    (site / "CNAME").write_bytes(b"mine")
    (site / "a" / "mine.txt").write_bytes(b"mine")
    (site / "b").mkdir()
    (site / "c").symlink_to("a/mine.txt")
    for home in (HOME, Artifact("index.html", b"new"), HOME, Artifact("index.html", b"new"), HOME):
        publish(site, [home, STYLE], [])
        assert tree(site) == {
            "index.html": home.data,
            "static/s.css": b"",
            "CNAME": b"mine",
            "a/mine.txt": b"mine",
            "c": b"mine",
        }
        assert (site / "c").is_symlink()
        assert (site / "b").is_dir()


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


def test_what_readers_have_open_keeps_its_styles_until_the_next_but_one_build(site: Path) -> None:
    fresh = Artifact("static/t.css", b"t")
    done = publish(site, [HOME, PAGE, fresh], [])
    assert done.removed == ("static/s.css",)
    assert tree(site).keys() == {"index.html", "a/index.html", "static/s.css", "static/t.css"}
    assert manifest_of(site).former.keys() == {"static/s.css"}
    publish(site, [Artifact("index.html", b"new"), PAGE, fresh], [])
    assert tree(site).keys() == {"index.html", "a/index.html", "static/t.css"}


def test_in_place_no_page_is_there_before_the_styles_that_it_names(tmp_path: Path) -> None:
    files = [Artifact("index.html", b"page"), Artifact("static/site.1.css", b"style")]
    assert change(tmp_path, files, None).written == ("static/site.1.css", "index.html")


def test_the_digest_is_that_of_the_files_and_not_of_what_stays_of_former_ones(
    site: Path, tmp_path: Path
) -> None:
    fresh = Artifact("static/t.css", b"t")
    done = publish(site, [HOME, PAGE, fresh], [])
    assert publish(tmp_path / "anew", [fresh, PAGE, HOME], []).digest == done.digest
    assert publish(tmp_path / "other", [fresh, PAGE, Artifact("index.html", b"x")], []).digest != done.digest


def test_files_that_stay_are_the_same_files_and_new_ones_are_others(site: Path) -> None:
    for text in (b"1", b"2", b"3", b"4"):
        before = {path: (site / path).stat().st_ino for path in tree(site)}
        publish(site, [Artifact("index.html", text)], ["a/index.html", "static/s.css"])
        after = {path: (site / path).stat().st_ino for path in tree(site)}
        assert after.pop("index.html") != before.pop("index.html")
        assert after == before
        assert tree(site)["index.html"] == text


def test_what_was_prepared_is_what_the_next_tree_is_made_from(site: Path) -> None:
    with Publication(site) as plan:
        plan.prepare()
        assert plan.make(Artifact("index.html", b"new"))
        begun = {
            path: (beside(site) / "next" / path).stat().st_ino for path in ("a/index.html", "static/s.css")
        }
        plan.publish(["a/index.html"])
    assert begun == {path: (site / path).stat().st_ino for path in begun}
    assert tree(site) == {"index.html": b"new", "a/index.html": b"page", "static/s.css": b""}
    assert verify(site).foreign == ()


def test_what_was_prepared_and_not_published_is_of_no_worth(site: Path) -> None:
    before = tree(site)
    with Publication(site) as plan:
        plan.prepare()
    (site / "a/index.html").write_bytes(b"changed since then")
    with Publication(site) as plan:
        plan.prepare()
        plan.make(PAGE)
        plan.publish(["index.html", "static/s.css"])
    assert tree(site) == before


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_published_file_that_is_gone_does_not_stop_what_is_prepared(
    is_alone: bool,  # noqa: FBT001
    site: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("threading.active_count", lambda: 1 if is_alone else 2)
    whole = tree(site)
    (site / "a/index.html").unlink()
    with Publication(site) as plan:
        plan.prepare()
        plan.make(PAGE)
        plan.publish(["index.html", "static/s.css"])
    assert tree(site) == whole


def test_nothing_is_prepared_where_nothing_is_published(tmp_path: Path) -> None:
    with Publication(tmp_path / "site") as plan:
        plan.prepare()
    assert not (beside(tmp_path / "site") / "next").exists()


def test_without_links_files_are_copied(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "as on a disk that knows no links")

    monkeypatch.setattr(os, "link", no_link)
    publish(site, [Artifact("index.html", b"new")], ["a/index.html", "static/s.css"])
    assert tree(site) == {"index.html": b"new", "a/index.html": b"page", "static/s.css": b""}
    assert (site / "a" / "index.html").stat().st_nlink == 1


def test_published_files_can_be_read_by_a_host_whatever_the_umask(tmp_path: Path) -> None:
    former = os.umask(0o077)
    try:
        publish(tmp_path / "site", [HOME, PAGE], [])
    finally:
        os.umask(former)
    modes = {
        path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "site", tmp_path / "site" / "a", tmp_path / "site" / "a" / "index.html")
    }
    assert modes == {"site": 0o755, "site/a": 0o755, "site/a/index.html": 0o644}


def test_a_page_may_take_the_place_of_a_folder_and_a_folder_that_of_a_page(site: Path) -> None:
    for wanted in ({"a": b"file"}, {"a/b/index.html": b"deep"}, {"a": b"again"}, {"a/index.html": b"page"}):
        publish(site, [Artifact(path, data) for path, data in wanted.items()], [])
        assert {path: data for path, data in tree(site).items() if not path.startswith("static/")} == wanted


def test_a_link_to_the_folder_that_is_published_stays_a_link(site: Path, tmp_path: Path) -> None:
    (tmp_path / "www").symlink_to(site)
    publish(tmp_path / "www", [Artifact("index.html", b"new")], [])
    assert (tmp_path / "www").is_symlink()
    assert tree(site)["index.html"] == b"new"


def test_a_folder_that_may_not_be_written_is_refused(site: Path) -> None:
    site.chmod(0o555)
    with (
        unprivileged(),
        pytest.raises(SurroundingsError, match=r"cannot write .*: permission denied"),
    ):
        publish(site, [Artifact("index.html", b"new")], [])
    assert tree(site)["index.html"] == b"home"


def test_going_back_publishes_the_former_build_and_going_back_again_the_newer_one(site: Path) -> None:
    old = tree(site)
    publish(site, [Artifact("index.html", b"new"), Artifact("b/index.html", b"b")], ["static/s.css"])
    new = tree(site)
    (site / "CNAME").write_bytes(b"mine")
    for wanted in (old, new, old):
        done = roll_back(site)
        assert tree(site) == wanted | {"CNAME": b"mine"}
        assert done.digest == manifest_of(site).digest


def test_without_a_former_build_there_is_nothing_to_go_back_to(site: Path) -> None:
    with pytest.raises(SurroundingsError, match="no former build"):
        roll_back(site)


def test_a_damaged_former_build_is_not_published(site: Path) -> None:
    publish(site, [Artifact("index.html", b"new")], ["a/index.html"])
    (beside(site) / "last" / "index.html").write_bytes(b"hime")
    with pytest.raises(SurroundingsError, match=r"damaged: .*last/index\.html"):
        roll_back(site)
    assert tree(site)["index.html"] == b"new"


ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}


def test_an_output_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "site").write_bytes(b"a file")
    with pytest.raises(SurroundingsError, match="cannot write"):
        publish(tmp_path / "site", [HOME], [])


def test_a_disk_that_takes_no_more_is_one_sentence_and_leaves_the_former_site(site: Path) -> None:
    before = tree(site)
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, most[1]))
    try:
        with pytest.raises(SurroundingsError, match=r"cannot write .*: file too large"):
            publish(site, [Artifact("b/index.html", b"b"), Artifact("c/index.html", b"c" * 9999)], [])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert tree(site) == before
    assert not (beside(site) / "next").exists(), "what has filled the disk is still there"


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


def test_what_somebody_laid_in_place_of_the_lock_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    (tmp_path / "cache").mkdir()
    for lay in (Path.symlink_to, lambda lock, _: os.mkfifo(lock), lambda lock, _: lock.mkdir()):
        (tmp_path / "cache" / "lock").unlink(missing_ok=True)
        lay(tmp_path / "cache" / "lock", precious)
        with only_build(tmp_path / "cache"):
            assert (tmp_path / "cache" / "lock").read_text() == str(os.getpid())
    assert precious.read_bytes() == b"mine"
