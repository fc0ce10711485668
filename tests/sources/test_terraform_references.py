"""What names what: by id within a document, and by the configuration where ids are not known yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from terraform_plans import LOOKED_UP, LUN, Json, change, disk, new_vm, plan, read, resource, state, vm, vm_of

DB = "vsphere_virtual_machine.db"
DS = "vsphere_vmfs_datastore.ds"


def refs(*references: str) -> Json:
    return {"references": list(references)}


def configured(address: str, **expressions: Any) -> Json:
    return {"address": address, "mode": "managed", "provider_config_key": "vsphere", "expressions": expressions}


def root(*resources: Json, **more: Any) -> Json:
    return {"root_module": {"resources": list(resources)} | more}


NEW_VM = new_vm()
del NEW_VM["datastore_id"]
NEW_DATASTORE = {"name": "DS20", "disks": [LUN], "host_system_id": "host-9"}


def place_of(tmp_path: Path, configuration: Json, *more: Json, module: str = "", looked_up: list[Json] | None = None) -> Any:
    """Where the plan puts a new VM whose datastore is known only after apply."""
    created = change(module + DB, NEW_VM, after_unknown={"datastore_id": True, "id": True})
    found = read(tmp_path, plan(created, *more, configuration=configuration, looked_up=looked_up))
    return vm_of(found).get("vmx")


def new_datastore(address: str = DS, name: str = "DS20") -> Json:
    return change(address, NEW_DATASTORE | {"name": name}, after_unknown={"id": True})


@pytest.mark.parametrize(
    ("expression", "vmx"),
    [
        (refs(f"{DS}.id", DS), "[DS20]"),
        (refs(f"{DS}.moid", DS), "[DS20]"),
        (refs(f"{DS}.name", DS), None),
        # whichever it turns out to be, nobody knows now
        (refs(f"{DS}.id", DS, "vsphere_vmfs_datastore.other.id", "vsphere_vmfs_datastore.other"), None),
        (refs("local.datastore"), None),
        (refs(), None),
        (None, None),
        ({"constant_value": "datastore-11"}, None),
        (refs("data.vsphere_datacenter.dc.id", "data.vsphere_datacenter.dc"), None),
        (refs(*["var.a"] * 40), None),
        ({"references": [1, None, {}]}, None),
    ],
)
def test_the_configuration_tells_what_is_meant(tmp_path: Path, expression: Json | None, vmx: str | None) -> None:
    assert place_of(tmp_path, root(configured(DB, datastore_id=expression)), new_datastore()) == vmx


@pytest.mark.parametrize(
    ("reference", "vmx"),
    [
        (refs(f'{DS}["a"].id', f'{DS}["a"]', DS), "[A]"),
        (refs(f"{DS}[0].id", f"{DS}[0]", DS), None),
        (refs(DS, "each.key"), None),
        (refs(f"{DS}.id", DS), None),
    ],
)
def test_of_several_instances_only_a_literal_key_tells(tmp_path: Path, reference: Json, vmx: str | None) -> None:
    instances = [new_datastore(f'{DS}["{name.lower()}"]', name) for name in ("A", "B")]
    assert place_of(tmp_path, root(configured(DB, datastore_id=reference)), *instances) == vmx


def test_a_variable_of_a_module_is_what_its_caller_passes_in(tmp_path: Path) -> None:
    inner = {"resources": [configured(DB, datastore_id=refs("var.where"))], "variables": {"where": {}}}
    middle = {
        "resources": [],
        "module_calls": {"vm": {"source": "./vm", "expressions": {"where": refs("var.ds")}, "module": inner}},
    }
    calls = {"app": {"source": "./app", "expressions": {"ds": refs(f"{DS}.id", DS)}, "module": middle}}
    configuration = root(module_calls=calls)
    assert place_of(tmp_path, configuration, new_datastore(), module='module.app["x.y"].module.vm[0].') == "[DS20]"


def test_an_output_of_a_module(tmp_path: Path) -> None:
    storage = {"resources": [], "outputs": {"id": {"expression": refs(f"{DS}.id", DS)}}}
    calls = {"storage": {"source": "./storage", "expressions": {}, "module": storage}}
    configuration = root(configured(DB, datastore_id=refs("module.storage.id", "module.storage")), module_calls=calls)
    assert place_of(tmp_path, configuration, new_datastore(f"module.storage.{DS}")) == "[DS20]"
    assert place_of(tmp_path, configuration, new_datastore(f"module.storage[0].{DS}")) is None, "which of the instances?"


def test_a_circle_of_variables_comes_to_an_end(tmp_path: Path) -> None:
    module: Json = {"resources": [], "outputs": {"id": {"expression": refs("var.x")}}}
    calls = {"m": {"expressions": {"x": refs("module.m.id", "module.m")}, "module": module}}
    configuration = root(configured(DB, datastore_id=refs("module.m.id", "module.m")), module_calls=calls)
    assert place_of(tmp_path, configuration, new_datastore()) is None


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"label": {"constant_value": "disk0"}, "datastore_id": refs(f"{DS}.id", DS)}, "[DS20]"),
        # it says nothing, so it goes where the virtual machine is
        ({"label": {"constant_value": "disk0"}}, "[DS01]"),
        ({"label": {"constant_value": "other"}, "datastore_id": refs(f"{DS}.id", DS)}, None),
        ({"label": refs("each.key"), "datastore_id": refs(f"{DS}.id", DS)}, None),
    ],
)
def test_the_datastore_of_a_new_disk(tmp_path: Path, block: Json, path: str | None) -> None:
    attributes = disk()
    del attributes["datastore_id"]
    created = change(DB, new_vm(disk=[attributes]), after_unknown={"disk": [{"datastore_id": True}]})
    configuration = root(configured(DB, disk=[block]))
    found = vm_of(read(tmp_path, plan(created, new_datastore(), configuration=configuration)))
    assert found["disks"][0].get("path") == path


# --- ids -------------------------------------------------------------------------------------------------------------


def test_pools_lead_to_the_datacenter(tmp_path: Path) -> None:
    pools = [
        resource("vsphere_resource_pool.outer", {"id": "resgroup-20", "parent_resource_pool_id": "resgroup-8"}),
        resource("vsphere_resource_pool.inner", {"id": "resgroup-21", "parent_resource_pool_id": "resgroup-20"}),
    ]
    document = read(tmp_path, state(*pools, resource(DB, vm(resource_pool_id="resgroup-21", datastore_id=None))))
    assert vm_of(document)["datacenter"] == "DC1"


def test_pools_in_a_circle_lead_nowhere(tmp_path: Path) -> None:
    pools = [
        resource(f"vsphere_resource_pool.p{n}", {"id": f"resgroup-2{n}", "parent_resource_pool_id": f"resgroup-2{1 - n}"})
        for n in range(2)
    ]
    document = read(tmp_path, state(*pools, resource(DB, vm(resource_pool_id="resgroup-20", datastore_id=None))))
    assert "datacenter" not in vm_of(document)


def test_an_id_that_two_objects_have_names_none(tmp_path: Path) -> None:
    """A state of two vCenters does not tell which one an id belongs to."""
    other = resource("data.vsphere_datastore.other", {"id": "datastore-11", "name": "ELSE"})
    assert "vmx" not in vm_of(read(tmp_path, state(other, resource(DB, vm()))))
    same = resource("module.a.data.vsphere_datastore.ds01", {"id": "datastore-11", "name": "DS01"}, module_address="module.a")
    document = read(tmp_path, state(same, resource(DB, vm())))
    assert vm_of(document)["vmx"] == "[DS01] db01/db01.vmx"
    assert len(document.tree["datastores"]) == 1


def provider(server: Json | None) -> Json:
    return {"name": "vsphere", "expressions": {"vsphere_server": server} if server else {}}


@pytest.mark.parametrize(
    ("server", "variables", "name"),
    [
        ({"constant_value": "vc01.example"}, {}, "vc01.example"),
        (refs("var.server"), {"server": {"value": "vc02.example"}}, "vc02.example"),
        (refs("var.secret"), {"secret": {"value": "vc03.example"}}, None),
        (refs("var.server", "var.domain"), {"server": {"value": "vc"}}, None),
        (refs("var.server"), {}, None),
        (None, {}, None),
        ({"constant_value": ["odd"]}, {}, None),
    ],
)
def test_the_vcenter_is_the_server_of_the_provider(
    tmp_path: Path, server: Json | None, variables: Json, name: str | None
) -> None:
    configuration = {"provider_config": {"vsphere": provider(server)}} | root(
        configured(DB), variables={"server": {}, "secret": {"sensitive": True}}
    )
    document = read(tmp_path, plan(change(DB, vm(), ("no-op",)), configuration=configuration, variables=variables))
    assert vm_of(document).get("vcenter") == name
    assert document.tree.get("vcenters") == ([{"name": name}] if name else None)


def test_two_vcenters_whose_ids_are_the_same(tmp_path: Path) -> None:
    there = [
        change(f"vsphere_vmfs_datastore.{n}", {"id": "datastore-11", "name": f"DS_{n}", "disks": [LUN]}, ("no-op",))
        for n in "ab"
    ]
    machines = [change(f"vsphere_virtual_machine.{n}", vm(n, disk=[]), ("no-op",)) for n in "ab"]
    entries = [
        configured(f"vsphere_{kind}.{n}") | {"provider_config_key": f"vsphere.{n}"}
        for kind in ("vmfs_datastore", "virtual_machine")
        for n in "ab"
    ]
    providers = {f"vsphere.{n}": provider({"constant_value": f"vc-{n}"}) for n in "ab"}
    document = read(
        tmp_path, plan(*there, *machines, configuration={"provider_config": providers} | root(*entries), looked_up=[])
    )
    assert [(found["vcenter"], found["vmx"]) for found in document.tree["vms"]] == [
        ("vc-a", "[DS_a] a/a.vmx"),
        ("vc-b", "[DS_b] b/b.vmx"),
    ]


def test_modules_count_and_for_each(tmp_path: Path) -> None:
    addresses = [
        "vsphere_virtual_machine.a",
        "vsphere_virtual_machine.b[0]",
        'vsphere_virtual_machine.c["x.y"]',
        'module.m["k"].vsphere_virtual_machine.d[1]',
        "module.m[2].module.n.vsphere_virtual_machine.e",
    ]
    document = read(
        tmp_path, plan(*(change(a, vm(f"vm{n}"), ("no-op",)) for n, a in enumerate(addresses)), looked_up=LOOKED_UP)
    )
    assert [document.locate(("vms", n)).pointer for n in range(5)] == addresses
