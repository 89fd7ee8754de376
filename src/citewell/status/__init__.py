"""How a site stands on a day: what there is of it, what is due for review, and what needs an editor's eye."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from msgspec import Struct

from citewell.core.diagnostic import BESIDE_CONTENT
from citewell.core.model import CiteHole, Facts, Passage
from citewell.session import Checked

SOON = timedelta(days=30)
_LEAST = 10  # so many pages are named as the least cited


class PageState(Struct, frozen=True):
    """One page as its file stands, drafts included."""

    path: str
    id: str
    url: str
    title: str
    kind: str
    draft: bool
    words: int
    citations: int  # a mark with two sources counts twice
    sources: int  # different ones
    terms: int  # that it defines
    per_1000_words: float | None  # citations; None where there are no words
    published: date | None
    updated: date | None
    reviewed: date | None
    due: date | None
    errors: int
    warnings: int
    unsure: tuple[str, ...]  # keys that could not be read, whose part in these numbers is not known


class SourcesState(Struct, frozen=True):
    """The sources of the site."""

    library: int  # entries of the shared library
    cited: int  # different sources that published pages cite, those of the pages' own lists included
    unused: tuple[str, ...]  # ids of the library that no page cites, no draft either


class ReviewState(Struct, frozen=True):
    """Published pages by their next review: paths, the longest overdue first."""

    overdue: tuple[str, ...]
    soon: tuple[str, ...]  # due today or in the next 30 days
    never: tuple[str, ...]  # never reviewed


class Status(Struct, frozen=True):
    """How a site stands. Its fields are those of `citewell status --json`; lists of pages hold their paths."""

    on: date
    site: str
    pages: tuple[PageState, ...]  # by path
    published: int
    words: int  # of the published pages
    sources: SourcesState
    terms: int  # of the glossary
    review: ReviewState
    drafts: tuple[str, ...]
    orphans: tuple[str, ...]
    least_cited: tuple[
        str, ...
    ]  # published, with words and no policy: the fewest citations per 1,000 words first
    errors: int
    warnings: int
    uncounted: tuple[str, ...]  # files at fault that could not be read, or not all of them


def status_of(checked: Checked, on: date) -> Status:
    """Tell how a site stands on that day. What its faults hide is named and not guessed."""
    faults = Counter((found.span.path, found.severity) for found in checked.diagnostics)
    pages = tuple(
        _page(facts, words_of(checked.passages[path]), faults[path, "error"], faults[path, "warning"])
        for path, facts in sorted(checked.pages.items())
    )
    published = [page for page in pages if not page.draft]
    cited = {path: _cited(facts) for path, facts in checked.pages.items()}
    library = checked.site.library
    alone = {found.span.path for found in checked.diagnostics if found.code == "family/orphan"}
    return Status(
        on=on,
        site=checked.site.config.title,
        pages=pages,
        published=len(published),
        words=sum(page.words for page in published),
        sources=SourcesState(
            library=len(library),
            cited=len({key for page in published for key in cited[page.path] if key in checked.site.works}),
            unused=tuple(sorted(set(library).difference(*cited.values()))),
        ),
        terms=len(checked.site.terms),
        review=_review(published, on),
        drafts=tuple(page.path for page in pages if page.draft),
        orphans=tuple(page.path for page in pages if page.path in alone),
        least_cited=_least_cited(published),
        errors=sum(number for (_, severity), number in faults.items() if severity == "error"),
        warnings=sum(number for (_, severity), number in faults.items() if severity == "warning"),
        uncounted=tuple(
            sorted(
                path
                for path, severity in faults
                if severity == "error" and path not in checked.pages and not path.startswith(BESIDE_CONTENT)
            )
        ),
    )


def words_of(passages: Iterable[Passage]) -> int:
    """Count the words of a page: title, dek, headings, body and the entries of its blocks, as search reads them.

    Marks of citations, the list of sources, the kicker and the headings of blocks do not count. A word is what
    stands between blanks and has a letter or a digit in it.
    """
    texts = (text for passage in passages for text in (passage.name, passage.text))
    return sum(any(map(str.isalnum, word)) for text in texts for word in text.split())


def _page(facts: Facts, words: int, errors: int, warnings: int) -> PageState:
    cited = _cited(facts)
    return PageState(
        path=facts.path,
        id=facts.id,
        url=facts.url,
        title=facts.title.text,
        kind=facts.kind,
        draft=facts.draft,
        words=words,
        citations=len(cited),
        sources=len(set(cited)),
        terms=len(facts.terms),
        per_1000_words=round(1000 * len(cited) / words, 1) if words else None,
        published=facts.published,
        updated=facts.updated,
        reviewed=facts.review.on if facts.review else None,
        due=facts.review.due if facts.review else None,
        errors=errors,
        warnings=warnings,
        unsure=facts.doubt,
    )


def _cited(facts: Facts) -> tuple[str, ...]:
    return tuple(item.key for hole in facts.holes if isinstance(hole, CiteHole) for item in hole.items)


def _review(published: Iterable[PageState], on: date) -> ReviewState:
    dated = sorted((page.due, page.path) for page in published if page.due)

    def due(within: Callable[[date], bool]) -> tuple[str, ...]:
        return tuple(path for day, path in dated if within(day))

    return ReviewState(
        overdue=due(lambda day: day < on),
        soon=due(lambda day: on <= day <= on + SOON),
        never=tuple(
            page.path for page in published if page.reviewed is None and "reviewed" not in page.unsure
        ),
    )


def _least_cited(published: Iterable[PageState]) -> tuple[str, ...]:
    """Policies speak of the site itself, so they need no sources."""
    rates = sorted(
        (page.per_1000_words, -page.words, page.path)
        for page in published
        if page.per_1000_words is not None and page.kind != "policy"
    )
    return tuple(path for _, _, path in rates[:_LEAST])
