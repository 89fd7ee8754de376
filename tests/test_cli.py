"""The command: what it says, where it says it, and how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import citewell
from citewell.cli import main
from citewell.core.codes import CODES

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def site(folder: Path) -> Path:
    assert run("new", "site").exit_code == 0
    assert run("build").exit_code == 0
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "citewell", *words],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=ENVIRONMENT,
    )


def add_a_dead_link(site: Path) -> None:
    with (site / "content" / "articles" / "first-article.md").open("a", encoding="utf-8") as file:
        file.write("\nSee [there](nowhere.md).\n")


# -- build and check ---------------------------------------------------------------------------------------


def test_a_new_site_builds_without_a_word_of_complaint(folder: Path) -> None:
    assert run("new", "site").exit_code == 0
    result = run("build")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("built ")
    assert result.stdout.splitlines()[-2].endswith(f"→ {Path('site', 'index.html')}")
    assert "An example article" in (folder / "site" / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("site")
def test_a_second_build_says_that_nothing_changed() -> None:
    assert run("build").stdout.startswith("nothing changed: ")


@pytest.mark.usefixtures("site")
def test_a_build_counts_what_it_rendered_and_removed() -> None:
    run("new", "article", "second-article")
    assert " rendered, " in run("build").stdout
    Path("content/articles/second-article.md").unlink()  # a page and its social card
    assert " · 2 removed → " in run("build").stdout
    assert not Path("site/second-article").exists()


def test_an_error_is_shown_in_its_place_and_nothing_is_published(site: Path) -> None:
    before = {file: file.read_bytes() for file in (site / "site").rglob("*") if file.is_file()}
    add_a_dead_link(site)
    result = run("build")
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert lines[0].startswith("error[links/missing-page]: ")
    assert lines[1].startswith(" --> content/articles/first-article.md:")
    assert "See [there](nowhere.md)." in lines[2]
    assert lines[3].strip(" ^") == ""
    assert lines[-2:] == ["1 error", "nothing was published"]
    assert {file: file.read_bytes() for file in (site / "site").rglob("*") if file.is_file()} == before


@pytest.mark.usefixtures("site")
def test_strict_makes_a_warning_an_error() -> None:
    run("new", "article", "orphan", "--parent", "")
    assert run("build").exit_code == 0
    strict = run("check", "--strict")
    assert strict.exit_code == 1
    assert "error[family/orphan]" in strict.stderr


def test_check_says_the_same_and_writes_no_page(site: Path) -> None:
    run("new", "article", "second-article", "--parent", "")
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout == "checked 8 pages: 2 warnings\n"
    assert "warning[family/orphan]" in result.stderr
    assert not (site / "site" / "second-article").exists()
    add_a_dead_link(site)
    assert run("check").exit_code == 1


@pytest.mark.usefixtures("site")
def test_quiet_says_only_what_is_wrong() -> None:
    result = run("build", "--quiet")
    assert (result.stdout, result.stderr) == ("", "")


def test_the_base_url_stands_in_addresses(site: Path) -> None:
    run("build", "--base-url", "https://health.example/guide")
    assert "<loc>https://health.example/guide/first-article/</loc>" in (site / "site/sitemap.xml").read_text()


def test_folders_may_have_other_names(folder: Path) -> None:
    run("new", "site", "--content", "texts")
    result = run("build", "--content", "texts", "--output", "public")
    assert result.stdout.splitlines()[-2].endswith(f"→ {Path('public', 'index.html')}")
    assert (folder / "public" / "first-article" / "index.html").exists()


@pytest.fixture
def lists_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists of a small site too are made by another process, whatever threads other tests have left in this one."""
    monkeypatch.setattr("citewell.production._MANY", range(6000))
    monkeypatch.setattr("threading.active_count", lambda: 1)


