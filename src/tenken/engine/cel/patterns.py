"""Patterns of ``matches``: only such as Python's engine matches in bounded time.

A pattern from somebody else's pack must not hang a run. What can take exponential time, a repeat inside a repeat, is
refused, and so are back references and look-arounds, which RE2 (CEL's engine) does not have either.
"""

from __future__ import annotations

import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tenken.document.said import Said

MAX_PATTERN = 200
MAX_SUBJECT = 256
_MAX_REPEATS = 2
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, getattr(codes, "POSSESSIVE_REPEAT", codes.MAX_REPEAT)}
_REFUSED = {codes.GROUPREF, codes.GROUPREF_EXISTS, codes.ASSERT, codes.ASSERT_NOT}

_TOO_MANY = Said(f"has more than {_MAX_REPEATS} open repeats", f"で上限のない繰り返しは {_MAX_REPEATS} 個までです")


def fault(pattern: str) -> Said | None:
    """What is wrong with a pattern, or None."""
    if len(pattern) > MAX_PATTERN:
        return Said(f"is longer than {MAX_PATTERN} characters", f"が {MAX_PATTERN} 文字を超えています")
    try:
        tree = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return Said(f"is not a regular expression: {error}", f"は正規表現として解釈できません: {error}")
    repeats = [0]
    return _fault(tree, False, repeats) or (_TOO_MANY if repeats[0] > _MAX_REPEATS else None)


def _fault(tree: Any, inside_repeat: bool, repeats: list[int]) -> Said | None:
    for code, argument in tree:
        if code in _REFUSED:
            return Said("uses back references or look-around", "で後方参照や先読み・後読みは使用できません")
        if code in _REPEATS:
            _, high, inner = argument
            if inside_repeat:
                return Said("repeats something that repeats", "で繰り返しを入れ子にすることはできません")
            if high > 1000:
                repeats[0] += 1
            found = _fault(inner, high > 1, repeats)
        elif code is codes.SUBPATTERN:
            found = _fault(argument[-1], inside_repeat, repeats)
        elif code is codes.BRANCH:
            found = next(filter(None, (_fault(branch, inside_repeat, repeats) for branch in argument[1])), None)
        else:
            found = None
        if found is not None:
            return found
    return None


class compile_pattern:  # noqa: N801 - used as a function
    """A function from text to whether the pattern is found in it; None (unknown) for absurdly long text. It can be pickled."""

    __slots__ = ("_search", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern, self._search = pattern, re.compile(pattern, re.ASCII).search

    def __call__(self, text: str) -> bool | None:
        return None if len(text) > MAX_SUBJECT else self._search(text) is not None

    def __reduce__(self) -> tuple[Any, ...]:
        return compile_pattern, (self.pattern,)
