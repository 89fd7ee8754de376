"""Values made by hand, to HTML."""

import gc
import json
import re
from datetime import date
from functools import cache
from types import CodeType
from typing import Any

import pytest
from hypothesis import given, settings, strategies
from jinja2 import Environment
from msgspec import structs

from citewell.core.csl import Run
from citewell.core.model import (
    Article,
    BlockData,
    Editor,
    Gap,
    Heading,
    Licence,
    Line,
    Many,
    Organisation,
    Piece,
    Prose,
    Record,
    Review,
    Section,
    Slot,
    Words,
)
from citewell.core.plugin import Block
from citewell.core.view import (
    ArticleView,
    Asked,
    Branch,
    Chrome,
    CitedWork,
    CiteFill,
    Content,
    Definition,
    Entry,
    EntryFill,
    Excerpt,
    Fill,
    GlossaryView,
    HomeView,
    ImageFill,
    Link,
    LinkFill,
    Mark,
    NotFoundView,
    RedirectView,
    Reference,
    SheetView,
    SourceData,
    SourcesView,
    TagsView,
    TagView,
    TermFill,
    TermUse,
    View,
)
from citewell.render.fault import TemplateFault
from citewell.render.html import HtmlRenderer
from citewell.render.prepared import prepared
from citewell.render.prose import Joiner, reference_markup
from citewell.render.theme import Theme, asset_names, bundle, with_blocks
from citewell.theme import theme_root

EVIL = '<script>alert("x")</script>&\'"'
EVIL_ADDRESS = f"https://a.example/?{EVIL}"
REFERENCE = Reference(1, (Run("Park J. Vesicles are not "), Run("cells", "i"), Run(".")), ("c1-1",))
SOURCE_DATA = SourceData("Vesicles are not cells", "https://doi.org/10.1/x", "2024-02-07")
BOX = Block(
    name="box",
    order=1,
    holds="body",
    template='<h{{ level }} class="{{ placed }}">{{ block.body }}</h{{ level }}>',
)
SOURCES = Block(
    name="sources",
    order=90,
    holds="citations",
    template="{% for source in content.references %}<p>{{ reference(source.text) }}</p>{% endfor %}",
)
EDITORS = (Editor("The editors", "Editorial review"),)


def theme() -> Theme:
    return Theme({path.name: path.read_text("utf-8") for path in (theme_root() / "templates").glob("*.html")})


CHROME = Chrome(
    title="A site",
    language="en-GB",
    root="/docs/",
    base_url="https://example.org/docs/",
    organisation=Organisation("A group"),
    licence=Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    navigation=(Link("map/", Line("Map", "Map")),),
    trust=(Link("sources/", Line("Sources", "Sources")),),
    assets={name: f"static/{name}" for name in asset_names(theme())}
    | {"site.css": "static/site.0123456789.css"},
    integrity=dict.fromkeys(asset_names(theme()), "sha384-0"),
)


def article(*pieces: Piece, **changes: object) -> Article:
    plain = Article(
        title=Line("A <em>page</em>", "A page"),
        dek=Line("About it", "About it"),
        kicker=Line("A story", "A story"),
        kind="article",
        published=date(2026, 1, 2),
        updated=date(2026, 11, 22),
        review=Review(date(2026, 11, 22), "The editors", "Editorial review", date(2027, 5, 22)),
        body=Prose(pieces),
        blocks=(),
        unplaced=(),
        headings=(),
    )
    return structs.replace(plain, **changes)


def view(content: Content | None = None, **changes: object) -> View:
    plain = View(
        template="article.html",
        url="page/",
        title=Line("A <em>page</em>", "A page"),
        description="About it",
        breadcrumb=(Link("", Line("A site", "A site")),),
        chrome=CHROME,
        content=content or lent(),
        published=date(2026, 1, 2),
        updated=date(2026, 11, 22),
    )
    return structs.replace(plain, **changes)


