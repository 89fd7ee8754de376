"""Reading what an editor or a theme's author wrote. Whatever cannot be read safely is a diagnostic."""

import errno
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from os import DirEntry, fsencode
from pathlib import Path, PurePosixPath
from posixpath import splitext
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from citewell.core.address import LONGEST_NAME, folded, windows_fault
from citewell.core.diagnostic import Diagnostic, Related, Span, cut
from citewell.core.model import Source
from citewell.io import SurroundingsError, reason
from citewell.io.listing import MOST_BYTES, passed_over, version
from citewell.io.reading import Place, Refusal, below, entries, opened, read_whole

if TYPE_CHECKING:
    from citewell.io.listing import Look

KINDS = frozenset({".md", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})
LIBRARIES = ("sources.yaml", "sources.yml", "sources.json", "sources.bib", "sources.ris")
"""Files that hold the shared library of sources; a new source is added to the first that is there."""
NAMES = frozenset({"site.yaml", *LIBRARIES})
MOST_FILES = 200_000
MOST_BYTES_IN_ALL = 4 * 1024**3
_LONGEST_PATH = 1_000
"""Bytes of a path. Hosts that store files by their addresses take 1,024."""
_NO_FOLDER = frozenset({errno.ENOTDIR, errno.ELOOP})


class Seen(Struct, frozen=True, order=True):
    """A file that was read and is known by its bytes, which are not held; `read_seen` gives them."""

    path: str
    size: int
    sha256: str


class Found(Struct, frozen=True):
    """The files of `content/` that can be read, sorted by path, and what is wrong with the others."""

    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]
    seen: tuple[Seen, ...] = ()  # those that are not held


NOTHING_KNOWN: "Mapping[str, Look]" = MappingProxyType({})


def _every(_path: str) -> bool:
    return True


def discover(
    content: Path, held: Callable[[str], bool] = _every, known: "Mapping[str, Look]" = NOTHING_KNOWN
) -> Found:
    """Read every file of the content folder. The bytes of those whose path is not to be `held` are told by digest only.

    Such a file is not read if it still has the version with which its digest is `known`: `look` has seen to it that
    whatever was written since then has given it another.

    Raises:
        SurroundingsError: there is no such folder, or it cannot be listed.
    """
    sources, seen, diagnostics = [], [], []
    unheld = {path: seen for path, seen in known.items() if not held(path)}
    for item in _walk(content, _is_content, unheld):
        if isinstance(item, Diagnostic):
            diagnostics.append(item)
        elif isinstance(item, Seen):
            seen.append(item)
        elif held(item.path):
            sources.append(item)
        else:
            seen.append(_seen(item))
    return Found(
        sources=tuple(sorted(sources, key=lambda source: source.path)),
        diagnostics=tuple(sorted(diagnostics, key=lambda found: found.span)),
        seen=tuple(sorted(seen)),
    )


def _seen(source: Source) -> Seen:
    return Seen(source.path, len(source.data), sha256(source.data).hexdigest())


def read_seen(content: Path, seen: Seen) -> Source | Diagnostic:
    """Read a file of the content folder again. One that is gone or has other bytes by now changes while the site is read."""
    folder, _, name = seen.path.rpartition("/")
    try:
        with opened(content) as root, below(root, folder) as place:
            data = read_whole(place, name, MOST_BYTES)
    except FileNotFoundError:
        return _changing(seen.path)
    except OSError as error:
        return _unreadable(seen.path, reason(error))
    if not isinstance(data, bytes):
        return _REFUSED[data](seen.path)
    source = Source(seen.path, data)
    return source if _seen(source) == seen else _changing(seen.path)


def is_content(path: str) -> bool:
    """Tell whether `discover` would take a file of that path inside the content folder for a source."""
    return _is_content(path) and not any(map(passed_over, path.split("/")))


