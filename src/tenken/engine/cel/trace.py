"""A second, slow evaluation that says which facts decided.

Of ``false && x`` only the false side decided; of an unknown, the facts that are missing; of ``all`` that is false, the
members that failed. The value is always the one that the compiled code gives (a property test holds the two together).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from tenken.document.place import Route
from tenken.engine import versions
from tenken.engine.cel import compile as fast
from tenken.engine.cel import patterns
from tenken.engine.cel.check import is_link
from tenken.engine.cel.syntax import (
    Binary,
    Call,
    Comprehension,
    Conditional,
    Expr,
    Has,
    ListOf,
    Literal,
    Name,
    Select,
    Unary,
)  # fmt: skip
from tenken.engine.nodes import PARENTS, Node
from tenken.engine.spelling import plain

DERIVED = frozenset({
    "is_target", "planned", "planned_online", "planned_offline", "has_jobs", "backs_datastore", "restoring", "runs_targets",
    "serves_esxi", "uses_repnavi", "rdm_uses_repnavi", "is_rdm_target", "has_rdm_target", "is_sanboot_target", "planned_for",
})  # fmt: skip
"""Links that the graph concludes; they steer a rule, but nobody stated them, so they are no evidence."""


_STATED = {
    ("job", "server"): "runs_on", ("job", "runs_in"): "runs_on", ("job", "executor"): "runs_on",
    ("job", "secondary_server"): "secondary", ("job", "lds"): "targets", ("job", "arrays"): "targets", ("job", "disks"): "targets",
    ("server", "arrays"): "manages", ("workload", "on_rdm"): "location", ("workload", "rdm_disks"): "disk",
    ("host", "system_ld"): "boot", ("host", "has_vcenter"): "vcenter",
    ("job", "secondary_in"): "secondary", ("job", "secondary_executor"): "secondary", ("job", "hosts"): "targets",
}  # fmt: skip
"""Links by kind, and the fact that they were concluded from."""

_FEW = 8

_EXTENTS = ("devices", "lds", "vendors")
_BOOT = ("boot_devices", "array_boot_devices")


def _stated_at(kind: str, link: str, route: Route) -> Route:
    """Where the facts stand from which a link was concluded, for links that nobody stated as such."""
    if kind == "datastore" and link in _EXTENTS:
        return (*route[:-1], "extents")
    if (kind, link) in _STATED:
        return (*route[:-1], _STATED[kind, link])
    if kind == "site" and link in ("arrays", "vcenters", "clusters", "hosts", "datastores", "vms", "servers", "jobs", *_BOOT):
        return ("hosts",) if link in _BOOT else (link,)
    return route


class Fact(NamedTuple):
    """One fact that a rule read: how the rule calls it, its value (None: not collected), and its route in the inventory."""

    path: str
    value: Any
    route: Route


@dataclass(slots=True)
class Traced:
    value: Any
    facts: tuple[Fact, ...] = ()
    path: str = ""
    route: Route = ()


def trace(expression: Expr, scope: dict[str, Node]) -> Traced:
    """The value of a checked expression and the facts that decided it."""
    bound = {name: Traced(node, (), name, node.route) for name, node in scope.items()}
    return _visit(expression, bound)


def _visit(e: Expr, scope: dict[str, Traced]) -> Traced:
    result: Traced = _VISITORS[type(e)](e, scope)
    return result


def _literal(e: Literal, scope: dict[str, Traced]) -> Traced:
    return Traced(e.value)


def _name(e: Name, scope: dict[str, Traced]) -> Traced:
    return scope[e.name]


def _select(e: Select, scope: dict[str, Traced]) -> Traced:
    base = _visit(e.operand, scope)
    path = f"{base.path}.{e.field}"
    route = (*base.route, e.field)
    if base.value is None:
        # The fact that is missing: the object where it may be none, or lies on another node; else the leaf that was asked for.
        whole = e.operand.type.kind == "node" or e.operand.type.or_none or any(fact.path != base.path for fact in base.facts)
        facts = base.facts if base.facts and whole else (Fact(path, None, route),)
        return Traced(None, facts, path, route)
    if base.value == "none" and e.operand.type.or_none:
        below = fast._LEAF_OF_NONE.get(e.type.kind)
        return Traced({"False": False, "'none'": "none", "()": ()}.get(below or ""), base.facts, path, route)
    if e.operand.type.kind == "node":
        if is_link(e.operand.type, e.field):
            return _link(e, base, path, route)
        value = getattr(base.value.fact, e.field)
        if base.value.phantom:
            return Traced(value, (Fact(_path_of_phantom(base.value), value, base.value.route),), path, route)
    else:
        value = getattr(base.value, e.field)
    inner = e.type.kind == "object" and value not in (None, "none")
    return Traced(value, () if inner else (Fact(path, value, route),), path, route)


def _link(e: Select, base: Traced, path: str, route: Route) -> Traced:
    value = getattr(base.value, e.field)
    route = _stated_at(base.value.kind, e.field, route)
    if base.value.phantom and value is None:
        return Traced(None, (Fact(_path_of_phantom(base.value), None, base.value.route),), path, base.value.route)
    if isinstance(value, Node):
        owner = e.field in PARENTS.get(base.value.kind, ()) and base.path == base.value.variable
        return Traced(value, (), e.field if owner else path, value.route)
    if e.field in DERIVED:
        return Traced(value, (), path, route)
    return Traced(value, (Fact(path, value, route),), path, route)


def _path_of_phantom(node: Node) -> str:
    """What is missing of an object that stands for a list: the list."""
    owner = {1: "site"}.get(len(node.route), str(node.route[0]).removesuffix("s"))
    return f"{owner}.{node.route[-1]}"


def _has(e: Has, scope: dict[str, Traced]) -> Traced:
    inner = _visit(e.operand, scope)
    return Traced(inner.value is not None, inner.facts)


def _listof(e: ListOf, scope: dict[str, Traced]) -> Traced:
    if all(type(item) is Literal for item in e.items):
        return Traced(tuple([item.value for item in e.items]))  # type: ignore[attr-defined]
    items = [_visit(item, scope) for item in e.items]
    if any(item.value is None for item in items):
        return Traced(None, _missing(items))
    return Traced(tuple(item.value for item in items), _facts(items))


def _unary(e: Unary, scope: dict[str, Traced]) -> Traced:
    inner = _visit(e.operand, scope)
    if inner.value is None:
        return Traced(None, _missing([inner]))
    return Traced(not inner.value if e.op == "!" else fast._bounded(-inner.value), inner.facts)


def _binary(e: Binary, scope: dict[str, Traced]) -> Traced:
    if e.op in ("&&", "||"):
        return _logical(e, scope)
    left, right = _visit(e.left, scope), _visit(e.right, scope)
    if left.value is None or right.value is None:
        return Traced(None, _missing([left, right]))
    value = _OPERATORS[e.op](left.value, right.value)
    if value is None and e.op == "in":
        return Traced(None, right.facts)  # the list has members that were not collected; what is looked for is known
    if isinstance(right.value, frozenset):
        right = _the_member(right, left.value if value else None)
    return Traced(value, _facts([left, right]))


def _the_member(found: Traced, member: Any) -> Traced:
    """A set of the whole site as evidence: the member that was found in it; where there is none, the first few for example."""
    shown = member if member is not None else sorted(item for item in found.value if item is not None)[:_FEW]
    return Traced(found.value, tuple(Fact(fact.path, shown, fact.route) for fact in found.facts), found.path, found.route)


def _equals(left: Any, right: Any) -> bool | None:
    if isinstance(left, (list, tuple)):
        return fast._equal(list(left), list(right))
    return bool(left is right if isinstance(left, Node) else left == right)


def _differs(left: Any, right: Any) -> bool | None:
    equal = _equals(left, right)
    return None if equal is None else not equal


_OPERATORS: dict[str, Any] = {
    "==": _equals, "!=": _differs, "in": fast._in, "/": fast._divide, "%": fast._remainder,
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "+": lambda a, b: fast._bounded(a + b), "-": lambda a, b: fast._bounded(a - b), "*": lambda a, b: fast._bounded(a * b),
}  # fmt: skip


def _logical(e: Binary, scope: dict[str, Traced]) -> Traced:
    decisive = e.op == "||"
    operands = []
    for operand in fast._flatten(e, e.op):
        found = _visit(operand, scope)
        if found.value is decisive:
            return Traced(decisive, found.facts)
        operands.append(found)
    if any(operand.value is None for operand in operands):
        return Traced(None, _missing(operands))
    return Traced(not decisive, _facts(operands))


def _conditional(e: Conditional, scope: dict[str, Traced]) -> Traced:
    condition = _visit(e.condition, scope)
    if condition.value is None:
        return Traced(None, _missing([condition]))
    chosen = _visit(e.then if condition.value else e.otherwise, scope)
    if chosen.value is None:  # what is known of the condition is not what is missing, unless nothing else is
        facts = _facts([condition, chosen])
        return Traced(None, tuple(fact for fact in facts if fact.value is None) or facts)
    return Traced(chosen.value, _facts([condition, chosen]), chosen.path, chosen.route)


def _call(e: Call, scope: dict[str, Traced]) -> Traced:
    arguments = [_visit(argument, scope) for argument in e.arguments]
    if any(argument.value is None for argument in arguments):
        return Traced(None, _missing(arguments))
    first = arguments[0].value
    if e.function == "size":
        value: Any = len(first)
    elif e.function == "version":
        value = versions.parse(first)
    elif e.function == "plain":
        value = plain(first)
    elif e.function == "absent":
        value = first == "none"
    elif e.function == "matches":
        value = patterns.compile_pattern(arguments[1].value)(first)
    else:
        value = getattr(first, fast._METHODS[e.function])(arguments[1].value)
    return Traced(value, _facts(arguments))


def _comprehension(e: Comprehension, scope: dict[str, Traced]) -> Traced:
    items = _visit(e.range, scope)
    if items.value is None:
        return Traced(None, _missing([items]))
    decisive = {"all": False, "exists": True}.get(e.macro)
    results: list[Traced] = []
    decided = 0
    for position, item in enumerate(items.value):
        results.append(_visit(e.body, {**scope, e.variable: _member(items, position, item)}))
        decided += results[-1].value is decisive and decisive is not None
        if decided == _FEW:
            break  # one is enough to decide, and a few are evidence enough
    values = [result.value for result in results]
    if e.macro == "map":
        return Traced(values, _facts(results))
    missing = _missing([result for result in results if result.value is None])
    if decisive is not None:
        deciding = [result for result in results if result.value is decisive]
        if deciding:
            return Traced(decisive, _facts(deciding))
        return Traced(None, missing) if None in values else Traced(not decisive, _facts(results) or items.facts)
    if None in values:
        return Traced(None, missing)
    if e.macro == "filter":
        kept = [item for item, value in zip(items.value, values, strict=True) if value]
        return Traced(kept, _facts(results), items.path, items.route)
    return Traced(values.count(True) == 1, _facts(results))


def _member(items: Traced, position: int, item: Any) -> Traced:
    if isinstance(item, Node):
        return Traced(item, (), f"{item.variable}[{item.name}]", item.route)
    path = f"{items.path}[{position}]"
    route = (*items.route, position)
    if item is None:
        return Traced(None, (Fact(items.path, None, items.route),), path, route)
    return Traced(item, () if not isinstance(item, (str, int, float)) else (Fact(path, item, route),), path, route)


def _facts(parts: list[Traced]) -> tuple[Fact, ...]:
    """The facts of all parts, each path once."""
    stated = [part.facts for part in parts if part.facts]
    if len(stated) < 2:
        return stated[0] if stated else ()
    seen: dict[str, Fact] = {}
    for facts in stated:
        for fact in facts:
            seen.setdefault(fact.path, fact)
    return tuple(seen.values())


def _missing(parts: list[Traced]) -> tuple[Fact, ...]:
    """The facts whose absence makes the whole unknown; where all are there, those that do not suffice."""
    facts = _facts([part for part in parts if part.value is None])
    return tuple(fact for fact in facts if fact.value is None) or facts


_VISITORS: dict[type[Expr], Any] = {
    Literal: _literal, Name: _name, Select: _select, Has: _has, ListOf: _listof, Unary: _unary, Binary: _binary,
    Conditional: _conditional, Call: _call, Comprehension: _comprehension,
}  # fmt: skip
