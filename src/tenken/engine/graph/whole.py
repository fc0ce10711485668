"""The site as a whole, and what can be said only when all else is linked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from tenken.document.problem import did_you_mean
from tenken.engine.cel.spelling import plain
from tenken.engine.graph import Graph, stand_in
from tenken.engine.graph.names import Names, not_among
from tenken.engine.graph.vsphere import NO_METHODS, may_be_of
from tenken.engine.nodes import (
    PARENTS,
    STAND_INS,
    ArrayNode,
    ClusterNode,
    DatastoreNode,
    HostNode,
    JobNode,
    LdNode,
    Node,
    ServerNode,
    SiteNode,
    VCenterNode,
    VmNode,
)  # fmt: skip
from tenken.model.inventory import Software


def link(graph: Graph, names: Names) -> None:
    """Fill in the site node, mark what is a candidate, and check the names that no link needed."""
    _link_site(graph, names)
    _mark_targets(graph, names)
    _leave_room_for_mounts(graph)
    _link_heartbeats(graph)
    _mark_restores(graph, names)
    _leave_room_for_unplaced(graph, names)
    _stand_in_for_lists(graph)
    _link_managers(graph, names)
    _check_names(graph, names)


def _link_site(graph: Graph, names: Names) -> None:
    site, inventory = graph.site, graph.inventory
    site.arrays = graph.of(ArrayNode) if inventory.arrays is not None else None
    site.vcenters = graph.of(VCenterNode) if inventory.vcenters is not None else None
    site.clusters = graph.of(ClusterNode) if inventory.clusters is not None else None
    site.hosts = graph.of(HostNode) if inventory.hosts is not None else None
    site.datastores = graph.of(DatastoreNode) if inventory.datastores is not None else None
    site.vms = graph.of(VmNode) if inventory.vms is not None else None
    site.servers = graph.of(ServerNode) if inventory.servers is not None else None
    site.jobs = graph.of(JobNode)
    site.has_jobs = bool(inventory.jobs)
    site.boot_devices = _boot_devices(site, names, _installed_on)
    site.array_boot_devices = _boot_devices(site, names, _installed_on_array)
    graph.nodes["site"] = [site]


def _boot_devices(
    site: SiteNode, names: Names, devices_of: Callable[[HostNode], Iterable[str | None]]
) -> frozenset[str | None] | None:
    """A set: every datastore is looked up in it, and a large site has thousands of both."""
    if site.hosts is None:
        return None
    devices = {device for host in site.hosts for device in devices_of(host)}
    return frozenset(devices | {None} if "hosts" in names.partial else devices)


def _installed_on(host: HostNode) -> Iterable[str | None]:
    """Device on which a host has ESXi installed. No VMFS datastore lies on a USB stick or on the network."""
    boot = host.fact.boot
    if boot is None or boot.device is not None or boot.kind not in ("usb", "network"):
        yield boot.device if boot is not None else None


def _installed_on_array(host: HostNode) -> Iterable[str | None]:
    """The same, as far as it may be a logical disk of an array: a local disk is none, whatever its id."""
    boot = host.fact.boot
    if boot is None or boot.kind != "local" or boot.device is not None:
        yield from _installed_on(host)


def _mark_targets(graph: Graph, names: Names) -> None:
    arrays = graph.site.arrays
    open_lds = (
        arrays is None
        or not names.partial.isdisjoint(("arrays", "logical_disks"))
        or any(array.logical_disks is None for array in arrays)
        or any(ld.device is None and _may_be_source(ld) for ld in graph.of(LdNode))
    )
    for datastore in graph.of(DatastoreNode):
        maybe_vmfs = datastore.fact.type in ("VMFS", None)
        is_candidate = bool(datastore.target_vms) or _lies_on_array(datastore, graph, open_lds)
        datastore.is_target = True if datastore.planned else maybe_vmfs and is_candidate
        for ld in filter(None, datastore.lds or ()):
            ld.is_target = ld.is_target or (maybe_vmfs and datastore.is_target is not False)
            ld.backs_datastore = ld.backs_datastore or (maybe_vmfs and bool(datastore.target_vms))
            ld.planned = ld.planned or datastore.planned
        if datastore.is_target:
            for host in filter(None, datastore.hosts or ()):
                host.runs_targets = True
    for vm in graph.of(VmNode):
        if vm.is_target and vm.host is not None:
            vm.host.runs_targets = True


def _lies_on_array(datastore: DatastoreNode, graph: Graph, open_lds: bool) -> bool | None:
    """Whether it lies on a logical disk; unknown, not false, where nobody stated that: an empty datastore must not be hidden by it.

    open_lds: of some logical disk nobody knows which device it is, or there may be others.
    """
    if datastore.lds is None or datastore.vendors is None:
        return None if graph.inventory.arrays != [] else False
    if any(datastore.lds):
        return True
    return None if open_lds and any(vendor in (None, "NEC") for vendor in datastore.vendors) else False


def _may_be_source(ld: LdNode) -> bool:
    """It is not known to be a copy or a volume of the array's own: a datastore may lie on it."""
    return not (set(ld.roles or ()) and set(ld.roles or ()) <= {"RV", "SV", "LV", "IV"})


