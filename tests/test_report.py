"""The report shows the place of a fault as the editor sees it in the file."""

import pytest

from citewell.core.diagnostic import Diagnostic, Related, Span
from citewell.io.report import count, render


def no_text(_path: str) -> None:
    """Stand for files without text."""


def report(line: str, span: Span, *, color: bool = False) -> list[str]:
    found = Diagnostic("links/missing-page", span, "no page", "mend it")
    return render([found], {"articles/x.md": f"first\n{line}\nlast"}.get, color=color).splitlines()


def test_the_whole_frame() -> None:
    found = Diagnostic(
        "terms/two-meanings",
        Span("a.md", 2, 3, 4),
        "`cell` has two meanings",
        "keep one",
        (Related(Span("b.md", 1, 1, 5), "the other definition"),),
    )
    texts = {"a.md": "first\na cell is\n", "b.md": "cells are\n"}
    warning = Diagnostic("family/orphan", Span("b.md"), "nothing leads here", "link it", severity="warning")
    assert render([found, warning], texts.get, color=False) == (
        "error[terms/two-meanings]: `cell` has two meanings\n"
        " --> content/a.md:2:3\n"
        "2 | a cell is\n"
        "      ^^^^\n"
        "  note: the other definition\n"
        " --> content/b.md:1:1\n"
        "1 | cells are\n"
        "    ^^^^^\n"
        "  help: keep one\n"
        "\n"
        "warning[family/orphan]: nothing leads here\n"
        " --> content/b.md:1:1\n"
        "1 | cells are\n"
        "    ^\n"
        "  help: link it\n"
        "\n"
        "1 error and 1 warning\n"
    )


def test_nothing_wrong_is_nothing_said() -> None:
    assert render([], no_text, color=True) == ""


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        ("e", "1 error"),
        ("eeew", "3 errors and 1 warning"),
        ("ww", "2 warnings"),
        ("ew", "1 error and 1 warning"),
    ],
)
def test_the_count(severities: str, words: str) -> None:
    found = [
        Diagnostic("x/y", Span("a"), "m", "h", severity="error" if sign == "e" else "warning")
        for sign in severities
    ]
    assert count(found) == words


@pytest.mark.parametrize(
    ("line", "column", "length", "shown", "marks"),
    [
        ("plain fault", 7, 5, "plain fault", "      ^^^^^"),
        ("\ttab fault", 6, 5, "    tab fault", "        ^^^^^"),
        ("細胞 fault", 4, 5, "細胞 fault", "     ^^^^^"),
        ("fault 細胞", 7, 2, "fault 細胞", "      ^^^^"),
        ("e\u0301 fault", 4, 5, "e\u0301 fault", "  ^^^^^"),
        ("a\u202eb fault", 2, 1, "a<U+202E>b fault", " ^^^^^^^^"),
        ("a\x1b[31m", 2, 1, "a<U+001B>[31m", " ^^^^^^^^"),
        ("past its end", 99, 5, "past its end", "            ^"),
        ("over the end", 10, 99, "over the end", "         ^^^"),
    ],
)
def test_the_fault_is_underlined_as_it_is_shown(
    line: str, column: int, length: int, shown: str, marks: str
) -> None:
    rows = report(line, Span("articles/x.md", 2, column, length))
    assert rows[2] == f"2 | {shown}"
    assert rows[3] == f"    {marks}"


def test_a_long_line_is_cut_around_its_fault() -> None:
    rows = report("a" * 5_000_000 + "FAULT" + "b" * 500, Span("articles/x.md", 2, 5_000_001, 5))
    assert rows[2] == "2 | …" + "a" * 40 + "FAULT" + "b" * 55 + "…"
    assert rows[3] == " " * 45 + "^^^^^"


def test_a_long_fault_is_cut_too() -> None:
    rows = report("x" * 500, Span("articles/x.md", 2, 1, 500))
    assert rows[2] == "2 | " + "x" * 100 + "…"
    assert rows[3] == "    " + "^" * 100


@pytest.mark.parametrize("span", [Span("articles/x.md", 9), Span("images/none.png")])
def test_a_place_without_text_is_only_named(span: Span) -> None:
    rows = report("line", span)
    assert rows[1:3] == [f" --> content/{span.path}:{span.line}:1", "  help: mend it"]


@pytest.mark.parametrize("path", ["templates/base.html", "blocks/own/__init__.py"])
def test_what_is_not_content_is_named_as_it_is(path: str) -> None:
    assert report("line", Span(path))[1] == f" --> {path}:1:1"


def test_no_message_can_steer_the_terminal() -> None:
    found = Diagnostic("x/y", Span("a\n\x1b.md"), "no \x1b[2J", "\u2066 mend\r")
    text = render([found], no_text, color=False)
    assert text.isascii()
    assert "\x1b" not in text
    assert text.count("\n") == 5


def test_colour_adds_nothing_but_colour() -> None:
    plain = report("plain fault", Span("articles/x.md", 2, 7, 5))
    coloured = report("plain fault", Span("articles/x.md", 2, 7, 5), color=True)
    assert "\x1b[" not in "".join(plain)
    assert coloured[3] == f"{' ' * 10}\x1b[1;31m^^^^^\x1b[0m"
