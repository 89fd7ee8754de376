"""Functions of bytes that must come back quietly: each parses or checks what it is given and asks the oracle."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from markupsafe import Markup

from citewell.blocks import find_blocks
from citewell.core.codes import CODES
from citewell.core.diagnostic import Code
from citewell.core.memo import Memo
from citewell.core.model import (
    Article,
    CiteHole,
    Facts,
    ImageHole,
    LinkHole,
    Many,
    Prose,
    Record,
    Source,
    Value,
)
from citewell.core.plugin import Block
from citewell.core.view import Artifact, CiteFill, Fill, ImageFill, LinkFill, Mark, TermFill
from citewell.io.disk import is_content, read_tree
from citewell.io.inputs import Inputs, Options
from citewell.io.store import Store
from citewell.outputs import find_outputs
from citewell.parse.article import Language, parse_article
from citewell.parse.config import parse_config
from citewell.parse.library import parse_library
from citewell.pipeline import examine
from citewell.production import Wanted, produce
from citewell.records import Before, Records
from citewell.render.prose import Joiner
from citewell.theme import theme_root
from fuzzing.oracle import BASE_URL, Page, wrongly_published, wrongly_told

SETTINGS = f"title: A site\nbase_url: {BASE_URL}\nhtml: [kbd, sub, details, summary]\n".encode()
_NOWHERE = Path("/nonexistent")
_OUTPUTS = frozenset(output.name for output in find_outputs()) - {
    "cards"
}  # pictures of the titles: slow, and tested by themselves
_HEAD = re.compile(rb"^=== ([\w./-]+)\n", re.MULTILINE)


class OracleError(AssertionError):
    """What the oracle says of an answer."""


def article(data: bytes) -> None:
    """Parse a page, and join its prose as if every hole led somewhere."""
    page = parse_article(Source("page.md", data), Language(_blocks(), ("kbd", "sub", "details", "summary")))
    _hold(wrongly_told(page.diagnostics, {"page.md": data}))
    errors = [fault for fault in page.diagnostics if _codes()[fault.code].severity == "error"]
    if page.article is not None and page.facts is not None and not errors:
        _hold(_malformed(page.article, page.facts))


def settings(data: bytes) -> None:
    """Parse the settings of a site."""
    _hold(wrongly_told(parse_config(Source("site.yaml", data)).diagnostics, {"site.yaml": data}))


def library(name: str) -> Callable[[bytes], None]:
    """Give the function that parses a library of that name."""

    def parse(data: bytes) -> None:
        _hold(wrongly_told(parse_library(Source(name, data)).diagnostics, {name: data}))

    return parse


def _collect(files: list[Artifact], file: Artifact) -> str:
    files.append(file)
    return ""


def site(data: bytes) -> None:
    """Check a whole site in memory; where no error stands, make its files and look at them."""
    files = {"site.yaml": SETTINGS, **unpacked(data)}
    options = Options(_NOWHERE, _NOWHERE, _NOWHERE)
    store = Store(_NOWHERE, b"", reading=True)
    known = examine(inputs(files), store, options, Memo())
    published: list[Artifact] = []
    made = produce(
        known,
        Before(Records(), lambda: None, lambda _path, _sha256: False),
        partial(_collect, published),
        Wanted(_OUTPUTS),
    )
    of_templates = [fault for fault in made.diagnostics if fault.code == "templates/fault"]
    _hold(wrongly_told([fault for fault in made.diagnostics if fault not in of_templates], files))
    _hold(map(str, of_templates))
    if all(fault.severity == "warning" for fault in made.diagnostics):
        _hold(wrongly_published({file.path: file.data for file in published}, known.site.config.base_url))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "article": article,
    "settings": settings,
    "yaml": library("sources.yaml"),
    "json": library("sources.json"),
    "bib": library("sources.bib"),
    "ris": library("sources.ris"),
    "site": site,
}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Give several files as one text: each below a line `=== its/path`."""
    return b"".join(b"=== %s\n%s\n" % (path.encode(), data) for path, data in files.items())


def unpacked(data: bytes) -> dict[str, bytes]:
    """Give the files of such a text, as far as a site may have files of those names."""
    _, *parts = _HEAD.split(data)
    files = {
        path.decode("ascii", "replace"): text for path, text in zip(parts[::2], parts[1::2], strict=True)
    }
    return {path: text for path, text in files.items() if is_content(path) and _is_plain(path)}


def _is_plain(path: str) -> bool:
    return all(part.strip(".") for part in path.split("/"))


def inputs(files: Mapping[str, bytes]) -> Inputs:
    """Give the inputs of a build of these files with the default theme."""
    sources = tuple(Source(path, data) for path, data in sorted(files.items()))
    return Inputs(sources, _theme("templates"), _theme("static"), {}, "fuzz", None, ())


@cache
def _theme(folder: str) -> dict[str, bytes]:
    return read_tree(theme_root() / folder)


@cache
def _blocks() -> tuple[Block, ...]:
    return find_blocks(_NOWHERE)


@cache
def _codes() -> dict[str, Code]:
    return CODES | {code.name: code for block in _blocks() for code in block.codes}


def _hold(faults: Iterable[str]) -> None:
    if told := list(faults):
        raise OracleError("\n".join(told))


def _malformed(article: Article, facts: Facts) -> Iterator[str]:
    joiner = Joiner(
        str, {hole.number: _fill(hole) for hole in facts.holes}, (), lambda _block, _level: Markup()
    )
    for prose in _prose(
        Record({"body": article.body, **{str(n): b.data for n, b in enumerate(article.blocks)}})
    ):
        markup = joiner.prose(prose)
        yield from (f"{fault}, in {markup[:300]!r}" for fault in Page(str(markup)).faults)
    for line in (article.title, article.dek, article.kicker, *(heading.line for heading in article.headings)):
        yield from (f"{fault}, in {line.html[:300]!r}" for fault in Page(line.html).faults)


def _prose(value: Value) -> Iterator[Prose]:
    match value:
        case Prose():
            yield value
        case Record(fields):
            for field in fields.values():
                yield from _prose(field)
        case Many(items):
            for item in items:
                yield from _prose(item)


def _fill(hole: object) -> Fill:
    match hole:
        case LinkHole():
            return LinkFill("there/", external=False)
        case CiteHole(number, items):
            return CiteFill(
                tuple(Mark(at, f"c{at}-{number}", item.locator) for at, item in enumerate(items, 1))
            )
        case ImageHole(_, _, alt, _, title):
            return ImageFill("there.png", alt, 1, 1, title)
        case _:
            return TermFill("term", getattr(hole, "label", ""))
