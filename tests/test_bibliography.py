"""References: the text of an independent processor, each difference listed, and what always holds."""

# ruff: noqa: RUF001  # the typographic characters stand here as a reader sees them

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citewell.bibliography import Style, format_work, plain, sort_key
from citewell.bibliography.capitals import title_case
from citewell.bibliography.identifiers import doi_fault, nct_fault, pmid_fault, url_fault
from citewell.bibliography.numbers import edition, pages_full, pages_minimal
from citewell.bibliography.read import work_from_csl
from citewell.core.csl import Date, Name, Run, Work

HERE = Path(__file__).parent / "bibliography"
STYLES: tuple[Style, ...] = get_args(Style)


def stored(name: str) -> str:
    return (HERE / f"{name}.json").read_text(encoding="utf-8")


RECORDS: dict[str, dict[str, object]] = {record["id"]: record for record in json.loads(stored("works"))}
ORACLE: dict[str, dict[str, str]] = {style: json.loads(stored(style)) for style in STYLES}
DIFFERENCES: dict[str, dict[str, dict[str, str]]] = json.loads(stored("differences"))


def printed(key: str, style: Style) -> str:
    return plain(format_work(work_from_csl(RECORDS[key]), style))


def comparable(text: str, style: Style) -> str:
    straight = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return re.sub(r"(?<=\w)\N{EN DASH}(?=\d)", "-", straight) if style == "vancouver" else straight


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("key", RECORDS)
def test_reference_is_the_processors_or_a_listed_difference(key: str, style: Style) -> None:
    ours, theirs = printed(key, style), ORACLE[style][key]
    if listed := DIFFERENCES[style].get(key):
        assert ours == listed["ours"]
        assert comparable(ours, style) != comparable(theirs, style), "no longer a difference: unlist it"
        assert listed["because"]
    else:
        assert comparable(ours, style) == comparable(theirs, style)


def test_every_stored_reference_belongs_to_a_work() -> None:
    for style in STYLES:
        assert ORACLE[style].keys() == RECORDS.keys()
        assert DIFFERENCES[style].keys() <= RECORDS.keys()


FLAWS = re.compile(
    r"\.\.|[?!]\.|\.[”’]\.|,,|;;|::|[,;:]\."  # punctuation twice
    r"|\(\)|\[\]|[(\[]\s|\s[.,;:)\]]|\s\s"  # brackets around nothing, spaces astray
    r"|^[.,;: ]|[,;:\s(\[]$"  # a beginning or an end that joins nothing
)


@pytest.mark.no_cover
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_missing_fields_leave_no_stray_punctuation(data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(list(RECORDS.values())))
    gone = data.draw(st.sets(st.sampled_from(sorted(record.keys() - {"id"}))))
    kept = {key: value for key, value in record.items() if key not in gone}
    style = data.draw(st.sampled_from(STYLES))
    runs = format_work(work_from_csl(kept), style)
    unlinked = plain(Run("LINK", url=run.url) if run.url else run for run in runs)
    assert not FLAWS.search(unlinked), unlinked
    assert unlinked


def test_a_work_with_an_id_alone_says_its_id_and_never_fails() -> None:
    for style in STYLES:
        assert plain(format_work(Work(id="lost", type=""), style))
    assert plain(format_work(Work(id="lost", type=""), "ama")) == "lost"


@pytest.mark.parametrize("style", STYLES)
def test_doi_pmid_registry_number_and_address_are_links(style: Style) -> None:
    for work, address in (
        (Work("a", "book", "T", doi="10.1234/a<b>c#d"), "https://doi.org/10.1234/a%3Cb%3Ec%23d"),
        (Work("a", "article-journal", "T", pmid="123"), "https://pubmed.ncbi.nlm.nih.gov/123/"),
        (Work("a", "webpage", "T", nct="NCT04493242"), "https://clinicaltrials.gov/study/NCT04493242"),
        (Work("a", "book", "T", url="http://example.org/a"), "http://example.org/a"),
    ):
        assert links_of(work, style) == [address]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://a.org"])
def test_only_http_and_https_become_links(url: str, style: Style) -> None:
    assert links_of(Work("a", "webpage", "T", url=url, doi=url, pmid=url, pmcid=url, nct=url), style) == []
    assert links_of(Work("a", "webpage", "T", url=url), style) == []


def links_of(work: Work, style: Style) -> list[str]:
    return [run.url for run in format_work(work, style) if run.url]


def test_pmcid_is_a_link_in_vancouver() -> None:
    work = Work(id="a", type="article-journal", title="T", pmcid="PMC77")
    assert links_of(work, "vancouver") == ["https://pmc.ncbi.nlm.nih.gov/articles/PMC77/"]


