"""The parse stage over a whole site: a file is parsed only when its bytes, or what they mean, have changed.

What the rest of the site may know of a page is kept at hand. Its text and all that only it refers to stay in the store, as
bytes: those of a large site would fill the memory.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec
from msgspec import Struct

from citewell.core.digest import digest
from citewell.core.memo import Memo
from citewell.core.model import Article, Facts, Outlined, PageIndex, Passage, Source, Stood
from citewell.core.plugin import Block
from citewell.io import SurroundingsError
from citewell.io.disk import Seen, read_tree
from citewell.io.inputs import Inputs, read_page_again
from citewell.io.store import Store
from citewell.io.workers import Crew
from citewell.resolve.outlines import outlined

if TYPE_CHECKING:
    from citewell.core.diagnostic import Diagnostic
    from citewell.parse.article import Language

T = TypeVar("T")

_ENCODER = msgspec.msgpack.Encoder()
_FACTS = msgspec.msgpack.Decoder(Facts)
_ARTICLE = msgspec.msgpack.Decoder(Article)
_OUTLINED = msgspec.msgpack.Decoder(Outlined)
_INDEX = msgspec.msgpack.Decoder(PageIndex)


class BlockFolder(Struct, frozen=True):
    """The site's own blocks: where they lie, and the digest of what lies there, so that no old ones are used."""

    path: str
    digest: str


class Grammar(Struct, frozen=True):
    """What the meaning of a page's bytes depends on, in a form that another process can be sent."""

    blocks: BlockFolder
    html: tuple[str, ...]
    review: str


class Text(Struct, frozen=True, array_like=True):
    """A page's own: its facts in full, and its article; both encoded."""

    facts: bytes
    article: bytes


class Read(Struct, frozen=True, array_like=True):
    """What parsing a file gives, encoded: `Outlined`, and the text where the file has usable front matter."""

    outlined: bytes
    text: Text | None


@cache
def blocks_in(folder: BlockFolder) -> tuple[Block, ...]:
    """Give the package's blocks and the site's own.

    Raises:
        SurroundingsError: a folder is no block, or what lies there is not what was read, as on another machine.
    """
    if digest(read_tree(Path(folder.path))) != folder.digest:
        raise SurroundingsError(
            f"the folder {folder.path} is not what it was when the site was read: build again, or put it there on every machine"
        )
    from citewell.blocks import find_blocks

    try:
        return find_blocks(Path(folder.path))
    except ValueError as fault:
        raise SurroundingsError(f"the folder {folder.path} cannot be used: {fault}") from fault


