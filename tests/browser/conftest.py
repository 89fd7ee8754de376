"""The repository's own site in a real browser: built once, served over a socket with the headers that it asks for.

They need Chromium: `apt install chromium`. Whatever a page does, a test fails if the page breaks the policy, asks another
host for anything, or writes an error to the console.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from citewell.builder import build, site_options

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FOUND = next((path for name in BROWSERS if (path := shutil.which(name))), None)
WHY = "tests/browser was left out: install Chromium (`apt install chromium`) to test the site in a browser"
IN_CI = os.environ.get("CI") == "true"

collect_ignore_glob = [] if FOUND or IN_CI else ["test_*.py"]

UNCHECKED = "Subresource Integrity: The resource 'file://"
"""What Chromium says of each file that it cannot check on a disk, before `from-disk.js` takes it."""

Open = Callable[..., Page]
"""Opens a path of the site in a context of its own, with options of `Browser.new_context`."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FOUND is None:
        terminalreporter.write_line(WHY)


@dataclass(frozen=True)
class Guide:
    """The built site: its folder, the address that it is served at, and its pages by path (`""`, `exosomes/` …)."""

    folder: Path
    address: str
    pages: tuple[str, ...]

    def file(self, path: str) -> Path:
        return self.folder / path / "index.html" if path.endswith("/") or not path else self.folder / path

    def text(self, page: str) -> str:
        return self.file(page).read_text("utf-8")

    def having(self, markup: str) -> str:
        """The longest page that has this markup."""
        return max(
            (page for page in self.pages if markup in self.text(page)), key=lambda page: len(self.text(page))
        )


def headers_for(folder: Path, path: str) -> Iterator[tuple[str, str]]:
    """Give what the folder's `_headers` asks a host to send with a path."""
    applies = False
    for line in (folder / "_headers").read_text("utf-8").splitlines():
        if line.startswith("/"):
            applies = path.startswith(line.removesuffix("*"))
        elif line and applies:
            name, _, value = line.strip().partition(": ")
            yield name, value


class Host(SimpleHTTPRequestHandler):
    """Serves a folder as a host does that knows `_headers`."""

    def end_headers(self) -> None:
        for name, value in headers_for(Path(self.directory), self.path):
            if name != "Cache-Control":
                self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")  # each page is weighed with all that it loads
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 -- the name and types it has above
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[Guide]:
    """Serve a published site."""
    pages = tuple(
        f"{file.parent.relative_to(folder).as_posix()}/".removeprefix("./")
        for file in sorted(folder.rglob("index.html"))
        if 'http-equiv="refresh"' not in file.read_text("utf-8")
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Guide(folder, f"http://127.0.0.1:{server.server_port}/", pages)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def published(root: Path) -> Iterator[Guide]:
    """Build a site and serve it."""
    outcome = build(site_options(root))
    assert not outcome.failed, outcome.diagnostics
    with served(root / "site") as guide:
        yield guide


@pytest.fixture(scope="session")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    root = tmp_path_factory.mktemp("guide")
    shutil.copytree(ROOT / "content", root / "content")
    with published(root) as site:
        yield site


# Not for the session: while Playwright runs, no other test could start an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if FOUND is None:
        pytest.fail(WHY)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=FOUND, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, guide: Guide) -> Iterator[Open]:
    faults: list[str] = []
    contexts = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(UNCHECKED):
            faults.append(f"{message.text} ({message.location.get('url', '')})")

    def open_page(path: str = "", at: Guide = guide, **options: Any) -> Page:  # noqa: ANN401 -- those of a context
        def asked(request: Request) -> None:
            if not request.url.startswith((at.address, "file:", "data:")):
                faults.append(f"asked for {request.url}")

        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", asked)
        page.goto(path if "://" in path else guide.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
