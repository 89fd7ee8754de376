"""The parse stage over a whole site: a file is parsed only when its bytes, or what they mean, have changed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from msgspec import Struct, structs

from citewell.blocks import find_blocks
from citewell.core.digest import digest
from citewell.core.memo import Memo
from citewell.core.model import Article, Facts, Parsed, Site, Source
from citewell.core.plugin import Block
from citewell.core.view import ArticleView, TermUse
from citewell.io import SurroundingsError
from citewell.io.inputs import Inputs
from citewell.io.store import Store
from citewell.io.workers import spread
from citewell.parse.article import Language, parse_article
from citewell.resolve.glossary import Lexicon, find_uses, labels, lexicon


class BlockFolder(Struct, frozen=True):
    """The site's own blocks: where they lie, and the digest of what lies there, so that no old ones are used."""

    path: str
    digest: str


class Grammar(Struct, frozen=True):
    """What the meaning of a page's bytes depends on, in a form that another process can be sent."""

    blocks: BlockFolder
    html: tuple[str, ...]
    review: str


@cache
def blocks_in(folder: BlockFolder) -> tuple[Block, ...]:
    """Give the package's blocks and the site's own. Raises SurroundingsError for a folder that is no block."""
    try:
        return find_blocks(Path(folder.path))
    except ValueError as fault:
        raise SurroundingsError(f"the folder {folder.path} cannot be used: {fault}") from fault


class Pages:
    """The parsed pages. What a page's bytes mean is kept by their digest, its article apart from the rest."""

    def __init__(self, inputs: Inputs, store: Store, grammar: Grammar, memo: Memo, jobs: int) -> None:
        self._store = store
        self._grammar = grammar
        self._memo = memo
        self._fresh: dict[str, Article] = {}  # by digest: articles of this run that the store does not take
        self._sources = {source.path: source for source in inputs.sources if source.path.endswith(".md")}
        base = digest(inputs.engine, grammar.blocks.digest, grammar.html, grammar.review)
        self._keys = {
            path: memo(("key", path), digest, base, source) for path, source in self._sources.items()
        }
        self.parsed = self._parsed(jobs)
        self._facts = {page.facts.article: page.facts for page in self.parsed if page.facts is not None}
        store.keep("articles", self._facts)

    def _parsed(self, jobs: int) -> tuple[Parsed, ...]:
        kept = {path: self._kept(path) for path in self._sources}
        due = [path for path, page in kept.items() if page is None]
        fresh = spread(_parse, self._grammar, (self._sources[path] for path in due), jobs=jobs)
        for path, page in zip(due, fresh, strict=True):
            kept[path] = self._memo.keep(
                ("parsed", path), structs.replace(page, article=None), self._keys[path]
            )
            self._store.put("facts", self._keys[path], kept[path])
            if page.facts is not None and page.article is not None:
                self._hold(page.facts.article, page.article)
        return tuple(page for page in kept.values() if page is not None)

    def _kept(self, path: str) -> Parsed | None:
        """Give the page as the last run or an earlier build has parsed it from the same bytes."""
        key = self._keys[path]
        page: Parsed | None = self._memo.recall(("parsed", path), key)
        if page is None and (page := self._store.get("facts", key, Parsed)) is not None:
            self._memo.keep(("parsed", path), page, key)
        return page

    def _article(self, facts: Facts) -> Article:
        article = self._fresh.get(facts.article) or self._store.get("articles", facts.article, Article)
        if article is None:  # the cache has lost it
            article = cast("Article", _parse(self._grammar, self._sources[facts.path]).article)
            self._hold(facts.article, article)
        return article

    def _hold(self, name: str, article: Article) -> None:
        """Keep an article, as bytes where it can be: those of a large site would fill the memory."""
        if not self._store.put("articles", name, article):
            self._fresh[name] = article

    def uses(self, site: Site, pages: Mapping[str, Facts]) -> dict[str, tuple[TermUse, ...]]:
        """Find the uses of terms on every page; a page is searched again only when it or the terms have changed."""
        known = self._memo("labels", labels, site.terms)
        words = self._memo("lexicon", lexicon, known)
        base = self._memo("known", digest, known)
        return {
            id_: self._memo(("uses", id_), self._uses, page, words, base, self._keys[page.path])
            for id_, page in pages.items()
        }

    def _uses(self, page: Facts, words: Lexicon, *keys: str) -> tuple[TermUse, ...]:
        key = digest(*keys)
        kept = self._store.get("uses", key, tuple[TermUse, ...])
        if kept is None:
            kept = find_uses(page, self._article(page), words)
            self._store.put("uses", key, kept)
        return kept

    def article_of(self, value: object) -> Article | None:
        """Give the article that a page is made of, or None for a value that is no article's view."""
        content = getattr(value, "content", None)
        return self._article(self._facts[content.article]) if isinstance(content, ArticleView) else None


@cache
def _language(grammar: Grammar) -> Language:
    return Language(blocks_in(grammar.blocks), grammar.html, grammar.review)


def _parse(grammar: Grammar, source: Source) -> Parsed:
    return parse_article(source, _language(grammar))
