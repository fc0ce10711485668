"""The facts of the inventory behind what rules miss.

Rules walk links that the graph concluded: where the roles of a logical disk, the hosts that see it or the datastore of
a disk are unknown, somebody has to state an LD set, a device or a path. A link whose facts are all there, and that is
unknown all the same, has none behind it: what it lacks is an object of another list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tenken.document.place import Route
from tenken.engine.cel.trace import Fact
from tenken.engine.graph import Graph
from tenken.engine.nodes import (
    ArrayNode,
    DatastoreNode,
    DiskNode,
    HostNode,
    LdNode,
    Node,
    VmNode,
    WorkloadNode,
    may_map_any_lun,
)
from tenken.model.inventory import Inventory
from tenken.model.schema import type_at

_DERIVED: dict[tuple[str, str], str] = {
    ("logical_disk", "hosts"): "access", ("logical_disk", "ld_sets"): "access", ("logical_disk", "attachments"): "attachments",
    ("logical_disk", "attached_to"): "attachments", ("logical_disk", "originals"): "copies", ("logical_disk", "copies"): "copies",
    ("logical_disk", "copies_placed"): "copies_elsewhere",
    ("vm", "vmx_datastore"): "vm_places", ("vm", "datastores"): "vm_places", ("disk", "datastore"): "disk_place",
    ("disk", "ld"): "disk_ld", ("datastore", "clusters"): "clusters", ("host", "clusters"): "clusters",
    ("workload", "on_rdm"): "workload_place", ("disk", "shared_with"): "sharers",
    ("datastore", "vms"): "whole_site", ("datastore", "target_vms"): "whole_site",
}  # fmt: skip


class Lacking:
    """Finds the facts to be stated for what a rule could not read."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._nodes: dict[Route, Node] = {
            node.route: node for nodes in graph.nodes.values() for node in nodes if not node.phantom and node.route
        }
        self._unplaced: list[Route] | None = None
        self._unmapped: list[tuple[VmNode, Route]] | None = None
        """Whose disks may map any LUN, and what would tell which."""

    def node(self, route: Route) -> Node | None:
        """The nearest object at or above a route."""
        for length in range(len(route), 0, -1):
            found = self._nodes.get(route[:length])
            if found is not None:
                return found
        return None

    def behind(self, fact: Fact) -> Iterator[Route]:
        """The routes of the facts that are missing where a rule read this unknown."""
        route = fact.route
        owner, link = self._nodes.get(route[:-1]), str(route[-1])
        if owner is not None and (owner.kind, link) in _DERIVED:
            finder: Callable[[Any], Iterator[Route]] = getattr(self, f"_{_DERIVED[owner.kind, link]}")
            yield from finder(owner)
        elif route == ("hosts",) and self.graph.inventory.hosts is not None:
            yield from self._boot(local_too=not fact.path.endswith("array_boot_devices"))
        elif type_at(Inventory, route) is not None and not self._is_known_list(route):
            yield route

    def unplaced(self) -> list[Route]:
        """Where the files of VMs lie of which that was not collected in full."""
        if self._unplaced is None:
            self._unplaced = [("vms",)] if self.graph.inventory.vms is None else []
            for vm in self.graph.of(VmNode):
                if vm.datastores is None or None in vm.datastores:
                    self._unplaced += self._vm_places(vm)
        return self._unplaced

    # --- what each link follows from -------------------------------------------------------------------------------

    def _is_known_list(self, route: Route) -> bool:
        """A list of objects that is there: what is missing is not the list."""
        value: Any = self.graph.inventory
        for step in route:
            value = value[step] if isinstance(step, int) else getattr(value, step, None)
            if value is None:
                return False
        return isinstance(value, list) and bool(value) and not isinstance(value[0], str)

    def _access(self, ld: LdNode) -> Iterator[Route]:
        array: ArrayNode = ld.array
        if array.fact.ld_sets is None:
            yield (*array.route, "ld_sets")
        for ld_set in array.ld_sets or ():
            if ld_set.fact.luns is None:
                yield (*ld_set.route, "luns")
            if (ld_set.lds is None or ld in ld_set.lds) and ld_set.hosts is None:
                yield (*ld_set.route, "hosts")

    def _attachments(self, ld: LdNode) -> Iterator[Route]:
        yield from self._access(ld)
        if ld.device is None:
            yield (*ld.route, "uid")
        for host in ld.hosts or ():
            if host is not None and host.fact.devices is None:
                yield (*host.route, "devices")
            elif host is not None:
                for position, entry in enumerate(host.fact.devices or ()):
                    if entry.device == ld.device and entry.state is None:
                        yield (*host.route, "devices", position, "state")

    def _copies(self, ld: LdNode) -> Iterator[Route]:
        for array in self.graph.of(ArrayNode):
            for name in ("pairs", "snapshot_sets"):
                if getattr(array.fact, name) is None:
                    yield (*array.route, name)

    def _copies_elsewhere(self, ld: LdNode) -> Iterator[Route]:
        """Pairs that do not say where the RV lies, and the arrays that hold it; where no pair is known, the pairs."""
        array = ld.array.fact
        if array.pairs is None:
            yield (*ld.array.route, "pairs")
        others = {other.name: other for other in self.graph.of(ArrayNode)}
        for position, pair in enumerate(array.pairs or ()):
            if pair.mv != ld.fact.ldn:
                continue
            if pair.function == "RDR" and pair.rv_array is None:
                yield (*ld.array.route, "pairs", position, "rv_array")
            elif pair.rv_array in others and others[pair.rv_array].fact.logical_disks is None:
                yield (*others[pair.rv_array].route, "logical_disks")

    def _vm_places(self, vm: VmNode) -> Iterator[Route]:
        if vm.fact.vmx is None:
            yield (*vm.route, "vmx")
        if vm.fact.disks is None:
            yield (*vm.route, "disks")
        for disk in vm.disks or ():
            yield from self._disk_place(disk)

    def _disk_place(self, disk: DiskNode) -> Iterator[Route]:
        if disk.fact.path is None:
            yield (*disk.route, "path")

    def _disk_ld(self, disk: DiskNode) -> Iterator[Route]:
        if disk.fact.rdm is None or disk.fact.rdm.device is None:
            yield (*disk.route, "rdm", "device")

    def _sharers(self, disk: DiskNode) -> Iterator[Route]:
        """What other VMs map, as far as nobody said: one of them may map the same LUN."""
        if self._unmapped is None:
            self._unmapped = [(vm, (*vm.route, "disks")) for vm in self.graph.of(VmNode) if vm.disks is None]
            for other in filter(may_map_any_lun, self.graph.of(DiskNode)):
                unsaid = ("backing",) if other.fact.backing is None else ("rdm", "device")
                self._unmapped.append((other.vm, (*other.route, *unsaid)))
        yield from (route for vm, route in self._unmapped if vm is not disk.vm)

    def _workload_place(self, workload: WorkloadNode) -> Iterator[Route]:
        if workload.vm.disks is None:
            yield (*workload.vm.route, "disks")
        elif workload.fact.location is None:
            yield (*workload.route, "location")

    def _clusters(self, node: DatastoreNode | HostNode) -> Iterator[Route]:
        if self.graph.inventory.clusters is None:
            yield ("clusters",)
        if isinstance(node, DatastoreNode) and node.fact.hosts is None:
            yield (*node.route, "hosts")

    def _whole_site(self, node: DatastoreNode) -> Iterator[Route]:
        yield from self.unplaced()

    def _boot(self, local_too: bool) -> Iterator[Route]:
        """On which device each host's ESXi is installed; of a local one the device may not matter."""
        for host in self.graph.of(HostNode):
            boot = host.fact.boot
            if boot is None or boot.kind is None:
                yield (*host.route, "boot", "kind")
            if boot is None or (boot.device is None and boot.kind in (None, "san", *(["local"] if local_too else ()))):
                yield (*host.route, "boot", "device")
