"""Measure how long a save takes to show on the page that a preview serves: of this generator and of others.

    python benchmarks/saves.py [--articles 1000] [--saves 5] [--between 2] [--only citewell hugo] [--scratch FOLDER]

Starts `citewell serve`, `hugo server` and `eleventy --serve --incremental`, one after the other, on the same articles (see
peers.py), and asks for a page until it has what was saved: a sentence more, then another title, which a companion's page
shows too. Both pages were asked for before. The time runs from just before the file is written. A page that does not show it
within ten seconds is stale.
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import builds
import corpus
import peers

_STARTED = 600.0  # seconds that a server may take to have its first page
_STALE = 10.0
_ASK_AGAIN = 0.005
_SHOWN = ("sentence, its page", "title, its page", "title, a companion")


@contextmanager
def serving(generator: peers.Generator, site: Path) -> Iterator[str]:
    """Run a generator's preview, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603 -- what is measured
        (*generator.serve, str(port)),
        cwd=site,
        env=os.environ | builds.ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def measure(
    generator: peers.Generator, site: Path, shown: tuple[int, int], saves: int, between: float
) -> tuple[float, dict[str, list[float]]]:
    """Save the first of two articles, whose title the other one shows too.

    Gives the seconds until the first page was there, and those of each save. One that stays stale has taken for ever.
    """
    number, companion = shown
    file = generator.source(site, number)
    taken: dict[str, list[float]] = {name: [] for name in _SHOWN}
    start = time.perf_counter()
    with serving(generator, site) as address:
        page = address + generator.address(number)
        other = address + generator.address(companion)
        started = _until(page, "<h1", start, _STARTED)
        _until(other, "<h1", start, _STARTED)
        for save in range(1, saves + 1):
            time.sleep(between)
            mark = f"A sentence was added by save {save}."
            saved = _save(file, *peers.paragraph(mark))
            taken["sentence, its page"].append(_until(page, mark, saved, _STALE))
            time.sleep(between)
            mark = f"save {save}"
            saved = _save(file, *peers.title(mark))
            taken["title, its page"].append(_until(page, f"{mark}</h1>", saved, _STALE))
            taken["title, a companion"].append(_until(other, f"{mark}</a>", saved, _STALE))
    return started, taken


def _save(file: Path, pattern: str, replacement: str) -> float:
    """Save a changed text, and give the moment just before."""
    text = re.sub(pattern, replacement, file.read_text("utf-8"), count=1, flags=re.MULTILINE)
    moment = time.perf_counter()
    file.write_text(text, "utf-8")
    return moment


def _until(address: str, mark: str, since: float, longest: float) -> float:
    """Ask for a page until it holds a text, and give the seconds since a moment."""
    while time.perf_counter() - since < longest:
        with suppress(URLError, ConnectionError, HTTPException):  # not there yet, or not whole
            with urlopen(address, timeout=longest) as answer:  # noqa: S310 -- a server that was started here
                found = mark in answer.read().decode("utf-8", "replace")
            if found:
                return time.perf_counter() - since
        time.sleep(_ASK_AGAIN)
    return float("inf")


def _cell(taken: list[float]) -> str:
    fresh = sorted(seconds for seconds in taken if seconds < float("inf"))
    stale = f"{len(taken) - len(fresh)} of {len(taken)} stale" if len(fresh) < len(taken) else ""
    if not fresh:
        return stale
    return f"{1000 * median(fresh):.0f} ({1000 * fresh[0]:.0f} to {1000 * fresh[-1]:.0f}) {stale}".strip()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure the previews of several generators.")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--saves", type=int, default=5)
    # For what a server does when nobody waits.
    parser.add_argument("--between", type=float, default=2, help="seconds before each save")
    given = peers.known(parser)
    number = given.articles // 2
    both = (number, corpus.companions(number, given.articles)[0])
    print(f"| {given.articles:,} articles | first page s | {' | '.join(f'{shown} ms' for shown in _SHOWN)} |")
    print("| :--- " + "| ---: " * (1 + len(_SHOWN)) + "|")
    for name, generator in peers.generators(given.scratch).items():
        if name not in given.only:
            continue
        with TemporaryDirectory() as folder:
            generator.lay(Path(folder), given.articles)
            started, taken = measure(generator, Path(folder), both, given.saves, given.between)
        cells = (_cell(taken[shown]) for shown in _SHOWN)
        print(f"| {generator.name} | {started:.1f} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
