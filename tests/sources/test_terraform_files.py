"""Which files are read, which are refused with the command that helps, and that no other source takes them for its own."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from terraform_plans import LOOKED_UP, Json, change, exists, new_vm, plan, read, refusal, resource, state, vm, vm_of, write

from tenken.document.problem import InputError
from tenken.engine import graph as graphs
from tenken.engine.nodes import DiskNode
from tenken.sources import registry
from tenken.sources.joining.assemble import assemble
from tenken.sources.native import source as native
from tenken.sources.rvtools import source as rvtools
from tenken.sources.terraform import source as terraform

DB = "vsphere_virtual_machine.db"


def raw(*resources: Json, **more: object) -> Json:
    """A raw state of version 4."""
    return {
        "version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "0b6f", "outputs": {}, "resources": list(resources),
        "check_results": None,
    } | more  # fmt: skip


def raw_resource(kind: str, name: str, *instances: Json, mode: str = "managed", **more: object) -> Json:
    provider = 'provider["registry.terraform.io/hashicorp/vsphere"]'
    return {"mode": mode, "type": kind, "name": name, "provider": provider, "instances": list(instances)} | more


def raw_site() -> Json:
    looked_up = [
        raw_resource(entry["type"], entry["name"], {"schema_version": 0, "attributes": entry["values"]}, mode="data")
        for entry in LOOKED_UP
    ]
    machines = [{"index_key": key, "attributes": vm(f"db{key}")} for key in ("a", "b")]
    return raw(*looked_up, raw_resource("vsphere_virtual_machine", "db", *machines, module='module.app["x"]'))


# --- versions of the format ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99"])
def test_versions_of_the_format(tmp_path: Path, version: str) -> None:
    assert read(tmp_path, plan(change(DB, vm(), ("no-op",)), format_version=version)).tree["vms"]
    assert read(tmp_path, state(resource(DB, vm()), format_version=version)).tree["vms"]


@pytest.mark.parametrize("version", ["2.0", "10.1", "", None, 1, {"a": 1}])
def test_unknown_versions_are_refused(tmp_path: Path, version: object) -> None:
    said = refusal(tmp_path, plan(change(DB, vm(), ("no-op",)), format_version=version))
    assert "plan.json#/format_version: format_version" in said
    assert "0.x and 1.x" in said


def test_a_state_of_terraform_0_12(tmp_path: Path) -> None:
    """No sensitive_values, and not every resource states its mode."""
    document = state(resource(DB, vm(), provider_name="vsphere"))
    document["format_version"] = "0.1"
    for entry in document["values"]["root_module"]["resources"]:
        del entry["sensitive_values"], entry["mode"]
    found = read(tmp_path, document)
    assert found.format == "Terraform state"
    assert vm_of(found)["vmx"] == "[DS01] db01/db01.vmx"
    assert found.tree["hosts"] == [{"name": "esx01.example", "datacenter": "DC1"}]


def test_modules_of_a_state(tmp_path: Path) -> None:
    document = state()
    inner = {"address": 'module.a["k"].module.b', "resources": [resource(f'module.a["k"].module.b.{DB}', vm())]}
    document["values"]["root_module"]["child_modules"] = [{"address": 'module.a["k"]', "child_modules": [inner]}]
    found = read(tmp_path, document)
    assert found.locate(("vms", 0)).pointer == f'module.a["k"].module.b.{DB}'
    assert vm_of(found)["datacenter"] == "DC1"


def test_a_plan_without_changes_is_read_by_its_planned_values(tmp_path: Path) -> None:
    document = plan(change(DB, new_vm(), ("create",)), change("vsphere_virtual_machine.web", vm("web01"), ("no-op",)))
    del document["resource_changes"]
    found = read(tmp_path, document)
    assert vm_of(found)["vmx"] == "[DS01]"
    assert vm_of(found, "web01")["vmx"] == "[DS01] web01/web01.vmx"


def test_sorted_keys(tmp_path: Path) -> None:
    """As jq -S leaves them: what tells a plan comes after the largest member."""
    document = plan(change(DB, vm(), ("no-op",)))
    document["configuration"]["root_module"]["resources"] = [{"address": f"a.b{n}", "x": "y" * 100} for n in range(1000)]
    path = write(tmp_path, json.dumps(document, sort_keys=True, indent=2))
    assert terraform.recognises(path)
    assert terraform.read(path, "plan.json")[0].tree["vms"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """PowerShell's > writes UTF-16."""
    path = tmp_path / "plan.json"
    path.write_bytes(json.dumps(plan(change(DB, vm("受注"), ("no-op",))), ensure_ascii=False).encode(encoding))
    assert terraform.recognises(path)
    assert terraform.read(path, "plan.json")[0].tree["vms"][0]["name"] == "受注"


