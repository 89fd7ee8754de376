"""The preview as other programs on the machine meet it: over sockets, by the letter, and with bad manners."""

import asyncio
import json
import re
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from previewing import DEADLINE, Preview, free_port, page, previewing, small_site, status_of, until
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from citewell.builder import build, site_options
from citewell.io import SurroundingsError
from citewell.io.lock import only_build
from citewell.io.preview import interruptible
from citewell.io.preview.server import Preview as Application
from citewell.io.preview.server import serving
from citewell.io.preview.showing import Built, Showing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")

WORDS = b"Words of the first page"
FOREIGN = "nothing of the site"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """One preview for all tests that only ask; its output folder holds a file that is not of the site."""
    folder = small_site(tmp_path_factory.mktemp("asked"))
    (folder / "secret.txt").write_text(FOREIGN)
    with previewing(folder) as preview:
        (preview.shown / "secret.txt").write_text(FOREIGN)
        yield preview


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    with previewing(small_site(tmp_path)) as running:
        yield running


# -- who is answered ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
def test_its_own_names_are_answered(shared: Preview, name: str) -> None:
    answer = shared.ask("/first/", host=f"{name}:{shared.port}")
    assert status_of(answer) == 200
    assert WORDS in answer


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{}",
        "127.0.0.1.evil.example:{}",
        "localhost",
        "localhost:1",
        "x@localhost:{}",
        "",
    ],
)
def test_other_names_get_nothing(shared: Preview, host: str) -> None:
    for path in ("/first/", "/", "/__citewell/client.js", "/__citewell/livereload"):
        answer = shared.ask(path, host=host.format(shared.port))
        assert status_of(answer) in {400, 421}
        assert len(answer.partition(b"\r\n\r\n")[2]) < 100


def test_no_name_gets_nothing(shared: Preview) -> None:
    assert status_of(shared.raw(b"GET /first/ HTTP/1.0\r\n\r\n")) == 421


@pytest.mark.skipif(sys.platform != "linux", reason="only there is all of 127.0.0.0/8 this machine")
def test_it_listens_on_one_address_only(shared: Preview) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", shared.port), timeout=DEADLINE)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_only_reading_is_allowed(shared: Preview, method: str) -> None:
    for path in ("/first/", "/__citewell/client.js", "/nowhere"):
        answer = shared.raw(
            f"{method} {path} HTTP/1.1\r\nHost: localhost:{shared.port}\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc".encode()
        )
        assert status_of(answer) == 405
        assert b"\r\nAllow: GET, HEAD\r\n" in answer
        assert WORDS not in answer


@pytest.mark.parametrize("path", ["/", "/first/", "/feed.xml", "/nowhere", "/__citewell/client.css"])
def test_head_is_get_without_the_body(shared: Preview, path: str) -> None:
    def head(answer: bytes) -> list[bytes]:
        return [
            line for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n") if not line.startswith(b"Date")
        ]

    asked, got = shared.ask(path, method="HEAD"), shared.ask(path)
    assert head(asked) == head(got)
    assert asked.endswith(b"\r\n\r\n")
    assert b"Content-Length: 0" not in asked


# -- what is answered --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/../../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/..%5csecret.txt",
        "/first/../secret.txt",
        "/first/../../secret.txt",
        "/static/%2e%2e/%2e%2e/secret.txt",
        "/./secret.txt",
        "//secret.txt",
        "/secret.txt",
        "/secret.txt/",
        "/secret.txt%00",
        "/secret.txt%00.html",
        "/../content/site.yaml",
        "/.citewell-manifest.json",
        "/%2ecitewell-manifest.json",
        "/.citewell/lock",
        "//etc/passwd",
        "/../../../../../../../../etc/passwd",
        "/%ff",
        "/__citewell/../secret.txt",
        "/__citewell/server.py",
        "/__citewell/__init__.py",
        "/__citewell/",
        "http://evil.example/secret.txt",
        "*",
    ],
)
def test_nothing_but_the_site_is_found(shared: Preview, path: str) -> None:
    answer = shared.ask(path)
    assert status_of(answer) == 404
    for words in (FOREIGN, "base_url", "root:", "sha", "Traceback", "import "):
        assert words.encode() not in answer


