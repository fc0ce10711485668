"""Exit codes, and the threshold that decides between clean and findings.

The order is that of the verdicts, so the gate can't disagree with the report: error > unknown > inquire > warning.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tenken.model.report import Result

CLEAN, FINDINGS, BAD_INPUT, NOTHING_CHECKED, BROKEN = range(5)

FailOn = Literal["error", "unknown", "inquire", "warning"]
FAIL_ON: tuple[FailOn, ...] = ("error", "unknown", "inquire", "warning")
"""Thresholds from lenient to strict; each includes those before it."""


def severity(result: Result) -> FailOn | None:
    """What a result is to the gate; None for what never fails it."""
    if not result.in_plan:
        return None
    if result.outcome == "fail":
        return {"error": "error", "warning": "warning"}.get(result.level)  # type: ignore[return-value]
    if result.outcome == "unknown" and result.level != "note":
        # What bears on no verdict can't make one undecided: at the worst it turns out to be the warning that it may be.
        return "unknown" if result.bears_on else "warning"
    return "inquire" if result.outcome == "inquire" else None


def exit_code(results: Iterable[Result], fail_on: FailOn, checked: bool) -> int:
    """The exit code of a run. ``checked``: at least one rule applied to at least one subject."""
    if not checked:
        return NOTHING_CHECKED
    counted = FAIL_ON[: FAIL_ON.index(fail_on) + 1]
    code = CLEAN
    for result in results:
        if result.outcome == "error":
            return BROKEN
        if severity(result) in counted:
            code = FINDINGS
    return code
