"""The preview in a real browser: what open pages show after a save, and what they keep. All under a strict policy."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect
from previewing import Preview, page, previewing, small_site, until

pytestmark = pytest.mark.usefixtures("browser")

Open = Callable[..., Page]
POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">'
EXPECTED = (
    "Failed to load resource: the server responded with a status of",
    "Failed to load resource: net::ERR_CONNECTION_REFUSED",
    "WebSocket connection to",
)
"""What Chromium itself says of a page with the status 404 or 503, and of a preview that has stopped."""


def strict_site(folder: Path) -> Path:
    """Write a small site whose pages ask browsers to hold to the policy."""
    base = (ROOT / "templates" / "base.html").read_text("utf-8")
    (folder / "templates").mkdir()
    (folder / "templates" / "base.html").write_text(base.replace("<head>", f"<head>{POLICY}", 1), "utf-8")
    return small_site(folder)


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    with previewing(strict_site(tmp_path)) as running:
        yield running


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Open]:
    faults: list[str] = []
    contexts = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED):
            faults.append(message.text)

    def open_tab(address: str, **options: Any) -> Page:  # noqa: ANN401 -- those of a context, whatever they are
        context = browser.new_context(**options)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.on("console", heard)
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.goto(address)
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert faults == []


def shows(tab: Page, words: str) -> None:
    expect(tab.locator("main")).to_contain_text(words, timeout=30_000)


def mark(tab: Page) -> None:
    """Leave a mark that is gone when the page is loaded anew."""
    tab.evaluate("window.mark = true")


def is_marked(tab: Page) -> bool:
    return bool(tab.evaluate("window.mark === true"))


def overlay(tab: Page) -> Locator:
    return tab.get_by_role("alertdialog")


def scroll(tab: Page, top: int) -> None:
    tab.evaluate("top => scrollTo({ top, behavior: 'instant' })", top)
    assert tab.evaluate("scrollY") == top


# -- what was saved ----------------------------------------------------------------------------------------------------


def test_only_tabs_whose_page_changed_change(preview: Preview, open_tab: Open) -> None:
    first, second = open_tab(f"{preview.address}first/"), open_tab(f"{preview.address}second/")
    mark(first)
    mark(second)
    preview.edit("first", "Words of", "## A heading\n\nOther words of")
    shows(first, "Other words of the first page")
    preview.edit("second", "Words of", "Other words of")
    shows(second, "Other words of the second page")
    assert not is_marked(first)  # a heading has an address: that asks for a new page
    assert is_marked(second)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Top words", "Other words", "Other words"),
        ("Top words", "Words with *emphasis* and [a link](first.md)", "emphasis</em>"),
        ("Top words.", "Words.\n\nA further paragraph.\n\n- a list\n- of two", "of two</li>"),
        ("Paragraph 3.\n\nParagraph 4.", "One of two.", "One of two."),
        ("title: The long one", "title: The longer one", "The longer one</h1>"),
        ("dek: A page to try the preview with.", "dek: Another dek.", "Another dek."),
    ],
)
def test_text_changes_without_loading_the_page_anew(
    preview: Preview, open_tab: Open, old: str, new: str, said: str
) -> None:
    tab = open_tab(f"{preview.address}long/")
    mark(tab)
    scroll(tab, 2500)
    preview.edit("long", old, new)
    fresh = open_tab(f"{preview.address}long/")
    whole = "document.documentElement.outerHTML.replace(/<citewell-preview>.*/s, '')"

    def is_the_same() -> bool:
        fresh.reload()
        return bool(fresh.evaluate(whole) == tab.evaluate(whole)) and said in fresh.content()

    until(is_the_same, "the open page is what a new one is")
    assert is_marked(tab)
    assert abs(tab.evaluate("scrollY") - 2500) < 200  # the browser keeps in place what is in view


def test_a_page_that_is_loaded_anew_keeps_its_place(preview: Preview, open_tab: Open) -> None:
    questions = "".join(f"  - question: Question {n}?\n    answer: Answer {n}.\n" for n in range(6))
    preview.edit("long", "published:", f"faq:\n{questions}published:")
    until(lambda: preview.shows("/long/", "Question 5?"), "the questions are there")
    tab = open_tab(f"{preview.address}long/")
    mark(tab)
    fold = tab.locator("details", has_text="Question 5?")
    fold.locator("summary").focus()
    tab.keyboard.press("Enter")
    scroll(tab, 3000)
    preview.edit("long", "End words.", "## The end\n\nLast words.")
    shows(tab, "Last words")
    expect(fold).to_have_attribute("open", "")
    expect(fold.locator("summary")).to_be_focused()
    until(lambda: tab.evaluate("scrollY") == 3000, "the page is where it was")
    assert not is_marked(tab)
    assert tab.evaluate("history.scrollRestoration") == "auto"


def test_a_style_changes_without_loading_the_page_anew(preview: Preview, open_tab: Open) -> None:
    tab = open_tab(f"{preview.address}first/")
    mark(tab)
    style = (ROOT / "static" / "site.css").read_text("utf-8")
    (preview.folder / "static").mkdir()
    for colour in ("rgb(1, 2, 3)", "rgb(4, 5, 6)"):
        (preview.folder / "static" / "site.css").write_text(f"{style}\nmain {{ color: {colour} }}", "utf-8")
        expect(tab.locator("main")).to_have_css("color", colour, timeout=30_000)
    until(lambda: tab.locator("head link[rel=stylesheet]").count() == 1, "the former style is gone")
    preview.edit("first", "Words of", "Other words of")
    shows(tab, "Other words of the first page")
    assert is_marked(tab)


def test_a_hundred_rapid_saves_end_with_the_last(preview: Preview, open_tab: Open) -> None:
    tab = open_tab(f"{preview.address}second/")
    for number in range(100):
        body = f"## Heading {number // 10}\n\nSave number {number}.\n"  # every tenth asks for a new page
        preview.save("second", page("The second", body))
    shows(tab, "Save number 99.")


def test_a_page_that_goes_and_comes_back_is_followed(preview: Preview, open_tab: Open) -> None:
    tab = open_tab(f"{preview.address}long/")
    preview.file("long").rename(preview.file("longer"))
    shows(tab, "There is no page at this address")
    preview.file("longer").rename(preview.file("long"))
    shows(tab, "Top words")
    preview.file("long").unlink()
    shows(tab, "There is no page at this address")


def test_a_preview_that_starts_again_is_followed(tmp_path: Path, open_tab: Open) -> None:
    with previewing(strict_site(tmp_path)) as preview:
        tab = open_tab(f"{preview.address}first/")
        tab.get_by_role("button", name="warnings").wait_for()
    expect(tab.get_by_role("status")).to_contain_text("The preview has stopped", timeout=30_000)
    expect(tab.get_by_role("status")).to_have_css("position", "fixed")
    preview.edit("first", "Words of", "Later words of")
    with previewing(tmp_path, preview.port):
        shows(tab, "Later words of the first page")
        expect(tab.get_by_text("The preview has stopped")).to_have_count(0)


# -- what is wrong -----------------------------------------------------------------------------------------------------


COUNT = re.compile(r"^\d+ (?:error|warning).*$", re.MULTILINE)


def last_report(preview: Preview) -> tuple[str, str]:
    """Give what the terminal said last of what is wrong, without arrows and carets, and the count below it."""
    body = COUNT.split(preview.said)[-2]
    lines = (line.strip().removeprefix("--> ") for line in body.splitlines() if line.strip(" ^"))
    words = " ".join(line for line in lines if not line.startswith(("built ", "mended: ", "serving ")))
    return " ".join(words.split()), COUNT.findall(preview.said)[-1]


def test_a_mistake_is_shown_over_the_page_until_it_is_mended(preview: Preview, open_tab: Open) -> None:
    tab = open_tab(f"{preview.address}long/")
    mark(tab)
    scroll(tab, 2000)
    preview.edit("long", "dek: A page", "dekk: A page")
    expect(overlay(tab)).to_be_visible(timeout=30_000)
    expect(overlay(tab)).to_contain_text("content/articles/long.md:3:1")
    expect(overlay(tab).locator(".error mark")).to_have_text("dekk")
    shows(tab, "Top words")  # the last good state

    later = open_tab(f"{preview.address}first/")
    expect(overlay(later)).to_contain_text("content/articles/long.md:3:1")

    expect(overlay(tab).get_by_role("button", name="Hide")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(overlay(tab)).to_have_count(0)
    tab.get_by_role("status").get_by_role("button").click()
    expect(overlay(tab)).to_be_visible()

    preview.edit("long", "dekk: A page", "dek: A page")
    for page_ in (tab, later):
        expect(overlay(page_)).to_have_count(0, timeout=30_000)
    assert tab.evaluate("scrollY") == 2000
    assert is_marked(tab)


def test_the_page_says_what_the_terminal_says(preview: Preview, open_tab: Open) -> None:
    tab = open_tab(f"{preview.address}first/", viewport={"width": 320, "height": 640})
    preview.save(
        "second",
        "---\ntitle: The second\ndek: \"<b>A 'dek'</b> & more\"\npublished: 2026-13-01\nterms:\n"
        "  - {term: Twice, definition: One meaning.}\n  - {term: Twice, definition: Another.}\n---\n\n"
        "See [this](nowhere.md)\tand [that](first.md#nothing), \u202e and <i>this</i>.\n",
    )
    preview.hear("6 errors")
    report, count = last_report(preview)
    assert len(re.findall(r"(?:error|warning)\[", report)) > 5
    expect(overlay(tab).get_by_role("heading", level=1)).to_have_text(count, timeout=30_000)
    shown = " ".join(overlay(tab).get_by_role("list").inner_text().split())
    assert shown == report.replace("`", "")  # which the page shows as code
    assert "nowhere.md" in overlay(tab).locator("h2 code").all_inner_texts()
    link = overlay(tab).get_by_role("link", name="How the site stands")
    expect(link).to_have_attribute("href", "/__citewell/status/")
    expect(overlay(tab)).to_contain_text("the last good state")
    assert overlay(tab).evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_site_that_starts_with_a_mistake_shows_it_and_then_the_site(tmp_path: Path, open_tab: Open) -> None:
    strict_site(tmp_path)
    file = tmp_path / "content" / "articles" / "first.md"
    file.write_text(file.read_text("utf-8").replace("second.md", "nowhere.md"), "utf-8")
    with previewing(tmp_path) as preview:
        tab = open_tab(f"{preview.address}first/")
        expect(overlay(tab)).to_contain_text("content/articles/first.md:7:")
        expect(overlay(tab)).to_contain_text("Nothing could be published yet")
        expect(overlay(tab)).not_to_contain_text("last good state")
        preview.edit("first", "nowhere.md", "second.md")
        shows(tab, "Words of the first page")
        expect(overlay(tab)).to_have_count(0)


def test_warnings_are_counted_and_told_when_asked_for(preview: Preview, open_tab: Open) -> None:
    tab = open_tab(f"{preview.address}first/")
    expect(overlay(tab)).to_have_count(0)
    tab.get_by_role("button", name="warnings").click()
    expect(overlay(tab)).to_contain_text("family/orphan")
    tab.keyboard.press("Escape")
    expect(overlay(tab)).to_have_count(0)


def test_a_site_that_cannot_be_made_is_told(preview: Preview, open_tab: Open) -> None:
    tab = open_tab(f"{preview.address}first/")
    settings = preview.folder / "content" / "site.yaml"
    text = settings.read_text("utf-8")
    settings.unlink()
    expect(overlay(tab)).to_contain_text("type citewell new site", timeout=30_000)
    settings.write_text(text, "utf-8")
    expect(overlay(tab)).to_have_count(0, timeout=30_000)
