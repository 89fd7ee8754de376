"""How this repository's command is driven by a suite of hostile inputs: pages in plain spelling to ours, and where they land.

The neutral page has `sources` with `id`, `title` and `url` or `doi`, and `id` for a name of its own. Ours has `citations` in
CSL-JSON's names, and a page's name is its address, `slug`. Each line stays a line, but that a source gets its `type`.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_OWN = ROOT / ".venv/bin/python"
PYTHON = os.environ.get("CITEWELL_PYTHON") or (str(_OWN) if _OWN.is_file() else sys.executable)
NAME = "citewell"
VERSION = (ROOT / "src/citewell/__init__.py").read_text("utf-8").split('__version__ = "')[1].split('"')[0]
HAS = {"frontmatter", "schema", "citations", "glossary", "parents"}
ENV = {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": None}
CACHES = [".citewell"]
WS, WSPROTO = ["/__citewell/livereload"], ""

SETTINGS = "title: T\nbase_url: https://example.org/\n"

_OTHERS = re.compile(r"^(?:url|permalink|save_as):", re.MULTILINE)  # other generators' names for `slug`


def setup(site: Path) -> None:
    """Write the settings, all that a site needs beside its pages."""
    (site / "content/site.yaml").write_text(SETTINGS, "utf-8")


def translate(path: str, text: str) -> list[tuple[str, str]]:
    """Give a page, or a part of one, in our spelling; other files as they are."""
    if not path.endswith(".md"):
        return [(path, text)]
    matter, fence, body = _halves(text)
    matter = _OTHERS.sub(r"# \g<0>", matter)
    matter = re.sub(r"^id:", "slug:", matter, flags=re.MULTILINE)
    matter = re.sub(r"^sources:", "citations:", matter, flags=re.MULTILINE)
    matter = re.sub(r"^(  - id: .*)$", r"\1\n    type: webpage", matter, flags=re.MULTILINE)
    matter = re.sub(
        r"^(    |)(url|doi):", lambda key: key[1] + key[2].upper() + ":", matter, flags=re.MULTILINE
    )
    return [(path, matter + fence + body)]


def _halves(text: str) -> tuple[str, str, str]:
    found = re.match(r"(\ufeff?---\r?\n.*?)(^---\r?$)(.*)", text, re.DOTALL | re.MULTILINE)
    return (found[1], found[2], found[3]) if found else (text, "", "")


def page(name: str) -> list[str]:
    """Give where a page lands in the output."""
    return [f"{name}/index.html"]


def url(name: str) -> str:
    """Give the address of a page in the preview."""
    return f"/{name}/"


def build(_site: Path, content: Path, out: Path) -> list[object]:
    """Give the command that builds."""
    return [PYTHON, "-m", "citewell", "build", "--content", content, "--output", out]


def serve(site: Path, content: Path, port: int) -> list[object]:
    """Give the command of the preview."""
    return [
        PYTHON,
        "-m",
        "citewell",
        "serve",
        "--content",
        content,
        "--output",
        site / "preview",
        "--port",
        port,
    ]


def _article(line: str) -> str:
    return '{% extends "base.html" %}\n{% block main %}\n' + line + "\n{{ content.body }}\n{% endblock %}\n"


TEMPLATES = {
    "undefined": ("templates/article.html", _article("{{ HOSTILE_NEEDLE.x }}")),
    "syntax": ("templates/article.html", _article("{% if HOSTILE_NEEDLE }")),
    "recursion": ("templates/article.html", _article('{% include "article.html" %}{# HOSTILE_NEEDLE #}')),
    "missing": ("templates/article.html", _article('{% include "hostile_needle_missing.html" %}')),
}
