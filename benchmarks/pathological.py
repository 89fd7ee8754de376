"""Measure how time and memory of a check grow with inputs that are known to be hard on parsers.

    PYTHONPATH=src:tests python benchmarks/pathological.py [--only WORD] [--bound 2.3] [--seconds 0.2] [--memory]

For each pattern of `tests/patterns.py` a site is checked as `citewell check` does it, report included, at n, 2n and 4n: n is
doubled until the check takes `--seconds` of processor time. Shown are n, the seconds (the best of three), by how much the
doubled size takes longer, and by how much the peak of memory grows. The exit status is 1 where a pattern is above the bound.
"""

import argparse
import gc
import shutil
import tempfile
import tracemalloc
from pathlib import Path
from time import process_time

from patterns import PATTERNS, files_of

from citewell.builder import build, site_options
from citewell.io.report import render

_SMALLEST = 64
_FACTORS = (1, 2, 4)
_LARGEST = (
    2_000_000  # characters of all files at n: what takes less time than asked for at this size is fast enough
)


def site(root: Path, name: str, size: int) -> int:
    """Write the site of a pattern, and give its size in characters."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "content").mkdir(parents=True)
    files = files_of(name, size)
    for path, text in files.items():
        (root / "content" / path).write_bytes(text.encode("utf-8", "surrogateescape"))
    return sum(map(len, files.values()))


def check(root: Path) -> int:
    """Check the site with no cache and no other process; give the length of the report."""
    shutil.rmtree(root / ".citewell", ignore_errors=True)
    outcome = build(site_options(root, write=False, jobs=1))
    return len(render(outcome.diagnostics, outcome.texts.get, color=False))


def seconds(root: Path, runs: int) -> float:
    """Give the processor time of the fastest of so many checks."""
    times = []
    for _ in range(runs):
        gc.collect()
        start = process_time()
        check(root)
        times.append(process_time() - start)
    return min(times)


def peak(root: Path) -> int:
    """Give the most memory that Python's own objects took at once."""
    gc.collect()
    tracemalloc.start()
    check(root)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def main() -> int:
    """Measure, and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--only", default="", help="patterns whose names hold this word")
    options.add_argument("--bound", type=float, default=2.3)
    options.add_argument("--seconds", type=float, default=0.2)
    options.add_argument(
        "--memory", action="store_true", help="measure memory too, which takes several times as long"
    )
    given = options.parse_args()
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        site(root, "plain words", 1)
        check(root)  # what is imported and compiled once
        floor = seconds(root, 3)
        print(
            f"{'pattern':46} {'n':>8} {'KB':>6} {'n s':>7} {'2n s':>7} {'4n s':>7} {'2n/n':>5} {'4n/2n':>5} {'memory':>6}"
        )
        for name in PATTERNS:
            if given.only not in name:
                continue
            size = _SMALLEST
            length = site(root, name, size)
            while (took := seconds(root, 1) - floor) < given.seconds and length < _LARGEST:
                size *= 2
                length = site(root, name, size)
            runs = 3 if took < 2 else 1  # noqa: PLR2004 -- seconds
            times, peaks = [], []
            for factor in _FACTORS:
                site(root, name, size * factor)
                times.append(max(seconds(root, runs) - floor, 0.001))
                if given.memory and factor != _FACTORS[-1]:
                    peaks.append(peak(root))
            first, second = times[1] / times[0], times[2] / times[1]
            memory = f"{peaks[1] / peaks[0]:6.2f}" if peaks else ""
            above = min(first, second) > given.bound and times[2] > given.seconds
            slow += above
            print(
                f"{name:46} {size:8} {length // 1000:6} {times[0]:7.2f} {times[1]:7.2f} {times[2]:7.2f} "
                f"{first:5.2f} {second:5.2f} {memory}{'  <- above' if above else ''}",
                flush=True,
            )
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
