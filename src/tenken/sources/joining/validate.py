"""Merged trees to the inventory: every mistake with its place, what was expected, and the nearest right word."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tenken.document.place import Place, Route, dotted, step_into
from tenken.document.problem import Problem, did_you_mean, one_of
from tenken.document.said import Said
from tenken.document.wording import inside, is_not, misfit, must_be, of_validator, required, show, unknown_key
from tenken.model.inventory import Inventory, reader
from tenken.model.schema import fields_of, type_at
from tenken.sources.joining.defaults import Defaults
from tenken.sources.joining.merge import Origins

_MAPPING_OR_NONE = Said("must be a mapping, or none", "はマッピング（キー: 値）または none で指定してください")
_WHOLE = Said("the inventory", "インベントリ")


def validate(tree: dict[str, Any], origins: Origins, defaults: Defaults, problems: list[Problem]) -> Inventory | None:
    try:
        inventory: Inventory = reader().validate_python(tree)
    except ValidationError as failure:
        for error in failure.errors(include_url=False, include_context=True):
            route = _real_route(tree, error["loc"])
            problems.append(_problem(error, route, defaults.own_route(origins, route), defaults.place(origins, route)))
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


def _problem(error: Any, route: Route, own: Route, place: Place) -> Problem:
    """``own``: the route in the document that is to be mended."""
    kind, name = error["type"], dotted(own)
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        parent = type_at(Inventory, route[:-1])
        names = fields_of(parent.cls) if parent is not None and parent.cls is not None else {}
        extra = ["defaults"] if len(route) == 1 else []
        where = inside(dotted(own[:-1]), _WHOLE)
        return Problem(unknown_key(route[-1], where), place, did_you_mean(route[-1], [*names, *extra]))
    if kind == "missing":
        return Problem(required(name), place)
    shown = show(error["input"])
    if kind == "literal_error":
        found = type_at(Inventory, route)
        words = found.words if found else ()
        return Problem(is_not(name, shown), place, did_you_mean(error["input"], words) or one_of(words))
    if kind == "dataclass_type" and "object" in error["loc"]:
        return Problem(must_be(name, _MAPPING_OR_NONE, shown), place)
    said = misfit(name, kind, shown)
    return Problem(said, place) if said is not None else Problem(is_not(name, shown), place, of_validator(error))
