"""Frozen classes of ours behave as the standard library's frozen dataclasses."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from tenken.model.frozen import Frozen, frozen
from tenken.model.inventory import Disk, Inventory, VirtualMachine


@frozen
class Ours(Frozen):
    """A thing."""

    name: str
    size: int | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theirs:
    """A thing."""

    name: str
    size: int | None = None
    parts: tuple[str, ...] = ()


MADE: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("a",), {}),
    (("a", 1), {"parts": ("x",)}),
    ((), {"name": "a", "size": 3}),
]


@pytest.mark.parametrize(("values", "named"), MADE)
def test_made_compared_and_shown_as_theirs(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    ours, theirs = Ours(*values, **named), Theirs(*values, **named)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)  # type: ignore[call-overload]
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert ours == Ours(*values, **named) and hash(ours) == hash(Ours(*values, **named))
    assert ours != Ours("other") and ours != theirs and ours != "a"
    assert dataclasses.replace(ours, size=9) == Ours(ours.name, 9, ours.parts)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("values", "named", "told"),
    [
        ((), {}, "name is missing"),
        (("a",), {"name": "b"}, "name was given twice"),
        (("a",), {"colour": 1}, "has no colour"),
        (("a", 1, (), 2), {}, "has 3 fields, and 4 values were given"),
    ],
)
def test_wrong_values_are_refused(values: tuple[Any, ...], named: dict[str, Any], told: str) -> None:
    with pytest.raises(TypeError):
        Theirs(*values, **named)
    with pytest.raises(TypeError, match=told):
        Ours(*values, **named)


def test_nothing_changes_it() -> None:
    ours = Ours("a")
    with pytest.raises(FrozenInstanceError):
        ours.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        ours.colour = "b"  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        del ours.name
    assert ours.name == "a" and not hasattr(ours, "__dict__")


def test_it_is_copied_and_pickled() -> None:
    vm = VirtualMachine("db01", disks=[Disk("Hard disk 1", mode="persistent")])
    for again in (copy.copy(vm), copy.deepcopy(vm), pickle.loads(pickle.dumps(vm))):
        assert again == vm and again is not vm
    assert Inventory(vms=[vm]).tenken == 1
