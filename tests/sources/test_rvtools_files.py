"""Where facts of RVTools exports stand; CSV files; exports that can't be used."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from rvtools_exports import (
    Tables,
    by_name,
    csv_text,
    doubts,
    read,
    read_path,
    refusal,
    site,
    vm,
    warnings,
    without,
    write_csv,
    write_workbook,
)

from tenken.document.place import Place, Route
from tenken.sources.base import Document
from tenken.sources.rvtools import source as rvtools
from tenken.sources.rvtools.columns import COLUMNS

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
    assert len(doubts(document)) == 21
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


@pytest.mark.parametrize("prefix", ["RVTools_tab", ""])
def test_csv_files_without_vinfo_are_refused_by_what_they_lack(tmp_path: Path, prefix: str) -> None:
    folder = write_csv(tmp_path / "csv", {tab: rows for tab, rows in site().items() if tab != "vInfo"})
    for file in folder.iterdir():
        file.rename(file.with_name(file.name.replace("RVTools_tab", prefix)))
    for path in (folder, folder / f"{prefix}vDisk.csv"):
        assert rvtools.recognises(path)
        assert "there is no vInfo" in refusal(path) and f"found: {prefix}" in refusal(path)
    write_csv(folder, without({"vInfo": site()["vInfo"]}, "vInfo", "VM"))
    assert "vInfo has no column 'VM'" in refusal(folder)
    other = tmp_path / "vHost.csv"
    other.write_text("Region,Price\nx,1\n", encoding="utf-8")
    assert not rvtools.recognises(other)


def test_tabs_that_are_not_there_are_named(tmp_path: Path) -> None:
    assert not read(tmp_path, site()).warnings
    tables = {tab: rows for tab, rows in site().items() if tab not in ("vDisk", "vTools", "vSource", "vMetaData")}
    (warning,) = read(tmp_path, tables).warnings
    assert str(warning).startswith("export: the export has no vDisk, vTools; ")
    assert "vDisk" in warning.text("ja")


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
    from tenken.sources.rvtools.columns import spellings

    for tab, columns in COLUMNS.items():
        seen: dict[str, str] = {}
        for column, aliases in columns.items():
            for spelling in set(spellings(tab, aliases)):
                assert seen.setdefault(spelling, column) == column, (tab, spelling)
