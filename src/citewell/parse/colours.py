"""Code in colour: Pygments, which is asked for the first rule that begins a token rather than for each in turn."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

_Rule = tuple[Any, Any, Any]
"""How Pygments keeps it: the `match` of a pattern, the kind of token, the next state."""

_PAYS = 2000  # tokens, of which each costs a hundredth of a millisecond less, and the pattern some twenty
_REFERS = re.compile(r"\\[1-9]|\(\?P|\(\?\(")  # to a group by its number or its name
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_JOINED = re.UNICODE | re.IGNORECASE | re.MULTILINE | re.DOTALL
_OWN_FLAGS = re.compile(r"\A\(\?[ims]+\)")
_GROUP = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<opens>\((?!\?))", re.DOTALL)


@lru_cache(maxsize=64)  # a page is read again with each of its edits
def coloured(code: str, language: str) -> str | None:
    """Give the markup of code in colours, or None where the language is not known. Classes only: no inline styles."""
    lexer = _lexer(language)
    if lexer is None:
        return None
    from pygments import highlight

    return str(highlight(code, lexer(), _formatter()))


@lru_cache(maxsize=64)  # Pygments looks through all its names
def _lexer(language: str) -> Any:
    """Give the class that reads a language, or None where there is none."""
    from pygments.lexers import find_lexer_class_by_name
    from pygments.util import ClassNotFound

    try:
        return hastened(find_lexer_class_by_name(language))
    except ClassNotFound:
        return None


@cache  # it puts a style sheet together
def _formatter() -> Any:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)


def hastened(lexer: Any) -> Any:
    """Give a lexer that reads the same tokens, and asks its rules together once it has read many of them."""
    from pygments.lexer import RegexLexer

    if getattr(lexer, "get_tokens_unprocessed", None) is not RegexLexer.get_tokens_unprocessed:
        return lexer  # it has a way of its own
    own = type(lexer)(lexer.__name__, (lexer,), {"get_tokens_unprocessed": _read})
    own()  # Pygments puts the rules of a class together with its first instance
    own._tokens = {name: _State(rules) for name, rules in own._tokens.items()}  # noqa: SLF001
    return own


class _State:
    """The rules among which Pygments finds the next token."""

    def __init__(self, rules: list[_Rule]) -> None:
        self._rules = rules
        self._read = 0
        self._together: re.Pattern[str] | None = None

    def first(self, text: str, at: int) -> tuple[re.Match[str] | None, Any, Any]:
        """Give what the first rule that matches there finds, the kind of token or what makes tokens of it, and the next state."""
        if self._together is None:
            return self._one_by_one(text, at)
        found = self._together.match(text, at)
        if found is None or not found.lastindex:
            return None, None, None
        match, action, state = self._rules[found.lastindex - 1]
        # Where the whole match is the token, it need not be made again for the groups in it.
        return (match(text, at) if callable(action) else found), action, state

    def _one_by_one(self, text: str, at: int) -> tuple[re.Match[str] | None, Any, Any]:
        self._read += 1
        if self._read == _PAYS:
            self._together = together(rule[0] for rule in self._rules)
        for match, action, state in self._rules:
            if found := match(text, at):
                return found, action, state
        return None, None, None


def _read(lexer: Any, text: str, stack: Iterable[str] = ("root",)) -> Iterator[tuple[int, Any, str]]:
    """Give the tokens of a text, each with its offset and its kind: the same as `RegexLexer.get_tokens_unprocessed`."""
    from pygments.token import Error, Whitespace

    states, names, at = lexer._tokens, list(stack), 0  # noqa: SLF001
    state = states[names[-1]]
    while True:
        found, action, change = state.first(text, at)
        if found is None:
            if at >= len(text):
                return
            is_end = text[at] == "\n"  # of a line that no rule reads
            yield at, Whitespace if is_end else Error, text[at]
            names, at = ["root"] if is_end else names, at + 1
        else:
            if callable(action):
                yield from action(lexer, found)
            elif action is not None:
                yield at, action, found[0]
            at = found.end()
            if change is None:
                continue
            _change(names, change)
        state = states[names[-1]]


def _change(names: list[str], change: Any) -> None:
    """Go to the next state: some names that are put on the stack, or how far it is taken down. One always stays."""
    if isinstance(change, int):
        del names[max(1, len(names) + change) :]
        return
    for name in change if isinstance(change, tuple) else (change,):
        if name == "#push":
            names.append(names[-1])
        elif name != "#pop":
            names.append(name)
        elif len(names) > 1:
            names.pop()


def together(rules: Iterable[Any]) -> re.Pattern[str] | None:
    """Give a pattern whose one group tells by its number which of these matches first; None where they cannot be joined."""
    joined = []
    for rule in rules:
        pattern = getattr(rule, "__self__", None)
        if not isinstance(pattern, re.Pattern) or pattern.flags & ~_JOINED or _REFERS.search(pattern.pattern):
            return None
        flags = "".join(sign for sign, flag in _FLAGS.items() if pattern.flags & flag)
        # Without groups of its own a pattern begins with its first sign, at which most are told apart.
        bare = _GROUP.sub(
            lambda match: "(?:" if match["opens"] else match[0], _OWN_FLAGS.sub("", pattern.pattern)
        )
        joined.append(f"(?{flags}:{bare})()")
    return re.compile("|".join(joined))