def _leave_room_for_unplaced(graph: Graph, names: Names) -> None:
    """A VM some of whose files lie nobody knows where may lie on any datastore that its vCenter and its host do not rule out.

    So may VMs that a source does not list: of a few .vmx files, or of a Terraform plan, nobody knows what lies beside them.
    """
    unplaced = [vm for vm in graph.of(VmNode) if vm.datastores is None or None in vm.datastores]
    places: set[tuple[str | None, HostNode | None, bool]] = {(vm.fact.vcenter, vm.host, vm.is_target) for vm in unplaced}
    if "vms" in names.partial:
        places.add((None, None, True))
    for datastore in graph.of(DatastoreNode):
        possible = [is_target for vcenter, host, is_target in places if _may_hold(datastore, vcenter, host)]
        if possible:
            datastore.vms.append(None)
        if any(possible):
            datastore.target_vms.append(None)


def _leave_room_for_mounts(graph: Graph) -> None:
    """A candidate datastore of which nobody said who mounts it may be mounted by any host of its vCenter.

    One that may be a candidate needs no such room: it is undecided whoever mounts it, since nobody knows what it lies on.
    """
    of_vcenter: dict[int, tuple[list[DatastoreNode], list[HostNode]]] = {}
    for datastore in graph.of(DatastoreNode):
        if datastore.hosts is None and datastore.is_target:
            vcenter = datastore.vcenter
            if id(vcenter) not in of_vcenter:
                of_vcenter[id(vcenter)] = [], [host for host in graph.of(HostNode) if may_be_of(vcenter, host)]
            stores, datastore.may_be_mounted_by = of_vcenter[id(vcenter)]
            stores.append(datastore)
    for stores, hosts in of_vcenter.values():
        for host in hosts:
            host.may_mount = [*host.may_mount, *stores] if host.may_mount else stores


def _may_hold(datastore: DatastoreNode, vcenter: str | None, host: HostNode | None) -> bool:
    if vcenter is not None and datastore.fact.vcenter not in (vcenter, None):
        return False
    hosts = datastore.hosts
    return host is None or hosts is None or None in hosts or host in hosts


def _link_heartbeats(graph: Graph) -> None:
    """A cluster uses the datastores that its vSphere HA names, also where none of its hosts is said to mount one of that name."""
    by_name: dict[str, list[DatastoreNode]] = defaultdict(list)
    for datastore in graph.of(DatastoreNode):
        by_name[datastore.fact.name].append(datastore)
    for cluster in graph.of(ClusterNode):
        ha = cluster.fact.ha
        for name in (ha.heartbeat_datastores if ha is not None else None) or ():
            namesakes = [datastore for datastore in by_name[name] if _may_use(cluster, datastore)]
            if not any(cluster in (datastore.clusters or ()) for datastore in namesakes):
                for datastore in namesakes:
                    if datastore.clusters is not None:
                        datastore.clusters.append(cluster)


