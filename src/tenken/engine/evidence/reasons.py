"""The single outcomes that decide each verdict, where a verdict by itself keeps only the rules.

Questions and the way out need them: a fact is worth asking for if an outcome that lacks it holds a verdict up, and a
change is worth making if it settles an outcome that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tenken.engine.evaluate import NAMES, RuleRun
from tenken.engine.graph import Graph
from tenken.engine.nodes import JobNode, Node, SiteNode
from tenken.engine.verdict import Ruling, judge


class Reason(NamedTuple):
    """One rule on one subject."""

    rule: str
    position: int


@dataclass(slots=True)
class _ReasonedRun(RuleRun):
    def reasons(self, positions: Iterable[int]) -> Iterable[Reason]:
        rule = self.rule.id
        return (Reason(rule, position) for position in positions)


class Reasons:
    """All verdicts of a run with the outcomes that decided them: ``ruling.judgement.rules`` holds Reasons."""

    def __init__(self, graph: Graph, runs: Iterable[RuleRun]) -> None:
        self.graph = graph
        self.runs: Mapping[str, RuleRun] = {run.rule.id: run for run in runs}
        reasoned: list[RuleRun] = [_ReasonedRun(run.rule, run.nodes, run.outcomes) for run in self.runs.values()]
        self.rulings: list[Ruling] = judge(graph, reasoned)

    def wanted(self) -> list[Ruling]:
        """Verdicts that somebody waits for: with jobs those on what is planned, else all."""
        if not self.graph.site.has_jobs:
            return self.rulings
        return [ruling for ruling in self.rulings if ruling.planned or isinstance(ruling.node, (JobNode, SiteNode))]

    def node(self, reason: Reason) -> Node:
        return self.runs[reason.rule].nodes[reason.position]

    def outcome(self, reason: Reason) -> str:
        return NAMES[self.runs[reason.rule].outcomes[reason.position]]
