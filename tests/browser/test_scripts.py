"""What the scripts add: sources beside their marks, ticks that stay, search; and terms, which need none of them."""

import re
from datetime import UTC, datetime

import pytest
from conftest import Guide, Open
from playwright.sync_api import Locator, Page, expect

MARK = "sup.cite a"
CARD = ".source-preview"
SHOWN_AFTER, HIDDEN_AFTER = 500, 300  # milliseconds
PHONE = {"width": 320, "height": 640}


# -- sources beside their marks ----------------------------------------------------------------------------------------


@pytest.fixture
def article(guide: Guide) -> str:
    return guide.having(CARD.removeprefix("."))


def source_of(page: Page, mark: Locator) -> str:
    """What the list says of a mark's source, as one line."""
    listed = page.locator(f"{mark.get_attribute('href')} .reference")
    return " ".join((listed.text_content() or "").split())


def test_a_pointer_opens_the_source_and_may_enter_it(article: str, open_page: Open) -> None:
    page = open_page()
    page.clock.install(time=datetime(2026, 1, 1, tzinfo=UTC))
    page.goto(page.url + article)
    page.clock.pause_at(datetime(2026, 1, 2, tzinfo=UTC))
    mark, card = page.locator(MARK).first, page.locator(CARD)
    mark.hover()
    page.clock.run_for(SHOWN_AFTER - 100)
    expect(card).to_be_hidden()
    page.clock.run_for(200)
    expect(card).to_be_visible()
    expect(card).to_contain_text(source_of(page, mark))
    card.hover()
    page.clock.run_for(10 * HIDDEN_AFTER)
    expect(card).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(2 * HIDDEN_AFTER)
    expect(card).to_be_hidden()


def come_by_keyboard(page: Page, mark: Locator) -> None:
    mark.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(mark).to_be_focused()


def test_the_keyboard_opens_the_source_and_escape_closes_it(article: str, open_page: Open) -> None:
    page = open_page(article)
    mark, card = page.locator(MARK).first, page.locator(CARD)
    come_by_keyboard(page, mark)
    expect(card).to_be_visible()
    expect(mark).to_have_accessible_description(source_of(page, mark))
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(mark).to_be_focused()
    expect(mark).to_have_accessible_description("")


def test_the_source_goes_with_the_focus(article: str, open_page: Open) -> None:
    page = open_page(article)
    mark, card = page.locator(MARK).first, page.locator(CARD)
    come_by_keyboard(page, mark)
    expect(card).to_be_visible()
    page.locator(".skip").focus()
    expect(card).to_be_hidden()


def test_the_first_tap_shows_the_source_and_the_second_goes_there(article: str, open_page: Open) -> None:
    page = open_page(article, has_touch=True, viewport=PHONE)
    mark, card = page.locator(MARK).first, page.locator(CARD)
    mark.tap()
    expect(card).to_be_visible()
    assert page.url.endswith(article)
    box = card.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    mark.tap()
    expect(page).to_have_url(page.url.partition("#")[0] + str(mark.get_attribute("href")))
    expect(card).to_be_hidden()


def test_previews_stay_off_once_they_were_turned_off(article: str, open_page: Open) -> None:
    page = open_page(article)
    mark, card = page.locator(MARK).first, page.locator(CARD)

    come_by_keyboard(page, mark)
    card.get_by_role("button").click()
    expect(card).to_be_hidden()
    page.reload()
    come_by_keyboard(page, mark)
    expect(card).to_be_hidden()
    page.get_by_role("button", name="previews on").click()
    come_by_keyboard(page, mark)
    expect(card).to_be_visible()


