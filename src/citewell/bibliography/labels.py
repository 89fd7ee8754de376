"""A work in a few words, and its place in a list from A to Z."""

import re
from unicodedata import combining, normalize

from citewell.bibliography import dates
from citewell.bibliography.names import family_name, known
from citewell.bibliography.text import marked, plain
from citewell.core.csl import Work

_NAMES = 2
_TITLE_WORDS = 5
_ARTICLE = re.compile(r"^(?:the|an?)\s+")


def short_label(work: Work) -> str:
    """`Welsh et al. 2024`; without author and editor the first words of the title, without a date `n.d.`."""
    return f"{_creators(work) or _title_words(work) or work.id} {dates.year(work.issued) or 'n.d.'}"


def sort_key(work: Work) -> tuple[str, int, str, str]:
    """Names or title, year, title, id. Capitals, accents and a leading "The" do not count."""
    title = _folded(plain(marked(work.title)))
    creators = known(work.author) or known(work.editor)
    names = " ".join(_folded(f"{family_name(name)} {name.given}") for name in creators)
    return (names or title, work.issued.year if work.issued else 0, title, work.id)


def _creators(work: Work) -> str:
    names = [family_name(name) for name in known(work.author) or known(work.editor)]
    return f"{names[0]} et al." if len(names) > _NAMES else " and ".join(names)


def _title_words(work: Work) -> str:
    words = plain(marked(work.title)).split()
    shown = " ".join(words[:_TITLE_WORDS])
    return shown if len(words) <= _TITLE_WORDS else f"{shown.rstrip(':;,.')} …"


def _folded(text: str) -> str:
    letters = (character for character in normalize("NFKD", text) if not combining(character))
    return _ARTICLE.sub("", "".join(letters).casefold().strip(), count=1)
