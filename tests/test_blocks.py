"""The contract that every block's folder keeps, the package's and a site's own alike."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

from citewell.blocks import find_blocks
from citewell.core.diagnostic import Diagnostic
from citewell.core.model import Config, Editor, Organisation, Source
from citewell.core.plugin import Block
from citewell.parse.article import Language, parse_article
from citewell.render.html import HtmlRenderer
from citewell.render.theme import Theme, asset_names
from citewell.resolve.gather import Given, gather
from citewell.resolve.glossary import find_uses
from citewell.resolve.outlines import outlined
from citewell.resolve.views import Resolver, list_views, made_views, site_faults, users
from citewell.theme import theme_root

BLOCKS = find_blocks()
WITH_SHAPE = [block for block in BLOCKS if block.model is not None]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
Steps = tuple[str | int, ...]
CONFIG = Config(
    title="A site",
    tagline="",
    intro="",
    base_url="https://example.org/",
    language="en",
    organisation=Organisation("A group"),
    editors=(Editor("The editors", "Editorial review"),),
    navigation=(),
    trust=(),
    licence=None,
    review="6 months",
    citation_style="vancouver",
    severity={},
    html=(),
)


@cache
def theme() -> Theme:
    templates = (theme_root() / "templates").glob("*.html")
    return Theme({path.name: path.read_text("utf-8") for path in templates})


@cache
def renderer(blocks: tuple[Block, ...]) -> HtmlRenderer:
    return HtmlRenderer(theme(), blocks)


def built(text: str, blocks: tuple[Block, ...] = BLOCKS) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    """Give what is wrong with a site of one page, and its pages by address."""
    parsed = parse_article(Source("articles/page.md", text.encode()), Language(blocks))
    if parsed.facts is None or parsed.article is None or parsed.diagnostics:
        return parsed.diagnostics, {}
    assets = {name: name for name in asset_names(theme())}
    gathered = gather(Given(CONFIG, (), {}, assets, assets), [outlined(parsed)])
    resolver = Resolver(gathered.site)
    page = resolver.page(parsed.facts, find_uses(parsed.facts, parsed.article, gathered.words))
    summaries = {"page": page.summary}
    uses = users(gathered.site, summaries)
    pages = {
        view.url: renderer(blocks)
        .page(view, parsed.article if view.url == parsed.facts.url else None)
        .decode()
        for view in (*page.views, *made_views(gathered.site), *list_views(gathered.site, summaries, uses))
    }
    faults = (*page.faults, *site_faults(gathered.site, uses))
    return gathered.diagnostics + faults, pages


class Reading(HTMLParser):
    """Reads a page, and says where its tags, ids or heading levels are wrong."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.levels: list[int] = []
        self.targets: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.opened]
        self.faults += [
            f"the id {name} occurs {times} times" for name, times in self.ids.items() if times > 1
        ]
        self.faults += [f"#{name} leads nowhere" for name in self.targets if name not in self.ids]
        jumps = zip([0, *self.levels], self.levels, strict=False)
        self.faults += [f"h{above} is followed by h{level}" for above, level in jumps if level > above + 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "p" and "p" in self.opened:
            self.faults.append("a paragraph inside a paragraph")
        if tag not in VOID:
            self.opened.append(tag)
        if "id" in given:
            self.ids[str(given["id"])] += 1
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        href = given.get("href") or ""
        if href.startswith("#"):
            self.targets.append(href[1:])

    def handle_endtag(self, tag: str) -> None:
        opened = self.opened.pop() if self.opened else "nothing"
        if opened != tag:
            self.faults.append(f"</{tag}> closes <{opened}>")


def structured(html: str) -> list[dict[str, Any]]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    graph: list[dict[str, Any]] = json.loads(found[1])["@graph"]
    return graph


def parts(text: str) -> tuple[dict[str, Any], str]:
    _, matter, body = text.split("---\n", 2)
    return yaml.load(matter, yaml.BaseLoader), body  # noqa: S506 -- the loader that makes texts only


def joined(matter: dict[str, Any], body: str) -> str:
    return f"---\n{yaml.safe_dump(matter, sort_keys=False)}---\n{body}"


def models(shape: object) -> Iterator[type[BaseModel]]:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        yield shape
    for inner in get_args(shape):
        yield from models(inner)


def required(shape: object, data: Any, path: Steps) -> Iterator[Steps]:  # noqa: ANN401 -- what YAML holds
    """Give the path of every key of `data` that the shape requires."""
    items = list(enumerate(data)) if isinstance(data, list) else None
    places = [(path, data)] if items is None else [((*path, index), item) for index, item in items]
    for model in models(shape):
        for place, item in places:
            for name, field in model.model_fields.items():
                if name in item and field.is_required():
                    yield (*place, name)
                if name in item:
                    yield from required(field.annotation, item[name], (*place, name))


def without(matter: dict[str, Any], path: Steps) -> dict[str, Any]:
    copy: dict[str, Any] = yaml.safe_load(yaml.safe_dump(matter))
    holder: Any = copy
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return copy


REQUIRED = [
    pytest.param(block, path, id=".".join(map(str, path)))
    for block in WITH_SHAPE
    for path in required(block.model, parts(block.example)[0][block.name], (block.name,))
]


def named(blocks: Iterable[Block]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", blocks, ids=lambda block: block.name)


@named(BLOCKS)
def test_example_gives_no_diagnostic_and_sound_pages(block: Block) -> None:
    diagnostics, pages = built(block.example)
    assert diagnostics == ()
    assert {url: Reading(html).faults for url, html in pages.items()} == {url: [] for url in pages}


@named(BLOCKS)
def test_example_shows_the_block(block: Block) -> None:
    _, pages = built(block.example)
    first_class = re.search(r'class="([\w -]+)"', block.template)
    assert first_class
    assert f'class="{first_class[1]}"' in pages["page/"]


@named(BLOCKS)
def test_block_without_its_directive_is_placed_by_the_layout(block: Block) -> None:
    body = re.sub(r"^:::.*\n", "", parts(block.example)[1], flags=re.MULTILINE)
    diagnostics, pages = built(joined(parts(block.example)[0], body))
    assert diagnostics == ()
    assert Reading(pages["page/"]).faults == []
    if block.holds != "body":
        assert f'class="block {block.name}"' in pages["page/"]


@named(BLOCKS)
def test_block_before_any_heading_skips_no_level(block: Block) -> None:
    directive = re.search(r"^:::.*?^:::\n", block.example, re.DOTALL | re.MULTILINE)
    body = directive[0] if directive else "Text [@park2024vesicles; @agency2019notice]."
    diagnostics, pages = built(joined(parts(block.example)[0], body))
    assert [fault.code for fault in diagnostics if fault.code != "terms/unused"] == []
    assert not [fault for fault in Reading(pages["page/"]).faults if "followed" in fault]


@named(BLOCKS)
def test_structured_data_is_a_graph_of_typed_nodes(block: Block) -> None:
    _, pages = built(block.example)
    nodes = structured(pages["page/"])
    assert all(node["@type"] for node in nodes)
    kinds = {"terms": "DefinedTermSet", "faq": "FAQPage"}
    if block.name in kinds:
        assert kinds[block.name] in [node["@type"] for node in nodes]


@pytest.mark.parametrize(("block", "path"), REQUIRED)
def test_a_required_key_that_is_missing_gives_one_diagnostic(block: Block, path: Steps) -> None:
    matter, body = parts(block.example)
    diagnostics, _ = built(joined(without(matter, path), body))
    assert len(diagnostics) == 1, diagnostics
    assert f"`{path[-1]}`" in diagnostics[0].message


def test_every_shape_requires_something() -> None:
    assert {param.values[0].name for param in REQUIRED} == {block.name for block in WITH_SHAPE}  # type: ignore[union-attr]


def emptied(data: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 -- what YAML holds
    """Give the data of a block with each of its lists emptied in turn, named by its key."""
    if isinstance(data, dict):
        yield from ((key, data | {key: []}) for key in data if isinstance(data[key], list))
    else:
        yield "list", []


LISTS = [
    pytest.param(block, data, id=f"{block.name}-{key}")
    for block in WITH_SHAPE
    for key, data in emptied(parts(block.example)[0][block.name])
]


@pytest.mark.parametrize(("block", "data"), LISTS)
def test_an_empty_list_is_told(block: Block, data: object) -> None:
    matter, body = parts(block.example)
    diagnostics, _ = built(joined(matter | {block.name: data}, body))
    assert [fault.code for fault in diagnostics] == ["front-matter/empty"]


@pytest.mark.parametrize(("name", "key"), [("pipeline", "steps"), ("checklist", "items")])
def test_a_bare_list_will_do(name: str, key: str) -> None:
    matter, body = parts(next(block.example for block in BLOCKS if block.name == name))
    diagnostics, pages = built(joined(matter | {name: matter[name][key]}, body))
    assert diagnostics == ()
    assert Reading(pages["page/"]).faults == []


def test_step_count_must_be_the_number_of_steps() -> None:
    example = next(block.example for block in BLOCKS if block.name == "pipeline")
    diagnostics, _ = built(example.replace("step_count: 2", "step_count: 8"))
    assert [fault.code for fault in diagnostics] == ["pipeline/step-count"]
    assert "there are 2 steps" in diagnostics[0].message


def compared(**changes: object) -> list[Diagnostic]:
    """What is wrong with the example of a comparison after these changes."""
    matter, body = parts(next(block.example for block in BLOCKS if block.name == "comparison"))
    del matter["citations"]
    return list(built(joined(matter | {"comparison": matter["comparison"] | changes}, body))[0])


def test_each_question_of_a_comparison_is_told_that_lacks_an_answer_or_has_one_too_many() -> None:
    questions = [
        {"ask": "Which?", "answers": ["One."]},
        {"ask": "How many?", "answers": ["One.", "Two."]},
        {"ask": "When?", "answers": ["One.", "Two.", "Three."]},
    ]
    told = compared(questions=questions)
    assert [(fault.code, fault.message) for fault in told] == [
        ("comparison/count", "the question `Which?` has 1 answer, and it needs 2"),
        ("comparison/count", "the question `When?` has 3 answers, and it needs 2"),
    ]
    assert len({fault.span for fault in told}) == 2


def test_one_subject_is_no_comparison() -> None:
    (fault,) = compared(subjects=["Cells"], questions=[{"ask": "Which?", "answers": ["One."]}])
    assert fault.message == "`subjects` should be at least 2 entries long, and here is a list of 1"


def test_every_answer_of_a_comparison_stands_under_its_subject_and_each_question_can_be_linked_to() -> None:
    matter, body = parts(next(block.example for block in BLOCKS if block.name == "comparison"))
    _, pages = built(joined(matter, body))
    assert re.findall(r"<dt>(.+?)</dt>", pages["page/"]) == ["Cells", "Vesicles"] * 2
    assert re.findall(r'id="(compare-\d+)"', pages["page/"]) == ["compare-1", "compare-2"]
    link = "\nSee [the second](#compare-2) and [a third](#compare-3).\n"
    diagnostics, _ = built(joined(matter, body + link))
    assert [fault.code for fault in diagnostics] == ["links/missing-heading"]
    assert "#compare-3" in diagnostics[0].message


def test_more_than_five_questions_are_folded() -> None:
    matter, body = parts(next(block.example for block in BLOCKS if block.name == "faq"))
    questions = [
        {"question": f"Is it {number}?", "answer": "Yes. [@park2024vesicles]"} for number in range(6)
    ]
    _, pages = built(joined(matter | {"faq": questions}, body))
    assert pages["page/"].count('<details class="question"') == 6
    assert pages["page/"].count(" open>") == 1
    assert Reading(pages["page/"]).faults == []


def test_structured_answers_hold_no_citation_marks() -> None:
    _, pages = built(next(block.example for block in BLOCKS if block.name == "faq"))
    answers = next(node for node in structured(pages["page/"]) if node["@type"] == "FAQPage")["mainEntity"]
    assert answers[0]["acceptedAnswer"]["text"] == "No. A vesicle has no nucleus and cannot divide."


def test_a_box_in_a_box_is_shown() -> None:
    _, pages = built(
        "---\ntitle: A page\n---\n\n:::: note Outer\nText.\n\n::: warning Inner\nMore.\n:::\n::::\n"
    )
    html = pages["page/"]
    assert html.index("Outer") < html.index("Inner")
    assert Reading(html).faults == []


def test_a_heading_named_like_a_block_keeps_its_id() -> None:
    example = next(block.example for block in BLOCKS if block.name == "checklist")
    _, pages = built(example.replace("## Questions to take along", "## Checklist"))
    assert Reading(pages["page/"]).faults == []
    assert 'id="block-checklist"' in pages["page/"]


TOY = """
from citewell.core.plugin import Block
from citewell.parse.fields import Inline, Shape


class Toy(Shape):
    says: Inline


def _structured(_data, url):
    return {"@type": "Thing", "@id": url + "#toy"}


BLOCK = Block(name="toy", order=35, holds="front-matter", shape=Toy, structured=_structured)
"""


def write_toy(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(TOY, "utf-8")
    (folder / "template.html").write_text('<p class="toy">{{ block.says }}</p>\n', "utf-8")
    (folder / "style.css").write_text(".toy { color: red }\n", "utf-8")


def test_a_folder_of_a_site_is_a_block_with_no_other_change(tmp_path: Path) -> None:
    write_toy(tmp_path / "blocks" / "toy")
    blocks = find_blocks(tmp_path / "blocks")
    diagnostics, pages = built("---\ntitle: A page\ntoy: {says: hello *there*}\n---\n\nText.\n", blocks)
    assert diagnostics == ()
    assert '<p class="toy">hello <em>there</em></p>' in pages["page/"]
    assert {"@type": "Thing", "@id": "https://example.org/page/#toy"} in structured(pages["page/"])
    assert [block.name for block in blocks].index("toy") == [block.name for block in blocks].index(
        "checklist"
    ) + 1


def test_a_site_without_blocks_of_its_own_has_those_of_the_package(tmp_path: Path) -> None:
    assert [block.name for block in find_blocks(tmp_path / "none")] == [block.name for block in BLOCKS]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("__init__.py", None, "has no `__init__.py`"),
        ("__init__.py", "", "names no `BLOCK`"),
        ("__init__.py", "import nowhere_at_all", "cannot be loaded"),
        ("__init__.py", TOY.replace('"toy"', '"faq"'), "two blocks are named `faq`"),
        ("template.html", None, "has no template"),
    ],
)
def test_a_folder_that_is_no_block_is_told(tmp_path: Path, name: str, text: str | None, told: str) -> None:
    folder = tmp_path / "blocks" / "toy"
    write_toy(folder)
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text, "utf-8")
    with pytest.raises(ValueError, match=re.escape(told)):
        find_blocks(tmp_path / "blocks")


def test_a_block_says_nothing_to_machines_unless_it_is_told_to() -> None:
    note = next(block for block in BLOCKS if block.name == "note")
    assert note.structured(SimpleNamespace(), "https://example.org/") is None
