"""YAML into a tree that knows its places.

One pass over libyaml's events. Scalars stay the text that was written (``6.10`` stays ``6.10``): types are the
schema's business, not the parser's. A place costs one integer per value: the line and column of its key or item.
"""

from __future__ import annotations

from typing import Any

import yaml

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.text import MAX_DEPTH

_COLUMNS = 1 << 20
_NULLS = {"", "~", "null", "Null", "NULL"}
_PLAIN_TAGS = {"tag:yaml.org,2002:" + kind for kind in ("str", "int", "float", "bool", "null", "map", "seq")} | {"!"}
_EXPANSION_FLOOR = 100_000


class Mapping(dict[str, Any]):
    """A mapping with the marks of its keys, and its own."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.marks: dict[str, int] = {}


class Sequence(list[Any]):
    """A sequence with the marks of its items, and its own."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.marks: list[int] = []


def _pack(mark: Any) -> int:
    column: int = mark.column + 1
    return int(mark.line + 1) * _COLUMNS + (column if column < _COLUMNS else _COLUMNS - 1)


def mark_at(line: int, column: int) -> int:
    """The mark of a place that another reader found; lines and columns count from 1."""
    return line * _COLUMNS + min(column, _COLUMNS - 1)


def place_of(mark: int, name: str) -> Place:
    return Place(name, mark // _COLUMNS, mark % _COLUMNS)


def locate(tree: Any, route: Route, name: str) -> Place:
    """The place of the value at a route, or of the deepest thing on the way to it that exists."""
    mark = getattr(tree, "mark", _COLUMNS + 1)
    for step in route:
        if isinstance(tree, Mapping) and isinstance(step, str) and step in tree.marks:
            mark, tree = tree.marks[step], tree.get(step)
        elif isinstance(tree, Sequence) and isinstance(step, int) and step < len(tree):
            mark, tree = tree.marks[step], tree[step]
        else:
            break
    return place_of(mark, name)


def parse(text: str, name: str) -> Any:
    """The document of a YAML text. Raises InputError with every duplicate key, and for what YAML can't say."""
    builder = _Builder(name)
    loader = yaml.CSafeLoader(text) if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader(text)
    try:
        while True:
            event = loader.get_event()
            if event is None or builder.take(event):
                break
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(error, text, name))
    finally:
        loader.dispose()
    if builder.problems:
        raise InputError(builder.problems)
    return builder.root


