"""From a run to its report; and the way that most programs take, from paths to a report at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import tenken
from tenken.document.collector import collector_paused
from tenken.engine.findings import Findings, missing_facts, rules_used, verdicts_of
from tenken.engine.notes import notes
from tenken.engine.pack import Pack
from tenken.engine.pack.terms import Terms
from tenken.engine.topology import topology
from tenken.engine.verdict import judge
from tenken.gate import unknowns
from tenken.model.config import Switch, UnknownPolicy
from tenken.model.report import ClauseUsed, InputUsed, PackUsed, Report, Result, RuleUsed, Tool
from tenken.model.severity import FailOn
from tenken.pipeline.clauses import coverage
from tenken.pipeline.clock import now
from tenken.pipeline.notices import notices
from tenken.pipeline.run import Progress, Run, evaluate_paths, silent
from tenken.pipeline.summary import summary

if TYPE_CHECKING:  # imported where it is used: most runs have no waivers and no baseline
    from tenken.gate.settle import Settled


def check(
    paths: Sequence[str | Path],
    *,
    rules: Sequence[str | Path] = (),
    levels: Mapping[str, Switch] | None = None,
    lock: str | Path | None = None,
    fail_on: FailOn = "unknown",
    unknown: UnknownPolicy = "threshold",
    everything: bool = False,
    precedence: Mapping[str, Sequence[str]] | None = None,
    assumptions: Sequence[str] = (),
    waivers: str | Path | None = None,
    baseline: str | Path | None = None,
    progress: Progress = silent,
) -> Report:
    """Check the inventories at some paths and report.

    paths: files and folders of any source; rules: folders of further rule packs; levels: rule id, or a pattern with
    ``*``, → ``error``, ``warning``, ``note``, ``off`` or ``on``; lock: a tenken.lock that the packs must match; fail_on:
    the threshold of the exit code in the report's summary; unknown: what is not decidable is to that threshold;
    everything: list pass and not_applicable too; precedence: fact → sources, the one to believe first where they
    disagree; assumptions: what may be assumed (``ldn_from_naa``); waivers: a file of accepted risks; baseline: a file of
    known findings, so that only new ones fail the gate.
    Reads no configuration file: what a program asks for is what it gets.
    Raises InputError with all mistakes of inputs or rules, and sources.registry.NothingRecognised.
    """
    run = evaluate_paths(
        paths,
        rules=rules,
        terms=Terms.of(levels or {}, Path(lock) if lock is not None else None),
        precedence=precedence,
        assumptions=assumptions,
        waivers=waivers,
        baseline=baseline,
        progress=progress,
    )
    return report(run, fail_on=fail_on, unknown=unknown, everything=everything, progress=progress)


def report(
    run: Run,
    *,
    fail_on: FailOn = "unknown",
    unknown: UnknownPolicy = "threshold",
    everything: bool = False,
    progress: Progress = silent,
) -> Report:
    """The report of a run."""
    with collector_paused():
        progress("judging")
        site = run.assembled.inventory.site
        verdicts = verdicts_of(judge(run.graph, run.runs))
        findings = Findings(run.graph, run.catalog, run.assembled.locate)
        results, rules = findings.results(run.runs, everything), rules_used(run.runs)
        settled = _settled(run, results, rules)
        results = settled.results if settled is not None else results
        used = {clause for result in results for clause in result.clauses}
        return Report(
            tool=Tool("tenken", tenken.__version__),
            generated=now().isoformat(timespec="seconds"),
            site=run.site_name,
            packs=[_pack_used(pack) for pack in run.catalog.packs],
            inputs=_inputs(run),
            summary=summary(run, results, verdicts, unknowns.threshold(fail_on, unknown)),
            results=results,
            verdicts=verdicts,
            rules=[*rules, *(settled.rules if settled is not None else ())],
            missing_facts=missing_facts(results, findings),
            clauses=[
                *(
                    ClauseUsed(clause.id, clause.lines, clause.text)
                    for clause in run.catalog.clauses.values()
                    if clause.id in used
                ),
                *(settled.clauses if settled is not None else ()),
            ],
            baseline=settled.baseline if settled is not None else None,
            notes=notes(run.graph, run.catalog),
            coverage=coverage(run.catalog),
            notices=[*notices(run), *run.catalog.told, *unknowns.told(unknown)],
            customer=site.customer if site is not None else None,
            topology=topology(run.graph),
        )


def _settled(run: Run, results: list[Result], rules: list[RuleUsed]) -> Settled | None:
    """What waivers and a baseline make of the results, where there are any; ``rules`` count what is waived apart."""
    if run.waivers is None and run.baseline is None:
        return None
    from tenken.gate.settle import count_waived, settle

    settled = settle(results, run.waivers, run.baseline, run.runs, run.graph)
    count_waived(rules, settled.results)
    return settled


def _inputs(run: Run) -> list[InputUsed]:
    inputs = [InputUsed(document.name, document.format, document.read_as) for document in run.assembled.documents]
    inputs += [InputUsed(run.waivers.name, "waivers")] if run.waivers is not None else []
    return inputs + ([InputUsed(run.baseline.name, "baseline")] if run.baseline is not None else [])


def _pack_used(pack: Pack) -> PackUsed:
    guide = pack.info.guide.model_dump() if pack.info.guide else None
    return PackUsed(pack.info.id, pack.info.edition, pack.info.title, pack.digest, len(pack.rules), guide)
