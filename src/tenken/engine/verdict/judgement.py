"""What one outcome is worth, and how the worst of several becomes a verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tenken.engine.cel.compile import ERROR, NOT_APPLICABLE, UNKNOWN
from tenken.engine.evaluate import FAIL, INQUIRE, NAMES, RuleRun
from tenken.engine.graph import Graph
from tenken.engine.nodes import DisagreementNode, LdNode, Node
from tenken.model.report import VERDICTS, Verdict
from tenken.model.rule import PARTS_OF_A_VM

ELIGIBLE, CONDITIONAL, ASK, UNDECIDED, INELIGIBLE = range(5)
"""Ranks of verdicts, from best to worst. Undecided stands above ask because it can still turn out ineligible."""


def rank_of(outcome: int, level: str) -> int:
    """What one outcome is worth. The gate uses the same order, so that it can't disagree with the verdicts."""
    if outcome == FAIL:
        return {"error": INELIGIBLE, "warning": CONDITIONAL}.get(level, ELIGIBLE)
    if outcome in (UNKNOWN, ERROR):
        return UNDECIDED if level != "note" or outcome == ERROR else ELIGIBLE
    return ASK if outcome == INQUIRE else ELIGIBLE


@cache
def _ranks(level: str) -> dict[int, int]:
    """What every outcome is worth at a level."""
    return {outcome: rank_of(outcome, level) for outcome in NAMES}


@dataclass(slots=True)
class Judgement:
    """The worst that was found, and the rules that found it."""

    rank: int = ELIGIBLE
    rules: dict[Any, None] = field(default_factory=dict)

    def add(self, rank: int, rules: Iterable[Any]) -> None:
        if rank > self.rank:
            self.rank, self.rules = rank, dict.fromkeys(rules)
        elif rank == self.rank and rank > ELIGIBLE:
            self.rules.update(dict.fromkeys(rules))

    def add_one(self, rank: int, rule: Any) -> None:
        if rank > self.rank:
            self.rank, self.rules = rank, {rule: None}
        elif rank == self.rank and rank > ELIGIBLE:
            self.rules[rule] = None

    def take(self, other: Judgement, at_most: int | None = None) -> None:
        """Add another judgement; ``at_most`` bounds what it is worth, where it may not concern this subject."""
        self.add(other.rank if at_most is None else min(other.rank, at_most), other.rules)

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.rank]


@dataclass(slots=True)
class Ruling:
    """A verdict on one subject."""

    node: Node
    method: str
    judgement: Judgement
    blocked_by: list[Node] = field(default_factory=list)
    planned: bool = False
    within: Sequence[Node] = ()


class Held:
    """What the rules that bear on one method hold against each subject.

    ``within``: kinds whose outcomes are held against their owner instead, as a disk's against its VM. ``beside``: what other
    rules hold that bear on this method as well.
    """

    def __init__(
        self, graph: Graph, runs: Iterable[RuleRun], method: str, within: tuple[str, ...], beside: Held | None = None
    ) -> None:
        self.graph, self._within = graph, within
        self._own: dict[int, Judgement] = defaultdict(Judgement)
        self._stray_copies = [ld for ld in graph.of(LdNode) if None in ld.originals]
        self.checked = False
        """Some rule applied to some subject. Where nothing at all was checked, nothing is eligible."""
        for run in runs:
            if method in run.rule.rule.bears_on:
                self._take(run)
        if beside is not None:
            self.checked = self.checked or beside.checked
            for subject, judgement in self._own.items():
                judgement.take(beside._own.get(subject, NOTHING_HELD))
            self._own = {**beside._own, **self._own}

    def _take(self, run: RuleRun) -> None:
        level = run.rule.rule.level
        if not self.checked and run.rule.about_site and any(outcome != NOT_APPLICABLE for outcome in run.outcomes):
            self.checked = True
        ranks = _ranks(level)
        own, nodes, outcomes, positions = self._own, run.nodes, run.outcomes, run.notable_positions()
        by_itself = run.rule.rule.subject not in (*PARTS_OF_A_VM, "disagreement")
        for position, reason in zip(positions, run.reasons(positions)):  # noqa: B905 - one reason may be that of all
            rank = ranks[outcomes[position]]
            if rank > ELIGIBLE:
                node = nodes[position]
                if by_itself and not node.phantom:
                    judgement = own[id(node)]
                    if rank == judgement.rank:  # most of a large export: the same rules lack the same facts of all VMs
                        judgement.rules[reason] = None
                    else:
                        judgement.add_one(rank, reason)
                    continue
                for touched in node.touches if isinstance(node, DisagreementNode) else (node,):
                    own[id(self._holder(touched))].add_one(rank, reason)

    def _holder(self, node: Node) -> Node:
        """Whose verdict an outcome touches: an uncollected list's is its owner's, or the site's."""
        owner: Node | None = getattr(node, "vm", None) if node.kind in PARTS_OF_A_VM else None
        if owner is not None and (node.kind in self._within or node.phantom):
            return owner
        if not node.phantom:
            return node
        return getattr(node, "array", None) or self.graph.site

    def against(self, node: Node | None) -> Judgement:
        """What is held against a subject itself; nothing, for none."""
        return self._own.get(id(node), NOTHING_HELD) if node is not None else NOTHING_HELD

    def start(self) -> Judgement:
        """What every subject starts with: what is held against the site as a whole."""
        judgement = Judgement() if self.checked else Judgement(UNDECIDED)
        judgement.take(self.against(self.graph.site))
        return judgement

    def beneath(self, ld: LdNode) -> Judgement:
        """What is held against a logical disk and the copies of it that are known."""
        judgement = self._beneath_alone(ld)
        for copy in filter(None, ld.copies):
            judgement.take(self._beneath_alone(copy))
        return judgement

    def beneath_or_stray(self, ld: LdNode) -> Judgement:
        """The same, and where it may have other copies, against any that may be one: for methods that forbid things of copies."""
        judgement = self.beneath(ld)
        if None in ld.copies:
            for possible in self._stray_copies:
                judgement.take(self._beneath_alone(possible), at_most=UNDECIDED)
        return judgement

    def _beneath_alone(self, ld: LdNode) -> Judgement:
        """What is held against a logical disk, its array, and the LD sets that give access to it."""
        judgement = Judgement()
        judgement.take(self.against(ld))
        judgement.take(self.against(ld.array))
        for ld_set in ld.ld_sets or ():
            judgement.take(self.against(ld_set))
        return judgement


NOTHING_HELD = Judgement()
