"""References in the style of the American Psychological Association, 7th edition.

Source: https://apastyle.apa.org/style-grammar-guidelines/references.
"""

from citewell.bibliography import dates, links, numbers
from citewell.bibliography.capitals import title_case
from citewell.bibliography.kinds import LEGAL, PART, PREPRINT, SERIAL
from citewell.bibliography.legal import legal_reference
from citewell.bibliography.names import apa_direct_list, apa_list, known
from citewell.bibliography.text import Runs, enclosed, italic, join, marked, stopped
from citewell.core.csl import Name, Work

_DAY_MATTERS = frozenset({
    "article-magazine", "article-newspaper", "broadcast", "document", "event", "motion_picture", "pamphlet",
    "personal_communication", "post", "post-weblog", "song", "speech", "webpage",
})  # fmt: skip
_WEB = frozenset({"webpage", "post"})
# What names where it is kept as a web page names its site, and not as a chapter names its book.
_KEPT = _WEB | {PREPRINT, "dataset", "software"}
_DESCRIBED = {"dataset": "Dataset", "software": "Computer software"}


def apa(work: Work) -> Runs:
    """One reference: authors, date, title, source, and where it is to be found."""
    title = marked(title_case(work.title))
    body = legal_reference(work, title) if work.type in LEGAL else _body(work)
    return join(" ", stopped(body), _address(work))


def _body(work: Work) -> Runs:
    title = join(" ", _title(work), _identifier(work))
    creators = _creators(work)
    # Without an author the title stands first; what describes the work stays behind the date.
    opening = (creators, _date(work)) if creators else (title, _date(work))
    return join(". ", *opening, join(" ", title if creators else "", _description(work)), _source(work))


def _creators(work: Work) -> Runs:
    if authors := known(work.author):
        return join("", apa_list(authors))
    editors = known(work.editor)
    return join(" ", apa_list(editors), f"({_editor_label(editors)})") if editors else ()


def _editor_label(editors: tuple[Name, ...]) -> str:
    return "Ed." if len(editors) == 1 else "Eds."


def _date(work: Work) -> Runs:
    exact = dates.year_first_long if work.type in _DAY_MATTERS else dates.year
    return enclosed("(", exact(work.issued) or "n.d.", ")")


def _title(work: Work) -> Runs:
    """A work that stands alone has its title in italics; a part of one has not."""
    title = marked(work.title)
    return title if work.container_title and work.type not in _KEPT else italic(title)


def _identifier(work: Work) -> Runs:
    """In round brackets: editors beside the authors, number, version, edition, volume."""
    pieces = [_editors_beside_authors(work), join("", _number(work)), _trial_number(work)]
    if work.type not in SERIAL | _WEB and (work.type in _KEPT or not work.container_title):
        pieces.append(_edition_and_place(work))
    return enclosed("(", join("; ", *pieces), ")")


def _editors_beside_authors(work: Work) -> Runs:
    editors = known(work.editor)
    if not editors or work.container_title or not known(work.author):
        return ()
    return join(", ", apa_direct_list(editors), _editor_label(editors))


def _number(work: Work) -> str:
    """`Report GAO-15-553`, `No. 7`; an article's own number stands with its pages instead."""
    if not work.number or work.type in SERIAL | PART or work.number in work.title:
        return ""
    if work.genre:
        return f"{title_case(work.genre)} {work.number}"
    return f"No. {work.number}" if work.number.isdigit() else work.number


def _trial_number(work: Work) -> Runs:
    return join(" ", f"{links.REGISTRY} identifier", links.nct(work)) if work.nct else ()


def _edition_and_place(work: Work) -> Runs:
    return join(
        ", ",
        f"Version {work.version}" if work.version else "",
        numbers.edition(work.edition),
        f"Vol. {work.volume}" if work.volume else "",
        _labelled_pages(work),
    )


def _labelled_pages(work: Work) -> str:
    if not work.page:
        return ""
    return f"{'pp.' if numbers.several_pages(work.page) else 'p.'} {_pages(work)}"


def _pages(work: Work) -> str:
    return numbers.pages_full(work.page, "\N{EN DASH}")


def _description(work: Work) -> Runs:
    """In square brackets: what kind of work this is, unless a number said so."""
    kind = "" if _number(work) else work.genre
    if work.type == "thesis" and (work.doi or work.url or work.archive):
        return enclosed("[", join(", ", kind, work.publisher), "]")
    words = join("; ", kind, work.medium) or join("", _DESCRIBED.get(work.type, ""))
    return enclosed("[", words, "]")


def _source(work: Work) -> Runs:
    if work.type in SERIAL:
        return _serial(work)
    if work.type in _KEPT:
        return marked(work.container_title) or _publisher(work)
    return join(". ", _book(work), _publisher(work), work.archive, work.event_title)


def _serial(work: Work) -> Runs:
    volume = join("", italic(work.volume), enclosed("(", work.issue, ")"))
    place = f"Article {work.number}" if work.number else _pages(work)
    return join(", ", italic(marked(work.container_title)), volume, place)


def _book(work: Work) -> Runs:
    """The book that a chapter stands in: `In B. Alberts (Ed.), Handbook (2nd ed., p. 123)`."""
    if not work.container_title:
        return ()
    editors = known(work.editor) if known(work.author) else ()
    editing = join(" ", apa_direct_list(editors), f"({_editor_label(editors)})") if editors else ()
    named = join(", ", editing, italic(marked(work.container_title)))
    return join(" ", "In", named, enclosed("(", _edition_and_place(work), ")"))


def _publisher(work: Work) -> Runs:
    """The publisher, unless it is the author too; a thesis with an address names it beside the title."""
    by_author = known(work.author) == (Name(literal=work.publisher),)
    beside_title = work.type == "thesis" and (work.doi or work.url or work.archive)
    return () if by_author or beside_title else join("", work.publisher)


def _address(work: Work) -> Runs:
    """The DOI or the address; of a work without a date also when it was read."""
    if work.doi:
        return links.doi_as_address(work)
    if not work.url:
        return stopped(links.pmid(work))
    if work.issued or not work.accessed:
        return links.url(work)
    return join(" ", f"Retrieved {dates.month_first(work.accessed)}, from", links.url(work))
