"""The vSphere side: hosts, clusters, datastores, VMs and what belongs to them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tenken.document.place import Route
from tenken.document.problem import did_you_mean
from tenken.document.said import Said
from tenken.engine.graph import Graph, stand_in
from tenken.engine.graph.names import Names, not_of
from tenken.engine.nodes import (
    ArrayNode,
    ClusterNode,
    ControllerNode,
    DatastoreNode,
    DiskNode,
    HostNode,
    JobNode,
    LdNode,
    Node,
    RunbookNode,
    ServerNode,
    VCenterNode,
    VmNode,
    WorkloadNode,
    mapped_device,
    may_map_any_lun,
)  # fmt: skip

NEVER_TARGETS = ("vcls", "template")
NO_METHODS: frozenset[str] = frozenset()
NO_HOSTS: list[HostNode] = []
_LISTS: tuple[tuple[str, type[Node]], ...] = (
    ("vcenters", VCenterNode), ("hosts", HostNode), ("clusters", ClusterNode), ("datastores", DatastoreNode), ("vms", VmNode),
    ("arrays", ArrayNode), ("servers", ServerNode), ("jobs", JobNode), ("runbooks", RunbookNode),
)  # fmt: skip


def create(graph: Graph, names: Names) -> None:
    """A node for every entry of the inventory's lists."""
    for name, cls in _LISTS:
        entries = getattr(graph.inventory, name)
        nodes = [cls(entry, (name, position), entry.name) for position, entry in enumerate(entries or ())]
        graph.nodes[cls.kind] = nodes
        names.index(name, nodes)


def link(graph: Graph, names: Names, devices: dict[str, LdNode]) -> None:
    """Join them, and join them with the logical disks."""
    for vcenter in graph.of(VCenterNode):
        vcenter.vm = None if vcenter.fact.vm == "none" else names.find("vms", vcenter.fact.vm, (*vcenter.route, "vm"))
    _link_hosts(graph, names, devices)
    vendors = _vendors(graph)
    _VmLinker(graph, names, devices, vendors).link()
    _link_datastores(graph, names, devices, vendors)
    _link_shared_disks(graph)
    _leave_room_for_sharers(graph, names)


# --- hosts and clusters --------------------------------------------------------------------------------------------


def _link_hosts(graph: Graph, names: Names, devices: dict[str, LdNode]) -> None:
    members: dict[int, list[ClusterNode | None]] = defaultdict(list)
    uncertain = graph.inventory.clusters is None or "clusters" in names.partial
    for cluster in graph.of(ClusterNode):
        cluster.vcenter = names.find("vcenters", cluster.fact.vcenter, (*cluster.route, "vcenter"))
        cluster.hosts = names.find_all("hosts", cluster.fact.hosts, (*cluster.route, "hosts"))
        cluster.datastores = []
        uncertain = uncertain or cluster.hosts is None or None in cluster.hosts
        for host in cluster.hosts or ():
            if host is not None:
                members[id(host)].append(cluster)
    for host in graph.of(HostNode):
        name = host.fact.vcenter
        host.vcenter = None if name == "none" else names.find("vcenters", name, (*host.route, "vcenter"))
        host.has_vcenter = None if name is None else name != "none"
        host.datastores, host.may_mount, host.runs_targets, host.jobs = [], [], False, []
        boot = host.fact.boot
        host.system_ld = devices.get(boot.device) if boot is not None and boot.device is not None else None
        if host.system_ld is not None:
            host.system_ld.boots.append(host)
        # A host whose ESXi is installed on a logical disk boots from the SAN, also where nobody stated the way it boots.
        host.is_sanboot_target = boot is not None and (boot.kind == "san" or (boot.kind is None and host.system_ld is not None))
        mine = members.get(id(host), [])
        host.clusters = mine if mine or not uncertain else None


# --- virtual machines ----------------------------------------------------------------------------------------------


