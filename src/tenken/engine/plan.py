"""What is planned: which outcomes concern something that a backup job names."""

from __future__ import annotations

from collections.abc import Iterable

from tenken.engine.graph import Graph
from tenken.engine.nodes import (
    ArrayNode,
    ControllerNode,
    DatastoreNode,
    DisagreementNode,
    DiskNode,
    HostNode,
    LdNode,
    LdSetNode,
    Node,
    RestoreGroupNode,
    ServerNode,
    VmNode,
    WorkloadNode,
)  # fmt: skip
from tenken.model.rule import VMFS_METHODS, Rule


class Plan:
    """Answers whether an outcome lies in the plan. Without jobs everything is a candidate, so everything does."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.has_jobs = graph.site.has_jobs
        self._hosts = _hosts_in_plan(graph) if self.has_jobs else set()

    def holds(self, rule: Rule, node: Node) -> bool:
        """False: the outcome bears on nothing that is planned. It is shown apart and never fails the gate."""
        if isinstance(node, DisagreementNode):
            return any(self.holds(rule, touched) for touched in node.touches)
        vm = (
            node
            if isinstance(node, VmNode)
            else node.vm
            if isinstance(node, (DiskNode, ControllerNode, WorkloadNode))
            else None
        )
        if vm is not None:
            if not vm.is_target and not vm.planned:
                return False
            if isinstance(node, DiskNode) and self.has_jobs and set(rule.bears_on) & _METHODS == {"rdm"} and not node.phantom:
                return bool(node.jobs)
            return not self.has_jobs or vm.phantom or self._vm(rule, vm)
        if not self.has_jobs or node.phantom:
            return True
        if isinstance(node, DatastoreNode):
            return node.planned and self._concerns(
                rule, {f"vmfs.{job.fact.mode}" if job.fact.mode else None for job in node.jobs}
            )
        if isinstance(node, LdNode):
            return self._ld(rule, node)
        if isinstance(node, LdSetNode):
            return any(ld is None or self._ld(rule, ld) for ld in node.lds or (None,))
        if isinstance(node, ArrayNode):
            return any(self._ld(rule, ld) for ld in node.logical_disks or ())
        if isinstance(node, HostNode):
            return id(node) in self._hosts and self._concerns(rule, {*_VMFS, *(("sanboot",) if node.jobs else ())})
        if isinstance(node, RestoreGroupNode):
            return any(datastore.planned for datastore in node.datastores)
        if isinstance(node, ServerNode):
            return bool(node.jobs or node.secondary_jobs)
        return True

    def _vm(self, rule: Rule, vm: VmNode) -> bool:
        return bool(vm.planned_for) and self._concerns(rule, vm.planned_for)

    def _ld(self, rule: Rule, ld: LdNode) -> bool:
        """A logical disk that a job copies, or that is its copy, or may be."""
        return any(
            original is None or (bool(original.planned_for) and self._concerns(rule, original.planned_for))
            for original in (ld, *ld.originals)
        )

    @staticmethod
    def _concerns(rule: Rule, planned: Iterable[str | None]) -> bool:
        """A rule that bears on no method of backing up concerns all that is planned; others, only their methods."""
        concerned = set(rule.bears_on) & _METHODS
        return not concerned or None in planned or bool(concerned & set(planned))


_VMFS = frozenset(VMFS_METHODS)
_METHODS = _VMFS | {"rdm", "sanboot"}


def _hosts_in_plan(graph: Graph) -> set[int]:
    """Hosts that a job concerns: they run a planned VM, or mount a planned datastore, or may mount it."""
    found: set[int] = set()
    for vm in graph.nodes["vm"]:
        if isinstance(vm, VmNode) and vm.planned and vm.host is not None:
            found.add(id(vm.host))
    for datastore in graph.nodes["datastore"]:
        assert isinstance(datastore, DatastoreNode)
        if datastore.planned:
            found.update(
                id(host) for host in (*(datastore.hosts or ()), *datastore.may_be_mounted_by) if isinstance(host, HostNode)
            )
    for host in graph.nodes["host"]:
        if isinstance(host, HostNode) and host.jobs:
            found.add(id(host))
    return found
