"""Laws and court cases, which all three styles cite by the rules of the law: title, source (court year)."""

import re

from citewell.bibliography import dates
from citewell.bibliography.text import Runs, enclosed, join
from citewell.core.csl import Work

_FIRST_PAGE = re.compile(r"[^\s,\N{EN DASH}\N{EM DASH}-]+")


def legal_reference(work: Work, title: Runs) -> Runs:
    """`Roe v. Example Clinic, 123 F.3d 456 (9th Cir. 2005)`, with the title as the style sets it."""
    source = {"legal_case": _case, "bill": _bill}.get(work.type, _law)(work)
    return join(" ", join(", ", title, source), enclosed("(", _court_and_date(work), ")"))


def _case(work: Work) -> Runs:
    """A published case by its reporter, an unpublished one by its docket number."""
    if not work.container_title:
        return join("", work.number)
    # The law's own sign for a page that is not known yet.
    return join(" ", work.volume, work.container_title, _first_page(work) or "___")


def _bill(work: Work) -> Runs:
    return join(", ", work.number, work.authority, _gazette(work))


def _law(work: Work) -> Runs:
    return join(", ", _law_number(work), _gazette(work))


def _gazette(work: Work) -> Runs:
    """Where the text of a law stands: `21 C.F.R. § 1271.10`, `130 Stat. 1033`."""
    return join(" ", work.volume, work.container_title, _section(work) or _first_page(work))


def _law_number(work: Work) -> str:
    """`Pub. L. No. 114-255`; a number that says itself what it is stays alone."""
    if work.type == "legislation" and work.number[:1].isdigit():
        return f"Pub. L. No. {work.number}"
    return work.number


def _section(work: Work) -> str:
    return f"§ {work.section}" if work.section[:1].isdigit() else work.section


def _first_page(work: Work) -> str:
    match = _FIRST_PAGE.match(work.page)
    return match[0] if match else ""


def _court_and_date(work: Work) -> Runs:
    if work.type != "legal_case":
        return join("", dates.year(work.issued))
    exact = dates.year if work.container_title else dates.month_first
    return join(" ", work.authority, exact(work.issued))
