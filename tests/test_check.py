"""`citewell check`: its forms of report, how it ends, and what `--fix` asks, shows, writes and leaves alone."""

import json
import os
import stat
import string
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from privileges import unprivileged

import citewell
from citewell.builder import site_options
from citewell.cli import main
from citewell.core.diagnostic import Edit, Span, meant
from citewell.core.edits import diff, edited
from citewell.fixing import fixes, write
from citewell.io import SurroundingsError
from citewell.session import Session

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}
SETTINGS = "title: A site\nbase_url: https://example.org/\nnavigation: [{label: One, page: red-flags}]\n"
LIBRARY = "- {id: welsh2024misev, type: book, title: Minimal information}\n"
FLAGS = "---\ntitle: Red flags\n---\n\n## What is known\n\nText.\n"
GOOD = """---
title: Exosomes
kicker: A research story
parent: red-flags
published: 2026-01-02
terms:
  - term: Exosome
    definition: >-
      Small, as [the other
      page](red-flags.md) says.
---

An [old word](term:exosome), [a head](red-flags.md#what-is-known) and [@welsh2024misev, p. 1].

| a \\| b | [細胞](red-flags.md) |
|---|---|

::: warning
Take care.
:::
"""
BAD = GOOD.replace("kicker", "kiker").replace("(red-flags.md) |", "(red-flgs.md) |").replace("1\n", "1\n", 1)


def make(root: Path, page: str | bytes, **files: str) -> Path:
    """Write a site of two pages; give the file of the first."""
    folder = root / "content"
    folder.mkdir(exist_ok=True)
    texts = {"site.yaml": SETTINGS, "sources.yaml": LIBRARY, "red-flags.md": FLAGS} | files
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    (folder / "page.md").write_bytes(page if isinstance(page, bytes) else page.encode())
    return folder / "page.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words], catch_exceptions=False)


def test_a_fix_that_mends_nothing_says_so(folder: Path) -> None:
    page = make(folder, GOOD + "\n[A link](https://)\n[Nothing](zzzzzzzz.md)\n")
    result = run("--fix")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "nothing here is certain enough to mend"
    assert "certain enough" not in run("--fix", "--quiet").stderr
    page.write_text(GOOD, encoding="utf-8")
    assert "certain enough" not in run("--fix").stderr


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions are other things on this system")
def test_a_fix_in_a_folder_that_may_not_be_written_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory() as name:  # that of pytest is closed to others
        monkeypatch.chdir(name)
        page = make(Path(name), BAD)
        (Path(name) / ".citewell").mkdir()
        (Path(name) / ".citewell").chmod(0o777)
        for folder, mode in ((Path(name), 0o755), (Path(name) / "content", 0o555)):
            folder.chmod(mode)
        try:
            with unprivileged():
                result = run("--fix")
        finally:
            (Path(name) / "content").chmod(0o755)
        assert result.exit_code == 2
        assert result.stderr == f"citewell: cannot write {Path('content/page.md')}: permission denied\n"
        assert page.read_text("utf-8") == BAD


# -- the report --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_the_status_says_whether_there_are_errors(form: str, folder: Path) -> None:
    page = make(folder, GOOD)
    assert run("--format", form).exit_code == 0
    page.write_text(BAD, encoding="utf-8")
    assert run("--format", form).exit_code == 1
    assert run("--format", form, "--content", "nowhere").exit_code == 2


def test_a_warning_fails_a_strict_check_only(folder: Path) -> None:
    make(folder, GOOD.replace("parent: red-flags\n", ""))
    assert run("--format", "json").exit_code == 0
    strict = run("--format", "json", "--strict")
    assert strict.exit_code == 1
    assert json.loads(strict.stdout)["counts"] == {"errors": 1, "warnings": 0, "fixable": 0}


def test_help_says_what_the_status_means(folder: Path) -> None:
    assert folder.is_dir()
    for line in ("0  no errors", "1  errors were found", "2  the call or the surroundings are wrong"):
        assert line in run("--help").stdout


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_a_report_for_programs_is_all_that_stands_on_standard_output(form: str, folder: Path) -> None:
    make(folder, BAD)
    result = run("--format", form, "--fix", "--dry-run")
    assert "+++ b/content/page.md" in result.stderr
    if form == "github":
        assert all(
            line.startswith("::error file=content/page.md,line=") for line in result.stdout.splitlines()
        )
    else:
        assert json.loads(result.stdout)["version"]


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_paths_lead_from_the_repository_that_a_workflow_works_on(
    form: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = folder / "docs"
    site.mkdir()
    make(site, BAD)
    monkeypatch.chdir(site)
    (site / "templates").mkdir()
    (site / "templates" / "sheet.html").write_text("{{ asset('nothing.css') }}\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder))
    report = run("--format", form).stdout
    assert "docs/content/page.md" in report
    assert "docs/templates/sheet.html" in report
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder / "elsewhere"))
    assert "docs/" not in run("--format", form).stdout


