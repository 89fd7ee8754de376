"""Check articles that were damaged at random: no traceback, no hang, and no more memory than the input allows.

    PYTHONPATH=src python benchmarks/mutations.py [--articles 5000] [--seed 1] [--memory] [--only WORD]

The articles are those of this repository. Each is changed in a few of these ways: signs flipped, inserted or lost, a part cut
off, lines repeated, lost or exchanged, fences lost, parts of another article put in. A site holds 25 of them. With `--memory`
10 MB of random bytes, of random text and of articles are checked by the command itself, and the peak of all its processes is
shown. The exit status is 1 where something broke; the site at fault is kept.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from types import FrameType

from corpus import write

from citewell.builder import build, site_options
from citewell.io.report import render

ROOT = Path(__file__).resolve().parents[1]
_SETTINGS = b"title: T\nbase_url: https://example.org/\n"
_PER_SITE = 25
_LONGEST = 30.0  # seconds of processor time for a site; it takes less than one
_SIGNS = (
    *b"\0\t\r\n \"'#&*!|>%@`[]{}():;,-_~<\\^$=",
    *(b"\xff", b"\xc3", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xc2\xa0", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80"),
    *(
        b"---\n",
        b"...\n",
        b":::",
        b"::: note\n",
        b"[@",
        b"](",
        b"[^1]",
        b"<!--",
        b"```",
        b"&a",
        b"*a",
        b"<<: ",
    ),
)

Mutate = Callable[[random.Random, bytes, bytes], bytes]


def _flip(draw: random.Random, data: bytes, _: bytes) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def _insert(draw: random.Random, data: bytes, _: bytes) -> bytes:
    at, sign = draw.randrange(len(data)), draw.choice(_SIGNS)
    return (
        data[:at]
        + (bytes([sign]) if isinstance(sign, int) else sign) * draw.choice((1, 1, 2, 50))
        + data[at:]
    )


def _lose(draw: random.Random, data: bytes, _: bytes) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + data[at + draw.choice((1, 1, 5, 200)) :]


def _cut(draw: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: draw.randrange(1, len(data) + 1)]


def _repeat_line(draw: random.Random, data: bytes, _: bytes) -> bytes:
    lines = data.split(b"\n")
    at = draw.randrange(len(lines))
    return b"\n".join([*lines[:at], *[lines[at]] * draw.choice((2, 2, 40)), *lines[at + 1 :]])


def _swap_lines(draw: random.Random, data: bytes, _: bytes) -> bytes:
    lines = data.split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _lose_fence(draw: random.Random, data: bytes, _: bytes) -> bytes:
    lines = data.split(b"\n")
    fences = [at for at, line in enumerate(lines) if line.strip()[:3] in {b"---", b":::", b"```"}]
    return b"\n".join(lines[:at] + lines[at + 1 :]) if fences and (at := draw.choice(fences)) >= 0 else data


def _indent(draw: random.Random, data: bytes, _: bytes) -> bytes:
    lines = data.split(b"\n")
    at = draw.randrange(len(lines))
    lines[at] = draw.choice((b" ", b"\t", b"  - ", b"> ", b"- ")) + lines[at]
    return b"\n".join(lines)


def _graft(draw: random.Random, data: bytes, other: bytes) -> bytes:
    at, start = draw.randrange(len(data)), draw.randrange(len(other))
    return data[:at] + other[start : start + draw.randrange(400)] + data[at:]


_MUTATIONS: tuple[Mutate, ...] = (
    _flip, _insert, _insert, _lose, _cut, _repeat_line, _swap_lines, _swap_lines, _lose_fence, _indent, _graft,
)  # fmt: skip


def mutated(draw: random.Random, data: bytes, other: bytes) -> bytes:
    """Give an article with one to six of the changes."""
    for _ in range(draw.randint(1, 6)):
        data = draw.choice(_MUTATIONS)(draw, data or b"-", other)
    return data


def check(root: Path) -> int:
    """Check a site as the command does; give the number of mistakes."""
    shutil.rmtree(root / ".citewell", ignore_errors=True)
    outcome = build(site_options(root, write=False))
    render(outcome.diagnostics, outcome.texts.get, color=False)
    return len(outcome.diagnostics)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def run(articles: int, seed: int) -> int:
    """Check mutated articles; give the number of sites that broke."""
    known = sorted(
        [*(ROOT / "content/articles").glob("*.md"), *(ROOT / "tests/sites").glob("*/content/**/*.md")]
    )
    seeds = [path.read_bytes() for path in known]
    draw = random.Random(seed)  # noqa: S311 -- drawn to be the same again, not to be secret
    signal.signal(signal.SIGPROF, _too_long)
    broken = mistakes = 0
    longest = 0.0
    for number in range(0, articles, _PER_SITE):
        root = Path(tempfile.mkdtemp(prefix=f"mutated-{seed}-{number}-"))
        (root / "content").mkdir()
        (root / "content/site.yaml").write_bytes(_SETTINGS)
        for at in range(_PER_SITE):
            data = mutated(draw, draw.choice(seeds), draw.choice(seeds))
            (root / f"content/page-{at}.md").write_bytes(data)
        begin = process_time()
        signal.setitimer(signal.ITIMER_PROF, _LONGEST)
        try:
            mistakes += check(root)
        except Exception:  # noqa: BLE001 -- whatever it is, it is what is looked for
            broken += 1
            print(f"{root}:\n{traceback.format_exc(limit=-6)}", flush=True)
        else:
            shutil.rmtree(root)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        longest = max(longest, process_time() - begin)
    print(
        f"{articles} articles, {mistakes} mistakes told, {broken} sites broken, longest {longest:.1f} s",
        flush=True,
    )
    return broken


def _inputs(size: int, seed: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    draw = random.Random(seed)  # noqa: S311 -- drawn to be the same again, not to be secret

    def pages(make: Callable[[], bytes], each: int) -> Callable[[Path], None]:
        def fill(content: Path) -> None:
            for number in range(size // each):
                (content / f"page-{number}.md").write_bytes(make())

        return fill

    def text(length: int) -> bytes:
        signs = "".join(draw.choices("abcdefghij éß漢 \n\n[]()*_`:@#-", k=length)).encode()[:length]
        return b"---\ntitle: T\n---\n" + signs

    def words(length: int) -> bytes:
        drawn = "".join(
            draw.choices(("cell", "trial", "of", "*salt*", "and", "`x`"), k=1)[0]
            + draw.choice((" ", " ", ".\n\n"))
            for _ in range(length // 5)
        )
        return b"---\ntitle: T\n---\n" + drawn.encode()[:length]

    yield "random bytes, 20 KB each", pages(lambda: draw.randbytes(20_000), 20_000)
    yield "random text, 20 KB each", pages(lambda: text(20_000), 20_000)
    yield "articles, 22 KB each", lambda content: write(content, articles=size // 22_000, seed=seed)
    yield (
        "one page of half the size",
        pages(lambda: words(size // 2), size),
    )


def memory(size: int, seed: int, only: str) -> None:
    """Print the peak of the command's processes for inputs of that many bytes."""
    for name, fill in _inputs(size, seed):
        if only not in name:
            continue
        root = Path(tempfile.mkdtemp(prefix="memory-"))
        (root / "content").mkdir()
        (root / "content/site.yaml").write_bytes(_SETTINGS)
        fill(root / "content")
        given = sum(path.stat().st_size for path in (root / "content").rglob("*") if path.is_file())
        code = (
            "import resource, subprocess, sys;"
            "subprocess.run([sys.executable, '-m', 'citewell', 'check', '--jobs', '1'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode in {0, 1} or sys.exit('check did not run');"
            "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
            "print(used.ru_maxrss * 1024, used.ru_utime + used.ru_stime)"
        )
        command = [sys.executable, "-c", code]
        told = subprocess.run(  # noqa: S603 -- our own interpreter
            command,
            cwd=root,
            env={"PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        peak, seconds = map(float, told.stdout.split())
        print(
            f"{name:28} {given / 1e6:6.1f} MB, peak {peak / 1e6:7.1f} MB, {peak / given:5.1f} times, {seconds:6.1f} s",
            flush=True,
        )
        shutil.rmtree(root)


def main() -> int:
    """Read the options, and run what they ask for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--articles", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--memory", action="store_true")
    options.add_argument(
        "--only", default="", help="of the inputs of --memory, those whose names hold this word"
    )
    options.add_argument("--bytes", type=int, default=10_000_000)
    given = options.parse_args()
    if given.memory:
        memory(given.bytes, given.seed, given.only)
        return 0
    return 1 if run(given.articles, given.seed) else 0


if __name__ == "__main__":
    raise SystemExit(main())
