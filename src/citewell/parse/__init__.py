"""Bytes to values: what one file says, and what is wrong with it. Knows nothing of other files."""
