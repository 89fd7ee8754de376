"""What is wrong with an answer, whatever the question was: sentences, none where all is right."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

from citewell.core.diagnostic import Diagnostic, Span

BASE_URL = "https://fuzz.example/docs/"
CANARY = "citewell-canary"
"""The name of an element and of an attribute that the inputs are full of, and that no page may have."""

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_PHRASING_ONLY = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "button",
        "summary",
        "span",
        "em",
        "strong",
        "a",
        "code",
        "sup",
        "sub",
        "dt",
    ]
)
_NOT_PHRASING = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "dd",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "ul",
    ]
)
_PARENTS = {
    "li": {"ul", "ol", "menu"},
    "tr": {"thead", "tbody", "tfoot", "table"},
    "td": {"tr"},
    "th": {"tr"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "thead": {"table"},
    "tbody": {"table"},
}
_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)  # read as blanks
_QUOTED = re.compile("`([^`]+)`")
_QUOTING = frozenset(  # diagnostics whose message begins with the very text at fault
    [
        "blocks/unknown",
        "citations/unknown",
        "citations/unreadable",
        "family/unknown-parent",
        "front-matter/unknown-key",
        "headings/skipped-level",
        "headings/unknown-attribute",
        "links/unknown-reference",
        "links/unreadable",
        "sources/unknown-field",
        "terms/two-meanings",
        "text/emphasis-only",
        "text/raw-html",
        "text/unknown-footnote",
        "yaml/repeated-key",
    ]
)
_UNESCAPED = re.compile(r"&(?![a-zA-Z]+;|#\d+;|#x[0-9a-fA-F]+;)")


# -- diagnostics -------------------------------------------------------------------------------------------------------


def as_counted(data: bytes) -> list[str]:
    """Give the lines of a file as spans count them."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def wrongly_told(found: Iterable[Diagnostic], files: Mapping[str, bytes]) -> Iterator[str]:
    """Tell each diagnostic that says nothing, or whose place is not in its file."""
    lines = {path: as_counted(data) for path, data in files.items()}
    for one in found:
        if not (one.message.strip() and one.help.strip()):
            yield f"{one.code}: no message or no help"
        for kind, span in _spans(one):
            if why := _outside(span, lines):
                yield f"{one.code}: the {kind} at {span} {why}"
                return
        yield from _misquoted(one, lines[one.span.path][one.span.line - 1])


def _misquoted(one: Diagnostic, line: str) -> Iterator[str]:
    """Tell a message that quotes text of the very length of its place, while other text stands there."""
    quoted = _QUOTED.search(one.message)
    there = _BLANKED.sub(" ", line[one.span.column - 1 :][: one.span.length])
    is_as_written = quoted and len(quoted[1]) == one.span.length and "\\" not in there
    if one.code in _QUOTING and quoted and is_as_written and quoted[1] != there:
        yield f"{one.code}: `{quoted[1]}` is told where {there!r} stands, in {line!r}"


def _spans(one: Diagnostic) -> Iterator[tuple[str, Span]]:
    yield "place", one.span
    yield from (("other place", other.span) for other in one.related)
    if one.edit is not None:
        yield "edit", one.edit.span


def _outside(span: Span, lines: Mapping[str, list[str]]) -> str:
    if span.path not in lines:
        return "is in no file"
    if not 1 <= span.line <= len(lines[span.path]):
        return "is on no line"
    line = lines[span.path][span.line - 1]
    if span.column < 1 or span.length < 0 or span.column - 1 > len(line):
        return f"is beside its line {line!r}"
    # What is missing at the end of a line is shown by one caret behind it.
    if span.column - 1 + span.length > max(len(line), span.column):
        return f"reaches beyond its line {line!r}"
    return ""


# -- pages -------------------------------------------------------------------------------------------------------------


