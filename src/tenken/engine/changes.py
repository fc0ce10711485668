"""Changes, made on a copy: what a pack says about the way out of a violation, resolved to facts and then applied.

An inventory is frozen; the copy shares with it all that does not change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenken.document.place import Route
from tenken.engine.cel.trace import trace
from tenken.engine.evaluate import RuleRun
from tenken.engine.explain import scope_nodes
from tenken.engine.nodes import Node, SiteNode, VmNode
from tenken.engine.pack import LoadedChange
from tenken.model.inventory import Datastore, Inventory
from tenken.model.rule import Cost
from tenken.model.schema import Type, type_at

ELSEWHERE = "tenken: another datastore"
"""Name of the datastore to which VMs are moved in the copy; it is no VMFS datastore, so nothing is asked of it."""

_GONE = object()

Edits = dict[Route, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One change to one object, or the move of one VM."""

    run: RuleRun
    position: int
    """The outcome that it is to settle."""
    target: Node
    """What changes."""
    edits: Mapping[Route, Any]
    cost: Cost
    moved: VmNode | None = None

    @property
    def rule(self) -> str:
        return self.run.rule.id

    @property
    def subject(self) -> Node:
        """What violates the rule."""
        return self.run.nodes[self.position]

    @property
    def key(self) -> tuple[Any, ...]:
        """Two steps that do the same are one."""
        return ("move", self.moved.route) if self.moved is not None else ("edit", *sorted(map(repr, self.edits.items())))


def steps_of(run: RuleRun, position: int, change: LoadedChange, site: SiteNode) -> list[Step]:
    """What a change does about one violation; nothing where it does not apply to it."""
    node = run.nodes[position]
    scope = scope_nodes(run.rule, node, site)
    deed = change.change
    if change.move is not None:
        moved = [vm for vm in _members(trace(change.move, scope).value) if isinstance(vm, VmNode) and not vm.phantom]
        return [Step(run, position, vm, _away(vm), deed.cost, vm) for vm in moved]
    objects = [node] if change.each is None else _members(trace(change.each, scope).value)
    edits: Edits = {}
    target = node
    for item in objects:
        route = item.route if isinstance(item, Node) else _route_of(item, node, site)
        facts = item.fact if isinstance(item, Node) else item
        if route is None or (isinstance(item, Node) and item.phantom):
            return []
        target = item if isinstance(item, Node) else node
        if deed.remove:
            edits[route] = _GONE
        for name, value in deed.set.items():
            edits[(*route, *name.split("."))] = value
        for name, expression in change.drop.items():
            taken, before = trace(expression, scope).value, _at(facts, name.split("."))
            if before is None or taken not in before:
                return []
            edits[(*route, *name.split("."))] = [member for member in before if member != taken]
    return [Step(run, position, target, edits, deed.cost)] if edits else []


def _members(value: Any) -> list[Any]:
    """One object, or all of a list, or of a list of lists; what is unknown among them is left alone."""
    if isinstance(value, (list, tuple)):
        return [inner for item in value for inner in _members(item)]
    return [value] if value is not None else []


def _at(facts: Any, names: Iterable[str]) -> Any:
    for name in names:
        facts = getattr(facts, name, None)
    return facts


def _route_of(item: Any, node: Node, site: SiteNode) -> Route | None:
    """The route of an object in one of the lists of the subject, of its VM, or of a host."""
    for owner in (node, getattr(node, "vm", None), *(site.hosts or ())):
        for field in dataclasses.fields(owner.fact) if owner is not None and not owner.phantom else ():
            entries = getattr(owner.fact, field.name)
            for position, entry in enumerate(entries) if isinstance(entries, list) else ():
                if entry is item:
                    return (*owner.route, field.name, position)
    return None


def _away(vm: VmNode) -> Edits:
    """A VM with all its files on another datastore."""
    edits: Edits = {}
    if vm.fact.vmx is not None:
        edits[(*vm.route, "vmx")] = _moved(vm.fact.vmx)
    for position, disk in enumerate(vm.fact.disks or ()):
        if disk.path is not None:
            edits[(*vm.route, "disks", position, "path")] = _moved(disk.path)
    return edits


def _moved(path: str) -> str:
    return f"[{ELSEWHERE}]{path.partition(']')[2]}"


# --- making them -----------------------------------------------------------------------------------------------------


def apply(inventory: Inventory, steps: Iterable[Step]) -> Inventory:
    """The inventory as it is after the steps."""
    edits: Edits = {}
    moves = False
    for step in steps:
        edits.update(step.edits)
        moves = moves or step.moved is not None
    tree: dict[str | int, Any] = {}
    for route, value in edits.items():
        below = tree
        for part in route[:-1]:
            below = below.setdefault(part, {})
        below[route[-1]] = _Value(value)
    changed: Inventory = _edited(inventory, tree, Type("object", cls=Inventory))
    if moves and changed.datastores is not None:
        other = Datastore(name=ELSEWHERE, type="other")
        changed = dataclasses.replace(changed, datastores=[*changed.datastores, other])
    return changed


@dataclass(frozen=True, slots=True)
class _Value:
    value: Any


def _edited(value: Any, edits: Any, type_: Type | None) -> Any:
    """A value with edits made at and below it; what is on the way to one and not there yet is made."""
    if isinstance(edits, _Value):
        return edits.value
    if isinstance(value, list):
        changed = [_edited(item, edits[place], None) if place in edits else item for place, item in enumerate(value)]
        return [item for item in changed if item is not _GONE]
    cls = type(value) if dataclasses.is_dataclass(value) else type_.cls if type_ is not None else None
    assert cls is not None
    inner = {str(name): _edited(getattr(value, str(name), None), below, type_at(cls, (name,))) for name, below in edits.items()}
    return dataclasses.replace(value, **inner) if dataclasses.is_dataclass(value) else cls(**inner)  # type: ignore[type-var]
