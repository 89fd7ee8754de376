"""Which program it is that makes the site: part of the key of all that it makes."""

import os
import sys
from hashlib import blake2b

from citewell.io.listing import AT_ONCE

PACKAGES = (
    "jinja2",
    "markupsafe",
    "markdown-it-py",
    "mdit-py-plugins",
    "mdurl",
    "pyyaml",
    "pygments",
    "pydantic",
    "pydantic-core",
    "nh3",
    "msgspec",
    "imagesize",
    "pillow",
    "rapidfuzz",
    "rcssmin",
    "bibtexparser",
    "pylatexenc",
)
"""The dependencies that what is published can depend on."""
_OWN = (".py", ".html", ".css", ".ttf")
_INFO = ".dist-info"


def engine() -> str:
    """Give a digest of this program: its own files, its dependencies' versions, and Python's. Raises OSError."""
    seen = blake2b(f"{sys.version_info[:2]}".encode(), digest_size=16)
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    for folder, inner, names in os.walk(package):
        inner[:] = sorted(name for name in inner if name != "__pycache__")
        for name in sorted(names):
            if name.endswith(_OWN):
                path = f"{folder}/{name}"
                data = _bytes(path)
                seen.update(f"{path.removeprefix(package)}\0{len(data)}\0".encode() + data)
    versions = _versions()
    for name in PACKAGES:
        seen.update(f"{name}={versions.get(name) or _version(name)}".encode())
    return seen.hexdigest()


def _bytes(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return b"".join(iter(lambda: os.read(file, AT_ONCE), b""))
    finally:
        os.close(file)


def _versions() -> dict[str, str]:
    """Give the version of each package as the name of its record says it: asking each record takes far longer.

    The first one on the path counts, as for imports.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in sorted(names):
            if name.endswith(_INFO):
                package, _, version = name.removesuffix(_INFO).partition("-")
                found.setdefault(package.lower().replace("_", "-"), version)
    return found


def _version(name: str) -> str:
    """Give the version of a package that is recorded in another way."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
