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
from tenken.engine.evidence.explain import scope_of
from tenken.engine.nodes import Node, SiteNode, VmNode
from tenken.engine.pack import LoadedChange
from tenken.model.inventory import Datastore, Inventory, read_as
from tenken.model.rule import Change, Cost
from tenken.model.schema import Type, type_at

ELSEWHERE = "tenken: another datastore"
"""Name of the datastore to which VMs are moved in the copy; it is no VMFS datastore, so nothing is asked of it."""

_GONE = object()


@dataclass(frozen=True, slots=True)
class Members:
    """An edit of a list: what is put in, and what is taken out. Edits of one list by several steps add up."""

    more: tuple[Any, ...] = ()
    less: tuple[Any, ...] = ()

    def of(self, before: list[Any] | None) -> list[Any]:
        kept = [member for member in before or () if member not in self.less]
        return [*kept, *(member for position, member in enumerate(self.more) if member not in (*kept, *self.more[:position]))]


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
    chosen: str | None = None
    """The version that was chosen among those of a support table."""

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
    scope = scope_of(node, site)
    deed = change.change
    if change.when is not None and trace(change.when, scope).value is not True:
        return []
    if change.move is not None:
        moved = [vm for vm in _members(trace(change.move, scope).value) if isinstance(vm, VmNode) and not vm.phantom]
        return [Step(run, position, vm, _away(vm), deed.cost, vm) for vm in dict.fromkeys(moved)]
    values = {name: trace(expression, scope).value for name, expression in change.values.items()}
    chosen = {name: _next_listed(run, node, site, key) for name, key in deed.nearest.items()}
    if None in chosen.values():
        return []
    objects = [node] if change.each is None else _members(trace(change.each, scope).value)
    edits: Edits = {}
    target = node
    for item in objects:
        route = item.route if isinstance(item, Node) else _route_of(item, node, site)
        facts = item.fact if isinstance(item, Node) else item
        if route is None or (isinstance(item, Node) and item.phantom):
            return []
        target = item if isinstance(item, Node) else node
        made = {(): _GONE} if deed.remove else _edits_of(deed, facts, values, chosen)
        if made is None:
            return []
        edits.update({(*route, *names): value for names, value in made.items()})
    version = next(iter(chosen.values()), None)
    return [Step(run, position, target, edits, deed.cost, chosen=version)] if edits else []


def _edits_of(deed: Change, facts: Any, values: Mapping[str, Any], chosen: Mapping[str, str | None]) -> Edits | None:
    """What a change does to one object, by the names of its facts; None where it can't be made on it."""
    edits: Edits = {tuple(name.split(".")): value for name, value in [*deed.set.items(), *chosen.items()]}
    for name in deed.compute:
        names = tuple(name.split("."))
        found = _members(values[name])
        if not found:
            return None
        type_ = type_at(type(facts), names)
        edits[names] = found[:1] if type_ is not None and type_.kind == "list" else found[0]
    for name, stated in deed.add.items():
        names = tuple(name.split("."))
        more = _members(values[name]) if isinstance(stated, str) else _objects(stated, type_at(type(facts), names))
        more = [member for member in more if member not in (_at(facts, names) or ())]
        if more:
            edits[names] = Members(more=tuple(more))
    for name in deed.drop:
        names = tuple(name.split("."))
        less = [member for member in _members(values[name]) if member in (_at(facts, names) or ())]
        if not less:
            return None
        edits[names] = Members(less=tuple(less))
    return edits


def _objects(stated: list[dict[str, Any]], type_: Type | None) -> list[Any]:
    """Members that a pack states, as facts of the inventory."""
    assert type_ is not None and type_.item is not None and type_.item.cls is not None
    return [read_as(type_.item.cls, facts) for facts in stated]


def _next_listed(run: RuleRun, node: Node, site: SiteNode, key: str) -> str | None:
    rule = run.rule
    assert rule.table is not None and rule.keys is not None and rule.rule.column is not None
    return rule.table.next_listed(rule.keys.run(node, site), key, rule.rule.column)


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
    """The route of an object among the facts of the subject, of its owner or machines, of a host, a server or an LD set."""
    links = ("vm", "server", "secondary_server", "runs_in", "secondary_in")
    near = [node, *(getattr(node, link, None) for link in links)]
    sets = (ld_set for array in site.arrays or () for ld_set in array.ld_sets or ())
    for owner in (*near, *(site.hosts or ()), *(site.servers or ()), *sets):
        if owner is not None and not owner.phantom:
            below = _below(item, owner.fact)
            if below is not None:
                return (*owner.route, *below)
    return None


def _below(item: Any, facts: Any) -> Route | None:
    """Where an object stands below some facts."""
    if facts is item:
        return ()
    if isinstance(facts, list):
        inner: Iterable[tuple[str | int, Any]] = enumerate(facts)
    elif dataclasses.is_dataclass(facts):
        inner = ((field.name, getattr(facts, field.name)) for field in dataclasses.fields(facts))
    else:
        return None
    for name, value in inner:
        found = _below(item, value)
        if found is not None:
            return (name, *found)
    return None


def _away(vm: VmNode) -> Edits:
    """A VM with all its files on another datastore, and named by no VMFS job."""
    edits: Edits = {}
    if vm.fact.vmx is not None:
        edits[(*vm.route, "vmx")] = _moved(vm.fact.vmx)
    for position, disk in enumerate(vm.fact.disks or ()):
        if disk.path is not None:
            edits[(*vm.route, "disks", position, "path")] = _moved(disk.path)
    for job in vm.jobs:
        named = job.fact.targets.vms if job.fact.targets is not None else None
        own = tuple(name for name in named or () if name in (vm.fact.name, vm.name))
        if own:
            edits[(*job.route, "targets", "vms")] = Members(less=own)
    return edits


def _moved(path: str) -> str:
    return f"[{ELSEWHERE}]{path.partition(']')[2]}"


# --- making them -----------------------------------------------------------------------------------------------------


def apply(inventory: Inventory, steps: Iterable[Step]) -> Inventory:
    """The inventory as it is after the steps."""
    edits: Edits = {}
    moves = False
    for step in steps:
        moves = moves or step.moved is not None
        for route, value in step.edits.items():
            before = edits.get(route)
            if isinstance(before, Members) and isinstance(value, Members):
                value = Members((*before.more, *value.more), (*before.less, *value.less))
            edits[route] = value
    tree: dict[str | int, Any] = {}
    for route in sorted(edits, key=len):
        below: Any = tree
        for part in route[:-1]:
            below = below.setdefault(part, {})
            if isinstance(below, _Value):
                break  # what is put in place of the whole decides
        else:
            below[route[-1]] = _Value(edits[route])
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
        return edits.value.of(value) if isinstance(edits.value, Members) else edits.value
    if isinstance(value, list):
        changed = [_edited(item, edits[place], None) if place in edits else item for place, item in enumerate(value)]
        return [item for item in changed if item is not _GONE]
    cls = type(value) if dataclasses.is_dataclass(value) else type_.cls if type_ is not None else None
    assert cls is not None
    inner = {str(name): _edited(getattr(value, str(name), None), below, type_at(cls, (name,))) for name, below in edits.items()}
    stated = {field.name: getattr(value, field.name) for field in dataclasses.fields(cls)} if type(value) is cls else {}
    return read_as(cls, {**stated, **inner})
