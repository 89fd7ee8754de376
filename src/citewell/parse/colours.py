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
    own = type(lexer)(lexer.__name__, (lexer,), {})
    own()  # Pygments puts the rules of a class together with its first instance
    own._tokens = {name: _State(rules) for name, rules in own._tokens.items()}  # noqa: SLF001
    return own


class _State:
    """The rules among which Pygments finds the next token: all of them, or only the first that matches."""

    def __init__(self, rules: list[_Rule]) -> None:
        self._rules = rules
        self._found_rules = rules
        self._read = 0
        self._together: re.Pattern[str] | None = None
        self._found: re.Match[str] | None = None

    def __iter__(self) -> Iterator[_Rule]:
        if self._together is not None:
            return self._first()
        self._read += 1
        if self._read == _PAYS:
            self._together = together(rule[0] for rule in self._rules)
            # Where the whole match is the token, it need not be made again for the groups in it.
            self._found_rules = [
                rule if callable(rule[1]) else (self._give, *rule[1:]) for rule in self._rules
            ]
        return iter(self._rules)

    def _first(self) -> Iterator[_Rule]:
        """Give a rule that only looks, and then the one that it has found."""
        yield self._find, None, None
        if self._found is not None and self._found.lastindex:
            yield self._found_rules[self._found.lastindex - 1]

    def _find(self, text: str, at: int) -> None:
        self._found = self._together.match(text, at) if self._together else None

    def _give(self, _text: str, _at: int) -> re.Match[str] | None:
        return self._found


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
