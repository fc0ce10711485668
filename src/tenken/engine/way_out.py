"""The way out: the fewest changes after which a datastore can be backed up, found by evaluating the changed inventory.

For each datastore that can't be: the outcomes that make it so are what has to be settled; packs say which changes
settle which. A VM with several obstacles is moved away in one step, or changed where one change is enough. The chosen
steps are made on a copy, the copy is judged, and what stands in the way then is settled in the next round. At last each step
is left out once: what the verdict does not need is no part of the plan.

What a way gains is counted by comparing all verdicts before and after, so that a change which harms a neighbour shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tenken.engine.changes import Step, apply, steps_of
from tenken.engine.evaluate import evaluate
from tenken.engine.explain import explain
from tenken.engine.findings import Findings
from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, Node, VmNode
from tenken.engine.pack import Catalog
from tenken.engine.reasons import Reason, Reasons
from tenken.engine.verdict import METHODS, Ruling
from tenken.engine.verdict.judgement import CONDITIONAL
from tenken.model.inventory import Inventory
from tenken.model.report import VERDICTS, Plan, PlanStep, SubjectName, WayOut
from tenken.model.rule import COSTS, Text

MOST_EVALUATIONS = 60
"""Of the changed inventory, for one plan: a quarter of a second each with 2,000 VMs."""

_ROUNDS = 4
"""What only shows once the worst is settled is settled in a further round, so many times."""

Key = tuple[str, str, str]
"""A verdict: kind and name of its subject, and method."""


@dataclass(slots=True)
class Way:
    """How one datastore comes to be backed up by one method, and what that does elsewhere."""

    datastore: Node
    method: str
    before: int
    after: int
    steps: list[Step]
    left: list[str]
    """Rules that still stand in the way."""
    gained: list[str]
    better: int
    worse: list[tuple[str, str]]
    other_method: str | None


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

    def ways(self, datastore: str | None = None, method: str | None = None) -> tuple[list[Way], list[Node]]:
        """A way for each datastore and method that has none yet, the most gained first; and what was not evaluated."""
        found: list[Way] = []
        skipped: dict[int, Node] = {}
        for ruling in self._wanted(datastore, method):
            if self.evaluated >= self.most:
                skipped[id(ruling.node)] = ruling.node
            elif (way := self._way(ruling, thorough=datastore is not None)) is not None:
                found.append(way)
        found.sort(key=lambda way: (way.after > self.goal, -len(way.gained), -way.better, len(way.steps), way.datastore.name))
        return found, list(skipped.values())

    def _wanted(self, datastore: str | None, method: str | None) -> list[Ruling]:
        """Verdicts on datastores that are not good enough; where the most VMs lie first, since not all may be evaluated."""
        wanted = [
            ruling
            for ruling in (self.start.rulings if datastore is not None else self.start.wanted())
            if isinstance(ruling.node, DatastoreNode)
            and ruling.method in (METHODS if method is None else (method,))
            and ruling.judgement.rank > self.goal
            and datastore in (None, ruling.node.name, ruling.node.fact.name)
        ]
        return sorted(wanted, key=lambda ruling: -len(ruling.node.target_vms) if isinstance(ruling.node, DatastoreNode) else 0)

    # --- one way ---------------------------------------------------------------------------------------------------

    def _way(self, ruling: Ruling, thorough: bool) -> Way | None:
        """The steps for one verdict; None where no change is known that would make it any better."""
        key = _key(ruling)
        steps: list[Step] = []
        reasons, now = self.start, ruling
        for _ in range(_ROUNDS):
            if now.judgement.rank <= self.goal:
                break
            more = list(_fewest(reasons, now.judgement.rules))
            known = {step.key for step in steps}
            more = [step for step in more if step.key not in known]
            if not more or not _settles_all(reasons, now.judgement.rules):
                break
            reasons_after = self._judge([*steps, *more])
            after = _find(reasons_after, key)
            if after is None or after.judgement.rank > now.judgement.rank:
                break
            steps, reasons, now = [*steps, *more], reasons_after, after
        if not steps or now.judgement.rank >= ruling.judgement.rank:
            left = [reason for reason in ruling.judgement.rules if not _options(self.start, reason)]
            return self._stuck(ruling, left) if thorough else None
        if len(steps) > 1:
            steps, reasons, now = self._without_needless(steps, reasons, now)
        return self._made(ruling, now, steps, reasons)

    def _without_needless(self, steps: list[Step], reasons: Reasons, now: Ruling) -> tuple[list[Step], Reasons, Ruling]:
        """The steps that the verdict needs: each is left out once, the costliest first."""
        for step in sorted(steps, key=lambda step: -COSTS.index(step.cost)):
            if len(steps) == 1 or self.evaluated >= self.most:
                break
            rest = [other for other in steps if other is not step]
            without = self._judge(rest)
            found = _find(without, _key(now))
            if found is not None and found.judgement.rank <= now.judgement.rank:
                steps, reasons, now = rest, without, found
        return steps, reasons, now

    def _judge(self, steps: list[Step]) -> Reasons:
        """The verdicts after some steps. Both methods of a datastore often need the same ones."""
        key = frozenset(step.key for step in steps)
        if key not in self._judged:
            self.evaluated += 1
            graph = self._build(apply(self.inventory, steps))
            self._judged = {key: Reasons(graph, evaluate(graph, self._rules))}  # the last one only: each is a whole site
        return self._judged[key]

    def _made(self, before: Ruling, after: Ruling, steps: list[Step], reasons: Reasons) -> Way:
        moved = {step.moved.name for step in steps if step.moved is not None}
        now = _ranks(reasons)
        method, gained, better, worse = before.method, [], 0, []
        for key, (rank, usable) in self._before.items():
            if key not in now or (key[0] == "vm" and key[1] in moved):
                continue
            rank_now, usable_now = now[key]
            better += rank_now < rank or (usable_now and not usable)
            if rank_now > rank:
                worse.append((key[0], key[1]))
            if key[0] == "vm" and key[2] == method and usable_now and not usable:
                gained.append(key[1])
        rank_after = after.judgement.rank
        left = list(after.judgement.rules) if rank_after > self.goal else []
        return Way(
            before.node, method, before.judgement.rank, rank_after, steps, sorted({reason.rule for reason in left}),
            gained, better, list(dict.fromkeys(worse)), self._other(before),
        )  # fmt: skip

    def _stuck(self, ruling: Ruling, left: list[Reason]) -> Way:
        rules = sorted({reason.rule for reason in left})
        rank = ruling.judgement.rank
        return Way(ruling.node, ruling.method, rank, rank, [], rules, [], 0, [], self._other(ruling))

    def _other(self, ruling: Ruling) -> str | None:
        """The other method, where it is open to the datastore as it is."""
        other = next(method for method in METHODS if method != ruling.method)
        found = self._before.get((ruling.node.kind, ruling.node.name, other))
        return other if found is not None and found[1] else None


# --- the fewest steps ------------------------------------------------------------------------------------------------


def _options(reasons: Reasons, reason: Reason) -> list[list[Step]]:
    """What may be done about one outcome: alternatives, each of steps that belong together."""
    run = reasons.runs[reason.rule]
    outcome, site = reasons.outcome(reason), reasons.graph.site
    if outcome == "error" or (outcome == "unknown" and explain(run, reason.position, site).missing):
        return []  # what is not known has to be asked for, not changed
    changes = [
        change for change in run.rule.changes if outcome != "inquire" or change.change.move is None
    ]  # it may be supported: ask
    return [steps for change in changes if (steps := steps_of(run, reason.position, change, site))]


def _settles_all(reasons: Reasons, found: Iterable[Reason]) -> bool:
    """Whether there is something to do about every outcome. Where one stays, settling the others is in vain."""
    return all(_options(reasons, reason) for reason in found)


def _fewest(reasons: Reasons, found: Iterable[Reason]) -> Iterator[Step]:
    """The fewest steps that settle all outcomes for which there are any.

    VMs that have to go because of the datastore go, and take their own obstacles along. Of the others each is changed
    where one step is enough, so that it stays protected, and moved where it would take several.
    """
    own: dict[int, list[list[list[Step]]]] = {}
    chosen: dict[tuple[object, ...], Step] = {}
    gone: set[int] = set()
    for reason in found:
        options = _options(reasons, reason)
        node = reasons.node(reason)
        vm = node if isinstance(node, VmNode) else getattr(node, "vm", None)
        if not options:
            continue
        if isinstance(vm, VmNode) and node.kind != "vcenter":
            own.setdefault(id(vm), []).append(options)
            continue
        for step in options[0]:
            chosen.setdefault(step.key, step)
            if step.moved is not None:
                gone.add(id(step.moved))
    for vm_id, obstacles in own.items():
        if vm_id not in gone:
            for step in _for_one_vm(obstacles):
                chosen.setdefault(step.key, step)
    yield from chosen.values()


def _for_one_vm(obstacles: list[list[list[Step]]]) -> list[Step]:
    """Changes to a VM where one is enough; else its move; else all changes."""
    changes: dict[tuple[object, ...], Step] = {}
    moves: list[Step] = []
    changeable = True
    for options in obstacles:
        stays = [steps for steps in options if all(step.moved is None for step in steps)]
        changeable = changeable and bool(stays)
        changes.update((step.key, step) for steps in stays[:1] for step in steps)
        moves += [step for steps in options for step in steps if step.moved is not None]
    if moves and (not changeable or len(changes) > 1):
        return [max(moves, key=lambda step: COSTS.index(step.cost))]
    return list(changes.values())


# --- verdicts before and after ---------------------------------------------------------------------------------------


def _key(ruling: Ruling) -> Key:
    return (ruling.node.kind, ruling.node.name, ruling.method)


def _find(reasons: Reasons, key: Key) -> Ruling | None:
    return next((ruling for ruling in reasons.rulings if _key(ruling) == key), None)


def _ranks(reasons: Reasons) -> dict[Key, tuple[int, bool]]:
    """The verdicts on VMs and datastores: rank, and whether it can be backed up; of a VM with a spoilt datastore it can't."""
    return {
        _key(ruling): (ruling.judgement.rank, ruling.judgement.rank <= CONDITIONAL and not _blocked(ruling))
        for ruling in reasons.rulings
        if ruling.node.kind in ("vm", "datastore") and ruling.method in METHODS
    }


