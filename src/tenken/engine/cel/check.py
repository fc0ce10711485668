"""Types of expressions, by the schema of the inventory and the links of the graph.

A rule that names a fact which does not exist, or compares unlike things, is a mistake of the rule; it is found when
the rule is loaded and never when it is evaluated.
"""

from __future__ import annotations

import dataclasses
import typing
from functools import cache

from tenken.document.problem import did_you_mean
from tenken.document.said import Said
from tenken.engine import nodes
from tenken.engine.cel import patterns
from tenken.engine.cel.syntax import (
    Binary,
    Call,
    CelError,
    Comprehension,
    Conditional,
    Expr,
    Has,
    ListOf,
    Literal,
    Name,
    Select,
    Unary,
    copied,
)  # fmt: skip
from tenken.model.schema import BOOL, DOUBLE, INT, STRING, Type, fields_of, type_of

VERSION = Type("version", nullable=True)
Definitions = dict[tuple[str, str], Expr]
"""Named conditions of a pack, by node kind and name: ``("vm", "is_vcenter")``."""

_STRING_METHODS = ("startsWith", "endsWith", "contains", "matches")
FUNCTIONS = (*_STRING_METHODS, "size", "version", "absent", "plain")


@cache
def links_of(cls: type[nodes.Node]) -> dict[str, Type]:
    """Names and types of a node's links."""
    hints = typing.get_type_hints(cls, vars(nodes))
    own = {name: type_of(hints[name]) for name in cls.__annotations__}
    return own if cls.facts is not nodes.Nothing else {**own, "name": STRING}


def members_of(kind: Type) -> dict[str, Type]:
    """Everything that a dot may select from a value of a type; links come before facts of the same name."""
    assert kind.cls is not None
    if kind.kind == "object":
        return fields_of(kind.cls)
    facts = fields_of(kind.cls.facts) if kind.cls.facts is not nodes.Nothing else {}  # type: ignore[attr-defined]
    return {**facts, **links_of(kind.cls)}


def is_link(kind: Type, name: str) -> bool:
    return kind.kind == "node" and name in links_of(kind.cls)


def _lacking_in_stand_ins(kind: Type, name: str, found: Type) -> bool:
    """Whether a member that every object has is still unknown of what stands for objects that nobody listed: names, lists."""
    return kind.kind == "node" and kind.cls in nodes.STAND_INS and (found.kind == "list" or not is_link(kind, name))


def check(expression: Expr, variables: dict[str, Type], definitions: Definitions | None = None) -> Expr:
    """The expression with types filled in and definitions written out. Raises CelError at the first mistake."""
    return _Checker(definitions or {}).visit(expression, variables)


def node_type(cls: type[nodes.Node]) -> Type:
    return Type("node", cls=cls)


_ONE_OF_EACH: dict[Type, Type] = {}
"""Equal types are one object: ten thousand expressions have a hundred types, and a kept pack holds each once."""


