"""Strings that try to become code, in every place that takes text, opened in a browser with and without the policy.

Each string is put into each place. Where the check refuses it, it must say so on that very line; everywhere else it is
published, and a reader must get it as text: nothing runs, nothing breaks the policy, and no element is what a string made of it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from conftest import ROOT, Guide, served
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

from citewell.builder import site_options
from citewell.core.diagnostic import Diagnostic
from citewell.core.memo import Memo
from citewell.core.model import Source
from citewell.core.view import Artifact
from citewell.io.inputs import read_inputs
from citewell.io.store import Store
from citewell.parse.config import parse_config
from citewell.pipeline import Examined, examine
from citewell.production import Wanted, produce
from citewell.records import Before, Records

STRINGS: list[str] = json.loads((ROOT / "tests/injection/strings.json").read_text("utf-8"))
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
PLAIN = [text for text in STRINGS if not HIDDEN.search(text)]
PIXEL = (ROOT / "static/icon-192.png").read_bytes()
FILES = (
    'x" onmouseover="hit().md',
    "x' onmouseover='hit()'.md",
    "<img src=x onerror=hit()>.md",
    "{{ 7*7 }}.md",
    "javascript:hit().md",
    "a&lt;b&amp;c.md",
    'x" onerror="hit().png',
    "<svg onload=hit()>.png",
)
OUTPUTS = frozenset({"html", "static", "headers", "search", "manifest", "feed"})


MISREAD = {"alt": {"]]><script>hit()</script>"}}
"""Strings that end their place by what Markdown says, so that the rest is read as text of the body."""


@dataclass
class Bit:
    """A string in a place: the lines that put it there, and those that stand there when the check has refused it."""

    place: str
    numbers: tuple[int, ...]
    lines: list[str]
    instead: list[str] = field(default_factory=list)
    refused: str = ""

    @property
    def shown(self) -> list[str]:
        return self.instead if self.refused else self.lines


Files = dict[str, list[Bit | str]]


def quoted(text: str) -> str:
    """As a value of JSON, which YAML reads too."""
    return json.dumps(text, ensure_ascii=True)


def escaped(text: str) -> str:
    """As Markdown that shows the very signs."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def bit(place: str, numbers: tuple[int, ...], text: str, instead: str = "") -> Bit:
    return Bit(place, numbers, text.split("\n"), instead.split("\n") if instead else [])


def front_matter(group: list[tuple[int, str]], page: int) -> Iterator[Bit | str]:
    numbers = tuple(number for number, _ in group)
    joined = quoted(" · ".join(text for _, text in group))
    yield "---"
    yield bit("title", numbers, f"title: {joined}", f"title: Safe {page}")
    for key in ("dek", "kicker"):
        yield bit(key, numbers, f"{key}: {joined}")
    yield "reviewed:\n  on: 2026-01-01"
    yield bit("review", numbers, f"  by: {joined}\n  role: {joined}")
    yield "companions:\n  - page: hub"
    yield bit("companion", numbers, f"    because: {joined}")
    yield "tags:\n  - safe"
    yield from (bit("tag", (number,), f"  - {quoted(text)}") for number, text in group if page % 5 == 0)
    yield f"aliases:\n  - /old-{page}/"
    yield from (bit("alias", (number,), f"  - {quoted('/' + text)}") for number, text in group)
    yield f"terms:\n  - term: term of page {page}\n    definition: safe"
    for number, text in group:
        term = f"  - term: {quoted(f't{number} {text}')}\n    also: [{quoted(f'u{number} {text}')}]\n    definition: safe"
        yield bit("term", (number,), term)
        yield bit("definition", (number,), f"  - term: d{number}\n    definition: {quoted(text)}")
    yield f"pipeline:\n  title: {quoted(f'Pipeline {page}')}\n  steps:"
    safe = "    - {name: safe, means: safe, proof: safe, question: safe}"
    for number, text in group:
        value = quoted(text)
        step = f"    - {{name: {value}, means: {value}, proof: {value}, question: {value}}}"
        yield bit("step", (number,), step, safe)
    yield "checklist:\n  items:\n    - {ask: safe, why: safe}"
    yield from (
        bit("check", (at,), f"    - {{ask: {quoted(text)}, why: {quoted(text)}}}") for at, text in group
    )
    yield "faq:\n  - {question: safe, answer: safe}"
    yield from (
        bit("faq", (at,), f"  - {{question: {quoted(text)}, answer: {quoted(text)}}}") for at, text in group
    )
    yield "comparison:"
    yield bit("comparison title", numbers, f"  title: {joined}")
    yield "  subjects:\n    - safe"
    yield bit("subject", numbers, f"    - {joined}", "    - other")
    yield "  questions:"
    yield bit(
        "compared",
        numbers,
        f"    - {{ask: {joined}, answers: [{joined}, {joined}]}}",
        "    - {ask: a, answers: [b, c]}",
    )
    yield f"citations:\n  - {{id: safe{page}, type: book, title: Safe}}"
    for number, text in group:
        value = quoted(text)
        people = f"[{{literal: {value}}}, {{family: {value}, given: {value}}}]"
        record = f"type: book, title: {value}, author: {people}, publisher: {value}"
        yield bit("source", (number,), f"  - {{id: c{number}, {record}}}")
        yield bit(
            "source address", (number,), f"  - {{id: cu{number}, type: webpage, title: A, URL: {value}}}"
        )
        yield bit("source doi", (number,), f"  - {{id: cd{number}, type: book, title: A, DOI: {value}}}")
        yield from (bit(f"cited {kind}", (number,), f"  - {kind}{number}") for kind in "jbr")
    yield "---"


