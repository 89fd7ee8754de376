"""Addresses. In values an address of our own is a path from the site's root ("exosomes/#terms"), with no slash in front.

Every address that reaches a page passes through here.
"""

import re
from functools import lru_cache
from posixpath import relpath
from unicodedata import normalize
from urllib.parse import quote, urlsplit

_HEAD = re.compile("[/?#]")
_UNFOLLOWED = "is not an address that a browser could follow"
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LONGEST_NAME = 200
"""Bytes of the name of a file or a folder. Disks take 255, and a published name may be longer than that of its file."""

_SIGNS = re.compile(r"[\w./~-]*", re.ASCII)
"""What `quote` leaves as it is."""
_FILE = re.compile(r"[\x00-9;-Z\\^-\x7f]*")
"""How a page is named by its file: such an address has no scheme, and no part that could be written wrongly.

It is all of ASCII but `:`, `[` and `]`, as ranges: a class that excludes what is beyond takes long to compile.
"""
_WEB = re.compile(r"https?://[a-zA-Z0-9.-]+(?:[/?#]|\Z)")
"""How most addresses of other sites begin; nothing can be wrong with them."""

_UNSTORED = re.compile(r'[<>:"|?*\\]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(?:[ .].*)?", re.IGNORECASE)


def relative(page: str, target: str) -> str:
    """Give the address of `target` as a link on `page`, so that a site works under any path and from a disk.

    >>> relative("exosomes/", "glossary/#ev")
    '../glossary/#ev'
    """
    path, hash_, fragment = target.partition("#")
    if not hash_:
        return _way(page, path)
    return ("" if path == page else _way(page, path)) + f"#{_quoted(fragment)}"


def _way(page: str, path: str) -> str:
    """Give the way from a page to a path: nearly always up to the root, and down from there."""
    here, up = _up(page)
    there, down = _down(path)
    if here is not None and there is not None and here != there:
        return up + down
    steps = relpath(f"/{path}", f"/{page.rpartition('/')[0]}")
    return _quoted(steps) + ("/" if path.endswith("/") or not path else "")


@lru_cache(maxsize=16)  # asked for each link of a page
def _up(page: str) -> tuple[str | None, str]:
    """Give the first folder that a page lies in, and the way from there up to the root; None where that must be looked at."""
    folder = page.rpartition("/")[0]
    if not _is_plain(folder) or folder.endswith("/"):
        return None, ""
    return folder.partition("/")[0], "../" * (folder.count("/") + 1) if folder else ""


@lru_cache(maxsize=4096)  # pages name each other, the glossary and what is in the menus
def _down(path: str) -> tuple[str | None, str]:
    """Give the first part of a path from the root, and the way there; None where that must be looked at."""
    return (path.partition("/")[0], _quoted(path)) if _is_plain(path) else (None, "")


def _is_plain(path: str) -> bool:
    return not ("//" in path or "./" in path or path.startswith("/") or path.endswith("."))


def _quoted(path: str) -> str:
    return path if _SIGNS.fullmatch(path) else quote(path)


def absolute(base_url: str, target: str) -> str:
    """Give the whole address of a path from the root."""
    path, hash_, fragment = target.partition("#")
    return base_url + _quoted(path) + (f"#{_quoted(fragment)}" if hash_ else "")


def card_path(url: str) -> str:
    """Give the path of a page's card: the picture that stands for the page where somebody passes it on."""
    return f"{url}card.png"


def outside(url: str) -> str:
    """Give the whole address of another site as it may stand on a page.

    Raises:
        ValueError: it is no such address, or has a scheme that a reader's browser may run.
    """
    if _WEB.match(url):
        return url
    fault = scheme_fault(url) or (None if urlsplit(url).scheme else "is no whole address")
    if fault:
        raise ValueError(f"`{url}` {fault}")
    return url


def scheme_fault(url: str) -> str | None:
    """Say why an address may not be linked, or None: http, https, mailto, tel and relative addresses may."""
    return None if _FILE.fullmatch(url) or _WEB.match(url) else _fault(url)


def _fault(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is read when it is asked for
    except ValueError:
        return _UNFOLLOWED
    if ":" in _HEAD.split(url, maxsplit=1)[0] and not parts.scheme:
        return _UNFOLLOWED
    if parts.scheme and parts.scheme not in SCHEMES:
        return f"has the scheme `{parts.scheme}:`, which a reader's browser may run or cannot open"
    if parts.scheme in {"http", "https"} and not parts.netloc:
        return "names no site"
    if parts.scheme in {"mailto", "tel"} and not parts.path:
        return "names nobody"
    return None


def folded(path: str) -> str:
    """Give what a system calls a path that tells neither capitals nor the two forms of `é` apart."""
    return path.lower() if path.isascii() else normalize("NFC", normalize("NFC", path).casefold())


def windows_fault(name: str) -> str | None:
    """Say why Windows cannot store a file or a folder of that name, or a page's folder named like its file; or None."""
    stem = name.removesuffix(".md")
    if _DEVICE.fullmatch(name):
        return f"there `{name.partition('.')[0].rstrip()}` is the name of a device"
    if name.endswith((".", " ")) or stem.endswith((".", " ")):
        return "there no name ends with a dot or a blank"
    sign = _UNSTORED.search(name)
    return f"there no name holds the sign `{sign[0]}`" if sign else None
