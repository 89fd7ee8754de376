"""What stands for a page where somebody passes it on: its card, and the dates that it is told with."""

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from citewell.builder import Outcome, build, site_options
from citewell.outputs.cards import drawing
from citewell.outputs.cards.drawing import draw
from citewell.theme import theme_root

MARK = (theme_root() / "static/icon-192.png").read_bytes()
HEAVIEST = 40_000
LONG = " ".join(f"pneumonoultramicroscopicsilicovolcanoconiosis-{number}" for number in range(12))

SITE = """
title: A guide
tagline: What is known
base_url: https://guide.example/docs/
"""
PAGES = {
    "old": "title: Old\nkicker: First\ndek: From the start\npublished: 2024-05-01\ntags: [Both, Only]\n",
    "new": "title: New\npublished: 2025-01-01\nupdated: 2026-02-03\ntags: [Both]\naliases: [/former/]\n",
    "undated": "title: Undated\n",
}


def lay(root: Path, pages: dict[str, str]) -> None:
    (root / "content/articles").mkdir(parents=True, exist_ok=True)
    (root / "content/site.yaml").write_text(SITE, "utf-8")
    for name, keys in pages.items():
        (root / f"content/articles/{name}.md").write_text(f"---\n{keys}---\n\nText.\n", "utf-8")


def built(root: Path, pages: dict[str, str]) -> Outcome:
    lay(root, pages)
    outcome = build(site_options(root))
    assert not outcome.failed
    return outcome


def cards(root: Path) -> dict[str, bytes]:
    site = root / "site"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("card.png")}


def told(root: Path, page: str) -> dict[str, str]:
    """What a page says of itself in `meta` elements, by name."""
    text = (root / "site" / page / "index.html").read_text("utf-8")
    return dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)">', text))


# -- which pages have a card -------------------------------------------------------------------------------------------


def test_every_page_with_an_address_of_its_own_has_a_card_and_names_it(tmp_path: Path) -> None:
    built(tmp_path, PAGES)
    site = tmp_path / "site"
    pages = {path.relative_to(site).parent.as_posix() for path in site.rglob("index.html")} - {"former"}
    assert pages >= {".", "old", "new", "undated", "glossary", "sources", "tags", "tags/both", "tags/only"}
    assert {Path(card).parent.as_posix() for card in cards(tmp_path)} == pages
    for page in pages:
        path = "" if page == "." else f"{page}/"
        assert told(tmp_path, page)["og:image"] == f"https://guide.example/docs/{path}card.png"
        assert told(tmp_path, page)["twitter:card"] == "summary_large_image"


@pytest.mark.parametrize(
    ("former", "latter", "drawn_again"),
    [
        ("published: 2024-05-01", "published: 2024-05-02", set()),
        ("tags: [Both, Only]", "tags: [Both, Only]\naliases: [/older/]", set()),
        ("title: Old", "title: Older", {"old/card.png"}),
        ("kicker: First", "kicker: Foremost", {"old/card.png"}),
        ("dek: From the start", "dek: From long ago", {"old/card.png"}),
    ],
)
def test_a_card_is_drawn_again_only_when_what_it_shows_changes(
    former: str, latter: str, drawn_again: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path, PAGES)
    before = cards(tmp_path)
    drawn = []

    def draw_and_count(mark: bytes, site: str, kicker: str, title: str, dek: str) -> bytes:
        drawn.append(title)
        return draw(mark, site, kicker, title, dek)

    monkeypatch.setattr(drawing, "draw", draw_and_count)
    built(tmp_path, PAGES | {"old": PAGES["old"].replace(former, latter)})
    after = cards(tmp_path)
    assert len(drawn) == len(drawn_again)
    assert {path for path in after if after[path] != before[path]} == drawn_again


def test_pillow_is_started_only_to_draw() -> None:
    code = "import sys, citewell.making as m; m.outputs(); sys.exit('PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


