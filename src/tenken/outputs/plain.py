"""Text that is only text: nothing in a name from an inventory may steer a terminal or hide in a page."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SEPARATORS = "\u2028\u2029\ufeff\u200b"


def _symbol(code: int) -> str:
    """A control character as its picture (␛ for escape), everything else that is invisible as its code point."""
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


_TABLE = {code: _symbol(code) for code in [*range(0x20), *range(0x7F, 0xA0), *map(ord, _BIDI + _SEPARATORS)]}
_KEEP_LINES = {code: symbol for code, symbol in _TABLE.items() if code not in (0x0A, 0x09)}


def visible(text: str, lines: bool = True) -> str:
    """The text with control characters, direction marks and lone surrogates made visible; ``lines`` keeps line breaks and tabs."""
    shown = text.translate(_KEEP_LINES if lines else _TABLE)
    return shown.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if not shown.isascii() else shown


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """Columns that a text takes on a terminal: East Asian wide characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def pad(text: str, columns: int) -> str:
    """The text filled up with blanks to a width."""
    return text + " " * max(0, columns - width(text))


def shorten(text: str, columns: int) -> str:
    """The text cut to a width, with an ellipsis where something was cut."""
    if width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if width(kept + character) > columns - 1:
            break
        kept += character
    return kept + "…"
