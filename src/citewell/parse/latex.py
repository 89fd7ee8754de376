"""LaTeX as it stands in BibTeX files to plain text, with the inline markup of CSL: `<i> <b> <sub> <sup>`."""

import re
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any

_MARKS = {
    "emph": "i",
    "mkbibemph": "i",
    "textit": "i",
    "textsl": "i",
    "mkbibbold": "b",
    "textbf": "b",
    "textsubscript": "sub",
    "textsuperscript": "sup",
}
_BARE = ("enquote", "ensuremath", "mbox", "mkbibquote", "url")
_LATEX = re.compile(r"[\\{}$~%&]|--|``|''")
_NESTING = re.compile(r"[{}]|\\(?:(?:begin|end)(?![A-Za-z])|[\[\]()])")
_OPENING = frozenset({"{", "\\begin", "\\[", "\\("})
_DEEPEST = 20
_SWITCH = re.compile(r"\{\s*\\(it|itshape|em|sl|slshape|bf|bfseries)(?![A-Za-z])\s*")
_LITERAL = re.compile(r"(?<!\\)[%&#]")  # signs of LaTeX that BibTeX files hold as they are
_DOLLAR = re.compile(r"(?<!\\)\$")
_MATH = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_RAISED = re.compile(r"([_^])\s*(?:\{([^{}]*)\}|(\\[A-Za-z]+|[^\\\s]))")


@lru_cache(
    maxsize=65536
)  # a file is read again after every edit of a page, and the same names come again and again
def text_of(latex: str) -> str:
    """Give the text that the LaTeX would print, on one line. What it cannot be read as is left as it was written."""
    latex = " ".join(latex.split())
    if not _LATEX.search(latex):
        return latex
    if _depth(latex) > _DEEPEST:  # the library goes down a level with each
        return latex.replace("{", "").replace("}", "")
    walker, printer = _tools()
    try:
        nodes, _, _ = walker(_prepared(latex)).get_latex_nodes()
        return " ".join(str(printer.nodelist_to_text(nodes)).split())
    except (
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # how the library fails on a command without its arguments
        return latex.replace("{", "").replace("}", "")


def _depth(latex: str) -> int:
    """Give how deep groups and environments are nested at most."""
    steps = (1 if found[0] in _OPENING else -1 for found in _NESTING.finditer(latex))
    return max(accumulate(steps), default=0)


def verbatim(latex: str) -> str:
    """Give an address or a number that LaTeX does not read: only the backslashes in front of its signs are gone."""
    return re.sub(r"\\([%&#_$~{}])(?:\{\})?", r"\1", latex).strip("{} ").replace("{", "").replace("}", "")


def _prepared(latex: str) -> str:
    latex = _SWITCH.sub(lambda match: r"\textbf{" if match[1].startswith("b") else r"\textit{", latex)
    latex = _LITERAL.sub(r"\\\g<0>", latex)
    if len(_DOLLAR.findall(latex)) % 2:
        return _DOLLAR.sub(r"\\$", latex)  # an amount of money, not mathematics
    return _MATH.sub(lambda match: f"${_RAISED.sub(_raised, match[1])}$", latex)


def _raised(match: re.Match[str]) -> str:
    mark = "textsubscript" if match[1] == "_" else "textsuperscript"
    return f"\\{mark}{{{match[2] or match[3]}}}"


@cache
def _tools() -> tuple[Any, Any]:
    """Give what parses LaTeX and what prints it, both told of the commands that their own tables lack."""
    from functools import partial

    from pylatexenc import latex2text, latexwalker, macrospec

    known = [*_MARKS, *_BARE]
    grammar = latexwalker.get_default_latex_context_db()
    specs = [macrospec.MacroSpec(name, "{") for name in known]
    specs.append(macrospec.MacroSpec("href", "{{"))
    grammar.add_context_category("citewell", prepend=True, macros=specs)

    printed = latex2text.get_default_latex_context_db()
    marks = [latex2text.MacroTextSpec(name, f"<{mark}>%s</{mark}>") for name, mark in _MARKS.items()]
    bare = [latex2text.MacroTextSpec(name, "\u201c%s\u201d" if "quote" in name else "%s") for name in _BARE]
    link = latex2text.MacroTextSpec("href", "%(2)s")
    printed.add_context_category("citewell", prepend=True, macros=[*marks, *bare, link])

    latex2text.logger.disabled = True  # a command without its argument is printed as far as it can be
    printer = latex2text.LatexNodes2Text(latex_context=printed, math_mode="text", strict_latex_spaces=False)
    return partial(latexwalker.LatexWalker, latex_context=grammar, tolerant_parsing=True), printer
