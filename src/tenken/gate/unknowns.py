"""What can't be decided is to the gate: as its threshold says, or as somebody decided. Verdicts stay unknown either way."""

from __future__ import annotations

from tenken.model.config import UnknownPolicy
from tenken.model.rule import Text
from tenken.model.severity import FAIL_ON, NOT_UNKNOWN, FailOn

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


def threshold(fail_on: FailOn, policy: UnknownPolicy) -> str:
    """The threshold that a policy makes of another: what reports state, and the exit code follows."""
    strictness = FAIL_ON.index(fail_on)
    if policy == "fail":
        return FAIL_ON[max(strictness, FAIL_ON.index("unknown"))]
    if policy == "threshold" or fail_on == "error" or (policy == "warn" and fail_on == "warning"):
        return fail_on
    return "error" if fail_on == "unknown" else fail_on + NOT_UNKNOWN


def told(policy: UnknownPolicy) -> list[Text]:
    """What the reader of a report must know of the policy."""
    return [_TOLD[policy]] if policy in _TOLD else []
