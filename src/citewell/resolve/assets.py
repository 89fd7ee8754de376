"""Static files and images under addresses that hold their fingerprint, so that hosts may keep them for ever."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha384
from io import BytesIO
from posixpath import dirname, join, normpath, relpath, splitext

from msgspec import Struct

from citewell.core.diagnostic import Diagnostic, Span
from citewell.core.digest import fingerprint
from citewell.core.model import Asset, Source
from citewell.core.view import Artifact

_FOLDER = "static/"
_MOST_PIXELS = 100_000_000
_WIDEST = 2**32  # an SVG may give any number, even one without end
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


class Pictures(Struct, frozen=True):
    """The images of the content folder by path, each with its size, the files to publish, and what is wrong with them."""

    assets: dict[str, Asset]
    artifacts: tuple[Artifact, ...]
    diagnostics: tuple[Diagnostic, ...]


def publish_images(sources: tuple[Source, ...]) -> Pictures:
    """Look at the images. Of their contents only the size is read."""
    assets = {}
    made = []
    faults = []
    for source in sources:
        url = _address(f"media/{source.path}", source.data)
        width, height = _size(source)
        if width * height > _MOST_PIXELS and not source.path.endswith(".svg"):
            faults.append(_too_many_pixels(source.path, width, height))
        assets[source.path] = Asset(source.path, url, width, height)
        made.append(Artifact(url, source.data))
    return Pictures(assets, tuple(made), tuple(faults))


def _size(source: Source) -> tuple[int, int]:
    import imagesize  # which brings a client for the network; many sites have no picture

    width, height = (int(min(max(0, side), _WIDEST)) for side in imagesize.get(BytesIO(source.data)))
    return width, height


def _too_many_pixels(path: str, width: int, height: int) -> Diagnostic:
    return Diagnostic(
        "files/too-many-pixels",
        Span(path),
        f"`{path}` has {width:,} by {height:,} pixels, more than a reader's telephone can hold",
        f"save it with fewer: {_MOST_PIXELS:,} in all are the most, and 2,000 from side to side are enough",
    )


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
