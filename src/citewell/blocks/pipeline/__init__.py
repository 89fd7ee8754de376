"""The steps from an idea to a patient: what each means, what must be proven, and what a patient may ask."""

from citewell.core.diagnostic import Code
from citewell.core.plugin import Block, Later

BLOCK = Block(
    name="pipeline",
    order=20,
    numbered="step",
    asks="question",
    about="name",
    holds="front-matter",
    shape=Later("citewell.blocks.pipeline.shape", "Pipeline"),
    codes=(
        Code(
            "pipeline/step-count",
            "error",
            "The number that `step_count` gives is not the number of steps in the list.",
            "A reader who is promised eight steps and finds seven cannot know which proof was left out.",
        ),
    ),
)