@pytest.mark.usefixtures("lists_aside")
def test_one_process_and_two_publish_the_same(site: Path) -> None:
    run("new", "article", "page")
    text = (site / "content/articles/page.md").read_text(encoding="utf-8")
    for number in range(70):
        (site / f"content/articles/page-{number}.md").write_text(text, encoding="utf-8")
    run("build", "--jobs", "1", "--output", "one")
    (site / ".citewell").rename(site / "former-cache")
    run("build", "--jobs", "2", "--output", "two")
    one, two = (
        {file.relative_to(root): file.read_bytes() for file in root.rglob("*") if file.is_file()}
        for root in (site / "one", site / "two")
    )
    assert len(one) > 70
    assert one == two


@pytest.mark.usefixtures("lists_aside")
def test_what_is_wrong_with_the_template_of_a_list_is_told(site: Path) -> None:
    (site / "templates").mkdir()
    (site / "templates/glossary.html").write_text("{{ nothing_of_this_name }}\n")
    done = run("build", "--jobs", "2")
    assert done.exit_code == 1
    assert "templates/glossary.html:1" in done.stderr
    assert "nothing_of_this_name" in done.stderr


# -- what is wrong with the call or the surroundings -------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["build"], "citewell new site"),
        (["check"], "citewell new site"),
        (["serve"], "citewell new site"),
        (["build", "--nonsense"], "No such option"),
        (["build", "--jobs", "0"], "--jobs"),
        (["build", "--base-url", "ftp://x"], "https://example.org/"),
        (["build", "--base-url", "https://[x"], "not an address"),
        (["nonsense"], "No such command"),
        (["explain", "links/missing-pag"], "there is `links/missing-page`"),
        (["explain", "zzz"], "lists them all"),
        (["explain", "--jobs", "2"], "No such option"),
        (["status", "--output", "x"], "No such option"),
        (["new", "article", "x", "--strict"], "No such option"),
        (["schema", "--write", "--base-url", "https://example.org/"], "No such option"),
        (["lsp", "--quiet"], "No such option"),
        (["new", "article", "Hello World"], "`hello-world`"),
        (["new", "article", "../x"], "`x`"),
        (["new", "article", "?"], "what the page is about"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_status_2(words: list[str], sentence: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


@pytest.mark.parametrize("output", ["content", ".", "content/site"])
def test_an_output_among_the_sources_is_refused(site: Path, output: str) -> None:
    before = sorted(site.rglob("*"))
    result = run("build", "--output", output)
    assert result.exit_code == 2
    assert result.stderr.startswith("citewell: the output folder ")
    assert sorted(site.rglob("*")) == before


def test_settings_that_may_not_be_read_are_one_sentence(site: Path) -> None:
    (site / "content" / "site.yaml").rename(site / "elsewhere.yaml")
    (site / "content" / "site.yaml").symlink_to(site / "elsewhere.yaml")
    result = run("build")
    assert result.exit_code == 2
    assert "symbolic link" in result.stderr


def test_a_fault_in_the_sites_own_template_is_no_traceback(site: Path) -> None:
    (site / "templates").mkdir()
    (site / "templates" / "base.html").write_text("<p>\n{{ nobody }}\n")
    result = run("build")
    assert result.exit_code == 1
    assert " --> templates/base.html:2:" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("build",),
        ("check",),
        ("check", "--fix"),
        ("serve",),
        ("status",),
        ("new", "article", "x"),
        ("new", "source", "pmid:1"),
        ("schema", "--write"),
    ],
)
def test_in_a_folder_of_a_site_the_way_to_the_site_is_told(
    words: tuple[str, ...], site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site / "content" / "articles")
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr
        == f"citewell: there is no folder content here; the site is in {Path('../..')}; go there\n"
    )
    assert [file.name for file in Path().iterdir()] == ["first-article.md"]


