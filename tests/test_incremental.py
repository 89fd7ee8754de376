"""Rebuilt is equal to built anew, byte for byte, whatever was edited; and no page is rendered for nothing.

Where a step fails, its seed and number say which: `Run(seed)` makes the same edits again.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from incremental import edits
from incremental.edits import EDITS
from incremental.sample import Page, Sample, Tree, forget, lay, published, sample, sentence
from msgspec import structs

import citewell
from citewell import making, production
from citewell.builder import Outcome, build, site_options
from citewell.core.digest import digest
from citewell.core.model import Site
from citewell.core.view import ArticleView, View
from citewell.records import changes

SEEDS = range(6)
EDITS_OF_EACH_SEED = len(EDITS)  # every kind once
SOURCE = Path(citewell.__file__).parents[1]


class Twins:
    """One site in two folders: in the first each build goes on from the last, in the second it starts anew."""

    def __init__(self, folder: Path) -> None:
        self.rebuilt, self.anew = folder / "rebuilt", folder / "elsewhere" / "anew"

    def rebuild(self, tree: Tree) -> tuple[Outcome, Tree]:
        """Give what the rebuild did, and the published tree."""
        lay(self.rebuilt, tree)
        done = build(site_options(self.rebuilt))
        return done, published(self.rebuilt / "site")

    def build_anew(self, tree: Tree) -> Tree:
        lay(self.anew, tree)
        forget(self.anew)
        assert not build(site_options(self.anew)).failed
        return published(self.anew / "site")


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path)


def differing(one: Tree, other: Tree) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def changed_pages(before: Tree, after: Tree) -> list[str]:
    return sorted(path for path in after if path.endswith(".html") and after[path] != before.get(path))


def errors(outcome: Outcome) -> list[str]:
    return [f"{found.code} {found.span}" for found in outcome.diagnostics if found.severity == "error"]


# -- the property ----------------------------------------------------------------------------------------------------


@pytest.mark.no_cover  # other tests run the same lines, and not five hundred times
@pytest.mark.parametrize("seed", SEEDS)
def test_a_rebuild_equals_a_build_anew_and_renders_only_what_changes(seed: int, twins: Twins) -> None:
    rng = Random(seed)  # noqa: S311  # a test that can be run again, no secret
    site = sample()
    outcome, before = twins.rebuild(site.tree())
    assert before == twins.build_anew(site.tree())
    for step, edit in enumerate(rng.sample(EDITS, EDITS_OF_EACH_SEED), 1):
        where = f"seed {seed}, step {step}: {edit.__name__}"
        edit(site, rng, 100 * seed + step)
        outcome, after = twins.rebuild(site.tree())
        assert not outcome.failed, f"{where}: {errors(outcome)}"
        assert differing(after, twins.build_anew(site.tree())) == [], where
        rendered, changed = sorted(outcome.rendered), changed_pages(before, after)
        assert rendered == changed, where
        before = after


def test_every_kind_of_edit_comes_in_at_least_two_hundred_steps() -> None:
    assert len(SEEDS) * EDITS_OF_EACH_SEED >= 200
    named = {
        value for name, value in vars(edits).items() if getattr(value, "__module__", "") == edits.__name__
    }
    functions = {value for value in named if callable(value) and not value.__name__.startswith("_")}
    assert functions == set(EDITS)


# -- a site that is broken for a while ---------------------------------------------------------------------------------


def dead_link(tree: Tree) -> Tree:
    return tree | {
        "content/articles/donors.md": tree["content/articles/donors.md"] + b"\n[gone](nowhere.md)\n"
    }


def broken_yaml(tree: Tree) -> Tree:
    return tree | {"content/articles/map.md": b"---\ntitle: [\n---\n\nText.\n"}


def undefined_name(tree: Tree) -> Tree:
    return tree | {"templates/tag.html": b"{{ nothing.of_that_name }}"}


def broken_settings(tree: Tree) -> Tree:
    return tree | {"content/site.yaml": b"titel: A Guide\nbase_url: https://guide.example/\n"}


@pytest.mark.parametrize("broken", [dead_link, broken_yaml, undefined_name, broken_settings])
def test_a_broken_site_publishes_nothing_and_leaves_no_trace_when_mended(
    broken: Callable[[Tree], Tree], twins: Twins
) -> None:
    site = sample()
    _, before = twins.rebuild(site.tree())
    edits.title(site, Random(1), 1)  # noqa: S311  # a test that can be run again, no secret
    outcome, left = twins.rebuild(broken(site.tree()))
    assert outcome.failed
    assert not outcome.published
    assert left == before
    outcome, mended = twins.rebuild(site.tree())
    assert mended == twins.build_anew(site.tree())
    assert sorted(outcome.rendered) == changed_pages(before, mended)


# -- what lies on the disk may be anything -----------------------------------------------------------------------------


def test_a_published_file_that_was_changed_or_removed_is_made_again(twins: Twins) -> None:
    tree = sample().tree()
    _, right = twins.rebuild(tree)
    folder = twins.rebuilt / "site"
    (folder / "glossary" / "index.html").write_text("changed by hand", "utf-8")
    (folder / "sitemap.xml").unlink()
    outcome, after = twins.rebuild(tree)
    assert after == right
    assert outcome.rendered == ("glossary/index.html",)
    assert outcome.written == 2


def cut_short(data: bytes) -> bytes:
    return data[: len(data) // 2]


def noise(data: bytes) -> bytes:
    return Random(1).randbytes(len(data))  # noqa: S311  # a test that can be run again, no secret


def one_bit_in_each_hundred_bytes(data: bytes) -> bytes:
    return bytes(byte ^ (at % 100 == 99) for at, byte in enumerate(data))


@pytest.mark.parametrize("damage", [cut_short, noise, one_bit_in_each_hundred_bytes])
def test_a_damaged_cache_changes_nothing(damage: Callable[[bytes], bytes], twins: Twins) -> None:
    site = sample()
    twins.rebuild(site.tree())
    packs = [file for file in (twins.rebuilt / ".citewell").iterdir() if file.suffix == ".pack"]
    assert {file.stem for file in packs} >= {"builds", "outlines", "parts", "sites", "texts", "themes"}
    for file in packs:
        file.write_bytes(damage(file.read_bytes()))
    edits.title(site, Random(2), 1)  # noqa: S311  # a test that can be run again, no secret
    assert twins.rebuild(site.tree())[1] == twins.build_anew(site.tree())


def test_a_lost_cache_changes_nothing(twins: Twins) -> None:
    tree = sample().tree()
    _, right = twins.rebuild(tree)
    for file in (twins.rebuilt / ".citewell").iterdir():
        file.unlink()
    outcome, after = twins.rebuild(tree)
    assert after == right
    assert outcome.written == 0


def test_a_block_of_the_site_is_read_anew_although_clock_and_size_are_the_same(twins: Twins) -> None:
    site = sample()
    site.pages["map"].body.append("::: toy\nOf a block.\n:::")
    code = 'from citewell.core.plugin import Block\n\nBLOCK = Block(name="toy", order={}, holds="body")\n'
    folder = "blocks/toy"
    for look, order in (("one", 61), ("two", 62)):
        site.files[f"{folder}/__init__.py"] = code.format(order).encode()
        site.files[f"{folder}/template.html"] = f"<p>{look}: {{{{ block.body }}}}</p>".encode()
        lay(twins.rebuilt, site.tree())
        for file in (twins.rebuilt / folder).glob("*.*"):
            os.utime(file, (1, 1))
        outcome, after = twins.rebuild(site.tree())
        assert f"<p>{look}: " in after["map/index.html"].decode(), errors(outcome)
    assert after == twins.build_anew(site.tree())


# -- whatever machine it is built on -----------------------------------------------------------------------------------


def large_sample() -> Sample:
    """Give a site that is large enough for several processes."""
    rng = Random(7)  # noqa: S311  # a test that can be run again, no secret
    site = sample()
    for number in range(80):
        site.pages[f"further-{number}"] = Page(
            title=f"Further {number}",
            parent="map",
            tags=["further"],
            body=[sentence(rng), f"[@work{1 + number % 9}]"],
        )
    return site


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tree, Tree]:
    """Give a large site, and how it is published."""
    tree = large_sample().tree()
    return tree, built_by_command(tmp_path_factory.mktemp("large"), tree)


def built_by_command(root: Path, tree: Tree, *options: str, **environment: str) -> Tree:
    lay(root, tree)
    subprocess.run(
        [sys.executable, "-m", "citewell", "build", "--quiet", *(options or ("--jobs", "1"))],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": "0", "TZ": "UTC", **environment},
        check=True,
        capture_output=True,
    )
    return published(root / "site")


MACHINES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "hash seed": ((), {"PYTHONHASHSEED": "1"}),
    "two processes": (("--jobs", "2"), {"PYTHONHASHSEED": "2"}),
    "four processes": (("--jobs", "4"), {"PYTHONHASHSEED": "3"}),
    "time zone": ((), {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_same_site_anywhere(machine: str, large: tuple[Tree, Tree], tmp_path: Path) -> None:
    options, environment = MACHINES[machine]
    tree, first = large
    root = tmp_path / "a folder of another name"
    assert differing(built_by_command(root, tree, *options, **environment), first) == []


def test_rebuilds_that_go_from_machine_to_machine_equal_a_build_anew(tmp_path: Path) -> None:
    rng = Random(8)  # noqa: S311  # a test that can be run again, no secret
    site = large_sample()
    due = iter(enumerate(rng.sample(EDITS, 8 * len(MACHINES)), 1))
    rebuilt = built_by_command(tmp_path / "rebuilt", site.tree())
    for options, environment in MACHINES.values():
        for number, edit in islice(due, 8):
            edit(site, rng, number)
        before = rebuilt
        rebuilt = built_by_command(tmp_path / "rebuilt", site.tree(), *options, **environment)
        assert changed_pages(before, rebuilt) != []
    assert differing(rebuilt, built_by_command(tmp_path / "anew", site.tree())) == []


# -- the teeth: what is left out of the key makes a stale page ---------------------------------------------------------


def without(*fields: str) -> Callable[..., str]:
    """Give a digest in which these fields of a page's value do not count."""
    gone: dict[str, object] = dict.fromkeys(fields)

    def blind(*values: object) -> str:
        return digest(*(_cleared(value, gone) if isinstance(value, View) else value for value in values))

    blind.__name__ = f"without {fields[0]}"
    return blind


