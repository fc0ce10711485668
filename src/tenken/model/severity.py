"""What a result is worth to the gate. Outputs ask here too, so that none can disagree with the exit code.

The order is that of the verdicts: error > unknown > inquire > warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tenken.model.report import Result

FailOn = Literal["error", "unknown", "inquire", "warning"]
FAIL_ON: tuple[FailOn, ...] = ("error", "unknown", "inquire", "warning")
"""Thresholds from lenient to strict; each includes those before it."""


def severity(result: Result) -> FailOn | None:
    """What a result is to the gate; None for what never fails it: outside the plan, waived, or known to the baseline."""
    if not result.in_plan or result.baseline == "known":
        return None
    if result.outcome == "fail":
        return {"error": "error", "warning": "warning"}.get(result.level)  # type: ignore[return-value]
    if result.outcome == "unknown" and result.level != "note":
        # What bears on no verdict can't make one undecided: at the worst it turns out to be the warning that it may be.
        return "unknown" if result.bears_on else "warning"
    return "inquire" if result.outcome == "inquire" else None


def counted(fail_on: str) -> tuple[FailOn, ...]:
    """The severities that fail a gate with this threshold."""
    return FAIL_ON[: FAIL_ON.index(fail_on) + 1]


def fails(result: Result, fail_on: str) -> bool:
    """Whether this result alone makes the exit code other than 0."""
    if result.outcome == "error":
        return True
    worth = severity(result)
    return result.gate == "fails" if worth is not None and result.gate is not None else worth in counted(fail_on)
