"""The counts of a report, made once: every format and the gate take them from here."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tenken.engine.nodes import VmNode
from tenken.gate.exit_codes import exit_code
from tenken.model.report import OUTCOMES, VERDICTS, Result, Summary, VerdictOf
from tenken.model.rule import VMFS_METHODS
from tenken.model.severity import severity
from tenken.pipeline.run import Run


def summary(run: Run, results: list[Result], verdicts: list[VerdictOf], fail_on: str) -> Summary:
    """fail_on: the threshold of the exit code."""
    outcomes = Counter(dict.fromkeys(OUTCOMES, 0))
    checked = False
    for rule_run in run.runs:
        counts = rule_run.counts()
        checked = checked or (rule_run.rule.about_site and any(outcome != "not_applicable" for outcome in counts))
        outcomes.update(counts)
    counted = Counter((found.subject.kind, found.method, str(found.verdict), bool(found.blocked_by)) for found in verdicts)
    alike = _alike(results)
    for result, count in alike:
        if result.waiver is not None:
            outcomes[result.waiver.outcome] -= count
            outcomes["waived"] += count
        elif result.subject.kind == "waiver":
            outcomes[result.outcome] += count
    subjects = {kind: sum(not node.phantom for node in nodes) for kind, nodes in run.graph.nodes.items()}
    has_subjects = any(subjects.get(kind) for kind in ("vm", "datastore", "logical_disk", "host", "array"))
    levels: Counter[str | None] = Counter()
    for result, count in alike:
        levels[severity(result)] += count
    return Summary(
        outcomes=dict(outcomes),
        verdicts=_by_subject(counted),
        exit_code=exit_code(
            [result for result, _ in alike], fail_on, checked and has_subjects and _is_judged(run, alike, verdicts)
        ),
        fail_on=fail_on,
        levels={level: levels.get(level, 0) for level in ("error", "unknown", "inquire", "warning")},
        out_of_plan=sum(
            count for result, count in alike if not result.in_plan and result.outcome not in ("pass", "not_applicable")
        ),
        subjects=subjects,
        ready={
            method: sum(
                count
                for (kind, of, verdict, is_blocked), count in counted.items()
                if kind == "vm" and of == method and verdict in ("eligible", "conditional") and not is_blocked
            )
            for method in VMFS_METHODS
        },
    )


def _is_judged(run: Run, alike: list[tuple[Result, int]], verdicts: list[VerdictOf]) -> bool:
    """Something that is to be backed up has a verdict, or else a finding says why nothing has.

    Templates and vCLS agents are never backed up: where there is nothing else, rules that pass on their host say nothing.
    """
    return (
        any(vm.is_target for vm in run.graph.of(VmNode))
        or any(found.subject.kind not in ("site", "vm") for found in verdicts)
        or any(result.in_plan and result.outcome not in ("pass", "not_applicable") for result, _ in alike)
    )


def _alike(results: list[Result]) -> list[tuple[Result, int]]:
    """One result for each kind that counts and the gate can tell apart, and how many there are of it."""
    kinds: dict[tuple[Any, ...], list[Any]] = {}
    for result in results:
        waived = result.waiver.outcome if result.waiver is not None else None
        about_waiver = result.subject.kind == "waiver"
        key = (result.outcome, result.level, result.in_plan, result.baseline, bool(result.bears_on), waived, about_waiver)
        found = kinds.get(key)
        if found is None:
            kinds[key] = [result, 1]
        else:
            found[1] += 1
    return [(result, count) for result, count in kinds.values()]


def _by_subject(counted: Counter[tuple[str, str, str, bool]]) -> dict[str, dict[str, dict[str, int]]]:
    """Kind of subject → method → verdict → how many."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for (kind, method, verdict, _), count in counted.items():
        found.setdefault(kind, {}).setdefault(method, dict.fromkeys(VERDICTS, 0))[verdict] += count
    return found
