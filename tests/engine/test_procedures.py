"""Procedures: what the guide prescribes, step by step, and how written steps are held against it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tenken.engine.pack import Catalog
from tenken.engine.pack.catalog import LoadedRule
from tenken.engine.selftest import base_of, judge, overlay
from tenken.pipeline import check

GUIDE = {
    "online-backup-repnavi-ddr": ["replicate", "create_vm_snapshot", "separate", "delete_vm_snapshot"],
    "online-restore-repnavi-ddr": [
        "power_off_vm", "unregister_vm", "restore_rv_to_mv", "rescan_hba", "rescan_vmfs", "register_vm", "revert_to_snapshot",
        "delete_vm_snapshot",
    ],
    "offline-backup-repnavi-ddr": ["replicate", "shutdown_vm", "separate", "power_on_vm"],
    "offline-restore-repnavi-ddr": [
        "power_off_vm", "unregister_vm", "restore_rv_to_mv", "rescan_hba", "rescan_vmfs", "register_vm",
    ],
    "ddr-backup-manual": ["replicate", "stop_vm", "separate", "start_vm", "tape_backup"],
    "ddr-mv-failure-restore": [
        "tape_restore_to_rv", "unregister_vm", "unpair", "deny_access", "rebuild_ld", "allow_access", "pair", "restore_rv_to_mv",
        "rescan_storage", "register_vm", "start_vm",
    ],
    "ddr-single-vm-restore": [
        "stop_vm", "tape_restore_to_rv", "unregister_vm", "restore_rv_to_mv", "rescan_storage", "register_vm", "start_vm",
    ],
    "ddr-file-failure-restore": [
        "tape_restore_to_rv", "stop_vm", "unregister_vm", "deny_access", "allow_access", "rescan_storage", "mount_datastore",
        "delete_vm_files", "copy_vm_files", "restore_access", "register_vm", "start_vm", "rerun_backup",
    ],
    "dsv-backup-manual": [
        "stop_vm", "create_snapshot", "protect_sv", "start_vm", "link_lv_sv", "tape_backup", "unlink_lv_sv", "unprotect_sv",
    ],
    "dsv-bv-failure-restore": [
        "unregister_vm", "release_generations", "deny_access", "rebuild_ld", "set_generations", "allow_access", "link_bv_lv",
        "tape_restore_to_lv", "unlink_bv_lv", "rescan_storage", "register_vm", "start_vm",
    ],
    "dsv-single-vm-restore": ["stop_vm", "restore_sv_to_bv"],
    "dsv-file-failure-restore": [
        "stop_vm", "unregister_vm", "protect_sv", "link_lv_sv", "deny_access", "allow_access", "rescan_storage", "mount_datastore",
        "delete_vm_files", "copy_vm_files", "restore_access", "register_vm", "start_vm", "unlink_lv_sv", "unprotect_sv",
        "rerun_backup",
    ],
    "vmfs-restore-from-secondary": ["raw_restore_to_rv", "restore_rv_to_mv"],
    "sanboot-backup-ddr": ["replicate", "shutdown_esxi", "separate", "start_esxi"],
    "sanboot-restore-same-ld": ["raw_restore_to_rv", "restore_rv_to_mv"],
    "sanboot-restore-other": ["reinstall_esxi"],
}  # fmt: skip
"""The guide's steps, in its order."""

ACTORS = {
    "replicate": "management", "separate": "management", "create_snapshot": "management", "pair": "management",
    "rebuild_ld": "management", "allow_access": "management", "link_lv_sv": "management", "protect_sv": "management",
    "tape_backup": "backup", "tape_restore_to_rv": "backup", "tape_restore_to_lv": "backup", "raw_restore_to_rv": "backup",
    "stop_vm": "business", "start_vm": "business", "mount_datastore": "business", "copy_vm_files": "business",
    "rescan_storage": "business", "delete_vm_files": "business", "shutdown_esxi": "business",
}  # fmt: skip

Site = Callable[..., Path]


@pytest.mark.parametrize("procedure", GUIDE)
def test_steps_are_those_of_the_guide(procedure: str, catalog: Catalog) -> None:
    assert set(GUIDE) == set(catalog.procedures)
    found = catalog.procedures[procedure]
    assert [step.action for step in found.steps] == GUIDE[procedure]
    for step in found.steps:
        assert step.actor == ACTORS.get(step.action, step.actor)
        assert step.title.en != step.title.ja and step.text.en != step.text.ja


