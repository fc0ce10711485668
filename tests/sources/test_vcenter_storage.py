"""Hosts, datastores and clusters: devices, boot disks, extents, heartbeat datastores."""

from __future__ import annotations

from typing import Any

import pytest
from pyVmomi import vim, vmodl
from tests.sources.vcenter_fakes import FakeVCenter, denied, disk, run, said, site

from tenken.sources.vsphere.words import device_state

LUN = "naa.60000000000000000000000000000010"
LUN_UUID = "0200010000600000000000000000000000000000104953746f7261"
OWN = "naa.50000000000000000000000000000001"


def lun(name: str, uuid: str = "", kind: str = "disk", state: tuple[str, ...] = ("ok",), local: bool = False) -> Any:
    return vim.host.ScsiDisk(
        key=f"key-{name}",
        canonicalName=name,
        uuid=uuid,
        lunType=kind,
        vendor="NEC     ",
        model="DISK ARRAY      ",
        operationalState=list(state),
        localDisk=local,
    )


def topology(*numbers: tuple[int, str]) -> Any:
    targets = [
        vim.host.ScsiTopology.Target(lun=[vim.host.ScsiTopology.Lun(lun=number, scsiLun=f"key-{name}")])
        for number, name in numbers
    ]
    return vim.host.ScsiTopology(adapter=[vim.host.ScsiTopology.Interface(target=targets)])


def with_host(**properties: Any) -> FakeVCenter:
    server = site()
    server.objects["host-10"][1].update({path.replace("__", "."): value for path, value in properties.items()})
    return server


def host(server: FakeVCenter) -> dict[str, Any]:
    (found,) = run(server).tree["hosts"]
    return dict(found)


def test_devices_of_a_host() -> None:
    found = host(
        with_host(
            config__storageDevice__scsiLun=[
                lun(LUN),
                lun("naa.6b", state=("off",)),
                lun("naa.6c", state=("lostCommunication",)),
                lun("mpx.vmhba0:C0:T4:L0", kind="cdrom"),
            ],
            config__storageDevice__scsiTopology=topology((3, LUN), (3, LUN), (4, "naa.6b"), (5, "naa.6b")),
        )
    )
    nec = {"vendor": "NEC", "model": "DISK ARRAY"}
    assert found["devices"] == [
        {"device": LUN, "state": "attached", **nec, "lun": 3},
        {"device": "naa.6b", "state": "detached", **nec},
        {"device": "naa.6c", **nec},
    ]


@pytest.mark.parametrize("value", [None, denied()])
def test_devices_that_were_not_read_are_unknown(value: Any) -> None:
    assert "devices" not in host(with_host(config__storageDevice__scsiLun=value))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["ok"], "attached"), (["off"], "detached"), (["ok", "off"], "detached"), (["ok", "degraded"], "attached"),
        (["error"], None), ([], None), (None, None),
    ],
)  # fmt: skip
def test_states_of_a_device(states: list[str] | None, expected: str | None) -> None:
    assert device_state(states) == expected


@pytest.mark.parametrize("state", ["disconnected", "notResponding"])
def test_what_vcenter_only_remembers_of_a_host_is_not_taken(state: str) -> None:
    server = boot("vmhba1:C0:T0:L0")
    server.objects["host-10"][1]["runtime.connectionState"] = state
    collected = run(server)
    assert {"devices", "boot"}.isdisjoint(collected.tree["hosts"][0])
    assert said(collected) == ["hosts: devices not known, since the host is not connected: esx01"]


def test_ports_of_a_host() -> None:
    adapters = [
        vim.host.FibreChannelHba(key="a", portWorldWideName=0x10000000C9123456),
        vim.host.FibreChannelOverEthernetHba(key="b", portWorldWideName=-(2**63) + 1),
        vim.host.InternetScsiHba(key="c", iScsiName="iqn.1998-01.com.vmware:esx01"),
        vim.host.BlockHba(key="d"),
    ]
    assert host(with_host(config__storageDevice__hostBusAdapter=adapters))["ports"] == [
        "10:00:00:00:c9:12:34:56",
        "80:00:00:00:00:00:00:01",
        "iqn.1998-01.com.vmware:esx01",
    ]
    assert host(with_host(config__storageDevice__hostBusAdapter=[]))["ports"] == []
    assert "ports" not in host(site())


# --- boot ----------------------------------------------------------------------------------------------------------


