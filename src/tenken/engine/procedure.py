"""Holds the steps that somebody wrote against a procedure of the guide: order, omissions, actors, and what is left untouched.

A deviation may hang on a fact that was not collected (is this VM powered off, so that its snapshot may be left out?):
it is then uncertain, and the outcome unknown. Where nothing is written there is nothing to hold against anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tenken.engine.nodes import DatastoreNode, JobNode, LdNode, Node, RunbookNode, VmNode
from tenken.model.procedure import Actor, Procedure, ProcedureStep
from tenken.model.rule import Aspect, Text

ACTORS: dict[Actor, Text] = {
    "management": Text(en="the management server", ja="管理サーバ"),
    "business": Text(en="the ESXi side, through the vSphere Client", ja="業務サーバ（vSphere Clientなどから操作）"),
    "backup": Text(en="the backup server", ja="バックアップサーバ"),
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which what is written departs from the procedure."""

    text: Text
    at: tuple[int, ...] = ()
    """Positions of the written steps concerned."""
    missing: tuple[str, ...] = ()
    """Facts that would decide whether it is one; empty where it is certain."""


@dataclass(slots=True)
class _Written:
    """The steps of a job or runbook, matched with those of the procedure."""

    procedure: Procedure
    node: JobNode | RunbookNode
    found: dict[str, list[int]] = field(default_factory=dict)
    """By id of the procedure's step: the positions of the written steps that do it."""

    @property
    def steps(self) -> list[Any]:
        return self.node.fact.steps or []

    def match(self) -> None:
        own = {step.action: step.id for step in self.procedure.steps}
        for step in self.procedure.steps:
            actions = {action for alternative in step.instead for action in alternative if action not in own}
            self.found[step.id] = [
                position
                for position, written in enumerate(self.steps)
                if written.action == step.action or written.action in actions
            ]

    def done(self, step: ProcedureStep) -> bool:
        actions = {self.steps[position].action for position in self.found[step.id]}
        return step.action in actions or any(set(alternative) <= actions for alternative in step.instead)

    @property
    def job(self) -> JobNode | None:
        return self.node if isinstance(self.node, JobNode) else self.node.job


def deviations(procedure: Procedure, node: Node, aspect: Aspect) -> list[Deviation]:
    """How the written steps of a job or runbook depart from a procedure, in one respect."""
    assert isinstance(node, (JobNode, RunbookNode))
    written = _Written(procedure, node)
    written.match()
    return list(_ASPECTS[aspect](written))


# --- order ---------------------------------------------------------------------------------------------------------


def _order(written: _Written) -> Iterator[Deviation]:
    for step in written.procedure.steps:
        if not written.done(step) and not step.optional:
            yield from _missing(written, step)
    titles = {step.id: step.title for step in written.procedure.steps}
    for later, earlier_ones in written.procedure.predecessors().items():
        for earlier in sorted(earlier_ones, key=list(titles).index):
            swapped = _swapped(written, earlier, later)
            if swapped is not None:
                first, second = titles[earlier], titles[later]
                yield Deviation(
                    Text(en=f"“{second.en}” comes before “{first.en}”", ja=f"「{second.ja}」が「{first.ja}」より前にあります"),
                    swapped,
                )


def _missing(written: _Written, step: ProcedureStep) -> Iterator[Deviation]:
    text = Text(en=f"“{step.title.en}” is missing", ja=f"「{step.title.ja}」がありません")
    missing: list[str] = []
    if step.secondary:
        job = written.job
        secondary = job.fact.secondary if job is not None else None
        if secondary == "none":
            return
        if secondary is None:
            missing.append("job.secondary" if job is not None else "runbook.job")
    if step.powered_off == "left_out":
        states = [None if vm is None else vm.fact.power_state for vm in _needed(written, step)]
        if states and all(state == "powered_off" for state in states):
            return
        if not any(state in ("powered_on", "suspended") for state in states):
            missing.append("vm.power_state")
    yield Deviation(text, (), tuple(missing))


def _swapped(written: _Written, earlier: str, later: str) -> tuple[int, int] | None:
    """Positions of a written step and of one that should have come before it, and concerns the same."""
    for position in written.found[later]:
        for other in written.found[earlier]:
            if other > position and _concern_the_same(written, position, other):
                return position, other
    return None


def _concern_the_same(written: _Written, first: int, second: int) -> bool:
    scopes = [_scope(written, written.steps[position]) for position in (first, second)]
    return scopes[0] is None or scopes[1] is None or bool(scopes[0] & scopes[1])


def _scope(written: _Written, step: Any) -> set[int] | None:
    """The datastores that a written step concerns; None for all, or where that can't be told."""
    concerned: set[int] = set()
    for name in step.vms or ():
        vm = next((vm for vm in _residents(written) if vm is not None and name in (vm.name, vm.fact.name)), None)
        if vm is None or vm.datastores is None or None in vm.datastores:
            return None
        concerned.update(id(datastore) for datastore in vm.datastores)
    for ldn in _ldns(step):
        original = next((ld for ld in _originals(written) if ld is not None and ldn in _spellings(ld)), None)
        if original is None:
            return None
        concerned.update(id(datastore) for datastore in original.datastores)
    return concerned or None


