"""Diagnostics as SARIF 2.1.0, which code scanning and editors read.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from citewell.core.diagnostic import Code, Diagnostic, Edit, Span
from citewell.io.formats.places import Named, Texts, line_of, place

_ROOT = "%SRCROOT%"
Json = dict[str, Any]


def render(
    diagnostics: Iterable[Diagnostic],
    texts: Texts,
    *,
    named: Named,
    codes: Mapping[str, Code],
    version: str,
) -> str:
    """Give the report as a SARIF log of one run, with a rule for each of the codes.

    `named` gives the path of a file from the root of the repository, `version` is that of this program.
    """
    names = sorted(codes)
    driver = {"name": "Citewell", "version": version, "rules": [_rule(codes[name]) for name in names]}
    places = _Places(texts, named)
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [
            {"ruleId": found.code, "ruleIndex": names.index(found.code), **places.result(found)}
            for found in diagnostics
        ],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: Code) -> Json:
    return {
        "id": code.name,
        "shortDescription": {"text": code.what},
        "fullDescription": {"text": f"{code.what} {code.harm}"},
        "help": {"text": f"{code.harm} Type `citewell explain {code.name}` for more."},
        "defaultConfiguration": {"level": code.severity},
    }


class _Places:
    """Makes results of diagnostics; equal ones in one file are told apart by their order."""

    def __init__(self, texts: Texts, named: Named) -> None:
        self._texts = texts
        self._named = named
        self._seen: Counter[str] = Counter()

    def result(self, found: Diagnostic) -> Json:
        """Give what a result says beside its rule."""
        result: Json = {
            "level": found.severity,
            "message": {"text": f"{found.message}; {found.help}"},
            "locations": [self._location(found.span)],
            "partialFingerprints": {"messageAndLine/v1": self._fingerprint(found)},
        }
        if found.related:
            result["relatedLocations"] = [
                {"id": number, "message": {"text": other.message}, **self._location(other.span)}
                for number, other in enumerate(found.related, 1)
            ]
        if found.edit is not None:
            result["fixes"] = [self._fix(found.edit, found.help)]
        return result

    def _location(self, span: Span) -> Json:
        physical: Json = {"artifactLocation": self._file(span)}
        if line_of(span, self._texts) is not None:  # a picture or a folder has no lines
            physical["region"] = self._region(span)
        return {"physicalLocation": physical}

    def _file(self, span: Span) -> Json:
        return {"uri": quote(place(span, self._texts, self._named).path), "uriBaseId": _ROOT}

    def _region(self, span: Span) -> Json:
        at = place(span, self._texts, self._named)
        return {
            "startLine": at.line,
            "startColumn": at.column,
            "endLine": at.end_line,
            "endColumn": at.end_column,
        }

    def _fix(self, edit: Edit, words: str) -> Json:
        replacement = {"deletedRegion": self._region(edit.span), "insertedContent": {"text": edit.text}}
        change = {"artifactLocation": self._file(edit.span), "replacements": [replacement]}
        return {"description": {"text": words}, "artifactChanges": [change]}

    def _fingerprint(self, found: Diagnostic) -> str:
        """Give a name for a finding that stays while lines above it come and go."""
        line = (line_of(found.span, self._texts) or "").strip()
        name = f"{found.code} {found.span.path} {found.message} {line}"
        self._seen[name] += 1
        return sha256(f"{name} {self._seen[name]}".encode()).hexdigest()[:32]
