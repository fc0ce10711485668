"""Subjects as reports name them, and by what a finding about one is known again in another run."""

from __future__ import annotations

import hashlib

from tenken.engine.graph import Graph
from tenken.engine.nodes import DisagreementNode, Node
from tenken.model.report import SubjectName
from tenken.model.rule import PARTS_OF_A_VM


def subject_of(node: Node, graph: Graph) -> SubjectName:
    """The subject as reports name it. For a list that was not collected, the object that should have it."""
    if isinstance(node, DisagreementNode):
        return SubjectName(node.fact.kind, node.name)
    if not node.phantom:
        return SubjectName(node.kind, node.name)
    owner = getattr(node, "vm", None) or getattr(node, "array", None) or graph.site
    return SubjectName(owner.kind, owner.name)


def identity(node: Node, graph: Graph) -> str:
    """What makes the subject itself: it outlives moved lines and renamed files."""
    if node.phantom:
        owner = getattr(node, "vm", None) or getattr(node, "array", None) or graph.site
        return f"{identity(owner, graph)}/*{node.route[-1]}"
    if isinstance(node, DisagreementNode):
        subject = identity(node.subject, graph) if node.subject is not None else node.name
        said = node.fact
        return "/".join((subject, said.fact, said.part or "", *sorted((said.source or "", said.other_source or ""))))
    if node.kind in PARTS_OF_A_VM:
        return f"{identity(node.vm, graph)}/{node.name.rpartition('/')[2]}"  # type: ignore[attr-defined]
    if node.kind == "vm" and node.fact.uuid:
        return str(node.fact.uuid).lower()
    if node.kind in ("vm", "datastore"):
        return f"{node.fact.vcenter or ''}/{node.fact.datacenter or ''}/{node.fact.name}"
    return node.name


def fingerprint(rule: str, node: Node, graph: Graph) -> str:
    text = "\0".join((rule, node.kind, identity(node, graph)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
