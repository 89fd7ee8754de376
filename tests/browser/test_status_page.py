"""The preview's page that says how a site stands: for all readers, on every screen, in the light and in the dark."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from previewing import Preview, page, previewing, small_site
from test_pages import AXE, DESK, PHONE, RULES

Show = Callable[..., Page]

PAGES = {
    "old": page("Looked over long ago", "Words of the old page [@one].").replace(
        "published: 2026-01-01", "reviewed: {on: 2020-01-01}"
    ),
    "draft": page("Not ready", "Words of a draft.").replace("published: 2026-01-01", "draft: true"),
    "a-name-that-is-longer-than-a-phone-is-wide": page("Electroencephalographically " * 3, "Words."),
}
SOURCES = "- {id: one, type: book, title: One}\n- {id: two, type: book, title: Two}\n"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    folder = small_site(tmp_path_factory.mktemp("status"))
    (folder / "content" / "sources.yaml").write_text(SOURCES, "utf-8")
    for name, text in PAGES.items():
        (folder / "content" / "articles" / f"{name}.md").write_text(text, "utf-8")
    with previewing(folder) as running:
        yield running


@pytest.fixture
def show(browser: Browser, preview: Preview) -> Iterator[Show]:
    contexts = []

    def show(**options: Any) -> Page:  # noqa: ANN401 -- those of a context, whatever they are
        contexts.append(browser.new_context(**options))
        tab = contexts[-1].new_page()
        tab.goto(f"{preview.address}__citewell/status/")
        return tab

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(show: Show, scheme: str, screen: dict[str, int]) -> None:
    tab = show(color_scheme=scheme, viewport=screen)
    expect(tab.locator("main h1")).to_contain_text("A small site on ")
    tab.evaluate(AXE.read_text("utf-8"))
    told = tab.evaluate("(rules) => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in told["violations"]] == []


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_it_fits_the_screen_and_names_stay_readable(show: Show, screen: dict[str, int]) -> None:
    tab = show(viewport=screen)
    assert tab.evaluate("document.scrollingElement.scrollWidth") <= screen["width"]
    name = tab.get_by_role("rowheader", name="Looked over long ago").bounding_box()
    assert name
    assert name["width"] >= 160


def test_it_says_what_needs_an_eye_and_leads_there(show: Show) -> None:
    tab = show(viewport=DESK)
    assert tab.locator("main h2").all_inner_texts() == [
        "Review overdue",
        "Never reviewed",
        "Drafts",
        "No page leads to",
        "Least cited, by citations per 1,000 words",
        "Sources that no page cites",
        "All pages",
    ]
    assert tab.get_by_role("link", name="Not ready").count() == 0
    assert tab.get_by_text("Not ready (draft)").count() == 2
    tab.get_by_role("link", name="Looked over long ago").first.click()
    expect(tab.locator("main h1")).to_have_text("Looked over long ago")
    assert tab.url.endswith("/old/")


def test_it_follows_what_is_saved(show: Show, preview: Preview) -> None:
    tab = show(viewport=DESK)
    expect(tab.get_by_text("Not counted")).to_have_count(0)
    preview.save("broken", "No front matter.\n")
    expect(tab.get_by_role("heading", name="Not counted")).to_be_visible(timeout=30_000)
    expect(tab.locator("main li code").last).to_have_text("articles/broken.md")
    preview.file("broken").unlink()
    expect(tab.get_by_text("Not counted")).to_have_count(0, timeout=30_000)


def test_it_is_not_published(preview: Preview) -> None:
    files = [file for file in (preview.shown).rglob("*") if file.is_file()]
    assert len(files) > 10
    assert [file for file in files if b"__citewell" in file.read_bytes()] == []
    assert not (preview.shown / "__citewell").exists()
