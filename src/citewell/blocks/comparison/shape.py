"""What editors may write in it."""

from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from citewell.parse.fields import Emphasis, Paragraphs, Plain, Shape, fault


class Question(Shape):
    """A question, and an answer for each subject in their order."""

    ask: Plain = Field(description="The question.", examples=["Can they divide?"])
    answers: Annotated[list[Paragraphs], Field(min_length=1)] = Field(
        description="An answer for each subject, in their order. Paragraphs.", examples=[["Some can.", "No."]]
    )


class Comparison(Shape):
    """What is compared, and the questions in order."""

    title: Emphasis | None = Field(
        None, description="The heading of the comparison. Text with emphasis.", examples=["Two products"]
    )
    subjects: Annotated[list[Plain], Field(min_length=2, max_length=6)] = Field(
        description="What is compared: two to six names.", examples=[["Cells", "Vesicles"]]
    )
    questions: Annotated[list[Question], Field(min_length=1)] = Field(
        description="The questions that are put to each subject."
    )

    @model_validator(mode="after")
    def _answered(self) -> Self:
        needed = len(self.subjects)
        faults = [
            InitErrorDetails(
                type=fault(
                    "comparison/count",
                    f"the question `{question.ask}` has {_answers(len(question.answers))}, and it needs {needed}",
                    f"write one answer for each of {', '.join(f'`{name}`' for name in self.subjects)}, in this order",
                ),
                loc=("questions", at, "answers"),
                input=question.answers,
            )
            for at, question in enumerate(self.questions)
            if len(question.answers) != needed
        ]
        if faults:
            raise ValidationError.from_exception_data("Comparison", faults)
        return self


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count} answers"