def test_what_a_link_leads_to_is_not_found(preview: Preview) -> None:
    elsewhere = preview.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "index.html").write_text(FOREIGN)
    site = preview.shown
    (site / "first" / "index.html").unlink()
    (site / "first" / "index.html").symlink_to(elsewhere / "index.html")
    shutil.rmtree(site / "second")
    (site / "second").symlink_to(elsewhere)
    for path in ("/first/", "/second/"):
        assert status_of(preview.ask(path)) == 404
        assert FOREIGN.encode() not in preview.ask(path)


def test_a_missing_address_gets_the_page_of_the_site_for_it(shared: Preview) -> None:
    answer = shared.ask("/nowhere/at-all")
    assert status_of(answer) == 404
    assert b"There is no page at this address" in answer
    assert b"A small site" in answer


def test_a_folder_leads_to_its_page(shared: Preview) -> None:
    answer = shared.ask("/first?a=b")
    assert status_of(answer) == 302
    assert b"\r\nLocation: /first/?a=b\r\n" in answer
    assert status_of(shared.ask("/first/index.html")) == 200


@pytest.mark.parametrize("path", ["/", "/first", "/feed.xml", "/nowhere", "/__citewell/client.js"])
def test_nothing_is_kept_and_nothing_goes_to_other_origins(shared: Preview, path: str) -> None:
    answer = shared.ask(path)
    assert b"\r\nCache-Control: no-store\r\n" in answer
    assert b"\r\nCross-Origin-Resource-Policy: same-origin\r\n" in answer
    assert b"\r\nX-Content-Type-Options: nosniff\r\n" in answer
    assert b"\r\nServer:" not in answer


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("first/index.html", b"text/html; charset=utf-8"),
        ("feed.xml", b"text/xml; charset=utf-8"),
        ("robots.txt", b"text/plain; charset=utf-8"),
        ("site.webmanifest", b"application/manifest+json; charset=utf-8"),
        ("first/card.png", b"image/png"),
    ],
)
def test_files_go_out_as_what_they_are(shared: Preview, path: str, kind: bytes) -> None:
    head, _, body = shared.ask(f"/{path}").partition(b"\r\n\r\n")
    assert b"\r\nContent-Type: " + kind + b"\r\n" in head
    if not path.endswith(".html"):
        assert body == (shared.shown / path).read_bytes()


def test_what_is_published_stays_as_it_was_and_the_preview_begins_with_it(tmp_path: Path) -> None:
    assert not build(site_options(small_site(tmp_path))).failed
    published = {path: (tmp_path / "site" / path).read_bytes() for path in tree(tmp_path / "site")}
    with previewing(tmp_path) as preview:
        assert "nothing changed" in preview.said
        preview.save("first", page("First", "Other words."))
        until(lambda: preview.shows("/first/", "Other words."), "the page is shown anew")
    assert {path: (tmp_path / "site" / path).read_bytes() for path in tree(tmp_path / "site")} == published


def test_the_published_files_are_those_of_a_build(shared: Preview, tmp_path: Path) -> None:
    assert not build(site_options(small_site(tmp_path))).failed
    served = {path: (shared.shown / path).read_bytes() for path in tree(tmp_path / "site")}
    assert served == {path: (tmp_path / "site" / path).read_bytes() for path in tree(tmp_path / "site")}
    published = (tmp_path / "site" / "first" / "index.html").read_bytes()
    body = shared.ask("/first/").partition(b"\r\n\r\n")[2]
    script, end = b'<script src="/__citewell/client.js"', b"</script>"
    at = body.index(script)
    # Styles change in an open page, so what the page says of their bytes is left out.
    unchecked = re.sub(rb' integrity="[^"]*"', b"", published)
    assert unchecked != published
    assert body[:at] + body[body.index(end, at) + len(end) :] == unchecked


def tree(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


# -- bad manners -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"b" * 10_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + b"c" * 1_000_000,
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
    ids=range(12),
)
def test_requests_that_are_none_do_no_harm(shared: Preview, request_: bytes) -> None:
    with socket.create_connection(("127.0.0.1", shared.port), timeout=DEADLINE) as connection:
        try:
            connection.sendall(request_)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:  # it was closed in the middle of our words
            pass
    assert shared.shows("/first/", "Words of the first page")
    assert "Traceback" not in shared.said
    assert "Exception" not in shared.said


