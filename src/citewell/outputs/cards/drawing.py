"""The drawing of a card, the same bytes on every machine.

A card is drawn straight into a palette of two ramps, ground to ink and ground to accent, since the edges of letters are
steps from one colour to another. Each letter is drawn once and put down wherever it stands, and the file is packed by runs of
one colour, of which a card consists. So it is made in some three milliseconds, and its file has some thirty kilobytes.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from io import BytesIO
from itertools import chain
from pkgutil import get_data
from typing import Literal
from zlib import Z_RLE

from msgspec import Struct
from PIL import Image, ImageChops, ImageDraw, ImageFont

_GROUND, _INK, _ACCENT = (255, 254, 251), (29, 31, 33), (179, 84, 30)
_STEPS = 16  # of a ramp
_BLACK, _GREY = _STEPS - 1, _STEPS - 4  # on the first ramp
_WARM_GROUND, _WARM = _STEPS, 2 * _STEPS - 1  # the second
_MARK_COLOURS = 64

_WIDTH, _HEIGHT = 1200, 630
_MARGIN = 80
_MEASURE = _WIDTH - 2 * _MARGIN
_MARK, _MARK_AT = 124, (54, 46)  # the mark has a margin of its own
_RULE = (_MARGIN, 572, _MARGIN + 96, 578)
_TOP, _BOTTOM = 182, 530  # of what the card says of the page
_SIZES, _SIZES_WITH_DEK = range(80, 8, -4), range(80, 52, -4)  # of the title
_NARROWER = (0.55, 0.65, 0.75, 0.85)

_GAP = 24
_LONGEST = 600  # signs; more has no room, and measuring a word takes time with the square of its length

Weight = Literal["regular", "semibold"]


class Text(Struct, frozen=True):
    """Words with their widths in pixels, in letters of one size."""

    weight: Weight
    size: int
    words: tuple[tuple[str, float], ...]


def draw(mark: bytes, site: str, kicker: str, title: str, dek: str) -> bytes:
    """Give the card as PNG.

    The title gets as small as it must to be there in full. The dek is left out where it has no room.
    """
    title, dek = _cut(title), _cut(dek)
    card = _frame(mark, site).copy()
    pen = _pen(card)
    y = _TOP
    if kicker:
        pen.rectangle((_MARGIN, y, _WIDTH, y + 44), _WARM_GROUND)
        _put(pen, y, kicker, _WARM, "semibold", 30)
        y += 56
    summary = _text(dek, "regular", 32)
    room = _BOTTOM - y
    heading = (
        _fitting(title, _SIZES_WITH_DEK, room - _height(summary) - _GAP)
        or _fitting(title, _SIZES, room)
        or _text(title, "semibold", _SIZES[-1])
    )
    y = _write(pen, heading, _BLACK, y) + _GAP
    if y + _height(summary) <= _BOTTOM:
        _write(pen, summary, _GREY, y)
    file = BytesIO()
    card.save(file, "PNG", compress_type=Z_RLE)
    return file.getvalue()


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


@cache
def _frame(mark: bytes, site: str) -> Image.Image:
    """Give what all cards of a site share: the mark, its name and the rule."""
    card = Image.new("P", (_WIDTH, _HEIGHT))
    ramps = (_between(colour, step) for colour in (_INK, _ACCENT) for step in range(_STEPS))
    palette = [*chain.from_iterable(ramps)]
    if mark:
        picture = _on_ground(mark)
        shown = picture.quantize(_MARK_COLOURS)
        palette += shown.getpalette() or []
        beside = ImageChops.difference(picture, Image.new("RGB", picture.size, _GROUND)).convert("L")
        card.paste(
            shown.point(lambda colour: colour + 2 * _STEPS),
            _MARK_AT,
            beside.point(lambda level: 255 * (level > 0)),
        )
    card.putpalette(palette)
    pen = _pen(card)
    pen.text((_MARGIN + 108, 90), site, _GREY, _font("semibold", 34))
    pen.rectangle(_RULE, _WARM)
    return card


def _between(colour: tuple[int, int, int], step: int) -> tuple[int, ...]:
    return tuple(
        ground + (full - ground) * step // (_STEPS - 1) for ground, full in zip(_GROUND, colour, strict=True)
    )


def _on_ground(mark: bytes) -> Image.Image:
    picture = Image.open(BytesIO(mark)).convert("RGBA").resize((_MARK, _MARK), Image.Resampling.LANCZOS)
    ground = Image.new("RGBA", picture.size, _GROUND)
    return Image.alpha_composite(ground, picture).convert("RGB")


def _pen(card: Image.Image) -> ImageDraw.ImageDraw:
    pen = ImageDraw.Draw(card)
    pen.fontmode = "L"  # smooth letters, which Pillow leaves out in a palette unless told
    return pen


@cache
def _font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    data = get_data(__package__, f"literata-{weight}.ttf")
    # The basic layout is in every Pillow; the other one needs a library that a machine may lack.
    return ImageFont.truetype(BytesIO(data or b""), size, layout_engine=ImageFont.Layout.BASIC)


def _text(words: str, weight: Weight, size: int) -> Text:
    return Text(weight, size, tuple((word, _width(word, weight, size)) for word in words.split()))


def _width(word: str, weight: Weight, size: int) -> float:
    return sum(_step(word[at : at + 2], weight, size) for at in range(len(word)))


@lru_cache(maxsize=65536)
def _step(pair: str, weight: Weight, size: int) -> float:
    """Give how far from the start of a letter the next one starts, which stands behind it where there is one."""
    font = _font(weight, size)
    return font.getlength(pair) - font.getlength(pair[1:])


@lru_cache(maxsize=8192)
def _letter(sign: str, weight: Weight, size: int) -> tuple[int, int, Image.Image] | None:
    """Give the picture of a letter and where it lies beside the pen; None where there is nothing to see."""
    font = _font(weight, size)
    left, top, right, bottom = map(int, font.getbbox(sign))
    if right <= left or bottom <= top:
        return None
    picture = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(picture).text((-left, -top), sign, 255, font)
    return left, top, picture


def _put(  # noqa: PLR0913, PLR0917 -- where, what, and in which letters
    pen: ImageDraw.ImageDraw, y: int, line: str, colour: int, weight: Weight, size: int
) -> None:
    x: float = _MARGIN
    for at, sign in enumerate(line):
        letter = _letter(sign, weight, size)
        if letter is not None:
            left, top, picture = letter
            pen.bitmap((round(x) + left, y + top), picture, colour)
        x += _step(line[at : at + 2], weight, size)


def _fitting(title: str, sizes: Iterable[int], room: int) -> Text | None:
    """Give the title at the first size at which it fits and has no word wider than the card."""
    for size in sizes:
        text = _text(title, "semibold", size)
        if max((width for _, width in text.words), default=0) <= _MEASURE and _height(text) <= room:
            return text
    return None


def _write(pen: ImageDraw.ImageDraw, text: Text, colour: int, y: int) -> int:
    """Write text in lines of about one length, and give the height at which it ends."""
    widest = _lines(text, _MEASURE)
    even = (_lines(text, _MEASURE * part) for part in _NARROWER)
    for line in next((lines for lines in even if len(lines) == len(widest)), widest):
        _put(pen, y, line, colour, text.weight, text.size)
        y += _leading(text)
    return y


def _lines(text: Text, measure: float) -> list[str]:
    space = _step(" ", text.weight, text.size)
    lines: list[str] = []
    end = 0.0
    for word, width in text.words:
        end += space + width
        if lines and end <= measure:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
            end = width
    return lines


def _height(text: Text) -> int:
    return _leading(text) * len(_lines(text, _MEASURE))


def _leading(text: Text) -> int:
    return round(text.size * 1.22)
