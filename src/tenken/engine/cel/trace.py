"""A second, slow evaluation that says which facts decided.

Of ``false && x`` only the false side decided; of an unknown, the facts that are missing; of ``all`` that is false, the
members that failed. The value is always the one that the compiled code gives (a property test holds the two together).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tenken.document.place import Route
from tenken.engine.cel import compile as fast
from tenken.engine.cel import patterns, versions
from tenken.engine.cel.check import is_link
from tenken.engine.cel.spelling import plain
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
    free_names,
)  # fmt: skip
from tenken.engine.nodes import PARENTS, Node
from tenken.model.schema import Type

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
_LISTS = ("arrays", "vcenters", "clusters", "hosts", "datastores", "vms", "servers", "jobs")
"""Links of the site that stand at the top of an inventory."""


def _stated_as(kind: str, link: str) -> str:
    """The fact from which a link was concluded, for links that nobody stated as such."""
    if kind == "datastore" and link in _EXTENTS:
        return "extents"
    return "hosts" if kind == "site" and link in _BOOT else _STATED.get((kind, link), link)


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


class Scope(dict[str, Traced]):
    """What the names of an expression mean. Expressions that are traced in one scope have what they share traced once."""

    __slots__ = ("seen",)

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        super().__init__({name: Traced(node, (), name, node.route) for name, node in nodes.items()})
        self.seen: dict[str, dict[int, Traced]] = {}
        """By the condition of a macro as it is written, and the member that it is about."""

    def inner(self) -> Scope:
        """The same names, to which the variable of a macro is added."""
        inner = Scope({})
        inner.update(self)
        inner.seen = self.seen
        return inner


Tracer = Callable[[Scope], Traced]
"""An expression that is ready to be traced: what its names mean → its value, and the facts that decided it."""

_KEPT = 4096
_ready: dict[int, tuple[Expr, Tracer]] = {}
"""Tracers of whole expressions. What can be known of an expression without a subject is found out once."""


def trace(expression: Expr, scope: Scope) -> Traced:
    """The value of a checked expression and the facts that decided it."""
    known = _ready.get(id(expression))
    if known is None or known[0] is not expression:
        if len(_ready) >= _KEPT:
            _ready.clear()
        known = _ready[id(expression)] = expression, _made(expression)
    return known[1](scope)


def _made(e: Expr) -> Tracer:
    made: Tracer = _MAKERS[type(e)](e)
    return made


def _literal(e: Literal) -> Tracer:
    found = Traced(e.value)
    return lambda scope: found


def _name(e: Name) -> Tracer:
    name = e.name
    return lambda scope: scope[name]


def _select(e: Select) -> Tracer:
    operand, kind, suffix, field = _made(e.operand), e.operand.type, f".{e.field}", e.field
    is_node, or_none = kind.kind == "node", kind.or_none
    select = _link(kind, field) if is_link(kind, field) else _fact(e.type.kind == "object", is_node, field)
    below_none = {"False": False, "'none'": "none", "()": ()}.get(fast._LEAF_OF_NONE.get(e.type.kind) or "")

    def traced(scope: Scope) -> Traced:
        base = operand(scope)
        found = base.value
        path = base.path + suffix
        if found is None:
            # The fact that is missing: the object where it may be none, or lies on another node; else the leaf that was asked for.
            route = (*base.route, field)
            whole = is_node or or_none or any(fact.path != base.path for fact in base.facts)
            facts = base.facts if base.facts and whole else (Fact(path, None, route),)
            return Traced(None, facts, path, route)
        if or_none and type(found) is str:
            return Traced(below_none, base.facts, path, (*base.route, field))
        return select(base, found, path)

    return traced


Selector = Callable[[Traced, Any, str], Traced]
"""What a selection from a known value gives: the value as it was traced, itself, and the path of what is selected."""


def _fact(is_object: bool, of_node: bool, field: str) -> Selector:
    def of_object(base: Traced, found: Any, path: str) -> Traced:
        value, route = getattr(found, field), (*base.route, field)
        if is_object and value is not None and type(value) is not str:
            return Traced(value, (), path, route)
        return Traced(value, (Fact(path, value, route),), path, route)

    def of_a_node(base: Traced, found: Node, path: str) -> Traced:
        if found.phantom:
            value = getattr(found.fact, field)
            return Traced(value, (Fact(_path_of_phantom(found), value, found.route),), path, (*base.route, field))
        return of_object(base, found.fact, path)

    return of_a_node if of_node else of_object


def _link(kind: Type, link: str) -> Selector:
    of = kind.cls.kind  # type: ignore[union-attr]
    owners, derived, stated = PARENTS.get(of, ()), link in DERIVED, _stated_as(of, link)
    of_the_whole = of == "site" and link in (*_LISTS, *_BOOT)

    def linked(base: Traced, found: Node, path: str) -> Traced:
        value = getattr(found, link)
        if isinstance(value, Node):
            owner = link in owners and base.path == found.variable
            return Traced(value, (), link if owner else path, value.route)
        if value is None and found.phantom:
            return Traced(None, (Fact(_path_of_phantom(found), None, found.route),), path, found.route)
        route = (stated,) if of_the_whole else (*base.route, stated)
        return Traced(value, () if derived else (Fact(path, value, route),), path, route)

    return linked


def _path_of_phantom(node: Node) -> str:
    """What is missing of an object that stands for a list: the list."""
    owner = {1: "site"}.get(len(node.route), str(node.route[0]).removesuffix("s"))
    return f"{owner}.{node.route[-1]}"


def _has(e: Has) -> Tracer:
    operand = _made(e.operand)

    def traced(scope: Scope) -> Traced:
        inner = operand(scope)
        return Traced(inner.value is not None, inner.facts)

    return traced


def _listof(e: ListOf) -> Tracer:
    members = [_made(item) for item in e.items]

    def traced(scope: Scope) -> Traced:
        items = [member(scope) for member in members]
        if unknown := [item for item in items if item.value is None]:
            return Traced(None, _missing(unknown))
        return Traced(tuple([item.value for item in items]), _facts(items))

    if all(isinstance(item, Literal) for item in e.items):
        constant = traced(Scope({}))
        return lambda scope: constant
    return traced


def _unary(e: Unary) -> Tracer:
    return _applied(e, _made(e.operand))


def _applied(e: Unary, operand: Tracer) -> Tracer:
    negates = e.op == "!"

    def traced(scope: Scope) -> Traced:
        inner = operand(scope)
        if inner.value is None:
            return Traced(None, _missing([inner]))
        return Traced(not inner.value if negates else fast._bounded(-inner.value), inner.facts)

    return traced


def _binary(e: Binary) -> Tracer:
    if e.op in ("&&", "||"):
        return _logical(e)
    left_of, right_of, operator, is_in = _made(e.left), _made(e.right), _OPERATORS[e.op], e.op == "in"

    def traced(scope: Scope) -> Traced:
        left, right = left_of(scope), right_of(scope)
        if left.value is None or right.value is None:
            return Traced(None, _missing([each for each in (left, right) if each.value is None]))
        value = operator(left.value, right.value)
        if value is None and is_in:
            return Traced(None, right.facts)  # the list has members that were not collected; what is looked for is known
        if isinstance(right.value, frozenset):
            right = _the_member(right, left.value if value else None)
        return Traced(value, _facts([left, right]))

    return traced


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


def _logical(e: Binary) -> Tracer:
    decisive = e.op == "||"
    sides = [_made(operand) for operand in fast._flatten(e, e.op)]

    def traced(scope: Scope) -> Traced:
        operands, unknown = [], []
        for side in sides:
            found = side(scope)
            if found.value is decisive:
                return Traced(decisive, found.facts)
            operands.append(found)
            if found.value is None:
                unknown.append(found)
        return Traced(None, _missing(unknown)) if unknown else Traced(not decisive, _facts(operands))

    return traced


def _conditional(e: Conditional) -> Tracer:
    condition_of, then, otherwise = _made(e.condition), _made(e.then), _made(e.otherwise)

    def traced(scope: Scope) -> Traced:
        condition = condition_of(scope)
        if condition.value is None:
            return Traced(None, _missing([condition]))
        chosen = (then if condition.value else otherwise)(scope)
        if chosen.value is None:  # what is known of the condition is not what is missing, unless nothing else is
            facts = _facts([condition, chosen])
            return Traced(None, tuple(fact for fact in facts if fact.value is None) or facts)
        return Traced(chosen.value, _facts([condition, chosen]), chosen.path, chosen.route)

    return traced


def _call(e: Call) -> Tracer:
    arguments_of, function = [_made(argument) for argument in e.arguments], _function(e)

    def traced(scope: Scope) -> Traced:
        arguments = [argument(scope) for argument in arguments_of]
        if unknown := [argument for argument in arguments if argument.value is None]:
            return Traced(None, _missing(unknown))
        return Traced(function(*[argument.value for argument in arguments]), _facts(arguments))

    return traced


def _function(e: Call) -> Callable[..., Any]:
    if e.function in fast._METHODS:
        method = fast._METHODS[e.function]
        return lambda value, argument: getattr(value, method)(argument)
    functions: dict[str, Callable[..., Any]] = {
        "size": len, "version": versions.parse, "plain": plain, "absent": lambda value: value == "none",
        "matches": lambda value, pattern: patterns.compile_pattern(pattern)(value),
    }  # fmt: skip
    return functions[e.function]


def _comprehension(e: Comprehension) -> Tracer:
    range_of, variable, macro = _made(e.range), e.variable, e.macro
    item = e.range.type.item
    alone = item is not None and item.kind == "node" and free_names(e.body) <= {variable, "site"}
    body = _once_for_each(e.body, variable) if alone else _made(e.body)
    decisive = {"all": False, "exists": True}.get(macro)

    def traced(scope: Scope) -> Traced:
        items = range_of(scope)
        if items.value is None:
            return Traced(None, _missing([items]))
        results: list[Traced] = []
        decided = 0
        inner = scope.inner()
        for position, item in enumerate(items.value):
            inner[variable] = _member(items, position, item)
            results.append(body(inner))
            decided += results[-1].value is decisive and decisive is not None
            if decided == _FEW:
                break  # one is enough to decide, and a few are evidence enough
        return _of_all(macro, decisive, items, results)

    return traced


def _once_for_each(body: Expr, variable: str) -> Tracer:
    """A condition on nothing but a member. Rules ask whether some are so and whether some are not, of the same members."""
    if isinstance(body, Unary):
        return _applied(body, _once_for_each(body.operand, variable))
    made, written = _made(body), repr(body)

    def traced(scope: Scope) -> Traced:
        member = scope[variable].value
        if member is None:
            return made(scope)  # which list it is a member of is all that is known of it
        seen = scope.seen.setdefault(written, {})
        found = seen.get(id(member))
        if found is None:
            found = seen[id(member)] = made(scope)
        return found

    return traced


def _of_all(macro: str, decisive: bool | None, items: Traced, results: list[Traced]) -> Traced:
    """What a macro makes of what it found of each member."""
    values = [result.value for result in results]
    if macro == "map":
        return Traced(values, _facts(results))
    missing = _missing([result for result in results if result.value is None])
    if decisive is not None:
        deciding = [result for result in results if result.value is decisive]
        if deciding:
            return Traced(decisive, _facts(deciding))
        return Traced(None, missing) if None in values else Traced(not decisive, _facts(results) or items.facts)
    if None in values:
        return Traced(None, missing)
    if macro == "filter":
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


def _missing(unknown: list[Traced]) -> tuple[Fact, ...]:
    """The facts whose absence makes unknown parts unknown; where all are there, those that do not suffice."""
    facts = _facts(unknown)
    missing = [fact for fact in facts if fact.value is None]
    return facts if len(missing) in (0, len(facts)) else tuple(missing)


_MAKERS: dict[type[Expr], Callable[[Any], Tracer]] = {
    Literal: _literal, Name: _name, Select: _select, Has: _has, ListOf: _listof, Unary: _unary, Binary: _binary,
    Conditional: _conditional, Call: _call, Comprehension: _comprehension,
}  # fmt: skip
