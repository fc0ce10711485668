"""Verdicts on jobs as planned: what is held against the job, its machines and its runbooks, and the verdicts of its targets."""

from __future__ import annotations

from collections.abc import Iterator

from tenken.engine.evaluate import RuleRun
from tenken.engine.graph import Graph
from tenken.engine.nodes import JobNode, Node, RunbookNode, VmNode
from tenken.engine.verdict.judgement import UNDECIDED, Held, Judgement, Ruling
from tenken.engine.verdict.others import RdmJudge, SanBootJudge
from tenken.engine.verdict.vmfs import DatastoreJudge


class JobJudge:
    """A job takes the rules about it, the site, its servers and arrays, those about the guests that an RDM job runs in, those about
    the runbooks that restore what it backs up, and its targets.
    """

    def __init__(
        self, graph: Graph, runs: list[RuleRun], vmfs: dict[str, DatastoreJudge], rdm: RdmJudge, sanboot: SanBootJudge
    ) -> None:
        self.graph, self.vmfs, self.rdm, self.sanboot = graph, vmfs, rdm, sanboot
        self.held = Held(graph, runs, "job", within=("controller",))

    def rulings(self) -> Iterator[Ruling]:
        for job in self.graph.of(JobNode):
            judgement = Judgement()
            for node in self._concerned(job):
                judgement.take(self.held.against(node))
            for runbook in self.graph.of(RunbookNode):
                if runbook.job is job:
                    judgement.take(self.held.against(runbook))
                elif runbook.job is None and _may_restore(runbook, job):
                    judgement.take(self.held.against(runbook), at_most=UNDECIDED)
            targets = list(self._targets(job))
            for target in targets:
                judgement.take(target)
            named = [*job.datastores, *job.vms, *job.disks, *job.hosts]
            if not targets or None in named:
                judgement.add(UNDECIDED, ())
            within: list[Node] = [node for node in named if node is not None and not isinstance(node, VmNode)]
            yield Ruling(job, _method(job), judgement, [], True, within)

    def _concerned(self, job: JobNode) -> Iterator[Node | None]:
        yield from (self.graph.site, job, job.server, job.secondary_server, *job.arrays)
        for disk in filter(None, job.disks):
            yield disk
            yield from (workload for workload in disk.vm.workloads or () if disk in workload.rdm_disks)
        yield from dict.fromkeys(disk.vm for disk in job.disks if disk is not None)
        yield from job.hosts

    def _targets(self, job: JobNode) -> Iterator[Judgement]:
        """The verdicts of its targets for its method; undecided where its mode was not collected."""
        mode = job.fact.mode
        for datastore in filter(None, job.datastores):
            yield self.vmfs[f"vmfs.{mode}"].without_vms(datastore) if mode is not None else Judgement(UNDECIDED)
            if None in datastore.target_vms:
                yield Judgement(UNDECIDED)
        # All on the datastores that it names, and all that it names, a vCLS agent too. Those beside them are none of its
        # targets: that it leaves them out is held against their datastore.
        for vm in filter(None, job.vms if job.fact.pattern in ("vmfs", None) and mode is not None else ()):
            yield self.vmfs[f"vmfs.{mode}"].vms[id(vm)]
        for disk in filter(None, job.disks):
            yield self.rdm.judge(disk)
        for host in filter(None, job.hosts):
            yield self.sanboot.judge(host)


def _may_restore(runbook: RunbookNode, job: JobNode) -> bool:
    """Whether a runbook that names no job may be of what a job backs up."""
    restored: set[Node | None] = {*runbook.datastores, *runbook.hosts}
    return None in restored or not restored.isdisjoint([*job.datastores, *job.hosts])


def _method(job: JobNode) -> str:
    pattern, mode = job.fact.pattern, job.fact.mode
    if pattern in ("rdm", "sanboot"):
        return str(pattern)
    return f"vmfs.{mode}" if mode is not None else "vmfs"
