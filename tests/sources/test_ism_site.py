"""One joined answer from the files of one site: an RVTools workbook, the array's export, its pairs, and notes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ism_exports import DISK_ARRAY, PAIRS, chapter, export, fc, host_port, ld
from rvtools_exports import SERVER, Tables, datastore, disk, host, of_vm, path, vm, write_workbook

from tenken.document.problem import InputError
from tenken.model.report import Report
from tenken.pipeline import check

MV, RV = "eui.0009910200120010", "eui.0009910200120110"
WINDOWS = "Microsoft Windows Server 2022 (64-bit)"
GUEST = f"architecture='X86' bitness='64' buildNumber='20348' familyName='Windows' prettyName='{WINDOWS}'"
NOTES = """\
tenken: 1
defaults:
  vm: {encrypted: false, vtpm: false, passthrough_devices: [], roles: [], cluster: none, workloads: [], software: []}
arrays:
  - {name: M320-01, snapshot_sets: [], ld_sets: [{name: esx, mode: secure}, {name: bkup, hosts: [bkup01]}]}
servers: [{name: bkup01, roles: [backup]}]
vcenters: [{name: vc01.example, vm: none}]
clusters: [{name: CL1, vcenter: vc01.example, ha: {heartbeat_datastores: []}}]
hosts:
  - {name: esx01, boot: {kind: local, device: naa.5000000000000001}}
  - {name: esx02, boot: {kind: local, device: naa.5000000000000002}}
vms:
  - name: app01
    uuid: 5010-1
    guest: {dynamic_disks: false, raw_disks: false, iscsi_initiator: false}
    controllers: [{id: unseen, type: pvscsi, bus_sharing: none}]