def use_of(kind: str) -> Callable[[int, str], str]:
    """Write a citation of a string's entry of that kind."""
    return lambda number, _: f"Said [@{kind}{number}]"


BODY: dict[str, Callable[[int, str], str]] = {
    "text": lambda _, text: text,
    "escaped text": lambda _, text: f"Shown: {escaped(text)}",
    "heading": lambda _, text: f"## H {text}",
    "heading id": lambda number, text: f"## Id {number} {{#{text}}}",
    "heading label": lambda number, text: f'### Label {number} {{label="{text}"}}',
    "link text": lambda _, text: f"[{text}](https://e.example/)",
    "link address": lambda _, text: f"[link]({text})",
    "link address in angles": lambda _, text: f"[link](<{text}>)",
    "link title": lambda _, text: f'[link](https://e.example/ "{text}")',
    "autolink": lambda _, text: f"<{text}>",
    "reference": lambda number, text: f"[ref][r{number}]\n\n[r{number}]: {text}",
    "term by name": lambda _, text: f"[term](term:{text})",
    "alt": lambda _, text: f"![{text}](dot.png)",
    "picture title": lambda _, text: f'![A dot](dot.png "{text}")',
    "picture address": lambda _, text: f"![A dot]({text})",
    "code": lambda _, text: f"A ```` {text} ````",
    "fence language": lambda _, text: f"````{text}\ncode\n````",
    "fence of a known language": lambda _, text: f"````js {text}\nlet a = 1;\n````",
    "fence": lambda _, text: f"````\n{text}\n````",
    "coloured fence": lambda _, text: f"````html\n{text}\n````",
    "quote": lambda _, text: f"> {text}",
    "item": lambda _, text: f"- {text}",
    "task": lambda _, text: f"- [ ] {text}",
    "table": lambda _, text: f"| a | b |\n|:--|---|\n| {text} | {text} |",
    "note": lambda number, text: f"A note[^n{number}].\n\n[^n{number}]: {text}",
    "inline note": lambda _, text: f"A note^[{text}].",
    "list of definitions": lambda number, text: f"Word {number}\n: {text}",
    "box": lambda _, text: f"::: note {text}\nInside.\n:::",
    "name of a box": lambda _, text: f"::: {text}\nInside.\n:::",
    "allowed element": lambda _, text: f"A <kbd {text}>key</kbd>",
    "beside an allowed element": lambda _, text: f"A <kbd>key</kbd> {text}",
    "locator": lambda number, text: f"Said [@c{number}, {text}]",
    "citation": lambda _, text: f"Said [@{text}]",
    **{f"use of {kind}": use_of(kind) for kind in ("c", "cu", "cd", "j", "b", "r")},
}


def body(group: list[tuple[int, str]], page: int) -> Iterator[Bit | str]:
    yield f"Safe words with the term of page {page} [@safe{page}]."
    for number, text in group:
        for place, write in BODY.items():
            yield bit(place, (number,), f"\n{write(number, text)}\n")


def library(kind: str) -> Iterator[Bit | str]:
    """One entry for each string, in JSON, BibTeX or RIS."""
    for number, text in enumerate(STRINGS):
        one_line = " ".join(text.splitlines())
        yield bit(
            f"library {kind}",
            (number,),
            {
                "j": json.dumps(
                    {
                        "id": f"j{number}",
                        "type": "book",
                        "title": text,
                        "publisher": text,
                        "author": [{"literal": text}],
                    }
                )
                + ",",
                "b": f"@book{{b{number}, title = {{{one_line}}}, publisher = {{{one_line}}}, year = 2001}}",
                "r": f"TY  - BOOK\nID  - r{number}\nTI  - {one_line}\nAU  - {one_line}\nPB  - {one_line}\nER  - ",
            }[kind],
        )


