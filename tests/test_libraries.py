"""Libraries in BibTeX and RIS: the same references as from CSL-JSON, and every fault in its place without loss of the rest."""

# ruff: noqa: RUF001  # the typographic characters stand here as a reader sees them

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citewell.bibliography import Style, format_work
from citewell.bibliography.bibtex import bibtex_entry
from citewell.bibliography.read import work_from_csl
from citewell.bibliography.ris import ris_entry
from citewell.builder import build, site_options
from citewell.core.csl import Run
from citewell.core.model import Source
from citewell.parse.latex import text_of
from citewell.parse.library import parse_library, parse_records

HERE = Path(__file__).parent
FILES = HERE / "libraries"
RECORDS: list[dict[str, Any]] = json.loads((FILES / "sources.json").read_text(encoding="utf-8"))
WORKS: list[dict[str, Any]] = json.loads((HERE / "bibliography" / "works.json").read_text(encoding="utf-8"))
STYLES: tuple[Style, ...] = get_args(Style)


def printed(name: str, data: bytes) -> dict[str, dict[str, tuple[Run, ...]]]:
    library = parse_library(Source(name, data))
    assert library.diagnostics == ()
    works = {entry.id: entry.work for entry in library.entries if entry.work}
    return {id_: {style: format_work(work, style) for style in STYLES} for id_, work in works.items()}


JSON = printed("sources.json", (FILES / "sources.json").read_bytes())
OTHERS = {name: printed(name, (FILES / name).read_bytes()) for name in ("sources.bib", "sources.ris")}


# -- the same references -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("id_", JSON)
def test_a_record_prints_the_same_from_every_format(id_: str, name: str) -> None:
    assert OTHERS[name][id_] == JSON[id_]


@pytest.mark.parametrize("name", OTHERS)
def test_no_record_is_lost(name: str) -> None:
    assert OTHERS[name].keys() - {"cells"} == JSON.keys()


def rewritten(record: dict[str, Any], name: str) -> dict[str, tuple[Run, ...]]:
    entry = {"sources.bib": bibtex_entry, "sources.ris": ris_entry}[name](record)
    return printed(name, entry.encode())[record["id"]]


@pytest.mark.parametrize("record", RECORDS, ids=[record["id"] for record in RECORDS])
@pytest.mark.parametrize("name", OTHERS)
def test_a_record_that_is_written_as_an_entry_prints_the_same(record: dict[str, Any], name: str) -> None:
    assert rewritten(record, name) == JSON[record["id"]]


@pytest.mark.parametrize("record", WORKS, ids=[record["id"] for record in WORKS])
def test_any_record_keeps_its_reference_in_bibtex(record: dict[str, Any]) -> None:
    work = work_from_csl(record)
    assert rewritten(record, "sources.bib") == {style: format_work(work, style) for style in STYLES}


# -- what is wrong, in its place -----------------------------------------------------------------------------------

Found = list[tuple[str, str, str, str]]


def faults(name: str, text: str) -> tuple[Found, list[str]]:
    """Code, text at fault, message and mend of each diagnostic; and the ids of the records that are left."""
    read = parse_records(Source(name, text.encode()))
    lines = text.split("\n")
    return [
        (
            found.code,
            lines[found.span.line - 1][found.span.column - 1 :][: found.span.length],
            found.message,
            found.help,
        )
        for found in read.diagnostics
    ], [record.record["id"] for record in read.records]


AROUND = "@book{{before, title = {{B}}}}\n\n{}\n\n@book{{after, title = {{A}}}}\n"

