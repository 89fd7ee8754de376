"""Tokens to HTML: markdown-it's renderer, code in colour, and the raw HTML that a site allows."""

import re
from functools import cache
from typing import Any

from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from citewell.parse.colours import coloured
from citewell.parse.syntax import markdown

_LABEL = Markup('<p class="strand-label">{}{}</p>\n')
_LETTER = Markup('<span class="strand-letter">{}</span> ')
_LINK = Markup("<a{} {}>")
_TITLE = Markup(' title="{}"')
_UNTITLED = str(_LINK.format("", "\0"))
_TAG = Markup("<{}{}>")
_ATTRIBUTE = Markup('<{} {}="{}">')
_CELL = Markup('<{} class="align-{}">')
_CODE = Markup("<pre{}><code{}>{}</code></pre>\n")
_COLOURED = Markup(' class="highlight"')
_LANGUAGE = Markup(' class="language-{}"')
_WAY_BACK = Markup(' <a href="#fnref{}{}" class="footnote-backref" aria-label="Back to the text">↩</a>')

TABLE = '<table tabindex="0">\n'
"""The keyboard reaches a table, which scrolls by itself where it is wider than the window."""

MARK = re.compile("\0(\\d+)\0")  # stands for a piece; markdown-it has replaced every NUL of the text


def to_html(tokens: list[Token]) -> str:
    """Render tokens; those of type `mark` give their content as it is."""
    return str(_RENDERER.render(tokens, markdown().options, {}))


def inline_to_html(tokens: list[Token]) -> str:
    """Render the tokens of one paragraph."""
    return str(_RENDERER.renderInline(tokens, markdown().options, {}))


def label_markup(label: str, letter: str) -> str:
    """Give the label above a heading, with its letter where it has one."""
    return str(_LABEL.format(_LETTER.format(letter) if letter else "", label))


def link_opening(hole: str, title: str) -> str:
    """Give the tag that opens a link; what fills the hole is the link's address."""
    return str(_LINK.format(_TITLE.format(title), hole)) if title else _UNTITLED.replace("\0", hole)


@cache  # a page has few kinds of tags, and many of each
def bare_tag(name: str, *, ends: bool) -> str:
    """Give a tag without attributes."""
    return str(_TAG.format("/" if ends else "", name))


def tag_with(name: str, attribute: str, value: str) -> str:
    """Give a tag with one attribute."""
    before, behind = _around_value(name, attribute)
    return f"{before}{escapeHtml(value)}{behind}"


@cache
def _around_value(name: str, attribute: str) -> list[str]:
    return str(_ATTRIBUTE.format(name, attribute, "\0")).split("\0")


@cache
def cell_tag(name: str, side: str) -> str:
    """Give the tag of a cell. It is aligned by a class: the site's pages have no inline styles."""
    return str(_CELL.format(name, side)) if side else bare_tag(name, ends=False)


def sanitised(html: str, allowed: frozenset[str]) -> str:
    """Keep our own markup and the raw elements that the site allows, balanced and without attributes."""
    import nh3

    ours = {
        "id",
        "class",
        "title",
        "start",
        "align",
        "href",
        "type",
        "checked",
        "disabled",
        "aria-label",
        "role",
        "tabindex",
    }
    # A mark among the attributes of a link survives as an address, one in the text between signs that nobody uses.
    sign = next(sign for sign in map(chr, range(0xE000, 0xF900)) if sign not in html)
    linked = re.sub('(<a (?:title="[^"]*" )?)\0(\\d+)\0>', f'\\1href="#{sign}\\2{sign}">', html)
    marked = MARK.sub(f"{sign}\\1{sign}", linked)
    tags = {*nh3.ALLOWED_TAGS, *allowed, "input", "dl", "dt", "dd"} - {"script", "style"}
    cleaned = nh3.clean(marked, tags=tags, attributes={"*": ours}, link_rel=None, strip_comments=True)
    unlinked = re.sub(f'href="#({sign}\\d+{sign})"', "\\1", cleaned)
    return re.sub(f"{sign}(\\d+){sign}", "\0\\1\0", unlinked)


class _Renderer(RendererHTML):
    """markdown-it's own renderer, with our marks and an accessible way back from a footnote."""

    def renderInline(self, tokens: Any, options: Any, env: Any) -> str:  # noqa: N802 -- as markdown-it calls it
        """Give the markup of a paragraph; that of most is one mark."""
        if len(tokens) == 1 and tokens[0].type == "mark":
            return str(tokens[0].content)
        return super().renderInline(tokens, options, env)

    def renderToken(self, tokens: Any, idx: int, options: Any, env: Any) -> str:  # noqa: N802 -- the same
        """Give a tag; one that is mere tag without looking around."""
        token = tokens[idx]
        if not token.attrs and not token.hidden:
            if token.nesting < 0:
                return bare_tag(token.tag, ends=True) + ("\n" if token.block else "")
            if token.nesting > 0 and not token.block:
                return bare_tag(token.tag, ends=False)
        return super().renderToken(tokens, idx, options, env)

    def mark(self, tokens: list[Token], idx: int, _options: Any, _env: Any) -> str:
        return tokens[idx].content

    def paragraph_open(self, tokens: Any, idx: int, options: Any, env: Any) -> str:
        """Give the tag that a page has most of; what makes it another one is rare."""
        token = tokens[idx]
        if (
            token.hidden
            or token.attrs
            or (idx and tokens[idx - 1].hidden)
            or tokens[idx + 1].type != "inline"
        ):
            return self.renderToken(tokens, idx, options, env)
        return "<p>"

    def paragraph_close(self, tokens: Any, idx: int, _options: Any, _env: Any) -> str:
        return "" if tokens[idx].hidden else "</p>\n"

    def table_open(self, *_: Any) -> str:
        return TABLE

    def th_open(self, tokens: Any, idx: int, _options: Any, _env: Any) -> str:
        token = tokens[idx]
        return cell_tag(token.tag, str(token.attrs.get("style", "")).removeprefix("text-align:"))

    td_open = th_open

    def fence(self, tokens: Any, idx: int, _options: Any, _env: Any) -> str:
        token = tokens[idx]
        return _highlighted(token.content, next(iter(unescapeAll(token.info).split()), ""))


def _highlighted(code: str, language: str) -> str:
    """Give a code block, coloured where its language is known."""
    colours = coloured(code, language) if language else None
    if colours is None:
        return str(_CODE.format("", _LANGUAGE.format(language) if language else "", code))
    # Markup that is put together with a plain string would escape it, and the renderer does so: it gets plain strings.
    return str(_CODE.format(_COLOURED, _LANGUAGE.format(language), Markup(colours)))  # noqa: S704 -- Pygments escapes


_RENDERER = _Renderer()
_STOCK: Any = markdown().renderer
_RULES: dict[str, Any] = _RENDERER.rules
_RULES |= {name: rule for name, rule in _STOCK.rules.items() if name.startswith("footnote")}
_RULES["footnote_block_open"] = lambda *_: (
    '<div class="footnotes" role="doc-endnotes" aria-label="Notes">\n<ol class="footnotes-list">\n'
)
_RULES["footnote_block_close"] = lambda *_: "</ol>\n</div>\n"
_RULES["footnote_anchor"] = lambda tokens, idx, _options, _env: str(
    _WAY_BACK.format(
        tokens[idx].meta["id"] + 1, f":{tokens[idx].meta['subId']}" if tokens[idx].meta["subId"] else ""
    )
)
