"""From outcomes to verdicts: may this be backed up, by which method, and if not, who or what stands in the way.

A verdict is the worst of what bears on it. VMs take the rules of their datastores, of the logical disks below and of
their host; datastores take all their target VMs, since one copy takes them all together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tenken.engine.cel.compile import ERROR, NOT_APPLICABLE, UNKNOWN
from tenken.engine.evaluate import FAIL, INQUIRE, RuleRun
from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, HostNode, JobNode, LdNode, Node, RestoreGroupNode, VCenterNode, VmNode
from tenken.model.report import VERDICTS, Verdict

METHODS = ("vmfs.online", "vmfs.offline")
ELIGIBLE, CONDITIONAL, ASK, UNDECIDED, INELIGIBLE = range(5)
"""Ranks of verdicts, from best to worst. Undecided stands above ask because it can still turn out ineligible."""


def rank_of(outcome: int, level: str) -> int:
    """What one outcome is worth. The gate uses the same order, so that it can't disagree with the verdicts."""
    if outcome == FAIL:
        return {"error": INELIGIBLE, "warning": CONDITIONAL}.get(level, ELIGIBLE)
    if outcome in (UNKNOWN, ERROR):
        return UNDECIDED if level != "note" or outcome == ERROR else ELIGIBLE
    return ASK if outcome == INQUIRE else ELIGIBLE


@dataclass(slots=True)
class Judgement:
    """The worst that was found, and the rules that found it."""

    rank: int = ELIGIBLE
    rules: dict[str, None] = field(default_factory=dict)

    def add(self, rank: int, rules: Iterable[str]) -> None:
        if rank > self.rank:
            self.rank, self.rules = rank, dict.fromkeys(rules)
        elif rank == self.rank and rank > ELIGIBLE:
            self.rules.update(dict.fromkeys(rules))

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
    within: list[Node] = field(default_factory=list)


def judge(graph: Graph, runs: list[RuleRun]) -> list[Ruling]:
    """The verdicts on all VMs, datastores, restore groups, jobs, and on the site."""
    rulings: list[Ruling] = []
    per_method = {}
    for method in METHODS:
        judge_method = per_method[method] = _Judge(graph, runs, method)
        rulings += judge_method.rulings()
    rulings += _restore_groups(graph, per_method)
    rulings += _jobs(graph, per_method, runs)
    rulings += _site(graph, rulings)
    return rulings