BROKEN_BIB = {
    "a brace that is never closed": (
        "@book{x,\n  title = {A {word},\n  author = {Kim, Ada},\n  year = 2020\n}",
        ("{", "the `{` that opens the value of `title` is never closed"),
    ),
    "the brace of the last field": (
        "@book{x,\n  author = {Kim, Ada},\n  title = {A\n}",
        ("{", "the `{` that opens the value of `title` is never closed"),
    ),
    "a quote that is never closed": (
        '@book{x,\n  title = "A,\n  author = "Kim, Ada",\n}',
        ('"', 'the `"` that opens the value of `title` is never closed'),
    ),
    "an entry without an end": (
        "@book{x,\n  title = {A},\n  year = 2020",
        ("@book{x", "the entry that begins here with `@book{x` has no end"),
    ),
    "a brace too many": (
        "@book{x,\n  title = {A}},\n  year = 2020\n}",
        ("}", "a `}` too many ends the entry `x` here, and `,` follows it"),
    ),
    "no comma behind a value": (
        "@book{x,\n  title = {A}\n  year = 2020\n}",
        ("}", "a comma is missing behind the value of `title`"),
    ),
    "no comma behind a number": (
        "@book{x,\n  year = 2020\n  title = {A}\n}",
        ("0", "a comma is missing behind the value of `year`"),
    ),
    "no comma behind the id": (
        "@book{x\n  title = {A},\n  year = 2020\n}",
        ("x", "a comma is missing behind `@book{x`"),
    ),
    "two commas": ("@book{x,\n  title = {A},,\n  year = 2020\n}", (",", "two commas follow each other here")),
    "two commas on two lines": (
        "@book{x,\n  title = {A},\n  ,\n  year = 2020\n}",
        (",", "two commas follow each other here"),
    ),
    "no id": ("@book{\n  title = {A},\n  year = 2020\n}", ("@book{", "the entry `@book{` has no id")),
    "an empty id": ("@book{,\n  title = {A}\n}", ("@book{", "the entry `@book` has no id")),
    "no equals sign": (
        "@book{x,\n  title {A},\n  year = 2020\n}",
        ("title", "a `=` is missing behind `title`"),
    ),
    "no equals sign at the end": (
        "@book{x,\n  title = {A},\n  note\n}",
        ("note", "a `=` is missing behind `note`"),
    ),
    "no opening brace": (
        "@book x,\n  title = {A},\n  year = 2020\n}",
        ("@book", "a `{` is missing after `@book`"),
    ),
    "a macro that is not defined": (
        "@string{jama = {JAMA}}\n@article{x,\n  title = {A},\n  journal = jamma\n}",
        ("jamma", "there is no `@string` named `jamma`"),
    ),
    "a value that is missing": (
        "@book{x,\n  title = {A},\n  year = ,\n}",
        (",", "nothing stands after `year =`"),
    ),
    "an entry that there is not": (
        "@incollection{x,\n  title = {A},\n  crossref = {befor}\n}",
        ("befor", "there is no entry `befor` in this file"),
    ),
}


@pytest.mark.parametrize(("entry", "at"), BROKEN_BIB.values(), ids=BROKEN_BIB.keys())
def test_a_broken_entry_is_told_once_where_it_breaks_and_the_others_stay(
    entry: str, at: tuple[str, str]
) -> None:
    found, ids = faults("sources.bib", AROUND.format(entry))
    assert [(code, text, message) for code, text, message, _ in found] == [("sources/broken-entry", *at)]
    assert found[0][3]
    assert [id_ for id_ in ids if id_ != "x"] == ["before", "after"]


FAULTY_BIB = {
    "a DOI": ("doi = {10.12/abc}", "citations/bad-doi", "10.12/abc"),
    "a PMID": ("pmid = {PMC123}", "citations/bad-pmid", "PMC123"),
    "a registry number": ('nct = "NCT123"', "citations/bad-nct", "NCT123"),
    "an address": ("url = { www.example.org }", "citations/bad-url", "www.example.org"),
    "a year": ("year = {20024}", "front-matter/impossible-date", "20024"),
    "a month": ("year = 2024, month = 13", "front-matter/impossible-date", "13"),
    "a day": ("date = {2024-02-30}", "front-matter/impossible-date", "2024-02-30"),
    "a field twice": ("year = 2024, Year = 2025", "sources/broken-entry", "Year"),
    "a misspelt field": ("jurnal = {A}", "sources/unknown-field", "jurnal"),
}


