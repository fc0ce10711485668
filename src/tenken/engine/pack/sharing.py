"""Finds the conditions that rules begin with as others do, so that a run looks at each of them once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

from tenken.engine.cel.compile import compile_condition_of, first_conditions
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
    compiled = cache(compile_condition_of)  # one program for all rules that share it, in memory and where rules are kept
    for rule, codes in beginnings.values():
        shared = 0
        while shared < len(codes) and begin_so[(rule.rule.subject, *codes[: shared + 1])] > 1:
            shared += 1
        rule.shared = tuple(SharedCondition(code, compiled(code)) for code in codes[:shared])
