"""The language server, over its protocol: the real command, started once, with a small site open in it."""

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from language_client import Client, Json, Refusal, apply, offset

import citewell
from citewell.builder import Outcome, build, site_options
from citewell.core.diagnostic import Span
from citewell.lsp.completion import complete as complete_at
from citewell.lsp.desk import Desk
from citewell.lsp.hover import hover
from citewell.lsp.known import Cursor
from citewell.lsp.mentions import mentions
from citewell.lsp.positions import Encoding, Text

SITES = Path(__file__).parent / "sites"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
VESICLES = """---
title: Vesicles
parent: where-research-is-heading
companions:
  - page: red-flags
    because: What to look for.
citations: [welsh2024misev]
reviewed: {on: 2026-11-22, by: The editors}
tags: [cells]
---

They are [small](term:exosome) sacs, 😀 and counted [@welsh2024misev, p. 3].
See [what is known](exosomes.md#what-is-known), [the flags][flags], [all of it](/exosomes/) and [a word](/glossary/#exosome).

## In a picture

![A cell](images/cell.png)

Exosomes are vesicles as well. See [above](#in-a-picture).

[flags]: red-flags.md
"""
FLAGS = """---
title: Red flags
parent: where-research-is-heading
companions: [{page: vesicles}]
citations:
  - fda2019exosome
---

A clinic that sells exosomes sells what nobody has approved [@fda2019exosome].
"""


def make_site(root: Path) -> None:
    """Write a site without a fault in which everything is named somewhere."""
    shutil.copytree(SITES / "planted/sound", root, dirs_exist_ok=True)
    (root / "content/images").mkdir()
    (root / "content/images/cell.png").write_bytes(PIXEL)
    (root / "content/vesicles.md").write_text(VESICLES, encoding="utf-8")
    (root / "content/red-flags.md").write_text(FLAGS, encoding="utf-8")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site")
    make_site(root)
    return root


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Client]:
    client = Client(
        root,
        textDocument={"rename": {"prepareSupport": True}},
        workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}},
    )
    yield client
    assert client.close() == 0
    assert client.errors == b""


@pytest.fixture
def editor(server: Client) -> Iterator[Client]:
    """The server, with no file open before and after."""
    yield server
    for file in list(server.texts):
        server.close_file(file)


@pytest.fixture
def page(editor: Client, root: Path) -> Path:
    """A page that is open."""
    file = root / "content/vesicles.md"
    editor.open(file)
    return file


def complete(editor: Client, file: Path, marked: str) -> dict[str, Json]:
    """What can be typed where `¦` stands, by label."""
    at = marked.index("¦")
    editor.write(file, marked.replace("¦", ""))
    found = editor.ask("completion", file, at)
    for item in found["items"]:
        edit = item["textEdit"]
        assert offset(editor.texts[file], edit["range"]["end"]) == at
    return {item["label"]: item for item in found["items"]}


def after(editor: Client, file: Path, item: Json) -> str:
    """The text once an item has been chosen."""
    edit, text = item["textEdit"], editor.texts[file]
    start, end = (offset(text, edit["range"][side]) for side in ("start", "end"))
    return str(text[:start] + edit["newText"] + text[end:])


def matter(keys: str) -> str:
    return f"---\ntitle: Vesicles\n{keys}"


# -- what is wrong -----------------------------------------------------------------------------------------------------


def told(outcome: Outcome) -> dict[str, list[Any]]:
    """What a check tells, by file, as an editor should show it."""

    def place(span: Span) -> tuple[int, int]:
        before = outcome.texts[span.path].split("\n")[span.line - 1][: span.column - 1]
        return span.line - 1, len(before.encode("utf-16-le")) // 2

    found: dict[str, list[Any]] = {}
    for one in outcome.diagnostics:
        severity = {"error": 1, "warning": 2}[one.severity]
        message = f"{one.message}\nhelp: {one.help}"
        related = [(other.span.path, *place(other.span), other.message) for other in one.related]
        found.setdefault(one.span.path, []).append((*place(one.span), one.code, severity, message, related))
    return found


