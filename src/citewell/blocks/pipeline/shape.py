"""What editors may write in it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from citewell.parse.fields import Emphasis, Listed, Paragraphs, Shape, fault


class Step(Shape):
    """One step: its name and its three parts."""

    name: Emphasis = Field(description="The name of the step. Text with emphasis.", examples=["Source cell"])
    means: Paragraphs = Field(
        description="What happens in this step. Paragraphs.",
        examples=["Which cells were grown, and from whom."],
    )
    proof: Paragraphs = Field(
        description="What must be proven before the next step. Paragraphs.",
        examples=["That the donor was tested."],
    )
    question: Emphasis = Field(
        description="What a patient may ask about it. Text with emphasis.",
        examples=["Whose cells are these?"],
    )


class Pipeline(Listed):
    """The steps in order. `step_count` guards an edit against a step that was lost or added unseen."""

    bare = "steps"

    title: Emphasis | None = Field(
        None, description="The heading of the steps. Text with emphasis.", examples=["From cell to product"]
    )
    step_count: int | None = Field(
        None,
        description="How many steps there must be: a guard against one that is lost unseen.",
        examples=[8],
    )
    steps: Annotated[list[Step], Field(min_length=1)] = Field(description="The steps in order.")

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
