"""What is published beside the pages, from values made by hand."""

import json
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from msgspec import structs

from citewell.core.diagnostic import Span
from citewell.core.digest import digest
from citewell.core.model import Article, Config, Editor, Facts, Line, Organisation, Parsed
from citewell.core.policy import HOST_POLICY, PAGE_POLICY
from citewell.core.view import (
    ArticleView,
    Artifact,
    Chrome,
    Content,
    HomeView,
    NotFoundView,
    Resolved,
    SheetView,
    SourcesView,
    Statics,
    View,
)
from citewell.outputs import find_outputs
from citewell.resolve.gather import Given, gather
from citewell.resolve.outlines import outlined

OUTPUTS = {output.name: output for output in find_outputs()}
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CONFIG = Config(
    title="A site & more",
    tagline="What is known",
    intro="",
    base_url="https://example.org/docs/",
    language="en",
    organisation=Organisation("A group"),
    editors=(Editor("The editors"),),
    navigation=(),
    trust=(),
    licence=None,
    review="6 months",
    citation_style="vancouver",
    severity={},
    html=(),
)
CHROME = Chrome("A site", "en", "/", CONFIG.base_url, CONFIG.organisation, None, (), (), {}, {})


def facts(id_: str, **changes: object) -> Facts:
    plain = Facts(
        id=id_,
        path=f"articles/{id_}.md",
        url=f"{id_}/",
        kind="article",
        draft=False,
        title=Line(id_.title(), id_.title()),
        dek=Line("", f"About <{id_}>"),
        kicker=Line(),
        published=date(2026, 1, 1),
        updated=None,
        review=None,
        tags=(),
        aliases=(),
        parent=None,
        companions=(),
        anchors=(),
        blocks=(),
        terms=(),
        questions=(),
        citations=None,
        holes=(),
        doubt=(),
        span=Span("x"),
        article="",
    )
    return structs.replace(plain, **changes)


def view(url: str, content: Content) -> View:
    return View("t.html", url, Line("T", "T"), "", (), CHROME, content)


def article_view(url: str) -> View:
    return view(url, ArticleView("", (), {}, (), (), (), (), (), (), (), (), (), "", None))


def resolved(*pages: Facts, drafts: tuple[Facts, ...] = (), views: tuple[View, ...] = ()) -> Resolved:
    parsed = tuple(outlined(Parsed(page.path, page, None, ())) for page in (*pages, *drafts))
    site = gather(Given(CONFIG, (), {}, {}, {}), parsed).site
    urls = (*(page.url for page in pages), *(view.url for view in views))
    return Resolved(site, urls, lambda: iter(()), Statics((Artifact("static/a.css", b"a {}"),), {}))


class Echo:
    """A renderer that says what it was asked to render."""

    def page(self, view: View, article: Article | None) -> bytes:
        return f"{view.url} é {article}".encode()


def made(name: str, given: Resolved) -> dict[str, bytes]:
    output = OUTPUTS[name]
    return {path: output.make(value, None, Echo()) for path, value in output.plan(given)}


def feed(*pages: Facts) -> ET.Element:
    return ET.fromstring(made("feed", resolved(*pages))["feed.xml"])  # noqa: S314 -- our own output


def texts(root: ET.Element, path: str) -> list[str | None]:
    return [found.text for found in root.findall(path)]


def test_each_output_has_a_name() -> None:
    assert list(OUTPUTS) == [
        "cards",
        "feed",
        "headers",
        "html",
        "manifest",
        "robots",
        "search",
        "sitemap",
        "static",
    ]


def test_pages_lie_in_folders_but_for_the_one_that_hosts_look_for() -> None:
    views = (article_view("one/"), view("", HomeView("", "", ())), view("404.html", NotFoundView(())))
    output = OUTPUTS["html"]
    planned = [output.page(view, None, Statics((), {})) for view in views]
    assert {path: output.make(value, None, Echo()) for path, value in filter(None, planned)} == {
        "one/index.html": "one/ é None".encode(),
        "index.html": " é None".encode(),
        "404.html": "404.html é None".encode(),
    }


def test_files_are_published_as_they_are() -> None:
    assert made("static", resolved()) == {"static/a.css": b"a {}"}


def test_hosts_are_told_to_let_pages_load_their_own_files_only() -> None:
    rules = made("headers", resolved())["_headers"].decode().split("\n\n")
    everywhere, fingerprinted = ([line.strip() for line in rule.strip().split("\n")] for rule in rules)
    assert everywhere[0] == "/*"
    headers = dict(line.split(": ", 1) for line in everywhere[1:])
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert {value for name, value in policy.items() if name != "default-src" and name.endswith("-src")} == {
        "'self'"
    }
    assert not any(word in headers["Content-Security-Policy"] for word in ("unsafe", "*", "http", "data:"))
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert fingerprinted == ["/static/*", "Cache-Control: public, max-age=31536000, immutable"]


