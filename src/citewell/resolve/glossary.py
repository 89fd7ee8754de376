"""Terms: one register for the site, and the first use in each section."""

import re
from collections.abc import Iterator, Mapping
from itertools import compress, count
from string import ascii_lowercase, ascii_uppercase
from unicodedata import normalize

from msgspec import Struct

from citewell.core.diagnostic import Diagnostic, Related, edit, meant, nearest
from citewell.core.model import Article, Facts, Gap, Section, Site, Term, TermHole, Words
from citewell.core.view import TermUse
from citewell.core.walk import pieces_in_order
from citewell.parse.collector import slugify
from citewell.resolve.addresses import GLOSSARY

_WORD = re.compile(r"[^\W_]+")
_FOREIGN = re.compile(r"[^\x00-\x7f\w]")
_MARKS = "’‘“”—–…"  # noqa: RUF001 -- nearly all signs beyond ASCII that a text in English has
_NO_WORD = "\n"
_BLANKS = bytes(sign for sign in range(128) if not chr(sign).isalnum())
_LETTERS = bytes.maketrans(_BLANKS + ascii_uppercase.encode(), b" " * len(_BLANKS) + ascii_lowercase.encode())


class Label(Struct, frozen=True, array_like=True, order=True):
    """A form under which a term is found in running text. One with inner capitals (`EV`) must match exactly."""

    text: str
    slug: str
    exact: bool


def register_terms(
    pages: Mapping[str, Facts],
) -> tuple[dict[str, Term], dict[str, tuple[str, ...]], list[Diagnostic]]:
    """Give every term by slug, A to Z, the pages that define it, and terms with two meanings."""
    terms: dict[str, Term] = {}
    defined_by: dict[str, list[str]] = {}
    owners: dict[str, Term] = {}
    faults: list[Diagnostic] = []
    for page in pages.values():
        for term in page.terms:
            former = terms.setdefault(term.slug, term)
            defined_by.setdefault(term.slug, []).append(page.id)
            if former is not term and (former.wording != term.wording or former.span.path == term.span.path):
                faults.append(_two_meanings(term, former, term.name, _clash(term, former)))
                continue
            for form in (term.name, *term.also):
                owner = owners.setdefault(form.casefold(), term)
                if owner.slug != term.slug:
                    message = f"`{form}` stands for two terms: `{owner.name}` and `{term.name}`"
                    faults.append(_two_meanings(term, owner, form, message))
    return dict(sorted(terms.items())), {slug: tuple(ids) for slug, ids in defined_by.items()}, faults


def _clash(term: Term, former: Term) -> str:
    if normalize("NFC", term.name).casefold() != normalize("NFC", former.name).casefold():
        return f"`{term.name}` and `{former.name}` want one place in the glossary, `#{term.slug}`"
    if former.wording == term.wording:
        return f"the term `{term.name}` is defined twice on this page"
    return f"the term `{term.name}` is defined in two ways"


def _two_meanings(term: Term, former: Term, form: str, message: str) -> Diagnostic:
    return Diagnostic(
        "terms/two-meanings",
        term.span,
        message,
        f"keep one meaning: delete one definition, or rename `{form}` in one of the two ({former.span.path} has the other)",
        (Related(former.span, "the other meaning is here"),),
    )


def definer(site: Site, term: Term) -> Facts:
    """Give the page whose definition of a term is shown everywhere."""
    return site.pages[site.defined_by[term.slug][0]]


def term_names(terms: Mapping[str, Term]) -> dict[str, str]:
    """Give the slug of the term that each form, as a slug, stands for."""
    return dict(_slugs(labels(terms)))


def labels(terms: Mapping[str, Term]) -> tuple[Label, ...]:
    """Give every form of every term, sorted, so that its digest says when texts must be searched again."""
    forms = {(form, term.slug) for term in terms.values() for form in (term.name, *term.also)}
    return tuple(sorted(_label(form, slug) for form, slug in forms))


def _label(form: str, slug: str) -> Label:
    exact = form[1:] != form[1:].lower()
    return Label(_quoted(form) if exact else _folded(form), slug, exact)


def _slugs(known: tuple[Label, ...]) -> dict[str, str]:
    """Give what a `term:` link may name: the slug of a term, or of any of its forms."""
    return {slugify(label.text): label.slug for label in known} | {label.slug: label.slug for label in known}


class Lexicon(Struct, frozen=True):
    """The labels of all terms, for finding them in texts.

    At a word of a text only those labels are looked up that begin with it and with the two words behind it, however many there are.
    """

    heads: dict[str, frozenset[str]]  # first word of labels -> the second ones, or nothing
    openings: dict[
        str, tuple[int, ...]
    ]  # first three words of labels -> how long they are, the longest first
    exact: dict[str, str]  # label -> slug of the term
    folded: dict[str, str]
    slugs: dict[str, str]  # what a `term:` link may name -> slug of the term


