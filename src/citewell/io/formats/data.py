"""Diagnostics as JSON. The shape is documented in the reference; `version` changes when a program that reads it must."""

import json
from collections.abc import Iterable
from typing import Any

from msgspec import to_builtins

from citewell.core.diagnostic import Diagnostic, Edit
from citewell.io.formats.places import Named, Texts, line_of, place

_VERSION = 1


def render(diagnostics: Iterable[Diagnostic], texts: Texts, *, named: Named) -> str:
    """Give the report as JSON. `named` gives the path under which it names a file."""
    found = tuple(diagnostics)
    severities = [diagnostic.severity for diagnostic in found]
    report = {
        "version": _VERSION,
        "counts": {
            "errors": severities.count("error"),
            "warnings": severities.count("warning"),
            "fixable": sum(diagnostic.edit is not None for diagnostic in found),
        },
        "diagnostics": [_diagnostic(diagnostic, texts, named) for diagnostic in found],
    }
    return json.dumps(report, indent=2) + "\n"


def _diagnostic(found: Diagnostic, texts: Texts, named: Named) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity,
        **to_builtins(place(found.span, texts, named)),
        "message": found.message,
        "help": found.help,
        "source": line_of(found.span, texts),
        "related": [
            {**to_builtins(place(other.span, texts, named)), "message": other.message}
            for other in found.related
        ],
        "edit": None if found.edit is None else _edit(found.edit, texts, named),
    }


def _edit(edit: Edit, texts: Texts, named: Named) -> dict[str, Any]:
    return {**to_builtins(place(edit.span, texts, named)), "text": edit.text}