def lent(fills: dict[int, Fill] | None = None, **changes: object) -> ArticleView:
    plain = ArticleView("digest", (), fills or {}, (), (), (), (), EDITORS, (), (), (), (), "", None)
    return structs.replace(plain, **changes)


def page(
    content: Content,
    *,
    own: Article | None = None,
    blocks: tuple[Block, ...] = (BOX, SOURCES),
    **changes: object,
) -> str:
    return HtmlRenderer(theme(), blocks).page(view(content, **changes), own).decode()


def text(template: str, content: Content | None = None, own: Article | None = None, **changes: object) -> str:
    """Render a template that is all there is."""
    templates = {"t.html": template, "broken.html": "{% if %}", "loop.html": '{% include "loop.html" %}'}
    renderer = HtmlRenderer(Theme(templates), (BOX,))
    return renderer.page(view(content, template="t.html", **changes), own or article()).decode()


# -- prose ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fill", "html"),
    [
        (LinkFill("other/#part", external=False), '<a href="../other/#part">label</a>'),
        (LinkFill("page/#part", external=False), '<a href="#part">label</a>'),
        (
            LinkFill("https://a.example/?a=1&b=2", external=True),
            '<a href="https://a.example/?a=1&amp;b=2" rel="noopener">label</a>',
        ),
    ],
)
def test_link_holes_take_the_attributes_of_a_link(fill: Fill, html: str) -> None:
    own = article("<a ", Gap(1), ">label</a>")
    assert text("{{ content.body }}", lent({1: fill}), own) == html


def test_citation_marks_link_to_the_list_and_can_be_found_again() -> None:
    own = article("said ", Gap(1), ".")
    marks = CiteFill((Mark(3, "c3-1", "p. 12"), Mark(4, "c4-2", "")))
    assert text("{{ content.body }}", lent({1: marks}), own) == (
        'said<sup class="cite" id="c3-1">'
        '<a href="#s3" role="doc-noteref" aria-label="Source 3, p. 12">3, p. 12</a></sup><sup>, </sup>'
        '<sup class="cite" id="c4-2"><a href="#s4" role="doc-noteref" aria-label="Source 4">4</a></sup>.'
    )


def test_images_and_terms_are_whole_elements() -> None:
    fills: dict[int, Fill] = {
        1: ImageFill("images/x.png", 'a "b"', 3, 4),
        2: ImageFill("images/y.svg", "", 0, 0),
        3: TermFill("ev", "EV & co"),
        4: EntryFill("glossary/#ev", "EV"),
    }
    assert text("{{ content.body }}", lent(fills), article(Gap(1), Gap(2), Gap(3), Gap(4))) == (
        '<img src="../images/x.png" alt="a &#34;b&#34;" width="3" height="4" loading="lazy" decoding="async">'
        '<img src="../images/y.svg" alt="" loading="lazy" decoding="async">'
        '<button type="button" class="term" popovertarget="def-ev">EV &amp; co</button>'
        '<a class="term" href="../glossary/#ev">EV</a>'
    )


def test_terms_in_running_text_open_their_definitions_where_they_are_used() -> None:
    content = lent(uses=(TermUse(7, 10, 12, "ev"), TermUse(7, 0, 2, "ev")))
    button = '<button type="button" class="term" popovertarget="def-ev">EV</button>'
    assert text("{{ content.body }}", content, article(Words(7, "EV < more EVs"), Words(8, "EV"))) == (
        f"{button} &lt; more {button}sEV"
    )


def test_an_excerpt_has_fills_of_its_own() -> None:
    excerpt = Excerpt(
        Prose((Words(0, "see "), "<a ", Gap(1), ">there</a>")), {1: LinkFill("other/", external=False)}
    )
    content = lent({1: CiteFill(())}, definitions=(Definition("ev", "EV", excerpt, "glossary/#ev"),))
    assert text("{{ content.definitions[0].text }}", content) == 'see <a href="../other/">there</a>'