def shown(server: Client, root: Path) -> dict[str, list[Any]]:
    """What an editor shows, in the same form."""
    prefix = f"{(root / 'content').as_uri()}/"

    def start(found: Json) -> tuple[int, int]:
        return found["range"]["start"]["line"], found["range"]["start"]["character"]

    return {
        uri.removeprefix(prefix): [
            (
                *start(one),
                one["code"],
                one["severity"],
                one["message"],
                [
                    (
                        other["location"]["uri"].removeprefix(prefix),
                        *start(other["location"]),
                        other["message"],
                    )
                    for other in one.get("relatedInformation") or ()
                ],
            )
            for one in found
        ]
        for uri, found in server.diagnostics.items()
        if found
    }


def test_what_is_told_of_a_site_with_many_mistakes_is_what_check_tells(tmp_path: Path) -> None:
    shutil.copytree(SITES / "seeded/content", tmp_path / "content")
    expected = told(build(site_options(tmp_path, write=False)))
    assert sum(map(len, expected.values())) > 20
    client = Client(tmp_path)
    client.open(tmp_path / "content/site.yaml")
    client.checked(tmp_path / "content/site.yaml")
    assert shown(client, tmp_path) == expected
    assert client.close() == 0


def test_what_is_told_of_texts_that_are_not_saved_is_what_check_tells_of_them(
    editor: Client, root: Path, tmp_path: Path
) -> None:
    mistakes = SITES / "planted/mistakes/content"
    shutil.copytree(root, tmp_path / "site")
    shutil.copytree(mistakes, tmp_path / "site/content", dirs_exist_ok=True)
    expected = told(build(site_options(tmp_path / "site", write=False)))
    assert sum(map(len, expected.values())) > 10
    files = [root / "content" / file.name for file in mistakes.iterdir()]
    for file in files:
        editor.open(file, (mistakes / file.name).read_text("utf-8"))
    editor.checked(files[0])
    assert shown(editor, root) == expected
    for file in files:
        editor.close_file(file)
    editor.checked(files[0])
    assert shown(editor, root) == {}


def test_a_mistake_is_told_as_it_is_typed_and_taken_back_when_it_is_mended(
    editor: Client, page: Path
) -> None:
    editor.type(page, "[@welsh2024misev, p. 3]", "[@welsh2042misev]")
    [found] = editor.checked(page)
    text = editor.texts[page]
    assert found["code"] == "citations/unknown"
    assert found["source"] == "citewell"
    start, end = (offset(text, found["range"][side]) for side in ("start", "end"))
    assert text[start:end] == "@welsh2042misev"
    editor.type(page, "welsh2042misev", "welsh2024misev")
    assert editor.checked(page) == []


def test_only_what_has_changed_is_published(editor: Client, page: Path, root: Path) -> None:
    editor.checked(page)
    editor.diagnostics.clear()
    editor.type(page, "term:exosome", "term:exosone")
    editor.checked(page)
    assert list(editor.diagnostics) == [page.as_uri()]
    editor.diagnostics.clear()
    editor.type(page, "# In a picture", "# In one picture")
    editor.checked(page)
    assert set(editor.diagnostics) == {page.as_uri()}
    editor.diagnostics.clear()
    other = root / "content/methodology.md"
    editor.open(other)
    editor.type(other, "Every claim", "Each claim")
    editor.checked(other)
    assert page.as_uri() not in editor.diagnostics


def test_a_mistake_that_moves_is_shown_where_it_is(editor: Client, page: Path) -> None:
    editor.type(page, "term:exosome", "term:exosone")
    before = editor.checked(page)[0]["range"]["start"]
    editor.type(page, "They are", "😀 They are")  # one character, two units
    after = editor.checked(page)[0]["range"]["start"]
    assert after == {"line": before["line"], "character": before["character"] + 3}
    editor.type(page, "😀", "!")  # in our columns nothing moves
    after = editor.checked(page)[0]["range"]["start"]
    assert after == {"line": before["line"], "character": before["character"] + 2}


