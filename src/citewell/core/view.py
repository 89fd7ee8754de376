"""The types of the later stages: what fills the holes, the value that a template sees, and the files to publish.

The earlier ones are in `core/model.py`.
"""

from collections.abc import Callable, Iterator
from datetime import date

from msgspec import Struct

from citewell.core.csl import Run
from citewell.core.model import Editor, Licence, Line, Organisation, PageIndex, Prose, Site


class LinkFill(Struct, frozen=True, array_like=True, tag="link"):
    """A link's address: a path from the site's root, or a whole address where it leads to another site."""

    url: str
    external: bool


class Mark(Struct, frozen=True, array_like=True):
    """One source inside a citation mark: its number, the mark's own anchor, and the locator."""

    number: int
    anchor: str
    locator: str


class CiteFill(Struct, frozen=True, array_like=True, tag="cite"):
    """A citation mark."""

    marks: tuple[Mark, ...]


class TermFill(Struct, frozen=True, array_like=True, tag="term"):
    """A use of a term, which opens its definition on the page."""

    slug: str
    label: str


class EntryFill(Struct, frozen=True, array_like=True, tag="entry"):
    """A term that an excerpt names, linked to its entry in the glossary."""

    url: str
    label: str


class ImageFill(Struct, frozen=True, array_like=True, tag="image"):
    """An image with its size in pixels (0: unknown)."""

    url: str
    alt: str
    width: int
    height: int
    title: str = ""


Fill = LinkFill | CiteFill | TermFill | EntryFill | ImageFill


class Excerpt(Struct, frozen=True, array_like=True):
    """Prose that is shown away from its own page. Its holes are numbered anew, and it brings what fills them."""

    prose: Prose
    fills: dict[int, Fill]


class TermUse(Struct, frozen=True, array_like=True):
    """The characters `start` to `end` of the `Words` of that number use the term."""

    words: int
    start: int
    end: int
    slug: str


class Link(Struct, frozen=True, array_like=True):
    """A link to a page, and what a card shows of it."""

    url: str
    line: Line
    dek: Line = Line()
    because: Line = Line()
    kicker: Line = Line()
    updated: date | None = None


class SourceData(Struct, frozen=True, array_like=True):
    """What a page tells machines of a source."""

    title: str
    url: str
    published: str  # ISO date, where the day is known


class Reference(Struct, frozen=True, array_like=True):
    """An entry of the list of sources: its number on the page and the anchors of the marks that use it."""

    number: int
    text: tuple[Run, ...]
    marks: tuple[str, ...]


class Definition(Struct, frozen=True, array_like=True):
    """A term that a page uses: what opens there, without citations, and the address of its entry in the glossary."""

    slug: str
    name: str
    text: Excerpt
    url: str


class Chrome(Struct, frozen=True, array_like=True):
    """What every page shows of the site."""

    title: str
    language: str
    root: str  # path of the site's root on its host: "/" or "/docs/"
    base_url: str
    organisation: Organisation
    licence: Licence | None
    navigation: tuple[Link, ...]
    trust: tuple[Link, ...]
    assets: dict[str, str]
    integrity: dict[str, str]  # of styles and scripts: name -> what a browser holds the file against
    cards: bool = True  # whether pages have pictures for those who pass them on
    search: bool = True
    sources: bool = True  # whether there is a page of all sources


class ArticleView(Struct, frozen=True, array_like=True, tag="article"):
    """An article page: its content by digest, and all that other pages lend it."""

    article: str
    blocks: tuple[str, ...]
    fills: dict[int, Fill]
    uses: tuple[TermUse, ...]
    definitions: tuple[Definition, ...]  # of the terms that the page uses, A to Z
    references: tuple[Reference, ...]
    source_data: tuple[SourceData, ...]
    editors: tuple[Editor, ...]
    tags: tuple[Link, ...]
    companions: tuple[Link, ...]
    backlinks: tuple[Link, ...]
    children: tuple[Link, ...]
    sheet: str  # address of its sheet of questions, where it has any
    listing: "GlossaryView | SourcesView | None"  # what the site would else put on a page of its own


class Branch(Struct, frozen=True, array_like=True):
    """A page and its children on the map of the family."""

    link: Link
    children: tuple["Branch", ...]


class HomeView(Struct, frozen=True, array_like=True, tag="home"):
    """The home page: the family of pages as a map."""

    tagline: str
    intro: str
    family: tuple[Branch, ...]


class Entry(Struct, frozen=True, array_like=True):
    """A term in the glossary, with the pages that use it."""

    slug: str
    name: str
    also: tuple[str, ...]
    definition: Excerpt
    pages: tuple[Link, ...]


class GlossaryView(Struct, frozen=True, array_like=True, tag="glossary"):
    """The glossary, A to Z, with the sources that its definitions cite."""

    entries: tuple[Entry, ...]
    references: tuple[Reference, ...]


class CitedWork(Struct, frozen=True, array_like=True):
    """A source with the places that cite it: a link for each page, to its first mark."""

    text: tuple[Run, ...]
    pages: tuple[Link, ...]


class SourcesView(Struct, frozen=True, array_like=True, tag="sources"):
    """All sources that pages cite, A to Z."""

    works: tuple[CitedWork, ...]


class TagView(Struct, frozen=True, array_like=True, tag="tag"):
    """The pages that carry one tag."""

    tag: str
    pages: tuple[Link, ...]


class TagsView(Struct, frozen=True, array_like=True, tag="tags"):
    """All tags. The link's label is the tag."""

    tags: tuple[Link, ...]


class Asked(Struct, frozen=True, array_like=True):
    """A question of a sheet, and what it is about where the page says so."""

    about: Excerpt
    ask: Excerpt


class SheetView(Struct, frozen=True, array_like=True, tag="sheet"):
    """The questions of one page on a sheet to print and take along."""

    page: str  # address of the page
    reviewed: date | None
    questions: tuple[Asked, ...]


class NotFoundView(Struct, frozen=True, array_like=True, tag="not-found"):
    """The page that a host shows for an address that is not there."""

    pages: tuple[Link, ...]


class RedirectView(Struct, frozen=True, array_like=True, tag="redirect"):
    """An old address that leads to a page."""

    target: Link


Content = (
    ArticleView
    | HomeView
    | GlossaryView
    | SourcesView
    | TagView
    | TagsView
    | SheetView
    | NotFoundView
    | RedirectView
)


class View(Struct, frozen=True, array_like=True):
    """All that a template sees of one page. Its digest is the key under which the page is cached."""

    template: str
    url: str  # path from the site's root
    title: Line
    description: str
    breadcrumb: tuple[Link, ...]
    chrome: Chrome
    content: Content
    published: date | None = None
    updated: date | None = None


class Artifact(Struct, frozen=True, array_like=True):
    """A file to publish: its path inside the output folder, and its bytes."""

    path: str
    data: bytes


class Statics(Struct, frozen=True, array_like=True):
    """The files that are published as they are, and the path of each static file by its name."""

    files: tuple[Artifact, ...]
    addresses: dict[str, str]

    def data(self, name: str) -> bytes:
        """Give the bytes of a static file, or none where there is no such file."""
        path = self.addresses.get(name)
        return next((file.data for file in self.files if file.path == path), b"")


class Resolved(Struct, frozen=True, array_like=True):
    """What the files of the site as a whole are made of."""

    site: Site
    urls: tuple[str, ...]  # of every page that has something to read, those that the site makes included
    index: Callable[[], Iterator[PageIndex]]  # of every page of the content
    statics: Statics