@pytest.mark.parametrize(("action", "procedures"), [
    ("mount_datastore", ["ddr-file-failure-restore", "dsv-file-failure-restore"]),
    ("rebuild_ld", ["ddr-mv-failure-restore", "dsv-bv-failure-restore"]),
    ("allow_access", ["ddr-mv-failure-restore", "dsv-bv-failure-restore"]),
])  # fmt: skip
def test_what_must_hold_is_told(action: str, procedures: list[str], catalog: Catalog) -> None:
    for name in procedures:
        (step,) = [step for step in catalog.procedures[name].steps if step.action == action]
        assert step.must is not None


MAY_BE_LEFT_OUT = {
    ("ddr-mv-failure-restore", "tape_restore_to_rv"), ("ddr-single-vm-restore", "tape_restore_to_rv"),
    ("ddr-file-failure-restore", "tape_restore_to_rv"), ("sanboot-restore-same-ld", "raw_restore_to_rv"),
    ("sanboot-backup-ddr", "replicate"), ("sanboot-backup-ddr", "start_esxi"),
}  # fmt: skip
"""What the RV still holds need not come from tape; the guide names neither replication nor the start of ESXi as a step."""

WARNED_OF_IF_LEFT_OUT = {("dsv-backup-manual", "unprotect_sv"), ("dsv-file-failure-restore", "unprotect_sv")}
"""The protection outlives its purpose; what was backed up or restored stands."""

MAY_BE_SWAPPED = {
    ("online-restore-repnavi-ddr", "rescan_hba", "rescan_vmfs"), ("offline-restore-repnavi-ddr", "rescan_hba", "rescan_vmfs"),
    ("offline-backup-repnavi-ddr", "replicate", "shutdown_vm"), ("ddr-backup-manual", "replicate", "stop_vm"),
    ("sanboot-backup-ddr", "replicate", "shutdown_esxi"), ("ddr-backup-manual", "start_vm", "tape_backup"),
    ("dsv-backup-manual", "start_vm", "link_lv_sv"),
}  # fmt: skip
"""One step of the guide, or neighbours of a backup of which neither touches what the other does: at worst the VMs stand still longer."""

WARNED_OF_IF_SWAPPED = {
    ("dsv-backup-manual", "protect_sv", "start_vm"), ("ddr-mv-failure-restore", "tape_restore_to_rv", "unregister_vm"),
    ("ddr-single-vm-restore", "stop_vm", "tape_restore_to_rv"), ("ddr-single-vm-restore", "tape_restore_to_rv", "unregister_vm"),
    ("ddr-file-failure-restore", "tape_restore_to_rv", "stop_vm"), ("ddr-file-failure-restore", "unregister_vm", "deny_access"),
    ("dsv-file-failure-restore", "unregister_vm", "protect_sv"), ("dsv-file-failure-restore", "start_vm", "unlink_lv_sv"),
}  # fmt: skip
"""Tape and machine side by side, or a disk that is not touched yet: no harm that can be told, but not what is printed."""


def held_against(procedure: str, actions: list[str], catalog: Catalog) -> str:
    """What the rules on a procedure's order say of written steps, where there is a secondary backup: pass, or the level at which it fails."""
    rules = [catalog.rules.get(f"{aspect}-{procedure}") for aspect in ("steps", "advice")]
    failed = [rule.rule.level for rule in rules if rule and outcome(rule, procedure, actions, catalog) != "pass"]
    return min(failed, default="pass")


def outcome(rule: LoadedRule, procedure: str, actions: list[str], catalog: Catalog) -> str:
    found = catalog.procedures[procedure]
    steps = [{"action": action} for action in actions]
    targets = (
        {"hosts": ["esx01"]} if found.pattern == "sanboot" else {"datastores": ["DS02" if "DSV" in found.functions else "DS01"]}
    )
    job = {
        "name": "nightly", "pattern": found.pattern, "function": found.functions[0], "mode": found.mode or "offline",
        "tool": "RepNavi Suite" if found.repnavi else "iStorageManager", "targets": targets,
        "secondary": {"server": "bkup01", "software": "NetBackup", "device": "raw_gpt"},
    }  # fmt: skip
    runbooks = [{"name": "rb", "procedure": procedure, "job": "nightly", "steps": steps}]
    changes = {"jobs": [{**job, "steps": steps}]} if found.use == "backup" else {"jobs": [job], "runbooks": runbooks}
    return judge(rule, overlay(base_of(catalog, rule), changes)).outcome


