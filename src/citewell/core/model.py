"""The types that travel from stage to stage, a new one for each stage. All are frozen; the later ones are in `core/view.py`.

Text with references in it is kept as pieces with typed holes: `parse` makes the holes, `resolve` computes what
fills each one, `render` joins the pieces. See ARCHITECTURE.md.
"""

import re
from datetime import date
from typing import Literal

from markupsafe import escape
from msgspec import Struct

from citewell.core.csl import Work
from citewell.core.diagnostic import Diagnostic, Severity, Span
from citewell.core.once import once
from citewell.core.reads import EncodedRegister, Register

# -- discover ---------------------------------------------------------------------------------------------------


class Source(Struct, frozen=True, array_like=True):
    """A file as it was found: its path inside `content/` with forward slashes, and its bytes."""

    path: str
    data: bytes


# -- parse: the page itself ------------------------------------------------------------------------------------


class Words(Struct, frozen=True, array_like=True, tag="words"):
    """Running text, not yet escaped, in which glossary terms are looked for."""

    number: int
    text: str


class Gap(Struct, frozen=True, array_like=True, tag="gap"):
    """The place of a hole. The hole itself, with its position, is in the page's `Facts`."""

    number: int


class Slot(Struct, frozen=True, array_like=True, tag="slot"):
    """The place of a block: its index in `Article.blocks`."""

    block: int


class Section(Struct, frozen=True, array_like=True, tag="section"):
    """A level-2 heading follows: from here on a term is once more used for the first time."""


Piece = str | Words | Gap | Slot | Section
"""A `str` is finished markup."""


class Prose(Struct, frozen=True, array_like=True, tag="prose"):
    """Markdown, tokenised and rendered but for its holes."""

    pieces: tuple[Piece, ...] = ()


class Record(Struct, frozen=True, array_like=True, tag="record"):
    """The data of a block: its fields by name."""

    fields: dict[str, "Value"]


class Many(Struct, frozen=True, array_like=True, tag="many"):
    """A list of values inside the data of a block."""

    items: tuple["Value", ...]


Value = str | int | bool | None | Prose | Record | Many


class Line(Struct, frozen=True, array_like=True):
    """A title, dek or kicker: finished markup (emphasis only) and the same as plain text."""

    html: str = ""
    text: str = ""

    @classmethod
    def of(cls, text: str) -> "Line":
        """Give plain text as a line: whatever stands in it is shown as it is."""
        return cls(str(escape(text)), text)


class Heading(Struct, frozen=True, array_like=True):
    """A heading of the body, for the table of contents. `letter` and `label` are those of a strand."""

    level: int
    id: str
    line: Line
    letter: str = ""
    label: str = ""


class BlockData(Struct, frozen=True, array_like=True):
    """A block of the page: the name of its kind and what it holds."""

    name: str
    data: Record


class Review(Struct, frozen=True, array_like=True):
    """Who looked the page over, when, and when the next look is due."""

    on: date
    by: str = ""
    role: str = ""
    due: date | None = None


class Article(Struct, frozen=True, array_like=True):
    """Everything that a page shows of its own. Read by its own page only; holds no span, so that it can be digested."""

    title: Line
    dek: Line
    kicker: Line
    kind: str
    published: date | None
    updated: date | None
    review: Review | None
    body: Prose
    blocks: tuple[BlockData, ...]
    unplaced: tuple[int, ...]  # blocks that the layout places, in its order
    headings: tuple[Heading, ...]


# -- parse: what the rest of the site may know -------------------------------------------------------------------


class LinkHole(Struct, frozen=True, array_like=True, tag="link"):
    """A link: its target as it was written, decoded, and where it stands if it stands there sign for sign."""

    number: int
    target: str
    span: Span
    place: Span | None = None


class CiteItem(Struct, frozen=True, array_like=True):
    """One source inside `[@a; @b, p. 12]`."""

    key: str
    locator: str
    span: Span
    apart: Span | None = None  # of the locator with its comma, if it stands there sign for sign
    signed: bool = True  # False: it lacks its `@`


class Unmarked(Struct, frozen=True, array_like=True):
    """Text that was meant as a citation if its keys are those of sources, as `(@a)` or `[a; b]`."""

    keys: tuple[str, ...]
    span: Span
    text: str = ""  # as it was written; empty where it has been told whatever its keys are
    place: Span | None = None  # where it can be replaced by a mark


class CiteHole(Struct, frozen=True, array_like=True, tag="cite"):
    """A citation mark: one or more sources."""

    number: int
    items: tuple[CiteItem, ...]


class TermHole(Struct, frozen=True, array_like=True, tag="term"):
    """A term that is linked by name: `[vesicles](term:extracellular-vesicle)`; `place` is that of the name."""

    number: int
    name: str
    label: str
    span: Span
    place: Span | None = None


class ImageHole(Struct, frozen=True, array_like=True, tag="image"):
    """An image beside the article."""

    number: int
    target: str
    alt: str
    span: Span
    title: str = ""
    place: Span | None = None  # of the target


