"""What editors may write in it."""

from typing import Annotated

from pydantic import Field

from citewell.parse.fields import Emphasis, Inline, Listed, Paragraphs, Shape


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


class Checklist(Listed):
    """The questions in order."""

    bare = "items"

    title: Emphasis | None = Field(
        None, description="The heading of the list. Text with emphasis.", examples=["Ask the headline"]
    )
    items: Annotated[list[Item], Field(min_length=1)] = Field(description="The questions in order.")
