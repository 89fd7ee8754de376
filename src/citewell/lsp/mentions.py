"""Where running text uses a term. A page opens only the first of them in each section; an editor wants them all."""

import re
from collections.abc import Callable, Iterator

from citewell.core.diagnostic import Span
from citewell.lsp.known import Known, matter_of
from citewell.lsp.positions import Text
from citewell.resolve.glossary import Label, labels

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_TOP_KEY = re.compile(r"[\"']?([\w-]+)[\"']?\s*:")
_FORMS = re.compile(r"\s*(?:-\s+)?(?:term|also)\s*:")  # names the term, and does not use it
# What stands in a line and is no running text: terms by name, addresses, citations, code, words that are kept plain.
_OTHER = re.compile(r"\[[^\]]*\]\(term:[^)]*\)|\]\([^)]*\)|\[@[^\]]*\]|`[^`]*`|\[[^\]]*\]\{[^}]*\}|<[^>]*>")


def mentions(known: Known, slug: str, texts: Callable[[str], Text]) -> Iterator[Span]:
    """Give the places where the running text of all pages uses a term, in any of its forms."""
    forms = labels(form for form in known.site.forms if form[1] == slug)
    for path in known.pages:
        text = texts(path)
        whole = text.whole.lower()
        if any(label.text.lower() in whole for label in forms):
            yield from _on_page(known, forms, path, text)


def _on_page(known: Known, forms: tuple[Label, ...], path: str, text: Text) -> Iterator[Span]:
    for row, line in _running(known, path, text):
        if not any(label.text.lower() in line.lower() for label in forms):
            continue
        spoken = _OTHER.sub(lambda match: " " * len(match[0]), line)
        found = {span for label in forms for span in words_in(path, row, spoken, label)}
        yield from (span for span in sorted(found) if not _is_inside(span, found))


def _is_inside(span: Span, others: set[Span]) -> bool:
    """Tell whether a longer form covers this one."""
    return any(
        other.column <= span.column
        and other.column + other.length >= span.column + span.length
        and other != span
        for other in others
    )


def _running(known: Known, path: str, text: Text) -> Iterator[tuple[int, str]]:
    """Give the lines of running text, counted from 0: the body without code, and the blocks of the front matter."""
    matter = matter_of(path, text.lines)
    blocks = {block.name for block in known.blocks}
    key, fence = "", ""
    for row, line in enumerate(text.lines):
        if row in matter:
            match = _TOP_KEY.match(line)
            key = match[1] if match else key
            if key in blocks and not _FORMS.match(line):
                yield row, line
            continue
        if match := _FENCE.match(line):
            fence = "" if fence and match[1].startswith(fence) else fence or match[1]
        elif not fence:
            yield row, line


def words_in(path: str, row: int, line: str, label: Label) -> Iterator[Span]:
    """Give the places on a line, counted from 0, that use this form of a term."""
    if label.text.lower() not in line.lower():
        return  # a pattern for each of thousands of terms would take a second
    flags = re.NOFLAG if label.exact else re.IGNORECASE
    for match in re.finditer(rf"(?<![\w-]){re.escape(label.text)}(?![\w]|-\w)", line, flags):
        yield Span(path, row + 1, match.start() + 1, len(match[0]))
