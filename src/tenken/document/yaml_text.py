"""YAML into a tree that knows its places.

One pass over libyaml's events. Scalars stay the text that was written (``6.10`` stays ``6.10``): types are the
schema's business, not the parser's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import yaml
from yaml import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from tenken.document import parser_words
from tenken.document.marked import COLUMNS, Mapping, Sequence, mark_at, place_of
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import MAX_DEPTH
from tenken.document.wording import duplicate_key, first_at_line, too_deep

_NULLS = {"", "~", "null", "Null", "NULL"}
_PLAIN_TAGS = {"tag:yaml.org,2002:" + kind for kind in ("str", "int", "float", "bool", "null", "map", "seq")} | {"!"}
_EXPANSION_FLOOR = 100_000


def parse(text: str, name: str) -> Any:
    """The document of a YAML text. Raises InputError with every duplicate key, and for what YAML can't say."""
    loader = yaml.CSafeLoader(text) if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader(text)
    builder = _Builder(loader, name)
    root = None
    try:
        root = builder.document()
    except _StopReading:
        pass
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(error, text, name))
    finally:
        loader.dispose()
    if builder.problems:
        raise InputError(builder.problems)
    return root


def _syntax_problem(error: yaml.YAMLError, text: str, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        position = getattr(error, "position", 0) or 0
        line = text.count("\n", 0, position) + 1
        return Problem(
            Said("not YAML: a character that YAML does not allow", "YAMLとして解釈できません: 使用できない文字があります"),
            Place(name, line, 1),
            Said("remove control characters", "制御文字を削除してください"),
        )
    lines = text.splitlines()
    written = lines[mark.line] if mark.line < len(lines) else ""
    tabs = "\t" in written[: mark.column + 1]
    hint = _NO_TABS if tabs else None
    detail = " ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None))))
    if "nesting depth" in detail:  # libyaml's own bound, which its scanner reaches before our builder sees an event
        return Problem(too_deep(MAX_DEPTH), Place(name, mark.line + 1, mark.column + 1))
    said = Said(f"not YAML: {detail}", f"YAMLとして解釈できません: {parser_words.yaml_ja(detail)}")
    return Problem(said, Place(name, mark.line + 1, mark.column + 1), hint)


_NO_TABS = Said("indent with spaces, YAML allows no tabs", "字下げには空白を使用してください。YAMLではタブを使えません")
_PLAIN_KEY = Said("a key must be plain text", "キーには単純な文字列を使用してください")
_ONE_DOCUMENT = Said("write one document a file", "文書ごとにファイルを分けてください")
_NO_TAG = Said("remove the tag; the schema decides types", "タグを削除してください。型はスキーマで決まります")
_WRITE_OUT = Said(
    "write the values out, or state them once under defaults", "値を直接記述するか、defaults にまとめて記述してください"
)


class _StopReading(Exception):
    """What was found makes the rest meaningless or dangerous; the problem is noted already."""


class _Builder:
    """Builds the tree from events, one call per mapping or sequence; MAX_DEPTH keeps the recursion shallow.

    Both loops are the hot path of every YAML file, a million events for ten thousand VMs. So they look at an event's class
    first, and that of mappings makes the marks of its keys in place.
    """

    def __init__(self, loader: Any, name: str) -> None:
        self.problems: list[Problem] = []
        self._next: Callable[[], Any] = loader.get_event
        self._name = name
        self._anchors: dict[str, Any] = {}
        self._unfinished: set[int] = set()
        self._sizes: dict[str, int] = {}
        self._nodes = 0
        self._expanded = 0

    def document(self) -> Any:
        """The value of the only document; None for an empty stream."""
        root, documents = None, 0
        while (event := self._next()) is not None:
            kind = type(event)
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    said = Said("a second YAML document in one file", "1つのファイルに複数のYAML文書があります")
                    self._stop(said, event, _ONE_DOCUMENT)
            elif kind is ScalarEvent or kind in _NOT_SCALARS:
                root = self._value(event, 0)
        return root

    def _fill_mapping(self, node: Mapping, depth: int) -> None:
        marks, following = node.marks, self._next
        inherited: set[str] = set()
        while True:
            event = following()
            kind = type(event)
            if kind is not ScalarEvent:
                if kind is MappingEndEvent:
                    return
                self._stop(_PLAIN_KEY, event)
            if event.tag is not None:
                self._check_tag(event)
            key = event.value
            mark = event.start_mark
            column = mark.column + 1
            key_mark = (mark.line + 1) * COLUMNS + (column if column < COLUMNS else COLUMNS - 1)
            if key in marks and key not in inherited:
                first = place_of(marks[key], self._name)
                self._problem(duplicate_key(key), event, first_at_line(first.line))
            event = following()
            if key == "<<":
                self._inherit(node, self._value(event, depth), event, inherited)
                continue
            marks[key] = key_mark
            inherited.discard(key)
            if type(event) is ScalarEvent and event.anchor is None and event.tag is None:
                self._nodes += 1
                value = event.value
                node[key] = None if value in _NULLS and event.implicit[0] and not event.style else value
            else:
                node[key] = self._value(event, depth)

    def _fill_sequence(self, node: Sequence, depth: int) -> None:
        marks, following = node.marks, self._next
        while type(event := following()) is not SequenceEndEvent:
            mark = event.start_mark
            marks.append(mark_at(mark.line + 1, mark.column + 1))
            node.append(self._value(event, depth))

    def _value(self, event: Any, depth: int) -> Any:
        """The value that begins with an event, at a depth of so many mappings and sequences around it."""
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event)
        if event.tag is not None:
            self._check_tag(event)
        self._nodes += 1
        if kind is ScalarEvent:
            value = event.value
            if value in _NULLS and event.implicit[0] and not event.style:
                value = None
            if event.anchor is not None:
                self._anchors[event.anchor], self._sizes[event.anchor] = value, 1
            return value
        if depth >= MAX_DEPTH:
            self._stop(too_deep(MAX_DEPTH), event)
        mark = event.start_mark
        at = mark_at(mark.line + 1, mark.column + 1)
        node = Mapping(at) if kind is MappingStartEvent else Sequence(at)
        anchor, before = event.anchor, self._nodes + self._expanded - 1
        if anchor is not None:
            self._anchors[anchor] = node
            self._unfinished.add(id(node))
        if isinstance(node, Mapping):
            self._fill_mapping(node, depth + 1)
        else:
            self._fill_sequence(node, depth + 1)
        if anchor is not None:
            self._unfinished.discard(id(node))
            self._sizes[anchor] = self._nodes + self._expanded - before
        return node

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            self._stop(
                Said(f"the anchor {event.anchor!r} is not defined", f"アンカー {event.anchor!r} が定義されていません"), event
            )
        value = self._anchors[event.anchor]
        if id(value) in self._unfinished:
            self._stop(
                Said(f"the anchor {event.anchor!r} contains itself", f"アンカー {event.anchor!r} が自分自身を含んでいます"),
                event,
            )
        self._nodes += 1
        self._expanded += self._sizes.get(event.anchor, 1)
        if self._expanded > _EXPANSION_FLOOR + 10 * self._nodes:
            said = Said("aliases make this document explode", "エイリアスの展開後のサイズが大きすぎます")
            self._stop(said, event, _WRITE_OUT)
        return value

    def _inherit(self, into: Mapping, value: Any, event: Any, inherited: set[str]) -> None:
        """A merge key: entries of the anchored mapping(s), where the mapping does not state them itself."""
        for source in value if isinstance(value, Sequence) else [value]:
            if not isinstance(source, Mapping):
                self._problem(Said("a merge key (<<) needs a mapping", "マージキー（<<）にはマッピングが必要です"), event)
                continue
            for key, entry in source.items():
                if key not in into.marks:
                    into[key] = entry
                    into.marks[key] = source.marks[key]
                    inherited.add(key)

    def _check_tag(self, event: Any) -> None:
        if event.tag not in _PLAIN_TAGS:
            self._problem(Said(f"the tag {event.tag} is not understood", f"タグ {event.tag} は解釈できません"), event, _NO_TAG)

    def _problem(self, said: Said, event: Any, hint: Said | None = None) -> None:
        mark = event.start_mark
        self.problems.append(Problem(said, place_of(mark_at(mark.line + 1, mark.column + 1), self._name), hint))

    def _stop(self, said: Said, event: Any, hint: Said | None = None) -> NoReturn:
        self._problem(said, event, hint)
        raise _StopReading


_NOT_SCALARS = {MappingStartEvent, SequenceStartEvent, AliasEvent}
