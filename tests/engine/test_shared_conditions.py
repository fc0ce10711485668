"""What rules begin with together is looked at once: they say the same as if each looked for itself."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.generate import generate, write
from tests.built_in import built_in

from tenken.engine.evaluate import ERROR, evaluate
from tenken.engine.graph import Graph
from tenken.engine.pack import LoadedRule
from tenken.pipeline import evaluate_paths

ROOT = Path(__file__).parents[2]


def rules() -> list[LoadedRule]:
    return list(built_in().rules.values())


def outcomes(graph: Graph, of: list[LoadedRule]) -> dict[str, bytes]:
    return {run.rule.id: bytes(run.outcomes) for run in evaluate(graph, of)}


@pytest.fixture(scope="module", params=["passing", "failing", "generated"])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    path = ROOT / "examples" / request.param
    if request.param == "generated":
        path = tmp_path_factory.mktemp("site") / "site.json"
        write(generate(120, 7)[0], path, "json")
    return evaluate_paths([path]).graph


def test_same_outcomes_as_without_sharing(graph: Graph) -> None:
    alone = [dataclasses.replace(rule, shared=()) for rule in rules()]
    assert any(rule.shared for rule in rules())
    assert outcomes(graph, rules()) == outcomes(graph, alone)


def test_only_what_others_begin_with_is_shared() -> None:
    begin_so = Counter((rule.rule.subject, rule.shared[:length]) for rule in rules() for length in range(len(rule.shared) + 1))
    shared = [rule for rule in rules() if rule.shared]
    assert len(shared) > 100
    assert all(begin_so[rule.rule.subject, rule.shared] > 1 for rule in shared)


def test_a_condition_that_breaks_leaves_the_error_to_the_rule(graph: Graph) -> None:
    """It is told as the rule's own error, for the subject on which it broke and for no other."""
    vm = graph.nodes["vm"][0]
    alike = [rule for rule in rules() if rule.rule.subject == "vm" and [c.code for c in rule.shared] == ["subject.is_target"]]
    is_target = vm.is_target  # type: ignore[attr-defined]
    del vm.is_target  # type: ignore[attr-defined]
    try:
        found = outcomes(graph, alike)
    finally:
        vm.is_target = is_target  # type: ignore[attr-defined]
    assert len(found) > 1
    for of_rule in found.values():
        assert [position for position, outcome in enumerate(of_rule) if outcome == ERROR] == [0]
