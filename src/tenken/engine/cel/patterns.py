"""Patterns of ``matches``: only such as Python's engine matches in bounded time.

A pattern from somebody else's pack must not hang a run. What can take exponential time, a repeat inside a repeat, is
refused, and so are back references and look-arounds, which RE2 (CEL's engine) does not have either.
"""

from __future__ import annotations

import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MAX_PATTERN = 200
MAX_SUBJECT = 256
_MAX_REPEATS = 2
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, getattr(codes, "POSSESSIVE_REPEAT", codes.MAX_REPEAT)}
_REFUSED = {codes.GROUPREF, codes.GROUPREF_EXISTS, codes.ASSERT, codes.ASSERT_NOT}


def fault(pattern: str) -> str | None:
    """What is wrong with a pattern, or None."""
    if len(pattern) > MAX_PATTERN:
        return f"is longer than {MAX_PATTERN} characters"
    try:
        tree = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression: {error}"
    repeats = [0]
    return _fault(tree, False, repeats) or (f"has more than {_MAX_REPEATS} open repeats" if repeats[0] > _MAX_REPEATS else None)


def _fault(tree: Any, inside_repeat: bool, repeats: list[int]) -> str | None:
    for code, argument in tree:
        if code in _REFUSED:
            return "uses back references or look-around"
        if code in _REPEATS:
            _, high, inner = argument
            if inside_repeat:
                return "repeats something that repeats"
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
