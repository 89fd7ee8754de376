"""References in the style of the American Medical Association, 11th edition.

Source: AMA Manual of Style, chapter 3, https://doi.org/10.1093/jama/9780190246556.003.0003.
"""

from citewell.bibliography import dates, links, numbers
from citewell.bibliography.capitals import title_case
from citewell.bibliography.kinds import JOURNAL, LEGAL, PART, PREPRINT, SERIAL
from citewell.bibliography.legal import legal_reference
from citewell.bibliography.names import ama_list, known
from citewell.bibliography.text import Piece, Runs, enclosed, italic, join, marked, stopped
from citewell.core.csl import Name, Work

_BOOK = frozenset({
    "book", "document", "graphic", "map", "motion_picture", "pamphlet", "report", "song", "standard",
})  # fmt: skip
_ITALIC_TITLE = _BOOK | {"thesis", "legal_case"}
_NUMBERED = frozenset({"patent", "report", "standard"})
_WEB = frozenset({"webpage", "post", "post-weblog"})


def ama(work: Work) -> Runs:
    """One reference: authors, title, source, date, and where it is to be found."""
    body = legal_reference(work, _title(work)) if work.type in LEGAL else _body(work)
    return join(" ", stopped(body), _access(work))


def _body(work: Work) -> Runs:
    return join(". ", _creators(work), _title(work), _source(work))


def _creators(work: Work) -> Piece:
    authors = known(work.author)
    return ama_list(authors) if authors or work.type in PART else _editors(work.editor)


def _editors(editors: tuple[Name, ...]) -> Piece:
    names = known(editors)
    return join(", ", ama_list(names), "ed" if len(names) == 1 else "eds") if names else ""


def _title(work: Work) -> Runs:
    if work.type in _ITALIC_TITLE:
        return italic(marked(title_case(work.title)))
    return marked(title_case(work.title) if work.type in LEGAL else work.title)


def _source(work: Work) -> Runs:
    if work.type in _BOOK:
        return _book(work)
    if work.type in PART:
        return _part(work)
    if work.type in _WEB:
        return join(". ", _site(work), links.trial_number(work), dates.month_first(work.issued))
    if work.type in SERIAL or work.type == PREPRINT:
        return _serial(work)
    if work.type == "speech":
        return _speech(work)
    genre = work.genre if work.type == "thesis" else ""
    kept = join("; ", marked(work.container_title) or work.publisher, dates.year(work.issued))
    return join(". ", genre, _version(work), kept, _number(work), links.trial_number(work))


def _book(work: Work) -> Runs:
    """Volume, edition, editors beside the authors, publisher and year, and the number of a report."""
    editors = _editors(work.editor) if known(work.author) else ""
    imprint = join(":", _imprint(work), _pages(work))
    book = join(". ", _volume(work), _edition(work), _version(work), editors, imprint)
    return join(". ", book, _number(work), links.trial_number(work))


def _part(work: Work) -> Runs:
    """The book that a chapter stands in."""
    book = join(
        ". ",
        _editors(work.editor),
        italic(marked(title_case(work.container_title))),
        _volume(work),
        _edition(work),
        marked(work.collection_title),
        _imprint(work),
    )
    return join(":", join(" ", "In:", book) if book else "", _pages(work))


def _serial(work: Work) -> Runs:
    container = _container_name(work) or join("", work.publisher if work.type == PREPRINT else "")
    volume = join("", work.volume, enclosed("(", work.issue, ")"))
    place = () if work.type == "article-newspaper" else volume
    numbered = join(":", join(";", _issued(work), place), work.number or _pages(work))
    return join(". ", italic(container), numbered, links.trial_number(work))


def _container_name(work: Work) -> Runs:
    if work.type in JOURNAL and work.container_title_short:
        return marked(work.container_title_short.replace(".", ""))
    return marked(work.container_title)


def _issued(work: Work) -> str:
    """The year; of what has no volume yet, the day and how it came out."""
    if work.volume or work.issue:
        return dates.year(work.issued)
    if not work.issued:
        return ""
    words = {PREPRINT: "Preprint posted online ", "article-newspaper": ""}.get(work.type, "Published online ")
    return words + dates.month_first(work.issued)


def _site(work: Work) -> Runs:
    """The web site, or its publisher if it has no name; neither if another part of the reference names it."""
    site = work.container_title or work.publisher
    named_elsewhere = {name.literal for name in work.author} | ({links.REGISTRY} if work.nct else set())
    return () if site in named_elsewhere else marked(site)


def _speech(work: Work) -> Runs:
    meeting = join("; ", work.event_title, dates.month_first(work.issued), work.publisher_place)
    return join(" presented at: ", work.genre or "Paper", meeting) if work.event_title else meeting


def _imprint(work: Work) -> Runs:
    return join("; ", work.publisher, dates.year(work.issued))


def _volume(work: Work) -> str:
    return f"Vol {work.volume}" if work.volume else ""


def _edition(work: Work) -> str:
    return numbers.edition(work.edition) if work.edition else ""


def _version(work: Work) -> str:
    return f"Version {work.version}" if work.version else ""


def _number(work: Work) -> str:
    if not work.number or work.type not in _NUMBERED:
        return ""
    return f"{work.genre or work.type.capitalize()} {work.number}"


def _pages(work: Work) -> str:
    return numbers.pages_full(work.page, "-")


def _access(work: Work) -> Runs:
    """The DOI, or when and where the work was read."""
    if work.doi:
        return links.doi(work)
    if not work.url:
        return stopped(links.pmid(work))
    read = f"Accessed {dates.month_first(work.accessed)}" if work.accessed else ""
    return join(". ", read, links.url(work))
