"""Fifteen mistakes in one site: each is told once, in its place, and the published site stays as it was.

`sites/planted/sound/` is a site without a fault, `mistakes/` holds the files that are laid over it, and
`expected.json` says what is planted where: the code, the place, and the text at fault.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import citewell

PLANTED = Path(__file__).parent / "sites" / "planted"
EXPECTED = json.loads((PLANTED / "expected.json").read_text(encoding="utf-8"))
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}

Tree = dict[str, tuple[int, bytes]]


def build(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "citewell", "build", "--no-color"],
        cwd=root,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
    )


def tree(folder: Path) -> Tree:
    """Give everything in a folder, hidden files and folders too, with its time and its bytes."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Tree, Tree]:
    """The build of the mistakes, and the published tree before and after it."""
    root = tmp_path_factory.mktemp("planted")
    shutil.copytree(PLANTED / "sound", root, dirs_exist_ok=True)
    sound = build(root)
    assert (sound.returncode, sound.stderr) == (0, "")
    before = tree(root / "site")
    shutil.copytree(PLANTED / "mistakes", root, dirs_exist_ok=True)
    return build(root), before, tree(root / "site")


@pytest.fixture(scope="module")
def messages(failed: tuple[subprocess.CompletedProcess[str], Tree, Tree]) -> dict[str, str]:
    """The messages of the report by code and place, such as `yaml/broken content/page.md:3:9`."""
    told = failed[0].stderr.split("\n\n")[:-1]
    head = re.compile(r"(?:error|warning)\[(.+?)\]: .+\n --> (.+)\n")
    found = [(match[1], match[2], text) for text in told if (match := head.match(text))]
    assert len(found) == len(told)
    assert len({code for code, _, _ in found}) == len(found)
    return {f"{code} {place}": text for code, place, text in found}


def test_the_build_fails(failed: tuple[subprocess.CompletedProcess[str], Tree, Tree]) -> None:
    result = failed[0]
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-2:] == ["13 errors and 2 warnings", "nothing was published"]


def test_each_mistake_is_told_once_and_nothing_else(messages: dict[str, str]) -> None:
    assert sorted(messages) == sorted(f"{planted['code']} {planted['at']}" for planted in EXPECTED)


@pytest.mark.parametrize("planted", EXPECTED, ids=lambda planted: planted["mistake"])
def test_a_message_names_what_is_at_fault_and_a_way_to_mend_it(
    planted: dict[str, str], messages: dict[str, str]
) -> None:
    title, _, source, mark, *rest = messages[f"{planted['code']} {planted['at']}"].splitlines()
    underlined = source[mark.index("^") : mark.rindex("^") + 1]
    assert planted["text"] in (underlined, *re.findall("`(.+?)`", title))
    assert rest[-1].startswith("  help: ")


def test_the_published_site_stays_as_it_was(
    failed: tuple[subprocess.CompletedProcess[str], Tree, Tree],
) -> None:
    _, before, after = failed
    assert "exosomes/index.html" in before
    assert after == before
