"""Pseudonyms: nothing leaks, everything still fits, and the map leads back."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generate import generate, write
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tenken import pipeline
from tenken.cli.app import app
from tenken.engine.masking import Masking, restore
from tenken.engine.pack import Catalog
from tenken.model.inventory import Inventory
from tenken.model.schema import Type, fields_of

ROOT = Path(__file__).parents[2]


def run_of(*paths: Path) -> pipeline.Run:
    return pipeline.evaluate_paths(paths)


# --- the same verdicts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", ["failing", "passing"])
def test_the_masked_examples_get_the_same_verdicts(example: str) -> None:
    run = run_of(ROOT / "examples" / example)
    made = pipeline.bundle(run)
    assert made.same
    masked, plain = json.loads(made.files["report.json"])["summary"], pipeline.report(run).summary
    assert masked["verdicts"] == plain.verdicts
    assert masked["outcomes"] == plain.outcomes and masked["ready"] == plain.ready


@pytest.mark.parametrize(("seed", "jobs"), [(0, True), (1, False)])
def test_generated_estates_get_the_same_verdicts(seed: int, jobs: bool, tmp_path: Path) -> None:
    write(generate(60, seed, share=0.4, jobs=jobs)[0], tmp_path / "site.json", "json")
    assert pipeline.bundle(run_of(tmp_path / "site.json")).same


def test_a_workbook_goes_through_the_merged_inventory(tmp_path: Path) -> None:
    write(generate(20, 2, share=0.4, jobs=False)[0], tmp_path / "rvtools.xlsx", "rvtools")
    notes = tmp_path / "notes.yaml"
    notes.write_text("tenken: 1\nvms: [{name: nobody-knows-me, encrypted: false}]\n", encoding="utf-8")
    made = pipeline.bundle(run_of(tmp_path / "rvtools.xlsx", notes))
    assert made.same
    assert not any("nobody-knows-me" in content or "rvtools.xlsx" in content for content in made.files.values())


# --- nothing leaks ---------------------------------------------------------------------------------------------------


def full(type_: Type, canary: Iterator[str], text: Any, depth: int = 0) -> Any:
    """A value of a type with a text of somebody's in every place that takes one."""
    if type_.kind == "list":
        assert type_.item is not None
        return [full(type_.item, canary, text, depth)]
    if type_.kind == "object":
        assert type_.cls is not None
        return {name: full(inner, canary, text, depth + 1) for name, inner in fields_of(type_.cls).items()}
    if type_.kind == "bool":
        return True
    if type_.kind in ("int", "double"):
        return 1
    return type_.words[0] if type_.words else text(next(canary))


@pytest.mark.parametrize(
    "shape",
    [
        "{}", "{}.example.co.jp", "[{}] {}/{}.vmdk", "naa.6{}", "{}/Hard disk 1", "SQL Server {}", "10.20.30.40 {}", "{}/{}",
        "iqn.1998-01.com.vmware:{}", "'; drop {}", "{} (Windows)", "八幡{}", "<{}>", "{}\n{}", "V12 {} R2",
    ],
)  # fmt: skip
def test_no_text_of_any_field_stays(shape: str, catalog: Catalog) -> None:
    canaries = ("zq" + str(number).translate(str.maketrans("0123456789", "abcdefghij")) + "xkanary" for number in range(10**6))
    tree = full(Type("object", cls=Inventory), canaries, lambda canary: shape.replace("{}", canary))
    masked = json.dumps(Masking(catalog).mask(tree), ensure_ascii=False)
    assert "xkanary" not in masked
    assert not [name for name in ("10.20.30.40", "co.jp", "八幡") if name in masked]


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=3, max_size=20).filter(lambda text: text.strip() != "none"), st.data())
def test_any_text_in_a_field_for_names_is_replaced(catalog: Catalog, text: str, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(["name", "host", "vcenter", "datacenter", "uuid"]))
    masked = Masking(catalog).mask({"vms": [{"name": "a", field: text}]})["vms"][0][field]
    assert masked != text


def test_what_the_schema_does_not_know_is_masked(catalog: Catalog) -> None:
    masked = Masking(catalog).mask(
        {"secret-list": [{"owner": "Yamada", "id": "192.0.2.1"}], "vms": [{"name": "a", "x": {"y": "Z9"}}]}
    )
    text = json.dumps(masked)
    assert not [leak for leak in ("secret", "owner", "Yamada", "192.0.2.1", "Z9") if leak in text]


# --- everything still fits -------------------------------------------------------------------------------------------


