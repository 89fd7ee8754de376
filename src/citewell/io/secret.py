"""The secret that seals the cache: what lies in a cache counts only if somebody put it there who knows the secret.

It is kept outside the site. So a cache that came with a copy of the site, or that CI restored from another branch, is
of no use to whoever wishes to change a page.
"""

import os
import stat
import sys
from hashlib import blake2b

from citewell.io import SurroundingsError
from citewell.io.plain import open_plain, remove

VARIABLE = "CITEWELL_CACHE_KEY"
_SIZE = 32
_SHORTEST = 32  # characters: so many hexadecimal digits cannot be guessed


def cache_secret() -> bytes:
    """Give the secret that the environment names, or else the one of this person on this machine.

    Where none can be kept, such as without a home folder, it is one for this run: then nothing of the cache counts.

    Raises:
        SurroundingsError: the one in the environment is too short to be secret.
    """
    given = os.environ.get(VARIABLE)
    if not given:  # CI sets it to nothing where a branch may not have it
        return _of_this_person() or os.urandom(_SIZE)
    if len(given) < _SHORTEST:
        raise SurroundingsError(
            f"`{VARIABLE}` has fewer than {_SHORTEST} characters and could be guessed: "
            "set it to what `openssl rand -hex 32` prints"
        )
    return _stretched(given)


def known_secret() -> bytes | None:
    """Give the secret that a former run has used, or None where there is none: none is made."""
    given = os.environ.get(VARIABLE)
    if given:
        return _stretched(given) if len(given) >= _SHORTEST else None
    place = _place()
    return _read(place) if place else None


def _stretched(given: str) -> bytes:
    return blake2b(os.fsencode(given), digest_size=_SIZE, person=b"citewell").digest()


def _of_this_person() -> bytes | None:
    """Give what the state folder keeps. A file that is damaged, or that others may read, is made anew."""
    place = _place()
    if place is None:
        return None
    try:
        if not os.path.lexists(place):
            _make(place)
        secret = _read(place)
        if secret is None:
            remove(place)
            _make(place)
            secret = _read(place)
    except OSError:
        return None
    return secret


def _place() -> str | None:
    """Give the file in the folder that the system has for what a program keeps; None where no home folder is known."""
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME", "")
    state = named if os.path.isabs(named) else os.path.expanduser("~/.local/state")
    return f"{state}/citewell/cache.key" if os.path.isabs(state) else None


def _read(place: str) -> bytes | None:
    try:
        with open_plain(place) as file:
            known = os.fstat(file.fileno())
            secret = file.read(_SIZE + 1)
    except OSError:
        return None
    shared = sys.platform != "win32" and (known.st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    return secret if len(secret) == _SIZE and not shared else None


def _make(place: str) -> None:
    from contextlib import suppress
    from pathlib import Path
    from tempfile import NamedTemporaryFile

    folder = Path(place).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=folder) as file:
        file.write(os.urandom(_SIZE))
        file.flush()
        with suppress(FileExistsError):  # another build was first: then its secret is that of both
            os.link(file.name, place)
