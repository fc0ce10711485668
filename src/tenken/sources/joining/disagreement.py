"""Keeps what sources disagree about, as facts of the inventory that a rule reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenken.document.place import Route
from tenken.model.inventory import ldn
from tenken.sources.base import Document
from tenken.sources.joining.agreement import in_words
from tenken.sources.joining.identity import Part
from tenken.sources.joining.precedence import Order

_KINDS = {
    "arrays": "array", "vcenters": "vcenter", "clusters": "cluster", "hosts": "host", "datastores": "datastore", "vms": "vm",
    "servers": "server", "jobs": "job", "runbooks": "runbook",
}  # fmt: skip
_NESTED = {
    "disks": ("disk", "label"),
    "controllers": ("controller", "id"),
    "logical_disks": ("logical_disk", "ldn"),
    "ld_sets": ("ld_set", "name"),
}
_PARTS = {"devices": ("device",), "pairs": ("mv", "rv"), "snapshot_sets": ("bv",)}
_VARIABLES = {"logical_disk": "ld"}
"""Kinds that rules call by another name."""


def fact_at(route: Route) -> str:
    """The fact at a route of the merged tree, as reports name it: ``vm.guest.tools``, ``disk.mode``, ``host.devices.state``."""
    names = [step for step in route if isinstance(step, str)]
    if len(names) > 2 and names[1] in _NESTED:
        kind, names = _NESTED[names[1]][0], names[1:]
    else:
        kind = _KINDS.get(names[0], names[0])
    return ".".join((_VARIABLES.get(kind, kind), *names[1:]))


class Disagreements:
    """Gathers them while documents are merged; written out when all objects are known."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._found: list[tuple[Route, Part, Part]] = []

    def add(self, route: Route, used: Part, other: Part) -> None:
        self._found.append((route, used, other))

    def write(
        self,
        tree: dict[str, Any],
        origins: dict[Route, list[tuple[Document, Route]]],
        stated: Iterable[tuple[tuple[Document, Route], Any]],
    ) -> None:
        """Add them to the merged tree, after those that the documents state themselves."""
        entries: list[Any] = []
        for origin, entry in stated:
            origins[("disagreements", len(entries))] = [origin]
            entries.append(entry)
        for route, used, other in self._found:
            at: Route = ("disagreements", len(entries))
            origins[at] = [used[:2], other[:2]]
            origins[(*at, "value")], origins[(*at, "other")] = [used[:2]], [other[:2]]
            entries.append(self._entry(tree, route, used, other))
        if entries:
            origins[("disagreements",)] = origins[("disagreements", 0)]
            tree["disagreements"] = entries

    def _entry(self, tree: dict[str, Any], route: Route, used: Part, other: Part) -> dict[str, Any]:
        fact = fact_at(route)
        names = self._order.name(used[0]), self._order.name(other[0])
        order = self._order.stated_for(fact) or ()
        return {
            **_subject(tree, route),
            "fact": fact,
            "value": in_words(used[2]),
            "source": names[0],
            "other": in_words(other[2]),
            "other_source": names[1],
            "settled": names[0] in order,
        }


def _subject(tree: dict[str, Any], route: Route) -> dict[str, Any]:
    """The object that a fact belongs to: its kind and name, and where it is."""
    kind = _KINDS.get(str(route[0]))
    if kind is None or len(route) < 2 or not isinstance(route[1], int):
        return {"kind": "site", "name": _text(tree.get("site"), "name") or "site"}
    owner = tree[str(route[0])][route[1]]
    found = {"kind": kind, "name": _text(owner, "name") or "?"}
    if len(route) > 4 and isinstance(route[3], int):
        inner = owner[str(route[2])][route[3]]
        if str(route[2]) in _NESTED:
            kind, key = _NESTED[str(route[2])]
            own = _text(inner, key) or "?"
            found |= {"kind": kind, "name": f"{found['name']}/{_ldn(own) if key == 'ldn' else own}"}
        elif str(route[2]) in _PARTS:
            found["part"] = "-".join(filter(None, (_text(inner, key) for key in _PARTS[str(route[2])])))
    for key in ("vcenter", "datacenter", "uuid") if kind != "host" and route[0] in ("vms", "datastores") else ():
        value = _text(owner, key)
        if value and (key != "uuid" or route[0] == "vms"):
            found[key] = value
    return found


def _ldn(text: str) -> str:
    try:
        return str(ldn(text))
    except ValueError:
        return text


def _text(entry: Any, key: str) -> str | None:
    value = entry.get(key) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else None
