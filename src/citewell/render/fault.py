"""What is wrong with a template, and where."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace, TracebackType
from typing import NamedTuple

from jinja2 import StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError
from jinja2.utils import missing
from msgspec import Struct

from citewell.core.diagnostic import nearest


class TemplateFault(Exception):  # noqa: N818 -- a fault of the theme; the build reports it as a diagnostic
    """A template cannot make a page: its name and line, what is wrong, and the page that it was making."""

    def __init__(self, template: str, line: int, message: str, page: str) -> None:
        """Keep the four parts; `page` is the page's path from the site's root."""
        super().__init__(template, line, message, page)
        self.template = template
        self.line = line
        self.message = message
        self.page = page


class UndefinedName(StrictUndefined):
    """A name that a template uses and nobody defines; says which known name is like it."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name = self._undefined_name
        if self._undefined_hint:
            return self._undefined_hint
        if self._undefined_obj is missing:
            return f"`{name}` is not defined"
        known = _names_in(self._undefined_obj)
        like = nearest(str(name), known)
        return f"there is no `{name}` here" + (f"; there is `{like}`" if like else "")


def _names_in(value: object) -> Iterable[str]:
    match value:
        case SimpleNamespace():
            return vars(value)
        case Struct():
            return value.__struct_fields__
        case _:
            return ()


@contextmanager
def faults_of(page: str) -> Iterator[None]:
    """Raise whatever goes wrong in a template as a `TemplateFault`; a fault elsewhere passes as it is."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise TemplateFault(error.name or "", error.lineno, _sentence(error.message), page) from error
    except Exception as error:
        place = _place(error)
        if place is None and isinstance(error, TemplateNotFound):
            place = str(error.name), 1
        if place is None:
            raise
        raise TemplateFault(*place, _message(error), page) from error


class _Frame(NamedTuple):
    """A call inside a template. Jinja compiles a template's top to the function `root`, a block to one of its own."""

    template: str
    line: int
    function: str


def _place(error: Exception) -> tuple[str, int] | None:
    """Give the name and line of the template at fault, or None where no template was at work."""
    frames = list(_frames(error.__traceback__))
    if not frames:
        return None
    frame = _repeated(frames) if isinstance(error, RecursionError) else frames[-1]
    return frame.template, frame.line


def _frames(traceback: TracebackType | None) -> Iterator[_Frame]:
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            line = template.get_corresponding_lineno(traceback.tb_lineno)
            yield _Frame(template.name or "", line, traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next


def _repeated(frames: list[_Frame]) -> _Frame:
    """Give the line that goes round: the one that starts a template again, which `extends` does without harm."""
    starts = [frame for frame, inner in pairwise(frames) if inner.function == "root"]
    inside = [frame for frame in starts if frame.function != "root"]
    again = [
        frame
        for frame, inner in pairwise(frames)
        if inner.function == "root" and inner.template == frame.template
    ]
    return next(iter(inside or again), frames[-1])


def _message(error: Exception) -> str:
    match error:
        case RecursionError():
            return "the template includes or calls itself without end"
        case TemplateNotFound():
            return f"there is no template named `{error.name}`"
        case _:
            return _sentence(str(error) or type(error).__name__)


def _sentence(text: str | None) -> str:
    """Give Jinja's or Python's message in the form of ours: lower case, no full stop."""
    words = (text or "").strip().rstrip(".")
    return words[:1].lower() + words[1:]
