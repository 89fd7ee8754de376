"""Fuzz the parsers and the check of whole sites with atheris, a fuzzer that follows which branches an input takes.

    python -m venv /tmp/fuzz
    /tmp/fuzz/bin/pip install --require-hashes --no-deps -r requirements/run.txt
    /tmp/fuzz/bin/pip install atheris
    /tmp/fuzz/bin/python tools/fuzz.py article --minutes 15

The seeds are the pages, libraries and sites that lie in this repository, and the findings of former runs. What is found is
kept as a file of the folder `--findings`, one for each place in the program; what is worth keeping goes to
`tests/fuzz/<target>/`, where the tests try it again for ever.
"""

import argparse
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

with atheris.instrument_imports(
    include=["citewell", "markdown_it", "mdit_py_plugins", "yaml", "bibtexparser"]
):
    from fuzzing.targets import TARGETS, packed


def seeds(target: str) -> Iterator[bytes]:
    """Give what a target begins with: every file of its kind in the repository, or every site."""
    yield from (path.read_bytes() for path in sorted((ROOT / "tests/fuzz" / target).glob("*")))
    folders = [*(ROOT / "tests").rglob("content"), *(ROOT / "tests").glob("libraries"), ROOT / "content"]
    for folder in sorted(folders):
        files = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        if target == "site":
            yield packed(files)
        else:
            yield from (data for path, data in files.items() if re.search(_FILES[target], path))


_FILES = {
    "article": r"\.md$",
    "settings": r"^site\.yaml$",
    "yaml": r"^sources\.ya?ml$",
    "json": r"^sources\.json$",
    "bib": r"^sources\.bib$",
    "ris": r"^sources\.ris$",
}


def keeping(function: Callable[[bytes], None], folder: Path) -> Callable[[bytes], None]:
    """Give the function with every failure written to the folder, once for each place where it fails."""

    def run(data: bytes) -> None:
        try:
            function(data)
        except Exception as fault:  # noqa: BLE001 -- any exception is a finding
            name = _name(fault)
            if not (folder / name).exists():
                (folder / name).write_bytes(data)
                (folder / f"{name}.txt").write_text(
                    "".join(traceback.format_exception(fault)), encoding="utf-8"
                )
                sys.stderr.write(f"found {name}: {type(fault).__name__}: {str(fault)[:300]}\n")

    return run


def _name(fault: Exception) -> str:
    """Name a failure by what does not depend on the input: where it was raised, and the sentence without what it quotes."""
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    line = re.sub(r"[\d'\"].*", "", str(fault).split("\n")[0].split(" at Span")[0])[:60]
    return sha256(f"{type(fault).__name__} {frame.filename} {frame.lineno} {line}".encode()).hexdigest()[:12]


def main() -> None:
    """Fuzz one target for a while."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--findings", type=Path, default=Path("/tmp/fuzz-findings"))  # noqa: S108 -- a scratch folder
    parser.add_argument("--longest", type=int, default=4096, help="bytes of an input")
    called = parser.parse_args()
    corpus, findings = (called.findings / called.target / name for name in ("corpus", "found"))
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds(called.target):
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    settings = [
        f"-max_total_time={called.minutes * 60:.0f}",
        f"-max_len={called.longest}",
        f"-dict={Path(__file__).with_suffix('.dict')}",
        f"-artifact_prefix={findings}/hang-",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-reload=0",
    ]
    atheris.Setup([sys.argv[0], *settings, str(corpus)], keeping(TARGETS[called.target], findings))
    atheris.Fuzz()


main()