def _cleared(view: View, gone: dict[str, object]) -> View:
    if gone.keys() <= set(View.__struct_fields__):
        return structs.replace(view, **gone)
    if isinstance(view.content, ArticleView):
        return structs.replace(view, content=structs.replace(view.content, **gone))
    return view


def without_templates(program: tuple[str, ...], *values: object) -> str:
    engine, *_blocks_and_templates = program
    return digest(engine, *values)


def other_address(site: Sample) -> None:
    site.pages["trials"].keys["slug"] = "elsewhere"


def other_title(site: Sample) -> None:
    site.pages["methods"].title = "Another title"


def other_title_above(site: Sample) -> None:
    site.pages["donors"].title = "Another title"


def other_text(site: Sample) -> None:
    site.pages["children"].body.append("A further word.")


def other_source(site: Sample) -> None:
    site.library["work7"]["volume"] = "99"


def other_full_stop(site: Sample) -> None:
    site.library["work7"]["title"] += "."  # told to machines as it is written, and printed either way


def other_editors(site: Sample) -> None:
    site.settings["editors"] = [{"name": "Other editors"}]


def new_term(site: Sample) -> None:
    site.pages["map"].terms["Growth"] = "To become more."


def other_definition(site: Sample) -> None:
    site.pages["donors"].terms["Donor"] = "Somebody who gives."


