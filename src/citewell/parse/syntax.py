"""The editors' Markdown: CommonMark with what the reference calls plus, as rules of markdown-it.

A rule only makes tokens; `prose` gives them their meaning. Each token that stands for a reference or a fault carries
in `meta["at"]` its offset in the text of its paragraph, which markdown-it itself does not keep.
"""

import re
from functools import cache
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_core.smartquotes import process_inlines
from markdown_it.rules_inline import StateInline, autolink, backtick, image, link
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_inline

from citewell.parse.brackets import label_end
from citewell.parse.plain import plainly
from citewell.parse.signs import by_sign

_CITATION = re.compile(r"\[(@[^\[\]\n]*(?:\n[^\[\]\n]+)*)\](?!\()")
_SPAN = re.compile(r"\[([^\[\]]+)\]\{([^{}\n]*)\}")
_DIRECTIVE = re.compile(r"(:{3,}+)[ \t]*+(?:([\w-]++)(.*)|:*+[ \t]*+)$")
_UNENDED = re.compile(r"<!--|<\?|<!\[CDATA\[|<![A-Za-z]+")  # raw HTML that goes on past a blank line
_NOTES = ["footnote_def", "footnote_inline", "footnote_ref", "footnote_tail"]
_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_HEADING_ATTRIBUTES = re.compile(  # from right to left: where the braces open is known only at their end
    r"[ \t]*+\}((?:[^{}\"]|\"[^\"]*+\")*+)\{[ \t]*+"
)


@cache
def markdown(*, notes: bool = True) -> MarkdownIt:
    """Make the parser of the body, or without `notes` that of texts in front matter.

    Several of those stand on one page, and some on other pages too: none could number its footnotes.
    """
    md = all_rules()
    return plainly(by_sign(md if notes else md.disable(_NOTES)))


@cache
def emphasis_only() -> MarkdownIt:
    """Make the parser of titles, deks and questions: emphasis, and smart quotes and dashes."""
    return by_sign(emphasis_rules())


