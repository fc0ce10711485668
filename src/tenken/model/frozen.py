"""Frozen dataclasses with the methods of one base class.

The standard library writes and compiles five methods for every frozen class, as if each were made a million times: for
the forty of the inventory that takes longer than to check a small site. pydantic, which makes them, calls none of them.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """A class of annotated fields, slotted, whose objects never change; it must derive from ``Frozen``."""
    return dataclass(init=False, repr=False, eq=False, slots=True)(cls)


class Frozen:
    """What the objects of ``frozen`` classes do as those of the standard library's frozen dataclasses do it."""

    __slots__ = ()

    def __init__(self, *values: Any, **named: Any) -> None:
        own = fields(self)  # type: ignore[arg-type]
        if len(values) > len(own):
            raise TypeError(f"{type(self).__name__} has {len(own)} fields, and {len(values)} values were given")
        given = {field.name: value for field, value in zip(own, values, strict=False)}
        if twice := given.keys() & named:
            raise TypeError(f"{type(self).__name__}: {', '.join(sorted(twice))} was given twice")
        given |= named
        for field in own:
            value = given.pop(field.name, field.default)
            if value is MISSING:
                raise TypeError(f"{type(self).__name__}: {field.name} is missing")
            object.__setattr__(self, field.name, value)
        if given:
            raise TypeError(f"{type(self).__name__} has no {', '.join(given)}")

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Frozen) and type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        named = zip(fields(self), self._values(), strict=True)  # type: ignore[arg-type]
        return f"{type(self).__qualname__}({', '.join(f'{field.name}={value!r}' for field, value in named)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values()

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"{type(self).__name__}.{name} can't be changed")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"{type(self).__name__}.{name} can't be deleted")
