"""What an open page and the preview say to each other, by the protocol of livereload and one message more.

Source: http://livereload.com/api/protocol/
"""

from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from citewell.io.preview.showing import Built, Showing, styles_changed
from citewell.io.report import Told


class Greeting(Struct, frozen=True):
    """What a page says: first `hello`, then `info` with its address and what it shows there."""

    command: Literal["hello", "info"]
    url: str = ""
    seen: str = ""

    @property
    def path(self) -> str:
        """The path of the page's address."""
        return urlsplit(self.url).path

    @classmethod
    def read(cls, message: str | bytes) -> "Greeting | None":
        """Give the greeting, or None for a message that is none."""
        try:
            greeting = msgspec.json.decode(message, type=cls)
            urlsplit(greeting.url)
        except (msgspec.DecodeError, ValueError):
            return None
        return greeting


class _Reload(Struct, frozen=True, tag_field="command", tag="reload"):
    """Show the page as it is now: anew or, if it was as in `since`, only with other styles (address -> address)."""

    path: str
    since: str
    seen: str
    styles: dict[str, str]
    liveCSS: bool  # noqa: N815 -- the protocol's name for it


class _Report(Struct, frozen=True, tag_field="command", tag="citewell-report"):
    """What is wrong with the site. Clients that know the protocol only pass it over."""

    failed: bool
    count: str
    told: tuple[Told, ...]
    trouble: str
    published: bool  # whether there is a last good state
    pages: tuple[str, ...]


def update(path: str, seen: str, now: str) -> bytes | None:
    """Give the message that brings a page from one state to another, or None where they are the same."""
    if seen == now:
        return None
    styles = styles_changed(seen, now)
    return msgspec.json.encode(_Reload(path, seen, now, styles or {}, liveCSS=styles is not None))


def report_of(showing: Showing, pages: Iterable[str]) -> bytes:
    """Give the message about all that is wrong, empty where nothing is; it names the pages that only the preview has."""
    built = showing.built or Built()
    return msgspec.json.encode(
        _Report(built.failed, built.count, built.told, built.trouble, bool(showing.published), tuple(pages))
    )
