"""An estate with planted defects, written as files of its hosts, is read back as far as such files can say it."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks.generate import generate
from benchmarks.host_files import write

from tenken.sources import registry

VMS = 400


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What was written, and what the .vmx files and the listings say."""
    tree, _ = generate(VMS, 3, share=0.5)
    folder = tmp_path_factory.mktemp("estate")
    write(tree, folder)
    by_format = {document.format: document.tree for document in registry.read([folder])}
    return tree, by_format["VMware configuration files"], by_format["esxcli listings"]


def test_virtual_machines(estate: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]) -> None:
    tree, read, _ = estate
    found = {vm["vmx"]: vm for vm in read["vms"]}
    assert len(found) == len(tree["vms"]) == VMS
    compared = 0
    for vm in tree["vms"]:
        for fact in ("name", "uuid", "encrypted", "vtpm"):
            if vm.get(fact) is not None:
                assert found[vm["vmx"]].get(fact) == vm[fact], (vm["name"], fact)
        for fact in ("disks", "controllers", "passthrough_devices", "snapshots"):
            if vm.get(fact) is not None:
                assert len(found[vm["vmx"]][fact]) == len(vm[fact]), (vm["name"], fact)
        disks = {disk["path"]: disk for disk in found[vm["vmx"]]["disks"]}
        for disk in vm["disks"] or ():
            assert disks[disk["path"]]["mode"] == (disk.get("mode") or "persistent")
            assert disks[disk["path"]]["sharing"] == (disk.get("sharing") or "none")
            assert (disks[disk["path"]].get("rdm") or {}).get("compatibility") == (disk.get("rdm") or {}).get("compatibility")
            compared += 1
        controllers = {entry["id"]: entry for entry in found[vm["vmx"]]["controllers"]}
        for entry in vm["controllers"] or ():
            assert controllers[entry["id"]].get("bus_sharing", "none") == (entry.get("bus_sharing") or "none")
        types = [device["type"] for device in vm.get("passthrough_devices") or ()]
        assert [device["type"] for device in found[vm["vmx"]]["passthrough_devices"]] == types
    assert compared > VMS


def test_hosts_and_datastores(estate: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]) -> None:
    tree, _, read = estate
    assert [host["name"] for host in read["hosts"]] == sorted(host["name"] for host in tree["hosts"])
    found = {host["name"]: host for host in read["hosts"]}
    for host in tree["hosts"]:
        if host["boot"].get("device"):
            assert found[host["name"]]["boot"]["device"] == host["boot"]["device"]
        states = {entry["device"]: (entry["state"], entry["vendor"]) for entry in found[host["name"]]["devices"]}
        assert states == {entry["device"]: (entry["state"], entry["vendor"]) for entry in host["devices"]}
    extents = {entry["name"]: entry["extents"] for entry in tree["datastores"] if entry["type"] == "VMFS" and entry["hosts"]}
    assert {entry["name"]: entry["extents"] for entry in read["datastores"]} == extents