class _Judge:
    """Verdicts for one method."""

    def __init__(self, graph: Graph, runs: list[RuleRun], method: str) -> None:
        self.graph, self.method = graph, method
        self.own: dict[int, Judgement] = defaultdict(Judgement)
        self.checked = False
        for run in runs:
            if method in run.rule.rule.bears_on:
                self._take(run)
        self._chains: dict[int, Judgement] = {}
        self._spoilers: dict[int, list[VmNode]] = {}
        self._stray_copies = [ld for ld in graph.of(LdNode) if None in ld.originals]
        self._site = self.own.get(id(graph.site), Judgement())
        self.vms = {id(vm): self._judge_vm(vm) for vm in graph.of(VmNode)}

    def _take(self, run: RuleRun) -> None:
        rule, level = run.rule.id, run.rule.rule.level
        if not self.checked and any(outcome != NOT_APPLICABLE for outcome in run.outcomes):
            self.checked = True
        for _, node, outcome in run.notable():
            self.own[id(_holder(node, self.graph))].add(rank_of(outcome, level), (rule,))

    def rulings(self) -> Iterator[Ruling]:
        for vm in self.graph.nodes["vm"]:
            assert isinstance(vm, VmNode)
            if vm.phantom or vm.fact.template is True or "template" in (vm.fact.roles or ()):
                continue
            yield Ruling(
                vm,
                self.method,
                self.vms[id(vm)],
                self._blockers(vm),
                self._planned(vm),
                [store for store in vm.datastores or () if store],
            )
        for datastore in self.graph.nodes["datastore"]:
            assert isinstance(datastore, DatastoreNode)
            if datastore.is_target or any(datastore.target_vms):
                judgement, culprits = self.datastore(datastore)
                planned = any(job.fact.mode in (self.method.removeprefix("vmfs."), None) for job in datastore.jobs)
                yield Ruling(datastore, self.method, judgement, culprits, planned)

    def _planned(self, vm: VmNode) -> bool:
        return vm.planned_online if self.method == "vmfs.online" else vm.planned_offline

    def _judge_vm(self, vm: VmNode) -> Judgement:
        judgement = self._start()
        self._add(judgement, self.own.get(id(vm)))
        for datastore in vm.datastores or ():
            if datastore is not None:
                self._add(judgement, self._chain(datastore))
        if vm.host is not None:
            self._add(judgement, self.own.get(id(vm.host)))
        for vcenter in self._vcenters_of(vm):
            self._add(judgement, vcenter)
        return judgement

    def _vcenters_of(self, vm: VmNode) -> Iterator[Judgement]:
        """What is held against the vCenter that manages a VM; where that was not collected, what any of them may hold against it."""
        stated = [vcenter for vcenter in (vm.vcenter, vm.host.vcenter if vm.host is not None else None) if vcenter is not None]
        for vcenter in stated:
            if id(vcenter) in self.own:
                yield self.own[id(vcenter)]
        if not stated and not (vm.host is not None and vm.host.fact.vcenter == "none"):
            for vcenter in self.graph.of(VCenterNode):
                found = self.own.get(id(vcenter))
                if found is not None:
                    yield Judgement(min(found.rank, UNDECIDED), found.rules)

    def _start(self) -> Judgement:
        """Where nothing at all was checked, nothing is eligible."""
        judgement = Judgement() if self.checked else Judgement(UNDECIDED)
        judgement.add(self._site.rank, self._site.rules)
        return judgement

    @staticmethod
    def _add(judgement: Judgement, other: Judgement | None) -> None:
        if other is not None:
            judgement.add(other.rank, other.rules)

    def _chain(self, datastore: DatastoreNode) -> Judgement:
        """What bears on all that lies on a datastore: it, its logical disks with their copies and access, their array."""
        chain = self._chains.get(id(datastore))
        if chain is None:
            chain = self._chains[id(datastore)] = Judgement()
            self._add(chain, self.own.get(id(datastore)))
            for ld in datastore.lds or ():
                if ld is not None:
                    self._add_ld(chain, ld)
                    for copy in ld.copies:
                        for possible in [copy] if copy is not None else self._stray_copies:
                            self._add_ld(chain, possible)
        return chain

    def _add_ld(self, chain: Judgement, ld: LdNode) -> None:
        self._add(chain, self.own.get(id(ld)))
        self._add(chain, self.own.get(id(ld.array)))
        for ld_set in ld.ld_sets or ():
            self._add(chain, self.own.get(id(ld_set)))

    def datastore(self, datastore: DatastoreNode) -> tuple[Judgement, list[Node]]:
        """A datastore's verdict and the VMs that make it worse than it would be by itself."""
        judgement = self._start()
        self._add(judgement, self._chain(datastore))
        alone = judgement.rank
        for vm in filter(None, datastore.target_vms):
            self._add(judgement, self.vms[id(vm)])
        if None in datastore.target_vms:
            judgement.add(UNDECIDED, ())
        culprits: list[Node] = []
        if judgement.rank > alone:
            culprits = [vm for vm in filter(None, datastore.target_vms) if self.vms[id(vm)].rank == judgement.rank]
        return judgement, culprits

    def _blockers(self, vm: VmNode) -> list[Node]:
        """Siblings that spoil a datastore of this VM: ineligible for reasons of their own, while it is not."""
        if self._own_rank(vm) == INELIGIBLE:
            return []
        found: dict[int, Node] = {}
        for datastore in vm.datastores or ():
            if datastore is not None:
                found.update((id(spoiler), spoiler) for spoiler in self._spoilers_of(datastore) if spoiler is not vm)
        return list(found.values())

    def _spoilers_of(self, datastore: DatastoreNode) -> list[VmNode]:
        spoilers = self._spoilers.get(id(datastore))
        if spoilers is None:
            spoilers = [vm for vm in filter(None, datastore.target_vms) if self._own_rank(vm) == INELIGIBLE]
            self._spoilers[id(datastore)] = spoilers
        return spoilers

    def _own_rank(self, vm: VmNode) -> int:
        own = self.own.get(id(vm))
        return own.rank if own is not None else ELIGIBLE