def _syntax_problem(error: yaml.YAMLError, text: str, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        position = getattr(error, "position", 0) or 0
        line = text.count("\n", 0, position) + 1
        return Problem("not YAML: a character that YAML does not allow", Place(name, line, 1), "remove control characters")
    lines = text.splitlines()
    written = lines[mark.line] if mark.line < len(lines) else ""
    hint = "indent with spaces, YAML allows no tabs" if "\t" in written[: mark.column + 1] else None
    detail = " ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None))))
    if "nesting depth" in detail:  # libyaml's own bound, which its scanner reaches before our builder sees an event
        return Problem(f"nested deeper than {MAX_DEPTH} levels", Place(name, mark.line + 1, mark.column + 1))
    return Problem(f"not YAML: {detail}", Place(name, mark.line + 1, mark.column + 1), hint)


class _Builder:
    """Builds the tree from events; a stack instead of recursion, so that deep input can't hurt."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.problems: list[Problem] = []
        self._stack: list[Mapping | Sequence] = []
        self._key: str | None = None
        self._keys: list[str | None] = []
        self._anchors: dict[str, Any] = {}
        self._open_anchors: dict[int, str] = {}
        self._nodes = 0
        self._expanded = 0
        self._sizes: dict[str, int] = {}
        self._opened_at: list[int] = []
        self._documents = 0
        self._inherited: set[tuple[int, str]] = set()

    def take(self, event: Any) -> bool:
        """Add one event; True when nothing more is to be read."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.tag is not None:
                self._check_tag(event)
            if self._key is None and self._stack and type(self._stack[-1]) is Mapping:
                self._take_key(event)
                return False
            value = event.value
            if value in _NULLS and event.implicit[0] and event.style in (None, ""):
                value = None
            self._add(value, event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            return self._open(event, Mapping if kind is yaml.MappingStartEvent else Sequence)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close()
        elif kind is yaml.AliasEvent:
            return self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                self._problem("a second YAML document in one file", event, "write one document a file")
                return True
        return False

    def _problem(self, message: str, event: Any, hint: str | None = None) -> None:
        self.problems.append(Problem(message, place_of(_pack(event.start_mark), self.name), hint))

    def _check_tag(self, event: Any) -> None:
        if event.tag not in _PLAIN_TAGS:
            self._problem(f"the tag {event.tag} is not understood", event, "remove the tag; the schema decides types")

    def _take_key(self, event: Any) -> None:
        mapping = self._stack[-1]
        key = event.value
        if key in mapping.marks and key != "<<" and (id(mapping), key) not in self._inherited:
            first = place_of(mapping.marks[key], self.name)
            self._problem(f"duplicate key {key!r}", event, f"first at line {first.line}; one of the two would be lost")
        if self._inherited:
            self._inherited.discard((id(mapping), key))
        mapping.marks[key] = _pack(event.start_mark)
        self._key = key

    def _add(self, value: Any, event: Any) -> None:
        self._nodes += 1
        if event.anchor is not None:
            self._anchors[event.anchor] = value
            self._sizes[event.anchor] = 1
        if not self._stack:
            self.root = value
            return
        parent = self._stack[-1]
        if type(parent) is Mapping:
            key, self._key = self._key, None
            if key == "<<":
                self._merge(parent, value, event)
            else:
                parent[key] = value  # type: ignore[index]
        else:
            parent.append(value)  # type: ignore[union-attr]
            parent.marks.append(_pack(event.start_mark))  # type: ignore[union-attr]

    def _merge(self, into: Mapping, value: Any, event: Any) -> None:
        """A merge key: entries of the anchored mapping(s), where the mapping does not state them itself."""
        into.marks.pop("<<", None)
        for source in value if isinstance(value, Sequence) else [value]:
            if not isinstance(source, Mapping):
                self._problem("a merge key (<<) needs a mapping", event)
                continue
            for key, inherited in source.items():
                if key not in into.marks:
                    into[key] = inherited
                    into.marks[key] = source.marks[key]
                    self._inherited.add((id(into), key))

    def _open(self, event: Any, kind: type[Mapping] | type[Sequence]) -> bool:
        if event.tag is not None:
            self._check_tag(event)
        if self._stack and type(self._stack[-1]) is Mapping and self._key is None:
            self._problem("a key must be plain text", event)
            return True
        if len(self._stack) >= MAX_DEPTH:
            self._problem(f"nested deeper than {MAX_DEPTH} levels", event)
            return True
        node = kind(_pack(event.start_mark))
        is_merge = self._key == "<<" and self._stack and type(self._stack[-1]) is Mapping
        if not is_merge:
            self._add(node, event)
        self._keys.append("<<" if is_merge else None)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
            self._open_anchors[id(node)] = event.anchor
        self._stack.append(node)
        self._opened_at.append(self._nodes)
        self._key = None
        return False

    def _close(self) -> None:
        node = self._stack.pop()
        size = self._nodes + self._expanded - self._opened_at.pop() + 1
        anchor = self._open_anchors.pop(id(node), None)
        if anchor is not None:
            self._sizes[anchor] = size
        self._key = None
        if self._keys.pop() == "<<":
            parent = self._stack[-1]
            self._merge(parent, node, _At(node.mark))  # type: ignore[arg-type]

    def _alias(self, event: Any) -> bool:
        if self._stack and self._key is None and type(self._stack[-1]) is Mapping:
            self._problem("a key must be plain text", event)
            return True
        if event.anchor not in self._anchors:
            self._problem(f"the anchor {event.anchor!r} is not defined", event)
            return True
        if event.anchor in self._open_anchors.values():
            self._problem(f"the anchor {event.anchor!r} contains itself", event)
            return True
        self._expanded += self._sizes.get(event.anchor, 1)
        if self._expanded > _EXPANSION_FLOOR + 10 * self._nodes:
            self._problem(
                "aliases make this document explode", event, "write the values out, or state them once under defaults"
            )
            return True
        value = self._anchors[event.anchor]
        self._add(value, _At(_pack(event.start_mark)))
        return False


class _At:
    """Stands in for an event where only its place matters."""

    anchor = None

    def __init__(self, mark: int) -> None:
        self.start_mark = self
        self.line = mark // _COLUMNS - 1
        self.column = mark % _COLUMNS - 1
