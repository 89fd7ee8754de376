"""A site that is put together again after an edit is the one that `gather` puts together."""

from pathlib import Path
from random import Random

import pytest
from incremental import edits
from incremental.edits import EDITS
from incremental.sample import Tree, lay, sample

from citewell.builder import site_options
from citewell.core.memo import Memo
from citewell.core.reads import Register
from citewell.io.inputs import read_inputs
from citewell.io.store import Store
from citewell.pipeline import Examined, examine
from citewell.resolve.again import gather_again
from citewell.resolve.gather import Gathered

SHOWN = {edits.title, edits.dek, edits.kicker, edits.date, edits.review, edits.kind, edits.definition}
"""Edits of what is shown of a page, by which no site is put together."""


def examined(folder: Path, tree: Tree) -> Examined:
    lay(folder, tree)
    options = site_options(folder)
    store = Store(folder / ".citewell", bytes(32), reading=True)
    return examine(read_inputs(options), store, options, Memo())


def held(gathered: Gathered) -> dict[str, object]:
    """Give all of a site that can be compared: registers with their entries, in order."""
    site = {field: getattr(gathered.site, field) for field in gathered.site.__struct_fields__}
    return {
        "places": gathered.places,
        "diagnostics": gathered.diagnostics,
        "words": gathered.words,
        **{
            name: [*value.as_held().items()] if isinstance(value, Register) else value
            for name, value in site.items()
        },
    }


def again(before: Examined, after: Examined) -> Gathered | None:
    """Give the site that follows from the one before; None where it has to be gathered."""
    former, now = ({page.path: page for page in known.pages.outlined()} for known in (before, after))
    config = before.site.config, before.assembly.given
    if former.keys() != now.keys() or config != (after.site.config, after.assembly.given):
        return None
    if any(page.frame != former[path].frame for path, page in now.items()):
        return None
    changed = (page for path, page in now.items() if page.version != former[path].version)
    return gather_again(before.gathered, [page.outline for page in changed if page.outline is not None])


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_a_site_is_what_gathering_gives(edit: edits.Edit, tmp_path: Path) -> None:
    site = sample()
    before, found = examined(tmp_path, site.tree()), 0
    for seed in range(4):
        edit(site, Random(seed), seed)  # noqa: S311  # a test that can be run again, no secret
        after = examined(tmp_path, site.tree())
        known = again(before, after)
        assert known is None or held(known) == held(after.gathered)
        found += known is not None
        before = after
    assert found == 4 or edit not in SHOWN