class BootSystem(vim.host.BootDeviceSystem):  # type: ignore[misc]
    """Answers with one boot device, or with a fault."""

    def __init__(self, answer: Any) -> None:
        super().__init__("bootdevicesystem-1")
        object.__setattr__(self, "answer", answer)

    def QueryBootDevices(self) -> Any:  # noqa: N802
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def boot(description: str, current: str = "k1", adapter: Any = None) -> FakeVCenter:
    devices = [
        vim.host.BootDeviceSystem.BootDevice(key="k0", description="net"),
        vim.host.BootDeviceSystem.BootDevice(key="k1", description=description),
    ]
    path = vim.host.MultipathInfo.Path(name="vmhba1:C0:T0:L0", adapter="hba1")
    other = vim.host.MultipathInfo.Path(name="vmhba1:C0:T0:L1", adapter="hba1")
    return with_host(
        configManager__bootDeviceSystem=BootSystem(vim.host.BootDeviceInfo(bootDevices=devices, currentBootDeviceKey=current)),
        config__storageDevice__scsiLun=[lun(OWN, "0a1b", local=True), lun(LUN, LUN_UUID)],
        config__storageDevice__hostBusAdapter=[adapter or vim.host.BlockHba(key="hba1")],
        config__storageDevice__multipathInfo=vim.host.MultipathInfo(
            lun=[
                vim.host.MultipathInfo.LogicalUnit(lun=f"key-{OWN}", path=[path]),
                vim.host.MultipathInfo.LogicalUnit(lun=f"key-{LUN}", path=[other]),
            ]
        ),
    )


SAN = vim.host.FibreChannelHba(key="hba1", portWorldWideName=1)
USB = vim.host.BlockHba(key="hba1", driver="vmkusb")


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (boot("Local disk vmhba1:C0:T0:L0"), {"kind": "local", "device": OWN}),
        (boot("vmhba1:C0:T0:L1", adapter=SAN), {"kind": "san", "device": LUN}),
        (boot("vmhba1:C0:T0:L1"), {"device": LUN}),
        (boot(f"disk {LUN}", adapter=SAN), {"kind": "san", "device": LUN}),
        (boot("0a1b", adapter=USB), {"kind": "usb", "device": OWN}),
        (boot("vmhba1:C0:T0:L1 vmhba1:C0:T0:L0"), None),
        (boot("vmhba1:C0:T0:L11"), None),
        (boot("Hard drive C:"), None),
        (boot("vmhba1:C0:T0:L0", current="k0"), None),
        (boot("vmhba1:C0:T0:L0", current="k9"), None),
    ],
)
def test_the_boot_disk_is_told_only_where_it_is_certain(server: FakeVCenter, expected: dict[str, Any] | None) -> None:
    collected = run(server)
    assert collected.tree["hosts"][0].get("boot") == expected
    assert collected.warnings == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (vim.fault.NoPermission(privilegeId="Host.Config.Settings"), "the account lacks the privilege Host.Config.Settings"),
        (vmodl.fault.NotSupported(), "this vCenter does not offer it"),
        (vmodl.fault.MethodNotFound(), "this vCenter does not offer it"),
        (TimeoutError(), "no answer came in time"),
        (vim.fault.HostConfigFault(), "the answer was HostConfigFault"),
    ],
)
def test_a_host_that_does_not_tell_its_boot_device(fault: Any, reason: str) -> None:
    collected = run(with_host(configManager__bootDeviceSystem=BootSystem(fault)))
    assert "boot" not in collected.tree["hosts"][0]
    assert said(collected) == [f"hosts: boot device not known, since {reason}: esx01"]


# --- RDM -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uuid", "devices", "expected"),
    [
        (LUN_UUID, [lun(LUN, LUN_UUID)], LUN),
        (LUN_UUID.upper(), [lun(LUN, LUN_UUID)], LUN),
        (LUN_UUID, [], LUN),
        ("01000000001234", [lun("t10.NEC_____X", "01000000001234")], "t10.NEC_____X"),
        ("01000000001234", [], None),
        ("01000000001234", [lun("t10.a", "01000000001234"), lun("t10.b", "01000000001234")], None),
    ],
)
def test_the_lun_of_an_rdm(uuid: str, devices: list[Any], expected: str | None) -> None:
    backing = vim.vm.device.VirtualDisk.RawDiskMappingVer1BackingInfo(
        fileName="[DS01] a/r.vmdk", lunUuid=uuid, compatibilityMode="physicalMode"
    )
    server = with_host(config__storageDevice__scsiLun=devices)
    server.objects["vm-20"][1]["config.hardware.device"] = [disk(backing)]
    (found,) = run(server).tree["vms"][0]["disks"]
    assert found["rdm"].get("device") == expected


