"""What the table and the page both say: the numbers in words, and the lists of what needs an editor's eye."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from citewell.status import SOON, PageState, Status


class Item(Struct, frozen=True):
    """An entry of a list: a page, or something else that has a name, and what there is to say of it."""

    page: PageState | None
    name: str
    note: str = ""


def summary(status: Status) -> Iterator[tuple[str, str]]:
    """Give the numbers of the site: what is counted, and the numbers in words."""
    sources, review = status.sources, status.review
    yield "pages", f"{status.published:,} published, {_number(len(status.drafts), 'draft')}"
    yield "words", f"{status.words:,} on published pages"
    numbers = f"{sources.library:,} in the library, {sources.cited:,} cited, {len(sources.unused):,} unused"
    yield "sources", _of_what_is_read(status, numbers)
    yield "terms", f"{status.terms:,}"
    due = f"{len(review.overdue):,} overdue, {len(review.soon):,} due in {SOON.days} days"
    yield "review", f"{due}, {len(review.never):,} never reviewed"
    yield "faults", f"{_number(status.errors, 'error')}, {_number(status.warnings, 'warning')}"


def _of_what_is_read(status: Status, numbers: str) -> str:
    """Give the numbers of sources with what is missing in them, or only that where no library could be read."""
    unread = [path for path in status.uncounted if path.startswith("sources.") and not path.endswith(".md")]
    if not unread:
        return numbers
    names = " and ".join(unread)
    return (
        f"{numbers}, not all of {names} read"
        if status.sources.library
        else f"unknown: {names} cannot be read"
    )


def lists(status: Status) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Give each list that holds something, with its title."""
    return ((title, items) for title, items in _lists(status) if items)


def _lists(status: Status) -> Iterator[tuple[str, tuple[Item, ...]]]:
    known = {page.path: page for page in status.pages}

    def items(
        paths: tuple[str, ...], note: Callable[[PageState], object] = lambda _page: ""
    ) -> tuple[Item, ...]:
        return tuple(Item(known[path], known[path].id, str(note(known[path]))) for path in paths)

    yield "review overdue", items(status.review.overdue, lambda page: page.due)
    yield f"review due by {status.on + SOON}", items(status.review.soon, lambda page: page.due)
    yield "never reviewed", items(status.review.never)
    yield "drafts", items(status.drafts)
    yield "no page leads to", items(status.orphans)
    yield (
        "least cited, by citations per 1,000 words",
        items(status.least_cited, lambda page: page.per_1000_words),
    )
    yield "sources that no page cites", tuple(Item(None, id_) for id_ in status.sources.unused)
    unread = tuple(Item(page, page.id, ", ".join(page.unsure)) for page in status.pages if page.unsure)
    yield (
        "not counted, since it cannot be read",
        (*(Item(None, path) for path in status.uncounted), *unread),
    )


def cells(page: PageState) -> tuple[str, ...]:
    """Give the numbers of a page, in the order of `COLUMNS`."""
    return (
        f"{page.words:,}",
        f"{page.citations:,}",
        "-" if page.per_1000_words is None else f"{page.per_1000_words:,.1f}",
        str(page.due or ("unknown" if "reviewed" in page.unsure else "-")),
        f"{page.errors:,}" if page.errors else "-",
        f"{page.warnings:,}" if page.warnings else "-",
    )


COLUMNS = ("words", "cites", "/1,000", "next review", "errors", "warnings")


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