def test_a_site_is_not_started_in_the_content_of_another_but_beside_it(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site / "content" / "articles")
    result = run("new", "site")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"citewell: this folder is part of the site in {Path('../..')}; go there\n"
    (site / "docs").mkdir()
    monkeypatch.chdir(site / "docs")
    assert run("new", "site").exit_code == 0


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("words", [("check",), ("new", "article", "x")])
def test_a_misspelt_content_folder_is_told_with_the_one_that_is_there(words: tuple[str, ...]) -> None:
    result = run(*words, "--content", "contnet")
    assert result.exit_code == 2
    assert (
        result.stderr
        == "citewell: there is no folder contnet; there is `content`: name it with `--content`\n"
    )
    assert not Path("contnet").exists()


def test_settings_that_are_missing_are_told(folder: Path) -> None:
    (folder / "content").mkdir()
    assert run("check").stderr.startswith("citewell: there is no content/site.yaml; type `citewell new site`")


# -- new and explain ---------------------------------------------------------------------------------------


def test_new_never_overwrites(site: Path) -> None:
    for words in (["new", "site"], ["new", "article", "first-article"]):
        before = (site / "content" / "articles" / "first-article.md").read_bytes()
        result = run(*words)
        assert result.exit_code == 2
        assert "is there already" in result.stderr
        assert (site / "content" / "articles" / "first-article.md").read_bytes() == before


@pytest.mark.parametrize("title", ['Is "this" a cure: #1?', "{braces} & [brackets]", "Zellen für alle"])
def test_a_new_article_has_its_title_and_builds(site: Path, title: str) -> None:
    result = run("new", "article", "next-page.md", "--title", title)
    assert result.stdout.startswith(f"wrote {Path('content/articles/next-page.md')}, below `first-article`\n")
    assert run("build").exit_code == 0
    assert "cure" not in title or "#1?" in (site / "site" / "next-page" / "index.html").read_text()


def test_a_new_article_without_title_has_the_words_of_its_name(site: Path) -> None:
    run("new", "article", "next-page")
    assert "title: Next page\n" in (site / "content/articles/next-page.md").read_text()


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    result = run("explain", code)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{code} ({CODES[code].severity})\n")
    assert CODES[code].harm in result.stdout
    assert f"  {CODES[code].severity}[{code}]: " in result.stdout
    assert "\nMended:\n\n " in result.stdout
    lowered = f"severity: {{{code}: warning}}" in result.stdout
    assert lowered == CODES[code].may_warn


def test_explain_shows_the_mistake_and_the_line_that_mends_it() -> None:
    words = run("explain", "citations/unknown").stdout
    wrong, right = "  5 | Vesicles are small [@welsh2042].", "  5 | Vesicles are small [@welsh2024]."
    assert words.index(wrong) < words.index("there is a source named `welsh2024`") < words.index(right)


def test_explain_takes_a_code_as_it_stands_in_a_report() -> None:
    copied = run("explain", "error[links/missing-page]: there is no page `red-flags.md`")
    assert (copied.exit_code, copied.stdout) == (0, run("explain", "links/missing-page").stdout)


def test_explain_lists_all_codes_by_family_with_those_of_blocks() -> None:
    lines = run("explain").stdout.splitlines()
    families = [line for line in lines if line and line[0] != " "]
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert {*CODES, "pipeline/step-count"} <= set(listed)
    assert len(listed) == len(set(listed))
    assert families == list(dict.fromkeys(name.partition("/")[0] for name in listed))


def test_explain_lists_the_codes_of_one_family() -> None:
    result = run("explain", "citations")
    lines = result.stdout.splitlines()
    assert (result.exit_code, lines[0]) == (0, "citations")
    family = [name for name in CODES if name.startswith("citations/")]
    assert [line.split()[0] for line in lines[1:]] == family


def test_explain_says_where_a_code_of_front_matter_is_used_beside_pages() -> None:
    sentence = "The same code tells of the settings in `site.yaml` and of the entries of libraries."
    assert sentence in run("explain", "front-matter/unknown-key").stdout
    assert sentence not in run("explain", "front-matter/unclosed").stdout
    assert sentence not in run("explain", "links/missing-page").stdout


