"""Unpacked vm-support bundles."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_files import BOOT, NEC, UUID, VOLUME, bundle, device, extents, vmx, write
from tenken.document.problem import InputError
from tenken.model.inventory import reader
from tenken.pipeline import check
from tenken.sources import registry
from tenken.sources import vm_support as source
from tenken.sources.base import Document
from tenken.sources.esxcli import source as esxcli
from tenken.sources.vmx import source as vmx_source


def read(folder: Path) -> Document:
    assert source.recognises(folder)
    (document,) = source.read(folder, "bundle")
    reader().validate_python(document.tree)
    return document


def test_bundle(tmp_path: Path) -> None:
    document = read(bundle(tmp_path))
    (host,), (datastore,), (vm,) = (document.tree[kind] for kind in ("hosts", "datastores", "vms"))
    assert (host["name"], host["version"], host["boot"]["kind"]) == ("esx01.example", "7.0.3", "local")
    assert [entry["device"] for entry in host["devices"]] == [NEC, "mpx.vmhba0:C0:T0:L0"]
    assert datastore == {"name": "DS01", "type": "VMFS", "uuid": VOLUME, "extents": [NEC]}
    assert (vm["vmx"], vm["disks"][0]["path"]) == ("[DS01] db01/db01.vmx", "[DS01] db01/db01.vmdk")
    assert (vm["host"], vm["power_state"], vm["snapshots"]) == ("esx01.example", "powered_on", [])
    assert [str(warning).partition(";")[0] for warning in document.warnings] == [
        "bundle: these files do not tell whether other virtual machines are on the same datastores"
    ]


def test_places(tmp_path: Path) -> None:
    document = read(bundle(tmp_path))
    routes = {
        ("hosts", 0, "boot", "device"): "commands/localcli_storage-core-device-list.txt:34:1",
        ("hosts", 0, "devices", 0, "state"): "commands/localcli_storage-core-device-list.txt:10:1",
        ("datastores", 0, "extents", 0): "commands/localcli_storage-vmfs-extent-list.txt:3:1",
        ("vms", 0, "power_state"): "commands/localcli_vm-process-list.txt:1:1",
        ("vms", 0, "disks", 0, "backing"): f"vmfs/volumes/{VOLUME}/db01/db01.vmdk:6:1",
        ("vms", 0, "name"): f"vmfs/volumes/{VOLUME}/db01/db01.vmx:4:1",
    }
    assert {route: str(document.locate(route)) for route in routes} == {route: f"bundle/{at}" for route, at in routes.items()}
    assert str(document.locate(())) == "bundle"


def test_bundle_is_one_source(tmp_path: Path) -> None:
    """Whatever folder around it is named, its files are not read a second time as files of their own."""
    bundle(tmp_path / "esx-esx01-2026-11-24--10.20-1")
    for folder in (tmp_path, tmp_path / "esx-esx01-2026-11-24--10.20-1"):
        assert not vmx_source.recognises(folder) and not esxcli.recognises(folder)
        assert [document.format for document in registry.read([folder])] == ["vm-support bundle"]


def test_bundles_beside_other_files(tmp_path: Path) -> None:
    bundle(tmp_path / "b1")
    write(tmp_path, {"other/web.vmx": vmx({"vc.uuid": UUID.replace("50", "51", 1)}, name="web")})
    formats = {document.format: len(document.tree["vms"]) for document in registry.read([tmp_path])}
    assert formats == {"vm-support bundle": 1, "VMware configuration files": 1}


def test_bundles_of_several_hosts(tmp_path: Path) -> None:
    local = "6ce3ae6c-2f1dbf04-bb3b-00e0ed438c52"
    for number, uuid in ((1, local), (2, local.replace("6", "7", 1))):
        table = extents(("DS01", VOLUME, 0, NEC), ("datastore1", uuid, 0, f"naa.6{number}"))
        files = {"commands/localcli_storage-vmfs-extent-list.txt": table}
        if number == 2:
            files[f"vmfs/volumes/{VOLUME}/db01/db01.vmx"] = vmx({"vc.uuid": UUID.replace("50", "51", 1)}, name="db02")
        bundle(tmp_path / f"b{number}", f"esx0{number}.example", files)
    document = read(tmp_path)
    assert [host["name"] for host in document.tree["hosts"]] == ["esx01.example", "esx02.example"]
    assert [entry["name"] for entry in document.tree["datastores"]] == ["DS01"]
    assert [vm["host"] for vm in document.tree["vms"]] == ["esx01.example", "esx02.example"]
    assert any("2 datastores are called 'datastore1'" in str(warning) for warning in document.warnings)


@pytest.mark.parametrize(
    ("folder", "files", "name"),
    [
        ("x", {"etc/vmware/esx.conf": '/adv/Misc/HostName = "esx05.example"\n', "commands/uname_-a.txt": ""}, "esx05.example"),
        ("x", {"etc/vmware/esx.conf": '/adv/Misc/HostName = "esx01"\n'}, "esx01.example"),
        ("esx-esx09.example-2026-11-24--10.20-99", {"commands/uname_-a.txt": ""}, "esx09.example"),
        ("esx-esx09-2026-11-24--10.20", {"commands/uname_-a.txt": "VMkernel localhost 7.0.3 #1 SMP\n"}, "esx09"),
    ],
)
def test_name_of_the_host(tmp_path: Path, folder: str, files: dict[str, str], name: str) -> None:
    assert read(bundle(tmp_path / folder, files=files)).tree["hosts"][0]["name"] == name


def test_bundle_without_a_name_is_refused(tmp_path: Path) -> None:
    bundle(tmp_path / "x", files={"commands/uname_-a.txt": "", f"vmfs/volumes/{VOLUME}/db01/db01.vmx": vmx() + "damaged\n"})
    with pytest.raises(InputError) as refused:
        source.read(tmp_path / "x", "bundle")
    assert [str(problem).partition(" (")[0] for problem in refused.value.problems] == [
        "bundle: the bundle does not say which host it is of",
        f'bundle/vmfs/volumes/{VOLUME}/db01/db01.vmx:13:1: not a line of the form key = "value"',
    ]


def test_machine_that_does_not_run_here_may_run_elsewhere(tmp_path: Path) -> None:
    document = read(bundle(tmp_path, files={"commands/localcli_vm-process-list.txt": ""}))
    assert not {"host", "power_state"} & document.tree["vms"][0].keys()


def test_one_device_is_all_devices(tmp_path: Path) -> None:
    """In a bundle the command is known to have listed everything."""
    document = read(bundle(tmp_path, files={"commands/localcli_storage-core-device-list.txt": BOOT}))
    assert len(document.tree["hosts"][0]["devices"]) == 1


def test_whole_check(tmp_path: Path) -> None:
    """A datastore on the disk on which ESXi is installed is found by joining the files of a bundle."""
    devices = device(changes={"Is Boot Device": "true"}) + device("naa.6b")
    report = check([bundle(tmp_path, files={"commands/localcli_storage-core-device-list.txt": devices})])
    failed = {(result.rule, result.subject.name) for result in report.results if result.outcome == "fail"}
    assert ("datastore-not-on-esxi-install-disk", "DS01") in failed
