"""Bytes to text: UTF-8, line ends, and characters that no reader can see."""

import re
from collections.abc import Iterator

from citewell.core.diagnostic import Diagnostic, Span

# C0 and C1 controls but tab and line feed, the two separators that some programs take for line ends, and signs that are
# no characters; then the marks that turn the direction of text around them.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
HIDDEN_SIGN = re.compile(f"[{_CONTROLS}\u202a-\u202e\u2066-\u2069]")
"""A character that no reader can see."""
_CONTROL = re.compile(f"[{_CONTROLS}]")
_ASCII = bytes([*b"\t\n\r", *range(ord(" "), ord("~") + 1)])
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_UNICODE_END = 0x110000
_FAR = 200  # characters in front of a reference that may tell that it is code
_TICKS = re.compile("`+")
_MOST = 20  # hidden characters that are told one by one; a file with more was not typed
_SAVE = "save the file as UTF-8 in your editor's “Save as” dialog"
_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def decode(path: str, data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    """Give the text with line feeds only, no byte order mark, and a blank in the place of each control character.

    Undecodable bytes come out as U+FFFD.
    """
    if wide := _wide(data):
        return "", (_encoding(Span(path), f"this file is saved as {wide}, not as UTF-8", _SAVE),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return _lined(data.decode("utf-8", "replace")), (_undecodable(path, data, fault),)
    text = _lined(text.removeprefix("\ufeff"))
    # Among hundreds of ASCII letters are few others, and hidden characters can only be among those.
    may_refer = "&" in text and "&#" in text  # one sign is found many times as fast as two
    if not may_refer and not HIDDEN_SIGN.search(data.translate(None, _ASCII).decode()):
        return text, ()
    return _CONTROL.sub(" ", text), tuple(_told(path, text))


def is_encoded_otherwise(faults: tuple[Diagnostic, ...]) -> bool:
    """Tell whether these faults of a file say that its text could not be decoded."""
    return any(fault.code == "text/encoding" for fault in faults)


def _undecodable(path: str, data: bytes, fault: UnicodeDecodeError) -> Diagnostic:
    """Tell the first bytes that are not UTF-8, and what they are in the encoding that they most probably have."""
    before = _lined(data[: fault.start].decode("utf-8").removeprefix("\ufeff"))
    message = f"byte {fault.start + 1} of this file (`0x{data[fault.start]:02x}`) is not UTF-8 text"
    mend = _SAVE
    if fault.end == len(data) and fault.reason == "unexpected end of data":
        message += ": the file breaks off inside a letter"
        mend = "take the whole file from where you have it; a copy of it has come to its end too early"
    elif old := _in_windows_1252(data, fault.start):
        message += f"; in Windows-1252, an older encoding, it is `{old}`"
        mend = f"where `{old}` is meant, open the file as Windows-1252 and save it as UTF-8, or type the letter again"
    return _encoding(_span_at(path, before, len(before)), message, mend)


def _in_windows_1252(data: bytes, at: int) -> str | None:
    """Give what the byte is in Windows-1252, which holds Latin-1, or None where it does not look like that.

    There a letter outside ASCII is one byte and stands among others of ASCII; in the encodings of East Asia it is two.
    """
    near = data[at + 1 : at + 2]
    sign = data[at : at + 1].decode("cp1252", "ignore")
    return sign if sign.isprintable() and near.isascii() else None


def _lined(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _wide(data: bytes) -> str | None:
    """Give the name of an encoding with two or four bytes to a character, by its mark or by its many zero bytes."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    start = data[:400]
    few, many = sorted((start[::2].count(0), start[1::2].count(0)))
    return marked or ("UTF-16" if many * 4 > len(start) and few * 4 < many else None)


def _encoding(span: Span, message: str, mend: str) -> Diagnostic:
    return Diagnostic("text/encoding", span, message, mend)


def _told(path: str, text: str) -> Iterator[Diagnostic]:
    found = [(match.start(), 1, match[0]) for match in HIDDEN_SIGN.finditer(text)]
    if path.endswith(".md"):
        found = sorted([*found, *_referred(text)])
    for offset, length, sign in found[:1] if len(found) > _MOST else found:
        place = _span_at(path, text, offset)
        span = Span(path, place.line, place.column, length)
        if len(found) <= _MOST:
            yield _hidden(sign, span)
        else:
            message = f"{len(found)} invisible control characters stand in this file, `{_name(sign)}` here the first"
            mend = (
                "save the file as plain text; what is not text, such as a picture, needs the name of its kind"
            )
            yield Diagnostic("text/control-character", span, message, mend)


def _referred(text: str) -> Iterator[tuple[int, int, str]]:
    """Find references to hidden characters, such as `&#x202E;`: Markdown puts them into the text. In code they are shown."""
    for match in _REFERENCE.finditer(text):
        number = int(match[1], 16) if match[1] else int(match[2])
        if number < _UNICODE_END and HIDDEN_SIGN.match(chr(number)):
            near = max(0, match.start() - _FAR)
            line = max(near, text.rfind("\n", near, match.start()))
            if len(_TICKS.findall(text, line, match.start())) % 2 == 0:
                yield match.start(), len(match[0]), chr(number)


def hidden_in(text: str, span: Span) -> Diagnostic | None:
    r"""Tell the first hidden character of a value that was typed as an escape, such as `\x07`; `span` is its place."""
    match = HIDDEN_SIGN.search(text)
    return _hidden(match[0], span) if match else None


def _hidden(sign: str, span: Span) -> Diagnostic:
    if not _CONTROL.match(sign):
        return Diagnostic(
            "text/bidi-character",
            span,
            f"the invisible character `{_name(sign)}` changes the direction in which text is read",
            "delete it and type the words around it again",
        )
    return Diagnostic(
        "text/control-character",
        span,
        f"the invisible control character `{_name(sign)}` is not allowed in text",
        "delete it and type the words around it again",
    )


def _name(sign: str) -> str:
    return "NUL" if sign == "\0" else f"U+{ord(sign):04X}"


def _span_at(path: str, text: str, offset: int) -> Span:
    line = text.count("\n", 0, offset)
    return Span(path, line + 1, offset - text.rfind("\n", 0, offset), 1)