@pytest.mark.parametrize(("field", "code", "text"), FAULTY_BIB.values(), ids=FAULTY_BIB.keys())
def test_a_field_at_fault_is_told_in_its_place(field: str, code: str, text: str) -> None:
    found, ids = faults("sources.bib", AROUND.format(f"@article{{x,\n  title = {{A}},\n  {field}\n}}"))
    assert [(code, text) for code, text, _, _ in found] == [(code, text)]
    assert ids == ["before", "x", "after"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("@artcile{x, title = {A}}", ("front-matter/wrong-type", "@artcile", "there is a type `@article`")),
        ("@nonsense{x, title = {A}}", ("front-matter/wrong-type", "@nonsense", "write `@misc` for what")),
        ("@book{x, titel = {A}}", ("front-matter/missing-key", "titel", "rename `titel` to `title`")),
        ("@book{x, title = {}}", ("front-matter/missing-key", "x", "add a field `title = {…}`")),
        ("@book{a@b, title = {A}}", ("front-matter/wrong-type", "a@b", "write it as in `welsh2024`")),
    ],
)
def test_an_entry_without_type_title_or_id_is_told_once(entry: str, expected: tuple[str, str, str]) -> None:
    found, ids = faults("sources.bib", AROUND.format(entry))
    ((code, text, _, mend),) = found
    assert (code, text) == expected[:2]
    assert mend.startswith(expected[2])
    assert ids == ["before", "after"]


@pytest.mark.parametrize(
    "field", ["file = {a}", "keywords = {a}", "bdsk-url-1 = {a}", "date-added = {a}", "groups = {a}"]
)
def test_fields_that_programs_add_are_no_mistakes(field: str) -> None:
    assert faults("sources.bib", f"@book{{x, title = {{A}}, {field}}}") == ([], ["x"])


RIS_AROUND = "TY  - BOOK\nID  - before\nTI  - B\nER  - \n\n{}\nTY  - BOOK\nID  - after\nTI  - A\nER  - \n"
ENTRY = "TY  - JOUR\nID  - x\nTI  - X\n{}\nER  - \n"
FAULTY_RIS = {
    "an entry without an end": (
        "TY  - JOUR\nID  - x\nTI  - X\n",
        "sources/broken-entry", "TY", "write a line `ER  - ` behind its last line",
    ),
    "an entry without a beginning": (
        "ID  - x\nTI  - X\nER  - \n",
        "sources/broken-entry", "ID", "write a line such as `TY  - JOUR` in front of this one",
    ),
    "one space": (ENTRY.format("PY - 2020"), "sources/broken-entry", "PY", "write `PY`, two spaces, a hyphen and a space: `PY  - `"),
    "a colon": (ENTRY.format("PY: 2020"), "sources/broken-entry", "PY", "write `PY`, two spaces, a hyphen and a space: `PY  - `"),
    "a tag twice": (ENTRY.format("PY  - 2020\nPY  - 2021"), "sources/broken-entry", "PY", "keep one of the two lines"),
    "no such tag": (ENTRY.format("XX  - 1"), "sources/unknown-field", "XX", "write the tag that is meant"),
    "no such type": ("TY  - JUOR\nTI  - X\nER  - \n", "front-matter/wrong-type", "JUOR", "there is a type `JOUR`"),
    "no title": ("TY  - JOUR\nID  - x\nER  - \n", "front-matter/missing-key", "TY", "add a line `TI  - …`"),
    "a DOI": (ENTRY.format("DO  - 10.12/abc"), "citations/bad-doi", "10.12/abc", "it starts with `10.`"),
    "a PMID": (ENTRY.format("AN  - x1\nDB  - PubMed"), "citations/bad-pmid", "x1", "it is one to nine digits"),
    "an address": (ENTRY.format("UR  - www.example.org"), "citations/bad-url", "www.example.org", "it starts with"),
    "a year": (ENTRY.format("PY  - 20024"), "front-matter/impossible-date", "20024", "write the year"),
    "a month": (ENTRY.format("DA  - 2024/13/01"), "front-matter/impossible-date", "2024/13/01", "write the year"),
    "an id": ("TY  - JOUR\nID  - an id\nTI  - X\nER  - \n", "front-matter/wrong-type", "an id", "write it as in `welsh2024`"),
}  # fmt: skip


