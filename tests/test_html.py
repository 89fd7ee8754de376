"""Every page that is published is valid, and every address on it leads somewhere.

The pages are those of the repository's own site, under the root and under a path, those of the documentation, and those of
a site that has every part of the editors' language in it, in the default theme.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest

from citewell.builder import build, site_options
from citewell.core.policy import PAGE_POLICY
from citewell.resolve.assets import integrity

ROOT = Path(__file__).resolve().parents[1]
VNU = ROOT / "tests/node_modules/vnu-jar/build/dist/vnu.jar"
HOST = "https://host.example"
PASSED_ON = {
    *(f"og:{name}" for name in ("title", "type", "url", "description", "site_name", "locale")),
    *(f"og:image{name}" for name in ("", ":alt", ":width", ":height")),
    *(f"article:{name}" for name in ("published_time", "modified_time")),
    "twitter:card",
}
# The checker takes a file for a page without an origin, and data for a script; a browser judges the policy (tests/browser).
OF_THE_POLICY = re.compile(
    r"(?:Resource violates Content Security Policy \(meta tag\): (?:external stylesheet|external script|image) “[./]*(?:docs/)?static/"
    r"|Inline script violates Content Security Policy \(meta tag\))"
)


@dataclass
class Page(HTMLParser):
    """What a page holds, as a browser would find it."""

    path: str
    text: str
    ids: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)  # element, address
    opened: list[str] = field(default_factory=list)  # ids of what a button opens
    headings: list[int] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)  # styles, scripts and handlers inside the page
    data: list[str] = field(default_factory=list)  # JSON-LD
    _in_data: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.opened += [given["popovertarget"]] if "popovertarget" in given else []
        self.addresses += [
            (tag, given[name]) for name in ("href", "src", "poster", "action") if name in given
        ]
        self.addresses += [(tag, part.split()[0]) for part in given.get("srcset", "").split(",") if part]
        if tag == "meta" and given.get("http-equiv") == "refresh":
            self.addresses.append((tag, given["content"].partition("url=")[2]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self._in_data = tag == "script" and given.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and not (self._in_data or "src" in given)):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data.append(data)
            self._in_data = False

    @property
    def is_redirect(self) -> bool:
        return 'http-equiv="refresh"' in self.text


@dataclass(frozen=True)
class Tree:
    """A published site: the folder, the path on its host, and its pages."""

    folder: Path
    base: str
    pages: tuple[Page, ...]

    def url(self, page: Page) -> str:
        return f"{HOST}{self.base}{page.path.removesuffix('index.html')}"

    def file_of(self, url: str) -> Path:
        """The file that a host gives for a path."""
        path = unquote(urlsplit(url).path)
        assert path.startswith(self.base), f"{url} is outside {self.base}"
        place = self.folder / path.removeprefix(self.base)
        return place / "index.html" if path.endswith("/") else place


def _tree(site: Path, root: Path, base: str, folders: tuple[str, ...] = ("content",)) -> Tree:
    for folder in folders:
        shutil.copytree(site / folder, root / folder)
    outcome = build(site_options(root, base_url=f"{HOST}{base}"))
    assert [(found.code, found.span, found.message) for found in outcome.diagnostics] == []
    published = root / "site"
    pages = (
        Page(path.relative_to(published).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(published.rglob("*.html"))
    )
    return Tree(published, base, tuple(pages))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sites")


@pytest.fixture(scope="module")
def trees(folder: Path) -> dict[str, Tree]:
    return {
        "guide": _tree(ROOT, folder / "guide", "/"),
        "guide under a path": _tree(ROOT, folder / "under a path", "/docs/"),
        "docs": _tree(ROOT / "docs", folder / "docs", "/", ("content", "templates")),
        "language": _tree(ROOT / "tests/sites/language", folder / "language", "/"),
    }


@pytest.fixture(params=["guide", "guide under a path", "docs", "language"])
def tree(request: pytest.FixtureRequest, trees: dict[str, Tree]) -> Tree:
    return trees[request.param]


def test_nu_html_checker_has_nothing_to_say(trees: dict[str, Tree]) -> None:
    java = shutil.which("java")
    if java is None or not VNU.is_file():
        why = "install Java 17 (`apt install default-jre-headless`) and run `npm ci --prefix tests --ignore-scripts`"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    places = [str(tree.folder) for tree in trees.values()]
    command = [
        java,
        "-jar",
        str(VNU),
        "--format",
        "json",
        "--stdout",
        "--exit-zero-always",
        "--skip-non-html",
    ]
    done = subprocess.run([*command, *places], capture_output=True, text=True, check=True)
    told = [
        f"{message['url']}:{message.get('lastLine')}: {message['message']}"
        for message in json.loads(done.stdout)["messages"]
        if not OF_THE_POLICY.match(message["message"])
    ]
    assert told == []


def test_every_address_leads_to_something(tree: Tree) -> None:
    ids = {page.path: set(page.ids) for page in tree.pages}
    for page in tree.pages:
        for element, address in page.addresses:
            target = urljoin(tree.url(page), address)
            if not target.startswith(f"{HOST}/"):
                assert urlsplit(target).scheme in {"https", "http", "mailto", "tel"}, address
                continue
            file = tree.file_of(target)
            assert file.is_file(), f"{page.path}: <{element}> leads to {address}"
            fragment = unquote(urlsplit(target).fragment)
            if fragment:
                known = ids[file.relative_to(tree.folder).as_posix()]
                assert fragment in known, f"{page.path}: <{element}> leads to {address}"


def test_the_page_for_missing_addresses_works_under_any_path(tree: Tree) -> None:
    page = next(page for page in tree.pages if page.path == "404.html")
    own = [address for _, address in page.addresses if not urlsplit(address).scheme]
    assert own
    assert all(address.startswith((tree.base, "#")) for address in own)


def test_pages_load_nothing_from_elsewhere(tree: Tree) -> None:
    loads = {"img", "script", "source", "iframe", "video", "audio", "link"}
    for page in tree.pages:
        for element, address in page.addresses:
            if element in loads:
                target = urljoin(tree.url(page), address)
                assert target.startswith(f"{HOST}{tree.base}"), f"{page.path}: {address}"


def test_ids_are_unique(tree: Tree) -> None:
    for page in tree.pages:
        assert len(page.ids) == len(set(page.ids)), page.path


def test_every_button_opens_something_on_its_page(tree: Tree) -> None:
    assert {page.path for page in tree.pages if page.opened}
    for page in tree.pages:
        assert set(page.opened) <= set(page.ids), page.path


def test_headings_begin_with_one_title_and_skip_no_level(tree: Tree) -> None:
    for page in tree.pages:
        if not page.is_redirect:
            assert page.headings.count(1) == 1, page.path
            assert page.headings[0] == 1, page.path
            steps = zip(page.headings, page.headings[1:], strict=False)
            assert all(below <= above + 1 for above, below in steps), page.path


def test_nothing_is_inline(tree: Tree) -> None:
    assert {page.path: page.inline for page in tree.pages if page.inline} == {}


def test_each_page_asks_for_its_policy_before_anything_that_it_governs(tree: Tree) -> None:
    for page in tree.pages:
        policy, head = f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">', page.text
        assert policy in head, page.path
        assert not re.search("<(?:link|script|img|base)", head.partition(policy)[0]), page.path
        assert '<meta name="referrer" content="no-referrer">' in head, page.path


def test_styles_and_scripts_are_the_very_bytes_that_the_page_names(trees: dict[str, Tree]) -> None:
    for name in ("guide", "guide under a path", "docs"):
        tree = trees[name]
        for page in tree.pages:
            named = re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"([^>]*)>', page.text)
            assert page.is_redirect or len(named) == 3, page.path
            for address, attributes in named:
                if "from-disk." in address:
                    assert "integrity" not in attributes
                else:
                    data = tree.file_of(urljoin(tree.url(page), address)).read_bytes()
                    assert f'integrity="{integrity(data)}"' in attributes, page.path


def test_links_to_other_sites_let_those_know_nothing(tree: Tree) -> None:
    for page in tree.pages:
        for link in re.findall(r"<a [^>]*>", page.text):
            if re.search(r'href="https?:', link):
                assert re.search(r'rel="[^"]*\bnoopener\b', link), f"{page.path}: {link}"


def _kinds(value: object) -> Iterator[str]:
    """Every `@type` in a value of JSON."""
    match value:
        case dict():
            kind = value.get("@type", [])
            yield from [kind] if isinstance(kind, str) else kind
            for inner in value.values():
                yield from _kinds(inner)
        case list():
            for inner in value:
                yield from _kinds(inner)


def test_structured_data_names_what_the_exosomes_page_is(trees: dict[str, Tree]) -> None:
    page = next(page for page in trees["guide"].pages if page.path == "exosomes/index.html")
    (text,) = page.data
    kinds = set(_kinds(json.loads(text)))
    assert {"Article", "MedicalWebPage"} & kinds
    assert {"FAQPage", "DefinedTermSet", "DefinedTerm", "BreadcrumbList", "Organization"} <= kinds


def test_structured_data_can_be_read_on_every_page(tree: Tree) -> None:
    for page in tree.pages:
        for text in page.data:
            assert json.loads(text)["@context"] == "https://schema.org", page.path


def test_every_page_tells_those_who_pass_it_on_what_it_is(trees: dict[str, Tree]) -> None:
    tree = trees["guide"]
    for page in tree.pages:
        if page.is_redirect or page.path == "404.html":
            continue
        told = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]+)">', page.text))
        assert PASSED_ON - told.keys() == set(), page.path
        assert tree.file_of(told["og:image"]).stat().st_size < 40_000, page.path


def test_site_map_lists_every_page_and_nothing_else(tree: Tree) -> None:
    names = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = ET.fromstring((tree.folder / "sitemap.xml").read_bytes())  # noqa: S314 -- we wrote it
    listed = [place.text for place in root.iterfind("map:url/map:loc", names)]
    pages = [tree.url(page) for page in tree.pages if not (page.is_redirect or page.path == "404.html")]
    assert sorted(map(str, listed)) == sorted(pages)


def test_feed_leads_to_pages(tree: Tree) -> None:
    names = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring((tree.folder / "feed.xml").read_bytes())  # noqa: S314 -- we wrote it
    links = [str(link.get("href")) for link in root.iterfind("a:entry/a:link", names)]
    assert links or tree.folder.parent.name in {"docs", "language"}  # which have no dates
    assert all(tree.file_of(link).is_file() for link in links)
