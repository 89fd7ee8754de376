"""Rebuilt is equal to built anew, byte for byte, whatever was edited; and no page is rendered for nothing."""

from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from incremental.edits import EDITS, SHOWN_BY_CHOICE, Edit
from incremental.sample import Sample, Tree, forget, lay, read, sample

from citewell.builder import Outcome, build, site_options

STEPS = 216
SEEDS = (1, 2, 3, 4)


class Twins:
    """One site in two folders: in the first each build goes on from the last, in the second it starts anew."""

    def __init__(self, folder: Path) -> None:
        self.rebuilt, self.anew = folder / "rebuilt", folder / "anew"

    def build(self, tree: Tree) -> tuple[Outcome, Tree, Tree]:
        """Give what the rebuild did, and the published trees of both."""
        lay(self.rebuilt, tree)
        lay(self.anew, tree)
        forget(self.anew)
        done = build(site_options(self.rebuilt))
        build(site_options(self.anew))
        return done, read(self.rebuilt / "site"), read(self.anew / "site")


def stale(rebuilt: Tree, anew: Tree) -> list[str]:
    """Give the files in which two trees differ."""
    return sorted(path for path in rebuilt.keys() | anew.keys() if rebuilt.get(path) != anew.get(path))


def changed_pages(before: Tree, after: Tree) -> set[str]:
    return {path for path, data in after.items() if path.endswith(".html") and data != before.get(path)}


def seeds_and_edits(seed: int) -> list[Edit]:
    """Give the edits of one seed: every kind as often as the others, in an order of its own."""
    edits = [EDITS[at % len(EDITS)] for at in range(seed, seed + STEPS // len(SEEDS))]
    Random(seed).shuffle(edits)  # noqa: S311  # a test that can be run again, no secret
    return edits
