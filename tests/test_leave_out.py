"""What a site leaves out is not made, and nothing leads to it."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from citewell.builder import Outcome, build, site_options

PARTS = ("cards", "questions", "search", "sources")
BASE = "https://guide.example/docs/"
SITE = f"title: A guide\nbase_url: {BASE}\nnavigation: [{{label: One, page: one}}]\n"
ONE = """\
---
title: One
published: 2026-01-02
tags: [Both]
aliases: [/former/]
pipeline:
  - {name: First, means: This., proof: That., question: Whose cells?}
checklist:
  - {ask: "Was it tried?", why: It matters.}
terms:
  - {term: Vesicle, definition: A sac.}
---

A vesicle of [two](two.md).

## Later
"""
TWO = "---\ntitle: Two\ntags: [Both]\n---\n\nSee [one](one.md).\n"
OF_PART = {
    "cards": re.compile(r"(.*/)?card\.png"),
    "questions": re.compile(r"one/questions/.*"),
    "search": re.compile(r"search-index\.js"),
    "sources": re.compile(r"sources/.*"),
}
TRACE = {"cards": "og:image", "questions": "questions/", "search": 'class="search"', "sources": "sources/"}
ADDRESS = re.compile(r"""(?:href|src|data-index|content)="([^"#]+)[^"]*"|<(?:loc|id)>([^<]+)<""")


def built(root: Path, settings: str = "") -> Outcome:
    (root / "content").mkdir(exist_ok=True)
    (root / "content/site.yaml").write_text(SITE + settings, "utf-8")
    (root / "content/one.md").write_text(ONE, "utf-8")
    (root / "content/two.md").write_text(TWO, "utf-8")
    return build(site_options(root))


def published(root: Path) -> dict[str, bytes]:
    site = root / "site"
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def led_to(files: dict[str, bytes]) -> set[str]:
    """The files that any page, the feed or the site map leads to, as far as they are of the site."""
    found = set()
    for page, data in files.items():
        if page.endswith((".html", ".xml")):
            for match in ADDRESS.findall(data.decode()):
                address = "".join(match)
                if address.startswith(BASE):
                    found.add(_file("", address.removeprefix(BASE)))
                elif address.startswith("/docs/"):
                    found.add(_file("", address.removeprefix("/docs/")))
                elif re.fullmatch(r"[\w./-]*[./][\w./-]*", address) and ":" not in address:
                    found.add(_file(page.rpartition("/")[0], address))
    return found


def _file(folder: str, address: str) -> str:
    path = (Path("/") / folder / unquote(address)).resolve().relative_to("/").as_posix()
    path = "" if path == "." else path
    return f"{path}/index.html".lstrip("/") if address.endswith("/") or not Path(path).suffix else path


@pytest.mark.parametrize("parts", [*((part,) for part in PARTS), PARTS])
def test_nothing_leads_to_what_is_left_out_and_all_else_is_there(
    parts: tuple[str, ...], tmp_path: Path
) -> None:
    assert built(tmp_path).diagnostics == ()
    whole = published(tmp_path)
    assert led_to(whole) <= whole.keys()
    assert built(tmp_path, f"leave_out: [{', '.join(parts)}]\n").diagnostics == ()
    files = published(tmp_path)
    assert led_to(files) <= files.keys()
    plain = {path for path in files if not path.startswith("static/")}
    assert plain == {
        path
        for path in whole
        if not path.startswith("static/") and not any(OF_PART[part].fullmatch(path) for part in parts)
    }
    pages = b"".join(data for path, data in sorted(files.items()) if path.endswith(".html")).decode()
    for part in PARTS:
        assert (TRACE[part] in pages) == (part not in parts)


def test_a_site_without_search_has_no_script_of_it(tmp_path: Path) -> None:
    built(tmp_path, "leave_out: [search]\n")
    (script,) = (data for path, data in published(tmp_path).items() if path.startswith("static/pages."))
    assert b"siteIndex" not in script
    assert b"const ticks" in script


def test_nothing_is_left_out_by_default(tmp_path: Path) -> None:
    built(tmp_path)
    whole = published(tmp_path)
    built(tmp_path, "leave_out: []\n")
    assert published(tmp_path) == whole
    for part in PARTS:
        assert any(OF_PART[part].fullmatch(path) for path in whole)


def test_what_is_left_out_comes_back(tmp_path: Path) -> None:
    built(tmp_path)
    whole = published(tmp_path)
    built(tmp_path, f"leave_out: [{', '.join(PARTS)}]\n")
    built(tmp_path)
    files = published(tmp_path)
    # What the tree before had under a fingerprint stays for one more build.
    assert {path: files[path] for path in whole} == whole
    assert all(path.startswith("static/") for path in files.keys() - whole.keys())


def test_a_link_to_a_sheet_that_is_left_out_is_told(tmp_path: Path) -> None:
    built(tmp_path, "trust: [{label: Ask, path: /one/questions/}]\n")
    outcome = built(tmp_path, "trust: [{label: Ask, path: /one/questions/}]\nleave_out: [questions]\n")
    assert [fault.code for fault in outcome.diagnostics] == ["site/menu"]


@pytest.mark.parametrize(
    ("word", "mend"),
    [("card", "there is `cards`"), ("feed", "choose one of `cards`, `questions`, `search`, `sources`")],
)
def test_a_part_that_cannot_be_left_out_is_told(word: str, mend: str, tmp_path: Path) -> None:
    (fault,) = built(tmp_path, f"leave_out: [search, {word}]\n").diagnostics
    assert (fault.code, fault.span.column, fault.help) == ("front-matter/wrong-type", 21, mend)
    assert fault.message == f"`leave_out` cannot be `{word}`"
