"""Examples are tests: runs what a rule's own examples expect, and takes facts away from those that pass."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tenken.document import yaml_text
from tenken.document.place import Place, Route, dotted, pointer, step_into
from tenken.document.problem import InputError
from tenken.document.said import Said, SaidError
from tenken.document.wording import of_validator
from tenken.engine import graph as graphs
from tenken.engine.evaluate import NAMES, RuleRun, evaluate
from tenken.engine.evidence.explain import explain
from tenken.engine.nodes import Node
from tenken.engine.pack import Catalog, LoadedRule, Pack
from tenken.model.inventory import reader
from tenken.model.rule import Example


@dataclass(frozen=True, slots=True)
class Failure:
    """One example that did not come out as it says, or that a rule lacks."""

    rule: str
    example: str | None
    """None for what no single example is to blame for."""
    said: Said

    def text(self, lang: str) -> str:
        if self.example is None:
            return f"{self.rule}: {self.said.text(lang)}"
        example = f"例 {self.example!r}" if lang == "ja" else f"example {self.example!r}"
        return f"{self.rule}: {example}: {self.said.text(lang)}"

    def __str__(self) -> str:
        return self.text("en")


class WrongExample(SaidError):
    """An example can't be judged: it is no inventory, or speaks of no subject."""


@dataclass(frozen=True, slots=True)
class Judged:
    outcome: str
    missing: list[str]
    run: RuleRun
    position: int
    node: Node
    site: Node


def overlay(base: Any, change: Any, key: str = "") -> Any:
    """A copy of ``base`` with ``change`` laid over it: mappings by key, lists of named things by name, all else replaced."""
    if isinstance(base, dict) and isinstance(change, dict):
        merged = dict(base)
        for name, value in change.items():
            merged[name] = overlay(base[name], value, name) if name in base else copy.deepcopy(value)
        return merged
    names = _names(key)
    if (
        names
        and isinstance(base, list)
        and isinstance(change, list)
        and change
        and all(isinstance(item, dict) for item in change)
    ):
        merged_list = list(base)
        for item in change:
            matches = [i for i, other in enumerate(merged_list) if all(other.get(name) == item.get(name) for name in names)]
            if matches:
                merged_list[matches[0]] = overlay(merged_list[matches[0]], item)
            else:
                merged_list.append(copy.deepcopy(item))
        return merged_list
    return copy.deepcopy(change)


def _names(key: str) -> tuple[str, ...]:
    return {
        "devices": ("device",), "logical_disks": ("ldn",), "pairs": ("mv", "rv"), "snapshot_sets": ("bv",), "luns": ("ldn",),
        "controllers": ("id",), "disks": ("label",), "arrays": ("name",), "ld_sets": ("name",), "vcenters": ("name",),
        "clusters": ("name",), "hosts": ("name",), "datastores": ("name",), "vms": ("name",), "servers": ("name",), "jobs": ("name",),
    }.get(key, ())  # fmt: skip


def judge(rule: LoadedRule, tree: dict[str, Any], subject: str | None = None) -> Judged:
    """The rule's outcome for one subject of an inventory given as a tree. Raises InputError for a tree that is no inventory."""
    try:
        inventory = reader().validate_python(tree)
    except ValidationError as failure:
        first = failure.errors(include_url=False)[0]
        name, wrong = dotted(first["loc"]), of_validator(first)
        raise WrongExample(
            Said(
                f"given is no inventory: {name}: {wrong.en}", f"given がインベントリとして正しくありません: {name}: {wrong.ja}"
            )
        ) from None
    graph = graphs.build(inventory, _place)
    (run,) = evaluate(graph, [rule])
    position = _position(run, subject)
    outcome = NAMES[run.outcomes[position]]
    missing = explain(run, position, graph.site).missing if outcome == "unknown" else []
    return Judged(outcome, missing, run, position, run.nodes[position], graph.site)


def _place(route: Route) -> Place:
    return Place("example", pointer=pointer(route))


def _position(run: RuleRun, subject: str | None) -> int:
    """The subject that an example speaks of: the named one, else the first that the rule says something about."""
    if subject is not None:
        for position, node in enumerate(run.nodes):
            if node.name == subject:
                return position
        known = ", ".join(node.name for node in run.nodes)
        raise WrongExample(
            Said(
                f"there is no {run.rule.rule.subject} {subject!r}; there are: {known}",
                f"{run.rule.rule.subject} {subject!r} がありません。あるもの: {known}",
            )
        )
    if not run.nodes:
        kind = run.rule.rule.subject
        raise WrongExample(Said(f"the example has no {kind}", f"例に {kind} がありません"))
    return max(range(len(run.nodes)), key=lambda position: (run.outcomes[position] > 1, run.outcomes[position], -position))


