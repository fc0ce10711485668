"""Several sources of one site: who is who, whom to believe, and what becomes of what they disagree about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tenken.document import marked, yaml_text
from tenken.document.problem import InputError
from tenken.model.inventory import Disagreement
from tenken.sources.base import Document
from tenken.sources.joining.assemble import Assembled, assemble

Facts = dict[str, Any]


def document(text: str, source: str = "native", name: str | None = None, partial: Sequence[str] = ()) -> Document:
    """What a source says, as YAML in the native form."""
    shown = name or f"{source}.yaml"
    tree = yaml_text.parse("tenken: 1\n" + text, shown)
    tree["tenken"] = 1
    form = "native YAML" if source == "native" else f"{source} export"
    return Document(
        shown,
        form,
        tree,
        lambda route: marked.locate(tree, route, shown),
        frozenset(partial),
        source="" if source == "native" else source,
    )


def merge(*documents: Document, precedence: Mapping[str, Sequence[str]] | None = None) -> Assembled:
    return assemble(list(documents), precedence=precedence)


def names(found: Assembled, kind: str) -> list[str]:
    return sorted(entry.name for entry in getattr(found.inventory, kind))


def disagreements(found: Assembled) -> list[Disagreement]:
    return found.inventory.disagreements or []


# --- who is who ------------------------------------------------------------------------------------------------------

BIOS, INSTANCE = "564d8f90-1111-2222-3333-444455556666", "50100000-aaaa-bbbb-cccc-ddddeeeeffff"


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (f"uuid: {BIOS}", f"uuid: {BIOS.upper()}", True),
        (f"uuid: {BIOS}", "uuid: 56 4d 8f 90 11 11 22 22-33 33 44 44 55 55 66 66", True),
        (f"uuid: {INSTANCE}, bios_uuid: {BIOS}", f"uuid: {BIOS}", True),
        (f"uuid: {INSTANCE}, bios_uuid: {BIOS}", f"uuid: {BIOS}, vcenter: vc, datacenter: D", True),
        (f"uuid: {BIOS}", f"uuid: {INSTANCE}", False),
        (f"uuid: {BIOS}, vcenter: vc, datacenter: D", f"uuid: {INSTANCE}, vcenter: vc, datacenter: D", False),
        ("vcenter: vc, datacenter: D", "vcenter: vc, datacenter: D", True),
        ("vcenter: vc, datacenter: D", "{}", True),
        ("vcenter: vc, datacenter: D", f"uuid: {BIOS}", True),
        ("vcenter: vc, datacenter: D", "vcenter: vc", True),
        ("vcenter: vc, datacenter: D", "vcenter: vc, datacenter: E", False),
        ("vcenter: vc1", "vcenter: vc2", False),
        ("{}", "{}", True),
    ],
)
def test_vms_are_joined_by_ids_and_else_by_what_is_stated_of_their_names(one: str, other: str, joined: bool) -> None:
    def vm(facts: str) -> str:
        return f"vms: [{{name: db01{'' if facts == '{}' else ', ' + facts}}}]"

    for pair in ((one, other), (other, one)):
        found = merge(document(vm(pair[0]), "vcenter"), document(vm(pair[1]), "rvtools"))
        assert len(found.inventory.vms or ()) == (1 if joined else 2)


def test_a_renamed_vm_is_still_the_same_by_its_uuid_and_its_name_is_told() -> None:
    found = merge(
        document(f"vms: [{{name: old, uuid: {BIOS}}}]", "rvtools"), document(f"vms: [{{name: new, uuid: {BIOS}}}]", "vcenter")
    )
    assert names(found, "vms") == ["new"]
    (told,) = disagreements(found)
    assert (told.fact, told.value, told.other, told.uuid) == ("vm.name", "new", "old", BIOS)


def test_an_overlay_that_names_one_of_two_namesakes_is_a_mistake_with_the_candidates() -> None:
    exports = document(
        "vms:\n- {name: db01, vcenter: vc, datacenter: A}\n- {name: db01, vcenter: vc, datacenter: B}", "rvtools"
    )
    with pytest.raises(InputError) as error:
        merge(document("vms: [{name: db01, encrypted: false}]"), exports)
    (problem,) = error.value.problems
    assert str(problem) == "native.yaml:2:7: 'db01' fits 2 vms (candidates: rvtools.yaml:3:3, rvtools.yaml:4:3)"
    found = merge(document("vms: [{name: db01, datacenter: B, encrypted: false}]"), exports)
    assert {(vm.datacenter, vm.encrypted) for vm in found.inventory.vms or ()} == {("A", None), ("B", False)}


def test_an_export_that_fits_two_namesakes_is_joined_with_none_and_told_in_both_languages() -> None:
    exports = document(
        "vms:\n- {name: db01, vcenter: vc, datacenter: A}\n- {name: db01, vcenter: vc, datacenter: B}", "rvtools"
    )
    found = merge(document("vms: [{name: db01, encrypted: false}]", "vmx"), exports)
    assert len(found.inventory.vms or ()) == 3
    assert [vm.encrypted for vm in found.inventory.vms or () if vm.datacenter] == [None, None]
    (notice,) = found.warnings
    assert "fits 2 vms" in str(notice)
    assert "統合していません" in notice.text("ja")


def test_hosts_with_and_without_their_domain_are_one_everywhere_and_the_user_is_told() -> None:
    found = merge(
        document(
            "hosts: [{name: esx01.example.com, version: '8.0'}]\nclusters: [{name: c, hosts: [ESX01.example.com]}]\n", "vcenter"
        ),
        document(
            "hosts: [{name: esx01, boot: {kind: local}}]\nvms: [{name: a, host: esx01}]\n"
            "arrays: [{name: M, ld_sets: [{name: s, hosts: [esx01]}]}]\njobs: [{name: j, targets: {hosts: [esx01]}}]\n"
            "datastores: [{name: d, hosts: [esx01]}]\n"
        ),
    )
    inventory = found.inventory
    assert inventory.vms
    assert inventory.arrays
    assert inventory.jobs
    assert inventory.datastores
    assert inventory.clusters
    full = inventory.clusters[0].hosts[0] if inventory.clusters[0].hosts else ""
    assert names(found, "hosts") == [full]
    assert full.lower() == "esx01.example.com"
    assert inventory.vms[0].host == full
    assert inventory.datastores[0].hosts == [full]
    assert inventory.arrays[0].ld_sets[0].hosts == [full]  # type: ignore[index]
    assert inventory.jobs[0].targets.hosts == [full]  # type: ignore[union-attr]
    assert any("esx01 is taken for" in str(notice) for notice in found.warnings)


@pytest.mark.parametrize(
    ("other", "joined"),
    [
        ("hosts: [{name: esx01.a.example, vcenter: vc1}]", True),
        ("hosts: [{name: esx01.a.example, vcenter: vc2}]", False),
        ("hosts: [{name: esx01.a.example}, {name: esx01.b.example}]", False),
        ("hosts: [{name: esx01.a.example}, {name: esx01}]", False),
        ("hosts: [{name: esx011.a.example}]", False),
        ("hosts: [{name: 10.0.0.1}]", False),
        ("hosts: [{name: esx01.a.example}]\nservers: [{name: esx01}]", False),
    ],
)
def test_short_names_are_joined_only_where_just_one_host_fits(other: str, joined: bool) -> None:
    found = merge(document("hosts: [{name: esx01, vcenter: vc1}]"), document(other, "rvtools"))
    assert ("esx01" not in names(found, "hosts")) == joined


def test_vcenters_with_and_without_their_domain_do_not_separate_vms() -> None:
    found = merge(
        document("vcenters: [{name: vc01.example}]\nvms: [{name: a, vcenter: vc01.example, datacenter: D}]", "rvtools"),
        document("vcenters: [{name: vc01}]\nvms: [{name: a, vcenter: vc01, datacenter: D, encrypted: false}]"),
    )
    assert [(vm.name, vm.encrypted) for vm in found.inventory.vms or ()] == [("a", False)]
    assert names(found, "vcenters") == ["vc01.example"]


def test_a_datastore_with_two_names_is_known_by_its_file_system_and_its_files_follow() -> None:
    for identity in ("uuid: 5F000000-00000000-0000-000000000001", "extents: ['naa.6A:1']"):
        found = merge(
            document(f"datastores: [{{name: DS01, {identity.lower()}, type: VMFS}}]\nvms: []", "vcenter"),
            document(
                f"datastores: [{{name: old, {identity}}}]\n"
                "vms: [{name: a, vmx: '[old] a/a.vmx', disks: [{label: d, path: '[old] a/a.vmdk'}]}]",
                "rvtools",
            ),
        )
        assert names(found, "datastores") == ["DS01"]
        (vm,) = found.inventory.vms or ()
        assert vm.vmx == "[DS01] a/a.vmx"
        assert vm.disks
        assert vm.disks[0].path == "[DS01] a/a.vmdk"
        assert any("old is taken for DS01" in str(notice) for notice in found.warnings)


def test_local_datastores_of_one_name_on_two_hosts_are_two() -> None:
    found = merge(
        document("datastores: [{name: datastore1, uuid: 5f-1, hosts: [a]}]", "esxcli", "a"),
        document("datastores: [{name: datastore1, uuid: 5f-2, hosts: [b]}]", "esxcli", "b"),
    )
    assert names(found, "datastores") == ["datastore1", "datastore1"]
    assert disagreements(found) == []


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("label: Hard disk 1, path: '[D] a/a.vmdk'", "label: ハード ディスク 1, path: '[D] a/a.vmdk'", 1),
        ("label: Hard disk 1, path: '[D] a/a-000002.vmdk'", "label: disk0, path: '[D] a/a.vmdk'", 1),
        ("label: Hard disk 1, rdm: {device: naa.6A}", "label: scsi0:1, rdm: {device: 'naa.6a:1'}", 1),
        ("label: Hard disk 1, path: '[D] a/a.vmdk'", "label: Hard disk 1, mode: persistent", 1),
        ("label: Hard disk 1, path: '[D] a/a.vmdk'", "label: Hard disk 2, path: '[D] a/b.vmdk'", 2),
    ],
)
def test_disks_are_joined_by_file_or_lun_and_else_by_label(one: str, other: str, count: int) -> None:
    found = merge(
        document(f"vms: [{{name: a, disks: [{{{one}}}]}}]", "vcenter"),
        document(f"vms: [{{name: a, disks: [{{{other}}}]}}]", "rvtools"),
    )
    assert len((found.inventory.vms or ())[0].disks or ()) == count


def test_logical_disks_devices_and_pairs_are_joined_whatever_their_spelling() -> None:
    found = merge(
        document(
            "arrays: [{name: M, logical_disks: [{ldn: 0010h, format: LX}], pairs: [{mv: 10h, rv: 20h, function: DDR}]}]\n"
            "hosts: [{name: e, devices: [{device: NAA.6A, state: attached}]}]",
            "ism",
        ),
        document(
            "arrays: [{name: M, logical_disks: [{ldn: '0x10', roles: [MV]}], pairs: [{mv: 0010h, rv: 0020h, state: separated}]}]\n"
            "hosts: [{name: e, devices: [{device: 'naa.6a:1', vendor: NEC}]}]"
        ),
    )
    (array,) = found.inventory.arrays or ()
    (host,) = found.inventory.hosts or ()
    assert [(ld.ldn, ld.format, ld.roles) for ld in array.logical_disks or ()] == [("0010h", "LX", ["MV"])]
    assert [(pair.function, pair.state) for pair in array.pairs or ()] == [("DDR", "separated")]
    assert [(entry.device, entry.state, entry.vendor) for entry in host.devices or ()] == [("naa.6a", "attached", "NEC")]


def test_a_complete_list_of_controllers_leaves_none_unseen_but_a_hand_written_one_does() -> None:
    rvtools = document("vms: [{name: a, controllers: [{id: scsi0, type: pvscsi}, {id: unseen}]}]", "rvtools")

    def ids(other: Document) -> list[str]:
        return [controller.id for controller in (merge(rvtools, other).inventory.vms or ())[0].controllers or ()]

    assert ids(document("vms: [{name: a, controllers: [{id: scsi0}, {id: scsi1}]}]", "vcenter")) == ["scsi0", "scsi1"]
    assert "unseen" in ids(document("vms: [{name: a, controllers: [{id: scsi1}]}]", "vcenter"))
    assert "unseen" in ids(document("vms: [{name: a, controllers: [{id: scsi0}, {id: scsi1}]}]"))


def test_lists_of_names_are_facts_and_not_added_up() -> None:
    def hosts(one: str, other: str) -> tuple[list[str] | None, int]:
        found = merge(
            document(f"clusters: [{{name: c, hosts: {one}}}]", "vcenter"),
            document(f"clusters: [{{name: c, hosts: {other}}}]", "rvtools"),
        )
        return (found.inventory.clusters or ())[0].hosts, len(disagreements(found))

    assert hosts("[a, b]", "[b, a]") == (["a", "b"], 0)
    assert hosts("[a, b]", "[a]") == (["a", "b"], 1)
    assert hosts("[]", "[a]") == ([], 1)


# --- whom to believe -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "used"),
    [
        (["rvtools", "vcenter"], "vcenter"), (["vcenter", "native", "rvtools"], "native"), (["terraform", "vmx"], "vmx"),
        (["terraform", "rvtools"], "rvtools"), (["terraform", "zabbix"], "zabbix"), (["rvtools", "ism"], "ism"),
    ],
)  # fmt: skip
def test_the_order_of_sources(sources: list[str], used: str) -> None:
    found = merge(*(document(f"arrays: [{{name: M, model: {source}}}]", source) for source in sources))
    assert [array.model for array in found.inventory.arrays or ()] == [used]
    assert {told.other_source for told in disagreements(found)} == set(sources) - {used}


def test_precedence_is_stated_for_a_fact_and_settles_its_disagreement() -> None:
    facts = "vms: [{name: a, power_state: %s, fault_tolerance: %s}]"
    documents = [document(facts % ("powered_on", "false"), "vcenter"), document(facts % ("powered_off", "true"), "rvtools")]
    stated = document("precedence: [{fact: vm.power_state, order: [rvtools, vcenter]}]")
    for found in (
        merge(*documents, stated),
        merge(*documents, precedence={"vm.power_state": ["rvtools"]}),
        merge(
            *documents,
            document("precedence: [{fact: vm.power_state, order: [vcenter]}]"),
            precedence={"vm.power_state": ["rvtools"]},
        ),
    ):
        (vm,) = found.inventory.vms or ()
        assert (vm.power_state, vm.fault_tolerance) == ("powered_off", False)
        assert {told.fact: told.settled for told in disagreements(found)} == {
            "vm.power_state": True,
            "vm.fault_tolerance": False,
        }
    for whole in ("vm", "*"):
        (vm,) = merge(*documents, precedence={whole: ["rvtools"]}).inventory.vms or ()
        assert (vm.power_state, vm.fault_tolerance) == ("powered_off", True)


def test_a_precedence_for_sources_that_do_not_exist_is_a_mistake() -> None:
    with pytest.raises(InputError) as error:
        merge(document("precedence: [{fact: vm.name, order: [rvtool]}]"), document("vms: []", "rvtools"))
    assert str(error.value) == "native.yaml:2:38: no source is called 'rvtool' (did you mean 'rvtools'?)"


def test_a_document_that_tenken_wrote_is_no_hand_written_one() -> None:
    live = document("source: vcenter\nvms: [{name: a, power_state: powered_on}]", name="site.yaml")
    notes = document("vms: [{name: a, power_state: suspended}]", name="notes.yaml")
    found = merge(live, notes)
    assert [vm.power_state for vm in found.inventory.vms or ()] == ["suspended"]
    assert [(told.source, told.other_source) for told in disagreements(found)] == [("native", "vcenter")]


# --- what is the same ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "one", "other", "used"),
    [
        ("encrypted", "'false'", "false", False), ("host", "' esx01'", "esx01", "esx01"),
        ("roles", "[vcenter, vcls]", "[vcls, vcenter]", ["vcenter", "vcls"]),
        ("vmx", "'[D]'", "'[D] a/a.vmx'", "[D] a/a.vmx"),
        ("snapshots", "[{name: s, created: today}]", "[s]", None),
        ("cluster", "none", "none", "none"),
    ],
)  # fmt: skip
def test_spellings_of_one_value_agree_and_the_more_exact_one_is_used(fact: str, one: str, other: str, used: Any) -> None:
    found = merge(
        document(f"vms: [{{name: a, {fact}: {one}}}]", "vcenter"), document(f"vms: [{{name: a, {fact}: {other}}}]", "rvtools")
    )
    assert disagreements(found) == []
    if used is not None:
        assert getattr((found.inventory.vms or ())[0], fact) == used


def test_the_more_exact_version_is_used_and_two_products_are_not_one() -> None:
    def version(one: str, other: str) -> tuple[str | None, int]:
        found = merge(
            document(f"hosts: [{{name: e, version: '{one}'}}]", "vcenter"),
            document(f"hosts: [{{name: e, version: '{other}'}}]", "rvtools"),
        )
        return (found.inventory.hosts or ())[0].version, len(disagreements(found))

    assert version("8.0", "8.0.3") == ("8.0.3", 0)
    assert version("8.0.3", "8.0") == ("8.0.3", 0)
    assert version("2012", "2012 R2") == ("2012", 1)
    assert version("8.0", "8.01") == ("8.0", 1)


def test_capacities_differ_by_more_than_rounding() -> None:
    def differ(one: float, other: float) -> bool:
        facts = "datastores: [{name: D, capacity_gib: %s}]"
        return bool(disagreements(merge(document(facts % one, "vcenter"), document(facts % other, "rvtools"))))

    assert not differ(1024, 1023.75)
    assert differ(1024, 512)


def test_an_operating_system_is_never_made_of_two() -> None:
    found = merge(
        document("vms: [{name: a, guest: {os: {family: windows_server}}}]", "vcenter"),
        document("vms: [{name: a, guest: {os: {family: rhel, version: '8.6', arch: x64}}}]", "rvtools"),
    )
    (vm,) = found.inventory.vms or ()
    assert vm.guest
    assert vm.guest.os
    assert (vm.guest.os.family, vm.guest.os.version, vm.guest.os.arch) == ("windows_server", None, None)
    assert [told.fact for told in disagreements(found)] == ["vm.guest.os.family"]


# --- what they disagree about ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "kind", "name", "fact", "part"),
    [
        ("vms: [{name: a, encrypted: %s}]", "vm", "a", "vm.encrypted", None),
        ("vms: [{name: a, guest: {raw_disks: %s}}]", "vm", "a", "vm.guest.raw_disks", None),
        ("clusters: [{name: c, ha: {enabled: %s}}]", "cluster", "c", "cluster.ha.enabled", None),
        ("arrays: [{name: M, logical_disks: [{ldn: 10h, protected: %s}]}]", "logical_disk", "M/0010h", "ld.protected", None),
        ("arrays: [{name: M, ld_sets: [{name: s, platform: '%s'}]}]", "ld_set", "M/s", "ld_set.platform", None),
        ("arrays: [{name: M, pairs: [{mv: 10h, rv: 20h, rv_array: '%s'}]}]", "array", "M", "array.pairs.rv_array", "10h-20h"),
        ("hosts: [{name: e, devices: [{device: naa.6, model: '%s'}]}]", "host", "e", "host.devices.model", "naa.6"),
        ("vms: [{name: a, controllers: [{id: scsi0}], disks: [{label: d, capacity_gib: %s}]}]", "disk", "a/d", "disk.capacity_gib", None),
        ("site: {customer: '%s'}", "site", "site", "site.customer", None),
    ],
)  # fmt: skip
def test_a_disagreement_names_its_object_and_keeps_both_places(
    facts: str, kind: str, name: str, fact: str, part: str | None
) -> None:
    values = ("1", "900") if "capacity" in fact else ("true", "false")
    found = merge(document(facts % values[0], "vcenter"), document(facts % values[1], "rvtools"))
    (told,) = disagreements(found)
    assert (told.kind, told.name, told.fact, told.part) == (kind, name, fact, part)
    assert [told.value, told.other] == list(values)
    assert str(found.locate(("disagreements", 0, "value"))).startswith("vcenter.yaml:2:")
    assert str(found.locate(("disagreements", 0, "other"))).startswith("rvtools.yaml:2:")


def test_three_values_are_two_disagreements_and_what_a_written_inventory_states_is_kept() -> None:
    facts = "datastores: [{name: D, type: %s}]"
    written = "source: import\ndisagreements: [{kind: vm, name: a, fact: vm.host, value: x, other: y, settled: false}]\nvms: [{name: a}]\n"
    found = merge(
        document(facts % "VMFS", "vcenter"), document(facts % "NFS", "rvtools"), document(facts % "vVol", "terraform"),
        document(facts % "VMFS", "esxcli"), document(written, name="inventory.yaml"),
    )  # fmt: skip
    assert [(told.fact, told.value, told.other) for told in disagreements(found)] == [
        ("vm.host", "x", "y"), ("datastore.type", "VMFS", "NFS"), ("datastore.type", "VMFS", "vVol"),
    ]  # fmt: skip


def test_two_hand_written_documents_that_disagree_are_a_mistake() -> None:
    with pytest.raises(InputError) as error:
        merge(
            document("hosts: [{name: e, version: '7.0'}]", name="a"), document("hosts: [{name: e, version: '8.0'}]", name="b")
        )
    assert str(error.value) == "a:2:19: hosts[0].version is '7.0' here and '8.0' at b:2:19 (one of the two is wrong)"


def test_a_list_of_an_object_that_one_source_found_empty_and_another_did_not() -> None:
    """``[]`` says that somebody looked: what the other found is used, and told. Of a list in part it says nothing."""
    some = "arrays: [{name: M1, logical_disks: [{ldn: 10h}, {ldn: 20h}], pairs: [{mv: 10h, rv: 20h}]}]"
    none = "arrays: [{name: M1, pairs: []}]"
    for first, second in ((some, none), (none, some)):
        found = merge(document(first, "ism"), document(second, "esxcli"))
        (array,) = found.inventory.arrays or ()
        assert array.pairs is not None and len(array.pairs) == 1
        (told,) = disagreements(found)
        assert (told.kind, told.name, told.fact, told.other) == ("array", "M1", "array.pairs", "[]")
    assert disagreements(merge(document(some, "ism"), document(none, "esxcli", partial=["pairs"]))) == []
    assert disagreements(merge(document(some, "ism"), document("arrays: []", "esxcli"))) == [], "it just knows no array"
    with pytest.raises(InputError, match=r"is \[\] at .*|\[\]"):
        merge(document(some, "native", "one.yaml"), document(none, "native", "two.yaml"))
