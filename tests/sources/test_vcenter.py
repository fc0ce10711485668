"""From a vCenter's objects to the native form: what is read, what is not, and that the two are never mixed up."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyVmomi import vim, vmodl
from tests.sources.vcenter_fakes import ADDRESS, FakeVCenter, denied, flat_disk, only_vm, run, said, scsi, site

from tenken.pipeline import check
from tenken.sources.native.source import read
from tenken.sources.vcenter import properties as vcenter_properties
from tenken.sources.vcenter.document import MARK, render


def options(**settings: str) -> list[Any]:
    return [vim.option.OptionValue(key=key.replace("__", "."), value=value) for key, value in settings.items()]


def snapshot(name: str, *children: Any) -> Any:
    created = datetime.datetime(2026, 11, 1, 9, 30, tzinfo=datetime.UTC)
    return vim.vm.SnapshotTree(name=name, createTime=created, childSnapshotList=list(children))


def test_a_site_in_order() -> None:
    collected = run(site())
    assert collected.warnings == []
    assert collected.tree == {
        "vcenters": [{"name": "vc01", "uuid": "11111111-2222-3333-4444-555555555555", "version": "8.0.3"}],
        "clusters": [],
        "hosts": [{"name": "esx01", "version": "8.0.3", "vcenter": "vc01", "datacenter": "DC1"}],
        "datastores": [
            {
                "name": "DS01",
                "vcenter": "vc01",
                "datacenter": "DC1",
                "type": "VMFS",
                "version": "6.82",
                "uuid": "65000000-00000000-0000-000000000001",
                "extents": ["naa.60000000000000000000000000000010"],
                "hosts": ["esx01"],
                "capacity_gib": 1024,
            }
        ],
        "vms": [
            {
                "name": "app01",
                "uuid": "50000000-0000-0000-0000-000000000001",
                "vcenter": "vc01",
                "datacenter": "DC1",
                "host": "esx01",
                "power_state": "powered_on",
                "template": False,
                "vmx": "[DS01] app01/app01.vmx",
                "guest": {
                    "os": {
                        "arch": "x64",
                        "family": "windows_server",
                        "version": "2022",
                        "name": "Microsoft Windows Server 2022 (64-bit)",
                    },
                    "tools": "running",
                    "state": "running",
                },
                "encrypted": False,
                "fault_tolerance": False,
                "snapshots": [],
                "controllers": [{"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"}],
                "disks": [
                    {
                        "label": "Hard disk 1",
                        "controller": "scsi0",
                        "path": "[DS01] app01/app01.vmdk",
                        "backing": "flat",
                        "mode": "persistent",
                        "sharing": "none",
                        "capacity_gib": 1,
                    }
                ],
                "passthrough_devices": [],
                "vtpm": False,
            }
        ],
    }


ABSENT = object()


@pytest.mark.parametrize(
    ("properties", "fact", "value"),
    [
        ({"runtime__powerState": "suspended"}, "power_state", "suspended"),
        ({"runtime__connectionState": "disconnected"}, "power_state", ABSENT),
        ({"config__template": True}, "template", True),
        ({"config__keyId": vim.encryption.CryptoKeyId(keyId="k")}, "encrypted", True),
        ({"config__hardware__device": [flat_disk(keyId=vim.encryption.CryptoKeyId(keyId="k"))]}, "encrypted", True),
        ({"config__keyId": denied()}, "encrypted", ABSENT),
        ({"config__hardware__device": None}, "encrypted", ABSENT),
        ({"config__hardware__device": denied()}, "encrypted", ABSENT),
        ({"config__hardware__device": denied()}, "disks", ABSENT),
        ({"config__hardware__device": denied()}, "controllers", ABSENT),
        ({"config__hardware__device": denied()}, "passthrough_devices", ABSENT),
        ({"config__hardware__device": denied()}, "vtpm", ABSENT),
        ({"runtime__faultToleranceState": "running"}, "fault_tolerance", True),
        ({"runtime__faultToleranceState": "disabled"}, "fault_tolerance", True),
        ({"runtime__faultToleranceState": None}, "fault_tolerance", ABSENT),
        ({"config__ftInfo": vim.vm.FaultToleranceConfigInfo(role=2)}, "fault_tolerance", True),
        ({"snapshot": denied()}, "snapshots", ABSENT),
        ({"config__hardware__device": None}, "snapshots", ABSENT),
        ({"runtime__consolidationNeeded": True}, "snapshots", ABSENT),
        (
            {"config__managedBy": vim.ext.ManagedByInfo(extensionKey="com.vmware.vim.eam", type="cluster-agent")},
            "roles",
            ["vcls"],
        ),
        ({"config__managedBy": vim.ext.ManagedByInfo(extensionKey="VirtualCenter", type="vcls-entity")}, "roles", ["vcls"]),
        ({"config__managedBy": vim.ext.ManagedByInfo(extensionKey="com.example", type="vm")}, "roles", ABSENT),
        ({"config__extraConfig": options(HDCS__agent="true")}, "roles", ["vcls"]),
        ({"config__extraConfig": options(HDCS__agent="false")}, "roles", ABSENT),
        ({"guest__ipAddress": ADDRESS}, "roles", ["vcenter"]),
        ({"guest__ipAddress": "192.0.2.11"}, "roles", ABSENT),
        ({"guest__ipAddress": ADDRESS, "runtime__powerState": "poweredOff"}, "roles", ABSENT),
        ({"config__instanceUuid": None}, "uuid", ABSENT),
        ({"parent": None}, "datacenter", "DC1"),
        ({"name": "a%2fb%5Cc%25"}, "name", "a/b\\c%"),
        ({"config__files__vmPathName": "[DS01] a%2fb/x.vmx"}, "vmx", "[DS01] a%2fb/x.vmx"),
    ],
)
def test_facts_of_a_vm(properties: dict[str, Any], fact: str, value: Any) -> None:
    assert only_vm(site(**properties)).get(fact, ABSENT) == value


@pytest.mark.parametrize(
    ("properties", "fact", "value"),
    [
        ({"guest__guestState": "standby"}, "state", "sleeping"),
        ({"guest__guestState": "notRunning"}, "state", "shut_down"),
        ({"guest__guestState": "resetting"}, "state", ABSENT),
        ({"runtime__connectionState": "disconnected"}, "state", ABSENT),
        ({"runtime__connectionState": "disconnected"}, "tools", ABSENT),
        ({"guest__toolsVersionStatus2": "guestToolsNotInstalled"}, "tools", "not_installed"),
        ({"guest__toolsRunningStatus": "guestToolsNotRunning"}, "tools", "not_running"),
        ({"guest__toolsRunningStatus": "guestToolsNotRunning", "guest__toolsVersionStatus2": None}, "tools", ABSENT),
        ({"guest__toolsRunningStatus": "guestToolsExecutingScripts"}, "tools", ABSENT),
    ],
)
def test_facts_of_a_guest(properties: dict[str, Any], fact: str, value: Any) -> None:
    assert only_vm(site(**properties))["guest"].get(fact, ABSENT) == value


DETAILED = "bitness='64' distroName='Red Hat Enterprise Linux' distroVersion='8.6' familyName='Linux' prettyName='Red Hat Enterprise Linux 8.6 (Ootpa)'"


@pytest.mark.parametrize("where", ["guest__guestDetailedData", "config__extraConfig"])
def test_the_minor_release_comes_from_detailed_data(where: str) -> None:
    detailed: Any = DETAILED if where.startswith("guest") else options(guestInfo__detailed__data=DETAILED)
    properties = {"config__guestFullName": "Red Hat Enterprise Linux 8 (64-bit)", where: detailed}
    system = only_vm(site(**properties))["guest"]["os"]
    assert (system["family"], system["version"], system["arch"]) == ("rhel", "8.6", "x64")


def test_a_guest_that_is_another_one_than_configured_is_told() -> None:
    collected = run(site(guest__guestFullName="Ubuntu Linux (64-bit)"))
    assert collected.tree["vms"][0]["guest"]["os"]["family"] == "ubuntu"
    assert "configured as 'Microsoft Windows Server 2022 (64-bit)' and runs 'Ubuntu Linux (64-bit)'" in said(collected)[0]


def test_all_snapshots_of_the_tree_are_listed() -> None:
    info = vim.vm.SnapshotInfo(rootSnapshotList=[snapshot("a", snapshot("b"), snapshot("c")), snapshot("d")])
    found = only_vm(site(snapshot=info))["snapshots"]
    assert [entry["name"] for entry in found] == ["a", "b", "c", "d"]
    assert found[0]["created"] == "2026-11-01T09:30:00+00:00"


# --- what may not be read ------------------------------------------------------------------------------------------


def test_the_missing_privilege_is_named_once() -> None:
    server = site(config__keyId=denied("Cryptographer.Access"))
    for number in range(5):
        server.add(vim.VirtualMachine(f"vm-{30 + number}"), name=f"x{number}", config__keyId=denied("Cryptographer.Access"))
    (warning,) = said(run(server))
    assert warning == (
        "VMs: config.keyId not known, since the account lacks the privilege Cryptographer.Access: app01, x0, x1 and 3 more"
    )


def test_a_property_that_an_older_vcenter_lacks_is_unknown() -> None:
    server = site()
    server.unsupported = {"config.keyId", "guest.guestDetailedData"}
    collected = run(server)
    assert "encrypted" not in collected.tree["vms"][0]
    assert collected.tree["vms"][0]["fault_tolerance"] is False
    assert said(collected) == ["VMs: config.keyId not known, since this version of vSphere does not have it: app01"]


def test_a_vm_that_the_account_may_not_see_is_unknown_and_not_absent(tmp_path: Path) -> None:
    server = site()
    hidden = server.add(
        vim.VirtualMachine("vm-21"), **dict.fromkeys(("name", "config__hardware__device"), denied("System.View"))
    )
    server.invisible.add("vm-21")
    server.objects["datastore-15"][1]["vm"].append(hidden)
    collected = run(server)
    assert collected.tree["vms"][1] == {"name": "vm-21", "vcenter": "vc01", "datacenter": "DC1"}
    assert any("System.View" in warning for warning in said(collected))
    assert any("VMs: 1 are in use that the account may not see" in warning for warning in said(collected))
    verdicts = _verdicts(collected, tmp_path)
    assert verdicts["vm-21"] == "unknown"


def test_a_vm_that_was_created_or_deleted_meanwhile() -> None:
    server = site()
    created = server.add(vim.VirtualMachine("vm-21"), name="new01")
    deleted = server.add(vim.VirtualMachine("vm-22"), name="old01")
    server.invisible |= {"vm-21", "vm-22"}
    server.gone.add("vm-22")
    server.objects["datastore-15"][1]["vm"] += [created, deleted]
    assert [vm["name"] for vm in run(server).tree["vms"]] == ["new01", "app01"]


def test_hosts_and_datastores_that_the_account_may_not_see_stand_in_by_their_ids(tmp_path: Path) -> None:
    server = site()
    server.invisible |= {"host-10", "datastore-15"}
    collected = run(server)
    assert collected.tree["hosts"] == [{"name": "host-10", "vcenter": "vc01"}]
    assert collected.tree["datastores"] == [{"name": "DS01", "vcenter": "vc01", "datacenter": "DC1"}]
    assert collected.tree["vms"][0]["host"] == "host-10"
    assert _verdicts(collected, tmp_path)["DS01"] != "eligible"


def test_an_object_that_vanishes_between_pages_is_left_out() -> None:
    server = site(name=vmodl.fault.ManagedObjectNotFound())
    assert run(server).tree["vms"] == []


def test_placeholders_of_site_recovery_are_left_out() -> None:
    server = site(config__managedBy=vim.ext.ManagedByInfo(extensionKey="com.vmware.vcDr", type="placeholderVm"))
    collected = run(server)
    assert collected.tree["vms"] == []
    assert said(collected) == ["placeholders of Site Recovery Manager were left out: 1"]


@given(st.data())
@settings(max_examples=150)
def test_reading_less_never_says_anything_else(data: st.DataObject) -> None:
    """Facts disappear with what may not be read. None changes, and no list gets shorter or empty."""
    changes = data.draw(st.sampled_from(SITES))
    whole = run(site(**changes)).tree
    server = site(**changes)
    facts = [(ref, path) for ref, (_, properties) in server.objects.items() for path in properties if path != "name"]
    unread = data.draw(st.lists(st.sampled_from(facts), unique=True))
    for ref, path in unread:
        server.objects[ref][1][path] = denied()
    assert _is_less(run(server).tree, whole)


SITES: list[dict[str, Any]] = [
    {},
    {"runtime__connectionState": "disconnected"},
    {"runtime__consolidationNeeded": True},
    {"snapshot": vim.vm.SnapshotInfo(rootSnapshotList=[snapshot("a")])},
    {"guest__guestFullName": "Ubuntu Linux (64-bit)"},
    {"config__keyId": vim.encryption.CryptoKeyId(keyId="k")},
    {"config__ftInfo": vim.vm.FaultToleranceConfigInfo(role=1), "runtime__faultToleranceState": "running"},
    {"guest__toolsRunningStatus": "guestToolsNotRunning", "guest__toolsVersionStatus2": "guestToolsNotInstalled"},
    {"config__hardware__device": [scsi(), flat_disk(keyId=vim.encryption.CryptoKeyId(keyId="k"))]},
]


def _is_less(part: Any, whole: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and _is_less(value, whole[key]) for key, value in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(_is_less, part, whole))
    return bool(part == whole)


# --- names ---------------------------------------------------------------------------------------------------------


def test_clusters_of_one_name_in_two_datacenters_are_told_apart() -> None:
    server = site()
    other = server.add(vim.Datacenter("datacenter-2"), name="DC2")
    for number, datacenter in enumerate((vim.Datacenter("datacenter-1"), other)):
        server.add(vim.ClusterComputeResource(f"domain-c{number}"), name="CL", parent=datacenter)
    collected = run(server)
    assert [cluster["name"] for cluster in collected.tree["clusters"]] == ["DC1/CL", "DC2/CL"]
    assert any("clusters: several are called CL" in warning for warning in said(collected))


def test_hosts_of_one_name_are_told_apart_wherever_they_are_named(tmp_path: Path) -> None:
    server = site()
    server.add(vim.HostSystem("host-11"), name="esx01")
    collected = run(server)
    assert [host["name"] for host in collected.tree["hosts"]] == ["esx01 (host-11)", "esx01 (host-10)"]
    assert collected.tree["vms"][0]["host"] == "esx01 (host-10)"
    assert collected.tree["datastores"][0]["hosts"] == ["esx01 (host-10)"]
    assert "app01" in _verdicts(collected, tmp_path)


def test_a_vm_whose_folder_and_host_may_not_be_read_is_where_its_datastore_is() -> None:
    assert only_vm(site(parent=None, runtime__host=None, datastore=[vim.Datastore("datastore-15")]))["datacenter"] == "DC1"


def test_vms_that_share_uuid_and_name_are_told_apart(tmp_path: Path) -> None:
    server = site()
    _, properties = server.objects["vm-20"]
    server.objects["vm-99"] = (vim.VirtualMachine("vm-99"), properties)
    collected = run(server)
    assert {vm["name"] for vm in collected.tree["vms"]} == {"app01 (vm-20)", "app01 (vm-99)"}
    assert all("uuid" not in vm for vm in collected.tree["vms"])
    assert {"app01 (vm-20)", "app01 (vm-99)"} <= set(_verdicts(collected, tmp_path))


def test_two_vms_at_the_address_of_the_vcenter_leave_it_open() -> None:
    server = site(guest__ipAddress=ADDRESS)
    server.add(vim.VirtualMachine("vm-99"), name="other", guest__ipAddress=ADDRESS, runtime__powerState="poweredOn")
    tree = run(server).tree
    assert "vm" not in tree["vcenters"][0]
    assert all("roles" not in vm for vm in tree["vms"])


def test_the_vm_of_the_vcenter() -> None:
    assert run(site(guest__ipAddress=ADDRESS)).tree["vcenters"][0]["vm"] == "app01"


def test_a_host_instead_of_a_vcenter() -> None:
    server = site()
    server.about.apiType = "HostAgent"
    collected = run(server)
    assert "vcenters" not in collected.tree
    assert "vcenter" not in collected.tree["vms"][0]
    assert "this is a host, not a vCenter; which vCenter manages it is unknown" in said(collected)


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [1, 2, 3, 7, 100])
def test_all_pages_are_read(page: int) -> None:
    server = FakeVCenter(page)
    for number in range(7):
        server.add(vim.VirtualMachine(f"vm-{number}"), name=f"vm{number}")
    assert [vm["name"] for vm in run(server).tree["vms"]] == [f"vm{number}" for number in range(7)]
    assert server.calls.count("Continue") == -(-7 // page) - 1
    assert "Cancel" not in server.calls
    assert server.open_views == 0


def test_a_broken_run_leaves_nothing_open_on_the_server() -> None:
    server = FakeVCenter(page=2)
    for number in range(5):
        server.add(vim.VirtualMachine(f"vm-{number}"), name=f"vm{number}")

    def interrupted(kind: str, count: int) -> None:
        if count == 3:
            raise KeyboardInterrupt

    reader = vcenter_properties.Collector(server, vcenter_properties.Lacks(), interrupted)
    found = reader.all(vim.VirtualMachine, "vms", ["name"])
    with pytest.raises(KeyboardInterrupt):
        list(found)
    assert (server.calls[-1], server.open_views) == ("Cancel", 0)


def test_progress_counts_the_objects_of_each_kind() -> None:
    server, told = site(), []
    reader = vcenter_properties.Collector(server, vcenter_properties.Lacks(), lambda kind, count: told.append((kind, count)))
    list(reader.all(vim.VirtualMachine, "vms", ["name"]))
    assert told == [("vms", 1)]


# --- the file ------------------------------------------------------------------------------------------------------


def _verdicts(collected: Any, tmp_path: Path) -> dict[str, str]:
    """Online verdicts of VMs and datastores, by way of the file."""
    path = tmp_path / "collected.yaml"
    path.write_text(render(collected, "vc01", WHEN, "0.1.0", "en"), encoding="utf-8")
    report = check([path])
    return {verdict.subject.name: verdict.verdict for verdict in report.verdicts if verdict.method == "vmfs.online"}


WHEN = datetime.datetime(2026, 11, 24, 12, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_file_reads_back_to_what_was_collected(lang: str, tmp_path: Path) -> None:
    server = site(
        name="日本語 \u202e # [x]: {y} 'q' \"d\"",
        config__hardware__device=[scsi(), flat_disk(diskMode="independent_persistent")],
    )
    collected = run(server)
    text = render(collected, "vc01", WHEN, "0.1.0", lang)
    assert text.startswith(MARK)
    assert "2026-11-24T12:00:00+00:00" in text and "11111111-2222-3333-4444-555555555555" in text
    assert "\u202e" not in text
    path = tmp_path / "site.yaml"
    path.write_text(text, encoding="utf-8")
    (document,) = read(path, str(path))
    assert _texts(document.tree) == _texts({"tenken": 1, "source": "vcenter", **collected.tree})


def _texts(value: Any) -> Any:
    """Scalars as the native reader keeps them: as text."""
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_a_name_can_not_end_a_comment() -> None:
    server = site(name="x\ntenken: 2\r\u2028evil: 1", guest__guestFullName="Ubuntu Linux (64-bit)")
    lines = render(run(server), "vc01", WHEN, "0.1.0", "en").splitlines()
    assert [line for line in lines if line.startswith(("tenken", "evil"))] == ["tenken: 1"]
