"""Addresses. In values an address of our own is a path from the site's root ("exosomes/#terms"), with no slash in front.

Every address that reaches a page passes through here.
"""

import re
from posixpath import relpath
from unicodedata import normalize
from urllib.parse import quote, urlsplit

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LONGEST_NAME = 200
"""Bytes of the name of a file or a folder. Disks take 255, and a published name may be longer than that of its file."""

_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(?:[ .].*)?", re.IGNORECASE)


def relative(page: str, target: str) -> str:
    """Give the address of `target` as a link on `page`, so that a site works under any path and from a disk.

    >>> relative("exosomes/", "glossary/#ev")
    '../glossary/#ev'
    """
    path, hash_, fragment = target.partition("#")
    if hash_ and path == page:
        return f"#{quote(fragment)}"
    folder = page.rpartition("/")[0]
    steps = relpath(f"/{path}", f"/{folder}")
    return (
        quote(steps)
        + ("/" if path.endswith("/") or not path else "")
        + (f"#{quote(fragment)}" if hash_ else "")
    )


def absolute(base_url: str, target: str) -> str:
    """Give the whole address of a path from the root."""
    path, hash_, fragment = target.partition("#")
    return base_url + quote(path) + (f"#{quote(fragment)}" if hash_ else "")


def card_path(url: str) -> str:
    """Give the path of a page's card: the picture that stands for the page where somebody passes it on."""
    return f"{url}card.png"


def scheme_fault(url: str) -> str | None:
    """Say why an address may not be linked, or None: http, https, mailto, tel and relative addresses may."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "is not an address that a browser could follow"
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
    sign = next((sign for sign in name if sign in '<>:"|?*\\'), None)
    return f"there no name holds the sign `{sign}`" if sign else None
