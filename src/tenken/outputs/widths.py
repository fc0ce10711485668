"""Widths of text in columns, of which East Asian characters take two: for a terminal, and for the boxes of a picture."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=8192)
def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))


def left_pad(text: str, columns: int) -> str:
    return " " * max(0, columns - width(text)) + text


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


def wrap(text: str, columns: int, first: str, rest: str) -> list[str]:
    """The text in lines of a width: broken at blanks, and anywhere between East Asian characters."""
    lines, current = [], first
    for piece in _pieces(text):
        if width(current) + width(piece.rstrip()) > columns and current.strip() and current not in (first, rest):
            lines.append(current.rstrip())
            current = rest
            piece = piece.lstrip()
        current += piece
    return [*lines, current.rstrip()]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        closing = character in "、。）」』】！？"
        if not pieces or (wide and not closing) or (pieces[-1].endswith(" ") and character != " "):
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces
