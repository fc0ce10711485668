"""May this VM, this datastore be backed up by copying VMFS, and if not, who or what stands in the way.

VMs take the rules of their datastores, of the logical disks below and of their host; datastores take all their target
VMs, since one copy takes them all together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenken.engine.evaluate import RuleRun
from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, LdNode, Node, RestoreGroupNode, VCenterNode, VmNode, is_virtual_rdm
from tenken.engine.verdict.judgement import CONDITIONAL, ELIGIBLE, INELIGIBLE, UNDECIDED, Held, Judgement, Ruling

METHODS = ("vmfs.online", "vmfs.offline")


class DatastoreJudge:
    """Verdicts on VMs and datastores for one method."""

    def __init__(self, graph: Graph, runs: list[RuleRun], method: str) -> None:
        self.graph, self.method = graph, method
        self.held = Held(graph, runs, method, within=("disk", "controller", "workload"))
        self._chains: dict[int, Judgement] = {}
        self._surroundings: dict[tuple[Any, ...], Judgement] = {}
        self._spoilers: dict[int, list[Node]] = {}
        self._stores: dict[int, tuple[Judgement, list[Node]]] = {}
        self._stray_copies = [ld for ld in graph.of(LdNode) if None in ld.originals]
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
        own, around = self.held.against(vm), self._around(vm)
        if own.rank == ELIGIBLE:
            return around
        judgement = self.held.start()
        judgement.take(own)
        judgement.take(around)
        return judgement

    def _around(self, vm: VmNode) -> Judgement:
        """What bears on all VMs with the same datastores and virtual RDMs, and hosts and vCenters of which the same is held.

        It is theirs together: nobody may add to it.
        """
        host = vm.host
        managed = (id(host.vcenter), host.fact.vcenter == "none") if host is not None else None
        mapped = [disk.ld for disk in vm.disks or () if disk.ld is not None and is_virtual_rdm(disk)]
        key = (*map(id, vm.datastores or ()), *map(id, mapped), id(self.held.against(host)), id(vm.vcenter), managed)
        judgement = self._surroundings.get(key)
        if judgement is None:
            judgement = self._surroundings[key] = self.held.start()
            for datastore in vm.datastores or ():
                if datastore is not None:
                    judgement.take(self._chain(datastore))
            for ld in mapped:
                self._take_ld(judgement, ld)
            judgement.take(self.held.against(vm.host))
            self._add_vcenters(judgement, vm)
        return judgement

    def _add_vcenters(self, judgement: Judgement, vm: VmNode) -> None:
        """What is held against the vCenter that manages a VM; where that was not collected, what any of them may hold against it."""
        stated = [vcenter for vcenter in (vm.vcenter, vm.host.vcenter if vm.host is not None else None) if vcenter is not None]
        for vcenter in stated:
            judgement.take(self.held.against(vcenter))
        if not stated and not (vm.host is not None and vm.host.fact.vcenter == "none"):
            for vcenter in self.graph.of(VCenterNode):
                judgement.take(self.held.against(vcenter), at_most=UNDECIDED)

    def _chain(self, datastore: DatastoreNode) -> Judgement:
        """What bears on all that lies on a datastore: it, its logical disks with their copies and access, their array."""
        chain = self._chains.get(id(datastore))
        if chain is None:
            chain = self._chains[id(datastore)] = Judgement()
            chain.take(self.held.against(datastore))
            for ld in datastore.lds or ():
                if ld is not None:
                    self._take_ld(chain, ld)
        return chain

    def _take_ld(self, judgement: Judgement, ld: LdNode) -> None:
        judgement.take(self.held.beneath(ld))
        for copy in ld.copies:
            for possible in [copy] if copy is not None else self._stray_copies:
                judgement.take(self.held.beneath(possible))

    def datastore(self, datastore: DatastoreNode) -> tuple[Judgement, list[Node]]:
        """A datastore's verdict and the VMs that make it worse than it would be by itself."""
        found = self._stores.get(id(datastore))
        if found is None:
            found = self._stores[id(datastore)] = self._judge_datastore(datastore)
        return found

    def _judge_datastore(self, datastore: DatastoreNode) -> tuple[Judgement, list[Node]]:
        judgement = self.held.start()
        judgement.take(self._chain(datastore))
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
        spoilers_of = self._worse if self.vms[id(vm)].rank <= CONDITIONAL else self._spoilers_of
        found: dict[int, Node] = {}
        for datastore in vm.datastores or ():
            if datastore is not None and (spoilers := spoilers_of(datastore)):
                found.update((id(spoiler), spoiler) for spoiler in spoilers if spoiler is not vm)
        return list(found.values())

    def _worse(self, datastore: DatastoreNode) -> list[Node]:
        judgement, culprits = self.datastore(datastore)
        return (culprits or [datastore]) if judgement.rank > CONDITIONAL else []

    def _spoilers_of(self, datastore: DatastoreNode) -> list[Node]:
        spoilers = self._spoilers.get(id(datastore))
        if spoilers is None:
            spoilers = [vm for vm in filter(None, datastore.target_vms) if self._own_rank(vm) == INELIGIBLE]
            self._spoilers[id(datastore)] = spoilers
        return spoilers

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
