"""What the preview shows at a time, and what it answers to an address."""

import re
from html import escape
from http import HTTPStatus
from mimetypes import MimeTypes
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import msgspec
from msgspec import Struct

from citewell.core.digest import digest
from citewell.io.report import Told

OWN = "/__citewell/"
"""Where the addresses begin that only the preview has."""

_STYLE = re.compile(rb'(href="(?:[^"]*/)?static/[^"]*\.)([0-9a-f]{10})(\.css")')
_INTEGRITY = re.compile(rb' integrity="sha384-[^"]*"')
_HEAD = re.compile(rb"<head(?:\s[^>]*)?>", re.IGNORECASE)
_MEDIA = MimeTypes()  # what Python knows by itself, the same on every machine
for _suffix, _type in {".avif": "image/avif", ".webp": "image/webp", ".woff2": "font/woff2"}.items():
    _MEDIA.add_type(_type, _suffix)
_AS_TEXT = ("text/", "application/json", "application/xml", "application/manifest", "image/svg")


class Built(Struct, frozen=True):
    """What a build came to."""

    told: tuple[Told, ...] = ()
    count: str = ""  # of errors and warnings, in words
    failed: bool = False
    trouble: str = ""  # what is wrong beside the content: the build could not be tried


class Showing(Struct, frozen=True):
    """The last good state of the site, and what stands against the present one."""

    output: Path
    published: frozenset[str] = frozenset()
    built: Built | None = None  # None as long as the first build runs


class Answer(Struct, frozen=True):
    """What is sent for an address. `seen` is there for a page: what of it decides whether a tab must show it anew."""

    status: HTTPStatus
    media: str = "text/plain; charset=utf-8"
    data: bytes = b""
    location: str = ""
    seen: str = ""


def answer(showing: Showing, address: str) -> Answer:
    """Give the answer to the path of an address: a published file, the way to it, or the page for missing addresses."""
    path = _decoded(address)
    if path is not None:
        page = f"{path}index.html" if path == "" or path.endswith("/") else path
        if (data := _published(showing, page)) is not None:
            return _file(HTTPStatus.OK, page, data)
        if f"{path}/index.html" in showing.published:
            return Answer(HTTPStatus.FOUND, location=f"/{quote(path)}/")
    if not showing.published:
        return page_of("Not there yet", _not_yet(showing), HTTPStatus.SERVICE_UNAVAILABLE)
    missing = _published(showing, "404.html")
    if missing is None:
        return page_of("No page", "<h1>There is no page at this address</h1>", HTTPStatus.NOT_FOUND)
    return _file(HTTPStatus.NOT_FOUND, "404.html", missing)


def page_of(title: str, body: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """Give a page of the preview's own. The title is text, the body markup with its heading."""
    text = (
        '<!doctype html>\n<html lang="en" class="citewell-own"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{OWN}client.css"></head>'
        f"<body><main>{body}</main></body></html>\n"
    )
    return _file(status, "page.html", text.encode())


def seen_in(page: bytes) -> str:
    """Give what tells two states of a page apart: its bytes but for the fingerprints of its styles, and the styles."""
    styles = [match[0][6:-1].decode() for match in _STYLE.finditer(page)]
    return msgspec.json.encode([digest(_STYLE.sub(rb"\1\3", page)), *styles]).decode()


def styles_changed(before: str, now: str) -> dict[str, str] | None:
    """Give the addresses of styles that took the place of others, or None where more than that has changed."""
    try:
        (page, *old), (same, *new) = (msgspec.json.decode(seen, type=list[str]) for seen in (before, now))
    except (msgspec.DecodeError, ValueError):  # not from us
        return None
    return dict(zip(old, new, strict=True)) if page == same and len(old) == len(new) else None


def _decoded(address: str) -> str | None:
    try:
        return unquote_to_bytes(address).decode().removeprefix("/")
    except UnicodeDecodeError:
        return None


def _published(showing: Showing, path: str) -> bytes | None:
    """Give the bytes of a file of the last build; nothing else that lies in the folder, and nothing that a link leads to."""
    if path not in showing.published:
        return None
    file = showing.output / path
    try:
        return file.read_bytes() if file.resolve() == showing.output.resolve() / path else None
    except OSError:
        return None


def _file(status: HTTPStatus, path: str, data: bytes) -> Answer:
    media = _MEDIA.guess_type(path)[0] or "application/octet-stream"
    if media != "text/html":
        return Answer(status, f"{media}; charset=utf-8" if media.startswith(_AS_TEXT) else media, data)
    data = _INTEGRITY.sub(b"", data)  # a style that is edited takes the place of another in the open page
    seen = seen_in(data)
    return Answer(status, f"{media}; charset=utf-8", _with_client(data, seen), seen=seen)


def _with_client(page: bytes, seen: str) -> bytes:
    """Put the script first of all: it keeps the page as it came, before other scripts have worked on it."""
    script = f'<script src="{OWN}client.js" data-seen="{escape(seen)}" defer></script>'.encode()
    head = _HEAD.search(page)
    at = head.end() if head else len(page)
    return page[:at] + script + page[at:]


def _not_yet(showing: Showing) -> str:
    if showing.built is None:
        return "<h1>The site is being made</h1><p>This page shows it as soon as it is ready.</p>"
    return "<h1>Nothing could be published yet</h1><p>This page shows the site as soon as what is told here is mended.</p>"
