"""Diagnostics as JSON. The shape is documented in the reference; `version` changes when a program that reads it must."""

import json
from collections.abc import Iterable
from typing import Any

from msgspec import to_builtins

from citewell.core.diagnostic import Diagnostic, Edit
from citewell.io.formats.places import Texts, line_of, place

_VERSION = 1


def render(diagnostics: Iterable[Diagnostic], texts: Texts, *, prefix: str) -> str:
    """Give the report as JSON. `prefix` is put before the paths of content files."""
    found = tuple(diagnostics)
    severities = [diagnostic.severity for diagnostic in found]
    report = {
        "version": _VERSION,
        "counts": {
            "errors": severities.count("error"),
            "warnings": severities.count("warning"),
            "fixable": sum(diagnostic.edit is not None for diagnostic in found),
        },
        "diagnostics": [_diagnostic(diagnostic, texts, prefix) for diagnostic in found],
    }
    return json.dumps(report, indent=2) + "\n"


def _diagnostic(found: Diagnostic, texts: Texts, prefix: str) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity,
        **to_builtins(place(found.span, texts, prefix)),
        "message": found.message,
        "help": found.help,
        "source": line_of(found.span, texts),
        "related": [
            {**to_builtins(place(other.span, texts, prefix)), "message": other.message}
            for other in found.related
        ],
        "edit": None if found.edit is None else _edit(found.edit, texts, prefix),
    }


def _edit(edit: Edit, texts: Texts, prefix: str) -> dict[str, Any]:
    return {**to_builtins(place(edit.span, texts, prefix)), "text": edit.text}
