"""A tree that knows where each of its values stands.

A place costs one integer per value, its mark: the line and column of its key or item. Readers of text make such trees.
"""

from __future__ import annotations

from typing import Any

from tenken.document.place import Place, Route

COLUMNS = 1 << 20
"""A mark is line × COLUMNS + column, both counted from 1; columns further right count as the last."""

START = COLUMNS + 1
"""The mark of a file's first character."""


class Mapping(dict[str, Any]):
    """A mapping with the marks of its keys, and its own."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.marks: dict[str, int] = {}

    def put(self, key: str, value: Any, mark: int) -> None:
        self[key], self.marks[key] = value, mark


class Sequence(list[Any]):
    """A sequence with the marks of its items, and its own."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.marks: list[int] = []

    def add(self, item: Any, mark: int) -> None:
        self.append(item)
        self.marks.append(mark)


def mark_at(line: int, column: int) -> int:
    """The mark of a place; lines and columns count from 1."""
    return line * COLUMNS + (column if column < COLUMNS else COLUMNS - 1)


def place_of(mark: int, name: str) -> Place:
    return Place(name, mark // COLUMNS, mark % COLUMNS)


def locate(tree: Any, route: Route, name: str) -> Place:
    """The place of the value at a route, or of the deepest thing on the way to it that exists."""
    mark = getattr(tree, "mark", START)
    for step in route:
        if isinstance(tree, Mapping) and isinstance(step, str) and step in tree.marks:
            mark, tree = tree.marks[step], tree.get(step)
        elif isinstance(tree, Sequence) and isinstance(step, int) and step < len(tree):
            mark, tree = tree.marks[step], tree[step]
        else:
            break
    return place_of(mark, name)
