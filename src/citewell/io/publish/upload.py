"""The order in which a tree is brought to a store that takes one file at a time, so that no reader ever meets half of it."""

from collections.abc import Iterator

from msgspec import Struct

from citewell.io.publish import FINGERPRINTED
from citewell.io.publish.tree import MANIFEST, Manifest

_ENTRIES = ("404.html", "feed.xml", "sitemap.xml", "robots.txt", "index.html")
"""Where readers and programs come in: they lead to all other pages, so these must be there before. Least asked for first."""


class Step(Struct, frozen=True):
    """One file to upload or to delete."""

    delete: bool
    path: str


def upload_plan(tree: Manifest, uploaded: Manifest) -> Iterator[Step]:
    """Give the steps from what was uploaded to a published tree, in an order in which they may stop anywhere.

    First what pages are made of, whose names hold a digest of what they hold; then all that stands beside pages; then new
    pages, then changed ones, which may lead to them; then the pages and files at which readers come in; then the manifest;
    at last what goes.
    """
    files, before = tree.all, uploaded.all
    changed = [path for path, file in files.items() if before.get(path) != file]
    for path in sorted(changed, key=lambda path: (_turn(path), path in before, path)):
        yield Step(delete=False, path=path)
    gone = before.keys() - files.keys()
    if changed or gone or tree != uploaded:
        yield Step(delete=False, path=MANIFEST)
    # Pages go before what they are made of.
    for path in sorted(gone, key=lambda path: (-_turn(path), path)):
        yield Step(delete=True, path=path)


def _turn(path: str) -> int:
    if path.startswith(FINGERPRINTED):
        return 0
    if path in _ENTRIES:
        return 3 + _ENTRIES.index(path)
    return 2 if path.endswith(".html") else 1
