"""A small site and `citewell serve` over it in a process of its own, for the tests of the preview."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import citewell

DEADLINE = 30.0
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}
MATTER = "---\ntitle: {title}\ndek: A page to try the preview with.\npublished: 2026-01-01\n---\n\n"


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, and fail when it has not within the deadline."""
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, f"it did not come about that {what}"
        time.sleep(0.01)


def page(title: str, body: str) -> str:
    return MATTER.format(title=title) + body


def small_site(folder: Path) -> Path:
    """Write three pages, one of them long, and settings; no library."""
    for name, text in {
        "site.yaml": "title: A small site\nbase_url: https://example.org/\n",
        "articles/first.md": page("The first", "Words of the first page. See [the second](second.md).\n"),
        "articles/second.md": page("The second", "Words of the second page.\n"),
        "articles/long.md": page(
            "The long one",
            "Top words.\n\n" + "".join(f"Paragraph {n}.\n\n" for n in range(200)) + "End words.\n",
        ),
    }.items():
        file = folder / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Preview:
    """A running preview: its site's folder, its port, and what it has said so far."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def shown(self) -> Path:
        """The folder that is served."""
        return self.folder / ".site.citewell" / "preview"

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def hear(self, words: str) -> None:
        until(lambda: words in self.said, f"the preview said {words!r}: {self.said}")

    def file(self, name: str) -> Path:
        return self.folder / "content" / "articles" / f"{name}.md"

    def save(self, name: str, text: str) -> None:
        self.file(name).write_text(text, "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text("utf-8")
        assert old in text
        self.save(name, text.replace(old, new))

    def ask(self, path: str, *, method: str = "GET", host: str | None = None, more: str = "") -> bytes:
        """Give the whole answer to a request as it goes over the wire."""
        name = f"localhost:{self.port}" if host is None else host
        return self.raw(
            f"{method} {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n{more}\r\n".encode()
        )

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE) as connection:
            answer = b""
            try:
                connection.sendall(request)
                while got := connection.recv(65536):
                    answer += got
            except ConnectionError:  # it was closed while we still wrote
                pass
            return answer

    def end(self) -> None:
        """Press Ctrl-C: it ends at once, and without a traceback."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(DEADLINE)
        assert self.process.returncode == 130, self.said
        assert "Traceback" not in self.said, self.said

    def shows(self, path: str, words: str, status: int = 200) -> bool:
        answer = self.ask(path)
        return status_of(answer) == status and words.encode() in answer


def status_of(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return int(found[1]) if found else 0


@contextmanager
def previewing(folder: Path, port: int | None = None) -> Iterator[Preview]:
    """Serve the site of a folder, and end it as `Preview.end` does."""
    port = port or free_port()
    log = folder / "said.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [sys.executable, "-m", "citewell", "serve", "--port", str(port)],
            cwd=folder,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
        ) as process,
    ):
        try:
            preview = Preview(folder, port, process, log)
            until(lambda: "serving " in preview.said or process.poll() is not None, "the preview started")
            yield preview
            preview.end()
        finally:
            process.kill()