# -- terms -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("key", ["", "Enter"], ids=["click", "key"])
def test_a_term_opens_in_place(key: str, *, scripts: bool, guide: Guide, open_page: Open) -> None:
    page = open_page(guide.having('class="definition"'), java_script_enabled=scripts)
    term = page.locator("button.term").first
    definition = page.locator(f"#{term.get_attribute('popovertarget')}")
    expect(definition).to_be_hidden()
    if key:
        term.press(key)
    else:
        term.click()
    expect(definition).to_be_visible()
    expect(definition.get_by_role("link")).to_have_attribute("href", "../glossary/#" + slug_of(term))
    page.keyboard.press("Escape")
    expect(definition).to_be_hidden()
    expect(term).to_be_focused()


def slug_of(term: Locator) -> str:
    return str(term.get_attribute("popovertarget")).removeprefix("def-")


# -- ticks -------------------------------------------------------------------------------------------------------------


def test_ticks_stay_until_they_are_cleared(guide: Guide, open_page: Open) -> None:
    page = open_page(guide.having("checklist"))
    boxes = page.locator(".checklist").get_by_role("checkbox")
    status = page.locator(".checklist [role=status]")
    questions = page.locator(".checklist li").count()
    expect(boxes).to_have_count(questions)
    boxes.nth(1).check()
    expect(status).to_have_text(f"1 of {questions} ticked.")
    page.reload()
    expect(boxes.nth(0)).not_to_be_checked()
    expect(boxes.nth(1)).to_be_checked()
    page.get_by_role("button", name="Clear ticks").click()
    expect(boxes.nth(1)).not_to_be_checked()
    page.reload()
    expect(boxes.nth(1)).not_to_be_checked()


def test_a_checklist_without_scripts_promises_no_ticks(guide: Guide, open_page: Open) -> None:
    page = open_page(guide.having("checklist"), java_script_enabled=False)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Clear ticks")).to_have_count(0)


# -- search ------------------------------------------------------------------------------------------------------------

# A kind of result, a page that shows one, and where its name stands there.
KINDS = {
    "page": ('class="body"', "h1"),
    "term": ('class="glossary', "main dfn"),
    "question": ('class="block faq', ".faq .question :is(h2, h3, h4)"),
    "step": ('class="block pipeline', "#step-1 h4"),
    "section": ('class="body"', ".body h2[id]"),
}


def searched(page: Page, text: str) -> Locator:
    """Look for a text by the keyboard and give the results."""
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.insert_text(text)
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("result")
    return page.get_by_role("dialog").locator("li a")


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("kind", KINDS)
def test_search_finds_and_opens(kind: str, scheme: str, guide: Guide, open_page: Open) -> None:
    markup, place = KINDS[kind]
    page = open_page(guide.having(markup))
    name = (page.locator(place).first.text_content() or "").rpartition("Step 1: ")[2].strip()
    home = guide.address if scheme == "http" else f"{guide.folder.as_uri()}/index.html"
    page.goto(home)
    result = searched(page, name).first
    expect(result).to_have_text(re.compile(rf"^{kind}\W+{re.escape(name)}$"))
    page.keyboard.press("ArrowDown")
    expect(result).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != home)
    assert page.url.startswith(f"{scheme}:")
    expect(page.locator(":target" if "#" in page.url else "h1").first).to_contain_text(name)


def test_search_says_when_there_is_nothing(open_page: Open) -> None:
    page = open_page()
    expect(searched(page, "qqqq")).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("No results")
    expect(page.get_by_role("dialog").get_by_role("link", name="glossary")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_without_scripts_there_is_no_search(open_page: Open) -> None:
    assert open_page().get_by_role("button", name="Search").count() == 1
    assert open_page(java_script_enabled=False).get_by_role("button", name="Search").count() == 0


# -- from a folder -----------------------------------------------------------------------------------------------------


def test_links_lead_to_files_when_the_site_is_opened_from_a_folder(guide: Guide, open_page: Open) -> None:
    page = open_page(f"{guide.folder.as_uri()}/index.html")
    page.locator("main a[href]").first.click()
    expect(page.locator("h1")).to_have_count(1)
    assert page.url.endswith("/index.html")
