"""Procedures as data: ordered steps with their actors, what may be left out, and what must come before what.

The same data checks a procedure that somebody wrote (``steps:`` of a job or a runbook) and writes one for a site.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from tenken.document.said import Said, WrongValue
from tenken.model.inventory import StepAction
from tenken.model.rule import Id, PackModel, Text

Actor = Literal["management", "business", "backup"]
"""Who does a step: the management server (iStorageManager, RepNavi), an ESXi host through the vSphere Client, the backup server."""

Scenario = Literal["backup", "restore", "mv-failure", "bv-failure", "file-failure", "from-secondary", "other-disk"]

Each = Literal["once", "vm", "resident", "original", "with_link", "copy", "generation", "link", "host"]
"""What a step is done to, one by one: the VMs that are backed up or restored, all VMs on the datastores, the MVs or BVs, the BVs
with their LVs, the RVs, the SVs, the LVs, the ESXi hosts."""


class ProcedureStep(PackModel):
    """One step."""

    id: str = Field(description="Its number, as in 3-2")
    action: StepAction
    instead: list[list[StepAction]] = Field(
        default_factory=list, description="Actions that do the same: each entry is a set of actions that together replace it"
    )
    actor: Actor
    title: Text = Field(description="The step in a few words, for messages")
    text: Text = Field(description="What to do, for runbooks; {vms}, {originals} and the like are filled in from the site")
    must: Text | None = Field(default=None, description="What must hold of it")
    each: Each = "once"
    after: list[str] | None = Field(
        default=None, description="Ids of the steps that must be done before it; left out: the step before it"
    )
    rather_after: list[str] = Field(
        default_factory=list,
        description="Ids of steps that are printed before it though nothing hangs on it: another order is worth a warning",
    )
    powered_off: Literal["required", "left_out", "left_out_at_backup"] = Field(
        default="required",
        description="left_out: not done to VMs that are powered off; left_out_at_backup: not to those that were when the backup was made",
    )
    again: bool = Field(
        default=False,
        description="Does no harm when done more often: what counts is what is done last before the steps after it",
    )
    access: Actor | None = Field(default=None, description="Whose access it changes")
    secondary: bool = Field(default=False, description="Done only where there is a secondary backup")
    optional: bool = Field(default=False, description="A written procedure may leave it out")
    advised: bool = Field(default=False, description="Leaving it out is worth a warning, and no error")
    lines: str = Field(description="Lines of the guide")


class Procedure(PackModel):
    """One procedure of the guide."""

    id: Id
    title: Text
    lines: str
    clauses: list[str] = Field(min_length=1)
    use: Literal["backup", "restore"]
    scenario: Scenario
    pattern: Literal["vmfs", "sanboot"]
    functions: list[Literal["DDR", "RDR", "DSV"]] = Field(min_length=1)
    mode: Literal["online", "offline"] | None = Field(default=None, description="Left out: of either mode, or of none")
    repnavi: bool | None = Field(default=None, description="Done by RepNavi Suite, or without it; left out: either way")
    single_vm: bool | None = Field(
        default=None, description="true: only where the datastore holds a single VM; false: only where it holds several"
    )
    before: list[Text] = Field(default_factory=list, description="What must hold before it is begun")
    notes: list[Text] = Field(default_factory=list, description="What the reader must know")
    steps: list[ProcedureStep] = Field(min_length=1)

    @model_validator(mode="after")
    def _steps_fit_together(self) -> Procedure:
        ids = [step.id for step in self.steps]
        actions = [step.action for step in self.steps]
        if len(set(ids)) < len(ids) or len(set(actions)) < len(actions):
            raise WrongValue(
                Said(
                    "a step's id and its action are found once in a procedure",
                    "手順の中でステップの id と action を重複させることはできません",
                )
            )
        for position, step in enumerate(self.steps):
            for key, earlier in [
                *(("after", id) for id in step.after or ()),
                *(("rather_after", id) for id in step.rather_after),
            ]:
                if earlier not in ids[:position]:
                    raise WrongValue(
                        Said(
                            f"step {step.id} comes after {earlier!r}, which is no step before it",
                            f"ステップ {step.id} の {key} にある {earlier!r} は、それより前のステップではありません",
                        )
                    )
        return self

    def predecessors(self) -> dict[str, set[str]]:
        """For each step the ids of all steps that must be done before it."""
        found: dict[str, set[str]] = {}
        for position, step in enumerate(self.steps):
            direct = step.after if step.after is not None else [self.steps[position - 1].id] if position else []
            found[step.id] = set(direct).union(*(found[earlier] for earlier in direct))
        return found
