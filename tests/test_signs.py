"""What is read by rules that are asked only where they can apply is the same as what all rules read, asked everywhere."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core.replacements import RARE_RE, SCOPED_ABBR_RE
from markdown_it.rules_core.smartquotes import QUOTE_RE
from markdown_it.token import Token

from citewell.core.model import Line, Prose
from citewell.parse import markup, signs
from citewell.parse.inlines import line
from citewell.parse.prose import Reader
from citewell.parse.spans import Paragraphs, in_body
from citewell.parse.syntax import all_rules, emphasis_only, emphasis_rules, markdown
from citewell.parse.tokens import TokenReader

_EXAMPLES = json.loads((Path(__file__).parent / "commonmark/examples.json").read_text("utf-8"))
EXAMPLES = [
    *(example["markdown"] for example in _EXAMPLES),
    *(
        "a **b** c **d**",
        "***a** b*",
        "**a b.** c",
        "a **b **c** d** e",
        "**a**b**",
        "*a **b** c*",
        "a ** b** c",
    ),
    *(
        "[@a]",
        "[EV]{.plain}",
        "^[a note]",
        "~~no~~",
        "a[^1]\n\n[^1]: b",
        "![a](b)",
        "a (c)",
        "a -- b",
        "it's",
    ),
    *(
        "::: details T\na\n:::",
        "::: details T\na",
        "a\n: b",
        "a\n\n: b",
        "a\n~ b",
        "a | b\n- | -\n1 | 2",
        "a | b\n:- | -\n1 | 2",
    ),
    *(
        "a | b\n|-|-|\nc | d",
        "~~~\na\n~~~",
        "a\n0. b",
        "2) a",
        "3. a",
        "4. a",
        "5. a",
        "6. a",
        "7. a",
        "8. a",
        "9. a",
    ),
    *(
        "a\0b",
        "a\rb",
        "- [ ] a",
        "* * *",
        "- a\n- b",
        "a\n:::\nb",
        "1. a\n   b\n2. c",
        "> a\nb",
        "> - a\n- b",
        "&amp;",
    ),
]
PARTS = st.sampled_from(
    [part for example in EXAMPLES for part in (example, example.strip(), example.partition("\n")[0])]
)
TEXTS = st.lists(PARTS | st.text("ab \t\n*_`~[]()<>!^&;:#@{}|\\\"'-+=.,?1\0\r\u00e9"), max_size=4).flatmap(
    lambda parts: st.sampled_from(["", " ", "\n", "\n\n", "\n  "]).map(lambda between: between.join(parts))
)
SHORT = st.text("ab *.", max_size=12) | st.text("ab [](.)@", max_size=8) | st.text("a\n -:|>1.", max_size=12)
TEXTS |= SHORT
PARSERS = [(signs.by_sign(all_rules()), all_rules()), (emphasis_only(), emphasis_rules())]


def read(md: MarkdownIt, text: str) -> object:
    env: dict[str, object] = {}
    tokens = [*md.parse(text, env), *md.parseInline(text, {})]
    for token in tokens:  # emphasis leaves empty texts behind
        token.children = [child for child in token.children or [] if child.type != "text" or child.content]
    return [told(token) for token in tokens], env.get("references")


def told(token: Token) -> object:
    """Give a token as plain values, whatever its class; of the paragraph in which a footnote stands its words."""
    return token.as_dict(
        as_upstream=False,
        meta_serializer=lambda meta: {key: getattr(it, "content", it) for key, it in meta.items()},
    )


@pytest.mark.no_cover
@settings(deadline=None)  # machines are busy
@given(TEXTS)
@example(" ### foo")
@pytest.mark.parametrize(("quick", "slow"), PARSERS)
def test_both_parsers_make_the_same_tokens(quick: MarkdownIt, slow: MarkdownIt, text: str) -> None:
    assert read(quick, text) == read(slow, text)


def test_both_parsers_make_the_same_of_the_examples() -> None:
    assert not is_spoilt()


@pytest.mark.parametrize(
    ("name", "sign"),
    [(name, sign) for name, all_signs in signs._INLINE.items() for sign in all_signs],
)
def test_no_sign_can_be_left_out(name: str, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(signs._INLINE, name, signs._INLINE[name].replace(sign, ""))
    assert is_spoilt()


@pytest.mark.parametrize(
    "name",
    [name for name in signs._BLOCKS if signs._BLOCKS[name] and name != "html_block"],  # raw HTML is off
)
def test_no_beginning_of_a_line_can_be_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in (name, *({"footnote_def": ["reference"], "reference": ["footnote_def"]}.get(name, ()))):
        monkeypatch.setitem(signs._BLOCKS, other, "")
    assert is_spoilt()


def is_spoilt() -> bool:
    spoilt, slow = signs.by_sign(all_rules()), all_rules()
    return any(read(spoilt, text) != read(slow, text) for text in EXAMPLES)


def title(text: str) -> Line:
    """Read a title as a text with signs is read."""
    md = emphasis_rules()
    tokens = md.parseInline(text)
    html = md.renderer.render(tokens, md.options, {})
    words = (child.content if "break" not in child.type else "\n" for child in tokens[0].children or [])
    return Line(html, "".join(words))


@pytest.mark.no_cover
@given(TEXTS)
def test_a_title_of_mere_words_is_read_as_any_other(text: str) -> None:
    assert line(text) == title(text)


def prose(reader: Reader, text: str) -> Prose:
    """Read a text of the front matter as one with signs is read."""
    tokens = markdown(notes=False).parseInline(text.strip("\n"))
    above = len(text) - len(text.lstrip("\n"))
    tokens[0].map = [above, above + 1]
    locate = in_body("a.md", 1)
    return TokenReader(reader, Paragraphs(text.split("\n"), locate), locate).prose(tokens)


@pytest.mark.no_cover
@given(TEXTS)
def test_mere_words_of_the_front_matter_are_read_as_any_other_text(text: str) -> None:
    quick, slow = Reader("a.md", {}), Reader("a.md", {})
    assert quick.text(text, in_body("a.md", 1), paragraphs=False) == prose(slow, text)
    assert quick == slow


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("rule", "stock"),
    [("smartquotes", [QUOTE_RE]), ("replacements", [RARE_RE, SCOPED_ABBR_RE])],
)
@given(st.text("abcCTMr'\"()+-.?!,\u2019 "))
def test_a_rule_for_whole_texts_is_missed_by_no_text_that_it_changes(
    rule: str, stock: list[re.Pattern[str]], text: str
) -> None:
    found = re.search(signs._CORE[rule], text)
    assert bool(found) == any(pattern.search(text) for pattern in stock)


@pytest.mark.no_cover
@given(TEXTS)
def test_tags_are_written_as_by_the_stock_renderer(text: str) -> None:
    md, ours, stock = all_rules(), markup._RENDERER, RendererHTML()
    tokens = md.parse(text)
    for row in (tokens, *(token.children or [] for token in tokens)):
        for at, _ in enumerate(row):
            assert ours.renderToken(row, at, md.options, {}) == stock.renderToken(row, at, md.options, {})
