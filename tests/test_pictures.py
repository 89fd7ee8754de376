"""Pictures are what their names say, and drawings do nothing but show."""

import pytest

from citewell.parse.picture import picture_fault

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n  {}</svg>'
PROLOGUE = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]>'


def code(path: str, data: bytes) -> str:
    fault = picture_fault(path, data)
    return fault.code if fault else ""


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>",
        '<x:g xmlns:x="http://www.w3.org/2000/svg"><x:script/></x:g>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>',
        "<foreignObject/>",
        '<g onload="x"/>',
        '<g OnLoad="x"/>',
        '<a href="javascript:x"/>',
        '<a xlink:href=" java&#10;script:x"/>',
        '<a href="https://shop.example/"/>',
        '<image href="https://e.org/x.png"/>',
        '<image href="data:image/svg+xml,x"/>',
        '<use href="x.svg#a"/>',
        '<g xml:base="https://e.org"/>',
        '<set attributeName="href" to="javascript:x"/>',
        '<animate attributeName="xlink:href" values="x"/>',
        '<style>@import "x"</style>',
        "<style>@\\69mport 'x'</style>",
        '<style><![CDATA[@import "x"]]></style>',
        "<style>a{background:url(https://e.org/x)}</style>",
        '<style>a{background:url( "//e.org/x")}</style>',
        "<style>a{b:ex/**/pression(1)}</style>",
        '<g style="fill:url(http://x)"/>',
        '<g fill="url(x#a)"/>',
    ],
)
def test_a_drawing_that_acts_or_loads_is_told_in_its_line(inside: str) -> None:
    fault = picture_fault("a.svg", DRAWING.format(inside).encode())
    assert fault
    assert (fault.code, fault.severity, fault.span.line) == ("images/active-picture", "error", 2)
    assert fault.span.column >= 3


@pytest.mark.parametrize(
    "inside",
    [
        "<style>.a{fill:red}@media(prefers-color-scheme:dark){.a{fill:blue}}</style>",
        '<use href="#a"/><use xlink:href="#a"/>',
        '<image href="data:image/png;base64,xx"/>',
        '<g fill="url(#a)" style="fill: url(\'#b\')"/>',
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" r:about=""/></metadata>',
        "<title>An onload of script: https://e.org</title>",
    ],
)
def test_a_drawing_that_only_shows_is_sound(inside: str) -> None:
    assert code("a.svg", DRAWING.format(inside).encode()) == ""


def test_entities_are_refused_before_they_can_grow() -> None:
    more = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 20))
    for text in (f"{PROLOGUE}<svg/>", f'<!DOCTYPE svg [<!ENTITY a0 "a">{more}]><svg>&a19;</svg>'):
        assert code("a.svg", text.encode()) == "images/active-picture"


def test_another_encoding_hides_nothing() -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>{DRAWING.format("<script/>")}'
    assert code("a.svg", text.encode("utf-16")) == "images/active-picture"


@pytest.mark.parametrize("text", ["<html/>", "<svg/>", "<!doctype html>", DRAWING[:40], "words"])
def test_what_is_no_drawing_is_told(text: str) -> None:
    assert code("a.svg", text.encode()) == "images/not-a-picture"


@pytest.mark.parametrize(
    ("path", "data", "mend"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n", None),
        ("a.JPG", b"\xff\xd8\xff\xe0", None),
        ("a.gif", b"GIF89a", None),
        ("a.webp", b"RIFF\n..\nWEBPVP8 ", None),
        ("a.avif", b"\0\0\0\x1cftypavif", None),
        ("a.css", b"<html>", None),
        ("a.png", b"", None),  # still to be drawn
        ("a.png", b"\xff\xd8\xff\xe0", "`.jpg`"),
        ("a.png", b"<html><script>", "export the picture again"),
    ],
)
def test_a_picture_begins_as_its_kind_does(path: str, data: bytes, mend: str | None) -> None:
    fault = picture_fault(path, data)
    assert (fault is None) == (mend is None)
    assert fault is None or (mend and mend in fault.help)
