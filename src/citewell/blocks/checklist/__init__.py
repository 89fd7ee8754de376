"""Questions to take along, each with a line that explains it."""

from citewell.core.plugin import Block, Later

BLOCK = Block(
    name="checklist",
    order=30,
    numbered="check",
    asks="ask",
    holds="front-matter",
    shape=Later("citewell.blocks.checklist.shape", "Checklist"),
)
