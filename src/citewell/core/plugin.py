"""Kinds of blocks and outputs: typed values that are found in one folder each, never subscribers to events."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Literal, Protocol

from citewell.core.diagnostic import Code
from citewell.core.model import Article, Facts
from citewell.core.view import Resolved, Statics, View

Json = dict[str, Any]


@dataclass(frozen=True)
class Later:
    """A shape by where it stands: what it is made of takes long to import, and most builds hold no front matter to it."""

    module: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A kind of article block: the value `BLOCK` of a folder in `blocks/`.

    Beside it lie `template.html`, `example.md` and, where it has looks of its own, `style.css`.
    """

    name: str  # its directive, and its key in front matter
    order: int  # where the layout puts it when the body does not place it
    holds: Literal["front-matter", "body", "citations"]
    shape: Any = None  # front matter: a Pydantic model, or a list of one; it may be given `Later`
    labels: tuple[str, ...] = ()  # body: a list whose items open with one of these and a colon
    numbered: str = ""  # its entries have the ids `step-1`, `step-2` … for "step"
    asks: str = ""  # the field of its entries that is a question to take along
    about: str = ""  # the field that says what such a question is about
    codes: tuple[Code, ...] = ()  # diagnostics of its own
    structured: Callable[[SimpleNamespace, str], Json | None] = lambda _data, _url: None
    description: str = ""  # what it is, for editors: the first paragraph of its docstring
    template: str = ""
    style: str = ""
    example: str = ""

    @property
    def model(self) -> Any:  # noqa: ANN401 -- a class, or a list of one
        """Give the shape, imported by now."""
        if not isinstance(self.shape, Later):
            return self.shape
        return getattr(import_module(self.shape.module), self.shape.name)


class Renderer(Protocol):
    """What an output may use of the render stage."""

    def page(self, view: View, article: Article | None) -> bytes:
        """Give the page as HTML, in UTF-8."""


def _nothing(_resolved: Resolved) -> Iterable[tuple[str, Any]]:
    return ()


def _none(_view: View, _facts: Facts | None, _statics: Statics) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Output:
    """A kind of published file: the value `OUTPUT` of a module in `outputs/`.

    `plan` names the files of the site as a whole and `page` the one of a page, each with the value that it is made of; that
    value's digest decides whether a file is made again. `make` turns one such value into bytes.
    """

    name: str
    plan: Callable[[Resolved], Iterable[tuple[str, Any]]] = _nothing
    page: Callable[[View, Facts | None, Statics], tuple[str, Any] | None] = (
        _none  # no facts: the site has made the page
    )
    make: Callable[[Any, Article | None, Renderer], bytes]
    of_texts: bool = False  # `plan` reads the texts of pages too, and is asked again when one has changed