def test_placed_blocks_stand_in_the_body_and_the_others_after_it() -> None:
    boxes = tuple(BlockData("box", Record({"body": Prose((Words(n, f"box {n}"),))})) for n in range(3))
    own = article(Slot(0), Section(), "<h2>Two</h2>", Slot(1), blocks=boxes, unplaced=(2,))
    assert text("{{ content.body }}|{{ content.blocks|join }}", own=own) == (
        '<h2 class="body">box 0</h2><h2>Two</h2><h3 class="body">box 1</h3>|<h2 class="layout">box 2</h2>'
    )


def test_values_of_blocks_are_plain_in_templates() -> None:
    value = Record({"list": Many((1, True, None, "a<b", Prose((Words(1, "a<b"),))))})
    block = Block(name="box", order=1, holds="body", template="{{ block.list|join(' ') }}")
    own = article(Slot(0), blocks=(BlockData("box", value),))
    html = HtmlRenderer(Theme({"article.html": "{{ content.body }}"}), (block,)).page(view(), own).decode()
    assert html == "1 True None a&lt;b a&lt;b"


def test_references_are_runs_in_styles_with_links() -> None:
    runs = (Run("A & B. "), Run("Title", "i"), Run("10.1/x", "", "https://doi.org/10.1/x?a=1&b"))
    assert reference_markup(runs) == (
        'A &amp; B. <i>Title</i><a href="https://doi.org/10.1/x?a=1&amp;b" rel="noopener">10.1/x</a>'
    )


def test_a_link_whose_text_is_its_address_is_told_apart() -> None:
    url = "https://a.example/b"
    assert (
        reference_markup((Run(url, "", url),)) == f'<a class="address" href="{url}" rel="noopener">{url}</a>'
    )


def test_a_hole_that_nothing_fills_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        Joiner(str, {}).prose(Prose((Gap(1),)))


# -- addresses and names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ("{{ href('') }} {{ href('a/b/#c d') }}", "../ ../a/b/#c%20d"),
        ("{{ asset('site.css') }}", "../static/site.0123456789.css"),
        ("{{ date(page.updated) }} {{ date(day=page.updated) }}", "22 November 2026 22 November 2026"),
        (
            "{% macro href(to) %}[{{ to }}]{% endmacro %}{{ href(asset('site.css')) }}",
            "[../static/site.0123456789.css]",
        ),
        ("{{ page.canonical }} {{ page.url }}", "https://example.org/docs/page/ page/"),
        ("{{ page.title.html }} {{ page.title.text }}", "A <em>page</em> A page"),
        ("{{ site.navigation[0].line.html }} {{ site.licence.name }}", "Map CC BY 4.0"),
        ("{% if 1 %}\n  x\n{% endif %}\n", "x\n"),
        ("<pre>\n  x</pre>", "<pre>\n  x</pre>"),
    ],
)
def test_templates_see(template: str, html: str) -> None:
    assert text(template) == html


def test_the_page_for_missing_addresses_links_from_the_root() -> None:
    content = NotFoundView((Link("other/", Line("Other", "Other")),))
    shown = text(
        "{{ href('other/') }} {{ asset('site.css') }} [{{ page.canonical }}]", content, url="404.html"
    )
    assert shown == "/docs/other/ /docs/static/site.0123456789.css []"


