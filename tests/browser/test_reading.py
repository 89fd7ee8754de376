"""Reading without a mouse, without scripts, and on paper."""

import re
from collections import Counter
from io import BytesIO
from unicodedata import normalize

import pytest
from conftest import Guide, Open
from playwright.sync_api import Page
from pypdf import PdfReader

CONTROLS = "a[href], button, summary, input, select, textarea, [tabindex]:not([tabindex='-1'])"
REACHABLE = f"""
  [...document.querySelectorAll("{CONTROLS}")].filter((control) => control.checkVisibility() && !control.disabled)
"""
FOCUSED = """
  () => {
    const {activeElement: control} = document;
    const {outlineStyle, outlineWidth} = getComputedStyle(control);
    const {top, bottom} = control.getBoundingClientRect();
    return {
      number: window.controls.indexOf(control),
      markup: control.outerHTML.slice(0, 120),
      seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && bottom > 0 && top < innerHeight,
    };
  }
"""


def walk(page: Page) -> tuple[list[str], list[str]]:
    """Press Tab once for each control, from the top. Give the stops that were not the next control, or whose focus is not seen."""
    markup = page.evaluate(
        f"() => {{ window.controls = {REACHABLE}; return controls.map((c) => c.outerHTML.slice(0, 120)); }}"
    )
    astray, unseen = [], []
    for number in range(len(markup)):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now["number"] != number:
            astray.append(now["markup"])
        if not now["seen"]:
            unseen.append(now["markup"])
    return astray, unseen


@pytest.mark.parametrize("markup", ['class="block checklist', 'class="family', 'class="glossary'])
def test_tab_reaches_every_control_and_shows_where_it_is(markup: str, guide: Guide, open_page: Open) -> None:
    assert walk(open_page(guide.having(markup))) == ([], [])


def test_the_first_key_leads_past_the_menus(guide: Guide, open_page: Open) -> None:
    page = open_page(guide.having('class="body"'))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


# Text that is not drawn, but for what a reader unfolds or opens by a button that needs no script.
UNSEEN = """
  () => {
    const found = [];
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const {data, parentElement: holder} = texts.currentNode;
      if (data.trim() && !holder.checkVisibility({opacityProperty: true, visibilityProperty: true})
          && !holder.closest("details:not([open]), [popover]")) found.push(data);
    }
    return found;
  }
"""


def test_every_word_is_there_without_scripts(guide: Guide, open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    unseen = {}
    for path in guide.pages:
        page.goto(guide.address + path)
        unseen[path] = page.evaluate(UNSEEN)
    assert {path: texts for path, texts in unseen.items() if texts} == {}


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d_]+", text))


def printed(page: Page, paper: str = "A4") -> list[str]:
    """The text of each printed page, without ligatures."""
    sheets = PdfReader(BytesIO(page.pdf(format=paper))).pages
    return [normalize("NFKC", sheet.extract_text()) for sheet in sheets]


# The text of an article without marks, and without what serves a screen only; the diagram says no more than the steps.
ARTICLE = """
  () => {
    const text = document.querySelector("main").cloneNode(true);
    const aside = "sup, template, [popover], .hidden, .contents, .ways-back, .print-questions, .pipeline-diagram";
    text.querySelectorAll(aside).forEach((part) => part.remove());
    const parts = [];
    const texts = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) parts.push(texts.currentNode.data);
    return parts.join(" ");
  }
"""
ADDRESSES = "() => [...document.querySelectorAll('main a[href^=http]')].map((link) => link.href)"


def test_an_article_is_whole_on_paper(guide: Guide, open_page: Open) -> None:
    article = guide.having('<details class="question"')
    page = open_page(article)
    text = "\n".join(printed(page))
    written = open_page(article, java_script_enabled=False).evaluate(ARTICLE)
    assert words(written) - words(text) == Counter()
    unbroken = "".join(text.split())
    addresses = page.evaluate(ADDRESSES)
    assert addresses
    assert [address for address in addresses if address.removesuffix("/") not in unbroken] == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_sheet_of_questions_is_one_page(paper: str, guide: Guide, open_page: Open) -> None:
    sheets = [path for path in guide.pages if path.endswith("/questions/")]
    assert sheets
    page = open_page()
    for path in sheets:
        page.goto(guide.address + path)
        (text,) = printed(page, paper)
        assert words(page.locator("main").inner_text()) - words(text) == Counter(), path
