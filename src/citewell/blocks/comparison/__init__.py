"""Several subjects side by side: each question is answered for all of them."""

from citewell.core.diagnostic import Code
from citewell.core.plugin import Block, Later

BLOCK = Block(
    name="comparison",
    order=25,
    numbered="compare",
    holds="front-matter",
    shape=Later("citewell.blocks.comparison.shape", "Comparison"),
    codes=(
        Code(
            "comparison/count",
            "error",
            "A question of a comparison has more or fewer answers than there are subjects.",
            "An answer would stand under the wrong name, or a subject would have none.",
        ),
    ),
)
