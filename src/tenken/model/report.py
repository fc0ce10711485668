"""The report: everything that a run found out, and the one thing that outputs and the gate read.

This is the JSON contract, version 1. It is kept apart from the classes of the engine so that those may change.
Counts are made once, here; no output counts for itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Protocol, get_args

from tenken.document.place import Place
from tenken.model.rule import Text

Verdict = Literal["eligible", "conditional", "inquire", "unknown", "ineligible"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""From best to worst: a subject's verdict is the worst of what bears on it."""

STATES = ("eligible", "conditional", "blocked", "inquire", "unknown", "ineligible")
"""Verdicts as readers see them, from best to worst. blocked: good by itself, while another VM spoils its datastore."""

OUTCOMES = ("pass", "fail", "inquire", "unknown", "not_applicable", "waived", "error")


@dataclass(slots=True)
class Tool:
    name: str
    version: str


@dataclass(slots=True)
class PackUsed:
    id: str
    edition: str
    title: Text
    digest: str
    rules: int
    guide: dict[str, Any] | None = None


@dataclass(slots=True)
class InputUsed:
    name: str
    format: str
    read_as: str | None = None


@dataclass(slots=True)
class Location:
    source: str
    line: int | None = None
    column: int | None = None
    sheet: str | None = None
    cell: str | None = None
    pointer: str | None = None

    @classmethod
    def of(cls, place: Place) -> Location:
        return cls(place.source, place.line, place.column, place.sheet, place.cell, place.pointer)

    def __str__(self) -> str:
        if self.line is not None and self.sheet is None:
            return f"{self.source}:{self.line}:{self.column or 1}"
        if self.sheet is not None:
            return f"{self.source}[{self.sheet}{'!' + self.cell if self.cell else ''}]"
        return f"{self.source}{'#' + self.pointer if self.pointer else ''}"


@dataclass(slots=True, frozen=True)
class SubjectName:
    kind: str
    name: str


@dataclass(slots=True)
class FactRead:
    """One fact that decided. ``value`` null means that it was not collected."""

    path: str
    value: Any
    location: Location


@dataclass(slots=True)
class WaiverUsed:
    """Who accepted the risk of a finding, why, and until when. It changes no verdict."""

    outcome: str
    """What the outcome would be without it: fail, inquire or unknown."""
    reason: str
    owner: str
    ticket: str | None
    expires: str
    """The last day on which it holds, as YYYY-MM-DD."""
    location: Location
    """Where the waiver is written."""