def test_slow_requests_hold_nobody_up(shared: Preview) -> None:
    slow = [socket.create_connection(("127.0.0.1", shared.port), timeout=DEADLINE) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"GET / HT")
    assert shared.shows("/first/", "Words of the first page")
    for connection in slow:
        connection.close()


# -- open pages --------------------------------------------------------------------------------------------------------


HELLO = {"command": "hello", "protocols": ["http://livereload.com/protocols/official-7"]}


def connected(preview: Preview, origin: str | None) -> Any:  # noqa: ANN401 -- tornado's own
    headers = {} if origin is None else {"Origin": origin}
    return websocket_connect(
        HTTPRequest(f"ws://127.0.0.1:{preview.port}/__citewell/livereload", headers=headers)
    )


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1:{}",
        "http://127.0.0.1:{}.evil.example",
    ],
)
def test_pages_of_other_origins_are_told_nothing(shared: Preview, origin: str | None) -> None:
    async def knock() -> int:
        with pytest.raises(HTTPClientError) as refused:
            await connected(shared, origin and origin.format(shared.port))
        return refused.value.code

    assert asyncio.run(knock()) == 403


async def next_of(tab: Any, command: str) -> dict[str, Any]:  # noqa: ANN401 -- tornado's own
    while True:
        message = await asyncio.wait_for(tab.read_message(), DEADLINE)
        assert message is not None, "the socket was closed"
        told: dict[str, Any] = json.loads(message)
        if told["command"] == command:
            return told


@asynccontextmanager
async def opened(preview: Preview, path: str) -> AsyncIterator[Any]:
    tab = await connected(preview, preview.address[:-1])
    await tab.write_message(json.dumps(HELLO))
    assert "http://livereload.com/protocols/official-7" in (await next_of(tab, "hello"))["protocols"]
    await tab.write_message(json.dumps({"command": "info", "url": f"{preview.address}{path}", "seen": "x"}))
    yield tab
    tab.close()
    # The socket is closed when the other side has agreed: until then the loop that does it must run.
    while await asyncio.wait_for(tab.read_message(), DEADLINE) is not None:
        pass


def test_pages_speak_the_protocol_of_livereload(preview: Preview) -> None:
    async def follow() -> None:
        async with opened(preview, "first/") as first, opened(preview, "second/") as second:
            for tab, path in ((first, "/first/"), (second, "/second/")):
                message = await next_of(tab, "reload")  # what such a tab has seen is none of our states
                assert (message["path"], message["liveCSS"]) == (path, False)
            preview.edit("first", "Words", "Other words")
            changed = await next_of(first, "reload")
            preview.edit("second", "Words", "Other words")
            other = await next_of(second, "reload")  # its next word is about its own page
            for message, path in ((changed, "/first/"), (other, "/second/")):
                assert message["path"] == path
                assert message["seen"].replace('"', "&quot;").encode() in preview.ask(path)

    asyncio.run(follow())


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        "null",
        '{"command": "info"',
        '{"command": "other"}',
        '{"command": "info", "url": "http://[", "seen": ""}',
        "a" * 1_000_000,
    ],
)
def test_words_that_mean_nothing_close_the_socket(shared: Preview, message: str) -> None:
    async def talk() -> None:
        tab = await connected(shared, shared.address[:-1])
        await tab.write_message(message)
        assert await asyncio.wait_for(tab.read_message(), DEADLINE) is None
        tab.close()

    asyncio.run(talk())
    assert shared.shows("/first/", "Words of the first page")
    assert "Traceback" not in shared.said


# -- pages of the preview's own ----------------------------------------------------------------------------------------


