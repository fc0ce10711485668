"""A seeded estate of any size that is in order: arrays, vCenters, clusters, hosts, datastores, VMs and backup jobs.

What a site states once it states under ``defaults``, as people do; every other fact that the VMFS rules read stands with
its object.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Tree = dict[str, Any]

VMS_PER_DATASTORE = 50
DATASTORES_PER_CLUSTER = 10
HOSTS_PER_CLUSTER = 16
CLUSTERS_PER_VCENTER = 10
CLUSTERS_PER_ARRAY = 25
"""250 datastores with their copies fit into the ranges of LDNs below."""

FIRST_ORIGINAL, FIRST_RDM, FIRST_COPY, FIRST_SNAPSHOT, FIRST_LINK = 0x0010, 0x0800, 0x1000, 0x2000, 0x3000
"""LDNs by role: MVs and BVs, LDs of RDMs and second extents, RVs, SVs, LVs."""

DSV_EVERY = 10
"""Each tenth datastore lies on a BV with a snapshot and a link volume, the others on an MV with an RV."""

SPLIT_EVERY = 100
"""Each hundredth VM has its last disk on the neighbouring datastore, so that both are restored together."""

_KINDS = ("web", "app", "db", "file", "ad", "batch", "業務")
_GUESTS = (
    *({"family": "windows_server", "version": "2016", "arch": "x64", "build": "14393.6709"},) * 6,
    *({"family": "windows_server", "version": "2019", "arch": "x64", "build": "17763.5458"},) * 6,
    *({"family": "windows_server", "version": "2022", "arch": "x64", "build": "20348.2340"},) * 6,
    {"family": "windows", "version": "10", "arch": "x64", "build": "19045.4046"},
    {"family": "rhel", "version": "8.6", "arch": "x64"},
)
_DEFAULTS: Tree = {
    "vm": {
        "encrypted": False,
        "fault_tolerance": False,
        "vtpm": False,
        "template": False,
        "passthrough_devices": [],
        "roles": [],
        "snapshots": [],
        "workloads": [],
        "software": [],
        "cluster": "none",
        "guest": {"dynamic_disks": False, "raw_disks": False, "iscsi_initiator": False},
    },
    "disk": {"backing": "flat", "mode": "persistent", "sharing": "none"},
}


@dataclass
class Estate:
    """An inventory and handles into it, by which defects find what belongs together."""

    tree: Tree
    has_jobs: bool
    arrays: list[Array] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    inquiries: dict[str, Tree] = field(default_factory=dict)
    """Answers of the vendor, by VM."""

    @property
    def stores(self) -> list[Store]:
        return [store for cluster in self.clusters for store in cluster.stores]


@dataclass
class Array:
    fact: Tree
    number: int
    lds: dict[str, Tree] = field(default_factory=dict)
    """Logical disks by LDN."""
    stores: int = 0
    rdms: int = 0

    def add_ld(self, ldn: int, name: str, roles: list[str], format: str = "LX", seen: bool = True) -> Tree:
        """A logical disk; ``seen``: hosts may see it, so it has a device id."""
        ld: Tree = {"ldn": f"{ldn:04x}h", "name": name}
        if seen:
            ld["uid"] = f"naa.60000000{self.number:08x}{ldn:016x}"[:36]
        ld |= {"capacity_gib": 4096, "format": format, "roles": roles}
        self.lds[ld["ldn"]] = ld
        self.fact["logical_disks"].append(ld)
        return ld

    def spare(self, name: str, roles: list[str], format: str) -> Tree:
        """A further logical disk, for an RDM or an extent."""
        self.rdms += 1
        return self.add_ld(FIRST_RDM + self.rdms, name, roles, format)

    def subject(self, ld: Tree) -> str:
        return f"{self.fact['name']}/{ld['ldn']}"


@dataclass
class Cluster:
    fact: Tree
    array: Array
    hosts: list[Tree]
    ld_sets: list[Tree]
    """The LD set of each host, in the order of the hosts."""
    stores: list[Store] = field(default_factory=list)

    def present(self, ld: Tree, state: str) -> None:
        """Assign a logical disk to all hosts, which see it attached or detached."""
        for host, ld_set in zip(self.hosts, self.ld_sets, strict=True):
            ld_set["luns"].append({"lun": len(ld_set["luns"]), "ldn": ld["ldn"]})
            host["devices"].append({"device": ld["uid"], "state": state, "vendor": "NEC"})


@dataclass
class Store:
    """A datastore with what lies below it and on it."""

    fact: Tree
    cluster: Cluster
    original: Tree
    copy: Tree
    """The RV or LV."""
    is_dsv: bool
    vms: list[Tree] = field(default_factory=list)
    split_vms: int = 0
    """VMs with disks here and elsewhere."""

    @property
    def name(self) -> str:
        return str(self.fact["name"])


def healthy(vms: int, seed: int, jobs: bool) -> Estate:
    """An estate of so many VMs with nothing wrong in it. The same arguments always make the same estate."""
    random_ = random.Random(f"estate {seed}")
    tree: Tree = {
        "tenken": 1,
        "site": {"name": f"検証サイト{seed}", "customer": "サンプル株式会社", "restores_in_progress": []},
    }
    tree["defaults"] = _DEFAULTS
    tree |= {"inquiries": [], "arrays": [], "vcenters": [], "clusters": [], "hosts": [], "datastores": [], "vms": []}
    estate = Estate(tree, jobs)
    stores = -(-vms // VMS_PER_DATASTORE)
    for number in range(-(-stores // DATASTORES_PER_CLUSTER)):
        _add_cluster(estate, number, min(DATASTORES_PER_CLUSTER, stores - number * DATASTORES_PER_CLUSTER))
    left = vms
    for store in estate.stores:
        for place in range(min(VMS_PER_DATASTORE, left)):
            _add_vm(estate, store, place, random_)
        left -= len(store.vms)
    _split_vms(estate)
    _add_servers(estate)
    if jobs:
        tree["jobs"] = [job for cluster in estate.clusters for job in _jobs(cluster)]
    return estate


# --- arrays and vSphere --------------------------------------------------------------------------------------------


def _add_cluster(estate: Estate, number: int, stores: int) -> None:
    tree = estate.tree
    if number % CLUSTERS_PER_ARRAY == 0:
        _add_array(estate)
    if number % CLUSTERS_PER_VCENTER == 0:
        tree["vcenters"].append({"name": f"vc{len(tree['vcenters']) + 1:02}", "version": "8.0.3", "vm": "none"})
    name = f"cl{number + 1:03}"
    home = {"vcenter": tree["vcenters"][-1]["name"], "datacenter": "DC1"}
    hosts = [_host(f"{name}-esx{i + 1:02}", home, number, i) for i in range(HOSTS_PER_CLUSTER)]
    names = [host["name"] for host in hosts]
    array = estate.arrays[-1]
    ld_sets = [{"name": host, "platform": "VW", "mode": "secure", "hosts": [host], "luns": []} for host in names]
    fact = {"name": name, **home, "hosts": names}
    fact["ha"] = {"enabled": True, "heartbeat_policy": "userSelectedDs", "heartbeat_datastores": [f"{name}-hb1"]}
    cluster = Cluster(fact, array, hosts, ld_sets)
    estate.clusters.append(cluster)
    tree["clusters"].append(fact)
    tree["hosts"] += hosts
    array.fact["ld_sets"] += ld_sets
    for place in range(stores):
        _add_store(estate, cluster, f"{name}-ds{place + 1:02}", home)
    # A small disk of another array, that no job copies, and a file server.
    heartbeat = f"naa.6{0xF0 << 100 | number:031x}"
    for host in hosts:
        host["devices"].append({"device": heartbeat, "state": "attached", "vendor": "NEC"})
    tree["datastores"] += [
        {"name": f"{name}-hb1", **home, "type": "VMFS", "extents": [heartbeat], "hosts": names},
        {"name": f"{name}-nfs1", **home, "type": "NFS", "hosts": names},
    ]


def _add_array(estate: Estate) -> None:
    number = len(estate.arrays) + 1
    fact: Tree = {
        "name": f"M720-{number:02}",
        "model": "iStorage M720F",
        "logical_disks": [],
        "pairs": [],
        "snapshot_sets": [],
        "ld_sets": [],
        "licences": [{"product": "RepNavi Suite for VMware/Hyper-V/FileSystem"}],
    }
    estate.arrays.append(Array(fact, number))
    estate.tree["arrays"].append(fact)


def _host(name: str, home: Tree, cluster: int, place: int) -> Tree:
    local = f"naa.5{cluster << 8 | place:015x}"
    return {
        "name": name,
        "version": ("8.0.3", "8.0.2", "7.0.3")[cluster % 3],
        **home,
        "boot": {"kind": "local", "device": local},
        "devices": [{"device": local, "state": "attached", "vendor": "ATA"}],
    }


def _add_store(estate: Estate, cluster: Cluster, name: str, home: Tree) -> None:
    array = cluster.array
    place = array.stores
    array.stores += 1
    is_dsv = place % DSV_EVERY == DSV_EVERY - 1
    original = array.add_ld(FIRST_ORIGINAL + place, name, ["BV" if is_dsv else "MV"])
    if is_dsv:
        snapshot = array.add_ld(FIRST_SNAPSHOT + place, f"{name}_SV", ["SV"], seen=False)
        snapshot["protected"] = False
        copy = array.add_ld(FIRST_LINK + place, f"{name}_LV", ["LV"])
        chain = {"function": "DSV", "bv": original["ldn"], "svs": [snapshot["ldn"]], "lv": copy["ldn"], "link": "none"}
        array.fact["snapshot_sets"].append(chain)
    else:
        copy = array.add_ld(FIRST_COPY + place, f"{name}_RV", ["RV"])
        pair = {
            "function": "DDR",
            "mv": original["ldn"],
            "rv": copy["ldn"],
            "rv_array": array.fact["name"],
            "state": "separated",
        }
        array.fact["pairs"].append(pair)
    cluster.present(original, "attached")
    cluster.present(copy, "detached")
    names = cluster.fact["hosts"]
    fact = {"name": name, **home, "type": "VMFS", "extents": [original["uid"]], "hosts": names}
    estate.tree["datastores"].append(fact)
    cluster.stores.append(Store(fact, cluster, original, copy, is_dsv))


# --- virtual machines ----------------------------------------------------------------------------------------------


def _add_vm(estate: Estate, store: Store, place: int, random_: random.Random) -> None:
    number = len(estate.tree["vms"]) + 1
    name = f"{random_.choice(_KINDS)}{number:06}"
    guest = dict(random_.choice(_GUESTS))
    is_on = random_.random() > 0.05
    disks = random_.choice((2, 3, 3, 4))
    fact = {
        "name": name,
        "uuid": f"4210{random_.getrandbits(16):04x}-{number >> 16:04x}-{number & 0xFFFF:04x}-8000-{random_.getrandbits(48):012x}",
        "vcenter": store.fact["vcenter"],
        "datacenter": store.fact["datacenter"],
        "host": store.cluster.fact["hosts"][place % HOSTS_PER_CLUSTER],
        "power_state": "powered_on" if is_on else "powered_off",
        "vmx": f"[{store.name}] {name}/{name}.vmx",
        "guest": {
            "os": guest,
            "tools": "running" if is_on else "not_running",
            "state": "running" if is_on else "shut_down",
        },
        "controllers": [{"id": f"scsi{i}", "type": "pvscsi", "bus_sharing": "none"} for i in range(1 + (disks > 3))],
        "disks": [disk(store.name, name, i, f"scsi{i // 3}", (80, 200, 500)[i % 3]) for i in range(disks)],
    }
    if guest["family"] == "rhel":
        estate.inquiries[name] = _inquiry(name)
    elif name.startswith("db"):
        database = {"product": "SQL Server", "version": "2019", "location": "vmfs"}
        fact["workloads"] = [{**database, "disk": "Hard disk 2", "backup_mode": "offline", "protected_by": "none"}]
    store.vms.append(fact)
    estate.tree["vms"].append(fact)


def disk(datastore: str, folder: str, place: int, controller: str, gib: int) -> Tree:
    suffix = f"_{place}" if place else ""
    path = f"[{datastore}] {folder}/{folder}{suffix}.vmdk"
    return {"label": f"Hard disk {place + 1}", "controller": controller, "path": path, "capacity_gib": gib}


def _inquiry(vm: str) -> Tree:
    subject = {"kind": "vm", "name": vm}
    return {
        "clause": "vmfs-guest-triangle-inquiry",
        "subject": subject,
        "answer": "supported",
        "reference": "PP-4711",
        "date": "2026-04-01",
    }


def _split_vms(estate: Estate) -> None:
    """Disks on a neighbouring datastore of the same job, never on more than one, so that groups stay pairs."""
    for number in range(SPLIT_EVERY - 1, len(estate.tree["vms"]), SPLIT_EVERY):
        place = number // VMS_PER_DATASTORE
        here, there = estate.stores[place], estate.stores[place - 1]
        if here.cluster is there.cluster and not here.is_dsv and not there.is_dsv:
            fact = estate.tree["vms"][number]
            last = len(fact["disks"]) - 1
            fact["disks"][last] |= {"path": disk(there.name, fact["name"], last, "", 0)["path"]}
            here.split_vms += 1
            there.split_vms += 1


# --- backup --------------------------------------------------------------------------------------------------------


def _add_servers(estate: Estate) -> None:
    """One physical server that manages the arrays, runs the jobs and is nothing else."""
    estate.tree["inquiries"] = list(estate.inquiries.values())
    software = [
        {"product": "iStorageManager", "version": "12.4", "component": "server"},
        {"product": "RepNavi Suite for VMware/Hyper-V/FileSystem", "version": "12.4"},
    ]
    server: Tree = {"name": "mgmt01", "physical": True, "vm": "none", "roles": ["management"]}
    server["os"] = {"family": "windows_server", "version": "2022", "arch": "x64"}
    server |= {"manages": [array.fact["name"] for array in estate.arrays], "software": software}
    estate.tree["servers"] = [server]


def _jobs(cluster: Cluster) -> Iterator[Tree]:
    """A job for each copy function; every fourth cluster is backed up offline."""
    offline = int(cluster.fact["name"][2:]) % 4 == 0
    for function in ("DDR", "DSV"):
        names = [store.name for store in cluster.stores if store.is_dsv == (function == "DSV")]
        if names:
            yield job(f"{cluster.fact['name']}-{function.lower()}", function, {"datastores": names}, offline)


def job(name: str, function: str, targets: Tree, offline: bool = False) -> Tree:
    return {
        "name": name,
        "pattern": "vmfs",
        "function": function,
        "mode": "offline" if offline else "online",
        "tool": "RepNavi Suite",
        "iopath": "MANAGER",
        "runs_on": "mgmt01",
        "targets": targets,
        "quiesce": "shutdown" if offline else "snapshot",
        "job_manager": {"product": "JobCenter", "version": "R16.1"},
        "secondary": "none",
    }
