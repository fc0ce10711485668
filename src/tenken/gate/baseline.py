"""The baseline: what a site was found with is known, and only what is new fails the gate.

A finding is known by its fingerprint (rule and subject), so that moved lines and renamed files change nothing, and one
finding in another's place is new. Known is only what is worth no more than when it was recorded: what was undecidable and
turns out to be an error is new. ``recorded`` takes what there is; ``updated`` only ever takes away.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tenken.document.said import Said
from tenken.gate import reviewed
from tenken.gate.waiver_findings import RULES as ABOUT_WAIVERS
from tenken.model import severity
from tenken.model.baseline import WORTHS, BaselineFile, Known, Worth
from tenken.model.report import BaselineUsed, GoneFinding, Result, SubjectName


@dataclass(slots=True)
class Baseline:
    """A baseline file that was read."""

    name: str
    findings: list[Known]


def read(path: Path, name: str = "") -> Baseline:
    """The baseline of a file; ``name``: what to call it, if not by its path. Raises InputError with every mistake of the file."""
    file, _ = reviewed.read(path, BaselineFile, "tenken_baseline", Said("baseline", "ベースライン"), name=name)
    return Baseline(name or str(path), file.findings)


def worth(result: Result) -> Worth | None:
    """What a finding is worth, notes included; None for what a baseline does not hold: what passed, is waived, lies outside
    the plan, or is about the waiver file; and rules that broke, which nobody can know beforehand."""
    if result.outcome not in ("fail", "inquire", "unknown") or not result.in_plan or result.rule in ABOUT_WAIVERS:
        return None
    return severity.worth(result) or "note"


def compared(results: Iterable[Result], baseline: Baseline) -> tuple[list[Result], BaselineUsed]:
    """The results, each marked new or known where a baseline could hold it; and the counts, with what is gone."""
    results = list(results)
    matched = _matched(results, baseline.findings)
    marked = [
        result if worth(result) is None else dataclasses.replace(result, baseline="known" if position in matched else "new")
        for position, result in enumerate(results)
    ]
    marks = Counter(result.baseline for result in marked)
    gone = [
        GoneFinding(known.rule, SubjectName(*_split(known.subject)), known.says, known.fingerprint)
        for known in _gone(results, baseline.findings)
    ]
    return marked, BaselineUsed(baseline.name, marks["new"], marks["known"], gone)


def recorded(results: Iterable[Result], lang: str) -> list[Known]:
    """What a new baseline holds, in the order of the file. ``lang``: the language of the words for its reviewers."""
    found = [_known(result, found_worth, lang) for result in results if (found_worth := worth(result)) is not None]
    return sorted(found, key=_order)


def updated(results: Iterable[Result], baseline: Baseline, lang: str) -> list[Known]:
    """The baseline without what is gone or waived by now, and with less where a finding became less. Nothing is ever added."""
    results = list(results)
    kept = []
    for position, known in _matched(results, baseline.findings).items():
        now = worth(results[position])
        kept.append(known if now is None or now == known.worth else _known(results[position], now, lang))
    return sorted(kept, key=_order)


def text(findings: Iterable[Known]) -> str:
    """The file: one finding a line, so that a diff shows which came and went."""
    lines = ",\n".join("  " + json.dumps(known.model_dump(), ensure_ascii=False) for known in findings)
    return '{\n "tenken_baseline": 1,\n "findings": [' + (f"\n{lines}\n " if lines else "") + "]\n}\n"


def _known(result: Result, found_worth: Worth, lang: str) -> Known:
    return Known.model_construct(
        fingerprint=result.fingerprint,
        worth=found_worth,
        rule=result.rule,
        subject=f"{result.subject.kind}/{result.subject.name}",
        says=result.message.text(lang),
    )


def _order(known: Known) -> tuple[str, ...]:
    return (known.rule, known.subject, known.fingerprint, known.worth, known.says)


def _split(subject: str) -> tuple[str, str]:
    kind, _, name = subject.partition("/")
    return kind, name


def _matched(results: list[Result], findings: Iterable[Known]) -> dict[int, Known]:
    """Results that are known, by their positions, each with its own entry: two findings are not known by one entry."""
    entries: dict[str, list[Known]] = defaultdict(list)
    for known in sorted(findings, key=lambda known: WORTHS.index(known.worth)):
        entries[known.fingerprint].append(known)
    present: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for position, result in enumerate(results):
        if result.fingerprint in entries and (found := worth(result)) is not None:
            present[result.fingerprint].append((WORTHS.index(found), position))
    matched = {}
    for fingerprint, found_here in present.items():
        # the gravest result takes the gravest entry; one that is graver than all that are left is new
        left = entries[fingerprint]
        for rank, position in sorted(found_here, reverse=True):
            if left and rank <= WORTHS.index(left[-1].worth):
                matched[position] = left.pop()
    return matched


def _gone(results: Iterable[Result], findings: Iterable[Known]) -> list[Known]:
    """Entries whose finding this run did not find in any form: not waived, outside the plan, or worse either."""
    there = Counter(result.fingerprint for result in results if result.outcome not in ("pass", "not_applicable"))
    gone = []
    for known in sorted(findings, key=_order):
        if there[known.fingerprint] > 0:
            there[known.fingerprint] -= 1
        else:
            gone.append(known)
    return gone
