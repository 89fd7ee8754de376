"""The preview under hostile requests and mistaken edits: real sockets against the real command."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import hostile_adapter as adapter

HOSTILE = Path(__file__).parent / "hostile"
CASES = {case["name"]: case for case in json.loads((HOSTILE / "server.json").read_text(encoding="utf-8"))}
PATIENCE = 40  # seconds until something counts as never; a busy machine needs many


class Preview:
    """A running preview of the good site."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.log = (root / "log.txt").open("wb")
        command = [str(part) for part in adapter.serve(root, root / "content", self.port)]
        self.process = subprocess.Popen(
            [sys.executable, *command[1:]],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(adapter.ROOT / "src")},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def ask(self, request: bytes, most: int = 2_000_000) -> bytes:
        """Send bytes and give the bytes that come back until the other side is done."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as asked:
            try:
                asked.sendall(request)
                while len(answer) < most and (more := asked.recv(65536)):
                    answer += more
            except (TimeoutError, ConnectionError):
                pass
        return answer

    def get(self, path: str, host: str = "", method: str = "GET") -> tuple[int, bytes]:
        """Ask for a path as it is written, and give the status (0: no answer) and the whole answer."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {host or f'localhost:{self.port}'}\r\nConnection: close\r\n\r\n"
        try:
            answer = self.ask(head.encode())
        except OSError:
            return 0, b""
        status = re.match(rb"HTTP/1\.\d (\d+)", answer)
        return int(status[1]) if status else 0, answer

    def page(self, name: str) -> tuple[int, bytes]:
        return self.get(adapter.url(name))

    def write(self, name: str, change: Callable[[str], str]) -> None:
        """Change a page of the content folder."""
        path = self.root / "content" / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def told(self) -> str:
        """Give what the command has said so far."""
        return (self.root / "log.txt").read_text(encoding="utf-8", errors="replace")


def until(true: Callable[[], bool]) -> bool:
    """Wait until something is so, and tell whether it ever was."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    (tmp_path / "content").mkdir()
    adapter.setup(tmp_path)
    for page in (HOSTILE / "site").iterdir():
        text = adapter.translate(page.name, page.read_text(encoding="utf-8"))[0][1]
        (tmp_path / "content" / page.name).write_text(text, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("OUTSIDE-SECRET", encoding="utf-8")
    running = Preview(tmp_path)
    assert until(lambda: b"KEEP-MAP" in running.page("map")[1]), running.told()
    yield running
    running.process.kill()
    running.process.wait()
    running.log.close()


def test_it_listens_on_this_machine_only(preview: Preview) -> None:
    listening = [
        fields[1].split(":")
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in map(str.split, Path(table).read_text(encoding="ascii").splitlines()[1:])
        if fields[3] == "0A"
    ]
    hosts = {host for host, port in listening if int(port, 16) == preview.port}
    assert hosts <= {"0100007F", "00000000000000000000000001000000"}
    assert hosts


def test_no_path_leads_out_of_the_site(preview: Preview) -> None:
    for path in CASES["traversal"]["paths"]:
        _, answer = preview.get(path)
        assert b"OUTSIDE-SECRET" not in answer, path
        assert b"root:" not in answer, path
        assert b"Traceback" not in answer, path
    assert preview.page("map")[0] == 200
    assert "Traceback" not in preview.told()


def test_a_foreign_host_gets_no_page(preview: Preview) -> None:
    for host in CASES["host-header"]["hosts"]:
        assert b"KEEP-MAP" not in preview.get(adapter.url("map"), host)[1], host


def test_a_foreign_origin_gets_no_live_reload(preview: Preview) -> None:
    for path in adapter.WS:
        head = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{preview.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Origin: {CASES['websocket-origin']['origin']}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        answer = preview.ask(head.encode(), most=200)
        assert answer
        assert not answer.startswith(b"HTTP/1.1 101")


def test_only_reading_is_allowed(preview: Preview) -> None:
    for method in CASES["methods"]["methods"]:
        assert preview.get(adapter.url("map"), method=method)[0] >= 400, method
    assert preview.page("map")[0] == 200


def test_a_huge_request_does_no_harm(preview: Preview) -> None:
    for request in (b"GET /" + b"a" * 1_000_000, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"b" * 10_000_000):
        preview.ask(request + b" HTTP/1.1\r\n\r\n")
    assert until(lambda: preview.page("map")[0] == 200)
    assert "Traceback" not in preview.told()


def test_slow_requests_hold_nobody_up(preview: Preview) -> None:
    slow = [socket.create_connection(("127.0.0.1", preview.port), timeout=5) for _ in range(20)]
    for waiting in slow:
        waiting.sendall(b"GET / HT")
    assert preview.page("map")[0] == 200
    for waiting in slow:
        waiting.close()


def test_the_last_of_many_saves_is_shown(preview: Preview) -> None:
    saves = int(CASES["rapid-saves"]["saves"])
    path = preview.root / "content/map.md"
    text = path.read_text(encoding="utf-8")
    for number in range(saves):
        path.write_text(text.replace("KEEP-MAP", f"SAVE-{number};"), encoding="utf-8")
    assert until(lambda: f"SAVE-{saves - 1};".encode() in preview.page("map")[1])


def test_a_broken_page_is_told_and_a_mended_one_shown(preview: Preview) -> None:
    preview.write("map.md", lambda text: text.replace("title: The map", 'title: "The map'))
    assert until(lambda: "content/map.md:2" in preview.told())
    preview.write(
        "map.md", lambda text: text.replace('title: "The map', "title: The map").replace("KEEP-MAP", "MENDED")
    )
    assert until(lambda: b"MENDED" in preview.page("map")[1])
    assert "Traceback" not in preview.told()


def test_a_deleted_page_is_gone(preview: Preview) -> None:
    preview.write("map.md", lambda text: re.sub(r"The longer read is.*", "Nothing more.", text))
    preview.write("index.md", lambda text: re.sub(r"Start with.*", "See above.", text))
    (preview.root / "content/evidence.md").unlink()
    assert until(lambda: preview.page("evidence")[0] == 404)


def test_every_case_has_its_test() -> None:
    assert set(CASES) == {
        *[
            "loopback",
            "traversal",
            "host-header",
            "websocket-origin",
            "methods",
            "rapid-saves",
            "break-then-fix",
            "delete-page",
        ]
    }
