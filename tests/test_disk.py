"""Whatever lies in a folder comes out as a source or as a diagnostic."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from citewell.io import SurroundingsError
from citewell.io.disk import MOST_BYTES, Found, discover, read_tree


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def codes(found: Found) -> list[tuple[str, str]]:
    return [(diagnostic.code, diagnostic.span.path) for diagnostic in found.diagnostics]


def test_files_come_sorted_by_path_with_their_bytes(content: Path) -> None:
    (content / "articles").mkdir()
    (content / "articles" / "b.md").write_bytes(b"\xff")
    (content / "articles" / "a.md").touch()
    (content / "site.yaml").write_bytes(b"title: T")
    found = discover(content)
    assert [(source.path, source.data) for source in found.sources] == [
        ("articles/a.md", b""),
        ("articles/b.md", b"\xff"),
        ("site.yaml", b"title: T"),
    ]
    assert found.diagnostics == ()


@pytest.mark.parametrize("name", [".hidden.md", "x.md~", "#x.md#", ".#x.md", "__pycache__/x.md", ".git/x.md"])
def test_what_editors_drop_is_passed_over(content: Path, name: str) -> None:
    (content / name).parent.mkdir(exist_ok=True)
    (content / name).touch()
    assert discover(content) == Found((), ())


def test_a_link_to_a_secret_is_refused_and_not_read(content: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("SECRET")
    (content / "bad.md").symlink_to(tmp_path / "secret.md")
    found = discover(content)
    assert found.sources == ()
    assert codes(found) == [("files/symlink", "bad.md")]
    assert "put the file itself" in found.diagnostics[0].help


def test_links_to_folders_loops_and_nothing_are_refused(content: Path, tmp_path: Path) -> None:
    (content / "loop").symlink_to(content)
    (content / "out").symlink_to(tmp_path)
    (content / "gone.md").symlink_to(tmp_path / "nothing")
    assert codes(discover(content)) == [
        ("files/symlink", "gone.md"),
        ("files/symlink", "loop"),
        ("files/symlink", "out"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_pipes_and_sockets_do_not_hold_the_build_up(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(content / "pipe.md")
    monkeypatch.chdir(content)  # a socket's whole path may be too long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.md")
        assert codes(discover(content)) == [("files/special", "pipe.md"), ("files/special", "socket.md")]


def test_a_folder_with_the_name_of_a_page_is_not_read(content: Path) -> None:
    (content / "x.md").mkdir()
    (content / "x.md" / "inner.md").touch()
    found = discover(content)
    assert found.sources == ()
    assert codes(found) == [("files/folder-named-md", "x.md")]


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Be nobody for a while, since root may read anything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.mark.usefixtures("unprivileged")
@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions are other things on this system")
def test_files_and_folders_that_may_not_be_read() -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        content = Path(folder)
        (content / "bad.md").touch(mode=0)
        (content / "locked").mkdir(mode=0)
        found = discover(content)
        assert codes(found) == [("files/unreadable", "bad.md"), ("files/unreadable", "locked")]
        assert "permission denied" in found.diagnostics[0].message
        (content / "locked").chmod(0o700)


def test_a_file_may_have_as_many_bytes_as_allowed_and_not_one_more(content: Path) -> None:
    (content / "fits.png").write_bytes(bytes(MOST_BYTES))
    (content / "large.png").write_bytes(bytes(MOST_BYTES + 1))
    found = discover(content)
    assert [source.path for source in found.sources] == ["fits.png"]
    assert codes(found) == [("files/too-large", "large.png")]


def test_other_kinds_are_told_and_may_stay(content: Path) -> None:
    (content / "notes.docx").touch()
    (content / "PHOTO.JPG").touch()
    found = discover(content)
    assert codes(found) == [("files/unknown-kind", "PHOTO.JPG"), ("files/unknown-kind", "notes.docx")]
    assert {diagnostic.severity for diagnostic in found.diagnostics} == {"warning"}
    assert "`.jpg`" in found.diagnostics[0].help


def test_a_name_that_is_no_text_can_still_be_told(content: Path) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(content) + b"/x\xff.md"))).touch()
    except OSError:
        pytest.skip("this system has names in UTF-8 only")
    (diagnostic,) = discover(content).diagnostics
    assert diagnostic.code == "files/unreadable"
    assert diagnostic.span.path.encode()


def test_folders_may_lie_deep(content: Path) -> None:
    deep = content.joinpath(*["d"] * 600)
    deep.mkdir(parents=True)
    (deep / "x.md").touch()
    assert len(discover(content).sources) == 1


def test_without_a_folder_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match=r"cannot read the folder .*nowhere: no such file"):
        discover(tmp_path / "nowhere")
    assert read_tree(tmp_path / "nowhere") == {}


def test_a_tree_holds_files_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a.woff2").write_bytes(b"font")
    (tmp_path / "site.css").write_bytes(b"css")
    assert read_tree(tmp_path) == {"fonts/a.woff2": b"font", "site.css": b"css"}
    assert list(read_tree(tmp_path)) == ["fonts/a.woff2", "site.css"]


def test_a_link_in_a_tree_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "site.css").symlink_to("/etc/hostname")
    with pytest.raises(SurroundingsError, match=r"site\.css.* is a symbolic link"):
        read_tree(tmp_path)
