"""Kill a build again and again while a reader fetches pages: none may be missing, half, or without its own styles and scripts.

    python benchmarks/kills.py [--articles 1000] [--kills 200] [--seed 1]

Makes a site of articles (see corpus.py) in a folder for the time being and serves it with Python's own server. Before each
build twenty articles are edited, and every tenth time the style sheet, which changes every page. The build is killed at a
random moment of somewhat more than the time that such a build takes. The reader asks for a page and then for each style, script and icon
that the page names; their names tell what they must hold.
"""

import argparse
import random
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from urllib.parse import urljoin

import corpus

from citewell.core.digest import fingerprint

_EDITED = 20
_MARK = re.compile(rb"Version (\d+)\.")
_STATIC = re.compile(rb'(?:href|src)="([^"]*static/[^"]+)"')
_STYLE = Path(__file__).resolve().parents[1] / "static" / "site.css"


class _Reader(Thread):
    """Fetches pages in a loop, and counts what it got."""

    def __init__(self, address: str, articles: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.versions: set[bytes] = set()
        self._address, self._articles = address, articles
        self._draw = random.Random(seed)  # noqa: S311 -- drawn to be the same again, not to be secret
        self._done = Event()

    def run(self) -> None:
        while not self._done.is_set():
            # Every other time one of those that are edited.
            most = self._draw.choice((_EDITED, self._articles))
            self._read(f"{self._address}{corpus.slug(self._draw.randrange(most))}/")

    def stop(self) -> None:
        """End the loop."""
        self._done.set()
        self.join()

    def _read(self, address: str) -> None:
        page = self._get(address)
        self.counts["pages"] += 1
        if page is None:
            return
        marks = set(_MARK.findall(page))
        self.versions |= marks
        if not page.rstrip().endswith(b"</html>"):
            self.wrong.append(f"half: {address}")
        if len(marks) > 1:
            self.wrong.append(f"mixed: {address}")
        for name in dict.fromkeys(_STATIC.findall(page)):
            self._check_static(urljoin(address, name.decode()))

    def _check_static(self, address: str) -> None:
        data = self._get(address)
        self.counts["styles, scripts and icons"] += 1
        if data is not None and f".{fingerprint(data)}." not in address:
            self.wrong.append(f"another's: {address}")

    def _get(self, address: str) -> bytes | None:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 -- our own server
                return bytes(answer.read())
        except (urllib.error.URLError, OSError) as error:
            self.wrong.append(f"missing: {address}: {error}")
            return None


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "http.server",
        "--bind",
        "127.0.0.1",
        "--directory",
        str(folder),
        str(port),
    ]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server:  # noqa: S603 -- Python's own
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def _edit(site: Path, version: int, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        file = site / "content" / "articles" / f"{corpus.slug(number)}.md"
        file.write_text(f"{text}\nVersion {version}.\n\n## The end\n\nVersion {version}.\n", encoding="utf-8")
    if version % 10 == 0:
        style = _STYLE.read_text("utf-8")
        (site / "static" / "site.css").write_text(
            f"{style}\nmain {{ --version: {version} }}\n", encoding="utf-8"
        )


def _build(site: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "citewell", "build", "--quiet"],
        cwd=site,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _took(site: Path) -> float:
    started = time.perf_counter()
    if _build(site).wait():
        raise SystemExit("the site cannot be built")
    return time.perf_counter() - started


def _measure(site: Path, articles: int, kills: int, seed: int) -> bool:
    corpus.write(site / "content", articles)
    (site / "static").mkdir()
    texts = [corpus.article(number, articles, 7) for number in range(min(_EDITED, articles))]
    _edit(site, 10, texts)
    print(f"first build: {_took(site):.1f} s")
    _edit(site, 11, texts)
    usual = _took(site)
    _edit(site, 20, texts)
    whole = _took(site)
    print(f"{_EDITED} pages edited: {usual:.1f} s; the style too: {whole:.1f} s")
    draw = random.Random(seed)  # noqa: S311 -- drawn to be the same again, not to be secret
    killed = finished = 0
    with _serving(site / "site") as address:
        reader = _Reader(address, articles, seed)
        reader.start()
        for version in range(21, 21 + kills):
            _edit(site, version, texts)
            build = _build(site)
            try:
                build.wait((whole if version % 10 == 0 else usual) * 1.3 * draw.random())
                finished += 1
            except subprocess.TimeoutExpired:
                build.kill()
                build.wait()
                killed += 1
        last = 21 + kills
        _edit(site, last, texts)
        healed = _took(site)
        page = (site / "site" / corpus.slug(0) / "index.html").read_bytes()
        reader.stop()
    right = (
        subprocess.run([sys.executable, "-m", "citewell", "verify"], cwd=site, check=False).returncode == 0
    )
    print(f"{killed} builds killed, {finished} were done before; the build after them took {healed:.1f} s")
    print(", ".join(f"{number} {what} read" for what, number in reader.counts.items()), end="")
    print(f" in {len(reader.versions)} versions; {len(reader.wrong)} missing, half or mixed")
    print(*reader.wrong[:10], sep="\n")
    return right and not reader.wrong and set(_MARK.findall(page)) == {b"%d" % last}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Kill builds while a reader fetches pages.")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        site.mkdir()
        if not _measure(site, given.articles, given.kills, given.seed):
            raise SystemExit("not whole")


if __name__ == "__main__":
    main()