# -- how it looks ------------------------------------------------------------------------------------------------------


def picture(card: bytes) -> Image.Image:
    return Image.open(BytesIO(card)).convert("RGB")


@pytest.mark.parametrize(
    ("kicker", "title", "dek"),
    [
        ("", "Glossary", ""),
        ("The map", "Where research is heading", "What each line of research has shown in people. " * 2),
        ("Ελληνικά", "Ångström and β-cells: čeština, polski, Türkçe", "Δοκιμή"),
        ("Long", LONG, "Long."),
    ],
    ids=["short", "usual", "letters", "long"],
)
def test_a_card_is_of_the_usual_size_light_and_within_its_margins(kicker: str, title: str, dek: str) -> None:
    card = draw(MARK, "A guide", kicker, title, dek)
    shown = picture(card)
    assert shown.size == (1200, 630)
    assert len(card) <= HEAVIEST
    ground = shown.getpixel((0, 0))
    for margin in ((0, 0, 1200, 40), (0, 590, 1200, 630), (0, 0, 60, 630), (1130, 0, 1200, 630)):
        assert shown.crop(margin).getcolors() == [((margin[2] - margin[0]) * (margin[3] - margin[1]), ground)]


def test_every_word_of_a_title_is_drawn() -> None:
    words = LONG.split()
    whole = draw(MARK, "A guide", "", LONG, "")
    for at in range(len(words)):
        changed = " ".join(["x" if number == at else word for number, word in enumerate(words)])
        assert draw(MARK, "A guide", "", changed, "") != whole


def test_a_dek_is_drawn_in_full_or_not_at_all() -> None:
    def with_dek(dek: str) -> bytes:
        return draw(MARK, "A guide", "", "A title", dek)

    assert with_dek("A dek that has room.") != with_dek("")
    assert with_dek("A dek that has none. " * 40) == with_dek("")


def test_a_card_is_the_same_in_another_process() -> None:
    code = (
        "import sys; from citewell.outputs.cards.drawing import draw; "
        "sys.stdout.buffer.write(draw(b'', 'A guide', 'Kicker', 'A title', 'A dek'))"
    )
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout
    assert other == draw(b"", "A guide", "Kicker", "A title", "A dek")


@pytest.mark.parametrize(
    "line", ["AVATAR: “To fly”, or not?", "Ångström, β-cells; čeština ŷ", "ffi fj Ty. r,", "  a  ", ""]
)
@pytest.mark.parametrize(("weight", "size"), [("semibold", 76), ("semibold", 30), ("regular", 32)])
def test_letters_put_down_one_by_one_stand_where_pillow_sets_them(
    line: str, weight: drawing.Weight, size: int
) -> None:
    font = drawing._font(weight, size)
    assert drawing._width(line, weight, size) == pytest.approx(font.getlength(line))
    ours, theirs = Image.new("P", (1200, 100)), Image.new("P", (1200, 100))
    drawing._put(drawing._pen(ours), 4, line, 15, weight, size)
    drawing._pen(theirs).text((80, 4), line, 15, font)
    assert ours.tobytes() == theirs.tobytes()


# -- dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "published", "updated"),
    [
        ("old", "2024-05-01", "2024-05-01"),
        ("new", "2025-01-01", "2026-02-03"),
        ("undated", None, None),
        ("", "2024-05-01", "2026-02-03"),
        ("tags", "2024-05-01", "2026-02-03"),
        ("tags/only", "2024-05-01", "2024-05-01"),
        ("tags/both", "2024-05-01", "2026-02-03"),
        ("sources", None, None),
    ],
)
def test_a_page_has_the_dates_of_what_it_shows(
    page: str, published: str | None, updated: str | None, tmp_path: Path
) -> None:
    built(tmp_path, PAGES)
    found = told(tmp_path, page)
    assert found.get("article:published_time") == published
    assert found.get("article:modified_time") == updated