# --- raw states ------------------------------------------------------------------------------------------------------


def test_a_raw_state_says_what_the_shown_one_says(tmp_path: Path) -> None:
    document = read(tmp_path, raw_site(), "terraform.tfstate")
    assert document.format == "raw Terraform state"
    assert [found["name"] for found in document.tree["vms"]] == ["dba", "dbb"]
    shown = read(tmp_path, state(*(resource(f'module.app["x"].{DB}["{key}"]', vm(f"db{key}")) for key in ("a", "b"))))
    assert document.tree == shown.tree
    assert document.locate(("vms", 1)).pointer == f'module.app["x"].{DB}["b"]'


def test_what_a_raw_state_marks_sensitive(tmp_path: Path) -> None:
    paths = [
        [{"type": "get_attr", "value": "guest_id"}],
        [{"type": "get_attr", "value": "disk"}, {"type": "index", "value": 0}],
    ]
    instance = {"attributes": vm(guest_id="S3CRET"), "sensitive_attributes": paths}
    document = read(tmp_path, raw(raw_resource("vsphere_virtual_machine", "db", instance)), "terraform.tfstate")
    assert "S3CRET" not in json.dumps(document.tree) + "".join(map(str, document.warnings))
    assert document.tree["vms"][0]["disks"] is None


def test_instances_that_are_no_more_or_in_an_old_form(tmp_path: Path) -> None:
    instances: list[Json] = [{"deposed": "ab", "attributes": vm("old")}, {"attributes_flat": {"name": "flat"}}]
    document = read(tmp_path, raw(raw_resource("vsphere_virtual_machine", "db", *instances)), "terraform.tfstate")
    assert "vms" not in document.tree
    said = " ".join(map(str, document.warnings))
    assert "1 deposed objects" in said
    assert "Terraform 0.11" in said


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"version": 3, "serial": 1, "lineage": "x", "modules": []}, "terraform show -json terraform.tfstate > state.json, with Terraform 0.12"),
        ({"version": 5, "serial": 1, "lineage": "x", "resources": []}, "terraform show -json terraform.tfstate > state.json"),
        ({"version": 3, "serial": 1, "lineage": "x", "backend": {"type": "s3"}}, "only the settings of the backend"),
        ({"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "AA==", "encryption_version": "v0"}, "tofu show -json"),
    ],
)  # fmt: skip
def test_states_that_are_refused(tmp_path: Path, document: Json, said: str) -> None:
    assert said in refusal(tmp_path, document, "terraform.tfstate")


def test_messages_of_plan_json_are_refused(tmp_path: Path) -> None:
    line = {"@level": "info", "@message": "Terraform 1.11.4", "type": "version", "terraform": "1.11.4", "ui": "1.2"}
    said = refusal(tmp_path, "\n".join([json.dumps(line)] * 3))
    assert "terraform plan -out tfplan, then terraform show -json tfplan > plan.json" in said


