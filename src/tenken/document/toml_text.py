"""TOML into a tree whose places can be asked for.

``tomllib`` reads and judges the text. It tells no places, so a scan of the text that it took, which need judge nothing any
more, notes where every key and every item of a list begins.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from tenken.document import parser_words
from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import Lines

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_SCALAR = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2}(?!"))'
    r"|'''.*?'''(?:'{0,2}(?!'))"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^,\]}#\r\n]+",
    re.DOTALL,
)
_ERROR_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class TomlText:
    """A TOML text and its tree. Raises InputError for text that is not TOML, a key that stands twice included."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.text = text = text.replace("\r\n", "\n")  # as tomllib does, so that offsets are those of its own text
        self._lines = Lines(text)
        self._offsets: dict[Route, int] = {(): 0}
        self._lengths: dict[Route, int] = {}
        """Of each list of tables, how many were begun."""
        self._header = 0
        try:
            self.tree: dict[str, Any] = tomllib.loads(text)
            self._document()
        except tomllib.TOMLDecodeError as error:
            raise InputError([_syntax_problem(error, text, name)]) from None
        except (RecursionError, ValueError) as error:  # nested without end; a number of more digits than Python takes
            detail = "nested too deeply" if isinstance(error, RecursionError) else str(error).partition(";")[0]
            raise InputError([Problem(_not_toml(detail), Place(name, 1, 1))]) from None

    def locate(self, route: Route) -> Place:
        """The place of the key or item at a route, or of the deepest thing on the way to it that is written down."""
        while route not in self._offsets:
            route = route[:-1]
        return Place(self.name, *self._lines.at(self._offsets[route]))

    def _document(self) -> None:
        table: Route = ()
        position = self._skip(0)
        while position < len(self.text):
            if self.text.startswith("[[", position):
                array, position = self._keys((), position + 2)
                table = (*array, self._lengths.get(array, 0))
                self._lengths[array] = int(table[-1]) + 1
                self._offsets.setdefault(table, self._offsets[array])
                self._offsets[table] = self._header
                position += 2
            elif self.text[position] == "[":
                table, position = self._keys((), position + 1)
                position += 1
            else:
                position = self._entry(table, position)
            position = self._skip(position)

    def _entry(self, table: Route, position: int) -> int:
        """``key = value``; gives where the value ends."""
        route, position = self._keys(table, position)
        return self._value(route, self._skip(position + 1))

    def _keys(self, route: Route, position: int) -> tuple[Route, int]:
        """A key, dotted or not, below a route; a list of tables stands for its last one. Gives where the key ends."""
        while match := _KEY.match(self.text, position):
            if route in self._lengths:
                route = (*route, self._lengths[route] - 1)
            route = (*route, _name(match[1]))
            self._header = match.start(1)
            self._offsets.setdefault(route, match.start(1))
            position = match.end()
            if self.text[position : position + 1] != ".":
                break
            position += 1
        return route, position

    def _value(self, route: Route, position: int) -> int:
        if self.text[position] == "[":
            return self._list(route, position + 1)
        if self.text[position] == "{":
            return self._inline(route, position + 1)
        match = _SCALAR.match(self.text, position)
        return match.end() if match else len(self.text)

    def _list(self, route: Route, position: int) -> int:
        index = 0
        position = self._skip(position)
        while self.text[position] != "]":
            self._offsets[(*route, index)] = position
            position = self._skip(self._value((*route, index), position))
            index += 1
            if self.text[position] == ",":
                position = self._skip(position + 1)
        return position + 1

    def _inline(self, route: Route, position: int) -> int:
        position = self._skip(position)
        while self.text[position] != "}":
            position = self._skip(self._entry(route, position))
            if self.text[position] == ",":
                position = self._skip(position + 1)
        return position + 1

    def _skip(self, position: int) -> int:
        return _BLANK.match(self.text, position).end()  # type: ignore[union-attr]


def _name(written: str) -> str:
    """The key that a written one stands for."""
    if written[0] == "'":
        return written[1:-1]
    if written[0] != '"':
        return written
    if "\\" not in written:
        return written[1:-1]
    return str(next(iter(tomllib.loads(f"{written} = 0"))))


def _syntax_problem(error: tomllib.TOMLDecodeError, text: str, name: str) -> Problem:
    message = str(error)
    found = _ERROR_PLACE.search(message)
    if found and found[1]:
        place = Place(name, int(found[1]), int(found[2]))
    else:
        place = Place(name, *Lines(text).at(len(text.rstrip())))
    written = text.splitlines()[(place.line or 1) - 1 : place.line or 1]
    hint = None
    if written and re.match(r"\s*[\w-]+\s*:", written[0]):
        hint = Said("TOML writes key = value", "TOMLでは キー = 値 の形で記述します")
    elif written and re.match(r"\s*[\w.-]+\s*=\s*[A-Za-z_/.~*]", written[0]) and "value" in message.lower():
        quoted = json.dumps(written[0].partition("=")[2].strip(), ensure_ascii=False)
        hint = Said(f"text stands in quotes: {quoted}", f"文字列は引用符で囲んでください: {quoted}")
    return Problem(_not_toml(_ERROR_PLACE.sub("", message)), place, hint)


def _not_toml(detail: str) -> Said:
    return Said(f"not TOML: {detail}", f"TOMLとして解釈できません: {parser_words.toml_ja(detail)}")