# -- faults --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "name", "line", "message"),
    [
        ("\n{{ nothing }}", "t.html", 2, "`nothing` is not defined"),
        ("{{ page.titel }}", "t.html", 1, "there is no `titel` here; there is `title`"),
        ("{{ page.zzz }}", "t.html", 1, "there is no `zzz` here"),
        ("{{ content.nothing.more }}", "t.html", 1, "there is no `nothing` here"),
        ("\n\n{{ 1 + page }}", "t.html", 3, "unsupported operand"),
        ("\n{{ date('x') }}", "t.html", 2, "no attribute 'day'"),
        ("\n{{ asset('x.css') }}", "t.html", 2, "there is no asset named `x.css`"),
        ("\n{% include 'none.html' %}", "t.html", 2, "there is no template named `none.html`"),
        ("{% extends 'none.html' %}", "t.html", 1, "there is no template named `none.html`"),
        ("a\n{% include 'broken.html' %}", "broken.html", 1, "expected an expression"),
        ("{% if %}", "t.html", 1, "expected"),
        ("{{ x | no_such_filter }}", "t.html", 1, "no filter named"),
        ("{% include 'loop.html' %}", "loop.html", 1, "without end"),
        ("{% macro m(n) %}{{ m(n) }}{% endmacro %}\n{{ m(1) }}", "t.html", 1, "without end"),
        ("{% for a in 5 %}{% endfor %}", "t.html", 1, "not iterable"),
        ("{{ [1, 2]|random }}", "t.html", 1, "no filter named"),
    ],
)
def test_a_fault_tells_template_line_and_page(template: str, name: str, line: int, message: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        text(template)
    fault = caught.value
    assert (fault.template, fault.line, fault.page) == (name, line, "page/")
    assert message in fault.message
    assert not fault.message.endswith(".")


def test_a_fault_in_a_block_names_the_template_of_the_block() -> None:
    block = Block(name="box", order=1, holds="body", template="\n{{ block.boddy }}")
    own = article(Slot(0), blocks=(BlockData("box", Record({"body": Prose()})),))
    with pytest.raises(TemplateFault) as caught:
        page(lent(), own=own, blocks=(block, SOURCES))
    assert (caught.value.template, caught.value.line) == ("blocks/box.html", 2)
    assert caught.value.message == "there is no `boddy` here; there is `body`"


def test_a_missing_layout_is_a_fault_of_its_first_line() -> None:
    with pytest.raises(TemplateFault) as caught:
        page(lent(), own=article(), template="mine.html")
    assert (caught.value.template, caught.value.line) == ("mine.html", 1)


# -- the theme -----------------------------------------------------------------------------------------------


def test_a_site_overrides_the_template_of_a_block() -> None:
    assert with_blocks(Theme({"blocks/box.html": "mine"}), (BOX,)).templates == {"blocks/box.html": "mine"}


def test_asset_names_are_found_with_their_places() -> None:
    templates = {
        "b.html": "\n{{ asset('one.css') }}{{ asset(name) }}{{ other('no.css') }}",
        "a.html": "{% if x %}\n\n{{ asset('one.css') }}{% endif %}{% set y = asset('two.js') %}",
        "broken.html": "{% if %}{{ asset('three.js') }}",
    }
    assert asset_names(Theme(templates)) == {"one.css": ("a.html", 3), "two.js": ("a.html", 3)}


def test_the_style_sheet_holds_the_styles_of_blocks() -> None:
    css = bundle(
        "a { b: c }\n", (structs_block("one", "b {}\n"), BOX, structs_block("two", "/* c */ c {}\n"))
    )
    assert css == "a{b:c}b{}c{}"


def structs_block(name: str, style: str) -> Block:
    return Block(name=name, order=1, holds="body", template="x", style=style)


HEADINGS = (
    Heading(2, "one", Line("One", "One")),
    Heading(3, "two", Line("Two", "Two"), "A", "A label"),
    Heading(4, "three", Line("Three", "Three")),
)
CARD = Link(
    "other/",
    Line("Other", "Other"),
    Line("Its dek", "Its dek"),
    Line("<em>Why</em>", "Why"),
    updated=date(2026, 1, 1),
)
EXCERPT = Excerpt(Prose((Words(0, "It is"), Gap(1))), {1: CiteFill((Mark(1, "c1-1", ""),))})
PAGES: dict[str, tuple[str, Content]] = {
    "home.html": (
        "",
        HomeView("What is known", "", (Branch(CARD, (Branch(Link("deep/", Line("Deep", "Deep")), ()),)),)),
    ),
    "glossary.html": (
        "glossary/",
        GlossaryView(
            tuple(
                Entry(name.lower(), name, ("other",), EXCERPT, (CARD,)) for name in ("Alpha", "Axon", "Beta")
            ),
            (REFERENCE,),
        ),
    ),
    "sources.html": ("sources/", SourcesView((CitedWork(REFERENCE.text, (CARD,)),))),
    "tag.html": ("tags/x/", TagView("x", (CARD,))),
    "tags.html": ("tags/", TagsView((CARD,))),
    "sheet.html": ("other/questions/", SheetView("other/", None, (Asked(EXCERPT, EXCERPT),))),
    "not-found.html": ("404.html", NotFoundView((CARD,))),
    "redirect.html": ("old/", RedirectView(CARD)),
}


def graph(html: str) -> dict[str, dict[str, Any]]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    return {node["@type"]: node for node in json.loads(found[1])["@graph"]}


def full_article(kind: str = "article") -> tuple[ArticleView, Article]:
    content = lent(
        references=(REFERENCE,),
        source_data=(SOURCE_DATA,),
        tags=(Link("tags/x/", Line("x", "x")),),
        companions=(CARD,),
        backlinks=(Link("back/", Line("Back", "Back")),),
        children=(Link("child/", Line("Child", "Child")),),
    )
    return content, article("<p>Text</p>", headings=HEADINGS, kind=kind)


def test_an_article_page_has_its_anatomy() -> None:
    content, own = full_article()
    html = page(content, own=own)
    order = [
        '<html lang="en-GB">',
        "<title>A page · A site</title>",
        'rel="canonical" href="https://example.org/docs/page/"',
        'property="og:locale" content="en_GB"',
        'property="article:published_time" content="2026-01-02"',
        'href="../static/site.0123456789.css"',
        'href="../feed.xml"',
        'class="skip" href="#page-main"',
        'href="../map/"',
        'aria-label="Breadcrumb"',
        '<main id="page-main">',
        "A story",
        "<h1>A <em>page</em></h1>",
        '<p class="dek">About it</p>',
        '<a href="#page-review">Reviewed <time datetime="2026-11-22">22 November 2026</time></a>',
        "On this page",
        '<a href="#one">One</a>',
        '<a href="#two">A · Two</a>',
        "<p>Text</p>",
        "Read next",
        "<em>Why</em>",
        "Pages that link here",
        "../back/",
        "../tags/x/",
        'id="page-review"',
        "by The editors (Editorial review)",
        "22 May 2027",
        'aria-label="How this site can be checked"',
        '<a href="../sources/">Sources</a>',
        "CC BY 4.0",
    ]
    places = [html.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert "#three" not in html
    assert "Child" not in html


def test_a_hub_lists_its_children() -> None:
    content, own = full_article("hub")
    assert '<a href="../child/">Child</a>' in page(content, own=own)


def test_nothing_inline_and_nothing_from_elsewhere() -> None:
    content, own = full_article()
    html = page(content, own=own)
    assert re.findall(r"<script(?! type=\"application/ld\+json\"| src=)|<style| style=| on\w+=", html) == []
    assert re.findall(r'<(?:link rel="stylesheet"|script|img)[^>]*(?:src|href)="(?:https?:)?//', html) == []


@pytest.mark.parametrize("template", PAGES)
def test_every_page_of_the_site_renders(template: str) -> None:
    url, content = PAGES[template]
    html = page(content, template=template, url=url, breadcrumb=())
    assert html.startswith("<!doctype html>")
    assert '<a href="' in html
    assert 'other/"' in html


def test_the_glossary_is_sorted_under_letters() -> None:
    url, content = PAGES["glossary.html"]
    html = page(content, template="glossary.html", url=url)
    assert re.findall(r"<h2[^>]*>(\w)</h2>", html) == ["A", "B"]
    assert html.count("<dl") == html.count("</dl>") == 2
    assert '<div id="axon">' in html


# It sees the entries one by one, knows no `letters`, and asks for the last link by which object it is.
OWN_LIST = """\
{% if listing.entries|length > 20 %}
<nav class="letters" aria-label="Letters">{% for letter in listing.entries|map(attribute="name.0")|\
unique(case_sensitive=true)|map("upper")|unique %}<a href="#page-letter-{{ letter }}">{{ letter }}</a>{% endfor %}</nav>
{% endif %}
{% for entry in listing.entries %}
{% set letter = entry.name[0]|upper %}
{% if loop.changed(letter) %}
{% if not loop.first %}
</dl>
{% endif %}
<h{{ level }} id="page-letter-{{ letter }}">{{ letter }}</h{{ level }}>
<dl class="glossary">
{% endif %}
  <div id="{{ entry.slug }}">
    <dt><dfn>{{ entry.name }}</dfn></dt>
    {% if entry.also %}
    <dd class="also">Also: {{ entry.also|join(", ") }}</dd>
    {% endif %}
    <dd>{{ entry.definition }}</dd>
    {% if entry.pages %}
    {% set last = entry.pages[-1] %}
    <dd class="used">Used in: {% for link in entry.pages %}<a href="{{ href(link.url) }}">{{ link.line.html }}</a>\
{{ "" if link is sameas(last) else " · " }}{% endfor %}</dd>
    {% endif %}
  </div>
{% if loop.last %}
</dl>
{% endif %}
{% else %}
<p>No page defines a term yet.</p>
{% endfor %}
{% with content = listing, placed = "layout", anchor = "block-sources" %}
{% include "blocks/sources.html" %}
{% endwith %}
"""
TEXTS = strategies.text("aAkKßéÉıİσς<&\"'’1 \N{KELVIN SIGN}", min_size=1, max_size=4)  # noqa: RUF001 -- letters whose cases differ
LINKS = strategies.builds(Link, TEXTS.map("page-{}/".format), TEXTS.map(Line.of))
DEFINITIONS = strategies.one_of(
    strategies.just(EXCERPT), TEXTS.map(lambda said: Excerpt(Prose((Words(0, said),)), {}))
)
ENTRIES = strategies.builds(
    Entry,
    TEXTS,
    TEXTS,
    strategies.lists(TEXTS, max_size=2).map(tuple),
    DEFINITIONS,
    strategies.lists(LINKS, max_size=3, unique=True).map(tuple),
)


@cache
def renderers_of_lists() -> tuple[HtmlRenderer, ...]:
    own = Theme({**theme().templates, "glossary-list.html": OWN_LIST})
    return tuple(HtmlRenderer(each, (BOX, SOURCES)) for each in (theme(), own))


@settings(deadline=None)
@given(
    strategies.integers(0, 25)
    .flatmap(lambda many: strategies.lists(ENTRIES, min_size=many, max_size=many))
    .map(tuple)
)
def test_a_list_of_terms_of_the_sites_own_goes_on_working(entries: tuple[Entry, ...]) -> None:
    shown = view(GlossaryView(entries, (REFERENCE,)), template="glossary.html", url="glossary/")
    ours, theirs = (renderer.page(shown, None) for renderer in renderers_of_lists())
    assert ours == theirs


def test_entries_of_a_glossary_are_looked_at_as_those_of_a_tuple_are() -> None:
    _, content = PAGES["glossary.html"]
    template = "{{ content.entries[-1].name }} {{ content.entries[:2]|map(attribute='slug')|join(' ') }} {{ content.entries|last == content.entries[2] }}"
    assert text(template, content) == "Beta alpha axon True"


def test_a_page_of_very_many_parts_is_whole() -> None:
    assert text("{% for part in range(9999) %}{{ part }} {% endfor %}").split() == [*map(str, range(9999))]


def test_a_redirect_leads_on_without_script() -> None:
    url, content = PAGES["redirect.html"]
    html = page(content, template="redirect.html", url=url)
    assert '<meta http-equiv="refresh" content="0; url=../other/">' in html
    assert '<link rel="canonical" href="https://example.org/docs/other/">' in html
    assert '<meta name="robots" content="noindex">' in html


def test_no_value_can_become_markup() -> None:
    chrome = structs.replace(
        CHROME,
        title=EVIL,
        organisation=Organisation(EVIL),
        licence=Licence(EVIL, EVIL_ADDRESS),
    )
    content, own = full_article()
    content = structs.replace(
        content,
        references=(Reference(1, (Run(EVIL), Run(EVIL, "i", EVIL_ADDRESS)), (EVIL,)),),
        source_data=(SourceData(EVIL, EVIL, EVIL),),
        editors=(Editor(EVIL, EVIL),),
    )
    own = structs.replace(
        own,
        review=Review(date(2026, 1, 1), EVIL, EVIL),
        body=Prose((Words(1, EVIL),)),
        blocks=(BlockData("sources", Record({})),),
        unplaced=(0,),
    )
    html = page(content, own=own, chrome=chrome, description=EVIL, title=Line("x", EVIL))
    assert "<script>" not in html
    assert re.findall(r"<script (\w+)", html) == ["src", "src", "type"]
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "x", "a;}b:c", ""]
)
def test_an_address_that_could_run_never_gets_as_far_as_a_page(url: str) -> None:
    with pytest.raises(ValueError, match="`"):
        reference_markup((Run("A source", "", url or " "),))