def test_markup_becomes_style_and_never_text() -> None:
    title = (
        "CD34<sup>+</sup> <span class='nocase'>cells</span>, H<sub>2</sub>O, <i>M. abscessus</i> & <script>"
    )
    runs = format_work(Work(id="a", type="article-journal", title=title), "ama")
    assert [run for run in runs if run.style] == [Run("+", "sup"), Run("2", "sub"), Run("M. abscessus", "i")]
    assert plain(runs) == "CD34+ cells, H2O, M. abscessus & <script>."


def test_a_species_stands_upright_in_an_italic_title() -> None:
    runs = format_work(Work("a", "book", "Life of <i>Mus musculus</i> in clinics"), "ama")
    assert runs == (Run("Life of ", "i"), Run("Mus musculus"), Run(" in Clinics", "i"), Run("."))


def test_journals_and_volumes_are_italic_in_apa() -> None:
    runs = format_work(work_from_csl(RECORDS["journal-full"]), "apa")
    assert [run.text for run in runs if run.style == "i"] == ["Journal of Imaginary Medicine", "12"]


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ('the patient\'s "own" cells', "the patient’s “own” cells"),
        ("<i>E. coli</i>'s 'toxin' tested", "E. coli’s ‘toxin’ tested"),
        ('("quoted")', "(“quoted”)"),
        ('What is a "cure"', "What is a “cure.”"),
        ("Rights of the patients'", "Rights of the patients’."),
    ],
)
def test_quotation_marks_are_curly(given_text: str, expected: str) -> None:
    assert plain(format_work(Work(id="a", type="song", title=given_text), "vancouver")).startswith(expected)


@pytest.mark.parametrize(
    ("pages", "minimal", "full"),
    [
        ("123-129", "123-9", "123-129"),
        ("123–9", "123-9", "123-129"),
        ("1444--1453", "1444-53", "1444-1453"),
        ("S12-S19", "S12-9", "S12-S19"),
        ("364S-375S", "364S-375S", "364S-375S"),
        ("77-101", "77-101", "77-101"),
        ("5-5", "5-5", "5-5"),
        ("1-3, 118-119", "1-3, 118-9", "1-3, 118-119"),
        ("e12404", "e12404", "e12404"),
        ("", "", ""),
    ],
)
def test_page_ranges(pages: str, minimal: str, full: str) -> None:
    assert pages_minimal(pages) == minimal
    assert pages_full(pages, "-") == full


def test_a_case_whose_page_is_not_known_yet_keeps_its_place() -> None:
    work = Work("a", "legal_case", "Roe v. Doe", container_title="F.4th", volume="99", issued=Date(2026))
    assert plain(format_work(work, "apa")) == "Roe v. Doe, 99 F.4th ___ (2026)."


def test_editions() -> None:
    assert [edition(text) for text in ("1", "2nd", "3", "11", "21", "112", "Revised edition", "")] == [
        "1st ed.", "2nd ed.", "3rd ed.", "11th ed.", "21st ed.", "112th ed.", "Revised edition", "",
    ]  # fmt: skip


def test_title_case_leaves_small_words_and_names() -> None:
    for title, expected in (
        ("the biology of iPS cells: an e-book for all", "The Biology of iPS Cells: An E-Book for All"),
        ("1st in line, see example.org or not to be of", "1st in Line, See example.org or Not to Be Of"),
        (
            "notes on <i>mus musculus</i> and h<sub>2</sub>o",
            "Notes on <i>mus musculus</i> and H<sub>2</sub>o",
        ),
    ):
        assert title_case(title) == expected