Hole = LinkHole | CiteHole | TermHole | ImageHole


class Term(Struct, frozen=True, array_like=True):
    """A glossary term as one page defines it."""

    slug: str
    name: str
    also: tuple[str, ...]
    definition: Prose
    wording: str  # the definition as it was written: two pages may share it only word for word
    holes: tuple[int, ...]  # numbers of the holes of the definition
    span: Span


class PageRef(Struct, frozen=True, array_like=True):
    """A page named in front matter; `place` is that of the bare name."""

    name: str
    span: Span
    because: Line = Line()
    place: Span | None = None


class Opening(Struct, frozen=True, array_like=True):
    """Where and how the front matter takes a new companion: its name goes between the two texts."""

    span: Span
    before: str
    after: str


class Alias(Struct, frozen=True, array_like=True):
    """An old address that leads to the page: a path that starts at the site's root."""

    path: str
    span: Span


class Citation(Struct, frozen=True, array_like=True):
    """An entry of a page's `citations` or of a shared library; `work` is None where it is only an id."""

    id: str
    work: Work | None
    span: Span
    place: Span | None = None  # of the bare id


class OwnWork(Struct, frozen=True, array_like=True):
    """A source whose data a page brings: encoded, since a large site brings very many."""

    id: str
    data: bytes
    span: Span


class Defined(Struct, frozen=True, array_like=True):
    """A term as other pages show it, with the holes of its definition, numbered from 1 on."""

    term: Term
    holes: tuple[Hole, ...]


class Passage(Struct, frozen=True, array_like=True):
    """What search can find, as plain text: the page itself, a section of it, or an entry of a numbered block."""

    kind: str  # "page", "section", or the word of the block's ids: "term", "step", "question" …
    anchor: str  # empty for the page
    name: str
    text: str


class PageIndex(Struct, frozen=True, array_like=True):
    """What search can find on one page; the page itself stands first."""

    url: str
    passages: tuple[Passage, ...]


class Question(Struct, frozen=True, array_like=True):
    """A question that a reader may take along and ask, and what it is about where the page says so."""

    about: Prose
    ask: Prose


class Facts(Struct, frozen=True):
    """All that the rest of the site may know of a page: to `Article` what a header is to an object file."""

    id: str
    path: str
    url: str  # the path of the page from the site's root: "exosomes/"
    kind: str
    draft: bool
    title: Line
    dek: Line
    kicker: Line
    published: date | None
    updated: date | None
    review: Review | None
    tags: tuple[str, ...]
    aliases: tuple[Alias, ...]
    parent: PageRef | None
    companions: tuple[PageRef, ...]
    anchors: tuple[str, ...]
    blocks: tuple[str, ...]  # kinds of blocks on the page
    terms: tuple[Term, ...]
    questions: tuple[Question, ...]
    citations: tuple[Citation, ...] | None  # None: the page may cite any entry of the shared library
    holes: tuple[Hole, ...]  # in reading order, blocks included
    doubt: tuple[
        str, ...
    ]  # keys of the front matter that could not be read: what follows from them is not told
    span: Span  # where the page is named: its title
    article: str  # digest of the Article
    places: tuple[tuple[str, Span], ...] = ()  # of headings, bold leads and blocks, by anchor
    opening: Opening | None = None  # None: no companion can be added without changing how the file is written
    slug: Span | None = None  # where the address is chosen
    unmarked: tuple[Unmarked, ...] = ()
    asks: bool = False  # whether the page has questions


class Parsed(Struct, frozen=True, array_like=True):
    """What one Markdown file gives. `article` and `facts` are None where the file has no usable front matter."""

    path: str
    facts: Facts | None
    article: Article | None
    diagnostics: tuple[Diagnostic, ...]
    unread: str = ""  # what was written and could not be understood


class Page(Struct, frozen=True, array_like=True):
    """What other pages show of a page."""

    id: str
    path: str
    url: str
    kind: str
    title: Line
    dek: Line
    kicker: Line
    published: date | None
    updated: date | None
    tags: tuple[str, ...]
    aliases: tuple[Alias, ...]
    parent: str  # its name; empty where there is none


class Head(Page, frozen=True, array_like=True):
    """What places a page in the site, beside what is shown of it.

    `links` are where in the site its links lead: paths inside content, or from the root.
    """

    draft: bool
    chosen: bool  # its address was chosen
    companions: tuple[str, ...]
    links: tuple[str, ...]
    asks: bool
    doubt: tuple[str, ...]


class Outline(Struct, frozen=True, array_like=True):
    """What the site may know of a page, in the parts that its registers hold.

    `page` and `facts` are encoded; the facts are without all that only the page's own text holds.
    """

    head: Head
    page: bytes
    facts: bytes
    terms: tuple[Defined, ...]
    works: tuple[OwnWork, ...]


