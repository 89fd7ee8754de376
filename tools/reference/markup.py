"""Pieces of Markdown."""

from collections.abc import Iterable


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Give a table; a `|` in a cell is escaped."""
    lines = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in (head, *rows))
    first, *others = (f"| {line} |" for line in lines)
    return "\n".join([first, "|---" * len(head) + "|", *others])


def fence(text: str, language: str) -> str:
    """Give the text as a code block that may hold others."""
    return f"````{language}\n{text.rstrip()}\n````"
