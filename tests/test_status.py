"""How a site stands: the numbers of real sites, on the terminal, as JSON and as a page."""

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

import citewell
from citewell.builder import build, site_options
from citewell.session import Session
from citewell.status import PageState, ReviewState, SourcesState, Status, status_of
from citewell.status.page import body
from citewell.status.text import table

SITES = Path(__file__).parent / "sites"
ON = date(2026, 11, 22)
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}

SOUND = {
    "site.yaml": "title: A site\nbase_url: https://a.example/\n",
    "sources.yaml": """
- {id: one, type: book, title: One}
- {id: two, type: book, title: Two}
- {id: three, type: book, title: Three}
- {id: four, type: book, title: Four}
""",
    # 4 words of title and dek, 7 in the body, 2 in the heading, 3 below it, 2 of a term and 4 of its definition
    "home.md": """---
title: The home page
dek: Short.
reviewed: {on: 2026-05-22, every: 6 months}
terms:
  - {term: A vesicle, definition: Something that carries cargo.}
---
It says [this][@one; @two] and links [to a page](late.md). [@one]

## Ten-year results

No “!” words.
""",
    "late.md": """---
title: Late
reviewed: {on: 2025-11-21, every: 1 year}
parent: home
---
One two three four. [@one]
""",
    "soon.md": """---
title: Soon
reviewed: {on: 2026-06-22}
parent: home
citations: [one, {id: own, type: book, title: Own}]
---
One two. [@one; @own]
""",
    "never.md": "---\ntitle: Never\nkind: policy\n---\nWords without a source.\n",
    "draft.md": "---\ntitle: A draft\ndraft: true\nparent: home\n---\nIt cites. [@three]\n",
}

