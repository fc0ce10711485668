"""What a step of a procedure is done to: which machines, VMs and disks, and by which names a written step may call them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenken.engine.nodes import DatastoreNode, LdNode, Node, VmNode
from tenken.model.procedure import Procedure, ProcedureStep

LEFT_OUT_BY = {"left_out": "vm.power_state", "left_out_at_backup": "vm.powered_off_at_backup"}
"""The fact by which a VM is left out of a step."""


def is_left_out(step: ProcedureStep, vm: Node | None) -> bool | None:
    """Whether a step is not done to a VM that is powered off, or was when the backup was made.

    One that is powered on now is taken to have been so at the backup. That it is off now says nothing: it may be off
    because it has failed.
    """
    if step.powered_off == "required":
        return False
    if vm is None:
        return None
    state, at_backup = vm.fact.power_state, vm.fact.powered_off_at_backup
    if step.powered_off == "left_out":
        return None if state is None else state == "powered_off"
    return at_backup if at_backup is not None or state in ("powered_off", None) else False


def links_of(ld: LdNode | None) -> list[LdNode | None]:
    """The LVs of a BV; an unknown member where there may be more."""
    if ld is None:
        return []
    ldns = _lvs_of(snapshot_sets(ld))
    return [copy for copy in ld.copies if copy is None or copy.fact.ldn in ldns]


def snapshot_sets(ld: LdNode) -> list[Any]:
    return [found for found in ld.array.fact.snapshot_sets or () if found.bv == ld.fact.ldn]


def _lvs_of(sets: Iterable[Any]) -> set[str]:
    return {ldn for found in sets for ldn in (found.lv, *(found.lvs or ())) if ldn is not None}


def residents(datastores: Iterable[DatastoreNode | None]) -> list[VmNode | None]:
    """All VMs on datastores, the vCLS agents and templates aside, which nobody stops; an unknown member where there may be more."""
    found: list[VmNode | None] = []
    for datastore in datastores:
        found += [None] if datastore is None else datastore.target_vms
    return list(dict.fromkeys(found))


def disks_of(procedure: Procedure, lds: Iterable[LdNode | None]) -> list[LdNode | None]:
    """The logical disks that a procedure is done to. What virtual RDMs map is copied and restored with the datastores of their VMs;
    where the disk of a datastore is rebuilt, or files are copied out of its copy, it is left alone.
    """
    if {"rebuild_ld", "copy_vm_files"} & {step.action for step in procedure.steps}:
        return [ld for ld in lds if ld is None or not is_mapped_only(ld)]
    return list(lds)


def is_mapped_only(ld: LdNode) -> bool:
    """It belongs to the VMs that map it as an RDM, and to no datastore or host."""
    return not ld.datastores and not ld.boots


BETWEEN_DISKS = frozenset({
    "replicate", "separate", "pair", "unpair", "restore_rv_to_mv", "restore_sv_to_bv", "link_lv_sv", "unlink_lv_sv", "link_bv_lv",
    "unlink_bv_lv",
})  # fmt: skip
"""Done between a source and its copy: named by either. All else that is done to a copy must not name its source."""


def names_of(node: Node | None, step: ProcedureStep) -> set[str | None]:
    """The names under which a written step may speak of what it is done to; an unknown one where there may be more."""
    if not isinstance(node, LdNode):
        return set() if node is None else {node.name, node.fact.name}
    own: set[str | None] = {node.fact.ldn}
    if step.each in ("original", "with_link"):
        return own
    sets = snapshot_sets(node)
    svs: set[str | None] = {sv for found in sets for sv in (found.svs if found.svs is not None else (None,))}
    if step.each == "copy":
        found = {pair.rv for pair in node.array.fact.pairs or () if pair.mv == node.fact.ldn}
    elif step.each == "link":
        found = _lvs_of(sets)
    else:
        found = svs if sets else {None}
    open_ends: set[str | None] = {None} if None in node.copies else set()
    between = own | svs if step.action in BETWEEN_DISKS else set()
    return found | open_ends | between


def spellings(node: Node) -> set[str]:
    """The names under which any written step may speak of something: an MV also by its RV."""
    if isinstance(node, LdNode):
        return {node.fact.ldn, *(copy.fact.ldn for copy in node.copies if copy is not None)}
    return {node.name, node.fact.name}