def lexicon(known: tuple[Label, ...]) -> Lexicon:
    """Sort labels for finding them in texts."""
    heads: dict[str, set[str]] = {}
    openings: dict[str, tuple[int, ...]] = {}
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for label in known:
        if _WORD.match(label.text):
            words = _spelt(label.text).split(" ", 3)[:3]
            heads.setdefault(words[0], set()).add(words[1] if len(words) > 1 else _NO_WORD)
            opening = " ".join(words)
            openings[opening] = tuple(sorted({*openings.get(opening, ()), len(label.text)}, reverse=True))
            (exact if label.exact else folded).setdefault(label.text, label.slug)
    return Lexicon(
        {head: frozenset(seconds) for head, seconds in heads.items()}, openings, exact, folded, _slugs(known)
    )


def find_uses(facts: Facts, article: Article, lexicon: Lexicon) -> tuple[TermUse, ...]:
    """Find the first use of each term in each section; uses by name count, and no term links to itself."""
    own = {
        piece.number: term.slug
        for term in facts.terms
        for piece in term.definition.pieces
        if isinstance(piece, Words)
    }
    named = {
        hole.number: lexicon.slugs.get(slugify(hole.name))
        for hole in facts.holes
        if isinstance(hole, TermHole)
    }
    pieces = pieces_in_order(article)
    # There are hundreds of pieces, and `isinstance` takes five times as long to say no.
    found = _in_words([piece for piece in pieces if type(piece) is Words], lexicon)
    uses: list[TermUse] = []
    seen: set[str | None] = set()
    for piece in pieces if found else ():
        if type(piece) is Section:
            seen = set()
        elif type(piece) is Gap and piece.number in named:
            seen.add(named[piece.number])
        elif type(piece) is Words and piece.number in found:
            for use in found[piece.number]:
                if use.slug not in seen and use.slug != own.get(piece.number):
                    seen.add(use.slug)
                    uses.append(use)
    return tuple(uses)


def _in_words(words: list[Words], lexicon: Lexicon) -> dict[int, list[TermUse]]:
    """Give the uses of terms in each piece of running text by its number.

    The texts are searched as one, a line for each: no label holds the end of a line.
    """
    lines = [_quoted(piece.text) for piece in words]
    quoted = "\n".join(lines)
    starts = list(_starts(quoted, lexicon))
    found: dict[int, list[TermUse]] = {}
    if not starts:
        return found
    folded = (
        _lowered_lines(quoted, lines) if "Σ" in quoted else ""
    )  # its small letter depends on what is around it
    reached = line = begin = 0
    for start, lengths in starts:
        while start > begin + len(lines[line]):
            begin += len(lines[line]) + 1
            line += 1
        if start < reached or _joined_before(quoted, start):
            continue
        for length in lengths:
            end = start + length
            text = quoted[start:end]
            slug = lexicon.exact.get(text) or lexicon.folded.get(folded[start:end] or _lowered(text))
            if slug and not _joined_after(quoted, end):
                number = words[line].number
                found.setdefault(number, []).append(TermUse(number, start - begin, end - begin, slug))
                reached = end
                break
    return found


def _starts(text: str, lexicon: Lexicon) -> Iterator[tuple[int, list[int]]]:
    """Give where labels may begin by the first three words alone, and how long those are, the longest first."""
    heads = lexicon.heads
    words = _spelt(text).split(" ")
    beginnings = list(compress(count(), map(heads.__contains__, words)))
    words += [_NO_WORD, _NO_WORD]
    offset = former = 0
    for at in [
        at for at in beginnings if words[at + 1] in (behind := heads[words[at]]) or _NO_WORD in behind
    ]:
        pair = f"{words[at]} {words[at + 1]}"
        openings = (f"{pair} {words[at + 2]}", pair, words[at])  # the longest first
        lengths = [length for opening in openings for length in lexicon.openings.get(opening, ())]
        if lengths:
            offset += len(" ".join(words[former:at])) + (at > former)
            former = at
            yield offset, lengths


def _spelt(text: str) -> str:
    """Give a text in small letters, with a blank for each sign that is no letter or digit, so that it can be split at blanks."""
    for mark in _MARKS:
        text = text.replace(mark, " ")
    if not text.isascii():
        # Which of its two forms a sigma has depends on what follows.
        text = _FOREIGN.sub(" ", _lowered(text)).replace("\N{GREEK SMALL LETTER FINAL SIGMA}", "σ")  # noqa: RUF001
    return text.encode("utf-8", "surrogatepass").translate(_LETTERS).decode("utf-8", "surrogatepass")


def _joined_before(text: str, start: int) -> bool:
    """`non-exosome` is not a use of `exosome`."""
    return text[start - 1 : start] == "-" and start > 1 and text[start - 2].isalnum()


