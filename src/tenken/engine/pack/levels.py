"""Rules in force as a user wants them: levels changed, rules switched off. The packs themselves stay as they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tenken.document.place import Place
from tenken.document.problem import Problem, did_you_mean
from tenken.document.said import Said
from tenken.engine.pack import Catalog
from tenken.model.config import Switch
from tenken.model.rule import Level, Text


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be made of a rule, or of all that a pattern with ``*`` fits; and where somebody said so."""

    rule: str
    switch: Switch
    place: Place | None = None


ALL_RULES = Said("tenken rules list shows them all", "ルールの一覧は tenken rules list で確認できます")


def no_rule(name: str) -> Said:
    return Said(f"there is no rule {name!r}", f"ルール {name!r} が見つかりません")


def ordered(changes: Iterable[Change]) -> list[Change]:
    """In the order in which they are applied: patterns, then ids, which go before them."""
    return sorted(changes, key=lambda change: "*" not in change.rule)


def apply(catalog: Catalog, changes: Iterable[Change], problems: list[Problem]) -> Catalog:
    """The catalog with the changes, the last one that fits a rule deciding; it tells what a reader must know of them.

    What fits no rule is a problem.
    """
    wanted: dict[str, Change] = {}
    for change in changes:
        fitting = [rule for rule in catalog.rules if fnmatchcase(rule, change.rule)] if "*" in change.rule else [change.rule]
        if not fitting or fitting[0] not in catalog.rules:
            hint = did_you_mean(change.rule.replace("*", ""), catalog.rules) or ALL_RULES
            problems.append(Problem(no_rule(change.rule), change.place, hint))
            continue
        wanted.update(dict.fromkeys(fitting, change))
    rules, off, other = {}, [], []
    for name, rule in catalog.rules.items():
        switch: Switch = wanted[name].switch if name in wanted else "on"
        if switch == "off":
            off.append(name)
            continue
        if switch != "on" and switch != rule.rule.level:
            level: Level = switch
            other.append(f"{name} ({rule.rule.level} → {level})")
            rule = dataclasses.replace(rule, rule=rule.rule.model_copy(update={"level": level}))
        rules[name] = rule
    return dataclasses.replace(catalog, rules=rules, told=_told(off, other))


def _told(off: list[str], other: list[str]) -> list[Text]:
    told = []
    if off:
        told.append(
            Text(
                en=f"{len(off)} rules are switched off, and no verdict takes them into account: {_some(off)}."
                if len(off) > 1
                else f"The rule {off[0]} is switched off, and no verdict takes it into account.",
                ja=f"無効にされたルールが{len(off)}件あり、判定に反映されていません: {_some(off)}",
            )
        )
    if other:
        told.append(
            Text(
                en=f"Levels that are not those of the packs: {_some(other)}.",
                ja=f"既定と異なるレベルに変更されたルール: {_some(other)}",
            )
        )
    return told


def _some(names: list[str]) -> str:
    return ", ".join(names[:20]) + (f", … ({len(names)})" if len(names) > 20 else "")
