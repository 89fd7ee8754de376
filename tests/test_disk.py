"""Whatever lies in a folder comes out as a source or as a diagnostic."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from privileges import unprivileged

from citewell.core.diagnostic import Diagnostic
from citewell.core.model import Source
from citewell.io import SurroundingsError, disk, listing, reading
from citewell.io.disk import Found, Seen, discover, read_one, read_seen, read_tree
from citewell.io.listing import MOST_BYTES, looks, pause
from citewell.io.reading import Place, below, entries, opened, read_whole

ROOT = Path(__file__).parents[1]


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


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions are other things on this system")
def test_files_and_folders_that_may_not_be_read() -> None:
    from tempfile import TemporaryDirectory

    with unprivileged(), TemporaryDirectory() as folder:
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
    deep = content.joinpath(*["d"] * 490)
    deep.mkdir(parents=True)
    (deep / "x.md").touch()
    for number in range(100):
        (content / f"wide-{number}").mkdir()
    few = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))" if os.name == "posix" else ""
    )
    count = "print(len(discover(Path(sys.argv[1])).sources))"
    code = f"import sys; from pathlib import Path; from citewell.io.disk import discover\n{few}\n{count}"
    done = subprocess.run(
        [sys.executable, "-c", code, content], env=_environment(), capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_path_that_no_host_takes_is_told_once_and_not_gone_into(content: Path) -> None:
    content.joinpath(*["d" * 150] * 20).mkdir(parents=True)
    (content / ("long" * 51 + ".md")).touch()
    found = discover(content)
    assert [(fault.code, len(fault.span.path)) for fault in found.diagnostics] == [
        ("files/too-long-name", 151 * 7 - 1),
        ("files/too-long-name", 207),
    ]
    assert "has 1056 bytes" in found.diagnostics[0].message
    assert found.sources == ()


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT / "src")}


@contextmanager
def meanwhile(code: str, *args: Path) -> Iterator[None]:
    """Another program that does something to files again and again."""
    loop = f"import os, sys, time\n{code}\nprint('ready', flush=True)\nwhile True: again()"
    with subprocess.Popen([sys.executable, "-c", loop, *args], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        try:
            assert other.stdout.readline() == b"ready\n"
            yield
            assert other.poll() is None
        finally:
            other.kill()


_SWAP = """
def again():
    os.rename("sub", "aside"); os.symlink(sys.argv[1], "sub"); os.unlink("sub"); os.rename("aside", "sub")
    os.rename("x.md", ".x"); os.symlink(sys.argv[1] + "/x.md", "x.md"); os.unlink("x.md"); os.rename(".x", "x.md")
os.chdir(sys.argv[2])
"""


@pytest.mark.skipif(os.name != "posix", reason="links need rights on this system")
def test_what_is_swapped_for_a_link_while_it_is_read_leads_nowhere(content: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.md").write_text("SECRET")
    (content / "sub").mkdir()
    for place in (content, content / "sub"):
        (place / "x.md").write_text("ours")
    seen = set()
    with meanwhile(_SWAP, outside, content):
        for _ in range(200):
            found = discover(content)
            assert {source.data for source in found.sources} <= {b"ours"}
            assert all(
                item.data == b"ours" for item in read_one(content, "sub/x.md") if hasattr(item, "data")
            )
            seen |= {code for code, _ in codes(found)}
    assert seen <= {"files/symlink", "files/unreadable"}


@pytest.mark.skipif(os.name != "posix", reason="links need rights on this system")
def test_a_link_put_in_place_after_listing_is_not_followed(content: Path, tmp_path: Path) -> None:
    (content / "sub").mkdir()
    (content / "x.md").touch()
    with opened(content) as root:
        assert {entry.name for entry in entries(root)} == {"sub", "x.md"}
        (content / "sub").rmdir()
        (content / "sub").symlink_to(tmp_path)
        (content / "x.md").unlink()
        (content / "x.md").symlink_to("/etc/hostname")
        with pytest.raises(OSError), below(root, "sub"):  # noqa: PT011 -- which one is the system's choice
            pass
        with pytest.raises(OSError), below(root, "sub/content"):  # noqa: PT011
            pass
        assert read_whole(root, "x.md", 10) == "link"
        (content / "x.md").unlink()
        os.mkfifo(content / "x.md")
        assert read_whole(root, "x.md", 10) == "special"


@pytest.mark.skipif(os.name != "posix", reason="links need rights on this system")
def test_the_content_folder_itself_may_be_named_by_a_link(content: Path, tmp_path: Path) -> None:
    (content / "x.md").write_bytes(b"text")
    (tmp_path / "named").symlink_to(content)
    assert [source.data for source in discover(tmp_path / "named").sources] == [b"text"]


_SIZE = 8_000_000
_IN_PLACE = f"""
texts = [b"a" * {_SIZE}, b"b" * {_SIZE}]
file = os.open(sys.argv[1], os.O_RDWR)
def again():
    texts.reverse()
    for start in range(0, {_SIZE}, 100_000):
        os.pwrite(file, texts[0][start : start + 100_000], start)
    time.sleep(0.8)
