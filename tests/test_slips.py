"""Slips of writers in the text of a page: each is told once, at its exact place, with what was meant, and mended where that is safe.

A case is a body in which `«…»` enclose the text at fault; what the help must hold; and the body as the edit leaves it,
or None where there is no edit.
"""

from pathlib import Path

import pytest

from citewell.builder import site_options
from citewell.core.diagnostic import Diagnostic
from citewell.core.edits import edited
from citewell.session import Session

SOURCES = "".join(
    f"- id: {key}\n  type: webpage\n  title: {key}\n  URL: https://example.org/{key}\n"
    for key in ("cauvain2015", "welsh2024")
)
PAGE = "---\ntitle: A page\ncitations: [cauvain2015, welsh2024]\n---\n\n"
BOTH = " [@cauvain2015; @welsh2024]"
CITATIONS = {
    "a comma between marks": (
        "Text [@cauvain2015«,» @welsh2024].",
        "`; @welsh2024`",
        "Text [@cauvain2015; @welsh2024].",
    ),
    "a comma, and no sign": (
        "Text [@cauvain2015«, welsh2024»].",
        "`[@cauvain2015; @welsh2024]`",
        "Text [@cauvain2015; @welsh2024].",
    ),
    "a comma, no sign, and a place": (
        "Text [@cauvain2015«, welsh2024, p. 12»].",
        "`[@cauvain2015; @welsh2024, p. 12]`",
        "Text [@cauvain2015; @welsh2024, p. 12].",
    ),
    "a semicolon, and no sign": (
        "Text [@cauvain2015; «welsh2024»].",
        "put `@` before `welsh2024`",
        "Text [@cauvain2015; @welsh2024].",
    ),
    "a semicolon, and no source": (f"Text [@cauvain2015; «12»].{BOTH}", "`[@key, 12]`", None),
    "no comma before a place": (
        f"Text [@cauvain2015 «p. 12»].{BOTH}",
        "put a comma before `p. 12`",
        f"Text [@cauvain2015, p. 12].{BOTH}",
    ),
    "nothing between marks": (
        "Text [@cauvain2015 «@welsh2024»].",
        "`[@cauvain2015; @welsh2024]`",
        "Text [@cauvain2015; @welsh2024].",
    ),
    "a word between marks": (
        "Text [@cauvain2015 «and @welsh2024»].",
        "`[@cauvain2015; @welsh2024]`",
        None,
    ),
    "words in front": ("Text «[see @cauvain2015]» [@welsh2024].", "`[@key]`", None),
    "square brackets, and no sign": ("Text «[welsh2024]» [@cauvain2015].", "`[@welsh2024]`", "Text [@welsh2024] [@cauvain2015]."),
    "square brackets round two": ("Text«[cauvain2015; welsh2024]».", "`[@cauvain2015; @welsh2024]`", "Text[@cauvain2015; @welsh2024]."),
    "round brackets": ("Text «(@welsh2024)» [@cauvain2015].", "`[@welsh2024]`", "Text [@welsh2024] [@cauvain2015]."),
    "no brackets": ("Text [@cauvain2015] «@welsh2024».", "`[@welsh2024]`", "Text [@cauvain2015] [@welsh2024]."),
    "no brackets, after code": ("A `@welsh2024` «@welsh2024»." + BOTH, "`[@welsh2024]`", "A `@welsh2024` [@welsh2024]." + BOTH),
    "in a heading": ("## About «@welsh2024»\n\n" + BOTH, "`[@welsh2024]`", "## About [@welsh2024]\n\n" + BOTH),
    "in a cell": ("| a |\n|---|\n| \\| «@welsh2024» |\n\n" + BOTH, "`[@welsh2024]`", "| a |\n|---|\n| \\| [@welsh2024] |\n\n" + BOTH),
}  # fmt: skip
MEANT = {
    "code": "`[welsh2024]` and `@welsh2024`",
    "a block of code": "```\n(@welsh2024)\n```",
    "a backslash": "\\[welsh2024] and \\@welsh2024 and (\\@welsh2024)",
    "a link": "[welsh2024](other.md) and [@welsh2024](other.md)",
    "a reference": "[welsh2024]\n\n[welsh2024]: other.md",
    "an address": "<https://example.org/@welsh2024> and https://example.org/@welsh2024",
    "an address of mail": "me@welsh2024 and <me@welsh2024.org>",
    "another word": "[welsh] and @welsh and (@nobody) and [12] and @12",
    "a place": "[@welsh2024, p. 12, table 3]",
    "an image": "![welsh2024](a.png)",
}


def found_in(root: Path, page: str) -> list[Diagnostic]:
    (root / "content").mkdir()
    files = {
        "site.yaml": "title: T\nbase_url: https://example.org/\n",
        "sources.yaml": SOURCES,
        "page.md": page,
        "other.md": "---\ntitle: Other\nparent: page\n---\n\nText.\n",
        "a.png": "",
    }
    for name, text in files.items():
        (root / "content" / name).write_text(text, encoding="utf-8")
    return list(Session(site_options(root)).check().diagnostics)


def check(root: Path, page: str, mend: str, mended: str | None) -> None:
    start, end = page.index("«"), page.index("»") - 1
    text = page.replace("«", "").replace("»", "")
    (found,) = found_in(root, text)
    assert (found.span.line, found.span.column) == (
        text.count("\n", 0, start) + 1,
        start - text.rfind("\n", 0, start),
    )
    assert found.span.length == end - start
    assert mend in found.help
    after = None if found.edit is None else edited(text.encode(), [found.edit]).decode()
    assert after == mended


