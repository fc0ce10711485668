"""Hosts, datastores and clusters of a vCenter: devices and their state, extents, heartbeat datastores."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from tenken.document.said import Said
from tenken.sources.base import known
from tenken.sources.native.writer import gib
from tenken.sources.vcenter import words
from tenken.sources.vcenter.names import Kind, Places, plain_name
from tenken.sources.vcenter.properties import Found, Lacks, reason_of
from tenken.sources.vsphere.words import DATASTORE_TYPES, HEARTBEAT_POLICIES, device_state

HOST_PROPERTIES = (
    "name",
    "parent",
    "runtime.connectionState",
    "config.product.version",
    "config.storageDevice.scsiLun",
    "config.storageDevice.scsiTopology",
    "config.storageDevice.hostBusAdapter",
    "config.storageDevice.multipathInfo",
    "configManager.bootDeviceSystem",
)
DATASTORE_PROPERTIES = ("name", "parent", "summary.type", "summary.capacity", "info", "host", "vm")
CLUSTER_PROPERTIES = ("name", "parent", "host", "configurationEx")

_NO_DISKS = frozenset(
    ("cdrom", "communications", "enclosure", "mediaChanger", "printer", "processor", "scanner", "tape", "worm")
)
"""Types of SCSI devices that are certainly no disks."""

_NAA = re.compile(r"(?:vml\.)?0200[0-9a-f]{6}([0-9a-f]{32})[0-9a-f]{12}")
"""``02``, ``00``, the LUN, the 32 digits of the NAA id, and six characters of the model: the UUID of a LUN with an NAA id."""

_SAN_ADAPTERS = ("FibreChannelHba", "InternetScsiHba", "RdmaDevice", "TcpHba")

Call = Callable[[], Any]


class Storage:
    """Reads hosts, datastores and clusters, in this order: each names the ones before."""

    def __init__(self, vcenter: str | None, places: Places, lacks: Lacks) -> None:
        self.hosts, self.datastores, self.clusters = (Kind(kind, vcenter) for kind in ("hosts", "datastores", "clusters"))
        self.vms_on: dict[str, tuple[list[Any], str | None]] = {}
        """Datastore id → the VMs that have a file on it, whether the account may read them or not, and its datacenter."""
        self._vcenter, self._places, self._lacks = vcenter, places, lacks
        self._devices_of_uuid: dict[str, set[str]] = defaultdict(set)

    def device_of_lun(self, uuid: str) -> str | None:
        """The device of an RDM: the one that hosts know under this LUN UUID, or the one whose NAA id it contains."""
        uuid = uuid.lower()
        devices = set(self._devices_of_uuid.get(uuid, ()))
        if not devices and (match := _NAA.fullmatch(uuid)):
            devices = {f"naa.{match[1]}"}
        return devices.pop() if len(devices) == 1 else None

    # --- hosts -------------------------------------------------------------------------------------------------------

    def add_host(self, found: Found) -> None:
        self._places.add(found)
        name = plain_name(found.get("name") or found.id)
        luns = found.get("config.storageDevice.scsiLun")
        is_current = found.get("runtime.connectionState") == "connected"
        if found.get("runtime.connectionState") not in ("connected", None):
            self._lacks.add("hosts", words.DEVICES, words.NOT_CONNECTED, name)
        for lun in luns or ():
            if lun.uuid and lun.canonicalName:
                self._devices_of_uuid[lun.uuid.lower()].add(lun.canonicalName)
        self.hosts.add(
            found.id,
            known(
                {
                    "name": name,
                    "version": found.get("config.product.version"),
                    "vcenter": self._vcenter,
                    "datacenter": self._places.datacenter_of(found.id),
                    "boot": self._boot(found, name) if is_current else None,
                    "ports": _ports(found.get("config.storageDevice.hostBusAdapter")),
                    "devices": _devices(luns, found.get("config.storageDevice.scsiTopology")) if is_current else None,
                }
            ),
        )

    def _boot(self, found: Found, name: str) -> dict[str, Any] | None:
        """The disk that the host says it booted from, if that can be told from what it says."""
        system = found.get("configManager.bootDeviceSystem")
        if system is None:
            return None
        answer = self._ask(words.BOOT_DEVICE, "hosts", name, system.QueryBootDevices)
        current = (
            next((item for item in answer.bootDevices or () if item.key == answer.currentBootDeviceKey), None)
            if answer
            else None
        )
        if current is None:
            return None
        return boot_disk(f"{current.key} {current.description}", found)

    # --- datastores --------------------------------------------------------------------------------------------------

    def add_datastore(self, found: Found) -> None:
        self._places.add(found)
        kind = DATASTORE_TYPES.get(str(found.get("summary.type")))
        vmfs = getattr(found.get("info"), "vmfs", None) if kind == "VMFS" else None
        mounts = found.get("host")
        datacenter = self._places.datacenter_of(found.id)
        self.datastores.add(
            found.id,
            known(
                {
                    "name": plain_name(found.get("name") or found.id),
                    "vcenter": self._vcenter,
                    "datacenter": datacenter,
                    "type": kind,
                    "version": vmfs.version if vmfs is not None else None,
                    "uuid": vmfs.uuid if vmfs is not None else None,
                    "extents": [extent.diskName for extent in vmfs.extent] if vmfs is not None and vmfs.extent else None,
                    "hosts": None if mounts is None else sorted(self._mounting(mounts)),
                    "capacity_gib": gib(found.get("summary.capacity")),
                }
            ),
        )
        self.vms_on[found.id] = (list(found.get("vm") or ()), datacenter)

    def _mounting(self, mounts: Iterable[Any]) -> set[str]:
        """Hosts on which it is mounted, or not known not to be."""
        return {
            self.hosts.name_of(mount.key) for mount in mounts if mount.mountInfo is None or mount.mountInfo.mounted is not False
        }

    # --- clusters ----------------------------------------------------------------------------------------------------

    def add_cluster(self, found: Found) -> None:
        self._places.add(found)
        name = plain_name(found.get("name") or found.id)
        hosts = found.get("host")
        if hosts is None and found.unset("host"):
            hosts = []
        settings = found.get("configurationEx")
        self.clusters.add(
            found.id,
            known(
                {
                    "name": name,
                    "vcenter": self._vcenter,
                    "datacenter": self._places.datacenter_of(found.id),
                    "hosts": None if hosts is None else sorted(map(self.hosts.name_of, hosts)),
                    "ha": self._ha(found.ref, name, getattr(settings, "dasConfig", None)),
                }
            ),
        )

    def _ha(self, cluster: Any, name: str, das: Any) -> dict[str, Any] | None:
        if das is None:
            return None
        policy = das.hBDatastoreCandidatePolicy
        ha = {
            "enabled": das.enabled,
            "heartbeat_policy": policy if policy in HEARTBEAT_POLICIES else None,
            "heartbeat_datastores": None if das.enabled is False else self._heartbeat(cluster, name, das),
        }
        return known(ha) or None

    def _heartbeat(self, cluster: Any, name: str, das: Any) -> list[str] | None:
        """Datastores that carry the heartbeat now, and those that are selected for it; None if those in use are not known,
        unless only selected ones may be used."""
        selected = {self.datastores.name_of(ref) for ref in das.heartbeatDatastore or ()}
        answer = self._ask(words.HEARTBEAT_IN_USE, "clusters", name, cluster.RetrieveDasAdvancedRuntimeInfo)
        if answer is None:
            return sorted(selected) if selected and das.hBDatastoreCandidatePolicy == "userSelectedDs" else None
        return sorted(selected | {self.datastores.name_of(info.datastore) for info in answer.heartbeatDatastoreInfo or ()})

    def _ask(self, what: Said, kind: str, name: str, call: Call) -> Any:
        """The answer to a call, or None with the reason noted."""
        from pyVmomi import vim, vmodl

        try:
            return call()
        except vim.fault.NotAuthenticated:
            raise
        except vmodl.MethodFault as fault:
            self._lacks.add(kind, what, reason_of(fault), name)
        except TimeoutError:
            self._lacks.add(kind, what, words.NO_ANSWER, name)
        return None


# --- what a host's storage says --------------------------------------------------------------------------------------


def _devices(luns: Any, topology: Any) -> list[dict[str, Any]] | None:
    """The disks that a host sees."""
    if luns is None:
        return None
    numbers = _lun_numbers(topology)
    devices = {}
    for lun in luns:
        if lun.canonicalName and lun.lunType not in _NO_DISKS:
            numbered = numbers.get(lun.key, set())
            devices[lun.canonicalName] = known(
                {
                    "device": lun.canonicalName,
                    "state": device_state(lun.operationalState),
                    "vendor": (lun.vendor or "").strip() or None,
                    "model": (lun.model or "").strip() or None,
                    "lun": next(iter(numbered)) if len(numbered) == 1 else None,
                }
            )
    return [devices[name] for name in sorted(devices)]


def _lun_numbers(topology: Any) -> dict[str, set[int]]:
    """The LUNs under which a device is seen: one, unless the array presents it differently on different paths."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for adapter in topology.adapter or () if topology is not None else ():
        for target in adapter.target or ():
            for entry in target.lun or ():
                if entry.scsiLun and 0 <= entry.lun <= 2**31:
                    numbers[entry.scsiLun].add(entry.lun)
    return numbers