def _holder(node: Node, graph: Graph) -> Node:
    """The VM, datastore, … whose verdict an outcome touches: a disk's is its VM's, an uncollected list's its owner's."""
    owner = getattr(node, "vm", None) if node.kind in ("disk", "controller", "workload") else None
    if owner is not None:
        return owner  # type: ignore[no-any-return]
    if not node.phantom:
        return node
    return getattr(node, "array", None) or graph.site


def _restore_groups(graph: Graph, judges: dict[str, _Judge]) -> Iterator[Ruling]:
    """A group can be backed up by a method if all its datastores can; its verdict is that of its best method."""
    for group in graph.nodes["restore_group"]:
        assert isinstance(group, RestoreGroupNode)
        by_method = []
        for judge_method in judges.values():
            judgement = Judgement()
            for datastore in group.datastores:
                found, _ = judge_method.datastore(datastore)
                judgement.add(found.rank, found.rules)
            own = judge_method.own.get(id(group))
            if own is not None:
                judgement.add(own.rank, own.rules)
            by_method.append(judgement)
        best = min(by_method, key=lambda judgement: judgement.rank)
        planned = any(store.planned for store in group.datastores)
        yield Ruling(group, "vmfs", best, [], planned, list(group.datastores))


def _jobs(graph: Graph, judges: dict[str, _Judge], runs: list[RuleRun]) -> Iterator[Ruling]:
    own: dict[int, Judgement] = defaultdict(Judgement)
    for run in runs:
        if run.rule.rule.subject == "job":
            for _, node, outcome in run.notable():
                own[id(node)].add(rank_of(outcome, run.rule.rule.level), (run.rule.id,))
    for job in graph.nodes["job"]:
        assert isinstance(job, JobNode)
        if job.fact.pattern != "vmfs":
            continue
        mode = job.fact.mode
        judgement = Judgement(UNDECIDED if mode is None else ELIGIBLE)
        found = own.get(id(job))
        if found is not None:
            judgement.add(found.rank, found.rules)
        for datastore in job.datastores:
            if mode is not None:
                target, _ = judges[f"vmfs.{mode}"].datastore(datastore)
                judgement.add(target.rank, target.rules)
        if not job.datastores:
            judgement.add(UNDECIDED, ())
        yield Ruling(job, f"vmfs.{mode}" if mode else "vmfs", judgement, [], True, list(job.datastores))


def _site(graph: Graph, rulings: list[Ruling]) -> Iterator[Ruling]:
    """The site as planned: the worst of its jobs; without jobs, of its datastores, for each method."""
    jobs = [ruling for ruling in rulings if isinstance(ruling.node, JobNode)]
    if jobs:
        judgement = Judgement()
        for ruling in jobs:
            judgement.add(ruling.judgement.rank, ruling.judgement.rules)
        yield Ruling(graph.site, "as_planned", judgement, [], True)
        return
    for method in METHODS:
        stores = [ruling for ruling in rulings if isinstance(ruling.node, DatastoreNode) and ruling.method == method]
        judgement = Judgement() if stores else Judgement(UNDECIDED)
        for ruling in stores:
            judgement.add(ruling.judgement.rank, ruling.judgement.rules)
        yield Ruling(graph.site, method, judgement)


def hosts_in_plan(graph: Graph) -> set[int]:
    """Hosts that a job concerns: they run a planned VM or mount a planned datastore."""
    found: set[int] = set()
    for vm in graph.nodes["vm"]:
        if isinstance(vm, VmNode) and vm.planned and vm.host is not None:
            found.add(id(vm.host))
    for datastore in graph.nodes["datastore"]:
        assert isinstance(datastore, DatastoreNode)
        if datastore.planned:
            found.update(id(host) for host in datastore.hosts or () if isinstance(host, HostNode))
    return found