def read_one(content: Path, path: str) -> tuple[Source | Diagnostic, ...]:
    """Read one file of the content folder again: nothing where it is gone, or is none of those that are read."""
    folder, _, name = path.rpartition("/")
    if passed_over(name):
        return ()
    try:
        with opened(content) as root, below(root, folder) as place:
            walk = _Walk(root, _is_content)
            return tuple(
                item
                for entry in entries(place)
                if entry.name == name
                for item in walk.met(place, entry, folder)
                if not isinstance(item, Seen)  # as nothing is known, none is
            )
    except OSError:
        return ()


def _is_content(path: str) -> bool:
    return splitext(path)[1] in KINDS or path in NAMES


def read_tree(folder: Path) -> dict[str, bytes]:
    """Give the files of a folder such as `templates/` by path, sorted; none where there is no such folder.

    Raises:
        SurroundingsError: a file cannot be read, or is a symbolic link.
    """
    if not folder.is_dir():
        return {}
    files = {}
    for item in _walk(folder, lambda _path: True):
        if isinstance(item, Source):
            files[item.path] = item.data
        elif isinstance(item, Diagnostic) and item.severity == "error":
            raise SurroundingsError(f"{folder.name}/{item.span.path}: {item.message}; {item.help}")
    return dict(sorted(files.items()))


def _walk(
    folder: Path, wanted: Callable[[str], bool], known: "Mapping[str, Look]" = NOTHING_KNOWN
) -> Iterator[Source | Seen | Diagnostic]:
    try:
        with opened(folder) as root:
            yield from _bounded(_Walk(root, wanted, known).all())
    except OSError as error:
        raise SurroundingsError(f"cannot read the folder {folder}: {reason(error)}") from error


def _bounded(found: Iterator[Source | Seen | Diagnostic]) -> Iterator[Source | Seen | Diagnostic]:
    """Give what is found up to the file with which it becomes too much: what follows is not even listed."""
    size = 0
    for number, item in enumerate(found, 1):
        path = item.span.path if isinstance(item, Diagnostic) else item.path
        size += len(item.data) if isinstance(item, Source) else item.size if isinstance(item, Seen) else 0
        if number > MOST_FILES:
            yield _too_much(path, f"{MOST_FILES:,} files lie in this folder in front of `{path}`")
            return
        if size > MOST_BYTES_IN_ALL:
            yield _too_much(
                path,
                f"with `{path}` the files of this folder come to more than {MOST_BYTES_IN_ALL // 1024**3} GB",
            )
            return
        yield item


class _Walk:
    """Goes through an open folder and those below it, level by level."""

    def __init__(
        self, root: Place, wanted: Callable[[str], bool], known: "Mapping[str, Look]" = NOTHING_KNOWN
    ) -> None:
        self._root = root
        self._wanted = wanted
        self._known = known
        self._waiting = deque([""])  # folders that are still to be listed
        self._named: dict[
            str, str
        ] = {}  # what was met, by what a system calls it that does not tell capitals apart

    def all(self) -> Iterator[Source | Seen | Diagnostic]:
        """Give what the folder holds. Raises OSError where it cannot be listed."""
        while self._waiting:
            above = self._waiting.popleft()
            try:
                with below(self._root, above) as place:
                    for entry in entries(place):
                        if not passed_over(entry.name):
                            yield from self.met(place, entry, above)
            except FileNotFoundError:
                continue  # it was removed since the folder above it was listed: then it is not there
            except OSError as error:
                if not above:
                    raise
                yield _replaced(above) if error.errno in _NO_FOLDER else _unreadable(above, reason(error))

    def met(self, place: Place, entry: DirEntry[str], above: str) -> Iterator[Source | Seen | Diagnostic]:
        """Give the file, or what is wrong with what lies there; a folder is kept for later."""
        path = f"{above}/{entry.name}" if above else entry.name
        if refused := _refused(entry, path):
            yield refused
        elif not entry.is_dir() and not self._wanted(path):
            yield _unknown_kind(path)
        elif long := _too_long(path):
            yield long
        else:
            yield from self._named_well(place, entry, path)

    def _named_well(
        self, place: Place, entry: DirEntry[str], path: str
    ) -> Iterator[Source | Seen | Diagnostic]:
        former = self._named.setdefault(folded(path), path)
        if former != path and PurePosixPath(former).parent == PurePosixPath(path).parent:
            yield _same_name(path, former)  # of what lies below two such folders nothing more is told
        if why := windows_fault(entry.name):
            yield _windows_name(path, why)
        if entry.is_dir():
            self._waiting.append(path)
        elif former == path and (found := self._seen(entry, path) or _read(place, entry, path)):
            yield found

    def _seen(self, entry: DirEntry[str], path: str) -> Seen | None:
        """Give a file that is known and has not changed since then."""
        if path not in self._known:
            return None
        sha256, known = self._known[path]
        try:
            now = version(entry.stat(follow_symlinks=False))
        except OSError:
            return None
        return Seen(path, now[0], sha256) if now == known else None


