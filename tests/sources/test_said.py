"""What sources tell is told in both languages, with the same values in it: here all of them tell something."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ism_exports
import pytest
import rvtools_exports as rv
import terraform_plans as tf

import host_files
from tenken.document.said import Said
from tenken.model.report import InputUsed
from tenken.outputs import provenance
from tenken.sources import registry, vm_support
from tenken.sources.base import Document
from tenken.sources.esxcli import source as esxcli
from tenken.sources.ism import source as ism
from tenken.sources.ism import text as ism_text
from tenken.sources.joining.assemble import assemble
from tenken.sources.rvtools import source as rvtools
from tenken.sources.said import Notice
from tenken.sources.terraform import source as terraform
from tenken.sources.vmx import source as vmx

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
SENTENCE = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
VALUES = re.compile(r"'[^' ][^']*'|\d[\d.]*\b|\b(?:naa|eui|mpx)\.[\w:…]+")

OTHER_VOLUME = host_files.VOLUME.replace("5c", "6d")
DB = "vsphere_virtual_machine.db"


def told(documents: list[Document]) -> list[Notice]:
    """What documents tell; what they are, reports say in Japanese too."""
    for document in documents:
        used = InputUsed(document.name, document.format, document.read_as)
        assert JAPANESE.search(provenance.kind(used).ja), document.format
        assert not re.search(r"\b[a-z]{3,} ", provenance.details(used).ja), document.read_as
    return [notice for document in documents for notice in document.warnings]


# --- RVTools ---------------------------------------------------------------------------------------------------------


def rvtools_machines(folder: Path) -> list[Notice]:
    other = {"VI SDK Server": "vc02", "VI SDK UUID": "2"}
    machines = [
        rv.vm("app", 1, Disks=2, **{"OS according to the configuration file": "Ubuntu Linux (64-bit)"}),
        rv.vm("web", 2, Disks=2, Path="none", Powerstate="humming"),
        rv.vm("bad", 3, Disks=2, Powerstate="humming"),
        rv.vm("", 4),
        rv.vm("rdm", 5),
        rv.vm("vCLS (1)", 6),
        rv.vm("far", 7, **{"SRM Placeholder": "True"}),
        rv.vm("twin", 8, **{"VM UUID": "same"}),
        rv.vm("twin", 9, **{"VM UUID": "same"}),
    ]
    lun = f"0200ff0000{rv.NAA}01{rv.MODEL}"
    disks = [
        rv.disk("app", 1),
        rv.disk("web", 2),
        rv.disk("web", 2, 2) | {"Shared Bus": "virtualSharing", "Disk": ""},
        rv.disk("bad", 3),
        rv.disk("bad", 3) | {"Capacity MiB": 1},
        rv.disk("bad", 3, 2, Label="strange", Path="[DS77] x/x.vmdk"),
        rv.disk("rdm", 5) | {"Raw": True, "Raw LUN ID": lun, "Raw Comp. Mode": "virtualMode"},
        rv.disk("gone", 98),
        rv.disk("", 97) | other,
        rv.disk("twin", 8) | {"VM ID": "", "VM UUID": ""},
    ]
    tables: rv.Tables = {"vInfo": machines, "vDisk": disks, "vMultiPath": [rv.path("esx01", rv.LUN2, UUID=lun)]}
    return told(rvtools.read(rv.write_workbook(folder, tables), "export"))


def rvtools_objects(folder: Path) -> list[Notice]:
    tables = rv.site()
    tables["vInfo"][0]["VI SDK Server type"] = "VMware ESXi 7.0.3 build-21313628"
    tables["vInfo"] = [*tables["vInfo"], *tables["vInfo"]]
    tables["vHost"] = [rv.host("esx01"), rv.host("", Cluster="")]
    tables["vCluster"][0]["NumHosts"] = 3
    tables["vDatastore"] = [
        rv.datastore("DS01", rv.LUN0, **{"# Extents": 2}),
        rv.datastore("local", rv.LUN1, **{"# Hosts": 5}),
        rv.datastore("local", rv.LUN1),
    ]
    tables["vDisk"][0]["Path"] = "[DS77] x/x.vmdk"
    tables["vTools"] = [{"Name": "x"}]
    grid = {tab: rv.grid(rows) for tab, rows in tables.items()}
    grid["vSnapshot"] = [[*row, *row[:1]] for row in grid["vSnapshot"]]
    grid["vCluster"] = [[*row, *row[1:2]] for row in grid["vCluster"]]
    return [
        *told(rvtools.read(rv.write_workbook(folder, tables), "export")),
        *told(rvtools.read(rv.write_workbook(folder, grid), "grid")),
    ]


def rvtools_csv_files(folder: Path) -> list[Notice]:
    tables: rv.Tables = {"vInfo": [rv.vm("caf\u00e9", 1)], "vTools": [rv.of_vm("caf\u00e9", 1, Tools="toolsOk")]}
    csv = rv.write_csv(folder / "csv", tables, encoding="cp1252")
    with (csv / "RVTools_tabvTools.csv").open("ab") as file:
        file.write(b"broken,row\r\n" * 30)
    return told(rvtools.read(csv, "csv"))


# --- iStorage --------------------------------------------------------------------------------------------------------


def ism_export(folder: Path) -> list[Notice]:
    disks = [ism_exports.ld(f"{n:04x}", f"d{n}", OS_Type=f"Z{n % 8}", roles="XX", LD_Capacity="much") for n in range(9)]
    sets = [ism_exports.fc("s", platform="QQ"), ism_exports.fc("n").replace("(FC)", "(NVMe-oF)")]
    chapters = (ism_exports.chapter("Logical Disk", *disks), ism_exports.chapter("Access Control", *sets))
    (folder / "a.xml").write_text(ism_exports.export(*chapters), "utf-8")
    (folder / "b.xml").write_text(ism_exports.export(arguments="-cinder -xml"), "utf-8")
    return told([*ism.read(folder / "a.xml", "a.xml"), *ism.read(folder / "b.xml", "b.xml")])


def ism_together(folder: Path) -> list[Notice]:
    full = ism_exports.export(
        ism_exports.DISK_ARRAY,
        ism_exports.chapter("Logical Disk", *ism_exports.DISKS),
        ism_exports.chapter("Controller", ism_exports.host_port("2100000991020012")),
    )
    hosts = {"hosts": [{"name": "esx01", "devices": [{"device": "eui.0009910200120010"}]}]}
    pairs = ism_exports.PAIRS
    runs: list[dict[str, Any]] = [
        {"M1.xml": full, "n.json": hosts, "p": pairs.replace("separated", "cancel")},
        {"M1.xml": full, "n.json": {"arrays": [{"name": "M9"}]}},
        {"M1.xml": full, "M2.xml": full, "n.json": {"arrays": [{"name": "M8"}, {"name": "M9"}]}, "p": pairs},
        {"p": pairs, "q": pairs.replace("    LD Name       VM_MV01\n", ""), "s": "BV Information\n\nSV Information\n"},
    ]
    found: list[Notice] = [*ism_text.read("iSM13082: no such volume\n", "a").warnings]
    for number, files in enumerate(runs):
        for name, content in files.items():
            path = folder / str(number) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps({"tenken": 1} | content) if isinstance(content, dict) else content, "utf-8")
        found += assemble(registry.read([folder / str(number) / name for name in files])).warnings
    return found


# --- files of hosts --------------------------------------------------------------------------------------------------


def vmx_files(folder: Path) -> list[Notice]:
    hidden = 'config.version = "8"\ndisplayName = "secret"\nencryption.keySafe = "vmware:key"\n'
    detailed = "bitness='64' distroName='Ubuntu' distroVersion='22.04' familyName='Linux' prettyName='Ubuntu 22.04 LTS'"
    settings: dict[str, str | None] = {
        "scsi0:5.present": "TRUE", "scsi0:5.deviceType": "scsi-passthru", "scsi0:5.fileName": "/vmfs/devices/genscsi/x",
        "scsi0:6.present": "TRUE", "scsi0:6.deviceType": "scsi-novelty", "scsi0:6.fileName": "x",
        "scsi0.sharedBus": "novel", "ftcpt.x": "1", "vc.uuid": None, "guestOS.detailed.data": detailed,
    }  # fmt: skip
    files = {
        "a.vmx": host_files.vmx(name="a"), "b.vmx": host_files.vmx(name="b"), "c/a.vmx": host_files.vmx(name="a"),
        "d.vmx": host_files.vmx(settings | {"displayName": None}), "e.vmx": hidden, "f.vmx": "hello",
        "g.vmx": host_files.vmx({"vc.uuid": None}, name="g"), "g.vmdk": host_files.descriptor("seSparse", "lost.vmdk"),
        "h.vmx": host_files.vmx({"vc.uuid": None}, name="h"),
        "h.vmsd": 'snapshot.numSnapshots = "2"\nsnapshot0.uid = "1"\n', "a.vmsd": "damaged",
    }  # fmt: skip
    return told(vmx.read(host_files.write(folder, files), "copy"))


def esxcli_listings(folder: Path) -> list[Notice]:
    listing = "[root@{}:~] esxcli storage core device list{}\n"
    again = host_files.device() + host_files.device(changes={"Status": "off", "Is Boot Device": "true"})
    rows = [("datastore1", host_files.VOLUME, 0, host_files.NEC), ("datastore1", OTHER_VOLUME, 1, "naa.6b")]
    files = {
        "1/d.txt": listing.format("esx01", "") + host_files.BOOT + again + host_files.extents(*rows),
        "2/d.txt": listing.format("esx02", " --pe-only") + again + host_files.extents(("DS", host_files.VOLUME, 0, "naa.6c")),
        "3/d.txt": "# host: esx03\n" + host_files.device(),
        "4/d.txt": "# host: esx04\n" + host_files.BOOT + host_files.device()[:300],
    }
    return told(esxcli.read(host_files.write(folder, files), "hosts"))


def bundle(folder: Path) -> list[Notice]:
    return told(vm_support.read(host_files.bundle(folder), "bundle"))


# --- Terraform -------------------------------------------------------------------------------------------------------


def terraform_plans(folder: Path) -> list[Notice]:
    deposed = tf.change(DB, None, ("delete",)) | {"deposed": "0a1b2c3d"}
    twins = [tf.change(f"vsphere_virtual_machine.a[{n}]", tf.new_vm("a")) for n in range(2)]
    datastores = [
        tf.change(f"vsphere_vmfs_datastore.d{n}", {"name": "DS", "id": f"datastore-{n}", "disks": ["naa.1"]}) for n in range(2)
    ]
    hidden = tf.change(DB, tf.vm(), ("no-op",), after_sensitive={"guest_id": True})
    plan = tf.plan(hidden, deposed, *twins, *datastores, errored=True, complete=False)
    (folder / "main.tf").write_text("", "utf-8")
    tf.write(folder, plan)
    tf.write(folder, tf.state(tf.resource(DB, tf.vm())), "state.json")
    flat = {"attributes_flat": {"name": "flat"}}
    resources = [{"mode": "managed", "type": "vsphere_virtual_machine", "name": "db", "instances": [flat]}]
    for entry in resources:
        entry["provider"] = f'provider["{tf.PROVIDER}"]'
    raw = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": resources}
    tf.write(folder / "raw", raw, "terraform.tfstate")
    tf.write(folder / "empty", tf.plan(looked_up=[]))
    return told(terraform.read(folder, "infra"))


# --- several sources -------------------------------------------------------------------------------------------------


def merged(folder: Path) -> list[Notice]:
    head = "tenken: 1\n"
    files = {
        "a.yaml": head + "hosts: [{name: esx01, vcenter: v1}, {name: esx02, vcenter: v1}, {name: esx03}]\n"
        "vcenters: [{name: vc01}]\n",
        "b.yaml": head + "source: rvtools\nhosts: [{name: esx01.a.example}, {name: esx01.b.example}]\n",
        "c.yaml": head + "source: vcenter\nhosts: [{name: esx02.a.example, vcenter: v2}, {name: esx03.a.example}]\n"
        "vcenters: [{name: vc01.example}]\n",
        "d.yaml": head + "source: vcenter\ndatastores: [{name: DS01, uuid: 5f-1, type: VMFS}]\n"
        "vms: [{name: db, vcenter: v, datacenter: A}, {name: db, vcenter: v, datacenter: B},"
        " {name: c, controllers: [{id: unseen}, {id: scsi0}]}]\n",
        "e.yaml": head + "source: vmx\ndatastores: [{name: old, uuid: 5f-1}]\nvms: [{name: db, encrypted: false}]\n",
        "f.yaml": head + "answers: [{vms: {name: c}, seen: [scsi9], controllers: []}]\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return list(assemble(registry.read([folder])).warnings)


def left_out(folder: Path) -> list[Notice]:
    (folder / "site.yaml").write_text("tenken: 1\n", "utf-8")
    (folder / "more.yaml").write_text("vms: []\n", "utf-8")
    return told(registry.read([folder]))


CORPUS: dict[Callable[[Path], list[Notice]], int] = {
    rvtools_machines: 15, rvtools_objects: 12, rvtools_csv_files: 3, ism_export: 6, ism_together: 9, vmx_files: 15,
    esxcli_listings: 8, bundle: 1, terraform_plans: 10, merged: 7, left_out: 1,
}  # fmt: skip
"""What provokes notices → how many different sentences at least."""


@pytest.mark.parametrize("provoke", CORPUS, ids=lambda provoke: provoke.__name__)
def test_every_notice_is_told_in_both_languages_with_its_values(
    provoke: Callable[[Path], list[Notice]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terraform, "can_read", lambda: False)
    notices = provoke(tmp_path)
    for notice in notices:
        place = f"{notice.place}: "
        english, japanese = notice.text("en").removeprefix(place), notice.text("ja").removeprefix(place)
        assert not JAPANESE.search(english), english
        for spoken in filter(None, (notice.said, notice.hint)):
            assert JAPANESE.search(spoken.ja), spoken
            assert not SENTENCE.search(re.sub(r"'[^']*'|[(（].*?[)）]", "", spoken.ja)), spoken
            assert not spoken.ja.endswith("。"), spoken
        missing = [value for value in VALUES.findall(english) if value not in japanese]
        assert not missing, (missing, japanese)
    kinds = {re.sub(r"'[^']*'|\d+", "", notice.said.en) for notice in notices}
    assert len(kinds) >= CORPUS[provoke], "\n".join(sorted(kinds))


def test_the_corpus_makes_every_module_speak_that_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No module that makes sentences is forgotten above; what is collected live has tests with a vCenter of its own."""
    spoken: set[str] = set()
    init = Said.__init__

    def listen(self: Said, en: str, ja: str) -> None:
        spoken.add(sys._getframe(1).f_globals["__name__"])
        init(self, en, ja)

    monkeypatch.setattr(Said, "__init__", listen)
    monkeypatch.setattr(terraform, "can_read", lambda: False)
    for number, provoke in enumerate(CORPUS):
        (tmp_path / str(number)).mkdir()
        provoke(tmp_path / str(number))
    able = {
        name
        for name, module in sys.modules.items()
        if name.startswith("tenken.sources.")
        and "vcenter" not in name
        and vars(module).get("Said") is Said
        and not ("Problem" in vars(module) and "Notice" not in vars(module))  # mistakes: tests/cli/test_languages.py
    }
    only_types = {"tenken.sources.doubts", "tenken.sources.joining.assemble"}
    assert able - only_types <= spoken, sorted(able - spoken)
