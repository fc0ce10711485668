"""Why a rule said what it said of one subject: the facts that decided, and those that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tenken.engine import nodes
from tenken.engine.cel.trace import Fact, Traced, trace
from tenken.engine.evaluate import NAMES, RuleRun
from tenken.engine.matrix import Cell
from tenken.engine.nodes import Node
from tenken.engine.pack import LoadedRule
from tenken.engine.procedure import Deviation, deviations


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence for one outcome."""

    outcome: str
    facts: list[Fact]
    missing: list[str]
    cell: Cell | None = None
    values: tuple[Any, ...] = ()
    deviations: tuple[Deviation, ...] = ()


def scope_nodes(rule: LoadedRule, node: Node, site: Node) -> dict[str, Node]:
    """What the names of a rule mean for one subject."""
    scope = {owner: getattr(node, owner) for owner in nodes.PARENTS.get(node.kind, ())}
    return {**scope, "site": site, node.variable: node}


def explain(run: RuleRun, position: int, site: Node) -> Explanation:
    """The facts behind one outcome: for unknown those that are missing, else those that decided."""
    rule, node = run.rule, run.nodes[position]
    outcome = NAMES[run.outcomes[position]]
    scope = scope_nodes(rule, node, site)
    applies = trace(rule.applies, scope) if rule.applies is not None else Traced(True)
    if applies.value is False:
        return Explanation(outcome, list(applies.facts), [])
    if rule.table is not None:
        return _explain_matrix(rule, scope, outcome, applies)
    if rule.procedure is not None:
        return _explain_procedure(rule, node, outcome, applies)
    assert rule.require is not None
    require = trace(rule.require, scope)
    facts = _distinct([*require.facts, *applies.facts])
    missing = [fact.path for traced in (applies, require) if traced.value is None for fact in traced.facts]
    return Explanation(outcome, facts, list(dict.fromkeys(missing)) if outcome == "unknown" else [])


def _explain_matrix(rule: LoadedRule, scope: dict[str, Node], outcome: str, applies: Traced) -> Explanation:
    assert rule.table is not None and rule.rule.column is not None
    traced = [trace(expression, scope) for expression in rule.key_expressions]
    values = tuple(key.value for key in traced)
    cell = rule.table.cell(values, rule.rule.column)
    facts = _distinct([fact for key in traced for fact in key.facts] + list(applies.facts))
    missing = [fact.path for fact in applies.facts] if applies.value is None else []
    for key, found in zip(rule.table.keys, traced, strict=True):
        if key in cell.missing:
            missing += [fact.path for fact in found.facts]
    return Explanation(outcome, facts, list(dict.fromkeys(missing)) if outcome == "unknown" else [], cell, values)


def _explain_procedure(rule: LoadedRule, node: Node, outcome: str, applies: Traced) -> Explanation:
    """The written steps that depart from the procedure; for unknown, what would decide whether they do."""
    assert rule.procedure is not None and rule.rule.aspect is not None
    found = deviations(rule.procedure, node, rule.rule.aspect)
    certain = [deviation for deviation in found if not deviation.missing]
    facts = [
        Fact(
            f"{node.variable}.steps[{position + 1}].action",
            node.fact.steps[position].action,
            (*node.route, "steps", position, "action"),
        )
        for deviation in certain or found
        for position in deviation.at
    ]
    missing = [fact.path for fact in applies.facts] if applies.value is None else []
    missing += [path for deviation in found for path in deviation.missing]
    unknown = outcome == "unknown"
    return Explanation(
        outcome,
        _distinct([*facts, *(fact for fact in applies.facts if not facts or not fact.path.endswith(".steps"))]),
        list(dict.fromkeys(missing)) if unknown else [],
        deviations=tuple(found if unknown else certain),
    )


def _distinct(facts: list[Fact]) -> list[Fact]:
    return list({fact.path: fact for fact in reversed(facts)}.values())[::-1]
