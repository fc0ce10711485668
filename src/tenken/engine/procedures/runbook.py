"""Writes a procedure for one site: with its names, LDNs, LUNs, VMs and hosts. What is not known is a blank, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tenken.engine.graph import Graph
from tenken.engine.nodes import HostNode, LdNode, ServerNode, VmNode
from tenken.engine.procedures.actors import ACTORS
from tenken.engine.procedures.choice import Scope
from tenken.engine.procedures.concerned import disks_of, is_left_out, links_of
from tenken.model.procedure import Each, Procedure, ProcedureStep
from tenken.model.rule import Text

_SLOT = re.compile(r"\{(\w+)\}")


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


def plain(text: str) -> Piece:
    """A piece that reads the same in both languages."""
    return Piece(text, text)


def blank(en: str, ja: str) -> Piece:
    return Piece(en, ja, blank=True)


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
            targets=[plain(node.name) for node in [*self.scope.datastores, *self.scope.hosts] if node is not None],
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
            found += [None] if datastore is None or datastore.hosts is None else datastore.hosts
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
