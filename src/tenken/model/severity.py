"""What a result is worth to the gate. Outputs ask here too, so that none can disagree with the exit code.

The order is that of the verdicts: error > unknown > inquire > warning.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from tenken.model.report import Result

FailOn = Literal["error", "unknown", "inquire", "warning"]
FAIL_ON: tuple[FailOn, ...] = get_args(FailOn)
"""Thresholds from lenient to strict; each includes those before it."""

NOT_UNKNOWN = "-not-unknown"
"""A threshold with this at its end leaves out what can't be decided, as a policy for unknowns may want it."""


def severity(result: Result) -> FailOn | None:
    """What a result is to the gate; None for what never fails it: outside the plan, waived, or known to the baseline."""
    return worth(result) if result.in_plan and result.baseline != "known" else None


def worth(result: Result) -> FailOn | None:
    """What a result would be to the gate if it were planned and nobody knew it; None for what fails no gate even then."""
    if result.outcome == "fail":
        return {"error": "error", "warning": "warning"}.get(result.level)  # type: ignore[return-value]
    if result.outcome == "unknown" and result.level != "note":
        # What bears on no verdict can't make one undecided: at the worst it turns out to be the warning that it may be.
        return "unknown" if result.bears_on else "warning"
    return "inquire" if result.outcome == "inquire" else None


@cache
def counted(fail_on: str) -> tuple[FailOn, ...]:
    """The severities that fail a gate with this threshold."""
    upto = FAIL_ON[: FAIL_ON.index(fail_on.removesuffix(NOT_UNKNOWN)) + 1]
    return tuple(level for level in upto if level != "unknown") if fail_on.endswith(NOT_UNKNOWN) else upto


def fails(result: Result, fail_on: str) -> bool:
    """Whether this result alone makes the exit code other than 0."""
    if result.outcome == "unknown" and fail_on.endswith(NOT_UNKNOWN):
        return False
    return result.outcome == "error" or severity(result) in counted(fail_on)