def _may_use(cluster: ClusterNode, datastore: DatastoreNode) -> bool:
    """Whether a cluster is not known to be of another vCenter or datacenter than a datastore."""
    places = (cluster.vcenter, datastore.vcenter), (cluster.fact.datacenter, datastore.fact.datacenter)
    return all(one is None or other is None or one == other for one, other in places)


def _mark_restores(graph: Graph, names: Names) -> None:
    site = graph.inventory.site
    restores = (site and site.restores_in_progress) or ()
    running = {
        id(names.find("datastores", restore.datastore, ("site", "restores_in_progress", position, "datastore")))
        for position, restore in enumerate(restores)
    }
    for ld in graph.of(LdNode):
        ld.restoring = any(
            id(store) in running for original in filter(None, ld.originals) for store in _restored_with(original)
        )


def _restored_with(ld: LdNode) -> Iterator[DatastoreNode]:
    """The datastores whose restore takes a logical disk along: those on it, and those of VMs that map it."""
    yield from ld.datastores
    for disk in ld.mapped_by:
        yield from filter(None, disk.vm.datastores or ())


_SAID_ALL_THE_SAME: dict[type[Node], dict[str, object]] = {
    VmNode: {
        "is_target": True, "planned": False, "planned_online": False, "planned_offline": False, "planned_for": NO_METHODS,
        "has_rdm_target": False, "runs_vcenter": False, "runs_istoragemanager": False,
    },
    HostNode: {"runs_targets": True, "is_sanboot_target": False},
}  # fmt: skip
"""What is said of VMs and hosts that nobody listed: they are to be backed up, as far as nobody has to name them for that."""


def _stand_in_for_lists(graph: Graph) -> None:
    """Where a whole list was not collected, one node stands for all its members, so that rules about them are unknown."""
    no_jobs: dict[str, object] = {} if graph.site.has_jobs else {"jobs": [], "rdm_jobs": [], "secondary_jobs": []}
    for cls, name in STAND_INS.items():
        if cls.kind not in PARENTS and getattr(graph.inventory, name) is None:
            graph.nodes[cls.kind].append(stand_in(cls, graph.site, **no_jobs, **_SAID_ALL_THE_SAME.get(cls, {})))


_MANAGERS = ("istoragemanager", "ism", "ismserver", "websamism")


def _is_manager(software: Software) -> bool:
    """iStorageManager itself, not its client."""
    product = plain(software.product)
    return ("istoragemanager" in product or product in _MANAGERS) and software.component not in ("client", "agent")


def _link_managers(graph: Graph, names: Names) -> None:
    """VMs that are servers with iStorageManager. One that only has the name of such a server may be it, unless that is physical."""
    for server in graph.of(ServerNode):
        if not any(_is_manager(software) for software in server.fact.software or ()):
            continue
        if server.vm is not None:
            server.vm.runs_istoragemanager = True
        elif server.fact.vm is None and server.fact.physical is not True:
            namesake = names.only("vms", server.fact.name)
            if namesake is not None and not namesake.runs_istoragemanager:
                namesake.runs_istoragemanager = None


def _check_names(graph: Graph, names: Names) -> None:
    """Names that no rule follows through a link, but that must mean something all the same."""
    inventory = graph.inventory
    for position, cluster in enumerate(inventory.clusters or ()):
        heartbeats = cluster.ha.heartbeat_datastores if cluster.ha is not None else None
        for index, name in enumerate(heartbeats or ()):
            if (
                inventory.datastores is not None
                and "datastores" not in names.partial
                and name not in set(names.known("datastores"))
            ):
                at = ("clusters", position, "ha", "heartbeat_datastores", index)
                names.problem(not_among(repr(name), "datastores"), at, did_you_mean(name, names.known("datastores")))