class Outlined(Struct, frozen=True, array_like=True):
    """What is kept at hand of a Markdown file until the site is put together: its outline, encoded, and what is wrong with it."""

    path: str
    outline: bytes | None
    draft: bool
    diagnostics: tuple[Diagnostic, ...]
    unread: str
    version: str  # digest of all that other pages may know of it
    frame: str  # digest of the part of it by which the registers of the site are put together


class Stood(Struct, frozen=True, array_like=True):
    """How the outline of a file stood: its version, and that of its frame."""

    version: str
    frame: str


# -- the site's own settings -------------------------------------------------------------------------------------


class MenuItem(Struct, frozen=True, array_like=True):
    """A link of the navigation or of the trust strip: to a page by name, or to a path of the site."""

    label: str
    page: str
    path: str
    span: Span
    place: Span | None = None


class Organisation(Struct, frozen=True, array_like=True):
    """Who publishes the site."""

    name: str
    url: str = ""


class Editor(Struct, frozen=True, array_like=True):
    """A person or group who answers for the pages."""

    name: str
    role: str = ""


class Licence(Struct, frozen=True, array_like=True):
    """The terms under which the text may be used."""

    name: str
    url: str = ""


class Config(Struct, frozen=True, array_like=True):
    """`content/site.yaml`."""

    title: str
    tagline: str
    intro: str
    base_url: str  # ends with a slash
    language: str
    organisation: Organisation
    editors: tuple[Editor, ...]
    navigation: tuple[MenuItem, ...]
    trust: tuple[MenuItem, ...]
    licence: Licence | None
    review: str
    citation_style: Literal["vancouver", "ama", "apa"]
    severity: dict[str, Severity]
    html: tuple[str, ...]
    leave_out: tuple[Literal["cards", "questions", "search", "sources"], ...] = ()


# -- gather ------------------------------------------------------------------------------------------------------


class Asset(Struct, frozen=True, array_like=True):
    """A file that is published under an address that holds its fingerprint. `url` is a path from the root."""

    name: str
    url: str
    width: int = 0
    height: int = 0


_WORD = re.compile(r"[^\W_]+")


def words_in(text: str) -> str:
    """Give the words of a text, in small letters, each between blanks; nothing where there is none."""
    words = " ".join(_WORD.findall(text.lower()))
    return words and f" {words} "


class Settings(Struct, frozen=True):
    """The configuration, what is wrong with it, and where its keys stand."""

    config: Config
    diagnostics: tuple[Diagnostic, ...]
    severity_spans: dict[str, Span]


class Library(Struct, frozen=True):
    """The entries of one library file, with their places, and what is wrong with it."""

    entries: tuple[Citation, ...]
    diagnostics: tuple[Diagnostic, ...]
    unread: str = ""  # what was written and could not be understood


class Site(Struct, frozen=True, array_like=True):
    """The whole site as one value: facts by id, the registers, and the family.

    Of its pages it has what other pages can show, and nothing that only their own texts hold. So the site is the same value
    after an edit that no other page can show.
    """

    config: Config
    pages: EncodedRegister[Page]  # published pages by id, in the order of their paths
    facts: EncodedRegister[Facts]  # of the same
    drafts: EncodedRegister[Facts]
    urls: Register[str]  # path from the root -> id
    addresses: Register[str]  # id -> path from the root
    made: frozenset[str]  # the addresses of the pages that the site makes itself
    paths: Register[str]  # path of a content file -> id
    unreadable: tuple[str, ...]  # paths of pages that could not be parsed: links to them are not told as well
    terms: EncodedRegister[Defined]  # by slug, in alphabetical order
    forms: tuple[tuple[str, str], ...]  # every form of every term, with its slug; sorted
    term_names: Register[str]  # slug of any form of a term -> slug of the term
    defined_by: Register[tuple[str, ...]]  # slug of a term -> ids of the pages that define it
    works: EncodedRegister[Work]  # by id
    library: tuple[str, ...]  # ids of the shared library
    images: Register[Asset]  # by path inside content
    children: Register[tuple[str, ...]]  # id of a parent -> ids, by kind and title; of no name: the topmost
    backlinks: Register[tuple[str, ...]]  # id of a page -> ids of the pages that link to it
    theme_assets: dict[str, str]  # names that templates use -> path from the root
    integrity: dict[str, str]  # of the styles and scripts among them, by name
    unread: str = ""  # the words, between blanks, of what could not be understood anywhere
    doubtful: bool = False  # something that may use a term could not be read

    def may_name(self, name: str) -> bool:
        """Tell whether what could not be understood speaks of that name: then it is not told as missing as well."""
        words = words_in(name)
        return bool(words) and words in self.unread

    def is_unreadable(self, name: str) -> bool:
        """Tell whether a page of that name exists and could not be parsed."""
        return f"{name}.md" in _files(self.unreadable)


@once
def _files(paths: tuple[str, ...]) -> frozenset[str]:
    return frozenset(path.rpartition("/")[2] for path in paths)