@dataclass(slots=True)
class Result:
    """One rule on one subject. ``in_plan`` false: it bears on nothing that a job plans, and never fails the gate."""

    rule: str
    outcome: str
    level: str
    subject: SubjectName
    bears_on: list[str]
    clauses: list[str]
    title: Text
    message: Text
    remedy: Text
    in_plan: bool
    facts: list[FactRead]
    missing: list[str]
    location: Location
    fingerprint: str
    waiver: WaiverUsed | None = None
    """For the outcome ``waived``: the waiver that accepts it."""
    baseline: Literal["new", "known"] | None = None
    """Where a baseline was given: whether it holds this finding. A known one never fails the gate."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """The kinds of facts that are missing."""
        return kinds_of_facts(self.missing)


@dataclass(slots=True)
class VerdictOf:
    """Whether a subject can be backed up by a method, the rules that decided it, and who spoils its datastore."""

    subject: SubjectName
    method: str
    verdict: Verdict
    because: list[str] = field(default_factory=list)
    blocked_by: list[SubjectName] = field(default_factory=list)
    planned: bool = False
    within: list[str] = field(default_factory=list)
    """For a VM: the datastores that it lies on. For a restore group: its datastores."""


class Judged(Protocol):
    """A verdict of this report, or of one that was read."""

    verdict: Verdict
    blocked_by: list[SubjectName]


def state(found: Judged) -> str:
    """A verdict as readers see it: a good one that another VM undoes must not look like good news."""
    return "blocked" if found.blocked_by and found.verdict in ("eligible", "conditional") else found.verdict


@dataclass(slots=True)
class RuleUsed:
    """What a reader of the report needs to know of a rule that said something."""

    id: str
    title: Text
    why: Text
    level: str
    clauses: list[str]
    bears_on: list[str]
    counts: dict[str, int]


@lru_cache(maxsize=4096)
def generic(path: str) -> str:
    """A path without the names of list members: ``vm[db01].roles`` and ``vm.roles`` are the same kind of fact."""
    head, _, rest = path.partition("[")
    if not rest:
        return path
    return head + generic(rest.partition("]")[2])


def kinds_of_facts(paths: Iterable[str]) -> tuple[str, ...]:
    """Facts by their kind, each once."""
    return tuple(dict.fromkeys(map(generic, paths)))


@dataclass(slots=True)
class MissingFact:
    """One kind of fact that was not collected, and what hangs on it."""

    path: str
    label: Text
    ask: str
    how: Text | None
    subjects: int
    rules: list[str]
    examples: list[SubjectName]


@dataclass(slots=True)
class ClauseUsed:
    id: str
    lines: str
    text: Text


@dataclass(slots=True)
class NoteUsed:
    """What the guide tells and nothing can check, where it concerns something of this site. It is no finding."""

    clause: str
    lines: str
    text: Text
    subjects: int
    """How many it concerns, or may concern; 0 for a note about the site as a whole."""
    examples: list[SubjectName]


@dataclass(slots=True)
class Coverage:
    """How much of the guide the rules in force check."""

    clauses: int
    bound: int
    by_note: int
    by_procedure: int
    not_checkable: int
    pending: int


@dataclass(slots=True)
class LogicalDiskDrawn:
    """A logical disk as far as a picture of the site shows it."""

    name: str
    array: str
    roles: list[str] | None
    """Those that are known; null where none was collected."""
    format: str | None
    copies: list[str]
    """For an MV or BV: its RVs and LVs, as far as they are known."""


@dataclass(slots=True)
class LunDrawn:
    device: str | None
    logical_disk: str | None
    """Name of the logical disk behind it; null where that is not known."""


@dataclass(slots=True)
class Chain:
    """What a datastore, an RDM disk or the system of an ESXi host lies on."""

    subject: SubjectName
    luns: list[LunDrawn] | None
    """One for each distinct LUN; null where they were not collected."""


@dataclass(slots=True)
class Topology:
    """From the array up: what a picture needs beside the verdicts, whose ``within`` says which VMs lie on which datastore."""

    logical_disks: list[LogicalDiskDrawn] = field(default_factory=list)
    """Those that a chain leads to, and their copies."""
    chains: list[Chain] = field(default_factory=list)


@dataclass(slots=True)
class GoneFinding:
    """A finding of the baseline that this run did not find: mended, or no longer looked for."""

    rule: str
    subject: SubjectName
    message: str
    """What was said of it when the baseline was written, in the language of that run."""
    fingerprint: str


@dataclass(slots=True)
class BaselineUsed:
    """What a baseline changed: what it knows already does not fail the gate."""

    name: str
    new: int
    known: int
    gone: list[GoneFinding]


@dataclass(slots=True)
class PlanStep:
    """One change: to one object, or the move of one VM."""

    rule: str
    subject: SubjectName
    """What violates the rule."""
    action: Literal["change", "move"]
    target: SubjectName
    """What changes, or moves."""
    cost: str
    """setting, job, storage_vmotion, guest, install, shutdown, array, upgrade, rebuild, reinstall: see docs/plan.md."""
    text: Text
    """What to do, in words."""
    version: str | None = None
    """The version with which it was judged, where one was chosen among those of a support table."""


@dataclass(slots=True)
class Obstacle:
    """A rule that still stands in the way, and why no change is offered for it."""

    rule: str
    title: Text
    why: Literal["missing", "ask", "statement", "procedure", "nature", "design", "untried", "none"]
    """Not collected; to be asked of the vendor; to be checked or completed in the inventory; steps to be corrected; no change
    makes it one that can be backed up; it takes a design; the bound left no room to try what is known; nothing known would do."""
    subjects: list[SubjectName]


@dataclass(slots=True)
class WayOut:
    """The fewest changes after which something can be backed up by a method, and all that they do to other verdicts."""

    subject: SubjectName
    """A datastore, an RDM disk, a host that boots from SAN, or a job."""
    method: str
    before: Verdict
    after: Verdict
    """What it is after the steps; where that is not good enough, what is left has no change, or is not known."""
    steps: list[PlanStep]
    gained: list[SubjectName]
    """VMs, RDM disks, hosts and jobs whose verdict for the method allows it after the steps, and did not before."""
    gained_verdicts: int
    """Verdicts, of all methods, that are better than before."""
    worse: list[SubjectName]
    """What is worse off by the steps. VMs that are moved away are not counted: they are no longer backed up this way."""
    left: list[Obstacle]
    """What still stands in the way."""
    other_method: str | None = None
    """The other method, where a datastore can be backed up by that as it is."""


@dataclass(slots=True)
class Plan:
    """What to change, ordered by what it gains."""

    ways: list[WayOut]
    evaluated: int
    """How often the changed inventory was evaluated."""
    not_evaluated: list[SubjectName]
    """What is beyond the bound on evaluations; ask for it by name."""
    as_they_are: dict[str, int] = field(default_factory=dict)
    """Verdicts of which no way tells, by verdict: what can be backed up, and what has to be found out or asked first. VMs count
    where they lie on no datastore."""


@dataclass(slots=True)
class Summary:
    outcomes: dict[str, int]
    """Results by outcome, those outside the plan included."""
    verdicts: dict[str, dict[str, dict[str, int]]]
    """Subject kind → method → verdict → count."""
    exit_code: int
    fail_on: str
    levels: dict[str, int]
    """Failed results in the plan, by level."""
    out_of_plan: int
    subjects: dict[str, int]
    ready: dict[str, int]
    """Method → VMs that are eligible, or eligible with conditions, and that no sibling blocks."""


@dataclass(slots=True, kw_only=True)
class Report:
    tenken_report: Literal[1] = 1
    tool: Tool
    generated: str
    site: str
    packs: list[PackUsed]
    inputs: list[InputUsed]
    summary: Summary
    results: list[Result]
    verdicts: list[VerdictOf]
    rules: list[RuleUsed]
    missing_facts: list[MissingFact]
    clauses: list[ClauseUsed]
    notes: list[NoteUsed] = field(default_factory=list)
    coverage: Coverage
    baseline: BaselineUsed | None = None
    """Where a baseline was given: how this run compares with it."""
    notices: list[Text]
    """What the reader must know about the run: assumptions, what was skipped while reading."""
    customer: str | None = None
    topology: Topology = field(default_factory=Topology)
    plan: Plan | None = None
    """What to change, where it was asked for, or where people read the report."""
