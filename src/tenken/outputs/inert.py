"""Text from inventories, made harmless to look at: what cannot be seen, or moves what can, is spelled out.

A name may hold a line break, an escape sequence, or a right-to-left override that makes ``gpj.exe`` read ``exe.jpg``.
Such characters are shown by their number, so that a reader sees that they are there.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters, line breaks and tabs among them
    "\xad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian vowel separator
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, embedding, override, isolates
    "\u3164\uffa0\ufeff\ufff9-\ufffb\ufffe\uffff"  # Hangul fillers, byte order mark, interlinear marks, no characters
    "\ud800-\udfff"  # halves of characters: no encoding can write them
    "\U000e0000-\U000e007f"  # tags: text that no font shows
    "]"
)


def visible(text: str) -> str:
    """The text with each character that is unseen, or turns the direction of others, as ``‹U+202E›``."""
    return _UNSEEN.sub(_spelled, text) if _UNSEEN.search(text) else text


def _spelled(match: re.Match[str]) -> str:
    return f"‹U+{ord(match[0]):04X}›"
