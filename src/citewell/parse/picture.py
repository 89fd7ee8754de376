"""Pictures: whether a file is of the kind that its name says, and whether a drawing is nothing but a drawing.

An SVG file is a document: opened by its own address, it may run scripts and load files like any page.
"""

import re
from posixpath import splitext
from xml.parsers import expat

from citewell.core.diagnostic import Diagnostic, Span

_BEGINNINGS = {
    ".png": rb"\x89PNG\r\n\x1a\n",
    ".jpg": rb"\xff\xd8\xff",
    ".jpeg": rb"\xff\xd8\xff",
    ".gif": rb"GIF8[79]a",
    ".webp": rb"RIFF.{4}WEBP",
    ".avif": rb".{4}ftypavi[fs]",
}
_SVG = "http://www.w3.org/2000/svg"
_FOREIGN = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2001/xml-events"}
_ACTIVE = {"script", "foreignObject", "handler", "listener", "iframe", "audio", "video"}
_ADDRESSES = {"href", "src"}
_INSIDE = re.compile(r"#|data:image/(?:png|jpeg|gif|webp|avif)[;,]", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_CSS_ACTIVE = re.compile(
    r"@import|expression\s*\(|-moz-binding|behavior\s*:|javascript:|url\(\s*['\"]?\s*(?!['\"]?(?:#|data:))",
    re.IGNORECASE,
)
_MEND = "save it as plain SVG in the program that drew it, or publish it as `.png`"


class _Found(Exception):  # noqa: N818 -- what stops the reading of a drawing
    """What does not belong into a drawing, and where it stands."""

    def __init__(self, message: str, line: int, column: int, length: int) -> None:
        super().__init__(message)
        self.message = message
        self.place = line, column, length


def picture_fault(path: str, data: bytes) -> Diagnostic | None:
    """Tell a picture that is none, or that does more than show something; what is no picture by its name is sound."""
    suffix = splitext(path)[1].lower()
    if not data:  # it holds the place of a picture that is still to be drawn
        return None
    if suffix == ".svg":
        return _drawing_fault(path, data)
    if suffix not in _BEGINNINGS or _begins(data, suffix):
        return None
    kind = next((other for other in _BEGINNINGS if _begins(data, other)), "")
    return _no_picture(
        Span(path),
        f"this file holds a `{kind}` picture" if kind else f"this file is no `{suffix}` picture",
        f"rename it so that it ends in `{kind}`" if kind else "export the picture again, or delete the file",
    )


def _begins(data: bytes, suffix: str) -> bool:
    return re.match(_BEGINNINGS[suffix], data, re.DOTALL) is not None


def _no_picture(span: Span, message: str, mend: str) -> Diagnostic:
    return Diagnostic("images/not-a-picture", span, message, mend)


def _drawing_fault(path: str, data: bytes) -> Diagnostic | None:
    drawing = _Drawing()
    try:
        drawing.parser.Parse(data, True)  # noqa: FBT003 -- as expat declares it
    except _Found as found:
        place = Span(path, *found.place)
        if drawing.is_foreign:
            mend = f'begin it with `<svg xmlns="{_SVG}"`, or delete the file'
            return _no_picture(place, found.message, mend)
        return Diagnostic("images/active-picture", place, found.message, _MEND)
    except expat.ExpatError as error:
        place = Span(path, error.lineno, error.offset + 1, 1)
        message = f"this drawing breaks off here: {expat.ErrorString(error.code)}"
        return _no_picture(place, message, "export the picture again")
    return None


class _Drawing:
    """One reading of an SVG file. It stops at the first thing that does not belong into a drawing."""

    def __init__(self) -> None:
        self.is_foreign = False
        self.inside = False
        self.style: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._element
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.EntityDeclHandler = self._entity

    def _found(self, message: str, signs: str) -> _Found:
        return _Found(message, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1, len(signs))

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self.is_foreign = not self.inside and (space, local) != (_SVG, "svg")
        if self.is_foreign:
            raise self._found(
                f"this file is no SVG drawing: it begins with `<{local}>` of another language", f"<{local}"
            )
        self.inside = True
        if space in _FOREIGN or (space == _SVG and local in _ACTIVE):
            raise self._found(
                f"`<{local}>` stands in this drawing, and a browser would run or load it", f"<{local}"
            )
        for attribute, value in attributes.items():
            if fault := _attribute_fault(attribute, value):
                raise self._found(
                    f"{fault} stands in this drawing, and a browser would act on it", f"<{local}"
                )
        if local == "style":
            self.style = []

    def _text(self, text: str) -> None:
        if self.style is not None:
            self.style.append(text)

    def _end(self, name: str) -> None:
        if name.endswith("style") and self.style is not None:
            if _acts("".join(self.style)):
                raise self._found("the styles of this drawing load something, or act", "</style")
            self.style = None

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            raise self._found(
                "`<?xml-stylesheet` stands in this drawing, and a browser would load it", "<?xml-stylesheet"
            )

    def _entity(self, name: str, *_: object) -> None:
        raise self._found(
            f"this drawing declares an entity, `{name}`, in which anything can hide", "<!ENTITY"
        )


def _attribute_fault(name: str, value: str) -> str | None:
    """Name an attribute that runs something or leads elsewhere, or give None."""
    space, _, local = name.rpartition(" ")
    shown = f'`{local}="{" ".join(value.split())[:40]}"`'
    if not space and local.lower().startswith("on"):
        return shown
    if local in _ADDRESSES and not _INSIDE.match(value.strip()):
        return shown
    if local == "base" and space:
        return shown
    if local == "attributeName" and (value.lower().endswith("href") or value.lower().startswith("on")):
        return shown
    return shown if _acts(value) else None


def _acts(css: str) -> bool:
    plain = _CSS_ESCAPE.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), _CSS_COMMENT.sub("", css))
    return _CSS_ACTIVE.search(plain) is not None