def test_pages_that_are_never_published_stand_beside_the_site(shared: Preview) -> None:
    def broken() -> str:
        raise SurroundingsError("no room <here>")

    showing = Showing(shared.shown, frozenset({"first/index.html"}), Built())
    pages = {"status": lambda: "<h1>All is well</h1>", "broken": broken}
    here = Preview(shared.folder, free_port(), shared.process, shared.log)
    with serving(Application(showing, here.port, pages, Lock())) as show:
        assert here.shows("/__citewell/status/", "<h1>All is well</h1>")
        assert here.shows("/__citewell/status/", "/__citewell/client.js")
        assert b"\r\nLocation: /__citewell/status/\r\n" in here.ask("/__citewell/status")
        assert here.shows("/__citewell/broken/", "no room &lt;here&gt;")
        assert here.shows("/first/", "Words of the first page")
        assert status_of(here.ask("/second/")) == 404
        assert status_of(here.ask("/__citewell/status/", host="evil.example")) == 421
        show(Showing(shared.shown, frozenset({"second/index.html"}), Built()))
        assert here.shows("/second/", "Words of the second page")
        assert status_of(here.ask("/first/")) == 404


# -- how it ends -------------------------------------------------------------------------------------------------------


class Going:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_an_interruption_that_comes_while_an_object_goes_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: dropped.append(lost.exc_type))
    former = signal.getsignal(signal.SIGINT)
    with interruptible() as end_if_asked:
        end_if_asked()
        Going()
        assert dropped == [KeyboardInterrupt]
        with pytest.raises(KeyboardInterrupt):
            end_if_asked()
    assert signal.getsignal(signal.SIGINT) is former


# -- saves are followed ------------------------------------------------------------------------------------------------


def test_every_kind_of_change_is_followed(preview: Preview) -> None:
    def follows(path: str, words: str, status: int = 200) -> None:
        until(lambda: preview.shows(path, words, status), f"{path} shows {words!r}")

    content = preview.folder / "content" / "articles"
    preview.edit("first", "Words", "Other words")
    follows("/first/", "Other words of the first page")
    preview.save("third", page("The third", "Words of the third page.\n"))
    follows("/third/", "Words of the third page")
    (content / "third.md").rename(content / "fourth.md")
    follows("/fourth/", "Words of the third page")
    follows("/third/", "There is no page at this address", 404)
    (content / "fourth.md").unlink()
    follows("/fourth/", "There is no page at this address", 404)
    (content / "deep" / "er").mkdir(parents=True)
    (content / "deep" / "er" / "fifth.md").write_text(
        page("The fifth", "Words of the fifth page.\n"), "utf-8"
    )
    follows("/deep/er/fifth/", "Words of the fifth page")

    templates = preview.folder / "templates"
    templates.mkdir()  # a folder that was not there at the start
    (templates / "not-found.html").write_text(
        '{% extends "base.html" %}{% block main %}Nothing here{% endblock %}'
    )
    follows("/nowhere", "Nothing here", 404)
    (templates / "not-found.html").write_text(
        '{% extends "base.html" %}{% block main %}Not here{% endblock %}'
    )
    follows("/nowhere", "Not here", 404)
    shutil.rmtree(templates)
    follows("/nowhere", "There is no page at this address", 404)

    (preview.folder / "static").mkdir()
    (preview.folder / "static" / "site.css").write_text("body { color: red }")
    until(lambda: any((preview.shown / "static").glob("site.*.css")), "there is a style")
    follows("/first/", "/static/site.")


def test_a_hundred_rapid_saves_end_with_the_last(preview: Preview) -> None:
    for number in range(100):
        preview.save("first", page("The first", f"Save number {number}.\n\n[The second](second.md).\n"))
    until(lambda: preview.shows("/first/", "Save number 99."), "the last save is shown")
    assert "Traceback" not in preview.said


def test_an_edit_of_a_block_is_followed(preview: Preview) -> None:
    own = preview.folder / "blocks" / "motto"
    own.mkdir(parents=True)
    block = 'from citewell.core.plugin import Block\n\nBLOCK = Block(name="motto", order={}, holds="body")\n'
    (own / "__init__.py").write_text(block.format(35), "utf-8")
    (own / "example.md").write_text(page("Example", "::: motto\nLook twice.\n:::\n"), "utf-8")
    (own / "template.html").write_text("<div>Motto: {{ block.body }}</div>", "utf-8")
    preview.edit("first", "Words of", "::: motto\nLook twice.\n:::\n\nWords of")
    until(lambda: preview.shows("/first/", "<div>Motto: <p>Look twice"), "the block is shown")
    (own / "template.html").write_text("<div>Our motto: {{ block.body }}</div>", "utf-8")
    until(lambda: preview.shows("/first/", "<div>Our motto: <p>Look twice"), "its template has changed")
    (own / "__init__.py").write_text("no Python", "utf-8")
    preview.hear("`motto/__init__.py` cannot be loaded")
    (own / "__init__.py").write_text(block.format(35), "utf-8")
    preview.edit("first", "Look twice", "Look again")
    until(lambda: preview.shows("/first/", "<div>Our motto: <p>Look again"), "it is mended")


