"""What somebody wrote for a procedure: which written steps do which step of it, and what each of them must be done to."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Any

from tenken.engine.nodes import JobNode, LdNode, RunbookNode, VmNode
from tenken.engine.procedures.concerned import disks_of, links_of, residents
from tenken.model.procedure import Procedure, ProcedureStep
from tenken.model.rule import Text


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which what is written departs from the procedure."""

    text: Text
    at: tuple[int, ...] = ()
    """Positions of the written steps concerned."""
    missing: tuple[str, ...] = ()
    """Facts that would decide whether it is one; empty where it is certain."""


@dataclass(slots=True)
class Written:
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


def needed(written: Written, step: ProcedureStep) -> list[Any]:
    """What a step must be done to; an unknown member for what was not collected."""
    if step.each == "vm":
        return failed_vms(written) if written.procedure.single_vm is False else list(written.node.vms)
    if step.each == "resident":
        return residents_of(written)
    if step.each in ("once", "host"):
        return []
    originals = originals_of(written)
    return originals if step.each != "with_link" else [found for ld in originals for found in (ld, *links_of(ld))]


def failed_vms(written: Written) -> list[VmNode | None]:
    """The VMs that are recovered where several lie on the datastore: those that the targets name, else those that the steps do."""
    targets = written.node.fact.targets
    names = set((targets.vms if targets is not None else None) or vms_named(written))
    failed = [vm for vm in written.node.vms if vm is not None and not names.isdisjoint({vm.name, vm.fact.name})]
    return [*(failed or written.node.vms)]


def vms_named(written: Written) -> list[str]:
    """VMs that the written steps take off the inventory; where they don't say which, those of which they say anything."""
    named = [step.vms or [] for step in written.steps if step.action == "unregister_vm"]
    return [name for vms in named for name in vms] or [name for step in written.steps for name in step.vms or ()]


def residents_of(written: Written) -> list[VmNode | None]:
    return residents(written.node.datastores) or list(dict.fromkeys(written.node.vms))


def originals_of(written: Written) -> list[LdNode | None]:
    return disks_of(written.procedure, written.node.lds)


def names_in(written: Any, step: ProcedureStep) -> list[str] | None:
    """What a written step says it is done to; None where it names nothing."""
    if step.each in ("vm", "resident"):
        return written.vms  # type: ignore[no-any-return]
    return None if step.each in ("once", "host") else ldns_of(written) or None


def ldns_of(written: Any) -> list[str]:
    return [*(written.lds or ()), *([written.ldn] if written.ldn is not None else [])]
