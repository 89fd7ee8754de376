"""The place of a work in a list from A to Z."""

import re
from unicodedata import combining, normalize

from citewell.bibliography.names import family_name, known
from citewell.bibliography.text import marked, plain
from citewell.core.csl import Work

_ARTICLE = re.compile(r"^(?:the|an?)\s+")


def sort_key(work: Work) -> tuple[str, int, str, str]:
    """Names or title, year, title, id. Capitals, accents and a leading "The" do not count."""
    title = _folded(plain(marked(work.title)))
    creators = known(work.author) or known(work.editor)
    names = " ".join(_folded(f"{family_name(name)} {name.given}") for name in creators)
    return (names or title, work.issued.year if work.issued else 0, title, work.id)


def _folded(text: str) -> str:
    if not text.isascii():
        text = "".join(character for character in normalize("NFKD", text) if not combining(character))
    return _ARTICLE.sub("", text.casefold().strip(), count=1)
