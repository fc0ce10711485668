"""How the clauses of the packs in force are covered: what carries each of them out."""

from __future__ import annotations

from collections import Counter

from tenken.engine.pack import Catalog
from tenken.model.report import Coverage
from tenken.model.rule import Clause


def coverage(catalog: Catalog) -> Coverage:
    """How the clauses of the packs in force are covered."""
    kinds = Counter(binding(clause, catalog) for clause in catalog.guide_clauses)
    return Coverage(
        clauses=len(catalog.guide_clauses),
        bound=kinds["rule"] + kinds["verdict"],
        by_note=kinds["note"],
        by_procedure=kinds["procedure"],
        not_checkable=kinds["not_checkable"],
        pending=kinds["pending"],
    )


def binding(clause: Clause, catalog: Catalog) -> str:
    """What carries a clause out: rule, verdict, procedure, note, not_checkable; or nothing yet: pending."""
    if any(clause.id in rule.rule.clauses for rule in catalog.rules.values()):
        return "rule"
    if any(clause.id in procedure.clauses for procedure in catalog.procedures.values()):
        return "procedure"
    for kind in ("verdict", "note", "not_checkable"):
        if getattr(clause, kind) is not None:
            return kind
    return "pending"
