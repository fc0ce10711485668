"""Holds the steps that somebody wrote against a procedure of the guide: order, omissions, actors, and what is left untouched.

A deviation may hang on a fact that was not collected (is this VM powered off, so that its snapshot may be left out?):
it is then uncertain, and the outcome unknown. Where nothing is written there is nothing to hold against anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any

from tenken.engine.nodes import DatastoreNode, JobNode, LdNode, Node, RunbookNode, VmNode
from tenken.model.procedure import Actor, Procedure, ProcedureStep
from tenken.model.rule import Aspect, Text

ACTORS: dict[Actor, Text] = {
    "management": Text(en="the management server", ja="管理サーバ"),
    "business": Text(en="the ESXi side, through the vSphere Client", ja="業務サーバ（vSphere Clientなどから操作）"),
    "backup": Text(en="the backup server", ja="バックアップサーバ"),
}


ACCESS: dict[Actor, Text] = {**ACTORS, "business": Text(en="the ESXi hosts", ja="業務サーバ（ESXiホスト）")}
"""The same machines, as those that have access to a disk."""


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
        """Find each step. What stands for one step and is another's own action belongs to it once the step before it is done."""
        own = {step.action: step.id for step in self.procedure.steps}
        previous: list[int] = []
        for step in self.procedure.steps:
            alternatives = {action for alternative in step.instead for action in alternative}
            since = min(previous, default=inf)
            taken = [at for at, written in enumerate(self.steps) if written.action in alternatives & own.keys() and at > since]
            for other in self.found.values():
                other[:] = [position for position in other if position not in taken]
            actions = {step.action, *alternatives} - (own.keys() - {step.action})
            previous = [at for at, written in enumerate(self.steps) if written.action in actions or at in taken]
            self.found[step.id] = previous

    def done(self, step: ProcedureStep, after: int = -1, before: float = inf) -> bool:
        """Whether a step is written in full, between two positions."""
        actions = {self.steps[position].action for position in self.found[step.id] if after < position < before}
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
    yield from _left_out(written, advised=False)
    yield from _out_of_order(written, written.procedure.predecessors())


def _advice(written: _Written) -> Iterator[Deviation]:
    """What departs from the procedure as it is printed, though nothing that is backed up or restored hangs on it."""
    yield from _left_out(written, advised=True)
    yield from _out_of_order(written, {step.id: set(step.rather_after) for step in written.procedure.steps})


def _left_out(written: _Written, advised: bool) -> Iterator[Deviation]:
    for step in written.procedure.steps:
        if step.advised is advised and not step.optional and not written.done(step):
            yield from _missing(written, step)


def _out_of_order(written: _Written, earlier_of: dict[str, set[str]]) -> Iterator[Deviation]:
    """Steps that are written before others that should have come before them."""
    steps, predecessors = {step.id: step for step in written.procedure.steps}, written.procedure.predecessors()
    for later, earlier_ones in earlier_of.items():
        for earlier in sorted(earlier_ones, key=list(steps).index):
            swapped = _swapped(written, steps[earlier], steps[later], predecessors[earlier])
            if swapped is not None:
                first, second = steps[earlier].title, steps[later].title
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
    if step.powered_off != "required":
        idle = [is_left_out(step, vm) for vm in _needed(written, step)]
        if idle and all(idle):
            return
        if False not in idle:
            missing.append(_LEFT_OUT_BY[step.powered_off])
    yield Deviation(text, (), tuple(missing))


def _swapped(
    written: _Written, earlier: ProcedureStep, later: ProcedureStep, before_both: Iterable[str]
) -> tuple[int, int] | None:
    """Positions of a written step and of one that should have come before it, and concerns the same."""
    for position in written.found[later.id]:
        for other in written.found[earlier.id]:
            if other < position or not _concern_the_same(written, position, other):
                continue
            if later.again and written.done(later, after=other):
                continue  # it is done once more, after what has to come before it
            since = max((place for id in before_both for place in written.found[id] if place < position), default=-1)
            if earlier.again and written.done(earlier, since, position):
                continue  # it was done in time; this is once more
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
        if step.each == "vm" and written.procedure.single_vm is False and not _names_vms(written):
            continue  # nobody said which of the VMs failed
        positions = written.found[step.id]
        yield from _wrong_access(written, step)
        stated = [_names_in(written.steps[position], step) for position in positions]
        if not positions or None in stated:
            continue  # a step that names nothing is done to all
        named = {name for names in stated for name in names or ()}
        untouched = [node for node in _needed(written, step) if named.isdisjoint(_names(node, step))]
        doubts = {id(node): _doubt(step, node) for node in untouched}
        untouched = [node for node in untouched if doubts[id(node)] is not LEFT_OUT]
        certain = [node for node in untouched if node is not None and not doubts[id(node)]]
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
                tuple(dict.fromkeys(doubts[id(node)] for node in untouched)),
            )


