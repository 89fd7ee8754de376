"""What a result shows and, always beside it, what it does not."""

from citewell.core.plugin import Block

BLOCK = Block(name="shows", order=51, holds="body", labels=("shows", "does not show"))
