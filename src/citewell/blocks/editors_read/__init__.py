"""The editors' reading of the public data, named and signed, apart from the facts."""

from citewell.core.plugin import Block

BLOCK = Block(name="editors-read", order=54, holds="body")
