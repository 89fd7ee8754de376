"""The site's name and icons, for a device on whose screen a reader keeps it.

Source: https://www.w3.org/TR/appmanifest/
"""

import json
from collections.abc import Iterator

from msgspec import Struct

from citewell.core.model import Article
from citewell.core.plugin import Output, Renderer
from citewell.core.view import Resolved

_SIZES = (192, 512)


class Manifest(Struct, frozen=True):
    """All that the manifest says. `icons` are the paths of square pictures by their size in pixels."""

    title: str
    language: str
    icons: dict[int, str]


def _plan(resolved: Resolved) -> Iterator[tuple[str, Manifest]]:
    config, paths = resolved.site.config, resolved.statics.addresses
    icons = {size: paths[name] for size in _SIZES if (name := f"icon-{size}.png") in paths}
    yield "site.webmanifest", Manifest(config.title, config.language, icons)


def _make(manifest: Manifest, _article: Article | None, _renderer: Renderer) -> bytes:
    icons = [
        {"src": path, "sizes": f"{size}x{size}", "type": "image/png"} for size, path in manifest.icons.items()
    ]
    data = {
        "name": manifest.title,
        "lang": manifest.language,
        "start_url": ".",
        "display": "browser",
        "icons": icons,
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


OUTPUT = Output(name="manifest", plan=_plan, make=_make)