def _ports(adapters: Any) -> list[str] | None:
    """WWPNs (``10:00:00:00:c9:12:34:56``) and iSCSI names of a host's adapters."""
    if adapters is None:
        return None
    ports = []
    for adapter in adapters:
        wwpn, iqn = getattr(adapter, "portWorldWideName", None), getattr(adapter, "iScsiName", None)
        if wwpn:
            digits = f"{wwpn & (2**64 - 1):016x}"
            ports.append(":".join(digits[at : at + 2] for at in range(0, 16, 2)))
        if iqn:
            ports.append(iqn)
    return sorted(set(ports))


def boot_disk(said: str, found: Found) -> dict[str, Any] | None:
    """The one disk whose id, UUID or path occurs in what the host says of its boot device; None if none or several do."""
    luns = {lun.key: lun for lun in found.get("config.storageDevice.scsiLun") or () if lun.canonicalName}
    multipath = found.get("config.storageDevice.multipathInfo")
    marks: dict[str, set[str]] = {key: {lun.canonicalName, lun.uuid or ""} for key, lun in luns.items()}
    adapters: dict[str, set[str]] = defaultdict(set)
    for unit in multipath.lun or () if multipath is not None else ():
        for path in unit.path or ():
            if unit.lun in marks:
                marks[unit.lun].add(path.name or "")
                adapters[unit.lun].add(path.adapter)
    spoken = set(re.findall(r"[\w.:-]+", said))
    named = [key for key, texts in marks.items() if spoken & texts - {""}]
    if len(named) != 1:
        return None
    lun = luns[named[0]]
    return known({"kind": _boot_kind(lun, adapters[named[0]], found), "device": lun.canonicalName})


def _boot_kind(lun: Any, adapters: set[str], found: Found) -> str | None:
    """local, usb or san, from the adapters that lead to the disk; None if they do not tell."""
    by_key = {adapter.key: adapter for adapter in found.get("config.storageDevice.hostBusAdapter") or ()}
    used = [by_key[key] for key in adapters if key in by_key]
    if used and all("usb" in f"{adapter.driver or ''} {adapter.model or ''}".lower() for adapter in used):
        return "usb"
    classes = {cls.__name__.rpartition(".")[2] for adapter in used for cls in type(adapter).__mro__}
    if classes & set(_SAN_ADAPTERS):
        return "san"
    return "local" if used and getattr(lun, "localDisk", None) else None
