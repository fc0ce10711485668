"""Merged trees to the inventory: every mistake with its place, what was expected, and the nearest right word."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tenken.document.place import Place, Route, dotted, step_into
from tenken.document.problem import Problem, did_you_mean
from tenken.model.inventory import Inventory, reader
from tenken.model.schema import fields_of, type_at
from tenken.sources.defaults import Defaults
from tenken.sources.merge import Origins, show

_EXPECTED = {
    "missing": "is required",
    "list_type": "must be a list",
    "dataclass_type": "must be a mapping",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
}


def validate(tree: dict[str, Any], origins: Origins, defaults: Defaults, problems: list[Problem]) -> Inventory | None:
    try:
        inventory: Inventory = reader().validate_python(tree)
    except ValidationError as failure:
        for error in failure.errors(include_url=False, include_context=True):
            route = _real_route(tree, error["loc"])
            problems.append(_problem(error, route, defaults.place(origins, route)))
        return None
    return inventory


def _real_route(tree: Any, location: tuple[int | str, ...]) -> Route:
    """The location without the names of union branches, which pydantic adds and no document has."""
    route: list[str | int] = []
    for step in location:
        there, inner = step_into(tree, step)
        if there:
            tree = inner
        elif step is not location[-1] or step in ("object", "none"):
            continue
        route.append(step)
    return tuple(route)


def _problem(error: Any, route: Route, place: Place) -> Problem:
    kind, name = error["type"], dotted(route)
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        parent = type_at(Inventory, route[:-1])
        names = fields_of(parent.cls) if parent is not None and parent.cls is not None else {}
        extra = ["defaults"] if len(route) == 1 else []
        return Problem(
            f"unknown key {route[-1]!r} in {dotted(route[:-1]) or 'the inventory'}",
            place,
            did_you_mean(route[-1], [*names, *extra]),
        )
    if kind == "missing":
        return Problem(f"{name} is required", place)
    if kind == "literal_error":
        found = type_at(Inventory, route)
        words = found.words if found else ()
        return Problem(
            f"{name} is {show(error['input'])}",
            place,
            did_you_mean(error["input"], words) or f"expected one of: {', '.join(words)}",
        )
    if kind == "value_error":
        return Problem(f"{name} is {show(error['input'])}", place, error["msg"].removeprefix("Value error, "))
    expected = _EXPECTED.get(kind)
    if expected is None:
        return Problem(f"{name} is {show(error['input'])}", place, error["msg"])
    if kind == "dataclass_type" and "object" in error["loc"]:
        expected += ", or none"
    return Problem(f"{name} {expected}, not {show(error['input'])}", place)