"""


def workbook(state_of_rv: str = "off", adapters: int = 2) -> Tables:
    return {
        "vInfo": [vm("app01", 1, **{"Guest Detailed Data": GUEST, "OS according to the VMware Tools": WINDOWS})],
        "vDisk": [disk("app01", 1)],
        "vTools": [of_vm("app01", 1, Tools="toolsOk")],
        "vSnapshot": [of_vm("other", 9, Name="x")],
        "vHost": [host("esx01"), host("esx02")],
        "vCluster": [{"Name": "CL1", "NumHosts": 2, "HA enabled": "True", "HB Datastore Candidate Policy": "userSelectedDs", **SERVER}],
        "vDatastore": [datastore("DS01", MV)],
        "vMultiPath": [
            row
            for name in ("esx01", "esx02")
            for row in (path(name, MV, "DS01"), path(name, RV, **{"Oper. State": state_of_rv}))
        ],
        "vHBA": [
            {"Host": f"esx0{number}", "Device": "vmhba1", "WWN": f"20:00:00:00:00:00:00:0{number} 10:00:00:00:00:00:00:0{number}"}
            | SERVER
            for number in range(1, adapters + 1)
        ],
    }  # fmt: skip


def array(platform: str = "VW", format: str = "LX") -> str:
    ports = ("1000-0000-0000-0001", "1000-0000-0000-0002")
    return export(
        DISK_ARRAY,
        chapter("Logical Disk", ld("0010", "VM_MV01", "MV", OS_Type=format), ld("0110", "VM_RV01", "RV")),
        chapter("Controller", host_port("2100000991020012")),
        chapter(
            "Access Control",
            fc("esx", [("0000", "0010"), ("0001", "0110")], ports, platform),
            fc("bkup", [("0000", "0110")], ["1000-0000-0000-0009"], "WN"),
        ),
    )


def answer(tmp_path: Path, tables: Tables, xml: str, pairs: str = PAIRS, notes: str = NOTES) -> Report:
    (tmp_path / "ism.xml").write_text(xml, encoding="utf-8")
    (tmp_path / "pairs.txt").write_text(pairs, encoding="utf-8")
    (tmp_path / "notes.yaml").write_text(notes, encoding="utf-8")
    files = [write_workbook(tmp_path, tables, name="RVTools.xlsx"), *(tmp_path / name for name in ("ism.xml", "pairs.txt"))]
    return check([*files, tmp_path / "notes.yaml"], everything=True)


def verdict(report: Report, subject: str = "app01", method: str = "vmfs.online") -> str:
    return next(v.verdict for v in report.verdicts if (v.subject.name, v.method) == (subject, method))


def outcome(report: Report, rule: str) -> set[str]:
    return {result.outcome for result in report.results if result.rule == rule} - {"not_applicable"}


def open_rules(report: Report) -> set[str]:
    return {result.rule for result in report.results if result.outcome in ("unknown", "fail", "inquire", "error")}


def test_all_files_together_decide(tmp_path: Path) -> None:
    report = answer(tmp_path, workbook(), array())
    assert open_rules(report) == set()
    assert (verdict(report), verdict(report, "DS01")) == ("eligible", "eligible")
    assert {"ld-is-mv-or-bv", "ld-format-lx", "ld-set-platform-vw", "rv-detached-from-esxi", "host-has-ld-access"} <= {
        result.rule for result in report.results if result.outcome == "pass"
    }


@pytest.mark.parametrize(
    ("change", "rule", "expected"),
    [
        ({"tables": workbook(state_of_rv="ok")}, "rv-detached-from-esxi", {"fail"}),
        ({"tables": workbook(state_of_rv="degraded")}, "rv-detached-from-esxi", {"unknown"}),
        ({"xml": array(platform="WN")}, "ld-set-platform-vw", {"fail"}),
        ({"xml": array(platform="LX")}, "ld-set-platform-lx-to-be-confirmed", {"inquire"}),
        ({"xml": array(platform="ZZ")}, "ld-set-platform-vw", {"fail"}),
        ({"xml": array(format="WN")}, "ld-format-lx", {"fail", "pass"}),
        ({"xml": array(format="  ")}, "ld-format-lx", {"unknown", "pass"}),
        ({"tables": workbook(adapters=1)}, "cluster-hosts-have-ld-access", {"unknown"}),
        ({"tables": workbook(state_of_rv="ok"), "pairs": "MV:\nRV:\nSync State x\n"}, "rv-detached-from-esxi", {"unknown"}),
    ],
)
def test_each_fact_counts(tmp_path: Path, change: dict[str, Any], rule: str, expected: set[str]) -> None:
    report = answer(tmp_path, **({"tables": workbook(), "xml": array()} | change))
    assert outcome(report, rule) == expected
    assert verdict(report, "DS01") != "eligible"
    places = [
        result.location.source for result in report.results if result.rule == rule and result.outcome in ("fail", "inquire")
    ]
    assert all("ism.xml" in place for place in places)


UNITS = ("OS Type", "LD Name", "LD Capacity", "RPL Attribute", "Purpose", "Platform", "Product ID", "WWPN")


@pytest.mark.parametrize("bad", ["RV attached", "platform", "format", "role"])
def test_blank_values_never_make_a_datastore_eligible(tmp_path: Path, bad: str) -> None:
    tables = workbook(state_of_rv="ok" if bad == "RV attached" else "off")
    xml = array(platform="WN" if bad == "platform" else "VW", format="WN" if bad == "format" else "LX")
    xml = xml.replace(">MV<", ">SV<") if bad == "role" else xml
    pairs = "MV:\nRV:\nSync State x\n" if bad == "role" else PAIRS
    assert verdict(answer(tmp_path, tables, xml, pairs), "DS01") == "ineligible"
    units = [match for name in UNITS for match in re.finditer(rf'(<UNIT name="{name}">)[^<]*', xml)]
    assert len(units) == 2 * 5 + 2 + 2
    for unit in units:
        blank = xml[: unit.start()] + unit[1] + "  " + xml[unit.end() :]
        report = answer(tmp_path, tables, blank, pairs)
        for method in ("vmfs.online", "vmfs.offline"):
            assert verdict(report, "DS01", method) != "eligible", unit[0]


def test_an_ld_set_that_maps_a_disk_which_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    xml = array().replace('"LDN(h)">0110</UNIT>\n    </SECTION>', '"LDN(h)">0111</UNIT>\n    </SECTION>', 1)
    with pytest.raises(InputError, match=r"ism\.xml:\d+:26: LDN 0111h is not among the logical disks of M320-01"):
        answer(tmp_path, workbook(), xml)
