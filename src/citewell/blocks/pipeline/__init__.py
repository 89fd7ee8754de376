"""The steps from an idea to a patient: what each means, what must be proven, and what a patient may ask."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from citewell.core.diagnostic import Code
from citewell.core.plugin import Block
from citewell.parse.fields import Emphasis, Paragraphs, Shape, fault


class Step(Shape):
    """One step: its name and its three parts."""

    name: Emphasis
    means: Paragraphs
    proof: Paragraphs
    question: Emphasis


class Pipeline(Shape):
    """The steps in order. `step_count` guards an edit against a step that was lost or added unseen."""

    title: Emphasis | None = None
    step_count: int | None = None
    steps: Annotated[list[Step], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:  # noqa: ANN401 -- whatever the editor wrote
        return {"steps": value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.step_count not in (None, len(self.steps)):
            raise fault(
                "pipeline/step-count",
                f"`step_count` is {self.step_count}, and there are {len(self.steps)} steps",
                f"write `step_count: {len(self.steps)}`, or mend the list of steps",
                key="step_count",
                other=("steps", "this is the list"),
            )
        return self


BLOCK = Block(
    name="pipeline",
    order=20,
    numbered="step",
    asks="question",
    about="name",
    holds="front-matter",
    shape=Pipeline,
    codes=(
        Code(
            "pipeline/step-count",
            "error",
            "The number that `step_count` gives is not the number of steps in the list.",
            "A reader who is promised eight steps and finds seven cannot know which proof was left out.",
        ),
    ),
)