@pytest.mark.parametrize("procedure", GUIDE)
def test_what_is_left_out_or_swapped_is_found(procedure: str, catalog: Catalog) -> None:
    actions = GUIDE[procedure]
    assert held_against(procedure, actions, catalog) == "pass"
    for position, action in enumerate(actions):
        without = actions[:position] + actions[position + 1 :] or ["rerun_backup"]
        left_out = procedure, action
        expected = "pass" if left_out in MAY_BE_LEFT_OUT else "warning" if left_out in WARNED_OF_IF_LEFT_OUT else "error"
        assert held_against(procedure, without, catalog) == expected, action
    for position, (first, second) in enumerate(pairwise(actions)):
        swapped = [*actions[:position], second, first, *actions[position + 2 :]]
        pair = procedure, first, second
        expected = "pass" if pair in MAY_BE_SWAPPED else "warning" if pair in WARNED_OF_IF_SWAPPED else "error"
        assert held_against(procedure, swapped, catalog) == expected, (first, second)


@pytest.mark.parametrize("procedure", [name for name in GUIDE if "-restore" in name and name != "sanboot-restore-other"])
def test_no_backup_is_run_before_what_it_would_overwrite_has_been_brought_back(procedure: str, catalog: Catalog) -> None:
    actions = [action for action in GUIDE[procedure] if action != "rerun_backup"]
    assert held_against(procedure, ["rerun_backup", *actions], catalog) == "error"
    assert held_against(procedure, [*actions, "rerun_backup"], catalog) == "pass"


def written(steps: list[dict[str, Any]], **job: Any) -> dict[str, Any]:
    return {"jobs": [{
        "name": "nightly", "pattern": "vmfs", "function": "DDR", "mode": "online", "tool": "RepNavi Suite", "secondary": "none",
        "targets": {"datastores": ["DS01"]}, "steps": steps, **job,
    }]}  # fmt: skip


def findings(path: Path, rule: str) -> list[Any]:
    return [result for result in check([path]).results if result.rule == rule]


def test_a_step_out_of_order_has_its_place_and_says_which(site: Site) -> None:
    steps = [{"action": action} for action in ("replicate", "separate", "create_vm_snapshot", "delete_vm_snapshot")]
    (found,) = findings(site(written(steps)), "steps-online-backup-repnavi-ddr")
    assert found.outcome == "fail" and found.level == "error" and "online-backup-step-order" in found.clauses
    assert "“separate MV and RV” comes before “create the VM snapshot”" in found.message.en
    assert "「仮想マシンのスナップショット作成」より前" in found.message.ja
    assert {fact.value for fact in found.facts} >= {"separate", "create_vm_snapshot"}
    assert found.location.line is not None


def test_written_steps_are_told_as_they_were_written(site: Site) -> None:
    steps = [{"action": "replicate"}, {"action": "create_vm_snapshot", "vms": ["app01"]}, {"action": "separate"}]
    (found,) = findings(site(written(steps)), "steps-online-backup-repnavi-ddr")
    assert {"replicate", "create_vm_snapshot (vms: app01)"} <= {
        value for fact in found.facts for value in (fact.value if isinstance(fact.value, list) else [fact.value])
    }


def test_what_concerns_other_datastores_is_in_no_order(site: Site, example_site: dict[str, Any]) -> None:
    """Two pairs one after the other, each in order: what is done to the second may come after the end of the first."""
    second = {**example_site["vms"][0], "name": "app02", "uuid": "2", "vmx": "[DS02] app02/app02.vmx"}
    second["disks"] = [{**second["disks"][0], "path": "[DS02] app02/app02.vmdk"}]
    arrays = [
        {"name": "M320-01", "logical_disks": [{"ldn": "0020h", "roles": ["MV"]}], "pairs": [{"mv": "0020h", "rv": "0320h"}]}
    ]
    flow = [
        {"action": action, **({"lds": [ldn]} if action in ("replicate", "separate") else {"vms": [vm]})}
        for ldn, vm in (("0010h", "app01"), ("0020h", "app02"))
        for action in GUIDE["online-backup-repnavi-ddr"]
    ]
    targets = {"datastores": ["DS01", "DS02"]}
    good = {"vms": [second], "arrays": arrays, **written(flow, targets=targets)}
    assert findings(site(good), "steps-online-backup-repnavi-ddr") == []
    swapped = [flow[0], flow[2], flow[1], *flow[3:]]
    assert findings(site({**good, **written(swapped, targets=targets)}), "steps-online-backup-repnavi-ddr") != []


@pytest.mark.parametrize(("step", "message"), [
    ({"action": "stop_vm", "vms": ["nobody"]}, "'nobody' is not among the vms"),
    ({"action": "stop_vm", "actor": "mgmt9"}, "'mgmt9' is neither among the servers nor among the VMs"),
])  # fmt: skip
def test_names_in_steps_mean_something(step: dict[str, Any], message: str, site: Site) -> None:
    from tenken.document.problem import InputError

    with pytest.raises(InputError) as error:
        check([site({**written([step]), "servers": [{"name": "mgmt01"}]})])
    assert any(message in str(problem) for problem in error.value.problems)
