"""Rules as data: what a pack holds. One file, one rule (or one matrix); nothing in it is code but CEL expressions."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tenken.document.said import Said, WrongValue

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Level = Literal["error", "warning", "note"]
Outcome = Literal["pass", "fail", "inquire", "unknown", "not_applicable", "error"]
Method = Literal["vmfs.online", "vmfs.offline", "rdm", "sanboot", "job"]
VMFS_METHODS = ("vmfs.online", "vmfs.offline")
SubjectKind = Literal[
    "site", "array", "logical_disk", "ld_set", "vcenter", "cluster", "host", "datastore", "vm", "controller", "disk",
    "workload", "restore_group", "server", "job", "runbook", "disagreement",
]  # fmt: skip
PARTS_OF_A_VM = ("disk", "controller", "workload")
"""Kinds of subjects that a VM owns: their names begin with its own, as ``db01/Hard disk 2`` does."""

Ask = Literal["vsphere", "guest", "storage", "operations"]
"""Who knows a fact."""

_KNOWN_BY: dict[str, Ask] = {
    **dict.fromkeys(("ld", "ld_set", "array", "arrays", "pair", "snapshot_set"), "storage"),
    **dict.fromkeys(("job", "jobs", "group", "server", "servers", "runbook", "runbooks"), "operations"),
    "workload": "guest",
}

Aspect = Literal["order", "advice", "actors", "targets"]
Mark = Literal["supported", "inquire", "unsupported", "undecided"]

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class PackModel(BaseModel):
    """What packs hold: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True)


class Text(PackModel):
    """What a person reads, in both languages. ``{expression}`` is replaced by the value of a CEL expression."""

    en: str = Field(min_length=1, description="In English")
    ja: str = Field(min_length=1, description="In Japanese")

    def text(self, lang: str) -> str:
        return self.ja if lang == "ja" else self.en


class Example(PackModel):
    """One case that a rule must judge as stated. ``given`` is laid over the pack's example site."""

    name: str = Field(description="What the case shows, in a few words")
    expect: Outcome = Field(description="The outcome that the rule must have")
    given: dict[str, Any] = Field(
        default_factory=dict, description="Facts laid over the example site; null makes a fact unknown"
    )
    alone: bool = Field(default=False, description="given is the whole inventory, not laid over the example site")
    subject: str | None = Field(
        default=None, description="Name of the subject; needed where several subjects of the kind exist"
    )
    missing: list[str] | None = Field(default=None, description="For unknown: the facts that the rule must name as missing")


Cost = Literal[
    "setting", "job", "storage_vmotion", "guest", "install", "shutdown", "array", "upgrade", "rebuild", "reinstall",
]  # fmt: skip
COSTS: tuple[Cost, ...] = get_args(Cost)
"""What a change costs, from the least: a setting while all runs; another definition of the job; a move while all runs; work
inside the guest; software or a licence to buy and install; the VM has to be shut down; work on the array; an upgrade in a
maintenance window; data has to be moved away and back; a machine has to be set up anew."""

NoChange = Literal["ask", "statement", "procedure", "nature", "design"]
NO_CHANGES: tuple[NoChange, ...] = get_args(NoChange)
"""Why a rule offers no change: only the vendor can answer; what is stated has to be checked or completed, not the site; written
steps are corrected by hand; no change makes it one that can be backed up this way; it takes something new that has to be designed."""


