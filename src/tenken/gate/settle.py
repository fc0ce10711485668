"""What waivers and a baseline make of the results of a run. Verdicts are not in its hands, and so can't change."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tenken.engine.evaluate import RuleRun
from tenken.engine.graph import Graph
from tenken.engine.subjects import fingerprint
from tenken.gate import baseline as baselines
from tenken.gate import waiver_findings, waivers
from tenken.model.report import BaselineUsed, ClauseUsed, Result, RuleUsed


@dataclass(slots=True)
class Settled:
    """The results, some of them waived or known; and what the report must tell besides."""

    results: list[Result]
    rules: list[RuleUsed] = field(default_factory=list)
    """Rules about the waiver file that found something."""
    clauses: list[ClauseUsed] = field(default_factory=list)
    baseline: BaselineUsed | None = None


def settle(
    results: list[Result],
    accepted: waivers.Waivers | None,
    known: baselines.Baseline | None,
    runs: list[RuleRun],
    graph: Graph,
) -> Settled:
    """First what is accepted, then what is known: a baseline holds nothing that a waiver accepts."""
    settled = Settled(results)
    if accepted is not None:
        rules = {run.rule.id: run for run in runs}
        settled.results = waivers.apply(results, accepted)
        about = waiver_findings.findings(accepted, rules, lambda standing: _exists(standing, rules, graph))
        settled.results += about
        counts = Counter(result.rule for result in about)
        for rule in waiver_findings.RULES.values():
            if counts[rule.id]:
                settled.rules.append(dataclasses.replace(rule, counts={"fail": counts[rule.id]}))
        settled.clauses = [waiver_findings.CLAUSE] if about else []
    if known is not None:
        settled.results, settled.baseline = baselines.compared(settled.results, known)
    return settled


def count_waived(rules: Iterable[RuleUsed], results: Iterable[Result]) -> None:
    """Tell waived findings apart in the counts of the rules that found them."""
    described = {rule.id: rule for rule in rules}
    for result in results:
        if result.waiver is not None:
            counts = described[result.rule].counts
            counts["waived"] = counts.get("waived", 0) + 1
            counts[result.waiver.outcome] -= 1
            if not counts[result.waiver.outcome]:
                del counts[result.waiver.outcome]


def _exists(standing: waivers.Standing, rules: dict[str, RuleRun], graph: Graph) -> bool:
    """Whether the inputs hold a subject that a waiver names."""
    waiver = standing.waiver
    if waiver.subject is not None:
        fits = waivers.name_matcher(waiver.subject.name)
        return any(not node.phantom and fits(node.name) for node in graph.nodes.get(waiver.subject.kind, ()))
    return any(fingerprint(waiver.rule, node, graph) == waiver.fingerprint for node in rules[waiver.rule].nodes)
