"""The icons in `static/` are those that `tools/icons.py` draws of the mark."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ICONS = runpy.run_path(str(ROOT / "tools/icons.py"))["icons"]((ROOT / "static/favicon.svg").read_bytes())


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_drawn_from_the_mark(name: str) -> None:
    assert (ROOT / "static" / name).read_bytes() == ICONS[name], (
        "run tools/icons.py after a change of the mark"
    )
