"""Whatever a file holds, it gives a result or an error with a place: no traceback, no hang, nothing secret."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terraform_plans import LOOKED_UP, change, disk, exists, new_vm, plan, state, vm, write

from tenken.document.problem import InputError
from tenken.engine import graph as graphs
from tenken.sources.joining.assemble import assemble
from tenken.sources.terraform import files as terraform_files
from tenken.sources.terraform import source as terraform
from tenken.sources.terraform.resources import USED

FUZZ = settings(max_examples=80 * int(os.environ.get("TENKEN_FUZZ", "1")), suppress_health_check=[HealthCheck.too_slow])

SCALARS = st.none() | st.booleans() | st.integers(-5, 40) | st.floats() | st.text(max_size=6) | st.sampled_from(
    ["datastore-11", "host-9", "scsi:0:0", "vsphere_virtual_machine", "module.a", "data", "<computed>", "1.0", "[x] y", "]"]
)  # fmt: skip
NAMES = st.sampled_from(
    sorted(
        {
            "format_version", "values", "root_module", "resources", "child_modules", "address", "mode", "type", "name", "index",
            "provider_name", "change", "actions", "after", "after_unknown", "after_sensitive", "sensitive_values", "configuration",
            "module_calls", "expressions", "references", "constant_value", "variables", "outputs", "provider_config", "version",
            "serial", "instances", "attributes", "resource_changes", "prior_state", "planned_values", "label", "unit_number",
            "controller_type", "device_address", "path", "uuid", *(key for keys in USED.values() for key in keys),
        }
    )
)  # fmt: skip
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=25
)


def try_to_read(path: Path) -> None:
    """Read it, resolve it, and ask for every place; or see it refused."""
    terraform.recognises(path)
    try:
        documents = terraform.read(path, "plan.json")
        assembled = assemble(documents)
        graphs.build(assembled.inventory, assembled.locate, assembled.partial)
    except InputError as error:
        assert error.problems
        assert all(problem.place is not None and problem.place.source for problem in error.problems)
        return
    for document in documents:
        for kind, entries in document.tree.items():
            for number, entry in enumerate(entries):
                for key in (*entry, "missing"):
                    assert document.locate((kind, number, key)).source
                for position in range(len(entry.get("disks", ())) + 1):
                    assert document.locate((kind, number, "disks", position, "mode")).source


@FUZZ
@given(data=st.binary(max_size=300))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "plan.json"
    path.write_bytes(data)
    try_to_read(path)


@FUZZ
@given(tree=TREES)
def test_any_json(tmp_path_factory: pytest.TempPathFactory, tree: Any) -> None:
    try_to_read(write(tmp_path_factory.mktemp("json"), {"format_version": "1.0", "values": tree}))


@FUZZ
@given(tree=st.dictionaries(NAMES, TREES, max_size=6))
def test_any_members(tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any]) -> None:
    try_to_read(write(tmp_path_factory.mktemp("members"), {"format_version": "1.2"} | tree))
    try_to_read(write(tmp_path_factory.mktemp("members"), {"version": 4, "serial": 1} | tree))


@FUZZ
@given(data=st.data())
def test_a_good_plan_with_something_odd_in_it(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    document: Any = plan(
        change("vsphere_virtual_machine.db", vm(disk=[exists(), disk("data", 1)]), ("update",)),
        change('module.m["k"].vsphere_virtual_machine.web[0]', new_vm("web01")),
        change("vsphere_vmfs_datastore.ds", {"name": "DS20", "disks": ["naa.1"]}, after_unknown={"id": True}),
        configuration={
            "root_module": {
                "resources": [
                    {"address": "vsphere_virtual_machine.db", "expressions": {"disk": [{"label": {"references": []}}]}}
                ],
                "module_calls": {"m": {"module": {"resources": []}, "expressions": {}}},
            }
        },
    )
    for _ in range(data.draw(st.integers(1, 3))):
        holder = document
        for _ in range(12):
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if not isinstance(holder[key], (dict, list)) or data.draw(st.integers(0, 7)) == 0:
                holder[key] = data.draw(TREES)
                break
            holder = holder[key]
    try_to_read(write(tmp_path_factory.mktemp("odd"), document))


@FUZZ
@given(cut=st.integers(0, 4000), other=st.sampled_from(["", "x", '"', "}", "[", "\x00", ","]))
def test_a_plan_that_is_cut_off(tmp_path_factory: pytest.TempPathFactory, cut: int, other: str) -> None:
    text = json.dumps(plan(change("vsphere_virtual_machine.db", vm(), ("no-op",))))
    try_to_read(write(tmp_path_factory.mktemp("cut"), text[:cut] + other + text[cut + 1 :] if other else text[:cut]))


CANARY = "S3CRET-canary"


@FUZZ
@given(data=st.data())
def test_no_sensitive_value_comes_through(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Mark any attributes of all resources, whatever their type, and put the same secret into each."""
    entries = [vm(disk=[exists(), disk("data", 1)]), *(dict(entry["values"]) for entry in LOOKED_UP)]
    chosen = data.draw(st.sets(st.sampled_from(sorted(entries[0])), min_size=1))
    mask: dict[str, Any] = dict.fromkeys(chosen, True)
    values = {key: CANARY if key in chosen else value for key, value in entries[0].items()}
    if "disk" not in chosen:
        inner = data.draw(st.sets(st.sampled_from(sorted(values["disk"][0])), min_size=1))
        mask["disk"] = [dict.fromkeys(inner, True), {}]
        values["disk"][0] |= dict.fromkeys(inner, CANARY)
    folder = tmp_path_factory.mktemp("secret")
    path = write(folder, plan(change("vsphere_virtual_machine.db", values, ("no-op",), after_sensitive=mask)))
    (document,) = terraform.read(path, "plan.json")
    assembled = assemble([document])
    said = [
        repr(assembled.inventory),
        *map(str, assembled.warnings),
        *(str(document.locate(("vms", 0, key))) for key in ("name", "disks")),
    ]
    assert CANARY not in " ".join(said)


