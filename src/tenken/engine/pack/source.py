"""The files of a pack as they are read: each with its text, and as a tree that knows the place of every value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenken.document import marked, yaml_text
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.text import decode, read_bytes
from tenken.engine.pack.seal import digest_of, name_of

_SEARCHED = 40
"""An expression is looked for on so many lines from its key on."""
_EXAMPLES = re.compile(r"^examples:[ \t]*\n(?:[ \t#-][^\n]*\n?|\n)*\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """One file: ``text`` as it stands there, ``tree`` what it says."""

    file: Path
    text: str
    tree: Any

    @property
    def start(self) -> Place:
        return Place(str(self.file), 1, 1)

    def place(self, *route: str | int) -> Place:
        """The place of what stands at a route, or of the deepest thing on the way to it that exists."""
        return marked.locate(self.tree, route, str(self.file))

    def place_in(self, expression: str, offset: int, key: str) -> Place:
        """The place of a character of an expression, where the expression stands on one line of the file."""
        place = self.place(key)
        lines = self.text.splitlines()
        for number in range((place.line or 1) - 1, min((place.line or 1) + _SEARCHED, len(lines))):
            column = lines[number].find(expression)
            if column >= 0:
                return Place(str(self.file), number + 1, column + offset + 1)
        return place


def read(folder: Path, files: Iterable[Path], examples: bool, problems: list[Problem]) -> tuple[dict[Path, Source], str]:
    """The files of a pack that can be parsed, and the digest of them all. examples: also those that stand last in a rule.

    Raises InputError for a file that can't be read at all; what can't be parsed is added to the problems.
    """
    parts: list[tuple[str, bytes]] = []
    sources: dict[Path, Source] = {}
    for file in files:
        data = read_bytes(file, str(file))
        parts.append((name_of(file, folder), data))
        try:
            text = decode(data, str(file))
            sources[file] = Source(file, text, yaml_text.parse(text if examples else _without_examples(text), str(file)))
        except InputError as error:
            problems += error.problems
    return sources, digest_of(parts)


def _without_examples(text: str) -> str:
    """The text of a rule up to its examples, where they stand last; else the whole text."""
    return _EXAMPLES.sub("", text)
