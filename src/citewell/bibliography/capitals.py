"""Capitals in the titles of books and laws."""

import re

# Articles, conjunctions, and prepositions of up to three letters.
_SMALL = frozenset({
    "a", "an", "and", "as", "at", "but", "by", "for", "if", "in", "nor", "of", "off", "on", "or", "per", "so",
    "the", "to", "up", "v", "via", "vs", "yet",
})  # fmt: skip
_SPECIES = re.compile(r"<i>.*?</i>")
_WORD = re.compile(r"[^\s<>]+")
_LETTERS = re.compile(r"(?<!\w)[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W\d_]+)*")
_EDGES = re.compile(r"^\W+|\W+$")
_ENDS_CLAUSE = (":", ".", "?", "!", "\N{EM DASH}", "\N{EN DASH}")


def title_case(title: str) -> str:
    """A title with its main words capitalised: "Handbook of Cell-Free Medicine".

    A word that holds a capital already ("iPS"), a word with a full stop inside it ("example.org") and what
    is set in italics (a species) stay as they are.
    """
    kept = [match.span() for match in _SPECIES.finditer(title)]
    words = [
        match
        for match in _WORD.finditer(title)
        if _begins_word(title, match.start()) and not any(start <= match.start() < end for start, end in kept)
    ]
    result = title
    for match in reversed(words):  # from the end, so that the places of the others stay true
        before = title[: match.start()].rstrip()
        main = not before or before.endswith(_ENDS_CLAUSE) or not title[match.end() :].strip()
        result = result[: match.start()] + _capitalised(match[0], main=main) + result[match.end() :]
    return result


def _begins_word(title: str, start: int) -> bool:
    """Whether a word starts here, and not the rest of one after a tag ("H<sub>2</sub>o")."""
    return start == 0 or title[start - 1].isspace()


def _capitalised(word: str, *, main: bool) -> str:
    bare = _EDGES.sub("", word)
    if bare != bare.lower() or "." in bare or (bare in _SMALL and not main):
        return word
    return _LETTERS.sub(lambda part: part[0] if part[0] in _SMALL and not main else _raised(part[0]), word)


def _raised(word: str) -> str:
    return word[:1].upper() + word[1:]
