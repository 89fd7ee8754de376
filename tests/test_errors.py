"""Every diagnostic, shown: `tests/errors/CODE/` is a small site with one mistake, and its exact report.

`CITEWELL_ACCEPT=1` in the environment writes each `report.txt` anew; look the changes over before you keep them.

A mistake that no version control keeps, such as a pipe or an invisible character, is made from `setup.json`:
`text` writes files (`\\udcXX` stands for the bare byte XX), `size` files of so many bytes, `fifo` pipes, `symlink`
symbolic links.
"""

import json
import os
import shutil
from pathlib import Path

import pytest

from citewell.blocks import find_blocks
from citewell.builder import build, site_options
from citewell.core.codes import CODES
from citewell.io.report import render

ERRORS = Path(__file__).parent / "errors"
SHOWN = sorted(folder.parent.relative_to(ERRORS).as_posix() for folder in ERRORS.glob("*/*/content"))
KNOWN = CODES | {code.name: code for block in find_blocks() for code in block.codes}


def make_site(example: Path, root: Path) -> None:
    """Copy an example, and add what `setup.json` says."""
    shutil.copytree(example, root, dirs_exist_ok=True)
    setup = root / "setup.json"
    made = json.loads(setup.read_text(encoding="utf-8")) if setup.is_file() else {}
    for path, text in made.get("text", {}).items():
        (root / path).write_bytes(text.encode("utf-8", "surrogateescape"))
    for path, size in made.get("size", {}).items():
        with (root / path).open("wb") as file:
            file.truncate(size)
    for path in made.get("fifo", ()):
        os.mkfifo(root / path)
    for path, target in made.get("symlink", {}).items():
        (root / path).symlink_to(target)


def test_every_code_has_its_example_and_every_example_a_code() -> None:
    assert SHOWN == sorted(KNOWN)


@pytest.mark.parametrize("code", SHOWN)
def test_one_mistake_gives_one_message(code: str, tmp_path: Path) -> None:
    make_site(ERRORS / code, tmp_path)
    outcome = build(site_options(tmp_path, write=False))
    report = render(outcome.diagnostics, outcome.texts.get, color=False)
    expected = ERRORS / code / "report.txt"
    if os.environ.get("CITEWELL_ACCEPT") == "1":
        expected.write_bytes(report.encode())
    assert report == expected.read_text(encoding="utf-8")

    (found,) = outcome.diagnostics
    assert found.code == code
    assert found.severity == KNOWN[code].severity
    assert found.help
    # A file that has no lines, or none that can be read, is its own place.
    assert found.span.path in outcome.texts or code.startswith("files/")
    assert outcome.failed == (KNOWN[code].severity == "error")


@pytest.mark.parametrize("code", SHOWN)
def test_a_report_ends_with_a_way_to_mend_it(code: str) -> None:
    title, place, *_, count = (ERRORS / code / "report.txt").read_text(encoding="utf-8").splitlines()
    severity = KNOWN[code].severity
    assert title.startswith(f"{severity}[{code}]: ")
    assert place.startswith(" --> ")
    assert count == f"1 {severity}"
