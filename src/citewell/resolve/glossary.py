"""Terms: one register for the site, and the first use in each section."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import compress, count
from string import ascii_lowercase, ascii_uppercase
from unicodedata import normalize

import msgspec
from msgspec import Struct

from citewell.core.diagnostic import Diagnostic, Related, edit, meant, nearest
from citewell.core.model import Article, Defined, Facts, Gap, Section, Site, Term, TermHole, Words
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

_ENCODER, _DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Defined)


class Label(Struct, frozen=True, array_like=True, order=True):
    """A form under which a term is found in running text. One with inner capitals (`EV`) must match exactly."""

    text: str
    slug: str
    exact: bool


class Terms:
    """Every term of the site, put together from what page after page defines."""

    def __init__(self) -> None:
        self.encoded: dict[str, bytes] = {}
        self.defined_by: dict[str, list[str]] = {}  # slug -> ids of pages
        self.forms: set[tuple[str, str]] = set()  # with the slug
        self.faults: list[Diagnostic] = []
        self._owners: dict[str, bytes] = {}  # form in small letters -> the first term that has it
        self._explained_by: dict[str, list[str]] = {}  # slug -> names in the definition

    def define(self, page: str, terms: Iterable[Defined]) -> None:
        """Take the terms of the page with that id. Of two meanings the first counts, and the second is told."""
        for defined in terms:
            term, data = defined.term, _ENCODER.encode(defined)
            former = self.encoded.setdefault(term.slug, data)
            self.defined_by.setdefault(term.slug, []).append(page)
            if former is not data and _differ(term, known := decode_defined(former).term):
                self.faults.append(_two_meanings(term, known, term.name, _clash(term, known)))
                continue
            if former is data:
                self.forms |= {(form, term.slug) for form in (term.name, *term.also)}
                if named := [hole.name for hole in defined.holes if isinstance(hole, TermHole)]:
                    self._explained_by[term.slug] = named
            self._own(term, data)

    def _own(self, term: Term, data: bytes) -> None:
        for form in (term.name, *term.also):
            owned = self._owners.setdefault(form.casefold(), data)
            if owned is not data and (owner := decode_defined(owned).term).slug != term.slug:
                message = f"`{form}` stands for two terms: `{owner.name}` and `{term.name}`"
                self.faults.append(_two_meanings(term, owner, form, message))

    def circles(self, term_names: Mapping[str, str]) -> Iterator[Diagnostic]:
        """Find definitions that explain each other in a circle."""
        leads_to = {
            slug: [term_names[name] for name in map(slugify, names) if name in term_names]
            for slug, names in sorted(self._explained_by.items())
        }
        for circle in _circles(leads_to):
            terms = [decode_defined(self.encoded[slug]).term for slug in circle]
            yield Diagnostic(
                "terms/circular",
                terms[0].span,
                "these definitions explain each other in a circle: "
                + " → ".join(term.name for term in (*terms, terms[0])),
                "define one of them in plain words",
                tuple(Related(term.span, "and this one") for term in terms[1:]),
            )


def decode_defined(data: bytes) -> Defined:
    """Give the term that was encoded."""
    return _DECODER.decode(data)


def _differ(term: Term, former: Term) -> bool:
    return former.wording != term.wording or former.span.path == term.span.path


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


def definer(site: Site, slug: str) -> Facts:
    """Give the page whose definition of a term is shown everywhere."""
    return site.facts[site.defined_by[slug][0]]


def labels(forms: Iterable[tuple[str, str]]) -> tuple[Label, ...]:
    """Give the forms of terms, each with its slug, as they are looked for in texts."""
    return tuple(sorted(_label(form, slug) for form, slug in forms))


def _label(form: str, slug: str) -> Label:
    exact = form[1:] != form[1:].lower()
    return Label(_quoted(form) if exact else _folded(form), slug, exact)


def _slugs(known: tuple[Label, ...]) -> dict[str, str]:
    """Give what a `term:` link may name: the slug of a term, or of any of its forms."""
    return {slugify(label.text): label.slug for label in known} | {label.slug: label.slug for label in known}


class Lexicon(Struct, frozen=True, array_like=True):
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


def lexicon(forms: tuple[tuple[str, str], ...]) -> Lexicon:
    """Sort the forms of terms, each with its slug, for finding them in texts."""
    known = labels(forms)
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


def term_named(site: Site, name: str) -> str | None:
    """Give the slug of the term that `term:name` means."""
    return site.term_names.get(slugify(name))


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


def term_faults(site: Site, used: Collection[str]) -> Iterator[Diagnostic]:
    """Find terms that no page uses or means."""
    for slug in site.terms if not site.doubtful else ():
        if slug not in used:
            term = site.terms[slug].term
            yield Diagnostic(
                "terms/unused",
                term.span,
                f"the term `{term.name}` is defined and never used",
                "use it in the text, list the form that the text uses under `also:`, or delete it",
            )


def entry_faults(site: Site) -> Iterator[Diagnostic]:
    """Find ids that a page which introduces the glossary takes from its entries."""
    page = site.facts.get(site.urls.get(GLOSSARY, ""))
    for anchor in page.anchors if page else ():
        if page and anchor in site.terms:
            term = site.terms[anchor].term
            yield Diagnostic(
                "headings/same-id",
                page.span,
                f"`#{anchor}` on this page is also the address of `{term.name}` in the glossary",
                "give the heading an id of its own, as in `## Heading {#another-id}`",
                (Related(term.span, "the term is defined here"),),
            )


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