def test_what_is_typed_at_once_is_taken_in_order(editor: Client, page: Path) -> None:
    for sign in "[@nobody2020]":
        editor.type(page, " See [above]", f"{sign} See [above]")
    assert [found["code"] for found in editor.checked(page)] == ["citations/unknown"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_are_no_part_of_a_line(editor: Client, root: Path, end: str) -> None:
    file = root / "content/vesicles.md"
    text = VESICLES.replace("term:exosome)", "term:exosone)")
    editor.open(file, "\ufeff" + text.replace("\n", end))
    [found] = editor.checked(file)
    assert offset(text, found["range"]["start"]) == text.index("[small]")
    change = {"start": {"line": 0, "character": 1}, "end": {"line": 1, "character": 0}}
    document = {"uri": file.as_uri(), "version": 3}
    editor.notify(
        "textDocument/didChange",
        {"textDocument": document, "contentChanges": [{"range": change, "text": ""}]},
    )
    assert [found["code"] for found in editor.checked(file)] == ["front-matter/missing"]


def test_a_form_feed_breaks_no_line(editor: Client, page: Path) -> None:
    editor.type(page, "They are", "\f\u2028 They are")
    editor.type(page, "term:exosome", "term:exosone")
    found = next(one for one in editor.checked(page) if one["code"] == "terms/unknown")
    text = editor.texts[page]
    assert offset(text, found["range"]["start"]) == text.index("[small]")


def test_files_that_change_on_the_disk_are_read(server: Client, root: Path) -> None:
    patterns = [
        watcher["globPattern"]
        for registration in server.registered
        for watcher in registration["registerOptions"]["watchers"]
    ]
    assert patterns == ["**/content/**", "**/templates/**", "**/static/**", "**/blocks/**"]
    file, other = root / "content/islet-cells.md", root / "content/red-flags.md"
    held = other.read_bytes()
    other.unlink()

    def changed(kind: int) -> list[str]:
        event = {"uri": other.as_uri(), "type": kind}
        server.notify("workspace/didChangeWatchedFiles", {"changes": [event]})
        return [found["code"] for found in server.checked(file)]

    assert "links/missing-page" in changed(3)
    other.write_bytes(held)
    assert changed(1) == []


# -- what can be typed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "expected", "result"),
    [
        ("ki¦", "kind", "kind: "),
        ("comp¦\n---\n", "companions", "companions:"),
        ("companions:\n  - page: red-flags\n    be¦", "because", "because: "),
        ("companions:\n  - ¦", "page", "page: "),
        ("companions: [{page: red-flags, be¦", "because", "because: "),
        ("reviewed:\n  ro¦", "role", "role: "),
        ("pipeline:\n  ste¦", "steps", "steps:"),
        ("pipeline:\n  steps:\n    - name: Cell\n      pro¦", "proof", "proof: "),
        ("pipeline:\n  - name: Cell\n    pro¦", "proof", "proof: "),
        ("terms:\n  - term: Cell\n    def¦", "definition", "definition: "),
        ("citations:\n  - id: one\n    cont¦", "container-title", "container-title: "),
        ("citations:\n  - id: one\n    author:\n      - fam¦", "family", "family: "),
        ("kind: po¦", "policy", "policy"),
        ("draft: ¦", "true", "true"),
        ("parent: where¦", "where-research-is-heading", "where-research-is-heading"),
        ("companions:\n  - page: isl¦", "islet-cells", "islet-cells"),
        ("companions: [{page: ¦}]", "islet-cells", "islet-cells"),
        ("citations:\n  - wel¦", "welsh2024misev", "welsh2024misev"),
        ("citations: [¦]", "fda2019exosome", "fda2019exosome"),
        ("tags: [is¦", "islet cells", "islet cells"),
        ("dek: x: y\nkind: ¦\n---\n", "hub", "hub"),  # the line above is broken
    ],
)
def test_keys_and_values_of_a_page(editor: Client, page: Path, keys: str, expected: str, result: str) -> None:
    items = complete(editor, page, matter(keys))
    assert expected in items
    rest = matter(keys).partition("¦")[2]
    assert after(editor, page, items[expected]).endswith(result + rest)


def test_a_key_says_what_it_is(editor: Client, page: Path) -> None:
    items = complete(editor, page, matter("¦"))
    assert items["kind"]["detail"] == "article, hub, guide or policy"
    assert "child pages" in items["kind"]["documentation"]["value"]
    assert "title" not in items  # it is there already
    items = complete(editor, page, matter("terms:\n  - ¦"))
    assert list(items)[:2] == ["term", "definition"]  # what must be there comes first
    assert "Required" in items["term"]["documentation"]["value"]