# -- structured data -----------------------------------------------------------------------------------------


def test_structured_data_of_an_article() -> None:
    content, own = full_article()
    nodes = graph(page(content, own=own))
    assert set(nodes) == {"MedicalWebPage", "Article", "BreadcrumbList", "Organization"}
    assert nodes["MedicalWebPage"]["lastReviewed"] == "2026-11-22"
    assert nodes["MedicalWebPage"]["reviewedBy"][0]["name"] == "The editors"
    article_node = nodes["Article"]
    assert (article_node["datePublished"], article_node["dateModified"]) == ("2026-01-02", "2026-11-22")
    assert article_node["author"] == [
        {"@type": "Organization", "name": "The editors", "description": "Editorial review"}
    ]
    assert article_node["citation"] == [
        {
            "@type": "CreativeWork",
            "name": "Vesicles are not cells",
            "url": "https://doi.org/10.1/x",
            "datePublished": "2024-02-07",
        }
    ]
    assert [item["item"] for item in nodes["BreadcrumbList"]["itemListElement"]] == [
        "https://example.org/docs/",
        "https://example.org/docs/page/",
    ]


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        ("hub", {"MedicalWebPage"}),
        ("policy", {"WebPage", "Article"}),
        ("guide", {"MedicalWebPage", "Article"}),
    ],
)
def test_structured_data_follows_the_kind_of_page(kind: str, types: set[str]) -> None:
    content, own = full_article(kind)
    assert set(graph(page(content, own=own))) - {"BreadcrumbList", "Organization"} == types


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("home.html", "WebSite"),
        ("glossary.html", "DefinedTermSet"),
        ("sources.html", "CollectionPage"),
        ("tag.html", "CollectionPage"),
        ("sheet.html", "WebPage"),
    ],
)
def test_structured_data_of_pages_that_the_site_makes(template: str, kind: str) -> None:
    url, content = PAGES[template]
    assert kind in graph(page(content, template=template, url=url))