# -- mistakes ----------------------------------------------------------------------------------------------------------


def test_the_last_good_state_stays_while_an_error_stands(preview: Preview) -> None:
    preview.edit("first", "second.md", "nowhere.md")
    preview.hear("error[links/missing-page]")
    assert preview.shows("/first/", "Words of the first page")
    preview.edit("first", "nowhere.md", "second.md")
    preview.edit("first", "Words", "Mended words")
    until(lambda: preview.shows("/first/", "Mended words"), "it is mended")
    preview.hear("mended: no errors\n")
    assert preview.said.count("error[links/missing-page]") == 1


def test_an_error_that_is_taken_back_is_told_as_mended(preview: Preview) -> None:
    preview.edit("first", "second.md", "nowhere.md")
    preview.hear("error[links/missing-page]")
    preview.edit("first", "nowhere.md", "second.md")
    preview.hear("mended: no errors\n")
    preview.edit("first", "Words", "Later words")
    until(lambda: preview.said.count("built ") == 2, "a later build is told")
    assert "nothing changed" not in preview.said
    assert preview.said.count("mended: ") == 1


def test_errors_at_the_start_do_not_end_it(tmp_path: Path) -> None:
    small_site(tmp_path)
    file = tmp_path / "content" / "articles" / "first.md"
    file.write_text(file.read_text().replace("second.md", "nowhere.md"))
    with previewing(tmp_path) as preview:
        assert "error[links/missing-page]" in preview.said
        for path in ("/", "/first/", "/feed.xml"):
            answer = preview.ask(path)
            assert status_of(answer) == 503
            assert b"Nothing could be published yet" in answer
            assert b"/__citewell/client.js" in answer
        preview.edit("first", "nowhere.md", "second.md")
        until(lambda: preview.shows("/first/", "Words of the first page"), "the site is there")


def test_a_site_that_goes_is_told_once_and_followed_when_it_comes_back(preview: Preview) -> None:
    content, away = preview.folder / "content", preview.folder / "away"
    content.rename(away)
    preview.hear("citewell: there is no folder")
    assert preview.shows("/first/", "Words of the first page")
    preview.file("first")
    away.rename(content)
    preview.edit("first", "Words", "New words")
    until(lambda: preview.shows("/first/", "New words"), "it is followed again")
    assert preview.said.count("citewell: there is no folder") == 1


def test_a_save_is_not_lost_while_another_build_runs(preview: Preview) -> None:
    with only_build(preview.folder / ".citewell"):
        preview.edit("first", "Words", "Late words")
        preview.hear("another build of this site is running")
    until(lambda: preview.shows("/first/", "Late words"), "it was built when it could be")


def test_ctrl_c_ends_it_in_the_middle_of_a_build(tmp_path: Path) -> None:
    small_site(tmp_path)
    with previewing(tmp_path) as preview:
        own = preview.folder / "blocks" / "own"
        own.mkdir(parents=True)
        (own / "__init__.py").write_text("import sys, time\nprint('at work', flush=True)\ntime.sleep(600)\n")
        preview.hear("at work")


def test_an_open_page_does_not_hold_ctrl_c_up(tmp_path: Path) -> None:
    with (
        previewing(small_site(tmp_path)) as preview,
        socket.create_connection(("127.0.0.1", preview.port)) as tab,
    ):
        tab.sendall(
            f"GET /__citewell/livereload HTTP/1.1\r\nHost: localhost:{preview.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nOrigin: http://localhost:{preview.port}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert tab.recv(1024).startswith(b"HTTP/1.1 101 ")
        preview.end()
