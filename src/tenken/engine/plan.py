"""What is planned: which outcomes concern something that a backup job names."""

from __future__ import annotations

from tenken.engine import verdict
from tenken.engine.graph import Graph
from tenken.engine.nodes import (
    ArrayNode,
    ControllerNode,
    DatastoreNode,
    DiskNode,
    HostNode,
    LdNode,
    LdSetNode,
    Node,
    RestoreGroupNode,
    VmNode,
    WorkloadNode,
)  # fmt: skip
from tenken.model.rule import Rule


class Plan:
    """Answers whether an outcome lies in the plan. Without jobs everything is a candidate, so everything does."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.has_jobs = graph.site.has_jobs
        self._hosts = verdict.hosts_in_plan(graph) if self.has_jobs else set()

    def holds(self, rule: Rule, node: Node) -> bool:
        """False: the outcome bears on nothing that is planned. It is shown apart and never fails the gate."""
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
            return not self.has_jobs or vm.phantom or self._vm(rule, vm)
        if not self.has_jobs or node.phantom:
            return True
        if isinstance(node, DatastoreNode):
            return node.planned and self._modes(rule, {job.fact.mode for job in node.jobs})
        if isinstance(node, LdNode):
            return node.planned or any(original is None or original.planned for original in node.originals)
        if isinstance(node, LdSetNode):
            return any(ld is None or ld.planned for ld in node.lds or (None,))
        if isinstance(node, ArrayNode):
            return any(ld.planned for ld in node.logical_disks or ())
        if isinstance(node, HostNode):
            return id(node) in self._hosts
        if isinstance(node, RestoreGroupNode):
            return any(datastore.planned for datastore in node.datastores)
        return True

    def _vm(self, rule: Rule, vm: VmNode) -> bool:
        if not vm.planned:
            return False
        modes: set[str | None] = {
            mode for mode, planned in (("online", vm.planned_online), ("offline", vm.planned_offline)) if planned
        }
        return self._modes(rule, modes)

    @staticmethod
    def _modes(rule: Rule, modes: set[str | None]) -> bool:
        concerned = {method.removeprefix("vmfs.") for method in rule.bears_on}
        return not concerned or None in modes or bool(concerned & modes) or not concerned & {"online", "offline"}
