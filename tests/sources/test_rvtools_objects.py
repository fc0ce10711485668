"""Virtual machines, disks, hosts, datastores and clusters of RVTools exports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rvtools_exports import (
    LUN0,
    LUN1,
    LUN2,
    MODEL,
    NAA,
    SERVER,
    UNSEEN,
    Tables,
    by_name,
    datastore,
    disk,
    doubts,
    host,
    of_vm,
    path,
    read,
    site,
    vm,
    warnings,
    without,
)

from tenken.document.place import Place

# --- virtual machines ------------------------------------------------------------------------------------------------


def test_rows_belong_to_the_virtual_machine_of_their_vcenter(tmp_path: Path) -> None:
    """A merged workbook: two vCenters, each with a VM of the same name, id and host."""
    other = {"VI SDK Server": "vc02.example", "VI SDK UUID": "22222222-bbbb"}
    tables: Tables = {
        "vInfo": [vm("app", 1), vm("app", 1, **{"VM UUID": "5010-other"}, **other)],
        "vDisk": [disk("app", 1, **{"Disk Mode": "persistent"}), disk("app", 1, **{"Disk Mode": "append"}, **other)],
        "vTools": [of_vm("app", 1, Tools="toolsNotRunning", **other), of_vm("app", 1, Tools="toolsOk")],
        "vSnapshot": [of_vm("app", 1, Name="s", **other)],
    }
    document = read(tmp_path, tables)
    first, second = document.tree["vms"]
    assert not doubts(document)
    assert (first["vcenter"], second["vcenter"]) == ("vc01.example", "vc02.example")
    assert (first["disks"][0]["mode"], second["disks"][0]["mode"]) == ("persistent", "append")
    assert (first["guest"]["tools"], second["guest"]["tools"]) == ("running", "not_running")
    assert (first["snapshots"], second["snapshots"]) == ([], [{"name": "s"}])
    assert [entry["name"] for entry in document.tree["vcenters"]] == ["vc01.example", "vc02.example"]


def test_one_vcenter_under_two_names_is_one(tmp_path: Path) -> None:
    tables: Tables = {
        "vInfo": [vm("a", 1), vm("b", 2, **{"VI SDK Server": "vc01"})],
        "vTools": [of_vm("b", 2, Tools="toolsOk")],
    }
    document = read(tmp_path, tables)
    assert {entry["vcenter"] for entry in document.tree["vms"]} == {"vc01.example"}
    assert len(document.tree["vcenters"]) == 1
    assert by_name(document)["b"]["guest"]["tools"] == "running"


@pytest.mark.parametrize(
    "missing",
    [
        (),
        ("VI SDK UUID",),
        ("VI SDK Server",),
        ("VI SDK UUID", "VI SDK Server"),
        ("VM ID",),
        ("VM ID", "VM UUID"),
        ("VM ID", "VM UUID", "Host", "VI SDK UUID", "VI SDK Server"),
    ],
)
@pytest.mark.parametrize("tab", ["vInfo", "vTools"])
def test_rows_are_joined_by_whatever_both_sides_state(tmp_path: Path, tab: str, missing: tuple[str, ...]) -> None:
    tables: Tables = {
        "vInfo": [vm("a", 1), vm("b", 2)],
        "vTools": [of_vm("b", 2, Tools="toolsOk"), of_vm("a", 1, Tools="toolsNotInstalled")],
    }
    vms = by_name(read(tmp_path, without(tables, tab, *missing)))
    assert (vms["a"]["guest"]["tools"], vms["b"]["guest"]["tools"]) == ("not_installed", "running")


def test_a_row_that_fits_several_is_given_to_none(tmp_path: Path) -> None:
    tables: Tables = {
        "vInfo": [vm("app", 1), vm("app", 2), vm("web", 3)],
        "vDisk": [disk("app", 1), disk("web", 3)],
        "vTools": [of_vm("app", 1, Tools="toolsOk"), of_vm("web", 3, Tools="toolsOk")],
        "vSnapshot": [of_vm("app", 1, Name="s")],
    }
    for tab in ("vDisk", "vTools", "vSnapshot"):
        without(tables, tab, "VM ID", "VM UUID")
    document = read(tmp_path, tables)
    first, second, web = document.tree["vms"]
    for entry in (first, second):
        assert not {"disks", "controllers", "snapshots"} & entry.keys()
        assert "tools" not in entry["guest"]
    assert web["guest"]["tools"] == "running"
    assert (web["snapshots"], len(web["disks"])) == ([], 1)
    assert "which virtual machine 'app' this row is of can't be told" in warnings(document)
    assert "export[vDisk!A2]" in warnings(document)


def test_namesakes_on_two_hosts_are_told_apart_by_host(tmp_path: Path) -> None:
    tables: Tables = {
        "vInfo": [vm("app", 1), vm("app", 2, Host="esx02", Datacenter="DC2")],
        "vTools": [of_vm("app", 2, Tools="toolsOk", Host="esx02")],
    }
    without(tables, "vTools", "VM ID", "VM UUID")
    first, second = read(tmp_path, tables).tree["vms"]
    assert "tools" not in first["guest"]
    assert second["guest"]["tools"] == "running"


def test_a_namesake_in_another_vcenter_is_a_stranger(tmp_path: Path) -> None:
    other = {"VI SDK Server": "vc02", "VI SDK UUID": "2"}
    document = read(tmp_path, {"vInfo": [vm("app", 1)], "vSnapshot": [of_vm("app", 1, Name="s", **other)]})
    assert document.tree["vms"][0]["snapshots"] == []
    assert "vSnapshot has rows of virtual machines that vInfo does not list (1): app" in warnings(document)


def test_an_id_that_is_not_listed_is_not_matched_by_name(tmp_path: Path) -> None:
    tables: Tables = {"vInfo": [vm("app", 1)], "vSnapshot": [of_vm("app", 99, Name="s")], "vDisk": [disk("gone", 98)]}
    document = read(tmp_path, tables)
    assert not {"snapshots", "disks"} & document.tree["vms"][0].keys()
    assert "vDisk has rows of virtual machines that vInfo does not list (1): gone" in warnings(document)


def test_a_uuid_that_several_have_identifies_none(tmp_path: Path) -> None:
    tables: Tables = {"vInfo": [vm("a", 1), vm("b", 2), vm("c", 3)]}
    without(tables, "vInfo", "VM UUID")
    tables["vInfo"][1]["SMBIOS UUID"] = tables["vInfo"][0]["SMBIOS UUID"]
    document = read(tmp_path, tables)
    assert [entry.get("uuid") for entry in document.tree["vms"]] == [None, None, "4210-3"]
    assert "2 virtual machines have the UUID 4210-1" in warnings(document)


def test_rows_that_were_merged_twice_count_once(tmp_path: Path) -> None:
    doubled = {tab: [*rows, *rows] for tab, rows in site().items()}
    document = read(tmp_path, doubled)
    assert document.tree == read(tmp_path, site()).tree
    assert "rows of vInfo that repeat others word for word were left out (3)" in warnings(document)


def test_rows_of_the_same_key_that_differ_are_kept(tmp_path: Path) -> None:
    tables = site()
    tables["vMultiPath"] += [tables["vMultiPath"][0] | {"Oper. State": "off"}, tables["vMultiPath"][0]] * 2
    device = read(tmp_path, tables).tree["hosts"][0]["devices"][0]
    assert device == {"device": LUN0, "vendor": "NEC", "model": "DISK ARRAY"}, "attached and detached: neither for sure"


def test_srm_placeholders_are_skipped(tmp_path: Path) -> None:
    other = {"VI SDK Server": "vc02", "VI SDK UUID": "2"}
    tables: Tables = {
        "vInfo": [vm("app", 1), vm("app", 7, **{"SRM Placeholder": "True"}, **other)],
        "vDisk": [disk("app", 1), disk("app", 7, **other)],
    }
    document = read(tmp_path, tables)
    (entry,) = document.tree["vms"]
    assert len(entry["disks"]) == 1
    assert "SRM placeholders were skipped (1)" in warnings(document)
    assert "vms" in document.partial


def test_a_virtual_machine_without_a_name_is_skipped_and_told(tmp_path: Path) -> None:
    tables: Tables = {"vInfo": [vm("a", 1), vm("", 2)]}
    document = read(tmp_path, tables)
    assert (len(document.tree["vms"]), "vms" in document.partial) == (1, True)
    assert "without a name" in warnings(document)


@pytest.mark.parametrize(
    ("name", "is_agent"),
    [
        ("vCLS-4c4c4544-0051-3610-8053-b7c04f4d3732", True),
        ("vCLS (12)", True),
        ("vCLS-Backup", False),
        ("my vCLS (1)", False),
        ("vCLS", False),
    ],
)
def test_agents_are_known_by_their_names(tmp_path: Path, name: str, is_agent: bool) -> None:
    document = read(tmp_path, {"vInfo": [vm(name, 1), vm("a", 2)]})
    assert document.tree["vms"][0].get("roles") == (["vcls"] if is_agent else None)
    assert ("taken for vCLS agents because of their names: 1 of" in warnings(document)) is is_agent


@pytest.mark.parametrize(
    ("configured", "reported", "detailed", "expected"),
    [
        ("CentOS 7 (64-bit)", "", "", {"family": "centos", "version": "7", "arch": "x64", "name": "CentOS 7 (64-bit)"}),
        ("CentOS 7 (64-bit)", "Other 3.x Linux (64-bit)", "", {"arch": "x64", "name": "Other 3.x Linux (64-bit)"}),
        ("", "Ubuntu Linux (64-bit)", "", {"family": "ubuntu", "arch": "x64", "name": "Ubuntu Linux (64-bit)"}),
        (
            "CentOS 8 (64-bit)",
            "CentOS 8 (64-bit)",
            "distroName='CentOS Stream' distroVersion='8' prettyName='CentOS Stream 8'",
            {"family": "centos_stream", "version": "8", "arch": "x64", "name": "CentOS Stream 8"},
        ),
        ("", "", "", None),
    ],
)
def test_what_runs_goes_before_what_is_configured(
    tmp_path: Path, configured: str, reported: str, detailed: str, expected: dict[str, str] | None
) -> None:
    row = vm("a", 1) | {
        "OS according to the configuration file": configured,
        "OS according to the VMware Tools": reported,
        "Guest Detailed Data": detailed,
    }
    document = read(tmp_path, {"vInfo": [row]})
    assert document.tree["vms"][0]["guest"].get("os") == expected
    assert not doubts(document)


def test_a_contradiction_about_the_guest_is_told(tmp_path: Path) -> None:
    rows = [vm(f"a{n}", n, **{"OS according to the configuration file": "Ubuntu Linux (64-bit)"}) for n in range(30)]
    document = read(tmp_path, {"vInfo": rows})
    assert document.tree["vms"][0]["guest"]["os"]["family"] == "rhel"
    assert "'a0' is configured as 'Ubuntu Linux (64-bit)' and runs 'Red Hat Enterprise Linux 8.6 (Ootpa)'" in warnings(document)
    assert len(doubts(document)) == 21
    assert "and 10 more of this kind" in str(document.warnings[-1])


def test_a_snapshot_tab_with_rows_that_nobody_owns_proves_nothing(tmp_path: Path) -> None:
    tables = site()
    tables["vSnapshot"].append(dict.fromkeys(tables["vSnapshot"][0], "") | {"Name": "whose"})
    assert all("snapshots" not in entry for entry in read(tmp_path, tables).tree["vms"])


# --- disks -----------------------------------------------------------------------------------------------------------


def test_disks_are_complete_or_absent(tmp_path: Path) -> None:
    tables: Tables = {"vInfo": [vm("a", 1, Disks=2), vm("b", 2, Disks=1)], "vDisk": [disk("a", 1), disk("b", 2)]}
    document = read(tmp_path, tables)
    first, second = document.tree["vms"]
    assert "disks" not in first
    assert first["controllers"][-1] == UNSEEN, "a controller that is seen may be at fault all the same"
    assert len(second["disks"]) == 1
    assert "vInfo counts 2 disks of 'a', and vDisk lists 1" in warnings(document)
    assert document.locate(("vms", 0, "disks")) == Place("export", sheet="vInfo", cell="F2")


def test_without_a_count_no_rows_prove_nothing(tmp_path: Path) -> None:
    tables: Tables = {"vInfo": [vm("a", 1), vm("b", 2)], "vDisk": [disk("b", 2)]}
    first, second = read(tmp_path, without(tables, "vInfo", "Disks")).tree["vms"]
    assert "disks" not in first
    assert len(second["disks"]) == 1


@pytest.mark.parametrize("label", ["Hard disk 1", ""])
def test_labels_tell_disks_apart(tmp_path: Path, label: str) -> None:
    rows = [disk("a", 1), disk("a", 1, 2, Disk=label)]
    document = read(tmp_path, {"vInfo": [vm("a", 1, Disks=2)], "vDisk": rows})
    assert "disks" not in document.tree["vms"][0]
    assert ("listed twice" if label else "a disk without a label") in warnings(document)


@pytest.mark.parametrize(
    ("lun_id", "device"),
    [
        (f"0200000000{NAA}01{MODEL}", LUN1),
        (f"vml.02000C0000{NAA.upper()}01{MODEL}", LUN1),
        ("0200010000eui-layout", "eui.00255c3a11010020"),
        ("02000000005000c5008765432100", None),
        ("", None),
        (f"0200ff0000{NAA}01{MODEL}", None),
    ],
    ids=["digits", "vml", "joined", "short", "blank", "disagree"],
)
def test_the_lun_of_an_rdm(tmp_path: Path, lun_id: str, device: str | None) -> None:
    tables: Tables = {
        "vInfo": [vm("a", 1)],
        "vDisk": [disk("a", 1, **{"Raw": True, "Raw LUN ID": lun_id, "Raw Comp. Mode": "virtualMode"})],
        "vMultiPath": [
            path("esx01", "eui.00255c3a11010020", UUID="0200010000EUI-layout"),
            path("esx01", LUN2, UUID=f"0200ff0000{NAA}01{MODEL}"),
        ],
    }
    (entry,) = read(tmp_path, tables).tree["vms"]
    assert entry["disks"][0]["backing"] == "rdm"
    assert entry["disks"][0]["rdm"] == {"compatibility": "virtual"} | ({"device": device} if device else {})


def test_a_lun_of_which_nothing_is_told(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, {"vInfo": [vm("a", 1)], "vDisk": [disk("a", 1, Raw="True")]}).tree["vms"]
    assert "rdm" not in entry["disks"][0]


@pytest.mark.parametrize(
    ("label", "summary", "identifier", "kind"),
    [
        ("SCSI controller 0", "VMware paravirtual SCSI", "scsi0", "pvscsi"),
        ("SCSI controller 3", "LSI Logic", "scsi3", "lsilogic"),
        ("SCSI controller 1", "LSI Logic SAS", "scsi1", "lsilogic_sas"),
        ("SCSI controller 0", "BusLogic", "scsi0", "buslogic"),
        ("SCSI コントローラ 0", "VMware paravirtual SCSI", "scsi0", "pvscsi"),
        ("NVME controller 0", "NVMe", "nvme0", "nvme"),
        ("SATA controller 0", "AHCI", "sata0", "ahci"),
        ("AHCI 1", "AHCI", "sata1", "ahci"),
        ("IDE 1", "IDE 1", "ide1", "ide"),
    ],
)
def test_controllers_by_label_and_summary(tmp_path: Path, label: str, summary: str, identifier: str, kind: str) -> None:
    tables: Tables = {"vInfo": [vm("a", 1)], "vDisk": [disk("a", 1, Label=label, Controller=summary)]}
    (entry,) = read(tmp_path, tables).tree["vms"]
    assert entry["controllers"] == [{"id": identifier, "type": kind, "bus_sharing": "none"}, UNSEEN]
    assert entry["disks"][0]["controller"] == identifier


def test_disks_that_disagree_on_their_controller_are_not_believed(tmp_path: Path) -> None:
    rows = [disk("a", 1), disk("a", 1, 2, **{"Shared Bus": "virtualSharing", "Controller": ""})]
    document = read(tmp_path, {"vInfo": [vm("a", 1, Disks=2)], "vDisk": rows})
    assert document.tree["vms"][0]["controllers"] == [{"id": "scsi0", "type": "pvscsi"}, UNSEEN]
    assert "the disks on scsi0 of 'a' disagree: none, virtual" in warnings(document)


def test_numbers_that_depend_on_the_country_are_not_guessed(tmp_path: Path) -> None:
    sizes = {"102400": 100.0, "1024.5": 1024.5 / 1024, "1,024": None, "-1": None, "inf": None, "nan": None, "": None}
    rows = [disk("a", 1, number, **{"Capacity MiB": size}) for number, size in enumerate(sizes, 1)]
    (entry,) = read(tmp_path, {"vInfo": [vm("a", 1, Disks=len(rows))], "vDisk": rows}).tree["vms"]
    assert [found.get("capacity_gib") for found in entry["disks"]] == list(sizes.values())


# --- hosts, datastores, clusters, vCenters ---------------------------------------------------------------------------


def extents(tmp_path: Path, paths: list[dict[str, Any]], **facts: Any) -> tuple[Any, str]:
    tables: Tables = {"vInfo": [vm("a", 1)], "vDatastore": [datastore("DS01", LUN0, **facts)]}
    if paths:
        tables["vMultiPath"] = paths
    document = read(tmp_path, tables)
    return document.tree["datastores"][0].get("extents"), warnings(document)


TWO = [path("esx01", LUN0, "DS01"), path("esx02", LUN0.upper().replace("NAA", "naa"), "DS01"), path("esx01", LUN1, "DS01")]


@pytest.mark.parametrize(
    ("paths", "facts", "expected"),
    [
        (TWO[:2], {}, [LUN0]),
        (TWO, {"# Extents": 2}, [LUN0, LUN1]),
        (TWO, {"# Extents": 1}, None),
        (TWO[:2], {"# Extents": 2}, None),
        (TWO[2:], {}, None),
        (TWO[:2], {"# Extents": ""}, None),
        (TWO[:2], {"Address": "something else"}, [LUN0]),
        ([], {}, [LUN0]),
        ([], {"Address": LUN0 + ":1"}, [LUN0 + ":1"]),
        ([], {"# Extents": 2}, None),
        ([], {"Address": "10.0.0.1:/export"}, None),
        (TWO[:2], {"Type": "vsan"}, None),
    ],
)
def test_extents_only_if_their_number_is_confirmed(
    tmp_path: Path, paths: list[dict[str, Any]], facts: dict[str, Any], expected: list[str] | None
) -> None:
    found, told = extents(tmp_path, paths, **facts)
    assert found == expected
    mismatch = (
        expected is None and facts.get("# Extents", 1) != "" and "10.0" not in facts.get("Address", "") and "Type" not in facts
    )
    assert ("its extents stay unknown" in told) is mismatch


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("VMFS", "VMFS"),
        ("NFS", "NFS"),
        ("NFS41", "NFS41"),
        ("vsan", "vSAN"),
        ("VVOL", "vVol"),
        ("OTHER", "other"),
        ("new", None),
    ],
)
def test_types_of_datastores(tmp_path: Path, word: str, kind: str | None) -> None:
    document = read(tmp_path, {"vInfo": [vm("a", 1)], "vDatastore": [datastore("DS01", LUN0, Type=word)]})
    assert document.tree["datastores"][0].get("type") == kind


@pytest.mark.parametrize(
    ("facts", "paths", "expected"),
    [
        ({}, [], ["esx01", "esx02"]),
        ({"# Hosts": 3}, [], None),
        ({"# Hosts": ""}, [], ["esx01", "esx02"]),
        ({"# Hosts": 0, "Hosts": ""}, [], []),
        ({"Hosts": ""}, TWO, ["esx01", "esx02"]),
        ({"Hosts": "", "# Hosts": 3}, TWO, None),
        ({"Hosts": "", "# Hosts": ""}, TWO, None),
    ],
)
def test_hosts_of_a_datastore_only_if_they_are_all(
    tmp_path: Path, facts: dict[str, Any], paths: list[dict[str, Any]], expected: list[str] | None
) -> None:
    tables: Tables = {"vInfo": [vm("a", 1)], "vDatastore": [datastore("DS01", LUN0, **facts)]} | (
        {"vMultiPath": paths} if paths else {}
    )
    assert read(tmp_path, tables).tree["datastores"][0].get("hosts") == expected


def test_datastores_of_one_name_in_two_datacenters(tmp_path: Path) -> None:
    tables: Tables = {
        "vInfo": [vm("a", 1)],
        "vHost": [host("esx01"), host("esx09", Datacenter="DC9")],
        "vDatastore": [
            datastore("local", LUN0, **{"# Hosts": 1, "Hosts": "esx01"}),
            datastore("local", LUN1, **{"# Hosts": 1, "Hosts": "esx09"}),
        ],
        "vMultiPath": [path("esx01", LUN0, "local"), path("esx09", LUN1, "local", Datacenter="DC9")],
    }
    found = read(tmp_path, tables).tree["datastores"]
    assert [(entry["datacenter"], entry["extents"]) for entry in found] == [("DC1", [LUN0]), ("DC9", [LUN1])]


def test_what_can_not_be_told_apart_is_left_out(tmp_path: Path) -> None:
    other = {"VI SDK Server": "vc02", "VI SDK UUID": "2"}
    cluster = {"Name": "CL1", "NumHosts": 1, **SERVER}
    tables: Tables = {
        "vInfo": [vm("a", 1)],
        "vHost": [host("esx01"), host("esx02"), host("esx02", **other)],
        "vCluster": [cluster, cluster | {"NumHosts": 2}, cluster | {"Name": "CL2"}],
        "vDatastore": [datastore("local", LUN0, Hosts=""), datastore("local", LUN1, Hosts=""), datastore("DS01", LUN2)],
    }
    document = read(tmp_path, tables)
    assert {kind: list(by_name(document, kind)) for kind in ("hosts", "clusters", "datastores")} == {
        "hosts": ["esx01"],
        "clusters": ["CL2"],
        "datastores": ["DS01"],
    }
    assert document.partial == {"hosts", "clusters", "datastores", "vcenters"}
    assert "2 datastores are called 'local' and can't be told apart" in warnings(document)
    assert document.locate(("datastores", 0, "name")) == Place("export", sheet="vDatastore", cell="A4")


def test_hosts_of_a_cluster_only_if_the_cluster_counts_as_many(tmp_path: Path) -> None:
    tables = site()
    tables["vCluster"][0]["NumHosts"] = 3
    document = read(tmp_path, tables)
    assert "hosts" not in document.tree["clusters"][0]
    assert "'CL1' counts 3 hosts, and vHost lists 2" in warnings(document)


def test_a_device_state_may_stand_among_others(tmp_path: Path) -> None:
    states = {"ok": "attached", "OK, degraded": "attached", "off": "detached", "lostCommunication": None, "": None}
    rows = [path("esx01", f"naa.{number}", **{"Oper. State": state}) for number, state in enumerate(states)]
    devices = read(tmp_path, {"vInfo": [vm("a", 1)], "vHost": [host("esx01")], "vMultiPath": rows}).tree["hosts"][0]["devices"]
    assert [device.get("state") for device in devices] == list(states.values())


def test_a_vendor_is_exact(tmp_path: Path) -> None:
    tables = site()
    tables["vMultiPath"][0]["Vendor"] = "NECVMWar"
    assert read(tmp_path, tables).tree["hosts"][0]["devices"][0]["vendor"] == "NECVMWar"


@pytest.mark.parametrize(
    ("printed", "version"),
    [("VMware ESXi 7.0.3 build-21313628", "7.0.3"), ("VMware ESX 4.1.0", "4.1.0"), ("ESX " * 5000, None), ("", None)],
)
def test_versions_of_hosts(tmp_path: Path, printed: str, version: str | None) -> None:
    document = read(tmp_path, {"vInfo": [vm("a", 1)], "vHost": [host("esx01", **{"ESX Version": printed})]})
    assert document.tree["hosts"][0].get("version") == version


@pytest.mark.parametrize(
    ("api", "product", "version"),
    [("8.0.3.0", None, "8.0.3"), ("8.0.3.0", "8.0.2", "8.0.2"), ("7.0", None, "7.0"), (8.0, None, None), ("", None, None)],
)
def test_versions_of_vcenters(tmp_path: Path, api: Any, product: str | None, version: str | None) -> None:
    tables: Tables = {"vInfo": [vm("a", 1, **{"VI SDK API Version": api})]}
    if product:
        tables["vSource"] = [{"Version": product, **SERVER}]
    assert read(tmp_path, tables).tree["vcenters"][0].get("version") == version


@pytest.mark.parametrize("told_by", ["vInfo", "vSource"])
def test_a_host_that_rvtools_was_connected_to_is_no_vcenter(tmp_path: Path, told_by: str) -> None:
    tables: Tables = {"vInfo": [vm("a", 1)], "vHost": [host("esx01")]}
    if told_by == "vInfo":
        tables["vInfo"][0]["VI SDK Server type"] = "VMware ESXi 7.0.3 build-21313628"
    else:
        tables["vSource"] = [{"API type": "HostAgent", **SERVER}]
    document = read(tmp_path, tables)
    assert "vcenters" not in document.tree
    assert "vcenter" not in document.tree["vms"][0]
    assert "vcenter" not in document.tree["hosts"][0]
    assert "connected to a host" in warnings(document)


def test_names_that_are_used_and_not_listed_show_that_a_tab_is_incomplete(tmp_path: Path) -> None:
    tables = site()
    tables["vHost"].pop()
    tables["vCluster"][0]["NumHosts"] = 1
    tables["vDisk"][0]["Path"] = "[DS77] x/x.vmdk"
    document = read(tmp_path, tables)
    assert document.partial == {"hosts", "datastores", "vcenters"}
    assert "vHost does not list all hosts that are in use; missing (1): esx02" in warnings(document)
    assert "export[vDisk!" in warnings(document)
    assert "vDatastore does not list all datastores that are in use; missing (1): DS77" in warnings(document)


def test_rows_without_a_name_leave_no_list_that_lacks_something(tmp_path: Path) -> None:
    tables = without(site(), "vCluster", "NumHosts")
    for tab, header in (("vHost", "Host"), ("vCluster", "Name"), ("vDatastore", "Name")):
        tables[tab].append(tables[tab][-1] | {header: ""})
    tables["vMultiPath"].append(path("esx02", "", "DS01"))
    document = read(tmp_path, tables)
    assert document.partial == {"hosts", "clusters", "datastores", "vcenters"}
    assert "hosts" not in document.tree["clusters"][0]
    assert ["devices" in entry for entry in document.tree["hosts"]] == [True, False]
    assert "vHost has a row without a name, which was skipped" in warnings(document)


def test_a_path_of_no_host_may_be_of_any(tmp_path: Path) -> None:
    tables = site()
    tables["vMultiPath"].append(path("", LUN1))
    assert all("devices" not in entry for entry in read(tmp_path, tables).tree["hosts"])
