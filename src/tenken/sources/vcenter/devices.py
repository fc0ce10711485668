"""The virtual hardware of a VM: controllers, disks, passthrough devices, virtual TPM.

A device of a type that is newer than pyVmomi decodes to the base class that it extends. Such a device may be anything, so it
adds an element of which nothing is known to every list: a violation that is seen is found, and no list passes for complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tenken.sources.base import known
from tenken.sources.native.writer import gib
from tenken.sources.vsphere.words import BUS_SHARING, COMPATIBILITY, DISK_MODES, SHARING

_CONTROLLERS = (
    ("ParaVirtualSCSIController", "scsi", "pvscsi"),
    ("VirtualLsiLogicSASController", "scsi", "lsilogic_sas"),
    ("VirtualLsiLogicController", "scsi", "lsilogic"),
    ("VirtualBusLogicController", "scsi", "buslogic"),
    ("VirtualSCSIController", "scsi", None),
    ("VirtualNVMEController", "nvme", "nvme"),
    ("VirtualSATAController", "sata", "ahci"),
    ("VirtualIDEController", "ide", "ide"),
)
"""Classes of storage controllers, the special before the general → prefix of the id, and type where the class settles it."""

_BACKINGS = (
    ("FlatVer1BackingInfo", "flat"),
    ("FlatVer2BackingInfo", "flat"),
    ("SparseVer1BackingInfo", "sparse"),
    ("SparseVer2BackingInfo", "sparse"),
    ("SeSparseBackingInfo", "se_sparse"),
    ("LocalPMemBackingInfo", "pmem"),
    ("RawDiskMappingVer1BackingInfo", "rdm"),
)

_LONGEST_CHAIN = 1000
"""Snapshots of a disk, at most; vSphere allows 32."""

DeviceOfLun = Callable[[str], str | None]
"""LUN UUID of an RDM → device id."""


def hardware(devices: Iterable[Any], device_of_lun: DeviceOfLun) -> dict[str, Any]:
    """``controllers``, ``disks``, ``passthrough_devices`` and ``vtpm`` of a VM's devices, in the native form."""
    from pyVmomi import vim

    all_devices = list(devices)
    bases = (vim.vm.device.VirtualDevice, vim.vm.device.VirtualController)
    undecoded = [device for device in all_devices if type(device) in bases]
    controllers = {device.key: found for device in all_devices if (found := _controller(device)) is not None}
    disks = [
        _disk(device, controllers, device_of_lun) for device in all_devices if isinstance(device, vim.vm.device.VirtualDisk)
    ]
    has_tpm = any(isinstance(device, vim.vm.device.VirtualTPM) for device in all_devices)
    labels = [_label(device) for device in undecoded]
    return known(
        {
            "controllers": [*controllers.values(), *({"id": label} for label in labels)],
            "disks": _distinct([*disks, *({"label": label} for label in labels)]),
            "passthrough_devices": [
                *(found for device in all_devices if (found := _passthrough(device)) is not None),
                *({"id": label} for label in labels),
            ],
            "vtpm": True if has_tpm else None if undecoded else False,
        }
    )


def is_encrypted(devices: Iterable[Any]) -> bool | None:
    """Whether some disk is encrypted; None where a disk is of a kind that pyVmomi can't tell."""
    from pyVmomi import vim

    answer: bool | None = False
    for device in devices:
        if isinstance(device, vim.vm.device.VirtualDisk):
            if any(getattr(backing, "keyId", None) is not None for backing in _chain(device)):
                return True
            if _backing_kind(device.backing) is None:
                answer = None
        elif type(device) is vim.vm.device.VirtualDevice:
            answer = None
    return answer


def spread_disks(devices: Iterable[Any]) -> list[str]:
    """Labels of disks whose snapshot chain or parent lies on another datastore than their newest file."""
    from pyVmomi import vim

    return [
        _label(device)
        for device in devices
        if isinstance(device, vim.vm.device.VirtualDisk)
        and len({name.partition("]")[0] for backing in _chain(device) if (name := getattr(backing, "fileName", None))}) > 1
    ]


