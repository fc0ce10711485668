"""RVTools exports become facts, and what they do not say stays unknown."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from rvtools_exports import (
    LUN0,
    LUN1,
    LUN2,
    MODEL,
    NAA,
    SERVER,
    Tables,
    csv_text,
    datastore,
    disk,
    host,
    of_vm,
    path,
    rename,
    site,
    vm,
    without,
    write_csv,
    write_workbook,
)

from tenken.document.place import Place, Route
from tenken.document.problem import InputError
from tenken.model.inventory import Inventory
from tenken.sources import rvtools
from tenken.sources.base import Document
from tenken.sources.rvtools_columns import COLUMNS
from tenken.sources.rvtools_vms import UNSEEN_CONTROLLERS

INVENTORY = TypeAdapter(Inventory)
UNSEEN = {"id": UNSEEN_CONTROLLERS}


def read(tmp_path: Path, tables: dict[str, Any], prefix: str = "") -> Document:
    return read_path(write_workbook(tmp_path, tables, prefix))


def read_path(file: Path, name: str = "export") -> Document:
    assert rvtools.recognises(file)
    (document,) = rvtools.read(file, name)
    INVENTORY.validate_python(document.tree)
    return document


def refusal(file: Path) -> str:
    with pytest.raises(InputError) as caught:
        rvtools.read(file, "export")
    assert all(problem.place for problem in caught.value.problems)
    return str(caught.value)


def by_name(document: Document, kind: str = "vms") -> dict[str, Any]:
    return {entry["name"]: entry for entry in document.tree[kind]}


def warnings(document: Document) -> str:
    return "\n".join(map(str, document.warnings))


# --- a whole export --------------------------------------------------------------------------------------------------


def test_everything_that_an_export_says(tmp_path: Path) -> None:
    document = read(tmp_path, site())
    assert not document.warnings
    assert document.tree["vms"][0] == {
        "name": "db01",
        "uuid": "5010-1",
        "vcenter": "vc01.example",
        "datacenter": "DC1",
        "host": "esx01",
        "power_state": "powered_on",
        "template": False,
        "vmx": "[DS01] db01/db01.vmx",
        "guest": {
            "os": {"family": "rhel", "version": "8.6", "arch": "x64", "name": "Red Hat Enterprise Linux 8.6 (Ootpa)"},
            "tools": "running",
            "state": "running",
        },
        "fault_tolerance": False,
        "snapshots": [{"name": "before patch", "created": "2026-10-01 12:00:00"}],
        "controllers": [
            {"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"},
            {"id": "scsi1", "type": "lsilogic_sas", "bus_sharing": "physical"},
            UNSEEN,
        ],
        "disks": [
            {
                "label": "Hard disk 1",
                "controller": "scsi0",
                "path": "[DS01] db01/db01.vmdk",
                "backing": "flat",
                "mode": "persistent",
                "sharing": "none",
                "capacity_gib": 100.0,
            },
            {
                "label": "Hard disk 2",
                "controller": "scsi1",
                "path": "[DS01] db01/db01_1.vmdk",
                "backing": "rdm",
                "mode": "independent_persistent",
                "sharing": "multi_writer",
                "capacity_gib": 100.0,
                "rdm": {"compatibility": "physical", "device": LUN2},
            },
        ],
    }
    assert {kind: entries for kind, entries in document.tree.items() if kind != "vms"} == {
        "hosts": [
            {
                "name": "esx01",
                "version": "8.0.3",
                "vcenter": "vc01.example",
                "datacenter": "DC1",
                "devices": [
                    {"device": LUN0, "state": "attached", "vendor": "NEC", "model": "DISK ARRAY"},
                    {"device": LUN2, "state": "detached", "vendor": "NEC", "model": "DISK ARRAY"},
                ],
            },
            {
                "name": "esx02",
                "version": "8.0.3",
                "vcenter": "vc01.example",
                "datacenter": "DC1",
                "devices": [{"device": LUN0, "state": "attached", "vendor": "NEC", "model": "DISK ARRAY"}],
            },
        ],
        "datastores": [
            {
                "name": "DS01",
                "vcenter": "vc01.example",
                "datacenter": "DC1",
                "type": "VMFS",
                "version": "6.82",
                "uuid": "5f000000-00000000-0000-000000000001",
                "extents": [LUN0],
                "hosts": ["esx01", "esx02"],
                "capacity_gib": 1024.0,
            }
        ],
        "clusters": [
            {
                "name": "CL1",
                "vcenter": "vc01.example",
                "datacenter": "DC1",
                "hosts": ["esx01", "esx02"],
                "ha": {"enabled": True, "heartbeat_policy": "allFeasibleDs"},
            }
        ],
        "vcenters": [{"name": "vc01.example", "uuid": "11111111-aaaa", "version": "8.0.3"}],
    }


def test_states_are_translated(tmp_path: Path) -> None:
    vms = by_name(read(tmp_path, site()))
    assert (vms["web01"]["power_state"], vms["web01"]["guest"]["state"]) == ("suspended", "sleeping")
    assert (vms["web01"]["fault_tolerance"], vms["web01"]["guest"]["tools"]) == (True, "not_running")
    assert vms["web01"]["controllers"] == [{"id": "nvme0", "type": "nvme", "bus_sharing": "none"}, UNSEEN]
    assert (vms["tpl"]["template"], vms["tpl"]["power_state"], vms["tpl"]["guest"]["state"]) == (
        True,
        "powered_off",
        "shut_down",
    )
    assert vms["tpl"]["disks"] == [], "vInfo counts no disks, and vDisk lists none"
    assert vms["web01"]["snapshots"] == [], "vSnapshot is there and lists none"


def test_what_rvtools_cannot_say_is_absent(tmp_path: Path) -> None:
    document = read(tmp_path, site())
    for entry in document.tree["vms"]:
        unsaid = {"encrypted", "vtpm", "passthrough_devices", "roles", "cluster", "workloads", "software"}
        assert not unsaid & entry.keys()
        assert not {"dynamic_disks", "raw_disks", "iscsi_initiator"} & entry["guest"].keys()
    assert all("boot" not in entry for entry in document.tree["hosts"])
    assert all("heartbeat_datastores" not in entry["ha"] for entry in document.tree["clusters"])
    assert not {"arrays", "servers", "jobs", "runbooks", "defaults"} & document.tree.keys()


def test_the_export_says_of_itself(tmp_path: Path) -> None:
    document = read(tmp_path, site())
    assert (document.format, document.read_as) == ("RVTools 4.6 workbook", "RVTools 4.6.1.0, exported 2026-10-01 12:00:00")
    assert document.partial == {"vcenters"}
    tables = site()
    tables["vMetaData"].append(tables["vMetaData"][0] | {"RVTools version": "4.4.1"})
    assert read(tmp_path, tables).format == "RVTools workbook"


# --- versions and layouts --------------------------------------------------------------------------------------------


def version_3(tables: Tables) -> Tables:
    """As RVTools 3.9 wrote it: other headers, fewer columns and tabs."""
    for tab in tables:
        rename(tables, tab, "VI SDK UUID", "vCenter UUID")
    without(
        tables, "vInfo", "Guest Detailed Data", "SMBIOS UUID", "VI SDK API Version", "VI SDK Server type", "SRM Placeholder"
    )
    without(tables, "vDisk", "Label", "Shared Bus", "Sharing mode", "Disk Key", "Disk Path")
    rename(rename(tables, "vDisk", "Capacity MiB", "Capacity MB"), "vDisk", "Raw Comp. Mode", "Raw Com. Mode")
    rename(tables, "vDatastore", "Capacity MiB", "Capacity MB")
    del tables["vMetaData"], tables["vSource"]
    return tables


def test_version_3(tmp_path: Path) -> None:
    document = read(tmp_path, version_3(site()), prefix="tab")
    assert (document.format, document.read_as) == ("RVTools workbook", None)
    db01 = by_name(document)["db01"]
    assert db01["vcenter"] == "vc01.example"
    assert db01["guest"]["os"]["version"] == "8", "the minor release is not told by the name"
    assert "controllers" not in db01
    assert db01["disks"][1] == {
        "label": "Hard disk 2",
        "path": "[DS01] db01/db01_1.vmdk",
        "backing": "rdm",
        "mode": "independent_persistent",
        "capacity_gib": 100.0,
        "rdm": {"compatibility": "physical", "device": LUN2},
    }
    assert document.tree["vcenters"] == [{"name": "vc01.example", "uuid": "11111111-aaaa"}]


@pytest.mark.parametrize("prefix", ["", "tab", "RVTools_tab", "rvtools_TAB"])
def test_sheets_go_by_several_names(tmp_path: Path, prefix: str) -> None:
    assert read(tmp_path, site(), prefix).tree == read(tmp_path, site()).tree


def test_headers_differ_in_case_blanks_and_punctuation(tmp_path: Path) -> None:
    tables: Tables = {
        tab: [{f" {header.upper().replace('.', '')} ": cell for header, cell in row.items()} for row in rows]
        for tab, rows in site().items()
    }
    assert read(tmp_path, tables).tree == read(tmp_path, site()).tree


def test_database_column_names(tmp_path: Path) -> None:
    special = {
        "vInfo": {
            "VM": "vInfoVMName", "Disks": "vInfoNumVirtualDisks", "VM ID": "vInfoObjectID", "VM UUID": "vInfoInstanceUUID",
            "OS according to the configuration file": "vInfoOS", "OS according to the VMware Tools": "vInfoOSTools",
            "SMBIOS UUID": "vInfoUUID", "Datacenter": "vInfoDataCenter", "FT State": "vInfoFaultToleranceState",
        },
        "vDisk": {"VM": "vDiskVMName", "Disk": "vDiskName", "Disk Mode": "vDiskMode", "VM ID": "vDiskObjectID"},
        "vHost": {"Host": "vHostName", "ESX Version": "vHostFullName"},
        "vDatastore": {"# Hosts": "vDatastoreNumHosts", "# Extents": "vDatastoreNumExtents", "Capacity MiB": "vDatastoreCapacity"},
        "vTools": {"VM": "vToolsVMName", "Tools": "vToolsStatus"},
    }  # fmt: skip
    tables = site()
    for tab in ("vInfo", "vDisk", "vTools", "vHost", "vCluster", "vDatastore", "vMultiPath", "vSnapshot", "vSource"):
        for header in list(tables[tab][0]):
            short = "".join(letter for letter in header if letter.isalnum())
            rename(tables, tab, header, special.get(tab, {}).get(header, tab + short))
    document = read(tmp_path, tables)
    assert document.tree == read(tmp_path, site()).tree
    assert document.locate(("vms", 0, "power_state")).cell == "B2"


def test_custom_columns_are_ignored_even_if_they_are_called_like_internal_ones(tmp_path: Path) -> None:
    tables = site()
    tables["vInfo"] = [row | {"OS": "BeOS", "UUID": "mine", "Owner": "Ito", "Shared Bus": "yes"} for row in tables["vInfo"]]
    document = read(tmp_path, tables)
    assert document.tree == read(tmp_path, site()).tree
    assert not document.warnings


def test_two_columns_of_one_name_are_both_distrusted(tmp_path: Path) -> None:
    tables = site()
    tables["vInfo"] = [row | {"powerstate": "poweredOff"} for row in tables["vInfo"]]
    document = read(tmp_path, tables)
    assert all("power_state" not in entry for entry in document.tree["vms"])
    assert "vInfo has several columns 'Powerstate' (B and " in warnings(document)


def test_blank_rows_are_skipped_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    cells = [["", ""], ["VM", "Powerstate"], ["", ""], ["a", "poweredOn"], [" ", ""], ["b", "poweredOff"]]
    document = read(tmp_path, {"vInfo": cells})
    assert [entry["name"] for entry in document.tree["vms"]] == ["a", "b"]
    assert document.locate(("vms", 1, "power_state")) == Place("export", sheet="vInfo", cell="B6")


def test_a_sheet_that_claims_a_million_rows(tmp_path: Path) -> None:
    import zipfile

    plain = write_workbook(tmp_path, {"vInfo": [vm("a", 1)]}, name="plain.xlsx")
    file = tmp_path / "claims.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            if part.endswith("sheet1.xml"):
                head, _, tail = data.partition(b'<dimension ref="')
                data = head + b'<dimension ref="A1:XFD1048576' + tail[tail.index(b'"') :]
                far = b'<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            target.writestr(part, data)
    assert len(read_path(file).tree["vms"]) == 1


def test_cells_are_numbers_booleans_dates_and_strange_texts(tmp_path: Path) -> None:
    import datetime

    odd = "表\u202e<script>\t\x01 'quoted'"
    tables = {
        "vInfo": [vm("x", 1) | {"VM": 123, "Template": True, "Disks": "0", "Host": 7, "Datacenter": odd}],
        "vSnapshot": [of_vm("x", 1) | {"VM": 123, "Name": 2.5, "Date / time": datetime.datetime(2026, 10, 1, 12, 30)}],
        "vDisk": [disk("other", 9)],
    }
    (entry,) = read(tmp_path, tables).tree["vms"]
    assert (entry["name"], entry["template"], entry["host"], entry["disks"]) == ("123", True, "7", [])
    assert "表" in entry["datacenter"]
    assert entry["snapshots"] == [{"name": "2.5", "created": "2026-10-01 12:30:00"}]


def test_a_bare_number_is_no_date_and_no_version(tmp_path: Path) -> None:
    tables = site()
    tables["vSnapshot"][0]["Date / time"] = 45000.5
    tables["vDatastore"][0]["Version"] = 6.1
    document = read(tmp_path, tables)
    assert document.tree["vms"][0]["snapshots"] == [{"name": "before patch"}]
    assert "version" not in document.tree["datastores"][0], "6.1 might have been 6.10"


# --- what is missing is unknown --------------------------------------------------------------------------------------


def contained(smaller: Any, larger: Any) -> bool:
    """Whether each fact of one tree is in the other; lists must be complete, or absent."""
    if isinstance(smaller, dict) and isinstance(larger, dict):
        return all(key in larger and contained(value, larger[key]) for key, value in smaller.items())
    if isinstance(smaller, list) and isinstance(larger, list):
        return len(smaller) == len(larger) and all(map(contained, smaller, larger))
    return bool(smaller == larger)


_FALLS_BACK = {"VM UUID", "SMBIOS UUID", "Guest Detailed Data", "OS according to the VMware Tools", "SRM Placeholder"}
"""Columns without which another one speaks."""

_EVERY_COLUMN = [(tab, header) for tab, rows in site().items() for header in rows[0] if header not in _FALLS_BACK]


@pytest.mark.parametrize(("tab", "header"), _EVERY_COLUMN)
def test_a_missing_column_only_takes_facts_away(tmp_path: Path, tab: str, header: str) -> None:
    whole = read(tmp_path, site()).tree
    if (tab, header) == ("vInfo", "VM"):
        assert "vInfo has no column 'VM'" in refusal(write_workbook(tmp_path, without(site(), tab, header)))
        return
    assert contained(read(tmp_path, without(site(), tab, header)).tree, whole)


@pytest.mark.parametrize("tab", [tab for tab in site() if tab != "vInfo"])
def test_a_missing_sheet_only_takes_facts_away(tmp_path: Path, tab: str) -> None:
    tables = site()
    del tables[tab]
    document = read(tmp_path, tables)
    assert contained(document.tree, read(tmp_path, site()).tree)
    kinds = {"vHost": "hosts", "vDatastore": "datastores", "vCluster": "clusters"}
    if tab in kinds:
        assert kinds[tab] not in document.tree
        assert kinds[tab] in document.partial


@pytest.mark.parametrize(("tab", "number"), [(tab, number) for tab, rows in site().items() for number in range(len(rows))])
def test_a_missing_row_leaves_no_list_that_lacks_something(tmp_path: Path, tab: str, number: int) -> None:
    tables = site()
    gone = tables[tab].pop(number)
    tables[tab] = tables[tab] or [dict.fromkeys(gone, "")]
    smaller, whole = read(tmp_path, tables).tree, read(tmp_path, site()).tree
    names = {entry["name"] for entry in smaller["vms"]}
    whole["vms"] = [entry for entry in whole["vms"] if entry["name"] in names]
    if tab == "vSnapshot":
        assert smaller["vms"][0]["snapshots"] == []
        whole["vms"][0]["snapshots"] = []
    if tab == "vMultiPath":
        for entry in (*smaller["hosts"], *whole["hosts"]):
            entry.pop("devices", None)
    for entry in (*smaller["vms"], *whole["vms"]):
        assert entry.pop("controllers", [UNSEEN])[-1] == UNSEEN
    for kind in ("hosts", "datastores", "clusters"):
        left = {entry["name"] for entry in smaller[kind]}
        whole[kind] = [entry for entry in whole[kind] if entry["name"] in left]
    assert contained(smaller, whole)


def test_only_vinfo_and_only_names(tmp_path: Path) -> None:
    document = read(tmp_path, {"vInfo": [["VM"], ["a"], ["b"]]})
    assert document.tree == {"vms": [{"name": "a"}, {"name": "b"}]}
    assert document.partial == {"hosts", "datastores", "clusters", "vcenters"}


def test_no_virtual_machines(tmp_path: Path) -> None:
    assert read(tmp_path, {"vInfo": [["VM", "Powerstate"]]}).tree == {"vms": []}


def test_words_that_are_not_known_mean_nothing(tmp_path: Path) -> None:
    tables = site()
    for number, row in enumerate(tables["vInfo"]):
        row |= {"Powerstate": "dozing", "FT State": "maybe", "Guest state": "unknown" if number else "resetting"}
    tables["vDisk"][0] |= {"Disk Mode": "odd", "Shared Bus": "sideways", "Controller": "Abacus", "Path": "/vmfs/x.vmdk"}
    tables["vDisk"][2] |= {"Label": "Controller A", "Raw": "perhaps"}
    tables["vMultiPath"][0]["Oper. State"] = "degraded"
    tables["vCluster"][0]["HB Datastore Candidate Policy"] = "whatever"
    document = read(tmp_path, tables)
    db01, web01 = document.tree["vms"][:2]
    assert not {"power_state", "fault_tolerance"} & db01.keys()
    assert "state" not in db01["guest"]
    assert db01["controllers"][0] == {"id": "scsi0"}
    assert not {"mode", "path"} & db01["disks"][0].keys()
    assert "controllers" not in web01
    assert not {"controller", "backing"} & web01["disks"][0].keys()
    assert document.tree["clusters"][0]["ha"] == {"enabled": True}
    assert "state" not in document.tree["hosts"][0]["devices"][0]
    told = warnings(document)
    assert "export[vInfo!B2]: 'dozing' is not understood here, nor in 2 rows below (these facts stay unknown)" in told
    for word in ("maybe", "odd", "sideways", "Abacus", "Controller A", "whatever"):
        assert f"'{word}' is not understood" in told
    assert "'/vmfs/x.vmdk' is no path in a datastore" in told
    assert "unknown" not in told.replace("stay unknown", "").replace("is unknown", "")


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
    assert not document.warnings
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
    assert not document.warnings


def test_a_contradiction_about_the_guest_is_told(tmp_path: Path) -> None:
    rows = [vm(f"a{n}", n, **{"OS according to the configuration file": "Ubuntu Linux (64-bit)"}) for n in range(30)]
    document = read(tmp_path, {"vInfo": rows})
    assert document.tree["vms"][0]["guest"]["os"]["family"] == "rhel"
    assert "'a0' is configured as 'Ubuntu Linux (64-bit)' and runs 'Red Hat Enterprise Linux 8.6 (Ootpa)'" in warnings(document)
    assert len(document.warnings) == 21
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
    assert "vHost does not list all hosts that are in use; 1 are missing: esx02" in warnings(document)
    assert "export[vDisk!" in warnings(document)
    assert "vDatastore does not list all datastores that are in use; 1 are missing: DS77" in warnings(document)


# --- places ----------------------------------------------------------------------------------------------------------


def column_of(tab: str, header: str) -> str:
    return chr(65 + list(site()[tab][0]).index(header))


@pytest.mark.parametrize(
    ("route", "tab", "header", "row"),
    [
        (("vms", 1, "name"), "vInfo", "VM", 3),
        (("vms", 1, "power_state"), "vInfo", "Powerstate", 3),
        (("vms", 0, "uuid"), "vInfo", "VM UUID", 2),
        (("vms", 0, "vmx"), "vInfo", "Path", 2),
        (("vms", 0, "guest", "os", "version"), "vInfo", "Guest Detailed Data", 2),
        (("vms", 0, "guest", "tools"), "vTools", "Tools", 2),
        (("vms", 2, "guest", "tools"), "vInfo", "VM", 4),
        (("vms", 0, "fault_tolerance"), "vInfo", "FT State", 2),
        (("vms", 0, "encrypted"), "vInfo", "VM", 2),
        (("vms", 0), "vInfo", "VM", 2),
        (("vms", 0, "snapshots", 0, "created"), "vSnapshot", "Date / time", 2),
        (("vms", 0, "snapshots", 0), "vSnapshot", "Name", 2),
        (("vms", 1, "snapshots"), "vInfo", "VM", 3),
        (("vms", 0, "disks"), "vDisk", "Disk", 2),
        (("vms", 0, "disks", 1), "vDisk", "Disk", 3),
        (("vms", 0, "disks", 1, "mode"), "vDisk", "Disk Mode", 3),
        (("vms", 0, "disks", 1, "rdm", "device"), "vDisk", "Raw LUN ID", 3),
        (("vms", 0, "disks", 1, "rdm", "partition_style"), "vDisk", "Raw", 3),
        (("vms", 0, "disks", 7, "mode"), "vInfo", "Disks", 2),
        (("vms", 1, "controllers", 0, "type"), "vDisk", "Controller", 4),
        (("vms", 0, "controllers", 1, "bus_sharing"), "vDisk", "Shared Bus", 3),
        (("vms", 0, "controllers", 2, "type"), "vInfo", "VM", 2),
        (("hosts", 1, "version"), "vHost", "ESX Version", 3),
        (("hosts", 0, "devices", 1, "state"), "vMultiPath", "Oper. State", 4),
        (("hosts", 0, "boot", "kind"), "vHost", "Host", 2),
        (("datastores", 0, "extents", 0), "vMultiPath", "Disk", 2),
        (("datastores", 0, "hosts", 1), "vDatastore", "Hosts", 2),
        (("datastores", 0, "uuid"), "vDatastore", "URL", 2),
        (("clusters", 0, "hosts", 1), "vHost", "Host", 3),
        (("clusters", 0, "ha", "heartbeat_policy"), "vCluster", "HB Datastore Candidate Policy", 2),
        (("clusters", 0, "ha", "heartbeat_datastores"), "vCluster", "Name", 2),
        (("vcenters", 0, "version"), "vSource", "Version", 2),
        (("vcenters", 0, "vm"), "vInfo", "VM", 2),
    ],
)
def test_every_fact_knows_its_cell(tmp_path: Path, route: Route, tab: str, header: str, row: int) -> None:
    place = read(tmp_path, site()).locate(route)
    assert place == Place("export", sheet=tab, cell=f"{column_of(tab, header)}{row}")


@pytest.mark.parametrize(
    ("route", "place"),
    [
        ((), Place("export")),
        (("arrays", 0, "name"), Place("export")),
        (("vms",), Place("export", sheet="vInfo")),
        (("vms", 99, "name"), Place("export", sheet="vInfo")),
        (("vms", "name"), Place("export", sheet="vInfo")),
        (("hosts",), Place("export", sheet="vHost")),
    ],
)
def test_the_place_of_what_is_not_there(tmp_path: Path, route: Route, place: Place) -> None:
    assert read(tmp_path, site()).locate(route) == place


def every_route(tree: Any, route: Route = ()) -> list[Route]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [route, *(found for key, value in inner for found in every_route(value, (*route, key)))]


def test_every_fact_that_rvtools_states_has_a_cell_of_its_own_column(tmp_path: Path) -> None:
    """Only what is derived, or stands for what is not seen, is placed at the start of its row."""
    document = read(tmp_path, site())
    derived = {("clusters", "datacenter"), ("datastores", "datacenter"), ("vms", "controllers", "id"), ("vms", "controllers")}
    for route in every_route(document.tree):
        keys = tuple(step for step in route if isinstance(step, str))
        place = document.locate(route)
        if len(route) > 2 and keys not in derived and route[-1] not in ("guest", "ha", "snapshots"):
            first = {"name", "label"} & {str(route[-1])} or place.cell[0] != "A" or keys[-1] == "hosts" or keys[0] == "vcenters"
            assert place.cell and first, (route, place)


def test_a_place_names_the_alternative_that_speaks(tmp_path: Path) -> None:
    tables = site()
    tables["vInfo"][0] |= {"VM UUID": "", "Guest Detailed Data": ""}
    document = read(tmp_path, tables)
    assert document.locate(("vms", 0, "uuid")).cell == column_of("vInfo", "SMBIOS UUID") + "2"
    assert document.locate(("vms", 0, "guest", "os")).cell == column_of("vInfo", "OS according to the VMware Tools") + "2"


def test_columns_beyond_z(tmp_path: Path) -> None:
    tables: Tables = {"vInfo": [{f"custom {n}": "" for n in range(30)} | vm("a", 1)]}
    assert read(tmp_path, tables).locate(("vms", 0, "name")).cell == "AE2"


# --- CSV -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_says_the_same_as_a_workbook(tmp_path: Path, encoding: str, delimiter: str) -> None:
    document = read_path(write_csv(tmp_path / "csv", site(), encoding, delimiter))
    assert document.format == "RVTools 4.6 CSV files"
    assert document.tree == read(tmp_path, site()).tree
    assert not document.warnings


def test_a_place_in_csv_has_line_and_cell(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "csv", {"vInfo": [vm("a", 1, Annotation="two\nlines"), vm("b", 2)]})
    place = read_path(folder, "csv/").locate(("vms", 1, "power_state"))
    assert place == Place("csv/RVTools_tabvInfo.csv", 4, 2, "vInfo", "B3")
    assert str(place) == "csv/RVTools_tabvInfo.csv:4:2"


def test_a_single_csv_is_a_folder_of_one(tmp_path: Path) -> None:
    file = tmp_path / "whatever.txt"
    file.write_text(csv_text([vm("a", 1)]), encoding="utf-8")
    document = read_path(file, "whatever.txt")
    assert by_name(document).keys() == {"a"}
    assert document.locate(("vms", 0, "name")) == Place("whatever.txt", 2, 1, "vInfo", "A2")


@pytest.mark.parametrize(("page", "name"), [("cp932", "仮想マシン01"), ("cp1252", "Zürich-Café")])
def test_code_pages_of_windows(tmp_path: Path, page: str, name: str) -> None:
    document = read_path(write_csv(tmp_path / "csv", {"vInfo": [vm(name, 1)]}, page))
    assert [entry["name"] for entry in document.tree["vms"]] == [name]
    assert f"is not UTF-8 and was read as {page}" in warnings(document)


def test_csv_files_of_other_tabs_and_makers_do_not_disturb(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "csv", site())
    (folder / "RVTools_tabvCPU.csv").write_bytes(b"\x81\x81\x81")
    (folder / "notes.csv").write_text("a,b\n1\n", encoding="utf-8")
    (folder / "readme.md").write_text("hello", encoding="utf-8")
    (folder / "sub.csv").mkdir()
    shutil.copy(folder / "RVTools_tabvHost.csv", folder / "hosts of mine.csv")
    assert read_path(folder).tree == read(tmp_path, site()).tree


def broken(tmp_path: Path, tab: str, line: int, text: str) -> Document:
    """The site as CSV, with one line of one tab replaced."""
    folder = write_csv(tmp_path / "csv", site())
    file = folder / f"RVTools_tab{tab}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = text
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_path(folder, "csv")


def test_a_row_of_another_width_is_skipped_and_told(tmp_path: Path) -> None:
    document = broken(tmp_path, "vInfo", 3, "web01,poweredOn,too,short")
    assert [entry["name"] for entry in document.tree["vms"]] == ["db01", "tpl"]
    assert "csv/RVTools_tabvInfo.csv:3:1: the row has 4 fields where the header has 22; it was skipped" in warnings(document)
    assert "vms" in document.partial


def test_lost_rows_make_lists_unknown(tmp_path: Path) -> None:
    snapshots = broken(tmp_path, "vSnapshot", 2, "db01,lost")
    assert all("snapshots" not in entry for entry in snapshots.tree["vms"])
    disks = by_name(broken(tmp_path, "vDisk", 3, "db01,lost"))
    assert ("disks" in disks["db01"], "disks" in disks["web01"]) == (False, True)
    paths = broken(tmp_path, "vMultiPath", 4, "esx01,lost")
    assert all("devices" not in entry for entry in paths.tree["hosts"])
    hosts = broken(tmp_path, "vHost", 3, "esx02,lost")
    assert "hosts" not in hosts.tree["clusters"][0]
    assert "hosts" in hosts.partial


def test_lost_rows_without_a_count_make_all_disks_unknown(tmp_path: Path) -> None:
    tables = without(without(site(), "vInfo", "Disks"), "vCluster", "NumHosts")
    folder = write_csv(tmp_path / "csv", tables)
    for tab in ("vDisk", "vHost"):
        with (folder / f"RVTools_tab{tab}.csv").open("a", encoding="utf-8") as file:
            file.write("who,knows\n")
    document = read_path(folder)
    assert all("disks" not in entry for entry in document.tree["vms"])
    assert "hosts" not in document.tree["clusters"][0]


@pytest.mark.parametrize("header_too", [True, False])
def test_a_separator_at_the_end_is_harmless(tmp_path: Path, header_too: bool) -> None:
    folder = write_csv(tmp_path / "csv", site())
    for file in folder.iterdir():
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        lines = [header + "," * header_too, *(row + "," for row in rows[:-1]), rows[-1]]
        file.write_text("\n".join(lines), encoding="utf-8")
    document = read_path(folder)
    assert document.tree == read(tmp_path, site()).tree
    assert not document.warnings


def test_many_broken_rows_make_few_warnings(tmp_path: Path) -> None:
    file = tmp_path / "vInfo.csv"
    file.write_text("VM,Powerstate,Disks\n" + "x\n" * 500, encoding="utf-8")
    document = read_path(file)
    assert len(document.warnings) == 21
    assert "and 480 more of this kind" in warnings(document)


def test_a_quote_without_an_end(tmp_path: Path) -> None:
    file = tmp_path / "vInfo.csv"
    file.write_text('VM,Powerstate,Disks\na,poweredOn,1\nb,"poweredOn,1\n' + "c,poweredOn,1\n" * 3, encoding="utf-8")
    document = read_path(file)
    assert [entry["name"] for entry in document.tree["vms"]] == ["a"]
    assert ":3:1: the row has 2 fields" in warnings(document)
    file.write_text('VM,Powerstate,Disks\n"' + "x" * 200_000, encoding="utf-8")
    assert "export:2:1: is not CSV: field larger than field limit" in refusal(file)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"vCPU": [["VM"], ["a"]], "Tabelle1": [["x"]]}, "there is no vInfo"),
        ({"vCPU": [["VM"], ["a"]], "Tabelle1": [["x"]]}, "found: vCPU, Tabelle1"),
        ({"vInfo": []}, "vInfo has no column 'VM'"),
        ({"vInfo": [["Name", "Powerstate"], ["a", "b"]]}, "its headers: Name, Powerstate"),
        ({"vInfo": [["VM", "VM"], ["a", "b"]]}, "vInfo has no column 'VM'"),
        ({"vInfo": [["VM"]], "tabvInfo": [["VM"]]}, "two vInfo tables"),
    ],
)
def test_exports_that_can_not_be_used(tmp_path: Path, tables: dict[str, Any], message: str) -> None:
    file = write_workbook(tmp_path, tables)
    assert rvtools.recognises(file)
    assert message in refusal(file)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    folder = write_csv(tmp_path / "csv", site())
    (folder / "vInfo.csv").write_text(csv_text([vm("b", 2)]), encoding="utf-8")
    (folder / "RVTools_tabvDisk.csv").write_text("VM\n" + '"' + "x" * 200_000, encoding="utf-8")
    (folder / "RVTools_tabvHost.csv").write_bytes(b"Host\n\x81 \n")
    text = refusal(folder)
    assert "RVTools_tabvDisk.csv:2:1: is not CSV" in text
    assert "RVTools_tabvHost.csv:2:1: neither UTF-8 nor cp932" in text
    assert "two vInfo tables" in text
    twice = write_workbook(tmp_path, {"vInfo": [["Name"]], "vHost": [["Host"]], "tabvHost": [["Host"]]})
    assert ("vInfo has no column" in refusal(twice), "two vHost tables" in refusal(twice)) == (True, True)


def test_other_tabs_without_what_identifies_their_rows_are_left_out(tmp_path: Path) -> None:
    document = read(tmp_path, {"vInfo": [vm("a", 1)], "vDisk": [["Disk"], ["Hard disk 1"]], "vHost": [], "vSource": [["Name"]]})
    assert "disks" not in document.tree["vms"][0]
    assert "vDisk has no column 'VM', so nothing of it can be used" in warnings(document)
    assert "hosts" not in document.tree


@pytest.mark.parametrize("path_of", [Path("nowhere.xlsx"), Path("/")], ids=["missing", "folder without CSV"])
def test_paths_that_are_nothing(path_of: Path) -> None:
    assert not rvtools.recognises(path_of)
    assert refusal(path_of)


@pytest.mark.parametrize(
    "content", [b"", b"tenken: 1\n", b"{}", b"VM,Owner\na,b\n", b"\x00\x01\x02", b"PK\x03\x04rest", b"a\rb,c"]
)
def test_other_files_are_not_recognised(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "RVTools_export.xlsx"
    file.write_bytes(content)
    assert not rvtools.recognises(file)
    assert refusal(file)


def test_aliases_do_not_collide() -> None:
    """No spelling of one column is a spelling of another of the same tab."""
    from tenken.sources.rvtools_columns import spellings

    for tab, columns in COLUMNS.items():
        seen: dict[str, str] = {}
        for column, aliases in columns.items():
            for spelling in set(spellings(tab, aliases)):
                assert seen.setdefault(spelling, column) == column, (tab, spelling)
