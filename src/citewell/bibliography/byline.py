"""Authors as a person types them, before it is known which of them are people."""

import re

_BETWEEN = re.compile(r"\s*(?:,\s*and\s|,\s*&|\band\b|&)\s*")
_FEWEST = 2  # words of a name with a given and a family name


def people_meant(text: str) -> tuple[str, ...]:
    """Give the people that the text may name, each as `Family, Given`: in `Ann Baker and Bob Miller` there are two.

    There is none in a single word, nor in one name that has its comma already. An organisation such as `World Health
    Organization` cannot be told from a person; whoever typed it knows.
    """
    parts = [part.strip() for part in _BETWEEN.split(text)]
    inverted = [part for part in parts if part.count(",") == 1]
    if len(inverted) == len(parts):
        halves = [half.split() for half in text.split(",")]
        if len(parts) == 1 and any(len(half) < _FEWEST for half in halves):
            return ()
        if len(parts) > 1:
            return tuple(parts)
    names = [name.split() for part in parts for name in part.split(",")]
    if any(len(name) < _FEWEST for name in names):
        return ()
    return tuple(map(_inverted, names))


def _inverted(words: list[str]) -> str:
    """The family name is the last word, with the particles in small letters before it."""
    at = next((at for at, word in enumerate(words) if at and word[0].islower()), len(words) - 1)
    return f"{' '.join(words[at:])}, {' '.join(words[:at])}"