def _label(device: Any) -> str:
    info = device.deviceInfo
    return (info.label if info is not None else None) or f"device {device.key}"


def _distinct(disks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Labels identify disks; a second one of the same name gets a number."""
    counts: dict[str, int] = {}
    for disk in disks:
        label = disk["label"]
        counts[label] = counts.get(label, 0) + 1
        if counts[label] > 1:
            disk["label"] = f"{label} ({counts[label]})"
    return disks


def _controller(device: Any) -> dict[str, Any] | None:
    from pyVmomi import vim

    for name, prefix, kind in _CONTROLLERS:
        if isinstance(device, getattr(vim.vm.device, name)):
            sharing = BUS_SHARING.get(str(getattr(device, "sharedBus", None)))
            return known({"id": f"{prefix}{device.busNumber}", "type": kind, "bus_sharing": sharing})
    return None


# --- disks ---------------------------------------------------------------------------------------------------------


def _disk(device: Any, controllers: dict[int, dict[str, Any]], device_of_lun: DeviceOfLun) -> dict[str, Any]:
    """One disk. Its mode and file are those of the newest file of the chain, its kind that of the oldest: an RDM with a
    snapshot is still an RDM."""
    backing = device.backing
    base = _chain(device)[-1]
    kind = _backing_kind(base)
    controller = controllers.get(device.controllerKey)
    mode = getattr(backing, "diskMode", None)
    disk: dict[str, Any] = {
        "label": _label(device),
        "controller": controller["id"] if controller else None,
        "path": getattr(backing, "fileName", None) or None,
        "backing": kind,
        "mode": mode if mode in DISK_MODES else None,
        "sharing": SHARING.get(str(getattr(backing, "sharing", None))),
        "capacity_gib": gib(device.capacityInBytes or (device.capacityInKB or 0) * 1024),
    }
    if kind == "rdm":
        lun = base.lunUuid
        disk["rdm"] = known(
            {
                "compatibility": COMPATIBILITY.get(str(base.compatibilityMode)),
                "device": device_of_lun(lun) if lun else None,
            }
        )
    return known(disk)


def _chain(device: Any) -> list[Any]:
    """The newest file of a disk, its parent, and so on to the base."""
    chain = [device.backing]
    while (parent := getattr(chain[-1], "parent", None)) is not None and len(chain) < _LONGEST_CHAIN:
        chain.append(parent)
    return chain


def _backing_kind(backing: Any) -> str | None:
    from pyVmomi import vim

    for name, kind in _BACKINGS:
        if isinstance(backing, getattr(vim.vm.device.VirtualDisk, name)):
            return kind
    return None


# --- passthrough ---------------------------------------------------------------------------------------------------


def _passthrough(device: Any) -> dict[str, Any] | None:
    """A device that the guest drives itself; of a kind that the inventory has no word for, the type is left out."""
    from pyVmomi import vim

    if isinstance(device, vim.vm.device.VirtualSriovEthernetCard):
        sriov = device.sriovBacking
        function = sriov.physicalFunctionBacking if sriov is not None else None
        return known({"type": "sriov", "id": (function.id if function is not None else None) or _label(device)})
    if isinstance(device, vim.vm.device.VirtualVmxnet3) and getattr(device, "uptv2Enabled", None):
        return {"id": f"{_label(device)} (UPTv2)"}
    if not isinstance(device, vim.vm.device.VirtualPCIPassthrough):
        return None
    passthrough, backing = vim.vm.device.VirtualPCIPassthrough, device.backing
    if isinstance(backing, passthrough.VmiopBackingInfo):
        return known({"type": "vgpu", "id": backing.vgpu or _label(device)})
    if isinstance(backing, passthrough.DynamicBackingInfo):
        return {"type": "dynamic_directpath_io", "id": backing.assignedId or backing.customLabel or _label(device)}
    if isinstance(backing, passthrough.DeviceBackingInfo):
        return {"type": "directpath_io", "id": backing.id or _label(device)}
    return {"id": _label(device)}
