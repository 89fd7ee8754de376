"""Static files and images under addresses that hold their fingerprint, so that hosts may keep them for ever."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha384
from io import BytesIO
from posixpath import dirname, join, normpath, relpath, splitext

import imagesize

from citewell.core.digest import fingerprint
from citewell.core.model import Asset, Source
from citewell.core.view import Artifact

_FOLDER = "static/"
_CSS_URL = re.compile(r"url\(\s*(['\"]?)([^'\")]+)\1\s*\)")
IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})


def publish_static(files: Mapping[str, bytes]) -> tuple[dict[str, str], tuple[Artifact, ...]]:
    """Give the address of each static file by name, and the files to publish.

    Style sheets come last: the files that they name by `url(…)` are named by their new addresses.
    """
    addresses: dict[str, str] = {}
    made = []
    for name in sorted(files, key=lambda name: (name.endswith(".css"), name)):
        data = _with_addresses(name, files[name], addresses) if name.endswith(".css") else files[name]
        addresses[name] = _address(name, data)
        made.append(Artifact(addresses[name], data))
    return addresses, tuple(made)


def publish_images(sources: tuple[Source, ...]) -> tuple[dict[str, Asset], tuple[Artifact, ...]]:
    """Give the images of the content folder by path, each with its size, and the files to publish."""
    images = {}
    made = []
    for source in sources:
        url = _address(f"media/{source.path}", source.data)
        width, height = imagesize.get(BytesIO(source.data))
        images[source.path] = Asset(source.path, url, max(0, int(width)), max(0, int(height)))
        made.append(Artifact(url, source.data))
    return images, tuple(made)


def integrity(data: bytes) -> str:
    """Give what a page says of a style or a script, so that a browser takes the file with these very bytes and no other."""
    return f"sha384-{b64encode(sha384(data).digest()).decode()}"


def _address(name: str, data: bytes) -> str:
    stem, suffix = splitext(name)
    return f"{_FOLDER}{stem}.{fingerprint(data)}{suffix}"


def _with_addresses(sheet: str, data: bytes, addresses: Mapping[str, str]) -> bytes:
    here = dirname(_FOLDER + sheet)

    def address(match: re.Match[str]) -> str:
        named = normpath(join(dirname(sheet), match[2]))
        return f"url({relpath(addresses[named], here)})" if named in addresses else match[0]

    return _CSS_URL.sub(address, data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
