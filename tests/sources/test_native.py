"""The native reader: every mistake of every file at once, each with its place and a hint; nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.document.problem import InputError
from tenken.engine import graph as graphs
from tenken.pipeline import check
from tenken.sources.joining.assemble import Assembled, assemble
from tenken.sources.native import source as native

FUZZ = int(os.environ.get("TENKEN_FUZZ", "1"))
"""TENKEN_FUZZ=100 runs the property tests a hundred times as long."""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_json", ".json").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def read(path: Path) -> Assembled:
    return assemble(native.read(path, path.name))


def complaints(path: Path) -> list[str]:
    with pytest.raises(InputError) as error:
        found = read(path)
        graphs.build(found.inventory, found.locate, found.partial)
    return sorted(str(problem).replace(path.name + "/", "") for problem in error.value.problems)


def test_all_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="tenken: 1\nvms:\n  - name: a\n    encryptd: true\n    power_state: poweredOn\n    disks: [{labl: x}]\n",
        b_json='{"tenken": 1,\n "hosts": [{"name": "e", "devices": [{"device": "naa.1", "state": "off"}]}],\n "hsts": []}',
        c_yaml="tenken: 1\na: [\n",
        d_yaml="tenken: 2\n",
    )
    first = complaints(tmp_path)
    assert [line.split(": ")[0] for line in first] == ["c.yaml:3:1", "d.yaml:1:1"]
    (tmp_path / "c.yaml").unlink()
    (tmp_path / "d.yaml").unlink()
    assert complaints(tmp_path) == [
        "a.yaml:4:5: unknown key 'encryptd' in vms[0] (did you mean 'encrypted'?)",
        "a.yaml:5:5: vms[0].power_state is 'poweredOn' (did you mean 'powered_on' or 'powered_off'?)",
        "a.yaml:6:13: vms[0].disks[0].label is required",
        "a.yaml:6:14: unknown key 'labl' in vms[0].disks[0] (did you mean 'label'?)",
        "b.json:2:58: hosts[0].devices[0].state is 'off' (expected one of: attached, detached)",
        "b.json:3:2: unknown key 'hsts' in the inventory (did you mean 'hosts'?)",
    ]


def test_mistakes_are_counted_as_in_their_own_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="tenken: 1\nvms: [{name: a}, {name: b, disks: [{label: x}]}]\n",
        b_yaml="tenken: 1\nvms:\n  - {name: c, foo: 1}\n  - {name: b, disks: [{label: x, mode: maybe}]}\n",
    )
    assert complaints(tmp_path) == [
        "b.yaml:3:15: unknown key 'foo' in vms[0]",
        "b.yaml:4:34: vms[1].disks[0].mode is 'maybe' (expected one of: persistent, nonpersistent, undoable, append, "
        "independent_persistent, independent_nonpersistent)",
    ]


@pytest.mark.parametrize("number", ["1e400", "9" * 5000, "nan"])
def test_numbers_that_are_none_are_refused_in_both_languages(number: str, tmp_path: Path) -> None:
    write(tmp_path, a_yaml=f"tenken: 1\ndatastores: [{{name: a, capacity_gib: {number}}}]\n")
    with pytest.raises(InputError) as error:
        read(tmp_path)
    (problem,) = error.value.problems
    assert problem.message.startswith("datastores[0].capacity_gib must be a finite number, not ")
    assert "有限の数値" in problem.said.ja and "finite" not in problem.said.ja


def test_versions_are_text(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="tenken: 1\nvms: [{name: a, guest: {os: {version: 6.10}}}, {name: 007}]\n",
        b_json='{"tenken": 1, "hosts": [{"name": "e", "version": 8.0}]}',
    )
    inventory = read(tmp_path).inventory
    assert inventory.vms is not None
    assert inventory.hosts is not None
    assert inventory.vms[0].guest is not None
    assert inventory.vms[0].guest.os is not None
    assert inventory.vms[0].guest.os.version == "6.10"
    assert inventory.vms[1].name == "007"
    assert inventory.hosts[0].version == "8.0"


def test_files_of_a_folder_add_up_and_every_fact_keeps_its_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="tenken: 1\ndefaults: {vm: {encrypted: false, guest: {tools: running}}}\nvms:\n  - name: a\n    disks: [{label: x, mode: persistent}]\n  - {name: b, encrypted: null}\n",
        sub__b_json='{"tenken": 1,\n "vms": [{"name": "c"},\n  {"name": "a", "uuid": "42",\n   "disks": [{"label": "x", "sharing": "none"}]}]}',
    )
    found = read(tmp_path)
    vms = {vm.name: (position, vm) for position, vm in enumerate(found.inventory.vms or ())}
    position, vm = vms["a"]
    assert (vm.uuid, vm.encrypted) == ("42", False)
    assert vm.disks is not None
    assert len(vm.disks) == 1
    places = {
        route: str(found.locate(("vms", position, *route)))
        for route in [("uuid",), ("encrypted",), ("disks", 0, "mode"), ("disks", 0, "sharing"), ("guest", "tools"), ("host",)]
    }
    name = tmp_path.name
    assert places[("uuid",)] == f"{name}/sub/b.json:3:17"
    assert places[("encrypted",)] == f"{name}/a.yaml:2:17"
    assert places[("disks", 0, "mode")] == f"{name}/a.yaml:5:24"
    assert places[("disks", 0, "sharing")] == f"{name}/sub/b.json:4:29"
    assert places[("guest", "tools")] == f"{name}/a.yaml:2:43"
    assert places[("host",)].startswith(f"{name}/a.yaml:4")
    assert vms["b"][1].encrypted is None, "an explicit null stays unknown"


def test_contradiction_between_two_files_is_a_mistake_with_both_places(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_yaml="tenken: 1\nhosts: [{name: e, version: '7.0'}]\n",
        b_yaml="tenken: 1\nhosts:\n  - {name: e, version: '8.0'}\n",
    )
    (line,) = complaints(tmp_path)
    assert "a.yaml:2" in line
    assert "b.yaml:3:" in line


def test_the_same_object_twice_in_one_file(tmp_path: Path) -> None:
    write(
        tmp_path, a_yaml="tenken: 1\nvms:\n  - {name: a}\n  - {name: a}\n  - {name: a, uuid: '1'}\n  - {name: a, uuid: '2'}\n"
    )
    (line,) = complaints(tmp_path)
    assert line.startswith("a.yaml:4:5: vms states 'a' twice")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("vms: [{name: a, host: esx1}]\nhosts: [{name: esx01}]", "'esx1' is not among the hosts (did you mean 'esx01'?)"),
        ("vms: [{name: a, vmx: 'a.vmx'}]\ndatastores: []", "'a.vmx' does not name its datastore (expected [datastore] folder/file)"),
        ("vms: [{name: a, vmx: '[DS1] a.vmx'}]\ndatastores: [{name: DS01}]", "'DS1' is not among the datastores (did you mean 'DS01'?)"),
        ("vms: [{name: a, controllers: [{id: scsi0}], disks: [{label: x, controller: scsi1}]}]", "'scsi1' is not among the controllers of a"),
        ("arrays: [{name: M, logical_disks: [{ldn: 10h}], pairs: [{mv: 10h, rv: 20h}]}]", "LDN 0020h is not among the logical disks of M"),
        ("jobs: [{name: j, targets: {vms: [db1]}}]\nvms: [{name: db01}]", "'db1' is not among the vms (did you mean 'db01'?)"),
        ("jobs: [{name: j, runs_on: mgmt1}]\nvms: []\nservers: [{name: mgmt01}]", "'mgmt1' is neither among the servers nor among the VMs"),
        ("datastores: []\nclusters: [{name: c, ha: {heartbeat_datastores: [X]}}]", "'X' is not among the datastores"),
        ("arrays: [{name: M, logical_disks: [{ldn: xyz}]}]", "is 'xyz' (expected an LDN in hexadecimal, as in 0010h)"),
    ],
)  # fmt: skip
def test_dangling_names(text: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, a_yaml=f"tenken: 1\n{text}\n")
    assert any(message in line for line in complaints(tmp_path))


def test_a_name_that_fits_several_objects_is_ambiguous(tmp_path: Path) -> None:
    text = "tenken: 1\ndatastores:\n  - {name: DS, datacenter: A}\n  - {name: DS, datacenter: B}\nvms:\n  - {name: a, vmx: '[DS] a.vmx'}\n  - {name: b, datacenter: B, vmx: '[DS] b.vmx'}\n"
    write(tmp_path, a_yaml=text)
    (line,) = complaints(tmp_path)
    assert line.startswith("a.yaml:6:15: 'DS' fits 2 datastores (candidates: a.yaml:3:5, a.yaml:4:5)")


def test_names_of_lists_that_were_not_collected_are_unknown_and_no_mistake(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="tenken: 1\nvms: [{name: a, host: esx01, vmx: '[DS] a.vmx'}]\n")
    found = read(tmp_path)
    graph = graphs.build(found.inventory, found.locate, found.partial)
    assert graph.nodes["vm"][0].host is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "在庫.yaml"
    path.write_bytes("tenken: 1\nvms: [{name: 会計サーバ①}]\n".encode(encoding))
    inventory = read(path).inventory
    assert inventory.vms is not None
    assert inventory.vms[0].name == "会計サーバ①"


def test_bytes_of_no_known_encoding_have_a_place(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"tenken: 1\nsite: {name: \xff\xfe\xff}\n")
    with pytest.raises(InputError) as error:
        read(path)
    assert str(error.value).startswith("a.yaml:2:14: neither UTF-8 nor cp932")


@settings(max_examples=300 * FUZZ)
@given(data=st.binary(max_size=200) | st.text("tenk: 1\nvms[]{}&*!-'\"\\", max_size=60).map(str.encode))
def test_any_bytes_give_an_inventory_or_an_error_with_a_place(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    for suffix in (".yaml", ".json"):
        path = tmp_path_factory.getbasetemp() / f"fuzz{suffix}"
        path.write_bytes(b"tenken: 1\n" * (suffix == ".yaml") + data)
        native.recognises(path)
        try:
            read(path)
        except InputError as error:
            assert all(problem.place is not None for problem in error.problems)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
KEYS = [
    "vms",
    "hosts",
    "arrays",
    "datastores",
    "clusters",
    "jobs",
    "defaults",
    "site",
    "name",
    "disks",
    "label",
    "guest",
    "os",
    "cluster",
    "secondary",
    "targets",
    "vmx",
    "logical_disks",
    "ldn",
    "pairs",
    "mv",
    "rv",
]
near = st.recursive(
    st.none() | st.text("a[]0h", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=25,
)


@settings(max_examples=300 * FUZZ)
@given(tree=st.dictionaries(st.sampled_from(KEYS), near | json_like, max_size=5))
def test_any_tree_gives_a_graph_or_an_error_with_a_place(
    tree: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    import json

    path = tmp_path_factory.getbasetemp() / "tree.json"
    path.write_text(json.dumps({"tenken": 1, **tree}), encoding="utf-8")
    try:
        found = read(path)
        graphs.build(found.inventory, found.locate, found.partial)
    except InputError as error:
        assert all(problem.place is not None for problem in error.problems)


def test_places_are_the_same_with_and_without_a_tree_to_ask(tmp_path: Path) -> None:
    """A JSON tree is let go of, and its text tells what was stated and what was a default; YAML keeps its tree. The same text is both."""
    text = """{"tenken": 1,
     "defaults": {"vm": {"encrypted": false, "roles": [], "guest": {"raw_disks": false, "tools": "running"}}, "disk": {"mode": "persistent"}},
     "vms": [
      {"name": "a", "disks": [{"label": "d1"}, {"label": "d2", "mode": null}]},
      {"name": "b", "encrypted": null, "roles": ["vcenter"], "guest": {"raw_disks": true},
       "disks": [{"label": "d1", "mode": "independent_persistent"}]}
     ]}"""
    found = []
    for name in ("site.json", "site.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assembled = assemble(native.read(path, "site"))
        routes = [
            ("vms", vm, *rest)
            for vm in (0, 1)
            for rest in (
                (), ("name",), ("encrypted",), ("roles",), ("roles", 0), ("guest", "raw_disks"), ("guest", "tools"), ("vtpm",),
                ("disks",), ("disks", 0), ("disks", 0, "mode"), ("disks", 1, "mode"), ("disks", 0, "path"),
            )
        ]  # fmt: skip
        found.append({route: str(assembled.locate(route)) for route in routes})
    assert found[0] == found[1]
    assert found[0]["vms", 0, "encrypted"] == "site:2:26" and found[0]["vms", 1, "encrypted"] == "site:5:21"


def test_a_list_that_can_not_be_stated_in_part_is_a_mistake(tmp_path: Path) -> None:
    """To ignore it would take for all there is what somebody says is not all."""
    for kind in ("ld_sets", "vmss"):
        path = tmp_path / "site.yaml"
        path.write_text(f"tenken: 1\npartial: [vms, {kind}]\nvms: []\n", encoding="utf-8")
        with pytest.raises(InputError, match=rf"site\.yaml:2:16: .*{kind}"):
            check([path])


def test_a_report_is_told_from_an_inventory_without_a_version(tmp_path: Path) -> None:
    """It has a site, and to add a version would make nothing of it."""
    path = tmp_path / "report.json"
    path.write_text('{\n "tenken_report": 1,\n "site": "x"}', encoding="utf-8")
    with pytest.raises(InputError) as error:
        native.read(path, path.name)
    assert str(error.value) == (
        "report.json:2:2: a report of tenken, no inventory (check the files that it was made of; tenken diff compares reports)"
    )
