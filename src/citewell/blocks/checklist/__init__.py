"""Questions to take along, each with a line that explains it."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from citewell.core.plugin import Block
from citewell.parse.fields import Emphasis, Inline, Paragraphs, Shape


class Item(Shape):
    """A question, and why it is worth asking."""

    ask: Inline = Field(
        description="The question. Inline text: it may hold links, citations and terms.",
        examples=["Was it tried in people?"],
    )
    why: Paragraphs = Field(
        description="Why it is worth asking. Paragraphs.",
        examples=["A result in a dish is a reason to go on, and no more than that."],
    )


class Checklist(Shape):
    """The questions in order."""

    title: Emphasis | None = Field(
        None, description="The heading of the list. Text with emphasis.", examples=["Ask the headline"]
    )
    items: Annotated[list[Item], Field(min_length=1)] = Field(description="The questions in order.")

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:  # noqa: ANN401 -- whatever the editor wrote
        return {"items": value} if isinstance(value, list) else value


BLOCK = Block(name="checklist", order=30, numbered="check", asks="ask", holds="front-matter", shape=Checklist)