def _wrong_access(written: _Written, step: ProcedureStep) -> Iterator[Deviation]:
    """Steps that say whose access they change, where it is that of another machine."""
    for position in written.found[step.id]:
        name = written.steps[position].server
        right = step.access is None or name is None or _acts_as(written, name, step.access)
        if right is not True and step.access is not None:
            text = Text(
                en=f"“{step.title.en}” changes the access of {name}, not of {ACCESS[step.access].en}",
                ja=f"「{step.title.ja}」で変更するアクセス設定が{ACCESS[step.access].ja}のものではなく {name} のものです",
            )
            yield Deviation(text, (position,), () if right is False else ("server.roles",))


def _names_vms(written: _Written) -> bool:
    targets = written.node.fact.targets
    return targets is not None and bool(targets.vms)


LEFT_OUT = "left out"
"""Said of a VM to which a step need not be done."""


def _doubt(step: ProcedureStep, node: Node | None) -> str:
    """The fact that would decide whether a step has to be done to what it does not name; empty where it has to be."""
    if node is None:
        if step.each in ("vm", "resident"):
            return "datastore.vms"
        return "array.snapshot_sets" if step.each == "with_link" else "datastore.lds"
    if isinstance(node, LdNode):
        if None not in _names(node, step):
            return ""
        facts = node.array.fact
        pairs_open = facts.pairs is None or (step.each == "copy" and facts.snapshot_sets is not None)
        return "array.pairs" if pairs_open else "array.snapshot_sets"
    left_out = is_left_out(step, node)
    return LEFT_OUT if left_out else _LEFT_OUT_BY[step.powered_off] if left_out is None else ""


_LEFT_OUT_BY = {"left_out": "vm.power_state", "left_out_at_backup": "vm.powered_off_at_backup"}
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


def _names_in(written: Any, step: ProcedureStep) -> list[str] | None:
    """What a written step says it is done to; None where it names nothing."""
    if step.each in ("vm", "resident"):
        return written.vms  # type: ignore[no-any-return]
    return None if step.each in ("once", "host") else _ldns(written) or None


def _ldns(written: Any) -> list[str]:
    return [*(written.lds or ()), *([written.ldn] if written.ldn is not None else [])]


def _needed(written: _Written, step: ProcedureStep) -> list[Any]:
    """What a step must be done to; an unknown member for what was not collected."""
    if step.each == "vm":
        return list(written.node.vms)
    if step.each == "resident":
        return _residents(written)
    if step.each in ("once", "host"):
        return []
    originals = _originals(written)
    return originals if step.each != "with_link" else [found for ld in originals for found in (ld, *links_of(ld))]


def links_of(ld: LdNode | None) -> list[LdNode | None]:
    """The LVs of a BV; an unknown member where there may be more."""
    if ld is None:
        return []
    ldns = _lvs_of(_snapshot_sets(ld))
    return [copy for copy in ld.copies if copy is None or copy.fact.ldn in ldns]


def _snapshot_sets(ld: LdNode) -> list[Any]:
    return [found for found in ld.array.fact.snapshot_sets or () if found.bv == ld.fact.ldn]


def _lvs_of(sets: Iterable[Any]) -> set[str]:
    return {ldn for found in sets for ldn in (found.lv, *(found.lvs or ())) if ldn is not None}


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


BETWEEN_DISKS = frozenset({
    "replicate", "separate", "pair", "unpair", "restore_rv_to_mv", "restore_sv_to_bv", "link_lv_sv", "unlink_lv_sv", "link_bv_lv",
    "unlink_bv_lv",
})  # fmt: skip
"""Done between a source and its copy: named by either. All else that is done to a copy must not name its source."""


def _names(node: Node | None, step: ProcedureStep) -> set[str | None]:
    """The names under which a written step may speak of what it is done to; an unknown one where there may be more."""
    if not isinstance(node, LdNode):
        return set() if node is None else {node.name, node.fact.name}
    own: set[str | None] = {node.fact.ldn}
    if step.each in ("original", "with_link"):
        return own
    sets = _snapshot_sets(node)
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


def _spellings(node: Node) -> set[str]:
    """The names under which any written step may speak of something: an MV also by its RV."""
    if isinstance(node, LdNode):
        return {node.fact.ldn, *(copy.fact.ldn for copy in node.copies if copy is not None)}
    return {node.name, node.fact.name}


_ASPECTS: dict[Aspect, Callable[[_Written], Iterator[Deviation]]] = {
    "order": _order,
    "advice": _advice,
    "actors": _actors,
    "targets": _targets,
}