# --- datastores ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("VMFS", "VMFS"),
        ("NFS", "NFS"),
        ("NFS41", "NFS41"),
        ("VVOL", "vVol"),
        ("vsan", "vSAN"),
        ("OTHER", "other"),
        ("new", None),
    ],
)
def test_types_of_datastores(kind: str, expected: str | None) -> None:
    server = site()
    server.objects["datastore-15"][1]["summary.type"] = kind
    (found,) = run(server).tree["datastores"]
    assert found.get("type") == expected
    assert ("extents" in found) == (kind == "VMFS")


def test_extents_and_hosts_that_were_not_read_are_unknown() -> None:
    server = site()
    server.objects["datastore-15"][1].update({"info": denied(), "host": denied()})
    collected = run(server)
    assert {"extents", "uuid", "hosts"}.isdisjoint(collected.tree["datastores"][0])
    assert len(collected.warnings) == 2


def test_a_host_that_unmounted_a_datastore_does_not_mount_it() -> None:
    server = site()
    other = server.add(vim.HostSystem("host-11"), name="esx02")
    server.objects["datastore-15"][1]["host"].append(
        vim.Datastore.HostMount(key=other, mountInfo=vim.host.MountInfo(mounted=False))
    )
    assert run(server).tree["datastores"][0]["hosts"] == ["esx01"]


# --- clusters ------------------------------------------------------------------------------------------------------


class Cluster(vim.ClusterComputeResource):  # type: ignore[misc]
    def __init__(self, answer: Any) -> None:
        super().__init__("domain-c8")
        object.__setattr__(self, "answer", answer)

    def RetrieveDasAdvancedRuntimeInfo(self) -> Any:  # noqa: N802
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def ha(answer: Any, **das: Any) -> dict[str, Any]:
    server = site()
    cluster = Cluster(answer)
    settings = vim.cluster.ConfigInfoEx(dasConfig=vim.cluster.DasConfigInfo(**das))
    server.objects["domain-c8"] = (
        cluster,
        {
            "name": "CL1",
            "host": [vim.HostSystem("host-10")],
            "parent": vim.Datacenter("datacenter-1"),
            "configurationEx": settings,
        },
    )
    (found,) = run(server).tree["clusters"]
    assert found["hosts"] == ["esx01"] and found["datacenter"] == "DC1"
    return dict(found.get("ha", {}))


DS01 = vim.Datastore("datastore-15")
IN_USE = vim.cluster.DasAdvancedRuntimeInfo(
    heartbeatDatastoreInfo=[vim.cluster.DasAdvancedRuntimeInfo.HeartbeatDatastoreInfo(datastore=DS01)]
)
NOT_OFFERED = vmodl.fault.MethodNotFound()


@pytest.mark.parametrize(
    ("answer", "das", "expected"),
    [
        (IN_USE, {"enabled": True, "hBDatastoreCandidatePolicy": "allFeasibleDs"},
         {"enabled": True, "heartbeat_policy": "allFeasibleDs", "heartbeat_datastores": ["DS01"]}),
        (vim.cluster.DasAdvancedRuntimeInfo(), {"enabled": True, "heartbeatDatastore": [DS01]},
         {"enabled": True, "heartbeat_datastores": ["DS01"]}),
        (vim.cluster.DasAdvancedRuntimeInfo(), {"enabled": True}, {"enabled": True, "heartbeat_datastores": []}),
        (NOT_OFFERED, {"enabled": True, "hBDatastoreCandidatePolicy": "allFeasibleDs", "heartbeatDatastore": [DS01]},
         {"enabled": True, "heartbeat_policy": "allFeasibleDs"}),
        (NOT_OFFERED, {"enabled": True, "hBDatastoreCandidatePolicy": "userSelectedDs", "heartbeatDatastore": [DS01]},
         {"enabled": True, "heartbeat_policy": "userSelectedDs", "heartbeat_datastores": ["DS01"]}),
        (NOT_OFFERED, {"enabled": False}, {"enabled": False}),
        (NOT_OFFERED, {}, {}),
    ],
)  # fmt: skip
def test_heartbeat_datastores(answer: Any, das: dict[str, Any], expected: dict[str, Any]) -> None:
    assert ha(answer, **das) == expected