def settings() -> str:
    value = quoted(" · ".join(PLAIN))
    return f"""title: {value}
tagline: {value}
intro: {value}
base_url: https://host.example/
organisation: {{name: {value}, url: "https://e.example/?a='b'&c=d"}}
editors: [{{name: {value}, role: {value}}}]
licence: {{name: {value}, url: https://e.example/}}
navigation: [{{label: {value}, page: hub}}]
trust: [{{label: {value}, path: /glossary/}}]
html: [kbd, details, summary, span]
"""


def the_site() -> Files:
    listed = sorted(enumerate(STRINGS), key=lambda each: bool(HIDDEN.search(each[1])))
    groups = [listed[at : at + 5] for at in range(0, len(listed), 5)]
    pages = {
        f"p{page}.md": [*front_matter(group, page), *body(group, page)] for page, group in enumerate(groups)
    }
    safe = '{"id": "js", "type": "book", "title": "Safe"}'
    named: Files = {
        name: [bit("file name", (), f"---\ntitle: File {number}\n---\nA page.")]
        for number, name in enumerate(FILES)
        if name.endswith(".md")
    }
    return {
        "site.yaml": [settings()],
        "hub.md": ["---\ntitle: Hub\nkind: hub\n---\nAll pages."],
        "sources.json": ["[", *library("j"), safe, "]"],
        "sources.bib": [*library("b")],
        "sources.ris": [*library("r")],
        **named,
        **pages,
    }


def write(files: Files, content: Path) -> dict[tuple[str, int], Bit]:
    """Write the files, and give the bit of each line."""
    places: dict[tuple[str, int], Bit] = {}
    for path, bits in files.items():
        lines: list[str] = []
        for each in bits:
            new = "\n".join(each.split("\n") if isinstance(each, str) else each.shown).split("\n")
            if isinstance(each, Bit):
                if not each.shown:
                    continue
                places |= {(path, len(lines) + at): each for at in range(1, len(new) + 1)}
            lines += new
        (content / path).write_text("\n".join(lines) + "\n", "utf-8", newline="")
    return places


@dataclass(frozen=True)
class Published:
    """The site as it is published: what was put where, and what the check refused."""

    guide: Guide
    bits: tuple[Bit, ...]


def collect(files: list[Artifact], file: Artifact) -> str:
    files.append(file)
    return ""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    root = tmp_path_factory.mktemp("injection")
    content = root / "content"
    content.mkdir()
    for name in ("dot.png", *(name for name in FILES if name.endswith(".png"))):
        (content / name).write_bytes(PIXEL)
    options, files, memo = site_options(root), the_site(), Memo()
    store = Store(root / ".citewell", bytes(32))
    fresh: list[Artifact] = []

    def errors(known: Examined, outputs: frozenset[str]) -> list[Diagnostic]:
        nothing = Before(Records(), lambda: None, lambda _path, _sha256: False)
        made = produce(known, nothing, partial(collect, fresh), Wanted(outputs))
        return [fault for fault in made.diagnostics if fault.severity == "error"]

    while True:
        places = write(files, content)
        known = examine(read_inputs(options), store, options, memo)
        refused = errors(known, frozenset())  # files are made once, when nothing is refused any more
        if not refused:
            break
        for fault in refused:
            assert fault.span.path in files, fault
            assert (fault.span.path, fault.span.line) in places, (
                f"told at a place where no string stands: {fault}"
            )
            places[fault.span.path, fault.span.line].refused = fault.code
    assert errors(known, OUTPUTS) == []
    for file in fresh:
        (root / "site" / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / "site" / file.path).write_bytes(file.data)
    bits = tuple(each for lines in files.values() for each in lines if isinstance(each, Bit))
    with served(root / "site") as guide:
        yield Published(guide, bits)


WATCH = """
  window.hit = parent.hit = () => { document.documentElement.dataset.hit = "yes"; };
  window.alert = window.prompt = window.confirm = window.hit;
  document.addEventListener("securitypolicyviolation", (event) => {
    (window.broken ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
  });
"""
SEEN = """
  () => {
    const elements = [...document.querySelectorAll("*")];
    const names = elements.flatMap((element) => element.getAttributeNames().map((name) => [element, name]));
    const addresses = ["href", "src", "action", "formaction", "data", "srcdoc", "xlink:href", "ping", "background"];
    const safe = ["http:", "https:", "mailto:", "tel:"];
    return {
      hit: document.documentElement.dataset.hit ?? "",
      broken: window.broken ?? [],
      handlers: names.filter(([, name]) => name.startsWith("on") || name === "style").map(
        ([element, name]) => `${element.localName} ${name}`),
      addresses: names.filter(([element, name]) => addresses.includes(name)
        && URL.canParse(element.getAttribute(name), location)
        && !safe.includes(new URL(element.getAttribute(name), location).protocol))
        .map(([element, name]) => element.getAttribute(name)),
      kinds: [...new Set(elements.map((element) => element.localName))],
      scripts: [...document.scripts].filter((script) => script.type !== "application/ld+json").map(
        (script) => new URL(script.src).pathname.split("/").at(-1).replace(/[.][0-9a-f]{10}[.]/, ".")),
      data: [...document.scripts].filter((script) => script.type).map((script) => script.textContent),
      text: document.documentElement.textContent,
      title: document.title,
      images: [...document.images].map((image) => image.alt),
      inner: document.querySelectorAll("main main, title *").length,
    };
  }
"""
NEVER = {
    "iframe",
    "object",
    "embed",
    "base",
    "style",
    "math",
    "noscript",
    "video",
    "audio",
    "frame",
    "textarea",
}


