"""Writes a procedure for one site: with its names, LDNs, LUNs, VMs and hosts. What is not known is a blank, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tenken.document.problem import there_are
from tenken.document.said import Said, SaidError
from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, HostNode, JobNode, LdNode, ServerNode, VmNode, virtual_rdms
from tenken.engine.procedure import ACTORS, disks_of, is_left_out, is_mapped_only, links_of, residents
from tenken.model.procedure import Each, Procedure, ProcedureStep
from tenken.model.rule import Text

_SLOT = re.compile(r"\{(\w+)\}")


class NoRunbook(SaidError):
    """No procedure can be chosen; says why, and what to state."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text. A blank holds what has to be filled in by hand."""

    en: str
    ja: str
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One thing that a step is done to, with a check box. ``left_out``: named so that nobody wonders, but not to be done."""

    pieces: tuple[Piece, ...]
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class WrittenStep:
    number: str
    actor: Text
    title: Text
    text: tuple[Piece, ...]
    must: Text | None
    boxes: tuple[Box, ...]
    lines: str


@dataclass(slots=True)
class WrittenRunbook:
    """A procedure, written for a site."""

    procedure: Procedure
    site: str
    targets: list[Piece]
    steps: list[WrittenStep]
    before: list[Text]
    notes: list[Text]
    warnings: list[Text] = field(default_factory=list)

    @property
    def blanks(self) -> int:
        """How many facts have to be filled in by hand."""
        pieces = [*self.targets, *(piece for step in self.steps for piece in step.text)]
        pieces += [piece for step in self.steps for box in step.boxes for piece in box.pieces]
        return sum(piece.blank for piece in pieces)


@dataclass(slots=True)
class Scope:
    """What a runbook is about."""

    datastores: list[DatastoreNode]
    vms: list[VmNode | None]
    hosts: list[HostNode]
    lds: list[LdNode | None]
    job: JobNode | None

    @property
    def residents(self) -> list[VmNode | None]:
        return residents(self.datastores)


def plain(text: str) -> Piece:
    """A piece that reads the same in both languages."""
    return Piece(text, text)


def blank(en: str, ja: str) -> Piece:
    return Piece(en, ja, blank=True)


# --- which procedure -----------------------------------------------------------------------------------------------


def scope_of_job(job: JobNode) -> Scope:
    return Scope(job.datastores, list(job.vms), job.hosts, job.lds, job)


def scope_of_datastore(datastore: DatastoreNode) -> Scope:
    """A datastore with all its VMs; its job, where just one copies it."""
    job = datastore.jobs[0] if len(datastore.jobs) == 1 else None
    lds = [None] if datastore.lds is None else list(datastore.lds)
    lds += [disk.ld for disk in virtual_rdms(filter(None, datastore.target_vms)) if disk.ld is not None]
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
    fitting = [found for found in procedures.values() if found.pattern == pattern and found.scenario == scenario]
    if not fitting:
        known = sorted({found.scenario for found in procedures.values() if found.pattern == pattern})
        raise NoRunbook(Said(f"there is no procedure for {scenario}", f"{scenario} の手順はありません"), there_are(known))
    if function is None:
        raise NoRunbook(
            Said("the copy function is not known", "使用するコピー機能が分かりません"),
            Said("state --function DDR, RDR or DSV", "--function で DDR、RDR、DSV のいずれかを指定してください"),
        )
    fitting = [found for found in fitting if function in found.functions]
    if not fitting:
        raise NoRunbook(
            Said(
                f"the guide describes no {scenario} by {function}", f"{function} による {scenario} はガイドに記載されていません"
            ),
            Said("choose another --scenario", "別の --scenario を指定してください"),
        )
    single = _holds_one_vm(scope)
    if single is None and any(found.single_vm is not None for found in fitting):
        raise NoRunbook(
            Said(
                "whether the datastore holds one VM or several is not known",
                "データストア上の仮想マシンが1台か複数か分かりません",
            ),
            Said("collect the VMs, or state --procedure", "仮想マシンの情報を収集するか、--procedure を指定してください"),
        )
    fitting = [found for found in fitting if found.single_vm in (None, single)]
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
        with_it = f", with{'' if repnavi else 'out'} RepNavi Suite" if repnavi is not None else ""
        with_it_ja = f"、RepNavi Suite{'あり' if repnavi else 'なし'}" if repnavi is not None else ""
        raise NoRunbook(
            Said(
                f"the guide describes no {scenario} by {function}" + (f", {mode}" if mode else "") + with_it,
                f"この条件の手順はガイドに記載されていません: {scenario}、{function}"
                + (f"、{mode}" if mode else "")
                + with_it_ja,
            ),
            Said(
                "what the guide does not describe, tenken does not make up",
                "ガイドに記載のない手順をtenkenが作成することはありません",
            ),
        )
    return fitting[0]


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


# --- writing -------------------------------------------------------------------------------------------------------


def write(procedure: Procedure, scope: Scope, graph: Graph) -> WrittenRunbook:
    """The procedure with the site's own names filled in."""
    return _Writer(procedure, scope, graph).write()