@dataclass
class Page(HTMLParser):
    """A page, or a part of one, read strictly: every element is closed in its turn and stands where it may."""

    text: str
    ids: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)  # ids of what a button opens
    data: list[str] = field(default_factory=list)  # JSON-LD
    faults: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=False)
        if hidden := _CHARACTERS.search(self.text):
            self.faults.append(f"the character {hidden[0]!r}")
        self.feed(self.text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID and "svg" not in self._open:
            self.faults.append(f"<{tag}/> closes itself")
        self._start(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1:] == [tag]:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> in {self._open[-1:]}")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["script"]:
            self.data.append(data)
        elif "<" in data or _UNESCAPED.search(data):
            self.faults.append(f"the text {data[:60]!r} is not escaped")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"the comment {data[:60]!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"the instruction {data[:60]!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"the declaration {data[:60]!r}")

    def _start(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names, given = [name for name, _ in attrs], {name: value or "" for name, value in attrs}
        parent = self._open[-1] if self._open else ""
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        if tag == CANARY or any(not re.fullmatch("[a-zA-Z][a-zA-Z:-]*", name) for name in names):
            self.faults.append(f"<{tag}> with {names} was written as text")
        if any(name == "style" or name.startswith("on") or name == CANARY for name in names):
            self.faults.append(f"<{tag}> with {names} could run something")
        if parent in _PHRASING_ONLY and tag in _NOT_PHRASING and (parent, tag[0]) != ("summary", "h"):
            self.faults.append(f"<{tag}> in <{parent}>")
        if parent and tag in _PARENTS and parent not in _PARENTS[tag]:
            self.faults.append(f"<{tag}> in <{parent}>")
        if tag in {"a", "button"} and {"a", "button"} & set(self._open):
            self.faults.append(f"<{tag}> in {self._open}")
        self.ids += [given["id"]] if "id" in given else []
        self.opened += [given["popovertarget"]] if "popovertarget" in given else []
        self.addresses += [given[name] for name in ("href", "src") if name in given]
        if given.get("http-equiv") == "refresh":
            self.addresses.append(given.get("content", "").partition("url=")[2])


def wrongly_published(tree: Mapping[str, bytes], base_url: str) -> Iterator[str]:
    """Tell what is wrong with a published tree: its pages, the addresses on them, and what is for machines. Cards need not be there."""
    pages = {path: Page(data.decode()) for path, data in tree.items() if path.endswith(".html")}
    for path, page in pages.items():
        yield from (f"{path}: {fault}" for fault in page.faults)
        yield from (f"{path}: the id {id_!r} twice" for id_ in set(page.ids) if page.ids.count(id_) > 1)
        yield from (f"{path}: nothing opens as {id_!r}" for id_ in set(page.opened) - set(page.ids))
        yield from (f"{path}: {fault}" for fault in _wrong_data(page))
        yield from (f"{path}: {fault}" for fault in _dead_addresses(path, pages, tree, base_url))
    for path, data in tree.items():
        if path.endswith((".xml", ".svg")) and not path.startswith("static/media/"):
            yield from _not_xml(path, data)
        elif path.endswith(".json"):
            yield from _not_json(path, data.decode())


def _wrong_data(page: Page) -> Iterator[str]:
    for text in page.data:
        if "</" in text or "<!--" in text:
            yield "structured data leaves its element"
        yield from _not_json("structured data", text)


def _not_json(name: str, text: str) -> Iterator[str]:
    try:
        json.loads(text)
    except ValueError as fault:
        yield f"{name} is not JSON: {fault}"


def _not_xml(path: str, data: bytes) -> Iterator[str]:
    try:
        ET.fromstring(data)  # noqa: S314 -- the program under test wrote it, and it declares no entities
    except ET.ParseError as fault:
        yield f"{path} is not XML: {fault}"


def _dead_addresses(
    path: str, pages: Mapping[str, Page], tree: Mapping[str, bytes], base_url: str
) -> Iterator[str]:
    here = urljoin(base_url, quote(path.removesuffix("index.html")))
    for address in pages[path].addresses:
        try:
            scheme, target = urlsplit(address).scheme, urlsplit(urljoin(here, address))
        except ValueError as fault:
            yield f"the address {address!r}: {fault}"
            continue
        if scheme:  # a whole address is one of another site
            if scheme not in {"https", "http", "mailto", "tel"}:
                yield f"the address {address!r} is of another kind"
            continue
        if not target.geturl().startswith(base_url):
            yield f"the address {address!r} leads out of the site"
            continue
        file = unquote(target.path).removeprefix(unquote(urlsplit(base_url).path))
        file = f"{file}index.html" if not file or file.endswith("/") else file
        if file not in tree:
            yield f"the address {address!r} leads nowhere"
        elif target.fragment and unquote(target.fragment) not in pages[file].ids:
            yield f"the address {address!r} leads to no place of {file}"
