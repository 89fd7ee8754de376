"""`citewell new`: what it writes builds with nothing to complain of, and each example in it does when it is used."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from terminal import typed

from citewell.cli import main
from citewell.core import placeholders

BLOCKS = ("terms", "pipeline", "comparison", "checklist", "faq")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def complaints() -> str:
    result = run("check", "--strict")
    assert result.exit_code in {0, 1}
    return result.stderr


def write_in(name: str) -> None:
    """Put words of one's own in the place of those that a new article has."""
    file = Path(f"content/articles/{name}.md")
    text = file.read_text(encoding="utf-8")
    for sentence in (placeholders.DEK, placeholders.OPENING, placeholders.REST):
        text = text.replace(sentence, "My own words.")
    file.write_text(text, encoding="utf-8")


def lay(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


# -- all of it in an empty folder ----------------------------------------------------------------------------------


def test_all_that_new_writes_is_clean(tmp_path: Path) -> None:
    lay("export.bib", "@book{kim2020, title = {A}, author = {Kim, Ada}, year = 2020}\n")
    for words in (
        ["site"],
        ["article", "salt"],
        ["article", "a-hub", "--kind", "hub", "--title", "All of it: 1 & 2", "--dek", "So it is: #1."],
        ["article", "below", "--parent", "a-hub"],
        ["source", "--from", "export.bib"],
    ):
        result = run("new", *words)
        assert (result.exit_code, result.stderr) == (0, ""), words
        if words[0] == "article":
            (told,) = re.findall(r"(?:error|warning)\[(.+)\]", complaints())
            assert told == "text/placeholder", words
            write_in(words[1])
        assert complaints() == "", words
    assert "parent: first-article\n" in (tmp_path / "content/articles/salt.md").read_text(encoding="utf-8")
    assert 'dek: "So it is: #1."\n' in (tmp_path / "content/articles/a-hub.md").read_text(encoding="utf-8")
    assert run("build").exit_code == 0


def test_a_new_site_tells_of_no_review_and_no_source_that_there_is_not() -> None:
    run("new", "site")
    assert complaints() == ""
    assert run("build").exit_code == 0
    page = Path("site/first-article/index.html").read_text(encoding="utf-8")
    assert "Reviewed" not in page
    assert "An example source, to be replaced" in page
    assert "Put a page of your own in its place, or delete it" in " ".join(page.split())


@pytest.mark.parametrize("block", BLOCKS)
def test_the_example_of_a_block_builds_when_it_is_used(block: str) -> None:
    run("new", "site")
    run("new", "article", "salt")
    write_in("salt")
    file = Path("content/articles/salt.md")
    text = file.read_text(encoding="utf-8")
    used = re.sub(
        rf"^# {block}:\n(?:#  .*\n)+",
        lambda match: re.sub(r"^# ", "", match[0], flags=re.MULTILINE),
        text,
        flags=re.MULTILINE,
    )
    assert f"\n{block}:\n" in used
    file.write_text(used, encoding="utf-8")
    assert complaints() == ""
    assert run("build").exit_code == 0
    assert f'class="block {block}"' in Path("site/salt/index.html").read_text(encoding="utf-8")


def test_every_block_of_front_matter_has_its_example() -> None:
    run("new", "site")
    run("new", "article", "salt")
    text = Path("content/articles/salt.md").read_text(encoding="utf-8")
    assert {*re.findall(r"^# (\w+):\n#   ", text, flags=re.MULTILINE)} - {"companions", "citations"} == {
        *BLOCKS
    }


def placeholder_told(text: str) -> list[str]:
    lay("content/articles/salt.md", text)
    return re.findall(r"text/placeholder.*\n --> (.*)", run("check").stderr)


def test_a_sentence_of_the_template_is_told_until_it_is_written_or_while_it_is_no_draft() -> None:
    run("new", "site")
    run("new", "article", "salt")
    file = Path("content/articles/salt.md").as_posix()
    text = Path(file).read_text(encoding="utf-8")
    lines = text.split("\n")
    dek = next(number for number, line in enumerate(lines, 1) if line == f"dek: {placeholders.DEK}")
    opening = lines.index(placeholders.OPENING) + 1
    rest = lines.index(placeholders.REST) + 1
    assert placeholder_told(text) == [f"{file}:{dek}:6"]
    text = text.replace(placeholders.DEK, "What it does.")
    assert placeholder_told(text) == [f"{file}:{opening}:1"]
    assert placeholder_told(text.replace("draft: false", "draft: true")) == []
    text = text.replace(placeholders.OPENING, f"We say: {placeholders.OPENING}")
    assert placeholder_told(text) == [f"{file}:{rest}:1"]
    assert placeholder_told(text.replace(placeholders.REST, "Words.")) == []


def test_an_article_can_be_begun_where_what_stands_in_it_is_an_error() -> None:
    run("new", "site")
    settings = Path("content/site.yaml")
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("severity: {}", "severity: {text/placeholder: error}"), encoding="utf-8")
    assert run("new", "article", "salt").exit_code == 0
    assert run("check").exit_code == 1