class _Writer:
    def __init__(self, procedure: Procedure, scope: Scope, graph: Graph) -> None:
        self.procedure, self.scope, self.graph = procedure, scope, graph
        self._slots = {"management": self._management(), "backup": self._backup()}

    def write(self) -> WrittenRunbook:
        return WrittenRunbook(
            procedure=self.procedure,
            site=self.graph.site.name,
            targets=[plain(node.name) for node in [*self.scope.datastores, *self.scope.hosts]],
            steps=[self._step(step) for step in self.procedure.steps if self._is_wanted(step)],
            before=list(self.procedure.before),
            notes=[*self.procedure.notes, *self._group_notes()],
        )

    def _is_wanted(self, step: ProcedureStep) -> bool:
        """Steps of a secondary backup are left out where it is stated that there is none."""
        job = self.scope.job
        return not (step.secondary and job is not None and job.fact.secondary == "none")

    def _step(self, step: ProcedureStep) -> WrittenStep:
        text = tuple(self._fill(step.text))
        return WrittenStep(step.id, ACTORS[step.actor], step.title, text, step.must, tuple(self._boxes(step)), step.lines)

    def _fill(self, text: Text) -> Iterator[Piece]:
        """The text with its slots filled in, piece by piece; both languages have the same slots, in any order."""
        slots = _SLOT.findall(text.en)
        if not slots:
            yield Piece(text.en, text.ja)
            return
        (slot,) = slots
        before_en, after_en = text.en.split(f"{{{slot}}}")
        before_ja, after_ja = text.ja.split(f"{{{slot}}}")
        for en, ja in ((before_en, before_ja), (None, None), (after_en, after_ja)):
            if en is None or ja is None:
                yield self._slots[slot]
            elif en or ja:
                yield Piece(en, ja)

    def _management(self) -> Piece:
        job = self.scope.job
        if job is not None and job.server is not None:
            return plain(job.server.name)
        return self._server("management", blank("management server", "管理サーバ"))

    def _backup(self) -> Piece:
        job = self.scope.job
        if job is not None and job.secondary_server is not None:
            return plain(job.secondary_server.name)
        return self._server("backup", blank("backup server", "バックアップサーバ"))

    def _server(self, role: str, otherwise: Piece) -> Piece:
        """The one server that has a role; where there are several, nobody knows which."""
        fitting = [server for server in self.graph.of(ServerNode) if role in (server.fact.roles or ())]
        return plain(fitting[0].name) if len(fitting) == 1 else otherwise

    def _group_notes(self) -> Iterator[Text]:
        """Datastores that VMs tie to those of the runbook, and that it leaves out."""
        mine = {id(datastore) for datastore in self.scope.datastores}
        others = dict.fromkeys(
            place.name
            for vm in self.scope.residents
            if vm is not None
            for place in vm.datastores or ()
            if place is not None and place.fact.type in ("VMFS", None) and id(place) not in mine
        )
        if others and self.procedure.use == "restore":
            names = ", ".join(others)
            yield Text(
                en=f"VMs of this datastore have disks on {names} too: restore those in the same run.",
                ja=f"このデータストアの仮想マシンは {names} にもディスクを持っています。同時にリストアしてください。",
            )

    # --- what a step is done to ------------------------------------------------------------------------------------

    def _boxes(self, step: ProcedureStep) -> Iterator[Box]:
        if step.each in ("vm", "resident"):
            vms = self.scope.vms if step.each == "vm" else self.scope.residents
            yield from (self._vm(vm, step) for vm in vms)
            if not vms and self.procedure.scenario == "file-failure":
                yield Box((blank("the VM that failed", "障害となった仮想マシン"),))
        elif step.each == "host":
            yield from (Box((plain(host.name),)) for host in self._hosts() if host is not None)
            if None in self._hosts() or not self._hosts():
                yield Box((blank("hosts that mount it", "マウントしているホスト"),))
        elif step.each != "once":
            for ld in disks_of(self.procedure, self.scope.lds) or [None]:
                if ld is None:
                    yield Box((blank("logical disk of the datastore (LDN)", "データストアの論理ディスク（LDN）"),))
                else:
                    yield from _LD_BOXES[step.each](ld, step)

    def _vm(self, vm: VmNode | None, step: ProcedureStep) -> Box:
        if vm is None:
            return Box((blank("a VM that lies here, or may lie here", "このデータストア上にある可能性のある仮想マシン"),))
        left_out = is_left_out(step, vm)
        if left_out:
            return Box((plain(vm.name), _LEFT_OUT[step.powered_off]), True)
        if left_out is None:
            return Box((plain(f"{vm.name} "), _WAS_IT_OFF[step.powered_off]))
        return Box((plain(vm.name),))

    def _hosts(self) -> list[HostNode | None]:
        if self.scope.hosts:
            return list(self.scope.hosts)
        found: list[HostNode | None] = []
        for datastore in self.scope.datastores:
            found += [None] if datastore.hosts is None else datastore.hosts
        return list(dict.fromkeys(found))


