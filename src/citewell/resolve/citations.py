"""Sources: one register for the site, and numbers by first use on each page."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import islice

import msgspec

from citewell.bibliography import Style, format_work
from citewell.core.csl import Run, Work, encode_work
from citewell.core.diagnostic import Diagnostic, Edit, Related, Span, edit, meant, nearest
from citewell.core.model import Citation, CiteHole, CiteItem, Facts, OwnWork, Site
from citewell.core.view import CiteFill, Mark, Reference, SourceData
from citewell.resolve.unmarked import keys_meant

_MARKUP = re.compile(r"</?(?:i|b|sub|sup)>")


class Works:
    """Every source of the site, put together from the shared libraries and from what page after page brings."""

    def __init__(self, library: Iterable[Citation]) -> None:
        """Begin with the entries of the libraries."""
        self.encoded: dict[str, bytes] = {}
        self.faults: list[Diagnostic] = []
        self._spans: dict[str, bytes] = {}  # where each stands; encoded, as there are very many
        for entry in library:
            if entry.id in self.encoded:
                self.faults.append(_two_entries(entry, self._span(entry.id)))
            elif entry.work:
                self._hold(entry.id, encode_work(entry.work), entry.span)

    def bring(self, works: Iterable[OwnWork]) -> None:
        """Take the sources of a page. One id with two sets of data is a fault; the first keeps it."""
        for work in works:
            former = self.encoded.get(work.id)
            if former is None:
                self._hold(work.id, work.data, work.span)
            elif former != work.data:
                self.faults.append(_two_works(work, self._span(work.id)))

    def _hold(self, id_: str, data: bytes, span: Span) -> None:
        self.encoded[id_], self._spans[id_] = data, msgspec.msgpack.encode(span)

    def _span(self, id_: str) -> Span:
        return msgspec.msgpack.decode(self._spans[id_], type=Span)


def _two_entries(entry: Citation, former: Span) -> Diagnostic:
    return Diagnostic(
        "citations/same-id",
        entry.span,
        f"the library holds two sources with the id `{entry.id}`",
        "delete one of them or give it another id",
        (Related(former, "the first one is here"),),
    )


def _two_works(work: OwnWork, former: Span) -> Diagnostic:
    return Diagnostic(
        "citations/same-id",
        work.span,
        f"the id `{work.id}` stands for two different sources",
        "give one of them another id, or delete the record here and keep only its id",
        (Related(former, "the other one is here"),),
    )


def list_faults(site: Site, page: Facts) -> Iterator[Diagnostic]:
    """Find entries of a page's own list that are unknown, listed twice, or never cited."""
    if page.citations is None:
        return
    listed = dict.fromkeys(entry.id for entry in page.citations)
    cited = set(keys_meant(page))
    meant = cited | {nearest(key, listed) for key in cited.difference(listed)}  # a misspelt key has been told
    seen: dict[str, Citation] = {}
    for entry in page.citations:
        former = seen.setdefault(entry.id, entry)
        if former is not entry:
            yield Diagnostic(
                "citations/same-id",
                entry.span,
                f"the source `{entry.id}` is listed twice on this page",
                "delete one of the two entries or give it another id",
                (Related(former.span, "first listed here"),),
            )
        elif entry.work is None and entry.id not in site.works:
            if not site.may_name(entry.id):
                yield _unknown(site, entry, listed)
        elif entry.id not in meant and not page.doubt:
            yield Diagnostic(
                "citations/unused",
                entry.span,
                f"the source `{entry.id}` is listed here and never cited",
                f"cite it in the text with `[@{entry.id}]` or delete it from the list",
            )


def _unknown(site: Site, entry: Citation, listed: Collection[str]) -> Diagnostic:
    sure = meant(entry.id, site.works)
    return Diagnostic(
        "citations/unknown",
        entry.span,
        f"there is no source `{entry.id}`",
        _mend(entry.id, site.works, site),
        edit=edit(entry.place, None if sure in listed else sure),
    )


def _mend(key: str, known: Collection[str], site: Site) -> str:
    near = nearest(key, known)
    if near:
        return f"there is a source named `{near}`"
    if not site.works:
        return (
            "the library `content/sources.yaml` is missing or empty: add the source there, "
            f"as in `- {{id: {key}, type: book, title: …}}`"
        )
    where = "the shared library of sources" if site.library else "the page's `citations:`"
    listed = ", ".join(f"`{name}`" for name in islice(known, 8))
    return f"add it to {where}" + (f"; the sources known here are {listed}" if listed else "")


