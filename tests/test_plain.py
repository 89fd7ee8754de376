"""Markdown in its plainest style, which is read without the rules of markdown-it, comes to what those rules make of it."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from citewell.blocks import find_blocks
from citewell.core.model import Prose
from citewell.parse import plain, signs
from citewell.parse.prose import Reader
from citewell.parse.spans import Paragraphs, in_body
from citewell.parse.syntax import all_rules, emphasis_only, markdown
from citewell.parse.tokens import TokenReader

TRIES = settings(max_examples=500, deadline=None)  # machines are busy
BLOCKS = {block.name: block for block in find_blocks()}
WORDS = st.sampled_from(
    [
        *(
            "Plain words.",
            "a",
            "It's told",
            "“so” — or not",
            "a > b",
            "é",
            "2 + 2",
            "A:",
            "a, b;",
            "it's Ann's",
        ),
        *(
            "**Lead.** And more",
            "**two words**",
            "**a**, b",
            "a **b** c",
            "**a**b",
            "**it's**",
            "**a--b**",
            "** a**",
        ),
        *("[@welsh2024]", "[@a](b)", "[@a] [@b]", "[@a; @b]", "[@a, p. 1]", "[a]", "@a", "[@it's]", "[@a*b]"),
        *(
            "[a page](b.md)",
            "[it's](b.md)",
            "[a](b.md#c)",
            "[a](//b.md)",
            "[a](b.md 't')",
            "[a](term:b)",
            "[a]()",
        ),
        *(
            "[a](é.md)",
            "[**a**](b.md)",
            "**[a](b.md)**",
            "[a](b.md)'s",
            "![a](b.png)",
            "[a](b_c.md) d_e",
            "a ' b",
        ),
        *(
            "x*y",
            "`a`",
            "a\\",
            "<b>",
            "&amp;",
            "^[a]",
            "(c)",
            "a...",
            "'a'",
            '"a"',
            "a ",
            " a",
            "\ta",
            "a\xa0",
            "~~a~~",
        ),
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).flatmap(
    lambda words: st.sampled_from([" ", "", "\n"]).map(lambda between: between.join(words))
)
BEGINNINGS = st.sampled_from(
    [
        *(
            "",
            "",
            "",
            "- ",
            "- ",
            "* ",
            "1. ",
            "2. ",
            "0. ",
            "1) ",
            "-  ",
            "-",
            "  - ",
            "  ",
            "    ",
            "> ",
            "> - ",
            ">",
        ),
        *("## ", "### ", "# ", "##", "####### ", ": ", "~ ", ":", "::", "#", "[^1]: ", "[a]: ", "| "),
    ]
)
ODD_LINES = st.sampled_from(
    [
        *(
            "---",
            "===",
            "```",
            "::: note",
            ":::",
            "::: shows",
            "- shows: a",
            "- does not show: b",
            "| - | -",
            "* * *",
        ),
        *(
            "## A {#b}",
            "## A ##",
            "- [ ] a",
            "- # a",
            "- - a",
            "- ",
            "{}",
            "## It's",
            "a | b",
            "- | -",
            "> ",
            ":-",
            "    a",
        ),
    ]
)
ROWS = st.sampled_from(
    [
        *(
            "| a | b |",
            "| a | b |",
            "| **a** | [@b] |",
            "| [@b] | [@b] |",
            "| it's |  |",
            "|a|b|",
            "| a\\| | b |",
        ),
        *(
            "| - | - |",
            "| :- | -: |",
            "|:-:|---|",
            "|-|",
            "- | -",
            "| a |",
            "a | b",
            "| a | b",
            "| a | b |c",
            "||",
            "|",
        ),
    ]
)
LINES = st.sampled_from(["", "", ""]) | st.builds("{}{}".format, BEGINNINGS, TEXTS) | ODD_LINES
BODIES = st.lists(LINES | ROWS, max_size=8).map("\n".join) | st.lists(ROWS, max_size=5).map("\n".join)


def stock(reader: Reader, text: str) -> Prose:
    """Read a body with every rule, asked everywhere."""
    locate, tokens = in_body("a.md", 1), all_rules().parse(text)
    reader._reserve_ids(tokens, locate)
    return TokenReader(reader, Paragraphs(text.split("\n"), locate), locate).prose(tokens)


def read(text: str, how: object) -> object:
    """Give all that a body comes to."""
    reader = Reader("a.md", BLOCKS, frozenset({"b"}))
    prose = stock(reader, text) if how is stock else reader.body(text, in_body("a.md", 1))
    return prose, reader, list(reader.anchors.items())


@pytest.mark.no_cover
@TRIES
@given(BODIES)
@example("- a\n\n: b")
@example("- a\n- b\n\nc\n\n- d")
@example("- a\n\n- b")
@example("- a\n\n  b")
@example("- a\n\n1. b")
@example("0. a")
@example("> a\n> b\n\nc")
@example("> a\nb")
@example("- > a\n- b")
@example("a\n\n: b")
@example("a\n:::\nb")
@example(":: note\n\na\n\n::")
@example("## A\n| - |\n")
@example("<b>\n\n## a > b")
@example("> a\n\nb\n\n> c\n> d\n\ne")
@example("::: note\na\n\n- b\n:::\n\nc")
@example("| a | b |\n| :- | -: |\n| c | [@d] |\n| [@d] | it's |\n\n: e")
@example("| a | b |\n| - | - |")
@example("| a | b |\n| - | - |\nc\n")
@example("| a | b |\n| - | - |\n- c | d")
@example("  | a | b |\n| - | - |\n> | c | d |")
def test_a_body_is_read_as_by_the_stock_rules(text: str) -> None:
    assert read(text, None) == read(text, stock)


@pytest.mark.no_cover
@TRIES
@given(TEXTS)
def test_a_text_with_parts_is_read_as_by_the_stock_rules(text: str) -> None:
    assert read(text, None) == read(text, stock)


@pytest.mark.no_cover
@TRIES
@given(st.lists(st.sampled_from(["a", " ", "\t", "\n", "\n", "- a", "\u2028", "\x0b"])).map("".join))
def test_lines_are_marked_as_by_the_stock_state(text: str) -> None:
    md = all_rules()
    ours, stock_state = signs._Blocks(text, md, {}, []), StateBlock(text, md, {}, [])
    assert vars(ours) == vars(stock_state)


def test_what_most_articles_hold_is_plain() -> None:
    text = (Path(__file__).parent / "plain.md").read_text("utf-8")
    kinds = [token.type for token in markdown().parse(text)]
    assert {*kinds} == {
        "plain_heading",
        "plain_paragraph",
        "plain_list",
        "plain_table",
        "blockquote_open",
        "blockquote_close",
    }


@pytest.mark.parametrize("target", ["a.md", "a/b.md#c-d", "a", "-_.md", "a..b", "a#b"])
def test_the_address_of_a_page_nearby_stays_as_it_is(target: str) -> None:
    part = (plain.parts_of(markdown())(f"[a]({target})") or [])[0]
    assert part["target"] == target == markdown().normalizeLink(target)


@pytest.mark.no_cover
@TRIES
@given(TEXTS | st.text("ab .,-:;/%é\u2019\ud800", max_size=8) | st.text(max_size=4))
@pytest.mark.parametrize("md", [markdown(), emphasis_only()], ids=["text", "title"])
def test_what_is_mere_words_at_a_glance_holds_no_sign(md: MarkdownIt, text: str) -> None:
    assert not plain.is_mere(text) or not (signs.signs_of(md).search(text) or re.search(r"[\[\]@]", text))


@pytest.mark.no_cover
@TRIES
@given(st.from_regex(r"\A[A-Za-z0-9_-][A-Za-z0-9_./-]*(?:#[A-Za-z0-9_-]+)?\Z"))
def test_no_address_of_a_page_nearby_is_changed_by_the_stock_rules(target: str) -> None:
    assert markdown().normalizeLink(target) == target


def test_a_text_full_of_apostrophes_is_not_plain() -> None:
    parts_of = plain.parts_of(markdown())
    assert parts_of("it's " * 999) is not None
    assert parts_of("it's " * 1001) is None
    text = "it's " * 1001
    assert read(text, None) == read(text, stock)
