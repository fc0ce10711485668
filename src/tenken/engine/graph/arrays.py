"""The array's side: logical disks, their copies, and who has access to them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tenken.document.place import Route
from tenken.document.problem import did_you_mean
from tenken.document.said import Said
from tenken.engine.graph import Graph, luns, stand_in
from tenken.engine.graph.luns import Devices
from tenken.engine.graph.names import Names, no_ldn
from tenken.engine.nodes import ArrayNode, HostNode, LdNode, LdSetNode


def link(graph: Graph, names: Names) -> Devices:
    """Create logical disks and LD sets, and join pairs, snapshot sets and access control."""
    return _ArraySide(graph, names).link()


class _ArraySide:
    def __init__(self, graph: Graph, names: Names) -> None:
        self.graph, self.names = graph, names
        self.devices: Devices = {}
        self._adapters = _adapters(graph)
        self._lds: dict[tuple[str, str], LdNode] = {}
        self._concluded: dict[int, list[str]] = {}

    def link(self) -> Devices:
        arrays = self.graph.of(ArrayNode)
        for array in arrays:
            entries = array.fact.logical_disks
            array.logical_disks = None if entries is None else [self._disk(array, i, entry) for i, entry in enumerate(entries)]
            self.graph.nodes["logical_disk"] += array.logical_disks or []
        for array in arrays:
            self._add_ld_sets(array)
        luns.join(self.graph, self.names, self.devices, self._lds)
        for array in arrays:
            for position, pair in enumerate(array.fact.pairs or ()):
                self._join_pair(array, pair, (*array.route, "pairs", position))
            for position, snapshots in enumerate(array.fact.snapshot_sets or ()):
                self._join_snapshots(array, snapshots, (*array.route, "snapshot_sets", position))
        for ld in self.graph.of(LdNode):
            ld.roles = self._roles(ld)
            self._leave_open(ld)
            if self._may_lack_a_copy(ld):
                ld.copies_placed = None
        return self.devices

    def _disk(self, array: ArrayNode, position: int, entry: Any) -> LdNode:
        node = LdNode(entry, (*array.route, "logical_disks", position), f"{array.name}/{entry.ldn}")
        node.array = array
        node.datastores, node.copies, node.originals, node.ld_sets = [], [], [], []
        node.mapped_by, node.boots, node.copies_placed = [], [], True
        node.is_target = node.planned = node.restoring = node.backs_datastore = False
        node.planned_for = frozenset()
        self._lds[array.name, entry.ldn] = node
        if entry.uid is not None:
            other = self.devices.setdefault(entry.uid, node)
            if other is not node:
                self.names.problem(
                    Said(f"{entry.uid} is the uid of two logical disks", f"2つの論理ディスクの uid が同じ {entry.uid} です"),
                    (*node.route, "uid"),
                    Said(f"also of {other.name}", f"もう一方: {other.name}"),
                )
        return node

    def _find(self, array: ArrayNode, ldn: str | None, at: Route) -> LdNode | None:
        if ldn is None or array.logical_disks is None:
            return None
        found = self._lds.get((array.name, ldn))
        if found is None and "logical_disks" not in self.names.partial:
            known = [ld.fact.ldn for ld in array.logical_disks]
            self.names.problem(no_ldn(ldn, array.name), at, did_you_mean(ldn, known))
        return found

    def _roles(self, ld: LdNode) -> list[str | None] | None:
        """Roles as stated and as pairs and snapshot sets show them; what these show alone may not be all."""
        stated, shown = ld.fact.roles, self._concluded.get(id(ld), [])
        if stated is None:
            return [*dict.fromkeys(shown), None] if shown else None
        return list(dict.fromkeys([*stated, *shown]))

    # --- access control --------------------------------------------------------------------------------------------

    def _add_ld_sets(self, array: ArrayNode) -> None:
        entries = array.fact.ld_sets
        if entries is None:
            array.ld_sets = None
            self.graph.nodes["ld_set"].append(stand_in(LdSetNode, array))
            return
        array.ld_sets = [self._ld_set(array, position, entry) for position, entry in enumerate(entries)]
        self.graph.nodes["ld_set"] += array.ld_sets

    def _ld_set(self, array: ArrayNode, position: int, entry: Any) -> LdSetNode:
        node = LdSetNode(entry, (*array.route, "ld_sets", position), f"{array.name}/{entry.name}")
        node.array, node.lds = array, None
        node.hosts = self._esxi_hosts(entry.hosts, (*node.route, "hosts"))
        if node.hosts is None:
            node.hosts = self._hosts_of_ports(entry.ports)
        node.serves_esxi = None if node.hosts is None else _serves(node.hosts)
        if entry.luns is not None:
            node.lds = [self._find(array, lun.ldn, (*node.route, "luns", i, "ldn")) for i, lun in enumerate(entry.luns)]
        for ld in node.lds or ():
            if ld is not None and ld.ld_sets is not None:
                ld.ld_sets.append(node)
        return node

    def _esxi_hosts(self, stated: list[str] | None, at: Route) -> list[HostNode | None] | None:
        """The ESXi hosts among the servers that an LD set names: a management or backup server is none of them.

        What is the name of a host and of a server is taken for the host: that checks more, not less.
        """
        if stated is None:
            return None
        names = self.names
        kept = [(i, name) for i, name in enumerate(stated) if name not in names.servers or names.knows("hosts", name)]
        return [self.names.find("hosts", name, (*at, position)) for position, name in kept]

    def _hosts_of_ports(self, ports: list[str] | None) -> list[HostNode | None] | None:
        """The ESXi hosts whose adapters an LD set names; an unknown member for adapters that are nobody's, or of several."""
        if ports is None:
            return None
        owners = [self._adapters.get(port, []) for port in ports]
        found = [owner[0] if len(owner) == 1 else None for owner in owners]
        return list(dict.fromkeys(owner for owner in found if not isinstance(owner, str)))

    # --- copies ----------------------------------------------------------------------------------------------------

    def _conclude(self, ld: LdNode | None, role: str) -> None:
        if ld is not None:
            self._concluded.setdefault(id(ld), []).append(role)

    def _copy(self, original: LdNode | None, copy: LdNode | None) -> None:
        if original is not None:
            original.copies.append(copy)
            if copy is None:
                original.copies_placed = None
        if original is not None and copy is not None:
            copy.originals.append(original)

    def _leave_open(self, ld: LdNode) -> None:
        """Mark what pairs and snapshot sets that were not collected may add."""
        array = ld.array.fact
        if (
            self._listed_in_part("pairs", array.pairs)
            or self._listed_in_part("snapshot_sets", array.snapshot_sets)
            or any(found.bv == ld.fact.ldn and _lacks_lv(found) for found in array.snapshot_sets or ())
        ):
            ld.copies.append(None)
        if not ld.originals and (
            (self._may_be(ld, "RV") and self._pairs_open()) or (self._may_be(ld, "LV") and self._links_open(ld.array))
        ):
            ld.originals.append(None)

    def _may_lack_a_copy(self, ld: LdNode) -> bool:
        """It is a source of which no copy is known, since the pairs or snapshot sets were not collected: an RV may lie on any array."""
        if any(ld.copies):
            return False
        pairs_open = self._listed_in_part("pairs", ld.array.fact.pairs)
        # The LV of a BV lies on the same array: it is missing only where the logical disks are listed in part.
        sets_open = "logical_disks" in self.names.partial and self._listed_in_part("snapshot_sets", ld.array.fact.snapshot_sets)
        return (pairs_open and self._may_be(ld, "MV")) or (sets_open and self._may_be(ld, "BV"))

    @staticmethod
    def _may_be(ld: LdNode, role: str) -> bool:
        return ld.roles is None or role in ld.roles or None in ld.roles

    def _listed_in_part(self, kind: str, entries: list[Any] | None) -> bool:
        """A list that was not collected, or only in part: what it lacks may exist all the same."""
        return entries is None or kind in self.names.partial

    def _links_open(self, array: ArrayNode) -> bool:
        sets = array.fact.snapshot_sets
        return self._listed_in_part("snapshot_sets", sets) or any(map(_lacks_lv, sets or ()))

    def _pairs_open(self) -> bool:
        """Some array's pairs were not collected, or the array of an RV was not: any RV may be of any MV then."""
        return any(
            self._listed_in_part("pairs", array.fact.pairs)
            or any(pair.function == "RDR" and pair.rv_array is None for pair in array.fact.pairs or ())
            for array in self.graph.of(ArrayNode)
        )

    def _join_pair(self, array: ArrayNode, pair: Any, route: Route) -> None:
        mv = self._find(array, pair.mv, (*route, "mv"))
        remote = array if pair.function != "RDR" else None
        if pair.rv_array is not None:
            remote = self.names.find("arrays", pair.rv_array, (*route, "rv_array"))
        rv = self._find(remote, pair.rv, (*route, "rv")) if remote is not None else None
        self._conclude(mv, "MV")
        self._conclude(rv, "RV")
        self._copy(mv, rv)

    def _join_snapshots(self, array: ArrayNode, snapshots: Any, route: Route) -> None:
        bv = self._find(array, snapshots.bv, (*route, "bv"))
        self._conclude(bv, "BV")
        for position, ldn in enumerate(snapshots.svs or ()):
            self._conclude(self._find(array, ldn, (*route, "svs", position)), "SV")
        links = [] if snapshots.lv is None else [(snapshots.lv, (*route, "lv"))]
        links += [(ldn, (*route, "lvs", position)) for position, ldn in enumerate(snapshots.lvs or ()) if ldn != snapshots.lv]
        for ldn, at in links:
            lv = self._find(array, ldn, at)
            self._conclude(lv, "LV")
            self._copy(bv, lv)


