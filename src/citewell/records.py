"""What builds remember of pages: what each came to, what was read for that, and which files were made of it.

A record counts as long as the page's own bytes and every entry that was read are what they were. So the views of most pages
need not be computed to know that their files are right.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from msgspec import Struct

from citewell.core.digest import digest
from citewell.core.model import Site
from citewell.core.reads import Register
from citewell.io.store import Store
from citewell.making import PageDone, Task
from citewell.resolve.views import Summary

T = TypeVar("T")


class Versions:
    """Digests of what pages can read: of single entries, of what every page depends on, and of the site as a whole."""

    def __init__(self, site: Site, version: str, everywhere: tuple[object, ...]) -> None:
        """Take the site, and the digest of all that it was put together from.

        `everywhere` is what every page depends on beside the settings.
        """
        values = [getattr(site, field) for field in site.__struct_fields__]
        self._registers = {value.name: value for value in values if isinstance(value, Register)}
        self._entries: dict[tuple[str, str], str] = {}
        rest = [
            sorted(value) if isinstance(value, frozenset) else value
            for value in values
            if not isinstance(value, Register)
        ]
        self.everywhere = digest(rest, *everywhere)
        self.site = digest(self.everywhere, version)

    def of(self, entries: Iterable[tuple[str, str]]) -> str:
        """Give the digest of these entries of registers, as they are now."""
        return digest([self._entries.get(entry) or self._entry(*entry) for entry in entries])

    def _entry(self, register: str, key: str) -> str:
        version = self._entries[register, key] = self._registers[register].version(key)
        return version


class PageRecord(Struct, frozen=True, array_like=True):
    """What a page came to, and the versions of all that this depends on."""

    key: str  # of the page's own bytes
    everywhere: str
    site: str
    reads: tuple[tuple[str, str], ...] | None  # None: it depends on the site as a whole
    version: str  # of what was read
    summary: Summary
    tasks: tuple[Task, ...]


class SiteRecord(Struct, frozen=True, array_like=True):
    """The files that are no page's own, under the digest of all that they depend on."""

    key: str
    pages: int  # how many of them are pages
    tasks: tuple[Task, ...]


class Records:
    """The records of the last builds in the store, and those of this run."""

    def __init__(
        self,
        store: Store,
        lying: Callable[[str], str | None],
        kept: dict[tuple[str, str], PageRecord | SiteRecord] | None = None,
    ) -> None:
        """Take the store, and what one run keeps for the next, if it keeps anything.

        `lying` tells the key under which a published file was made, if it is still as it was made then.
        """
        self.lying = lying
        self.fresh: dict[tuple[str, str], PageRecord | SiteRecord] = {}  # of this run, where it is kept
        self._store = store
        self._kept = kept

    def page(self, url: str, key: str, versions: Versions) -> PageRecord | None:
        """Give the record of a page whose bytes have this key, if it still counts."""
        record = self._get("pages", url, PageRecord)
        if record is None or record.key != key or record.everywhere != versions.everywhere:
            return None
        if record.site == versions.site:
            return record
        if record.reads is None or versions.of(record.reads) != record.version:
            return None
        return record

    def files_of(self, url: str) -> tuple[str, ...]:
        """Give the paths of the files that were last made of the page with this address."""
        record = self._get("pages", url, PageRecord)
        return () if record is None else tuple(task.path for task in record.tasks)

    def put_page(self, url: str, key: str, versions: Versions, done: PageDone) -> None:
        """Remember what a page came to."""
        version = "" if done.reads is None else versions.of(done.reads)
        self._put(
            "pages",
            url,
            PageRecord(
                key, versions.everywhere, versions.site, done.reads, version, done.summary, done.tasks
            ),
        )

    def group(self, name: str, key: str) -> SiteRecord | None:
        """Give the record of a group of the site's own files, if it still counts."""
        record = self._get("sites", name, SiteRecord)
        return record if record is not None and record.key == key else None

    def put_group(self, name: str, record: SiteRecord) -> None:
        """Remember a group of the site's own files."""
        self._put("sites", name, record)

    def _get(self, kind: str, name: str, type_: type[T]) -> T | None:
        record = None if self._kept is None else cast("T | None", self._kept.get((kind, name)))
        if record is None:
            record = self._store.get(kind, name, type_)
            if record is not None and self._kept is not None:
                self._kept[kind, name] = cast("PageRecord | SiteRecord", record)
        return record

    def _put(self, kind: str, name: str, record: PageRecord | SiteRecord) -> None:
        self._store.put(kind, name, record)
        if self._kept is not None:
            self._kept[kind, name] = self.fresh[kind, name] = record
