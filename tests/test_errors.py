r"""Every diagnostic, shown: `tests/errors/CODE/` is a small site with one mistake, and its exact report.

In its folder `mended/` lie the files that mend it, laid over the others. `citewell explain` and the reference show both:
`CITEWELL_ACCEPT=1` in the environment writes each `report.txt` and the examples of `explain` anew; look the changes over
before you keep them.

A mistake that no version control keeps, such as a pipe or an invisible character, is made from `setup.json`:
`text` writes files (`\udcXX` stands for the bare byte XX), `size` files of so many bytes, `fifo` pipes, `symlink`
symbolic links. Where mending takes a file away, `gone` names it, and `mended` says in words what was done.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import msgspec
import pytest

import citewell
from citewell.blocks import find_blocks
from citewell.builder import build, site_options
from citewell.cli.explain import Example, examples
from citewell.core.codes import CODES
from citewell.core.diagnostic import Diagnostic
from citewell.io.report import render, visible

ERRORS = Path(__file__).parent / "errors"
SHOWN = sorted(folder.parent.relative_to(ERRORS).as_posix() for folder in ERRORS.glob("*/*/content"))
KNOWN = CODES | {code.name: code for block in find_blocks() for code in block.codes}
ACCEPT = os.environ.get("CITEWELL_ACCEPT") == "1"


def setup_of(example: Path) -> dict[str, Any]:
    setup = example / "setup.json"
    made: dict[str, Any] = json.loads(setup.read_text(encoding="utf-8")) if setup.is_file() else {}
    return made


def make_site(example: Path, root: Path) -> None:
    """Copy an example, and add what `setup.json` says."""
    shutil.copytree(example, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("mended"))
    made = setup_of(example)
    for path, text in made.get("text", {}).items():
        (root / path).write_bytes(text.encode("utf-8", "surrogateescape"))
    for path, size in made.get("size", {}).items():
        with (root / path).open("wb") as file:
            file.truncate(size)
    for path in made.get("fifo", ()):
        os.mkfifo(root / path)
    for path, target in made.get("symlink", {}).items():
        (root / path).symlink_to(target)


def mend_site(example: Path, root: Path) -> None:
    """Do to a site made of the example what mends its mistake."""
    for path in setup_of(example).get("gone", ()):
        shutil.rmtree(root / path) if (root / path).is_dir() else (root / path).unlink()
    if (example / "mended").is_dir():
        shutil.copytree(example / "mended", root, dirs_exist_ok=True)


def test_every_code_has_its_example_and_every_example_a_code() -> None:
    assert sorted(KNOWN) == SHOWN


@pytest.mark.parametrize("code", SHOWN)
def test_one_mistake_gives_one_message(code: str, tmp_path: Path) -> None:
    make_site(ERRORS / code, tmp_path)
    outcome = build(site_options(tmp_path, write=False))
    report = render(outcome.diagnostics, outcome.texts.get, color=False)
    expected = ERRORS / code / "report.txt"
    if ACCEPT:
        expected.write_bytes(report.encode())
    assert report == expected.read_text(encoding="utf-8")

    (found,) = outcome.diagnostics
    assert found.code == code
    assert found.severity == KNOWN[code].severity
    assert found.help
    # A file that has no lines, or none that can be read, is its own place.
    assert found.span.path in outcome.texts or code.startswith("files/")
    assert outcome.failed == (KNOWN[code].severity == "error")


@pytest.mark.parametrize("code", SHOWN)
def test_a_report_shows_the_place_and_ends_with_a_way_to_mend_it(code: str) -> None:
    lines = (ERRORS / code / "report.txt").read_text(encoding="utf-8").splitlines()
    severity = KNOWN[code].severity
    assert lines[0].startswith(f"{severity}[{code}]: ")
    assert re.fullmatch(r" --> (content|templates)/.+:\d+:\d+", lines[1])
    assert (
        lines[2].startswith(("  help: ", "  note: "))
        if code.startswith("files/")
        else set(lines[3]) == {" ", "^"}
    )
    assert lines[-3].startswith("  help: ")
    assert lines[-2:] == ["", f"1 {severity}"]


@pytest.mark.parametrize("code", SHOWN)
def test_what_mends_a_mistake_leaves_nothing_to_say(code: str, tmp_path: Path) -> None:
    make_site(ERRORS / code, tmp_path)
    mend_site(ERRORS / code, tmp_path)
    outcome = build(site_options(tmp_path))
    assert [(found.code, found.span, found.message) for found in outcome.diagnostics] == []
    assert outcome.published


def fresh_lines(old: list[str], new: list[str]) -> Iterator[tuple[int, str]]:
    """The lines that are new, with their numbers; where lines were only taken out, a remark between their neighbours."""
    for kind, start, stop, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "delete":
            number = stop - start
            yield from ((first, new[first - 1]),) if first else ()
            yield 0, "(a line is gone)" if number == 1 else f"({number} lines are gone)"
            yield from ((first + 1, new[first]),) if first < len(new) else ()
        elif kind != "equal":
            yield from ((at + 1, new[at]) for at in range(first, last))


def mended(example: Path, site: Path) -> Iterator[str]:
    """What is otherwise after mending, as a report shows lines; in words where lines do not say it."""
    setup = setup_of(example)
    if "mended" in setup:
        yield setup["mended"]
    for after in sorted(path for path in (example / "mended").rglob("*") if path.is_file()):
        path = after.relative_to(example / "mended").as_posix()
        former = path not in setup.get("gone", ()) and (site / path).is_file()
        old = (site / path).read_text("utf-8", "replace").splitlines() if former else []
        lines = list(fresh_lines(old, after.read_text(encoding="utf-8").splitlines()))
        yield f" --> {path}:{next(at for at, _ in lines if at)}"
        for at, line in lines:
            yield (f"{at} | " if at else "    ") + visible(line) if line else f"{at} |"


def test_explain_shows_these_examples(tmp_path: Path) -> None:
    shown: dict[str, Example] = {}
    for code in SHOWN:
        make_site(ERRORS / code, tmp_path / code)
        (found,) = build(site_options(tmp_path / code, write=False)).diagnostics
        report = (ERRORS / code / "report.txt").read_text(encoding="utf-8").rpartition("\n\n")[0]
        after = "\n".join(mended(ERRORS / code, tmp_path / code))
        shown[code] = Example(report, after, fixed=found.edit is not None)
    if ACCEPT:
        file = Path(citewell.__file__).parent / "cli/examples.json"
        file.write_bytes(msgspec.json.format(msgspec.json.encode(shown)) + b"\n")
    assert examples() == shown


def page(matter: str = "", body: str = "Text.", title: str = "A page") -> str:
    return f"---\ntitle: {title}\n{matter}---\n\n{body}\n"


SETTINGS = "title: A site\nbase_url: https://example.org/\n"
LIBRARY = "- {id: welsh2024, type: book, title: Minimal information}\n"
BELOW = "parent: page\n"
TERM = "terms:\n  - term: Extracellular vesicle\n    definition: A small particle.\n"
OTHER_TERM = "  - term: Exosome\n"
BY_NAME = "An [EV](term:extracellular-vesicle)."

ECHOES = {
    "the page that a misspelt parent means is no orphan": (
        "family/unknown-parent",
        {"page.md": page("parent: celss\n"), "cells.md": page(title="Cells")},
    ),
    "the page that a misspelt link means is no orphan": (
        "links/missing-page",
        {"page.md": page(body="[cells](celss.md)"), "cells.md": page(body="[back](page.md)", title="Cells")},
    ),
    "the page that a misspelt key leads to is no orphan": (
        "front-matter/unknown-key",
        {
            "page.md": page("companons:\n  - page: cells\n"),
            "cells.md": page(body="[back](page.md)", title="Cells"),
        },
    ),
    "the page that an unreadable page leads to is no orphan": (
        "yaml/broken",
        {
            "page.md": page("dek: a: b\n", "[cells](cells.md)"),
            "cells.md": page(title="Cells"),
            "vesicles.md": page("parent: cells\n", title="Vesicles"),
        },
    ),
    "the entry that a misspelt citation means is not unused": (
        "citations/unknown",
        {"sources.yaml": LIBRARY, "page.md": page("citations: [welsh2024]\n", "Text [@welsh2042].")},
    ),
    "the source that a misspelt entry means is not unlisted": (
        "citations/unknown",
        {"sources.yaml": LIBRARY, "page.md": page("citations: [welsh2042]\n", "Text [@welsh2024].")},
    ),
    "the sources of an unreadable library are not unknown": (
        "yaml/broken",
        {"sources.yaml": LIBRARY + "- id: a: b\n", "page.md": page(body="Text [@welsh2024].")},
    ),
    "the term that a misspelt link means is not unused": (
        "terms/unknown",
        {"page.md": page(TERM, "An [EV](term:extracelular-vesicle).")},
    ),
    "the terms of an unreadable page are not unknown": (
        "yaml/broken",
        {"page.md": page(body=BY_NAME), "cells.md": page("dek: a: b\n" + BELOW + TERM, title="Cells")},
    ),
    "the terms beside one that is at fault are not unknown": (
        "front-matter/missing-key",
        {"page.md": page(body=BY_NAME), "cells.md": page(BELOW + TERM + OTHER_TERM, title="Cells")},
    ),
    "a misspelt block is not also an empty place": (
        "front-matter/unknown-key",
        {"page.md": page("checklst:\n  - ask: What is it?\n    why: It matters.\n", "::: checklist\n:::")},
    ),
    "a link by address leads to a page": (
        "links/missing-page",
        {
            "page.md": page(body="[cells](/cells/) and [nothing](/nothing/)"),
            "cells.md": page(body="[back](page.md)", title="Cells"),
        },
    ),
}


def diagnostics(root: Path, files: dict[str, str]) -> tuple[Diagnostic, ...]:
    for name, text in {"site.yaml": SETTINGS, **files}.items():
        (root / "content").mkdir(exist_ok=True)
        (root / "content" / name).write_bytes(text.encode())
    return build(site_options(root, write=False)).diagnostics


@pytest.mark.parametrize(("code", "files"), ECHOES.values(), ids=ECHOES.keys())
def test_a_mistake_has_no_echo(code: str, files: dict[str, str], tmp_path: Path) -> None:
    assert [found.code for found in diagnostics(tmp_path, files)] == [code]


@pytest.mark.parametrize(
    ("matter", "at", "message"),
    [
        ('dek: "What is known\n', (3, 6), "a quote is opened here and never closed"),
        ('dek: "Exosomes" are small\n', (3, 17), 'the value ends with `"`, and text follows it'),
        ("dek: [A] word\n", (3, 10), "the value ends with `]`, and text follows it"),
        ("dek: @welsh2024 says\n", (3, 6), "a value cannot begin with the sign `@`"),
        ("reviewed:\n\ton: 2026-11-22\n", (4, 1), "a tab stands here"),
        ("tags: [a, b\nkicker: A story\n", (3, 7), "between the `[` here and its end a `,` is missing"),
        ("only some words\n", (3, 1), "this line is not `key: value`"),
        ("tags:\n  - a\n - b\n", (5, 2), "this line is indented by 1, which fits none of the lines above it"),
    ],
)
def test_broken_yaml_is_told_in_the_words_of_an_editor(
    matter: str, at: tuple[int, int], message: str, tmp_path: Path
) -> None:
    (found,) = diagnostics(tmp_path, {"page.md": page(matter)})
    assert found.code == "yaml/broken"
    assert (found.span.line, found.span.column) == at
    assert found.message.startswith(message)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_place_is_right_whatever_ends_a_line(ends: str, mark: str, tmp_path: Path) -> None:
    text = mark + page(body="Read [x](nowhere.md).").replace("\n", ends)
    (found,) = diagnostics(tmp_path, {"page.md": text})
    assert (found.span.line, found.span.column, found.span.length) == (5, 6, len("[x](nowhere.md)"))
