"""References in the style of the National Library of Medicine ("Vancouver"), in order of citation.

Source: Citing Medicine, 2nd edition, https://www.ncbi.nlm.nih.gov/books/NBK7256/.
"""

from citewell.bibliography import dates, links, numbers
from citewell.bibliography.kinds import JOURNAL, LEGAL, PART, PREPRINT, SERIAL
from citewell.bibliography.legal import legal_reference
from citewell.bibliography.names import known, nlm_list
from citewell.bibliography.text import Piece, Runs, enclosed, join, marked, stopped
from citewell.core.csl import Name, Work

_FULL_DATE = SERIAL | {PREPRINT, "webpage", "post", "speech"}
_NUMBERED = frozenset({"patent", "report", "standard"})


def vancouver(work: Work) -> Runs:
    """One reference: authors, title, source, date, and where it is to be found."""
    body = _law(work) if work.type in LEGAL else _body(work)
    return join(" ", stopped(body), _availability(work), stopped(_database_numbers(work)))


def _law(work: Work) -> Runs:
    return join(" ", legal_reference(work, marked(work.title)), _cited(work))


def _body(work: Work) -> Runs:
    container_first = _is_page_of_site(work)
    return join(
        ". ",
        _creators(work),
        _title(work),
        "" if work.container_title else _edition(work),
        _container(work),
        _imprint(work),
        _pages(work),
        marked(work.title) if container_first else "",
        _series(work),
        _number(work),
    )


def _is_page_of_site(work: Work) -> bool:
    """A page of a web site is listed under the site, and its own title comes last."""
    return work.type == "webpage" and bool(work.container_title)


def _creators(work: Work) -> Piece:
    authors = known(work.author)
    return nlm_list(authors) if authors else _editors(work.editor)


def _editors(editors: tuple[Name, ...]) -> Piece:
    names = known(editors)
    return join(", ", nlm_list(names), "editor" if len(names) == 1 else "editors") if names else ""


def _title(work: Work) -> Runs:
    head = marked(work.container_title if _is_page_of_site(work) else work.title)
    medium = "" if work.container_title and not _is_page_of_site(work) else _medium(work)
    return join(" ", head, enclosed("[", work.genre, "]"), enclosed("[", medium, "]"))


def _medium(work: Work) -> str:
    if work.medium:
        return work.medium[:1].upper() + work.medium[1:]
    return "Internet" if work.url and work.type not in PART else ""


def _edition(work: Work) -> str:
    if work.edition:
        return numbers.edition(work.edition)
    return f"Version {work.version}" if work.version else ""


def _container(work: Work) -> Runs:
    if work.type == "speech":
        return _meeting(work)
    editors = _editors(work.editor) if known(work.author) else ""
    volume = f"Vol. {work.volume}" if work.volume and work.type not in SERIAL else ""
    if not work.container_title or _is_page_of_site(work):
        return join(". ", editors, volume)
    online = work.url and not _found_by_number(work)
    source = join(" ", _container_name(work), "[Internet]" if online else "")
    named = join(". ", editors, source, _edition(work), volume)
    return join(" ", "In:", named) if work.type in PART else named


def _meeting(work: Work) -> Runs:
    if not work.event_title:
        return ()
    meeting = join(" presented at: ", work.genre or "Paper", work.event_title)
    return join("; ", meeting, dates.year_first_short(work.issued))


def _container_name(work: Work) -> Runs:
    if work.type in JOURNAL and work.container_title_short:
        return marked(work.container_title_short.replace(".", ""))
    return marked(work.container_title)


def _found_by_number(work: Work) -> bool:
    return work.type in JOURNAL and bool(work.doi or work.pmid or work.pmcid)


def _imprint(work: Work) -> Runs:
    """Publisher and date; of a serial, date, volume, issue and pages."""
    if work.type in SERIAL:
        page = work.page if work.type == "article-newspaper" else ""
        return join(";", join(":", _date(work), page), _place_in_serial(work))
    place = enclosed("[", work.publisher_place, "]") if work.type == "thesis" else work.publisher_place
    return join("; ", join(": ", place, work.publisher), _date(work))


def _place_in_serial(work: Work) -> Runs:
    if work.type == "article-newspaper":
        return ()
    volume = join("", work.volume, enclosed("(", work.issue, ")"))
    return join(":", volume, work.number or numbers.pages_minimal(work.page))


def _date(work: Work) -> Runs:
    """The date as exactly as the kind of work asks for, and when it was read; never nothing."""
    if work.type == "speech" and work.event_title and work.issued:
        return _cited(work)  # the date stands with the meeting
    if work.type in _FULL_DATE:
        issued = dates.year_first_short(work.issued)
    elif work.type == "report":
        issued = dates.year_and_month(work.issued)
    else:
        issued = dates.year(work.issued)
    return join(" ", issued, _cited(work)) or join("", "[date unknown]")


def _cited(work: Work) -> Runs:
    if not work.url or not work.accessed or _found_by_number(work):
        return ()
    return enclosed("[", join(" ", "cited", dates.year_first_short(work.accessed)), "]")


def _pages(work: Work) -> str:
    if not work.page or work.type in SERIAL or work.type == "book":
        return ""
    return f"p. {numbers.pages_minimal(work.page)}"


def _series(work: Work) -> Runs:
    return () if work.type in SERIAL else enclosed("(", marked(work.collection_title), ")")


def _number(work: Work) -> str:
    if not work.number or work.type not in _NUMBERED:
        return ""
    if work.number.isdigit():
        return f"{work.genre or work.type.capitalize()} No.: {work.number}"
    return f"{work.genre or work.type.capitalize()} {work.number}"


def _availability(work: Work) -> Runs:
    address = () if _found_by_number(work) else links.url(work)
    located = stopped(join(": ", "Located at", work.archive)) if work.archive else ""
    return join(" ", located, join(": ", "Available from", address) if address else "", links.doi(work))


def _database_numbers(work: Work) -> Runs:
    pmid, pmcid = links.pmid(work), links.pmcid(work)
    return join(
        "; ",
        join(" ", "PubMed", pmid) if pmid else "",
        join(" ", "PubMed Central", pmcid) if pmcid else "",
        links.trial_number(work),
    )
