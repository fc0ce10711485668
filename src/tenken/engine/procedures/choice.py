"""Which of the guide's procedures fits what is to be backed up or restored. Where a fact that decides is not known, none does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tenken.document.problem import there_are
from tenken.document.said import Said, SaidError
from tenken.engine.nodes import DatastoreNode, HostNode, JobNode, LdNode, VmNode, mapped_by_virtual_rdms
from tenken.engine.procedures.concerned import is_mapped_only, residents
from tenken.model.procedure import Procedure


class NoRunbook(SaidError):
    """No procedure can be chosen; says why, and what to state."""


@dataclass(slots=True)
class Scope:
    """What a runbook is about."""

    datastores: list[DatastoreNode | None]
    vms: list[VmNode | None]
    hosts: list[HostNode | None]
    lds: list[LdNode | None]
    job: JobNode | None

    @property
    def residents(self) -> list[VmNode | None]:
        return residents(self.datastores)


def scope_of_job(job: JobNode) -> Scope:
    return Scope(job.datastores, job.vms, job.hosts, job.lds, job)


def scope_of_datastore(datastore: DatastoreNode) -> Scope:
    """A datastore with all its VMs; its job, where just one copies it."""
    job = datastore.jobs[0] if len(datastore.jobs) == 1 else None
    lds = [None] if datastore.lds is None else list(datastore.lds)
    lds += mapped_by_virtual_rdms(filter(None, datastore.target_vms))
    return Scope([datastore], list(datastore.target_vms), [], list(dict.fromkeys(lds)), job)


def narrowed(scope: Scope, vm: VmNode | None) -> Scope:
    """The scope of the recovery of one VM among several: that VM; where nobody said which, none."""
    return Scope(scope.datastores, [vm] if vm is not None else [], scope.hosts, scope.lds, scope.job)


def scope_of_host(host: HostNode) -> Scope:
    return Scope([], [], [host], [host.system_ld], host.jobs[0] if len(host.jobs) == 1 else None)


def choose(
    procedures: dict[str, Procedure],
    scope: Scope,
    scenario: str,
    function: str | None = None,
    mode: str | None = None,
    repnavi: bool | None = None,
) -> Procedure:
    """The procedure for a scenario. What is not stated is taken from the job, and the function from the logical disks.

    Raises NoRunbook where none fits, or where a fact that decides is not known.
    """
    job = scope.job.fact if scope.job is not None else None
    pattern = "sanboot" if scope.hosts else "vmfs"
    if job is not None and job.pattern == "rdm":
        raise NoRunbook(
            Said("the guide describes no procedure for RDM jobs", "RDMジョブの手順はガイドに記載されていません"),
            Said("RDM disks are backed up inside the guest", "RDMディスクはゲスト内でバックアップします"),
        )
    function = function or (job.function if job is not None else None) or _function_of(scope)
    mode = mode or (job.mode if job is not None else None)
    repnavi = repnavi if repnavi is not None else scope.job.uses_repnavi if scope.job is not None else None
    fitting = _by_function(_by_scenario(procedures, pattern, scenario), function, scenario)
    fitting = _by_number_of_vms(fitting, _holds_one_vm(scope))
    fitting = _narrow(
        fitting,
        "repnavi",
        repnavi,
        Said("whether RepNavi Suite does it is not known", "RepNavi Suiteを使用するかどうか分かりません"),
        Said("state --tool repnavi or manual", "--tool で repnavi または manual を指定してください"),
    )
    fitting = _narrow(
        fitting,
        "mode",
        mode,
        Said("the mode is not known", "バックアップの方式が分かりません"),
        Said("state --mode online or offline", "--mode で online または offline を指定してください"),
    )
    if not fitting:
        raise _not_described(scenario, function, mode, repnavi)
    return fitting[0]


def _by_scenario(procedures: dict[str, Procedure], pattern: str, scenario: str) -> list[Procedure]:
    of_pattern = [found for found in procedures.values() if found.pattern == pattern]
    fitting = [found for found in of_pattern if found.scenario == scenario]
    if not fitting:
        known = sorted({found.scenario for found in of_pattern})
        raise NoRunbook(Said(f"there is no procedure for {scenario}", f"{scenario} の手順はありません"), there_are(known))
    return fitting


def _by_function(found: list[Procedure], function: str | None, scenario: str) -> list[Procedure]:
    if function is None:
        raise NoRunbook(
            Said("the copy function is not known", "使用するコピー機能が分かりません"),
            Said("state --function DDR, RDR or DSV", "--function で DDR、RDR、DSV のいずれかを指定してください"),
        )
    fitting = [procedure for procedure in found if function in procedure.functions]
    if not fitting:
        raise NoRunbook(
            Said(
                f"the guide describes no {scenario} by {function}", f"{function} による {scenario} はガイドに記載されていません"
            ),
            Said("choose another --scenario", "別の --scenario を指定してください"),
        )
    return fitting


def _by_number_of_vms(found: list[Procedure], single: bool | None) -> list[Procedure]:
    if single is None and any(procedure.single_vm is not None for procedure in found):
        raise NoRunbook(
            Said(
                "whether the datastore holds one VM or several is not known",
                "データストア上の仮想マシンが1台か複数か分かりません",
            ),
            Said("collect the VMs, or state --procedure", "仮想マシンの情報を収集するか、--procedure を指定してください"),
        )
    return [procedure for procedure in found if procedure.single_vm in (None, single)]


def _not_described(scenario: str, function: str | None, mode: str | None, repnavi: bool | None) -> NoRunbook:
    with_it = f", with{'' if repnavi else 'out'} RepNavi Suite" if repnavi is not None else ""
    with_it_ja = f"、RepNavi Suite{'あり' if repnavi else 'なし'}" if repnavi is not None else ""
    return NoRunbook(
        Said(
            f"the guide describes no {scenario} by {function}" + (f", {mode}" if mode else "") + with_it,
            f"この条件の手順はガイドに記載されていません: {scenario}、{function}" + (f"、{mode}" if mode else "") + with_it_ja,
        ),
        Said(
            "what the guide does not describe, tenken does not make up",
            "ガイドに記載のない手順をtenkenが作成することはありません",
        ),
    )


def confirm(procedure: Procedure, scope: Scope) -> None:
    """Raises NoRunbook where what is known speaks against a procedure that was asked for by its id."""
    job = scope.job.fact if scope.job is not None else None
    function = (job.function if job is not None else None) or _function_of(scope)
    against: Said | None = None
    if procedure.pattern != ("sanboot" if scope.hosts else "vmfs"):
        against = Said("an ESXi host", "ESXiホスト") if scope.hosts else Said("a datastore", "データストア")
    elif function is not None and function not in procedure.functions:
        against = Said(f"what {function} copies", f"{function} による複製")
    elif job is not None and job.mode is not None and procedure.mode not in (None, job.mode):
        against = Said(f"what is backed up {job.mode}", f"{job.mode} でのバックアップ")
    elif procedure.repnavi and scope.job is not None and scope.job.uses_repnavi is False:
        against = Said("what is backed up without RepNavi Suite", "RepNavi Suiteを使用しないバックアップ")
    elif procedure.single_vm and _holds_one_vm(scope) is False:
        against = Said(
            "a datastore with several VMs, which would all go back to the time of the backup",
            "複数の仮想マシンがあるデータストア（すべての仮想マシンがバックアップ時点に戻ります）",
        )
    if against is not None:
        raise NoRunbook(
            Said(f"{procedure.id} is not for {against.en}", f"手順 {procedure.id} の対象外です: {against.ja}"),
            Said("leave out --procedure and state --scenario", "--procedure の代わりに --scenario を指定してください"),
        )


def _narrow(fitting: list[Procedure], name: str, value: Any, said: Said, hint: Said) -> list[Procedure]:
    """Those that hold for a value; where the value is not known, all, unless it makes a difference."""
    if value is not None:
        return [found for found in fitting if getattr(found, name) in (None, value)]
    if len({getattr(found, name) for found in fitting}) > 1:
        raise NoRunbook(said, hint)
    return fitting


def _function_of(scope: Scope) -> str | None:
    """DSV for a BV, and the pair's function for an MV; None where neither or both are known."""
    found: set[str] = set()
    for ld in scope.lds:
        if ld is None:
            return None
        if is_mapped_only(ld):
            continue
        array, ldn = ld.array.fact, ld.fact.ldn
        found.update(pair.function or "?" for pair in array.pairs or () if pair.mv == ldn)
        found.update("DSV" for snapshots in array.snapshot_sets or () if snapshots.bv == ldn)
    return found.pop() if len(found) == 1 and "?" not in found else None


def _holds_one_vm(scope: Scope) -> bool | None:
    there = scope.residents
    if len([vm for vm in there if vm is not None]) > 1:
        return False
    return None if None in there or not there else True
