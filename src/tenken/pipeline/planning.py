"""What to change on a site, so that what can't be backed up can be."""

from __future__ import annotations

from tenken.document.collector import collector_paused
from tenken.document.problem import did_you_mean, there_are
from tenken.document.said import Said, SaidError
from tenken.document.wording import fits_several, no_such
from tenken.engine import graph as graphs
from tenken.engine.evidence.reasons import Reasons
from tenken.engine.findings import Findings
from tenken.engine.graph import Graph
from tenken.engine.nodes import Node
from tenken.engine.verdict.judgement import CONDITIONAL, ELIGIBLE
from tenken.engine.way_out import search as way_out
from tenken.model.inventory import Inventory
from tenken.model.report import Plan
from tenken.outputs import words
from tenken.pipeline.run import Run


class NoSuchName(SaidError):
    """A name that was asked for is none of the inventory. ``hint``: the nearest."""


def plan(
    run: Run, *, subject: str | None = None, method: str | None = None, eligible: bool = False, asked: bool = True
) -> Plan:
    """What to change so that what can't be backed up can be, the most gained first.

    subject, method: only for these; a subject is a kind and a name, such as datastore/DS01, disk/db01/Hard disk 2, host/esx01
    or job/nightly; eligible: until nothing is left to be settled, not even a warning; asked: somebody asked for it and will wait,
    else it takes fewer evaluations on a large site. Raises NoSuchName where there is no such subject.
    """

    def build(inventory: Inventory) -> Graph:
        return graphs.build(inventory, run.assembled.locate, run.assembled.partial)

    node = _planned_for(run, subject) if subject is not None else None
    with collector_paused():
        reasons = Reasons(run.graph, run.runs)
        goal, most = ELIGIBLE if eligible else CONDITIONAL, way_out.bound(run.graph, asked)
        planner = way_out.Planner(run.assembled.inventory, run.graph, run.catalog, build, reasons, goal, most)
        ways, skipped = planner.ways(node, method)
        untold = planner.untold(ways, skipped, node, method)
        return way_out.in_report(
            ways, skipped, untold, planner.evaluated, Findings(run.graph, run.catalog, run.assembled.locate)
        )


def _planned_for(run: Run, subject: str) -> Node:
    """The subject that a plan was asked for."""
    kind, _, name = subject.partition("/")
    if kind not in way_out.KINDS:
        kinds = ", ".join(f"{known}/NAME" for known in way_out.KINDS)
        raise NoSuchName(
            Said(f"a plan for {subject!r} can't be made", f"{subject!r} の変更案は作成できません"),
            Said(f"it is one of: {kinds}", f"次のいずれかの形で指定してください: {kinds}"),
        )
    nodes = [node for node in run.graph.nodes.get(kind, ()) if not node.phantom]
    found = [node for node in nodes if name == node.name] or [
        node for node in nodes if name == getattr(node.fact, "name", None)
    ]
    if len(found) != 1:
        known = [node.name for node in found or nodes]
        few, named = there_are(known[:20]), Said(kind, words.word(f"kind.{kind}", "ja"))
        if found:
            raise NoSuchName(fits_several(name, named, len(found)), few)
        raise NoSuchName(no_such(named, name), did_you_mean(name, known) or few)
    return found[0]
