"""Citation marks: the sources inside `[@a; @b, p. 12]`, and text that may have been meant as such a mark."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from citewell.core.diagnostic import Edit, Span, edit
from citewell.core.model import CiteItem, Unmarked
from citewell.parse.collector import Collector

Place = Callable[[int, int], Span]
"""(offset in the paragraph, length) -> span."""

HOW = "write `[@key]`, `[@one; @other]` or `[@key, p. 12]`"
_KEY = r"[^\s\[\]@;,()]+"
_APART = re.compile(r";|,(?=\s*@)")
_ITEM = re.compile(r"(@?)([^\s\[\]@;,]+)(?:(\s*,)(.*)|\s+(\S.*))?", re.DOTALL)
_ONE = re.compile(r"@[^\s\[\]@;,]+")
_SIGNED = re.compile(rf"(?<![^\s(\[;,])@({_KEY})")
_UNMARKED = re.compile(
    rf"\((?P<round>@{_KEY}(?:[;,]\s*@{_KEY})*)\)"
    rf"|(?<!!)\[(?P<square>{_KEY}(?:[;,]\s*{_KEY})*)\](?![(\[{{:])"
    rf"|(?<![\w@./+\-\\:=\[])@(?P<bare>{_KEY})"
)


@dataclass(frozen=True)
class CiteReader:
    """Reads one mark, and tells what is no citation in it."""

    content: str
    at: int
    place: Place
    page: Collector

    def items(self) -> Iterator[CiteItem]:
        """Give the sources between the brackets."""
        if _ONE.fullmatch(self.content):  # as most are
            yield CiteItem(self.content[1:], "", self._span(0, len(self.content)), None, signed=True)
            return
        start, former = 0, ""
        signs = ((match.start(), match[0]) for match in _APART.finditer(self.content))
        for end, sign in [*signs, (len(self.content), "")]:
            text = self.content[start:end].strip()
            if former == ",":
                self._tell_comma(text, start - 1)
            if text:
                yield from self._item(text, self.content.index(text, start))
            start, former = end + 1, sign

    def _span(self, start: int, length: int) -> Span:
        return self.place(self.at + start, length)

    def _tell(self, span: Span, message: str, mend: str, edit: Edit | None = None) -> None:
        self.page.tell("citations/unreadable", span, message, mend, edit=edit)

    def _item(self, text: str, start: int) -> Iterator[CiteItem]:
        match = _ITEM.fullmatch(text)
        if match is None or (match[5] and not match[1]):
            span = self._span(start, len(text))
            self._tell(span, f"`{text}` is not a citation", HOW)
            self.page.unmarked.append(Unmarked(signed_keys(text), span))
            return
        sign, key, comma, locator, rest = match.groups()
        span = self._span(start, len(sign + key))
        if rest:
            self._tell_unparted(key, rest, span, start + match.start(5))
        behind = len(text) - match.start(3)
        apart = self._span(start + match.start(3), behind) if comma else None
        yield CiteItem(
            key,
            " ".join((locator or "").split()),
            span,
            apart if apart and apart.length == behind else None,
            signed=bool(sign),
        )

    def _tell_unparted(self, key: str, rest: str, span: Span, start: int) -> None:
        """Tell `[@a p. 12]` and `[@a @b]`."""
        shown, others = " ".join(rest.split()), signed_keys(rest)
        mark = "; ".join(f"@{name}" for name in (key, *others))
        is_plain = rest.startswith("@") or (not others and re.search(r"\d", rest))
        exact = is_plain and span.length == len(key) + 1
        self._tell(
            self._span(start, len(rest)),
            f"`{shown}` stands behind `@{key}` without a sign between them",
            f"write a semicolon between sources: `[{mark}]`" if others else f"put a comma before `{shown}`",
            edit(span if exact else None, f"@{key};" if others else f"@{key},"),
        )
        self.page.unmarked.append(Unmarked(others, span))

    def _tell_comma(self, text: str, start: int) -> None:
        comma, name = self._span(start, 1), text.split(",", maxsplit=1)[0]
        self._tell(
            comma,
            f"`, {name}` is read as a place in the source before it, and readers would see its signs",
            f"write a semicolon between sources: `; {name}`",
            Edit(comma, ";"),
        )


def signed_keys(text: str) -> tuple[str, ...]:
    """Give the keys that stand behind an `@` in a text."""
    return tuple(_SIGNED.findall(text))


def unmarked(text: str) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Find what is a citation if its keys are those of sources: `(@a)`, `[a]`, `[a; b]` and a bare `@a`; with its offset."""
    for match in _UNMARKED.finditer(text):
        words = match[str(match.lastgroup)]
        signs = match[0]
        if match.lastgroup == "bare":
            words = words.rstrip(".:!?*_'\"\u2019\u201d\u2026")
            signs = f"@{words}"
        keys = tuple(key.removeprefix("@") for key in re.split(r"[;,]\s*", words))
        if all(re.search(r"[^\W\d_]", key) for key in keys):  # a mere number is a number
            yield signs, keys, match.start()
