"""A note: what helps, but could be left out."""

from citewell.core.plugin import Block

BLOCK = Block(name="note", order=52, holds="body")