class _Checker:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.expanding: list[tuple[str, str]] = []

    def visit(self, expression: Expr, scope: dict[str, Type]) -> Expr:
        method = getattr(self, "_" + type(expression).__name__.lower())
        checked: Expr = method(expression, scope)
        checked.type = _ONE_OF_EACH.setdefault(checked.type, checked.type)
        return checked

    def _literal(self, e: Literal, scope: dict[str, Type]) -> Expr:
        e.type = {bool: BOOL, int: INT, float: DOUBLE, str: STRING}[type(e.value)]
        return e

    def _name(self, e: Name, scope: dict[str, Type]) -> Expr:
        if e.name not in scope:
            raise CelError(
                Said(f"unknown name {e.name!r}", f"名前 {e.name!r} が見つかりません"), e.at, did_you_mean(e.name, scope)
            )
        e.type = scope[e.name]
        return e

    def _select(self, e: Select, scope: dict[str, Type]) -> Expr:
        e.operand = self.visit(e.operand, scope)
        kind = e.operand.type
        if kind.kind not in ("node", "object"):
            raise CelError(
                Said(f"a {kind} has no fields, so not {e.field!r}", f"{kind} に項目はないため、{e.field!r} は使用できません"),
                e.at,
            )
        members = members_of(kind)
        if kind.kind == "node":
            definition = self.definitions.get((kind.cls.kind, e.field))  # type: ignore[union-attr]
            if definition is not None:
                return self._expand(e, definition, kind, scope)
        if e.field not in members:
            known = [*members, *(name for owner, name in self.definitions if kind.kind == "node" and owner == kind.cls.kind)]  # type: ignore[union-attr]
            raise CelError(
                Said(f"{kind} has no fact {e.field!r}", f"{kind} に項目 {e.field!r} はありません"),
                e.at,
                did_you_mean(e.field, known),
            )
        found = members[e.field]
        nullable = found.nullable or kind.nullable or _lacking_in_stand_ins(kind, e.field, found)
        e.type = dataclasses.replace(
            found, nullable=nullable, or_none=found.or_none or (kind.or_none and found.kind == "object")
        )
        return e

    def _expand(self, e: Select, definition: Expr, kind: Type, scope: dict[str, Type]) -> Expr:
        """Write the definition out with the operand in the place of its variable."""
        key = (kind.cls.kind, e.field)  # type: ignore[union-attr]
        if key in self.expanding:
            raise CelError(
                Said(f"the definition of {e.field!r} uses itself", f"{e.field!r} の定義が自分自身を使用しています"), e.at
            )
        self.expanding.append(key)
        body = _substitute(copied(definition), kind.cls.variable, e.operand)  # type: ignore[union-attr]
        expanded = self.visit(body, scope)
        self.expanding.pop()
        return expanded

    def _has(self, e: Has, scope: dict[str, Type]) -> Expr:
        operand = self.visit(e.operand, scope)
        if not isinstance(operand, Select):
            raise CelError(Said("has() takes a fact, not a definition", "has() には定義ではなく項目を指定してください"), e.at)
        if not operand.type.nullable:
            raise CelError(
                Said(f"{operand.field!r} is always known", f"{operand.field!r} は常に収集済みです"),
                e.at,
                Said("leave has() out", "has() は不要です"),
            )
        e.operand, e.type = operand, BOOL
        return e

    def _listof(self, e: ListOf, scope: dict[str, Type]) -> Expr:
        e.items = [self.visit(item, scope) for item in e.items]
        kinds = {item.type.kind for item in e.items}
        if len(kinds) > 1:
            raise CelError(Said("a list holds values of one type", "リストの要素の型は同じにしてください"), e.at)
        first = e.items[0].type if e.items else STRING
        # As in CEL, a list with a member that can't be had can't be had either.
        nullable = any(item.type.nullable for item in e.items)
        e.type = Type("list", item=dataclasses.replace(first, nullable=False, words=()), nullable=nullable)
        return e

    def _unary(self, e: Unary, scope: dict[str, Type]) -> Expr:
        e.operand = self.visit(e.operand, scope)
        if e.op == "!":
            self._require(e.operand, "bool")
        else:
            self._require(e.operand, "int", "double")
        e.type = e.operand.type
        return e

    def _binary(self, e: Binary, scope: dict[str, Type]) -> Expr:
        e.left, e.right = self.visit(e.left, scope), self.visit(e.right, scope)
        left, right = e.left.type, e.right.type
        nullable = left.nullable or right.nullable
        if e.op in ("&&", "||"):
            self._require(e.left, "bool")
            self._require(e.right, "bool")
            e.type = Type("bool", nullable=nullable)
        elif e.op == "in":
            self._membership(e, left, right)
            e.type = Type("bool", nullable=nullable or (right.item is not None and right.item.nullable))
        elif e.op in ("==", "!="):
            self._same(e, left, right)
            if left.kind == "list":
                nullable = True
            e.type = Type("bool", nullable=nullable)
        elif e.op in ("<", "<=", ">", ">="):
            self._require(e.left, "int", "double", "string", "version")
            self._same(e, left, right)
            e.type = Type("bool", nullable=nullable)
        else:
            self._arithmetic(e, left, right)
        return e

    def _arithmetic(self, e: Binary, left: Type, right: Type) -> None:
        allowed = ("int", "double", "string") if e.op == "+" else ("int",) if e.op == "%" else ("int", "double")
        self._require(e.left, *allowed)
        self._same(e, left, right)
        e.type = Type(left.kind, nullable=left.kind != "string" or left.nullable or right.nullable)

    def _membership(self, e: Binary, left: Type, right: Type) -> None:
        if right.kind != "list" or right.item is None:
            raise CelError(
                Said(f"in needs a list on its right, not a {right}", f"in の右辺はリストにしてください（現在の型: {right}）"),
                e.at,
            )
        if isinstance(e.right, ListOf):
            for item in e.right.items:
                self._same(e, left, item.type, e.left, item)
        elif left.kind != right.item.kind:
            raise CelError(Said(f"a {left} is never in a {right}", f"{left} が {right} に含まれることはありません"), e.at)
        elif isinstance(e.left, Literal):
            self._word(e.left, right.item)

    def _same(self, e: Binary, left: Type, right: Type, left_expr: Expr | None = None, right_expr: Expr | None = None) -> None:
        left_expr, right_expr = left_expr or e.left, right_expr or e.right
        if left.kind != right.kind or (left.kind == "node" and left.cls is not right.cls) or left.kind == "object":
            raise CelError(Said(f"a {left} can't be compared with a {right}", f"{left} と {right} は比較できません"), e.at)
        if isinstance(right_expr, Literal):
            self._word(right_expr, left)
        if isinstance(left_expr, Literal):
            self._word(left_expr, right)

    def _word(self, literal: Literal, other: Type) -> None:
        """A word that a fact can never have would make the rule dead."""
        if other.words and literal.value not in other.words:
            raise CelError(
                Said(f"the fact is never {literal.value!r}", f"この項目の値が {literal.value!r} になることはありません"),
                literal.at,
                did_you_mean(literal.value, other.words),
            )

    def _conditional(self, e: Conditional, scope: dict[str, Type]) -> Expr:
        e.condition = self.visit(e.condition, scope)
        self._require(e.condition, "bool")
        e.then, e.otherwise = self.visit(e.then, scope), self.visit(e.otherwise, scope)
        if e.then.type.kind != e.otherwise.type.kind:
            raise CelError(
                Said(
                    f"one branch is a {e.then.type}, the other a {e.otherwise.type}",
                    f"条件式の両側の型が異なります: {e.then.type}、{e.otherwise.type}",
                ),
                e.at,
            )
        nullable = any(part.type.nullable for part in (e.condition, e.then, e.otherwise))
        e.type = dataclasses.replace(e.then.type, nullable=nullable, words=())
        return e

    def _call(self, e: Call, scope: dict[str, Type]) -> Expr:
        e.arguments = [self.visit(argument, scope) for argument in e.arguments]
        wanted = 2 if e.function in _STRING_METHODS else 1
        if e.function not in FUNCTIONS:
            raise CelError(
                Said(f"unknown function {e.function!r}", f"関数 {e.function!r} はありません"),
                e.at,
                did_you_mean(e.function, FUNCTIONS),
            )
        if len(e.arguments) != wanted:
            raise CelError(Said(f"{e.function} takes 1 argument", f"{e.function} の引数は1つです"), e.at)
        nullable = any(argument.type.nullable for argument in e.arguments)
        if e.function == "size":
            self._require(e.arguments[0], "list", "string")
            e.type = Type("int", nullable=nullable)
        elif e.function == "version":
            self._require(e.arguments[0], "string")
            e.type = VERSION
        elif e.function == "plain":
            self._require(e.arguments[0], "string")
            e.type = Type("string", nullable=nullable)
        elif e.function == "absent":
            if not e.arguments[0].type.or_none:
                raise CelError(
                    Said(
                        "absent() takes a fact that may be none, as in absent(vm.cluster)",
                        "absent() には absent(vm.cluster) のように none があり得る項目を指定してください",
                    ),
                    e.at,
                )
            e.type = Type("bool", nullable=nullable)
        else:
            for argument in e.arguments:
                self._require(argument, "string")
            if e.function == "matches":
                self._pattern(e)
            e.type = Type("bool", nullable=nullable)
        return e

    def _pattern(self, e: Call) -> None:
        pattern = e.arguments[1]
        if not isinstance(pattern, Literal):
            raise CelError(
                Said("the pattern of matches must be written out", "matches のパターンは文字列で直接記述してください"),
                pattern.at,
            )
        fault = patterns.fault(pattern.value)
        if fault is not None:
            raise CelError(Said(f"the pattern {fault.en}", f"パターン{fault.ja}"), pattern.at)

    def _comprehension(self, e: Comprehension, scope: dict[str, Type]) -> Expr:
        e.range = self.visit(e.range, scope)
        kind = e.range.type
        if kind.kind != "list" or kind.item is None:
            raise CelError(
                Said(
                    f"{e.macro} needs a list, not a {kind}", f"{e.macro} はリストに対して使用してください（現在の型: {kind}）"
                ),
                e.at,
            )
        if e.variable in scope:
            raise CelError(
                Said(f"{e.variable!r} already means something here", f"{e.variable!r} はすでに別の意味で使用されています"),
                e.at,
                Said("choose another variable", "別の変数名にしてください"),
            )
        e.body = self.visit(e.body, {**scope, e.variable: kind.item})
        if e.macro == "map":
            e.type = Type("list", item=e.body.type, nullable=kind.nullable)
            return e
        self._require(e.body, "bool")
        nullable = kind.nullable or e.body.type.nullable
        e.type = Type("list", item=kind.item, nullable=nullable) if e.macro == "filter" else Type("bool", nullable=nullable)
        return e

    def _require(self, e: Expr, *kinds: str) -> None:
        if e.type.kind not in kinds:
            raise CelError(
                Said(
                    f"expected a {' or '.join(kinds)}, found a {e.type}",
                    f"型は {' または '.join(kinds)} にしてください（現在の型: {e.type}）",
                ),
                e.at,
            )


def _substitute(expression: Expr, name: str, value: Expr) -> Expr:
    """The expression with a free name replaced."""
    if isinstance(expression, Name):
        return copied(value) if expression.name == name else expression
    if isinstance(expression, Comprehension):
        expression.range = _substitute(expression.range, name, value)
        if expression.variable != name:
            expression.body = _substitute(expression.body, name, value)
        return expression
    for slot in dataclasses.fields(expression):
        inner = getattr(expression, slot.name)
        if isinstance(inner, Expr):
            setattr(expression, slot.name, _substitute(inner, name, value))
        elif isinstance(inner, list):
            setattr(expression, slot.name, [_substitute(item, name, value) for item in inner])
    return expression
