"""Pseudonyms: nothing leaks, everything still fits, and the map leads back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tenken.bundle.masking import Masking
from tenken.bundle.pseudonyms import restore
from tenken.engine.pack import Catalog
from tenken.model.inventory import Inventory
from tenken.model.schema import Type, fields_of

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


@settings(max_examples=60)
@example("true", "name")
@example("false", "name")
@given(
    st.text(min_size=3, max_size=20).filter(lambda text: text.strip() != "none"),
    st.sampled_from(["name", "host", "vcenter", "datacenter", "uuid"]),
)
def test_any_text_in_a_field_for_names_is_replaced(catalog: Catalog, text: str, field: str) -> None:
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


# --- trees that nobody has validated ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("vms", {"encrypted": "false", "uuid": None}), ("hosts", {"devices": [{"device": "naa.6", "lun": "12"}]}),
        ("arrays", {"logical_disks": [{"ldn": "10", "capacity_gib": "1.5e2"}]}),
    ],
)  # fmt: skip
def test_numbers_and_truths_that_are_text_stay(kind: str, facts: dict[str, Any], catalog: Catalog) -> None:
    masked = Masking(catalog).mask({kind: [{"name": "a", **facts}]})[kind][0]
    for key in facts.keys() - {"devices", "logical_disks"}:
        assert masked[key] == facts[key]
    for key in facts.keys() & {"devices", "logical_disks"}:
        assert {**masked[key][0], "device": "naa.6"} == {**facts[key][0], "device": "naa.6"}


def test_a_text_where_a_number_or_a_truth_should_be_is_masked(catalog: Catalog) -> None:
    masked = json.dumps(
        Masking(catalog).mask({"vms": [{"name": "a", "encrypted": "Yamada"}], "hosts": [{"devices": [{"lun": "Z9"}]}]})
    )
    assert "Yamada" not in masked and "Z9" not in masked


def test_defaults_are_masked_like_the_objects_that_they_are_for(catalog: Catalog) -> None:
    masked = Masking(catalog).mask(
        {
            "vms": [{"name": "a", "host": "esx01"}],
            "defaults": {"vm": {"host": "esx01", "encrypted": "false"}, "Yamada": {"x": "y"}},
        }
    )
    assert masked["defaults"]["vm"] == {"host": masked["vms"][0]["host"], "encrypted": "false"}
    assert "Yamada" not in masked["defaults"]
