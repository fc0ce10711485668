"""Notes: what the guide tells and nothing can check. Reports print them where they concern something; they are no findings."""

from __future__ import annotations

from tenken.engine.cel.compile import PASS, UNKNOWN
from tenken.engine.graph import Graph
from tenken.engine.pack import Catalog
from tenken.model.report import NoteUsed, SubjectName

_EXAMPLES = 5


def notes(graph: Graph, catalog: Catalog) -> list[NoteUsed]:
    """The notes that concern this site. Where it is not known whether one does, it is printed: that does no harm."""
    found = []
    for clause in catalog.clauses.values():
        if clause.note is None:
            continue
        if clause.note_when is None:
            found.append(NoteUsed(clause.id, clause.lines, clause.note, 0, []))
            continue
        nodes = [node for node in graph.nodes.get(clause.note_when.subject, ()) if not node.phantom]
        outcomes = bytearray([PASS] * len(nodes))
        evaluator = catalog.note_evaluators.get(clause.id)
        if evaluator is not None:
            evaluator(nodes, graph.site, outcomes)
        concerned = [node for node, outcome in zip(nodes, outcomes, strict=True) if outcome in (PASS, UNKNOWN)]
        if concerned:
            names = [SubjectName(node.kind, node.name) for node in concerned[:_EXAMPLES]]
            found.append(NoteUsed(clause.id, clause.lines, clause.note, len(concerned), names))
    return found
