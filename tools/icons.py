"""Draw the icons that browsers and telephones ask for as pixels, from `static/favicon.svg`, into `static/`.

    .venv/bin/python tools/icons.py

Run it after a change of the mark. The mark is circles only: this reads no other shape.
"""

from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

STATIC = Path(__file__).resolve().parents[1] / "static"
GROUND = "#fffefb"
INK, ACCENT = "#0b3a5e", "#b3541e"  # as the theme's light colours
COLOURS = {"ring": INK, "dot": ACCENT}
FINER = 8  # drawn so many times larger, for smooth edges


def icon(svg: bytes, size: int, *, ground: str | None = None) -> Image.Image:
    """Give the mark as a square of so many pixels: to its edges, or on a ground with room around it."""
    root = ET.fromstring(svg)  # noqa: S314 -- our own file
    units = float(root.attrib["viewBox"].split()[2])
    full = size * FINER
    inner = full * (0.64 if ground else 1)
    scale, margin = inner / units, (full - inner) / 2
    image = Image.new("RGBA", (full, full), ground or (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for circle in root.iter("{http://www.w3.org/2000/svg}circle"):
        given = circle.attrib
        colour = COLOURS[given["class"]]
        x, y, radius = (float(given[name]) for name in ("cx", "cy", "r"))
        line = float(given.get("stroke-width", 0))
        outer = radius + line / 2
        box = tuple(margin + scale * edge for edge in (x - outer, y - outer, x + outer, y + outer))
        if line:
            pen.ellipse(box, outline=colour, width=round(line * scale))
        else:
            pen.ellipse(box, fill=colour)
    return image.resize((size, size), Image.Resampling.BOX)


def icons(svg: bytes) -> dict[str, bytes]:
    """Give the files by name."""
    return {
        "apple-touch-icon.png": _png(icon(svg, 180, ground=GROUND)),
        "favicon.ico": _ico([icon(svg, size) for size in (32, 16)]),
        "icon-192.png": _png(icon(svg, 192, ground=GROUND)),
        "icon-512.png": _png(icon(svg, 512, ground=GROUND)),
    }


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.convert("RGB").save(file, "PNG", optimize=True)
    return file.getvalue()


def _ico(images: list[Image.Image]) -> bytes:
    file = BytesIO()
    first, *further = images
    first.save(file, "ICO", sizes=[image.size for image in images], append_images=further)
    return file.getvalue()


if __name__ == "__main__":
    for name, data in icons((STATIC / "favicon.svg").read_bytes()).items():
        (STATIC / name).write_bytes(data)