# --- actors --------------------------------------------------------------------------------------------------------


def _actors(written: _Written) -> Iterator[Deviation]:
    for step in written.procedure.steps:
        for position in written.found[step.id]:
            name = written.steps[position].actor
            if name is None:
                continue
            right = _acts_as(written, name, step.actor)
            if right is not True:
                wanted = ACTORS[step.actor]
                yield Deviation(
                    Text(
                        en=f"“{step.title.en}” is done by {name} and not by {wanted.en}",
                        ja=f"「{step.title.ja}」の実行者が{wanted.ja}ではなく {name} です",
                    ),
                    (position,),
                    () if right is False else ("server.roles",),
                )


def _acts_as(written: _Written, name: str, role: Actor) -> bool | None:
    """Whether a named machine has a role. Roles may be written instead of names."""
    if name in ACTORS:
        return name == role
    job = written.job
    if job is not None and role == "management" and job.server is not None and job.server.fact.name == name:
        return True
    if job is not None and role == "backup" and job.secondary_server is not None and job.secondary_server.fact.name == name:
        return True
    server = next((server for server in written.node.servers if server.fact.name == name), None)
    if server is None:
        return role == "business"  # an ESXi host, a VM or a vCenter: a name that is none of these is a mistake of the input
    roles = server.fact.roles
    return None if roles is None else role in roles


# --- targets -------------------------------------------------------------------------------------------------------


def _targets(written: _Written) -> Iterator[Deviation]:
    for step in written.procedure.steps:
        positions = written.found[step.id]
        stated = [_names_in(written.steps[position], step) for position in positions]
        if not positions or None in stated:
            continue  # a step that names nothing is done to all
        covered = {name for names in stated for name in names or ()}
        untouched = [node for node in _needed(written, step) if node is None or not covered & _spellings(node)]
        if step.powered_off == "left_out":
            untouched = [node for node in untouched if node is None or node.fact.power_state != "powered_off"]
        certain = [node for node in untouched if node is not None and not _may_be_off(step, node)]
        if certain:
            names = ", ".join(node.name for node in certain)
            yield Deviation(
                Text(
                    en=f"“{step.title.en}” leaves out {names}",
                    ja=f"「{step.title.ja}」の対象に {names} が含まれていません",
                ),
                tuple(positions),
            )
        elif untouched:
            yield Deviation(
                Text(
                    en=f"“{step.title.en}” may leave something out",
                    ja=f"「{step.title.ja}」の対象に漏れがある可能性があります",
                ),
                tuple(positions),
                tuple(dict.fromkeys("vm.power_state" if node is not None else "datastore.vms" for node in untouched)),
            )


def _may_be_off(step: ProcedureStep, node: Node) -> bool:
    return step.powered_off == "left_out" and node.fact.power_state is None


def _names_in(written: Any, step: ProcedureStep) -> list[str] | None:
    """What a written step says it is done to; None where it names nothing."""
    if step.each in ("vm", "resident"):
        return written.vms  # type: ignore[no-any-return]
    return _ldns(written) or None if step.each in ("original", "copy", "generation", "link") else None


def _ldns(written: Any) -> list[str]:
    return [*(written.lds or ()), *([written.ldn] if written.ldn is not None else [])]


def _needed(written: _Written, step: ProcedureStep) -> list[Any]:
    """What a step must be done to; an unknown member for what was not collected."""
    if step.each == "vm":
        return list(written.node.vms)
    if step.each == "resident":
        return _residents(written)
    return list(_originals(written)) if step.each in ("original", "copy") else []


def residents(datastores: Iterable[DatastoreNode | None]) -> list[VmNode | None]:
    """All VMs on datastores, the vCLS agents and templates aside, which nobody stops; an unknown member where there may be more."""
    found: list[VmNode | None] = []
    for datastore in datastores:
        found += [None] if datastore is None else datastore.target_vms
    return list(dict.fromkeys(found))


def _residents(written: _Written) -> list[VmNode | None]:
    return residents(written.node.datastores) or list(dict.fromkeys(written.node.vms))


def _originals(written: _Written) -> list[LdNode | None]:
    return disks_of(written.procedure, written.node.lds)


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


def _spellings(node: Node) -> set[str]:
    """The names under which a written step may speak of something: an MV also by its RV."""
    if isinstance(node, LdNode):
        return {node.fact.ldn, *(copy.fact.ldn for copy in node.copies if copy is not None)}
    return {node.name, node.fact.name}


_ASPECTS: dict[Aspect, Callable[[_Written], Iterator[Deviation]]] = {
    "order": _order,
    "actors": _actors,
    "targets": _targets,
}
