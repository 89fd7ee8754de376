"""Rules of Markdown asked only where they can apply.

The stock parser asks all its rules at every sign of punctuation and at every line, though each begins with signs of its own.
Most paragraphs hold none, and most texts are nothing but words.
"""

import re
from functools import cache
from itertools import accumulate
from operator import add
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock, heading, list_block
from markdown_it.rules_core import StateCore, block, normalize, text_join
from markdown_it.rules_core.replacements import RARE_RE
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token
from markdown_it.utils import EnvType

# What rules begin with or react to, by their names: a rule that is not named here cannot be used.
_INLINE = {
    "text": "",
    "newline": "\n",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "citation": "[",
    "span": "[",
    "link": "[",
    "image": "!",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
}
_FOLLOWED = {"!": r"(?=\[)", "^": r"(?=\[)", "&": "(?=[#A-Za-z])"}
_CLOSES = "]"  # begins nothing, but a text ends there: `label_end` looks for it
_CORE = {  # each alternative begins with a sign of its own: so `re` leaps over all others, and is ten times as fast
    "normalize": "\r|\0",
    "replacements": rf"{RARE_RE.pattern}|\((?i:c|tm|r)\)",
    "smartquotes": "'|\"",
    "task_lists": r"\[",
    **dict.fromkeys(("block", "inline", "heading_attributes", "footnote_tail", "hosts", "text_join"), ""),
}
_BLOCKS = {  # how their lines begin
    "table": r"[-:|][-:| \t]*$",  # the line below its head
    "code": "",  # is indented
    "directive": ":::",
    "fence": "```|~~~",
    "blockquote": ">",
    "hr": r"[-*_][-*_ \t]*$",
    "list": r"(?:[-*+]|[0-9]+[.)])(?:[ \t]|$)",
    "footnote_def": r"\[",
    "reference": r"\[",
    "html_block": "<",
    "heading": "#",
    "lheading": r"[-=]+[ \t]*$",  # the line below
    "deflist": r"[:~][ \t]",  # the line below, or the next but one
    "paragraph": "",
    "mere_paragraph": "",
}


def by_sign(md: MarkdownIt) -> MarkdownIt:
    """Let a parser whose rules are chosen ask them only where they can apply; what it reads stays the same.

    Raises KeyError for a rule whose signs are not known here.
    """
    md.inline.ruler.at(
        "emphasis", _strong(_CLOSES + "".join(_INLINE[name] for name in md.inline.ruler.get_active_rules()))
    )
    begun: dict[str, list[Any]] = {_CLOSES: []}
    for name, rule in zip(md.inline.ruler.get_active_rules(), md.inline.ruler.getRules(""), strict=True):
        for sign in _INLINE[name]:
            begun.setdefault(sign, []).append(rule)
    pattern = re.compile("|".join(map(_followed, begun)))
    md.inline.ruler.at("text", _text(begun, pattern))
    md.core.ruler.at("normalize", _normalize)
    md.core.ruler.at("block", _block)
    md.core.ruler.at("inline", _inline(pattern))
    md.core.ruler.at("text_join", _text_join)
    begin = re.compile(block_signs_of(md))
    mere = _mere_paragraph(begin, headings="heading" in md.block.ruler.get_active_rules())
    md.block.ruler.before("table", "mere_paragraph", mere)
    return md


def block_signs_of(md: MarkdownIt) -> str:
    """Give the pattern of what the lines of blocks begin with."""
    rules = (_BLOCKS[name] for name in md.block.ruler.get_active_rules())
    return f"(?m:{'|'.join(filter(None, rules))})"


@cache
def signs_of(md: MarkdownIt) -> re.Pattern[str]:
    """Give the pattern of what the rules for inline text react to: where it finds nothing, a text is shown as it is."""
    inline = map(_followed, inline_signs_of(md))
    return re.compile("|".join([*inline, core_signs_of(md)]))


def inline_signs_of(md: MarkdownIt) -> str:
    """Give the signs that the rules for inline text begin with."""
    return "".join(_INLINE[name] for name in md.inline.ruler.get_active_rules())


def core_signs_of(md: MarkdownIt) -> str:
    """Give the pattern of what is changed in a text as a whole."""
    return "|".join(filter(None, (_CORE[name] for name in md.core.ruler.get_active_rules())))


def _followed(sign: str) -> str:
    return re.escape(sign) + _FOLLOWED.get(sign, "")


def _text(begun: dict[str, list[Any]], pattern: re.Pattern[str]) -> Any:
    """Make the rule that is asked first, and that knows what each of the others begins with, so that they are not asked."""

    def rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # as markdown-it calls it
        start = state.pos
        rules = begun.get(state.src[start])
        if rules is None:
            found = pattern.search(state.src, start, state.posMax)
            state.pos = found.start() if found else state.posMax
        else:
            for begins in rules:
                if begins(state, silent):
                    return True
            state.pos += 1  # and no further: `label_end` takes a bracket that goes on for a link
        if not silent:
            state.append_pending(state.src[start : state.pos])
        return True

    return rule


