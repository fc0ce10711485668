"""What types the facts have, read off the inventory's own annotations.

Messages about wrong input (which keys would have been right here?), the checker of rule expressions, questionnaires and
pseudonyms need it. None may keep a list of its own, or it would drift from the model.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from tenken.document.place import Route


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a fact or of an expression."""

    kind: str
    """bool, int, double, string, list, object, node or null."""
    item: Type | None = None
    cls: type | None = None
    words: tuple[str, ...] = ()
    """For a string that is one of a few words: these."""
    or_none: bool = False
    """For an object: the word ``none`` may stand in its place."""
    nullable: bool = False
    """It may be unknown."""

    def __str__(self) -> str:
        if self.kind == "list":
            return f"list of {self.item}"
        if self.cls is not None:
            return self.cls.__name__
        return self.kind


BOOL, INT, DOUBLE, STRING = Type("bool"), Type("int"), Type("double"), Type("string")
_SCALARS: dict[Any, Type] = {bool: BOOL, int: INT, float: DOUBLE, str: STRING}


def type_of(annotation: Any) -> Type:
    """The type that an annotation stands for."""
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        return type_of(get_args(annotation)[0])
    if origin is Literal:
        return Type("string", words=tuple(str(word) for word in get_args(annotation)))
    if origin in (typing.Union, types.UnionType):
        return _type_of_union(get_args(annotation))
    if origin in (list, tuple, frozenset, set):
        return Type("list", item=type_of(get_args(annotation)[0]))
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if isinstance(annotation, type):
        if issubclass(annotation, _date()):
            return STRING
        return Type("node" if hasattr(annotation, "variable") else "object", cls=annotation)
    raise TypeError(f"no type for {annotation!r}")


def _date() -> type:
    import datetime

    return datetime.date


def _type_of_union(members: tuple[Any, ...]) -> Type:
    nullable = type(None) in members
    rest = [type_of(member) for member in members if member is not type(None)]
    if len(rest) == 2 and rest[1].words == ("none",):
        return dataclasses.replace(rest[0], or_none=True, nullable=nullable)
    if len(rest) == 2 and rest[0].or_none:
        return dataclasses.replace(rest[0], nullable=nullable)
    (only,) = rest
    return dataclasses.replace(only, nullable=nullable or only.nullable)


@cache
def fields_of(cls: type) -> dict[str, Type]:
    """Names and types of the fields of a model class."""
    hints = typing.get_type_hints(cls, include_extras=True)
    return {field.name: type_of(hints[field.name]) for field in dataclasses.fields(cls)}


def type_at(cls: type, route: Route) -> Type | None:
    """The type at a route into an object of a class; None where the route leaves the model."""
    current: Type | None = Type("object", cls=cls)
    for step in route:
        if current is None:
            return None
        if isinstance(step, int):
            current = current.item
        elif current.kind == "object" and current.cls is not None:
            current = fields_of(current.cls).get(step)
        else:
            return None
    return current