def binary_plan(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tfplan", b"\x08\x03")
        archive.writestr("tfstate", b"{}")
    return path


def test_a_binary_plan_is_refused_with_the_command(tmp_path: Path) -> None:
    path = binary_plan(tmp_path / "tfplan")
    assert terraform.recognises(path)
    with pytest.raises(InputError, match=r"terraform show -json tfplan > plan.json"):
        terraform.read(path, "tfplan")


# --- recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "", "{}", "[]", "null", "tenken: 1", '{"tenken": 1}', '{"tenken": 1, "format_version": "1.0", "vms": []}', '{"version": 4}',
        '{"format_version": "1.0", "provider_schemas": {}}', '{"format_version": "1.0", "valid": true}', "PK\x03\x04", "\x00\x01",
        '{"swagger": "2.0", "values": {}}', '{"a": {"format_version": "1.0", "values": {}}}', '["format_version", "values"]',
    ],
)  # fmt: skip
def test_what_is_not_terraform(tmp_path: Path, text: str) -> None:
    assert not terraform.recognises(write(tmp_path, text))


@pytest.mark.parametrize("document", [plan(change(DB, vm(), ("no-op",))), state(), raw(), {"format_version": "1.0"}])
def test_no_other_source_takes_it_for_its_own(tmp_path: Path, document: Json) -> None:
    """Not even if there is something called tenken in it."""
    document = {"terraform_version": "1.11.4", "variables": {"tenken": {"value": 1}}, "outputs": {"tenken": 1}} | document
    path = write(tmp_path, json.dumps(document, indent=1))
    assert (terraform.recognises(path), native.recognises(path), rvtools.recognises(path)) == (True, False, False)
    assert registry.read([path])[0].format.split()[-1] in ("plan", "state")


def test_no_inventory_is_taken_for_terraform(tmp_path: Path) -> None:
    path = write(tmp_path, {"tenken": 1, "vms": [{"name": "terraform_version"}]})
    assert (terraform.recognises(path), native.recognises(path)) == (False, True)
    assert native.recognises(write(tmp_path, '{"vms": [], "tenken": 1}'))
    assert native.recognises(write(tmp_path, "{tenken: 1, vms: []}", "flow.yaml"))


# --- folders ---------------------------------------------------------------------------------------------------------


def test_a_folder_with_several_root_modules(tmp_path: Path) -> None:
    for name in ("prod", "dev"):
        write(tmp_path / name, plan(change(DB, vm(f"{name}01"), ("no-op",))))
    write(tmp_path / "prod" / ".terraform", {"version": 3, "serial": 1, "lineage": "x", "backend": {}}, "terraform.tfstate")
    assert terraform.recognises(tmp_path)
    documents = terraform.read(tmp_path, "infra")
    assert [document.name for document in documents] == ["infra/dev/plan.json", "infra/prod/plan.json"]


def test_a_plan_makes_the_files_beside_it_superfluous(tmp_path: Path) -> None:
    write(tmp_path, plan(change(DB, vm(), ("no-op",))))
    write(tmp_path, raw_site(), "terraform.tfstate")
    write(tmp_path, raw_site(), "terraform.tfstate.backup")
    binary_plan(tmp_path / "tfplan")
    assert [document.name for document in terraform.read(tmp_path, "infra")] == ["infra/plan.json"]


def test_a_plan_counts_and_not_the_state_beside_it(tmp_path: Path) -> None:
    write(tmp_path, plan(change(DB, vm(guest_id="rhel9_64Guest"), ("update",))))
    write(tmp_path, state(resource(DB, vm())), "state.json")
    write(tmp_path / "other", state(resource(DB, vm("other01"))), "state.json")
    documents = terraform.read(tmp_path, "infra")
    assert [document.name for document in documents] == ["infra/plan.json", "infra/other/state.json"]
    assert any(str(warning).startswith("infra/state.json: left out") for warning in documents[0].warnings)


def test_a_folder_with_a_binary_plan_alone(tmp_path: Path) -> None:
    binary_plan(tmp_path / "tfplan")
    assert terraform.recognises(tmp_path)
    with pytest.raises(InputError, match=r"infra/tfplan: a binary plan"):
        terraform.read(tmp_path, "infra")