@pytest.mark.parametrize(
    ("template", "types"),
    [
        ("glossary.html", {"MedicalWebPage", "Article", "DefinedTermSet"}),
        ("sources.html", {"CollectionPage", "Article"}),
    ],
)
def test_structured_data_of_a_page_that_introduces_a_list(template: str, types: set[str]) -> None:
    content, own = full_article()
    url, listing = PAGES[template]
    html = page(structs.replace(content, listing=listing), own=own, template=f"article-{template}", url=url)
    assert set(graph(html)) - {"BreadcrumbList", "Organization"} == types
    assert html.index("<p>Text</p>") < html.index('<section class="listing">') < html.index("Read next")


def test_terms_of_the_glossary_are_plain_text_for_machines() -> None:
    url, content = PAGES["glossary.html"]
    terms = graph(page(content, template="glossary.html", url=url))["DefinedTermSet"]["hasDefinedTerm"]
    assert terms[0]["description"] == "It is"
    assert terms[0]["@id"] == "https://example.org/docs/glossary/#alpha"


@pytest.mark.parametrize("template", ["not-found.html", "redirect.html"])
def test_pages_that_are_no_content_say_nothing_to_machines(template: str) -> None:
    url, content = PAGES[template]
    assert "ld+json" not in page(content, template=template, url=url)


