"""May this VM, this datastore be backed up by copying VMFS, and if not, who or what stands in the way.

VMs take the rules of their datastores, of the hosts that mount these, of the logical disks below and of their own host;
datastores take all their target VMs, since one copy takes them all together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tenken.engine.evaluate import RuleRun
from tenken.engine.graph import Graph
from tenken.engine.nodes import (
    DatastoreNode,
    HostNode,
    LdNode,
    Node,
    RestoreGroupNode,
    VCenterNode,
    VmNode,
    is_virtual_rdm,
    may_be_virtual_rdm,
)
from tenken.engine.verdict.judgement import CONDITIONAL, ELIGIBLE, INELIGIBLE, UNDECIDED, Held, Judgement, Ruling
from tenken.model.rule import PARTS_OF_A_VM, VMFS_METHODS


@dataclass(slots=True, eq=False)
class Surroundings:
    """What a VM lies on and is managed by. VMs in the same place have the same object."""

    datastores: list[DatastoreNode]
    mapped: list[LdNode]
    """The logical disks of its virtual RDMs."""
    perhaps: list[LdNode]
    """Those of RDMs that may be virtual ones."""
    vcenters: list[VCenterNode]
    """Its own and its host's, as far as they were collected."""
    managed: bool | None
    """By a vCenter; unknown where none was collected and none ruled out."""


def surroundings(graph: Graph) -> dict[int, Surroundings]:
    """Those of every VM, by its id."""
    found: dict[tuple[object, ...], Surroundings] = {}
    by_vm: dict[int, Surroundings] = {}
    for vm in graph.of(VmNode):
        host, datastores = vm.host, vm.datastores or ()
        rdms = [(disk.ld, is_virtual_rdm(disk)) for disk in vm.disks or () if disk.ld is not None and may_be_virtual_rdm(disk)]
        mapped, perhaps = [ld for ld, sure in rdms if sure], [ld for ld, sure in rdms if not sure]
        by_host, alone = (host.vcenter, host.fact.vcenter == "none") if host is not None else (None, False)
        place = (vm.vcenter, by_host, alone, *datastores, *mapped, "perhaps", *perhaps)
        mine = found.get(place)
        if mine is None:
            vcenters = [vcenter for vcenter in (vm.vcenter, by_host) if vcenter is not None]
            managed = True if vcenters else False if alone else None
            mine = found[place] = Surroundings([store for store in datastores if store], mapped, perhaps, vcenters, managed)
        by_vm[id(vm)] = mine
    return by_vm


def judges(graph: Graph, runs: list[RuleRun]) -> dict[str, DatastoreJudge]:
    """A judge for each method. Most rules bear on both of them: what these hold is gathered once."""
    methods, places = set(VMFS_METHODS), surroundings(graph)
    of_all = [run for run in runs if methods.issubset(run.rule.rule.bears_on)]
    of_one = [run for run in runs if not methods.issubset(run.rule.rule.bears_on)]
    together = Held(graph, of_all, VMFS_METHODS[0], PARTS_OF_A_VM)
    return {
        method: DatastoreJudge(graph, method, Held(graph, of_one, method, PARTS_OF_A_VM, together), places)
        for method in VMFS_METHODS
    }


