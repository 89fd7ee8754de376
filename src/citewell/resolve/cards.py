"""What one page shows of another: a narrow value, so that only what is shown can render a page again."""

from citewell.core.model import Facts, Line, Page
from citewell.core.view import Link


def card(page: Facts | Page, because: Line | None = None) -> Link:
    """Give a page as a card: title, kicker, date, and the dek or, where there is one, the reason to read it."""
    reason = because or Line()
    dek = Line() if reason.text else page.dek
    return Link(page.url, page.title, dek, reason, page.kicker, page.updated or page.published)


def name(page: Facts | Page, fragment: str = "") -> Link:
    """Give a page as a link that shows its title only."""
    return Link(page.url + fragment, page.title)