def test_structured_data_cannot_end_its_element() -> None:
    content, own = full_article()
    html = page(content, own=structs.replace(own, title=Line("x", "</script><!--\u2028&")))
    assert "\\u003c/script\\u003e\\u003c!--\\u2028\\u0026" in html
    assert graph(html)["Article"]["headline"] == "</script><!--\u2028&"


def test_a_page_is_the_same_each_time() -> None:
    content, own = full_article()
    assert page(content, own=own) == page(content, own=own)


# -- templates that were compiled before ---------------------------------------------------------------------


def test_nothing_of_a_page_stays_in_memory() -> None:
    content, own = full_article()
    renderer = HtmlRenderer(theme(), (BOX, SOURCES))
    renderer.page(view(content), own)  # what is kept of every page is kept now
    gc.collect()
    gc.disable()
    try:
        renderer.page(view(content), own)
        assert gc.collect() == 0  # what holds itself in a circle
    finally:
        gc.enable()


def compiled_before(templates: dict[str, str]) -> HtmlRenderer:
    code = prepared(Theme(templates), "", (BOX,)).code
    return HtmlRenderer(Theme(templates), (BOX,), code)


def test_a_template_that_was_compiled_before_is_not_compiled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    renderer = compiled_before({"t.html": "{{ page.url }}{% include 'end.html' %}", "end.html": "."})
    monkeypatch.delattr(Environment, "compile")
    assert renderer.page(view(lent({}), template="t.html"), article()) == b"page/."


