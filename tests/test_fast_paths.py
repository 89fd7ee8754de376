"""What is done faster than a library does it comes to the same as what the library says."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from posixpath import relpath
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, UndefinedError
from markupsafe import Markup, escape

from citewell.bibliography import identifiers
from citewell.bibliography.text import join as joined
from citewell.bibliography.text import merged, plain
from citewell.core import address
from citewell.core.csl import Run
from citewell.core.model import Gap, Piece, Prose, Record, Words
from citewell.core.reads import EncodedRegister, watched
from citewell.core.view import CiteFill, Entry, Excerpt, Fill, LinkFill, Mark, TermUse
from citewell.io.publish.tree import are_inside, folders_above
from citewell.render import prose, structured
from citewell.render.fault import UndefinedName
from citewell.render.html import environment
from citewell.render.prose import Joiner, escaped, without_marks
from citewell.render.theme import Theme
from citewell.resolve.glossary import Label, _in_words, lexicon

PATHS = st.text(alphabet="ab./é ", max_size=9)
WEB = st.text(alphabet="htps:/.-a1?#[]@\n é", max_size=14)


@pytest.mark.no_cover
@given(PATHS, PATHS)
def test_an_address_is_relative_as_the_system_would_say(page: str, target: str) -> None:
    steps = quote(relpath(f"/{target}", f"/{page.rpartition('/')[0]}"))
    assert address.relative(page, target) == steps + ("/" if target.endswith("/") or not target else "")
    assert address.absolute("https://a.example/", target) == "https://a.example/" + quote(target)


@pytest.mark.no_cover
@given(WEB | WEB.map("https://{}".format) | WEB.map("http://a{}".format) | WEB.map("/\n/{}".format))
def test_no_fault_of_an_address_is_missed_for_how_it_begins(url: str) -> None:
    assert address.scheme_fault(url) == address._fault(url)  # the long way


@pytest.mark.no_cover
@given(WEB | WEB.map("https://{}".format) | st.text("a<>\\^`{|} é\x7f").map("http://a/{}".format))
def test_no_fault_of_the_address_of_a_source_is_missed_for_how_it_looks(url: str) -> None:
    assert identifiers.url_fault(url) == identifiers._url_fault(url)


@pytest.mark.no_cover
@given(st.text() | st.text(alphabet="a<>&'\"\\"))
def test_text_is_escaped_as_markupsafe_does(text: str) -> None:
    assert escaped(text) == prose._escaped(text) == str(escape(text))


@pytest.mark.no_cover
@given(st.lists(st.text(alphabet="a<&'\0\n"), max_size=4))
def test_words_are_escaped_at_once_as_one_by_one(texts: list[str]) -> None:
    words = Prose(tuple(Words(number, text) for number, text in enumerate(texts)))
    assert Joiner(str, {}).prose(words) == escape("").join(map(escape, texts))


@pytest.mark.no_cover
@given(PATHS.filter(lambda path: path and are_inside([path])))
def test_the_folders_above_a_file_are_those_of_its_path(path: str) -> None:
    assert folders_above(path) == [str(folder) for folder in PurePosixPath(path).parents if folder.name]


# -- references --------------------------------------------------------------------------------------------------------

ENDINGS = st.text("a.?”’ <", max_size=4)  # noqa: RUF001
RUNS = st.lists(st.builds(Run, ENDINGS, st.sampled_from(["", "i"])), max_size=4).map(tuple)


@pytest.mark.no_cover
@given(RUNS.filter(len), st.sampled_from([". ", ".", ", "]))
def test_a_full_stop_is_not_repeated_however_a_text_ends(runs: tuple[Run, ...], delimiter: str) -> None:
    said = plain(joined(delimiter, runs, "b"))
    before = plain(runs[:-1])
    end = re.fullmatch(r"(.*?)(’?”)?", runs[-1].text, re.DOTALL)  # noqa: RUF001
    assert end is not None
    if not delimiter.startswith(".") or re.search(r"[.?!][”’]*$", runs[-1].text):  # noqa: RUF001
        assert said == f"{before}{runs[-1].text}{delimiter.removeprefix('.')}b"
    else:
        assert said == f"{before}{end[1]}.{end[2] or ''}{delimiter[1:]}b"


@pytest.mark.no_cover
@given(RUNS)
def test_runs_are_merged_and_say_the_same(runs: tuple[Run, ...]) -> None:
    fewest = merged(runs)
    assert [(sign, run.style) for run in fewest for sign in run.text] == [
        (sign, run.style) for run in runs for sign in run.text
    ]
    assert all(run.text for run in fewest)
    assert all(one.style != other.style for one, other in pairwise(fewest))


# -- terms in running text ---------------------------------------------------------------------------------------------

SIGNS = "aabB  -'’.\n—“éÉΣσςİ²_"  # noqa: RUF001
FORMS = st.lists(
    st.text(SIGNS, min_size=1, max_size=5)
    | st.sampled_from(["a", "ab", "a b", "a-b", "Ab", "b. a", "a b a", "a b ab", "a b-b a"]),
    max_size=6,
)
TEXTS = st.lists(
    st.lists(
        st.sampled_from(["a", "b", "ab", "A", "aB", " ", " ", "-", "—", ".", "’", "\n", "É", "Σ", "İ", "é"]),  # noqa: RUF001
        max_size=14,
    ).map("".join)
    | st.text(SIGNS, max_size=12),
    max_size=4,
)


def lowered(text: str) -> str:
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(s.lower() if len(s.lower()) == 1 else s for s in text)
    )


def quoted(text: str) -> str:
    return text.replace("’", "'").replace("\n", " ")  # noqa: RUF001


def label(form: str) -> Label:
    exact = form[1:] != form[1:].lower()
    return Label(quoted(form) if exact else lowered(quoted(form)), f"slug-{form}", exact)


def sought(number: int, text: str, known: list[Label]) -> Iterator[TermUse]:
    """Find terms by trying every label at every word."""
    text, reached = quoted(text), 0
    for word in re.finditer(r"[^\W_]+", lowered(text)):
        start = word.start()
        if start < reached or re.search(r"(?<=[^\W_])-\Z", text[:start]):
            continue
        for found in sorted(known, key=lambda label: -len(label.text)):
            shown = text if found.exact else lowered(text)
            first = re.match(r"[^\W_]+", found.text)
            whole = first and lowered(first[0]) == word[0] and shown.startswith(found.text, start)
            end = start + len(found.text)
            if whole and not re.match(r"-?[^\W_]", text[end:]):
                yield TermUse(number, start, end, found.slug)
                reached = end
                break


@pytest.mark.no_cover
@given(FORMS, TEXTS)
def test_terms_are_found_as_by_trying_each_at_every_word(forms: list[str], texts: list[str]) -> None:
    known = sorted({found.text: found for found in map(label, dict.fromkeys(forms))}.values())
    words = [Words(number, text) for number, text in enumerate(texts)]
    found = _in_words(words, lexicon(tuple((each.slug.removeprefix("slug-"), each.slug) for each in known)))
    expected = {piece.number: [*sought(piece.number, piece.text, known)] for piece in words}
    assert found == {number: uses for number, uses in expected.items() if uses}


# -- what pages show and tell machines ---------------------------------------------------------------------------------

PIECES: st.SearchStrategy[Piece] = st.one_of(
    st.builds(Words, st.integers(1, 3), st.text("a<&' \n\xa0", max_size=5)),
    st.sampled_from(["<em>a</em>", Gap(1), Gap(2)]),
)
PROSE = st.lists(PIECES, max_size=3).map(lambda pieces: Prose(tuple(pieces)))
FILLS: dict[int, Fill] = {1: CiteFill((Mark(1, "c1-1", ""),)), 2: LinkFill("a/", external=False)}


@pytest.mark.no_cover
@given(PROSE, st.lists(st.builds(TermUse, st.integers(1, 3), st.just(0), st.just(1), st.just("a"))))
def test_texts_that_take_nothing_from_the_page_are_the_same_away_from_it(
    prose: Prose, uses: list[TermUse]
) -> None:
    on_page = Joiner(str, FILLS, uses)
    value = on_page.value(Record({"said": prose}))
    if not on_page.put:
        assert value == Joiner(str, without_marks(FILLS)).value(Record({"said": prose}))


@pytest.mark.no_cover
@given(PROSE)
def test_a_definition_is_told_machines_as_it_stands_without_its_tags(prose: Prose) -> None:
    excerpt = Excerpt(prose, FILLS)
    assert structured._plain(excerpt) == Joiner(str, without_marks(FILLS)).prose(prose).striptags()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.no_cover
@given(st.dictionaries(st.text(max_size=3), JSON | st.just(Markup("<b>")), max_size=4))
def test_data_for_machines_is_written_as_the_standard_library_does(data: dict[str, object]) -> None:
    assert structured._json(data).decode() == json.dumps(data, ensure_ascii=False, separators=(",", ":"))


@given(st.dictionaries(st.text(), st.binary()))
def test_entries_one_after_the_other_are_those_that_are_looked_up(entries: dict[str, bytes]) -> None:
    register = EncodedRegister("pages", entries, bytes.hex)
    with watched() as reads:
        assert [*register.values()] == [register[key] for key in entries]
    assert reads.whole
    assert {*register.items()} == {(key, data.hex()) for key, data in entries.items()}


def test_terms_are_told_to_machines_beside_what_only_the_standard_library_takes() -> None:
    entries = tuple(
        Entry(name, name, also, Excerpt(Prose((Words(0, said),)), {}), ())
        for name, also, said in (("a", (), ""), ("b", ("c",), "It is"))
    )
    node = structured._term_set(entries, "https://example.org/", {"@id": "x"})
    told = structured._json(node)
    assert structured._json({**node, "by": Markup("<b>")}) == told[:-1] + b',"by":"<b>"}'
    assert json.loads(told)["hasDefinedTerm"][0].keys() == {"@type", "@id", "name", "inDefinedTermSet"}
    with pytest.raises(TypeError, match="Object of type object is not JSON serializable"):
        structured._json({**node, "by": object()})


SEEN = {
    "plain": "a<b",
    "markup": Markup("<b>"),
    "none": None,
    "number": 1,
    "held": {"part": "<"},
    "text": "abc",
}
SHOWN = (
    *SEEN,
    *(f"thing.{name}" for name in SEEN),
    "thing.held.part",
    "held.part",
    "thing.text.upper()",
    "thing.missing",
    "thing.missing.part",
    "missing.part",
    "none.part",
    "(plain ~ thing.plain).part",
    "[thing][0].plain",
)


@pytest.mark.parametrize("expression", SHOWN)
@pytest.mark.parametrize("around", ["{{ %s }}", "{%% autoescape false %%}{{ %s }}{%% endautoescape %%}"])
def test_a_template_shows_what_jinja_shows(expression: str, around: str) -> None:
    text = around % expression
    mere = Environment(autoescape=True, undefined=UndefinedName, loader=DictLoader({"a.html": text}))
    ours = environment(Theme({"a.html": text}), {})
    assert _said(ours, SEEN) == _said(mere, SEEN)


def _said(templates: Environment, seen: dict[str, Any]) -> str:
    try:
        return templates.get_template("a.html").render(seen, thing=SimpleNamespace(**seen))
    except UndefinedError as fault:
        return f"fault: {fault}"
