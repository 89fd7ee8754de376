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

    First what pages are made of, whose names hold a digest of what they hold; then all that stands beside pages; then the
    pages; then the pages and files at which readers come in; then the manifest; at last what goes.
    """
    files = tree.all
    changed = [path for path, file in files.items() if uploaded.all.get(path) != file]
    for path in sorted(changed, key=_turn):
        yield Step(delete=False, path=path)
    gone = uploaded.all.keys() - files.keys()
    if changed or gone or tree != uploaded:
        yield Step(delete=False, path=MANIFEST)
    # Pages go before what they are made of.
    for path in sorted(gone, key=_turn, reverse=True):
        yield Step(delete=True, path=path)


def _turn(path: str) -> tuple[int, int, str]:
    if path.startswith(FINGERPRINTED):
        return 0, 0, path
    if path in _ENTRIES:
        return 3, _ENTRIES.index(path), path
    return (2 if path.endswith(".html") else 1), 0, path
