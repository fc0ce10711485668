"""What is said of subjects that are alike is what would be said of each of them alone."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generate import generate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenken import pipeline
from tenken.engine.evidence import explain as explanations
from tenken.engine.evidence.alike import Alike
from tenken.model.report import Result

EXAMPLES = Path(__file__).parents[2] / "examples"


def held_against_each_alone(run: pipeline.Run) -> int:
    """Compares every explanation with the one that is made from scratch; returns how many were taken from another subject."""
    taken = 0
    for rule_run in run.runs:
        for position in range(len(rule_run.nodes)):
            before = len(rule_run.explained)
            found = explanations.explain(rule_run, position, run.graph.site)
            alone = explanations._explained(rule_run, position, run.graph.site)
            assert found == alone, (rule_run.rule.id, rule_run.nodes[position])
            alike = rule_run.explained[Alike].key(rule_run.nodes[position], run.graph.site) is not None
            taken += alike and len(rule_run.explained) == before
    return taken


@pytest.mark.parametrize("example", ["passing", "failing", "planned"])
def test_the_examples(example: str) -> None:
    assert held_against_each_alone(pipeline.evaluate_paths([EXAMPLES / example])) > 50


def test_an_estate_with_defects(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(generate(60, 3, share=0.3)[0]), encoding="utf-8")
    assert held_against_each_alone(pipeline.evaluate_paths([path])) > 4000


LISTS = ("vms", "hosts", "datastores", "clusters", "arrays", "jobs", "servers")


def without_some(tree: Any, draw: Any) -> Any:
    """A tree with facts left out here and there, the same one of most objects, as exports do."""
    if isinstance(tree, dict):
        return {key: without_some(value, draw) for key, value in tree.items() if key == "name" or not draw(key)}
    return [without_some(item, draw) for item in tree] if isinstance(tree, list) else tree


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    everywhere=st.sets(st.sampled_from(
        ["disks", "controllers", "guest", "roles", "path", "host", "encrypted", "type", "bus_sharing", "sharing", "os", "ha",
         "devices", "luns", "hosts", "vmx", "template", "vtpm", "workloads", "boot", "controller", "extents", "uid"]
    ), max_size=6),
    here=st.randoms(use_true_random=False),
)  # fmt: skip
def test_whatever_is_left_out(tmp_path: Path, everywhere: set[str], here: Any) -> None:
    tree = copy.deepcopy(ESTATE)
    left = without_some(tree, lambda key: key in everywhere or here.random() < 0.03)
    left["tenken"] = tree["tenken"]
    path = tmp_path / "site.json"
    path.write_text(json.dumps(left), encoding="utf-8")
    try:
        run = pipeline.evaluate_paths([path])
    except pipeline.InputError:
        return  # what identifies an object was left out
    held_against_each_alone(run)


ESTATE = generate(24, 5, share=0.4)[0]


def test_a_result_that_tells_later_is_a_result_to_all_who_read_it() -> None:
    run = pipeline.evaluate_paths([EXAMPLES / "failing"])
    for result in pipeline.report(run).results:
        first = dataclasses.replace(result, baseline="new")
        again = pickle.loads(pickle.dumps(result))
        assert type(again) is Result and again == copy.copy(result)
        assert dataclasses.asdict(again) == dataclasses.asdict(result) == {**dataclasses.asdict(first), "baseline": None}
        with pytest.raises(AttributeError):
            result.nothing_of_the_kind  # noqa: B018
