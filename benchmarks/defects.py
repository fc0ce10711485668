"""Known defects, planted into an estate that is in order; each says exactly what tenken must find.

A defect has its object for itself: VMs take one each, datastores of which something below is spoilt have otherwise
healthy VMs, and a host, a cluster or an array is spoilt once. Where two VMs make the same datastore fail and unknown,
fail is what must come out.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from benchmarks.estate import Estate, Store, Tree, job


class Finding(NamedTuple):
    """One result that is neither pass nor not applicable."""

    rule: str
    kind: str
    name: str
    outcome: str


VmDefect = Callable[[Estate, Store, Tree], Iterable[Finding]]
StoreDefect = Callable[[Estate, Store], Iterable[Finding]]
VM_DEFECTS: list[VmDefect] = []
STORE_DEFECTS: list[StoreDefect] = []
ONCE: list[StoreDefect] = []
"""Defects of whole arrays and vCenters, planted once in an estate that has several."""

STORE_SHARE = 5
"""Of datastores, so many times the share of VMs is spoilt."""


def plant(estate: Estate, random_: random.Random, share: float) -> set[Finding]:
    """Plant defects into about this share of the VMs, every kind in turn, and return all that must be found."""
    found: list[Finding] = []
    stores = estate.stores
    spoilt: set[int] = set()
    if len(stores) > 3:
        alone = [store for store in stores if not store.split_vms]
        chosen = random_.sample(alone, min(len(alone) // 2, max(1, round(len(stores) * share * STORE_SHARE))))
        spoilt = {id(store) for store in chosen}
        found += _plant_below(estate, chosen, random_)
    left = [
        (store, vm)
        for store in stores
        if id(store) not in spoilt
        for vm in store.vms
        if all(disk["path"].startswith(f"[{store.name}]") for disk in vm["disks"])
    ]
    chosen_vms = random_.sample(left, min(len(left), max(1, round(len(estate.tree["vms"]) * share))))
    kinds = random_.sample(VM_DEFECTS, len(VM_DEFECTS))
    for place, (store, vm) in enumerate(chosen_vms):
        _settle(estate, vm)
        found += kinds[place % len(kinds)](estate, store, vm)
    estate.tree["inquiries"] = list(estate.inquiries.values())
    return _worst(found)


def _plant_below(estate: Estate, stores: list[Store], random_: random.Random) -> Iterator[Finding]:
    if len(estate.arrays) > 1:
        for once, store in zip(ONCE, random_.sample(stores, min(len(ONCE), len(stores))), strict=False):
            yield from once(estate, store)
    kinds = itertools.cycle(random_.sample(STORE_DEFECTS, len(STORE_DEFECTS)))
    spoilt_clusters: set[int] = set()
    for store in stores:
        defect = next(kinds)
        while defect in _OF_CLUSTERS and id(store.cluster) in spoilt_clusters:
            defect = next(kinds)
        if defect in _OF_CLUSTERS:
            spoilt_clusters.add(id(store.cluster))
        yield from defect(estate, store)


def _worst(found: list[Finding]) -> set[Finding]:
    by_subject: dict[tuple[str, str, str], Finding] = {}
    for finding in found:
        other = by_subject.setdefault(finding[:3], finding)
        if finding.outcome == "fail" and other.outcome != "fail":
            by_subject[finding[:3]] = finding
    return set(by_subject.values())


def _settle(estate: Estate, vm: Tree) -> None:
    """A running Windows Server 2022, so that a defect stands alone."""
    estate.inquiries.pop(vm["name"], None)
    vm["power_state"] = "powered_on"
    os = {"family": "windows_server", "version": "2022", "arch": "x64", "build": "20348.2340"}
    vm["guest"] = {"os": os, "tools": "running", "state": "running"}
    vm.pop("workloads", None)


def _on(vm: Tree, *rules: str, outcome: str = "fail") -> Iterator[Finding]:
    return (Finding(rule, "vm", vm["name"], outcome) for rule in rules)


def _on_disk(vm: Tree, place: int, *rules: str, outcome: str = "fail") -> Iterator[Finding]:
    return (Finding(rule, "disk", f"{vm['name']}/{vm['disks'][place]['label']}", outcome) for rule in rules)


def _on_store(store: Store, *rules: str, outcome: str = "fail") -> Iterator[Finding]:
    return (Finding(rule, "datastore", store.name, outcome) for rule in rules)


def _on_ld(store: Store, ld: Tree, *rules: str, outcome: str = "fail") -> Iterator[Finding]:
    return (Finding(rule, "logical_disk", store.cluster.array.subject(ld), outcome) for rule in rules)


# --- one fact of a VM ----------------------------------------------------------------------------------------------


def _fact(path: str, value: object, *rules: str, outcome: str = "fail") -> None:
    """A defect that is one fact of the VM, and the rules that must see it."""

    def defect(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
        *way, last = path.split(".")
        target = vm
        for step in way:
            target = target[step]
        target[last] = value
        return _on(vm, *rules, outcome=outcome)

    defect.__name__ = f"{path}={value}"
    VM_DEFECTS.append(defect)


_CLUSTERED = {"software": [{"product": "CLUSTERPRO X", "version": "4.3"}], "feature": "failover", "shared_disk": True}
_ONLINE_BACKUP = {"product": "SQL Server", "version": "2019", "location": "vmfs", "backup_mode": "online"}

_fact("encrypted", True, "vm-not-encrypted")
_fact("encrypted", None, "vm-not-encrypted", outcome="unknown")
_fact("fault_tolerance", True, "vm-no-fault-tolerance")
_fact("guest.iscsi_initiator", True, "vm-no-guest-iscsi")
_fact("guest.iscsi_initiator", None, "vm-no-guest-iscsi", outcome="unknown")
_fact("guest.dynamic_disks", True, "vm-no-dynamic-disk")
_fact("guest.dynamic_disks", None, "vm-no-dynamic-disk", outcome="unknown")
_fact("guest.raw_disks", True, "vm-no-raw-disk")
_fact("guest.state", "sleeping", "vm-guest-not-sleeping")
_fact("guest.tools", "not_running", "vm-tools-running")
_fact("guest.tools", "not_installed", "vm-tools-running", "vm-tools-installed")
_fact("guest.tools", None, "vm-tools-running", "vm-tools-installed", outcome="unknown")
_fact("vtpm", True, "vm-vtpm-to-be-confirmed", outcome="inquire")
_fact("vtpm", None, "vm-vtpm-to-be-confirmed", outcome="unknown")
_fact("roles", ["istoragemanager"], "vm-not-istoragemanager")
_fact("cluster", _CLUSTERED, "vm-no-shared-disk-cluster")
_fact("cluster", None, "vm-no-shared-disk-cluster", outcome="unknown")
_fact("controllers", None, "vm-no-nvme-with-scsi", "vm-no-scsi-bus-sharing", outcome="unknown")
_fact("power_state", None, "vm-not-suspended", "vm-suspended-offline-undescribed", outcome="unknown")
_fact("snapshots", [{"name": "before-patch"}], "vm-no-leftover-snapshot")
_fact("snapshots", None, "vm-no-leftover-snapshot", outcome="unknown")
_fact("passthrough_devices", [{"type": "directpath_io", "id": "0000:3b:00.0"}], "vm-no-directpath-io")
_fact("passthrough_devices", [{"type": "vgpu"}], "vm-passthrough-other-to-be-confirmed")
_fact("passthrough_devices", None, "vm-no-directpath-io", "vm-passthrough-other-to-be-confirmed", outcome="unknown")
_fact("guest.os", {"family": "rhel", "version": "8.7", "arch": "x64"}, "vm-guest-os-online", "vm-guest-os-offline")
_fact("guest.os", {"family": "rhel", "version": "7.9", "arch": "x64"}, "vm-guest-os-online", outcome="inquire")
_fact("guest.os", {"family": "ubuntu", "version": "22.04", "arch": "x64"}, "vm-guest-os-online", "vm-guest-os-offline")
_fact("guest.os.version", "2025", "vm-guest-os-online", "vm-guest-os-offline")
_fact("guest.os.version", None, "vm-guest-os-online", "vm-guest-os-offline", outcome="unknown")
_fact(
    "guest.os", {"family": "windows_server", "version": "2019", "arch": "x64", "build": "17763.737", "patches": []},
    "vm-windows-server-2019-has-kb4534321",
)  # fmt: skip
_fact(
    "guest.os", {"family": "windows_server", "version": "2019", "arch": "x64"}, "vm-windows-server-2019-has-kb4534321",
    outcome="unknown",
)  # fmt: skip


@VM_DEFECTS.append
def _host_unknown(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    """Nobody knows where it runs: neither whether that host has access, nor whether a vCenter manages it for RepNavi's jobs."""
    vm["host"] = None
    yield from _on(vm, "host-has-ld-access", outcome="unknown")
    for planned in estate.tree.get("jobs") or ():
        if store.name in planned["targets"].get("datastores", ()) and "RepNavi" in planned["tool"]:
            yield Finding("vmfs-job-hosts-have-vcenter", "job", planned["name"], "unknown")