class _VmLinker:
    def __init__(self, graph: Graph, names: Names, devices: dict[str, LdNode], vendors: dict[str, str]) -> None:
        self.graph, self.names, self.devices, self.vendors = graph, names, devices, vendors
        self._stores: dict[tuple[str, str | None, str | None], DatastoreNode] = {}

    def link(self) -> None:
        for vm in self.graph.of(VmNode):
            self._link_vm(vm)
        for vcenter in self.graph.of(VCenterNode):
            if vcenter.vm is not None:
                vcenter.vm.runs_vcenter = True

    def _link_vm(self, vm: VmNode) -> None:
        fact, route = vm.fact, vm.route
        vm.vcenter = self.names.find("vcenters", fact.vcenter, (*route, "vcenter"))
        vm.host = self.names.find("hosts", fact.host, (*route, "host"))
        vm.is_target = fact.template is not True and not any(role in NEVER_TARGETS for role in fact.roles or ())
        vm.runs_vcenter = vm.runs_istoragemanager = False
        vm.jobs = []
        vm.planned = vm.planned_online = vm.planned_offline = False
        vm.planned_for = NO_METHODS
        vm.uses_repnavi = vm.rdm_uses_repnavi = True
        vm.has_rdm_target, vm.rdm_jobs, vm.servers = False, [], []
        vm.vmx_datastore = self._datastore_of(fact.vmx, vm, route, "vmx")
        self._add_controllers(vm)
        self._add_disks(vm)
        self._add_workloads(vm)
        vm.datastores = _places_of(vm)

    def _datastore_of(self, path: str | None, vm: VmNode, route: Route, key: str) -> DatastoreNode | None:
        """The datastore of ``[name] folder/file``, which the object at a route states under a key."""
        if path is None:
            return None
        end = path.find("]")
        if path[0:1] != "[" or end < 2:
            said = Said(f"{path!r} does not name its datastore", f"{path!r} にデータストア名がありません")
            hint = Said("expected [datastore] folder/file", "[データストア] フォルダ/ファイル の形で指定してください")
            self.names.problem(said, (*route, key), hint)
            return None
        place = path[1:end], vm.fact.vcenter, vm.fact.datacenter
        found = self._stores.get(place)
        if found is None:
            found = self.names.find("datastores", place[0], (*route, key), *place[1:])
            if found is not None:
                self._stores[place] = found
        return found

    def _add_controllers(self, vm: VmNode) -> None:
        entries = vm.fact.controllers
        if entries is None:
            vm.controllers = None
            self.graph.nodes["controller"].append(stand_in(ControllerNode, vm))
            return
        vm.controllers = []
        for position, entry in enumerate(entries):
            node = ControllerNode(entry, (*vm.route, "controllers", position), f"{vm.name}/{entry.id}")
            node.vm = vm
            vm.controllers.append(node)
        self.graph.nodes["controller"] += vm.controllers

    def _add_disks(self, vm: VmNode) -> None:
        entries = vm.fact.disks
        if entries is None:
            vm.disks = None
            self.graph.nodes["disk"].append(stand_in(DiskNode, vm, is_rdm_target=False))
            return
        by_id = {controller.fact.id: controller for controller in vm.controllers or ()}
        vm.disks = [self._disk(vm, position, entry, by_id) for position, entry in enumerate(entries)]
        self.graph.nodes["disk"] += vm.disks

    def _disk(self, vm: VmNode, position: int, entry: Any, controllers: dict[str, ControllerNode]) -> DiskNode:
        route = (*vm.route, "disks", position)
        node = DiskNode(entry, route, f"{vm.name}/{entry.label}")
        node.vm, node.shared_with, node.jobs, node.workloads = vm, [], [], None
        controller, rdm = entry.controller, entry.rdm
        is_rdm = entry.backing == "rdm" or (entry.backing is None and rdm is not None)
        node.is_rdm_target = is_rdm and (rdm is None or rdm.compatibility != "virtual")
        node.controller = controllers.get(controller) if controller is not None else None
        if controller is not None and node.controller is None and vm.controllers is not None:
            said = not_of(repr(controller), "controllers", vm.name)
            self.names.problem(said, (*route, "controller"), did_you_mean(controller, controllers))
        node.datastore = self._datastore_of(entry.path, vm, route, "path")
        node.ld = node.vendor = None
        if rdm is not None and rdm.device is not None:
            node.vendor = self.vendors.get(rdm.device)
            node.ld = self.devices.get(rdm.device)
            if node.ld is not None:
                node.ld.mapped_by.append(node)
        return node

    def _add_workloads(self, vm: VmNode) -> None:
        entries = vm.fact.workloads
        if entries is None:
            vm.workloads = None
            self.graph.nodes["workload"].append(stand_in(WorkloadNode, vm))
            return
        vm.workloads = []
        if not entries:
            return
        by_label = {disk.fact.label: disk for disk in vm.disks or ()}
        for position, entry in enumerate(entries):
            node = WorkloadNode(entry, (*vm.route, "workloads", position), f"{vm.name}/{entry.product}")
            node.vm, node.disk = vm, by_label.get(entry.disk) if entry.disk is not None else None
            if entry.disk is not None and node.disk is None and vm.disks is not None:
                said = not_of(repr(entry.disk), "disks", vm.name)
                self.names.problem(said, (*node.route, "disk"), did_you_mean(entry.disk, by_label))
            node.rdm_disks, node.on_rdm = [], None
            vm.workloads.append(node)
        self.graph.nodes["workload"] += vm.workloads


