"""The sources that a page cites, numbered in order of first use, each with a way back to every mark."""

from citewell.core.plugin import Block

BLOCK = Block(name="sources", order=90, holds="citations")
