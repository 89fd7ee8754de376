"""Tokens to HTML: markdown-it's renderer, code in colour, and the raw HTML that a site allows."""

import re
from typing import Any

from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import escape

from citewell.parse.syntax import markdown

MARK = re.compile("\0(\\d+)\0")  # stands for a piece; markdown-it has replaced every NUL of the text


def to_html(tokens: list[Token]) -> str:
    """Render tokens; those of type `mark` give their content as it is."""
    return str(_RENDERER.render(tokens, markdown().options, {}))


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
    # A mark among the attributes of a link survives as an address, one in the text as signs of private use. Where
    # the text has such a sign of its own, it is kept apart from them.
    apart = html.replace("\ue000", "\ue000e\ue001")
    linked = re.sub('(<a (?:title="[^"]*" )?)\0(\\d+)\0>', '\\1href="#\ue000\\2\ue001">', apart)
    marked = MARK.sub("\ue000\\1\ue001", linked)
    tags = {*nh3.ALLOWED_TAGS, *allowed, "input", "dl", "dt", "dd"} - {"script", "style"}
    cleaned = nh3.clean(marked, tags=tags, attributes={"*": ours}, link_rel=None, strip_comments=True)
    unlinked = re.sub('href="#(\ue000\\d+\ue001)"', "\\1", cleaned)
    return re.sub("\ue000(\\d+)\ue001", "\0\\1\0", unlinked).replace("\ue000e\ue001", "\ue000")


class _Renderer(RendererHTML):
    """markdown-it's own renderer, with our marks and an accessible way back from a footnote."""

    def mark(self, tokens: list[Token], idx: int, _options: Any, _env: Any) -> str:
        return tokens[idx].content

    def table_open(self, *_: Any) -> str:
        """Let the keyboard reach a table, which scrolls by itself where it is wider than the window."""
        return '<table tabindex="0">\n'

    def th_open(self, tokens: Any, idx: int, _options: Any, _env: Any) -> str:
        """Align a cell by a class: the site's pages have no inline styles."""
        token = tokens[idx]
        side = str(token.attrs.get("style", "")).removeprefix("text-align:")
        return f'<{token.tag} class="align-{side}">' if side else f"<{token.tag}>"

    td_open = th_open

    def fence(self, tokens: Any, idx: int, _options: Any, _env: Any) -> str:
        token = tokens[idx]
        return _highlighted(token.content, next(iter(unescapeAll(token.info).split()), ""))


def _highlighted(code: str, language: str) -> str:
    """Give a code block, coloured by Pygments where it knows the language. Classes only: no inline styles."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language) if language else None
    except ClassNotFound:
        lexer = None
    if lexer is None:
        known = f' class="language-{escape(language)}"' if language else ""
        return f"<pre><code{known}>{escape(code)}</code></pre>\n"
    inner = highlight(code, lexer, HtmlFormatter(nowrap=True))
    return f'<pre class="highlight"><code class="language-{escape(language)}">{inner}</code></pre>\n'


_RENDERER = _Renderer()
_STOCK: Any = markdown().renderer
_RULES: dict[str, Any] = _RENDERER.rules
_RULES |= {name: rule for name, rule in _STOCK.rules.items() if name.startswith("footnote")}
_RULES["footnote_block_open"] = lambda *_: (
    '<div class="footnotes" role="doc-endnotes" aria-label="Notes">\n<ol class="footnotes-list">\n'
)
_RULES["footnote_block_close"] = lambda *_: "</ol>\n</div>\n"
_RULES["footnote_anchor"] = lambda tokens, idx, _options, _env: (
    f' <a href="#fnref{tokens[idx].meta["id"] + 1}'
    f'{":" + str(tokens[idx].meta["subId"]) if tokens[idx].meta["subId"] else ""}"'
    ' class="footnote-backref" aria-label="Back to the text">↩</a>'
)