class Change(PackModel):
    """A way out of a violation. ``tenken plan`` makes it on a copy of the inventory and counts what it gains."""

    set: dict[str, Any] = Field(
        default_factory=dict, description="Fact of the object, such as guest.tools → the value that it gets"
    )
    compute: dict[str, str] = Field(
        default_factory=dict,
        description="Fact of the object → CEL: the value that it gets; of a list its first member, where the fact is a list the only one",
    )
    nearest: dict[str, str] = Field(
        default_factory=dict,
        description="Fact of the object → key of the rule's matrix: the next higher version that is listed, all other keys unchanged",
    )
    add: dict[str, str | list[dict[str, Any]]] = Field(
        default_factory=dict,
        description="List of the object → CEL: the member or members that are put into it; or those members themselves",
    )
    drop: dict[str, str] = Field(
        default_factory=dict, description="List of the object → CEL: the member that is taken out of it"
    )
    remove: bool = Field(default=False, description="The objects themselves go, as a device that is taken out of a VM")
    each: str | None = Field(
        default=None, description="CEL: the object or the list of objects that change; absent = the subject"
    )
    move: str | None = Field(
        default=None,
        description="CEL: the VM or VMs that move, with all their disks, to a datastore that is not backed up this way",
    )
    when: str | None = Field(default=None, description="CEL: where the change is one; absent = wherever the rule is violated")
    cost: Cost = Field(description="What it takes; the words go from the least to the most")

    @model_validator(mode="after")
    def _one_deed(self) -> Change:
        deeds = [self.set, self.compute, self.nearest, self.add, self.drop, self.remove, self.move is not None]
        if [bool(deed) for deed in deeds].count(True) != 1:
            raise WrongValue(
                Said(
                    "a change has either set, compute, nearest, add, drop, remove or move",
                    "change には set、compute、nearest、add、drop、remove、move のいずれか1つを指定してください",
                )
            )
        if self.move is not None and self.each is not None:
            raise WrongValue(
                Said(
                    "move names the VMs itself: each goes with what is done to objects",
                    "move は対象の仮想マシンを自ら指定します。each はオブジェクトに対する変更で使用します",
                )
            )
        return self


class Rule(PackModel):
    """One restriction of the guide."""

    id: Id = Field(description="Id of the rule, and the name of its file")
    title: Text = Field(description="What should hold")
    why: Text = Field(description="Why it must hold")
    remedy: Text = Field(description="What to do about a violation")
    level: Level = Field(description="What a violation is worth; error makes a subject ineligible")
    violation: Literal["fail", "inquire", "unknown"] = Field(
        default="fail",
        description="Outcome of a violation: fail; inquire = to be asked of the vendor; unknown = the guide does not say",
    )
    bears_on: list[Method] = Field(default_factory=list, description="Methods whose verdict it decides")
    clauses: list[str] = Field(min_length=1, description="Clauses of the guide, ids of clauses.yaml")
    subject: SubjectKind = Field(description="Kind of object that it judges, one outcome each")
    applies: str | None = Field(default=None, description="CEL: to which subjects it applies; absent = all")
    require: str | None = Field(default=None, description="CEL: what must hold")
    matrix: Id | None = Field(default=None, description="Instead of require: the support matrix that decides")
    column: str | None = Field(default=None, description="The matrix's column that decides")
    procedure: Id | None = Field(
        default=None, description="Instead of require: the procedure that written steps are held against"
    )
    aspect: Aspect | None = Field(
        default=None,
        description="order: steps in order and none left out; advice: as printed, where nothing hangs on it; actors: by the right machine; targets: done to all",
    )
    message: Text = Field(description="Said of a subject that violates it")
    inquire_message: Text | None = Field(default=None, description="Said where the matrix says inquire")
    changes: list[Change] = Field(
        default_factory=list, description="Ways out of a violation, the one to prefer first; the remedy says them in words"
    )
    no_change: NoChange | None = Field(
        default=None,
        description="Why no change is offered: ask the vendor; complete the statement; correct the procedure; it is its nature; it takes a design",
    )
    examples: list[Example] = Field(
        default_factory=list,
        description="Cases that tenken rules test runs: at least pass, fail, unknown, and not_applicable where there is applies",
    )

    @model_validator(mode="after")
    def _one_condition(self) -> Rule:
        if [self.require, self.matrix, self.procedure].count(None) != 2:
            raise WrongValue(
                Said(
                    "a rule has either require, matrix or procedure",
                    "ルールには require、matrix、procedure のいずれか1つを指定してください",
                )
            )
        if (self.procedure is None) != (self.aspect is None):
            raise WrongValue(Said("procedure and aspect go together", "procedure と aspect は両方指定してください"))
        if (self.matrix is None) != (self.column is None):
            raise WrongValue(Said("matrix and column go together", "matrix と column は両方指定してください"))
        if self.changes and self.no_change is not None:
            raise WrongValue(
                Said(
                    "a rule has either changes, or no_change that says why there are none",
                    "changes と no_change（変更案がない理由）は同時に指定できません",
                )
            )
        if self.matrix is None and any(change.nearest for change in self.changes):
            raise WrongValue(
                Said(
                    "nearest goes with matrix: it is the next version that the matrix lists",
                    "nearest には matrix が必要です（表にある次の版を指すため）",
                )
            )
        return self


