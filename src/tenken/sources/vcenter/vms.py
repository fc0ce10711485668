"""Virtual machines of a vCenter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tenken.document.said import Said
from tenken.sources.base import known
from tenken.sources.vcenter import words
from tenken.sources.vcenter.devices import DeviceOfLun, hardware, is_encrypted, spread_disks
from tenken.sources.vcenter.names import plain_name, plain_path
from tenken.sources.vcenter.properties import Found
from tenken.sources.vsphere import guest_os
from tenken.sources.vsphere.words import FAULT_TOLERANCE, GUEST_STATES, POWER_STATES

VM_PROPERTIES = (
    "name",
    "parent",
    "datastore",
    "config.instanceUuid",
    "config.uuid",
    "config.template",
    "config.files.vmPathName",
    "config.guestFullName",
    "config.hardware.device",
    "config.keyId",
    "config.ftInfo",
    "config.managedBy",
    "config.extraConfig",
    "runtime.host",
    "runtime.connectionState",
    "runtime.powerState",
    "runtime.faultToleranceState",
    "runtime.consolidationNeeded",
    "guest.toolsRunningStatus",
    "guest.toolsVersionStatus2",
    "guest.guestState",
    "guest.guestFullName",
    "guest.guestDetailedData",
    "guest.hostName",
    "guest.ipAddress",
    "snapshot",
)

_VCLS_MANAGERS = {("com.vmware.vim.eam", "cluster-agent"), ("VirtualCenter", "vcls-entity")}
_DEEPEST = 1000
"""Snapshots of a VM, at most; vSphere allows 32 in a chain."""

Warn = Callable[[Said], None]


def is_placeholder(found: Found) -> bool:
    """Site Recovery Manager keeps such a place for a VM of the other site; it is no VM that could be backed up."""
    managed_by = found.get("config.managedBy")
    return managed_by is not None and managed_by.type == "placeholderVm"


def vm_facts(found: Found, device_of_lun: DeviceOfLun, warn: Warn) -> dict[str, Any]:
    """All that is known of a VM, but for its vCenter, datacenter and host."""
    name = plain_name(found.get("name") or found.id)
    devices = found.get("config.hardware.device")
    path = found.get("config.files.vmPathName")
    for label in spread_disks(devices or ()):
        warn(words.parents_elsewhere(name, label))
    return known(
        {
            "name": name,
            "uuid": found.get("config.instanceUuid") or None,
            "bios_uuid": found.get("config.uuid") or None,
            "power_state": POWER_STATES.get(str(found.get("runtime.powerState"))) if _is_current(found) else None,
            "template": found.get("config.template"),
            "vmx": plain_path(path) if path else None,
            "guest": _guest(found, name, warn),
            "roles": ["vcls"] if is_vcls_agent(found) else None,
            "encrypted": _is_encrypted(found, devices),
            "fault_tolerance": _fault_tolerance(found),
            "snapshots": _snapshots(found, name, warn),
            **({} if devices is None else _with_plain_paths(hardware(devices, device_of_lun))),
        }
    )


def is_vcls_agent(found: Found) -> bool:
    managed_by = found.get("config.managedBy")
    if managed_by is not None and (managed_by.extensionKey, managed_by.type) in _VCLS_MANAGERS:
        return True
    return str(_setting(found, "HDCS.agent")).lower() == "true"


def _with_plain_paths(parts: dict[str, Any]) -> dict[str, Any]:
    for disk in parts["disks"]:
        if "path" in disk:
            disk["path"] = plain_path(disk["path"])
    return parts


def _is_current(found: Found) -> bool:
    """Whether a host tells the state of the VM now, or vCenter only remembers it."""
    return bool(found.get("runtime.connectionState") == "connected")


def _setting(found: Found, key: str) -> Any:
    return next((option.value for option in found.get("config.extraConfig") or () if option.key == key), None)


def _has_configuration(found: Found) -> bool:
    """Whether vCenter could read the .vmx: without it, what is unset says nothing."""
    return found.get("config.hardware.device") is not None


# --- guest ---------------------------------------------------------------------------------------------------------


def _guest(found: Found, name: str, warn: Warn) -> dict[str, Any] | None:
    reported = found.get("guest.guestFullName") or None
    detailed = found.get("guest.guestDetailedData") or _setting(found, "guestInfo.detailed.data")
    system, contradiction = guest_os.of_guest(
        str(detailed) if detailed else None,
        reported,
        (found.get("config.guestFullName") or None) if found.unset("guest.guestFullName") or reported else None,
    )
    if contradiction:
        warn(words.another_guest(name, *contradiction))
    guest = {
        "os": dict(system) or None,
        "tools": _tools(found),
        "state": GUEST_STATES.get(str(found.get("guest.guestState"))) if _is_current(found) else None,
    }
    return known(guest) or None


def _tools(found: Found) -> str | None:
    """Tools that do not run may not be there at all, which only their version status tells."""
    version, running = found.get("guest.toolsVersionStatus2"), found.get("guest.toolsRunningStatus")
    if version == "guestToolsNotInstalled":
        return "not_installed"
    if running == "guestToolsRunning" and _is_current(found):
        return "running"
    return "not_running" if running == "guestToolsNotRunning" and version is not None and _is_current(found) else None


# --- what bars a backup --------------------------------------------------------------------------------------------


def _is_encrypted(found: Found, devices: Any) -> bool | None:
    """The .vmx or a disk has a key. That neither has is known only if all could be read."""
    if found.get("config.keyId") is not None:
        return True
    of_disks = is_encrypted(devices or ())
    if of_disks:
        return True
    return of_disks if _has_configuration(found) and found.unset("config.keyId") else None


def _fault_tolerance(found: Found) -> bool | None:
    state = FAULT_TOLERANCE.get(str(found.get("runtime.faultToleranceState")))
    return True if found.get("config.ftInfo") is not None else state


def _snapshots(found: Found, name: str, warn: Warn) -> list[dict[str, Any]] | None:
    info = found.get("snapshot")
    if info is not None:
        return [
            known({"name": snapshot.name or None, "created": snapshot.createTime.isoformat() if snapshot.createTime else None})
            for snapshot in _all_snapshots(info.rootSnapshotList or ())
        ]
    if not found.unset("snapshot") or not _has_configuration(found):
        return None
    if found.get("runtime.consolidationNeeded"):
        warn(words.needs_consolidation(name))
        return None
    return [] if found.unset("runtime.consolidationNeeded") or found.get("runtime.consolidationNeeded") is False else None


def _all_snapshots(roots: Any) -> Iterator[Any]:
    """The whole tree, parents first."""
    left = list(roots)[::-1]
    for _ in range(_DEEPEST):
        if not left:
            return
        snapshot = left.pop()
        yield snapshot
        left += list(snapshot.childSnapshotList or ())[::-1]
