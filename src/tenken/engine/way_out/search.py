"""The way out: the fewest changes after which something can be backed up, found by evaluating the changed inventory.

For each datastore, RDM disk, SAN boot host or job that can't be: the outcomes that make it so are what has to be settled;
packs say which changes settle which. The fewest that settle all are made on a copy, the copy is judged, and what stands in the
way only then is added to what has to be settled, and the fewest are chosen anew. At last each step is left out once: what the
verdict does not need is no part of the plan. Where one subject was asked for, every smaller choice is tried, too.

What a way gains is counted by comparing all verdicts before and after, so that a change which harms a neighbour shows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Literal

from tenken.engine.evaluate import evaluate
from tenken.engine.evidence.explain import explain
from tenken.engine.evidence.reasons import Reason, Reasons
from tenken.engine.findings import Findings
from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, JobNode, Node, VmNode
from tenken.engine.pack import Catalog
from tenken.engine.verdict import Ruling
from tenken.engine.verdict.judgement import CONDITIONAL, INELIGIBLE
from tenken.engine.way_out.changes import Step, apply, steps_of
from tenken.engine.way_out.cover import Obstacle, fewest, pool
from tenken.model import report
from tenken.model.inventory import Inventory
from tenken.model.report import VERDICTS, Plan, PlanStep, SubjectName, WayOut
from tenken.model.rule import COSTS, VMFS_METHODS, Text

MOST_EVALUATIONS = 60
"""Of the changed inventory, for one plan that was asked for."""

MOST_EVALUATED = 20_000
"""VMs evaluated in all for a plan that nobody asked for: with 2,000 VMs ten evaluations."""

_ROUNDS = 6
"""What only shows once the worst is settled is settled in a further round, so many times."""

KINDS = ("datastore", "disk", "host", "job")
"""What a way out is looked for. VMs go with their datastores, restore groups and the site with theirs."""

Key = tuple[str, str, str]
"""A verdict: kind and name of its subject, and method."""


@dataclass(slots=True)
class Way:
    """How one subject comes to be backed up by one method, and what that does elsewhere."""

    subject: Node
    method: str
    before: int
    after: int
    steps: list[Step]
    left: list[tuple[Node, str, str]]
    """What still stands in the way: a subject, its rule, and why no change is offered."""
    gained: list[tuple[str, str]] = field(default_factory=list)
    better: int = 0
    worse: list[tuple[str, str]] = field(default_factory=list)
    other_method: str | None = None
    pool: list[Step] = field(default_factory=list)
    """All steps among which it was chosen."""


def bound(graph: Graph, asked: bool) -> int:
    """How many evaluations a plan may take: a count, so that the same input makes the same plan on any machine."""
    return MOST_EVALUATIONS if asked else min(MOST_EVALUATIONS, MOST_EVALUATED // max(1, len(graph.nodes["vm"])))


class Planner:
    """Plans for one run. ``build``: from an inventory to its graph."""

    def __init__(
        self,
        inventory: Inventory,
        graph: Graph,
        catalog: Catalog,
        build: Callable[[Inventory], Graph],
        reasons: Reasons,
        goal: int = CONDITIONAL,
        most: int = MOST_EVALUATIONS,
    ) -> None:
        self.inventory, self.graph, self.goal, self.most = inventory, graph, goal, most
        self._build = build
        self._rules = [rule for rule in catalog.rules.values() if rule.rule.bears_on]
        self.start = reasons
        self._before = _ranks(self.start)
        self._judged: dict[frozenset[tuple[object, ...]], Reasons] = {}
        self.evaluated = 0

    def ways(self, subject: Node | None = None, method: str | None = None) -> tuple[list[Way], list[Node]]:
        """A way for each subject and method that has none yet, the most gained first; and what was not evaluated."""
        found: list[Way] = []
        skipped: dict[int, Node] = {}
        for ruling in self._wanted(subject, method):
            if self.evaluated >= self.most:
                skipped[id(ruling.node)] = ruling.node
            elif (way := self._way(ruling, thorough=subject is not None)) is not None:
                found.append(way)
        found.sort(key=self._order)
        for place, way in enumerate(found):
            if len(way.steps) > 1:
                found[place] = self._smaller(way) if subject is not None else self._without_needless(way)
        return sorted(found, key=self._order), list(skipped.values())

    def _order(self, way: Way) -> tuple[object, ...]:
        """The most gained first; of equals, what is good enough then, and what takes the fewest steps."""
        gain = (-len(way.gained), -way.better, way.after > self.goal, len(way.steps))
        return (not way.steps, *gain, KINDS.index(way.subject.kind), way.subject.name)

    def untold(
        self, told: list[Way], skipped: list[Node], subject: Node | None = None, method: str | None = None
    ) -> Counter[int]:
        """The verdicts of which neither ways nor what was skipped tell, by rank. A VM goes with its datastores, if it has any."""
        with_way = {(id(way.subject), way.method) for way in told}
        left_out = {id(node) for node in skipped}
        return Counter(
            ruling.judgement.rank
            for ruling in self._asked(subject, method)
            if (ruling.node.kind in KINDS or (ruling.node.kind == "vm" and not ruling.within))
            and (id(ruling.node), ruling.method) not in with_way
            and (id(ruling.node) not in left_out or ruling.judgement.rank <= self.goal)
        )

    def _asked(self, subject: Node | None, method: str | None) -> list[Ruling]:
        """The verdicts that the plan is about."""
        return [
            ruling
            for ruling in (self.start.rulings if subject is not None else self.start.wanted())
            if (method is None or method == ("job" if isinstance(ruling.node, JobNode) else ruling.method))
            and subject in (None, ruling.node)
        ]

    def _wanted(self, subject: Node | None, method: str | None) -> list[Ruling]:
        """Verdicts that are not good enough; where the most is at stake first, since not all may be evaluated."""
        wanted = [
            ruling for ruling in self._asked(subject, method) if ruling.node.kind in KINDS and ruling.judgement.rank > self.goal
        ]
        return sorted(wanted, key=lambda ruling: (-_stake(ruling.node), KINDS.index(ruling.node.kind)))

    # --- one way ---------------------------------------------------------------------------------------------------

    def _way(self, ruling: Ruling, thorough: bool) -> Way | None:
        """The steps for one verdict, none where no change would make it any better; None where that is no news."""
        obstacles: dict[tuple[str, str, str], Obstacle] = {}
        best, steps = (ruling, self.start), list[Step]()
        now, reasons = ruling, self.start
        for _ in range(_ROUNDS):
            met = len(obstacles)
            for reason in now.judgement.rules:
                node = reasons.node(reason)
                name = (reason.rule, node.kind, node.name)
                if name not in obstacles:
                    obstacles[name] = self._obstacle(reasons, reason)
            chosen = fewest(obstacles.values()) if len(obstacles) > met and self.evaluated < self.most else None
            if not chosen:
                break
            reasons = self._judge(chosen)
            after = _find(reasons, _key(ruling))
            if after is None or after.judgement.rank > now.judgement.rank:
                break
            now = after
            if now.judgement.rank < best[0].judgement.rank:
                best, steps = (now, reasons), chosen
            if now.judgement.rank <= self.goal:
                break
        if not steps and not thorough and ruling.judgement.rank < INELIGIBLE:
            return None  # what is open is asked for; what is refused and can't be changed is told
        return self._made(ruling, *best, steps, pool(obstacles.values()))

    def _obstacle(self, reasons: Reasons, reason: Reason) -> Obstacle:
        """An outcome with what may be done about it; as it was found at the start, where it was there already."""
        node = reasons.node(reason)
        if reasons is not self.start:
            run = self.start.runs[reason.rule]
            position = next((at for at, other in enumerate(run.nodes) if other.name == node.name), None)
            if position is not None and run.outcomes[position] > 1:
                return self._obstacle(self.start, Reason(reason.rule, position))
        vm = node if isinstance(node, VmNode) else getattr(node, "vm", None)
        own = vm.route if isinstance(vm, VmNode) and node.kind != "vcenter" else None
        return Obstacle(own, tuple(map(tuple, _options(reasons, reason))))

    def _without_needless(self, way: Way) -> Way:
        """The steps that the verdict needs: each is left out once, the costliest first."""
        for step in sorted(way.steps, key=lambda step: -COSTS.index(step.cost)):
            if len(way.steps) > 1:
                way = self._tried(way, [other for other in way.steps if other is not step]) or way
        return way

    def _smaller(self, way: Way) -> Way:
        """A smaller choice that does as well, where there is one: all are tried where that can be afforded."""
        sizes = range(1, len(way.steps))
        if sum(comb(len(way.pool), size) for size in sizes) > self.most - self.evaluated:
            return self._without_needless(way)
        choices = (list(chosen) for size in sizes for chosen in combinations(way.pool, size))
        return next(filter(None, (self._tried(way, chosen) for chosen in choices)), way)

    def _tried(self, way: Way, steps: list[Step]) -> Way | None:
        """The way with other steps, if they do as well."""
        if self.evaluated >= self.most:
            return None
        reasons = self._judge(steps)
        key = (way.subject.kind, way.subject.name, way.method)
        before, after = _find(self.start, key), _find(reasons, key)
        if before is None or after is None or after.judgement.rank > way.after:
            return None
        return self._made(before, after, reasons, steps, way.pool)

    def _judge(self, steps: list[Step]) -> Reasons:
        """The verdicts after some steps. Both methods of a datastore often need the same ones."""
        key = frozenset(step.key for step in steps)
        if key not in self._judged:
            self.evaluated += 1
            graph = self._build(apply(self.inventory, steps))
            self._judged = {key: Reasons(graph, evaluate(graph, self._rules))}  # the last one only: each is a whole site
        return self._judged[key]

    def _made(self, before: Ruling, after: Ruling, reasons: Reasons, steps: list[Step], known: list[Step]) -> Way:
        way = Way(before.node, before.method, before.judgement.rank, after.judgement.rank, steps, [], pool=known)
        way.other_method = self._other(before)
        if way.after > self.goal:
            way.left = _left(reasons, after.judgement.rules, cut=self.evaluated >= self.most)
        if not steps:
            return way
        moved = {step.moved.name for step in steps if step.moved is not None}
        now = _ranks(reasons)
        worse: dict[tuple[str, str], None] = {}
        for (kind, name, method), (rank, usable) in self._before.items():
            if (kind, name, method) not in now or (kind == "vm" and name in moved):
                continue
            rank_now, usable_now = now[kind, name, method]
            way.better += rank_now < rank or (usable_now and not usable)
            if rank_now > rank:
                worse[kind, name] = None
            if kind != "datastore" and method == way.method and usable_now and not usable:
                way.gained.append((kind, name))
        way.worse = list(worse)
        return way

    def _other(self, ruling: Ruling) -> str | None:
        """The other method, where it is open to a datastore as it is."""
        if ruling.node.kind != "datastore":
            return None
        other = next(method for method in VMFS_METHODS if method != ruling.method)
        found = self._before.get((ruling.node.kind, ruling.node.name, other))
        return other if found is not None and found[1] else None


# --- what may be done ------------------------------------------------------------------------------------------------


def _options(reasons: Reasons, reason: Reason) -> list[list[Step]]:
    """What may be done about one outcome: alternatives, each of steps that belong together."""
    run = reasons.runs[reason.rule]
    outcome, site = reasons.outcome(reason), reasons.graph.site
    if outcome == "error" or (outcome == "unknown" and explain(run, reason.position, site).missing):
        return []  # what is not known has to be asked for, not changed
    changes = [
        change
        for change in run.rule.changes  # what the vendor has to be asked about may be supported: it is neither moved nor upgraded
        if outcome != "inquire" or (change.change.move is None and not change.change.nearest)
    ]
    return [steps for change in changes if (steps := steps_of(run, reason.position, change, site))]


def _left(reasons: Reasons, found: Iterable[Reason], cut: bool) -> list[tuple[Node, str, str]]:
    """What stands in the way and has no change, and why; where all have one, all. ``cut``: the bound ended the search."""
    found = list(found)
    stuck = [reason for reason in found if not _options(reasons, reason)]
    told = [(reason, _why(reasons, reason)) for reason in stuck] or [(reason, "untried" if cut else "none") for reason in found]
    return [(reasons.node(reason), reason.rule, why) for reason, why in told]


def _why(reasons: Reasons, reason: Reason) -> str:
    """Why no change is offered for an outcome."""
    run, outcome = reasons.runs[reason.rule], reasons.outcome(reason)
    if outcome == "unknown" and explain(run, reason.position, reasons.graph.site).missing:
        return "missing"
    return "ask" if outcome == "inquire" else run.rule.rule.no_change or "none"


def _stake(node: Node) -> int:
    """How much hangs on a verdict: the VMs of a datastore, all that a job backs up, else the subject itself."""
    if isinstance(node, DatastoreNode):
        return len(node.target_vms)
    return len(node.vms) + len(node.disks) + len(node.hosts) if isinstance(node, JobNode) else 1


# --- verdicts before and after ---------------------------------------------------------------------------------------


def _key(ruling: Ruling) -> Key:
    return (ruling.node.kind, ruling.node.name, ruling.method)


def _find(reasons: Reasons, key: Key) -> Ruling | None:
    return next((ruling for ruling in reasons.rulings if _key(ruling) == key), None)


def _ranks(reasons: Reasons) -> dict[Key, tuple[int, bool]]:
    """The verdicts by key: rank, and whether it can be backed up; of a VM with a spoilt datastore it can't."""
    return {
        _key(ruling): (ruling.judgement.rank, ruling.judgement.rank <= CONDITIONAL and not _blocked(ruling))
        for ruling in reasons.rulings
        if ruling.node.kind in ("vm", *KINDS)
    }