def test_sort_key_orders_names_without_accents_and_articles() -> None:
    works = [
        Work(id="5", type="book", title="The zebra"),
        Work(id="4", type="book", author=(Name(literal="The Pew Charitable Trusts"),)),
        Work(id="3", type="book", title="B", author=(Name(family="Öz", given="A"),), issued=Date(2020)),
        Work(id="2", type="book", title="A", author=(Name(family="Oz", given="A"),), issued=Date(2020)),
        Work(id="1", type="book", title="C", author=(Name(family="Oz", given="A"),), issued=Date(1999)),
        Work(id="0", type="book", title="an abacus"),
    ]
    assert [work.id for work in sorted(works, key=sort_key)] == ["0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"date-parts": [[2024, 2]]}, Date(2024, 2)),
        ({"date-parts": [["2024", "2", "13"]]}, Date(2024, 2, 13)),
        ({"date-parts": [[2024, 2, 1], [2024, 3, 1]]}, Date(2024, 2, 1)),
        ({"raw": "2019-12-06"}, Date(2019, 12, 6)),
        ("2019-12-06", Date(2019, 12, 6)),
        ("2019-12", Date(2019, 12)),
        ("2019", Date(2019)),
        (2019, Date(2019)),
        ("2019-02-30", Date(2019, 2)),
        ("2019-13-01", Date(2019)),
        ("spring", None),
        ({"date-parts": [[]]}, None),
        ({"date-parts": [["next"]]}, None),
        ({"date-parts": "2024"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_dates_are_read_as_far_as_they_exist(value: object, expected: Date | None) -> None:
    assert work_from_csl({"id": "a", "issued": value}).issued == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"family": "Doe", "given": "Jane"}], Name(family="Doe", given="Jane")),
        ([{"family": "Doe", "given": "Henry W., Jr."}], Name(family="Doe", given="Henry W.", suffix="Jr.")),
        (["Doe, Jane"], Name(family="Doe", given="Jane")),
        (["DeVita, Vincent T., Jr."], Name(family="DeVita", given="Vincent T.", suffix="Jr.")),
        (["World Health Organization"], Name(literal="World Health Organization")),
        ([{"literal": "WHO"}], Name(literal="WHO")),
        ([{"family": "Gogh", "non-dropping-particle": "van"}], Name(family="Gogh", particle="van")),
        ([{"family": "Humboldt", "given": "A", "dropping-particle": "von"}], Name("Humboldt", "A von")),
        ("Doe, Jane", Name(family="Doe", given="Jane")),
    ],
)
def test_names_are_read(value: object, expected: Name) -> None:
    assert work_from_csl({"id": "a", "author": value}).author == (expected,)


def test_a_record_is_read_whole() -> None:
    work = work_from_csl({
        "id": "a", "type": "dataset", "title": " Two \n lines ", "volume": 12,
        "DOI": "https://doi.org/10.1234/x", "edition": True, "custom": {"a": 1},
        "number": "NCT04493242", "journalAbbreviation": "J.", "PMID": 31234567, "container-title": "J",
    })  # fmt: skip
    assert work == Work(
        id="a", type="dataset", title="Two lines", volume="12", doi="10.1234/x", nct="NCT04493242",
        pmid="31234567", container_title="J", container_title_short="J.",
    )  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=4,
)
csl_keys = st.sampled_from(
    sorted({key for record in RECORDS.values() for key in record} | {"editor", "event-title", "archive"}),
)
dates = st.fixed_dictionaries({"date-parts": st.lists(st.lists(json_values, max_size=4), max_size=2)})
name_keys = st.sampled_from(["family", "given", "suffix", "literal", "dropping-particle"])
names = st.lists(st.dictionaries(name_keys, json_values), max_size=4)


@pytest.mark.no_cover
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(st.dictionaries(csl_keys, json_values | dates | names, max_size=8), st.sampled_from(STYLES))
def test_no_record_with_an_id_is_too_strange(record: dict[str, object], style: Style) -> None:
    work = work_from_csl({**record, "id": "strange"})
    runs = format_work(work, style)
    assert plain(runs)
    assert all(run.url.startswith(("https://", "http://")) for run in runs if run.url)
    assert sort_key(work) == sort_key(work)


@pytest.mark.parametrize(
    ("fault", "right", "wrong"),
    [
        (
            doi_fault,
            ["10.1234/abc", "10.1000/182", "10.1016/S0140-6736(20)30183-5", "10.123456789/a/b<1:2>3"],
            ["10.abc", "10.12/x", "10.1234/", "https://doi.org/10.1234/abc", "doi:10.1234/a", "10.1234/a b", ""],
        ),
        (pmid_fault, ["1", "31234567"], ["", "0", "PMC123", "12 3", "PMID: 1", "1234567890", "٣"]),
        (nct_fault, ["NCT04493242"], ["", "nct04493242", "NCT0449324", "NCT044932421", "04493242"]),
        (
            url_fault,
            ["https://example.org", "http://example.org:8080/a?b=c#d", "https://bücher.example/ü"],
            ["", "a.org", "ftp://a.org", "javascript:alert(1)", "https://", "http:///x", "https://a b",
             "https://[", "https://a:port", "https://a/\n"],
        ),
    ],
)  # fmt: skip
def test_faults_of_identifiers(
    fault: Callable[[str], str | None], right: list[str], wrong: list[str]
) -> None:
    assert [text for text in right if fault(text) is not None] == []
    assert [text for text in wrong if fault(text) is None] == []
    for text in wrong:
        sentence = fault(text) or ""
        assert sentence.startswith(f"`{text}` is not a")
        assert ", as in `" in sentence


def test_doi_fault_names_the_way_out() -> None:
    assert doi_fault("10.abc") == (
        "`10.abc` is not a DOI: it starts with `10.`, four to nine digits and a `/`, as in `10.1234/abc`"
    )
    assert "write only the part after `https://doi.org/`" in str(doi_fault("https://doi.org/10.1234/abc"))
