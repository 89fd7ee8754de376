"""Outputs to files: what each is made of, whether it is right as it lies there, and how it is made."""

from collections.abc import Collection
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from citewell.core.digest import digest
from citewell.core.memo import Memo
from citewell.core.model import Article
from citewell.core.plugin import Output
from citewell.core.view import ArticleView, Resolved, View
from citewell.outputs import find_outputs
from citewell.pages import BlockFolder, blocks_in
from citewell.render.fault import TemplateFault
from citewell.render.html import HtmlRenderer
from citewell.render.theme import Theme, template_keys


class MadeFrom(Struct, frozen=True):
    """The key under which a published file was made, and the digest of its bytes."""

    key: str
    sha256: str


class Task(Struct, frozen=True):
    """One file to make: which output makes it, its path, the value it is made of, and its key."""

    output: str
    path: str
    value: Any
    key: str
    article: Article | None = None


class Keys:
    """What a file's bytes depend on beside its value: the program, and for a page its templates and the site's blocks."""

    def __init__(self, engine: str, folder: BlockFolder, theme: Theme) -> None:
        self._engine = engine
        self._blocks = folder.digest
        self._templates = template_keys(theme, blocks_in(folder))

    def of(self, value: object) -> tuple[str, ...]:
        """Give the digests that belong into the key of a file made of this value."""
        if not isinstance(value, View):
            return (self._engine,)
        kinds = value.content.blocks if isinstance(value.content, ArticleView) else ()
        names = (value.template, *(f"blocks/{kind}.html" for kind in kinds))
        return (self._engine, self._blocks, *(self._templates.get(name, "") for name in names))


def plan(
    resolved: Resolved, keys: Keys, at_fault: set[str], memo: Memo, outputs: Collection[str] | None = None
) -> list[Task]:
    """Give every file that the site has, or those of the named outputs; but not the pages of files in which an error stands."""
    left_out = {page.url for page in resolved.site.pages.values() if page.path in at_fault}
    return [
        memo(("task", output.name, path), _task, keys, output.name, path, value)
        for output in _outputs().values()
        if outputs is None or output.name in outputs
        for path, value in output.plan(resolved)
        if not (isinstance(value, View) and value.url in left_out)
    ]


def _task(keys: Keys, output: str, path: str, value: object) -> Task:
    return Task(output, path, value, digest(keys.of(value), output, value))


@cache
def _outputs() -> dict[str, Output]:
    return {output.name: output for output in find_outputs()}


class Workshop(Struct, frozen=True):
    """What every task needs, in a form that another process can be sent."""

    templates: tuple[tuple[str, str], ...]
    blocks: BlockFolder


@lru_cache(maxsize=1)
def _renderer(workshop: Workshop) -> HtmlRenderer:
    return HtmlRenderer(Theme(dict(workshop.templates)), blocks_in(workshop.blocks))


def make(workshop: Workshop, task: Task) -> bytes | TemplateFault:
    """Give the bytes of a file, or what is wrong with the template that should make it."""
    try:
        return _outputs()[task.output].make(task.value, task.article, _renderer(workshop))
    except TemplateFault as fault:
        return fault
