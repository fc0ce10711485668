"""From outcomes to verdicts: may this be backed up, by which method, and if not, who or what stands in the way.

A verdict is the worst of what bears on it. Each method has its judge; jobs are judged by the verdicts of their targets,
and the site by its jobs, or by its datastores where there are none.
"""

from __future__ import annotations

from collections.abc import Iterator

from tenken.engine.evaluate import RuleRun
from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, JobNode
from tenken.engine.verdict.jobs import JobJudge
from tenken.engine.verdict.judgement import UNDECIDED, Judgement, Ruling
from tenken.engine.verdict.others import RdmJudge, SanBootJudge
from tenken.engine.verdict.vmfs import judges, restore_groups
from tenken.model.rule import VMFS_METHODS

__all__ = ["Ruling", "judge"]


def judge(graph: Graph, runs: list[RuleRun]) -> list[Ruling]:
    """The verdicts on all VMs, datastores, restore groups, RDM disks, SAN boot hosts, jobs, and on the site."""
    vmfs = judges(graph, runs)
    rdm, sanboot = RdmJudge(graph, runs), SanBootJudge(graph, runs)
    rulings = [ruling for judge_method in vmfs.values() for ruling in judge_method.rulings()]
    rulings += restore_groups(graph, vmfs)
    rulings += rdm.rulings()
    rulings += sanboot.rulings()
    rulings += JobJudge(graph, runs, vmfs, rdm, sanboot).rulings()
    rulings += _site(graph, rulings)
    return rulings


def _site(graph: Graph, rulings: list[Ruling]) -> Iterator[Ruling]:
    """The site as planned: the worst of its jobs; without jobs, of its datastores, for each method."""
    jobs = [ruling for ruling in rulings if isinstance(ruling.node, JobNode)]
    if jobs:
        judgement = Judgement()
        for ruling in jobs:
            judgement.take(ruling.judgement)
        yield Ruling(graph.site, "as_planned", judgement, [], True)
        return
    for method in VMFS_METHODS:
        stores = [ruling for ruling in rulings if isinstance(ruling.node, DatastoreNode) and ruling.method == method]
        judgement = Judgement() if stores else Judgement(UNDECIDED)
        for ruling in stores:
            judgement.take(ruling.judgement)
        yield Ruling(graph.site, method, judgement)
