"""What a command tells of long work while it goes on, and of where its time went."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from terminal import SOURCE, typed

from citewell.cli import watching
from citewell.cli.settings import Settings

CORPUS = Path(__file__).resolve().parents[1] / "benchmarks" / "corpus.py"
ARTICLES = 200  # so many that one process works on them for longer than a second
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "CI"} | {
    "PYTHONPATH": str(SOURCE)
}
PARAGRAPH = "\nA *word* and [another](first-article.md), and `a third` of **them**.\n"
STAGES = [
    "reading",
    "starting",
    "parsing",
    "gathering",
    "comparing",
    "making",
    "listing",
    "indexing",
    "publishing",
    "keeping",
]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    subprocess.run([sys.executable, str(CORPUS), str(folder), "--articles", str(ARTICLES)], check=True)
    return folder


@pytest.fixture
def cold(large: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.rmtree(large / ".citewell", ignore_errors=True)
    monkeypatch.chdir(large)
    return large


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    command("new", "site")
    return tmp_path


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "citewell", *words],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
    )


def rows(told: str) -> dict[str, list[float]]:
    """Read the table of timings."""
    lines = told[told.index("stage ") :].splitlines()[1:]
    return {line[:12].strip(): [float(number) for number in line[12:].split()] for line in lines}


@pytest.mark.usefixtures("cold")
def test_a_terminal_shows_a_bar_with_counts_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    status, shown = typed(["check", "--jobs", "1"], "")
    assert status == 0
    for stage in ("parsing", "making"):
        assert re.search(rf"{stage} +\[#+-*\] +\d+/{ARTICLES}", shown)
    assert re.search(rf"\[#+-+\] +\d+/{ARTICLES}  00:\d\d:\d\d", shown)
    lines = [line.rpartition("\r")[2] for line in shown.split("\r\n")]
    assert lines.pop() == ""
    assert lines.pop().startswith("checked ")
    for line in lines:  # each bar is left whole, with the cursor shown again
        assert re.fullmatch(r"\x1b\[\?25l[a-z]+ +\[#{36}\]  (\d+)/\1 *\x1b\[\?25h", line)


@pytest.mark.usefixtures("cold")
def test_the_timings_of_the_stages_sum_up_to_the_whole() -> None:
    start = perf_counter()
    done = command("build", "--timings", "--quiet", "--jobs", "2")
    whole = perf_counter() - start
    table = rows(done.stderr)
    assert [*table] == [*STAGES, "in all"]
    assert (table["parsing"][2], table["making"][2]) == (ARTICLES, ARTICLES)
    for column in (0, 1):
        told = sum(table[stage][column] for stage in STAGES)
        assert told == pytest.approx(table["in all"][column], abs=0.1)
    assert 0.5 * whole < table["in all"][0] < whole
    assert table["making"][1] > table["gathering"][1]  # what the workers took is counted


@pytest.mark.usefixtures("small")
def test_a_log_gets_lines_and_only_where_it_takes_long() -> None:
    assert command("check").stderr == ""
    lines = hurried("build").stderr.splitlines()
    assert {"gathering", "making 1 of 1", "publishing"} <= {*lines}
    assert all(re.fullmatch(r"[a-z]+( \d+ of \d+)?", line) for line in lines)


@pytest.mark.usefixtures("small")
def test_quiet_is_quiet_however_long_it_takes() -> None:
    done = hurried("build", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def hurried(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command for which all that it does takes long."""
    code = "from citewell.cli import main, watching; watching._LINE_EVERY = 0.0; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
    )


def test_a_line_comes_at_most_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(watching, "monotonic", lambda: now)
    with watching.watching(Settings()) as watch:
        watch.stage("parsing", 4)
        for now in (109.9, 110.1, 120.0, 120.2):  # noqa: B007 -- the clock reads it
            watch.step()
    assert capsys.readouterr().err == "parsing 2 of 4\nparsing 4 of 4\n"


@pytest.mark.usefixtures("small")
def test_who_measures_is_not_told_what_was_said_before() -> None:
    command("build")
    for words in (("build", "--timings"), ("build", "--timings")):
        done = command(*words)
        assert done.stdout.startswith("nothing changed: ")
        assert [*rows(done.stderr)] == ["reading", "keeping", "in all"]


@pytest.mark.usefixtures("small")
def test_timings_are_told_beside_mistakes() -> None:
    with Path("content/articles/first-article.md").open("a", encoding="utf-8") as file:
        file.write("\nSee [there](nowhere.md).\n")
    done = command("check", "--timings", "--quiet")
    assert done.returncode == 1
    assert done.stderr.index("in all") < done.stderr.index("error[links/missing-page]")


def test_a_profile_of_all_that_was_done_can_be_read_by_speedscope(small: Path) -> None:
    page = small / "content/articles/first-article.md"
    for number in range(70):  # enough for two processes
        text = f"---\ntitle: A page\ndek: A page.\n---\n{PARAGRAPH * 20}"
        page.with_name(f"page-{number}.md").write_text(text, encoding="utf-8")
    done = command("build", "--jobs", "2", "--profile", "where.json")
    assert done.returncode == 0, done.stderr
    profile = json.loads((small / "where.json").read_text(encoding="utf-8"))
    assert profile["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = profile["shared"]["frames"]
    names = {frame["name"] for frame in frames}
    assert {"_build", "parse_article", "make_page"} <= names
    for one in profile["profiles"]:
        assert one["type"] == "evented"
        assert one["startValue"] <= one["endValue"]
        open_: list[int] = []
        for event in one["events"]:
            assert event["frame"] < len(frames)
            if event["type"] == "O":
                open_.append(event["frame"])
            else:
                assert open_.pop() == event["frame"]
        assert open_ == []


@pytest.mark.usefixtures("small")
def test_without_the_package_a_sentence_says_what_to_type(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n\nsys.modules['pyinstrument'] = None\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "citewell", "check", "--profile", "where.json"],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{SOURCE}"},
    )
    assert done.returncode == 2
    assert done.stderr == "citewell: --profile needs one more package: type pip install 'citewell[profile]'\n"