@pytest.mark.parametrize(("entry", "code", "text", "mend"), FAULTY_RIS.values(), ids=FAULTY_RIS.keys())
def test_a_fault_in_ris_is_told_once_in_its_place(entry: str, code: str, text: str, mend: str) -> None:
    found, ids = faults("sources.ris", RIS_AROUND.format(entry))
    assert [(code, text) for code, text, _, _ in found] == [(code, text)]
    assert found[0][3].startswith(mend)
    assert [id_ for id_ in ids if id_ != "x"] == ["before", "after"]


def test_an_entry_of_ris_without_an_id_gets_one_in_the_style_of_the_house() -> None:
    text = "TY  - JOUR\nAU  - O’Brien-Çelik, Ann\nTI  - The <i>small</i> vesicle\nPY  - 2024\nER  - \n"
    assert faults("sources.ris", text) == ([], ["obriencelik2024small"])


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("sources.bib", "@book{x, title = {A}, pubilsher = {B}}"),
        ("sources.bib", "@book{x, titel = {A}}"),
        ("sources.bib", "@boook{x, title = {A}}"),
        ("sources.ris", "TY  - BOOK\nID  - x\nTI - A\nER  - "),
        ("sources.ris", "TY  - BOOK\nID  - x\nTI  - A\nPB:\nER  - "),
        ("sources.ris", "TY  - BOOKS\nID  - x\nTI  - A\nER  - "),
    ],
)
def test_a_safe_mend_mends(name: str, entry: str) -> None:
    (found,) = parse_records(Source(name, entry.encode())).diagnostics
    assert found.edit
    span, lines = found.edit.span, entry.split("\n")
    line = lines[span.line - 1]
    before, after = line[: span.column - 1], line[span.column - 1 + span.length :]
    lines[span.line - 1] = before + found.edit.text + after
    assert faults(name, "\n".join(lines)) == ([], ["x"])


# -- several libraries ---------------------------------------------------------------------------------------------

SITE = {
    "site.yaml": "title: A site\nbase_url: https://example.org/\n",
    "page.md": "---\ntitle: A page\n---\n\nText [@one; @two; @three].\n",
    "sources.yaml": "- {id: one, type: book, title: One}\n",
    "sources.bib": "@book{two, title = {Two}}\n",
    "sources.ris": "TY  - BOOK\nID  - three\nTI  - Three\nER  - \n",
}


def lay(root: Path, files: dict[str, str]) -> None:
    (root / "content").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / "content" / name).write_text(text, encoding="utf-8")


def test_several_libraries_are_one_register(tmp_path: Path) -> None:
    lay(tmp_path, SITE)
    outcome = build(site_options(tmp_path))
    assert outcome.diagnostics == ()
    page = (tmp_path / "site" / "page" / "index.html").read_text(encoding="utf-8")
    assert [page.index(title) for title in ("One.", "Two.", "Three.")]


def test_an_id_in_two_libraries_is_told_with_the_other_place(tmp_path: Path) -> None:
    lay(
        tmp_path, SITE | {"sources.ris": SITE["sources.ris"] + "\nTY  - BOOK\nID  - two\nTI  - Two\nER  - \n"}
    )
    (found,) = build(site_options(tmp_path, write=False)).diagnostics
    assert (found.code, found.span.path, found.span.line, found.span.column) == (
        "citations/same-id",
        "sources.ris",
        7,
        7,
    )
    assert [(other.span.path, other.span.line, other.span.column) for other in found.related] == [
        ("sources.bib", 1, 7)
    ]


def test_a_broken_entry_is_not_told_again_where_it_is_cited(tmp_path: Path) -> None:
    lay(tmp_path, SITE | {"sources.bib": "@book{two, title = {Two}\n  year = 2020}\n"})
    outcome = build(site_options(tmp_path, write=False))
    assert [found.code for found in outcome.diagnostics] == ["sources/broken-entry"]


