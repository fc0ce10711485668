"""What changed between two reports: the JSON contract of ``tenken diff``, version 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from tenken.model.report import Location, SubjectName, WaiverUsed
from tenken.model.rule import Text

Change = Literal["new", "worse", "lapsed", "waived", "better", "fixed", "unchecked"]
CHANGES: tuple[Change, ...] = get_args(Change)
"""new: no such finding before. worse, better: the same finding, worth more or less to the gate. lapsed: it was waived and is
no longer. waived: it is waived now. fixed: looked for and no longer found. unchecked: nobody looked for it any more, since
its rule or its subject is gone, which is no good news."""

GRAVE: tuple[Change, ...] = ("new", "worse", "lapsed")
"""Changes that can fail a comparison."""


@dataclass(slots=True)
class Side:
    """One of the two reports."""

    name: str
    site: str
    generated: str
    exit_code: int


@dataclass(slots=True)
class FindingChange:
    """A finding that came, went, or is worth something else. ``before``, ``after``: what it is worth to the gate (error,
    unknown, inquire, warning, note), or waived, outside (the plan), broken (the rule); null where there is no such finding."""

    change: Change
    rule: str
    title: Text
    subject: SubjectName
    before: str | None
    after: str | None
    message: Text
    remedy: Text
    location: Location
    """In the newer report; in the older one, where only that has it."""
    fingerprint: str
    fails: bool
    """It makes the exit code 1."""
    waiver: WaiverUsed | None = None
    """The waiver that lapsed, or that accepts it now."""


@dataclass(slots=True)
class VerdictChange:
    """A verdict that changed; null where a report has no such subject or does not judge it."""

    subject: SubjectName
    method: str
    before: str | None
    after: str | None
    because: list[str]
    """The rules that decide the newer verdict."""


@dataclass(slots=True, kw_only=True)
class Difference:
    tenken_diff: Literal[1] = 1
    old: Side
    new: Side
    counts: dict[str, int]
    """Findings by change, all of CHANGES; and verdicts_worse, verdicts_better."""
    fail_on: str
    exit_code: int
    findings: list[FindingChange]
    """The gravest change first."""
    verdicts: list[VerdictChange]
    """Those that became worse first."""
    notices: list[Text] = field(default_factory=list)
    """What makes the two reports hard to compare."""
