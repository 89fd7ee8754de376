"""Diagnostics as text for a terminal: where, the line itself, what is wrong with it, how to mend it."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from unicodedata import category, combining, east_asian_width

from msgspec import Struct

from citewell.core.diagnostic import BESIDE_CONTENT, Diagnostic, Severity, Span

_WIDEST = 100
"""Characters of a source line that are shown."""
_BEFORE = 40
"""Characters of a longer line that are shown in front of the fault."""
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"

_BOLD, _RED, _YELLOW, _BLUE, _GREEN = "1", "1;31", "1;33", "34", "32"
_COLOURS: dict[Severity, str] = {"error": _RED, "warning": _YELLOW}

Paint = Callable[[str, str], str]
Lines = Callable[[str], list[str]]


class Excerpt(Struct, frozen=True):
    """A line of a source as it is shown: what is before its fault, the fault, what is after it."""

    line: int
    before: str
    fault: str
    after: str


class Note(Struct, frozen=True):
    """Words about a place, such as `content/a.md:3:1`, and its line if there is one to show."""

    message: str
    place: str
    excerpt: Excerpt | None


class Told(Struct, frozen=True):
    """A diagnostic in the words in which it is shown, whether on a terminal or on a page."""

    severity: Severity
    code: str
    at: Note
    related: tuple[Note, ...]
    help: str


def tell(
    diagnostics: Iterable[Diagnostic], texts: Callable[[str], str | None], *, prefix: str = "content/"
) -> tuple[Told, ...]:
    """Give the diagnostics as they are shown.

    `texts` gives the text of the file in which a span lies, if there is one. `prefix` is put before the paths
    of content files, so that a terminal can open them; templates and blocks lie beside the content.
    """
    lines = cache(lambda path: (texts(path) or "").split("\n"))
    return tuple(
        _told(found, _no_lines if found.code.startswith("files/") else lines, prefix) for found in diagnostics
    )


def _told(found: Diagnostic, lines: Lines, prefix: str) -> Told:
    return Told(
        found.severity,
        found.code,
        _note(found.message, found.span, lines, prefix),
        tuple(_note(other.message, other.span, lines, prefix) for other in found.related),
        visible(found.help),
    )


def _no_lines(_path: str) -> list[str]:
    """Show no line where a whole file is at fault, by its name or its size."""
    return []


def render(
    diagnostics: Iterable[Diagnostic],
    texts: Callable[[str], str | None],
    *,
    color: bool,
    prefix: str = "content/",
) -> str:
    """Give the report, or "" where there is nothing to say. The arguments are those of `tell`."""
    found = tuple(diagnostics)
    if not found:
        return ""
    paint: Paint = _coloured if color else _plain
    framed = ["\n".join(_framed(told, paint)) for told in tell(found, texts, prefix=prefix)]
    return "\n\n".join([*framed, count(found)]) + "\n"


def in_site(path: str, prefix: str) -> str:
    """Give the path of a span from the folder of the site: `prefix` stands before the content's."""
    return path if path.startswith(BESIDE_CONTENT) else prefix + path


def count(diagnostics: Iterable[Diagnostic]) -> str:
    """Give the number of errors and warnings in words, such as "3 errors and 1 warning"."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    kinds: tuple[Severity, ...] = ("error", "warning")
    numbers = [(severities.count(kind), kind) for kind in kinds]
    return " and ".join(f"{number} {kind}{'' if number == 1 else 's'}" for number, kind in numbers if number)


def _framed(told: Told, paint: Paint) -> Iterator[str]:
    colour = _COLOURS[told.severity]
    yield f"{paint(f'{told.severity}[{told.code}]', colour)}{paint(f': {told.at.message}', _BOLD)}"
    yield from _place(told.at, paint, colour)
    for related in told.related:
        yield f"  {paint('note', _BLUE)}: {related.message}"
        yield from _place(related, paint, _BLUE)
    yield f"  {paint('help', _GREEN)}: {told.help}"


def _place(note: Note, paint: Paint, colour: str) -> Iterator[str]:
    yield f" {paint('-->', _BLUE)} {note.place}"
    shown = note.excerpt
    if shown:
        margin = f"{shown.line} | "
        yield f"{paint(margin, _BLUE)}{shown.before}{paint(shown.fault, colour)}{shown.after}"
        yield f"{' ' * (len(margin) + _width(shown.before))}{paint('^' * max(1, _width(shown.fault)), colour)}"


def _note(message: str, span: Span, lines: Lines, prefix: str) -> Note:
    source = lines(span.path)
    there = 0 < span.line <= len(source) and source[span.line - 1].strip()
    excerpt = Excerpt(span.line, *_excerpt(source[span.line - 1], span)) if there else None
    return Note(visible(message), f"{visible(in_site(span.path, prefix))}:{span.line}:{span.column}", excerpt)


def _excerpt(line: str, span: Span) -> tuple[str, str, str]:
    """Cut a line around its fault: what is before it, the fault, what is after it, as they are shown."""
    start = min(span.column - 1, len(line))
    first = max(0, start - _BEFORE) if len(line) > _WIDEST else 0
    last = min(len(line), first + _WIDEST)
    end = max(start, min(start + span.length, last))
    return (
        ("…" if first else "") + visible(line[first:start]),
        visible(line[start:end]),
        visible(line[end:last]) + ("…" if last < len(line) else ""),
    )


def visible(text: str) -> str:
    """Give the text with tabs as spaces, and each character that hides or turns others by its number."""
    return "".join(_visible(sign) for sign in text)


def _visible(sign: str) -> str:
    if sign == "\t":
        return "    "
    hides = category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and sign not in _JOINERS
    return f"<U+{ord(sign):04X}>" if hides else sign


def _width(text: str) -> int:
    """Give the number of columns that the text takes in a terminal."""
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if combining(sign) or category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(sign) in {"W", "F"} else 1


def _coloured(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if text else ""


def _plain(text: str, _colour: str) -> str:
    return text
