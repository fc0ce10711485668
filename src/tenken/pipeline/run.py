"""The whole run, from paths to a report: callable from Python, from tests and from the command line."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import tenken
from tenken import resources
from tenken.document.place import Route
from tenken.document.problem import InputError, did_you_mean
from tenken.engine import graph as graphs
from tenken.engine import pack as packs
from tenken.engine import pack_cache
from tenken.engine import runbook as runbooks
from tenken.engine.evaluate import NAMES, RuleRun, evaluate
from tenken.engine.explain import explain
from tenken.engine.findings import Findings, generic, missing_facts, rules_used, verdicts_of
from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, HostNode, JobNode, Node
from tenken.engine.notes import notes
from tenken.engine.pack import Catalog
from tenken.engine.runbook import NoRunbook, Scope, WrittenRunbook, choose
from tenken.engine.terms import AS_PACKED, Terms
from tenken.engine.topology import topology
from tenken.engine.verdict import judge
from tenken.gate import unknowns
from tenken.gate.exit_codes import FailOn, exit_code, severity
from tenken.model.config import Switch, UnknownPolicy
from tenken.model.inventory import Inventory
from tenken.model.questionnaire import Questionnaire
from tenken.model.report import (
    OUTCOMES,
    VERDICTS,
    ClauseUsed,
    Coverage,
    InputUsed,
    PackUsed,
    Plan,
    Report,
    Result,
    RuleUsed,
    Summary,
    Tool,
    VerdictOf,
)  # fmt: skip
from tenken.model.rule import Clause, Text
from tenken.model.schema import fields_of
from tenken.sources import registry
from tenken.sources.assemble import Assembled, assemble, collector_paused
from tenken.sources.base import Document

if TYPE_CHECKING:  # imported where they are used: most runs have no waivers and no baseline
    from tenken.gate.baseline import Baseline
    from tenken.gate.settle import Settled
    from tenken.gate.waivers import Waivers
    from tenken.model.difference import Difference

N = TypeVar("N", bound=Node)
Progress = Callable[[str], None]


def _silent(step: str) -> None:
    pass


@dataclass(slots=True)
class Run:
    """All that a run has in hand; the report is made of it, and ``why`` asks it for more."""

    catalog: Catalog
    assembled: Assembled
    graph: Graph
    runs: list[RuleRun]
    waivers: Waivers | None = None
    baseline: Baseline | None = None


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
    progress: Progress = _silent,
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


def load_rules(rules: Sequence[str | Path] = (), examples: bool = True) -> Catalog:
    """The built-in packs and those of further folders; without their examples, where nobody will look at them."""
    folders = [*resources.BUILTIN_PACKS, *map(Path, rules)]
    return packs.load(folders) if examples else pack_cache.load(folders)


def evaluate_paths(
    paths: Sequence[str | Path],
    *,
    rules: Sequence[str | Path] = (),
    terms: Terms = AS_PACKED,
    precedence: Mapping[str, Sequence[str]] | None = None,
    assumptions: Sequence[str] = (),
    waivers: str | Path | None = None,
    baseline: str | Path | None = None,
    progress: Progress = _silent,
) -> Run:
    """Read, resolve and evaluate; mistakes of inputs, rules, waivers and baseline are raised together."""
    problems = []
    accepted: Waivers | None = None
    known: Baseline | None = None
    catalog: Catalog | None = None
    documents: list[Document] = []
    with collector_paused():
        try:
            progress("rules")
            catalog = terms.applied(load_rules(rules, examples=False))
        except InputError as error:
            problems += error.problems
        try:
            accepted = read_waivers(Path(waivers)) if waivers is not None else None
        except InputError as error:
            problems += error.problems
        try:
            known = read_baseline(Path(baseline)) if baseline is not None else None
        except InputError as error:
            problems += error.problems
        try:
            progress("reading")
            documents = registry.read([Path(path) for path in paths])
            assembled = assemble(documents, precedence=precedence, assumptions=assumptions)
            progress("resolving")
            graph = graphs.build(assembled.inventory, assembled.locate, assembled.partial)
        except InputError as error:
            problems += error.problems
        if problems or catalog is None:
            raise InputError(problems)
        progress("checking")
        return Run(catalog, assembled, graph, evaluate(graph, catalog.rules.values()), accepted, known)


def merged(run: Run, lang: str = "en") -> str:
    """The merged inventory of a run as a native document, with where everything came from and what rules miss."""
    from tenken.sources import native_export

    unknown: dict[Route, dict[str, None]] = {}
    for rule_run in run.runs:
        for position, node, outcome in rule_run.notable():
            if NAMES[outcome] == "unknown" and node.kind != "disagreement":
                for path in explain(rule_run, position, run.graph.site).missing:
                    owner, _, fact = generic(path).partition(".")
                    if owner == node.variable or fact in fields_of(Inventory):
                        route = () if owner == "site" else node.route[: 4 if len(node.route) > 3 else 2]
                        unknown.setdefault(route, {})[fact] = None
    return native_export.text(run.assembled, {route: list(facts) for route, facts in unknown.items()}, lang)


def questionnaire(run: Run) -> Questionnaire:
    """What is worth asking: the facts by which an open verdict of a run could still change."""
    from tenken.engine import questions
    from tenken.engine.reasons import Reasons

    with collector_paused():
        name = (run.assembled.inventory.site and run.assembled.inventory.site.name) or _name_of(run)
        return questions.questionnaire(run.graph, run.catalog, Reasons(run.graph, run.runs), name, moment())


def plan(
    run: Run, *, subject: str | None = None, method: str | None = None, eligible: bool = False, asked: bool = True
) -> Plan:
    """What to change so that what can't be backed up can be, the most gained first.

    subject, method: only for these; a subject is a kind and a name, such as datastore/DS01, disk/db01/Hard disk 2, host/esx01
    or job/nightly; eligible: until nothing is left to be settled, not even a warning; asked: somebody asked for it and will wait,
    else it takes fewer evaluations on a large site. Raises NoSuchName where there is no such subject.
    """
    from tenken.engine import way_out
    from tenken.engine.reasons import Reasons
    from tenken.engine.verdict.judgement import CONDITIONAL, ELIGIBLE

    def build(inventory: Inventory) -> Graph:
        return graphs.build(inventory, run.assembled.locate, run.assembled.partial)

    node = _planned_for(run, subject) if subject is not None else None
    with collector_paused():
        reasons = Reasons(run.graph, run.runs)
        goal, most = ELIGIBLE if eligible else CONDITIONAL, way_out.bound(run.graph, asked)
        planner = way_out.Planner(run.assembled.inventory, run.graph, run.catalog, build, reasons, goal, most)
        ways, skipped = planner.ways(node, method)
        return way_out.in_report(ways, skipped, planner.evaluated, Findings(run.graph, run.catalog, run.assembled.locate))


def _planned_for(run: Run, subject: str) -> Node:
    """The subject that a plan was asked for."""
    from tenken.engine.way_out import KINDS

    kind, _, name = subject.partition("/")
    if kind not in KINDS:
        kinds = ", ".join(f"{known}/NAME" for known in KINDS)
        raise NoSuchName(f"a plan for {subject!r} can't be made", f"it is one of: {kinds}")
    nodes = [node for node in run.graph.nodes.get(kind, ()) if not node.phantom]
    found = [node for node in nodes if name == node.name] or [
        node for node in nodes if name == getattr(node.fact, "name", None)
    ]
    if len(found) != 1:
        known = [node.name for node in found or nodes]
        few = f"there are: {', '.join(known[:20]) or 'none'}"
        raise NoSuchName(
            f"{name!r} fits {len(found)} {kind}s" if found else f"there is no {kind} {name!r}",
            few if found else did_you_mean(name, known) or few,
        )
    return found[0]


class NoSuchName(Exception):
    """A name that was asked for is none of the inventory. ``hint``: the nearest."""

    def __init__(self, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.hint = hint


def report(
    run: Run,
    *,
    fail_on: FailOn = "unknown",
    unknown: UnknownPolicy = "threshold",
    everything: bool = False,
    progress: Progress = _silent,
) -> Report:
    """The report of a run."""
    with collector_paused():
        progress("judging")
        verdicts = verdicts_of(judge(run.graph, run.runs))
        findings = Findings(run.graph, run.catalog, run.assembled.locate)
        results, rules = findings.results(run.runs, everything), rules_used(run.runs)
        settled = _settled(run, results, rules)
        results = settled.results if settled is not None else results
        used = {clause for result in results for clause in result.clauses}
        return Report(
            tool=Tool("tenken", tenken.__version__),
            generated=_now().isoformat(timespec="seconds"),
            site=(run.assembled.inventory.site and run.assembled.inventory.site.name) or _name_of(run),
            packs=[_pack_used(pack) for pack in run.catalog.packs],
            inputs=_inputs(run),
            summary=_summary(run, results, verdicts, unknowns.threshold(fail_on, unknown)),
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
            notices=[*_notices(run), *run.catalog.told, *unknowns.told(unknown)],
            customer=run.assembled.inventory.site.customer if run.assembled.inventory.site is not None else None,
            topology=topology(run.graph),
        )


def diff(old: str | Path, new: str | Path, *, fail_on: FailOn | str = "unknown") -> Difference:
    """What changed between two JSON reports. Raises InputError with all mistakes of both files."""
    from tenken.gate import diff as differences
    from tenken.gate import snapshot

    problems = []
    read = []
    with collector_paused():
        for path in (old, new):
            try:
                read.append(snapshot.read(Path(path)))
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
        return differences.diff(read[0], read[1], (str(old), str(new)), fail_on)


def read_waivers(path: Path, name: str = "") -> Waivers:
    """A waiver file as it stands now; ``name``: what to call it, if not by its path."""
    from tenken.gate import waivers

    return waivers.read(path, _now(), name)


def read_baseline(path: Path, name: str = "") -> Baseline:
    """A baseline; ``name``: what to call it, if not by its path."""
    from tenken.gate import baseline

    return baseline.read(path, name)


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


def runbook(
    run: Run,
    *,
    job: str | None = None,
    datastore: str | None = None,
    host: str | None = None,
    vm: str | None = None,
    scenario: str = "backup",
    procedure: str | None = None,
    function: str | None = None,
    mode: str | None = None,
    repnavi: bool | None = None,
) -> WrittenRunbook:
    """A procedure of the guide, written for one job, datastore or ESXi host of a run.

    vm: the one that failed, for the recovery of one VM among several; scenario: backup, restore, mv-failure, …; procedure: the id of one, instead of the scenario; function, mode, repnavi:
    what the job or the logical disks do not tell. Raises NoRunbook where nothing fits.
    """
    scope = _scope(run, job, datastore, host)
    procedures = run.catalog.procedures
    if procedure is not None and procedure not in procedures:
        raise NoRunbook(f"there is no procedure {procedure!r}", did_you_mean(procedure, procedures) or ", ".join(procedures))
    chosen = procedures[procedure] if procedure is not None else choose(procedures, scope, scenario, function, mode, repnavi)
    if vm is not None or chosen.single_vm is False:
        among = list(filter(None, scope.residents))
        scope = runbooks.narrowed(scope, _named(among, "vm", vm) if vm is not None else None)
    written = runbooks.write(chosen, scope, run.graph)
    written.warnings += _doubts(run, scope, mode or chosen.mode)
    return written


def _scope(run: Run, job: str | None, datastore: str | None, host: str | None) -> Scope:
    """What a runbook is about. A mistyped name is told with the nearest."""
    if [job, datastore, host].count(None) != 2:
        raise NoRunbook("a runbook is about one job, one datastore or one host", "state --job, --datastore or --host")
    if job is not None:
        return runbooks.scope_of_job(_named(run.graph.of(JobNode), "job", job))
    if datastore is not None:
        return runbooks.scope_of_datastore(_named(run.graph.of(DatastoreNode), "datastore", datastore))
    return runbooks.scope_of_host(_named(run.graph.of(HostNode), "host", host or ""))


def _named(nodes: list[N], kind: str, name: str) -> N:
    found = [node for node in nodes if name in (node.name, node.fact.name)]
    if len(found) == 1:
        return found[0]
    known = [node.name for node in nodes]
    if found:
        raise NoRunbook(f"{name!r} fits {len(found)} {kind}s", f"there are: {', '.join(node.name for node in found)}")
    raise NoRunbook(
        f"there is no {kind} {name!r}", did_you_mean(name, known) or f"there are: {', '.join(known[:20]) or 'none'}"
    )


def _doubts(run: Run, scope: Scope, mode: str | None) -> list[Text]:
    """What the verdicts say against following the procedure at all."""
    from tenken.outputs import words

    methods = [f"vmfs.{mode}"] if mode else ["vmfs.online", "vmfs.offline"]
    concerned = {id(node) for node in [*scope.datastores, *scope.hosts]}
    doubts = []
    for ruling in judge(run.graph, run.runs):
        if id(ruling.node) not in concerned or ruling.method not in (*methods, "sanboot"):
            continue
        if ruling.judgement.verdict in ("unknown", "ineligible"):
            verdict = words.named("verdict", ruling.judgement.verdict)
            way = words.named("short", ruling.method)
            doubts.append(
                Text(
                    en=words.word("runbook.verdict", "en", name=f"{ruling.node.name} ({way.en})", verdict=verdict.en),
                    ja=words.word("runbook.verdict", "ja", name=f"{ruling.node.name}（{way.ja}）", verdict=verdict.ja),
                )
            )
    return doubts


def _name_of(run: Run) -> str:
    """A site that nobody named goes by the file or folder that it was read from."""
    return Path(run.assembled.documents[0].name).name or "site"


def _now() -> datetime.datetime:
    """Now, or the moment that SOURCE_DATE_EPOCH states, for reports that must come out the same twice."""
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    if stated and stated.isdigit():
        return datetime.datetime.fromtimestamp(int(stated), datetime.UTC)
    return datetime.datetime.now(datetime.UTC)


def moment() -> str:
    """The time of the run, as people read it."""
    return _now().strftime("%Y-%m-%d %H:%M UTC")


def _pack_used(pack: packs.Pack) -> PackUsed:
    guide = pack.info.guide.model_dump() if pack.info.guide else None
    return PackUsed(pack.info.id, pack.info.edition, pack.info.title, pack.digest, len(pack.rules), guide)


def _summary(run: Run, results: list[Result], verdicts: list[VerdictOf], fail_on: str) -> Summary:
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


def coverage(catalog: Catalog) -> Coverage:
    """How the clauses of the packs in force are covered."""
    kinds = Counter(binding(clause, catalog) for clause in catalog.guide_clauses)
    return Coverage(
        clauses=len(catalog.guide_clauses),
        bound=kinds["rule"] + kinds["verdict"],
        by_note=kinds["note"],
        by_procedure=kinds["procedure"],
        not_checkable=kinds["not_checkable"],
        pending=kinds["pending"],
    )


def binding(clause: Clause, catalog: Catalog) -> str:
    """What carries a clause out: rule, verdict, procedure, note, not_checkable; or nothing yet: pending."""
    if any(clause.id in rule.rule.clauses for rule in catalog.rules.values()):
        return "rule"
    if any(clause.id in procedure.clauses for procedure in catalog.procedures.values()):
        return "procedure"
    for kind in ("verdict", "note", "not_checkable"):
        if getattr(clause, kind) is not None:
            return kind
    return "pending"


def _notices(run: Run) -> list[Text]:
    notices = []
    if not run.graph.site.has_jobs:
        notices.append(
            Text(
                en="No backup jobs are stated: every VMFS datastore and its VMs are assessed as candidates for both methods, and RepNavi Suite is taken for granted.",
                ja="バックアップジョブの記載がないため、すべてのVMFSデータストアと仮想マシンを両方式の候補として評価し、RepNavi Suiteの使用を前提としています。",
            )
        )
    elif any(job.steps is None and job.pattern != "rdm" for job in run.assembled.inventory.jobs or ()):
        notices.append(
            Text(
                en="Jobs without written steps: their order was not checked. tenken runbook --job NAME writes the procedure for this site.",
                ja="手順（steps）の記載がないジョブは、手順の順序を点検していません。tenken runbook --job 名前 でこのサイト向けの手順書を作成できます。",
            )
        )
    notices += run.graph.notices
    notices += [Text(en=told.text("en"), ja=told.text("ja")) for told in run.assembled.warnings]
    return notices
