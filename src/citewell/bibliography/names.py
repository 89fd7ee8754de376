"""Names of people and organisations, one by one and in lists."""

import re
from collections.abc import Callable
from functools import lru_cache
from unicodedata import normalize

from citewell.bibliography.numbers import ordinal
from citewell.core.csl import Name

_ROMAN = {"II": 2, "III": 3, "IV": 4, "V": 5}
_HYPHEN = re.compile(r"[-\N{HYPHEN}\N{NON-BREAKING HYPHEN}]")
_INITIALS = re.compile(r"[A-Z]{2,3}")  # "JA": initials that were written without full stops

NLM_SHOWN = 6
AMA_MOST, AMA_SHOWN = 6, 3
APA_MOST, APA_SHOWN = 20, 19
_PAIR = 2
OTHERS = "et al."
"""The last of a list of names that is known to be longer."""


def nlm_list(names: tuple[Name, ...]) -> str:
    """`Doe JA, Roe R 3rd`; of seven or more names the first six and `et al`."""
    return _shortened([_compact(name, _nlm_suffix) for name in names], most=NLM_SHOWN, shown=NLM_SHOWN)


def ama_list(names: tuple[Name, ...]) -> str:
    """`Doe JA, Roe R III`; of seven or more names the first three and `et al`."""
    return _shortened([_compact(name, _ama_suffix) for name in names], most=AMA_MOST, shown=AMA_SHOWN)


def apa_list(names: tuple[Name, ...]) -> str:
    """`Doe, J. A., & Roe, R., III`; of more than twenty names the first nineteen, `…` and the last."""
    inverted = [_inverted(name) for name in names]
    if len(inverted) > APA_MOST:
        return f"{', '.join(inverted[:APA_SHOWN])}, … {inverted[-1]}"
    # Two names without a comma of their own (organisations) need none between them.
    return _with_ampersand(inverted, comma=len(inverted) > _PAIR or any("," in name for name in inverted))


def apa_direct_list(names: tuple[Name, ...]) -> str:
    """`J. A. Doe, R. Roe, & E. Poe`: the editors of the book that a chapter stands in."""
    direct = [_direct(name) for name in names]
    return _with_ampersand(direct, comma=len(direct) > _PAIR)


def family_name(name: Name) -> str:
    """The name by which a work is known: `van Beethoven`, or the organisation's."""
    if name.particle and name.family:
        return name.literal or f"{name.particle} {name.family}"
    return name.literal or name.particle or name.family or name.given


def known(names: tuple[Name, ...]) -> tuple[Name, ...]:
    """The names that say anything at all."""
    return tuple(name for name in names if family_name(name))


def _shortened(names: list[str], *, most: int, shown: int) -> str:
    return ", ".join(names if len(names) <= most else [*names[:shown], "et al"])


def _with_ampersand(names: list[str], *, comma: bool) -> str:
    if len(names) <= 1:
        return "".join(names)
    if names[-1] == OTHERS:
        return ", ".join(names)
    return f"{', '.join(names[:-1])}{',' if comma else ''} & {names[-1]}"


def _is_single(name: Name) -> bool:
    """Whether there is one name only, of an organisation or of a person such as Suharto."""
    return bool(name.literal) or not (name.family and name.given)


@lru_cache(maxsize=4096)  # many works are by the same people
def _compact(name: Name, suffix: Callable[[str], str]) -> str:
    if _is_single(name):
        return family_name(name)
    parts = (family_name(name), _initials(name.given, stop="", between="", hyphen=""), suffix(name.suffix))
    return " ".join(part for part in parts if part)


def _inverted(name: Name) -> str:
    if _is_single(name):
        return family_name(name)
    return ", ".join(part for part in (family_name(name), _apa_initials(name), name.suffix) if part)


def _direct(name: Name) -> str:
    if _is_single(name):
        return family_name(name)
    return " ".join(part for part in (_apa_initials(name), family_name(name), name.suffix) if part)


def _apa_initials(name: Name) -> str:
    return _initials(name.given, stop=".", between=" ", hyphen="-")


def _nlm_suffix(suffix: str) -> str:
    bare = suffix.rstrip(".")
    return ordinal(_ROMAN[bare]) if bare in _ROMAN else bare


def _ama_suffix(suffix: str) -> str:
    return suffix.rstrip(".")


@lru_cache(maxsize=4096)  # few given names are rare
def _initials(given: str, *, stop: str, between: str, hyphen: str) -> str:
    """The initials of given names. Words in small letters (a dropped particle: "von") are kept."""
    letters: list[str] = []
    particles: list[str] = []
    for word in normalize("NFC", given).replace(".", ". ").split():
        if word[0].islower():
            particles.append(word)
        elif _INITIALS.fullmatch(word):
            letters += [letter + stop for letter in word]
        else:
            parts = (part for part in _HYPHEN.split(word) if part.strip("."))
            letters.append(hyphen.join(part[0].upper() + stop for part in parts))
    return " ".join(part for part in (between.join(letters), *particles) if part)
