"""The counts of a report, made once: every format and the gate take them from here."""

from __future__ import annotations

from collections import Counter

from tenken.gate.exit_codes import exit_code, severity
from tenken.model.report import OUTCOMES, VERDICTS, Result, Summary, VerdictOf
from tenken.pipeline.run import Run


def summary(run: Run, results: list[Result], verdicts: list[VerdictOf], fail_on: str) -> Summary:
    """fail_on: the threshold of the exit code."""
    outcomes = Counter(dict.fromkeys(OUTCOMES, 0))
    checked = False
    for rule_run in run.runs:
        counts = rule_run.counts()
        checked = checked or (rule_run.rule.about_site and any(outcome != "not_applicable" for outcome in counts))
        outcomes.update(counts)
    for result in results:
        if result.waiver is not None:
            outcomes[result.waiver.outcome] -= 1
            outcomes["waived"] += 1
        elif result.subject.kind == "waiver":
            outcomes[result.outcome] += 1
    subjects = {kind: sum(not node.phantom for node in nodes) for kind, nodes in run.graph.nodes.items()}
    has_subjects = any(subjects.get(kind) for kind in ("vm", "datastore", "logical_disk", "host", "array"))
    levels = Counter(severity(result) for result in results)
    return Summary(
        outcomes=dict(outcomes),
        verdicts=_count_verdicts(verdicts),
        exit_code=exit_code(results, fail_on, checked and has_subjects),
        fail_on=fail_on,
        levels={level: levels.get(level, 0) for level in ("error", "unknown", "inquire", "warning")},
        out_of_plan=sum(not result.in_plan for result in results if result.outcome not in ("pass", "not_applicable")),
        subjects=subjects,
        ready={
            method: sum(
                v.subject.kind == "vm" and v.method == method and v.verdict in ("eligible", "conditional") and not v.blocked_by
                for v in verdicts
            )
            for method in ("vmfs.online", "vmfs.offline")
        },
    )


def _count_verdicts(verdicts: list[VerdictOf]) -> dict[str, dict[str, dict[str, int]]]:
    counted: dict[str, dict[str, dict[str, int]]] = {}
    for found in verdicts:
        per_method = counted.setdefault(found.subject.kind, {})
        per_verdict = per_method.setdefault(found.method, dict.fromkeys(VERDICTS, 0))
        per_verdict[found.verdict] += 1
    return counted
