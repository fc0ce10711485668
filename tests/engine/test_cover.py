"""The fewest steps, against every subset of the steps that are known."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.engine.way_out.changes import Step
from tenken.engine.way_out.cover import Obstacle, fewest, pool

VMS: list[Any] = [SimpleNamespace(route=("vms", number)) for number in range(3)]
NOBODY: Any = None


def change(number: int, cost: Any = "setting") -> Step:
    return Step(NOBODY, 0, NOBODY, {("change", number): True}, cost)


def move(number: int) -> Step:
    return Step(NOBODY, 0, NOBODY, {}, "storage_vmotion", VMS[number])


steps = st.one_of(st.integers(0, 5).map(change), st.integers(0, 2).map(move))
options = st.lists(st.lists(steps, min_size=1, max_size=2).map(tuple), max_size=3).map(tuple)
obstacles = st.lists(st.builds(Obstacle, st.sampled_from([None, *(vm.route for vm in VMS)]), options), max_size=6)


def settles(chosen: list[Step], obstacle: Obstacle) -> bool:
    keys = {step.key for step in chosen}
    gone = {step.moved.route for step in chosen if step.moved is not None}
    return obstacle.vm in gone or any({step.key for step in option} <= keys for option in obstacle.options)


@given(obstacles)
@settings(max_examples=200)
def test_no_subset_of_the_known_steps_is_smaller(found: list[Obstacle]) -> None:
    known = pool(found)
    smallest = next(
        (
            size
            for size in range(len(known) + 1)
            for chosen in combinations(known, size)
            if all(settles(list(chosen), obstacle) for obstacle in found)
        ),
        None,
    )
    chosen = fewest(found)
    assert (None if chosen is None else len(chosen)) == smallest
    assert chosen is None or all(settles(chosen, obstacle) for obstacle in found)


def test_of_equally_many_the_vm_stays_and_the_preferred_change_is_made() -> None:
    own = Obstacle(VMS[0].route, ((change(1, "shutdown"),), (change(2),), (move(0),)))
    assert fewest([own]) == [change(1, "shutdown")]
    assert fewest([own, Obstacle(VMS[0].route, ((change(3),),))]) == [move(0)]


def test_what_nothing_settles_has_no_cover() -> None:
    assert fewest([Obstacle(None, ((change(1),),)), Obstacle(None, ())]) is None
    assert fewest([]) == []