# -- whatever stands in a file -------------------------------------------------------------------------------------

BIB = (FILES / "sources.bib").read_text(encoding="utf-8")
RIS = (FILES / "sources.ris").read_text(encoding="utf-8")


@pytest.mark.no_cover
@settings(max_examples=150, deadline=None)
@given(data=st.data(), name=st.sampled_from(["sources.bib", "sources.ris"]))
def test_a_change_anywhere_never_fails_and_every_place_is_in_the_file(data: st.DataObject, name: str) -> None:
    text = BIB if name.endswith("bib") else RIS
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.text('{}"\\@,=#()%$\n AT-0', max_size=3))
    text = text[:at] + put + text[at + data.draw(st.integers(0, 3)) :]
    lines = text.split("\n")
    read = parse_records(Source(name, text.encode()))
    for found in read.diagnostics:
        assert 1 <= found.span.line <= len(lines)
        assert found.span.column + found.span.length - 1 <= max(1, len(lines[found.span.line - 1]))
    # One change breaks one entry, or the one that it runs into; the rest is read.
    assert len(read.records) >= len(RECORDS) - 3


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Th{\'e}ry, Erdbr{\"u}gger, \v{S}\'{\i}r, {\O}st, Mu\~noz", "Théry, Erdbrügger, Šír, Øst, Muñoz"),
        (r"100\% of R\&D -- ``quoted'' --- a~b", "100% of R&D – “quoted” — a b"),
        ("100% of R&D for #1 at $5", "100% of R&D for #1 at $5"),
        (r"H$_2$O, Ca$^{2+}$, $\alpha$-syn, $p<0.05$", "H<sub>2</sub>O, Ca<sup>2+</sup>, α-syn, p<0.05"),
        (r"{\it in vivo}, \textbf{bold}, \href{https://a.b}{words}", "<i>in vivo</i>, <b>bold</b>, words"),
        (r"\textsuperscript and \href", r"\textsuperscript and \href"),
    ],
)
def test_latex_becomes_text(latex: str, text: str) -> None:
    assert text_of(latex) == text


@pytest.mark.no_cover
@settings(max_examples=300, deadline=None)
@given(st.text("{}\\$^_~%&'\"-ab \\[]()", max_size=20))
def test_latex_of_any_form_becomes_some_text(latex: str) -> None:
    assert "\n" not in text_of(latex)


@pytest.mark.parametrize(
    "text",
    ['[{"id": "a",\n', "[\n", '[{"a": [\n\n', "- {a: [b,\n", '[{"id": "a", "author": [{"family": "x"}, {\n'],
)
@pytest.mark.parametrize("name", ["sources.json", "sources.yaml"])
def test_a_library_that_breaks_off_is_told_in_its_place(name: str, text: str) -> None:
    (found,) = parse_library(Source(name, text.encode())).diagnostics
    assert found.code in {"yaml/broken", "sources/not-a-list"}
    assert 1 <= found.span.line <= text.count("\n") + 1


def test_a_sign_that_json_spells_in_two_halves_is_read_and_columns_stay() -> None:
    text = r'[{"id": "a", "type": "book", "title": "\ud83e\uddec \\ud83e \/"}, {"id": "b c", "type": "book", "title": "B"}]'
    read = parse_library(Source("sources.json", text.encode()))
    assert [entry.work.title for entry in read.entries if entry.work] == ["🧬 \\ud83e /"]
    (fault,) = read.diagnostics
    assert text[fault.span.column - 1 :][: fault.span.length] == '"b c"'


def test_of_a_macro_that_is_defined_twice_the_last_counts() -> None:
    text = '@string{j = "One"}\n@string{j = "Two"}\n@article{a, title = {A}, journal = j, year = 2024}\n'
    read = parse_library(Source("sources.bib", text.encode()))
    assert [entry.work.container_title for entry in read.entries if entry.work] == ["Two"]
    assert read.diagnostics == ()