def test_one_text_has_one_pseudonym_wherever_it_stands(catalog: Catalog) -> None:
    masking = Masking(catalog)
    tree = {
        "hosts": [{"name": "esx01.corp"}],
        "datastores": [{"name": "SAP_PRD", "hosts": ["esx01.corp"], "extents": ["naa.600000000000000000000000000000a1"]}],
        "vms": [{"name": "sapdb", "host": "esx01.corp", "vmx": "[SAP_PRD] sapdb/sapdb.vmx", "disks": [{"label": "Hard disk 1", "path": "[SAP_PRD] sapdb/sapdb-000001.vmdk"}]}],
        "jobs": [{"name": "j", "targets": {"vms": ["sapdb"], "rdm": ["sapdb/Hard disk 1"]}}],
    }  # fmt: skip
    masked = masking.mask(tree)
    vm, store, host = masked["vms"][0], masked["datastores"][0], masked["hosts"][0]
    assert vm["host"] == host["name"] == store["hosts"][0]
    assert vm["vmx"] == f"[{store['name']}] {vm['name']}/{vm['name']}.vmx"
    assert vm["disks"][0]["path"] == f"[{store['name']}] {vm['name']}/{vm['name']}-000001.vmdk"
    assert masked["jobs"][0]["targets"] == {"vms": [vm["name"]], "rdm": [f"{vm['name']}/Hard disk 1"]}
    assert store["extents"][0].startswith("naa.6") and store["extents"][0].endswith("00a1")


@pytest.mark.parametrize(
    ("owner", "field", "text"),
    [
        ("hosts", "version", "8.0.3"), ("vcenters", "version", "8.0.3.00400"), ("arrays", "model", "iStorage M320F"),
        ("servers", "software", [{"product": "RepNavi Suite for SQL", "version": "R16.1"}]),
        ("vms", "workloads", [{"product": "SQL Server", "version": "2012 R2", "service_pack": "SP4"}]),
        ("vms", "controllers", [{"id": "scsi0"}]), ("vms", "roles", ["vcenter"]), ("vms", "cluster", "none"),
    ],
)  # fmt: skip
def test_what_rules_read_of_products_stays(owner: str, field: str, text: Any, catalog: Catalog) -> None:
    assert Masking(catalog).mask({owner: [{"name": "a", field: text}]})[owner][0][field] == text


# --- the map ---------------------------------------------------------------------------------------------------------


def test_the_map_leads_back_and_keeps_pseudonyms(catalog: Catalog) -> None:
    first = Masking(catalog)
    name = first.mask({"vms": [{"name": "db01"}]})["vms"][0]["name"]
    second = Masking(catalog, first.originals)
    masked = second.mask({"vms": [{"name": "new"}, {"name": "db01"}]})["vms"]
    assert masked[1]["name"] == name != masked[0]["name"]
    assert restore(f"move {name}, not {name}0", second.originals) == f"move db01, not {name}0"


def test_no_pseudonym_is_a_name_that_somebody_has(catalog: Catalog) -> None:
    masked = Masking(catalog).mask({"vms": [{"name": "vm-001"}, {"name": "vm-002"}]})["vms"]
    assert not {"vm-001", "vm-002"} & {vm["name"] for vm in masked}


def test_the_command_keeps_the_map_out_of_the_archive(tmp_path: Path) -> None:
    archive, notes = tmp_path / "s.zip", tmp_path / "answer.md"
    result = CliRunner().invoke(app, ["bundle", str(ROOT / "examples" / "failing"), "-o", str(archive)])
    assert result.exit_code == 0, result.output
    names = json.loads((tmp_path / "s.map.json").read_text(encoding="utf-8"))["names"]
    with zipfile.ZipFile(archive) as opened:
        assert sorted(opened.namelist()) == ["inventory.yaml", "report.json", "report.md", "versions.json"]
        texts = [opened.read(name).decode() for name in opened.namelist()]
    for name in ("secret01", "vcsa01", "esx01", "DS04", "M320-01", "Chiba"):
        assert not any(name in text for text in texts)
        assert name in " ".join(names.values())
    (vm,) = [name for name, text in names.items() if text == "secret01"]
    notes.write_text(f"Decrypt {vm}.\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["unmask", str(tmp_path / "s.map.json"), str(notes)])
    assert said.output == "Decrypt secret01.\n"


def test_a_map_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "s.map.json").write_text("[]", encoding="utf-8")
    result = CliRunner().invoke(app, ["bundle", str(ROOT / "examples" / "passing"), "-o", str(tmp_path / "s.zip")])
    assert result.exit_code == 2 and not (tmp_path / "s.zip").exists()
