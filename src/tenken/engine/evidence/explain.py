"""Why a rule said what it said of one subject: the facts that decided, and those that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tenken.document.place import Route
from tenken.engine import nodes
from tenken.engine.cel.trace import Fact, Scope, Traced, trace
from tenken.engine.evaluate import NAMES, RuleRun
from tenken.engine.evidence.alike import Alike, Bases
from tenken.engine.matrix import Cell
from tenken.engine.nodes import Node
from tenken.engine.pack import LoadedRule
from tenken.engine.procedures.deviations import deviations
from tenken.engine.procedures.written import Deviation
from tenken.model.report import kinds_of_facts


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence for one outcome."""

    outcome: str
    facts: list[Fact]
    missing: list[str]
    cell: Cell | None = None
    values: tuple[Any, ...] = ()
    deviations: tuple[Deviation, ...] = ()


def scope_of(node: Node, site: Node) -> Scope:
    """What the names of a rule mean for one subject."""
    owners = {owner: getattr(node, owner) for owner in nodes.PARENTS.get(node.kind, ())}
    return Scope({**owners, "site": site, node.variable: node})


def explain(run: RuleRun, position: int, site: Node) -> Explanation:
    """The facts behind one outcome: for unknown those that are missing, else those that decided."""
    node = run.nodes[position]
    pattern, members = _pattern(run, position, site)
    if pattern is None:
        found: Explanation = run.explained[position]
        return found
    return pattern.of(node, members)


def lacking(run: RuleRun, position: int, site: Node) -> tuple[str, ...]:
    """The kinds of facts that an outcome lacks. Outcomes that lack the same for the same reason share one tuple."""
    pattern, _ = _pattern(run, position, site)
    return kinds_of_facts(run.explained[position].missing) if pattern is None else pattern.lacks


def _pattern(run: RuleRun, position: int, site: Node) -> tuple[_Pattern | None, Sequence[Node]]:
    """What explains all outcomes like this one, and the members of the subject that it speaks of.

    None where the subject is like no other: its explanation is then kept by its position.
    """
    explained = run.explained
    if position in explained:
        return None, ()
    alike = explained.get(Alike)
    if alike is None:
        alike = explained[Alike] = Alike(run.rule)
    node = run.nodes[position]
    found = alike.key(node, site)
    if found is None:
        explained[position] = _explained(run, position, site)
        return None, ()
    key, members = (run.outcomes[position], found[0]), found[1]
    pattern: _Pattern | None = explained.get(key)
    if pattern is None:
        explanation = _explained(run, position, site)
        own = (
            _holds_own(fact.value, node) or fact.path.rpartition(".")[2] in alike.merely_compared for fact in explanation.facts
        )
        if any(own):
            explained[position] = explanation
            return None, ()
        pattern = explained[key] = _Pattern(explanation, alike, alike.bases(node, members))
    return pattern, members


def _holds_own(value: Any, owner: Node) -> bool:
    """Whether a value is, or lists, what a subject owns: then it is another one for each."""
    if isinstance(value, (list, tuple)):
        return any(_holds_own(item, owner) for item in value)
    return isinstance(value, Node) and value.route[: len(owner.route)] == owner.route


class _Pattern:
    """An explanation for all subjects that are alike: its facts, and whose each is."""

    __slots__ = ("_alike", "_explanation", "_missing", "_named", "_places", "lacks")

    def __init__(self, explanation: Explanation, alike: Alike, bases: Bases) -> None:
        self._explanation, self._alike = explanation, alike
        self._places = [_place_of(fact, bases) for fact in explanation.facts]
        self._named = any(place is not None and place.member is not None for place in self._places)
        position_of = {fact.path: position for position, fact in enumerate(explanation.facts)}
        self._missing = [position_of[path] for path in explanation.missing]
        self.lacks = kinds_of_facts(explanation.missing)

    def of(self, node: Node, members: Iterable[Node]) -> Explanation:
        """The same, said of another subject."""
        bases = list(self._alike.bases(node, members).values())
        facts = []
        for position, (fact, place) in enumerate(zip(self._explanation.facts, self._places, strict=True)):
            if place is not None:
                route = fact.route if place.base is None else bases[place.base].route + place.rest_of_route
                fact = Fact(self._path(position, bases), fact.value, route)
            facts.append(fact)
        found = self._explanation
        missing = [self._path(position, bases) for position in self._missing] if self._named else found.missing
        return Explanation(found.outcome, facts, missing, found.cell, found.values, found.deviations)

    def _path(self, position: int, bases: list[Node]) -> str:
        place = self._places[position]
        if place is None or place.member is None:
            return self._explanation.facts[position].path
        member = bases[place.member]
        return f"{member.variable}[{member.name}]{place.rest_of_path}"


@dataclass(frozen=True, slots=True)
class _Place:
    """What of a fact's path and route differs between subjects that are alike."""

    member: int | None
    """Which of the bases the path names; None where it names none."""
    rest_of_path: str
    base: int | None
    """Which of them the fact stands below; None where it is another object's."""
    rest_of_route: Route


def _place_of(fact: Fact, bases: Bases) -> _Place | None:
    """None where a fact is read from another object than the subject and what is its own: it is the same for all."""
    for position, (called, node) in enumerate(bases.items()):
        rest = fact.path[len(called) :]
        if fact.path.startswith(called) and rest[:1] in (".", ""):
            member = position if called != node.variable else None
            return _Place(member, rest, *_below(fact.route, list(bases.values())))
    return None


def _below(route: Route, bases: list[Node]) -> tuple[int | None, Route]:
    found = [(len(base.route), position) for position, base in enumerate(bases) if route[: len(base.route)] == base.route]
    length, position = max(found, default=(0, None))
    return position, route[length:]


def _explained(run: RuleRun, position: int, site: Node) -> Explanation:
    rule, node = run.rule, run.nodes[position]
    outcome = NAMES[run.outcomes[position]]
    scope = scope_of(node, site)
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


def _explain_matrix(rule: LoadedRule, scope: Scope, outcome: str, applies: Traced) -> Explanation:
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
