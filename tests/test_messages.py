"""Messages that once sent an editor the wrong way: what they name now, and what is safe to mend."""

from pathlib import Path

import pytest

from citewell.builder import site_options
from citewell.core.diagnostic import Diagnostic, meant, nearest
from citewell.session import Session

PAGE = "---\ntitle: Why bread rises\n---\n\n## Yeast\n\n{}\n"
LIBRARY = "- {id: welsh2024, type: book, title: Minimal information}\n"


def told(root: Path, matter: str = "title: Why bread rises\n", body: str = "", **files: str) -> list[Diagnostic]:
    """What is told of a site of two pages, without the orphans."""
    texts = {
        "site.yaml": "title: Bread\nbase_url: https://example.org/\n",
        "first-article.md": PAGE.format("Text."),
        "sources.yaml": LIBRARY,
        "bread-rise.md": f"---\n{matter}---\n\n{body}\n",
    } | files
    (root / "content").mkdir()
    for name, text in texts.items():
        (root / "content" / name).write_text(text, encoding="utf-8")
    found = Session(site_options(root)).check().diagnostics
    return [each for each in found if each.code != "family/orphan"]


def only(found: list[Diagnostic]) -> Diagnostic:
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("word", ["zebra", "about-us", "nowhere", "trick"])
def test_an_unlike_name_is_no_suggestion(word: str) -> None:
    assert nearest(word, ["bread-rise", "kicker", "bread"]) is None


@pytest.mark.parametrize(("word", "name"), [("fqa", "faq"), ("kye", "key"), ("fax", None)])
def test_signs_that_changed_places_are_plain_in_a_short_name(word: str, name: str | None) -> None:
    assert meant(word, ["faq", "key", "dek", "note"]) == name


@pytest.mark.parametrize("target", ["zebra.md", "about-us.md", "nowhere.md", "bread-rse.md", "x/zebra.md"])
def test_a_suffix_is_no_likeness_and_no_page_is_suggested_to_itself(target: str, tmp_path: Path) -> None:
    found = only(told(tmp_path, body=f"[x]({target})"))
    assert (found.help, found.edit) == ("check the name of the file, or write the page first", None)


def test_a_name_is_found_in_whatever_folder(tmp_path: Path) -> None:
    found = only(told(tmp_path, body="[x](posts/frst-article.md)"))
    assert found.help == "there is a page named `first-article.md`"
    assert found.edit
    assert found.edit.text == "first-article.md"
