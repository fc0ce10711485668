"""A procedure of the guide, written for one job, datastore or ESXi host of a run."""

from __future__ import annotations

from typing import TypeVar

from tenken.document.problem import did_you_mean, there_are
from tenken.document.said import Said
from tenken.document.wording import fits_several, no_such
from tenken.engine.nodes import DatastoreNode, HostNode, JobNode, Node
from tenken.engine.procedures import choice as runbook_choice
from tenken.engine.procedures.choice import NoRunbook, Scope, choose
from tenken.engine.procedures.runbook import WrittenRunbook, write
from tenken.engine.verdict import judge
from tenken.model.rule import VMFS_METHODS, Text
from tenken.outputs import words
from tenken.pipeline.run import Run

N = TypeVar("N", bound=Node)


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

    vm: the one that failed, for the recovery of one VM among several; scenario: backup, restore, mv-failure, …; procedure: the
    id of one, instead of the scenario; function, mode, repnavi: what the job or the logical disks do not tell. Raises NoRunbook
    where nothing fits.
    """
    scope = _scope(run, job, datastore, host)
    procedures = run.catalog.procedures
    if procedure is not None and procedure not in procedures:
        raise NoRunbook(
            Said(f"there is no procedure {procedure!r}", f"手順 {procedure!r} が見つかりません"),
            did_you_mean(procedure, procedures) or there_are(procedures),
        )
    if procedure is not None:
        runbook_choice.confirm(procedures[procedure], scope)
    chosen = procedures[procedure] if procedure is not None else choose(procedures, scope, scenario, function, mode, repnavi)
    if vm is not None or chosen.single_vm is False:
        among = list(filter(None, scope.residents))
        scope = runbook_choice.narrowed(scope, _named(among, "vm", vm) if vm is not None else None)
    written = write(chosen, scope, run.graph)
    written.warnings += _doubts(run, scope, mode or chosen.mode)
    return written


def _scope(run: Run, job: str | None, datastore: str | None, host: str | None) -> Scope:
    """What a runbook is about. A mistyped name is told with the nearest."""
    if [job, datastore, host].count(None) != 2:
        raise NoRunbook(
            Said(
                "a runbook is about one job, one datastore or one host",
                "手順書の対象は、1つのジョブ、データストア、ホストのいずれかです",
            ),
            Said("state --job, --datastore or --host", "--job、--datastore、--host のいずれか1つを指定してください"),
        )
    if job is not None:
        return runbook_choice.scope_of_job(_named(run.graph.of(JobNode), "job", job))
    if datastore is not None:
        return runbook_choice.scope_of_datastore(_named(run.graph.of(DatastoreNode), "datastore", datastore))
    return runbook_choice.scope_of_host(_named(run.graph.of(HostNode), "host", host or ""))


def _named(nodes: list[N], kind: str, name: str) -> N:
    found = [node for node in nodes if name in (node.name, node.fact.name)]
    if len(found) == 1:
        return found[0]
    known, named = [node.name for node in nodes], Said(kind, words.word(f"kind.{kind}", "ja"))
    if found:
        raise NoRunbook(fits_several(name, named, len(found)), there_are(node.name for node in found))
    raise NoRunbook(no_such(named, name), did_you_mean(name, known) or there_are(known[:20]))


def _doubts(run: Run, scope: Scope, mode: str | None) -> list[Text]:
    """What the verdicts say against following the procedure at all."""
    methods = [f"vmfs.{mode}"] if mode else VMFS_METHODS
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
