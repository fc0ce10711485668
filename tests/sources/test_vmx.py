"""What a .vmx says, and what it leaves open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from host_files import UUID, VOLUME, descriptor, vmx, write
from tenken.document.problem import InputError
from tenken.model.inventory import reader
from tenken.pipeline import check
from tenken.sources.base import Document
from tenken.sources.vmx import source

ABSENT = object()
WITH_DISK = {"db01.vmdk": descriptor()}


def read(folder: Path, files: dict[str, Any], name: str = "copy") -> Document:
    write(folder, files)
    assert source.recognises(folder)
    (document,) = source.read(folder, name)
    reader().validate_python(document.tree)
    return document


def machine(folder: Path, settings: dict[str, str | None] | None = None, **files: Any) -> dict[str, Any]:
    others = {name.replace("__", "."): content for name, content in files.items()} or WITH_DISK
    return read(folder, {"db01.vmx": vmx(settings), **others}).tree["vms"][0]


def warnings(folder: Path, files: dict[str, Any]) -> str:
    return "\n".join(map(str, read(folder, files).warnings))


# --- the machine -----------------------------------------------------------------------------------------------------


def test_usual_machine(tmp_path: Path) -> None:
    assert machine(tmp_path, db01__vmdk=descriptor(), db01__vmsd="") == {
        "name": "db01",
        "uuid": "503e06db-f8d5-458e-a2fb-f9820253a7be",
        "guest": {"os": {"family": "windows_server", "version": "2019", "arch": "x64", "name": "windows2019srv-64"}},
        "encrypted": False,
        "vtpm": False,
        "passthrough_devices": [],
        "snapshots": [],
        "controllers": [{"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"}],
        "disks": [
            {
                "label": "scsi0:0",
                "controller": "scsi0",
                "mode": "persistent",
                "sharing": "none",
                "backing": "flat",
                "capacity_gib": 1.0,
            }
        ],
    }


@pytest.mark.parametrize(
    ("settings", "fact", "expected"),
    [
        ({"displayName": "開発|22DB|22 |7C"}, "name", '開発"DB" |'),
        ({"DISPLAYNAME": "again", "displayName": None}, "name", "again"),
        ({"vc.uuid": None, "uuid.bios": UUID.replace("50", "42", 1)}, "uuid", "423e06db-f8d5-458e-a2fb-f9820253a7be"),
        ({"vc.uuid": "50 3e"}, "uuid", ABSENT),
        ({"checkpoint.vmState": "db01-8d1.vmss"}, "power_state", "suspended"),
        ({"checkpoint.vmState": ""}, "power_state", ABSENT),
        ({"checkpoint.vmState": "db01-Snapshot1.vmsn"}, "power_state", ABSENT),
        ({"encryption.keySafe": "vmware:key/list/(pair/…)"}, "encrypted", True),
        ({"encryption.keySafe": ""}, "encrypted", False),
        ({"vtpm.present": "TRUE"}, "vtpm", True),
        ({"vtpm.present": "false"}, "vtpm", False),
        ({"HDCS.agent": "TRUE"}, "roles", ["vcls"]),
        ({"vCLSCRX.agent": "true"}, "roles", ["vcls"]),
        ({}, "roles", ABSENT),
        ({"ftcpt.maxDiskBufferPages": "48"}, "fault_tolerance", ABSENT),
        ({}, "fault_tolerance", ABSENT),
        ({}, "vmx", ABSENT),
        ({}, "host", ABSENT),
        ({}, "snapshots", ABSENT),
    ],
)
def test_facts(tmp_path: Path, settings: dict[str, str | None], fact: str, expected: Any) -> None:
    assert machine(tmp_path, settings).get(fact, ABSENT) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"guestOS": "rhel8-64"}, {"family": "rhel", "version": "8", "arch": "x64", "name": "rhel8-64"}),
        ({"guestOS": "windows9srv-64"}, {"family": "windows_server", "arch": "x64", "name": "windows9srv-64"}),
        ({"guestOS": "windows8srv-64"}, {"family": "windows_server", "arch": "x64", "name": "windows8srv-64"}),
        ({"guestOS": "windows2019srvNext-64"},
         {"family": "windows_server", "version": "2022", "arch": "x64", "name": "windows2019srvNext-64"}),
        ({"guestOS": "longhorn"}, {"family": "windows_server", "version": "2008", "arch": "x86", "name": "longhorn"}),
        ({"guestOS": "centos8-64"}, {"version": "8", "arch": "x64", "name": "centos8-64"}),
        ({"guestOS": "freebsd13-64"}, {"family": "other", "name": "freebsd13-64"}),
        ({"guestOS": "from-the-future-64"}, {"name": "from-the-future-64"}),
        ({"guestOS": "centos7-64", "guestOS.detailed.data":
            "bitness='64' distroName='Rocky Linux' distroVersion='8.6' familyName='Linux' prettyName='Rocky Linux 8.6'"},
         {"family": "rocky", "version": "8.6", "arch": "x64", "name": "Rocky Linux 8.6"}),
    ],
)  # fmt: skip
def test_guest_system(tmp_path: Path, settings: dict[str, str | None], expected: dict[str, str]) -> None:
    assert machine(tmp_path, settings)["guest"] == {"os": expected}


def test_no_guest_system(tmp_path: Path) -> None:
    assert "guest" not in machine(tmp_path, {"guestOS": None})


def test_machine_without_a_name_is_called_after_its_file(tmp_path: Path) -> None:
    document = read(tmp_path, {"old.vmx": vmx({"displayName": None})})
    assert document.tree["vms"][0]["name"] == "old"
    assert "no displayName" in str(document.warnings[0])


def test_template(tmp_path: Path) -> None:
    assert read(tmp_path, {"gold.vmtx": vmx()}).tree["vms"][0]["template"] is True


def test_hidden_settings_leave_everything_open(tmp_path: Path) -> None:
    hidden = '.encoding = "UTF-8"\ndisplayName = "secret"\nencryption.keySafe = "vmware:key"\nencryption.data = "A/B="\n'
    document = read(tmp_path, {"secret.vmx": hidden})
    assert document.tree["vms"] == [{"name": "secret", "encrypted": True}]
    assert "can't be seen" in str(document.warnings[0])


def test_encrypted_machine_with_visible_devices(tmp_path: Path) -> None:
    vm = machine(tmp_path, {"encryption.bundle": "x", "encryption.data": "y", "encryption.keySafe": "z"})
    assert vm["encrypted"] is True and len(vm["disks"]) == 1


def test_encrypted_disk_makes_the_machine_encrypted(tmp_path: Path) -> None:
    vm = machine(tmp_path, db01__vmdk=descriptor(extra='encryption.keySafe = "vmware:key"\n'))
    assert vm["encrypted"] is True


# --- controllers and passthrough -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"scsi0.virtualDev": "lsisas1068"}, {"id": "scsi0", "type": "lsilogic_sas", "bus_sharing": "none"}),
        ({"scsi0.virtualDev": None}, {"id": "scsi0", "bus_sharing": "none"}),
        ({"scsi0.virtualDev": "newscsi"}, {"id": "scsi0", "bus_sharing": "none"}),
        ({"scsi0.sharedBus": None}, {"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"}),
        ({"scsi0.sharedBus": "Physical"}, {"id": "scsi0", "type": "pvscsi", "bus_sharing": "physical"}),
        ({"scsi0.sharedBus": "other"}, {"id": "scsi0", "type": "pvscsi"}),
        ({"scsi0.present": "FALSE"}, {"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"}),
    ],
)
def test_controller(tmp_path: Path, settings: dict[str, str | None], expected: dict[str, str]) -> None:
    assert machine(tmp_path, settings)["controllers"] == [expected]


def test_controllers_without_disks_count(tmp_path: Path) -> None:
    settings: dict[str, str | None] = {
        "scsi1.present": "TRUE", "scsi1.virtualDev": "lsilogic", "scsi1.sharedBus": "virtual",
        "scsi2.present": "FALSE", "scsi2.virtualDev": "lsilogic", "scsi2.sharedBus": "virtual",
        "scsi3.pciSlotNumber": "35", "nvme0.present": "TRUE", "sata0.present": "TRUE", "sched.scsi4:0.shares": "normal",
    }  # fmt: skip
    assert machine(tmp_path, settings)["controllers"] == [
        {"id": "nvme0", "type": "nvme", "bus_sharing": "none"},
        {"id": "sata0", "type": "ahci"},
        {"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"},
        {"id": "scsi1", "type": "lsilogic", "bus_sharing": "virtual"},
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"pciPassthru0.present": "TRUE", "pciPassthru0.id": "00000:003:00.0"},
            [{"type": "directpath_io", "id": "00000:003:00.0"}],
        ),
        ({"pciPassthru0.present": "TRUE", "pciPassthru0.allowedDevices": "4318:7864"}, [{"type": "dynamic_directpath_io"}]),
        ({"pciPassthru0.present": "TRUE", "pciPassthru0.virtualDev": "vmiop"}, [{"type": "vgpu"}]),
        ({"pciPassthru0.present": "TRUE", "pciPassthru0.vgpu": "grid_p40-1q"}, [{"type": "vgpu"}]),
        ({"pciPassthru0.present": "TRUE", "pciPassthru0.systemId": "BYPASS"}, [{"type": "sriov"}]),
        ({"pciPassthru0.present": "TRUE", "pciPassthru0.virtualDev": "dvx"}, [{}]),
        ({"pciPassthru0.deviceId": "0x10de"}, [{"type": "directpath_io"}]),
        ({"pciPassthru0.present": "FALSE", "pciPassthru0.id": "1"}, []),
        ({"pciPassthru.use64bitMMIO": "TRUE"}, []),
    ],
)
def test_passthrough(tmp_path: Path, settings: dict[str, str | None], expected: list[dict[str, str]]) -> None:
    assert machine(tmp_path, settings)["passthrough_devices"] == expected


# --- disks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"scsi0:0.mode": "independent-persistent"}, {"mode": "independent_persistent"}),
        ({"scsi0:0.mode": "independent-nonpersistent"}, {"mode": "independent_nonpersistent"}),
        ({"scsi0:0.mode": "odd"}, {"mode": ABSENT}),
        ({"scsi0:0.sharing": "multi-writer"}, {"sharing": "multi_writer"}),
        ({"scsi0:0.sharing": "sharing-none"}, {"sharing": "none"}),
        ({"scsi0:0.sharing": "odd"}, {"sharing": ABSENT}),
        ({"scsi0:0.deviceType": None, "scsi0:0.present": None}, {"label": "scsi0:0", "backing": "flat"}),
        ({"scsi0:0.fileName": "missing.vmdk"}, {"backing": ABSENT, "rdm": ABSENT, "capacity_gib": ABSENT}),
        ({"scsi0:0.fileName": "../../../etc/passwd"}, {"backing": ABSENT, "path": ABSENT}),
        ({"scsi0:0.fileName": "/etc/passwd"}, {"backing": ABSENT, "path": ABSENT}),
        ({"scsi0:0.fileName": f"/vmfs/volumes/{VOLUME}/db01/db01.vmdk"}, {"backing": ABSENT, "path": ABSENT}),
        ({"scsi0:0.fileName": "/vmfs/volumes/DS02/db01/db01.vmdk"}, {"backing": ABSENT, "path": "[DS02] db01/db01.vmdk"}),
    ],
)
def test_disk(tmp_path: Path, settings: dict[str, str | None], expected: dict[str, Any]) -> None:
    (disk,) = machine(tmp_path, settings)["disks"]
    assert {fact: disk.get(fact, ABSENT) for fact in expected} == expected


@pytest.mark.parametrize(
    ("create_type", "backing", "rdm"),
    [
        ("vmfs", "flat", None),
        ("vmfsSparse", "sparse", None),
        ("seSparse", "se_sparse", None),
        ("vmfsRawDeviceMap", "rdm", "virtual"),
        ("vmfsPassthroughRawDeviceMap", "rdm", "physical"),
        ("fullDevice", None, None),
    ],
)
def test_kind_of_disk(tmp_path: Path, create_type: str, backing: str | None, rdm: str | None) -> None:
    (disk,) = machine(tmp_path, db01__vmdk=descriptor(create_type))["disks"]
    assert disk.get("backing") == backing
    assert disk.get("rdm") == ({"compatibility": rdm} if rdm else None)


def test_rdm_below_a_snapshot(tmp_path: Path) -> None:
    files = {
        "db01.vmx": vmx({"scsi0:0.fileName": "db01-000002.vmdk"}),
        "db01-000002.vmdk": descriptor("vmfsSparse", "db01-000001.vmdk"),
        "db01-000001.vmdk": descriptor("vmfsSparse", "db01.vmdk"),
        "db01.vmdk": descriptor("vmfsRawDeviceMap"),
    }
    document = read(tmp_path, files)
    (vm,) = document.tree["vms"]
    assert vm["disks"][0]["backing"] == "rdm" and vm["disks"][0]["rdm"] == {"compatibility": "virtual"}
    assert vm["snapshots"] == [{}]
    assert str(document.locate(("vms", 0, "disks", 0, "rdm", "compatibility"))) == "copy/db01.vmdk:6:1"


@pytest.mark.parametrize("parent", ["gone.vmdk", "db01.vmdk", ""])
def test_chain_that_leads_nowhere(tmp_path: Path, parent: str) -> None:
    vm = machine(tmp_path, db01__vmdk=descriptor("seSparse", parent))
    assert "backing" not in vm["disks"][0]
    assert vm["snapshots"] == [{}]


def test_devices_that_are_no_disks(tmp_path: Path) -> None:
    settings: dict[str, str | None] = {
        "ide0:0.present": "TRUE", "ide0:0.deviceType": "cdrom-image", "ide0:0.fileName": "/vmfs/volumes/ISO/x.vmdk",
        "ide0:1.present": "TRUE", "ide0:1.deviceType": "atapi-cdrom", "sata0:0.fileName": "empty.iso",
        "scsi0:3.present": "FALSE", "scsi0:3.fileName": "old.vmdk", "scsi0:3.deviceType": "scsi-hardDisk",
        "scsi0:5.present": "TRUE", "scsi0:5.deviceType": "scsi-passthru", "scsi0:5.fileName": "/vmfs/devices/genscsi/x",
    }  # fmt: skip
    document = read(tmp_path, {"db01.vmx": vmx(settings), **WITH_DISK})
    assert [disk["label"] for disk in document.tree["vms"][0]["disks"]] == ["scsi0:0"]
    assert "passed through" in str(document.warnings[0])


def test_device_that_may_be_a_disk_leaves_the_disks_open(tmp_path: Path) -> None:
    vm = machine(tmp_path, {"scsi0:1.present": "TRUE", "scsi0:1.deviceType": "scsi-novelty", "scsi0:1.fileName": "x"})
    assert "disks" not in vm
    assert vm["controllers"] == [{"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"}]


def test_disks_in_the_order_of_their_units(tmp_path: Path) -> None:
    more = {f"scsi0:{unit}.fileName": f"{unit}.vmdk" for unit in (10, 9, 2)}
    assert [disk["label"] for disk in machine(tmp_path, dict(more))["disks"]] == ["scsi0:0", "scsi0:2", "scsi0:9", "scsi0:10"]


# --- snapshots -------------------------------------------------------------------------------------------------------


def test_snapshots(tmp_path: Path) -> None:
    vmsd = (
        '.encoding = "UTF-8"\nsnapshot.numSnapshots = "2"\nsnapshot0.uid = "1"\nsnapshot0.displayName = "更新前"\n'
        'snapshot0.createTimeHigh = "388745"\nsnapshot0.createTimeLow = "1991180826"\nsnapshot2.uid = "3"\n'
        'snapshot2.displayName = "second"\nsnapshot2.createTimeHigh = "421234"\nsnapshot2.createTimeLow = "-1234567890"\n'
    )
    document = read(tmp_path, {"db01.vmx": vmx(), "db01.vmsd": vmsd, **WITH_DISK})
    assert document.tree["vms"][0]["snapshots"] == [
        {"name": "更新前", "created": "2022-11-28 15:24:12 UTC"},
        {"name": "second", "created": "2027-05-01 16:35:14 UTC"},
    ]
    assert str(document.locate(("vms", 0, "snapshots", 1, "name"))) == "copy/db01.vmsd:8:1"


@pytest.mark.parametrize(
    ("vmsd", "expected"),
    [
        ("", []),
        ('snapshot.numSnapshots = "0"\n', []),
        ('snapshot.lastUID = "7"\n', []),
        ('snapshot.numSnapshots = "2"\nsnapshot0.uid = "1"\n', None),
        ("damaged", None),
        ('snapshot.numSnapshots = "1"\nsnapshot0.uid = "1"\nsnapshot0.createTimeHigh = "9999999999999"\n', [{}]),
    ],
)
def test_list_of_snapshots(tmp_path: Path, vmsd: str, expected: list[Any] | None) -> None:
    assert machine(tmp_path, db01__vmdk=descriptor(), db01__vmsd=vmsd).get("snapshots") == expected


def test_empty_list_does_not_hold_against_a_disk_named_as_a_snapshot(tmp_path: Path) -> None:
    vm = machine(tmp_path, {"scsi0:0.fileName": "db01-000001.vmdk"}, db01__vmsd="")
    assert "snapshots" not in vm


# --- datastores ------------------------------------------------------------------------------------------------------


def test_datastore_from_the_folder(tmp_path: Path) -> None:
    absolute: dict[str, str | None] = {
        "scsi0:1.fileName": f"/vmfs/volumes/{VOLUME}/data/d.vmdk", "scsi0:2.fileName": "../shared/s.vmdk",
    }  # fmt: skip
    root = tmp_path / "vmfs" / "volumes"
    files = {
        "DS 01/db01/db01.vmx": vmx(absolute), "DS 01/db01/db01.vmdk": descriptor(), "DS 01/shared/s.vmdk": descriptor(),
        f"{VOLUME}/data/d.vmdk": descriptor("vmfsPassthroughRawDeviceMap"),
    }  # fmt: skip
    write(root, files)
    (root / "DS02").symlink_to(VOLUME)
    vm = read(tmp_path, {}).tree["vms"][0]
    assert vm["vmx"] == "[DS 01] db01/db01.vmx"
    assert [(disk["path"], disk["backing"]) for disk in vm["disks"]] == [
        ("[DS 01] db01/db01.vmdk", "flat"), ("[DS02] data/d.vmdk", "rdm"), ("[DS 01] shared/s.vmdk", "flat"),
    ]  # fmt: skip


def test_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "outside", {"db01.vmdk": descriptor(), "more/x.vmx": vmx(name="x")})
    inside = write(tmp_path / "inside", {"db01.vmx": vmx()})
    (inside / "db01.vmdk").symlink_to(tmp_path / "outside" / "db01.vmdk")
    (inside / "loop").symlink_to(inside)
    (inside / "more").symlink_to(tmp_path / "outside" / "more")
    (vm,) = read(inside, {}).tree["vms"]
    assert "backing" not in vm["disks"][0]


# --- many files ------------------------------------------------------------------------------------------------------


def test_single_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"db01.vmx": vmx(), **WITH_DISK})
    monkeypatch.chdir(tmp_path)
    (document,) = source.read(Path("db01.vmx"), "db01.vmx")
    assert document.tree["vms"][0]["disks"][0]["backing"] == "flat"
    assert str(document.locate(("vms", 0, "name"))) == "db01.vmx:4:1"


def test_places(tmp_path: Path) -> None:
    document = read(tmp_path, {"a/db01.vmx": vmx({"scsi0:0.mode": "independent-persistent"}), "a/db01.vmdk": descriptor()})
    routes = {
        ("vms", 0): 4, ("vms", 0, "uuid"): 5, ("vms", 0, "guest", "os", "version"): 6, ("vms", 0, "disks", 0, "mode"): 13,
        ("vms", 0, "disks", 0, "sharing"): 11, ("vms", 0, "controllers", 0, "bus_sharing"): 9, ("vms", 0, "encrypted"): 4,
    }  # fmt: skip
    assert {route: str(document.locate(route)) for route in routes} == {
        route: f"copy/a/db01.vmx:{line}:1" for route, line in routes.items()
    }
    assert str(document.locate(())) == "copy"
    assert str(document.locate(("vms", 7))) == "copy"


def test_shared_uuid_identifies_nobody(tmp_path: Path) -> None:
    document = read(tmp_path, {"a.vmx": vmx(name="a"), "b.vmx": vmx(name="b"), "c/a.vmx": vmx(name="a")})
    assert [(vm["name"], "uuid" in vm) for vm in document.tree["vms"]] == [("a", False), ("b", False)]
    texts = "\n".join(map(str, document.warnings))
    assert "2 virtual machines have the UUID" in texts and "the same file as copy/a.vmx" in texts


def test_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"a.vmx": vmx() + "scsi1.sharedBus\n", "b.vmx": vmx() + 'scsi0.present = "FALSE"\nmemSize = "1'})
    with pytest.raises(InputError) as refused:
        source.read(tmp_path, "copy")
    assert [str(problem) for problem in refused.value.problems] == [
        'copy/a.vmx:13:1: not a line of the form key = "value" (copy the file again; a setting that can\'t be read could be any)',
        "copy/b.vmx:13:1: scsi0.present is set twice, with different values (first on line 7; remove the wrong one)",
        'copy/b.vmx:14:1: not a line of the form key = "value" (the closing quote is missing: is the file cut off?)',
    ]


def test_files_that_are_none(tmp_path: Path) -> None:
    document = read(tmp_path, {"a.vmx": vmx(), "empty.vmx": "", "b.vmx": b"\0" * 100, "c.vmx": "hello"})
    assert len(document.tree["vms"]) == 1
    assert len(document.warnings) == 3 + 2  # and the descriptor that is not there, and that there may be more machines


def test_whole_check(tmp_path: Path) -> None:
    """A violation in a .vmx is found, with its line; nothing that it leaves open passes."""
    settings: dict[str, str | None] = {"scsi0.sharedBus": "physical", "encryption.keySafe": "x"}
    write(tmp_path / "vmfs/volumes/DS01/db01", {"db01.vmx": vmx(settings), **WITH_DISK})
    report = check([tmp_path])
    facts = {
        result.rule: [str(fact.location) for fact in result.facts] for result in report.results if result.outcome == "fail"
    }
    assert any(place.endswith("db01.vmx:13:1") for place in facts["vm-not-encrypted"])
    assert any(place.endswith("db01.vmx:9:1") for place in facts["vm-no-scsi-bus-sharing"])
    undecided = {result.rule for result in report.results if result.outcome == "unknown"}
    assert {"vm-no-fault-tolerance", "vm-tools-running", "vm-no-guest-iscsi"} <= undecided
