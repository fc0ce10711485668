"""An assembled inventory as a native document: what was merged, where it came from, and what is not known yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenken.document.place import Route
from tenken.sources.joining.assemble import Assembled
from tenken.sources.native import writer

_LEFT_OUT = ("tenken", "source", "partial")
_WORDS = {
    "en": {
        "head": "Written by tenken import from {names}.",
        "how": "Facts that no source states are left out: they are unknown, never no. Add them here, or in a file beside this one.",
        "lists": "Not collected at all: {names}.",
        "from": "from {places}",
        "unknown": "not known: {facts}",
    },
    "ja": {
        "head": "tenken import が次の入力から作成しました: {names}",
        "how": "どの入力にもない項目は記載していません（「いいえ」ではなく未収集です）。このファイルまたは別のファイルに追記してください。",
        "lists": "まったく収集されていない一覧: {names}",
        "from": "出典: {places}",
        "unknown": "未収集: {facts}",
    },
}


def text(assembled: Assembled, unknown: Mapping[Route, Sequence[str]], lang: str = "en") -> str:
    """The document. ``unknown``: for the route of an object, the facts that rules miss of it; for ``()``, whole lists."""
    say = _WORDS[lang]
    tree = {key: value for key, value in plain(assembled.inventory).items() if key not in _LEFT_OUT}
    head = [say["head"].format(names=", ".join(document.name for document in assembled.documents)), say["how"]]
    if unknown.get(()):
        head.append(say["lists"].format(names=", ".join(unknown[()])))
    head += [warning.text(lang) for warning in assembled.warnings]
    comments: dict[Route, str] = {}
    for route in _objects(tree):
        lines = []
        if len(route) == 2:
            lines.append(say["from"].format(places=", ".join(map(str, assembled.places(route)))))
        if unknown.get(route):
            lines.append(say["unknown"].format(facts=", ".join(unknown[route])))
        if lines:
            comments[route] = "\n".join(lines)
    stated: dict[str, Any] = {"source": "import"}
    if assembled.partial:
        stated["partial"] = sorted(assembled.partial)
    return writer.write({**stated, **tree}, head, comments)


def plain(value: Any) -> Any:
    """Facts as mappings and lists, without what is not known."""
    if dataclasses.is_dataclass(value):
        named = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: plain(inner) for name, inner in named if inner is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _objects(tree: Mapping[str, Any]) -> Iterator[Route]:
    """The routes of all objects that have a place or facts of their own."""
    for kind, entries in tree.items():
        if not isinstance(entries, list):
            continue
        for position, entry in enumerate(entries):
            yield kind, position
            for name, inner in entry.items() if isinstance(entry, dict) else ():
                if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                    yield from ((kind, position, name, index) for index in range(len(inner)))
