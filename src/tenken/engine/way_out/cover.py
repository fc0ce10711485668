"""The fewest steps that settle all obstacles, exactly: a minimum cover, component by component.

An obstacle is settled by all steps of one of its options together, or by the move of the VM whose own it is. Obstacles that
share no step and no VM have nothing to do with each other, so each such component is small and is searched to the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tenken.document.place import Route
from tenken.engine.way_out.changes import Step
from tenken.model.rule import COSTS

_MOST_LOOKS = 20_000
"""Partial choices that are looked at in one component; beyond that the best so far stands."""

Key = tuple[Any, ...]
Worth = tuple[int, int, int, int]
"""Of a choice, the less the better: steps, moves, how far down its rules name its options, cost."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One outcome that stands in the way, and the alternatives that settle it, the preferred first."""

    vm: Route | None
    """The VM whose own it is: it goes along where that moves away."""
    options: tuple[tuple[Step, ...], ...]


def fewest(obstacles: Iterable[Obstacle]) -> list[Step] | None:
    """The fewest steps that settle all; None where nothing settles one of them.

    Of equally many: those by which more VMs stay protected, then what rules name first, then what costs least.
    """
    chosen: dict[Key, Step] = {}
    for component in _components(list(obstacles)):
        steps = _Search(component).best()
        if steps is None:
            return None
        chosen.update((step.key, step) for step in steps)
    return list(chosen.values())


def pool(obstacles: Iterable[Obstacle]) -> list[Step]:
    """All steps that are known to settle something, each once."""
    found = {step.key: step for obstacle in obstacles for option in obstacle.options for step in option}
    return list(found.values())


def _components(obstacles: Sequence[Obstacle]) -> Iterator[list[Obstacle]]:
    parents = list(range(len(obstacles)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    first: dict[Any, int] = {}
    for place, obstacle in enumerate(obstacles):
        steps = [step for option in obstacle.options for step in option]
        shared: list[Any] = [step.key for step in steps]
        shared += [("vm", step.moved.route) for step in steps if step.moved is not None]
        if obstacle.vm is not None:
            shared.append(("vm", obstacle.vm))
        for key in shared:
            parents[root(place)] = root(first.setdefault(key, place))
    grouped: dict[int, list[Obstacle]] = defaultdict(list)
    for place, obstacle in enumerate(obstacles):
        grouped[root(place)].append(obstacle)
    yield from grouped.values()


class _Search:
    """Branches over the ways to settle the first obstacle that is not settled yet: one of them is in every cover."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        self.obstacles = sorted(obstacles, key=lambda obstacle: len(obstacle.options))
        self._moves = {step.moved.route: step for step in pool(obstacles) if step.moved is not None}
        self._keys = [[frozenset(step.key for step in option) for option in each.options] for each in self.obstacles]
        self._found: list[Step] | None = None
        self._worth: Worth = (1 << 30, 0, 0, 0)
        self._looks = 0

    def best(self) -> list[Step] | None:
        self._look({}, 0)
        return self._found

    def _look(self, chosen: dict[Key, Step], later: int) -> None:
        self._looks += 1
        moves = sum(step.moved is not None for step in chosen.values())
        worth = (len(chosen), moves, later, sum(COSTS.index(step.cost) for step in chosen.values()))
        if worth >= self._worth or (self._looks > _MOST_LOOKS and self._found is not None):
            return
        place = self._unsettled(chosen)
        if place is None:
            self._found, self._worth = list(chosen.values()), worth
            return
        for rank, steps in self._ways(self.obstacles[place]):
            self._look({**chosen, **{step.key: chosen.get(step.key, step) for step in steps}}, later + rank)

    def _unsettled(self, chosen: dict[Key, Step]) -> int | None:
        gone = {step.moved.route for step in chosen.values() if step.moved is not None}
        keys = chosen.keys()
        for place, obstacle in enumerate(self.obstacles):
            if obstacle.vm not in gone and not any(option <= keys for option in self._keys[place]):
                return place
        return None

    def _ways(self, obstacle: Obstacle) -> Iterator[tuple[int, tuple[Step, ...]]]:
        yield from enumerate(obstacle.options)
        away = self._moves.get(obstacle.vm) if obstacle.vm is not None else None
        if away is not None and (away,) not in obstacle.options:
            yield len(obstacle.options), (away,)
