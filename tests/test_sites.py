"""Small sites, each built and compared with the pages that it should become.

A folder of `sites/` holds a site as an editor has it (`content/`, with a frame and a style of its own, so that a change
of the theme's looks leaves it alone), and in `expected/` every HTML, XML and text file that it becomes. The fingerprint
in the name of a style or picture stands there as `…`, since the styles of all blocks are in it. After a change that is
meant, this accepts what the sites have become:

    CITEWELL_ACCEPT=1 python3 build.py test -k sites
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from citewell.builder import build, site_options

SITES = Path(__file__).parent / "sites"
NAMES = sorted(path.parent.name for path in SITES.glob("*/expected"))
ACCEPT = bool(os.environ.get("CITEWELL_ACCEPT"))


def published(name: str, root: Path) -> dict[str, str]:
    """The text files of the built site by path, without fingerprints."""
    site = root / name
    shutil.copytree(SITES / name, site, ignore=shutil.ignore_patterns("expected"))
    outcome = build(site_options(site))
    assert [(found.code, found.span, found.message) for found in outcome.diagnostics] == []
    files = (path for path in (site / "site").rglob("*") if path.suffix in {".html", ".xml", ".txt"})
    return {path.relative_to(site / "site").as_posix(): _without_fingerprints(path) for path in files}


def _without_fingerprints(path: Path) -> str:
    return re.sub(r"(static/[\w/-]+\.)[0-9a-f]{10}\.", r"\1….", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_site_becomes_what_is_expected(name: str, tmp_path: Path) -> None:
    made = published(name, tmp_path)
    folder = SITES / name / "expected"
    if ACCEPT:
        shutil.rmtree(folder)
        for place, text in made.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_text(text, encoding="utf-8")
    files = [path for path in folder.rglob("*") if path.is_file()]
    expected = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}
    assert sorted(made) == sorted(expected)
    for place, text in expected.items():
        assert made[place] == text, place


def test_every_site_is_there() -> None:
    assert NAMES == ["language", "references", "smallest", "under-a-path"]