def check_rule(rule: LoadedRule, base: dict[str, Any]) -> Iterator[Failure]:
    """Everything about a rule's examples that is not as it should be."""
    yield from _check_kinds(rule)
    for example in rule.rule.examples:
        tree = tree_of(example, base)
        try:
            judged = judge(rule, tree, example.subject)
        except WrongExample as error:
            yield Failure(rule.id, example.name, error.said)
            continue
        except InputError as error:
            texts = ("\n".join(problem.text(lang) for problem in error.problems) for lang in ("en", "ja"))
            yield Failure(rule.id, example.name, Said(*texts))
            continue
        if judged.outcome != example.expect:
            said = Said(
                f"expected {example.expect}, found {judged.outcome} for {judged.node.name}",
                f"{judged.node.name} の結果は {example.expect} のはずですが、{judged.outcome} です",
            )
            yield Failure(rule.id, example.name, said)
        elif example.missing is not None and sorted(judged.missing) != sorted(example.missing):
            said = Said(
                f"expected {example.missing} to be missing, found {judged.missing}",
                f"未収集の項目は {example.missing} のはずですが、{judged.missing} です",
            )
            yield Failure(rule.id, example.name, said)
        elif judged.outcome == "pass":
            yield from _check_mutations(rule, example, tree, judged)


def tree_of(example: Example, base: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = copy.deepcopy(example.given) if example.alone else overlay(base, example.given)
    return tree


def _check_kinds(rule: LoadedRule) -> Iterator[Failure]:
    """A rule shows at least what passes, what violates it, what is unknown, and what it does not apply to."""
    shown = {example.expect for example in rule.rule.examples}
    wanted = {"pass", "unknown", rule.rule.violation if rule.rule.violation != "fail" else "fail"}
    if rule.rule.applies is not None:
        wanted.add("not_applicable")
    for kind in sorted(wanted - shown):
        yield Failure(rule.id, None, Said(f"there is no example for {kind}", f"{kind} となる例がありません"))


def _check_mutations(rule: LoadedRule, example: Example, tree: dict[str, Any], judged: Judged) -> Iterator[Failure]:
    """Take away, one at a time, each fact that made the example pass: it may then be anything but wrong.

    A pass that survives is fine only where another fact alone decides; a fact that decides alone, or all of them
    together, must leave the outcome open.
    """
    facts = [fact for fact in explain(judged.run, judged.position, judged.site).facts if fact.value is not None]
    routes = [fact.route for fact in facts if _has(tree, fact.route)]
    if not routes:
        return
    without = copy.deepcopy(tree)
    for route in routes:
        _remove(without, route)
    try:
        outcome = judge(rule, without, example.subject).outcome
    except (InputError, WrongExample):
        return
    if outcome == "pass":
        names = ", ".join(dotted(route) for route in routes)
        said = Said(f"still passes without {names}", f"{names} が未収集でも適合のままです")
        yield Failure(rule.id, example.name, said)


def _has(tree: Any, route: Route) -> bool:
    for step in route:
        there, tree = step_into(tree, step)
        if not there:
            return False
    return True


def _remove(tree: Any, route: Route) -> None:
    for step in route[:-1]:
        tree = tree[step] if tree is not None else None
    if isinstance(tree, dict):
        tree[route[-1]] = None


def base_tree(pack: Pack, rule: LoadedRule | None = None) -> dict[str, Any]:
    """The pack's example site as a plain tree; for a rule, with those of the folders down to its own laid over it."""
    tree: dict[str, Any] = {"tenken": 1}
    for folder, file in sorted(pack.example_sites.items()):
        own = folder == Path(pack.path) or (rule is not None and folder in Path(rule.place.source).parents)
        if own:
            tree = overlay(tree, _site_of(file))
    return tree


@cache
def _site_of(file: Path) -> dict[str, Any]:
    site: dict[str, Any] = yaml_text.parse(file.read_text(encoding="utf-8"), str(file))
    return {**site, "tenken": 1}


def base_of(catalog: Catalog, rule: LoadedRule) -> dict[str, Any]:
    """The site that the examples of a rule start from; for a pack without one, that of the first pack."""
    pack = next(pack for pack in catalog.packs if pack.info.id == rule.pack)
    return base_tree(pack, rule) if pack.example_sites else base_tree(catalog.packs[0])
