"""Writes RVTools exports for tests, tables as lists of mappings, and reads them back."""

from __future__ import annotations

import copy
import csv
import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tenken.document.problem import InputError
from tenken.model import identity
from tenken.model.inventory import reader
from tenken.sources.base import Document
from tenken.sources.rvtools import source as rvtools
from tenken.sources.said import Notice

INVENTORY = reader()
UNSEEN = {"id": identity.UNSEEN}

Tables = dict[str, list[dict[str, Any]]]

NAA = "60013840b9d0f2a1c3e4567890abcd"
LUN0, LUN1, LUN2 = f"naa.{NAA}00", f"naa.{NAA}01", f"naa.{NAA}02"
MODEL = "4449534b2041"
SERVER = {"VI SDK Server": "vc01.example", "VI SDK UUID": "11111111-aaaa"}


def vm(name: str, number: int, **facts: Any) -> dict[str, Any]:
    row = {
        "VM": name, "Powerstate": "poweredOn", "Template": "False", "SRM Placeholder": "False", "Guest state": "running",
        "Disks": 1, "FT State": "notConfigured", "Path": f"[DS01] {name}/{name}.vmx", "Annotation": "a, \"b\"; c",
        "Datacenter": "DC1", "Cluster": "CL1", "Host": "esx01",
        "OS according to the configuration file": "Red Hat Enterprise Linux 8 (64-bit)",
        "OS according to the VMware Tools": "Red Hat Enterprise Linux 8 (64-bit)",
        "Guest Detailed Data": "bitness='64' distroName='Red Hat Enterprise Linux' distroVersion='8.6' "
        "prettyName='Red Hat Enterprise Linux 8.6 (Ootpa)'",
        "VM ID": f"vm-{number}", "SMBIOS UUID": f"4210-{number}", "VM UUID": f"5010-{number}",
        "VI SDK Server type": "VMware vCenter Server 8.0.3 build-24022515", "VI SDK API Version": "8.0.3.0", **SERVER,
    }  # fmt: skip
    return row | facts


def of_vm(name: str, number: int, **facts: Any) -> dict[str, Any]:
    row = {"VM": name, "Host": "esx01", "VM ID": f"vm-{number}", "VM UUID": f"5010-{number}", **SERVER}
    return row | facts


def disk(name: str, number: int, label: int = 1, **facts: Any) -> dict[str, Any]:
    file = f"{name}.vmdk" if label == 1 else f"{name}_{label - 1}.vmdk"
    own = {
        "Disk": f"Hard disk {label}", "Disk Key": str(1999 + label), "Disk Path": "C:\\", "Capacity MiB": 102400,
        "Raw": "False", "Disk Mode": "persistent", "Sharing mode": "sharingNone", "Controller": "VMware paravirtual SCSI",
        "Label": "SCSI controller 0", "SCSI Unit #": 0, "Unit #": label - 1, "Shared Bus": "noSharing",
        "Path": f"[DS01] {name}/{file}", "Raw LUN ID": "", "Raw Comp. Mode": "",
    }  # fmt: skip
    return of_vm(name, number) | own | facts


def path(host: str, device: str, datastore: str = "", **facts: Any) -> dict[str, Any]:
    digits = device.removeprefix("naa.")
    row = {
        "Host": host, "Cluster": "CL1", "Datacenter": "DC1", "Datastore": datastore, "Disk": device,
        "Display name": f"NEC Fibre Channel Disk ({device})", "Oper. State": "ok", "Vendor": "NEC     ",
        "Model": "DISK ARRAY      ", "UUID": f"0200000000{digits}{MODEL}", **SERVER,
    }  # fmt: skip
    return row | facts


def datastore(name: str, device: str, **facts: Any) -> dict[str, Any]:
    row = {
        "Name": name, "Address": device, "Type": "VMFS", "Capacity MiB": 1048576, "# Hosts": 2, "Hosts": "esx01, esx02",
        "Cluster name": "", "# Extents": 1, "Major Version": 6, "Version": "6.82",
        "URL": "ds:///vmfs/volumes/5F000000-00000000-0000-000000000001/", **SERVER,
    }  # fmt: skip
    return row | facts


