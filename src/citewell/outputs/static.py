"""Styles, icons and images, as they are."""

from collections.abc import Iterator

from citewell.core.model import Article
from citewell.core.plugin import Output, Renderer
from citewell.core.view import Artifact, Resolved


def _plan(resolved: Resolved) -> Iterator[tuple[str, Artifact]]:
    return ((file.path, file) for file in resolved.statics.files)


def _make(file: Artifact, _article: Article | None, _renderer: Renderer) -> bytes:
    return file.data


OUTPUT = Output(name="static", plan=_plan, make=_make)
