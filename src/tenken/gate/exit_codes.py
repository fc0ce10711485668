"""Exit codes. What counts is decided in model.severity, where the outputs look too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tenken.model.severity import fails

if TYPE_CHECKING:
    from tenken.model.report import Result

CLEAN, FINDINGS, BAD_INPUT, NOTHING_CHECKED, BROKEN = range(5)


def exit_code(results: Iterable[Result], fail_on: str, checked: bool) -> int:
    """The exit code of a run. ``checked``: at least one rule applied to at least one subject."""
    if not checked:
        return NOTHING_CHECKED
    code = CLEAN
    for result in results:
        if result.outcome == "error":
            return BROKEN
        if code == CLEAN and fails(result, fail_on):
            code = FINDINGS
    return code
