"""Verdicts over whole sites: roll-up, siblings, restore groups, the plan, and the vendor's answers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenken.engine.selftest import overlay
from tenken.model.report import Report
from tenken.pipeline import check

Write = Callable[..., Path]


def verdicts(report: Report, method: str = "vmfs.online") -> dict[str, str]:
    return {v.subject.name: v.verdict for v in report.verdicts if v.method == method}


def second_vm(example_site: dict[str, Any], name: str = "app02", datastore: str = "DS01", **facts: Any) -> dict[str, Any]:
    vm = copy.deepcopy(example_site["vms"][0])
    vm |= {"name": name, "uuid": f"uuid-{name}", "vmx": f"[{datastore}] {name}/{name}.vmx", **facts}
    vm["disks"][0]["path"] = f"[{datastore}] {name}/{name}.vmdk"
    return vm


def test_a_site_in_order_is_eligible(site: Write) -> None:
    report = check([site()])
    assert verdicts(report) == {"app01": "eligible", "DS01": "eligible", "DS02": "eligible", "example": "eligible"}
    assert report.summary.exit_code == 0
    assert report.summary.ready == {"vmfs.online": 1, "vmfs.offline": 1}


def test_one_vm_spoils_its_datastore_and_its_siblings_are_told_who(site: Write, example_site: dict[str, Any]) -> None:
    report = check([site({"vms": [second_vm(example_site, encrypted=True)]})])
    assert verdicts(report) == {
        "app01": "eligible",
        "app02": "ineligible",
        "DS01": "ineligible",
        "DS02": "eligible",
        "example": "ineligible",
    }
    by_name = {v.subject.name: v for v in report.verdicts if v.method == "vmfs.online"}
    assert [name.name for name in by_name["app01"].blocked_by] == ["app02"]
    assert [name.name for name in by_name["DS01"].blocked_by] == ["app02"]
    assert by_name["app02"].blocked_by == []
    assert by_name["app02"].because == ["vm-not-encrypted"]
    assert report.summary.ready["vmfs.online"] == 0, "a blocked VM can't be backed up"


def test_one_unknown_vm_leaves_its_datastore_undecided(site: Write, example_site: dict[str, Any]) -> None:
    report = check([site({"vms": [second_vm(example_site, encrypted=None)]})])
    assert verdicts(report)["app01"] == "eligible"
    assert verdicts(report)["DS01"] == "unknown"


def test_a_vm_can_be_backed_up_only_where_all_that_is_copied_with_it_can(site: Write, example_site: dict[str, Any]) -> None:
    """Its sibling is unknown, or to be asked of the vendor, or spoilt by another datastore."""
    asked = {"guest": {**example_site["vms"][0]["guest"], "os": {"family": "rhel", "version": "8.6"}}}
    astride = second_vm(example_site)
    astride["disks"].append({**astride["disks"][0], "label": "Hard disk 9", "path": "[NFS9] app02/app02_9.vmdk"})
    nfs = {"name": "NFS9", "vcenter": "vc01", "type": "NFS"}
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"vms": [second_vm(example_site, encrypted=None)]}, ["app02"]),
        ({"vms": [second_vm(example_site, **asked)]}, ["app02"]),
        ({"vms": [astride], "datastores": [nfs]}, ["app02"]),
    ]
    for facts, blockers in cases:
        report = check([site(facts)])
        (found,) = (v for v in report.verdicts if (v.subject.name, v.method) == ("app01", "vmfs.online"))
        assert verdicts(report)["DS01"] != "eligible"
        assert found.verdict == "eligible"
        assert [subject.name for subject in found.blocked_by] == blockers
        assert report.summary.ready["vmfs.online"] == 0


def test_a_vm_that_may_lie_anywhere_stands_in_the_way_of_all(site: Write, example_site: dict[str, Any]) -> None:
    """Also where no rule of the packs says so by itself."""
    astray = second_vm(example_site) | {"vmx": None, "disks": None}
    report = check([site({"vms": [astray]})], levels={"datastore-without-*": "off"})
    (found,) = (v for v in report.verdicts if (v.subject.name, v.method) == ("app01", "vmfs.online"))
    assert (found.verdict, verdicts(report)["DS01"]) == ("eligible", "unknown")
    assert [(subject.kind, subject.name) for subject in found.blocked_by] == [("datastore", "DS01")]
    assert report.summary.ready["vmfs.online"] == 0


def test_order_of_verdicts(site: Write, example_site: dict[str, Any]) -> None:
    warning = {"snapshots": [{"name": "s"}]}
    inquire = {"guest": {**example_site["vms"][0]["guest"], "os": {"family": "rhel", "version": "8.6"}}}
    assert verdicts(check([site({"vms": [{"name": "app01", **warning}]})]))["DS01"] == "conditional"
    assert verdicts(check([site({"vms": [{"name": "app01", **warning, **inquire}]})]))["DS01"] == "inquire"
    assert verdicts(check([site({"vms": [{"name": "app01", **inquire, "encrypted": None}]})]))["DS01"] == "unknown"
    assert (
        verdicts(check([site({"vms": [{"name": "app01", **inquire, "encrypted": None, "fault_tolerance": True}]})]))["DS01"]
        == "ineligible"
    )


def test_rules_of_the_array_reach_the_vm(site: Write) -> None:
    array = {"arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0010h", "format": "WG"}]}]}
    assert verdicts(check([site(array)]))["app01"] == "ineligible"
    rv_attached = {"hosts": [{"name": "esx02", "devices": [{"device": "naa.6000000000000110", "state": "attached"}]}]}
    assert verdicts(check([site(rv_attached)]))["app01"] == "ineligible"
    assert verdicts(check([site({"arrays": [{"name": "M320-01", "ld_sets": None}]})]))["app01"] == "unknown"
    assert verdicts(check([site({"arrays": None})]))["app01"] == "unknown"
    assert verdicts(check([site({"arrays": [{"name": "M320-01", "model": "iStorage V300"}]})]))["app01"] == "unknown"


def test_rules_of_host_and_vcenter_reach_the_vm(site: Write) -> None:
    assert verdicts(check([site({"hosts": [{"name": "esx01", "version": "5.5"}]})]))["app01"] == "ineligible"
    assert verdicts(check([site({"vcenters": [{"name": "vc01", "version": "9.0"}]})]))["app01"] == "ineligible"
    assert verdicts(check([site({"vcenters": None})]))["app01"] == "unknown"
    assert verdicts(check([site({"hosts": None})]))["app01"] == "unknown"


@pytest.mark.parametrize(
    ("host", "datastore", "verdict"),
    [
        ({"version": "8.0"}, {}, "eligible"),
        ({"version": "5.5"}, {}, "ineligible"),
        ({"version": None}, {}, "unknown"),
        ({"version": "5.5"}, {"hosts": ["esx01"]}, "eligible"),
        ({"version": "5.5"}, {"hosts": None}, "unknown"),
        ({"version": "8.0"}, {"hosts": None}, "eligible"),
        ({"version": "5.5", "vcenter": None}, {"hosts": None}, "unknown"),
        ({"version": "5.5", "vcenter": "none"}, {"hosts": None}, "eligible"),
    ],
)
def test_hosts_that_mount_a_datastore_count_with_it(
    host: dict[str, Any], datastore: dict[str, Any], verdict: str, site: Write
) -> None:
    """esx02 runs no VM. It mounts the datastore, or nobody said whether it does."""
    places = [{"name": name, **datastore} for name in ("DS01", "DS02")]
    cluster = {"name": "cl01", "hosts": ["esx01"], "ha": {"enabled": False}}
    report = check([site({"hosts": [{"name": "esx02", **host}], "datastores": places, "clusters": [cluster]})])
    assert {verdicts(report)[name] for name in ("app01", "DS01")} == {verdict}
    (outcome,) = {r.outcome for r in report.results if r.rule == "host-vsphere-version"} or {"pass"}
    assert (outcome, verdict) in {("pass", "eligible"), ("fail", "ineligible"), ("unknown", "unknown")}


@pytest.mark.parametrize(("datastore", "planned"), [({}, True), ({"hosts": None}, True), ({"hosts": ["esx01"]}, False)])
def test_hosts_that_mount_a_planned_datastore_are_planned_too(datastore: dict[str, Any], planned: bool, site: Write) -> None:
    job = {"name": "nightly", "pattern": "vmfs", "mode": "online", "tool": "RepNavi Suite", "targets": {"datastores": ["DS01"]}}
    places = [{"name": "DS01", **datastore}]
    report = check([site({"hosts": [{"name": "esx02", "version": "5.5"}], "datastores": places, "jobs": [job]})])
    (found,) = [r for r in report.results if (r.rule, r.subject.name) == ("host-vsphere-version", "esx02")]
    assert found.in_plan is planned
    assert (verdicts(report)["DS01"] == "eligible") is not planned


def test_the_vcenter_of_a_host_that_mounts_a_datastore_counts_with_it(site: Write) -> None:
    other = {"vcenters": [{"name": "vc02", "version": "5.5"}], "hosts": [{"name": "esx02", "vcenter": "vc02"}]}
    assert verdicts(check([site(other)]))["app01"] == "ineligible"
    assert verdicts(check([site({**other, "hosts": [{"name": "esx02", "vcenter": None}]})]))["app01"] == "unknown"


@pytest.mark.parametrize(
    ("access", "verdict", "rule"),
    [
        (["esx01", "esx02"], "eligible", None),
        (["esx01"], "conditional", "vrdm-ld-assigned-to-cluster-hosts"),
        (["esx02"], "ineligible", "vrdm-ld-assigned-to-host"),
        (None, "unknown", "vrdm-ld-assigned-to-host"),
    ],
)
def test_hosts_reach_the_disks_of_virtual_rdms(access: list[str] | None, verdict: str, rule: str | None, site: Write) -> None:
    ld_set = {"name": "rdm", "platform": "VW", "mode": "secure", "hosts": access, "luns": [{"lun": 9, "ldn": "0030h"}]}
    array = {
        "name": "M320-01",
        "logical_disks": [
            {"ldn": "0030h", "uid": "naa.6000000000000030", "format": "WG", "roles": ["MV"]},
            {"ldn": "0130h", "uid": "naa.6000000000000130", "format": "WG", "roles": ["RV"]},
        ],
        "pairs": [{"function": "DDR", "mv": "0030h", "rv": "0130h", "rv_array": "M320-01"}],
        "ld_sets": [ld_set],
    }
    disk = {
        "label": "Hard disk 2", "controller": "scsi0", "path": "[DS01] app01/app01_1.vmdk", "backing": "rdm", "mode": "persistent",
        "sharing": "none", "rdm": {"compatibility": "virtual", "device": "naa.6000000000000030", "partition_style": "GPT"},
    }  # fmt: skip
    report = check([site({"arrays": [array], "vms": [{"name": "app01", "disks": [disk]}]})])
    (found,) = [v for v in report.verdicts if (v.subject.name, v.method) == ("app01", "vmfs.online")]
    assert found.verdict == verdict
    assert rule is None or rule in found.because


@pytest.mark.parametrize(("rdm", "verdict"), [
    ({"backing": "rdm", "rdm": {"compatibility": "virtual"}}, "ineligible"),
    ({"backing": "rdm", "rdm": {"compatibility": None}}, "unknown"),
    ({"backing": None, "rdm": {"compatibility": "virtual"}}, "unknown"),
    ({"backing": "rdm", "rdm": {"compatibility": "physical"}, "mode": "independent_persistent"}, "eligible"),
])  # fmt: skip
def test_what_is_held_against_the_disk_of_a_virtual_rdm(rdm: dict[str, Any], verdict: str, site: Write) -> None:
    """Its RV is attached. Where nobody said whether the RDM is a virtual one, that leaves the VM undecided."""
    array = {
        "name": "M320-01",
        "logical_disks": [{"ldn": "0030h", "uid": "naa.6000000000000030", "format": "WG", "roles": ["MV"]},
                          {"ldn": "0130h", "uid": "naa.6000000000000130", "format": "WG", "roles": ["RV"]}],
        "pairs": [{"function": "DDR", "mv": "0030h", "rv": "0130h", "rv_array": "M320-01"}],
        "ld_sets": [{"name": "esx", "luns": [{"lun": 8, "ldn": "0030h"}, {"lun": 9, "ldn": "0130h"}]}],
    }  # fmt: skip
    about = {"device": "naa.6000000000000030", "partition_style": "GPT", **rdm["rdm"]}
    disk = {
        "label": "Hard disk 2",
        "controller": "scsi0",
        "path": "[DS01] app01/app01_1.vmdk",
        "mode": "persistent",
        "sharing": "none",
    }
    hosts = [{"name": "esx01", "devices": [{"device": "naa.6000000000000130", "state": "attached", "vendor": "NEC"}]}]
    report = check(
        [site({"arrays": [array], "hosts": hosts, "vms": [{"name": "app01", "disks": [{**disk, **rdm, "rdm": about}]}]})]
    )
    assert verdicts(report)["app01"] == verdict


def test_a_vm_over_two_datastores_ties_them_into_a_restore_group(site: Write) -> None:
    disk = {
        "label": "Hard disk 2",
        "controller": "scsi0",
        "path": "[DS02] app01/app01_1.vmdk",
        "backing": "flat",
        "mode": "persistent",
        "sharing": "none",
    }
    report = check([site({"vms": [{"name": "app01", "disks": [disk]}]})])
    (group,) = [v for v in report.verdicts if v.subject.kind == "restore_group"]
    assert (group.subject.name, group.method, group.verdict, group.within) == (
        "DS01+DS02",
        "vmfs",
        "eligible",
        ["DS01", "DS02"],
    )
    assert verdicts(report)["app01"] == "eligible"


@pytest.mark.parametrize(("compatibility", "groups"), [("virtual", ["DS01+DS02"]), ("physical", [])])
def test_a_virtual_rdm_that_vms_share_ties_their_datastores(
    compatibility: str, groups: list[str], site: Write, example_site: dict[str, Any]
) -> None:
    """What it maps is restored with either VM, so that the other must go back to the same moment."""
    shared = {
        "label": "Hard disk 2",
        "controller": "scsi0",
        "path": "[DS01] app01/app01_1.vmdk",
        "backing": "rdm",
        "mode": "persistent",
        "sharing": "none",
        "rdm": {
            "compatibility": compatibility,
            "device": "naa.6000000000000030",
            "partition_style": "GPT",
            "filesystem": "NTFS",
        },
    }
    other = second_vm(example_site, datastore="DS02")
    other["disks"] = [*other["disks"], {**shared, "path": "[DS02] app02/app02_1.vmdk"}]
    report = check([site({"vms": [{"name": "app01", "disks": [shared]}, other]})])
    assert [v.subject.name for v in report.verdicts if v.subject.kind == "restore_group"] == groups


def job(mode: str, **facts: Any) -> dict[str, Any]:
    return {
        "name": "nightly",
        "pattern": "vmfs",
        "function": "DDR",
        "mode": mode,
        "tool": "RepNavi Suite",
        "runs_on": "mgmt01",
        "targets": {"datastores": ["DS01"]},
        "quiesce": {"online": "snapshot", "offline": "shutdown"}[mode],
        "job_manager": "none",
        "secondary": "none",
        **facts,
    }


SERVERS = {
    "servers": [
        {
            "name": "mgmt01",
            "physical": True,
            "vm": "none",
            "manages": ["M320-01"],
            "software": [
                {"product": "iStorageManager", "version": "12.4", "component": "server"},
                {"product": "RepNavi Suite for Oracle", "version": "12.4"},
            ],
        }
    ]
}
INDEPENDENT = {"vms": [{"name": "app01", "disks": [{"label": "Hard disk 1", "mode": "independent_persistent"}]}]}


def test_an_independent_disk_is_an_error_where_online_is_planned(site: Write) -> None:
    report = check([site({**INDEPENDENT, "jobs": [job("online")]})])
    (result,) = [r for r in report.results if r.rule == "vm-disk-not-independent"]
    assert (result.outcome, result.in_plan) == ("fail", True)
    assert report.summary.exit_code == 1
    assert {v.subject.name: v.verdict for v in report.verdicts if v.subject.kind == "job"} == {"nightly": "ineligible"}


def test_and_no_finding_where_offline_is_planned_though_eligibility_still_shows_it(site: Write) -> None:
    report = check([site({**INDEPENDENT, **SERVERS, "jobs": [job("offline")]})], fail_on="error")
    (result,) = [r for r in report.results if r.rule == "vm-disk-not-independent"]
    assert (result.outcome, result.in_plan) == ("fail", False)
    assert report.summary.exit_code == 0
    assert report.summary.out_of_plan >= 1
    assert verdicts(report, "vmfs.online")["app01"] == "ineligible"
    assert verdicts(report, "vmfs.offline")["app01"] == "eligible"
    assert {v.subject.name: (v.method, v.verdict) for v in report.verdicts if v.subject.kind == "job"} == {
        "nightly": ("vmfs.offline", "eligible")
    }
    assert [v.verdict for v in report.verdicts if v.method == "as_planned"] == ["eligible"]


def test_a_vm_outside_the_jobs_fails_nothing(site: Write, example_site: dict[str, Any]) -> None:
    report = check(
        [site({"vms": [second_vm(example_site, datastore="DS02", encrypted=True)], "jobs": [job("online")]})], fail_on="error"
    )
    assert [r.in_plan for r in report.results if r.rule == "vm-not-encrypted"] == [False]
    assert report.summary.exit_code == 0


def test_an_ld_without_a_role_is_a_warning_until_a_job_names_it(site: Write) -> None:
    unpaired = {"arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0010h", "roles": []}], "pairs": []}]}
    assert verdicts(check([site(unpaired)]))["DS01"] == "conditional"
    assert verdicts(check([site({**unpaired, "jobs": [job("online")]})]))["DS01"] == "ineligible"


def test_the_vendors_answer_settles_an_inquiry(site: Write) -> None:
    linux = {"vms": [{"name": "app01", "guest": {"os": {"family": "rhel", "version": "8.6"}}}]}
    inquiry = {
        "clause": "vmfs-guest-triangle-inquiry",
        "subject": {"kind": "vm", "name": "app01"},
        "reference": "PP-1",
        "date": "2026-10-01",
    }
    assert verdicts(check([site(linux)]))["app01"] == "inquire"
    assert verdicts(check([site({**linux, "inquiries": [{**inquiry, "answer": "supported"}]})]))["app01"] == "eligible"
    assert verdicts(check([site({**linux, "inquiries": [{**inquiry, "answer": "unsupported"}]})]))["app01"] == "ineligible"
    other = {**inquiry, "subject": {"kind": "vm", "name": "app02"}}
    assert verdicts(check([site({**linux, "inquiries": [{**other, "answer": "supported"}]})]))["app01"] == "inquire"


def test_vcls_agents_and_templates_are_never_targets(site: Write, example_site: dict[str, Any]) -> None:
    agent = second_vm(example_site, "vCLS-1", roles=["vcls"])
    template = second_vm(example_site, "tmpl", template=True, encrypted=True)
    report = check([site({"vms": [agent, template]})], fail_on="error")
    assert verdicts(report)["vCLS-1"] == "ineligible"
    assert "tmpl" not in verdicts(report)
    assert verdicts(report)["DS01"] == "conditional", "their presence is a warning"
    assert verdicts(report)["app01"] == "conditional"
    assert report.summary.exit_code == 0


@pytest.mark.parametrize(
    ("role", "rule"),
    [
        ("vCLS", "vm-not-vcls"),
        ("vCLS agent", "vm-not-vcls"),
        ("vCenter", "vm-not-vcenter"),
        ("VMware vCenter Server", "vm-not-vcenter"),
        ("VCSA", "vm-not-vcenter"),
        ("iStorageManager", "vm-not-istoragemanager"),
        ("WebSAM iStorageManager", "vm-not-istoragemanager"),
        ("iSM", "vm-not-istoragemanager"),
    ],
)
def test_roles_are_known_by_the_names_of_their_products(role: str, rule: str, site: Write) -> None:
    report = check([site({"vms": [{"name": "app01", "roles": [role]}]})])
    assert verdicts(report)["app01"] == verdicts(report, "vmfs.offline")["app01"] == "ineligible"
    assert rule in {result.rule for result in report.results if result.outcome == "fail"}


def test_other_roles_are_none_of_these(site: Write) -> None:
    report = check(
        [site({"vms": [{"name": "app01", "roles": ["iStorageManager client", "vCenter Converter", "file server"]}]})]
    )
    assert verdicts(report)["app01"] == "eligible"


def test_what_a_virtual_rdm_maps_is_copied_with_its_vm(site: Write) -> None:
    """Its roles, its copies on the hosts, its array and the function of the job are those of any disk that is copied."""
    disk = {
        "label": "Hard disk 2",
        "controller": "scsi0",
        "path": "[DS01] app01/app01_1.vmdk",
        "backing": "rdm",
        "mode": "persistent",
    }
    mapped = {**disk, "sharing": "none", "rdm": {"compatibility": "virtual", "device": "naa.60", "partition_style": "GPT"}}
    change: dict[str, Any] = {
        "vms": [{"name": "app01", "disks": [mapped]}],
        "arrays": [
            {
                "name": "M320-01",
                "logical_disks": [
                    {"ldn": "0060h", "uid": "naa.60", "format": "WG", "roles": ["MV"]},
                    {"ldn": "0160h", "uid": "naa.160", "format": "WG", "roles": ["RV"]},
                ],
                "pairs": [{"function": "DDR", "mv": "0060h", "rv": "0160h", "rv_array": "M320-01"}],
                "ld_sets": [{"name": "esx", "luns": [{"lun": 20, "ldn": "0060h"}, {"lun": 21, "ldn": "0160h"}]}],
            }
        ],
    }
    detached = [{"device": "naa.160", "state": "detached", "vendor": "NEC"}]
    change["hosts"] = [{"name": "esx01", "devices": detached}, {"name": "esx02", "devices": detached}]

    def found(more: dict[str, Any], method: str = "vmfs.online") -> tuple[str, str]:
        judged = verdicts(check([site(overlay(change, more))]), method)
        return judged["app01"], judged["DS01"]

    assert found({}) == ("eligible", "eligible")
    attached = {"hosts": [{"name": "esx01", "devices": [{"device": "naa.160", "state": "attached"}]}]}
    assert found(attached) == found(attached, "vmfs.offline") == ("ineligible", "ineligible")
    assert found({**attached, "site": {"restores_in_progress": [{"datastore": "DS01"}]}}) == ("eligible", "eligible")
    assert found({"arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0060h", "roles": ["MV", "RV"]}]}]}) == (
        "unknown",
        "unknown",
    )


@pytest.mark.parametrize(
    ("os", "told"),
    [
        ({"family": "windows", "version": "11", "arch": "x86"}, "cannot be decided: Windows 11 (32-bit), which does not exist"),
        (
            {"family": "windows_server", "version": "10.0.17763"},
            "cannot be decided: Windows 10.0.x, which 10, 11 and Windows Server 2016 to 2025 share",
        ),
    ],
)
def test_what_a_table_leaves_open_is_not_called_unlisted(os: dict[str, Any], told: str, site: Write) -> None:
    report = check([site({"vms": [{"name": "app01", "guest": {"os": os}}]})])
    assert {r.message.en for r in report.results if r.rule.startswith("vm-guest-os") and r.outcome == "unknown"} == {told}


def test_fingerprints_outlive_moved_lines_and_renamed_files(site: Write, tmp_path: Path) -> None:
    first = site(INDEPENDENT)
    moved = tmp_path / "other.json"
    moved.write_text("\n\n\n" + first.read_text(encoding="utf-8"), encoding="utf-8")
    prints = [[(r.rule, r.fingerprint) for r in check([path]).results] for path in (first, moved)]
    assert prints[0] == prints[1]
    assert prints[0]


def test_every_result_has_place_clause_facts_and_remedy(tmp_path: Path) -> None:
    report = check([Path(__file__).parents[2] / "examples" / "failing"])
    assert len(report.results) > 20
    for result in report.results:
        assert result.location.source
        assert result.location.line
        assert result.clauses
        assert result.facts or result.missing
        assert result.remedy.en
        assert result.remedy.ja
        for text in (result.message, result.remedy):
            assert "{" not in text.en + text.ja, text
        for fact in result.facts:
            assert fact.location.line