def further_citation(site: Sample) -> None:
    site.pages["children"].body.append("A further word [@work5].")


def other_setting(site: Sample) -> None:
    site.settings["organisation"] = {"name": "Another publisher"}


def other_card(site: Sample) -> None:
    site.pages["donors"].keys["kicker"] = "Another kicker"


def other_tag(site: Sample) -> None:
    site.pages["children"].tags.append("people")


def other_look(site: Sample) -> None:
    edits.template(site, Random(1), 1)  # noqa: S311  # a test that can be run again, no secret


@pytest.mark.parametrize(
    ("left_out", "edit", "stale"),
    [
        (without("fills"), other_address, "methods/index.html"),  # its link to the page
        (without("references"), other_source, "labels/index.html"),
        (without("source_data"), other_full_stop, "labels/index.html"),
        (without("editors"), other_editors, "labels/index.html"),
        (without("uses", "definitions"), new_term, "children/index.html"),
        (without("definitions"), other_definition, "map/index.html"),
        (without("listing"), further_citation, "sources/index.html"),
        (without("companions"), other_card, "vesicles/index.html"),
        (without("children"), other_card, "map/index.html"),
        (without("backlinks"), other_title, "trials/index.html"),
        (without("breadcrumb"), other_title_above, "children/index.html"),
        (without("tags"), other_tag, "children/index.html"),
        (without("article"), other_text, "children/index.html"),
        (without("chrome"), other_setting, "children/index.html"),
        (without("content"), other_title, "404.html"),
        (without_templates, other_look, "children/index.html"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_left_out_of_the_key_is_found_stale(
    left_out: Callable[..., str],
    edit: Callable[[Sample], None],
    stale: str,
    twins: Twins,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = sample()
    edited = deepcopy(site)
    edit(edited)
    monkeypatch.setattr(making, "digest", left_out)
    twins.rebuild(site.tree())
    _, after = twins.rebuild(edited.tree())
    assert stale in differing(after, twins.build_anew(edited.tree()))


# -- the teeth of the other law: what was read and is forgotten leaves a page that nobody looks at again ----------------


def forgetting(*registers: str) -> Callable[[Site, Site], frozenset[tuple[str, str]]]:
    """Give what compares two sites, but for these registers, whose entries never change."""

    def blind(site: Site, former: Site) -> frozenset[tuple[str, str]]:
        return frozenset(entry for entry in changes(site, former) if entry[0] not in registers)

    return blind


def other_picture(site: Sample) -> None:
    site.files["content/images/sac.svg"] = site.files["content/images/sac.svg"].replace(b"12", b"13")


def further_child(site: Sample) -> None:
    site.pages["further"] = Page(title="A further page", parent="map", body=["Words."])


def further_link(site: Sample) -> None:
    site.pages["children"].body.append("See [this](trials.md).")


@pytest.mark.parametrize(
    ("registers", "edit", "stale"),
    [
        (("pages",), other_title, "trials/index.html"),  # its backlink
        (("pages", "facts", "addresses"), other_address, "methods/index.html"),
        (("works",), other_source, "labels/index.html"),
        (("terms", "pages"), other_definition, "map/index.html"),
        (("images",), other_picture, "vesicles/index.html"),
        (("children",), further_child, "map/index.html"),
        (("backlinks", "pages"), further_link, "trials/index.html"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_what_was_read_and_is_forgotten_is_found_stale(
    registers: tuple[str, ...],
    edit: Callable[[Sample], None],
    stale: str,
    twins: Twins,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = sample()
    edited = deepcopy(site)
    edit(edited)
    with monkeypatch.context() as patch:
        patch.setattr(production, "changes", forgetting(*registers))
        twins.rebuild(site.tree())
        _, after = twins.rebuild(edited.tree())
    assert stale in differing(after, twins.build_anew(edited.tree()))
    forget(twins.rebuilt)
    twins.rebuild(site.tree())
    _, after = twins.rebuild(edited.tree())
    assert differing(after, twins.build_anew(edited.tree())) == []