def test_a_day_is_today(editor: Client, page: Path) -> None:
    [item] = complete(editor, page, matter("published: ¦")).values()
    assert item["detail"] == "today"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("A word [@wel¦", "welsh2024misev"),
        ("A word [@welsh2024misev; @¦", "fda2019exosome"),
        ("A word [@welsh2024misev;\n@¦", "fda2019exosome"),
        ("A word [@extracellular¦", "welsh2024misev"),  # by a word of its title
        ("Read [this](¦", "red-flags.md"),
        ("Read [this](¦", "/glossary/"),
        ("Read [this](Can¦", "islet-cells.md"),  # by a word of its title
        ("Read [this](exosomes.md#¦", "what-is-known"),
        ("Read [this](exosomes.md#¦", "step-2"),
        ("Read [this](#¦", "in-a-picture"),
        ("Read [this](term:¦", "exosome"),
        ("Read [this](/glossary/#¦", "exosome"),
        ("![A cell](¦", "images/cell.png"),
        ("::: ¦", "warning"),
        (":::pipe¦", "pipeline"),
    ],
)
def test_what_the_body_names(editor: Client, page: Path, typed: str, expected: str) -> None:
    editor.checked(page)
    items = complete(editor, page, f"{VESICLES}\n{typed}")
    assert expected in items
    assert after(editor, page, items[expected]).endswith(expected)


def test_the_texts_of_the_front_matter_name_the_same(editor: Client, page: Path) -> None:
    keys = "faq:\n  - question: What?\n    answer: |\n      Small [@¦\n"
    assert "welsh2024misev" in complete(editor, page, matter(keys))


def test_a_source_is_shown_with_title_and_year(editor: Client, page: Path) -> None:
    item = complete(editor, page, f"{VESICLES}\n[@¦")["welsh2024misev"]
    assert item["detail"] == "2024 · Minimal information for studies of extracellular vesicles"
    assert "sources.yaml" in item["documentation"]["value"]


def test_what_the_page_lists_comes_first(editor: Client, page: Path) -> None:
    assert list(complete(editor, page, f"{VESICLES}\n[@¦")) == ["welsh2024misev", "fda2019exosome"]


def test_headings_are_known_while_the_front_matter_is_broken(editor: Client, page: Path) -> None:
    editor.checked(page)
    broken = VESICLES.replace("tags: [cells]", "tags: [cells")
    assert "in-a-picture" in complete(editor, page, f"{broken}\nRead [this](#¦")


def test_a_page_without_end_is_helped(editor: Client, page: Path) -> None:
    assert "kind" in complete(editor, page, "---\n¦")
    assert complete(editor, page, "¦") == {}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("site.yaml", "title: A\nta¦", "tagline"),
        ("site.yaml", "title: A\ncitation_style: ¦", "apa"),
        ("site.yaml", "title: A\nleave_out:\n  - ¦", "cards"),
        ("site.yaml", "title: A\nnavigation:\n  - label: Start\n    page: ¦", "vesicles"),
        ("site.yaml", "title: A\nnavigation:\n  - label: Start\n    path: /gl¦", "/glossary/"),
        ("site.yaml", "title: A\nseverity:\n  terms/¦", "terms/unused"),
        ("site.yaml", "title: A\nseverity:\n  terms/unused: ¦", "error"),
        ("sources.yaml", "- id: one\n  ti¦", "title"),
        ("sources.yaml", "- id: one\n  type: book¦", "book"),
        ("sources.yaml", "- id: one\n- ¦", "id"),
        ("sources.yaml", "- id: one\n  author: [{¦", "family"),
    ],
)
def test_keys_and_values_of_the_settings_and_the_library(
    editor: Client, root: Path, name: str, text: str, expected: str
) -> None:
    editor.open(root / "content" / name)
    assert expected in complete(editor, root / "content" / name, text)


def test_the_library_in_json(editor: Client, root: Path) -> None:
    file = root / "content/sources.json"
    editor.open(file, "[]")
    items = complete(editor, file, '[\n  {"id": "one", ¦')
    assert items["title"]["textEdit"]["newText"] == '"title": '
    items = complete(editor, file, '[\n  {"id": "one", "ti¦"')
    assert items["title"]["textEdit"]["newText"] == "title"
    assert "book" in complete(editor, file, '[\n  {"id": "one", "type": "bo¦')


