"""Texts of somebody's in every place that takes one: none of them is in the archive in any form, and the map has them all."""

from __future__ import annotations

import base64
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.generate import generate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.command_line import tenken

from bundle.sites import add_column, archive, names_in
from tenken.bundle.pseudonyms import restore
from tenken.model.inventory import Inventory
from tenken.model.schema import Type, fields_of
from tenken.sources.native import writer as native_writer

MARK = "qxkanary"
"""In every canary, and in no other text."""

_KEPT = ("ldn", "new_ldn", "mv", "rv", "bv", "svs", "lv", "lvs", "link", "lds", "clause", "fact", "order", "date", "tenken")
"""Fields that take no free text: an inventory that had one there would be refused."""
_REFERENCES = {
    "vms": "vm", "host": "host", "hosts": "host", "vcenter": "vcenter", "datastore": "datastore", "datastores": "datastore",
    "array": "array", "rv_array": "array", "manages": "array", "heartbeat_datastores": "datastore", "vm": "vm", "server": "server",
    "actor": "server", "runs_on": "server", "job": "job", "datacenter": "datacenter", "controller": "controller", "disk": "label",
}  # fmt: skip
_OWNERS = {
    "VirtualMachine": "vm", "Host": "host", "VCenter": "vcenter", "Datastore": "datastore", "Array": "array", "Server": "server",
    "Job": "job",
}  # fmt: skip


class Canaries:
    """One text for each thing that has a name, so that references fit, and a new one for every other place."""

    def __init__(self, shape: str) -> None:
        self.shape = shape
        self.told: list[str] = []
        self._named: dict[str, str] = {}

    def new(self) -> str:
        self.told.append(self.shape.replace("{}", f"{letters(len(self.told))}{MARK}"))
        return self.told[-1]

    def of(self, thing: str) -> str:
        if thing not in self._named:
            self._named[thing] = self.new()
        return self._named[thing]


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")


def site(canaries: Canaries) -> dict[str, Any]:
    """An inventory with one of everything, and a canary in every field that takes free text."""

    def value(type_: Type, field: str, owner: str) -> Any:
        if type_.kind == "list":
            assert type_.item is not None
            return [value(type_.item, field, owner)]
        if type_.kind == "object":
            assert type_.cls is not None
            inner = fields_of(type_.cls)
            return {name: value(of, name, type_.cls.__name__) for name, of in inner.items() if name not in _LEFT_OUT}
        if type_.kind != "string":
            return True if type_.kind == "bool" else 1
        if type_.words:
            return type_.words[0]
        return text(field, owner)

    def text(field: str, owner: str) -> str:
        if field in _KEPT:
            return "0010h"
        if field == "name" and owner in _OWNERS:
            return canaries.of(_OWNERS[owner])
        if field in ("vmx", "path"):
            return f"[{canaries.of('datastore')}] {canaries.of('vm')}/{canaries.new()}.vmdk"
        if field == "rdm":
            return f"{canaries.of('vm')}/{canaries.of('label')}"
        if (owner, field) in (("Controller", "id"), ("Disk", "label")):
            return canaries.of("controller" if field == "id" else "label")
        if field in _REFERENCES:
            return canaries.of(_REFERENCES[field])
        return canaries.new()

    tree: dict[str, Any] = value(Type("object", cls=Inventory), "", "")
    return tree


_LEFT_OUT = (
    "tenken",
    "source",
    "partial",
    "complete",
    "inquiries",
    "precedence",
    "disagreements",
    "lun_map",
    "steps",
    "runbooks",
    "jobs",
)
"""What must be one of tenken's own words, and what refers to more than this site has; the masking tests cover those."""

SHAPES = (
    "{}", "{}.example.co.jp", "naa.6{}", "SQL Server {}", "10.20.30.40 {}", "iqn.1998-01.com.vmware:{}", "'; drop {}",
    "{} (Windows)", "八幡{}", "<{}>", 'a"{}\\b', "V12 {} R2", "-{}: {}", "{}é", "&{};", "%{}%",
)  # fmt: skip


def encoded() -> list[bytes]:
    """The mark in base64, whatever stands before it, without the letters that what stands around decides."""
    found = [base64.b64encode(b"\0" * shift + MARK.encode()).rstrip(b"=") for shift in range(3)]
    return [text[shift + 1 if shift else 0 : -2] for shift, text in enumerate(found)]


def assert_not_in(packed: dict[str, bytes], canaries: list[str]) -> None:
    whole = b"\n".join([*(name.encode() for name in packed), *packed.values()])
    assert MARK.encode() not in whole.lower()
    assert not [form for form in encoded() if form in whole]
    for text in ("10.20.30.40", "co.jp", "八幡", "\\u516b\\u5e61"):
        assert text.encode() not in whole.lower(), text
    assert len(canaries) == len(set(canaries))


