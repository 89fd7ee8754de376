"""What a person does with what is published: `citewell verify`, `rollback` and `publish --plan`, as commands."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from citewell.cli import main
from citewell.io.publish.tree import MANIFEST
from citewell.theme import theme_root

PAGE = "---\ntitle: {title}\ndek: A page.\npublished: 2026-01-02\n---\n\n{text}\n"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "site.yaml").write_text("title: T\nbase_url: https://example.org/\n", "utf-8")
    write(tmp_path, "first", "Words.")
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, words)


def write(folder: Path, name: str, text: str) -> None:
    page = PAGE.format(title=name.title(), text=text)
    (folder / "content" / f"{name}.md").write_text(page, "utf-8")


def digest(result: Result) -> str:
    line = result.output.strip().splitlines()[-1]
    assert line.startswith("tree ")
    return line


def test_build_and_verify_print_the_same_digest_until_a_file_is_changed(run: Run, tmp_path: Path) -> None:
    built = digest(run("build", "--jobs", "1"))
    assert digest(run("build", "--jobs", "1")) == built, "nothing changed"
    assert digest(run("verify")) == built
    (tmp_path / "site" / "first" / "index.html").write_text("changed", "utf-8")
    (tmp_path / "site" / "feed.xml").unlink()
    (tmp_path / "site" / "CNAME").write_text("mine", "utf-8")
    found = run("verify")
    assert found.exit_code == 1
    assert found.output.splitlines() == [
        "missing: site/feed.xml",
        "changed: site/first/index.html",
        "not of this site: site/CNAME",
        "type `citewell build` to publish the site whole again",
    ]
    assert digest(run("build", "--jobs", "1")) == built
    assert run("verify", "--quiet").output == ""


@pytest.mark.parametrize("command", [("verify",), ("publish", "--plan"), ("rollback",)])
def test_without_a_published_site_there_is_a_sentence(run: Run, command: tuple[str, ...]) -> None:
    told = run(*command)
    assert told.exit_code == 2
    assert told.output.startswith("citewell: ")
    assert told.output.count("\n") == 1


def test_a_build_is_taken_back_and_the_next_one_publishes_it_again(run: Run, tmp_path: Path) -> None:
    old = digest(run("build", "--jobs", "1"))
    write(tmp_path, "first", "Other words.")
    new = digest(run("build", "--jobs", "1"))
    assert new != old
    assert digest(run("rollback")) == old
    assert "Other words" not in (tmp_path / "site" / "first" / "index.html").read_text("utf-8")
    assert digest(run("verify")) == old
    assert digest(run("build", "--jobs", "1")) == new


def steps(result: Result) -> list[tuple[str, str]]:
    assert result.exit_code == 0
    return [(verb, path) for verb, path in (line.split(" ", 1) for line in result.output.splitlines())]


def test_an_upload_may_stop_anywhere_and_no_page_lacks_what_it_names(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "gone", "Goes.")
    run("build", "--jobs", "1")
    first = steps(run("publish", "--plan"))
    assert {path for _, path in first} == {
        path.relative_to(tmp_path / "site").as_posix()
        for path in (tmp_path / "site").rglob("*")
        if path.is_file()
    }
    assert_never_half(first)

    shutil.copy(tmp_path / "site" / MANIFEST, tmp_path / "uploaded.json")
    (tmp_path / "content" / "gone.md").unlink()
    write(tmp_path, "fresh", "New.")
    write(tmp_path, "first", "See [the new page](fresh.md).")
    (tmp_path / "static").mkdir()
    style = (theme_root() / "static" / "site.css").read_text("utf-8")
    (tmp_path / "static" / "site.css").write_text(f"{style}\nmain {{ color: red }}", "utf-8")
    run("build", "--jobs", "1")
    after = steps(run("publish", "--plan", "--uploaded", "uploaded.json"))
    assert_never_half(after)
    paths = [path for verb, path in after if verb == "put"]
    assert paths.index("fresh/index.html") < paths.index("first/index.html"), "it leads to the new one"
    # The style of the pages that readers have open stays for one more build.
    assert [path for verb, path in after if verb == "delete"] == ["gone/index.html", "gone/card.png"]

    shutil.copy(tmp_path / "site" / MANIFEST, tmp_path / "uploaded.json")
    assert steps(run("publish", "--plan", "--uploaded", "uploaded.json")) == []


def assert_never_half(plan: list[tuple[str, str]]) -> None:
    kinds = [kind(verb, path) for verb, path in plan]
    assert kinds == sorted(kinds)
    assert len(set(plan)) == len(plan)


def kind(verb: str, path: str) -> int:
    if verb == "delete":
        return 5
    if path == MANIFEST:
        return 4
    if path.startswith("static/"):
        return 0
    if path in {"index.html", "404.html", "feed.xml", "sitemap.xml", "robots.txt"}:
        return 3
    return 2 if path.endswith(".html") else 1


def test_a_file_that_is_no_manifest_is_told(run: Run) -> None:
    run("build", "--jobs", "1")
    told = run("publish", "--plan", "--uploaded", "content/site.yaml")
    assert told.exit_code == 2
    assert "content/site.yaml is no manifest of a published site" in told.output
