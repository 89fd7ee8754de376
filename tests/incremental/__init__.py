"""A small site as a value, and the edits that are made to it."""
