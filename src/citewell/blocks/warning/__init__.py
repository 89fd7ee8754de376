"""A warning: what may hurt a reader who misses it."""

from citewell.core.plugin import Block

BLOCK = Block(name="warning", order=53, holds="body")