# --- several facts, or several subjects ----------------------------------------------------------------------------


@VM_DEFECTS.append
def _suspended(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["power_state"] = "suspended"
    yield from _on(vm, "vm-not-suspended")
    yield from _on(vm, "vm-suspended-offline-undescribed", outcome="unknown")


@VM_DEFECTS.append
def _independent_disk(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["disks"][1]["mode"] = "independent_persistent"
    return _on_disk(vm, 1, "vm-disk-not-independent")


@VM_DEFECTS.append
def _unknown_mode(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["disks"][0]["mode"] = None
    return _on_disk(vm, 0, "vm-disk-not-independent", outcome="unknown")


@VM_DEFECTS.append
def _multi_writer(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["disks"][1]["sharing"] = "multi_writer"
    return _on(vm, "vm-no-shared-disk-cluster")


@VM_DEFECTS.append
def _nvme_with_scsi(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["controllers"].append({"id": "nvme0", "type": "nvme"})
    return _on(vm, "vm-no-nvme-with-scsi")


@VM_DEFECTS.append
def _bus_sharing(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["controllers"].append({"id": "scsi3", "type": "lsilogic_sas", "bus_sharing": "physical"})
    return _on(vm, "vm-no-scsi-bus-sharing")


@VM_DEFECTS.append
def _unknown_bus_sharing(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["controllers"][0]["bus_sharing"] = None
    return _on(vm, "vm-no-scsi-bus-sharing", outcome="unknown")


@VM_DEFECTS.append
def _database_online(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["workloads"] = [_ONLINE_BACKUP]
    yield Finding("vmfs-database-online-backup", "workload", f"{vm['name']}/SQL Server", "fail")


@VM_DEFECTS.append
def _vcenter(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["roles"] = ["vcenter"]
    yield from _on(vm, "vm-not-vcenter")
    yield from _on_store(store, "datastore-without-vcenter-vm")


@VM_DEFECTS.append
def _vcls_agent(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["roles"] = ["vcls"]
    yield from _on(vm, "vm-not-vcls")
    yield from _on_store(store, "datastore-without-vcls-agent")


@VM_DEFECTS.append
def _template(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["template"] = True
    return _on_store(store, "datastore-without-template")


@VM_DEFECTS.append
def _unknown_roles(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    """A Windows Server may be a vCenter of old."""
    vm["roles"] = None
    yield from _on(vm, "vm-not-vcenter", "vm-not-vcls", "vm-not-istoragemanager", outcome="unknown")
    yield from _on_store(store, "datastore-without-vcenter-vm", "datastore-without-vcls-agent", outcome="unknown")


@VM_DEFECTS.append
def _disk_on_nfs(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    vm["disks"][1]["path"] = vm["disks"][1]["path"].replace(store.name, f"{store.cluster.fact['name']}-nfs1")
    return _on_disk(vm, 1, "vm-disk-on-target-datastore")


@VM_DEFECTS.append
def _on_nfs(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    _move(vm, store, f"{store.cluster.fact['name']}-nfs1")
    yield from _on(vm, "vm-on-vmfs-datastore")
    for place in range(len(vm["disks"])):
        yield from _on_disk(vm, place, "vm-disk-on-target-datastore")


@VM_DEFECTS.append
def _on_vvol(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    name = f"{store.cluster.fact['name']}-vvol1"
    if all(fact["name"] != name for fact in estate.tree["datastores"]):
        home = {key: store.fact[key] for key in ("vcenter", "datacenter")}
        estate.tree["datastores"].append({"name": name, **home, "type": "vVol", "hosts": store.fact["hosts"]})
    _move(vm, store, name)
    yield from _on(vm, "vm-not-on-vvol", "vm-on-vmfs-datastore")
    for place in range(len(vm["disks"])):
        yield from _on_disk(vm, place, "vm-disk-on-target-datastore")


def _move(vm: Tree, store: Store, name: str) -> None:
    for holder, key in ((vm, "vmx"), *((disk, "path") for disk in vm["disks"])):
        holder[key] = holder[key].replace(f"[{store.name}]", f"[{name}]")


@VM_DEFECTS.append
def _physical_rdm(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    """In order by itself, unless under client Windows; a VMFS job just does not back it up, and no other job does."""
    ld = store.cluster.array.spare(f"{vm['name']}_RDM", ["MV"], _format_for(vm))
    _map(store, vm, ld, {"compatibility": "physical", "partition_style": "GPT", "filesystem": "NTFS"})
    if vm["guest"]["os"]["family"] == "windows":
        yield from _on_disk(vm, -1, "rdm-windows-file-system")
    if estate.has_jobs:
        yield from _on_disk(vm, -1, "prdm-disk-not-protected-by-vmfs")


@VM_DEFECTS.append
def _virtual_rdm_of_plain_ld(estate: Estate, store: Store, vm: Tree) -> Iterator[Finding]:
    ld = store.cluster.array.spare(f"{vm['name']}_RDM", [], _format_for(vm))
    _map(store, vm, ld, {"compatibility": "virtual", "partition_style": "GPT"})
    return _on_disk(vm, -1, "vrdm-ld-is-mv-or-bv" if estate.has_jobs else "vrdm-ld-is-mv-or-bv-not-yet")


def _format_for(vm: Tree) -> str:
    """The format of a logical disk that the guest itself uses, with a GPT."""
    return "WG" if vm["guest"]["os"]["family"].startswith("windows") else "LX"


def _map(store: Store, vm: Tree, ld: Tree, rdm: Tree) -> None:
    store.cluster.present(ld, "attached")
    last = len(vm["disks"])
    path = f"[{store.name}] {vm['name']}/{vm['name']}_{last}.vmdk"
    mapped = {"label": f"Hard disk {last + 1}", "controller": "scsi0", "path": path, "capacity_gib": 100, "backing": "rdm"}
    mode = "independent_persistent" if rdm["compatibility"] == "physical" else "persistent"
    vm["disks"].append({**mapped, "mode": mode, "rdm": {**rdm, "device": ld["uid"]}})


# --- below the datastore -------------------------------------------------------------------------------------------


@STORE_DEFECTS.append
def _two_extents(estate: Estate, store: Store) -> Iterator[Finding]:
    second = store.cluster.array.spare(f"{store.name}_2", ["MV"], "LX")
    store.cluster.present(second, "attached")
    store.fact["extents"].append(second["uid"])
    return _on_store(store, "datastore-single-lun")


@STORE_DEFECTS.append
def _format_wg(estate: Estate, store: Store) -> Iterator[Finding]:
    store.original["format"] = "WG"
    return _on_ld(store, store.original, "ld-format-lx")


@STORE_DEFECTS.append
def _unknown_format(estate: Estate, store: Store) -> Iterator[Finding]:
    store.original["format"] = None
    return _on_ld(store, store.original, "ld-format-lx", outcome="unknown")


@STORE_DEFECTS.append
def _format_of_copy(estate: Estate, store: Store) -> Iterator[Finding]:
    store.copy["format"] = "WN"
    return _on_ld(store, store.copy, "ld-format-lx")


@STORE_DEFECTS.append
def _copy_attached(estate: Estate, store: Store) -> Iterator[Finding]:
    for device in store.cluster.hosts[3]["devices"]:
        if device["device"] == store.copy["uid"]:
            device["state"] = "attached"
    return _on_ld(store, store.copy, "lv-detached-from-esxi" if store.is_dsv else "rv-detached-from-esxi")


@STORE_DEFECTS.append
def _copy_unseen(estate: Estate, store: Store) -> Iterator[Finding]:
    """Without the device id of the copy nobody can say whether a host has it attached."""
    store.copy["uid"] = None
    rule = "lv-detached-from-esxi" if store.is_dsv else "rv-detached-from-esxi"
    return _on_ld(store, store.copy, rule, outcome="unknown")


@STORE_DEFECTS.append
def _ordinary_volume(estate: Estate, store: Store) -> Iterator[Finding]:
    array = store.cluster.array.fact
    store.original["roles"] = store.copy["roles"] = []
    ldn = store.original["ldn"]
    array["pairs"] = [pair for pair in array["pairs"] if pair["mv"] != ldn]
    array["snapshot_sets"] = [chain for chain in array["snapshot_sets"] if chain["bv"] != ldn]
    return _on_ld(store, store.original, "ld-is-mv-or-bv" if estate.has_jobs else "ld-paired-not-yet")


@STORE_DEFECTS.append
def _cascade(estate: Estate, store: Store) -> Iterator[Finding]:
    store.original["roles"] = [*store.original["roles"], "RV"]
    return _on_ld(store, store.original, "ld-cascade-undescribed", outcome="unknown")


@STORE_DEFECTS.append
def _heartbeat(estate: Estate, store: Store) -> Iterator[Finding]:
    store.cluster.fact["ha"]["heartbeat_datastores"].append(store.name)
    return _on_store(store, "datastore-not-ha-heartbeat")


@STORE_DEFECTS.append
def _installed_on(estate: Estate, store: Store) -> Iterator[Finding]:
    """The disk of a datastore: so it is assigned to the other hosts, too."""
    host = store.cluster.hosts[1]
    host["boot"] = {"kind": "san", "device": store.original["uid"]}
    yield from _on_store(store, "datastore-not-on-esxi-install-disk")
    yield Finding("sanboot-system-disk-assigned-to-its-host", "host", host["name"], "fail")


@STORE_DEFECTS.append
def _foreign_lun(estate: Estate, store: Store) -> Iterator[Finding]:
    """A disk of another vendor: no logical disk is known, and so no access to it."""
    foreign = store.original["uid"].replace("naa.6", "naa.6006048")[:36]
    store.fact["extents"] = [foreign]
    for host in store.cluster.hosts:
        host["devices"].append({"device": foreign, "state": "attached", "vendor": "HITACHI"})
    yield from _on_store(store, "datastore-on-istorage")
    yield from _on_store(store, "cluster-hosts-have-ld-access", outcome="unknown")
    for vm in store.vms:
        yield from _on(vm, "host-has-ld-access", outcome="unknown")


@STORE_DEFECTS.append
def _host_without_access(estate: Estate, store: Store) -> Iterator[Finding]:
    place = 2
    ld_set = store.cluster.ld_sets[place]
    ld_set["luns"] = [lun for lun in ld_set["luns"] if lun["ldn"] != store.original["ldn"]]
    yield from _on_store(store, "cluster-hosts-have-ld-access")
    for vm in store.vms:
        if vm["host"] == store.cluster.hosts[place]["name"]:
            yield from _on(vm, "host-has-ld-access")


@STORE_DEFECTS.append
def _vm_left_out(estate: Estate, store: Store) -> Iterator[Finding]:
    """A job that names the VMs of a datastore, but for an encrypted one that can't be backed up."""
    vm = store.vms[0]
    _settle(estate, vm)
    vm["encrypted"] = True
    yield from _on(vm, "vm-not-encrypted")
    if estate.has_jobs:
        for planned in estate.tree["jobs"]:
            names = planned["targets"].get("datastores", [])
            if store.name in names:
                names.remove(store.name)
        estate.tree["jobs"] = [planned for planned in estate.tree["jobs"] if planned["targets"] != {"datastores": []}]
        named = {"vms": [other["name"] for other in store.vms[1:]]}
        estate.tree["jobs"].append(job(f"{store.name}-named", "DSV" if store.is_dsv else "DDR", named))
        yield from _on_store(store, "datastore-vms-backed-up-together", "datastore-without-excluded-vm")


# --- clusters, hosts, arrays ---------------------------------------------------------------------------------------


@STORE_DEFECTS.append
def _heartbeats_by_itself(estate: Estate, store: Store) -> Iterator[Finding]:
    store.cluster.fact["ha"] = {"enabled": True, "heartbeat_policy": "allFeasibleDs", "heartbeat_datastores": []}
    for spoilt in store.cluster.stores:
        yield from _on_store(spoilt, "datastore-heartbeat-in-use-known", outcome="unknown")


@STORE_DEFECTS.append
def _old_host(estate: Estate, store: Store) -> Iterator[Finding]:
    host = store.cluster.hosts[5]
    host["version"] = "5.5"
    yield Finding("host-vsphere-version", "host", host["name"], "fail")


@STORE_DEFECTS.append
def _platforms(estate: Estate, store: Store) -> Iterator[Finding]:
    """Two LD sets for the wrong platform, one of which is to be asked about."""
    array = store.cluster.array.fact["name"]
    for place, platform, rule, outcome in (
        (7, "WN", "ld-set-platform-vw", "fail"),
        (8, "LX", "ld-set-platform-lx-to-be-confirmed", "inquire"),
    ):
        ld_set = store.cluster.ld_sets[place]
        ld_set["platform"] = platform
        yield Finding(rule, "ld_set", f"{array}/{ld_set['name']}", outcome)


_OF_CLUSTERS: tuple[StoreDefect, ...] = (_heartbeat, _heartbeats_by_itself, _installed_on)
"""At most one of them in a cluster."""


@ONCE.append
def _other_array(estate: Estate, store: Store) -> Iterator[Finding]:
    array = store.cluster.array.fact
    array["model"] = "iStorage V310"
    yield Finding("array-is-istorage-m", "array", array["name"], "unknown")


@ONCE.append
def _old_vcenter(estate: Estate, store: Store) -> Iterator[Finding]:
    (vcenter,) = (fact for fact in estate.tree["vcenters"] if fact["name"] == store.fact["vcenter"])
    vcenter["version"] = "5.5"
    yield Finding("vcenter-vsphere-version", "vcenter", vcenter["name"], "fail")