def all_rules() -> MarkdownIt:
    """Make the parser of the body, in which every rule is asked everywhere."""
    # What lies deeper than `maxNesting` is lost without a word: `prose` tells nesting long before that.
    options = {"html": False, "xhtmlOut": False, "typographer": True, "maxNesting": 80}
    md = MarkdownIt("commonmark", options)
    md.enable(["table", "strikethrough", "replacements", "smartquotes"])
    md.use(footnote_plugin).use(deflist_plugin)
    known = {name: getattr(helpers, name) for name in helpers.__all__}
    md.helpers = SimpleNamespace(**known | {"parseLinkLabel": label_end})  # type: ignore[assignment]  # a module there
    md.inline.ruler.at("footnote_inline", _inline_footnote)
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005  # `prose` refuses schemes with a message
    md.core.ruler.at("smartquotes", _smartquotes)
    md.block.ruler.before(
        "fence", "directive", _directive, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.core.ruler.before("inline", "heading_attributes", _heading_attributes)
    md.core.ruler.after("inline", "task_lists", _task_lists)
    md.core.ruler.after("footnote_tail", "hosts", _hosts)
    md.inline.ruler.before("link", "citation", _citation)
    md.inline.ruler.before("link", "span", _span)
    md.inline.ruler.at("backticks", _code)
    md.inline.ruler.at("link", _placed(_labelled(link), "link_open"))
    md.inline.ruler.at("image", _image)
    md.inline.ruler.at("autolink", _placed(autolink, "link_open"))
    md.inline.ruler.at("html_inline", _raw_html)
    return md


def emphasis_rules() -> MarkdownIt:
    """Make the parser of titles, in which every rule is asked everywhere."""
    md = MarkdownIt("zero", {"html": False, "typographer": True})
    md.enable(["emphasis", "strikethrough", "backticks", "escape", "entity", "replacements", "smartquotes"])
    md.core.ruler.at("smartquotes", _smartquotes)
    return md


def _placed(stock: Any, made: str) -> Any:
    """Wrap a stock inline rule so that the token it makes knows where it stands."""

    def rule(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not stock(state, silent):
            return False
        if not silent:
            token = next(token for token in state.tokens[count:] if token.type == made)
            token.meta["at"] = start
            token.meta["length"] = state.pos - start
            token.meta["target"] = _target(state, start)
        return True

    return rule


def _smartquotes(state: StateCore) -> None:
    """Set typographic quotes, but not in a paragraph that is full of them: the stock rule copies its text for each."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            signs = token.content.count("'") + token.content.count('"')
            if 0 < signs <= _MOST_QUOTES:
                process_inlines(token.children, state)


_MOST_QUOTES = 1000


def _labelled(stock: Any) -> Any:
    """Wrap a stock inline rule so that no long text is looked up as the label of a reference.

    CommonMark ends labels at 999 characters; the stock rules copy and compare what is between any two brackets.
    """

    def rule(state: StateInline, silent: bool) -> bool:
        start = state.pos + state.src.startswith("!", state.pos)
        if not state.src.startswith("[", start):
            return False
        end = label_end(state, start, not state.src.startswith("!", state.pos))
        if end < 0:
            return False
        is_full = state.src.startswith("[", end + 1)
        if end - start > _LONGEST_LABEL and not is_full and "references" in state.env:
            here, references = state.pos, state.env.pop("references")
            has_address = stock(state, silent=True)
            state.pos, state.env["references"] = here, references
            if not has_address:
                return False
        return bool(stock(state, silent))

    return rule


_LONGEST_LABEL = 999


def _code(state: StateInline, silent: bool) -> bool:
    """Code between backticks, which knows where it stands."""
    start, count = state.pos, len(state.tokens)
    found = backtick(state, silent)
    if len(state.tokens) > count:
        state.tokens[-1].meta = {"at": start, "length": state.pos - start}
    return found


def _target(state: StateInline, start: int) -> tuple[int, str]:
    """Give where the address of a link or an image stands, and its text as it was typed; "" where it stands elsewhere."""
    source, helpers = state.src, state.md.helpers
    is_image = source.startswith("!", start)
    end = helpers.parseLinkLabel(state, start + is_image, not is_image)
    at = end + 2
    if not (0 <= end < state.pos - 1 and source.startswith("](", end)):
        return 0, ""  # an autolink or a reference
    at += len(source[at : state.pos]) - len(source[at : state.pos].lstrip())
    found = helpers.parseLinkDestination(source, at, state.pos)
    bracket = source.startswith("<", at)
    return (at + bracket, source[at + bracket : found.pos - bracket]) if found.ok else (0, "")


def _image(state: StateInline, silent: bool) -> bool:
    """`![](x.png){alt=""}`: an image that is ornament on purpose."""
    if not _PLACED_IMAGE(state, silent):
        return False
    if state.src.startswith(_ORNAMENT, state.pos):
        state.pos += len(_ORNAMENT)
        if not silent:
            state.tokens[-1].meta["ornament"] = True
    return True


_PLACED_IMAGE = _placed(_labelled(image), "image")
_ORNAMENT = '{alt=""}'


def _citation(state: StateInline, silent: bool) -> bool:
    """`[@key]`, `[@a; @b, p. 12]`."""
    match = _CITATION.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("cite", "", 0)
        token.content = match[1]
        token.meta = {"at": state.pos + 1, "length": len(match[1])}
    state.pos = match.end()
    return True


def _span(state: StateInline, silent: bool) -> bool:
    """`[EV]{.plain}`: a use of a term that is not to be linked."""
    match = _SPAN.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("plain", "", 0)
        token.content = match[1]
        token.meta = {"at": state.pos, "length": len(match[0]), "attributes": match[2]}
    state.pos = match.end()
    return True


def _raw_html(state: StateInline, silent: bool) -> bool:
    """Raw HTML is off: a tag becomes a token of its own, which is told and shown as text."""
    unended = _UNENDED.match(state.src, state.pos, state.posMax)
    # A comment that never ends is not walked through sign by sign, or many of them would take forever.
    sign = _ENDS.get(unended[0], ">") if unended else ""
    ended = (
        state.html_terminator_last(sign) >= state.pos and state.src.find(sign, state.pos, state.posMax) >= 0
    )
    match = (HTML_TAG_RE.match(state.src, state.pos, state.posMax) if ended else None) or unended
    if not match:
        return False
    if not silent:
        token = state.push("raw_html", "", 0)
        token.content = match[0]
        token.meta = {"at": state.pos, "length": len(match[0])}
    state.pos = match.end()
    return True


def _inline_footnote(state: StateInline, silent: bool) -> bool:
    """`^[a note]`; asked first whether it ends, since the stock rule does not know `label_end`."""
    start = state.pos
    if not state.src.startswith("^[", start) or label_end(state, start + 1) < 0:
        return False
    found = footnote_inline(state, silent)
    if found and not silent:
        state.tokens[-1].meta["at"] = start + 2
    return found


def _task_lists(state: StateCore) -> None:
    """`- [ ] to do` and `- [x] done`. The stock plug-in looks for the list anew from each item back to its start."""
    if not _TASK.search(state.src):
        return
    lists: list[Token] = []
    for at, token in enumerate(state.tokens):
        if token.type.endswith("_list_open"):
            lists.append(token)
        elif token.type.endswith("_list_close"):
            lists.pop()
        elif token.type == "inline" and lists and token.children and (mark := _TASK.match(token.content)):
            item, paragraph = state.tokens[at - 2 : at]
            if (item.type, paragraph.type) == ("list_item_open", "paragraph_open"):
                item.attrSet("class", "task-list-item")
                lists[-1].attrSet("class", "contains-task-list")
                box = _TICKED if mark[1].strip() else _BOX
                token.children[0].content = token.children[0].content[3:]
                token.children.insert(0, Token("html_inline", "", 0, content=box))
                token.meta["written"] = token.content  # offsets count from in front of the box
                token.content = token.content[3:]


_TASK = re.compile(r"\[([ xX])]\s")
_BOX = '<input class="task-list-item-checkbox" disabled="disabled" type="checkbox">'
_TICKED = '<input class="task-list-item-checkbox" checked="checked" disabled="disabled" type="checkbox">'


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: name title` … `:::`. A directive inside a directive closes first."""
    if state.is_code_block(start):
        return False
    opening = _DIRECTIVE.match(_line(state, start))
    if not opening or not opening[2]:
        return False
    if silent:
        return True
    depth, line, fence = 1, start, None
    while depth and (line := line + 1) < end:
        text = _line(state, line)
        if state.sCount[line] < state.blkIndent and text:
            break
        marks = re.match(r"(`{3,}|~{3,})", text)
        if marks and (fence is None or (text[0] == fence[0] and len(marks[1]) >= len(fence))):
            fence = None if fence else marks[1]
        inner = _DIRECTIVE.match(text) if fence is None and not state.is_code_block(line) else None
        if inner:
            depth += 1 if inner[2] else -1
    token = state.push("directive_open", "", 1)
    token.block, token.map = True, [start, line]
    token.info = opening[2]
    token.content = opening[3].strip(" \t").rstrip(":").rstrip(" \t")
    token.meta = {"closed": depth == 0}
    former, state.lineMax = state.lineMax, line
    state.md.block.tokenize(state, start + 1, line)
    state.lineMax = former
    token = state.push("directive_close", "", -1)
    token.block = True
    state.line = line + (depth == 0)
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _hosts(state: StateCore) -> None:
    """Tell each inline footnote in which paragraph it stands, and where there: its own text has no line."""
    if "^[" not in state.src:
        return
    holders = [token for token in state.tokens if token.type == "inline"]
    hosts = {
        child.meta["id"]: (holder, child.meta["at"])
        for holder in holders
        for child in holder.children or []
        if child.type == "footnote_ref" and "at" in child.meta
    }
    for note, inline in zip(state.tokens, state.tokens[2:], strict=False):
        if note.type == "footnote_open" and inline.type == "inline" and note.meta["id"] in hosts:
            host, at = hosts[note.meta["id"]]
            inline.meta = {"host": host, "at": at}
            host.meta["holds notes"] = True


def _heading_attributes(state: StateCore) -> None:
    """`## Heading {#id}` and `### Heading {label="…"}`: cut off the braces before the words are read."""
    for heading, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if heading.type == "heading_open" and (match := _HEADING_ATTRIBUTES.match(inline.content[::-1])):
            heading.meta["attributes"] = match[1][::-1]
            heading.meta["at"] = len(inline.content) - match.end(1)
            inline.meta["written"] = inline.content
            inline.content = inline.content[: -match.end()]
