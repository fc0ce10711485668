"""The report arranged for reading: what the pages show and in which order, without a word about how it looks.

HTML and Markdown tell the same story, so the grouping is done once, here. Numbers come from the report's summary
where it has them; what is added is only how many of a datastore's VMs have which verdict.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tenken.model.questionnaire import ASKS
from tenken.model.report import (
    STATES,
    VERDICTS,
    ClauseUsed,
    Coverage,
    FactRead,
    Location,
    MissingFact,
    Report,
    Result,
    RuleUsed,
    SubjectName,
    VerdictOf,
    state,
)  # fmt: skip
from tenken.model.rule import VMFS_METHODS, Text

TONES = ("broken", "error", "unknown", "inquire", "warning", "note", "waived")
"""What a finding is worth, from the gravest: the order of the gate, with what never fails it at the end."""

_FURTHER = (("disk", "rdm"), ("host", "sanboot"), ("job", "job"))
"""What can be backed up beside VMs: the kind of subject, and the method that stands for it."""

_OWN_TABLES = ("site", "job", "datastore", "vm", "restore_group")
_DIGITS = re.compile(r"(\d+)")


@dataclass(slots=True)
class Answer:
    """How many subjects can be backed up by one method: VMs, or RDM disks, hosts that boot from the array, jobs."""

    method: str
    ready: int
    total: int
    blocked: int
    """Eligible by themselves, or with conditions, but not ready."""
    counts: dict[str, int]

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The VMs in disjoint parts."""
        return [
            ("ready", self.ready),
            ("blocked", self.blocked),
            *((verdict, self.counts[verdict]) for verdict in VERDICTS[2:]),
        ]


@dataclass(slots=True)
class Row:
    """A subject with its verdicts by method."""

    subject: SubjectName
    within: list[str]
    by_method: dict[str, VerdictOf]
    vms: dict[str, Counter[str]] = field(default_factory=dict)
    """For a datastore: its VMs by method and state."""
    number: int = 0
    """Its place among the rows of its kind, from 1."""

    @property
    def planned(self) -> list[str]:
        return [method for method, found in self.by_method.items() if found.planned]

    @property
    def total(self) -> int:
        return max((counts.total() for counts in self.vms.values()), default=0)


@dataclass(slots=True)
class Group:
    """What one rule said, the gravest first."""

    rule: RuleUsed
    anchor: str
    clauses: list[ClauseUsed]
    results: list[Result]
    undecided: int = 0
    """Subjects that it could not decide for want of facts: those are told by fact, not one by one."""
    facts: list[MissingFact] = field(default_factory=list)
    elsewhere: int = 0
    """For a group in the plan: its findings outside the plan."""

    @property
    def tone(self) -> str:
        return tone(self.results[0]) if self.results else "unknown"

    @property
    def remedies(self) -> list[Result]:
        """One result for each remedy that differs."""
        return list({(result.remedy.en, result.remedy.ja): result for result in self.results}.values())

    @property
    def uniform(self) -> bool:
        """All its results are worth the same, so that it need not be said of each."""
        return len({tone(result) for result in self.results}) == 1


@dataclass(slots=True)
class Digest:
    """Subjects stand in the order in which they want looking at: the worst first."""

    answers: list[Answer]
    """VMs, by method."""
    further: list[Answer]
    """RDM disks, SAN boot hosts and jobs, as far as there are any."""
    sites: list[VerdictOf]
    jobs: list[VerdictOf]
    datastores: list[Row]
    vms: list[Row]
    restore_groups: list[VerdictOf]
    others: list[VerdictOf]
    groups: list[Group]
    outside: list[Group]
    undecided: list[Group]
    known: list[Group]
    """What a baseline knows already, in the plan or undecided alike: counted, and told apart from what is new."""
    waivers: list[Result]
    """Results that a waiver accepts, by rule and name."""
    missing: list[tuple[str, list[MissingFact]]]
    """Missing facts by who knows them."""
    anchors: dict[str, str]
    """Rule → where the page speaks of it."""
    fact_anchors: dict[str, str]
    has_plan: bool
    not_judged: int
    """VMs that were read and have no verdict: templates."""
    spoiled: bool
    """Some VM is blocked by another."""
    unexplained: bool
    """Some VM or datastore is undecided and no rule says why: none in force decides the method."""
    nothing_missing: str
    """What is to be said where no fact is missing: that all could be decided, or that something could not for other reasons."""