@pytest.mark.parametrize(("body", "mend", "mended"), CITATIONS.values(), ids=CITATIONS.keys())
def test_a_citation_that_is_almost_one_is_told(
    body: str, mend: str, mended: str | None, tmp_path: Path
) -> None:
    check(tmp_path, f"{PAGE}{body}\n", mend, None if mended is None else f"{PAGE}{mended}\n")


@pytest.mark.parametrize("body", MEANT.values(), ids=MEANT.keys())
def test_what_is_meant_as_it_stands_is_left_alone(body: str, tmp_path: Path) -> None:
    assert found_in(tmp_path, f"{PAGE}{body}\n\n{BOTH}\n") == []


def test_a_slip_in_the_prose_of_front_matter_is_told(tmp_path: Path) -> None:
    page = f'---\ntitle: A page\nterms:\n  - term: Word\n    definition: "A \\"Word\\" (@welsh2024)."\n---\n\nWord.{BOTH}\n'
    marked = page.replace("(@welsh2024)", "«(@welsh2024)»")
    check(tmp_path, marked, "`[@welsh2024]`", page.replace("(@welsh2024)", "[@welsh2024]"))


def test_an_edit_does_not_turn_a_value_into_a_list(tmp_path: Path) -> None:
    page = f"---\ntitle: A page\nterms:\n  - term: Word\n    definition: «(@welsh2024)» says.\n---\n\nWord.{BOTH}\n"
    check(tmp_path, page, "`[@welsh2024]`", None)


FAQ = '---\ntitle: A page\nfaq:\n  - question: "Why?"\n    answer: Because.\n---\n\n'
BLOCKS = {
    "two colons": ("«::» note\nText.\n:::", "`::: note`", "::: note\nText.\n:::"),
    "two colons and a title": ("«::» note Mind\nText.\n:::", "`::: note Mind`", "::: note Mind\nText.\n:::"),
    "two colons below a text": ("Text.\n«::» note\nText.\n:::", "`::: note`", "Text.\n::: note\nText.\n:::"),
    "two colons twice": ("«::» note\nText.\n::", "`::: note`", "::: note\nText.\n::"),
    "one colon": ("«:» note\nText.\n:::", "`::: note`", "::: note\nText.\n:::"),
    "two colons at the end": ("::: note\nText.\n«::»\n\nMore.", "`:::`", "::: note\nText.\n:::\n\nMore."),
    "two colons after a blank line": ("::: note\nText.\n\n«:»", "`:::`", "::: note\nText.\n\n:::"),
    "an end and no block": ("Text.\n\n«:::»", "delete the line", None),
    "a block that is never closed": ("«::: note»\nText.", "after its last line", None),
    "a heading without a blank": ("«##»About this", "`## About this`", "## About this"),
    "a heading below a text": ("Text.\n«###»About", "`### About`", "Text.\n### About"),
    "a heading and those below it": ("«##»About\n\n### More\n\n[there](#about)", "`## About`", "## About\n\n### More\n\n[there](#about)"),
    "a heading of level 1 below others": ("## One\n\n### Two\n\n# «Three»\n\n### Four", "`## Three`", None),
    "a heading of level 1 with others below": ("# «One»\n\n### Two", "`## One`", None),
    "a label without its end": ("::: shows\n- «show: it»\n- does not show: that\n:::", "with `shows:`", "::: shows\n- shows: it\n- does not show: that\n:::"),
    "another label": ("::: shows\n- shows: it\n- «doesnt show: that»\n:::", "with `does not show:`", "::: shows\n- shows: it\n- does not show: that\n:::"),
}  # fmt: skip
NO_BLOCKS = {
    "a definition": "note\n: note",
    "a colon and words": ": note that this is text",
    "colons and another word": ":: nothing",
    "signs of a tag": "#word and ##word",
    "a number": "##1 of them",
    "a backslash": "\\##About and\n\\:: note",
    "code": "```\n:: note\n##About\n:::\n```",
}


@pytest.mark.parametrize(("body", "mend", "mended"), BLOCKS.values(), ids=BLOCKS.keys())
def test_a_block_or_a_heading_that_is_almost_one_is_told(
    body: str, mend: str, mended: str | None, tmp_path: Path
) -> None:
    top = "---\ntitle: A page\n---\n\n"
    check(tmp_path, f"{top}{body}\n", mend, None if mended is None else f"{top}{mended}\n")


@pytest.mark.parametrize("body", NO_BLOCKS.values(), ids=NO_BLOCKS.keys())
def test_what_is_no_block_and_no_heading_is_left_alone(body: str, tmp_path: Path) -> None:
    assert found_in(tmp_path, f"{PAGE}{body}\n\n{BOTH}\n") == []


def test_a_block_of_the_front_matter_that_is_never_closed_is_closed_right_below(tmp_path: Path) -> None:
    rest = "\n## More\n\n::: note\nText.\n:::\n"
    check(tmp_path, f"{FAQ}«::: faq»\n{rest}", "put a line `:::` below it", f"{FAQ}::: faq\n:::\n{rest}")


def test_what_a_block_has_swallowed_is_still_read(tmp_path: Path) -> None:
    top = FAQ.replace("faq:", "citations: [welsh2024]\nfaq:")
    check(
        tmp_path,
        f"{top}«::: faq»\n\nText [@welsh2024].\n",
        "below it",
        f"{top}::: faq\n:::\n\nText [@welsh2024].\n",
    )
