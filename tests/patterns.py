"""Inputs that are known to take parsers far longer than their size, or far more memory: a name -> the files of size n.

The first ones are those of the test suites of cmark, commonmark.js and markdown-it, and of advisories on other parsers.
The others aim at what is added here: citations, blocks, terms, front matter, libraries, suggestions, the report.
"""

from collections.abc import Callable

Files = dict[str, str]
Make = Callable[[int], Files]

SETTINGS = "title: T\nbase_url: https://example.org/\n"
_PAGE = "---\ntitle: A\n{}---\n{}\n"
_CHAIN = "abcdefghij"


def _body(make: Callable[[int], str]) -> Make:
    """A page with that body."""
    return lambda n: {"a.md": _PAGE.format("", make(n))}


def _matter(make: Callable[[int], str], body: str = "Text.") -> Make:
    """A page with those lines of front matter behind its title."""
    return lambda n: {"a.md": _PAGE.format(make(n) + "\n", body)}


def _library(kind: str, make: Callable[[int], str]) -> Make:
    """A library of sources in a file of that kind."""
    return lambda n: {"a.md": _PAGE.format("", "Text."), f"sources.{kind}": make(n)}


def _lines(n: int, line: str) -> str:
    return "".join(line.format(at) for at in range(n))


def _terms(n: int, name: str) -> str:
    return "terms:\n" + _lines(n, f"  - term: {name}\n    definition: D{{0}}.\n")


def _square(n: int) -> str:
    return "|a" * n + "|\n" + "|-" * n + "|\n" + ("|b" * n + "|\n") * n


def _many_pages(n: int, body: str) -> Files:
    return {f"page-{at}.md": _PAGE.format("", body.format(at)) for at in range(n)}


