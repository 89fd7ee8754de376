"""The measurements run: the site that they measure is sound and always the same, and each command prints its table."""

import subprocess
import sys
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from citewell.builder import build, site_options

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import builds  # noqa: E402 -- scripts, not a package
import corpus  # noqa: E402
import costs  # noqa: E402
import edits  # noqa: E402


def run(script: str, *arguments: object) -> str:
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def written(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("articles", [1, 20])
def test_the_corpus_is_without_fault(articles: int, tmp_path: Path) -> None:
    run("corpus.py", tmp_path, "--articles", articles)
    outcome = build(site_options(tmp_path))
    assert [(fault.span.path, fault.message) for fault in outcome.diagnostics] == []
    assert not outcome.failed


def test_the_corpus_is_the_same_for_the_same_arguments(tmp_path: Path) -> None:
    for folder, seed in (("one", 7), ("same", 7), ("other", 8)):
        run("corpus.py", tmp_path / folder, "--articles", 3, "--seed", seed)
    one, same, other = (written(tmp_path / folder) for folder in ("one", "same", "other"))
    assert one == same
    assert one.keys() == other.keys()
    assert one != other


def test_an_article_has_the_size_that_the_figures_are_told_for(tmp_path: Path) -> None:
    run("corpus.py", tmp_path, "--articles", 20)
    texts = [path.read_text("utf-8") for path in (tmp_path / "content/articles").iterdir()]
    mean = sum(len(text.encode()) for text in texts) / len(texts)
    assert 22_000 < mean < 24_000
    assert 2_800 < sum(len(text.split()) for text in texts) / len(texts) < 3_200
    assert {text.count("[@") for text in texts} == {15}


def test_other_generators_are_given_the_same_text(tmp_path: Path) -> None:
    run("corpus.py", tmp_path / "ours", "--articles", 3)
    run("corpus.py", tmp_path / "theirs", "--articles", 3, "--dialect", "footnotes")
    for path in (tmp_path / "ours/content/articles").iterdir():
        ours = path.read_text("utf-8").replace(" [@", "[^").replace("\npublished: ", "\ndate: ")
        theirs = (tmp_path / "theirs" / path.name).read_text("utf-8")
        assert theirs.startswith(ours)
        assert theirs.removeprefix(ours).count("\n[^") == 8


def test_builds_are_measured() -> None:
    table = run("builds.py", "--articles", 3, "--rounds", 1, "--only", "paragraph").splitlines()
    assert table[0].startswith(
        "| 3 articles | wall s | processor s | peak MB | pages rendered | MB written |"
    )
    rows = {cells[1].strip(): cells[2:-1] for cells in (line.split("|") for line in table[2:-1])}
    rendered = {name: int(cells[3]) for name, cells in rows.items()}
    assert rendered.keys() == {"cold", "paragraph"}
    assert rendered["cold"] > 3
    assert rendered["paragraph"] == 1
    assert all(float(cells[1]) > 0 for cells in rows.values())
    assert all(int(cells[2]) > 10 for cells in rows.values())


def test_all_processes_are_counted(tmp_path: Path) -> None:
    """Also one that outlives the one that started it, and is waited for by no other."""
    burn = "import time; a = bytearray(60_000_000); t = time.process_time(); [0 for _ in iter(lambda: time.process_time() - t < 0.3, False)]"
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {burn!r}])"
    cost = costs.run([sys.executable, "-c", script], tmp_path)
    assert cost.processor > 0.3
    assert cost.memory == 0
    looked = costs.run([sys.executable, "-c", f"{script}.wait()"], tmp_path, look=True)
    assert looked.memory > 60_000_000


def test_generators_are_compared(tmp_path: Path) -> None:
    """Here with no other, since the others come from the network."""
    table = run("peers.py", "--articles", 3, "--rounds", 1, "--only", "citewell", "--scratch", tmp_path)
    assert [line.count("|") for line in table.splitlines()] == [0, 0, 9, 9, 9, 0]
    assert "| Citewell | " in table


def test_saves_are_timed(tmp_path: Path) -> None:
    table = run(
        "saves.py", "--articles", 3, "--saves", 1, "--between", 0, "--only", "citewell", "--scratch", tmp_path
    )
    (row,) = (line for line in table.splitlines() if line.startswith("| Citewell | "))
    assert row.count("|") == 6
    assert "stale" not in row


def test_edits_leave_the_site_as_if_it_were_built_from_nothing() -> None:
    lines = run("edits.py", "--articles", 4, "--edits", 1).splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("; the same as built from nothing")


def test_a_site_that_is_not_as_if_built_from_nothing_is_told(tmp_path: Path) -> None:
    site = tmp_path / "site"
    builds.lay(site, 3)
    build(site_options(site))
    builds.theme(site, "static/site.css", "main { order: 2 }")
    assert "index.html" in edits.differing(site, tmp_path / "anew")


@pytest.mark.parametrize("seed", range(2))
def test_no_edit_breaks_a_site(seed: int, tmp_path: Path) -> None:
    """Each kind comes more than once, so that one meets what another has left."""
    names = [corpus.slug(number) for number in range(6)]
    site = edits.Site(tmp_path, 6, Random(seed), there=names)  # noqa: S311 -- no secret
    builds.lay(tmp_path, 6)
    for step, edit in enumerate(islice(edits.drawn(site.draw), 2 * len(edits.EDITS)), 1):
        site.step = step
        edit(site)
    errors = (fault for fault in build(site_options(tmp_path)).diagnostics if fault.severity == "error")
    assert [(fault.span.path, fault.message) for fault in errors] == []
