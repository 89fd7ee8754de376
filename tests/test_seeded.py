"""Some eighty mistakes in one site, in every kind of place: each is told once and exactly there, and `--fix` mends the plain ones.

`sites/seeded/content/` holds the mistakes, `expected.json` what must be told of them (with the text at fault, and
whether it can be mended without an editor), `mended/` the files that `--fix` changes, as it leaves them. After a change
that is meant, this accepts what has become of both:

    CITEWELL_ACCEPT=1 python3 build.py test -k seeded
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import citewell

SEEDED = Path(__file__).parent / "sites" / "seeded"
CONTENT, MENDED, EXPECTED = SEEDED / "content", SEEDED / "mended", SEEDED / "expected.json"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}
ACCEPT = bool(os.environ.get("CITEWELL_ACCEPT"))

Tree = dict[str, bytes]


def check(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "citewell", "check", "--format", "json", *options],
        cwd=root,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
    )


def told(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What a report tells, in the form of `expected.json`."""
    return [
        {
            "code": found["code"],
            "path": found["path"].removeprefix("content/"),
            "line": found["line"],
            "column": found["column"],
            "length": found["endColumn"] - found["column"],
            "text": found["source"][found["column"] - 1 : found["endColumn"] - 1],
            "fixable": found["edit"] is not None,
        }
        for found in json.loads(result.stdout)["diagnostics"]
    ]


def tree(folder: Path) -> Tree:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


class Seeded(NamedTuple):
    """Three calls one after another, a check and two that mend, and the content as each left it."""

    checked: subprocess.CompletedProcess[str]
    mended: subprocess.CompletedProcess[str]
    again: subprocess.CompletedProcess[str]
    before: Tree
    once: Tree
    twice: Tree


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    root = tmp_path_factory.mktemp("seeded")
    shutil.copytree(CONTENT, root / "content")
    checked, before = check(root), tree(root / "content")
    assert before == tree(CONTENT)
    mended, once = check(root, "--fix"), tree(root / "content")
    again, twice = check(root, "--fix"), tree(root / "content")
    return Seeded(checked, mended, again, before, once, twice)


@pytest.fixture(scope="module")
def expected(seeded: Seeded) -> list[dict[str, Any]]:
    if ACCEPT:
        lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in told(seeded.checked))
        EXPECTED.write_bytes(f"[\n{lines}\n]\n".encode())
    rows: list[dict[str, Any]] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return rows


def test_check_tells_exactly_these(seeded: Seeded, expected: list[dict[str, Any]]) -> None:
    assert seeded.checked.returncode == 1
    assert told(seeded.checked) == expected


def test_every_family_of_mistakes_is_there(expected: list[dict[str, Any]]) -> None:
    families = {
        "front-matter",
        "links",
        "family",
        "citations",
        "terms",
        "blocks",
        "headings",
        "images",
        "site",
    }
    assert {row["code"].split("/")[0] for row in expected if row["fixable"]} >= families - {"headings"}
    assert {row["code"].split("/")[0] for row in expected if not row["fixable"]} >= families | {
        "yaml",
        "text",
    }


def test_fix_leaves_exactly_what_it_cannot_mend(seeded: Seeded, expected: list[dict[str, Any]]) -> None:
    def mistakes(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
        return sorted((row["code"], row["path"], row["text"]) for row in rows)  # lines may have moved

    left = told(seeded.mended)
    assert mistakes(left) == mistakes([row for row in expected if not row["fixable"]])
    assert not any(row["fixable"] for row in left)


def test_fix_changes_what_is_meant_and_no_other_byte(seeded: Seeded) -> None:
    changed = {path: data for path, data in seeded.once.items() if seeded.before[path] != data}
    if ACCEPT:
        shutil.rmtree(MENDED, ignore_errors=True)
        for path, data in changed.items():
            (MENDED / path).parent.mkdir(parents=True, exist_ok=True)
            (MENDED / path).write_bytes(data)
    assert seeded.once.keys() == seeded.before.keys()
    assert changed == tree(MENDED)


def test_fix_leaves_every_other_line_as_it_was(seeded: Seeded) -> None:
    edits = [found["edit"] for found in json.loads(seeded.checked.stdout)["diagnostics"] if found["edit"]]
    for path, data in seeded.before.items():
        touched = {edit["line"] for edit in edits if edit["path"] == f"content/{path}"}
        kept = [line for number, line in enumerate(data.split(b"\n"), 1) if number not in touched]
        rest = iter(seeded.once[path].split(b"\n"))
        assert all(line in rest for line in kept), path


def test_a_second_fix_changes_nothing(seeded: Seeded) -> None:
    assert seeded.once == seeded.twice
    assert seeded.again.stderr == "nothing here is certain enough to mend\n"  # no diff
    assert seeded.again.stdout == seeded.mended.stdout