class DatastoreJudge:
    """Verdicts on VMs and datastores for one method."""

    def __init__(self, graph: Graph, method: str, held: Held, surroundings: dict[int, Surroundings]) -> None:
        self.graph, self.method, self.held, self._surroundings = graph, method, held, surroundings
        self._judged: dict[tuple[object, ...], Judgement] = {}
        """Judgements of VMs that have the same against them in the same place, which in a large export are many."""
        self._chains: dict[int, Judgement] = {}
        self._around_hosts: dict[tuple[int, int], Judgement] = {}
        self._possible_hosts: dict[int, Judgement] = {}
        self._spoilers: dict[tuple[int, bool], list[Node]] = {}
        self._stores: dict[int, tuple[Judgement, list[Node]]] = {}
        self.vms = {id(vm): self._judge_vm(vm) for vm in graph.of(VmNode)}

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
                self._surroundings[id(vm)].datastores,
            )
        for datastore in self.graph.nodes["datastore"]:
            assert isinstance(datastore, DatastoreNode)
            if datastore.is_target is not False or any(datastore.target_vms):
                judgement, culprits = self.datastore(datastore)
                planned = any(job.fact.mode in (self.method.removeprefix("vmfs."), None) for job in datastore.jobs)
                yield Ruling(datastore, self.method, judgement, culprits, planned)

    def _planned(self, vm: VmNode) -> bool:
        return vm.planned_online if self.method == "vmfs.online" else vm.planned_offline

    def _judge_vm(self, vm: VmNode) -> Judgement:
        own, around = self.held.against(vm), self._around(self._surroundings[id(vm)], self.held.against(vm.host))
        if own.rank == ELIGIBLE:
            return around
        key = own.rank, tuple(own.rules), id(around)
        judgement = self._judged.get(key)
        if judgement is None:
            judgement = self._judged[key] = self.held.start()
            judgement.take(own)
            judgement.take(around)
        return judgement

    def _around(self, place: Surroundings, against_host: Judgement) -> Judgement:
        """What bears on all VMs in a place on hosts of which the same is held. It is theirs together: nobody may add to it."""
        key = id(place), id(against_host)
        judgement = self._around_hosts.get(key)
        if judgement is None:
            judgement = self._around_hosts[key] = self.held.start()
            for datastore in place.datastores:
                judgement.take(self._chain(datastore))
            for ld in place.mapped:
                judgement.take(self.held.beneath_or_stray(ld))
            for ld in place.perhaps:
                judgement.take(self.held.beneath_or_stray(ld), at_most=UNDECIDED)
            judgement.take(against_host)
            self._add_vcenters(judgement, place)
        return judgement

    def _add_vcenters(self, judgement: Judgement, place: Surroundings) -> None:
        """What is held against the vCenter that manages a VM; where that was not collected, what any of them may hold against it."""
        for vcenter in place.vcenters:
            judgement.take(self.held.against(vcenter))
        if place.managed is None:
            self._add_any_vcenter(judgement)

    def _add_any_vcenter(self, judgement: Judgement) -> None:
        for vcenter in self.graph.of(VCenterNode):
            judgement.take(self.held.against(vcenter), at_most=UNDECIDED)

    def _chain(self, datastore: DatastoreNode) -> Judgement:
        """What bears on all that lies on a datastore: it, its hosts, its logical disks with their copies and access, their array."""
        chain = self._chains.get(id(datastore))
        if chain is None:
            chain = self._chains[id(datastore)] = Judgement()
            chain.take(self.held.against(datastore))
            for host in filter(None, datastore.hosts or ()):
                self._take_host(chain, host)
            if datastore.may_be_mounted_by:
                chain.take(self._any_of(datastore.may_be_mounted_by), at_most=UNDECIDED)
            for ld in datastore.lds or ():
                if ld is not None:
                    chain.take(self.held.beneath_or_stray(ld))
        return chain

    def _any_of(self, hosts: list[HostNode]) -> Judgement:
        """What is held against hosts that may mount a datastore. All datastores of a vCenter share them."""
        judgement = self._possible_hosts.get(id(hosts))
        if judgement is None:
            judgement = self._possible_hosts[id(hosts)] = Judgement()
            for host in hosts:
                self._take_host(judgement, host)
        return judgement

    def _take_host(self, judgement: Judgement, host: HostNode) -> None:
        """What is held against a host, and against the vCenter that manages it."""
        judgement.take(self.held.against(host))
        judgement.take(self.held.against(host.vcenter))
        if host.has_vcenter is None:
            self._add_any_vcenter(judgement)

    def datastore(self, datastore: DatastoreNode) -> tuple[Judgement, list[Node]]:
        """A datastore's verdict and the VMs that make it worse than it would be by itself."""
        found = self._stores.get(id(datastore))
        if found is None:
            found = self._stores[id(datastore)] = self._judge_datastore(datastore)
        return found

    def without_vms(self, datastore: DatastoreNode) -> Judgement:
        """What is held against a datastore whichever VMs lie on it."""
        judgement = self.held.start()
        judgement.take(self._chain(datastore))
        return judgement

    def _judge_datastore(self, datastore: DatastoreNode) -> tuple[Judgement, list[Node]]:
        judgement = self.without_vms(datastore)
        alone = judgement.rank
        for vm in filter(None, datastore.target_vms):
            judgement.take(self.vms[id(vm)])
        if None in datastore.target_vms:
            judgement.add(UNDECIDED, ())
        culprits: list[Node] = []
        if judgement.rank > alone:
            culprits = [vm for vm in filter(None, datastore.target_vms) if self.vms[id(vm)].rank == judgement.rank]
        return judgement, culprits

    def _blockers(self, vm: VmNode) -> list[Node]:
        """Who stands in the way of a VM on its datastores.

        A VM that could be backed up itself can't be where its datastore can't: of that, whatever spoils it; or the datastore
        itself, where not all VMs on it are known. Of any other that is not ineligible by itself, siblings that are.
        """
        if self._own_rank(vm) == INELIGIBLE:
            return []
        spoilers = self._spoilers_in(self._surroundings[id(vm)], self.vms[id(vm)].rank <= CONDITIONAL)
        return [spoiler for spoiler in spoilers if spoiler is not vm]

    def _spoilers_in(self, place: Surroundings, of_what_could_be: bool) -> list[Node]:
        key = id(place), of_what_could_be
        found = self._spoilers.get(key)
        if found is None:
            spoilers_of = self._worse if of_what_could_be else self._ineligible_on
            found = list(dict.fromkeys(spoiler for datastore in place.datastores for spoiler in spoilers_of(datastore)))
            self._spoilers[key] = found
        return found

    def _worse(self, datastore: DatastoreNode) -> list[Node]:
        judgement, culprits = self.datastore(datastore)
        return (culprits or [datastore]) if judgement.rank > CONDITIONAL else []

    def _ineligible_on(self, datastore: DatastoreNode) -> list[Node]:
        return [vm for vm in filter(None, datastore.target_vms) if self._own_rank(vm) == INELIGIBLE]

    def _own_rank(self, vm: VmNode) -> int:
        return self.held.against(vm).rank


def restore_groups(graph: Graph, judges: dict[str, DatastoreJudge]) -> Iterator[Ruling]:
    """A group can be backed up by a method if all its datastores can; its verdict is that of its best method."""
    for group in graph.nodes["restore_group"]:
        assert isinstance(group, RestoreGroupNode)
        by_method = []
        for judge_method in judges.values():
            judgement = Judgement()
            for datastore in group.datastores:
                found, _ = judge_method.datastore(datastore)
                judgement.take(found)
            judgement.take(judge_method.held.against(group))
            by_method.append(judgement)
        best = min(by_method, key=lambda judgement: judgement.rank)
        planned = any(store.planned for store in group.datastores)
        yield Ruling(group, "vmfs", best, [], planned, list(group.datastores))