def host(name: str, **facts: Any) -> dict[str, Any]:
    version = "VMware ESXi 8.0.3 build-24022510"
    return {"Host": name, "Datacenter": "DC1", "Cluster": "CL1", "ESX Version": version, **SERVER} | facts


def site() -> Tables:
    """A small export of version 4.6 with something of everything."""
    return copy.deepcopy(
        {
            "vInfo": [
                vm("db01", 1, Disks=2),
                vm("web01", 2, **{"Powerstate": "suspended", "Guest state": "standby", "FT State": "running"}),
                vm("tpl", 3, **{"Powerstate": "poweredOff", "Template": "True", "Guest state": "notRunning", "Disks": 0}),
            ],
            "vDisk": [
                disk("db01", 1),
                disk(
                    "db01",
                    1,
                    2,
                    **{
                        "Raw": "True",
                        "Raw LUN ID": f"0200030000{NAA}02{MODEL}",
                        "Raw Comp. Mode": "physicalMode",
                        "Disk Mode": "independent_persistent",
                        "Label": "SCSI controller 1",
                        "Controller": "LSI Logic SAS",
                        "Shared Bus": "physicalSharing",
                        "Sharing mode": "sharingMultiWriter",
                    },
                ),
                disk("web01", 2, Label="NVME controller 0", Controller="NVME Controller"),
            ],
            "vTools": [of_vm("db01", 1, Tools="toolsOk"), of_vm("web01", 2, Tools="toolsNotRunning")],
            "vSnapshot": [of_vm("db01", 1, **{"Name": "before patch", "Date / time": "2026-10-01 12:00:00"})],
            "vHost": [host("esx01"), host("esx02")],
            "vCluster": [
                {"Name": "CL1", "NumHosts": 2, "HA enabled": "True", "HB Datastore Candidate Policy": "allFeasibleDs", **SERVER}
            ],
            "vDatastore": [datastore("DS01", LUN0)],
            "vMultiPath": [
                path("esx01", LUN0, "DS01"),
                path("esx02", LUN0, "DS01"),
                path("esx01", LUN2, **{"Oper. State": "off"}),
            ],
            "vSource": [{"Name": "VMware vCenter Server", "API type": "VirtualCenter", "Version": "8.0.3", **SERVER}],
            "vMetaData": [
                {
                    "RVTools major version": "4.6",
                    "RVTools version": "4.6.1.0",
                    "xlsx creation datetime": "2026-10-01 12:00:00",
                    "Server": "vc01.example",
                }
            ],
        }
    )


def rename(tables: Tables, tab: str, old: str, new: str) -> Tables:
    """The tables with one header called otherwise."""
    tables[tab] = [{new if header == old else header: cell for header, cell in row.items()} for row in tables[tab]]
    return tables


def without(tables: Tables, tab: str, *headers: str) -> Tables:
    tables[tab] = [{header: cell for header, cell in row.items() if header not in headers} for row in tables[tab]]
    return tables


def grid(rows: list[dict[str, Any]]) -> list[list[Any]]:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    return [headers, *([row.get(header, "") for header in headers] for row in rows)]


def workbook_bytes(tables: dict[str, Any], prefix: str = "") -> bytes:
    """An .xlsx workbook; a table may also be a grid of cells."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for tab, rows in tables.items():
        sheet = book.add_worksheet(prefix + tab)
        for number, row in enumerate(grid(rows) if rows and isinstance(rows[0], dict) else rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)
    book.close()
    return buffer.getvalue()


def write_workbook(folder: Path, tables: dict[str, Any], prefix: str = "", name: str = "export.xlsx") -> Path:
    file = folder / name
    file.write_bytes(workbook_bytes(tables, prefix))
    return file


def csv_text(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(grid(rows))
    return buffer.getvalue()


def write_csv(folder: Path, tables: Tables, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    folder.mkdir(exist_ok=True)
    for tab, rows in tables.items():
        (folder / f"RVTools_tab{tab}.csv").write_bytes(csv_text(rows, delimiter).encode(encoding))
    return folder


# --- reading ---------------------------------------------------------------------------------------------------------


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


def doubts(document: Document) -> list[Notice]:
    """The warnings about what is there, for exports of which a test writes only some tabs."""
    return [warning for warning in document.warnings if not str(warning).startswith("export: the export has no ")]


def warnings(document: Document) -> str:
    return "\n".join(map(str, document.warnings))
