"""What holds on every page: the policy, access for all, room on small screens, weight."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Guide, Open, published
from playwright.sync_api import Page

AXE = ROOT / "tests/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}
ZOOMED = {"width": 320, "height": 256}  # 1280 by 1024 pixels at 400 %
KIB = 1024
HEAVIEST = {".html": 20 * KIB, ".css": 8 * KIB, ".js": 5 * KIB}  # all files of a kind, as sent
HEAVIEST_PAGE = 30 * KIB
MOST_REQUESTS = 5


def pages(guide: Guide, page: Page) -> Iterator[str]:
    """Open one page after another and give the path of each."""
    for path in (*guide.pages, "404.html"):
        page.goto(guide.address + path)
        yield path


def test_a_strict_policy_and_no_other_host(guide: Guide, open_page: Open) -> None:
    page = open_page()  # which hears what goes wrong
    for path in pages(guide, page):
        page.mouse.wheel(0, 100_000)
        assert page.title(), path


def test_the_documentation_holds_to_its_policy(open_page: Open, tmp_path: Path) -> None:
    for folder in ("content", "templates"):
        shutil.copytree(ROOT / "docs" / folder, tmp_path / folder)
    with published(tmp_path) as docs:
        page = open_page(docs.address, at=docs)
        for path in docs.pages:  # the page for missing addresses names the path under which the host has it
            page.goto(docs.address + path)
            assert page.title(), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(scheme: str, screen: dict[str, int], guide: Guide, open_page: Open) -> None:
    assert AXE.is_file(), "run `npm ci --prefix tests --ignore-scripts`"
    source = AXE.read_text("utf-8")
    page = open_page(color_scheme=scheme, viewport=screen)
    found = []
    for path in pages(guide, page):
        page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true; })")
        page.evaluate(source)
        told = page.evaluate("(rules) => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        found += [
            f"{path}: {fault['id']}: {node['target']} {node['failureSummary']}"
            for fault in told["violations"]
            for node in fault["nodes"]
        ]
    assert not found, "\n".join(found)


def test_no_page_scrolls_sideways_at_four_times_its_size(guide: Guide, open_page: Open) -> None:
    page = open_page(viewport=ZOOMED)
    wide = {
        path: width
        for path in pages(guide, page)
        if (width := page.evaluate("document.scrollingElement.scrollWidth")) > ZOOMED["width"]
    }
    assert wide == {}


def test_an_article_begins_on_the_first_screen_of_a_telephone(guide: Guide, open_page: Open) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    starts = {}
    for path in pages(guide, page):
        first = page.locator("main .body p").first
        if first.count() and (box := first.bounding_box()):
            starts[path] = box["y"]
    assert starts
    assert {path: y for path, y in starts.items() if y > 400} == {}


def test_pages_are_light(guide: Guide, open_page: Open) -> None:
    page = open_page("404.html")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(guide.address)))
    heavy = {}
    for path in pages(guide, page):
        sizes = {url: len(gzip.compress(guide.file(url).read_bytes(), mtime=0)) for url in asked}
        asked.clear()
        totals = {
            kind: sum(size for url, size in sizes.items() if guide.file(url).suffix == kind)
            for kind in HEAVIEST
        }
        if (
            any(totals[kind] > most for kind, most in HEAVIEST.items())
            or sum(sizes.values()) > HEAVIEST_PAGE
            or len(sizes) > MOST_REQUESTS
        ):
            heavy[path] = sizes
    assert heavy == {}


def test_dark_is_dark_and_light_is_light(guide: Guide, open_page: Open) -> None:
    article = guide.having('class="body"')
    grounds, inks = {}, {}
    for scheme in ("light", "dark"):
        page = open_page(article, color_scheme=scheme)
        grounds[scheme] = brightness(page, "background-color")
        inks[scheme] = brightness(page, "color")
    assert grounds["light"] > 240
    assert inks["light"] < 60
    assert grounds["dark"] < 40
    assert inks["dark"] > 200


def brightness(page: Page, name: str) -> float:
    """The mean of red, green and blue of a colour of the whole page, from 0 to 255."""
    colour = page.evaluate("(name) => getComputedStyle(document.body).getPropertyValue(name)", name)
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(parts) / 3
