"""What is not decidable is to the gate: as its threshold says, or as somebody decided. Verdicts stay unknown either way."""

from __future__ import annotations

from collections.abc import Iterable

from tenken.model.config import UnknownPolicy
from tenken.model.report import Result
from tenken.model.rule import Text
from tenken.model.severity import FailOn, severity

_TOLD = {
    "fail": Text(
        en="By the policy for unknowns, whatever can't be decided fails this run, at any threshold.",
        ja="「判定不能」の扱いの設定により、判定できない項目はしきい値にかかわらず不合格となります。",
    ),
    "warn": Text(
        en="By the policy for unknowns, what can't be decided counts as a warning in this run. It stays undecided.",
        ja="「判定不能」の扱いの設定により、判定できない項目は警告として扱われます。判定不能であることに変わりはありません。",
    ),
    "ignore": Text(
        en="By the policy for unknowns, what can't be decided does not fail this run. It stays undecided.",
        ja="「判定不能」の扱いの設定により、判定できない項目があっても不合格になりません。判定不能であることに変わりはありません。",
    ),
}


def settle(results: Iterable[Result], policy: UnknownPolicy, fail_on: FailOn) -> None:
    """Write into each undecided result what a policy makes of it, so that the exit code and all outputs read the same."""
    if policy == "threshold":
        return
    fails = policy == "fail" or (policy == "warn" and fail_on == "warning")
    for result in results:
        if (
            result.outcome == "unknown"
            and severity(result) is not None
            and (policy == "ignore" or severity(result) == "unknown")
        ):
            result.gate = "fails" if fails else "passes"


def told(policy: UnknownPolicy) -> list[Text]:
    """What the reader of a report must know of the policy."""
    return [_TOLD[policy]] if policy in _TOLD else []