def test_a_fault_of_a_template_names_the_file_of_the_page(folder: Path) -> None:
    make(folder, GOOD)
    (folder / "templates").mkdir()
    (folder / "templates" / "article.html").write_text("{{ nobody }}\n", encoding="utf-8")
    (found,) = json.loads(run("--format", "json").stdout)["diagnostics"]
    assert (found["code"], found["path"]) == ("templates/fault", "templates/article.html")
    assert found["message"] == "`nobody` is not defined, while the page `page.md` was rendered"


# -- what --fix does -----------------------------------------------------------------------------------------------


def test_fix_shows_a_diff_writes_and_checks_again(folder: Path) -> None:
    page = make(folder, BAD)
    result = run("--fix")
    assert (result.exit_code, result.stderr) == (0, "")
    assert page.read_text(encoding="utf-8") == GOOD
    lines = result.stdout.splitlines()
    assert lines[:2] == ["--- a/content/page.md", "+++ b/content/page.md"]
    assert {"-kiker: A research story", "+kicker: A research story"} <= set(lines)
    assert lines[-2] == "mended 1 file"
    assert lines[-1].startswith("checked ")


def test_a_dry_run_only_shows(folder: Path) -> None:
    page = make(folder, BAD)
    result = run("--fix", "--dry-run")
    assert (result.exit_code, page.read_text(encoding="utf-8")) == (1, BAD)
    assert "+kicker: A research story" in result.stdout
    assert "mended" not in result.stdout
    assert "unknown key `kiker`" in result.stderr


@pytest.mark.parametrize("option", ["--dry-run", "--yes"])
def test_options_of_fix_need_it(option: str, folder: Path) -> None:
    page = make(folder, BAD)
    result = run(option)
    assert (result.exit_code, page.read_text(encoding="utf-8")) == (2, BAD)
    assert "go with --fix" in result.stderr


@pytest.mark.parametrize(
    ("answer", "options", "asked", "mended"),
    [(b"y\n", [], True, True), (b"n\n", [], True, False), (b"", ["--yes"], False, True)],
)
@pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")
def test_a_terminal_is_asked_first(
    answer: bytes, options: list[str], folder: Path, *, asked: bool, mended: bool
) -> None:
    import pty

    page = make(folder, BAD)
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    result = subprocess.run(
        [sys.executable, "-m", "citewell", "check", "--fix", *options],
        check=False,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT | {"NO_COLOR": ""},
    )
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert b"\x1b[32m+kicker: A research story" in shown
    assert (b"Make these changes?" in result.stderr) == asked
    assert (b"nothing was changed" in result.stderr) == (not mended)
    assert page.read_text(encoding="utf-8") == (GOOD if mended else BAD)
    assert result.returncode == (0 if mended else 1)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such permissions")
def test_a_file_keeps_its_permissions_and_nothing_is_left_beside_it(folder: Path) -> None:
    page = make(folder, BAD)
    page.chmod(0o640)
    before = sorted((folder / "content").iterdir())
    run("--fix")
    assert page.read_text(encoding="utf-8") == GOOD
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    assert sorted((folder / "content").iterdir()) == before


def test_no_file_is_written_where_one_has_changed_since_it_was_read(tmp_path: Path) -> None:
    page = make(tmp_path, BAD, **{"red-flags.md": FLAGS.replace("title", "titel")})
    options = site_options(tmp_path)
    files = fixes(options)
    assert sorted(files) == ["page.md", "red-flags.md"]
    changed = options.content / "red-flags.md"
    changed.write_text("somebody else's", encoding="utf-8")
    with pytest.raises(SurroundingsError, match=r"red-flags\.md has changed in the meantime"):
        write(options.content, files)
    assert page.read_text(encoding="utf-8") == BAD
    assert changed.read_text(encoding="utf-8") == "somebody else's"


def test_a_file_that_is_not_utf_8_is_left_alone(folder: Path) -> None:
    make(folder, GOOD)
    library = folder / "content" / "sources.yaml"
    library.write_bytes(LIBRARY.replace("title", "titel").encode() + b"# \xff\n")
    before = library.read_bytes()
    result = run("--fix")
    assert "text/encoding" in result.stderr
    assert library.read_bytes() == before