"""
_BY_RENAMING = f"""
texts = [b"a" * {_SIZE}, b"b" * {_SIZE}]
def again():
    texts.reverse()
    with open(sys.argv[1] + "~", "wb") as file: file.write(texts[0])
    os.replace(sys.argv[1] + "~", sys.argv[1])
"""


@pytest.mark.parametrize("way", [_IN_PLACE, _BY_RENAMING], ids=["in place", "by renaming"])
def test_a_file_is_read_whole_while_another_program_writes_it(
    way: str, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine the other program is held up amid a write.
    monkeypatch.setattr(listing, "_TICK", 300_000_000)
    (content / "x.md").write_bytes(b"a" * _SIZE)
    read = []
    with meanwhile(way, content / "x.md"):
        until = time.monotonic() + 4
        while time.monotonic() < until:
            (source,) = discover(content).sources
            read.append((len(source.data), *sorted(set(source.data))))
    assert read
    assert set(read) <= {(_SIZE, ord("a")), (_SIZE, ord("b"))}


def test_a_file_that_never_comes_to_rest_is_told(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (content / "x.md").touch()
    # As if each try had met a change: when a program is held up is the system's affair.
    monkeypatch.setattr(reading, "_TRIES", 0)
    (told,) = discover(content).diagnostics
    assert (told.code, told.span.path) == ("files/unreadable", "x.md")
    assert "it changes again and again" in told.message


def test_a_file_that_was_looked_at_is_read_again_only_if_it_has_changed(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (content / f"{name}.md").write_bytes(b"text")
    while pause((content / "c.md").stat()):
        pass  # until a change would get another time
    known = looks(str(content))
    (content / "b.md").write_bytes(b"else")
    (content / "c.md").unlink()
    (content / "d.md").write_bytes(b"text")
    read: list[str] = []
    as_it_was = disk._read

    def noted(place: Place, entry: os.DirEntry[str], path: str) -> Source | Diagnostic | None:
        read.append(path)
        return as_it_was(place, entry, path)

    monkeypatch.setattr(disk, "_read", noted)
    found = discover(content, lambda _path: False, known)
    assert [(seen.path, seen.sha256 == sha256(b"text").hexdigest()) for seen in found.seen] == [
        ("a.md", True),
        ("b.md", False),
        ("d.md", True),
    ]
    assert sorted(read) == ["b.md", "d.md"]


def test_no_more_files_are_read_than_a_build_can_hold(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcd":
        (content / f"{name}.md").write_bytes(b"1234")
    monkeypatch.setattr(disk, "MOST_FILES", 2)
    found = discover(content)
    assert [source.path for source in found.sources] == ["a.md", "b.md"]
    assert codes(found) == [("files/too-large", "c.md")]
    monkeypatch.setattr(disk, "MOST_FILES", 4)
    monkeypatch.setattr(disk, "MOST_BYTES_IN_ALL", 15)
    assert codes(discover(content)) == [("files/too-large", "d.md")]


@pytest.fixture
def tells_capitals_apart(content: Path) -> None:
    (content / "A").touch()
    if (content / "a").exists():
        pytest.skip("this disk does not tell capitals apart")
    (content / "A").unlink()


@pytest.mark.usefixtures("tells_capitals_apart")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A.md", "a.md"),
        ("cell.PNG.png", "cell.png.png"),
        ("e\u0301tude.md", "\u00e9tude.md"),
        ("STRASSE.svg", "stra\u00dfe.svg"),
    ],
)
def test_names_that_many_disks_take_for_one_are_told(one: str, other: str, content: Path) -> None:
    for name in (one, other):
        (content / name).touch()
    found = discover(content)
    assert [source.path for source in found.sources] == [one]
    assert codes(found) == [("files/same-name", other)]
    assert found.diagnostics[0].related[0].span.path == one


@pytest.mark.usefixtures("tells_capitals_apart")
def test_folders_alike_are_told_once_and_what_lies_in_one_only_is_read(content: Path) -> None:
    for path in ("Cells/a.md", "Cells/b.md", "cells/a.md", "cells/c.md"):
        (content / path).parent.mkdir(exist_ok=True)
        (content / path).touch()
    found = discover(content)
    assert [source.path for source in found.sources] == ["Cells/a.md", "Cells/b.md", "cells/c.md"]
    assert codes(found) == [("files/same-name", "cells")]


@pytest.mark.skipif(os.name == "nt", reason="this system has no such names")
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("aux.md", "`aux` is the name of a device"),
        ("COM1.min.svg", "`COM1` is the name of a device"),
        ("end .md", "ends with a dot or a blank"),
        ("end./x.md", "ends with a dot or a blank"),
        ("why?.md", "holds the sign `?`"),
        ("a\\b.md", "holds the sign `\\`"),
    ],
)
def test_a_name_that_windows_cannot_store_is_told_and_read(name: str, why: str, content: Path) -> None:
    (content / name).parent.mkdir(exist_ok=True)
    (content / name).touch()
    found = discover(content)
    assert [source.path for source in found.sources] == [name]
    assert codes(found) == [("files/windows-name", name.split("/", maxsplit=1)[0])]
    assert why in found.diagnostics[0].message
    assert "/" in name or set(read_one(content, name)) == {*found.sources, *found.diagnostics}


@pytest.mark.parametrize("name", ["auxiliary.md", "console.md", "com10.md", "a.b.md", "nul-hypothesis.md"])
def test_a_name_that_is_like_one_of_them_is_none(name: str, content: Path) -> None:
    (content / name).touch()
    assert discover(content).diagnostics == ()


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


@pytest.mark.skipif(os.name == "nt", reason="this system has no such names")
def test_a_tree_may_hold_a_file_that_windows_cannot_store(tmp_path: Path) -> None:
    (tmp_path / "nul.css").touch()
    assert read_tree(tmp_path) == {"nul.css": b""}


# -- files whose bytes are not held --------------------------------------------------------------------------------------


def test_what_is_not_held_is_told_by_its_digest_and_read_when_it_is_asked_for(content: Path) -> None:
    (content / "articles").mkdir()
    for name, text in (("articles/b.md", b"b"), ("articles/a.md", b"a"), ("site.yaml", b"title: T")):
        (content / name).write_bytes(text)
    found, whole = discover(content, lambda path: not path.endswith(".md")), discover(content)
    assert [source.path for source in found.sources] == ["site.yaml"]
    assert [(seen.path, seen.sha256) for seen in found.seen] == [
        (source.path, sha256(source.data).hexdigest()) for source in whole.sources[:2]
    ]
    assert [read_seen(content, seen) for seen in found.seen] == list(whole.sources[:2])


@pytest.mark.skipif(os.name != "posix", reason="links need rights on this system")
def test_what_is_otherwise_when_it_is_asked_for_is_a_file_that_changes(content: Path, tmp_path: Path) -> None:
    (content / "x.md").write_bytes(b"text")
    (seen,) = discover(content, lambda _path: False).seen
    (content / "x.md").write_bytes(b"TEXT")
    assert told(content, seen) == "it changes again and again"
    (content / "x.md").unlink()
    assert told(content, seen) == "it changes again and again"
    (tmp_path / "secret.md").write_bytes(b"text")
    (content / "x.md").symlink_to(tmp_path / "secret.md")
    assert told(content, seen) == "is a symbolic link"


def told(content: Path, seen: Seen) -> str:
    found = read_seen(content, seen)
    assert isinstance(found, Diagnostic)
    (words,) = [
        words for words in ("it changes again and again", "is a symbolic link") if words in found.message
    ]
    return words