class Pages:
    """The Markdown files of the site, parsed. What a file's bytes mean is kept under their digest."""

    def __init__(self, content: Path, inputs: Inputs, store: Store, grammar: Grammar, memo: Memo) -> None:
        self._store = store
        self._grammar = grammar
        self._memo = memo
        self._fresh: dict[str, Text] = {}  # by path: texts of this run that the store does not take
        self._content = content
        held = {source.path: source for source in inputs.sources if source.path.endswith(".md")}
        files: dict[str, Source | Seen] = held | {seen.path: seen for seen in inputs.seen}
        self._files = dict(sorted(files.items()))
        base = digest(inputs.engine, grammar.blocks.digest, grammar.html, grammar.review)
        self.keys = {path: memo(("key", path), _key, base, file) for path, file in self._files.items()}
        self.versions: dict[str, str] = {}  # of outlines, by path
        self._frames: dict[str, str] = {}  # of the outlines that were looked at, by path
        self.faults: dict[str, tuple[Diagnostic, ...]] = {}  # of files in which something is wrong, by path
        self._drafts: dict[str, bool] = {}  # by path of the files that have facts
        self._coming: Iterator[tuple[str, Read]] = iter(())
        self._outlines: dict[str, Outlined] = {}  # by path: those of this run that the store does not take
        store.keep(self.keys.values(), "texts", "outlines", "passages")

    def begin(self, crew: Crew, known: Mapping[tuple[str, str], str]) -> None:
        """Begin to parse the files that were not parsed before.

        `known` has the versions of the outlines of published pages in whose files nothing is wrong, by their paths and keys.
        """
        self.versions = {path: known.get((path, key), "") for path, key in self.keys.items()}
        kept = {path: self._kept(path) for path, version in self.versions.items() if not version}
        self._drafts = dict.fromkeys(self.versions.keys() - kept.keys(), False)
        due = [path for path, page in kept.items() if page is None]
        crew.watch.stage("parsing", len(due))
        for page in kept.values():
            if page is not None:
                self._take(page.path, page)
        if due and crew.helper is None:
            import citewell.parse.article  # noqa: F401 -- once for all processes that are split off
        self._coming = zip(due, crew.spread(read_page, self._grammar, map(self._source, due)), strict=True)

    def finish(self) -> None:
        """Have all files parsed."""
        for path, read in self._coming:
            self._take(path, self._hold(path, read))
        self._drafts = {path: self._drafts[path] for path in self.keys if path in self._drafts}

    def _take(self, path: str, page: Outlined) -> None:
        self.versions[path] = page.version
        self._frames[path] = page.frame
        if page.diagnostics:
            self.faults[path] = page.diagnostics
        if page.outline is not None:
            self._drafts[path] = page.draft

    def outlined(self) -> Iterator[Outlined]:
        """Give what the site may know of each file, in the order of their paths."""
        return map(self.outline, self.keys)

    def outline(self, path: str) -> Outlined:
        """Give what the site may know of a file."""
        page = self._kept(path) or self._hold(path, self._read(path))
        self._frames[path] = page.frame
        return page

    def stand(self, former: Mapping[str, Stood]) -> dict[str, Stood]:
        """Give how the outlines of all files stand. `former` tells it of those that have not changed since then."""
        return {
            path: stood
            if (stood := former.get(path)) and stood.version == version
            else Stood(version, self._frames.get(path) or self.outline(path).frame)
            for path, version in self.versions.items()
        }

    def _source(self, path: str) -> Source:
        file = self._files[path]
        return file if isinstance(file, Source) else read_page_again(self._content, file)

    def _read(self, path: str) -> Read:
        return read_page(self._grammar, self._source(path))

    def _kept(self, path: str) -> Outlined | None:
        """Give the page as the last run or an earlier build has parsed it from the same bytes."""
        key = self.keys[path]
        page: Outlined | None = self._memo.recall(("outlined", path), key) or self._outlines.get(path)
        if page is None and (page := self._store.get("outlines", key, Outlined)) is not None:
            self._memo.keep(("outlined", path), page, key)
        return page

    def _hold(self, path: str, read: Read) -> Outlined:
        """Keep what parsing has given, where it can be kept."""
        key, page = self.keys[path], _OUTLINED.decode(read.outlined)
        self._memo.keep(("outlined", path), page, key)
        if not self._store.add("outlines", key, read.outlined):
            self._outlines[path] = page
        if read.text is not None and not self._store.put("texts", key, read.text):
            self._fresh[path] = read.text
        return page

    def text(self, path: str) -> Text:
        """Give the text of a page that has facts."""
        text = self._fresh.get(path) or self._store.get("texts", self.keys[path], Text)
        if text is None:  # the cache has lost it
            read = self._read(path)
            self._hold(path, read)
            text = cast("Text", read.text)
        return text

    def facts(self, path: str) -> Facts:
        """Give the facts of a page in full."""
        key = self.keys[path]
        kept: Facts | None = self._memo.recall(("facts", path), key)
        return kept or self._memo.keep(("facts", path), _FACTS.decode(self.text(path).facts), key)

    def passages(self, path: str) -> tuple[Passage, ...]:
        """Give what search can find on a page that has facts."""
        return self._index(path).passages

    def index(self, crew: Crew) -> Iterator[PageIndex]:
        """Give what search can find on each published page."""
        published = [path for path, is_draft in self._drafts.items() if not is_draft]
        due = {path for path in published if not self._store.has("passages", self.keys[path])}
        crew.watch.stage("indexing", len(due))
        fresh = crew.spread(
            find_passages, self._grammar, (self.text(path) for path in published if path in due)
        )
        for path in published:
            yield self._hold_index(path, next(fresh)) if path in due else self._index(path)

    def _index(self, path: str) -> PageIndex:
        kept = self._store.get("passages", self.keys[path], PageIndex)
        return kept or self._hold_index(path, find_passages(self._grammar, self.text(path)))

    def _hold_index(self, path: str, found: bytes) -> PageIndex:
        self._store.add("passages", self.keys[path], found)
        return _INDEX.decode(found)

    def paths(self) -> Collection[str]:
        """Give the paths of the files that have facts."""
        return self._drafts.keys()


def _key(base: str, file: Source | Seen) -> str:
    sha = file.sha256 if isinstance(file, Seen) else sha256(file.data).hexdigest()
    return digest(base, file.path, sha)


class OfPages(Mapping[str, T]):
    """What is known of every page that has facts, by the path of its file: found when it is asked for."""

    def __init__(self, pages: Pages, known: Callable[[str], T]) -> None:
        self._pages = pages
        self._known = known

    def __getitem__(self, path: str) -> T:
        if path not in self._pages.paths():
            raise KeyError(path)
        return self._known(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages.paths())

    def __len__(self) -> int:
        return len(self._pages.paths())


@cache
def _language(grammar: Grammar) -> "Language":
    from citewell.parse.article import Language

    return Language(blocks_in(grammar.blocks), grammar.html, grammar.review)


def read_page(grammar: Grammar, source: Source) -> Read:
    """Parse a file."""
    from citewell.parse.article import parse_article  # only where a file is to be parsed: it takes long

    parsed = parse_article(source, _language(grammar))
    text = None
    if parsed.facts is not None:
        text = Text(_ENCODER.encode(parsed.facts), _ENCODER.encode(parsed.article))
    return Read(_ENCODER.encode(outlined(parsed)), text)


def find_passages(grammar: Grammar, text: Text) -> bytes:
    """Find what search can find on a page: `PageIndex`, encoded."""
    from citewell.parse.passages import passages

    facts, article = _FACTS.decode(text.facts), _ARTICLE.decode(text.article)
    return _ENCODER.encode(PageIndex(facts.url, passages(facts, article, _language(grammar).blocks)))
