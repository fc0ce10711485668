"""Resolves an inventory into its graph: every name to the object that it means, in both directions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem, did_you_mean
from tenken.engine.nodes import (
    NOTHING, ArrayNode, ClusterNode, ControllerNode, DatastoreNode, DiskNode, HostNode, JobNode, LdNode, LdSetNode, Node,
    RestoreGroupNode, SiteNode, VCenterNode, VmNode, WorkloadNode,
)  # fmt: skip
from tenken.model.inventory import Array, Inventory, Job

N = TypeVar("N", bound=Node)
NEVER_TARGETS = ("vcls", "template")


class Graph:
    """All nodes of a site, by kind."""

    def __init__(self) -> None:
        self.nodes: dict[str, list[Node]] = defaultdict(list)
        self.site: SiteNode
        self.inventory: Inventory


def build(inventory: Inventory, locate: Callable[[Route], Place], partial: frozenset[str] = frozenset()) -> Graph:
    """The graph of an inventory. Raises InputError for names that fit nothing, or several things."""
    builder = _Builder(inventory, locate, partial)
    graph = builder.build()
    if builder.problems:
        raise InputError(builder.problems)
    return graph


class _Builder:
    def __init__(self, inventory: Inventory, locate: Callable[[Route], Place], partial: frozenset[str]) -> None:
        self.inventory, self.locate, self.partial = inventory, locate, partial
        self.problems: list[Problem] = []
        self.graph = Graph()
        self._resolved: dict[tuple[Any, ...], Any] = {}
        self._derived_roles: dict[int, list[str]] = {}

    def build(self) -> Graph:
        inventory, graph = self.inventory, self.graph
        graph.inventory = inventory
        graph.site = SiteNode(inventory.site or NOTHING, ("site",), (inventory.site and inventory.site.name) or "site")
        self.vcenters = self._top(VCenterNode, "vcenters")
        self.hosts = self._top(HostNode, "hosts")
        self.clusters = self._top(ClusterNode, "clusters")
        self.datastores = self._top(DatastoreNode, "datastores")
        self.vms = self._top(VmNode, "vms")
        self.arrays = self._top(ArrayNode, "arrays")
        self.jobs = self._top(JobNode, "jobs")
        self._index()
        self._link_vcenters()
        self._link_hosts()
        self._link_arrays()
        self._link_vms()
        self._link_datastores()
        self._link_logical_disks()
        self._link_jobs()
        self._link_shared_disks()
        self._link_groups()
        self._link_site()
        self._settle()
        self._check_remaining_names()
        return graph

    def _top(self, cls: type[N], name: str) -> list[N]:
        """Nodes of a list of the inventory."""
        entries = getattr(self.inventory, name)
        nodes = [cls(entry, (name, position), entry.name) for position, entry in enumerate(entries or ())]
        self.graph.nodes[cls.kind] = nodes  # type: ignore[assignment]
        return nodes

    # --- names -----------------------------------------------------------------------------------------------------

    def _index(self) -> None:
        self._by_name: dict[str, dict[str, list[Any]]] = {}
        for kind, nodes in (
            ("vcenters", self.vcenters), ("hosts", self.hosts), ("clusters", self.clusters),
            ("datastores", self.datastores), ("vms", self.vms), ("arrays", self.arrays), ("jobs", self.jobs),
        ):  # fmt: skip
            table: dict[str, list[Any]] = defaultdict(list)
            for node in nodes:
                table[node.fact.name].append(node)
            self._by_name[kind] = table
        for kind in ("vms", "datastores"):
            for namesakes in self._by_name[kind].values():
                if len(namesakes) > 1:
                    self._qualify(namesakes)
        self._server_names = {server.name for server in self.inventory.servers or ()}

    @staticmethod
    def _qualify(namesakes: list[Node]) -> None:
        """Names that are not unique are shown with their vCenter and datacenter, and with the uuid where that is not enough."""
        for node in namesakes:
            node.name = "/".join(filter(None, (node.fact.vcenter, node.fact.datacenter, node.fact.name)))
        if len({node.name for node in namesakes}) < len(namesakes):
            for node in namesakes:
                node.name = f"{node.name} ({node.fact.uuid})" if node.fact.uuid else node.name

    def _find(self, kind: str, name: str | None, at: Route, vcenter: str | None = None, datacenter: str | None = None) -> Any:
        """The object that a name means; None where it was not collected. A name that fits nothing is a mistake."""
        if name is None or getattr(self.inventory, kind) is None:
            return None
        key = (kind, name, vcenter, datacenter)
        if key in self._resolved:
            found = self._resolved[key]
            if found is not None:
                return found
        candidates = self._candidates(kind, name, vcenter, datacenter)
        if len(candidates) == 1:
            self._resolved[key] = candidates[0]
            return candidates[0]
        if candidates:
            places = ", ".join(str(self.locate(candidate.route)) for candidate in candidates[:5])
            self._problem(f"{name!r} fits {len(candidates)} {kind}", at, f"candidates: {places}")
        elif kind not in self.partial:
            hint = did_you_mean(name, self._by_name[kind]) or f"the inventory lists no such entry under {kind}"
            self._problem(f"{name!r} is not among the {kind}", at, hint)
        self._resolved[key] = None
        return None

    def _candidates(self, kind: str, name: str, vcenter: str | None, datacenter: str | None) -> list[Any]:
        candidates = self._by_name[kind].get(name, [])
        if kind == "vms" and not candidates and name.count("/") >= 1:
            candidates = self._qualified(name)
        for part, value in (("vcenter", vcenter), ("datacenter", datacenter)):
            if value is not None and len(candidates) > 0 and hasattr(candidates[0].fact, part):
                candidates = [node for node in candidates if getattr(node.fact, part) in (value, None)]
        return candidates

    def _qualified(self, name: str) -> list[Any]:
        """A VM named with its vCenter and datacenter, as reports print names that are not unique: vc01/DC1/db01."""
        place, _, short = name.rpartition("/")
        return [
            node
            for node in self._by_name["vms"].get(short, [])
            if place in (f"{node.fact.vcenter}/{node.fact.datacenter}", node.fact.vcenter, node.fact.datacenter)
        ]

    def _problem(self, message: str, at: Route, hint: str | None = None) -> None:
        self.problems.append(Problem(message, self.locate(at), hint))

    def _find_all(self, kind: str, names: list[str] | None, at: Route) -> list[Any] | None:
        """The objects that names mean; None in the place of one that could not be resolved."""
        if names is None:
            return None
        return [self._find(kind, name, (*at, position)) for position, name in enumerate(names)]

    def _hosts_among(self, names: list[str] | None, at: Route) -> list[HostNode | None] | None:
        """The ESXi hosts among the servers that an LD set names: a management or backup server is none of them."""
        if names is None:
            return None
        kept = [(position, name) for position, name in enumerate(names) if name not in self._server_names]
        return [self._find("hosts", name, (*at, position)) for position, name in kept]

    def _datastore_of(self, path: str | None, vm: VmNode, at: Route) -> DatastoreNode | None:
        """The datastore of ``[name] folder/file``."""
        if path is None:
            return None
        end = path.find("]")
        if not path.startswith("[") or end < 2:
            self._problem(f"{path!r} does not name its datastore", at, "expected [datastore] folder/file")
            return None
        found: DatastoreNode | None = self._find("datastores", path[1:end], at, vm.fact.vcenter, vm.fact.datacenter)
        return found

    # --- links -----------------------------------------------------------------------------------------------------

    def _link_vcenters(self) -> None:
        for vcenter in self.vcenters:
            name = vcenter.fact.vm
            vcenter.vm = None if name == "none" else self._find("vms", name, (*vcenter.route, "vm"))

    def _link_hosts(self) -> None:
        members: dict[int, list[ClusterNode | None]] = defaultdict(list)
        uncertain = self.inventory.clusters is None or "clusters" in self.partial
        for cluster in self.clusters:
            cluster.vcenter = self._find("vcenters", cluster.fact.vcenter, (*cluster.route, "vcenter"))
            cluster.hosts = self._find_all("hosts", cluster.fact.hosts, (*cluster.route, "hosts"))
            cluster.datastores = []
            if cluster.hosts is None or None in cluster.hosts:
                uncertain = True
            for host in cluster.hosts or ():
                if host is not None:
                    members[id(host)].append(cluster)
        for host in self.hosts:
            name = host.fact.vcenter
            host.vcenter = None if name == "none" else self._find("vcenters", name, (*host.route, "vcenter"))
            host.datastores, host.runs_targets = [], False
            mine = members.get(id(host), [])
            host.clusters = mine if mine or not uncertain else None

    def _link_arrays(self) -> None:
        self._ld_by_device: dict[str, LdNode] = {}
        self._lds: dict[tuple[str, str], LdNode] = {}
        for array in self.arrays:
            entries = array.fact.logical_disks
            array.logical_disks = None if entries is None else [
                self._logical_disk(array, position, entry) for position, entry in enumerate(entries)
            ]  # fmt: skip
            self.graph.nodes["logical_disk"] += array.logical_disks or []
        for array in self.arrays:
            sets = array.fact.ld_sets
            array.ld_sets = None if sets is None else [self._ld_set(array, position) for position in range(len(sets))]
            unlisted = [_phantom(LdSetNode, array, "array", (*array.route, "ld_sets"))]
            self.graph.nodes["ld_set"] += unlisted if array.ld_sets is None else array.ld_sets

    def _logical_disk(self, array: ArrayNode, position: int, entry: Any) -> LdNode:
        node = LdNode(entry, (*array.route, "logical_disks", position), f"{array.name}/{entry.ldn}")
        node.array = array
        node.datastores, node.copies, node.originals, node.ld_sets = [], [], [], []
        node.is_target = node.planned = node.restoring = node.backs_datastore = False
        self._lds[array.name, entry.ldn] = node
        if entry.uid is not None:
            other = self._ld_by_device.setdefault(entry.uid, node)
            if other is not node:
                self._problem(f"{entry.uid} is the uid of two logical disks", (*node.route, "uid"), f"also of {other.name}")
        return node

    def _ld_set(self, array: ArrayNode, position: int) -> LdSetNode:
        fact = array.fact.ld_sets[position]
        route = (*array.route, "ld_sets", position)
        node = LdSetNode(fact, route, f"{array.name}/{fact.name}")
        node.array = array
        node.hosts = self._hosts_among(fact.hosts, (*route, "hosts"))
        node.serves_esxi = _any([host is not None or None for host in node.hosts]) if node.hosts is not None else None
        if fact.luns is None:
            node.lds = None
            return node
        node.lds = []
        for index, mapping in enumerate(fact.luns):
            ld = self._ld(array.fact, mapping.ldn, (*route, "luns", index, "ldn"))
            node.lds.append(ld)
            if ld is not None and ld.ld_sets is not None:
                ld.ld_sets.append(node)
        return node

    def _ld(self, array: Array, ldn: str | None, at: Route) -> LdNode | None:
        if ldn is None or array.logical_disks is None:
            return None
        found = self._lds.get((array.name, ldn))
        if found is None and "logical_disks" not in self.partial:
            known = [ld.ldn for ld in array.logical_disks]
            self._problem(f"LDN {ldn} is not among the logical disks of {array.name}", at, did_you_mean(ldn, known))
        return found

    def _link_vms(self) -> None:
        for vm in self.vms:
            fact, route = vm.fact, vm.route
            vm.vcenter = self._find("vcenters", fact.vcenter, (*route, "vcenter"))
            vm.host = self._find("hosts", fact.host, (*route, "host"))
            roles = fact.roles or ()
            vm.is_target = fact.template is not True and not any(role in roles for role in NEVER_TARGETS)
            vm.runs_vcenter, vm.jobs = False, []
            vm.planned = vm.planned_online = vm.planned_offline = False
            vm.uses_repnavi = True
            vm.vmx_datastore = self._datastore_of(fact.vmx, vm, (*route, "vmx"))
            self._link_controllers(vm)
            self._link_disks(vm)
            self._link_workloads(vm)
            self._place(vm)
        for vcenter in self.vcenters:
            if vcenter.vm is not None:
                vcenter.vm.runs_vcenter = True

    def _link_controllers(self, vm: VmNode) -> None:
        entries = vm.fact.controllers
        if entries is None:
            vm.controllers = None
            self.graph.nodes["controller"].append(_phantom(ControllerNode, vm, "vm", (*vm.route, "controllers")))
            return
        vm.controllers = []
        for position, entry in enumerate(entries):
            node = ControllerNode(entry, (*vm.route, "controllers", position), f"{vm.name}/{entry.id}")
            node.vm = vm
            vm.controllers.append(node)
        self.graph.nodes["controller"] += vm.controllers

    def _link_disks(self, vm: VmNode) -> None:
        entries = vm.fact.disks
        if entries is None:
            vm.disks = None
            disk = _phantom(DiskNode, vm, "vm", (*vm.route, "disks"))
            disk.controller = disk.datastore = disk.ld = None
            disk.shared_with = []
            self.graph.nodes["disk"].append(disk)
            return
        vm.disks = []
        by_id = {controller.fact.id: controller for controller in vm.controllers or ()}
        for position, entry in enumerate(entries):
            route = (*vm.route, "disks", position)
            node = DiskNode(entry, route, f"{vm.name}/{entry.label}")
            node.vm, node.shared_with = vm, []
            node.controller = by_id.get(entry.controller) if entry.controller is not None else None
            if entry.controller is not None and node.controller is None and vm.controllers is not None:
                self._problem(f"{entry.controller!r} is not among the controllers of {vm.name}", (*route, "controller"), did_you_mean(entry.controller, by_id))
            node.datastore = self._datastore_of(entry.path, vm, (*route, "path"))
            device = entry.rdm.device if entry.rdm is not None else None
            node.ld = self._ld_by_device.get(device) if device is not None else None
            vm.disks.append(node)
        self.graph.nodes["disk"] += vm.disks

    def _link_workloads(self, vm: VmNode) -> None:
        entries = vm.fact.workloads
        if entries is None:
            vm.workloads = None
            workload = _phantom(WorkloadNode, vm, "vm", (*vm.route, "workloads"))
            workload.disk = None
            self.graph.nodes["workload"].append(workload)
            return
        vm.workloads = []
        by_label = {disk.fact.label: disk for disk in vm.disks or ()}
        for position, entry in enumerate(entries):
            node = WorkloadNode(entry, (*vm.route, "workloads", position), f"{vm.name}/{entry.product}")
            node.vm, node.disk = vm, by_label.get(entry.disk) if entry.disk is not None else None
            if entry.disk is not None and node.disk is None and vm.disks is not None:
                self._problem(f"{entry.disk!r} is not among the disks of {vm.name}", (*node.route, "disk"), did_you_mean(entry.disk, by_label))
            vm.workloads.append(node)
        self.graph.nodes["workload"] += vm.workloads

    def _place(self, vm: VmNode) -> None:
        """Where its files lie. One file that nobody knows the place of leaves an unknown member."""
        if vm.disks is None:
            vm.datastores = None if vm.vmx_datastore is None else [vm.vmx_datastore, None]
            return
        places = [vm.vmx_datastore, *(disk.datastore for disk in vm.disks)]
        vm.datastores = list(dict.fromkeys(places))

    def _link_datastores(self) -> None:
        for datastore in self.datastores:
            fact, route = datastore.fact, datastore.route
            datastore.vcenter = self._find("vcenters", fact.vcenter, (*route, "vcenter"))
            datastore.vms, datastore.target_vms, datastore.jobs = [], [], []
            datastore.planned = datastore.is_target = False
            datastore.devices = None if fact.extents is None else list(dict.fromkeys(fact.extents))
            datastore.lds = None if datastore.devices is None else [self._ld_by_device.get(device) for device in datastore.devices]
            datastore.hosts = self._find_all("hosts", fact.hosts, (*route, "hosts"))
            datastore.clusters = self._clusters_of(datastore)
            for host in datastore.hosts or ():
                if host is not None:
                    host.datastores.append(datastore)
        self._link_vendors()
        for vm in self.vms:
            for datastore in vm.datastores or ():
                if datastore is not None:
                    datastore.vms.append(vm)
                    if vm.is_target:
                        datastore.target_vms.append(vm)
        for cluster in self.clusters:
            cluster.datastores = self._shared_by(cluster)

    def _clusters_of(self, datastore: DatastoreNode) -> list[ClusterNode | None] | None:
        """Clusters that mount it; all of its vCenter where the hosts that mount it were not collected."""
        if self.inventory.clusters is None:
            return None
        if datastore.hosts is None:
            mine = [cluster for cluster in self.clusters if cluster.vcenter in (datastore.vcenter, None) or datastore.vcenter is None]
            return [*mine, None] if "clusters" in self.partial else list(mine)
        found: list[ClusterNode | None] = []
        for host in datastore.hosts:
            found += host.clusters if host is not None and host.clusters is not None else [None]
        return list(dict.fromkeys(found))

    def _shared_by(self, cluster: ClusterNode) -> list[DatastoreNode]:
        counts: dict[int, int] = defaultdict(int)
        mounted: dict[int, DatastoreNode] = {}
        for host in cluster.hosts or ():
            for datastore in host.datastores if host is not None else ():
                counts[id(datastore)] += 1
                mounted[id(datastore)] = datastore
        return [mounted[key] for key, count in counts.items() if count > 1]

    def _link_vendors(self) -> None:
        vendor_of: dict[str, str] = {}
        self._states: dict[int, dict[str, str | None] | None] = {}
        for host in self.hosts:
            devices = host.fact.devices
            self._states[id(host)] = None if devices is None else {entry.device: entry.state for entry in devices}
            for entry in devices or ():
                if entry.vendor is not None:
                    vendor_of.setdefault(entry.device, entry.vendor.strip())
        for datastore in self.datastores:
            devices = datastore.devices
            datastore.vendors = None if devices is None else [vendor_of.get(device) for device in devices]

    def _link_logical_disks(self) -> None:
        for array in self.arrays:
            for position, pair in enumerate(array.fact.pairs or ()):
                self._link_pair(array, pair, (*array.route, "pairs", position))
            for position, snapshots in enumerate(array.fact.snapshot_sets or ()):
                self._link_snapshots(array, snapshots, (*array.route, "snapshot_sets", position))
        for ld in self.graph.nodes["logical_disk"]:
            assert isinstance(ld, LdNode)
            stated = ld.fact.roles
            derived = self._derived_roles.get(id(ld), [])
            ld.roles = list(dict.fromkeys([*(stated or ()), *derived])) if stated is not None or derived else None
            if ld.array.fact.ld_sets is None or "ld_sets" in self.partial:
                ld.ld_sets = None
            ld.hosts = self._hosts_of(ld)
            ld.attachments = self._attachments(ld)
        for datastore in self.datastores:
            for ld in datastore.lds or ():
                if ld is not None:
                    ld.datastores.append(datastore)



    def _derive(self, ld: LdNode | None, role: str) -> None:
        if ld is not None:
            self._derived_roles.setdefault(id(ld), []).append(role)

    def _link_pair(self, array: ArrayNode, pair: Any, route: Route) -> None:
        mv = self._ld(array.fact, pair.mv, (*route, "mv"))
        remote = self._find("arrays", pair.rv_array, (*route, "rv_array")) if pair.rv_array else array
        if pair.rv_array is None and pair.function == "RDR":
            remote = None
        rv = self._ld(remote.fact, pair.rv, (*route, "rv")) if remote is not None else None
        self._derive(mv, "MV")
        self._derive(rv, "RV")
        if mv is not None:
            mv.copies.append(rv)
        if mv is not None and rv is not None:
            rv.originals.append(mv)

    def _link_snapshots(self, array: ArrayNode, snapshots: Any, route: Route) -> None:
        bv = self._ld(array.fact, snapshots.bv, (*route, "bv"))
        self._derive(bv, "BV")
        for position, ldn in enumerate(snapshots.svs or ()):
            self._derive(self._ld(array.fact, ldn, (*route, "svs", position)), "SV")
        if snapshots.lv is None:
            return
        lv = self._ld(array.fact, snapshots.lv, (*route, "lv"))
        self._derive(lv, "LV")
        if bv is not None:
            bv.copies.append(lv)
        if bv is not None and lv is not None:
            lv.originals.append(bv)

    def _hosts_of(self, ld: LdNode) -> list[HostNode | None] | None:
        if ld.ld_sets is None:
            return None
        found: list[HostNode | None] = []
        for ld_set in ld.array.ld_sets or ():
            if ld_set in ld.ld_sets:
                found += ld_set.hosts if ld_set.hosts is not None else [None]
            elif ld_set.lds is None:
                found.append(None)
        return list(dict.fromkeys(found))

    def _attachments(self, ld: LdNode) -> list[str | None] | None:
        if ld.hosts is None:
            return None
        states: list[str | None] = []
        for host in ld.hosts:
            seen = self._states.get(id(host)) if host is not None else None
            states.append(None if seen is None or ld.fact.uid is None else seen.get(ld.fact.uid, "not_seen"))
        return states

    # --- the plan --------------------------------------------------------------------------------------------------

    def _link_jobs(self) -> None:
        for job in self.jobs:
            job.vms, job.datastores = [], []
            fact: Job = job.fact
            targets = fact.targets
            route = (*job.route, "targets")
            if targets is None:
                continue
            named = [node for node in self._find_all("vms", targets.vms, (*route, "vms")) or () if node is not None]
            stores = [node for node in self._find_all("datastores", targets.datastores, (*route, "datastores")) or () if node is not None]
            self._find_all("hosts", targets.hosts, (*route, "hosts"))
            resident = [vm for store in stores for vm in store.target_vms]
            job.vms = list(dict.fromkeys([*named, *resident]))
            beneath = [store for vm in named for store in vm.datastores or () if store is not None]
            job.datastores = list(dict.fromkeys([*stores, *beneath]))
            if fact.pattern == "vmfs":
                self._plan(job)

    def _plan(self, job: JobNode) -> None:
        repnavi = None if job.fact.tool is None else "repnavi" in job.fact.tool.replace(" ", "").casefold()
        for vm in job.vms:
            vm.uses_repnavi = _all([vm.uses_repnavi, repnavi]) if vm.planned else repnavi
            vm.jobs.append(job)
            vm.planned = True
            vm.planned_online = vm.planned_online or job.fact.mode in ("online", None)
            vm.planned_offline = vm.planned_offline or job.fact.mode in ("offline", None)
        for datastore in job.datastores:
            datastore.jobs.append(job)
            datastore.planned = True

    def _link_shared_disks(self) -> None:
        users: dict[Any, list[DiskNode]] = defaultdict(list)
        for disk in self.graph.nodes["disk"]:
            assert isinstance(disk, DiskNode)
            fact = disk.fact
            if disk.phantom:
                continue
            if fact.path is not None and disk.datastore is not None:
                users[id(disk.datastore), fact.path].append(disk)
            if fact.rdm is not None and fact.rdm.device is not None:
                users[fact.rdm.device].append(disk)
        for disks in users.values():
            if len(disks) > 1:
                for disk in disks:
                    others = [other.vm for other in disks if other.vm is not disk.vm]
                    disk.shared_with = list(dict.fromkeys([*disk.shared_with, *others]))

    def _link_groups(self) -> None:
        """Connected components of VMs and the VMFS datastores that they lie on."""
        parent: dict[int, int] = {id(datastore): id(datastore) for datastore in self.datastores}

        def root(key: int) -> int:
            while parent[key] != key:
                parent[key] = parent[parent[key]]
                key = parent[key]
            return key

        for vm in self.vms:
            places = [store for store in vm.datastores or () if store is not None and store.fact.type in ("VMFS", None)]
            for store in places[1:]:
                if vm.is_target:
                    parent[root(id(store))] = root(id(places[0]))
        members: dict[int, list[DatastoreNode]] = defaultdict(list)
        for datastore in self.datastores:
            members[root(id(datastore))].append(datastore)
        for datastores in members.values():
            if len(datastores) > 1:
                group = RestoreGroupNode(NOTHING, datastores[0].route, "+".join(store.name for store in datastores))
                group.datastores = datastores
                group.vms = list(dict.fromkeys(vm for store in datastores for vm in store.target_vms))
                group.jobs = list(dict.fromkeys(job for store in datastores for job in store.jobs))
                self.graph.nodes["restore_group"].append(group)

    def _link_site(self) -> None:
        site, inventory = self.graph.site, self.inventory
        site.arrays = self.arrays if inventory.arrays is not None else None
        site.vcenters = self.vcenters if inventory.vcenters is not None else None
        site.clusters = self.clusters if inventory.clusters is not None else None
        site.hosts = self.hosts if inventory.hosts is not None else None
        site.datastores = self.datastores if inventory.datastores is not None else None
        site.vms = self.vms if inventory.vms is not None else None
        site.has_jobs = bool(inventory.jobs)
        site.unplaced_vms = [vm for vm in self.vms if vm.datastores is None or None in vm.datastores]
        site.boot_devices = self._boot_devices(_installed_on)
        site.array_boot_devices = self._boot_devices(_installed_on_array)
        self.graph.nodes["site"] = [site]
        for name, cls in (("vms", VmNode), ("hosts", HostNode), ("vcenters", VCenterNode), ("arrays", ArrayNode)):
            if getattr(inventory, name) is None:
                self.graph.nodes[cls.kind].append(self._unlisted(cls, name))

    def _boot_devices(self, device_of: Callable[[HostNode], Iterable[str | None]]) -> list[str | None] | None:
        if self.inventory.hosts is None:
            return None
        devices = dict.fromkeys(device for host in self.hosts for device in device_of(host))
        if "hosts" in self.partial:
            devices[None] = None
        return list(devices)

    def _unlisted(self, cls: type[Node], name: str) -> Node:
        """Stands for all members of a list that was not collected."""
        node = cls(NOTHING, (name,), self.graph.site.name, phantom=True)
        for slot in cls.__slots__:
            setattr(node, slot, None)
        if isinstance(node, VmNode):
            node.is_target, node.runs_vcenter = True, False
            node.planned = node.planned_online = node.planned_offline = False
            node.jobs = []
        if isinstance(node, HostNode):
            node.datastores, node.runs_targets = [], True
        return node

    def _settle(self) -> None:
        """What can be said only when all else is linked."""
        restoring = {id(store) for store in self._restoring()}
        for datastore in self.datastores:
            on_array = bool(datastore.lds) and None not in (datastore.lds or ())
            maybe_vmfs = datastore.fact.type in ("VMFS", None)
            datastore.is_target = datastore.planned or (maybe_vmfs and (bool(datastore.target_vms) or on_array))
            for ld in datastore.lds or ():
                if ld is not None and maybe_vmfs:
                    ld.is_target = ld.is_target or datastore.is_target
                    ld.backs_datastore = ld.backs_datastore or bool(datastore.target_vms)
                    ld.planned = ld.planned or datastore.planned
            if datastore.is_target:
                for host in datastore.hosts or ():
                    if host is not None:
                        host.runs_targets = True
        for vm in self.vms:
            if vm.is_target and vm.host is not None:
                vm.host.runs_targets = True
        for ld in self.graph.nodes["logical_disk"]:
            assert isinstance(ld, LdNode)
            ld.restoring = any(id(store) in restoring for original in ld.originals for store in original.datastores)

    def _restoring(self) -> Iterable[DatastoreNode]:
        site = self.inventory.site
        for position, restore in enumerate((site and site.restores_in_progress) or ()):
            found = self._find("datastores", restore.datastore, ("site", "restores_in_progress", position, "datastore"))
            if found is not None:
                yield found

    # --- names that no link needs ----------------------------------------------------------------------------------

    def _check_remaining_names(self) -> None:
        """Names that no VMFS rule follows, but that must mean something all the same."""
        inventory = self.inventory
        for position, cluster in enumerate(inventory.clusters or ()):
            names = cluster.ha.heartbeat_datastores if cluster.ha is not None else None
            for index, name in enumerate(names or ()):
                if inventory.datastores is not None and not self._by_name["datastores"].get(name) and "datastores" not in self.partial:
                    route = ("clusters", position, "ha", "heartbeat_datastores", index)
                    self._problem(f"{name!r} is not among the datastores", route, did_you_mean(name, self._by_name["datastores"]))
        for position, server in enumerate(inventory.servers or ()):
            if server.vm not in (None, "none"):
                self._find("vms", server.vm, ("servers", position, "vm"))
            self._find_all("arrays", server.manages, ("servers", position, "manages"))
        for position, job in enumerate(inventory.jobs or ()):
            self._check_job(job, ("jobs", position))
        for position, runbook in enumerate(inventory.runbooks or ()):
            self._find("jobs", runbook.job, ("runbooks", position, "job"))

    def _check_job(self, job: Job, route: Route) -> None:
        self._check_machine(job.runs_on, (*route, "runs_on"))
        secondary = job.secondary
        if secondary is not None and secondary != "none":
            self._check_machine(secondary.server, (*route, "secondary", "server"))
        for index, name in enumerate((job.targets and job.targets.rdm) or ()):
            vm_name, _, label = name.rpartition("/")
            vm = self._find("vms", vm_name or name, (*route, "targets", "rdm", index))
            if vm is not None and vm.disks is not None and label not in {disk.fact.label for disk in vm.disks}:
                known = [f"{vm.name}/{disk.fact.label}" for disk in vm.disks]
                self._problem(f"{name!r} is not among the disks", (*route, "targets", "rdm", index), did_you_mean(name, known))

    def _check_machine(self, name: str | None, at: Route) -> None:
        """A job runs on a server or, for RDM, on a VM."""
        if name is None or self.inventory.servers is None or name in self._server_names or name in self._by_name["vms"]:
            return
        if "servers" not in self.partial and self.inventory.vms is not None:
            known = [*self._server_names, *self._by_name["vms"]]
            self._problem(f"{name!r} is neither among the servers nor among the VMs", at, did_you_mean(name, known))


def _phantom(cls: type[N], owner: Node, link: str, route: Route) -> N:
    """Stands for the members of a list of the owner that was not collected."""
    node = cls(NOTHING, route, owner.name, phantom=True)
    for slot in cls.__slots__:
        setattr(node, slot, None)
    setattr(node, link, owner)
    return node


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


def _any(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def _all(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True
