"""Names to objects. A name that fits nothing is a mistake with the nearest names; one that fits several, with all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.problem import Problem, did_you_mean
from tenken.document.said import Said
from tenken.engine.nodes import Node
from tenken.model.inventory import Inventory


class Names:
    """Resolves references of an inventory; gathers those that mean nothing, or several things."""

    def __init__(self, inventory: Inventory, locate: Callable[[Route], Place], partial: frozenset[str]) -> None:
        self.inventory, self.locate, self.partial = inventory, locate, partial
        self.problems: list[Problem] = []
        self.servers = {server.name for server in inventory.servers or ()}
        self._by_name: dict[str, dict[str, list[Any]]] = {}
        self._found: dict[tuple[str | None, ...], Any] = {}

    def index(self, kind: str, nodes: Sequence[Node]) -> None:
        """Make the objects of a list known."""
        table: dict[str, list[Any]] = defaultdict(list)
        for node in nodes:
            table[node.fact.name].append(node)
        self._by_name[kind] = table
        if kind in ("vms", "datastores"):
            for namesakes in table.values():
                if len(namesakes) > 1:
                    _qualify(namesakes)

    def known(self, kind: str) -> Iterable[str]:
        return self._by_name[kind]

    def knows(self, kind: str, name: str) -> bool:
        return name in self._by_name[kind]

    def problem(self, said: Said, at: Route, hint: Said | None = None) -> None:
        self.problems.append(Problem(said, self.locate(at), hint))

    def find(self, kind: str, name: str | None, at: Route, vcenter: str | None = None, datacenter: str | None = None) -> Any:
        """The object that a name means; None where it was not collected, or where the source lists its kind in part."""
        key = (kind, name, vcenter, datacenter)
        found = self._found.get(key)
        if found is None:
            if name is None or getattr(self.inventory, kind) is None:
                return None
            candidates = self._candidates(kind, name, vcenter, datacenter)
            if len(candidates) == 1:
                found = self._found[key] = candidates[0]
            else:
                self._refuse(kind, name, at, candidates)
        return found

    def only(self, kind: str, name: str | None) -> Any:
        """The one object of that name; None, and no mistake, where none or several have it."""
        candidates = self._by_name[kind].get(name, []) if name is not None else []
        return candidates[0] if len(candidates) == 1 else None

    def find_all(self, kind: str, names: list[str] | None, at: Route) -> list[Any] | None:
        """The objects that names mean, None in the place of one that could not be resolved."""
        if names is None:
            return None
        return [self.find(kind, name, (*at, position)) for position, name in enumerate(names)]

    def _candidates(self, kind: str, name: str, vcenter: str | None, datacenter: str | None) -> list[Any]:
        candidates = self._by_name[kind].get(name, [])
        if not candidates and "/" in name and kind in ("vms", "datastores"):
            candidates = self._qualified(kind, name)
        for part, value in (("vcenter", vcenter), ("datacenter", datacenter)):
            if value is not None and len(candidates) > 0 and hasattr(candidates[0].fact, part):
                candidates = [node for node in candidates if getattr(node.fact, part) in (value, None)]
        return candidates

    def _qualified(self, kind: str, name: str) -> list[Any]:
        """An object named with its vCenter and datacenter, as reports print names that are not unique: vc01/DC1/db01."""
        place, _, short = name.rpartition("/")
        return [
            node
            for node in self._by_name[kind].get(short, [])
            if place in (f"{node.fact.vcenter}/{node.fact.datacenter}", node.fact.vcenter, node.fact.datacenter)
        ]

    def _refuse(self, kind: str, name: str, at: Route, candidates: list[Any]) -> None:
        if candidates:
            places = ", ".join(str(self.locate(candidate.route)) for candidate in candidates[:5])
            said = Said(
                f"{name!r} fits {len(candidates)} {kind}", f"{name!r} に該当するものが {kind} に {len(candidates)} 件あります"
            )
            self.problem(said, at, Said(f"candidates: {places}", f"候補: {places}"))
        elif kind not in self.partial:
            hint = did_you_mean(name, self._by_name[kind]) or Said(
                f"the inventory lists no such entry under {kind}", f"インベントリの {kind} を確認してください"
            )
            self.problem(not_among(repr(name), kind), at, hint)


def not_among(name: str, kind: str) -> Said:
    """A name that fits nothing; ``kind``: the list of the inventory in which it should be."""
    return Said(f"{name} is not among the {kind}", f"{name} が {kind} にありません")


def not_of(name: str, kind: str, owner: str) -> Said:
    """The same, of a list that an object has."""
    return Said(f"{name} is not among the {kind} of {owner}", f"{owner} の {kind} に {name} がありません")


def no_ldn(ldn: object, array: object) -> Said:
    return Said(f"LDN {ldn} is not among the logical disks of {array}", f"{array} の論理ディスクにLDN {ldn} がありません")


def _qualify(namesakes: list[Node]) -> None:
    """Names that are not unique are shown with their vCenter and datacenter, and with the uuid where that is not enough."""
    for node in namesakes:
        node.name = "/".join(filter(None, (node.fact.vcenter, node.fact.datacenter, node.fact.name)))
    if len({node.name for node in namesakes}) < len(namesakes):
        for node in namesakes:
            node.name = f"{node.name} ({node.fact.uuid})" if node.fact.uuid else node.name
