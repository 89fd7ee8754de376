"""What is wrong, where, and how to mend it: a value that any stage may return."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile
from typing import Literal

from msgspec import Struct, structs

from citewell.core.once import once

Severity = Literal["error", "warning"]


class Span(Struct, frozen=True, array_like=True, order=True):
    """A place in a source file. Line and column count from 1, length in characters.

    No value that is digested holds a span: moving a paragraph must not render a page again.
    """

    path: str
    line: int = 1
    column: int = 1
    length: int = 1


BESIDE_CONTENT = ("templates/", "static/", "blocks/")
"""How the paths of spans begin that lie not in the content folder, but beside it."""


class Related(Struct, frozen=True, array_like=True):
    """A second place that explains the first, such as the other definition of a term."""

    span: Span
    message: str


class Edit(Struct, frozen=True, array_like=True):
    """The change that mends a mistake and touches nothing else: the text of `span` becomes `text`.

    The span lies on one line. A span of length 0 inserts in front of its column; the line feeds in `text` become those of the file.
    """

    span: Span
    text: str


class Diagnostic(Struct, frozen=True, array_like=True):
    """One mistake, one message: lower case, no full stop, the text at fault in backticks.

    `edit` is there only where the change is safe: it says what the editor plainly meant.
    """

    code: str
    span: Span
    message: str
    help: str
    related: tuple[Related, ...] = ()
    severity: Severity = "error"
    edit: Edit | None = None


def paths_of(diagnostics: Iterable[Diagnostic]) -> set[str]:
    """Give the paths of the files that diagnostics point at, related places included."""
    return {
        span.path for found in diagnostics for span in (found.span, *(other.span for other in found.related))
    }


class Code(Struct, frozen=True, array_like=True):
    """A kind of diagnostic. `citewell explain` prints it; `tests/errors/` holds an example of each."""

    name: str
    severity: Severity
    what: str
    harm: str
    may_warn: bool = False  # an error that a site may lower: what readers get is then still whole


_NEAR, _VERY_NEAR = 0.65, 0.79  # shares of the signs: below the first, `zebra` would be like `bread`
_FEW, _AROUND = 128, 32


def nearest(word: str, known: Iterable[str], but: str | None = None) -> str | None:
    """Give the known name, other than `but`, that is most like `word`, or None when none is near.

    Where many names are known, only those around the word are compared with it (see `_around`).
    """
    by_folded = {name.casefold(): name for name in _around(word, known) if name != but}
    found = _alike(word.casefold(), by_folded, 1, _NEAR)
    return by_folded[found[0]] if found else None


def _around(word: str, known: Iterable[str]) -> Iterable[str]:
    """Give the names that a word is compared with.

    Of many, they are those around it in the alphabet, and in that of the words read backwards: a name with one slip has its
    beginning or its end in common with what was meant. So a page with very many misspelt names is still checked soon.
    """
    names = known if isinstance(known, Collection) else tuple(known)
    if len(names) <= _FEW:
        return names
    found: dict[str, None] = {}
    folded = word.casefold()
    for key, order in zip((folded, folded[::-1]), _alphabets(names), strict=True):
        at = bisect_left(order, (key,))
        found |= dict.fromkeys(name for _, name in order[max(0, at - _AROUND) : at + _AROUND])
    return found


@once
def _alphabets(names: Collection[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    folded = [(name.casefold(), name) for name in names]
    return sorted(folded), sorted((key[::-1], name) for key, name in folded)


def _alike(word: str, known: Iterable[str], most: int, cutoff: float) -> list[str]:
    """Give the names that have the largest share of their signs in common with the word, in its order."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import extract  # only where something is misspelt

    close = extract(word, tuple(known), scorer=Indel.normalized_similarity, score_cutoff=cutoff, limit=most)
    return [name for name, _, _ in close]


def meant(word: str, known: Iterable[str]) -> str | None:
    """Give the known name that `word` plainly means, or None: an edit follows from it, so it is stricter than `nearest`.

    The word is one slip of the hand away from it, or hardly different, and from no other name. A digit is no slip: it is
    another year, step or stage.
    """
    names = known if isinstance(known, Collection) else tuple(known)
    if word in names:
        return word
    names = tuple(_around(word, names))
    near, folded = nearest(word, names), word.casefold()
    alike = _alike(folded, (name.casefold() for name in names), 8, _NEAR)
    plain = [name for name in alike if _digits(name) == _digits(folded) and _is_slip(folded, name)]
    return near if near is not None and plain == [near.casefold()] else None


def _digits(word: str) -> list[str]:
    return [sign for sign in word if sign.isdigit()]


def _is_slip(word: str, name: str) -> bool:
    """Tell whether a sign was left out, added, replaced, or changed places with its neighbour, or the two are nearly equal."""
    from rapidfuzz.distance import Indel

    if Indel.normalized_similarity(name, word) >= 0.9:  # noqa: PLR2004 -- at most one sign in ten
        return True
    same = takewhile(lambda pair: pair[0] == pair[1], zip(word, name, strict=False))
    start = sum(1 for _ in same)
    one, other = word[start:], name[start:]
    if one[:2] == other[1::-1] and one[2:] == other[2:]:
        return True  # even in a short name: all its signs are there
    slipped = one[1:] == other[1:] or one[1:] == other or one == other[1:]
    return slipped and Indel.normalized_similarity(name, word) >= _VERY_NEAR


def cut(text: str, most: int = 80) -> str:
    """Give a text as a message repeats it: a long one ends with `…`."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def inside(span: Span, text: str) -> Span | None:
    """Give the place of the text itself where the span covers it or it and its quotes, or None where it is written otherwise."""
    if span.length == len(text):
        return span
    return Span(span.path, span.line, span.column + 1, len(text)) if span.length == len(text) + 2 else None


def edit(place: Span | None, text: str | None) -> Edit | None:
    """Give the edit that puts the text in that place, or None where one of them is not sure."""
    return None if place is None or text is None else Edit(place, text)


def with_severities(
    diagnostics: Iterable[Diagnostic],
    codes: Mapping[str, Code],
    chosen: Mapping[str, Severity],
    *,
    strict: bool,
) -> tuple[Diagnostic, ...]:
    """Give each diagnostic the severity of its code, then the site's choice, then that of `--strict`; sorted by place."""
    weighed = (
        structs.replace(found, severity=_severity(codes[found.code], chosen.get(found.code), strict=strict))
        for found in set(diagnostics)
    )
    return tuple(sorted(weighed, key=lambda found: (found.span, found.code, found.message)))


def _severity(code: Code, chosen: Severity | None, *, strict: bool) -> Severity:
    fixed = code.severity == "error" and not code.may_warn
    return "error" if strict or fixed else chosen or code.severity