def digest(report: Report) -> Digest:
    rows = {kind: _rows(report.verdicts, kind) for kind in ("vm", "datastore")}
    _count_vms(rows["datastore"], rows["vm"])
    kinds: dict[str, list[VerdictOf]] = defaultdict(list)
    for found in report.verdicts:
        kinds[found.subject.kind if found.subject.kind in _OWN_TABLES else "others"].append(found)
    groups, outside, undecided = _groups(report)
    known = _known(report)
    return Digest(
        answers=_answers(report),
        further=further(report),
        sites=kinds["site"],
        jobs=_worst_first(kinds["job"]),
        datastores=rows["datastore"],
        vms=rows["vm"],
        restore_groups=_worst_first(kinds["restore_group"]),
        others=_worst_first(kinds["others"]),
        groups=groups,
        outside=outside,
        undecided=undecided,
        known=known,
        waivers=sorted(
            (result for result in report.results if result.waiver is not None),
            key=lambda result: (result.rule, natural(result.subject.name)),
        ),
        missing=by_who_knows(report.missing_facts),
        anchors={group.rule.id: group.anchor for group in (*known, *outside, *undecided, *groups)},
        fact_anchors={fact.path: f"fact-{number}" for number, fact in enumerate(report.missing_facts, 1)},
        not_judged=max(report.summary.subjects.get("vm", 0) - len(rows["vm"]), 0),
        has_plan=any(found.planned for found in report.verdicts),
        spoiled=any(v.blocked_by for v in report.verdicts if v.subject.kind == "vm"),
        unexplained=any(v.verdict == "unknown" and not v.because for v in report.verdicts if v.subject.kind in rows),
        nothing_missing=_nothing_missing(report),
    )


def _nothing_missing(report: Report) -> str:
    has_plan = any(found.planned for found in report.verdicts)
    if any(result.outcome == "unknown" and (result.in_plan or not has_plan) for result in report.results):
        return "unknown.none.missing"
    return "unknown.none.plan" if has_plan else "unknown.none"


def tone(result: Result) -> str:
    """What a result is worth to a reader: the level of a violation, else its outcome."""
    if result.outcome == "error":
        return "broken"
    return result.level if result.outcome == "fail" else result.outcome


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key by which vm2 comes before vm10. Digits of other scripts than ASCII are left as letters."""
    pieces = _DIGITS.split(name.casefold())
    return [
        (0, int(piece), "") if piece.isascii() and piece.isdigit() and len(piece) < 20 else (1, 0, piece) for piece in pieces
    ]


def value_text(fact: FactRead) -> str:
    """A fact's value as an inventory would state it."""
    return fact.value if isinstance(fact.value, str) and fact.value else json.dumps(fact.value, ensure_ascii=False, default=str)


def moment(stamp: str) -> str:
    """A time as people read it; what is not one stays."""
    return stamp.replace("T", " ", 1).replace("+00:00", " UTC")


def evidence(result: Result) -> list[tuple[FactRead | None, Location]]:
    """The facts behind a result with their places; where there are none, the place of the subject alone."""
    return [(fact, fact.location) for fact in result.facts] or [(None, result.location)]


# --- the parts -----------------------------------------------------------------------------------------------------


def _answers(report: Report) -> list[Answer]:
    by_method = report.summary.verdicts.get("vm", {})
    answers = []
    for method in VMFS_METHODS:
        counts: dict[str, int] = {verdict: by_method.get(method, {}).get(verdict, 0) for verdict in VERDICTS}
        ready = report.summary.ready.get(method, 0)
        blocked = max(counts["eligible"] + counts["conditional"] - ready, 0)
        answers.append(Answer(method, ready, sum(counts.values()), blocked, counts))
    return answers


def further(report: Report) -> list[Answer]:
    """How many RDM disks, SAN boot hosts and jobs can be backed up; nothing, for what there is none of."""
    answers = []
    for kind, method in _FURTHER:
        counts: dict[str, int] = dict.fromkeys(VERDICTS, 0)
        for by_verdict in report.summary.verdicts.get(kind, {}).values():
            for verdict in VERDICTS:
                counts[verdict] += by_verdict.get(verdict, 0)
        if total := sum(counts.values()):
            answers.append(Answer(method, counts["eligible"] + counts["conditional"], total, 0, counts))
    return answers


def _rows(verdicts: Iterable[VerdictOf], kind: str) -> list[Row]:
    """The subjects of a kind, the worst first. Two that share a name stay two: the n-th of each method belong together."""
    rows: dict[tuple[str, int], Row] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for found in verdicts:
        if found.subject.kind == kind:
            name, method = found.subject.name, found.method
            row = rows.setdefault((name, seen[name, method]), Row(found.subject, found.within, {}))
            row.by_method[method] = found
            seen[name, method] += 1
    ordered = sorted(rows.values(), key=lambda row: urgency(row.subject, row.by_method.values()))
    for number, row in enumerate(ordered, 1):
        row.number = number
    return ordered


def _worst_first(verdicts: Iterable[VerdictOf]) -> list[VerdictOf]:
    return sorted(verdicts, key=lambda found: urgency(found.subject, [found]))


def urgency(subject: SubjectName, verdicts: Iterable[VerdictOf]) -> tuple[list[int], list[tuple[int, int, str]]]:
    """What sorts subjects so that the worst come first, of those that are as bad by one method the worse by the other; else by name."""
    return sorted(-STATES.index(state(found)) for found in verdicts), natural(subject.name)