Made = Callable[[dict[str, str]], Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(files: dict[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / "content" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return tmp_path

    return make


def status(root: Path, on: date = ON) -> Status:
    return status_of(Session(site_options(root)).check(), on)


def page(status: Status, name: str) -> PageState:
    return next(page for page in status.pages if page.id == name)


# -- the numbers -----------------------------------------------------------------------------------------------------


def test_a_site_is_counted(made: Made) -> None:
    found = status(made(SOUND))
    assert [page.path for page in found.pages] == ["draft.md", "home.md", "late.md", "never.md", "soon.md"]
    assert page(found, "home") == PageState(
        path="home.md",
        id="home",
        url="home/",
        title="The home page",
        kind="article",
        draft=False,
        words=22,
        citations=3,
        sources=2,
        terms=1,
        per_1000_words=136.4,
        published=None,
        updated=None,
        reviewed=date(2026, 5, 22),
        due=date(2026, 11, 22),
        errors=0,
        warnings=1,
        unsure=(),
    )
    assert msgspec.structs.replace(found, pages=()) == Status(
        on=ON,
        site="A site",
        pages=(),
        published=4,
        words=22 + 5 + 3 + 5,
        sources=SourcesState(library=4, cited=3, unused=("four",)),
        terms=1,
        review=ReviewState(overdue=("late.md",), soon=("home.md", "soon.md"), never=("never.md",)),
        drafts=("draft.md",),
        orphans=("never.md",),
        least_cited=("home.md", "late.md", "soon.md"),
        errors=0,
        warnings=2,
        uncounted=(),
    )


@pytest.mark.parametrize(
    ("on", "overdue", "soon"),
    [
        (date(2026, 10, 22), (), ("late.md",)),
        (date(2026, 10, 23), (), ("late.md", "home.md")),
        (date(2026, 11, 21), (), ("late.md", "home.md")),
        (date(2026, 11, 22), ("late.md",), ("home.md", "soon.md")),
        (date(2026, 11, 23), ("late.md", "home.md"), ("soon.md",)),
        (date(2027, 1, 1), ("late.md", "home.md", "soon.md"), ()),
    ],
)
def test_a_review_is_due_on_its_day_and_overdue_on_the_next(
    made: Made, on: date, overdue: tuple[str, ...], soon: tuple[str, ...]
) -> None:
    assert status(made(SOUND), on).review == ReviewState(overdue, soon, ("never.md",))


COUNTED = {
    "language": ({"everything": 351, "other": 13}, 10, (2, 2), 2),
    "references": ({"library": 18, "order": 104}, 12, (4, 5), 1),
    "under-a-path": ({"cells": 21, "map": 10}, 1, (0, 1), 1),
    "smallest": ({"page": 2}, 0, (0, 0), 0),
}
"""Site -> words by page, citations, sources in the library and cited, terms."""


@pytest.mark.parametrize("name", COUNTED)
def test_the_sites_of_the_tests_are_counted(name: str) -> None:
    words, citations, sources, terms = COUNTED[name]
    found = status(SITES / name)
    assert {page.id: page.words for page in found.pages} == words
    assert sum(page.citations for page in found.pages) == citations
    assert (found.sources.library, found.sources.cited) == sources
    assert (found.terms, len(found.review.never)) == (terms, len(words))


# -- what faults hide ------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_named_and_not_guessed(made: Made) -> None:
    found = status(
        made(
            SOUND
            | {
                "broken.md": '---\ntitle: "open\n---\nOne two three. [@four]\n',
                "late.md": "---\ntitle: Late\nreviewed: {on: yesterday}\nparent: home\n---\nOne [two](no.md).\n",
                "sources.yaml": SOUND["sources.yaml"] + "- {id: a b, type: book, title: Five}\n",
            }
        )
    )
    assert found.uncounted == ("broken.md", "sources.yaml")
    late = page(found, "late")
    assert (late.unsure, late.words, late.errors, late.due) == (("reviewed",), 3, 2, None)
    assert "late.md" not in (*found.review.never, *found.review.overdue)
    assert (found.errors, found.published) == (4, 4)
    assert page(found, "home").errors == 0


def test_a_library_that_cannot_be_read_is_not_counted_as_empty(made: Made) -> None:
    def sources(library: str) -> str:
        found = status(made(SOUND | {"sources.yaml": library}))
        lines = table(found, width=200, color=False).splitlines()
        return next(line for line in lines if line.startswith("sources "))

    assert sources("- {id: one, type") == "sources  unknown: sources.yaml cannot be read"
    assert sources(SOUND["sources.yaml"] + "- {id: a b, type: book, title: Five}\n") == (
        "sources  4 in the library, 3 cited, 1 unused, not all of sources.yaml read"
    )
    assert sources(SOUND["sources.yaml"]) == "sources  4 in the library, 3 cited, 1 unused"


def test_a_template_at_fault_hides_nothing(made: Made) -> None:
    root = made(SOUND)
    (root / "templates").mkdir()
    (root / "templates" / "tag.html").write_text('{{ asset("none.css") }}', encoding="utf-8")
    found = status(root)
    assert (found.errors, found.uncounted) == (1, ())


def test_mistakes_are_counted_by_page(tmp_path: Path) -> None:
    for layer in ("sound", "mistakes"):
        shutil.copytree(SITES / "planted" / layer, tmp_path, dirs_exist_ok=True)
    checked = Session(site_options(tmp_path)).check()
    found = status_of(checked, ON)
    assert found.errors + found.warnings == len(checked.diagnostics)
    assert len(checked.diagnostics) > 5
    by_page = {page.path: page.errors + page.warnings for page in found.pages}
    for path, number in by_page.items():
        assert number == sum(fault.span.path == path for fault in checked.diagnostics)


def test_a_site_of_which_nothing_can_be_read(made: Made) -> None:
    found = status(made({"site.yaml": "- no\n", "page.md": "No front matter.\n"}))
    assert (found.pages, found.published, found.words, found.least_cited) == ((), 0, 0, ())
    assert found.uncounted == ("page.md", "site.yaml")
    assert "not counted, since it cannot be read: page.md, site.yaml" in table(found, width=80, color=False)
    assert "<code>page.md</code>" in body(found)


def test_a_page_without_words_has_no_rate(made: Made) -> None:
    found = status(made(SOUND | {"mark.md": '---\ntitle: "!"\nparent: home\n---\n[@one]\n'}))
    assert (page(found, "mark").words, page(found, "mark").per_1000_words) == (0, None)
    assert "mark.md" not in found.least_cited
    assert body(found)


# -- the table -------------------------------------------------------------------------------------------------------


def test_the_table_says_all_of_it(made: Made) -> None:
    assert (
        table(status(made(SOUND)), width=80, color=False)
        == """\
A site on 2026-11-22

pages    4 published, 1 draft
words    35 on published pages
sources  4 in the library, 3 cited, 1 unused
terms    1
review   1 overdue, 2 due in 30 days, 1 never reviewed
faults   0 errors, 2 warnings

page           words  cites  /1,000  next review  errors  warnings
draft (draft)      4      1   250.0            -       -         -
home              22      3   136.4   2026-11-22       -         1
late               5      1   200.0   2026-11-21       -         -
never              5      0     0.0            -       -         1
soon               3      2   666.7   2026-12-22       -         -

review overdue: late (2026-11-21)
review due by 2026-12-22: home (2026-11-22), soon (2026-12-22)
never reviewed: never
drafts: draft
no page leads to: never
least cited, by citations per 1,000 words: home (136.4), late (200.0), soon
  (666.7)
sources that no page cites: four
"""
    )


@pytest.fixture(scope="module")
def guide() -> Status:
    return status(SITES.parents[1], date(2027, 5, 1))


@pytest.mark.parametrize("width", [80, 100, 200])
def test_the_table_fits(guide: Status, width: int) -> None:
    lines = table(guide, width=width, color=False).splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith("islet-cells-type-1-diabetes  ") for line in lines)


def test_a_name_is_cut_on_a_narrow_terminal(guide: Status) -> None:
    lines = table(guide, width=70, color=False).splitlines()
    assert any(line.startswith("islet-cells-type…  ") for line in lines)


def test_colours_repeat_what_the_words_say(made: Made) -> None:
    found = status(made(SOUND | {"wrong.md": "---\ntitle: Wrong\nparent: home\n---\n[a](no.md)\n"}))
    rows = table(found, width=80, color=True).splitlines()
    assert {row.split("m")[1].split()[0] for row in rows if row.startswith("\x1b[31m")} == {"late", "wrong"}


# -- the command -----------------------------------------------------------------------------------------------------


def command(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "citewell", "status", *words],
        cwd=root,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
    )


def test_json_is_the_value(made: Made) -> None:
    root = made(SOUND)
    result = command(root, "--json", "--on", "2026-11-22")
    assert (result.returncode, result.stderr) == (0, "")
    assert msgspec.json.decode(result.stdout, type=Status) == status(root)
    told = json.loads(result.stdout)
    assert set(told) == set(Status.__struct_fields__)
    assert set(told["pages"][0]) == set(PageState.__struct_fields__)
    assert (told["on"], told["review"]["overdue"]) == ("2026-11-22", ["late.md"])


def test_the_reference_names_every_key() -> None:
    text = (SITES.parents[1] / "docs/content/articles/reference-reports.md").read_text("utf-8")
    section = text.partition("## How the site stands\n")[2].partition("\n#")[0]
    for value in (Status, PageState, SourcesState, ReviewState):
        for name in value.__struct_fields__:
            assert f"`{name}`" in section


def test_errors_do_not_fail_it_and_nothing_is_written(made: Made) -> None:
    root = made(SOUND | {"wrong.md": "---\ntitle: Wrong\nparent: home\n---\n[a](no.md)\n"})
    result = command(root)
    assert (result.returncode, result.stderr) == (0, "")
    assert "faults   1 error, 2 warnings\n" in result.stdout
    assert "\x1b" not in result.stdout
    assert [path.name for path in root.iterdir() if path.name != ".citewell"] == ["content"]


def test_without_a_date_it_is_that_of_the_day(made: Made) -> None:
    root = made(SOUND)
    days = [str(date.today()), command(root).stdout.split("\n")[0].rpartition(" on ")[2], str(date.today())]  # noqa: DTZ011 -- the day on this machine
    assert days == sorted(days)


def test_a_day_that_does_not_exist_and_a_folder_without_a_site_are_told(made: Made, tmp_path: Path) -> None:
    wrong = command(made(SOUND), "--on", "2026-02-30")
    assert wrong.returncode == 2
    assert "there is no day `2026-02-30`; write year-month-day, as in `2026-11-22`" in wrong.stderr
    assert "there is no day `20261122`" in command(made(SOUND), "--on", "20261122").stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    nothing = command(empty)
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert nothing.stderr.startswith("citewell: ")


@pytest.mark.parametrize(("words", "is_coloured"), [((), True), (("--no-color",), False)])
def test_a_terminal_has_colours_and_a_width(made: Made, words: tuple[str, ...], is_coloured: bool) -> None:  # noqa: FBT001
    root = made(SOUND)
    ours, theirs = pty.openpty()
    called = [sys.executable, "-m", "citewell", "status", "--on", "2026-11-22", *words]
    environment = ENVIRONMENT | {"COLUMNS": "60"}
    with subprocess.Popen(
        called, cwd=root, stdout=theirs, stderr=subprocess.PIPE, env=environment
    ) as process:
        os.close(theirs)
        written = b""
        try:
            while read := os.read(ours, 65536):
                written += read
        except OSError:  # as Linux ends the reading of a terminal that nobody writes to any more
            pass
        assert process.wait() == 0
    os.close(ours)
    text = written.decode()
    assert ("\x1b[31mlate" in text) is is_coloured
    assert max(len(line) for line in text.splitlines() if "\x1b" not in line) <= 66


# -- the page --------------------------------------------------------------------------------------------------------


def test_the_page_links_published_pages_and_escapes_all(made: Made) -> None:
    markup = body(
        status(made(SOUND | {"late.md": "---\ntitle: A < B & C\nparent: home\nslug: ä b\n---\nOne.\n"}))
    )
    assert "A &lt; B &amp; C" in markup
    assert '<a href="/home/">The home page</a>' in markup
    assert "A draft (draft)" in markup
    assert 'href="/draft/"' not in markup


def test_the_status_is_never_published(made: Made) -> None:
    root = made(SOUND)
    assert command(root).returncode == 0
    assert not build(site_options(root)).failed
    files = [path for path in (root / "site").rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path for path in files if "never published" in path.read_bytes().decode("utf-8", "replace")] == []
    assert not (root / "site" / "__citewell").exists()
