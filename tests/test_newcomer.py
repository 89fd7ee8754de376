"""A new kind of block is one folder and no other change: shown with the real command on a real site."""

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import rmtree

import pytest

import citewell

SOURCE = Path(citewell.__file__).parents[1]

BLOCK = {
    "__init__.py": '''"""Times of a day that are set apart."""

from citewell.core.plugin import Block
from citewell.parse.fields import Inline, Paragraphs, Shape


class Hour(Shape):
    """A time, and what it is for."""

    at: Inline
    purpose: Paragraphs


class Toy(Shape):
    """The times in order."""

    hours: list[Hour]


BLOCK = Block(name="toy", order=45, holds="front-matter", shape=Toy)
''',
    "template.html": """<section class="block toy" id="{{ anchor }}">
{% for hour in block.hours %}
  <h{{ level }}>{{ hour.at }}</h{{ level }}>
  {{ hour.purpose }}
{% endfor %}
</section>
""",
    "style.css": ".toy { border: 3px double }\n",
    "example.md": """---
title: A toy
toy:
  hours:
    - at: Noon
      purpose: To show *when*.
---

::: toy
:::
""",
}

PAGE = """---
title: A day at the clinic
dek: When the doors are open.
toy:
  hours:
    - at: Nine
      purpose: Blood is *taken* [@park2024].
    - at: Noon
      purpose: Results are read, as [the other page](other.md) says.
citations:
  - id: park2024
    type: article-journal
    title: Hours of a clinic
    issued: 2024
---

The day begins early.

::: toy
:::

It ends late.
"""

SITE = {
    "content/site.yaml": "title: A Guide\nbase_url: https://guide.example/\n",
    "content/day.md": PAGE,
    "content/other.md": "---\ntitle: The other page\nparent: day\n---\n\nShort.\n",
}


def lay(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    lay(tmp_path, SITE)
    lay(tmp_path / "blocks" / "toy", BLOCK)
    return tmp_path


def build(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "citewell", "build", "--no-color"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_folder_is_a_new_kind_of_block(site: Path) -> None:
    done = build(site)
    assert (done.returncode, done.stderr) == (0, "")
    page = (site / "site" / "day" / "index.html").read_text("utf-8")
    assert page.count('<section class="block toy" id="toy">') == 1
    assert page.index("begins early") < page.index("<h2>Nine</h2>") < page.index("ends late")
    assert "Blood is <em>taken</em>" in page
    assert 'id="c1-1"' in page
    assert '<a href="../other/">the other page</a>' in page
    (style,) = (site / "site" / "static").glob("site.*.css")
    assert ".toy{border:3px double}" in style.read_text("utf-8")
    assert f"../static/{style.name}" in page


def test_without_a_marker_the_layout_places_it_after_the_body(site: Path) -> None:
    lay(site, {"content/day.md": PAGE.replace("::: toy\n:::\n\n", "")})
    assert build(site).returncode == 0
    page = (site / "site" / "day" / "index.html").read_text("utf-8")
    assert page.index("ends late") < page.index('id="toy"') < page.index('id="sources"')


def test_a_misspelt_key_of_it_is_told_with_the_nearest(site: Path) -> None:
    lay(site, {"content/day.md": PAGE.replace("      purpose: Blood", "      porpose: Blood")})
    done = build(site)
    assert done.returncode == 1
    assert done.stderr.count("error[") == 1
    assert "error[front-matter/unknown-key]" in done.stderr
    assert "content/day.md:7:7" in done.stderr
    assert re.search("help: .*`purpose`", done.stderr)


def test_an_edit_of_its_template_is_seen_by_the_next_build(site: Path) -> None:
    assert build(site).returncode == 0
    lay(site / "blocks" / "toy", {"template.html": BLOCK["template.html"].replace("block toy", "block game")})
    assert build(site).returncode == 0
    assert 'class="block game"' in (site / "site" / "day" / "index.html").read_text("utf-8")


def test_without_the_folder_nobody_knows_it(site: Path) -> None:
    assert build(site).returncode == 0
    rmtree(site / "blocks")
    done = build(site)
    assert done.returncode == 1
    assert "error[blocks/unknown]" in done.stderr
    assert "content/day.md:19:" in done.stderr
    assert "error[front-matter/unknown-key]" in done.stderr


def test_a_folder_that_is_no_block_is_told_in_one_sentence(site: Path) -> None:
    (site / "blocks" / "toy" / "__init__.py").write_text("BLOCK = no_such_name\n", "utf-8")
    done = build(site)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "toy/__init__.py" in done.stderr
    assert "no_such_name" in done.stderr
