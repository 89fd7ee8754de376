"""What is read line by line means what the library says, in each place and each value."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from citewell.parse import yamlnodes
from citewell.parse.nodes import Place
from citewell.parse.yamllines import read_plain

TRIES = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # machines are busy

# Texts that a value may be, a key may be taken for, or that YAML reads in a way of its own.
WRITTEN = st.sampled_from(
    [
        *(
            "a",
            "word",
            "two words",
            "it's",
            "1.10",
            "no",
            "12:30",
            "2026-11-22",
            "a:b",
            "a: b",
            "a #b",
            "a#b",
            "a:",
        ),
        *(
            "https://example.org/x#y",
            "ends ",
            " begins",
            "é",
            "a\xa0b",
            "\xa0a",
            "a\xa0",
            "\u202ea",
            "a\tb",
            "\U0001f9ec",
        ),
        *(
            '""',
            "''",
            '" "',
            '"a"',
            '"a: b"',
            '"a #b"',
            '"a\\tb"',
            '"a\\u202e"',
            '"é\u2028"',
            '"a',
            "'a",
            "'it''s'",
            "'a'",
        ),
        *(
            '"a" b',
            '"a"#b',
            '"a" # b',
            "a # b",
            "[a, b]",
            "[a]",
            "[]",
            "[a, b",
            "[a b, 'c, d', \"e\"]",
            "[a: b]",
            "[a ,b]",
        ),
        *(
            "[é-x, 1.5.]",
            "{a: b}",
            "{a: b, c: 'd e'}",
            "{a: 1, a: 2}",
            "{}",
            "{a: b",
            "{a:b}",
            "[[a]]",
            "[a,]",
            "[a,b]",
        ),
        *(
            "&a b",
            "*a",
            "!a b",
            "|",
            ">-",
            "%a",
            "@a",
            "`a`",
            "?a",
            "? a",
            "-a",
            "- a",
            "-",
            "~",
            "<<",
            "--- a",
            "---",
            "...",
        ),
        *(
            "(a)",
            "/a/",
            "=",
            "<a>",
            "a\\b",
            "a, b",
            "a [b]",
            "a {b}",
            "a - b",
            'a "b" c',
            "*a* b",
            ",a",
            "“a”",
            "a & b",
            "a!",
        ),
    ]
)
KEYS = st.sampled_from(
    ["a", "b", "c-d", "e_f", "é", "1", "a b", '"a"', "'b'", "<<", "b\xa0", "a" * 101, "a" * 1030, "?", "a.b"]
)
INDENTS = st.sampled_from(
    ["", "", "  ", "  ", "    ", "    ", "   ", "      ", " " * 15, " " * 16, "\t", "\xa0"]
)
DASHES = st.sampled_from(["", "", "- ", "- ", "-   ", "-    ", "-", "- - "])
ODD_LINES = st.one_of(
    st.builds("{}{}{}: {}".format, INDENTS, DASHES, KEYS | st.just("a"), WRITTEN),
    st.builds("{}{}{}:".format, INDENTS, DASHES, KEYS),
    st.builds("{}{}{}".format, INDENTS, DASHES, WRITTEN),
    st.builds("{}{}".format, INDENTS, st.sampled_from(["", "# a", "#", "# é\xa0", "# \u202e"])),
)
NAMES = st.sampled_from(["title", "also", "container-title", "_y"])
TEXTS = st.sampled_from(
    [
        "a",
        "two words",
        "“a”, b",
        "1.10",
        "https://a.example/b",
        "'a: b'",
        '"#c"',
        "[a, 'b']",
        '{a: "b", c: d e}',
    ]
)
DATA = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


def is_plain(data: Any, *, in_list: bool = False) -> bool:  # noqa: ANN401 -- texts, lists and dicts
    """Tell whether no list stands in a list: that is not the plainest style."""
    if isinstance(data, list):
        return not in_list and all(is_plain(entry, in_list=True) for entry in data)
    return not isinstance(data, dict) or all(map(is_plain, data.values()))


def written(data: Any, column: int, *, inward: int) -> str:  # noqa: ANN401 -- the same
    """Write what stands behind a key or a dash."""
    if isinstance(data, str):
        return f" {data}"
    blanks = "\n" + " " * column
    if isinstance(data, list):
        entries = (written(entry, column + 2, inward=inward) for entry in data)
        return "".join(f"{blanks}- {entry.lstrip()}" for entry in entries)
    further: dict[type, int] = {list: column + inward, dict: column + 2}
    return "".join(
        f"{blanks}{key}:{written(value, further.get(type(value), 0), inward=inward)}"
        for key, value in data.items()
    )


@st.composite
def documents(draw: st.DrawFn) -> str:
    data = draw(st.dictionaries(NAMES, DATA, min_size=1, max_size=5).filter(is_plain))
    return written(data, draw(st.sampled_from([0, 0, 2])), inward=draw(st.sampled_from([0, 2]))).lstrip("\n")


@pytest.mark.no_cover
@TRIES
@given(documents())
def test_the_plainest_style_is_read_line_by_line(text: str) -> None:
    place = Place("page.md", text + "\n", 2)
    node = read_plain(place)
    assert node is not None
    assert (node, ()) == yamlnodes.read(place)


@pytest.mark.no_cover
@TRIES
@given(
    documents(),
    st.lists(st.tuples(st.integers(0, 20), st.booleans(), ODD_LINES), max_size=2),
    st.sampled_from(["\n", "", "\n\n", "\n  "]),
)
@example("a:\n- b\n- c: d\n  e: f\ng: [h, i]", [], "\n")
@example("a: b\n  c: d", [], "\n")
@example("a: b\n  - c", [], "\n")
@example("a:\nb: c", [], "\n")
@example("- a: b", [], "\n")
@example("  a: b\n  c:\n    - d\n# e\n\n    - f", [], "\n  ")
def test_what_is_read_line_by_line_is_what_the_library_reads(
    text: str, changes: list[tuple[int, bool, str]], end: str
) -> None:
    lines = text.split("\n")
    for row, is_instead, line in changes:
        lines[row : row + is_instead] = [line]
    place = Place("page.md", "\n".join(lines) + end, 2)
    node = read_plain(place)
    assert node is None or (node, ()) == yamlnodes.read(place)