# -- what things are ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("@wel", "Journal of Extracellular Vesicles"),
        ("citations: [wel", "`sources.yaml`, line 1"),
        ("term:exo", "A vesicle that was made inside a cell"),
        ("/glossary/#exo", "Defined on `exosomes`"),
        ("Exoso", "Also: exosomes"),
        ("exosomes.md", "`/exosomes/`"),
        ("exosomes.md#what-is", "**What is known**"),
        ("[the fl", "**Red flags**"),
        ("(/exoso", "**What are exosomes?**"),
        ("parent: where", "**Where research is heading**"),
        ("page: red", "**Red flags**"),
        ("images/ce", "1 by 1 pixels"),
        ("\npar", "The page above this one"),
        ("    beca", "**because**: text with emphasis"),
        ("{on", "(required)"),
    ],
)
def test_hover(editor: Client, page: Path, at: str, expected: str) -> None:
    found = editor.ask("hover", page, VESICLES.index(at) + len(at))
    assert expected in found["contents"]["value"]


def test_hover_over_a_block_and_over_a_mistake(editor: Client, root: Path) -> None:
    file = root / "content/exosomes.md"
    editor.open(file)
    told = editor.ask("hover", file, editor.texts[file].index("pipeline\n:::"))["contents"]["value"]
    assert "The steps from an idea to a patient" in told
    assert "front matter" in told
    editor.type(file, "[@fda2019exosome]", "[@nobody]")
    told = editor.ask("hover", file, editor.texts[file].index("@nobody") + 2)["contents"]["value"]
    assert "citations/unknown" in told
    assert "Readers cannot check" in told


def test_hover_over_a_code_in_the_settings(editor: Client, root: Path) -> None:
    file = root / "content/site.yaml"
    editor.open(file)
    editor.write(file, editor.texts[file] + "severity:\n  terms/unused: error\n")
    told = editor.ask("hover", file, editor.texts[file].index("terms/unused") + 3)["contents"]["value"]
    assert "A term is defined on a page that never uses it." in told


def test_nothing_is_told_of_nothing(editor: Client, page: Path) -> None:
    assert editor.ask("hover", page, VESICLES.index("They are")) is None
    assert editor.ask("definition", page, VESICLES.index("They are")) is None
    assert editor.ask("references", page, 0, context={"includeDeclaration": True}) == []


# -- where things are --------------------------------------------------------------------------------------------------


def words(root: Path, location: Json) -> tuple[str, str]:
    """The file of a location, and the text there."""
    prefix = f"{(root / 'content').as_uri()}/"
    name = location["uri"].removeprefix(prefix)
    if name.endswith(".png"):
        return name, ""
    text = (root / "content" / name).read_text("utf-8")
    return name, text[slice(*(offset(text, location["range"][side]) for side in ("start", "end")))]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("@wel", ("sources.yaml", "welsh2024misev")),
        ("term:exo", ("exosomes.md", "Exosome")),
        ("Exoso", ("exosomes.md", "Exosome")),
        ("exosomes.md", ("exosomes.md", "What are exosomes?")),
        ("exosomes.md#what-is", ("exosomes.md", "What is known")),
        ("[what is", ("exosomes.md", "What is known")),
        ("(#in-a", ("vesicles.md", "In a picture")),
        ("[the fl", ("red-flags.md", "Red flags")),
        ("(/exoso", ("exosomes.md", "What are exosomes?")),
        ("/glossary/#exo", ("exosomes.md", "Exosome")),
        ("parent: where", ("where-research-is-heading.md", "Where research is heading")),
        ("page: red", ("red-flags.md", "Red flags")),
        ("images/ce", ("images/cell.png", "")),
    ],
)
def test_definition(editor: Client, page: Path, root: Path, at: str, expected: tuple[str, str]) -> None:
    assert words(root, editor.ask("definition", page, VESICLES.index(at) + len(at))) == expected