def _normalize(state: StateCore) -> None:
    """Set plain line ends where there are others: the stock rule sets each of them anew."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


class QuickToken(Token):
    """A token that is made in half the time: all fields of most have their default."""

    __slots__ = ()

    def __init__(  # noqa: PLR0913 -- the fields of `Token`
        self,
        type: str,  # noqa: A002 -- the same
        tag: str = "",
        nesting: Literal[-1, 0, 1] = 0,
        level: int = 0,
        content: str = "",
        *,
        block: bool = False,
    ) -> None:
        self.type, self.tag, self.nesting, self.level, self.block = type, tag, nesting, level, block
        self.attrs, self.map, self.children, self.meta = {}, None, None, {}
        self.content, self.markup, self.info = content, "", ""
        self.hidden = False


class _Blocks(StateBlock):
    """The state in which blocks are read, with quicker tokens."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        lines = src.split("\n")
        if not lines[-1].strip(" \t"):
            lines.pop()
        blanks = [line[: len(line) - len(line.lstrip(" \t"))] if line[:1] in " \t" else "" for line in lines]
        self.lineMax = len(lines)
        self.bMarks = [0, *accumulate([len(line) + 1 for line in lines])]
        self.eMarks = [*map(add, self.bMarks, map(len, lines)), len(src)]
        self.bMarks[-1] = len(src)
        self.tShift = [*map(len, blanks), 0]
        self.sCount = [*(len(its.expandtabs(4)) for its in blanks), 0] if "\t" in src else [*self.tShift]
        self.bsCount = [0] * len(self.bMarks)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        self.level -= nesting < 0
        token = QuickToken(ttype, tag, nesting, self.level, block=True)
        self.level += nesting > 0
        self.tokens.append(token)
        return token


class _Inlines(StateInline):
    """The state in which the text of a paragraph is read, with quicker tokens."""

    def pushPending(self) -> Token:  # noqa: N802 -- as markdown-it calls it
        token = QuickToken("text", level=self.pendingLevel, content=self.pending)
        self.tokens.append(token)
        self.pending = ""
        return token


def _block(state: StateCore) -> None:
    """Read the blocks of a text, as the stock rule does."""
    if state.inlineMode or not state.src:
        block(state)
    else:
        blocks = _Blocks(state.src, state.md, state.env, state.tokens)
        state.md.block.tokenize(blocks, blocks.line, blocks.lineMax)


def _inline(pattern: re.Pattern[str]) -> Any:
    """Make the rule that sends a text to the inline parser, where there is anything for it to do."""

    def inline(state: StateCore) -> None:
        after = state.md.inline.ruler2.getRules("")
        for token in state.tokens:
            if token.type == "inline":
                if pattern.search(token.content):
                    inlines = _Inlines(token.content, state.md, state.env, [])
                    state.md.inline.tokenize(inlines)
                    for rule in after:
                        rule(inlines)
                    token.children = inlines.tokens
                else:
                    token.children = [QuickToken("text", content=token.content)] if token.content else []

    return inline


def _text_join(state: StateCore) -> None:
    """Join what stands beside other text: most paragraphs are one text."""
    mixed = [token for token in state.tokens if token.children and not _is_text(token.children)]
    text_join(StateCore(state.src, state.md, state.env, mixed))


def _is_text(children: list[Token]) -> bool:
    return len(children) == 1 and children[0].type == "text"


def _strong(signs: str) -> Any:
    """Make the rule of emphasis, which reads the plainest kind by itself.

    Two stars that can only begin it, mere words and two that can only end it belong together, whatever stands around them.
    """
    words = rf"[^\W_](?:[^{re.escape(signs)}]*[^\s{re.escape(signs)}])?"
    plain = re.compile(rf"(?<![^ \n])\*\*({words})\*\*(?:(?![^ \n])|(?<=[^\W_]\*\*)(?=[.,;:]))")

    def rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # as markdown-it calls it
        found = None if silent else plain.match(state.src, state.pos, state.posMax)
        if found is None:
            return bool(emphasis.tokenize(state, silent))
        state.push("strong_open", "strong", 1).markup = "**"
        state.push("text", "", 0).content = found[1]
        state.push("strong_close", "strong", -1).markup = "**"
        state.pos = found.end()
        return True

    return rule


def _mere_paragraph(begins_block: re.Pattern[str], *, headings: bool) -> Any:
    """Make the rule of a paragraph in which no line can be anything else, or make another thing of the line above it.

    Where there are headings it also reads one of one line, which would come after ten other rules.
    """

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  # the same
        if state.is_code_block(start):
            return False
        source, begins, indents, ends = state.src, state.bMarks, state.tShift, state.eMarks
        is_heading = headings and source.startswith("#", begins[start] + indents[start])
        if is_heading and state.isEmpty(start + 1):  # no head of a table
            return heading(state, start, end, silent)
        line = start
        while line < state.lineMax and (first := begins[line] + indents[line]) < ends[line]:
            if begins_block.match(source, first):
                if line > start and _is_next_item(state, line, end):
                    break
                return False
            line += 1
        below = line + 1  # the meaning of a term may stand there
        if below < state.lineMax and source.startswith((":", "~"), begins[below] + indents[below]):
            return False
        state.line = line
        state.push("paragraph_open", "p", 1).map = [start, line]
        inline = state.push("inline", "", 0)
        inline.content = mdTrim(
            source[begins[start] + indents[start] : ends[start]]
            if line == start + 1
            else state.getLines(start, line, state.blkIndent, keepLastLF=False)
        )
        inline.map, inline.children = [start, line], []
        state.push("paragraph_close", "p", -1)
        return True

    return rule


def _is_next_item(state: StateBlock, line: int, end: int) -> bool:
    """Tell whether a line begins the next item of the list in which a paragraph stands."""
    return 0 <= state.sCount[line] < state.blkIndent and list_block(state, line, end, silent=True)
