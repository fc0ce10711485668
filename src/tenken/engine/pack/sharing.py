"""Finds the conditions that rules begin with as others do, so that a run looks at each of them once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tenken.engine.cel.compile import Program, compile_condition_of, first_conditions
from tenken.engine.pack.catalog import LoadedRule, SharedCondition
from tenken.engine.pack.scope import code_of


def share(rules: Iterable[LoadedRule]) -> None:
    """Give every rule the conditions that it has in common with others, from its first one on."""
    beginnings = {
        rule.id: (rule, first_conditions(rule.applies, code_of(rule.rule.subject)))
        for rule in rules
        if rule.applies is not None
    }
    begin_so = Counter(
        (rule.rule.subject, *codes[:length]) for rule, codes in beginnings.values() for length in range(1, len(codes) + 1)
    )
    programs: dict[str, Program] = {}
    for rule, codes in beginnings.values():
        shared = 0
        while shared < len(codes) and begin_so[(rule.rule.subject, *codes[: shared + 1])] > 1:
            shared += 1
        rule.shared = tuple(
            SharedCondition(code, programs.setdefault(code, compile_condition_of(code))) for code in codes[:shared]
        )
