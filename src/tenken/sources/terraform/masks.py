"""What a plan or state hides: values that nobody knows before apply, and values that are marked sensitive."""

from __future__ import annotations

from enum import Enum
from typing import Any

from tenken.sources.base import list_of

_DEEPEST = 8
"""The attributes that are read are nested three levels deep."""


class Hidden(Enum):
    """Why a value can't be had."""

    UNKNOWN = "known after apply"
    SENSITIVE = "marked sensitive"


def sensitive_paths(paths: Any) -> dict[str, bool]:
    """Which attributes a raw state marks: of a path only the first step, which hides more than it must."""
    first = [path[0] for path in list_of(paths) if isinstance(path, list) and path]
    return {str(step["value"]): True for step in first if isinstance(step, dict) and "value" in step}


def visible(value: Any, unknown: Any, sensitive: Any, depth: int = 0) -> Any:
    """A value with ``Hidden`` where its masks, which have the same shape, say true; a mask says it of all that is below."""
    if sensitive is True:
        return Hidden.SENSITIVE
    if unknown is True or depth > _DEEPEST:
        return Hidden.UNKNOWN
    if not unknown and not sensitive and depth:
        return value if not isinstance(value, (dict, list)) else _bounded(value, depth)
    if isinstance(value, dict):
        keys = dict.fromkeys([*value, *(unknown if isinstance(unknown, dict) else ())])
        return {key: visible(value.get(key), inner(unknown, key), inner(sensitive, key), depth + 1) for key in keys}
    if isinstance(value, list):
        return [visible(item, inner(unknown, at), inner(sensitive, at), depth + 1) for at, item in enumerate(value)]
    return value


def _bounded(value: Any, depth: int) -> Any:
    """The same value, cut off where nothing that is read would lie."""
    if depth > _DEEPEST:
        return Hidden.UNKNOWN
    if isinstance(value, dict):
        return {key: _bounded(inner, depth + 1) for key, inner in value.items()}
    return [_bounded(inner, depth + 1) for inner in value] if isinstance(value, list) else value


def inner(mask: Any, step: str | int) -> Any:
    if mask is True:
        return True
    if isinstance(mask, dict):
        return mask.get(str(step))
    return mask[step] if isinstance(mask, list) and isinstance(step, int) and step < len(mask) else None
