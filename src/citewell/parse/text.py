"""Bytes to text: UTF-8, line ends, and characters that no reader can see."""

import re

from citewell.core.diagnostic import Diagnostic, Span

# C0 and C1 controls but tab and line feed; then the marks that turn the direction of text around them.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]")


def decode(path: str, data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    """Give the text with line feeds only and no byte order mark; undecodable bytes come out as U+FFFD."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "", (_encoding(path, Span(path), "this file is saved as UTF-16, not as UTF-8"),)
    found: tuple[Diagnostic, ...] = ()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode("utf-8", "replace")
        span = _span_at(path, before, len(before))
        message = f"byte {fault.start + 1} of this file (`0x{data[fault.start]:02x}`) is not UTF-8 text"
        found = (_encoding(path, span, message),)
        text = data.decode("utf-8", "replace")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text, found + tuple(_hidden(path, text, match) for match in _HIDDEN.finditer(text))


def _encoding(_path: str, span: Span, message: str) -> Diagnostic:
    return Diagnostic(
        "text/encoding", span, message, "save the file as UTF-8 in your editor's “Save as” dialog"
    )


def _hidden(path: str, text: str, match: re.Match[str]) -> Diagnostic:
    point = f"U+{ord(match[0]):04X}"
    span = _span_at(path, text, match.start())
    if match[0] > "\u2000":
        return Diagnostic(
            "text/bidi-character",
            span,
            f"the invisible character `{point}` changes the direction in which text is read",
            "delete it and type the words around it again",
        )
    name = "NUL" if match[0] == "\0" else point
    return Diagnostic(
        "text/control-character",
        span,
        f"the invisible control character `{name}` is not allowed in text",
        "delete it and type the words around it again",
    )


def _span_at(path: str, text: str, offset: int) -> Span:
    line = text.count("\n", 0, offset)
    return Span(path, line + 1, offset - text.rfind("\n", 0, offset), 1)
