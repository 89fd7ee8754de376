"""One site that is being edited: what its files hold, on the disk or in open editors, and what is known of it."""

from collections.abc import Iterable
from pathlib import Path

from citewell.blocks import find_blocks
from citewell.core.diagnostic import BESIDE_CONTENT, Diagnostic
from citewell.core.plugin import Block
from citewell.io.disk import is_content
from citewell.io.inputs import Options
from citewell.lsp.known import Known, with_former
from citewell.lsp.positions import Text
from citewell.session import Session
from citewell.theme import theme_root

_FOLDERS = ("templates", "static", "blocks")


class Desk:
    """A site with its open files."""

    def __init__(self, options: Options) -> None:
        """Read the site. Raises SurroundingsError where there is none."""
        self.options = options
        self._known: Known | None = None
        self._session = Session(options)
        self._blocks = self._find_blocks()
        self._open: dict[str, Text] = {}
        self._told: dict[str, tuple[Diagnostic, ...]] = {}
        self._edited: set[str] = (
            set()
        )  # since the last check: their text may stand in other columns than before

    @property
    def known(self) -> Known:
        """What the last check found. There is one before anything can ask."""
        if self._known is None:
            raise RuntimeError("the site has not been checked yet")
        return self._known

    def path_of(self, file: Path) -> str | None:
        """Give the path that spans have in a file of the content folder; None for any other file."""
        if not file.is_relative_to(self.options.content):
            return None
        path = file.relative_to(self.options.content).as_posix()
        return path if is_content(path) else None

    def file_of(self, path: str) -> Path:
        """Give the file of a span."""
        if not path.startswith(BESIDE_CONTENT) or path.endswith(".md"):
            return self.options.content / path
        own = self.options.root / path
        return own if own.exists() or path.startswith("blocks/") else theme_root() / path

    def text(self, path: str) -> Text:
        """Give the text of a file: of the editor, or of the disk; nothing where it cannot be read."""
        if path in self._open:
            return self._open[path]
        try:
            return Text(self.file_of(path).read_bytes().decode("utf-8", "replace").removeprefix("\ufeff"))
        except OSError:
            return Text("")

    def write(self, path: str, text: Text | None) -> None:
        """Take what an editor holds for a file, or None once it is closed."""
        self._edited.add(path)
        self._open.pop(path, None)
        if text is not None:
            self._open[path] = text
        self._session.unsaved(path, None if text is None else text.whole)

    def read(self, files: Iterable[Path]) -> bool:
        """Read files that have changed on the disk; tell whether they are any of the site's."""
        folders = [self.options.content, *(self.options.root / name for name in _FOLDERS)]
        ours = [file for file in files if any(file.is_relative_to(folder) for folder in folders)]
        if not ours:
            return False
        self._session.read(ours)
        self._edited.update(path for file in ours if (path := self.path_of(file)))
        if any(file.is_relative_to(self.options.root / "blocks") for file in ours):
            self._blocks = self._find_blocks()
        return True

    def check(self) -> list[tuple[str, tuple[Diagnostic, ...]]]:
        """Check the site, and give what is wrong by file, for the files where that may look different than before."""
        checked = self._session.check()
        former = self._known
        self._known = Known(
            checked.site,
            with_former(checked.pages, former.pages if former else {}, checked.site),
            with_former(checked.passages, former.passages if former else {}, checked.site),
            checked.entries or (former.entries if former and checked.site.unread else {}),
            checked.diagnostics,
            self._blocks,
        )
        told: dict[str, list[Diagnostic]] = {}
        for found in checked.diagnostics:
            told.setdefault(found.span.path, []).append(found)
        now = {path: tuple(found) for path, found in told.items()}
        paths = sorted(self._told.keys() | now.keys())
        changed = [
            (path, now.get(path, ()))
            for path in paths
            if path in self._edited or now.get(path) != self._told.get(path)
        ]
        self._told, self._edited = now, set()
        return changed

    def _find_blocks(self) -> tuple[Block, ...]:
        """Give the blocks of the site, or the package's while a block of the site's own cannot be loaded."""
        try:
            return find_blocks(self.options.root / "blocks")
        except ValueError:
            return find_blocks()


def root_above(place: Path, content: Path) -> Path | None:
    """Give the folder of the site in which a file or a folder lies: the nearest one that has content with settings."""
    for folder in (place, *place.parents):
        if (folder / content / "site.yaml").is_file():
            return folder
    return None
