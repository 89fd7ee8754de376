"""Reading what an editor or a theme's author wrote. Whatever cannot be read safely is a diagnostic."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from msgspec import Struct

from citewell.core.diagnostic import Diagnostic, Span
from citewell.core.model import Source
from citewell.io import SurroundingsError, reason

KINDS = frozenset({".md", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})
LIBRARIES = ("sources.yaml", "sources.yml", "sources.json", "sources.bib", "sources.ris")
"""Files that hold the shared library of sources; a new source is added to the first that is there."""
NAMES = frozenset({"site.yaml", *LIBRARIES})
MOST_BYTES = 16 * 1024 * 1024

# A link that was put in place of a file is not followed, and a pipe does not hold the build up. Where a
# system lacks a flag it lacks the danger, or is_symlink has seen it.
_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


class Found(Struct, frozen=True):
    """The files of `content/` that can be read, sorted by path, and what is wrong with the others."""

    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]


def discover(content: Path) -> Found:
    """Read every file of the content folder.

    Raises:
        SurroundingsError: there is no such folder, or it cannot be listed.
    """
    found = tuple(_walk(content, _is_content))
    return Found(
        sources=tuple(
            sorted((item for item in found if isinstance(item, Source)), key=lambda source: source.path)
        ),
        diagnostics=tuple(
            sorted((item for item in found if isinstance(item, Diagnostic)), key=lambda found: found.span)
        ),
    )


def is_content(path: str) -> bool:
    """Tell whether `discover` would take a file of that path inside the content folder for a source."""
    return _is_content(path) and not any(map(passed_over, path.split("/")))


def read_one(content: Path, path: str) -> Source | Diagnostic | None:
    """Read one file of the content folder again; None where it is gone, or is none of those that are read."""
    folder, name = (content / path).parent, PurePosixPath(path).name
    try:
        entry = next((entry for entry in _entries(folder) if entry.name == name), None)
    except OSError:
        return None
    return None if entry is None else _look(entry, path, _is_content)


def _is_content(path: str) -> bool:
    return PurePosixPath(path).suffix in KINDS or path in NAMES


def read_tree(folder: Path) -> dict[str, bytes]:
    """Give the files of a folder such as `templates/` by path, sorted; none where there is no such folder.

    Raises:
        SurroundingsError: a file cannot be read, or is a symbolic link.
    """
    if not folder.is_dir():
        return {}
    files = {}
    for item in _walk(folder, lambda _path: True):
        if isinstance(item, Diagnostic):
            raise SurroundingsError(f"{folder.name}/{item.span.path}: {item.message}; {item.help}")
        files[item.path] = item.data
    return dict(sorted(files.items()))


def _walk(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Source | Diagnostic]:
    waiting = [""]
    while waiting:
        above = waiting.pop()
        try:
            entries = _entries(folder / above)
        except OSError as error:
            if not above:
                raise SurroundingsError(f"cannot read the folder {folder}: {reason(error)}") from error
            yield _unreadable(above, reason(error))
            continue
        for entry in entries:
            path = f"{above}/{entry.name}" if above else entry.name
            if entry.is_dir(follow_symlinks=False) and _is_text(path) and not path.endswith(".md"):
                waiting.append(path)
            elif found := _look(entry, path, wanted):
                yield found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return [entry for entry in entries if not passed_over(entry.name)]


def passed_over(name: str) -> bool:
    """Tell hidden files, and what editors and interpreters drop beside a file."""
    return name.startswith((".", "#")) or name.endswith(("~", ".pyc")) or name == "__pycache__"


def _look(entry: os.DirEntry[str], path: str, wanted: Callable[[str], bool]) -> Source | Diagnostic | None:
    refused = _refused(entry, path)
    if refused:
        return refused
    if not wanted(path):
        return _unknown_kind(path)
    try:
        return _read(entry.path, path)
    except FileNotFoundError:
        return None  # it was removed since the folder was listed: then it is not there
    except OSError as error:
        return _unreadable(path, reason(error))


def _refused(entry: os.DirEntry[str], path: str) -> Diagnostic | None:
    if not _is_text(path):
        return _nameless(path)
    if entry.is_symlink():
        return _symlink(path)
    if entry.is_dir():
        return _folder_named_md(path)
    return None if entry.is_file() else _special(path)


def _read(place: str, path: str) -> Source | Diagnostic:
    with os.fdopen(os.open(place, _FLAGS), "rb") as file:
        # Asked of the open file, since another may have taken its place after the folder was listed.
        if not S_ISREG(os.fstat(file.fileno()).st_mode):
            return _special(path)
        data = file.read(MOST_BYTES + 1)
    return Source(path, data) if len(data) <= MOST_BYTES else _too_large(path)


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _nameless(path: str) -> Diagnostic:
    shown = os.fsencode(path).decode(errors="replace")
    return Diagnostic(
        "files/unreadable",
        Span(shown),
        f"the name `{shown}` holds bytes that are no letters in UTF-8",
        "rename the file with plain letters, digits and hyphens",
    )


def _symlink(path: str) -> Diagnostic:
    return Diagnostic(
        "files/symlink",
        Span(path),
        f"`{path}` is a symbolic link, and what a link leads to may lie outside this folder",
        "put the file itself here in place of the link",
    )


def _special(path: str) -> Diagnostic:
    return Diagnostic(
        "files/special",
        Span(path),
        f"`{path}` is a pipe, a socket or a device and has no contents of its own",
        "remove it, or move it out of this folder",
    )


def _unreadable(path: str, why: str) -> Diagnostic:
    return Diagnostic(
        "files/unreadable",
        Span(path),
        f"`{path}` cannot be read: {why}",
        "change its permissions so that you may read it, or ask the person who set up this computer to do it",
    )


def _folder_named_md(path: str) -> Diagnostic:
    return Diagnostic(
        "files/folder-named-md",
        Span(path),
        f"`{path}` is a folder with the name of a page, and nothing in it is read",
        f"rename the folder to `{path.removesuffix('.md')}`",
    )


def _too_large(path: str) -> Diagnostic:
    return Diagnostic(
        "files/too-large",
        Span(path),
        f"`{path}` is larger than {MOST_BYTES // 1024**2} MB, too much for a reader's connection",
        "save a picture with fewer pixels, or split a page in two",
    )


def _unknown_kind(path: str) -> Diagnostic:
    small = PurePosixPath(path).suffix.lower()
    if small in KINDS:
        help_ = f"write the end of its name in small letters: `{small}`"
    elif small in {".json", ".yaml", ".yml", ".bib", ".ris"}:
        names = ", ".join(f"`{name}`" for name in LIBRARIES)
        help_ = f"settings stand in `site.yaml`, sources beside it in one of {names}"
    else:
        help_ = f"save it as one of {', '.join(sorted(KINDS))}, or move it out of this folder"
    return Diagnostic(
        "files/unknown-kind",
        Span(path),
        f"`{path}` is not a kind of file that a site is made of, and is not published",
        help_,
        severity="warning",
    )