def _count_vms(datastores: list[Row], vms: list[Row]) -> None:
    by_name = {row.subject.name: row for row in datastores}
    for vm in vms:
        for name in vm.within:
            if name in by_name:
                for method, found in vm.by_method.items():
                    by_name[name].vms.setdefault(method, Counter())[state(found)] += 1


def _groups(report: Report) -> tuple[list[Group], list[Group], list[Group]]:
    """Findings in the plan and outside it, by rule; and the rules that were only found undecidable."""
    rules = {rule.id: rule for rule in report.rules}
    told: dict[tuple[str, bool], list[Result]] = defaultdict(list)
    undecided: Counter[tuple[str, bool]] = Counter()
    for result in report.results:
        if result.outcome in ("pass", "not_applicable") or result.baseline == "known":
            continue
        rules.setdefault(result.rule, rule_of(result))
        if result.outcome == "unknown" and result.lacks:
            undecided[result.rule, result.in_plan] += 1
        else:
            told[result.rule, result.in_plan].append(result)
    clauses = _by_name(report.clauses)
    facts: dict[str, list[MissingFact]] = defaultdict(list)
    for fact in report.missing_facts:
        for rule in fact.rules:
            facts[rule].append(fact)
    found: dict[bool, list[Group]] = {True: [], False: []}
    for rule, in_plan in dict.fromkeys((*told, *undecided)):
        used = rules[rule]
        group = Group(
            rule=used,
            anchor=f"rule-{rule}" if in_plan else f"outside-{rule}",
            clauses=_clauses(clauses, used),
            results=_in_order(told.get((rule, in_plan), ())),
            undecided=undecided[rule, in_plan],
            facts=facts[rule] if in_plan else [],
            elsewhere=len(told.get((rule, False), ())) if in_plan else 0,
        )
        found[in_plan].append(group)
    in_plan_told = [group for group in found[True] if group.results]
    return _gravest_first(in_plan_told), _gravest_first(found[False]), _most_first(g for g in found[True] if not g.results)


def _known(report: Report) -> list[Group]:
    """What a baseline knows, by rule."""
    rules = {rule.id: rule for rule in report.rules}
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in report.results:
        if result.baseline == "known":
            by_rule[result.rule].append(result)
    clauses, groups = _by_name(report.clauses), []
    for rule, results in by_rule.items():
        used = rules.get(rule) or rule_of(results[0])
        groups.append(Group(used, f"known-{rule}", _clauses(clauses, used), _in_order(results)))
    return _gravest_first(groups)


def _gravest_first(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (TONES.index(group.tone), -len(group.results), group.rule.id))


def _most_first(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-group.undecided, group.rule.id))


def rule_of(result: Result) -> RuleUsed:
    """A rule that the report does not describe, as far as its result tells."""
    return RuleUsed(result.rule, result.title, result.title, result.level, result.clauses, result.bears_on, {})


def _by_name(clauses: Iterable[ClauseUsed]) -> dict[str, ClauseUsed]:
    return {clause.id: clause for clause in clauses}


def _clauses(described: Mapping[str, ClauseUsed], rule: RuleUsed) -> list[ClauseUsed]:
    """The clauses that a rule carries out; of one that the report does not describe, the name."""
    return [described.get(name) or ClauseUsed(name, "", Text.model_construct(en="", ja="")) for name in rule.clauses]


def _in_order(results: Iterable[Result]) -> list[Result]:
    """The gravest first; of equals, by name."""
    return sorted(results, key=lambda result: (TONES.index(tone(result)), natural(result.subject.name)))


def by_who_knows(facts: Iterable[MissingFact]) -> list[tuple[str, list[MissingFact]]]:
    by_ask: dict[str, list[MissingFact]] = {ask: [] for ask in ASKS}
    for fact in facts:
        by_ask.setdefault(fact.ask, []).append(fact)
    return [(ask, asked) for ask, asked in by_ask.items() if asked]


def coverage_rows(coverage: Coverage) -> list[tuple[str, int]]:
    """The clauses of the guide in disjoint parts."""
    return [(name, getattr(coverage, name)) for name in ("bound", "by_procedure", "by_note", "not_checkable", "pending")]


def merged(parts: Mapping[str, int], order: Iterable[str]) -> list[tuple[str, int]]:
    """Counts in an order, without those that are nought."""
    return [(name, parts[name]) for name in order if parts.get(name)]


def shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def subjects_read(report: Report) -> list[tuple[str, int]]:
    """What was read, as far as it tells a reader how much of a site it is."""
    counts = report.summary.subjects
    return [(kind, counts[kind]) for kind in ("array", "logical_disk", "host", "datastore", "vm", "job") if counts.get(kind)]


def first(items: list[Any], count: int) -> tuple[list[Any], int]:
    """The first items, and how many are left."""
    return items[:count], max(len(items) - count, 0)
