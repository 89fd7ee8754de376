"""The JSON Schemas: sound, complete, and of one mind with the checks of a build."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from citewell.blocks import find_blocks
from citewell.cli import main
from citewell.core.codes import CODES
from citewell.core.model import Source
from citewell.parse.article import page_shape
from citewell.parse.config import parse_config
from citewell.parse.json_schema import schemas
from citewell.parse.library import parse_library
from citewell.parse.nodes import Place
from citewell.parse.validation import validate
from citewell.parse.yamlnodes import read

ROOT = Path(__file__).parents[1]
BLOCKS = find_blocks()
SCHEMAS = schemas(BLOCKS, CODES | {code.name: code for block in BLOCKS for code in block.codes})
SITES = [
    ROOT / "content",
    *sorted(site for site in (ROOT / "tests/sites").glob("*/content") if site.parent.name != "seeded"),
    ROOT / "tests/sites/planted/sound/content",
]


def as_in_an_editor(text: str) -> Any:  # noqa: ANN401 -- whatever the text holds
    """Read YAML as an editor's program may: numbers and truths are no texts. Keys and days are, as in JSON."""
    return value_of(yaml.compose(text, yaml.SafeLoader))


def value_of(node: Any) -> Any:  # noqa: ANN401 -- whatever the text holds
    if isinstance(node, yaml.MappingNode):
        return {key.value: value_of(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [value_of(item) for item in node.value]
    is_day = node.tag == "tag:yaml.org,2002:timestamp"
    return node.value if is_day else yaml.SafeLoader("").construct_object(node)


def faults(name: str, value: object) -> list[str]:
    validator = Draft202012Validator(SCHEMAS[name], format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]


# -- sound and complete --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_schema(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(SCHEMAS[name])


def keys(name: str, schema: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every key that a schema describes, with what is said of it there or where it leads."""
    if isinstance(schema, list):
        for item in schema:
            yield from keys(name, item, path)
    elif isinstance(schema, dict):
        for key, said in schema.get("properties", {}).items():
            there = SCHEMAS[name]["$defs"][said["$ref"].rpartition("/")[2]] if "$ref" in said else {}
            yield f"{path}/{key}", there | said
        for key, inner in schema.items():
            yield from keys(name, inner, f"{path}/{key}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_says_what_it_is(name: str) -> None:
    found = dict(keys(name, SCHEMAS[name]))
    assert len(found) > 40
    for path, said in found.items():
        assert path.endswith(f"/{said['title']}"), path
        assert said["description"].endswith("."), path
        assert said["markdownDescription"] == said["description"], path


@pytest.mark.parametrize("name", SCHEMAS)
def test_examples_and_defaults_are_sound(name: str) -> None:
    told = {}
    for path, said in keys(name, SCHEMAS[name]):
        validator = Draft202012Validator(said | {"$defs": SCHEMAS[name].get("$defs", {})})
        shown = [*said.get("examples", ()), *([said["default"]] if "default" in said else ())]
        told[path] = len(shown)
        for value in shown:
            assert [fault.message for fault in validator.iter_errors(value)] == [], path
    assert sum(told.values()) > 10


def test_only_known_keys_are_let_through() -> None:
    def groups(schema: object) -> Iterator[dict[str, Any]]:
        if isinstance(schema, dict):
            if schema.get("type") == "object":
                yield schema
            schema = list(schema.values())
        for inner in schema if isinstance(schema, list) else ():
            yield from groups(inner)

    found = [group for schema in SCHEMAS.values() for group in groups(schema)]
    assert len(found) > 15
    assert all(group["additionalProperties"] is False for group in found)


# -- of one mind with a build --------------------------------------------------------------------------------------

WRITTEN = [
    pytest.param(name, file, id=file.relative_to(ROOT).as_posix())
    for site in SITES
    for name, pattern in (("article", "**/*.md"), ("site", "site.yaml"), ("sources", "sources.*"))
    for file in sorted(site.glob(pattern))
]


@pytest.mark.parametrize(("name", "file"), WRITTEN)
def test_what_is_sound_is_let_through(name: str, file: Path) -> None:
    text = file.read_text("utf-8")
    assert faults(name, as_in_an_editor(text.split("\n---\n")[0] if name == "article" else text)) == []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_the_example_of_a_block_is_let_through(block: Any) -> None:  # noqa: ANN401 -- a block
    assert faults("article", as_in_an_editor(block.example.split("\n---\n")[0])) == []


def refused_by_a_build(name: str, text: str) -> bool:
    if name == "site":
        return bool(parse_config(Source("site.yaml", text.encode())).diagnostics)
    if name == "sources":
        return bool(parse_library(Source("sources.yaml", text.encode())).diagnostics)
    node, broken = read(Place("page.md", text))
    return node is None or bool(broken or validate(page_shape(BLOCKS), node, {"title": "…"})[1])


RECORD = "- {id: a, type: book, title: T}"
SETTINGS = "title: A\nbase_url: https://a.example/"
SOUND = {
    "article": [
        "title: NO",
        "title: 1.10",
        "title: 2026-01-02",
        "title: 12:30",
        "title: A\nslug: 1984",
        "title: A\nslug: größe_2.b",
        "title: A\ndraft: yes",
        'title: A\ndraft: "on"',
        "title: A\ntags: [2026, no, 1.5, heart]",
        "title: A\naliases: [/a/, /b.html, /größe%20/]",
        "title: A\ncitations: [1, no, a, {id: b, type: book, title: 7}]",
        "title: A\ncitations: []",
        "title: A\nreviewed: {on: 2026-11-22, by: 3, every: 12 months}",
        "title: A\npipeline: [{name: a, means: b, proof: c, question: d}]",
        'title: A\npipeline: {step_count: "1", steps: [{name: a, means: b, proof: c, question: d}]}',
        "title: A\nchecklist: {items: [{ask: a, why: 1}]}",
    ],
    "site": [
        SETTINGS,
        f"{SETTINGS}\nlanguage: no",
        f"{SETTINGS}\nlanguage: de-AT",
        f"{SETTINGS}\nreview: 90 days",
        f"{SETTINGS}\nhtml: [kbd, sub]",
        f"{SETTINGS}\nnavigation: [{{label: 1, path: /glossary/}}]",
        "title: A\nbase_url: HTTP://münchen.example/ü",
    ],
    "sources": [
        RECORD,
        "[]",
        "- {id: 2013, type: book, title: 1984, volume: 12, issue: 3, page: 7-9, number: no}",
        f"{RECORD[:-1]}, issued: 2013}}",
        f"{RECORD[:-1]}, issued: 2013-04}}",
        f"{RECORD[:-1]}, issued: 2013-04-03}}",
        f"{RECORD[:-1]}, issued: {{date-parts: [[2013, 4, 3], [2013, 5]]}}}}",
        f'{RECORD[:-1]}, issued: {{date-parts: [["2013", "04"]], circa: true, season: 2}}}}',
        f"{RECORD[:-1]}, issued: {{raw: about 2013}}}}",
        f"{RECORD[:-1]}, PMID: 31234567, NCT: NCT04493242, DOI: 10.1136/bmj.f1325, URL: https://a.example/b}}",
        f'{RECORD[:-1]}, author: ["He, Feng J", {{family: Li}}, {{literal: WHO}}], custom: {{a: [1]}}}}',
    ],
}
WRONG = {
    "article": [
        "dek: A page without a title",
        "title:",
        'title: " "',
        "title: [a]",
        "title: {a: b}",
        "titel: A",
        "title: A\nparrent: b",
        "title: A\nkind: essay",
        "title: A\ndraft: maybe",
        "title: A\ndraft: 2",
        "title: A\nslug: a/b",
        "title: A\nslug: ../b",
        "title: A\nslug: a b",
        "title: A\naliases: [a]",
        "title: A\naliases: [/a/../b]",
        "title: A\naliases: /a/",
        "title: A\ntags: heart",
        "title: A\ntags: [{a: b}]",
        "title: A\ntags: [a, ]\ndek:",
        "title: A\npublished: 22 November 2026",
        "title: A\npublished: 2026-02-30",
        "title: A\npublished: 2026",
        "title: A\nreviewed: 2026-11-22",
        "title: A\nreviewed: {by: B}",
        "title: A\nreviewed: {on: 2026-11-22, every: month}",
        "title: A\ncompanions: [sugar]",
        "title: A\ncompanions: [{because: B}]",
        "title: A\ncitations: [{id: b, type: book}]",
        "title: A\nterms: []",
        "title: A\nterms: [{term: a}]",
        "title: A\npipeline: {steps: []}",
        "title: A\npipeline: {step_count: two, steps: [{name: a, means: b, proof: c, question: d}]}",
        "title: A\npipeline: [{name: a, means: b, proof: c}]",
        "title: A\ncomparison: {subjects: [a], questions: [{ask: a, answers: [b]}]}",
        "title: A\nfaq: [{question: a, answer: b, note: c}]",
        "title: A\nsources: []",
    ],
    "site": [
        "title: A",
        "base_url: https://a.example/",
        "title: A\nbase_url: a.example",
        "title: A\nbase_url: ftp://a.example/",
        "- title: A",
        f"{SETTINGS}\nlanguage: german words",
        f"{SETTINGS}\nlanguage: 12",
        f"{SETTINGS}\nreview: half a year",
        f"{SETTINGS}\nhtml: [script]",
        f"{SETTINGS}\ncitation_style: chicago",
        f"{SETTINGS}\nleave_out: [sitemap]",
        f"{SETTINGS}\nlicence: CC BY",
        f"{SETTINGS}\ntrust: [{{page: a}}]",
        f"{SETTINGS}\nnavigation: [{', '.join(['{label: a, path: /}'] * 5)}]",
    ],
    "sources": [
        "id: a",
        "- a",
        "- {id: a, type: book}",
        "- {id: a b, type: book, title: T}",
        "- {id: a, type: article-joural, title: T}",
        f"{RECORD[:-1]}, publsher: P}}",
        f"{RECORD[:-1]}, author: Park}}",
        f"{RECORD[:-1]}, author: [{{name: Park}}]}}",
        f"{RECORD[:-1]}, issued: spring 2013}}",
        f"{RECORD[:-1]}, issued: [2013]}}",
        f"{RECORD[:-1]}, issued: {{}}}}",
        f"{RECORD[:-1]}, issued: {{date-parts: [[2013]], day: 3}}}}",
        f"{RECORD[:-1]}, DOI: 10.1136}}",
        f'{RECORD[:-1]}, DOI: "https://doi.org/10.1136/bmj.f1325"}}',
        f"{RECORD[:-1]}, PMID: PMID 3123}}",
        f"{RECORD[:-1]}, PMID: 0}}",
        f"{RECORD[:-1]}, NCT: 04493242}}",
        f"{RECORD[:-1]}, URL: www.a.example}}",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in SOUND for text in SOUND[name]])
def test_what_a_build_takes_is_let_through(name: str, text: str) -> None:
    assert not refused_by_a_build(name, text)
    assert faults(name, as_in_an_editor(text)) == []


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in WRONG for text in WRONG[name]])
def test_what_a_build_refuses_is_refused(name: str, text: str) -> None:
    assert refused_by_a_build(name, text)
    assert faults(name, as_in_an_editor(text)) != []


@pytest.mark.parametrize(
    ("severity", "is_sound"),
    [
        ("{terms/unused: error}", True),
        ("{links/missing-heading: warning}", True),
        ("{links/missing-page: error}", True),
        ("{links/missing-page: warning}", False),
        ("{links/mising-page: error}", False),
        ("{terms/unused: off}", False),
    ],
)
def test_a_severity_is_that_of_a_code_which_may_have_it(severity: str, is_sound: bool) -> None:  # noqa: FBT001
    told = faults("site", as_in_an_editor(f"{SETTINGS}\nseverity: {severity}"))
    assert (told == []) is is_sound


@pytest.mark.parametrize("ends", ["", ", page: a, path: /a/"])
def test_a_link_of_a_menu_leads_to_one_place(ends: str) -> None:
    assert faults("site", as_in_an_editor(f"{SETTINGS}\ntrust: [{{label: a{ends}}}]")) != []


# -- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["schema", *words], catch_exceptions=False)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", SCHEMAS)
def test_one_is_printed(name: str) -> None:
    assert json.loads(run(name).stdout) == SCHEMAS[name]


def test_all_are_written_with_their_use(folder: Path) -> None:
    first, second = run("--write"), run("--write", "of/editors")
    assert (first.exit_code, second.exit_code) == (0, 0)
    for name, schema in SCHEMAS.items():
        assert json.loads((folder / ".schemas" / f"{name}.json").read_text("utf-8")) == schema
    assert '".schemas/site.json": "content/site.yaml"' in first.stdout
    assert first.stdout.endswith("# yaml-language-server: $schema=../.schemas/site.json\n")
    assert second.stdout.endswith("$schema=../of/editors/site.json\n")
    shown = second.stdout.partition("settings.json:\n")[2].partition("\nelsewhere")[0]
    assert max(map(len, shown.splitlines())) <= 80
    settings = json.loads(shown)
    assert all((folder / name).is_file() for name in settings["yaml.schemas"])
    assert (folder / settings["json.schemas"][0]["url"]).is_file()


def test_a_folder_that_cannot_be_written_is_one_sentence(folder: Path) -> None:
    (folder / "taken").write_text("a file", "utf-8")
    result = run("--write", "taken/of")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"citewell: cannot write {Path('taken/of/article.json')}: ")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", [(), ("site", "--write", "x")])
def test_one_or_all(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "article, site and sources" in result.stderr


def test_the_keys_of_a_sites_own_block_are_in_it(folder: Path) -> None:
    block = folder / "blocks" / "myth"
    block.mkdir(parents=True)
    (block / "template.html").write_text("<p></p>", encoding="utf-8")
    (block / "__init__.py").write_text(
        '"""A claim that is often heard."""\n'
        "from citewell.core.plugin import Block\nfrom citewell.parse.fields import Inline, Shape\n\n"
        'class Myth(Shape):\n    claim: Inline\n\nBLOCK = Block(name="myth", order=35, holds="front-matter", shape=Myth)\n',
        encoding="utf-8",
    )
    key = json.loads(run("article").stdout)["properties"]["myth"]
    assert key["description"] == "A claim that is often heard."
    (block / "template.html").unlink()
    result = run("article")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "`myth` has no template" in result.stderr