INLINE: dict[str, Make] = {
    "nested strong emphasis": _body(lambda n: "*a **a " * n + "b" + " a** a*" * n),
    "emphasis closers without openers": _body(lambda n: "a_ " * n),
    "emphasis openers without closers": _body(lambda n: "_a " * n),
    "strong openers without closers": _body(lambda n: "**a " * n),
    "link closers without openers": _body(lambda n: "a]" * n),
    "link openers without closers": _body(lambda n: "[a" * n),
    "mismatched openers and closers": _body(lambda n: "*a_ " * n),
    "openers and closers, multiples of three": _body(lambda n: "a**b" + "c* " * n),
    "link openers and emphasis closers": _body(lambda n: "[ a_" * n),
    "pattern [ (](": _body(lambda n: "[ (](" * n),
    "pattern ![[]()": _body(lambda n: "![[]()" * n),
    "hard case of emphasis and links": _body(lambda n: "**x [a*b**c*](d)" * n),
    "nested brackets": _body(lambda n: "[" * n + "a" + "]" * n),
    "brackets opened": _body(lambda n: "[" * n),
    "brackets closed": _body(lambda n: "]" * n),
    "empty brackets": _body(lambda n: "[]" * n),
    "nested image brackets": _body(lambda n: "![" * n + "a" + "](b)" * n),
    "nested link brackets": _body(lambda n: "[" * n + "a" + "](b)" * n),
    "backslashes": _body(lambda n: "\\" * n),
    "backslashes in links": _body(lambda n: "[" + "\\" * n + "\n"),
    "backticks of rising length": _body(
        lambda n: "".join("e" + "`" * at for at in range(int((n * 20) ** 0.5)))
    ),
    "backticks of rising length in brackets": _body(
        lambda n: "".join("[" + "`" * at for at in range(int((n * 20) ** 0.5)))
    ),
    "backticks, one": _body(lambda n: "`a " * n),
    "backtick run": _body(lambda n: "`" * n + "a"),
    "code spans": _body(lambda n: "`a` " * n),
    "code span that swallows others": _body(lambda n: "``" + "`a" * n),
    "unclosed links <": _body(lambda n: "[a](<b" * n),
    "unclosed links": _body(lambda n: "[a](b" * n),
    "unclosed link titles": _body(lambda n: '[a](b "' * n),
    "link parentheses": _body(lambda n: "[a](" + "(" * n),
    "link parentheses, many": _body(lambda n: ("[a](" + "(" * 30) * (n // 8)),
    "unclosed comments": _body(lambda n: "a <!-- b\n" * n),
    "unclosed comments in blocks": _body(lambda n: "<!-- b\n\n" * n),
    "unclosed comments on a line": _body(lambda n: "</" + "<!--" * n),
    "comment with hyphens": _body(lambda n: "a <!--" + "-" * n + "b"),
    "unclosed processing instructions": _body(lambda n: "a <?" * n),
    "unclosed declarations": _body(lambda n: "a <!A " * n),
    "unclosed CDATA": _body(lambda n: "a <![CDATA[" * n),
    "tag with many attributes": _body(lambda n: "<a" + " b" * n),
    "tag with blanks": _body(lambda n: "a <b" + " " * n + "c" + " " * n),
    "tags with unclosed quotes": _body(lambda n: 'a <b c="' * n),
    "tag openings": _body(lambda n: "<a " * n),
    "autolink openings": _body(lambda n: "<" * n),
    "autolinks": _body(lambda n: "<http:a " * n),
    "autolink, one long": _body(lambda n: "a <" + "a" * n + "@" + "b." * n),
    "underscores": _body(lambda n: "a" + "_" * n),
    "stars": _body(lambda n: "*" * n + "a"),
    "stars and blanks": _body(lambda n: "a " + "* " * n),
    "stars and underscores": _body(lambda n: "*_" * n + "a"),
    "tildes": _body(lambda n: "a" + "~" * n),
    "strikethrough openers": _body(lambda n: "~~a " * n),
    "strikethrough closers": _body(lambda n: "a~~ " * n),
    "strikethrough of odd length": _body(lambda n: "a~~~b " * n),
    "ampersands": _body(lambda n: "&" * n),
    "entities": _body(lambda n: "&amp;" * n),
    "unknown entities": _body(lambda n: "&" + "a" * n + " " + "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" * (n // 8)),
    "numeric entities": _body(lambda n: "&#" * n + "&#x" * n),
    "single quotes": _body(lambda n: "'" * n),
    "double quotes": _body(lambda n: '"' * n),
    "quotes opened": _body(lambda n: '"a ' * n + "'a " * n),
    "quotes paired": _body(lambda n: "\"a\" 'b' " * n),
    "quotes opened double and closed single": _body(lambda n: '"a ' * n + "a' " * n),
    "quotes between emphasis": _body(lambda n: "*\"a\"* '*b*' " * n),
    "quotes and empty code": _body(lambda n: '*"' * n),
    "apostrophes": _body(lambda n: "it's " * n),
    "dots, dashes and signs": _body(
        lambda n: "." * n + "-" * n + "?" * n + "!" * n + "," * n + "(c)" * n + "+-" * n
    ),
    "dashes": _body(lambda n: "a--b " * n + "a---b " * n),
    "blanks": _body(lambda n: "a" + " " * n + "b"),
    "blanks before line ends": _body(lambda n: ("a" + " " * 100 + "\n") * (n // 10)),
    "hard breaks": _body(lambda n: "a  \n" * n),
    "nul": _body(lambda n: "a\0" * n),
    "one word": _body(lambda n: "a" * n),
    "plain words": _body(lambda n: "word " * n),
    "emphasised words": _body(lambda n: "evidence *is* not `proof` " * n),
    "lines of text": _body(lambda n: "A line of text.\n" * n),
    "paragraphs": _body(lambda n: "A line of text.\n\n" * n),
    "letters beyond ASCII": _body(lambda n: "é漢😀 " * n),
    "colons and terminators": _body(lambda n: ":" * n + "{}" * n + "$%@" * n),
}

BLOCK: dict[str, Make] = {
    "nested quotes": _body(lambda n: "> " * n + "a"),
    "nested quotes, lazily continued": _body(lambda n: (">" * 15 + " a\n") + "a\n" * n),
    "quotes of one line": _body(lambda n: "> a\n\n" * n),
    "quoted lines": _body(lambda n: "> a\n" * n),
    "quotes of rising depth": _body(lambda n: "".join(">" * (at % 18) + " a\n" for at in range(n))),
    "nested lists": _body(lambda n: "".join("  " * at + "* a\n" for at in range(int((n * 4) ** 0.5)))),
    "nested lists on a line": _body(lambda n: "- " * n + "a"),
    "nested ordered lists on a line": _body(lambda n: "1. " * n + "a"),
    "lists nested as deep as may be": _body(lambda n: "".join("  " * (at % 18) + "* a\n" for at in range(n))),
    "list items": _body(lambda n: "- a\n" * n),
    "loose list items": _body(lambda n: "- a\n\n" * n),
    "empty list items": _body(lambda n: "*\n" * n),
    "list markers that alternate": _body(lambda n: "- a\n* b\n" * n),
    "list items with blank lines": _body(lambda n: "- a\n" + "\n" * n + "- b"),
    "ordered items": _body(lambda n: _lines(n, "{0}. a\n")),
    "task items": _body(lambda n: "- [ ] a\n" * n),
    "bold leads of items": _body(lambda n: "- **Lead.** Text.\n" * n),
    "quotes and lists": _body(lambda n: "> - a\n" * n),
    "list of quotes": _body(lambda n: "- > a\n" * n),
    "many references": _body(lambda n: _lines(n, "[{0}]: u{0}\n") + "[0] " * n),
    "references, each used": _body(lambda n: _lines(n, "[r{0}]: b.md\n\n") + _lines(n, "[r{0}] ")),
    "references unused": _body(lambda n: _lines(n, "[r{0}]: b.md\n")),
    "empty reference definitions": _body(lambda n: "[a]:\n" * n),
    "reference definitions unclosed": _body(lambda n: "[a\n" * n),
    "reference definition with title unclosed": _body(lambda n: "[a]: b 'c\n" * n),
    "reference label, one long": _body(lambda n: "[" + "a\n" * n + "]: b"),
    "reference use, one long label": _body(lambda n: "[a]: b\n\n" + ("[" + "a" * 900 + "]") * (n // 100)),
    "setext candidates": _body(lambda n: "a\n" * n + "==="),
    "setext headings": _body(lambda n: "a\n---\n\n" * n),
    "rules": _body(lambda n: "***\n" * n),
    "rule, one long": _body(lambda n: "* " * n + "\n" + "-" * n + "\n\n" + "_ " * n),
    "table columns": _body(lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|b" * n + "|\n"),
    "table rows": _body(lambda n: "|a|b|\n|-|-|\n" + "|c|d|\n" * n),
    "table rows with too few cells": _body(lambda n: "|a" * 20 + "|\n" + "|-" * 20 + "|\n" + "|c\n" * n),
    "table square": _body(lambda n: _square(int(n**0.5))),
    "table heads without rows": _body(lambda n: "|a|\n|-|\n\n" * n),
    "table head candidates": _body(lambda n: "|a\n" * n + "|-"),
    "table delimiters": _body(lambda n: "|-" * n),
    "table escaped pipes": _body(lambda n: "|a|\n|-|\n|" + "\\|" * n + "|"),
    "table cells of equal text": _body(
        lambda n: "|a|b|\n|-|-|\n" + "|same *words* here|same *words* here|\n" * n
    ),
    "pipes": _body(lambda n: "|" * n),
    "fence unclosed": _body(lambda n: "```\n" + "a\n" * n),
    "fences": _body(lambda n: "```\na\n```\n" * n),
    "fences of rising length": _body(
        lambda n: "".join("`" * (3 + at) + "\n" for at in range(int((n * 4) ** 0.5)))
    ),
    "fence with language": _body(lambda n: "```python\n" + "x = (1, 'a')  # c\n" * n + "```"),
    "fence with unclosed text": _body(lambda n: "```python\n" + "'''a \\\n" * n + "```"),
    "fence with brackets in JSON": _body(lambda n: "```json\n" + '{"a": [' * n + "\n```"),
    "indented code": _body(lambda n: "    a\n\n" * n),
    "tabs": _body(lambda n: "a\n" + "\t" * n + "b"),
    "headings of one text": _body(lambda n: "## Same\n\n" * n),
    "headings of two texts": _body(lambda n: "## Same\n\n## Same 2\n\n" * n),
    "headings numbered backwards": _body(
        lambda n: "".join(f"## Same {at}\n\n" for at in range(n, 0, -1)) + "## Same\n\n" * n
    ),
    "heading ids": _body(lambda n: _lines(n, "## H {{#h{0}}}\n\n")),
    "heading ids repeated": _body(lambda n: "## H {#same}\n\n" * n),
    "heading braces": _body(lambda n: "## H " + "{" * n),
    "heading braces closed": _body(lambda n: "## H " + "{#a}" * n),
    "heading quotes": _body(lambda n: "## H {" + 'a="b" ' * n),
    "heading blanks": _body(lambda n: "## H" + " " * n + "{" + " " * n + "x"),
    "heading attributes": _body(lambda n: "## H {" + " " * n + 'a="b"' * n + "}"),
    "heading hashes": _body(lambda n: "## a " + "#" * n + " b"),
    "heading, one long": _body(lambda n: "## " + "word " * n),
    "headings too deep": _body(lambda n: "##### H\n\n" * n),
    "headings almost": _body(lambda n: "##a\n" * n),
    "definitions": _body(lambda n: "Term\n: Means this.\n\n" * n),
    "definitions of one term": _body(lambda n: "Term\n" + ": a\n" * n),
    "definition candidates": _body(lambda n: "a\n: \n" * n),
    "footnotes": _body(lambda n: _lines(n, "a[^n{0}] ") + "\n\n" + _lines(n, "[^n{0}]: b\n\n")),
    "footnote, used often": _body(lambda n: "a[^n] " * n + "\n\n[^n]: b"),
    "footnotes undefined": _body(lambda n: "a[^n] " * n),
    "footnote openings": _body(lambda n: "[^n]: b\n\n" + "[^" * n),
    "footnotes inline": _body(lambda n: "a^[b] " * n),
    "footnotes inline, one line each": _body(lambda n: "a^[b c d]\n" * n),
    "footnotes inline, nested": _body(lambda n: "^[" * n + "a" + "]" * n),
    "footnotes inline, unclosed": _body(lambda n: "a^[" * n),
    "footnotes of the same label": _body(lambda n: "a[^n]\n\n" + "[^n]: b\n\n" * n),
    "footnotes nested": _body(lambda n: "a[^n]\n\n" + "[^n]: " * n + "b"),
}

OURS: dict[str, Make] = {
    "citation, unclosed and huge": _body(lambda n: "[@a" + "; @b" * n),
    "citation, huge": _body(lambda n: "[@a" + "; @b" * n + "]"),
    "citation over many lines": _body(lambda n: "[@a" + ";\n@b" * n + "]"),
    "citation over many lines, unclosed": _body(lambda n: "[@a" + ";\n@b" * n),
    "citation openings": _body(lambda n: "[@a " * n),
    "citation openings, one a line": _body(lambda n: "[@a\n" * n),
    "citation blanks": _body(lambda n: "[@a" + " " * n + "b" + " " * n + "]"),
    "citation commas": _body(lambda n: "[@a" + "," * n + "]"),
    "citation semicolons": _body(lambda n: "[@a" + ";" * n + "]"),
    "citation, no semicolons": _body(lambda n: "[@a" + " @b" * n + "]"),
    "citations unknown": _body(lambda n: _lines(n, "A [@k{0}]. ")),
    "citations, the same": lambda n: {
        "a.md": _PAGE.format("", "A word.[@k] " * n),
        "sources.yaml": "- id: k\n  type: book\n  title: T\n",
    },
    "citations, each another": lambda n: {
        "a.md": _PAGE.format("", _lines(n, "A word.[@k{0}] ")),
        "sources.yaml": _lines(n, "- id: k{0}\n  type: book\n  title: T{0}\n"),
    },
    "citations misspelt": lambda n: {
        "a.md": _PAGE.format("", _lines(n, "A word.[@welsh{0}x] ")),
        "sources.yaml": _lines(n, "- id: welsh{0}\n  type: book\n  title: T{0}\n"),
    },
    "citations without brackets": _body(lambda n: "A @key " * n),
    "citations in round brackets": _body(lambda n: "A (@key; @two) " * n),
    "citation in round brackets, huge": _body(lambda n: "(@a" + "; @b" * n),
    "bracketed keys": _body(lambda n: "A [key; two] " * n),
    "bracketed keys, huge": _body(lambda n: "[a" + "; b" * n),
    "dead links": _body(lambda n: "A [b](c d e) " * n),
    "dead links, unclosed": _body(lambda n: "](" * n),
    "dead references": _body(lambda n: "A [b][c] " * n),
    "dead references, unclosed": _body(lambda n: "[a][" * n),
    "dead signs escaped": _body(lambda n: "A \\[^n] [^m] " * n),
    "dead citations": _body(lambda n: "A [see @b] " * n),
    "dead citation, blanks": _body(lambda n: "[" + "a " * n + "@"),
    "links to missing pages": _body(lambda n: _lines(n, "[a](page{0}.md) ")),
    "links of the same page": lambda n: {
        "a.md": _PAGE.format("", "[a](b.md) " * n),
        "b.md": _PAGE.format("", "Text."),
    },
    "links to missing headings": _body(lambda n: _lines(n, "## Heading {0}\n\n[a](#headin-{0})\n\n")),
    "links beyond ASCII": _body(lambda n: _lines(n, "[a](é{0}.md) ")),
    "links to other hosts": _body(lambda n: _lines(n, "[a](https://example.org/{0}) ")),
    "link with climbing steps": _body(lambda n: "[a](" + "../" * n + "b.md)"),
    "links misspelt among pages": lambda n: (
        _many_pages(n // 8 + 1, "[a](pagge-{0}.md)")
        | {"a.md": _PAGE.format("", _lines(n // 8 + 1, "[a](paage-{0}.md) "))}
    ),
    "images": _body(lambda n: "![a](b.png) " * n),
    "images without words": _body(lambda n: "![](b.png) " * n),
    "images as ornament": _body(lambda n: '![](b.png){alt=""} ' * n),
    "spans": _body(lambda n: "[EV]{.plain} " * n),
    "spans unclosed": _body(lambda n: "[EV]{" * n),
    "spans with other attributes": _body(lambda n: "[EV]{.x} " * n),
    "raw HTML": _body(lambda n: "a <b>c</b> " * n),
    "raw HTML allowed": lambda n: {
        "a.md": _PAGE.format("", "a <kbd>c</kbd> " * n),
        "site.yaml": SETTINGS + "html: [kbd]\n",
    },
    "raw HTML allowed, unclosed": lambda n: {
        "a.md": _PAGE.format("", "<kbd>" * n),
        "site.yaml": SETTINGS + "html: [kbd]\n",
    },
    "directives": _body(lambda n: "::: note\na\n:::\n\n" * n),
    "directives unclosed": _body(lambda n: "::: note\n" * n),
    "directives nested": _body(lambda n: "::: note\n" * n + "a\n" + ":::\n" * n),
    "directives unknown": _body(lambda n: "::: nota\na\n:::\n\n" * n),
    "directives closed twice": _body(lambda n: ":::\n\n" * n),
    "directives almost": _body(lambda n: ":: note\n\na\n\n::\n\n" * n),
    "directives almost, in one paragraph": _body(lambda n: "a\n:: note\n::\n" * n),
    "directives at the end of paragraphs": _body(lambda n: "a\n::: note\n" * n),
    "directive unclosed in quotes": _body(lambda n: "> ::: note\n> a\n\n" * n),
    "directive unclosed before text": _body(lambda n: "::: note\n" + "a\n\n" * n),
    "directive colons": _body(lambda n: ":" * n + " note" + " " * n + ":" * n + " "),
    "directive with blanks": _body(lambda n: "::: note" + " :" * n + " a"),
    "directive with headings": _body(lambda n: "::: warning\n" + "### H\n\n" * n + "\n:::"),
    "directive with labels": _body(lambda n: "::: shows\n" + "- shows: a\n" * n + "\n:::"),
    "directive without labels": _body(lambda n: "::: shows\n" + "- a: b\n" * n + "\n:::"),
    "terms, many, and a text": lambda n: {
        "a.md": _PAGE.format(_terms(n, "cell{0}"), _lines(n, "a cell{0} "))
    },
    "terms that begin alike": lambda n: {
        "a.md": _PAGE.format(_terms(n, "cell part{0}"), "cell part " * n),
    },
    "terms, each the start of the next": lambda n: {
        "a.md": _PAGE.format(
            "terms:\n"
            + "".join(f"  - term: cell{' a' * at}\n    definition: D{at}.\n" for at in range(1, int(n**0.5))),
            "cell" + " a" * n + " cell" * n,
        ),
    },
    "terms with long names": lambda n: {
        "a.md": _PAGE.format(f"terms:\n  - term: {'a ' * n}b\n    definition: D.\n", "a " * n),
    },
    "terms by name": lambda n: {"a.md": _PAGE.format(_terms(1, "cell{0}"), "[a](term:cell0) " * n)},
    "terms by name, unknown": _body(lambda n: _lines(n, "[a](term:cell{0}) ")),
    "terms by name, misspelt": lambda n: {
        "a.md": _PAGE.format(_terms(n, "vesicle{0}"), _lines(n, "[a](term:vesicel{0}) ")),
    },
    "terms with forms": lambda n: {
        "a.md": _PAGE.format(
            "terms:\n  - term: cell\n    definition: D.\n    also:\n" + _lines(n, "      - form{0}\n"),
            _lines(n, "form{0} "),
        ),
    },
    "terms with one form": lambda n: {
        "a.md": _PAGE.format(
            "terms:\n" + _lines(n, "  - term: t{0}\n    definition: D.\n    also: [x]\n"), "x"
        ),
    },
    "terms in a circle": lambda n: {
        "a.md": _PAGE.format(
            "terms:\n"
            + "".join(f"  - term: t{at}\n    definition: D [a](term:t{(at + 1) % n}).\n" for at in range(n)),
            "Text.",
        ),
    },
    "terms that explain each other in a row": lambda n: {
        "a.md": _PAGE.format(
            "terms:\n"
            + "".join(f"  - term: t{at}\n    definition: D [a](term:t{at + 1}).\n" for at in range(n))
            + f"  - term: t{n}\n    definition: E.\n",
            "Text.",
        ),
    },
    "terms with one meaning too many": lambda n: {
        "a.md": _PAGE.format("terms:\n" + _lines(n, "  - term: t\n    definition: D{0}.\n"), "t"),
    },
    "pages in a row": lambda n: {
        f"p{at}.md": _PAGE.format(f"parent: p{at + 1}\n" if at < n // 8 else "", "Text.")
        for at in range(n // 8 + 1)
    },
    "pages in a circle": lambda n: {
        f"p{at}.md": _PAGE.format(f"parent: p{(at + 1) % (n // 8)}\n", "Text.") for at in range(n // 8)
    },
}

FRONT_MATTER: dict[str, Make] = {
    "YAML flow sequences, nested": _matter(lambda n: "tags: " + "[" * n),
    "YAML flow mappings, nested": _matter(lambda n: "tags: " + "{a: " * n),
    "YAML block sequences, nested": _matter(lambda n: "tags:\n  " + "- " * n + "a"),
    "YAML explicit keys, nested": _matter(lambda n: "? " * n + "a"),
    "YAML block mappings, nested": _matter(
        lambda n: "".join(" " * at + "a:\n" for at in range(int((n * 4) ** 0.5)))
    ),
    "YAML keys": _matter(lambda n: _lines(n, "key{0}: a\n")),
    "YAML keys, misspelt": _matter(lambda n: _lines(n, "titel{0:04}: a\n")),
    "YAML keys, repeated": _matter(lambda n: "dek: a\n" * n),
    "YAML keys without values": _matter(lambda n: _lines(n, "key{0}:\n")),
    "YAML keys unspaced": _matter(lambda n: _lines(n, "key{0}:a\n")),
    "YAML keys after tabs": _matter(lambda n: _lines(n, "\tkey{0}: a\n")),
    "YAML keys after odd blanks": _matter(lambda n: _lines(n, "\u00a0key{0}: a\n")),
    "YAML keys with odd blanks": _matter(lambda n: _lines(n, "key{0}\u00a0b: a\n")),
    "YAML plain scalar, one line": _matter(lambda n: "dek: " + "word " * n),
    "YAML plain scalar, many lines": _matter(lambda n: "dek: word\n" + "  word\n" * n),
    "YAML quoted scalar, many lines": _matter(lambda n: 'dek: "word\n' + "  wo\\\n  rd\\u0041\n" * n + '"'),
    "YAML single-quoted scalar": _matter(lambda n: "dek: '" + "it''s " * n + "'"),
    "YAML quotes unclosed": _matter(lambda n: 'dek: "' + "a\n" * n),
    "YAML escapes": _matter(lambda n: 'dek: "' + "\\x41" * n + '"'),
    "YAML hidden signs escaped": _matter(lambda n: "tags:\n" + '  - "\\x07"\n' * n),
    "YAML block scalar with paragraphs": _matter(
        lambda n: "terms:\n  - term: t\n    definition: |\n" + "      A *b* [@c].\n\n" * n
    ),
    "YAML folded scalar with citations": _matter(
        lambda n: "terms:\n  - term: t\n    definition: >\n" + "      A *b* [@c].\n" * n
    ),
    "YAML aliases": _matter(lambda n: "dek: &a b\ntags: [" + "*a, " * n + "]"),
    "YAML anchors": _matter(lambda n: "tags: [" + _lines(n, "&a{0} b, ") + "]"),
    "YAML tags": _matter(lambda n: "tags: [" + "!!python/x b, " * n + "]"),
    "YAML merge keys": _matter(lambda n: "terms:\n" + "  - <<: a\n" * n),
    "YAML comments": _matter(lambda n: "# comment\n" * n),
    "YAML comments behind values": _matter(lambda n: "tags:\n" + "  - a #2\n" * n),
    "YAML colons": _matter(lambda n: "dek: " + "a: " * n),
    "YAML colons, one a line": _matter(lambda n: "dek: a: b\n" * n),
    "YAML list where text belongs": _matter(lambda n: "dek:\n" + "  - a\n" * n),
    "YAML list of groups where text belongs": _matter(lambda n: "tags:\n" + "  - {a: b}\n" * n),
    "YAML entries with unknown keys": _matter(lambda n: "terms:\n" + _lines(n, "  - {{tern{0}: a}}\n")),
    "YAML entries without keys": _matter(lambda n: "terms:\n" + "  -\n" * n),
    "YAML entry with misspelt keys": _matter(lambda n: "terms:\n  - a: b\n" + _lines(n, "    tern{0}: a\n")),
    "YAML percent signs": _matter(lambda n: "%a\n" * n),
    "YAML documents": _matter(lambda n: "a: b\n--- c\n" * n),
    "YAML tags of pages": _matter(lambda n: "tags:\n" + _lines(n, "  - tag{0}\n")),
    "YAML companions": _matter(lambda n: "companions:\n" + _lines(n, "  - page: p{0}\n")),
    "YAML aliases of pages": _matter(lambda n: "aliases:\n" + _lines(n, "  - /a{0}/\n")),
    "YAML citations": _matter(
        lambda n: "citations:\n" + _lines(n, "  - {{id: k{0}, type: book, title: T{0}}}\n"),
    ),
    "YAML citations, the same": _matter(
        lambda n: "citations:\n" + "  - {id: k, type: book, title: T}\n" * n,
    ),
    "YAML titles with signs": _matter(lambda n: 'dek: "' + "[a](b) [@c] " * n + '"'),
    "YAML questions": _matter(lambda n: "faq:\n" + "  - {question: Why?, answer: So.}\n" * n),
    "front matter unclosed": lambda n: {"a.md": "---\ntitle: A\n" + "a: b\n" * n},
    "no front matter": lambda n: {"a.md": "a: b\n" * n},
    "bytes that are no UTF-8": lambda n: {"a.md": _PAGE.format("", "a\udcff" * n)},
    "control characters": _body(lambda n: "a\x07" * n),
    "direction marks": _body(lambda n: "a\u202e" * n),
}

LIBRARIES: dict[str, Make] = {
    "BibTeX braces": _library("bib", lambda n: "@book{a, title = " + "{" * n),
    "BibTeX braces, closed": _library("bib", lambda n: "@book{a, title = " + "{" * n + "}" * n + "}"),
    "BibTeX openings": _library("bib", lambda n: "@a{" * n),
    "BibTeX openings, one a line": _library("bib", lambda n: "@book{a,\n" * n),
    "BibTeX at signs": _library("bib", lambda n: "@" * n),
    "BibTeX entries": _library("bib", lambda n: _lines(n, "@book{{k{0}, title = {{T{0}}}, year = 2020}}\n")),
    "BibTeX entries, the same": _library("bib", lambda n: "@book{k, title = {T}, year = 2020}\n" * n),
    "BibTeX entries on a line": _library("bib", lambda n: _lines(n, "@book{{k{0}, title = {{T}}}} ")),
    "BibTeX entries, broken": _library(
        "bib", lambda n: _lines(n, "@book{{k{0}, title = {{T, year = 2020}}\n")
    ),
    "BibTeX entries without id": _library("bib", lambda n: "@book{title = {T}}\n" * n),
    "BibTeX fields": _library("bib", lambda n: "@book{k, title = {T}" + _lines(n, ", f{0} = {{x}}") + "}"),
    "BibTeX fields, the same": _library("bib", lambda n: "@book{k, title = {T}" + ", title = {x}" * n + "}"),
    "BibTeX fields, misspelt": _library(
        "bib", lambda n: "@book{k, title = {T}" + _lines(n, ", publishr{0} = {{x}}") + "}"
    ),
    "BibTeX concatenations": _library("bib", lambda n: "@book{k, title = {a}" + " # {b}" * n + "}"),
    "BibTeX concatenations of numbers": _library("bib", lambda n: "@book{k, title = 1" + "#1" * n + "}"),
    "BibTeX concatenations with blanks": _library(
        "bib", lambda n: "@book{k, title = {a}" + " " * n + "# {b}" + " " * n + "}"
    ),
    "BibTeX strings": _library(
        "bib", lambda n: _lines(n, '@string{{s{0} = "x"}}\n') + "@book{k, title = " + "s0 # " * n + '"y"}'
    ),
    "BibTeX strings that double": _library(
        "bib",
        lambda n: (
            '@string{s0 = "xxxxxxxxxx"}\n'
            + "".join(f"@string{{s{at + 1} = s{at} # s{at}}}\n" for at in range(n))
            + f"@book{{k, title = s{n}}}"
        ),
    ),
    "BibTeX comments": _library("bib", lambda n: "some words\n" * n + "@comment{a}\n" * n),
    "BibTeX openings without brace": _library("bib", lambda n: "@book k,\n" * n),
    "BibTeX crossrefs": _library(
        "bib", lambda n: _lines(n, "@inbook{{k{0}, title = {{T}}, crossref = {{k0}}}}\n")
    ),
    "BibTeX names": _library("bib", lambda n: "@book{k, title = {T}, author = {A B" + " and C D" * n + "}}"),
    "BibTeX LaTeX": _library("bib", lambda n: "@book{k, title = {" + "{\\'e} \\emph{x} " * n + "}}"),
    "BibTeX LaTeX nested": _library(
        "bib", lambda n: "@book{k, title = {" + "\\emph{" * n + "a" + "}" * n + "}}"
    ),
    "BibTeX LaTeX, dollars": _library("bib", lambda n: "@book{k, title = {" + "$a_1$ " * n + "}}"),
    "BibTeX LaTeX, subscripts": _library("bib", lambda n: "@book{k, title = {$" + "a_" * n + "$}}"),
    "BibTeX LaTeX, switches": _library("bib", lambda n: "@book{k, title = {" + "{\\it a} " * n + "}}"),
    "BibTeX LaTeX, environments": _library("bib", lambda n: "@book{k, title = {" + "\\begin{a}" * n + "}}"),
    "BibTeX blanks": _library("bib", lambda n: "@book{k," + " " * n + "title = {T}," + "\n" * n + "}"),
    "BibTeX quotes": _library("bib", lambda n: '@book{k, title = "' + 'a" ' * n + "}"),
    "RIS entries": _library("ris", lambda n: _lines(n, "TY  - BOOK\nID  - k{0}\nTI  - T\nER  - \n")),
    "RIS entries unended": _library("ris", lambda n: _lines(n, "TY  - BOOK\nID  - k{0}\nTI  - T\n")),
    "RIS entries without id": _library("ris", lambda n: "TY  - BOOK\nTI  - T\nER  - \n" * n),
    "RIS authors": _library("ris", lambda n: "TY  - BOOK\nTI  - T\n" + "AU  - A, B\n" * n + "ER  - \n"),
    "RIS repeated tags": _library(
        "ris", lambda n: "TY  - BOOK\nTI  - T\n" + _lines(n, "PY  - {0}\n") + "ER  - \n"
    ),
    "RIS other lines": _library("ris", lambda n: "TY  - BOOK\nTI  - T\n" + "more text\n" * n + "ER  - \n"),
    "RIS lines almost": _library("ris", lambda n: "TY - BOOK\n" + "AU: A\n" * n),
    "RIS types unknown": _library("ris", lambda n: "TY  - BOKK\nTI  - T\nER  - \n" * n),
    "JSON arrays, nested": _library("json", lambda n: "[" * n),
    "JSON objects, nested": _library("json", lambda n: '{"a":' * n),
    "JSON entries": _library(
        "json",
        lambda n: "[" + ",".join(f'{{"id":"k{at}","type":"book","title":"T"}}' for at in range(n)) + "]",
    ),
    "JSON entries without keys": _library("json", lambda n: "[" + ",".join(["{}"] * n) + "]"),
    "JSON entries, broken": _library(
        "json", lambda n: "[" + '{"id":"k","type":"book","title":"T"} ' * n + "]"
    ),
    "JSON texts": _library("json", lambda n: "[" + ",".join(['"a"'] * n) + "]"),
    "JSON names": _library(
        "json",
        lambda n: (
            '[{"id":"k","type":"book","title":"T","author":[' + ",".join(['{"family":"A"}'] * n) + "]}]"
        ),
    ),
    "JSON keys unknown": _library(
        "json",
        lambda n: '[{"id":"k","type":"book","title":"T"' + _lines(n, ',"publishr{0}":"x"') + "}]",
    ),
    "JSON titles with markup": _library(
        "json",
        lambda n: '[{"id":"k","type":"book","title":"' + "<i>" * n + '"}]',
    ),
    "JSON titles with tags": _library(
        "json",
        lambda n: '[{"id":"k","type":"book","title":"' + "<i>a</i> <" * n + '"}]',
    ),
    "JSON DOI": _library(
        "json",
        lambda n: '[{"id":"k","type":"book","title":"T","DOI":"' + "10.1/" * n + '"}]',
    ),
    "library in YAML": _library("yaml", lambda n: _lines(n, "- id: k{0}\n  type: book\n  title: T\n")),
    "library in YAML, misspelt keys": _library(
        "yaml", lambda n: _lines(n, "- id: k{0}\n  type: book\n  titel: T\n")
    ),
    "library with the same work": _library(
        "yaml", lambda n: _lines(n, "- id: k{0}\n  type: book\n  title: T\n  DOI: 10.1000/a\n")
    ),
}

PATTERNS: dict[str, Make] = {**INLINE, **BLOCK, **OURS, **FRONT_MATTER, **LIBRARIES}


def files_of(name: str, size: int) -> Files:
    """Give the content files of a pattern at that size, the settings with them."""
    return {"site.yaml": SETTINGS} | PATTERNS[name](size)
