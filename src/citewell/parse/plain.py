"""Markdown in its plainest style, taken as it stands: paragraphs, lists of one-line items, tables, headings of mere words.

Most of an article is that. What is written otherwise is left to the rules of markdown-it, block by block, and so is every text
that holds more than words, strong words, code, citations and links to a page nearby.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from string import ascii_letters, digits

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock

from citewell.parse.signs import QuickToken, block_signs_of, core_signs_of, inline_signs_of, signs_of

Part = re.Match[str]
"""A part of a plain text that is more than words: its `lastgroup` names its kind."""

Parts = Callable[[str], list[Part] | None]
"""A text -> its parts in order, or None where it is not plain."""

_MOST = 1000  # parts: `smartquotes` leaves a text of so many quotes alone
_HARMLESS = bytes([*f" .,-:;/%{ascii_letters}{digits}".encode(), *range(0x80, 0x100)])
_ITEM = re.compile(r"([-*+]|([0-9]{1,9})[.)]) (?=\S)")
_HEADING = re.compile(r"(#{1,6}) (\S[^\n]*)")
_SIDES = re.compile(r"\|(?: *:?-+:? *\|)+$", re.MULTILINE)
_SIDE_OF = re.compile(r"(:?)-+(:?)")
_SIDE = {("", ""): "", (":", ""): "left", ("", ":"): "right", (":", ":"): "center"}


class Plain(QuickToken):
    """A whole block in its plainest style: its texts, each with the line on which it begins and its parts."""

    __slots__ = ("texts",)

    def __init__(self, kind: str, tag: str, level: int, texts: list[tuple[int, str, list[Part]]]) -> None:
        super().__init__(kind, tag, 0, level, block=True)
        self.texts = texts


@cache
def parts_of(md: MarkdownIt) -> Parts:
    """Make the function that finds the parts of a plain text.

    Each begins with a sign at which the parser stops too, and whatever stands between them holds no sign: so both read the same.
    """
    signs = re.escape(f"{inline_signs_of(md)}]")
    words = rf"[^\s{signs}](?:[^{signs}]*[^\s{signs}])?"
    pattern = re.compile(
        # Two stars that can only begin emphasis, mere words and two that can only end it.
        rf"\*\*(?<![^ \n]\*\*)(?P<strong>{words})\*\*(?:(?![^ \n])|(?<=[^\W_]\*\*)(?=[.,;:]))"
        r"|`(?P<code>[^`\s](?:[^`\n]*[^`\s])?)`(?!`)"
        rf"|\[(?:(?P<cite>@[^\[\]\n]*)\](?!\()"
        rf"|(?P<label>{words})\]\((?P<target>[A-Za-z0-9_-][A-Za-z0-9_./-]*(?:#[A-Za-z0-9_-]+)?)\))"
        r"|'(?<=[^\W_]')(?=[^\W_])(?P<apostrophe>)"
        r"|\n(?<! \n)(?![ \t])(?P<break>)"
        rf"|{signs_of(md).pattern}|\]|@"  # in no group: the text is not plain
    )
    changed = re.compile(core_signs_of(md))

    def parts(text: str) -> list[Part] | None:
        if is_mere(text):
            return []
        found = list(pattern.finditer(text))
        for part in found:
            kind = part.lastgroup
            if kind is None or ((words := part["strong"] or part["label"]) and changed.search(words)):
                return None
        return found if len(found) < _MOST else None

    return parts


def is_mere(text: str) -> bool:
    """Tell whether it is plain at a glance that a text is nothing but words; most are."""
    others = text.encode(errors="replace").translate(None, _HARMLESS)
    return not others and ".." not in text and "--" not in text and ",," not in text


def plainly(md: MarkdownIt) -> MarkdownIt:
    """Let a parser give a block in its plainest style as one `Plain` token."""
    md.block.ruler.before("mere_paragraph", "plain", _Rule(parts_of(md), re.compile(block_signs_of(md))))
    return md


class _Rule:
    """The rule that is asked first."""

    def __init__(self, parts_of: Parts, begins: re.Pattern[str]) -> None:
        self._parts_of = parts_of
        self._begins = begins  # another block than a paragraph

    def __call__(self, state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG002, FBT001  # as markdown-it calls it
        """Read blocks as far as they are plain, where their tokens are not looked at one by one."""
        if state.level != _OUTERMOST.get(state.parentType):
            return False
        line = start
        while line < end and self._block(state, line):
            line = state.skipEmptyLines(state.line)
        return line > start

    def _block(self, state: StateBlock, start: int) -> bool:
        if state.sCount[start]:
            return False
        first = state.bMarks[start] + state.tShift[start]
        if not self._begins.match(state.src, first):
            return self._paragraph(state, start) or self._table(state, start)
        if state.level:
            return False
        return (self._heading if state.src[first] == "#" else self._list)(state, start)

    def _paragraph(self, state: StateBlock, start: int) -> bool:
        source, marks, shifts, ends = state.src, state.bMarks, state.tShift, state.eMarks
        lines = [source[marks[start] + shifts[start] : ends[start]]]
        line = start + 1
        while line < state.lineMax and (first := marks[line] + shifts[line]) < ends[line]:
            if state.sCount[line] or self._begins.match(source, first):
                return False
            lines.append(source[first : ends[line]])
            line += 1
        below = line + 1  # the meaning of a term may stand there
        if below < state.lineMax and source.startswith((":", "~"), marks[below] + shifts[below]):
            return False
        text = mdTrim("\n".join(lines))
        may_be_block = text.startswith(":") or "\n:" in text
        parts = None if may_be_block else self._parts_of(text)
        if parts is None:
            return False
        state.line = line
        state.tokens.append(Plain("plain_paragraph", "p", state.level, [(start, text, parts)]))
        return True

    def _table(self, state: StateBlock, start: int) -> bool:
        """Read a table whose every row has a sign on both sides and as many cells as its head."""
        source, marks, ends = state.src, state.bMarks, state.eMarks
        below = start + 1
        if state.level or below >= state.lineMax or not _SIDES.match(source, marks[below], ends[below]):
            return False
        sides = [_SIDE[side] for side in _SIDE_OF.findall(source, marks[below], ends[below])]
        texts: list[tuple[int, str, list[Part]]] = []
        line = start
        while line < state.lineMax and not state.isEmpty(line):
            row = source[marks[line] : ends[line]]
            cells = [mdTrim(cell) for cell in row.split("|")]
            if row[0] != "|" or cells.pop(0) or cells.pop() or "\\" in row or len(cells) != len(sides):
                return False
            for cell in cells:
                if (parts := self._parts_of(cell)) is None:
                    return False
                texts.append((line, cell, parts))
            line += 1 if line > start else 2
        state.line = line
        table = Plain("plain_table", "table", state.level, texts)
        table.meta["sides"] = sides
        state.tokens.append(table)
        return True

    def _heading(self, state: StateBlock, start: int) -> bool:
        match = _HEADING.match(state.src, state.bMarks[start])
        if not match or not state.isEmpty(start + 1):  # the line below could make it the head of a table
            return False
        text = mdTrim(match[2])
        parts = None if text[-1] in "#}" else self._parts_of(text)
        if parts is None or any(part.lastgroup != "apostrophe" for part in parts):
            return False
        state.line = start + 1
        state.tokens.append(Plain("plain_heading", f"h{len(match[1])}", state.level, [(start, text, parts)]))
        return True

    def _list(self, state: StateBlock, start: int) -> bool:
        first = _ITEM.match(state.src, state.bMarks[start], state.eMarks[start])
        texts = list(self._items(state, start, first[1][-1])) if first else []
        if not first or not texts:
            return False
        number, sign = first[2], first[1][-1]
        line = start + len(texts)
        below = state.skipEmptyLines(line)
        if below < state.lineMax:
            begins = state.src[state.bMarks[below]]
            # What stands there may belong to the last item, or be another one.
            if below == line or state.sCount[below] or (begins.isdigit() if number else begins == sign):
                return False
        state.line = below
        token = Plain("plain_list", "ol" if number else "ul", state.level, texts)
        if number and int(number) != 1:
            token.attrs["start"] = int(number)
        state.tokens.append(token)
        return True

    def _items(self, state: StateBlock, line: int, sign: str) -> Iterator[tuple[int, str, list[Part]]]:
        """Give the items that stand one below the other, as far as they are plain."""
        source, marks, ends = state.src, state.bMarks, state.eMarks
        while line < state.lineMax and (item := _ITEM.match(source, marks[line], ends[line])):
            text = mdTrim(source[item.end() : ends[line]])
            parts = None if self._begins.match(text) else self._parts_of(text)
            if parts is None or item[1][-1] != sign:
                return
            yield line, text, parts
            line += 1


_OUTERMOST = {"root": 0, "blockquote": 1}
"""What holds a block -> how many it then stands in."""
