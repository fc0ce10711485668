"""Notes: what the guide tells and nothing can check. Reports print them where they concern something; they are no findings."""

from __future__ import annotations

from itertools import islice

from tenken.engine.cel.compile import PASS, UNKNOWN, Evaluator
from tenken.engine.graph import Graph
from tenken.engine.nodes import Node
from tenken.engine.pack import Catalog
from tenken.model.report import NoteUsed, SubjectName

_EXAMPLES = 5


def notes(graph: Graph, catalog: Catalog) -> list[NoteUsed]:
    """The notes that concern this site. Where it is not known whether one does, it is printed: that does no harm."""
    found = []
    concerned: dict[tuple[str, str | None], tuple[int, list[SubjectName]]] = {}
    for clause in catalog.clauses.values():
        if clause.note is None:
            continue
        count, names = 0, list[SubjectName]()
        if clause.note_when is not None:
            condition = clause.note_when.subject, clause.note_when.applies
            if condition not in concerned:
                concerned[condition] = _concerned(graph, condition[0], catalog.note_evaluators.get(clause.id))
            count, names = concerned[condition]
        if count or clause.note_when is None:
            found.append(NoteUsed(clause.id, clause.lines, clause.note, count, list(names)))
    return found


def _concerned(graph: Graph, kind: str, evaluator: Evaluator | None) -> tuple[int, list[SubjectName]]:
    """How many subjects of a kind a condition holds for, or may hold for, and the first few of them."""
    nodes: list[Node] = [node for node in graph.nodes.get(kind, ()) if not node.phantom]
    outcomes = bytearray([PASS]) * len(nodes)
    if evaluator is not None:
        evaluator(enumerate(nodes), graph.site, outcomes)
    first = (node for node, outcome in zip(nodes, outcomes, strict=True) if outcome in (PASS, UNKNOWN))
    return outcomes.count(PASS) + outcomes.count(UNKNOWN), [
        SubjectName(node.kind, node.name) for node in islice(first, _EXAMPLES)
    ]