def _blocked(ruling: Ruling) -> bool:
    return ruling.node.kind == "vm" and bool(ruling.blocked_by)


# --- in the report ---------------------------------------------------------------------------------------------------


def in_report(ways: list[Way], skipped: list[Node], untold: Mapping[int, int], evaluated: int, findings: Findings) -> Plan:
    """The plan as reports carry it."""
    return Plan(
        [_way_out(way, findings) for way in ways],
        evaluated,
        [_named(node) for node in skipped],
        {VERDICTS[rank]: untold[rank] for rank in sorted(untold)},
    )


def _way_out(way: Way, findings: Findings) -> WayOut:
    return WayOut(
        subject=_named(way.subject),
        method=way.method,
        before=VERDICTS[way.before],
        after=VERDICTS[way.after],
        steps=[_step(step, findings) for step in sorted(way.steps, key=lambda step: COSTS.index(step.cost))],
        gained=[SubjectName(kind, name) for kind, name in way.gained],
        gained_verdicts=way.better,
        worse=[SubjectName(kind, name) for kind, name in way.worse],
        left=_obstacles(way, findings),
        other_method=way.other_method,
    )


def _obstacles(way: Way, findings: Findings) -> list[report.Obstacle]:
    grouped: dict[tuple[str, str], list[SubjectName]] = defaultdict(list)
    for node, rule, why in way.left:
        grouped[rule, why].append(_named(node))
    return [
        report.Obstacle(rule, findings.catalog.rules[rule].rule.title, why, subjects)  # type: ignore[arg-type]
        for (rule, why), subjects in sorted(grouped.items())
    ]


def _step(step: Step, findings: Findings) -> PlanStep:
    if step.moved is not None:
        text = Text(
            en=f"Move {step.moved.name} with all its disks to a datastore that is not backed up this way.",
            ja=f"{step.moved.name} を、すべてのディスクごと、この方式でバックアップしないデータストアへ移動します。",
        )
    else:
        text = findings.remedy(step.run, step.position)
    if step.chosen is not None:
        text = Text(en=f"{text.en} Judged with {step.chosen}.", ja=f"{text.ja}（{step.chosen} として判定）")
    action: Literal["change", "move"] = "change" if step.moved is None else "move"
    return PlanStep(step.rule, _named(step.subject), action, _named(step.target), step.cost, text, step.chosen)


def _named(node: Node) -> SubjectName:
    return SubjectName(node.kind, node.name)