def test_definition_of_a_step_is_its_block(editor: Client, page: Path, root: Path) -> None:
    editor.type(page, "#what-is-known", "#step-2")
    found = editor.ask("definition", page, editor.texts[page].index("#step-2") + 3)
    assert words(root, found) == ("exosomes.md", "pipeline")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (
            "@wel",
            [
                ("exosomes.md", "@welsh2024misev"),
                ("sources.yaml", "welsh2024misev"),
                ("vesicles.md", "@welsh2024misev"),
                ("vesicles.md", "welsh2024misev"),
            ],
        ),
        (
            "exosomes.md#what-is",
            [
                ("exosomes.md", "What is known"),
                ("exosomes.md", "what-is-known"),
                ("vesicles.md", "what-is-known"),
            ],
        ),
        (
            "page: red",
            [
                ("islet-cells.md", "red-flags.md"),
                ("red-flags.md", "Red flags"),
                ("vesicles.md", "red-flags"),
                ("vesicles.md", "red-flags.md"),
            ],
        ),
        (
            "term:exo",
            [
                ("exosomes.md", "Exosome"),
                ("exosomes.md", "Exosomes"),
                ("exosomes.md", "exosome"),
                ("islet-cells.md", "term:exosome"),
                ("red-flags.md", "exosomes"),
                ("vesicles.md", "Exosomes"),
                ("vesicles.md", "exosome"),
                ("vesicles.md", "term:exosome"),
            ],
        ),
    ],
)
def test_references(editor: Client, page: Path, root: Path, at: str, expected: list[tuple[str, str]]) -> None:
    place = VESICLES.index(at) + len(at)
    found = editor.ask("references", page, place, context={"includeDeclaration": True})
    assert sorted(words(root, one) for one in found) == expected
    without = editor.ask("references", page, place, context={"includeDeclaration": False})
    assert len(without) == len(found) - 1


def test_symbols(editor: Client, page: Path) -> None:
    found = editor.request("textDocument/documentSymbol", {"textDocument": {"uri": page.as_uri()}})
    assert [symbol["name"] for symbol in found] == ["In a picture"]


# -- other names -------------------------------------------------------------------------------------------------------

Rename = Callable[[str, str], Path]


@pytest.fixture
def rename(editor: Client, page: Path, root: Path, tmp_path: Path) -> Rename:
    """A function that renames what stands behind some words, and gives a copy of the site in which that is done."""

    def renamed(at: str, new: str) -> Path:
        place = VESICLES.index(at) + len(at)
        assert editor.ask("prepareRename", page, place)["placeholder"]
        edit = editor.ask("rename", page, place, newName=new)
        shutil.copytree(root, tmp_path / "site")
        apply(edit, root, tmp_path / "site")
        outcome = build(site_options(tmp_path / "site"))
        assert [(found.code, found.span, found.message) for found in outcome.diagnostics] == []
        return tmp_path / "site"

    return renamed


def texts(root: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in root.glob("content/*.*")}


def test_the_site_is_sound_before_it_is_changed(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "site")
    assert build(site_options(tmp_path / "site")).diagnostics == ()


def test_a_source_is_renamed(rename: Rename) -> None:
    found = texts(rename("@wel", "misev"))
    assert not [name for name, text in found.items() if "welsh2024misev" in text]
    assert "[@misev, p. 3]" in found["vesicles.md"]
    assert "citations: [misev]" in found["vesicles.md"]
    assert "- id: misev\n" in found["sources.yaml"]


def test_a_term_is_renamed(rename: Rename) -> None:
    found = texts(rename("term:exo", "Small vesicle"))
    assert "- term: Small vesicle\n" in found["exosomes.md"]
    assert "(term:small-vesicle)" in found["vesicles.md"]
    assert "(/glossary/#small-vesicle)" in found["vesicles.md"]
    assert "(term:small-vesicle)" in found["islet-cells.md"]


def test_a_term_that_needs_quotes_gets_them(rename: Rename) -> None:
    assert '- term: "Vesicle: small"\n' in texts(rename("term:exo", "Vesicle: small"))["exosomes.md"]


def test_a_page_is_renamed_and_its_old_address_leads_to_it(rename: Rename) -> None:
    site = rename("exosomes.md", "what-are-exosomes")
    found = texts(site)
    assert "exosomes.md" not in found
    assert "aliases: [/exosomes/]\n---\n" in found["what-are-exosomes.md"]
    assert "(what-are-exosomes.md#what-is-known)" in found["vesicles.md"]
    assert "(/what-are-exosomes/)" in found["vesicles.md"]
    assert (site / "site/exosomes/index.html").exists()


def test_the_parents_and_the_navigation_follow_a_page(rename: Rename) -> None:
    found = texts(rename("parent: where", "map"))
    assert "parent: map\n" in found["vesicles.md"]
    assert "page: map\n" in found["site.yaml"]


def test_a_link_through_a_reference_follows_a_page(rename: Rename) -> None:
    found = texts(rename("[the fl", "warnings"))
    assert "\n[flags]: warnings.md\n" in found["vesicles.md"]
    assert "- page: warnings\n" in found["vesicles.md"]


