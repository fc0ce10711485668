"""What is backed up inside guests: RDM disks, and the workloads that lie on them."""

from __future__ import annotations

from tenken.engine.graph import Graph
from tenken.engine.nodes import DiskNode, VmNode, WorkloadNode


def link(graph: Graph) -> None:
    """Join workloads with the RDM targets that hold their data. Comes after the jobs, which name targets too."""
    for node in graph.nodes["workload"]:
        assert isinstance(node, WorkloadNode)
        targets = [disk for disk in node.vm.disks or () if disk.is_rdm_target]
        node.vm.has_rdm_target = node.vm.has_rdm_target or bool(targets)
        node.rdm_disks, node.on_rdm = _place(node, targets)
    for vm in graph.of(VmNode):
        targets = [disk for disk in vm.disks or () if disk.is_rdm_target]
        vm.has_rdm_target = bool(targets)
        for disk in targets:
            disk.workloads = None if vm.workloads is None else _on(disk, vm.workloads)


def _place(workload: WorkloadNode, targets: list[DiskNode]) -> tuple[list[DiskNode], bool | None]:
    """The RDM targets that hold it or may hold it, and whether it lies on one."""
    location = workload.fact.location
    if not targets or location == "vmfs":
        return [], False if location == "vmfs" or workload.vm.disks is not None else None
    if workload.disk is not None:
        return ([workload.disk], True) if workload.disk in targets else ([], False)
    if location == "rdm":
        return targets, True
    return targets, None


def _on(disk: DiskNode, workloads: list[WorkloadNode]) -> list[WorkloadNode | None]:
    """The workloads on a disk. One whose disk nobody stated may lie on any of several: an unknown member."""
    found: list[WorkloadNode | None] = []
    for workload in workloads:
        if disk in workload.rdm_disks:
            found.append(workload if workload.on_rdm and len(workload.rdm_disks) == 1 else None)
    return list(dict.fromkeys(found))
