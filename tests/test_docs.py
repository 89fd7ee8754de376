"""README.md and the site in docs/ name everything that there is, and what they show works."""

import re
import runpy
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel

from citewell.blocks import find_blocks
from citewell.builder import build, site_options
from citewell.cli import main
from citewell.core.codes import CODES
from citewell.io.report import render
from citewell.io.starting import new_site
from citewell.parse.article import page_shape
from citewell.parse.schema import SiteShape
from citewell.parse.source_shape import CslShape

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT / "docs/content/articles"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {"README.md": README} | {path.name: path.read_text("utf-8") for path in ARTICLES.glob("*.md")}
GENERATED: dict[str, str] = runpy.run_path(str(ROOT / "tools/reference"))["pages"]()
BLOCKS = find_blocks()


def keys(shape: Any) -> Iterator[str]:  # noqa: ANN401 -- an annotation may be anything
    """The keys of a model and of all models inside it, but for those of a source."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        for name, field in () if shape is CslShape else shape.model_fields.items():
            yield field.alias or name
            yield from keys(field.annotation)
    else:
        for inner in get_args(shape):
            yield from keys(inner)


def unnamed(names: set[str], text: str) -> set[str]:
    """Those of the names that the text does not give as code."""
    return {
        name
        for name in names
        if not re.search(rf"`[^`\n]*(?<![\w-]){re.escape(name)}(?![\w-])[^`\n]*`", text)
    }


def fences(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


# -- the site ------------------------------------------------------------------------------------------------------


def test_the_docs_are_a_site_without_a_finding(tmp_path: Path) -> None:
    for folder in ("content", "templates"):
        shutil.copytree(ROOT / "docs" / folder, tmp_path / folder)
    outcome = build(site_options(tmp_path))
    assert [(found.code, found.span, found.message) for found in outcome.diagnostics] == []
    assert outcome.published


@pytest.mark.parametrize("name", GENERATED)
def test_a_page_of_the_reference_says_what_the_program_says(name: str) -> None:
    assert PAGES.get(name) == GENERATED[name], "run tools/reference, and read what it wrote"


# -- named ---------------------------------------------------------------------------------------------------------


def test_every_key_of_a_page_is_named() -> None:
    text = PAGES["reference-page-keys.md"] + PAGES["reference-blocks.md"]
    assert unnamed(set(keys(page_shape(BLOCKS))), text) == set()


def test_every_key_of_a_source_is_named() -> None:
    names = {field.alias or name for name, field in CslShape.model_fields.items()}
    assert unnamed(names, PAGES["reference-sources.md"]) == set()


def test_every_key_of_the_settings_is_named() -> None:
    assert unnamed(set(keys(SiteShape)), PAGES["reference-settings.md"]) == set()


def test_every_key_is_described() -> None:
    tables = "".join(PAGES[f"reference-{name}.md"] for name in ("page-keys", "settings", "sources", "blocks"))
    rows = re.findall(r"^\| `([\w-]+)` \| .* \| *([^|]*) \|$", tables, flags=re.MULTILINE)
    assert len(rows) > 100
    assert [name for name, words in rows if not words] == []


def test_every_block_is_named() -> None:
    assert unnamed({block.name for block in BLOCKS}, PAGES["reference-blocks.md"]) == set()


def test_every_code_has_a_heading_that_links_can_lead_to() -> None:
    codes = CODES | {code.name: code for block in BLOCKS for code in block.codes}
    parts = re.split(r"^### `([\w/-]+)` \{#([\w-]+)\}$", PAGES["reference-codes.md"], flags=re.MULTILINE)
    shown = {
        name: (anchor, text) for name, anchor, text in zip(*(parts[at::3] for at in (1, 2, 3)), strict=True)
    }
    assert set(shown) == set(codes)
    for name, (anchor, text) in shown.items():
        assert anchor == name.replace("/", "-")
        assert f"{codes[name].what} {codes[name].harm}" in text
        assert f"{codes[name].severity}[{name}]: " in text


def test_every_command_and_option_is_named() -> None:
    def names(command: click.Command) -> Iterator[str]:
        yield from (name for option in command.params for name in option.opts if name.startswith("--"))
        for name, inner in command.commands.items() if isinstance(command, click.Group) else ():
            yield name
            yield from names(inner)

    assert unnamed(set(names(main)), PAGES["reference-commands.md"]) == set()


# -- shown ---------------------------------------------------------------------------------------------------------


EXAMPLES = [  # the page of the tutorial cites what the tutorial listed before: tests/test_tutorial.py builds it
    pytest.param(fence, id=f"{name}-{number}")
    for name, text in PAGES.items()
    if name != "tutorial.md"
    for number, fence in enumerate(fences(text, "markdown"))
    if fence.startswith("---\n")
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 2


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_builds_in_a_new_site(example: str, tmp_path: Path) -> None:
    new_site(tmp_path / "content", date(2026, 11, 22))
    (tmp_path / "content/articles/salt.md").write_text(example, encoding="utf-8")
    outcome = build(site_options(tmp_path))
    assert [(found.code, found.span, found.message) for found in outcome.diagnostics] == []


def test_the_report_in_the_readme_is_what_the_command_says(tmp_path: Path) -> None:
    (example,) = fences(README, "markdown")
    (shown,) = fences(README, "text")
    new_site(tmp_path / "content", date(2026, 11, 22))
    wrong = example.replace("[@he2013salt]", "[@he2013slat]").replace("published:", "publishd:")
    (tmp_path / "content/articles/salt.md").write_text(wrong, encoding="utf-8")
    outcome = build(site_options(tmp_path))
    assert render(outcome.diagnostics, outcome.texts.get, color=False) + "nothing was published\n" == shown


def test_the_block_that_a_page_shows_can_be_used(tmp_path: Path) -> None:
    page = PAGES["add-a-block.md"]
    new_site(tmp_path / "content", date(2026, 11, 22))
    block = tmp_path / "blocks/myth"
    block.mkdir(parents=True)
    for name, language in (("__init__.py", "python"), ("template.html", "html")):
        (text,) = fences(page, language)
        (block / name).write_text(text, encoding="utf-8")
    (example,) = re.findall(r"^````markdown\n(.*?)^````$", page, flags=re.MULTILINE | re.DOTALL)
    text = example.replace("---\n\n", "parent: first-article\n---\n\n")
    (tmp_path / "content/articles/salt.md").write_text(text, encoding="utf-8")
    assert build(site_options(tmp_path)).diagnostics == ()
    assert "<s>Detox drinks" in (tmp_path / "site/salt/index.html").read_text(encoding="utf-8")


def test_the_template_that_a_page_shows_can_be_used(tmp_path: Path) -> None:
    (template,) = fences(PAGES["change-the-theme.md"], "html")
    new_site(tmp_path / "content", date(2026, 11, 22))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/not-found.html").write_text(template, encoding="utf-8")
    assert build(site_options(tmp_path)).diagnostics == ()
    assert ">glossary</a>." in (tmp_path / "site/404.html").read_text(encoding="utf-8")


def test_the_setup_of_an_editor_calls_a_command_that_there_is() -> None:
    (setup,) = fences(PAGES["help-in-your-editor.md"], "toml")
    server = tomllib.loads(setup)["language-server"]["citewell"]
    assert server["command"] == "citewell"
    assert server["args"][0] in main.commands


def calls(text: str) -> list[list[str]]:
    """The lines of shell in a page, as words."""
    lines = [line for fence in fences(text, "sh") for line in fence.splitlines()]
    return [shlex.split(line, comments=True) for line in lines]


@pytest.mark.parametrize("name", PAGES)
def test_commands_that_a_page_shows_exist(name: str) -> None:
    for words in (words[1:] for words in calls(PAGES[name]) if words[:1] == ["citewell"]):
        command: click.Command = main
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert not isinstance(command, click.Group), words
        command.make_context("citewell", words)


def test_the_readme_shows_the_two_commands_and_the_first_ones_of_an_editor() -> None:
    shown = calls(README)
    assert ["python3", "build.py"] in shown
    assert ["python3", "build.py", "test"] in shown
    assert ["citewell", "new", "site"] in shown


def test_files_that_the_readme_leads_to_exist() -> None:
    prose = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(((?!https?:|#)[^)`]+)\)(?!`)", re.sub(r"`[^`\n]*`", "", prose))
    assert targets
    for target in targets:
        assert (ROOT / target.partition("#")[0]).exists(), f"README.md leads to {target}"
