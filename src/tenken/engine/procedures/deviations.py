"""Holds the steps that somebody wrote against a procedure of the guide: order, omissions, actors, and what is left untouched.

A deviation may hang on a fact that was not collected (is this VM powered off, so that its snapshot may be left out?):
it is then uncertain, and the outcome unknown. Where nothing is written there is nothing to hold against anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tenken.engine.nodes import JobNode, Node, RunbookNode
from tenken.engine.procedures.actors import actors
from tenken.engine.procedures.order import advice, order
from tenken.engine.procedures.targets import targets
from tenken.engine.procedures.written import Deviation, Written
from tenken.model.procedure import Procedure
from tenken.model.rule import Aspect

_ASPECTS: dict[Aspect, Callable[[Written], Iterator[Deviation]]] = {
    "order": order,
    "advice": advice,
    "actors": actors,
    "targets": targets,
}


def deviations(procedure: Procedure, node: Node, aspect: Aspect) -> list[Deviation]:
    """How the written steps of a job or runbook depart from a procedure, in one respect."""
    assert isinstance(node, (JobNode, RunbookNode))
    written = Written(procedure, node)
    written.match()
    return list(_ASPECTS[aspect](written))
