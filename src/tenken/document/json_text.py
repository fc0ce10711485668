"""JSON into a tree whose places can be asked for.

The C scanner of the standard library reads the document, one element of a top-level list at a time, which gives
every element's offset for nothing. The places inside an element are found only when somebody asks for them.
Numbers stay the text that was written, as in YAML.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.text import MAX_DEPTH, Lines

_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'[ \t\r\n]*([{}\[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+)', re.DOTALL)


class JsonText:
    """A JSON text and its tree. Raises InputError for text that is not JSON and for duplicate keys."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self._offsets: dict[tuple[str, int], int] = {}
        self._places: dict[Route, dict[Route, int]] = {}
        self._lines: Lines | None = None
        self._duplicates = False
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=str, parse_float=str, parse_constant=self._constant
        )
        self._scan = decoder.scan_once  # type: ignore[attr-defined]
        try:
            self.tree = self._read()
        except StopIteration as stop:
            raise InputError([self._problem("not JSON: a value is missing", stop.value or 0)]) from None
        except json.JSONDecodeError as error:
            raise InputError([self._problem(f"not JSON: {error.msg}", error.pos)]) from None
        except RecursionError:
            raise InputError([Problem(f"nested deeper than {MAX_DEPTH} levels", Place(name, 1, 1))]) from None
        if self._duplicates:
            raise InputError(self._duplicate_problems())

    def take_tree(self) -> Any:
        """The tree, which is not kept here: places are found in the text."""
        tree, self.tree = self.tree, None
        return tree

    def locate(self, route: Route) -> Place:
        """The place of the value at a route, or of the deepest thing on the way to it that exists."""
        base: Route = ()
        if len(route) >= 2 and (route[0], route[1]) in self._offsets:
            base = route[:2]
        places = self._places.get(base)
        if places is None:
            start = self._offsets[base] if base else 0  # type: ignore[index]
            places = self._places[base] = _scan_places(self.text, start, base)
        for length in range(len(route), len(base) - 1, -1):
            if route[:length] in places:
                return self._place(places[route[:length]])
        return self._place(0)

    def _read(self) -> Any:
        text, scan = self.text, self._scan
        position = self._skip(0)
        if text[position : position + 1] != "{":
            value, position = scan(text, position)
            self._expect_end(position)
            return value
        pairs: list[tuple[str, Any]] = []
        position = self._skip(position + 1)
        while text[position : position + 1] != "}":
            if pairs:
                position = self._skip(self._expect(position, ","))
            key, position = scan(text, position)
            if not isinstance(key, str) or text[position - 1] != '"':
                raise json.JSONDecodeError("expected a key in double quotes", text, position)
            position = self._skip(self._expect(self._skip(position), ":"))
            if text[position : position + 1] == "[":
                value, position = self._read_list(key, position)
            else:
                value, position = scan(text, position)
            pairs.append((key, value))
            position = self._skip(position)
        self._expect_end(position + 1)
        return self._object(pairs)

    def _read_list(self, key: str, position: int) -> tuple[list[Any], int]:
        text, scan = self.text, self._scan
        skip = _SPACE.match
        items: list[Any] = []
        position = self._skip(position + 1)
        if text[position : position + 1] == "]":
            return items, position + 1
        while True:
            self._offsets[key, len(items)] = position
            value, position = scan(text, position)
            items.append(value)
            position = skip(text, position).end()  # type: ignore[union-attr]
            character = text[position : position + 1]
            if character == "]":
                return items, position + 1
            position = skip(text, self._expect(position, ",")).end()  # type: ignore[union-attr]

    def _skip(self, position: int) -> int:
        return _SPACE.match(self.text, position).end()  # type: ignore[union-attr]

    def _expect(self, position: int, character: str) -> int:
        if self.text[position : position + 1] != character:
            raise json.JSONDecodeError(f"expected {character!r}", self.text, position)
        return position + 1

    def _expect_end(self, position: int) -> None:
        position = self._skip(position)
        if position < len(self.text):
            raise json.JSONDecodeError("text after the end of the document", self.text, position)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) != len(pairs):
            self._duplicates = True
        return mapping

    def _constant(self, word: str) -> Any:
        raise json.JSONDecodeError(f"{word} is not JSON", self.text, max(self.text.find(word), 0))

    def _place(self, offset: int) -> Place:
        if self._lines is None:
            self._lines = Lines(self.text)
        line, column = self._lines.at(offset)
        return Place(self.name, line, column)

    def _problem(self, message: str, offset: int) -> Problem:
        return Problem(message, self._place(min(offset, len(self.text))))

    def _duplicate_problems(self) -> list[Problem]:
        duplicates: list[tuple[str, int, int]] = []
        _scan_places(self.text, 0, (), duplicates)
        return [
            Problem(
                f"duplicate key {key!r}",
                self._place(offset),
                f"first at line {self._place(first).line}; one of the two would be lost",
            )
            for key, first, offset in duplicates
        ]


def _scan_places(text: str, start: int, base: Route, duplicates: list[tuple[str, int, int]] | None = None) -> dict[Route, int]:
    """Offsets of every key and item below a value that starts at ``start``; the text is known to be JSON."""
    match = _TOKEN.match(text, start)
    places: dict[Route, int] = {base: match.start(1) if match else start}
    stack: list[list[Any]] = []  # [route, is object, next index, expects a key]
    position = start
    while match := _TOKEN.match(text, position):
        token, offset, position = match[1], match.start(1), match.end()
        character = token[0]
        top = stack[-1] if stack else None
        if character in "]}":
            stack.pop()
            if not stack:
                break
            continue
        if character == ",":
            top[3] = top[1]  # type: ignore[index]
            continue
        if character == ":":
            continue
        if top is not None and top[1] and top[3]:
            key = json.loads(token)
            route = (*top[0], key)
            if duplicates is not None and route in places:
                duplicates.append((key, places[route], offset))
            places[route] = offset
            top[2], top[3] = key, False
            continue
        if top is None:
            route = base
        elif top[1]:
            route = (*top[0], top[2])
        else:
            route = (*top[0], top[2])
            places[route] = offset
            top[2] += 1
        if character in "[{":
            stack.append([route, character == "{", 0, character == "{"])
        elif top is None:
            break
    return places
