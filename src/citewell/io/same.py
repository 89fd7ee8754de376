"""The same command over the same bytes: what it said then is said again, and nothing else is done or even imported.

After a build a note is kept in the cache: the words of the command, the digest of all that was read, what was published,
file by file, and what was said. It is sealed, as all in the cache is. Where anything differs from it, is no plain file or
cannot be read, nothing is known here, and the build takes its usual way.
"""

import os
import sys
from hashlib import blake2b
from hmac import compare_digest

from citewell.io import at_start
from citewell.io.engine import engine
from citewell.io.listing import (
    AT_ONCE,
    BY_DESCRIPTOR,
    FILE,
    FOLDER,
    NO_LINK,
    digests,
    is_newer,
    look,
    looks,
    together,
)
from citewell.io.secret import known_secret
from citewell.theme import theme_folder

TYPE_CHECKING = False  # that of `typing`, which takes longer to import than this module
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from citewell.io.inputs import Options

_CACHE, _NOTE = ".citewell", "same"
_MOST = 1 << 28  # bytes of the note
_SEAL = 32


def said_before(words: "Sequence[str]") -> tuple[str, str] | None:
    """Give what a build in the folder of the call would say, as errors and as output; None where it has to be done."""
    if not BY_DESCRIPTOR:
        return None
    try:
        return _said(words)
    except (OSError, ValueError, RecursionError):  # it is the usual way that can tell what is the matter
        return None


def _said(words: "Sequence[str]") -> tuple[str, str] | None:
    secret, root = known_secret(), os.getcwd()
    note, written = _note(f"{root}/{_CACHE}")
    if secret is None or not compare_digest(note[:_SEAL], _seal(note[_SEAL:], secret)):
        return None
    command, places, read, published, *said = note[_SEAL:].decode(errors="surrogateescape").split("\0\0")
    content, output, *_ = places.split("\0")
    if command != _command(words) or places != _places(root, content, output):
        return None
    if is_newer(content, written):
        at_start.begin_helper()
    # The published files are looked at in a process of their own: two threads would wait for each other at each file.
    other = os.fork()
    if other == 0:
        _end(output, published)
    at_start.looks_at(output, other, published)
    if _read(root, content) != read or at_start.intact_files(output) is None:
        return None
    return said[0], said[1]


def _note(cache: str) -> tuple[bytes, int]:
    """Give the note, and when it was written."""
    folder = os.open(cache, FOLDER)
    try:
        file = os.open(_NOTE, FILE, dir_fd=folder)
    finally:
        os.close(folder)
    with open(file, "rb", buffering=0) as note:
        return note.read(_MOST) or b"", os.fstat(file).st_mtime_ns


def _end(output: str, published: str) -> None:
    """End this process, and say by its status whether each published file has the bytes that it should have."""
    status = 1
    try:
        status = 0 if _intact(output, published) else 1
    finally:
        os._exit(status)


def _intact(output: str, published: str) -> bool:
    place, buffer = os.open(output, FOLDER & ~NO_LINK), bytearray(AT_ONCE)
    for line in published.split("\0"):
        seen, _, path = line.partition(" ")
        if look(place, path, _MOST, buffer)[0] != seen:
            return False
    return True


def _read(root: str, content: str) -> str:
    """Give the digest that `Inputs.digest` has for a site in which nothing is wrong with a file."""
    theme = theme_folder()
    known = looks(content)
    program = engine()
    at_start.has_read(content, known)
    at_start.is_engine(program)
    return together(
        {path: seen for path, (seen, _) in known.items()},
        digests(f"{theme}/templates") | digests(f"{root}/templates"),
        digests(f"{theme}/static") | digests(f"{root}/static"),
        digests(f"{root}/blocks"),
        engine=program,
    )


def _command(words: "Iterable[str]") -> str:
    """Give the words of a command, and what the colours of its report depend on."""
    return "\0".join((*words, f"{sys.stderr.isatty()} {bool(os.environ.get('NO_COLOR'))}"))


def _places(root: str, content: str, output: str) -> str:
    """Give where the folders of a build are, and where that is without links."""
    beside = (f"{root}/{name}" for name in ("templates", "static", "blocks", _CACHE))
    return "\0".join((content, output, *map(os.path.realpath, (content, output, *beside))))


def _seal(body: bytes, secret: bytes) -> bytes:
    return blake2b(body, digest_size=_SEAL, key=secret, person=b"citewell same").digest()


def remember(
    words: "Iterable[str]", said: tuple[str, str], options: "Options", *, read: str, tree: str
) -> None:
    """Keep a note that this command, over what it `read`, published this tree and would now say this.

    Where none can be kept the next build takes its usual way.
    """
    from citewell.io.plain import write_plain
    from citewell.io.publish.tree import MANIFEST, encode_manifest, file_of, read_manifest

    root, secret = str(options.root), known_secret()
    manifest = read_manifest(options.output)
    if secret is None or manifest is None or manifest.digest != tree:
        return
    files = manifest.all | {MANIFEST: file_of(encode_manifest(manifest))}
    published = "\0".join(f"{file.sha256} {path}" for path, file in files.items())
    places = _places(root, str(options.content), str(options.output))
    body = "\0\0".join((_command(words), places, read, published, *said)).encode(errors="surrogateescape")
    try:
        write_plain(options.root / _CACHE / _NOTE, [_seal(body, secret), body], unfinished=".new")
    except OSError:
        return
