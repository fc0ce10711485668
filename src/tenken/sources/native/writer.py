"""Writes a tree in the native form as YAML that people read: comments, one line for what is short, and a stable order.

Whatever a reader of YAML could take for something else than text (``6.10``, ``yes``, ``[DS01] …``) is quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./()+-]| (?! |#|$))*")
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", "nan", "inf"))
_HIDDEN = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_WIDTH = 120

Comments = Mapping[tuple[str | int, ...], str]
"""Route → what is said above the entry there."""


def gib(size: int | None) -> float | int | None:
    """Bytes in GiB; nothing is not known of a size of zero."""
    if not size:
        return None
    value = size / 2**30
    return int(value) if value.is_integer() else round(value, 6)


def write(tree: Mapping[str, Any], head: Sequence[str] = (), comments: Comments | None = None) -> str:
    """A document in the native form, beginning with comment lines and ``tenken: 1``."""
    lines = [f"# {inert(line)}".rstrip() for line in head]
    lines.append("tenken: 1")
    for key, value in tree.items():
        if key == "tenken":
            continue
        lines.append("")
        lines += _entry(key, value, "", (key,), comments or {})
    return "\n".join(lines) + "\n"


def inert(text: str) -> str:
    """Text on one line, without anything that could end a comment or steer a terminal."""
    return "".join(
        character if character.isprintable() and not _HIDDEN.match(character) else f"\\u{ord(character):04x}"
        for character in text
    )


def _entry(key: str, value: Any, indent: str, route: tuple[str | int, ...], comments: Comments) -> Iterator[str]:
    """The lines of one key."""
    for line in comments.get(route, "").splitlines():
        yield f"{indent}# {inert(line)}"
    head = f"{indent}{key}:"
    short = _flow(value)
    if isinstance(value, dict) and value and (len(head) + len(short) > _WIDTH or _is_deep(value)):
        yield head
        for name, inner in value.items():
            yield from _entry(name, inner, f"{indent}  ", (*route, name), comments)
    elif isinstance(value, list) and value and (any(map(_is_container, value)) or len(head) + len(short) > _WIDTH):
        yield head
        for position, item in enumerate(value):
            yield from _item(item, f"{indent}  ", (*route, position), comments)
    else:
        yield f"{head} {short}"


def _item(item: Any, indent: str, route: tuple[str | int, ...], comments: Comments) -> Iterator[str]:
    """The lines of one element of a list."""
    for line in comments.get(route, "").splitlines():
        yield f"{indent}# {inert(line)}"
    short = _flow(item)
    if not isinstance(item, dict) or not item or (len(short) + len(indent) + 2 <= _WIDTH and not _is_deep(item)):
        yield f"{indent}- {short}"
        return
    first = True
    for key, value in item.items():
        for line in _entry(key, value, f"{indent}  ", (*route, key), comments):
            if first and not line.lstrip().startswith("#"):
                yield f"{indent}- {line[len(indent) + 2 :]}"
                first = False
            else:
                yield line


def _is_container(value: Any) -> bool:
    return isinstance(value, dict | list)


def _is_deep(value: dict[str, Any]) -> bool:
    """Lists of objects, and objects in objects in objects, are not for one line."""
    return any(
        (isinstance(inner, list) and any(map(_is_container, inner)))
        or (isinstance(inner, dict) and any(map(_is_container, inner.values())))
        for inner in value.values()
    )


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    if text == "none" or (_PLAIN.fullmatch(text) and text.lower() not in _WORDS):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