# -- where a new article stands ------------------------------------------------------------------------------------

SITE = "title: A site\nbase_url: https://example.org/\n"


def page(title: str, more: str = "", body: str = "Text.") -> str:
    return f"---\ntitle: {title}\n{more}---\n\n{body}\n"


@pytest.mark.parametrize(
    ("files", "parent"),
    [
        ({}, "# parent: name-of-a-page"),
        ({"a.md": page("A")}, "parent: a"),
        ({"a.md": page("A"), "z.md": page("Z", "kind: hub\n", "[a](a.md)")}, "parent: z"),
        ({"a.md": page("A", "parent: b\n"), "b.md": page("B")}, "parent: b"),
        ({"a.md": page("A", "draft: true\n"), "b.md": page("B")}, "parent: b"),
    ],
)
def test_it_stands_below_the_hub_or_the_first_page(files: dict[str, str], parent: str) -> None:
    lay("content/site.yaml", SITE)
    for name, text in files.items():
        lay(f"content/{name}", text)
    assert run("new", "article", "salt").exit_code == 0
    assert f"\n{parent}\n" in Path("content/articles/salt.md").read_text(encoding="utf-8")
    write_in("salt")
    assert complaints() == ""


def test_the_page_that_the_menu_names_first_is_a_parent_before_others() -> None:
    lay("content/site.yaml", SITE + "navigation:\n  - {label: Start, page: start}\n")
    lay("content/a.md", page("A", "parent: start\n"))
    lay("content/b.md", page("B", "", "[start](start.md)"))
    lay("content/start.md", page("Start", "", "[b](b.md)"))
    assert run("new", "article", "salt").stdout.startswith(
        f"wrote {Path('content/articles/salt.md')}, below `start`\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["salt", "--parent", "frist-article"], "there is a page named `first-article`"),
        (["salt", "--parent", "zzzz"], "write the name of a page's file without `.md`"),
        (["first-article"], "is there already, and is left as it is"),
        (["elsewhere"], f"{Path('content', 'elsewhere.md')} is there already"),
        (["tags"], "the address `/tags/` is that of a page which the site makes itself"),
        (["taken"], "want the same address, `/taken/`"),
        (["salt", "--kind", "nonsense"], "'nonsense' is not one of"),
    ],
)
def test_what_would_not_be_right_is_one_sentence_and_nothing_is_written(
    words: list[str], sentence: str
) -> None:
    run("new", "site")
    lay("content/elsewhere.md", page("Elsewhere", "parent: first-article\nslug: taken\ntags: [x]\n"))
    result = run("new", "article", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert [path.name for path in Path("content/articles").iterdir()] == ["first-article.md"]


def test_a_fault_that_was_there_before_does_not_stand_in_the_way() -> None:
    run("new", "site")
    lay("content/bad.md", page("Bad", "parent: first-article\n", "[x](nowhere.md)"))
    assert run("new", "article", "salt").exit_code == 0


def test_without_a_site_it_says_what_comes_first() -> None:
    result = run("new", "article", "salt")
    assert result.exit_code == 2
    assert "type `citewell new site`" in result.stderr


@pytest.mark.parametrize(
    "words", [["build"], ["check"], ["status"], ["new", "article", "salt"], ["new", "source", "38326288"]]
)
def test_a_command_that_finds_no_site_leaves_nothing_behind(tmp_path: Path, words: list[str]) -> None:
    assert run(*words).exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "told"), [("glossary", True), ("sources", True), ("salt", False)])
def test_a_page_that_introduces_a_list_of_the_site_is_told_so(name: str, *, told: bool) -> None:
    run("new", "site")
    lines = run("new", "article", name).stdout.splitlines()
    sentence = f"its text introduces the list that the site itself makes at `/{name}/`"
    assert (sentence in lines) == told
    assert run("build").exit_code == 0


