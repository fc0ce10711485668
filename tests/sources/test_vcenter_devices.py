"""Virtual hardware, device by device; and devices of types that pyVmomi does not know."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyVmomi import vim
from tests.sources.vcenter_fakes import disk, flat_disk, scsi

from tenken.sources.vcenter.devices import hardware, is_encrypted, spread_disks

device = vim.vm.device
VirtualDisk, Passthrough = device.VirtualDisk, device.VirtualPCIPassthrough

NAA = "naa.60000000000000000000000000000010"
LUN_UUID = "0200010000600000000000000000000000000000104953746f7261"


def parts(*devices: Any) -> dict[str, Any]:
    return hardware(devices, {LUN_UUID: NAA}.get)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (scsi(), {"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"}),
        (scsi(bus=2, sharing="virtualSharing"), {"id": "scsi2", "type": "pvscsi", "bus_sharing": "virtual"}),
        (scsi(sharing="physicalSharing"), {"id": "scsi0", "type": "pvscsi", "bus_sharing": "physical"}),
        (scsi(cls=device.VirtualLsiLogicController), {"id": "scsi0", "type": "lsilogic", "bus_sharing": "none"}),
        (scsi(cls=device.VirtualLsiLogicSASController), {"id": "scsi0", "type": "lsilogic_sas", "bus_sharing": "none"}),
        (scsi(cls=device.VirtualBusLogicController), {"id": "scsi0", "type": "buslogic", "bus_sharing": "none"}),
        (scsi(cls=device.VirtualSCSIController), {"id": "scsi0", "bus_sharing": "none"}),
        (device.VirtualNVMEController(key=31000, busNumber=1), {"id": "nvme1", "type": "nvme"}),
        (
            device.VirtualNVMEController(key=31000, busNumber=0, sharedBus="physicalSharing"),
            {"id": "nvme0", "type": "nvme", "bus_sharing": "physical"},
        ),
        (device.VirtualAHCIController(key=15000, busNumber=0), {"id": "sata0", "type": "ahci"}),
        (device.VirtualIDEController(key=200, busNumber=0), {"id": "ide0", "type": "ide"}),
    ],
)
def test_controllers(found: Any, expected: dict[str, Any]) -> None:
    assert parts(found)["controllers"] == [expected]


def rdm(mode: str | None = "physicalMode", uuid: str | None = LUN_UUID, **settings: Any) -> Any:
    return VirtualDisk.RawDiskMappingVer1BackingInfo(
        fileName="[DS01] app01/app01_1.vmdk", lunUuid=uuid, compatibilityMode=mode, **settings
    )


@pytest.mark.parametrize(
    ("backing", "expected"),
    [
        (VirtualDisk.FlatVer2BackingInfo(fileName="[DS01] a/a.vmdk"), {"backing": "flat"}),
        (VirtualDisk.FlatVer1BackingInfo(fileName="[DS01] a/a.vmdk"), {"backing": "flat"}),
        (VirtualDisk.SparseVer2BackingInfo(fileName="[DS01] a/a.vmdk"), {"backing": "sparse"}),
        (VirtualDisk.SeSparseBackingInfo(fileName="[DS01] a/a.vmdk"), {"backing": "se_sparse"}),
        (VirtualDisk.LocalPMemBackingInfo(fileName="[DS01] a/a.vmdk"), {"backing": "pmem"}),
        (
            VirtualDisk.FlatVer2BackingInfo(diskMode="independent_persistent"),
            {"backing": "flat", "mode": "independent_persistent"},
        ),
        (VirtualDisk.FlatVer2BackingInfo(diskMode="new_mode"), {"backing": "flat"}),
        (VirtualDisk.FlatVer2BackingInfo(sharing="sharingMultiWriter"), {"backing": "flat", "sharing": "multi_writer"}),
        (device.VirtualDevice.FileBackingInfo(fileName="[DS01] a/a.vmdk"), {}),
        (rdm(), {"backing": "rdm", "rdm": {"compatibility": "physical", "device": NAA}}),
        (rdm("virtualMode"), {"backing": "rdm", "rdm": {"compatibility": "virtual", "device": NAA}}),
        (rdm(uuid="02ff"), {"backing": "rdm", "rdm": {"compatibility": "physical"}}),
        (rdm("newMode", None), {"backing": "rdm", "rdm": {}}),
        (
            rdm(None, None, parent=rdm("virtualMode")),
            {"backing": "rdm", "rdm": {"compatibility": "virtual", "device": NAA}},
        ),
    ],
)
def test_disks(backing: Any, expected: dict[str, Any]) -> None:
    (found,) = parts(scsi(), disk(backing))["disks"]
    assert found.pop("label") == "Hard disk 1"
    assert found.pop("controller") == "scsi0"
    assert found.pop("path", None) == (getattr(backing, "fileName", None) or None)
    assert found.pop("capacity_gib") == 1
    assert found == expected


def test_a_disk_without_a_label_or_controller_keeps_its_place() -> None:
    first, second, third = parts(flat_disk(), flat_disk(2001), disk(VirtualDisk.FlatVer2BackingInfo(), 2002, 7, None))["disks"]
    assert [found["label"] for found in (first, second, third)] == ["Hard disk 1", "Hard disk 1 (2)", "device 2002"]
    assert "controller" not in third


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            Passthrough(backing=Passthrough.DeviceBackingInfo(id="0000:5e:00.0")),
            {"type": "directpath_io", "id": "0000:5e:00.0"},
        ),
        (
            Passthrough(backing=Passthrough.DynamicBackingInfo(assignedId="0000:5e:00.1")),
            {"type": "dynamic_directpath_io", "id": "0000:5e:00.1"},
        ),
        (Passthrough(backing=Passthrough.VmiopBackingInfo(vgpu="grid_a100-10c")), {"type": "vgpu", "id": "grid_a100-10c"}),
        (Passthrough(key=13000, backing=Passthrough.DvxBackingInfo(deviceClass="x")), {"id": "device 13000"}),
        (Passthrough(key=13000), {"id": "device 13000"}),
        (device.VirtualSriovEthernetCard(key=4000), {"type": "sriov", "id": "device 4000"}),
        (device.VirtualVmxnet3(key=4000, uptv2Enabled=True), {"id": "device 4000 (UPTv2)"}),
    ],
)
def test_passthrough_devices(found: Any, expected: dict[str, Any]) -> None:
    assert parts(found)["passthrough_devices"] == [expected]


def test_devices_that_are_none_of_these() -> None:
    plain = (device.VirtualVmxnet3(key=4000), device.VirtualKeyboard(key=600), device.VirtualCdrom(key=3000))
    assert parts(*plain) == {"controllers": [], "disks": [], "passthrough_devices": [], "vtpm": False}


def test_a_virtual_tpm() -> None:
    assert parts(device.VirtualTPM(key=11000))["vtpm"] is True


@pytest.mark.parametrize("base", [device.VirtualDevice, device.VirtualController])
def test_a_device_that_decodes_to_a_base_class_may_be_anything(base: Any) -> None:
    found = parts(scsi(), flat_disk(), base(key=9000))
    assert found["controllers"][-1] == {"id": "device 9000"}
    assert found["disks"][-1] == {"label": "device 9000"}
    assert found["passthrough_devices"] == [{"id": "device 9000"}]
    assert "vtpm" not in found


KEY = vim.encryption.CryptoKeyId(keyId="k")


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ([], False),
        ([flat_disk()], False),
        ([flat_disk(keyId=KEY)], True),
        ([flat_disk(parent=VirtualDisk.FlatVer2BackingInfo(keyId=KEY))], True),
        ([disk(VirtualDisk.SeSparseBackingInfo(keyId=KEY))], True),
        ([disk(rdm())], False),
        ([disk(device.VirtualDevice.FileBackingInfo())], None),
        ([device.VirtualDevice(key=9000)], None),
        ([device.VirtualDevice(key=9000), flat_disk(keyId=KEY)], True),
    ],
)
def test_encrypted_disks(devices: list[Any], expected: bool | None) -> None:
    assert is_encrypted(devices) is expected


def test_a_parent_on_another_datastore_is_noticed() -> None:
    linked = flat_disk(parent=VirtualDisk.FlatVer2BackingInfo(fileName="[GOLD] master/master.vmdk"))
    assert spread_disks([linked, flat_disk()]) == ["Hard disk 1"]


CLASSES = [
    getattr(device, name)
    for name in dir(device)
    if isinstance(getattr(device, name), type) and issubclass(getattr(device, name), device.VirtualDevice)
]
BACKINGS = [
    getattr(owner, name)
    for owner in (device.VirtualDevice, VirtualDisk, Passthrough)
    for name in ("BackingInfo", "FlatVer2BackingInfo", "RawDiskMappingVer1BackingInfo", "DeviceBackingInfo", "VmiopBackingInfo")
    if hasattr(owner, name)
]


@given(
    st.lists(
        st.tuples(st.sampled_from(CLASSES), st.none() | st.sampled_from(BACKINGS), st.integers(0, 9), st.none() | st.text())
    )
)
@settings(max_examples=200)
def test_no_device_of_any_class_breaks_the_reading(chosen: list[tuple[Any, Any, int, str | None]]) -> None:
    devices = []
    for cls, backing, key, label in chosen:
        made = cls(key=key, deviceInfo=None if label is None else vim.Description(label=label, summary=""))
        if backing is not None:
            made.backing = backing()
        devices.append(made)
    found = hardware(devices, lambda uuid: None)
    assert len({entry["label"] for entry in found["disks"]}) == len(found["disks"])
    assert is_encrypted(devices) in (True, False, None)
