"""A session comes to the same as builds that start anew, whatever is edited in between, and computes little for a little edit."""

from pathlib import Path
from random import Random

import pytest
from incremental.edits import EDITS
from incremental.sample import Tree, forget, lay, published, sample
from msgspec import structs

from citewell.builder import Outcome, build, site_options
from citewell.session import Session

SEEDS = range(1)


class Desk:
    """One site in two folders: in the first a session goes on from edit to edit, in the second each build starts anew."""

    def __init__(self, folder: Path, tree: Tree) -> None:
        self.root, self.anew = folder / "desk", folder / "anew"
        lay(self.root, tree)
        self.session = Session(site_options(self.root))

    def build(self) -> Outcome:
        """Give what all steps of a build come to, up to the one that failed."""
        steps = tuple(self.session.build())
        rendered = [path for step in steps for path in step.rendered]
        assert len(rendered) == len(set(rendered))
        changed = tuple(path for step in steps for path in step.changed)
        return structs.replace(steps[-1], rendered=tuple(rendered), changed=changed)

    def build_anew(self, tree: Tree) -> tuple[Outcome, Tree]:
        lay(self.anew, tree)
        forget(self.anew)
        return build(site_options(self.anew)), published(self.anew / "site")


def changed(before: Tree, after: Tree, root: Path) -> list[Path]:
    return [root / path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]


@pytest.mark.no_cover  # other tests run the same lines, and not hundreds of times
@pytest.mark.parametrize("seed", SEEDS)
def test_every_build_of_a_session_equals_a_build_anew(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)  # noqa: S311  # a test that can be run again, no secret
    site = sample()
    before = site.tree()
    desk = Desk(tmp_path, before)
    assert desk.build().published
    former = published(desk.root / "site")
    for step, edit in enumerate(rng.sample(EDITS, len(EDITS)), 1):
        where = f"seed {seed}, step {step}: {edit.__name__}"
        edit(site, rng, 100 * seed + step)
        after = site.tree()
        lay(desk.root, after)
        desk.session.read(changed(before, after, desk.root))
        outcome = desk.build()
        anew, tree = desk.build_anew(after)
        assert outcome.diagnostics == anew.diagnostics, where
        now = published(desk.root / "site")
        assert now == tree, where
        pages = sorted(path for path in now if path.endswith(".html") and now[path] != former.get(path))
        assert sorted(outcome.rendered) == pages, where
        before, former = after, now


BROKEN = {
    "content/articles/map.md": b"---\ntitel: A map\n---\n\n[gone](nowhere.md) [@nobody]\n",
    "content/articles/donors.md": b"---\ntitle: [\n---\n\nText.\n",
    "content/site.yaml": b"titel: A Guide\nbase_url: https://guide.example/\n",
    "templates/tag.html": b"{{ nothing.of_that_name }}",
}


@pytest.mark.parametrize("path", BROKEN)
def test_a_mistake_is_told_as_a_build_tells_it_and_leaves_no_trace(path: str, tmp_path: Path) -> None:
    tree = sample().tree()
    desk = Desk(tmp_path, tree)
    assert desk.build().published
    right = published(desk.root / "site")
    for files in (tree | {path: BROKEN[path]}, tree):
        lay(desk.root, files)
        desk.session.read([desk.root / path])
        outcome = desk.build()
        anew, _ = desk.build_anew(files)
        assert outcome.diagnostics == anew.diagnostics
        assert outcome.failed == (files is not tree)
        assert published(desk.root / "site") == right


def test_unsaved_text_is_checked_in_place_of_the_file(tmp_path: Path) -> None:
    tree = sample().tree()
    desk = Desk(tmp_path, tree)
    sound = desk.session.check()
    path = "articles/map.md"
    text = tree[f"content/{path}"].decode() + "\n[gone](nowhere.md)\n"
    desk.session.unsaved(path, text)
    (found,) = set(desk.session.check().diagnostics) - set(sound.diagnostics)
    assert (found.code, found.span.path) == ("links/missing-page", path)
    assert found.span.line == text.count("\n")
    desk.session.unsaved(path, None)
    assert desk.session.check() == sound
    assert not (desk.root / "site").exists()


def test_what_an_edit_cannot_reach_is_the_same_object(tmp_path: Path) -> None:
    desk = Desk(tmp_path, sample().tree())
    before = desk.session.check()
    file = desk.root / "content/articles/donors.md"
    file.write_bytes(file.read_bytes() + b"\nA further *word*.\n")
    desk.session.read([file])
    after = desk.session.check()
    assert after.site is before.site
    same = {path for path, page in after.pages.items() if page is before.pages[path]}
    assert before.pages.keys() - same == {"articles/donors.md"}


def test_a_page_that_is_gone_goes_in_the_first_round(tmp_path: Path) -> None:
    tree = sample().tree()
    tree["content/articles/alone.md"] = b"---\ntitle: Alone\nparent: map\n---\n\nText.\n"
    desk = Desk(tmp_path, tree)
    list(desk.session.build())
    file = desk.root / "content/articles/alone.md"
    file.unlink()
    desk.session.read([file])
    rounds = desk.session.build()
    assert "alone/index.html" in next(rounds).changed
    assert not (desk.root / "site/alone/index.html").exists()
    assert (desk.root / "site/alone/card.png").exists()
    *_, last = rounds
    assert "alone/card.png" in last.changed


def test_the_next_command_makes_nothing_again(tmp_path: Path) -> None:
    tree = sample().tree()
    desk = Desk(tmp_path, tree)
    list(desk.session.build())
    outcome = build(site_options(desk.root))
    assert (outcome.rendered, outcome.written, outcome.removed) == ((), 0, 0)


def test_a_file_of_the_output_that_a_session_did_not_make_is_found_wrong(tmp_path: Path) -> None:
    desk = Desk(tmp_path, sample().tree())
    build(site_options(desk.root))
    page = desk.root / "site/map/index.html"
    right = page.read_bytes()
    page.write_bytes(b"changed by hand")
    assert Desk(tmp_path, sample().tree()).build().changed == ("map/index.html",)
    assert page.read_bytes() == right
