"""Terraform plans and states become facts, and what they do not say stays unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from terraform_plans import (
    LOOKED_UP,
    LUN,
    Json,
    change,
    disk,
    exists,
    new_vm,
    plan,
    read,
    resource,
    state,
    vm,
    vm_of,
)

DB = "vsphere_virtual_machine.db"
UNSEEN = {"id": "unseen"}


def of(folder: Path, values: Json, **masks: Any) -> Json:
    """The facts of one virtual machine that is there and is not changed."""
    return vm_of(read(folder, plan(change(DB, values, ("no-op",), **masks))), values["name"])


def of_new(folder: Path, values: Json, **masks: Any) -> Json:
    return vm_of(read(folder, plan(change(DB, values, **masks))), values["name"])


# --- a whole plan ----------------------------------------------------------------------------------------------------


def test_everything_that_a_plan_says_of_a_vm_that_is_there(tmp_path: Path) -> None:
    values = vm(
        vtpm=[{"version": "2.0"}],
        pci_device_id=["0000:3b:00.0"],
        scsi_controller_count=2,
        scsi_type="lsilogic-sas",
        scsi_bus_sharing="physicalSharing",
        nvme_controller_count=1,
        disk=[exists(), exists("data", 16, disk_mode="independent_persistent", disk_sharing="sharingMultiWriter")],
    )
    document = read(tmp_path, plan(change(DB, values, ("no-op",))))
    assert (document.format, document.read_as) == ("Terraform plan", "Terraform 1.11.4, planned 2026-11-24T08:00:00Z")
    assert document.partial == {"vms", "hosts", "datastores", "clusters", "vcenters"}
    assert document.tree["vms"] == [
        {
            "name": "db01",
            "datacenter": "DC1",
            "uuid": "4210-db01",
            "host": "esx01.example",
            "power_state": "powered_on",
            "vmx": "[DS01] db01/db01.vmx",
            "guest": {
                "os": {"family": "rhel", "version": "8", "arch": "x64", "name": "rhel8_64Guest"},
                "tools": "running",
            },
            "vtpm": True,
            "passthrough_devices": [{"type": "directpath_io", "id": "0000:3b:00.0"}, {}],
            "controllers": [
                {"id": "scsi0", "type": "lsilogic_sas", "bus_sharing": "physical"},
                {"id": "scsi1", "type": "lsilogic_sas", "bus_sharing": "physical"},
                {"id": "nvme0", "type": "nvme"},
                {"id": "ide0", "type": "ide"},
                {"id": "ide1", "type": "ide"},
                UNSEEN,
            ],
            "disks": [
                {
                    "label": "disk0",
                    "controller": "scsi0",
                    "path": "[DS01] db01/db01_0.vmdk",
                    "backing": "flat",
                    "mode": "persistent",
                    "sharing": "none",
                    "capacity_gib": 40.0,
                },
                {
                    "label": "data",
                    "controller": "scsi0",
                    "path": "[DS01] db01/db01_16.vmdk",
                    "backing": "flat",
                    "mode": "independent_persistent",
                    "sharing": "multi_writer",
                    "capacity_gib": 40.0,
                },
            ],
        }
    ]
    assert {kind: entries for kind, entries in document.tree.items() if kind != "vms"} == {
        "hosts": [{"name": "esx01.example", "datacenter": "DC1"}],
        "datastores": [{"name": "DS01", "datacenter": "DC1"}],
        "clusters": [{"name": "CL1", "datacenter": "DC1"}],
    }


def test_a_vm_that_the_plan_creates(tmp_path: Path) -> None:
    found = of_new(tmp_path, new_vm())
    assert not {"uuid", "host", "power_state"} & found.keys()
    assert found["guest"].keys() == {"os"}
    assert found["vmx"] == "[DS01]", "how the file will be called is not known, where it will lie is"
    assert found["disks"] == [
        {
            "label": "disk0", "controller": "scsi0", "path": "[DS01]", "backing": "flat", "mode": "persistent",
            "sharing": "none", "capacity_gib": 40.0,
        }
    ]  # fmt: skip


def test_what_terraform_cannot_say_is_absent(tmp_path: Path) -> None:
    document = read(tmp_path, plan(change(DB, vm(), ("no-op",)), change("vsphere_virtual_machine.app", new_vm("app01"))))
    for found in document.tree["vms"]:
        unsaid = {
            "encrypted", "fault_tolerance", "template", "roles", "vtpm", "passthrough_devices", "snapshots", "cluster",
            "workloads", "software",
        }  # fmt: skip
        assert not unsaid & found.keys()
        assert found["controllers"][-1] == UNSEEN
        assert not {"state", "dynamic_disks", "raw_disks", "iscsi_initiator"} & found["guest"].keys()
    assert not {"arrays", "servers", "jobs", "defaults", "vcenters"} & document.tree.keys()
    assert any("attached to others by hand" in str(warning) for warning in document.warnings)


# --- actions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "there"),
    [
        (("no-op",), True), (("create",), True), (("update",), True), (("delete", "create"), True),
        (("create", "delete"), True), (("delete",), False), (("forget",), False),
    ],
)  # fmt: skip
def test_what_is_destroyed_is_left_out(tmp_path: Path, actions: tuple[str, ...], there: bool) -> None:
    document = read(tmp_path, plan(change(DB, vm() if there else None, actions)))
    assert ("vms" in document.tree) == there


def test_deposed_objects_are_left_out_and_counted(tmp_path: Path) -> None:
    old = change(DB, None, ("delete",)) | {"deposed": "0a1b2c3d"}
    document = read(tmp_path, plan(change(DB, vm(), ("update",)), old))
    assert len(document.tree["vms"]) == 1
    assert any("1 deposed objects" in warning.said.en for warning in document.warnings)


def test_disks_that_the_plan_removes_are_left_out(tmp_path: Path) -> None:
    removed = [exists("<deleted>", 1), exists("<remove, keep disk>", 2), exists("orphaned_disk_0", 3)]
    found = of(tmp_path, vm(disk=[exists(), *removed]))
    assert [entry["label"] for entry in found["disks"]] == ["disk0", "orphaned_disk_0"]


@pytest.mark.parametrize(("key", "said"), [("errored", "planning failed"), ("complete", "some changes were deferred")])
def test_a_plan_that_is_not_whole_says_so(tmp_path: Path, key: str, said: str) -> None:
    document = read(tmp_path, plan(change(DB, vm(), ("no-op",))) | {key: key == "errored"})
    assert any(said in warning.said.en for warning in document.warnings)


# --- unknown and sensitive -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribute", "fact"),
    [
        ("guest_id", "guest"), ("disk", "disks"), ("vtpm", "vtpm"), ("pci_device_id", "passthrough_devices"),
        ("host_system_id", "host"), ("datastore_id", "vmx"), ("resource_pool_id", None), ("power_state", "power_state"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mask", ["after_unknown", "after_sensitive"])
def test_a_masked_attribute_is_no_fact(tmp_path: Path, attribute: str, fact: str | None, mask: str) -> None:
    values = vm(vtpm=[{"version": "2.0"}], pci_device_id=["x"], vmware_tools_status="")
    assert fact is None or fact in of(tmp_path, values)
    found = of(tmp_path, values, **{mask: {attribute: True}})
    assert fact is None or found.get(fact) in (None, {"os": None})


def test_a_mask_reaches_into_blocks(tmp_path: Path) -> None:
    values = vm(disk=[exists(), exists("data", 1)])
    found = of(tmp_path, values, after_unknown={"disk": [{}, {"disk_mode": True, "disk_sharing": False}]})
    assert "mode" in found["disks"][0]
    assert found["disks"][1]["mode"] is None, "it is set to something, so that no default may fill it in"
    assert found["disks"][1]["sharing"] == "none"
    found = of(tmp_path, values, after_unknown={"disk": [False, True]})
    assert found["disks"][1] == {"label": "disk[1]", "backing": None, "mode": None, "sharing": None}


def test_a_disk_of_which_nothing_is_known_still_is_a_disk(tmp_path: Path) -> None:
    found = of_new(tmp_path, new_vm(disk=[disk(), disk("b", 1)]), after_unknown={"disk": [{}, dict.fromkeys(disk(), True)]})
    assert [entry["label"] for entry in found["disks"]] == ["disk0", "disk[1]"]
    assert {key for key, value in found["disks"][1].items() if value is not None} == {"label"}


CANARY = "S3CRET-canary"


@pytest.mark.parametrize("attribute", ["name", "guest_id", "scsi_type", "vmx_path", "uuid", "id", "annotation", "extra_config"])
def test_sensitive_values_are_never_echoed(tmp_path: Path, attribute: str) -> None:
    """Not even where the value is nonsense that an error would quote."""
    values = vm() | {attribute: CANARY}
    document = read(tmp_path, plan(change(DB, values, ("no-op",), after_sensitive={attribute: True})))
    said = json.dumps(document.tree) + "".join(map(str, document.warnings)) + str(document.locate(("vms", 0, "name")))
    assert CANARY not in said
    if attribute == "name":
        assert document.tree["vms"][0]["name"] == DB, "its address stands in"
    if attribute in ("name", "guest_id"):
        assert f"{DB}.{attribute}" in said, "which attribute it was may be told"


def test_sensitive_blocks_of_a_state(tmp_path: Path) -> None:
    entry = resource(DB, vm(disk=[exists(CANARY)]), sensitive_values={"disk": [{"label": True, "disk_mode": True}]})
    document = read(tmp_path, state(entry))
    assert CANARY not in json.dumps(document.tree)
    assert document.tree["vms"][0]["disks"][0]["label"] == "disk[0]"
    assert document.tree["vms"][0]["disks"][0]["mode"] is None


# --- disks and controllers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "controller"),
    [
        (exists(device_address="scsi:1:4"), "scsi1"), (exists(device_address="nvme:0:0"), "nvme0"),
        (disk(unit=14), "scsi0"), (disk(unit=15), "scsi1"), (disk(unit=30, controller_type="sata"), "sata1"),
        (disk(unit=1, controller_type="ide"), "ide0"), (disk(unit=3, controller_type="ide"), "ide1"),
        (disk(unit=2, controller_type="nvme"), "nvme0"), (disk(controller_type="usb"), None), (disk(unit=-1), None),
        (disk(controller_type=["x"]), None), (disk(controller_type=None), "scsi0"), (disk(unit_number=True), None),
    ],
)  # fmt: skip
def test_the_controller_of_a_disk(tmp_path: Path, values: Json, controller: str | None) -> None:
    found = of_new(tmp_path, new_vm(disk=[values]))
    assert found["disks"][0].get("controller") == controller
    assert controller is None or controller in [entry["id"] for entry in found["controllers"]]


@pytest.mark.parametrize(
    ("values", "controllers"),
    [
        # that they differ is known: a default that speaks for all must not settle it
        ({"scsi_type": "mixed", "scsi_bus_sharing": "noSharing"}, [{"id": "scsi0", "type": None, "bus_sharing": "none"}]),
        ({"scsi_bus_sharing": "mixed"}, [{"id": "scsi0", "type": "pvscsi", "bus_sharing": None}]),
        ({"scsi_type": "unknown", "scsi_bus_sharing": "unknown", "disk": []}, []),
        ({"scsi_controller_count": 0, "disk": [exists(device_address="nvme:0:0")], "nvme_controller_count": 1},
         [{"id": "nvme0", "type": "nvme"}]),
        ({"scsi_controller_count": None}, [{"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"}]),
        ({"scsi_controller_count": 10**9}, [{"id": f"scsi{bus}", "type": "pvscsi", "bus_sharing": "none"} for bus in range(4)]),
    ],
)  # fmt: skip
def test_controllers(tmp_path: Path, values: Json, controllers: list[Json]) -> None:
    found = of(tmp_path, vm(ide_controller_count=0, **values))
    assert found.get("controllers", [UNSEEN]) == [*controllers, UNSEEN]


@pytest.mark.parametrize(
    ("values", "path", "backing"),
    [
        (disk(), "[DS01]", "flat"),
        (disk(datastore_id=""), "[DS01]", "flat"),
        (disk(datastore_id="datastore-12"), "[DS02]", "flat"),
        (disk(datastore_id="datastore-99"), None, "flat"),
        # what is attached may be the mapping file of an RDM
        (disk(attach=True, path="shared/q.vmdk", datastore_id="datastore-12"), "[DS02] shared/q.vmdk", None),
        (exists(attach=True), "[DS01] db01/db01_0.vmdk", "flat"),
        (exists(datastore_id="datastore-12"), "[DS02] db01/db01_0.vmdk", "flat"),
        (exists(datastore_id=None), None, "flat"),
    ],
)  # fmt: skip
def test_where_a_disk_lies(tmp_path: Path, values: Json, path: str | None, backing: str | None) -> None:
    other = resource("data.vsphere_datastore.ds02", {"id": "datastore-12", "name": "DS02", "datacenter_id": "datacenter-2"})
    document = read(tmp_path, plan(change(DB, new_vm(disk=[values])), looked_up=[*LOOKED_UP, other]))
    found = vm_of(document)["disks"][0]
    assert (found.get("path"), found.get("backing")) == (path, backing)


def test_storage_drs_chooses_the_datastore_later(tmp_path: Path) -> None:
    values = new_vm(datastore_cluster_id="group-p4")
    del values["datastore_id"]
    found = of_new(tmp_path, values, after_unknown={"datastore_id": True})
    assert "vmx" not in found
    assert "path" not in found["disks"][0]


def test_sriov_is_a_passthrough_device(tmp_path: Path) -> None:
    found = of(tmp_path, vm(network_interface=[{"adapter_type": "sriov"}, {"adapter_type": "vmxnet3"}, None]))
    assert found["passthrough_devices"] == [{"type": "sriov"}, {}], "the last one stands for what the provider does not see"


def test_snapshots_that_terraform_makes(tmp_path: Path) -> None:
    snapshot = {"id": "snapshot-5", "virtual_machine_uuid": "4210-db01", "snapshot_name": "before patch"}
    document = read(
        tmp_path,
        plan(
            change(DB, vm(), ("no-op",)),
            change("vsphere_virtual_machine.web", vm("web01"), ("no-op",)),
            change("vsphere_virtual_machine_snapshot.s", snapshot, ("no-op",)),
        ),
    )
    assert vm_of(document)["snapshots"] == [{"name": "before patch"}]
    assert "snapshots" not in vm_of(document, "web01")


@pytest.mark.parametrize(
    ("attribute", "value", "fact"),
    [
        ("power_state", "off", "powered_off"), ("power_state", "suspended", "suspended"), ("power_state", "odd", None),
        ("vmware_tools_status", "guestToolsNotRunning", "not_running"), ("vmware_tools_status", "odd", None),
    ],
)  # fmt: skip
def test_states_are_translated(tmp_path: Path, attribute: str, value: str, fact: str | None) -> None:
    found = of(tmp_path, vm(guest_id=None, **{attribute: value}))
    where = found if attribute == "power_state" else found.get("guest", {})
    assert where.get("power_state" if attribute == "power_state" else "tools") == fact


# --- names and identity ----------------------------------------------------------------------------------------------


def test_a_name_that_is_not_known_yet(tmp_path: Path) -> None:
    document = read(tmp_path, plan(change(DB, {}, after_unknown={"name": True})))
    assert document.tree["vms"][0]["name"] == DB


def test_a_uuid_that_two_have_identifies_none(tmp_path: Path) -> None:
    twins = [change(f"vsphere_virtual_machine.a[{n}]", vm(f"a{n}", uuid="same"), ("no-op",)) for n in range(2)]
    assert all("uuid" not in found for found in read(tmp_path, plan(*twins)).tree["vms"])


def test_namesakes_are_told_apart_by_their_address(tmp_path: Path) -> None:
    document = read(tmp_path, plan(*(change(f"vsphere_virtual_machine.a[{n}]", new_vm("a")) for n in range(2))))
    assert [found["name"] for found in document.tree["vms"]] == ["a", "a (vsphere_virtual_machine.a[1])"]
    assert any("another virtual machine is called" in warning.said.en for warning in document.warnings)


def test_half_a_character_does_no_harm(tmp_path: Path) -> None:
    document = read(tmp_path, json.dumps(plan(change(DB, vm("NAME"), ("no-op",)))).replace("NAME", r"a\ud800b"))
    document.tree["vms"][0]["name"].encode("utf-8")


def test_names_of_any_script(tmp_path: Path) -> None:
    document = read(tmp_path, json.dumps(plan(change(DB, vm("受注管理"), ("no-op",))), ensure_ascii=False))
    assert document.tree["vms"][0]["name"] == "受注管理"


# --- other resources -------------------------------------------------------------------------------------------------


def test_datastores(tmp_path: Path) -> None:
    vmfs: Json = {
        "id": "datastore-20", "name": "DS20", "host_system_id": "host-9", "disks": [LUN, LUN + "1"], "capacity": 2048,
        "url": "ds:///vmfs/volumes/66f0a1b2-0000002a-0a1b-0025b5000001/",
    }  # fmt: skip
    nas: Json = {"id": "datastore-21", "name": "NFS21", "type": "NFS41", "host_system_ids": ["host-9"], "capacity": 1024}
    fresh: Json = {"name": "DS22", "host_system_id": "host-9", "disks": [LUN, None]}
    document = read(
        tmp_path,
        plan(
            change("vsphere_vmfs_datastore.a", vmfs, ("no-op",)),
            change("vsphere_nas_datastore.b", nas, ("no-op",)),
            change("vsphere_vmfs_datastore.c", fresh, after_unknown={"id": True, "disks": [False, True]}),
        ),
    )
    assert document.tree["datastores"] == [
        {
            "name": "DS20", "datacenter": "DC1", "type": "VMFS", "uuid": "66f0a1b2-0000002a-0a1b-0025b5000001",
            "extents": [LUN, LUN + "1"], "capacity_gib": 2.0,
        },
        {"name": "DS22", "datacenter": "DC1", "type": "VMFS"},
        {"name": "NFS21", "datacenter": "DC1", "type": "NFS41", "capacity_gib": 1.0},
        {"name": "DS01", "datacenter": "DC1"},
    ]  # fmt: skip


def test_a_data_source_adds_to_what_terraform_manages(tmp_path: Path) -> None:
    managed = {"id": "datastore-11", "name": "DS01", "disks": [LUN]}
    document = read(tmp_path, plan(change("vsphere_vmfs_datastore.ds01", managed, ("no-op",))))
    assert document.tree["datastores"] == [{"name": "DS01", "datacenter": "DC1", "type": "VMFS", "extents": [LUN]}]
    assert str(document.locate(("datastores", 0, "extents"))).endswith("#vsphere_vmfs_datastore.ds01.disks")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ha_heartbeat_datastore_policy": "userSelectedDs", "ha_heartbeat_datastore_ids": ["datastore-11"]}, ["DS01"]),
        ({"ha_heartbeat_datastore_policy": "userSelectedDs", "ha_heartbeat_datastore_ids": []}, []),
        # vCenter picks others besides, so that an empty selection says nothing
        ({"ha_heartbeat_datastore_policy": "allFeasibleDs", "ha_heartbeat_datastore_ids": []}, None),
        ({"ha_heartbeat_datastore_policy": "allFeasibleDsWithUserPreference", "ha_heartbeat_datastore_ids": None}, None),
        ({"ha_heartbeat_datastore_policy": "userSelectedDs", "ha_heartbeat_datastore_ids": ["datastore-99"]}, None),
    ],
)  # fmt: skip
def test_heartbeat_datastores(tmp_path: Path, values: Json, expected: list[str] | None) -> None:
    cluster = {"id": "domain-c8", "name": "CL2", "datacenter_id": "datacenter-2", "ha_enabled": True} | values
    document = read(tmp_path, plan(change("vsphere_compute_cluster.c", cluster, ("no-op",))))
    ha = document.tree["clusters"][0]["ha"]
    assert ha["enabled"] is True
    assert ha.get("heartbeat_datastores") == expected
    assert ("heartbeat_datastores" in ha) == bool(values["ha_heartbeat_datastore_ids"] or expected == [])


@pytest.mark.parametrize(
    ("values", "hosts"),
    [
        ({"host_system_ids": ["host-9"], "host_managed": False}, ["esx01.example"]),
        ({"host_system_ids": ["host-9"], "host_managed": True}, None),
        ({"host_system_ids": ["host-9", "host-77"]}, None),
        ({"host_system_ids": []}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_hosts_of_a_cluster_are_all_or_unknown(tmp_path: Path, values: Json, hosts: list[str] | None) -> None:
    document = read(
        tmp_path, plan(change("vsphere_compute_cluster.c", {"id": "domain-c8", "name": "CL2"} | values, ("no-op",)))
    )
    assert document.tree["clusters"][0].get("hosts") == hosts


def test_hosts_that_terraform_adds(tmp_path: Path) -> None:
    host = {"id": "host-30", "hostname": "esx30.example", "cluster": "domain-c7"}
    document = read(tmp_path, plan(change("vsphere_host.h", host, ("no-op",))))
    assert {"name": "esx30.example", "datacenter": "DC1"} in document.tree["hosts"], "its cluster lies in DC1"


def test_other_providers_do_not_count(tmp_path: Path) -> None:
    foreign = change(DB, vm(), ("no-op",)) | {"provider_name": "registry.terraform.io/acme/vsphere-like"}
    other = resource("aws_instance.a", {"id": "i-1"}) | {
        "type": "aws_instance",
        "provider_name": "registry.terraform.io/hashicorp/aws",
    }
    document = read(tmp_path, plan(foreign, looked_up=[other]))
    assert document.tree == {}
    assert any("holds no virtual machine" in warning.said.en for warning in document.warnings)


@pytest.mark.parametrize(
    ("provider", "product"),
    [
        ("registry.terraform.io/hashicorp/vsphere", "Terraform"), ("registry.terraform.io/vmware/vsphere", "Terraform"),
        ("vsphere", "Terraform"), ("registry.opentofu.org/hashicorp/vsphere", "OpenTofu"), (None, "Terraform"),
    ],
)  # fmt: skip
def test_addresses_of_the_provider(tmp_path: Path, provider: str | None, product: str) -> None:
    document = read(tmp_path, plan(change(DB, vm(), ("no-op",)) | {"provider_name": provider}))
    assert document.format == f"{product} plan"
    assert len(document.tree["vms"]) == 1