def _places_of(vm: VmNode) -> list[DatastoreNode | None] | None:
    """Where its files lie. One file that nobody knows the place of leaves an unknown member."""
    if vm.disks is None:
        return None if vm.vmx_datastore is None else [vm.vmx_datastore, None]
    return list(dict.fromkeys([vm.vmx_datastore, *(disk.datastore for disk in vm.disks)]))


def _file_of(path: str) -> str:
    """The file of ``[DS01] db01/db01.vmdk``, which is also written ``[DS01]/db01//db01.vmdk``; empty where none is named yet."""
    file = path[path.find("]") + 1 :].strip()
    return "/".join(filter(None, file.split("/"))) if "//" in file or file.startswith("/") else file


def _link_shared_disks(graph: Graph) -> None:
    """Disks that several VMs have attached: the same file, or the same LUN."""
    first: dict[Any, DiskNode] = {}
    shared: dict[Any, list[DiskNode]] = {}

    def has_attached(disk: DiskNode, storage: Any) -> None:
        user = first.setdefault(storage, disk)
        if user is not disk:
            shared.setdefault(storage, [user]).append(disk)

    for disk in graph.of(DiskNode):
        path, device = disk.fact.path, mapped_device(disk)
        if path is not None and disk.datastore is not None and (file := _file_of(path)):
            has_attached(disk, (id(disk.datastore), file))
        if device is not None:
            has_attached(disk, device)
    for disks in shared.values():
        for disk in disks:
            others = [other.vm for other in disks if other.vm is not disk.vm]
            disk.shared_with = list(dict.fromkeys([*disk.shared_with, *others]))


def _leave_room_for_sharers(graph: Graph, names: Names) -> None:
    """A LUN may be mapped by any VM of which nobody said what its RDMs map, and by VMs that were not collected.

    Who shares a file is another matter: a VM that has a file nobody placed leaves all datastores undecided on which it may lie.
    """
    mapped = [disk for disk in graph.of(DiskNode) if mapped_device(disk) is not None]
    if not mapped:
        return
    possible = {vm for vm in graph.of(VmNode) if vm.disks is None}
    possible.update(disk.vm for disk in filter(may_map_any_lun, graph.of(DiskNode)))
    for disk in mapped:
        if "vms" in names.partial or len(possible) > (disk.vm in possible):
            disk.shared_with.append(None)


