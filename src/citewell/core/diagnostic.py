"""What is wrong, where, and how to mend it: a value that any stage may return."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Literal

from msgspec import Struct, structs

Severity = Literal["error", "warning"]


class Span(Struct, frozen=True, array_like=True, order=True):
    """A place in a source file. Line and column count from 1, length in characters.

    No value that is digested holds a span: moving a paragraph must not render a page again.
    """

    path: str
    line: int = 1
    column: int = 1
    length: int = 1


class Related(Struct, frozen=True):
    """A second place that explains the first, such as the other definition of a term."""

    span: Span
    message: str


class Edit(Struct, frozen=True):
    """The change that mends a mistake and touches nothing else: the text of `span` becomes `text`.

    The span lies on one line. A span of length 0 inserts in front of its column; the line feeds in `text` become those of the file.
    """

    span: Span
    text: str


class Diagnostic(Struct, frozen=True):
    """One mistake, one message: lower case, no full stop, the text at fault in backticks.

    `edit` is there only where the change is safe: it says what the editor plainly meant.
    """

    code: str
    span: Span
    message: str
    help: str
    related: tuple[Related, ...] = ()
    severity: Severity = "error"
    edit: Edit | None = None


class Code(Struct, frozen=True):
    """A kind of diagnostic. `citewell explain` prints it; `tests/errors/` holds an example of each."""

    name: str
    severity: Severity
    what: str
    harm: str
    may_warn: bool = False  # an error that a site may lower: what readers get is then still whole


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known name that is most like `word`, or None when none is near."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def with_severities(
    diagnostics: Iterable[Diagnostic],
    codes: Mapping[str, Code],
    chosen: Mapping[str, Severity],
    *,
    strict: bool,
) -> tuple[Diagnostic, ...]:
    """Give each diagnostic the severity of its code, then the site's choice, then that of `--strict`; sorted by place."""
    weighed = (
        structs.replace(found, severity=_severity(codes[found.code], chosen.get(found.code), strict=strict))
        for found in set(diagnostics)
    )
    return tuple(sorted(weighed, key=lambda found: (found.span, found.code, found.message)))


def _severity(code: Code, chosen: Severity | None, *, strict: bool) -> Severity:
    fixed = code.severity == "error" and not code.may_warn
    return "error" if strict or fixed else chosen or code.severity
