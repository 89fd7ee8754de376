"""A key statement: one or two sentences set apart."""

from citewell.core.plugin import Block

BLOCK = Block(name="key", order=50, holds="body")