class MatrixRow(PackModel):
    """One row of a support table. A key that the row leaves out may have any value."""

    match: dict[str, list[str]] = Field(
        description="Key → listed values. Versions: 8.0..8.6 is inclusive, 8.0 also means 8.0.3, 11 means 11 and no other"
    )
    bare: dict[str, list[str]] = Field(
        default_factory=dict, description="Versions stated without a minor release that are decided all the same"
    )
    marks: dict[str, Mark]
    line: str = Field(description="Lines of the guide")
    label: Text = Field(description="The row in words, for messages")


class Matrix(PackModel):
    """A support table of the guide, cell by cell. What no row lists is not supported."""

    id: Id
    title: Text
    clauses: list[str]
    keys: dict[str, str] = Field(description="Key → CEL expression that gives its value")
    versions: list[str] = Field(default_factory=list, description="Keys that are compared as versions")
    nearest_by: str | None = Field(default=None, description="Key by which the nearest listed rows are chosen for messages")
    columns: list[str]
    rows: list[MatrixRow] = Field(min_length=1)


class NoteWhen(PackModel):
    """Which subjects a note concerns."""

    subject: SubjectKind
    applies: str | None = Field(default=None, description="CEL: which of them; left out: all")


class Clause(PackModel):
    """One checkable statement of the guide, in our words."""

    id: str
    lines: str
    text: Text
    not_checkable: Text | None = Field(default=None, description="Why no rule can check it")
    note: Text | None = Field(default=None, description="What reports say of it instead of checking it")
    note_when: NoteWhen | None = Field(default=None, description="Where the note belongs; left out: in every report")
    verdict: Text | None = Field(default=None, description="How verdicts, rather than a rule, carry it out")


class Guide(PackModel):
    title: Text
    edition: str
    date: str
    vendor: str


class PackInfo(PackModel):
    """A set of rules for one edition of one guide."""

    id: Id
    edition: str
    title: Text
    guide: Guide | None = None
    about: Literal["site", "inventory"] = Field(
        default="site", description="inventory: its rules judge what was stated, not the site; alone they make nothing checked"
    )
    definitions: dict[SubjectKind, dict[str, str]] = Field(
        default_factory=dict, description="Conditions with a name, by kind: {vm: {is_vcenter: …}} makes vm.is_vcenter"
    )


class FactLabel(PackModel):
    """What a fact is called, and who knows it; for lists of what is missing."""

    en: str
    ja: str
    ask: Ask
    how: Text | None = None


class RuleOverride(PackModel):
    """What a user's pack changes about a rule of another pack."""

    id: Id
    enabled: bool = True
    level: Level | None = None


def who_knows(path: str) -> Ask:
    """Who most likely knows a fact for which no pack has a label; by the path as rules name it."""
    steps = path.split(".")
    owner = steps[1] if steps[0] == "site" and len(steps) > 1 else steps[0]
    return "guest" if ".guest." in path else _KNOWN_BY.get(owner, "vsphere")
