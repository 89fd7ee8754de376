"""Messages that once sent an editor the wrong way: what they name now, and what is safe to mend."""

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from citewell.builder import site_options
from citewell.cli import main
from citewell.core.diagnostic import Diagnostic, meant, nearest
from citewell.core.model import Source
from citewell.parse.library import parse_library
from citewell.session import Session

PAGE = "---\ntitle: Why bread rises\n---\n\n## Yeast\n\n{}\n"
LIBRARY = "- {id: welsh2024, type: book, title: Minimal information}\n"


def told(
    root: Path, matter: str = "title: Why bread rises\n", body: str = "", **files: str
) -> list[Diagnostic]:
    """What is told of a site of two pages, without the orphans."""
    texts = {
        "site.yaml": "title: Bread\nbase_url: https://example.org/\n",
        "first-article.md": PAGE.format("Text."),
        "sources.yaml": LIBRARY,
        "bread-rise.md": f"---\n{matter}---\n\n{body}\n",
    } | files
    (root / "content").mkdir(exist_ok=True)
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


# a matter at fault, the line and column, the message, the help, and the matter as `--fix` leaves it
MATTERS = {
    "blank": (
        "title:Why does it rise\ndek: Yeast.\n",
        (2, 1),
        "a blank is missing after `title:`",
        "write `title: Why does it rise`",
        "title: Why does it rise\ndek: Yeast.\n",
    ),
    "blank below": (
        "title: Why\ndek:Yeast does.\nkind: guide\n",
        (3, 1),
        "a blank is missing after `dek:`",
        "write `dek: Yeast does.`",
        "title: Why\ndek: Yeast does.\nkind: guide\n",
    ),
    "alone": (
        "title:Why\n",
        (2, 1),
        "a blank is missing after `title:`",
        "write `title: Why`",
        "title: Why\n",
    ),
    "single quote": (
        "title: 'Why it rises\n",
        (2, 8),
        "a quote is opened here and never closed",
        "close the quote at the end of the text; a single quote inside the text is written `''`",
        None,
    ),
    "double quote": (
        'title: "Why it rises\n',
        (2, 8),
        "a quote is opened here and never closed",
        'close the quote at the end of the text; a double quote inside the text is written `\\"`',
        None,
    ),
    "apostrophe": (
        "title: 'Why it doesn't rise'\n",
        (2, 22),
        "the value ends with `'`, and text follows it",
        "put the whole value in quotes; a single quote inside the text is written `''`",
        None,
    ),
    "no-break space": (
        "title: Why\nterms:\n\xa0 - term: Yeast\n\xa0   definition: What rises.\n",
        (4, 1),
        "a no-break space stands here, and YAML takes only plain spaces in front of a key",
        "replace it by a plain space",
        "title: Why\nterms:\n  - term: Yeast\n    definition: What rises.\n",
    ),
    "tab": (
        "title: Why\nterms:\n\t- term: Yeast\n\t  definition: What rises.\n",
        (4, 1),
        "a tab stands here, and YAML takes only spaces in front of a key",
        "replace the tab by two spaces",
        "title: Why\nterms:\n  - term: Yeast\n    definition: What rises.\n",
    ),
    "colon": (
        "title: Bread: why it rises\n",
        (2, 13),
        "a colon and a space inside an unquoted value: `title: Bread: why it rises`",
        "put the whole value in double quotes",
        'title: "Bread: why it rises"\n',
    ),
    "colon and quote": (
        'title: Bread: why it "rises"\n',
        (2, 13),
        'a colon and a space inside an unquoted value: `title: Bread: why it "rises"`',
        "put the whole value in double quotes",
        None,
    ),
    "suffix": (
        "title: Why\nparent: first-article.md\n",
        (3, 9),
        "there is no page named `first-article.md`",
        "write `first-article`",
        "title: Why\nparent: first-article\n",
    ),
}


@pytest.mark.parametrize("case", MATTERS.values(), ids=MATTERS)
def test_front_matter_at_fault(
    case: tuple[str, tuple[int, int], str, str, str | None], tmp_path: Path
) -> None:
    matter, at, message, mend, after = case
    found = told(tmp_path, matter)[0]
    assert (found.span.line, found.span.column, found.message, found.help) == (*at, message, mend)
    assert (found.edit is not None) == (after is not None)
    if after:
        result = CliRunner().invoke(main, ["check", "--fix", "--yes", "--content", str(tmp_path / "content")])
        page = (tmp_path / "content" / "bread-rise.md").read_text(encoding="utf-8")
        assert page == f"---\n{after}---\n\n\n", result.output


def test_a_language_is_a_code(tmp_path: Path) -> None:
    site = "title: Bread\nbase_url: https://example.org/\nlanguage: english\n"
    found = only(told(tmp_path, **{"site.yaml": site}))
    assert found.message == "`language` should be a language code, and here is `english`"
    assert found.help == "write a language code such as `en`, `de` or `pt-BR`"


@pytest.mark.parametrize(
    ("target", "mend", "text"),
    [
        ("www.example.org", "write `https://` in front, as in `https://www.example.org`", "https://"),
        ("www.example.org/a?b=c", "write `https://` in front, as in `https://www.example.org`", "https://"),
        ("example.org/page", "write `https://` in front, as in `https://example.org`", None),
    ],
)
def test_an_address_without_its_scheme(target: str, mend: str, text: str | None, tmp_path: Path) -> None:
    found = only(told(tmp_path, body=f"[x]({target})"))
    assert (found.help, found.edit and found.edit.text) == (mend, text)
    assert "https://` is missing" in found.message


def test_a_long_text_is_cut_in_a_message(tmp_path: Path) -> None:
    found = only(told(tmp_path, body=f"[x]({'a b' * 2000})"))
    assert found.code == "links/unreadable"
    assert len(found.message) < 150
    assert "…`" in found.message


@pytest.mark.parametrize("library", ["", "# none yet\n"])
@pytest.mark.parametrize("matter", ["title: Why\ncitations: [welsh2024]\n", "title: Why\n"])
def test_an_empty_library_is_named(matter: str, library: str, tmp_path: Path) -> None:
    found = told(tmp_path, matter, "Text.[@welsh2024]", **{"sources.yaml": library})[0]
    assert found.code == "citations/unknown"
    assert found.help.startswith("the library `content/sources.yaml` is missing or empty")


@pytest.mark.parametrize(
    ("text", "at", "message", "mend"),
    [
        (
            '[\n  {"id": "a1", "type": "book", "title": "A",}\n',
            (2, 44),
            "this is not JSON: a comma stands here, and nothing follows it",
            "delete the comma, or write the next entry after it",
        ),
        (
            '[\n  {"id": "a1" "type": "book"}\n]\n',
            (2, 15),
            "this is not JSON: a comma or a closing bracket is missing in front of this",
            "write it",
        ),
    ],
)
def test_broken_json_is_told_as_json(text: str, at: tuple[int, int], message: str, mend: str) -> None:
    found = only(list(parse_library(Source("sources.json", text.encode())).diagnostics))
    assert (found.span.line, found.span.column, found.message, found.help) == (*at, message, mend)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such pipes")
def test_a_page_that_cannot_be_read_is_not_told_as_missing_too(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    os.mkfifo(tmp_path / "content" / "gone.md")
    menu = "title: Bread\nbase_url: https://example.org/\nnavigation: [{label: Gone, page: gone}]\n"
    found = told(tmp_path, "title: Why\nparent: gone\n", "[x](gone.md)", **{"site.yaml": menu})
    assert only(found).code == "files/special"