_LEFT_OUT = {
    "left_out": Piece(" (powered off: leave it out)", "（パワーオフのため対象外）"),
    "left_out_at_backup": Piece(" (powered off at the backup: leave it out)", "（バックアップ時にパワーオフのため対象外）"),
}
_WAS_IT_OFF = {
    "left_out": blank("powered on or off?", "電源状態"),
    "left_out_at_backup": blank("powered on or off at the backup?", "バックアップ時の電源状態"),
}
"""What is said of a VM to which a step is not done, or may not be, by how the step treats VMs that are off."""


def _label(ld: LdNode) -> str:
    return f"{ld.fact.ldn} ({ld.fact.name})" if ld.fact.name else ld.fact.ldn


def _original(ld: LdNode, step: ProcedureStep) -> Iterator[Box]:
    """A source with its LUN in each LD set, since a rebuilt disk needs the same."""
    pieces = [plain(f"LDN {_label(ld)}, {ld.array.name}")]
    if step.must is not None or step.action in ("deny_access", "allow_access"):
        pieces += _luns(ld)
    yield Box(tuple(pieces))


def _with_link(ld: LdNode, step: ProcedureStep) -> Iterator[Box]:
    """A BV and its LVs, each with its LUNs."""
    yield from _original(ld, step)
    for link in links_of(ld) or [None]:
        if link is None:
            yield Box((blank("LV (LDN, LD set and LUN)", "LV（LDN、LDセットとLUN）"),))
        else:
            yield from _original(link, step)


def _luns(ld: LdNode) -> list[Piece]:
    pieces: list[Piece] = []
    for ld_set in ld.ld_sets or ():
        for mapping in ld_set.fact.luns or ():
            if mapping.ldn == ld.fact.ldn:
                known = mapping.lun is not None
                pieces += [plain(f"; {ld_set.fact.name}: "), plain(f"LUN {mapping.lun}") if known else blank("LUN", "LUN")]
    return pieces or [plain("; "), blank("LD set and LUN", "LDセットとLUN")]


def _copies(ld: LdNode, step: ProcedureStep) -> Iterator[Box]:
    known = [
        copy for copy in ld.copies if copy is not None and any(pair.rv == copy.fact.ldn for pair in ld.array.fact.pairs or ())
    ]
    for copy in known:
        array = "" if copy.array is ld.array else f", {copy.array.name}"
        yield Box((plain(f"MV {_label(ld)} – RV {_label(copy)}{array}"),))
    if not known:
        yield Box((plain(f"MV {_label(ld)} – "), blank("RV (LDN)", "RV（LDN）")))


def _snapshot_set(ld: LdNode) -> Any:
    return next((found for found in ld.array.fact.snapshot_sets or () if found.bv == ld.fact.ldn), None)


def _generations(ld: LdNode, step: ProcedureStep) -> Iterator[Box]:
    found = _snapshot_set(ld)
    svs = found.svs if found is not None else None
    if svs and len(svs) == 1:
        yield Box((plain(f"BV {_label(ld)} – SV {svs[0]}"),))
    else:
        among = f": {', '.join(svs)}" if svs else ""
        yield Box((plain(f"BV {_label(ld)} – "), blank(f"SV of this generation{among}", f"対象世代のSV{among}")))


def _links(ld: LdNode, step: ProcedureStep) -> Iterator[Box]:
    found = _snapshot_set(ld)
    lv = found.lv if found is not None else None
    yield Box((plain(f"BV {_label(ld)} – "), plain(f"LV {lv}") if lv else blank("LV (LDN)", "LV（LDN）")))


_LD_BOXES = {"original": _original, "with_link": _with_link, "copy": _copies, "generation": _generations, "link": _links}
assert set(_LD_BOXES) | {"once", "vm", "resident", "host"} == set(Each.__args__)  # type: ignore[attr-defined]
