"""Plain block style YAML, written fast: 100,000 VMs are millions of lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_\u3040-\u30ff\u4e00-\u9fff][\w .()/\u3040-\u30ff\u4e00-\u9fff-]*(?<! )")
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_CONSTANTS = {True: "true", False: "false", None: "null"}


class _Scalars(dict[str, str]):
    """Texts as YAML writes them, each worked out once: plain where nobody could take it for anything else."""

    def __missing__(self, text: str) -> str:
        is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
        written = self[text] = text if is_plain else json.dumps(text, ensure_ascii=False)
        return written


def dump(tree: dict[str, Any]) -> Iterator[str]:
    """The document in pieces: one for each entry of a top-level list."""
    scalars = _Scalars()
    for key, value in tree.items():
        if isinstance(value, list) and value:
            yield f"{key}:\n"
            for item in value:
                lines: list[str] = []
                _item(item, "  ", lines, scalars)
                yield "\n".join(lines) + "\n"
        else:
            lines = []
            _entry(key, value, "", lines, scalars)
            yield "\n".join(lines) + "\n"


def _entry(key: str, value: Any, indent: str, lines: list[str], scalars: _Scalars) -> None:
    kind = type(value)
    if kind is str:
        lines.append(f"{indent}{key}: {scalars[value]}")
    elif kind is dict and value:
        lines.append(f"{indent}{key}:")
        for inner, below in value.items():
            _entry(inner, below, indent + "  ", lines, scalars)
    elif kind is list and value:
        lines.append(f"{indent}{key}:")
        for item in value:
            _item(item, indent + "  ", lines, scalars)
    else:
        lines.append(f"{indent}{key}: {_bare(value, kind)}")


def _item(item: Any, indent: str, lines: list[str], scalars: _Scalars) -> None:
    kind = type(item)
    if kind is dict and item:
        start = len(lines)
        for key, value in item.items():
            _entry(key, value, indent + "  ", lines, scalars)
        lines[start] = f"{indent}- {lines[start][len(indent) + 2 :]}"
    elif kind is str:
        lines.append(f"{indent}- {scalars[item]}")
    else:
        lines.append(f"{indent}- {_bare(item, kind)}")


def _bare(value: Any, kind: type) -> str:
    if kind is int or kind is float:
        return str(value)
    return _CONSTANTS[value] if kind is bool or value is None else "{}" if kind is dict else "[]"
