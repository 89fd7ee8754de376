"""Measure how long a save takes to show in an open page of `citewell serve`.

    python benchmarks/preview.py [--articles 1000] [--saves 20]

Makes a site of articles (see corpus.py) in a folder for the time being, serves it, opens an article in Chromium and saves a
changed paragraph again and again. Each time is from just before the file is written until the frame in which the page has the
new text, by the clock of the machine, taken by a script in the page.
"""

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import corpus
from playwright.sync_api import Page, sync_playwright

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PAUSE = 400  # milliseconds between saves: a person's hand is no faster
_WATCH = """
  let last = "";
  const look = () => {
    const found = document.querySelector("main")?.textContent.match(/Save number \\d+\\./);
    if (!found || found[0] === last) return;
    last = found[0];
    requestAnimationFrame(() => console.log(last, performance.timeOrigin + performance.now()));
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
"""


@contextmanager
def _serving(site: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "citewell", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=site, stdout=subprocess.PIPE, encoding="utf-8") as server:  # noqa: S603 -- this program
        try:
            if server.stdout is None or not any(line.startswith("serving ") for line in server.stdout):
                raise SystemExit("the preview did not start")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def _save(page: Page, file: Path, text: str, number: int) -> float:
    """Save the text with another paragraph, and give the milliseconds until the page shows it."""
    line = f"Save number {number}."
    with page.expect_console_message(lambda message: message.text.startswith(line), timeout=60_000) as shown:
        started = time.time()
        file.write_text(f"{text}\n{line}\n", encoding="utf-8")
    return float(shown.value.text.split()[-1]) - started * 1000


def measure(site: Path, articles: int, saves: int) -> list[float]:
    """Give the milliseconds of each save."""
    corpus.write(site / "content", articles)
    file = site / "content" / "articles" / f"{corpus.slug(articles // 2)}.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\nSave number 0.\n", encoding="utf-8")
    browser = next(path for name in _BROWSERS if (path := shutil.which(name)))
    with _serving(site) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page()
        page.add_init_script(_WATCH)
        page.goto(f"{address}{file.stem}/")
        taken = []
        for number in range(1, saves + 1):
            page.wait_for_timeout(_PAUSE)
            taken.append(_save(page, file, text, number))
        chromium.close()
    return taken


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure how long a save takes to show.")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--saves", type=int, default=20)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        taken = measure(Path(folder), given.articles, given.saves)
    print(
        f"{given.articles} articles, {given.saves} saves of a paragraph, milliseconds until the page shows it:"
    )
    print(f"min {min(taken):.0f}   median {statistics.median(taken):.0f}   max {max(taken):.0f}")


if __name__ == "__main__":
    main()
