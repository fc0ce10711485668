"""Every rule on every subject. What comes out is one byte for each: small enough to keep for the largest site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple

from tenken.engine.cel.compile import ERROR, NOT_APPLICABLE, PASS, UNKNOWN, VIOLATED, Program
from tenken.engine.graph import Graph
from tenken.engine.matrix import UNLISTED
from tenken.engine.nodes import Node
from tenken.engine.pack import LoadedRule
from tenken.engine.procedures.deviations import deviations

FAIL = VIOLATED
INQUIRE = 5
NAMES = {NOT_APPLICABLE: "not_applicable", PASS: "pass", FAIL: "fail", UNKNOWN: "unknown", ERROR: "error", INQUIRE: "inquire"}
"""Outcomes by their byte."""

_NOTABLE = re.compile(b"[\x02-\xff]")
"""Finds the few outcomes that are worth a word among the many that are not, without a loop over all of them."""

_MARKS = {"supported": PASS, "inquire": INQUIRE, "unsupported": FAIL, UNLISTED: FAIL, "undecided": UNKNOWN, None: UNKNOWN}
_VIOLATIONS = {"fail": FAIL, "inquire": INQUIRE, "unknown": UNKNOWN}
_TO_UNKNOWN = bytes.maketrans(bytes([FAIL]), bytes([UNKNOWN]))
_TO_INQUIRE = bytes.maketrans(bytes([FAIL]), bytes([INQUIRE]))


@dataclass(slots=True)
class RuleRun:
    """The outcomes of one rule: ``outcomes[i]`` is that of ``nodes[i]``."""

    rule: LoadedRule
    nodes: list[Node]
    outcomes: bytearray
    explained: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What ``engine.evidence`` found out so far, for all subjects that are alike."""

    _positions: list[int] | None = field(default=None, repr=False)

    def notable_positions(self) -> list[int]:
        """Where the outcomes are that neither passed nor were out of scope."""
        if self._positions is None:
            self._positions = [match.start() for match in _NOTABLE.finditer(self.outcomes)]
        return self._positions

    def notable(self) -> Iterable[tuple[int, Node, int]]:
        """Position, subject and outcome of these."""
        nodes, outcomes = self.nodes, self.outcomes
        return [(position, nodes[position], outcomes[position]) for position in self.notable_positions()]

    def counts(self) -> dict[str, int]:
        """How often which outcome came out; those that never did are left out."""
        return {name: count for outcome, name in NAMES.items() if (count := self.outcomes.count(outcome))}

    def reasons(self, positions: Iterable[int]) -> Iterable[Any]:
        """What a verdict keeps of outcomes that decided it: the rule. ``engine.reasons`` keeps the subjects, too."""
        return repeat(self.rule.id)


def evaluate(graph: Graph, rules: Iterable[LoadedRule], progress: Callable[[str], None] = lambda rule: None) -> list[RuleRun]:
    """All outcomes. A rule that breaks on a subject has the outcome ``error`` there, and the run goes on."""
    runs, rules = [], list(rules)
    subjects = _Subjects(graph, rules)
    for rule in rules:
        progress(rule.id)
        nodes = graph.nodes.get(rule.rule.subject, [])
        outcomes = bytearray(len(nodes))
        candidates = subjects.of(rule)
        if rule.table is not None:
            _evaluate_matrix(rule, candidates, graph.site, outcomes)
        elif rule.procedure is not None:
            _evaluate_procedure(rule, candidates, graph.site, outcomes)
        elif rule.evaluator is not None:
            rule.evaluator(candidates.numbered(), graph.site, outcomes)
        if rule.rule.violation != "fail":
            outcomes = outcomes.translate(_TO_INQUIRE if rule.rule.violation == "inquire" else _TO_UNKNOWN)
        _settle_inquiries(graph, rule, nodes, outcomes)
        runs.append(RuleRun(rule, nodes, outcomes))
    return runs


