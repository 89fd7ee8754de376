"""Our values as those of the protocol."""

from collections.abc import Callable
from functools import cache

from lsprotocol import types

from citewell.core.diagnostic import Diagnostic, Edit, Span
from citewell.lsp.completion import Completion
from citewell.lsp.known import Cursor
from citewell.lsp.positions import Encoding, Text

_KINDS = {
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
    "page": types.CompletionItemKind.File,
    "heading": types.CompletionItemKind.Reference,
    "source": types.CompletionItemKind.Reference,
    "term": types.CompletionItemKind.Keyword,
    "block": types.CompletionItemKind.Module,
    "image": types.CompletionItemKind.File,
}
_SEVERITIES = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}


class Converter:
    """Converts for one site and one client. `text` and `uri` give the text and the address of the file of a span."""

    def __init__(self, text: Callable[[str], Text], uri: Callable[[str], str], encoding: Encoding) -> None:
        self._text = cache(text)
        self.uri = uri
        self._encoding: Encoding = encoding

    def range(self, span: Span) -> types.Range:
        """Give a span as a range: it ends where its characters end, at the latest with the file."""
        text, row = self._text(span.path), span.line - 1
        start = min(span.column - 1, len(text.line(row)))
        last, end = row, start + span.length
        while end > len(text.line(last)) and last + 1 < len(text.lines):
            end -= len(text.line(last)) + 1
            last += 1
        return types.Range(self._position(text, row, start), self._position(text, last, max(0, end)))

    def _position(self, text: Text, row: int, column: int) -> types.Position:
        row = min(row, len(text.lines) - 1)
        return types.Position(row, text.units(row, column, self._encoding))

    def location(self, span: Span) -> types.Location:
        """Give a span as a place in a file."""
        return types.Location(self.uri(span.path), self.range(span))

    def diagnostic(self, found: Diagnostic) -> types.Diagnostic:
        """Give a diagnostic: its message, and below it how to mend it."""
        related = [
            types.DiagnosticRelatedInformation(self.location(other.span), other.message)
            for other in found.related
        ]
        return types.Diagnostic(
            self.range(found.span),
            f"{found.message}\nhelp: {found.help}",
            severity=_SEVERITIES[found.severity],
            code=found.code,
            source="citewell",
            related_information=related or None,
        )

    def edit(self, edit: Edit) -> types.TextEdit:
        """Give a change of a file, with the line ends of that file."""
        end = self._text(edit.span.path).line_end
        return types.TextEdit(self.edit_range(edit.span), edit.text.replace("\n", end))

    def edit_range(self, span: Span) -> types.Range:
        """Give the span of a change: one of no length stands in front of its column, perhaps behind the last line."""
        text = self._text(span.path)
        if span.length == 0 and span.line > len(text.lines):
            row = len(text.lines) - 1
            place = self._position(text, row, len(text.line(row)))
            return types.Range(place, place)
        return self.range(span)

    def completion(self, found: Completion, cursor: Cursor) -> types.CompletionList:
        """Give what can be typed, in the order in which it was given."""
        text, row = cursor.text, cursor.row
        start = self._position(text, row, found.start)
        replaced = types.Range(start, self._position(text, row, cursor.column))
        typed = cursor.before[found.start :]
        items = [
            types.CompletionItem(
                offer.label,
                kind=_KINDS[offer.kind],
                detail=offer.detail or None,
                documentation=types.MarkupContent(types.MarkupKind.Markdown, told)
                if (told := offer.told)
                else None,
                sort_text=f"{number:04}",
                # Editors sift by this text; what fits by its other words begins with what was typed.
                filter_text=f"{typed} {offer.label} {offer.found_by}"
                if typed
                else f"{offer.label} {offer.found_by}",
                text_edit=types.TextEdit(replaced, offer.insert or offer.label),
            )
            for number, offer in enumerate(found.offers)
        ]
        return types.CompletionList(is_incomplete=not found.is_whole, items=items)