def _joined_after(text: str, end: int) -> bool:
    """`exosome-like` and `exosomes` are not uses of `exosome`."""
    after = text[end : end + 2]
    return after[:1].isalnum() or (after[:1] == "-" and after[1:].isalnum())


def _quoted(text: str) -> str:
    return text.replace("’", "'").replace("\n", " ")  # noqa: RUF001  # the curly apostrophe is what smart quotes make


def _folded(text: str) -> str:
    return _lowered(_quoted(text))


def _lowered(text: str) -> str:
    """Give the text in small letters; it stays as long as it is."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def _lowered_lines(text: str, lines: list[str]) -> str:
    """Give `text`, which are these lines, in small letters; each line stays as long as it is."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "\n".join(map(_lowered, lines))


def term_named(site: Site, name: str) -> Term | None:
    """Give the term that `term:name` means."""
    return site.terms.get(site.term_names.get(slugify(name), ""))


def name_fault(site: Site, hole: TermHole) -> Diagnostic:
    """Say that a term is not defined anywhere."""
    name = slugify(hole.name)
    near = nearest(name, site.term_names)
    mend = (
        f"there is a term named `{near}`"
        if near
        else "define it under `terms:` on a page, or take the link away"
    )
    mended = edit(hole.place, meant(name, site.term_names))
    return Diagnostic("terms/unknown", hole.span, f"there is no term named `{hole.name}`", mend, edit=mended)


def terms_meant(site: Site, page: Facts) -> tuple[str, ...]:
    """Give the terms that a page means by a misspelt name, which has been told."""
    names = (hole.name for hole in page.holes if isinstance(hole, TermHole))
    near = (nearest(slugify(name), site.term_names) for name in names if not term_named(site, name))
    return tuple(sorted({site.term_names[name] for name in near if name}))


def term_faults(site: Site, used: frozenset[str]) -> Iterator[Diagnostic]:
    """Find terms that no page uses or means, and definitions that explain each other in a circle."""
    doubtful = any(page.doubt for page in site.pages.values()) or site.unreadable
    for term in site.terms.values():
        if term.slug not in used and not doubtful:
            yield Diagnostic(
                "terms/unused",
                term.span,
                f"the term `{term.name}` is defined and never used",
                "use it in the text, list the form that the text uses under `also:`, or delete it",
            )
    for circle in _circles(_explained_by(site)):
        names = " → ".join(site.terms[step].name for step in [*circle, circle[0]])
        related = tuple(Related(site.terms[step].span, "and this one") for step in circle[1:])
        yield Diagnostic(
            "terms/circular",
            site.terms[circle[0]].span,
            f"these definitions explain each other in a circle: {names}",
            "define one of them in plain words",
            related,
        )


def entry_faults(site: Site) -> Iterator[Diagnostic]:
    """Find ids that a page which introduces the glossary takes from its entries."""
    for page in site.pages.values():
        for anchor in page.anchors if page.url == GLOSSARY else ():
            if anchor in site.terms:
                yield Diagnostic(
                    "headings/same-id",
                    page.span,
                    f"`#{anchor}` on this page is also the address of `{site.terms[anchor].name}` in the glossary",
                    "give the heading an id of its own, as in `## Heading {#another-id}`",
                    (Related(site.terms[anchor].span, "the term is defined here"),),
                )


def _explained_by(site: Site) -> dict[str, list[str]]:
    """Give for each term whose definition names others, A to Z, those that it names."""
    explained: dict[str, list[str]] = {}
    for page in site.pages.values():
        own = {number: term for term in page.terms for number in term.holes} if page.holes else {}
        for hole in page.holes if own else ():
            term = own.get(hole.number)
            if isinstance(hole, TermHole) and term and site.defined_by[term.slug][0] == page.id:
                named = term_named(site, hole.name)
                if named:
                    explained.setdefault(term.slug, []).append(named.slug)
    return dict(sorted(explained.items()))


def _circles(leads_to: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Find circles that share no member, each from the member that comes first: every way is gone once, depth first."""
    order = {name: number for number, name in enumerate(leads_to)}
    passed: set[str] = set()
    for start in leads_to:
        line: list[str] = []  # the way from the start to here
        places: dict[str, int] = {}  # of what is on the line
        told: list[
            int
        ] = []  # for each place on the line: that of the last one up to there which is in a circle already
        ways = [iter([start])]
        while ways:
            step = next(ways[-1], None)
            if step is None:
                ways.pop()
                if line:
                    told.pop()
                    del places[line.pop()]
            elif step in places:
                begin = places[step]
                if told[-1] < begin:
                    circle = line[begin:]
                    told[begin:] = range(begin, len(line))
                    first = circle.index(min(circle, key=order.__getitem__))
                    yield circle[first:] + circle[:first]
            elif step not in passed:
                passed.add(step)
                places[step] = len(line)
                told.append(told[-1] if told else -1)
                line.append(step)
                ways.append(iter(leads_to.get(step, ())))
