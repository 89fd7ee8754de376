"""The safe edits of all diagnostics, made in memory until none is left, and then written to the files."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from citewell.core.diagnostic import Edit
from citewell.core.edits import edited
from citewell.io import SurroundingsError
from citewell.io.inputs import Options
from citewell.io.writing import replace_file
from citewell.session import Session

_ROUNDS = 25
"""How often what an edit has uncovered is mended too; the next command goes on."""


class Fixed(Struct, frozen=True):
    """The bytes of a content file as they were read, and with its edits."""

    before: bytes
    after: bytes


def fixes(options: Options) -> dict[str, Fixed]:
    """Give the files that safe edits change, by path inside the content, sorted.

    What an edit uncovers is mended too: the value of a misspelt key is checked only when its key is right.
    """
    session = Session(options)
    files: dict[str, Fixed] = {}
    seen: set[frozenset[tuple[str, bytes]]] = set()
    for _ in range(_ROUNDS):
        edits = _edits(session)
        # What is edited are the very bytes that were checked.
        unread = edits.keys() - files.keys()
        for path in unread:
            data = (options.content / path).read_bytes()
            files[path] = Fixed(data, data)
        for path in edits.keys() - unread:
            files[path] = Fixed(files[path].before, edited(files[path].after, edits[path]))
        for path in edits:
            session.unsaved(path, files[path].after.decode())
        state = frozenset((path, file.after) for path, file in files.items())
        if not edits or state in seen:
            break
        seen.add(state)
    return {path: files[path] for path in sorted(files) if files[path].before != files[path].after}


def _edits(session: Session) -> Mapping[str, list[Edit]]:
    """Give the edits of this moment by file, but for files whose bytes are not UTF-8."""
    diagnostics = session.check().diagnostics
    unreadable = {found.span.path for found in diagnostics if found.code == "text/encoding"}
    edits: dict[str, list[Edit]] = {}
    for found in diagnostics:
        if found.edit is not None and found.edit.span.path not in unreadable:
            edits.setdefault(found.edit.span.path, []).append(found.edit)
    return edits


def write(content: Path, files: Mapping[str, Fixed]) -> None:
    """Put the new bytes in place of the old ones, each file at once and with the permissions that it had.

    Raises:
        SurroundingsError: a file has changed since it was read, and then none is written; or one cannot be written.
    """
    for path, file in files.items():
        if (content / path).read_bytes() != file.before:
            raise SurroundingsError(f"{content / path} has changed in the meantime: type the command again")
    for path, file in files.items():
        replace_file(content / path, file.after)
