"""Two reports compared: findings by their fingerprints, verdicts by subject and method."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from tenken.gate.exit_codes import BROKEN, CLEAN, FINDINGS, NOTHING_CHECKED
from tenken.gate.snapshot import ReadVerdict, Snapshot
from tenken.gate.waiver_findings import RULES as ABOUT_WAIVERS
from tenken.model import severity
from tenken.model.difference import CHANGES, GRAVE, Change, Difference, FindingChange, Side, VerdictChange
from tenken.model.report import STATES, Result, SubjectName, state
from tenken.model.rule import PARTS_OF_A_VM, Text
from tenken.model.severity import fails

_WORTHS = ("waived", "outside", "note", "warning", "inquire", "unknown", "error", "broken")
"""From the least grave: the order of the gate, with what never fails it below, and a broken rule above."""


def diff(old: Snapshot, new: Snapshot, names: tuple[str, str], fail_on: str) -> Difference:
    """What changed from one report to another. ``names``: how to call them; ``fail_on``: the threshold of the exit code."""
    findings = sorted(_findings(old, new, fail_on), key=_order)
    verdicts = sorted(
        _verdicts(old.verdicts, new.verdicts), key=lambda found: (-_step(found), found.subject.name, found.method)
    )
    counts = Counter(found.change for found in findings)
    steps = [_step(found) for found in verdicts]
    return Difference(
        old=Side(names[0], old.site, old.generated, old.summary.exit_code),
        new=Side(names[1], new.site, new.generated, new.summary.exit_code),
        counts={
            **{change: counts[change] for change in CHANGES},
            "verdicts_worse": sum(step > 0 for step in steps),
            "verdicts_better": sum(step < 0 for step in steps),
        },
        fail_on=fail_on,
        exit_code=_exit_code(new, findings),
        findings=findings,
        verdicts=verdicts,
        notices=list(_notices(old, new)),
    )


def worth(result: Result) -> str:
    """What a finding is worth, as one of _WORTHS. A baseline plays no part in it: it compares with another state."""
    if result.outcome == "error":
        return "broken"
    if result.outcome == "waived":
        return "waived"
    if not result.in_plan:
        return "outside"
    return severity.worth(result) or "note"


def _exit_code(new: Snapshot, findings: Iterable[FindingChange]) -> int:
    """A newer report in which nothing was checked, or a rule broke, has lost its findings, not mended them."""
    if new.summary.exit_code in (NOTHING_CHECKED, BROKEN):
        return new.summary.exit_code
    return FINDINGS if any(found.fails for found in findings) else CLEAN


def _findings(old: Snapshot, new: Snapshot, fail_on: str) -> Iterator[FindingChange]:
    before, after = _by_fingerprint(old), _by_fingerprint(new)
    looked_for = _LookedFor(old, new)
    for fingerprint in dict.fromkeys((*after, *before)):
        for was, now in zip_longest(before.get(fingerprint, ()), after.get(fingerprint, ())):
            change = _change(was, now, looked_for)
            if change is not None:
                yield _told(change, was, now, fail_on)


def _by_fingerprint(report: Snapshot) -> dict[str, list[Result]]:
    """The findings of a report; where several share a fingerprint, the gravest first."""
    found: dict[str, list[Result]] = defaultdict(list)
    for read in report.results:
        if read.outcome not in ("pass", "not_applicable"):
            found[read.fingerprint].append(read.result())
    for results in found.values():
        results.sort(key=lambda result: -_WORTHS.index(worth(result)))
    return found


def _change(was: Result | None, now: Result | None, looked_for: _LookedFor) -> Change | None:
    if was is None:
        return "new" if now is not None and now.outcome != "waived" else "waived"
    if now is None:
        return "fixed" if looked_for(was) else "unchecked"
    before, after = worth(was), worth(now)
    if before == after:
        return None
    if before == "waived":
        return "lapsed"
    if after == "waived":
        return "waived"
    return "worse" if _WORTHS.index(after) > _WORTHS.index(before) else "better"


def _told(change: Change, was: Result | None, now: Result | None, fail_on: str) -> FindingChange:
    shown = now or was
    assert shown is not None
    return FindingChange(
        change=change,
        rule=shown.rule,
        title=shown.title,
        subject=shown.subject,
        before=worth(was) if was is not None else None,
        after=worth(now) if now is not None else None,
        message=shown.message,
        remedy=shown.remedy,
        location=shown.location,
        fingerprint=shown.fingerprint,
        fails=change in GRAVE and now is not None and fails(now, fail_on),
        waiver=(now and now.waiver) or (was and was.waiver) or None,
    )


class _LookedFor:
    """Whether the newer run would still have found what the older one found. As far as reports can tell, which list the
    verdicts of VMs and datastores, and count the rest."""

    def __init__(self, old: Snapshot, new: Snapshot) -> None:
        self._rules = {rule.id for rule in new.rules}
        self._waivers = any(used.format == "waivers" for used in new.inputs)
        self._subjects = new.summary.subjects
        self._gone = _judged(old) - _judged(new)

    def __call__(self, result: Result) -> bool:
        if result.rule in ABOUT_WAIVERS:
            return self._waivers
        subject = result.subject
        if subject.kind in PARTS_OF_A_VM:
            owner = SubjectName("vm", subject.name.rpartition("/")[0])
        else:
            owner = SubjectName(subject.kind, subject.name)
        return result.rule in self._rules and owner not in self._gone and self._subjects.get(owner.kind, 1) > 0


def _judged(report: Snapshot) -> set[SubjectName]:
    return {found.subject for found in report.verdicts}


def _verdicts(old: Iterable[ReadVerdict], new: Iterable[ReadVerdict]) -> Iterator[VerdictChange]:
    before, after = _by_subject(old), _by_subject(new)
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        state_before, state_now = (None if found is None else state(found) for found in (was, now))
        if state_before != state_now:
            (subject, method, _) = key
            yield VerdictChange(subject, method, state_before, state_now, because=list(now.because) if now is not None else [])


def _by_subject(verdicts: Iterable[ReadVerdict]) -> dict[tuple[SubjectName, str, int], ReadVerdict]:
    """Verdicts by subject and method. Subjects that share a name stay several: the n-th of both belong together."""
    seen: Counter[tuple[SubjectName, str]] = Counter()
    found = {}
    for verdict in verdicts:
        number = seen[verdict.subject, verdict.method]
        seen[verdict.subject, verdict.method] += 1
        found[verdict.subject, verdict.method, number] = verdict
    return found


def _step(change: VerdictChange) -> int:
    """How much worse a verdict became; 0 for a subject that only one report has."""
    if change.before is None or change.after is None:
        return 0
    return STATES.index(change.after) - STATES.index(change.before)


def _order(found: FindingChange) -> tuple[object, ...]:
    grave = max(_WORTHS.index(worth) if worth is not None else 0 for worth in (found.before, found.after))
    return (CHANGES.index(found.change), -grave, found.rule, found.subject.kind, found.subject.name, found.fingerprint)


def _notices(old: Snapshot, new: Snapshot) -> Iterator[Text]:
    if old.site != new.site:
        yield Text.model_construct(
            en=f"The reports are of sites with different names: {old.site}, {new.site}.",
            ja=f"二つのレポートのサイト名が異なります: {old.site}、{new.site}",
        )
    if {(pack.id, pack.digest) for pack in old.packs} != {(pack.id, pack.digest) for pack in new.packs}:
        yield Text.model_construct(
            en="The reports were made with different rules: findings may have come and gone for that alone.",
            ja="二つのレポートは異なるルールで作成されています。指摘の増減はルールの違いによる可能性があります。",
        )
    if new.summary.exit_code == NOTHING_CHECKED:
        yield Text.model_construct(
            en="Nothing was checked in the newer report: what is gone from it is not mended.",
            ja="新しいレポートでは何も点検されていません。なくなった指摘は解消を意味しません。",
        )
