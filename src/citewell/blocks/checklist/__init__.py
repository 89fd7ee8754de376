"""Questions to take along, each with a line that explains it."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from citewell.core.plugin import Block
from citewell.parse.fields import Emphasis, Inline, Paragraphs, Shape


class Item(Shape):
    """A question, and why it is worth asking."""

    ask: Inline
    why: Paragraphs


class Checklist(Shape):
    """The questions in order."""

    title: Emphasis | None = None
    items: Annotated[list[Item], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:  # noqa: ANN401 -- whatever the editor wrote
        return {"items": value} if isinstance(value, list) else value


BLOCK = Block(name="checklist", order=30, numbered="check", asks="ask", holds="front-matter", shape=Checklist)
