"""The page that says how a site stands: for all readers, on every screen, in the light and in the dark."""

from datetime import date

import pytest
from conftest import ROOT, Guide, Open
from playwright.sync_api import Page
from test_pages import AXE, DESK, PHONE, RULES

from citewell.builder import site_options
from citewell.session import Session
from citewell.status import status_of
from citewell.status.page import body

ADDRESS = "__citewell/status/"
# The preview puts the body into a page of its own.
AROUND = """<!doctype html>
<html lang="en" style="color-scheme: light dark; background: Canvas; color: CanvasText"><head><meta charset="utf-8"><title>Status</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main>{}</main></body></html>"""


@pytest.fixture(scope="module")
def markup(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The status of the guide with a draft, and with a page that cannot be read."""
    root = tmp_path_factory.mktemp("status")
    (root / "content").symlink_to(ROOT / "content", target_is_directory=True)
    session = Session(site_options(root))
    session.unsaved(
        "articles/draft.md", "---\ntitle: A draft\ndraft: true\nreviewed: {on: never}\n---\n[a](b.md)\n"
    )
    session.unsaved("articles/broken.md", "No front matter.\n")
    return AROUND.format(body(status_of(session.check(), date(2027, 5, 30))))


def shown(markup: str, open_page: Open, scheme: str, screen: dict[str, int]) -> Page:
    """Show it at its address beside the site, without the policy of published pages."""
    page = open_page("404.html", color_scheme=scheme, viewport=screen)
    page.route(f"**/{ADDRESS}", lambda route: route.fulfill(body=markup, content_type="text/html"))
    page.goto(page.url.removesuffix("404.html") + ADDRESS)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(markup: str, open_page: Open, scheme: str, screen: dict[str, int]) -> None:
    page = shown(markup, open_page, scheme, screen)
    page.evaluate(AXE.read_text("utf-8"))
    told = page.evaluate("(rules) => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in told["violations"]] == []


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_it_fits_the_screen(markup: str, open_page: Open, screen: dict[str, int]) -> None:
    page = shown(markup, open_page, "light", screen)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= screen["width"]
    assert page.get_by_role("region", name="All pages").is_visible()


def test_its_links_lead_to_the_pages(markup: str, guide: Guide, open_page: Open) -> None:
    page = shown(markup, open_page, "light", DESK)
    paths = page.evaluate("[...document.links].map((link) => new URL(link.href).pathname.slice(1))")
    assert len(set(paths)) > 5
    assert set(paths) <= set(guide.pages)
    page.get_by_role("link", name="Red flags in clinic marketing").first.click()
    assert page.url == f"{guide.address}red-flags/"
    assert page.locator("h1").inner_text().startswith("Red flags")


def test_what_needs_an_eye_has_a_heading(markup: str, open_page: Open) -> None:
    page = shown(markup, open_page, "light", DESK)
    headings = page.locator("h2").all_inner_texts()
    assert headings == [
        "Review overdue",
        "Drafts",
        "Least cited, by citations per 1,000 words",
        "Sources that no page cites",
        "Not counted, since it cannot be read",
        "All pages",
    ]
    assert page.get_by_text("A draft (draft)").count() == 3
    assert "articles/broken.md" in page.locator("ul").last.inner_text()