def cite_faults(site: Site, page: Facts) -> Iterator[Diagnostic]:
    """Find citations of sources that the page does not list."""
    if "citations" in page.doubt:
        return
    listed = None if page.citations is None else dict.fromkeys(entry.id for entry in page.citations)
    known = site.works if listed is None else listed
    all_known: set[str] = set()  # gathered for the first fault: there are as many as the whole site has
    misspelt = {nearest(key, site.works) for key in listed or () if key not in site.works}
    for hole in page.holes:
        for item in hole.items if isinstance(hole, CiteHole) else ():
            if not item.signed:
                continue
            if item.key not in site.works and (listed is None or item.key not in listed):
                if site.may_name(item.key):
                    continue
                all_known = all_known or {*site.works, *known}
                sure = meant(item.key, all_known)
                yield Diagnostic(
                    "citations/unknown",
                    item.span,
                    f"there is no source `{item.key}`",
                    _mend(item.key, known, site),
                    edit=_respelt(item, sure if sure in known else None),
                )
            elif listed is not None and item.key not in listed and item.key not in misspelt:
                yield Diagnostic(
                    "citations/unlisted",
                    item.span,
                    f"the source `{item.key}` is cited here, and this page's `citations:` leaves it out",
                    f"add `- {item.key}` to `citations:`",
                )


def _respelt(item: CiteItem, key: str | None) -> Edit | None:
    """Give the edit of a key inside its mark, behind the `@`."""
    bare = Span(item.span.path, item.span.line, item.span.column + 1, len(item.key))
    return edit(bare if item.span.length == len(item.key) + 1 else None, key)


class Numbering:
    """Numbers sources by first use as the marks of a page come by, in reading order, from the one `after`."""

    def __init__(self, site: Site, after: int = 0) -> None:
        self._site = site
        self._after = after
        self._works: dict[str, Work] = {}  # those that are numbered: the register decodes one each time
        self._numbers: dict[str, int] = {}
        self._marks: dict[str, list[str]] = {}

    def fill(self, hole: CiteHole) -> CiteFill:
        """Give what fills one mark. Unknown sources are left out: they have been told."""
        return CiteFill(
            tuple(self._mark(item.key, item.locator) for item in hole.items if item.key in self._site.works)
        )

    def _mark(self, key: str, locator: str) -> Mark:
        number = self._numbers.setdefault(key, self._after + len(self._numbers) + 1)
        marks = self._marks.setdefault(key, [])
        marks.append(f"c{number}-{len(marks) + 1}")
        return Mark(number, marks[-1], locator)

    def _work(self, key: str) -> Work:
        work = self._works.get(key)
        if work is None:
            work = self._works[key] = self._site.works[key]
        return work

    def references(self) -> tuple[Reference, ...]:
        """Give the list of sources, with every mark that leads to each."""
        return tuple(
            Reference(number, printed(self._site, self._work(key)), tuple(self._marks[key]))
            for key, number in self._numbers.items()
        )

    def source_data(self) -> tuple[SourceData, ...]:
        """Give what machines are told of the same sources."""
        return tuple(_source_data(self._work(key)) for key in self._numbers)

    def first_marks(self) -> dict[str, str]:
        """Give the anchor of the first mark of each source."""
        return {key: marks[0] for key, marks in self._marks.items()}


def printed(site: Site, work: Work) -> tuple[Run, ...]:
    """Give the reference to a source in the site's citation style."""
    return _printed(work, site.config.citation_style)


@lru_cache(maxsize=256)  # a source is cited on many pages
def _printed(work: Work, style: Style) -> tuple[Run, ...]:
    return format_work(work, style)


def _source_data(work: Work) -> SourceData:
    day = work.issued
    published = f"{day.year:04}-{day.month:02}-{day.day:02}" if day and day.month and day.day else ""
    url = f"https://doi.org/{work.doi}" if work.doi else work.url
    title = _MARKUP.sub("", work.title) if "<" in work.title else work.title
    return SourceData(title, url, published)
