"""What editors may write in it."""

from typing import Annotated

from pydantic import Field

from citewell.parse.fields import Emphasis, Paragraphs, Shape


class Question(Shape):
    """A question and its answer."""

    question: Emphasis = Field(
        description="The question in the words of readers. Text with emphasis.",
        examples=["Can I get it today?"],
    )
    answer: Paragraphs = Field(
        description="The answer. Paragraphs, which may cite.", examples=["Only in a trial."]
    )


Questions = Annotated[list[Question], Field(min_length=1)]