def test_what_an_edit_uncovers_is_mended_in_the_same_call(folder: Path) -> None:
    page = make(folder, GOOD.replace("parent: red-flags", "parnt: red-flgs"))
    assert run("--fix").exit_code == 0
    assert page.read_text(encoding="utf-8") == GOOD


# -- what is plainly meant -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "known", "name"),
    [
        ("kiker", ["kicker", "kind"], "kicker"),  # one is missing
        ("kiccker", ["kicker"], "kicker"),  # one too many
        ("kacker", ["kicker"], "kicker"),  # another one
        ("kikcer", ["kicker"], "kicker"),  # two have changed places
        ("Kicker", ["kicker"], "kicker"),
        ("what-is-known-so-farr-and-nott", ["what-is-known-so-far-and-not"], "what-is-known-so-far-and-not"),
        ("red-flag", ["red-flag", "red-flags"], "red-flag"),  # it is there
        ("red-flagg", ["red-flag", "red-flags"], None),  # two are as near
        ("stage-1", ["stage-2"], None),  # a digit is no slip
        ("welsh2042", ["welsh2024"], None),
        ("exosome-risks", ["exosome-tasks"], None),  # two letters are another word
        ("fax", ["faq"], None),  # in a short word one is
        ("dk", ["dek"], "dek"),
        ("parents", ["parent-cells"], None),
        ("zzz", ["dek"], None),
        ("x", [], None),
    ],
)
def test_only_one_name_that_is_near_enough_is_meant(word: str, known: list[str], name: str | None) -> None:
    assert meant(word, known) == name


@pytest.mark.parametrize(
    "matter",
    [
        "kiker: One\nkicker: Two\n",  # the key that is meant is there
        "kiker: One\nkickr: Two\n",  # two keys mean it
        "companions: [{page: red-flags}, {page: red-flgs}]\n",  # it is named already
        "parent: pagee\n",  # the page itself
        "kind: |-\n  guidee\n",  # the value begins on another line
        "kind: |-    \n  guidee\n",  # and what stands on its line is as long
        'kind: "guide\\x65"\n',  # it is written with an escape
        "parent: >-\n  red-flgs\n",
    ],
)
def test_what_needs_an_editor_is_left_to_one(matter: str, tmp_path: Path) -> None:
    make(tmp_path, f"---\ntitle: A page\n{matter}---\n\n[x](red-flags.md)\n")
    files = {"red-flags.md": FLAGS.replace("---\n\n", "companions: [{page: page}]\n---\n\n", 1)}
    for name, text in files.items():
        (tmp_path / "content" / name).write_text(text, encoding="utf-8")
    found = [
        found for found in Session(site_options(tmp_path)).check().diagnostics if found.span.path == "page.md"
    ]
    assert found
    assert [found.edit for found in found if found.code != "family/one-way-companion"] == [None] * len(
        [found for found in found if found.code != "family/one-way-companion"]
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "companions:\n  - page: page\n"),
        ("kicker: |\n  A story\n\n", "kicker: |\n  A story\n\ncompanions:\n  - page: page\n"),
        ("companions: []\n", "companions: [{page: page}]\n"),
        ("companions: [{page: other}]\n", "companions: [{page: other}, {page: page}]\n"),
        (
            "companions: [\n  {page: other},\n]  # two\n",
            "companions: [\n  {page: other}, {page: page},\n]  # two\n",
        ),
        ("companions: [page: other]\n", "companions: [page: other, {page: page}]\n"),
        (
            "companions:\n- page: other # one\ntags: [a]\n",
            "companions:\n- page: other # one\n- page: page\ntags: [a]\n",
        ),
        (
            "companions:\n   - page: other\n     because: >\n       It is\n       near\n\n\n# end\n",
            "companions:\n   - page: other\n     because: >\n       It is\n       near\n   - page: page\n\n\n# end\n",
        ),
        (
            "companions:\n  - {page: other,\n     because: near\n    }\n",
            "companions:\n  - {page: other,\n     because: near\n    }\n  - page: page\n",
        ),
        (
            'companions:\n  - because: "It\n      is near"\n    page: other\n',
            'companions:\n  - because: "It\n      is near"\n    page: other\n  - page: page\n',
        ),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_companion_is_added_in_the_style_of_the_file(
    before: str, after: str, ends: str, tmp_path: Path
) -> None:
    def flags(matter: str) -> str:
        text = f"\ufeff---\ntitle: Red flags\n{matter}---\n\nText.\n"
        return text.replace("\n", ends)

    back = "companions: [{page: red-flags}]\n" if "other" in before else "parent: page\n"
    page = "---\ntitle: A page\ncompanions: [{page: red-flags}]\n---\n"
    other = f"---\ntitle: Other\n{back}---\n"
    make(tmp_path, page, **{"red-flags.md": flags(before), "other.md": other})
    files = fixes(site_options(tmp_path))
    assert files["red-flags.md"].after.decode() == flags(after)
    assert not [
        found
        for found in Session(site_options(tmp_path)).check().diagnostics
        if found.code.startswith("yaml")
    ]


