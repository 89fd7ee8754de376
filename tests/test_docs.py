"""README.md and docs/ name everything that there is, and what they show works."""

import re
import shlex
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
from citewell.io.starting import new_site
from citewell.parse.article import page_shape
from citewell.parse.schema import SiteShape
from citewell.parse.source_shape import CslShape

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    path.name: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *ROOT.glob("docs/*.md"))
}
README, REFERENCE = PAGES["README.md"], PAGES["reference.md"]
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


def section(title: str) -> str:
    """The text below a heading of level two in the reference."""
    return REFERENCE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def unnamed(names: set[str], text: str) -> set[str]:
    """Those of the names that the text does not give as code."""
    return {
        name
        for name in names
        if not re.search(rf"`[^`\n]*(?<![\w-]){re.escape(name)}(?![\w-])[^`\n]*`", text)
    }


def fences(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


# -- named ---------------------------------------------------------------------------------------------------------


def test_every_key_of_a_page_is_named() -> None:
    assert unnamed(set(keys(page_shape(BLOCKS))), section("Front matter") + section("Blocks")) == set()


def test_every_key_of_a_source_is_named() -> None:
    names = {field.alias or name for name, field in CslShape.model_fields.items()}
    assert unnamed(names, section("Sources")) == set()


def test_every_key_of_the_settings_is_named() -> None:
    assert unnamed(set(keys(SiteShape)), section("Settings")) == set()


def test_every_block_is_named() -> None:
    assert unnamed({block.name for block in BLOCKS}, section("Blocks")) == set()


def test_diagnostics_are_those_that_there_are() -> None:
    codes = CODES | {code.name: code for block in BLOCKS for code in block.codes}
    rows = re.findall(r"^\| `([\w/-]+)` \| (\w+) \| (.+) \|$", section("Diagnostics"), flags=re.MULTILINE)
    assert {name: (severity, what) for name, severity, what in rows} == {
        code.name: (code.severity, code.what) for code in codes.values()
    }


def test_every_command_and_option_is_named() -> None:
    def names(command: click.Command) -> Iterator[str]:
        yield from (name for option in command.params for name in option.opts if name.startswith("--"))
        for name, inner in command.commands.items() if isinstance(command, click.Group) else ():
            yield name
            yield from names(inner)

    assert unnamed(set(names(main)), section("Command")) == set()


# -- shown ---------------------------------------------------------------------------------------------------------


EXAMPLES = [
    pytest.param(fence, id=f"{name}-{number}")
    for name, text in PAGES.items()
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


def test_commands_in_the_readme_exist() -> None:
    lines = [line for fence in fences(README, "sh") for line in fence.splitlines()]
    calls = [shlex.split(line, comments=True) for line in lines]
    ours = [words[1:] for words in calls if words[:1] == ["citewell"]]
    assert ours
    for words in ours:
        command: click.Command = main
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        command.make_context("citewell", words)
    assert ["python3", "build.py"] in calls
    assert ["python3", "build.py", "test"] in calls


def test_files_that_the_pages_lead_to_exist() -> None:
    for name, text in PAGES.items():
        folder = ROOT if name == "README.md" else ROOT / "docs"
        prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(((?!https?:|#)[^)`]+)\)(?!`)", re.sub(r"`[^`\n]*`", "", prose)):
            assert (folder / target.partition("#")[0]).exists(), f"{name} leads to {target}"