def test_a_file_that_is_renamed_in_the_editor_takes_its_links_along(
    editor: Client, page: Path, root: Path, tmp_path: Path
) -> None:
    files = [{"oldUri": page.as_uri(), "newUri": (page.parent / "sacs.md").as_uri()}]
    edit = editor.request("workspace/willRenameFiles", {"files": files})
    shutil.copytree(root, tmp_path / "site")
    apply(edit, root, tmp_path / "site")
    (tmp_path / "site/content/vesicles.md").rename(tmp_path / "site/content/sacs.md")
    assert build(site_options(tmp_path / "site")).diagnostics == ()


@pytest.mark.parametrize(
    ("at", "new", "why"),
    [
        ("@wel", "fda2019exosome", "there is a source named `fda2019exosome` already"),
        ("@wel", "a b", "cannot be the id of a source"),
        ("parent: where", "red-flags", "there is a page named `red-flags` already"),
        ("parent: where", "a/b", "cannot be the name of a page"),
        ("term:exo", " ", "a term needs a name"),
        ("(#in-a", "x", "only the name of a term, a source or a page"),
        ("title: Ves", "x", "this is its title"),
    ],
)
def test_what_cannot_be_renamed_is_refused_with_a_reason(
    editor: Client, page: Path, at: str, new: str, why: str
) -> None:
    with pytest.raises(Refusal, match=why.replace("(", "\\(")):
        editor.ask("rename", page, VESICLES.index(at) + len(at), newName=new)


def test_nothing_is_renamed_while_a_page_that_speaks_of_it_cannot_be_read(
    editor: Client, page: Path, root: Path
) -> None:
    other = root / "content/exosomes.md"
    editor.open(other)
    editor.type(other, "title: What", "title: : What")
    with pytest.raises(Refusal, match="mend it first"):
        editor.ask("rename", page, VESICLES.index("@wel") + 3, newName="misev")


# -- mending -----------------------------------------------------------------------------------------------------------


def test_a_mistake_is_mended(editor: Client, page: Path) -> None:
    editor.type(page, "companions:", "companion:")
    found = next(one for one in editor.checked(page) if one["code"] == "front-matter/unknown-key")
    context = {"diagnostics": [found]}
    params = {"textDocument": {"uri": page.as_uri()}, "range": found["range"], "context": context}
    [action] = editor.request("textDocument/codeAction", params)
    assert action["title"] == "change `companion` to `companions`"
    assert action["kind"] == "quickfix"
    [change] = action["edit"]["documentChanges"]
    [edit] = change["edits"]
    text = editor.texts[page]
    start, end = (offset(text, edit["range"][side]) for side in ("start", "end"))
    assert text[:start] + edit["newText"] + text[end:] == VESICLES


# -- surroundings ------------------------------------------------------------------------------------------------------


def test_a_folder_without_a_site_is_said_to_have_none(tmp_path: Path) -> None:
    client = Client(tmp_path)
    file = tmp_path / "notes.md"
    client.open(file, "Text [@nobody]")
    assert client.ask("completion", file, 7) is None
    assert client.ask("hover", file, 7) is None
    assert [message["message"] for message in client.messages] == [
        (
            f"citewell: there is no content/site.yaml in or above {tmp_path}; "
            "a site is looked for again when one of its files is opened"
        )
    ]
    make_site(tmp_path)
    client.open(tmp_path / "content/vesicles.md")
    assert client.ask("hover", tmp_path / "content/vesicles.md", VESICLES.index("@wel") + 1)
    assert client.close() == 0


def test_each_site_is_helped_from_its_own_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_site(tmp_path / name)
    library = tmp_path / "two/content/sources.yaml"
    library.write_text(library.read_text("utf-8").replace("Minimal information", "Another title"), "utf-8")
    client = Client(None)
    for name, expected in (("one", "Minimal information"), ("two", "Another title")):
        file = tmp_path / name / "content/vesicles.md"
        client.open(file)
        told = client.ask("hover", file, VESICLES.index("@wel") + 1)["contents"]["value"]
        assert expected in told
    assert client.close() == 0


