"""Questions that readers ask, with answers that cite."""

from types import SimpleNamespace
from typing import Annotated

from pydantic import Field

from citewell.core.plugin import Block, Json
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


def _structured(data: SimpleNamespace, url: str) -> Json:
    return {
        "@type": "FAQPage",
        "@id": f"{url}#faq",
        "mainEntity": [
            {
                "@type": "Question",
                "name": entry.question.striptags(),
                "acceptedAnswer": {"@type": "Answer", "text": entry.answer.striptags()},
            }
            for entry in data.entries
        ],
    }


BLOCK = Block(
    name="faq",
    order=40,
    numbered="question",
    holds="front-matter",
    shape=Annotated[list[Question], Field(min_length=1)],
    structured=_structured,
)