def test_an_ordinary_folder_is_nothing_of_terraform(tmp_path: Path) -> None:
    write(tmp_path, {"a": 1})
    write(tmp_path / ".hidden", plan())
    assert not terraform.recognises(tmp_path)
    assert not terraform.recognises(tmp_path / "missing")


def test_plan_and_notes_of_one_folder_are_joined(tmp_path: Path) -> None:
    write(tmp_path, plan(change(DB, vm(disk=[exists()]), ("no-op",))))
    write(tmp_path, "tenken: 1\nvms: [{name: db01, encrypted: false}]\n", "notes.yaml")
    assert {document.format for document in registry.read([tmp_path])} == {"native YAML", "Terraform plan"}


def test_an_inventory_can_say_that_nothing_is_missing(tmp_path: Path) -> None:
    """Terraform lists everything in part; who knows that it is all says so."""
    write(tmp_path, plan(change(DB, vm(), ("no-op",))))
    assert "hosts" in assemble(registry.read([tmp_path])).partial
    write(tmp_path, "tenken: 1\ncomplete: [hosts, vms]\n", "notes.yaml")
    assert assemble(registry.read([tmp_path])).partial == {"datastores", "clusters", "vcenters"}


def test_two_files_that_have_no_name_yet_are_not_one(tmp_path: Path) -> None:
    """Both will lie on DS01, and that is all that is known of them."""
    changes = [change(f"vsphere_virtual_machine.{name}", new_vm(name)) for name in ("a", "b")]
    assembled = assemble(registry.read([write(tmp_path, plan(*changes))]))
    graph = graphs.build(assembled.inventory, assembled.locate, assembled.partial)
    disks = graph.of(DiskNode)
    assert [(node.fact.path, node.shared_with) for node in disks] == [("[DS01]", []), ("[DS01]", [])]
    assert all(node.datastore is not None and node.datastore.name == "DS01" for node in disks)


# --- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"format_version": "1.0", "values": {', "not JSON"),
        ('{"format_version": "1.0", "values"', "the file is cut off"),
        ('{"format_version": "1.0", "values": {}} x', "nothing after the end of the document"),
        ('{"format_version": "1.0" "values": {}}', "not JSON"),
        ('{"format_version": "1.0", "values": nul}', "a value is missing"),
        ('{"format_version": "1.0", "values": ' + "9" * 5000 + "}", "a number of absurd length"),
        ('{"format_version": "1.0", "values": ' + "[" * 100000, "nested deeper than"),
        ('{"format_version": "1.0", "resource_changes": {}}', "expected a list"),
        ('{"format_version": "1.0", "resource_changes": [1]}', "#/resource_changes/0: a change without actions"),
        ('{"format_version": "1.0", "resource_changes": [{}, {"change": {"actions": "create"}}]}', "#/resource_changes/1"),
        ('{"format_version": "1.0", "values": {"root_module": 3}}', "a module must be an object"),
        ('{"format_version": "1.0", "values": {"root_module": {"resources": [3]}}}', "a resource must be an object"),
        ('{"format_version": "1.0", "values": {"root_module": {"resources": [{"type": "vsphere_host"}]}}}', "without address or name"),
        ('{"version": 4, "serial": 1, "resources": [{"type": "vsphere_host", "name": "h", "instances": [{}]}]}', "has no attributes"),
    ],
)  # fmt: skip
def test_mistakes_have_a_place(tmp_path: Path, document: str, said: str) -> None:
    error = refusal(tmp_path, document)
    assert said in error
    assert error.startswith("plan.json")


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    changes = [{"address": DB, "type": "vsphere_virtual_machine", "name": "db", "change": {"actions": ["no-op"], "after": 3}}]
    said = refusal(tmp_path, {"format_version": "7.0", "resource_changes": [*changes, 5]})
    assert len(said.splitlines()) == 3