def _lacks_lv(snapshots: Any) -> bool:
    return snapshots.lv is None and snapshots.lvs is None


def _adapters(graph: Graph) -> dict[str, list[HostNode | str]]:
    """Whose adapter a port is: an ESXi host, or by its name a server that is none."""
    owners: dict[str, list[HostNode | str]] = {}
    for host in graph.of(HostNode):
        for port in dict.fromkeys(host.fact.ports or ()):
            owners.setdefault(port, []).append(host)
    for server in graph.inventory.servers or ():
        for port in dict.fromkeys(server.ports or ()):
            owners.setdefault(port, []).append(server.name)
    return owners


def _serves(hosts: list[HostNode | None]) -> bool | None:
    """Whether an ESXi host is among them; unknown where the hosts of the site were not collected."""
    return True if any(host is not None for host in hosts) else None if hosts else False


def link_access(graph: Graph) -> None:
    """For each logical disk: the ESXi hosts that have access, and its device state on each."""
    hosts = graph.of(HostNode)
    states = {
        id(host): None if host.fact.devices is None else {entry.device: entry.state for entry in host.fact.devices}
        for host in hosts
    }
    attached: dict[str, list[HostNode]] = defaultdict(list)
    for host in hosts:
        for device in host.fact.devices or ():
            if device.state == "attached":
                attached[device.device].append(host)
    for ld in graph.of(LdNode):
        if ld.array.fact.ld_sets is None:
            ld.ld_sets = None
        ld.hosts = _hosts_of(ld)
        ld.attached_to = attached.get(ld.device, []) if ld.device is not None else []
        ld.attachments = _attachments(ld, states)


def _hosts_of(ld: LdNode) -> list[HostNode | None] | None:
    if ld.ld_sets is None:
        return None
    found: list[HostNode | None] = []
    for ld_set in ld.ld_sets:
        found += ld_set.hosts if ld_set.hosts is not None else [None]
    if any(ld_set.lds is None for ld_set in ld.array.ld_sets or ()):
        found.append(None)
    return list(dict.fromkeys(found))


def _attachments(ld: LdNode, states: dict[int, dict[str, str | None] | None]) -> list[str | None] | None:
    """Its state on each host that has access. One that sees it attached without has it too, whatever access control says."""
    beside = ["attached" for host in ld.attached_to if host not in (ld.hosts or ())]
    if ld.hosts is None:
        return [*beside, None] if beside else None
    return [*(_state_of(ld, states.get(id(host))) for host in ld.hosts), *beside]


def _state_of(ld: LdNode, seen: dict[str, str | None] | None) -> str | None:
    if seen is None or ld.device is None:
        return None
    return seen.get(ld.device, "not_seen")
