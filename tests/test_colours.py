"""Code is coloured as Pygments by itself would colour it, though its rules are asked together."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import find_lexer_class_by_name

from citewell.parse import colours

LANGUAGES = ["python", "javascript", "html", "css", "r", "sql", "toml", "bash", "rust", "java", "ruby", "php"]
CODE = '''\
#!/usr/bin/env tool
import os, sys as system; from a.b import (c)  # a note
@decorated
def f(x: int = 0x1F, *args, y=1_000.5e-3j) -> "text":
    """Says what it does. {x!r}"""
    if not x and None is True or x != y: return f"{x:>{y}} {{}} \\n" % rb'\\x00'
class A<T> extends B { private static final int[] a = {1, 2}; public void m() throws E { a[0] += 1 << 2; } }
const g = async (a, ...b) => `t ${a + b} \\``; /* note */ let re = /a[/]b\\/c/gi; // note
<p class="a" id='b' data-x=y>&amp; &lt; <!-- note --><script>var a = 1 < 2;</script><style>a:hover{b:c}</style>
.a > #b::before, @media (min-width: 10em) { color: #fff; margin: -1.5rem auto !important; }
SELECT a.b, COUNT(*) AS "n" FROM t WHERE x LIKE 'a%' AND y IS NOT NULL -- note
[table.sub]
key = "value" # note
day = 2020-01-02T03:04:05Z
for f in "$@"; do echo "${f%.*}" | sed 's/a/b/' > $(basename `pwd`) && exit 1; done <<EOF
x <- function(a, ...) { mean(a, na.rm = TRUE) %>% print() }
fn main() -> Result<(), Box<dyn Error>> { let mut v: Vec<u8> = vec![1u8; 4]; match v { _ => println!("{:?}", v) } }
<?php function a($b) { return $this->c["d"] . <<<X
x
X; } ?>
def a; @b ||= %w[c d].map(&:to_s) { |e| :f => "#{e}" } =~ /g/x end
'''
SOUP = st.lists(
    st.sampled_from([*CODE.split(), *CODE.splitlines(), *"\n\t '\"`\\#@$%&/<>{}()[]=:;.,-+*0é"]), max_size=12
)


def rules_of(language: str) -> dict[str, list[tuple[Any, Any, Any]]]:
    lexer: Any = find_lexer_class_by_name(language)
    lexer()
    rules: dict[str, list[tuple[Any, Any, Any]]] = lexer._tokens
    return rules


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_that_are_asked_together_match_where_the_first_of_them_does(language: str) -> None:
    joined = 0
    for rules in rules_of(language).values():
        pattern = colours.together(rule[0] for rule in rules)
        joined += pattern is not None
        for at in range(len(CODE) if pattern else 0):
            found = pattern.match(CODE, at) if pattern else None
            first = next((number for number, rule in enumerate(rules, 1) if rule[0](CODE, at)), None)
            assert (found and found.lastindex) == first, (at, CODE[at : at + 20])
    assert joined


@pytest.fixture(scope="module")
def hastened() -> dict[str, Any]:
    """Lexers that have read so much that they ask their rules together."""
    lexers = {language: colours.hastened(find_lexer_class_by_name(language)) for language in LANGUAGES}
    for lexer in lexers.values():
        list(lexer().get_tokens(CODE * 20))
    return lexers


@pytest.mark.no_cover
@pytest.mark.parametrize("language", LANGUAGES)
@given(parts=SOUP)
def test_any_code_is_read_as_by_the_stock_lexer(
    hastened: dict[str, Any], language: str, parts: list[str]
) -> None:
    for text in ("".join(parts), " ".join(parts)):
        tokens = list(hastened[language]().get_tokens_unprocessed(text))
        assert tokens == list(find_lexer_class_by_name(language)().get_tokens_unprocessed(text))


def test_the_rules_of_a_language_are_asked_together_once_that_pays(hastened: dict[str, Any]) -> None:
    root = hastened["python"]._tokens["root"]
    assert root._together is not None
    assert colours.hastened(find_lexer_class_by_name("python"))._tokens["root"]._together is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_colours_are_those_of_pygments(language: str) -> None:
    stock = highlight(CODE, find_lexer_class_by_name(language)(), HtmlFormatter(nowrap=True))
    made = {colours.coloured.__wrapped__(CODE, language) for _ in range(30)}
    assert made == {stock}


def test_rules_that_refer_to_their_groups_are_asked_one_by_one() -> None:
    assert colours.together([re.compile(r"(a)\1").match]) is None
    assert colours.together([re.compile("(?P<a>b)").match]) is None
    assert colours.together([re.compile("a # b", re.VERBOSE).match]) is None
    assert colours.together([lambda _text, _at: None]) is None