# --- datastores ----------------------------------------------------------------------------------------------------


def _link_datastores(graph: Graph, names: Names, devices: dict[str, LdNode], vendors: dict[str, str]) -> None:
    for datastore in graph.of(DatastoreNode):
        fact, route = datastore.fact, datastore.route
        datastore.vcenter = names.find("vcenters", fact.vcenter, (*route, "vcenter"))
        datastore.vms, datastore.target_vms, datastore.jobs = [], [], []
        datastore.planned = datastore.is_target = False
        datastore.devices = None if fact.extents is None else list(dict.fromkeys(fact.extents))
        datastore.lds = None if datastore.devices is None else [devices.get(device) for device in datastore.devices]
        datastore.vendors = None if datastore.devices is None else [vendors.get(device) for device in datastore.devices]
        datastore.hosts = names.find_all("hosts", fact.hosts, (*route, "hosts"))
        datastore.may_be_mounted_by = NO_HOSTS
        datastore.clusters = _clusters_of(datastore, graph, names)
        for host in filter(None, datastore.hosts or ()):
            host.datastores.append(datastore)
        for ld in filter(None, datastore.lds or ()):
            ld.datastores.append(datastore)
    for vm in graph.of(VmNode):
        for place in filter(None, vm.datastores or ()):
            place.vms.append(vm)
            if vm.is_target:
                place.target_vms.append(vm)
    _leave_room_for_datastores(graph, names)
    for cluster in graph.of(ClusterNode):
        cluster.datastores = _shared_by(cluster)


def _leave_room_for_datastores(graph: Graph, names: Names) -> None:
    """A host may mount more than is known of it where nobody said who mounts a datastore, or where others may be there."""
    unlisted = graph.inventory.datastores is None or "datastores" in names.partial
    of_vcenters = {store.vcenter for store in graph.of(DatastoreNode) if store.hosts is None or None in store.hosts}
    for host in graph.of(HostNode):
        if unlisted or any(may_be_of(vcenter, host) for vcenter in of_vcenters):
            host.datastores.append(None)


def may_be_of(vcenter: VCenterNode | None, host: HostNode) -> bool:
    """Whether a host may mount the datastores of a vCenter: not where another one manages it, or none does."""
    return vcenter is None or host.vcenter is vcenter or (host.vcenter is None and host.has_vcenter is not False)


def _vendors(graph: Graph) -> dict[str, str]:
    """SCSI vendors by device, as any host reports them. Vendor texts are padded with blanks."""
    found: dict[str, str] = {}
    for host in graph.of(HostNode):
        for entry in host.fact.devices or ():
            if entry.vendor is not None:
                found.setdefault(entry.device, entry.vendor.strip())
    return found


def _clusters_of(datastore: DatastoreNode, graph: Graph, names: Names) -> list[ClusterNode | None] | None:
    """Clusters that mount it; all of its vCenter where the hosts that mount it were not collected."""
    if graph.inventory.clusters is None:
        return None
    if datastore.hosts is None:
        mine: list[ClusterNode | None] = [
            cluster
            for cluster in graph.of(ClusterNode)
            if datastore.vcenter is None or cluster.vcenter in (datastore.vcenter, None)
        ]
        return [*mine, None] if "clusters" in names.partial else mine
    found: list[ClusterNode | None] = []
    for host in datastore.hosts:
        found += host.clusters if host is not None and host.clusters is not None else [None]
    return list(dict.fromkeys(found))


def _shared_by(cluster: ClusterNode) -> list[DatastoreNode | None]:
    """Datastores that several hosts of a cluster mount."""
    if cluster.hosts is None:
        return [None]
    counts: dict[DatastoreNode | None, int] = defaultdict(int)
    for host in cluster.hosts:
        for datastore in host.datastores if host is not None else [None]:
            counts[datastore] += 1
    return [datastore for datastore, count in counts.items() if count > 1 or datastore is None]
