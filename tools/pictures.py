"""Take the pictures of the guide that README.md shows, into `docs/pictures/`, at the width of a phone and of a desk.

    .venv/bin/python tools/pictures.py

It builds the site afresh and needs Chromium (`apt install chromium`) and the packages of `requirements/test.txt`.
"""

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from citewell.builder import build, site_options

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
PAGES = {"home": "", "exosomes": "exosomes/", "question-sheet": "exosomes/questions/"}
WINDOWS = {"phone": (360, 740), "desk": (1280, 900)}
COLOURS = 96  # enough for text on a plain ground, at a third of the size


def main() -> None:
    """Write one picture for each page and window."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        shutil.copytree(ROOT / "content", Path(folder, "content"))
        build(site_options(Path(folder)))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for window, (width, height) in WINDOWS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
            for name, path in PAGES.items():
                page.goto(Path(folder, "site", path, "index.html").as_uri())
                taken = Image.open(BytesIO(page.screenshot())).convert("RGB")
                taken.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(
                    PICTURES / f"{name}-{window}.png", optimize=True
                )


if __name__ == "__main__":
    main()
