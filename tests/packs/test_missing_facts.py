"""Unknown is never pass: for every rule and every fact that it reads, removing the fact never makes things look better.

The strongest promise of tenken. Facts are removed one at a time from every example of every rule.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from tests.built_in import built_in
from tests.removal import without

from tenken.document.place import Route, step_into
from tenken.document.problem import InputError
from tenken.engine import graph as graphs
from tenken.engine.evaluate import NAMES, RuleRun, evaluate
from tenken.engine.evidence.explain import explain
from tenken.engine.pack import Catalog
from tenken.engine.selftest import _place, base_of, judge, tree_of
from tenken.engine.subjects import identity
from tenken.engine.verdict import judge as judge_all

RULES = sorted(built_in().rules)
IDENTIFYING = {
    "name",
    "uuid",
    "ldn",
    "label",
    "id",
    "device",
    "mv",
    "rv",
    "bv",
    "product",
    "tenken",
    "lun",
    "rv_array",
    "function",
    "action",
    "fact",
}
"""Keys that say which object is meant: without them it is another inventory, not one with less known."""


ABOUT_JOBS = {"datastore-one-mode", "datastore-vms-backed-up-together", "guest-os-without-repnavi-to-be-confirmed"}
"""Rules about the plan alone: what a job does not say changes what is asked, not what is known of the site."""

ABOUT_JOINS = {"ld-join-is-stated", "ld-copies-known"}
"""What it reads the graph concluded: there is no fact to take away."""

CONTRADICTIONS = {
    ("vm-no-shared-disk-cluster", "an availability group over nodes that share a disk"),
    ("vm-not-istoragemanager", "a server of the inventory is this VM"),
    ("vm-not-vcenter", "a vCenter says that it runs there"),
    ("vm-not-vcenter", "its software says so"),
    ("vm-not-vcenter", "a server that is this VM has it installed"),
    ("datastore-not-ha-heartbeat", "heartbeat of a cluster whose hosts are not among those that mount it"),
    ("datastore-without-vcenter-vm", "vCenter by the software of its guest"),
    ("ld-cascade-undescribed", "BV that is an RV by its pair"),
    ("job-linked-script-server-physical", "the management server is a VM of the site"),
    ("rdm-mapping-file-on-mv-bv", "over two logical disks of which one is a copy"),
}
"""Examples in which two statements contradict each other (roles: [] beside a server that says it is this VM; two datastores
on one LUN). Without one of them, the other decides."""


def _identifies(route: Route) -> bool:
    """Without it, it is another object; a disagreement and an inquiry are about an object of a kind."""
    return route[-1] in IDENTIFYING or (route[-1] == "kind" and route[0] in ("disagreements", "inquiries"))


def removable(tree: dict[str, Any], routes: list[Route]) -> Iterator[Route]:
    for route in dict.fromkeys(routes):
        inner: Any = tree
        there = bool(route) and isinstance(route[-1], str) and not _identifies(route)
        for step in route:
            present, inner = step_into(inner, step)
            there = there and present
        if there and inner is not None:
            yield route


@pytest.mark.parametrize("rule", RULES)
def test_a_missing_fact_never_turns_fail_or_unknown_into_pass(rule: str, catalog: Catalog) -> None:
    loaded = catalog.rules[rule]
    base = base_of(catalog, loaded)
    tried = 0
    for example in loaded.rule.examples:
        if example.expect not in ("fail", "unknown", "inquire") or (rule, example.name) in CONTRADICTIONS:
            continue
        tree = tree_of(example, base)
        judged = judge(loaded, tree, example.subject)
        facts = explain(judged.run, judged.position, judged.site).facts
        for route in removable(tree, [fact.route for fact in facts]):
            tried += 1
            try:
                outcome = outcome_of(judge_everything(loaded, without(tree, route)), identity(judged.node, _graph_of(tree)))
            except InputError:
                continue
            assert outcome != "pass", f"{example.name}: passes without {route}"
    assert tried or rule in ABOUT_JOBS | ABOUT_JOINS


def _graph_of(tree: dict[str, Any]) -> Any:

    from tenken.model.inventory import reader

    return graphs.build(reader().validate_python(tree), _place)


def judge_everything(loaded: Any, tree: dict[str, Any]) -> tuple[Any, RuleRun]:
    graph = _graph_of(tree)
    (run,) = evaluate(graph, [loaded])
    return graph, run


def outcome_of(judged: tuple[Any, RuleRun], wanted: str) -> str | None:
    """The outcome for the same subject; where its list is gone, for what stands in for the list."""
    graph, run = judged
    for node, outcome in zip(run.nodes, run.outcomes, strict=True):
        if identity(node, graph) == wanted:
            return NAMES[outcome]
    return None


def leaves(tree: Any, route: Route = ()) -> Iterator[Route]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if not _identifies((*route, key)) and value is not None:
                yield (*route, key)
            yield from leaves(value, (*route, key))
    elif isinstance(tree, list):
        for position, value in enumerate(tree):
            yield from leaves(value, (*route, position))


@pytest.mark.parametrize("rule", RULES)
def test_knowing_less_never_makes_anything_eligible(rule: str, catalog: Catalog) -> None:
    """Over the whole pack: take any fact away from any example site, and no VM or datastore becomes eligible by it.

    A sample of the facts, the same in each run; TENKEN_EXHAUSTIVE=1 takes them all (some 200,000, ten minutes).
    """
    rules = list(catalog.rules.values())
    base = base_of(catalog, catalog.rules[rule])
    for example in catalog.rules[rule].rule.examples:
        if (rule, example.name) in CONTRADICTIONS:
            continue
        tree = tree_of(example, base)
        try:
            before = _verdicts(tree, rules)
        except InputError:
            continue
        routes = [
            route for route in dict.fromkeys(leaves(tree)) if route[0] not in ("jobs", "runbooks", "inquiries", "disagreements")
        ]
        if os.environ.get("TENKEN_EXHAUSTIVE") != "1":
            routes = random.Random(f"{rule} {example.name}").sample(routes, min(3, len(routes)))
        for route in routes:
            try:
                after = _verdicts(without(tree, route), rules)
            except InputError:
                continue
            for key, verdict in after.items():
                assert verdict != "eligible" or before.get(key, "eligible") == "eligible", (
                    f"{example.name}: {key} without {route}"
                )


def _verdicts(tree: dict[str, Any], rules: list[Any]) -> dict[tuple[str, str, str], str]:
    graph = _graph_of(tree)
    runs = evaluate(graph, rules)
    return {
        (ruling.node.kind, ruling.node.name, ruling.method): ruling.judgement.verdict
        for ruling in judge_all(graph, runs)
        if ruling.node.kind in ("vm", "datastore", "disk", "host")
    }