def test_the_content_may_have_another_name_and_the_client_count_in_bytes(tmp_path: Path) -> None:
    make_site(tmp_path)
    (tmp_path / "content").rename(tmp_path / "texts")
    client = Client(tmp_path, "--content", "texts", general={"positionEncodings": ["utf-8", "utf-16"]})
    assert client.server["capabilities"]["positionEncoding"] == "utf-8"
    file = tmp_path / "texts/vesicles.md"
    client.open(file, VESICLES.replace("[@welsh2024misev, p. 3]", "[@nobody]"))
    found = next(one for one in client.checked(file) if one["code"] == "citations/unknown")
    row = next(line for line in client.texts[file].split("\n") if "nobody" in line)
    assert found["range"]["start"]["character"] == len(row.partition("@nobody")[0].encode())
    assert client.close() == 0


def test_what_a_block_of_the_site_prints_does_not_reach_the_editor(tmp_path: Path) -> None:
    make_site(tmp_path)
    block = tmp_path / "blocks/loud"
    block.mkdir(parents=True)
    (block / "template.html").write_text("<p></p>", "utf-8")
    (block / "__init__.py").write_text(
        'import os\nfrom citewell.core.plugin import Block\nprint("loud")\nos.write(1, b"louder\\n")\n'
        'BLOCK = Block(name="loud", order=1, holds="body")\n',
        "utf-8",
    )
    client = Client(tmp_path)
    file = tmp_path / "content/vesicles.md"
    client.open(file)
    assert "loud" in complete(client, file, f"{VESICLES}\n::: ¦")
    assert client.close() == 0
    assert b"louder" in client.errors


def test_without_its_package_the_command_says_what_to_type(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(citewell.__file__).parents[1])}
    code = "import sys; sys.modules['pygls'] = None; from citewell.cli import main; main(['lsp'])"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=environment,
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert "type pip install 'citewell[lsp]'" in result.stderr


# -- without the protocol ----------------------------------------------------------------------------------------------


def test_a_file_that_breaks_off_anywhere_is_helped(tmp_path: Path) -> None:
    """While a file is typed it breaks off at every place, and nothing may fail there."""
    make_site(tmp_path)
    desk = Desk(site_options(tmp_path))
    desk.check()
    for path in ("vesicles.md", "exosomes.md", "site.yaml", "sources.yaml"):
        whole = desk.text(path).whole
        for end in range(0, len(whole), 7):
            text = Text(whole[:end])
            row = len(text.lines) - 1
            desk.write(path, text)
            for column in {0, len(text.line(row))}:
                cursor = Cursor(path, text, row, column)
                complete_at(desk.known, cursor, date(2026, 11, 22))
                hover(desk.known, cursor)
        desk.check()
        hover(desk.known, Cursor(path, desk.text(path), 0, 0))
        desk.write(path, None)
        desk.check()


def test_only_running_text_uses_a_term(tmp_path: Path) -> None:
    make_site(tmp_path)
    desk = Desk(site_options(tmp_path))
    body = (
        "An exosome, `exosome`, [exosome]{.plain}, non-exosome, [EV](term:exosome), [x](exosomes.md).\n\n"
        "~~~\nexosome\n~~~\n\nEXOSOMES\n"
    )
    keys = "title: Exosome\nfaq:\n  - question: An exosome?\n    answer: Yes.\n"
    desk.write("islet-cells.md", Text(f"---\n{keys}---\n{body}"))
    desk.check()
    found = [span for span in mentions(desk.known, "exosome", desk.text) if span.path == "islet-cells.md"]
    assert [(span.line, span.column) for span in found] == [(4, 18), (7, 4), (13, 1)]


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 8), ("utf-16", 5), ("utf-32", 4)])
def test_columns_are_counted_as_the_client_counts(encoding: Encoding, units: int) -> None:
    text = Text("\ufeffa\r\n1é😀x\rlast")
    assert text.lines == ["a", "1é😀x", "last"]
    assert text.units(1, 3, encoding) == units - 1
    assert text.units(1, 4, encoding) == units
    assert text.column(1, units - 1, encoding) == 3
    assert text.column(1, 99, encoding) == 4
    assert text.column(7, 3, encoding) == 0
    changed = text.changed((1, units - 1), (2, 2), "!", encoding)
    assert changed.whole == "\ufeffa\r\n1é😀!st"
    assert text.changed((9, 0), (9, 9), "!", encoding).whole == f"{text.whole}!"
    assert text.changed((0, 0), (1, 0), "", encoding).lines[0] == "1é😀x"