def test_explain_knows_a_code_of_the_sites_own_block(folder: Path) -> None:
    own = folder / "blocks" / "myth"
    own.mkdir(parents=True)
    (own / "template.html").write_text("<p></p>\n")
    (own / "__init__.py").write_text(
        "from citewell.core.diagnostic import Code\n"
        "from citewell.core.plugin import Block\n"
        'CODE = Code("myth/no-fact", "warning", "A claim has no fact.", "Readers keep the claim.")\n'
        'BLOCK = Block(name="myth", order=35, holds="body", codes=(CODE,))\n'
    )
    words = run("explain", "myth/no-fact").stdout
    assert words.startswith("myth/no-fact (warning)\n\nA claim has no fact.\nReaders keep the claim.\n")
    assert "severity: {myth/no-fact: error}" in words


@pytest.mark.parametrize("words", [(), ("new",)])
def test_what_a_command_does_is_listed_in_whole_sentences(words: tuple[str, ...]) -> None:
    listed = run(*words, "--help").stdout.partition("Commands:\n")[2].splitlines()
    assert len(listed) >= 3
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


def test_the_help_of_a_build_says_what_the_status_means() -> None:
    assert "1  errors were found, and nothing was published" in run("build", "--help").stdout


# -- the real command --------------------------------------------------------------------------------------


def test_the_command_says_its_version() -> None:
    assert command("--version").stdout == f"citewell {citewell.__version__}\n"


def test_warnings_and_their_number_stand_in_order_where_both_go_to_one_place(site: Path) -> None:
    run("new", "article", "orphan", "--parent", "")
    with (site / "said.txt").open("wb") as said:
        subprocess.run(
            [sys.executable, "-m", "citewell", "check"], check=True, stdout=said, stderr=said, env=ENVIRONMENT
        )
    lines = (site / "said.txt").read_text("utf-8").splitlines()
    assert lines[0].startswith("warning[family/orphan]")
    assert lines[-1] == "checked 8 pages: 2 warnings"


def test_a_report_that_is_not_read_on_a_terminal_has_no_colour(site: Path) -> None:
    add_a_dead_link(site)
    result = command("build")
    assert result.returncode == 1
    assert "error[links/missing-page]" in result.stderr
    assert "\x1b" not in result.stderr


def test_colour_is_for_terminals_that_want_it(site: Path) -> None:
    pty = pytest.importorskip("pty")
    add_a_dead_link(site)

    def seen(*words: str, **environment: str) -> bytes:
        ours, theirs = pty.openpty()
        subprocess.run(
            [sys.executable, "-m", "citewell", "check", *words],
            check=False,
            stderr=theirs,
            env=ENVIRONMENT | environment,
        )
        os.close(theirs)
        try:
            # A bar, where a check takes long enough for one, hides the cursor.
            return re.sub(rb"\x1b\[\?25[hl]", b"", os.read(ours, 65536))
        finally:
            os.close(ours)

    assert b"\x1b[1;31m" in seen(NO_COLOR="")
    assert b"\x1b" not in seen(NO_COLOR="1")
    assert b"\x1b" not in seen("--no-color", NO_COLOR="")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
def test_ctrl_c_ends_a_build_without_a_word(site: Path) -> None:
    (site / "blocks" / "own").mkdir(parents=True)
    (site / "blocks" / "own" / "__init__.py").write_text(
        f"import os\nos.kill(os.getpid(), {int(signal.SIGINT)})\n"
    )
    result = command("build")
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


def test_a_port_that_is_taken_is_one_sentence(site: Path) -> None:
    assert (site / "content").is_dir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = command("serve", "--port", str(taken.getsockname()[1]))
    assert result.returncode == 2
    assert "choose another with --port" in result.stderr
    assert "Traceback" not in result.stderr