def _blocked(ruling: Ruling) -> bool:
    return ruling.node.kind == "vm" and bool(ruling.blocked_by)


# --- in the report ---------------------------------------------------------------------------------------------------


def in_report(ways: list[Way], skipped: list[Node], evaluated: int, findings: Findings) -> Plan:
    """The plan as reports carry it."""
    return Plan([_way_out(way, findings) for way in ways], evaluated, [_named(node) for node in skipped])


def _way_out(way: Way, findings: Findings) -> WayOut:
    return WayOut(
        datastore=_named(way.datastore),
        method=way.method,
        before=VERDICTS[way.before],
        after=VERDICTS[way.after],
        steps=[_step(step, findings) for step in sorted(way.steps, key=lambda step: COSTS.index(step.cost))],
        gained=[SubjectName("vm", name) for name in way.gained],
        gained_verdicts=way.better,
        worse=[SubjectName(kind, name) for kind, name in way.worse],
        left=way.left,
        other_method=way.other_method,
    )


def _step(step: Step, findings: Findings) -> PlanStep:
    if step.moved is not None:
        text = Text(
            en=f"Move {step.moved.name} with all its disks to a datastore that is not backed up this way.",
            ja=f"{step.moved.name} を、すべてのディスクごと、この方式でバックアップしないデータストアへ移動します。",
        )
    else:
        text = findings.remedy(step.run, step.position)
    action: Literal["change", "move"] = "change" if step.moved is None else "move"
    return PlanStep(step.rule, _named(step.subject), action, _named(step.target), step.cost, text)


def _named(node: Node) -> SubjectName:
    return SubjectName(node.kind, node.name)