@pytest.mark.parametrize(
    ("doi", "mended"),
    [
        ("https://doi.org/10.1002/jev2.12404", "10.1002/jev2.12404"),
        ('"doi: 10.1002/jev2.12404"', "10.1002/jev2.12404"),
        ("https://doi.org/10.1002/a%3Cb", None),
        ("https://doi.org/10.1002/a?from=x", None),
        ("jev2.12404", None),
    ],
)
def test_a_doi_is_taken_out_of_an_address_that_spells_it(
    doi: str, mended: str | None, tmp_path: Path
) -> None:
    make(tmp_path, GOOD, **{"sources.yaml": LIBRARY + f"- id: a\n  type: book\n  title: A\n  DOI: {doi}\n"})
    (found,) = Session(site_options(tmp_path)).check().diagnostics
    assert found.code == "citations/bad-doi"
    assert (found.edit and found.edit.text) == mended


# -- properties ----------------------------------------------------------------------------------------------------

WORDS = {  # a word of the good page -> what stands in front of it where it is misspelt
    "kicker": "\n",
    "published": "\n",
    "definition": "\n    ",
    "red-flags": "page](",
    "what-is-known": "#",
    "welsh2024misev": "@",
    "exosome": "term:",
    "warning": "::: ",
}


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str, str]:
    """A word of the page, what stands in front of it, and the word with one slip that changes no digit."""
    word = draw(st.sampled_from(sorted(WORDS)))
    letters = [at for at, sign in enumerate(word) if sign.isalpha()]
    at, letter = draw(st.sampled_from(letters)), draw(st.sampled_from(string.ascii_lowercase))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    slip = draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                swapped,
            ]
        ).filter(lambda slip: slip != word)
    )
    return word, WORDS[word], slip


@pytest.mark.no_cover
@given(slip=slips(), ends=st.sampled_from(["\n", "\r\n", "\r"]), mark=st.sampled_from(["", "\ufeff"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_slip_in_a_good_page_is_mended_to_the_same_bytes(
    slip: tuple[str, str, str], ends: str, mark: str, tmp_path: Path
) -> None:
    word, before, wrong = slip
    assert GOOD.count(before + word) == 1
    good = mark + GOOD.replace("\n", ends)
    make(tmp_path, mark + GOOD.replace(before + word, before + wrong).replace("\n", ends))
    assert fixes(site_options(tmp_path))["page.md"].after == good.encode()


@pytest.mark.no_cover
@given(
    lines=st.lists(
        st.tuples(st.text("ab 細\t🧬\x0c\u2028", max_size=6), st.sampled_from(["\n", "\r\n", "\r"])),
        min_size=1,
    ),
    mark=st.sampled_from(["", "\ufeff"]),
    places=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 6), st.integers(0, 3))),
)
def test_putting_back_what_stands_there_changes_nothing(
    lines: list[tuple[str, str]], mark: str, places: list[tuple[int, int, int]]
) -> None:
    edits = []
    for number, column, length in places:
        line = lines[number % len(lines)][0]
        old = line[column : column + length]
        edits.append(Edit(Span("a.md", number % len(lines) + 1, min(column, len(line)) + 1, len(old)), old))
    # A `\r` in front of a `\n` would be one end of a line, not two.
    text = mark + "".join(line + end for line, end in lines)
    if "\r" not in {end for _, end in lines}:
        assert edited(text.encode(), edits) == text.encode()


def test_of_edits_that_touch_the_first_counts() -> None:
    places = [(2, 2, "X"), (3, 2, "Y"), (4, 0, "behind X"), (5, 0, "Z\n"), (5, 0, "again")]
    edits = [Edit(Span("a", 1, column, length), text) for column, length, text in places]
    assert edited(b"abcde\r\n", edits) == b"aXdZ\r\ne\r\n"


def test_a_diff_is_of_lines_whatever_ends_them() -> None:
    lines = list(diff("a.md", b"\xef\xbb\xbfone\r\ntwo\r\n", b"\xef\xbb\xbfone\r\n2\r\n"))
    assert lines == ["--- a/a.md", "+++ b/a.md", "@@ -1,2 +1,2 @@", " one", "-two", "+2"]
