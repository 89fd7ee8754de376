"""Where the usual case has a way of its own through parsing, that way says what the long one says."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from pydantic import ValidationError

from citewell.parse import passages, text, yamlnodes
from citewell.parse.frontmatter import Halves, split
from citewell.parse.nodes import Place
from citewell.parse.source_shape import CslShape, is_sound

TRIES = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # machines are busy

TEXTS = st.sampled_from(
    [
        *(
            "a",
            "",
            " ",
            "A b",
            "é",
            "a\n",
            "10.1234/a b",
            "10.1234/abc",
            "https://doi.org/10.1234/abc",
            "NCT04493242",
            "31234567",
        ),
        *(
            "0",
            "2013",
            "0000",
            "2013-02-30",
            "2013-04",
            "٢٠١٣",
            "https://a.example/b?c#d",
            "http://a",
            "https://",
            "https://[a",
            "a@b",
        ),
        *(
            "https://a.example:99999/",
            "https://a.example/\\",
            "https://a.example/b c",
            "https://é.example/",
            "ftp://a.example/",
        ),
        *(
            "book",
            "article-journal",
            "Book",
            "-",
            "\u202e",
            "a;b",
            "[a]",
            "https://a.example/\n",
            "10.1234/a\n",
            "31234567\n",
            "2013\n",
        ),
    ]
)
PARTS = st.dictionaries(
    st.sampled_from(["family", "given", "suffix", "literal", "non-dropping-particle", "name"]),
    TEXTS,
    max_size=3,
)
NAMES = st.lists(PARTS | TEXTS, max_size=2)
DATES = TEXTS | st.fixed_dictionaries({"date-parts": st.just([["2013", "4"]])})
RECORDS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "a1:b", "a b", "é", "[", ""]),
        "type": st.sampled_from(["book", "webpage", "boo"]),
        "title": TEXTS,
    },
    optional={
        **dict.fromkeys(
            ["DOI", "PMID", "NCT", "URL", "volume", "container-title", "note", "titel", "custom"], TEXTS
        ),
        **dict.fromkeys(["author", "editor", "translator"], NAMES),
        **dict.fromkeys(["issued", "accessed", "submitted"], DATES),
    },
)
LIKELY = {
    "DOI": "10.1234/abc",
    "PMID": "31234567",
    "NCT": "NCT04493242",
    "URL": "https://a.example/b?c#d",
    "issued": "2013",
}


@pytest.mark.no_cover
@TRIES
@given(RECORDS, st.sets(st.sampled_from(sorted(LIKELY))))
def test_a_record_that_is_plainly_sound_is_let_through_as_it_is(
    record: dict[str, Any], likely: set[str]
) -> None:
    record |= {key: LIKELY[key] for key in likely}
    if is_sound(record):
        assert CslShape.model_validate(record).model_dump(by_alias=True, exclude_none=True) == record


@pytest.mark.no_cover
@TRIES
@given(st.fixed_dictionaries({}, optional={key: st.text(max_size=30) for key in LIKELY}))
def test_no_identifier_is_plainly_sound_that_is_not_sound(given: dict[str, str]) -> None:
    record = {"id": "a", "type": "book", "title": "T", **given}
    if is_sound(record):
        CslShape.model_validate(record)


def test_most_records_are_plainly_sound() -> None:
    author = [{"family": "Li", "given": "J"}, {"literal": "WHO"}, "Ng, O."]
    record = {
        "id": "li2013",
        "type": "article-journal",
        "title": "T",
        "author": author,
        "volume": "3",
        **LIKELY,
    }
    assert is_sound(record)
    with pytest.raises(ValidationError):
        CslShape.model_validate(record | {"PMID": "x"})
    assert not is_sound(record | {"PMID": "x"})


FENCES = st.lists(
    st.sampled_from(["---", "--- ", "---\xa0", " ---", "...", "----", "", "a", "--- a", "...\t"]), max_size=6
)


@pytest.mark.no_cover
@TRIES
@given(FENCES)
@example(["---", "---"])
def test_the_front_matter_ends_at_the_first_fence(lines: list[str]) -> None:
    halves, faults = split("page.md", "\n".join(lines))
    ends = [row for row, line in enumerate(lines) if row and line.rstrip() in {"---", "..."}]
    if not lines or lines[0].strip() != "---" or not ends:
        assert halves is None
        assert faults
    else:
        matter, body = lines[1 : ends[0]], lines[ends[0] + 1 :]
        assert halves == Halves("\n".join(matter) + "\n", 2, "\n".join(body), ends[0] + 2)


@pytest.mark.no_cover
@TRIES
@given(st.text(st.sampled_from("ab\t\r\n\x00\x1f\x85\u2028\u202e\ufeff\uffff\xa0é—\U0001f9ec&#x202E;")))
def test_hidden_characters_are_sought_only_where_some_can_be(written: str) -> None:
    data = written.encode()
    lined = written.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text._wide(data):
        assert text.decode("page.md", data) == (
            text._CONTROL.sub(" ", lined),
            tuple(text._told("page.md", lined)),
        )


ANCHORED = st.lists(
    st.sampled_from(
        [
            "a",
            ": ",
            "- ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "&a ",
            "*a",
            "!b ",
            '"',
            "'",
            "\n",
            "\n  ",
            " #",
            "b",
            "|\n ",
            ":",
        ]
    ),
    max_size=10,
).map("".join)


@pytest.mark.no_cover
@TRIES
@given(ANCHORED)
@example("a: [b,*c]")
@example('{"a":*b}')
@example("a: &b\n  *c")
def test_anchors_and_tags_are_sought_only_where_one_can_stand(written: str) -> None:
    place = Place("page.md", written)
    told = list(yamlnodes._refused(place))
    assert told == list(yamlnodes._refused_events(place))


@pytest.mark.no_cover
@TRIES
@given(
    st.integers(0, 150),
    st.lists(st.sampled_from(["[", "[", "{a: ", "]", "}", '"[[["', ", ", "&a ", "a"]), max_size=20).map(
        "".join
    ),
    st.integers(30, 45),
)
@example(0, "", 39)
@example(0, "", 40)
@example(0, "]" * 41, 41)
def test_what_is_nested_too_deeply_is_told_before_all_else(pairs: int, odd: str, depth: int) -> None:
    written = f"a: [{'[], ' * pairs}{'[' * depth}{odd}{']' * depth}]\n\xa0b: c\n"
    place = Place("page.md", written)
    deep = tuple(yamlnodes._refused_events(place))
    told = yamlnodes.read(place)
    assert told == (None, deep) if deep else all(fault.code != "yaml/too-deep" for fault in told[1])


@pytest.mark.no_cover
@TRIES
@given(
    st.lists(
        st.sampled_from(
            ["<", ">", "<p>", "</b>", "<a <b>", "<!--", "-->", "&lt;", "&amp;", "&", " ", "\n", "a", "é"]
        )
    ).map("".join)
)
def test_tags_are_taken_out_of_markup_as_by_its_library(markup: str) -> None:
    assert passages.plain(markup) == Markup(markup).striptags()  # noqa: S704 -- it is only compared


@pytest.mark.no_cover
@TRIES
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    ["<p>"],
                    ["</p>\n"],
                    ["<strong>"],
                    ["a "],
                    ["\n"],
                    ["&lt;b&gt; "],
                    ["<!-- c -->"],
                    ["<hr>\n"],
                ),
                *(
                    ["<a ", ">"],
                    ["</a>"],
                    ['<h2 id="a">'],
                    ["</h2>\n"],
                    ['<p class="strand-label">', "b</p>\n"],
                ),
                *(
                    ['<sup class="footnote-ref"><a href="#">1</a></sup>'],
                    ['<a href="#" class="footnote-backref">↩</a>'],
                ),
            ]
        )
    )
)
def test_tags_are_taken_out_of_parts_as_out_of_the_whole(markup: list[list[str]]) -> None:
    parts = [part for tag in markup for part in tag]
    whole, bare = "".join(parts), "".join(map(passages._without_tags, parts))
    assert passages._HEADING.findall(bare) == passages._HEADING.findall(whole)
    assert passages.plain(bare) == passages.plain(whole)


@pytest.mark.no_cover
@TRIES
@given(st.text(st.sampled_from("ab \n\t\x0b\x1f\x85\xa0\u2003\u2028\u3000\u200b\ufeff\u2019é")) | st.text())
def test_a_text_is_spaced_as_by_its_words(text: str) -> None:
    assert passages._spaced(text) == " ".join(text.split())
