"""Verdicts on RDM disks and on the system disks of ESXi hosts."""

from __future__ import annotations

from collections.abc import Iterator

from tenken.engine.evaluate import RuleRun
from tenken.engine.graph import Graph
from tenken.engine.nodes import DiskNode, HostNode
from tenken.engine.verdict.judgement import UNDECIDED, Held, Judgement, Ruling


class RdmJudge:
    """Verdicts on RDM disks: their own rules, those of what lies on them, of their VM and of their logical disk."""

    method = "rdm"

    def __init__(self, graph: Graph, runs: list[RuleRun]) -> None:
        self.graph = graph
        self.held = Held(graph, runs, self.method, within=("controller",))

    def rulings(self) -> Iterator[Ruling]:
        for disk in self.graph.of(DiskNode):
            if disk.is_rdm_target and disk.vm.is_target:
                yield Ruling(disk, self.method, self.judge(disk), [], bool(disk.jobs), [disk.vm])

    def judge(self, disk: DiskNode) -> Judgement:
        judgement = self.held.start()
        judgement.take(self.held.against(disk))
        judgement.take(self.held.against(disk.vm))
        for workload in disk.vm.workloads or ():
            if disk in workload.rdm_disks:
                surely = workload.on_rdm and len(workload.rdm_disks) == 1
                judgement.take(self.held.against(workload), at_most=None if surely else UNDECIDED)
        if disk.ld is not None:
            judgement.take(self.held.beneath(disk.ld))
        return judgement


class SanBootJudge:
    """Verdicts on hosts that boot from the array: their own rules and those of their system disk."""

    method = "sanboot"

    def __init__(self, graph: Graph, runs: list[RuleRun]) -> None:
        self.graph = graph
        self.held = Held(graph, runs, self.method, within=())

    def rulings(self) -> Iterator[Ruling]:
        for host in self.graph.of(HostNode):
            if host.is_sanboot_target:
                yield Ruling(host, self.method, self.judge(host), [], bool(host.jobs))

    def judge(self, host: HostNode) -> Judgement:
        judgement = self.held.start()
        judgement.take(self.held.against(host))
        if host.system_ld is not None:
            judgement.take(self.held.beneath(host.system_ld))
        return judgement