class _Candidates(NamedTuple):
    """Subjects that a rule may apply to, and their positions among all subjects of their kind."""

    positions: Sequence[int]
    nodes: Sequence[Node]

    def numbered(self) -> Iterator[tuple[int, Node]]:
        return zip(self.positions, self.nodes, strict=True)

    def where_it_may_hold(self, condition: Program, site: Node) -> _Candidates:
        """Those of which a condition is not false."""
        holds, positions, nodes = condition.run, list[int](), list[Node]()
        for position, node in self.numbered():
            try:
                if holds(node, site) is False:
                    continue
            except Exception:  # the rule breaks on it as well, which is told then
                pass
            positions.append(position)
            nodes.append(node)
        return _Candidates(positions, nodes)


class _Subjects:
    """Finds the subjects that rules may apply to. What many rules begin with is looked at once, and for most it ends there."""

    def __init__(self, graph: Graph, rules: list[LoadedRule]) -> None:
        self._graph = graph
        self._several = len(rules) > 1
        self._found: dict[tuple[str, ...], _Candidates] = {}

    def of(self, rule: LoadedRule) -> _Candidates:
        nodes = self._graph.nodes.get(rule.rule.subject, [])
        beginning: tuple[str, ...] = (rule.rule.subject,)
        found = _Candidates(range(len(nodes)), nodes)
        for code, program in rule.shared if self._several else ():
            before, beginning = found, (*beginning, code)
            known = self._found.get(beginning)
            found = known if known is not None else before.where_it_may_hold(program, self._graph.site)
            self._found[beginning] = found
        return found


def _evaluate_matrix(rule: LoadedRule, candidates: _Candidates, site: Node, outcomes: bytearray) -> None:
    assert rule.table is not None and rule.keys is not None and rule.rule.column is not None
    cell, column, keys = rule.table.cell, rule.rule.column, rule.keys.run
    known: dict[Any, int] = {}

    def outcome(node: Node) -> int:
        values = keys(node, site)
        found = known.get(values)
        if found is None:
            found = known[values] = _MARKS[cell(values, column).mark]
        return found

    _evaluate_where_it_applies(rule, candidates, site, outcomes, outcome)


def _evaluate_procedure(rule: LoadedRule, candidates: _Candidates, site: Node, outcomes: bytearray) -> None:
    procedure, aspect = rule.procedure, rule.rule.aspect
    assert procedure is not None and aspect is not None

    def outcome(node: Node) -> int:
        found = deviations(procedure, node, aspect)
        return PASS if not found else UNKNOWN if all(deviation.missing for deviation in found) else FAIL

    _evaluate_where_it_applies(rule, candidates, site, outcomes, outcome)


def _evaluate_where_it_applies(
    rule: LoadedRule, candidates: _Candidates, site: Node, outcomes: bytearray, decide: Callable[[Node], int]
) -> None:
    applies = bytearray([PASS]) * len(outcomes)
    if rule.evaluator is not None:
        rule.evaluator(candidates.numbered(), site, applies)
    for position, node in candidates.numbered():
        applicable = applies[position]
        if applicable == VIOLATED:
            continue
        if applicable == ERROR:
            outcomes[position] = ERROR
            continue
        try:
            outcome = decide(node)
        except Exception:
            outcome = ERROR
        outcomes[position] = UNKNOWN if applicable == UNKNOWN and outcome not in (PASS, ERROR) else outcome


def _settle_inquiries(graph: Graph, rule: LoadedRule, nodes: list[Node], outcomes: bytearray) -> None:
    """What the vendor answered decides an inquire: supported passes, unsupported fails."""
    answers = {
        (inquiry.subject.kind, inquiry.subject.name): inquiry.answer
        for inquiry in graph.inventory.inquiries or ()
        if inquiry.clause in rule.rule.clauses
    }
    if not answers:
        return
    for position, outcome in enumerate(outcomes):
        node = nodes[position]
        if outcome == INQUIRE and (node.kind, node.name) in answers:
            outcomes[position] = PASS if answers[node.kind, node.name] == "supported" else FAIL