@pytest.mark.parametrize(
    "value",
    [
        "[" * 900 + "]" * 900,
        '{"disk":' * 900 + "1" + "}" * 900,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000,
    ],
)
@pytest.mark.parametrize("attribute", ["disk", "name", "annotation"])
def test_deep_nesting(tmp_path: Path, value: str, attribute: str) -> None:
    text = json.dumps(plan(change("vsphere_virtual_machine.db", vm() | {attribute: "DEEP"}, ("no-op",))))
    try_to_read(write(tmp_path, text.replace('"DEEP"', value)))


def test_deep_modules(tmp_path: Path) -> None:
    module = '{"child_modules":[' * 400 + "{}" + "]}" * 400
    try_to_read(write(tmp_path, '{"format_version":"1.0","values":{"root_module":' + module + "}}"))


def test_a_file_of_absurd_size_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"format_version": "1.0", "values": {' + " " * 10**5)
    with path.open("ab") as file:
        file.truncate(2**40)
    assert terraform.recognises(path)
    with pytest.raises(InputError, match="more than the limit"):
        terraform.read(path, "plan.json")


def test_many_data_sources_of_one_object(tmp_path: Path) -> None:
    """A module for each VM, with data sources of its own: what is looked up must not grow with the square."""
    count = 3000
    changes = [change(f'module.m["{n}"].vsphere_virtual_machine.db', vm(f"db{n}"), ("no-op",)) for n in range(count)]
    looked_up = [
        entry | {"address": f'module.m["{n}"].{entry["address"]}', "module_address": f'module.m["{n}"]'}
        for n in range(count)
        for entry in LOOKED_UP
    ]
    (document,) = terraform.read(write(tmp_path, plan(*changes, looked_up=looked_up)), "plan.json")
    assert len(document.tree["vms"]) == count
    assert [len(document.tree[kind]) for kind in ("hosts", "datastores", "clusters")] == [1, 1, 1]


def test_an_odd_archive_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "tfplan"
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 100)
    assert terraform_files.kind_of(path) is None


def test_a_state_of_nothing(tmp_path: Path) -> None:
    (document,) = terraform.read(write(tmp_path, {"format_version": "1.0"}), "plan.json")
    assert document.tree == {}
    empty = state()
    empty["values"]["root_module"] = {}
    (document,) = terraform.read(write(tmp_path, empty), "plan.json")
    assert document.tree == {}
