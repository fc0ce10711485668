"""What listings of esxcli say of hosts and datastores, and when they are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from host_files import BOOT, NEC, VOLUME, device, extents, filesystems, write
from tenken.document.problem import InputError
from tenken.model.inventory import reader
from tenken.sources.base import Document
from tenken.sources.esxcli import source

LIST = "[root@esx01:~] esxcli storage core device list\n"
OTHER_VOLUME = "5d06eb1f-f5cc5f8b-4ebc-00e0ed438c52"


def read(folder: Path, files: dict[str, str | bytes]) -> Document:
    write(folder, files)
    assert source.recognises(folder)
    (document,) = source.read(folder, "copy")
    reader().validate_python(document.tree)
    return document


def host(folder: Path, text: str) -> dict[str, Any]:
    return read(folder, {"devices.txt": text}).tree["hosts"][0]


def refusals(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    write(folder, files)
    with pytest.raises(InputError) as refused:
        source.read(folder, "copy")
    return [str(problem) for problem in refused.value.problems]


# --- devices ---------------------------------------------------------------------------------------------------------


def test_devices_and_boot(tmp_path: Path) -> None:
    assert host(tmp_path, LIST + BOOT + device()) == {
        "name": "esx01",
        "boot": {"device": "mpx.vmhba0:C0:T0:L0", "kind": "local"},
        "devices": [
            {"device": "mpx.vmhba0:C0:T0:L0", "state": "attached", "vendor": "ATA", "model": "DISK ARRAY"},
            {"device": NEC, "state": "attached", "vendor": "NEC", "model": "DISK ARRAY"},
        ],
    }


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "attached"),
        ({"Status": "degraded"}, "attached"),
        ({"Status": "off", "Is Offline": "true"}, "detached"),
        ({"Status": "off"}, "detached"),
        ({"Status": "on", "Is Offline": "true"}, None),
        ({"Status": "dead"}, None),
        ({"Status": "not connected"}, None),
        ({"Is Offline": None}, "attached"),
    ],
)
def test_state(tmp_path: Path, changes: dict[str, str | None], state: str | None) -> None:
    assert host(tmp_path, LIST + BOOT + device(changes=changes))["devices"][1].get("state") == state


@pytest.mark.parametrize(
    ("changes", "boot"),
    [
        ({"Is Boot Device": "true"}, {"device": NEC, "kind": "san"}),
        ({"Is Boot Device": "true", "Is SAS": "true"}, {"device": NEC}),
        ({"Is Boot Device": "true", "Is Local": None}, {"device": NEC}),
        ({"Is Boot Device": "true", "Is Local": "true", "Is USB": "true"}, {"device": NEC, "kind": "usb"}),
        ({"Is Boot USB Device": "true"}, {"device": NEC, "kind": "usb"}),
        ({}, None),
        ({"Is Boot Device": None}, None),
    ],
)
def test_boot(tmp_path: Path, changes: dict[str, str | None], boot: dict[str, str] | None) -> None:
    assert host(tmp_path, LIST + device(changes=changes)).get("boot") == boot


def test_two_boot_devices_are_none(tmp_path: Path) -> None:
    document = read(tmp_path, {"d.txt": LIST + BOOT + device(changes={"Is Boot Device": "true"})})
    assert "boot" not in document.tree["hosts"][0]
    assert "2 devices of 'esx01' say that they are the boot device" in str(document.warnings[0])


@pytest.mark.parametrize(
    "text",
    [
        "# host: esx01\n" + device(),
        f"[root@esx01:~] esxcli storage core device list -d {NEC}\n" + device() + BOOT,
        f"[root@esx01:~] esxcli storage core device list --device={NEC}\n" + device() + BOOT,
        "[root@esx01:~] esxcli storage core device list --pe-only\n" + device() + BOOT,
        "[root@esx01:~] esxcli storage core device list | head -60\n" + device() + BOOT,
        "# host: esx01\n" + BOOT + device()[:300],
    ],
    ids=["only one device", "-d", "--device", "pe-only", "head", "cut off"],
)
def test_list_that_may_lack_devices_is_none(tmp_path: Path, text: str) -> None:
    """A device that is not listed would count as not seen by the host, and so as detached."""
    document = read(tmp_path, {"devices.txt": text})
    assert all("devices" not in host for host in document.tree["hosts"])
    assert "which devices the host sees stays unknown" in str(document.warnings[0])


def test_device_listed_twice(tmp_path: Path) -> None:
    document = read(tmp_path, {"d.txt": LIST + BOOT + device() + device() + device(changes={"Status": "off"})})
    assert [entry["device"] for entry in document.tree["hosts"][0]["devices"]] == ["mpx.vmhba0:C0:T0:L0", NEC]
    assert "listed twice" in str(document.warnings[0])


def test_lun_from_the_paths(tmp_path: Path) -> None:
    def path(number: int, disk: str, lun: int) -> str:
        return f"fc.2000-{number}\n   Runtime Name: vmhba{number}:C0:T0:L{lun}\n   Device: {disk}\n   LUN: {lun}\n\n"

    paths = path(1, NEC, 5) + path(2, NEC, 5) + path(1, "naa.6b", 1) + path(2, "naa.6b", 2)
    document = read(tmp_path, {"d.txt": LIST + device() + device("naa.6b"), "p.txt": paths})
    assert [entry.get("lun") for entry in document.tree["hosts"][0]["devices"]] == [5, None]


# --- which host ------------------------------------------------------------------------------------------------------

FQDN = "   Domain Name: example\n   Fully Qualified Domain Name: esx01.example\n   Host Name: esx01\n"
DEVICES = device() + BOOT


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"d.txt": "# host: esx07.example\n" + DEVICES}, ["esx07.example"]),
        ({"d.txt": "# Host = esx07\n" + LIST + DEVICES}, ["esx07"]),
        ({"d.txt": LIST + DEVICES}, ["esx01"]),
        ({"d.txt": DEVICES, "h.txt": FQDN}, ["esx01.example"]),
        ({"d.txt": LIST + DEVICES, "h.txt": FQDN}, ["esx01.example"]),
        ({"d.txt": DEVICES, "u.txt": "VMkernel esx01.example 8.0.2 #1 SMP Release build-1 x86_64\n"}, ["esx01.example"]),
        ({"a/d.txt": LIST + DEVICES, "b/d.txt": LIST.replace("esx01", "esx02") + DEVICES}, ["esx01", "esx02"]),
        ({"d.txt": LIST + DEVICES, "e.txt": LIST.replace("esx01", "esx02") + DEVICES}, ["esx01", "esx02"]),
    ],
)
def test_name_of_the_host(tmp_path: Path, files: dict[str, str | bytes], names: list[str]) -> None:
    assert [entry["name"] for entry in read(tmp_path, files).tree["hosts"]] == names


@pytest.mark.parametrize(
    "files",
    [
        {"d.txt": DEVICES},
        {"esx01/d.txt": DEVICES},
        {"d.txt": DEVICES, "a.txt": LIST, "b.txt": LIST.replace("esx01", "esx02")},
    ],
    ids=["alone", "folder is no proof", "two hosts beside it"],
)
def test_nameless_devices_are_refused(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    (refusal,) = refusals(tmp_path, files)
    assert "d.txt:1:1: which host this lists the devices of is not said (write # host: NAME" in refusal


def test_two_hosts_in_one_file_are_refused(tmp_path: Path) -> None:
    (refusal,) = refusals(tmp_path, {"d.txt": LIST + BOOT + LIST.replace("esx01", "esx02") + BOOT})
    assert "listings of several hosts: esx01 and esx02" in refusal and "d.txt:20:1" in refusal


def test_version(tmp_path: Path) -> None:
    document = read(
        tmp_path, {"d.txt": LIST + DEVICES, "v.txt": "VMware ESXi 7.0.3 build-19482537\nVMware ESXi 7.0 Update 3\n"}
    )
    assert document.tree["hosts"][0]["version"] == "7.0.3"
    assert str(document.locate(("hosts", 0, "version"))) == "copy/v.txt:1:1"


# --- datastores ------------------------------------------------------------------------------------------------------


def datastores(folder: Path, *texts: str) -> list[dict[str, Any]]:
    return read(folder, {f"{number}.txt": text for number, text in enumerate(texts)}).tree.get("datastores", [])


def test_extents_need_no_host(tmp_path: Path) -> None:
    table = extents(("DS 01", VOLUME, 0, NEC), ("開発", OTHER_VOLUME, 0, "t10.ATA_____X"), ("開発", OTHER_VOLUME, 1, "eui.01"))
    assert datastores(tmp_path, table) == [
        {"name": "DS 01", "type": "VMFS", "uuid": VOLUME, "extents": [NEC]},
        {"name": "開発", "type": "VMFS", "uuid": OTHER_VOLUME, "extents": ["t10.ATA_____X", "eui.01"]},
    ]


def test_missing_extent_leaves_them_open(tmp_path: Path) -> None:
    assert datastores(tmp_path, extents(("DS01", VOLUME, 1, NEC))) == [{"name": "DS01", "type": "VMFS", "uuid": VOLUME}]


def test_extents_that_hosts_list_differently(tmp_path: Path) -> None:
    first, second = extents(("DS01", VOLUME, 0, NEC)), extents(("DS01", VOLUME, 0, NEC), ("DS01", VOLUME, 1, "naa.6b"))
    hosts = (LIST.replace("device list", "x") + first, LIST.replace("esx01", "esx02") + second)
    assert datastores(tmp_path, *hosts) == [{"name": "DS01", "type": "VMFS", "uuid": VOLUME}]


def test_datastores_that_cannot_be_told_apart(tmp_path: Path) -> None:
    table = extents(
        ("datastore1", VOLUME, 0, NEC), ("datastore1", OTHER_VOLUME, 0, "naa.6b"), ("DS", VOLUME.replace("5", "6"), 0, "naa.6c")
    )
    document = read(tmp_path, {"e.txt": table})
    assert [entry["name"] for entry in document.tree["datastores"]] == ["DS"]
    assert "2 datastores are called 'datastore1'" in str(document.warnings[0])
    assert "datastores" in document.partial


def test_other_file_systems(tmp_path: Path) -> None:
    table = filesystems(
        ("DS01", VOLUME, "VMFS-6"), ("nfs 1", OTHER_VOLUME, "NFS"), ("BOOTBANK1", VOLUME.replace("5", "1"), "vfat"),
        ("OSDATA", VOLUME.replace("5", "2"), "VMFSOS"), ("vv", VOLUME.replace("5", "3"), "VVOL"),
    )  # fmt: skip
    assert datastores(tmp_path, table, extents(("DS01", VOLUME, 0, NEC))) == [
        {"name": "DS01", "type": "VMFS", "uuid": VOLUME, "extents": [NEC]},
        {"name": "nfs 1", "type": "NFS"},
        {"name": "vv", "type": "vVol"},
    ]


def test_everything_in_one_file(tmp_path: Path) -> None:
    """As it is copied from a terminal, with carriage returns."""
    session = (
        LIST
        + DEVICES
        + "[root@esx01:~] esxcli storage vmfs extent list\n"
        + extents(("DS01", VOLUME, 0, NEC))
        + "[root@esx01:~] \n"
    )
    document = read(tmp_path, {"session.log": session.replace("\n", "\r\n")})
    assert [len(document.tree[kind]) for kind in ("hosts", "datastores")] == [1, 1]
    assert str(document.locate(("datastores", 0, "extents", 0))) == "copy/session.log:41:1"
    assert str(document.locate(("hosts", 0, "devices", 0, "vendor"))) == "copy/session.log:8:1"
    assert str(document.locate(("hosts", 0, "boot", "device"))) == "copy/session.log:35:1"
    assert str(document.locate(())) == str(document.locate(("hosts", 9))) == "copy"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    document = read(tmp_path, {"e.txt": extents(("開発", VOLUME, 0, NEC)).encode(encoding)})
    assert document.tree["datastores"][0]["name"] == "開発"


@pytest.mark.parametrize("text", ["", "hello\n", "tenken: 1\n", "Volume Name\n", "\0" * 100])
def test_other_files_are_not_recognised(tmp_path: Path, text: str) -> None:
    assert not source.recognises(write(tmp_path, {"x.txt": text}))
    assert not source.recognises(tmp_path / "x.txt")
    assert not source.recognises(tmp_path / "gone.txt")