@settings(max_examples=16, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SHAPES))
def test_no_text_of_any_field_leaves(shape: str) -> None:
    canaries = Canaries(shape)
    tree = site(canaries)
    comment, folder_name, key = canaries.new(), f"of{MARK}", letters(0)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / folder_name
        folder.mkdir()
        head = native_writer.write(tree, [comment])
        (folder / f"{key}{MARK}.yaml").write_text(head, encoding="utf-8")
        said = canaries.new()
        waiver = {
            "rule": "vm-not-encrypted",
            "subject": {"kind": "vm", "name": said},
            "owner": canaries.new(),
            "expires": "2030-01-01",
        }
        waivers = {"tenken_waivers": 1, "waivers": [{**waiver, "reason": canaries.new(), "ticket": canaries.new()}]}
        (folder / f"w{MARK}.yaml").write_text(json.dumps(waivers), encoding="utf-8")
        config = {"inputs": [f"{key}{MARK}.yaml"], "waivers": f"w{MARK}.yaml"}
        (folder / "tenken.toml").write_text("\n".join(f"{k} = {json.dumps(v)}" for k, v in config.items()), encoding="utf-8")
        packed = archive(Path(place), "--config", str(folder / "tenken.toml"))
        assert_not_in(packed, canaries.told)
        (Path(place) / "all.txt").write_bytes(b"\n".join(packed.values()))
        told = tenken("unmask", Path(place) / "s.map.json", Path(place) / "all.txt")
        assert told.returncode == 0
        restored = re.sub(r"\s+", " ", told.stdout.casefold())
        for number in range(len(canaries.told)):
            mark = f"{letters(number)}{MARK}"
            assert mark in restored or canaries.told[number] == comment, canaries.told[number]


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([shape for shape in SHAPES if not set(shape) & set("<>:'/\\\"&%[]")]), st.integers(0, 3))
def test_no_text_of_an_rvtools_workbook_leaves(shape: str, seed: int) -> None:
    from benchmarks import rvtools_workbook

    with tempfile.TemporaryDirectory() as place:
        tree = generate(8, seed, share=0.4, jobs=False)[0]
        names = sorted({entry["name"] for kind in ("vms", "hosts", "datastores", "clusters") for entry in tree[kind]})
        canaries = [shape.replace("{}", f"{letters(number)}{MARK}") for number in range(len(names))]
        renamed = json.dumps(tree, ensure_ascii=False)
        for name, canary in sorted(zip(names, canaries, strict=True), key=lambda pair: -len(pair[0])):
            renamed = renamed.replace(json.dumps(name, ensure_ascii=False)[1:-1], canary)
        workbook = Path(place) / f"{MARK}.xlsx"
        rvtools_workbook.write(json.loads(renamed), workbook)
        extra = f"qqqq{MARK}"
        add_column(workbook, extra)
        packed = archive(Path(place), str(workbook))
        assert_not_in(packed, canaries)
        assert any(name.startswith("raw/") for name in packed)
        assert all(told["raw_reads_the_same"] for told in json.loads(packed["inputs.json"]))
        assert json.loads(packed["versions.json"])["same_verdicts"]
        originals = names_in(Path(place))
        restored = restore(b"\n".join(packed.values()).decode(), originals).casefold()
        missing = [canary for canary in [*canaries, extra] if re.search(rf"[a-z]+{MARK}", canary)[0] not in restored]  # type: ignore[index]
        assert not missing


def test_warnings_of_readers_quote_pseudonyms(tmp_path: Path) -> None:
    """A configuration file whose disk is elsewhere: its reader names the file and the disk."""
    folder = tmp_path / f"a{MARK}"
    folder.mkdir()
    lines = {
        "config.version": "8", "virtualHW.version": "19", "displayName": f"b{MARK}", "guestOS": "windows2019srv-64",
        "scsi0.present": "TRUE", "scsi0.virtualDev": "pvscsi", "scsi0:0.present": "TRUE", "scsi0:0.fileName": f"Lage {MARK}.vmdk",
    }  # fmt: skip
    text = "".join(f'{key} = "{value}"\n' for key, value in lines.items())
    (folder / f"c{MARK}.vmx").write_text(text, encoding="utf-8")
    packed = archive(tmp_path, str(folder))
    assert_not_in(packed, [MARK])
    (told,) = json.loads(packed["inputs.json"])
    assert told["kind"] == "vmx" and told["warnings"] and "is not there" in told["warnings"][0]["message"]
    assert b"Lage" not in b"\n".join(packed.values())