def _refused(entry: DirEntry[str], path: str) -> Diagnostic | None:
    if not _is_text(path):
        return _nameless(path)
    if entry.is_symlink():
        return _symlink(path)
    if entry.is_dir():
        return _folder_named_md(path) if path.endswith(".md") else None
    return None if entry.is_file() else _special(path)


def _read(place: Place, entry: DirEntry[str], path: str) -> Source | Diagnostic | None:
    try:
        data = read_whole(place, entry.name, MOST_BYTES)
    except FileNotFoundError:
        return None  # it was removed since the folder was listed: then it is not there
    except OSError as error:
        return _unreadable(path, reason(error))
    return Source(path, data) if isinstance(data, bytes) else _REFUSED[data](path)


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _nameless(path: str) -> Diagnostic:
    shown = fsencode(path).decode(errors="replace")
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


def _replaced(path: str) -> Diagnostic:
    return Diagnostic(
        "files/unreadable",
        Span(path),
        f"`{path}` cannot be read: something else took the place of this folder while the site was read",
        "build again when nothing changes the files any more",
    )


def _changing(path: str) -> Diagnostic:
    return Diagnostic(
        "files/unreadable",
        Span(path),
        f"`{path}` cannot be read: it changes again and again, and half of it would be old",
        "wait until the program that writes it is done, and build again",
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


def _too_much(path: str, what: str) -> Diagnostic:
    return Diagnostic(
        "files/too-large",
        Span(path),
        f"{what}, more than a build reads",
        "move what is not published out of this folder, or make two sites of one",
    )


def _too_long(path: str) -> Diagnostic | None:
    name, size = path.rpartition("/")[2], len(path.encode())
    if size <= LONGEST_NAME:
        return None
    message = f"the path of `{cut(path)}` has {size} bytes, more than the {_LONGEST_PATH} that hosts of websites take"
    mend = "put it into fewer folders, or give them shorter names"
    if len(name.encode()) > LONGEST_NAME:
        message = f"the name `{cut(name)}` has {len(name.encode())} bytes, and more than {LONGEST_NAME} may be too many for a disk"
        mend = "rename it to a few words, as in `islet-cells`"
    elif size <= _LONGEST_PATH:
        return None
    return Diagnostic("files/too-long-name", Span(path), message, mend)


def _same_name(path: str, former: str) -> Diagnostic:
    how = "in capitals" if path.isascii() else "in capitals or in how their letters are stored"
    return Diagnostic(
        "files/same-name",
        Span(path),
        f"`{path}` and `{former}` differ only {how}, and many computers take them for one",
        "rename one of them, and mend the links to it",
        (Related(Span(former), f"`{former}` is the other one"),),
    )


def _windows_name(path: str, why: str) -> Diagnostic:
    return Diagnostic(
        "files/windows-name",
        Span(path),
        f"`{path}` cannot be stored on Windows: {why}",
        "rename it to a few words of letters, digits and hyphens, as in `islet-cells`",
        severity="warning",
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


_REFUSED: dict[Refusal, Callable[[str], Diagnostic]] = {
    "link": _symlink,
    "special": _special,
    "too-large": _too_large,
    "changing": _changing,
}