def test_without_a_name_and_a_terminal_the_name_is_missed() -> None:
    run("new", "site")
    result = run("new", "article")
    assert result.exit_code == 2
    assert "Missing argument 'NAME'" in result.stderr


# -- the next step -------------------------------------------------------------------------------------------------


def test_what_to_type_next_names_folders_that_are_not_the_usual_ones() -> None:
    unusual = ("--content", "mein inhalt")
    told = "--content 'mein inhalt'`"
    assert (
        f"now type `citewell build {told}, or `citewell serve {told}" in run("new", "site", *unusual).stdout
    )
    assert f"`citewell check {told} what is wrong" in run("new", "article", "salt", *unusual).stdout
    for words in (["article", "salt"], ["source", "38326288"]):
        result = run("new", *words, "--content", "anderes")
        assert "there is `mein inhalt`: name it with `--content`" in result.stderr


@pytest.mark.parametrize(("language", "told"), [("de", True), ("pt-BR", True), ("en-GB", False)])
def test_a_language_whose_words_the_theme_lacks_is_told(language: str, *, told: bool) -> None:
    assert ("the theme's own words" in run("new", "site", "--language", language).stdout) == told


# -- settings ------------------------------------------------------------------------------------------------------


def test_options_fill_the_settings() -> None:
    run(
        "new", "site", "--title", "Blood: a #guide", "--language", "de", "--base-url", "https://example.org/a"
    )
    text = Path("content/site.yaml").read_text(encoding="utf-8")
    assert 'title: "Blood: a #guide"\n' in text
    assert "\nlanguage: de\n" in text
    assert "\nbase_url: https://example.org/a/\n" in text
    assert complaints() == ""


def test_a_language_that_is_none_is_told() -> None:
    result = run("new", "site", "--language", "english please")
    assert result.exit_code == 2
    assert "`english please` is not the code of a language" in result.stderr
    assert not Path("content").exists()


@pytest.mark.parametrize("words", [[], ["site"], ["article"], ["source"]])
def test_help_says_what_to_type(words: list[str]) -> None:
    text = run("new", *words, "--help").stdout
    assert {"site": "--language", "article": "--parent", "source": "pmid:38326288"}.get(
        words[0] if words else "", "citewell new site"
    ) in " ".join(text.split())


# -- on a terminal -------------------------------------------------------------------------------------------------


def test_a_site_is_asked_for_and_enter_takes_what_is_proposed() -> None:
    status, shown = typed(["new", "site"], "Blood & salt\nenglish\nen-GB\nexample\n\n")
    assert status == 0
    assert "`english` is not the code of a language" in shown
    assert "`example` is not like `https://example.org/`" in shown
    text = Path("content/site.yaml").read_text(encoding="utf-8")
    assert 'title: "Blood & salt"\n' in text
    assert "\nlanguage: en-GB\n" in text
    assert "\nbase_url: https://example.org/\n" in text
    assert complaints() == ""


def test_nothing_is_asked_for_a_site_that_is_there() -> None:
    run("new", "site")
    status, shown = typed(["new", "site"], "")
    assert status == 2
    assert "is there already" in shown
    assert "Name of the site" not in shown


def test_an_article_is_asked_for() -> None:
    run("new", "site")
    run("new", "article", "salt")
    write_in("salt")
    status, shown = typed(["new", "article", "blood"], "What is blood?\n\nslat\nsalt\n")
    assert status == 0
    assert "  salt  Salt\r\n" in shown
    assert "there is no page named `slat`; there is a page named `salt`" in shown
    text = Path("content/articles/blood.md").read_text(encoding="utf-8")
    assert "\nparent: salt\n" in text
    assert 'title: "What is blood?"\n' in text
    write_in("blood")
    assert complaints() == ""


def test_the_name_of_an_article_is_asked_for_until_it_is_one() -> None:
    run("new", "site")
    status, shown = typed(["new", "article"], "What is salt?\nsalt\n\n\n\n")
    assert status == 0
    assert "call it `what-is-salt`" in shown
    assert Path("content/articles/salt.md").is_file()


def test_what_options_say_is_not_asked_for() -> None:
    run("new", "site")
    words = ["--title", "Salt", "--dek", "What it does.", "--parent", "first-article"]
    status, shown = typed(["new", "article", "salt", *words], "")
    assert status == 0
    assert shown.startswith("wrote ")