def listened(page: Page, guide: Guide) -> list[str]:
    """Give a list that fills with whatever a page should not do."""
    wrong: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        wrong.append(f"{page.url}: a dialog")
        dialog.dismiss()

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            wrong.append(f"{page.url}: {said.text}")

    def see(asked: Request) -> None:
        if not asked.url.startswith(guide.address):
            wrong.append(f"{page.url}: asked for {asked.url}")

    page.on("dialog", dismiss)
    page.on("console", hear)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("request", see)
    return wrong


def looked_at(page: Page) -> str:
    """See that a page is what the templates make of it, and give its words."""
    seen = page.evaluate(SEEN)
    for what in ("hit", "broken", "handlers", "addresses", "inner"):
        assert not seen[what], f"{page.url}: {what}: {seen[what]}"
    assert not NEVER & {*seen["kinds"]}, page.url
    assert seen["scripts"] == ["from-disk.js", "pages.js"], page.url
    assert all(json.loads(data)["@context"] == "https://schema.org" for data in seen["data"]), page.url
    return " ".join(f"{seen['text']} {' '.join(seen['images'])}".split())


@pytest.mark.parametrize("policy", ["as hosts send it", "of the page alone", "none"])
def test_every_string_comes_out_as_text(policy: str, published: Published, browser: Browser) -> None:
    guide = published.guide
    context = browser.new_context(bypass_csp=policy == "none")
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH)
    page = context.new_page()
    if policy == "of the page alone":  # a host that does not know `_headers`
        page.route(
            "**/*",
            lambda route: route.fulfill(path=guide.file(unquote(urlsplit(route.request.url).path[1:]))),
        )
    wrong = listened(page, guide)
    words = []
    for path in guide.pages:
        if policy != "none" and path.endswith("questions/"):
            continue  # the policy has nothing to say there that it does not say on the page itself
        page.goto(guide.address + quote(path))
        words.append(looked_at(page))
    context.close()
    assert wrong == []

    everything = " ".join(words)
    for place in ("escaped text", "fence", "source", "term", "library j"):
        accepted = [each for each in published.bits if each.place == place and not each.refused]
        assert len(accepted) >= 60, place
        texts = (" ".join(STRINGS[each.numbers[0]].split()) for each in accepted)
        assert [text for text in texts if text not in everything] == [], place


@pytest.mark.parametrize(
    "place", ["term", "source", "code", "fence", "escaped text", "box", "alt", "library j"]
)
def test_only_what_nobody_could_see_is_refused_as_text(place: str, published: Published) -> None:
    hidden = {number for number, text in enumerate(STRINGS) if HIDDEN.search(text)}
    refused = {each.numbers[0] for each in published.bits if each.place == place and each.refused}
    assert {STRINGS[number] for number in refused - hidden} <= MISREAD.get(place, set())


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("text", {"text/raw-html", "links/scheme"}),
        ("link address", {"links/scheme", "links/missing-page"}),
        ("source address", {"citations/bad-url"}),
        ("source doi", {"citations/bad-doi"}),
        ("citation", {"citations/unknown", "citations/unreadable"}),
        ("alias", {"front-matter/bad-alias"}),
    ],
)
def test_what_could_be_taken_for_code_is_told_as_what_it_is(
    place: str, codes: set[str], published: Published
) -> None:
    told = Counter(each.refused for each in published.bits if each.place == place)
    assert all(told[code] for code in codes), told


@pytest.mark.parametrize("key", ["base_url", "organisation", "licence"])
def test_no_string_is_an_address_of_the_settings(key: str) -> None:
    for text in STRINGS:
        value = quoted(text)
        line = (
            f"base_url: {value}"
            if key == "base_url"
            else f"base_url: https://a.example\n{key}: {{name: A, url: {value}}}"
        )
        told = parse_config(Source("site.yaml", f"title: A\n{line}\n".encode())).diagnostics
        assert [fault.code for fault in told] == ["site/bad-url"] or HIDDEN.search(text), text
