"""The ways out that a rule states: what each changes must be a fact of the objects that it is made on, and of its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenken.document.place import Place
from tenken.document.problem import Problem, did_you_mean
from tenken.document.said import Said
from tenken.engine import nodes
from tenken.engine.cel import syntax
from tenken.engine.pack.catalog import LoadedChange, LoadedRule
from tenken.engine.pack.expressions import Expressions
from tenken.engine.pack.source import Source
from tenken.model.rule import Change
from tenken.model.schema import Type, fields_of, type_at


def bound(loaded: LoadedRule, position: int, source: Source, expressions: Expressions) -> LoadedChange:
    """A change of a rule, by its position, with its expressions; what is wrong with it is added to their problems."""
    change, scope, problems = loaded.rule.changes[position], loaded.scope, expressions.problems
    place = source.place("changes", position)
    each = expressions.value(change.each, scope, "changes", source)
    move = expressions.value(change.move, scope, "changes", source)
    when = expressions.condition(change.when, scope, "changes", source)
    texts = dict([*change.compute.items(), *change.add.items(), *change.drop.items()])
    values = {name: expressions.value(text, scope, "changes", source) for name, text in texts.items() if isinstance(text, str)}
    if move is not None and _of_members(move.type).cls is not nodes.VmNode:
        said = Said(f"changes: move is a {move.type}", f"changes: move の型が {move.type} です")
        hint = Said("it names a VM, or a list of VMs", "仮想マシン、または仮想マシンのリストを指定してください")
        problems.append(Problem(said, place, hint))
    if change.each is None or each is not None:
        cls = _facts_class(_of_members(each.type).cls if each is not None else nodes.KINDS[loaded.rule.subject])
        for name in (*change.set, *change.nearest, *texts):
            type_ = type_at(cls, tuple(name.split("."))) if cls is not None else None
            if type_ is None:
                known = did_you_mean(name, fields_of(cls)) if cls is not None else None
                owner = cls.__name__ if cls else each
                said = Said(f"changes: {name!r} is no fact of {owner}", f"changes: {owner} に項目 {name!r} はありません")
                problems.append(Problem(said, place, known))
                continue
            given = change.set.get(name, change.add.get(name) if name not in values else None)
            problems += _misfits(change, name, type_, given, values.get(name), place)
    for key in change.nearest.values():
        if loaded.table is not None and key not in loaded.table.matrix.versions:
            known = did_you_mean(key, loaded.table.matrix.versions)
            said = Said(f"changes: {key!r} is no version of the matrix", f"changes: {key!r} は対応表の versions にありません")
            problems.append(Problem(said, place, known))
    return LoadedChange(change, each, move, when, {name: value for name, value in values.items() if value is not None})


def _misfits(change: Change, name: str, type_: Type, given: Any, value: syntax.Expr | None, place: Place) -> Iterator[Problem]:
    """What a fact of this type can't be made of: a value that the change states, or one that it computes."""
    if given is not None and not _fits(given, type_):
        said = Said(f"changes: {given!r} is no value of {name}", f"changes: {given!r} は {name} の値ではありません")
        yield Problem(said, place, _it_is(type_))
    if (name in change.add or name in change.drop) and type_.kind != "list":
        yield Problem(Said(f"changes: {name!r} is no list", f"changes: {name!r} はリストではありません"), place, _it_is(type_))
    if value is not None and _of_members(value.type).kind != _of_members(type_).kind:
        said = Said(f"changes: {name} would be a {value.type}", f"changes: {name} の型が {value.type} になります")
        yield Problem(said, place, _it_is(type_))


def _it_is(type_: Type) -> Said:
    return Said(f"it is a {type_}", f"正しい型: {type_}")


def _of_members(type_: Type) -> Type:
    """The type of the members of a list, or of lists in a list; of anything else its own."""
    return _of_members(type_.item) if type_.kind == "list" and type_.item is not None else type_


def _facts_class(cls: type | None) -> type | None:
    """The class of the facts behind a class of nodes; of facts their own."""
    return cls.facts if cls is not None and issubclass(cls, nodes.Node) else cls


def _fits(value: Any, type_: Type) -> bool:
    """Whether a value that a pack states is one of a fact's type. Scalars of packs are text, as the inventory's are."""
    if type_.kind == "list":
        return isinstance(value, list) and all(type_.item is None or _fits(item, type_.item) for item in value)
    if isinstance(value, dict):
        facts = fields_of(type_.cls) if type_.kind == "object" and type_.cls is not None else {}
        return all(name in facts and _fits(inner, facts[name]) for name, inner in value.items())
    if type_.kind == "bool":
        return value in (True, False, "true", "false")
    if type_.kind == "object":
        return type_.or_none and value == "none"
    return value in type_.words if type_.words else isinstance(value, str) or (value == "none" and type_.or_none)