def test_of_a_changed_theme_only_what_changed_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(Theme({"one.html": "{{ page.url }} 1", "two.html": "old"}), "", (BOX,))
    compiled = []
    compile_ = Environment.compile

    def heard(self: Environment, source: str, name: str, filename: str) -> CodeType:
        compiled.append(name)
        return compile_(self, source, name, filename)

    monkeypatch.setattr(Environment, "compile", heard)
    code = prepared(Theme({"one.html": "{{ page.url }} 1", "two.html": "new"}), "", (BOX,)).code
    assert compiled == ["two.html"]
    assert len(code) == len({"one.html", "two.html", "blocks/box.html"})


def test_what_was_compiled_from_another_text_is_not_used() -> None:
    code = prepared(Theme({"t.html": "old"}), "", (BOX,)).code
    renderer = HtmlRenderer(Theme({"t.html": "new"}), (BOX,), code)
    assert renderer.page(view(lent({}), template="t.html"), article()) == b"new"


@pytest.mark.parametrize(
    "template",
    ["\n\n{{ page.titel }}", "\n\n{% if %}", "\n\n{{ 'a' | shout }}", "\n\n{% include 'no.html' %}"],
)
def test_a_fault_is_told_as_of_a_template_that_is_compiled_now(template: str) -> None:
    faults = []
    for renderer in (
        compiled_before({"t.html": template}),
        HtmlRenderer(Theme({"t.html": template}), (BOX,)),
    ):
        with pytest.raises(TemplateFault) as caught:
            renderer.page(view(lent({}), template="t.html"), article())
        faults.append(caught.value.args)
    assert faults[0] == faults[1]
    assert faults[0][:2] == ("t.html", 3)