def test_a_page_asks_for_the_part_of_the_policy_that_a_page_may_ask_for() -> None:
    page = dict(part.split(" ", 1) for part in PAGE_POLICY.split("; "))
    assert page.items() < dict(part.split(" ", 1) for part in HOST_POLICY.split("; ")).items()
    assert not {"frame-ancestors", "report-uri", "sandbox"} & page.keys()


def test_robots_are_shown_the_sitemap() -> None:
    assert made("robots", resolved())["robots.txt"].decode().splitlines() == [
        "User-agent: *",
        "Allow: /",
        "",
        "Sitemap: https://example.org/docs/sitemap.xml",
    ]


def test_the_manifest_names_the_site_and_its_icons() -> None:
    icons = {"icon-192.png": "static/icon-192.0.png", "icon-512.png": "static/icon-512.0.png"}
    statics = Statics((), {"site.css": "static/site.0.css", **icons})
    given = structs.replace(resolved(), statics=statics)
    manifest = json.loads(made("manifest", given)["site.webmanifest"])
    assert manifest["name"] == "A site & more"
    assert [(icon["src"], icon["sizes"]) for icon in manifest["icons"]] == [
        ("static/icon-192.0.png", "192x192"),
        ("static/icon-512.0.png", "512x512"),
    ]


def test_the_sitemap_holds_what_is_to_be_found() -> None:
    given = resolved(
        facts("one", updated=date(2026, 2, 2)),
        facts("two"),
        facts("three", published=None),
        drafts=(facts("draft", draft=True),),
        views=(
            view("", HomeView("", "", ())),
            view("one/questions/", SheetView("one/", None, ())),
            view("draft/", SourcesView(())),
        ),
    )
    root = ET.fromstring(made("sitemap", given)["sitemap.xml"])  # noqa: S314 -- our own output
    assert texts(root, f"{MAP}url/{MAP}loc") == [
        f"https://example.org/docs/{path}"
        for path in ("one/", "two/", "three/", "", "one/questions/", "draft/")
    ]
    assert texts(root, f"{MAP}url/{MAP}lastmod") == ["2026-02-02", "2026-01-01"]


def test_the_feed_has_what_atom_asks_for() -> None:
    root = feed(facts("one", updated=date(2026, 2, 2)), facts("two"))
    assert texts(root, f"{ATOM}id") == ["https://example.org/docs/"]
    assert texts(root, f"{ATOM}title") == ["A site & more"]
    assert texts(root, f"{ATOM}updated") == ["2026-02-02T00:00:00Z"]
    assert texts(root, f"{ATOM}author/{ATOM}name") == ["The editors"]
    assert {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")} == {
        "self": "https://example.org/docs/feed.xml",
        "alternate": "https://example.org/docs/",
    }
    assert texts(root, f"{ATOM}entry/{ATOM}id") == [
        f"https://example.org/docs/{path}/" for path in ("one", "two")
    ]
    assert texts(root, f"{ATOM}entry/{ATOM}published") == ["2026-01-01T00:00:00Z"] * 2
    assert texts(root, f"{ATOM}entry/{ATOM}summary") == ["About <one>", "About <two>"]


def test_the_feed_goes_from_new_to_old() -> None:
    root = feed(
        facts("b"),
        facts("a"),
        facts("undated", published=None),
        facts("newest", updated=date(2026, 3, 3)),
        facts("younger", published=date(2026, 1, 2)),
        facts("edited", published=date(2025, 1, 1), updated=date(2026, 1, 1)),
    )
    assert texts(root, f"{ATOM}entry/{ATOM}title") == ["Newest", "Younger", "A", "B", "Edited"]


def test_the_feed_holds_the_newest_twenty() -> None:
    root = feed(*(facts(f"page-{day}", published=date(2026, 1, day)) for day in range(1, 26)))
    assert len(root.findall(f"{ATOM}entry")) == 20
    assert texts(root, f"{ATOM}entry/{ATOM}id")[-1] == "https://example.org/docs/page-6/"


def test_a_feed_without_entries_is_still_a_feed() -> None:
    assert texts(feed(), f"{ATOM}updated") == ["1970-01-01T00:00:00Z"]


@pytest.mark.parametrize(
    "changes", [{"tags": ("x",)}, {"anchors": ("x",)}, {"kicker": Line("x", "x")}, {"span": Span("y", 9)}]
)
@pytest.mark.parametrize("name", ["feed", "sitemap"])
def test_what_an_output_does_not_show_is_no_part_of_its_key(name: str, changes: dict[str, Any]) -> None:
    def key(*pages: Facts) -> str:
        return digest(tuple(OUTPUTS[name].plan(resolved(*pages))))

    assert key(facts("one")) == key(facts("one", **changes))
    assert key(facts("one")) != key(facts("one", updated=date(2026, 5, 5)))


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_plan_can_be_digested_and_is_made_the_same_each_time(name: str) -> None:
    given = resolved(facts("one"))
    assert digest(tuple(OUTPUTS[name].plan(given)))
    assert made(name, given) == made(name, given)
