"""Diagnostics as workflow commands of GitHub Actions, which shows each beside its line.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from collections.abc import Iterable

from citewell.core.diagnostic import Diagnostic
from citewell.io.formats.places import Named, Place, Texts, place

_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = _IN_MESSAGES | str.maketrans({":": "%3A", ",": "%2C"})


def render(diagnostics: Iterable[Diagnostic], texts: Texts, *, named: Named) -> str:
    """Give a command for each diagnostic. `named` gives the path of a file from the root of the repository."""
    return "".join(_command(found, texts, named) for found in diagnostics)


def _command(found: Diagnostic, texts: Texts, named: Named) -> str:
    at = place(found.span, texts, named)
    properties = {
        "file": at.path,
        "line": at.line,
        "endLine": at.end_line,
        "col": at.column,
        "endColumn": at.end_column,
        "title": found.code,
    }
    given = ",".join(f"{name}={str(value).translate(_IN_PROPERTIES)}" for name, value in properties.items())
    notes = (f"{other.message}: {_shown(place(other.span, texts, named))}" for other in found.related)
    message = "\n".join([found.message, *notes, found.help]).translate(_IN_MESSAGES)
    return f"::{found.severity} {given}::{message}\n"


def _shown(at: Place) -> str:
    return f"{at.path}:{at.line}:{at.column}"
