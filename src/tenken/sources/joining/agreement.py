"""Whether two sources say the same: by what the values mean, not by how they are written."""

from __future__ import annotations

import typing
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tenken.document.place import Route
from tenken.model.inventory import Inventory
from tenken.model.schema import type_at
from tenken.sources.joining.identity import digits, file_of

_EQUAL_CAPACITIES = 0.01
"""Sources round GiB differently."""

_MORE_EXACT = {"version": ".", "build": ".", "vmx": " ", "path": " "}
"""Facts that one source states less exactly than another: 8.0 and 8.0.3, [DS01] and [DS01] db01/db01.vmx."""

_ORDERED = ("steps", "order")


def agree(route: Route, one: Any, other: Any) -> bool:
    """Whether two values for one fact say the same, or one says it only less exactly."""
    if type(one) is type(other) and one == other:
        return True
    names = tuple(step for step in route if isinstance(step, str))
    return _means_same(names[-1], meaning(names, one), meaning(names, other))


def _means_same(key: str, one: Any, other: Any) -> bool:
    if one == other:
        return True
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool):
        return abs(one - other) <= _EQUAL_CAPACITIES * max(abs(one), abs(other))
    return _extends(key, one, other) or _extends(key, other, one)


def more_exact(route: Route, one: Any, other: Any) -> bool:
    """Whether the second of two values that agree says more than the first."""
    return _extends(str(route[-1]), other, one)


def _extends(key: str, longer: Any, shorter: Any) -> bool:
    separator = _MORE_EXACT.get(key)
    return (
        separator is not None
        and isinstance(longer, str)
        and isinstance(shorter, str)
        and longer.strip().startswith(shorter.strip() + separator)
    )


def meaning(names: tuple[str, ...], value: Any) -> Any:
    """What a value means, whatever its spelling: ``"false"`` is False, ``10h`` is 0010h, the order of a list is none."""
    key = names[-1]
    try:
        read = _reader(names).validate_python(value) if _reader(names) is not None else value  # type: ignore[union-attr]
    except ValidationError:
        return value
    if isinstance(read, str):
        read = read.strip()
        return digits(read) if key in ("uuid", "bios_uuid") else file_of(read) if key == "path" else read
    if isinstance(read, list) and key not in _ORDERED:
        return sorted(repr(getattr(item, "name", item)) if key == "snapshots" else repr(item) for item in read)
    return read


@cache
def _reader(names: tuple[str, ...]) -> TypeAdapter[Any] | None:
    """What reads the fact at such a route; None where the model has no such fact."""
    owner = type_at(Inventory, _with_indexes(names[:-1]))
    cls = owner.cls if owner is not None else None
    hints = typing.get_type_hints(cls, include_extras=True) if cls is not None else {}
    return TypeAdapter(hints[names[-1]]) if names[-1] in hints else None


def _with_indexes(names: tuple[str, ...]) -> Route:
    """A route through the model: an index after every list, as it has in a tree."""
    route: tuple[str | int, ...] = ()
    for name in names:
        route = (*route, name)
        found = type_at(Inventory, route)
        if found is not None and found.kind == "list":
            route = (*route, 0)
    return route


def show(value: Any) -> str:
    """A value in a message about input, as it was written."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def in_words(value: Any) -> str:
    """A value in a report."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(in_words, value)) or "[]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {in_words(inner)}" for key, inner in value.items()) + "}"
    return str(value).strip()
