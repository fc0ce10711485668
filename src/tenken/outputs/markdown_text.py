"""Text in Markdown in which nothing is obeyed: what every output shares that writes Markdown."""

from __future__ import annotations

import re

from markupsafe import Markup

from tenken.outputs.inert import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#!&$@])")
_AUTOLINK = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")
_SUMMONS = re.compile(r"(@(?=\w)|#(?=\d)|(?<!\w):(?=[\w+-]+:))")
"""@someone, #123 and :emoji: are found by GitHub after Markdown is done, so that no escape stops them."""


def inert(text: str) -> Markup:
    """Text of which no character means anything to Markdown, to HTML or to a table, on one line."""
    escaped = _SUMMONS.sub("\\1\u2060", visible(text))
    escaped = _SPECIAL.sub(r"\\\1", escaped)
    escaped = _AUTOLINK.sub(lambda match: f"{match[1]}\\{match[2]}" if match[2] == "." else f"{match[1]}&#58;", escaped)
    escaped = re.sub(r"^(\s*\d+)([.)])(?=\s|$)", r"\1\\\2", escaped)
    return Markup(re.sub(r"^(\s*)([-+=])", r"\1\\\2", escaped))


def code(text: object) -> Markup:
    """A code span that holds the text whatever it holds; in a table, a pipe still has to be escaped."""
    shown = visible(str(text)) or '""'
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return Markup(f"{fence}{pad}{shown}{pad}{fence}".replace("|", "\\|"))


def tidy(page: str) -> str:
    """A filled template with no more than one empty line in a row."""
    return re.sub(r"\n{3,}", "\n\n", page).strip() + "\n"
