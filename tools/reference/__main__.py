"""Write the pages of the reference that follow from the program itself, into `docs/content/articles/`.

    .venv/bin/python tools/reference

Run it after a change of a key, a block, an option, a code or the example of one.
"""

from collections.abc import Iterable
from pathlib import Path

from blocks import blocks
from codes import codes
from commands import commands
from keys import page_keys, settings, sources

ARTICLES = Path(__file__).resolve().parents[2] / "docs/content/articles"


def pages() -> dict[str, str]:
    """Give the generated pages by the name of their file."""
    made = {
        "reference-page-keys.md": ("Keys of a page", "What may stand between the two lines `---` of a page.", page_keys),
        "reference-settings.md": ("Settings of the site", "The keys of `content/site.yaml`.", settings),
        "reference-sources.md": ("Fields of a source", "What a record of the library may hold.", sources),
        "reference-blocks.md": ("Blocks", "Every kind of block, with its keys and an example.", blocks),
        "reference-commands.md": ("Commands and options", "What can follow the word `citewell`.", commands),
        "reference-codes.md": ("Codes of mistakes", "Every mistake that is told, with an example and what mends it.", codes),
    }  # fmt: skip
    return {name: _page(title, dek, lines()) for name, (title, dek, lines) in made.items()}


def _page(title: str, dek: str, lines: Iterable[str]) -> str:
    text = "\n\n".join(lines)
    return f"---\ntitle: {title}\ndek: {dek}\nparent: reference\ntags: [reference]\n---\n\n{text}\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (ARTICLES / name).write_bytes(text.encode())
