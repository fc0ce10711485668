"""JSON into a tree whose places can be asked for.

The C scanner of the standard library reads the document, one element of a top-level list at a time, which gives
every element's offset for nothing. A place inside an element is found only when somebody asks for it, on the way down
to it, by the same scanner. Numbers stay the text that was written, as in YAML.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tenken.document import parser_words
from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import MAX_DEPTH, Lines
from tenken.document.wording import duplicate_key, first_at_line, too_deep

_SCAN = json.JSONDecoder(parse_int=str, parse_float=str).scan_once  # type: ignore[attr-defined]
_SPACE = re.compile(r"[ \t\r\n]*")
_AFTER_ITEM = re.compile(r"[ \t\r\n]*(?:(\])|,[ \t\r\n]*)")
_TOKEN = re.compile(r'[ \t\r\n]*([{}\[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+)', re.DOTALL)


class JsonText:
    """A JSON text and its tree. Raises InputError for text that is not JSON and for duplicate keys."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self._objects: dict[int, dict[str, tuple[int, int]]] = {}
        self._lists: dict[int, list[int]] = {}
        self._start = 0
        self._lines: Lines | None = None
        self._duplicates = False
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=str, parse_float=str, parse_constant=self._constant
        )
        self._scan = decoder.scan_once  # type: ignore[attr-defined]
        try:
            self.tree = self._read()
        except StopIteration as stop:
            raise InputError([self._problem("a value is missing", stop.value or 0)]) from None
        except json.JSONDecodeError as error:
            raise InputError([self._problem(error.msg, error.pos)]) from None
        except RecursionError:
            raise InputError([Problem(too_deep(MAX_DEPTH), Place(name, 1, 1))]) from None
        if self._duplicates:
            raise InputError(self._duplicate_problems())

    def take_tree(self) -> Any:
        """The tree, which is not kept here: places are found in the text."""
        tree, self.tree = self.tree, None
        return tree

    def locate(self, route: Route) -> Place:
        """The place of the value at a route, or of the deepest thing on the way to it that exists."""
        return self._place(self._walk(route)[0])

    def states(self, route: Route) -> bool:
        """Whether the text has a value at a route."""
        return self._walk(route)[1]

    def _walk(self, route: Route) -> tuple[int, bool]:
        """Where the deepest thing on a route begins, and whether that is its end."""
        place = offset = self._start
        for step in route:
            if isinstance(step, str) and self.text[offset] == "{":
                members = self._members(offset)
                if step not in members:
                    return place, False
                place, offset = members[step]
            elif isinstance(step, int) and self.text[offset] == "[":
                items = self._items(offset)
                if step >= len(items):
                    return place, False
                place = offset = items[step]
            else:
                return place, False
        return place, True

    def _members(self, offset: int) -> dict[str, tuple[int, int]]:
        """Of the object at an offset: where each key and its value begin."""
        found = self._objects.get(offset)
        if found is None:
            found = self._objects[offset] = {}
            position = self._skip(offset + 1)
            while self.text[position] != "}":
                key_at = position
                key, position = _SCAN(self.text, position)
                value_at = self._skip(self._skip(position) + 1)
                found[key] = (key_at, value_at)
                position = self._after(_SCAN(self.text, value_at)[1])
        return found

    def _items(self, offset: int) -> list[int]:
        """Of the list at an offset: where each item begins."""
        found = self._lists.get(offset)
        if found is None:
            found = self._lists[offset] = []
            position = self._skip(offset + 1)
            while self.text[position] != "]":
                found.append(position)
                position = self._after(_SCAN(self.text, position)[1])
        return found

    def _after(self, position: int) -> int:
        """Where the next member begins, or the bracket that closes; the text is known to be JSON."""
        position = self._skip(position)
        return self._skip(position + 1) if self.text[position] == "," else position

    def _read(self) -> Any:
        text, scan = self.text, self._scan
        position = self._start = self._skip(0)
        if text[position : position + 1] != "{":
            value, position = scan(text, position)
            self._expect_end(position)
            return value
        pairs: list[tuple[str, Any]] = []
        members = self._objects[position] = {}
        position = self._skip(position + 1)
        while text[position : position + 1] != "}":
            if pairs:
                position = self._skip(self._expect(position, ","))
            key_at = position
            key, position = scan(text, position)
            if not isinstance(key, str) or text[position - 1] != '"':
                raise json.JSONDecodeError("expected a key in double quotes", text, position)
            position = self._skip(self._expect(self._skip(position), ":"))
            members[key] = (key_at, position)
            if text[position : position + 1] == "[":
                value, position = self._read_list(position)
            else:
                value, position = scan(text, position)
            pairs.append((key, value))
            position = self._skip(position)
        self._expect_end(position + 1)
        return self._object(pairs)

    def _read_list(self, position: int) -> tuple[list[Any], int]:
        text, scan, follow = self.text, self._scan, _AFTER_ITEM.match
        items: list[Any] = []
        offsets = self._lists[position] = []
        position = self._skip(position + 1)
        if text[position : position + 1] == "]":
            return items, position + 1
        while True:
            offsets.append(position)
            value, position = scan(text, position)
            items.append(value)
            after = follow(text, position)
            if after is None:
                raise json.JSONDecodeError("expected ','", text, self._skip(position))
            position = after.end()
            if after[1]:
                return items, position

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

    def _problem(self, detail: str, offset: int) -> Problem:
        said = Said(f"not JSON: {detail}", f"JSONとして解釈できません: {parser_words.json_ja(detail)}")
        return Problem(said, self._place(min(offset, len(self.text))))

    def _duplicate_problems(self) -> list[Problem]:
        duplicates = _duplicates(self.text)
        return [
            Problem(duplicate_key(key), self._place(offset), first_at_line(self._place(first).line))
            for key, first, offset in duplicates
        ]


def outermost_keys(text: str) -> set[str]:
    """The keys of the outermost object, as far as a text goes that may be cut off: enough to tell kinds of documents apart."""
    keys: set[str] = set()
    depth, last, position = 0, None, 0
    while match := _TOKEN.match(text, position):
        token, position = match[1], match.end()
        if token in ("{", "["):
            if depth == 0 and token == "[":
                break
            depth += 1
        elif token in ("}", "]"):
            depth -= 1
        elif token == ":" and depth == 1 and last is not None:
            keys.add(last)
        last = token[1:-1] if token[0] == '"' else None
        if depth < 1:
            break
    return keys


def _duplicates(text: str) -> list[tuple[str, int, int]]:
    """Every key that stands twice in one object, with both offsets; the text is known to be JSON."""
    found: list[tuple[str, int, int]] = []
    objects: list[dict[str, int] | None] = []
    expects_key = False
    for match in _TOKEN.finditer(text):
        token, offset = match[1], match.start(1)
        if token in ("{", "["):
            objects.append({} if token == "{" else None)
            expects_key = token == "{"
        elif token in ("}", "]"):
            objects.pop()
            expects_key = False
        elif token == ",":
            expects_key = objects[-1] is not None
        elif expects_key and token != ":":
            keys = objects[-1]
            key = json.loads(token)
            if keys is not None and keys.setdefault(key, offset) != offset:
                found.append((key, keys[key], offset))
            expects_key = False
    return found
