"""RVTools exports become facts, and what they do not say stays unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rvtools_exports import (
    LUN0,
    LUN2,
    UNSEEN,
    Tables,
    by_name,
    disk,
    of_vm,
    read,
    read_path,
    refusal,
    rename,
    site,
    vm,
    warnings,
    without,
    write_workbook,
)

from tenken.document.place import Place

# --- a whole export --------------------------------------------------------------------------------------------------


def test_everything_that_an_export_says(tmp_path: Path) -> None:
    document = read(tmp_path, site())
    assert not document.warnings
    assert document.tree["vms"][0] == {
        "name": "db01",
        "uuid": "5010-1",
        "bios_uuid": "4210-1",
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


def test_a_bare_number_is_no_date_of_the_export(tmp_path: Path) -> None:
    tables = site()
    tables["vMetaData"][0]["xlsx creation datetime"] = 45800.123
    assert read(tmp_path, tables).read_as == "RVTools 4.6.1.0"


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
