"""Verdicts on jobs and on hosts that boot from the array: a plan over servers, RDM disks and a SAN boot host, changed one thing at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenken.engine.pack import Catalog
from tenken.engine.selftest import base_of, overlay
from tenken.model.report import Report
from tenken.pipeline import check

FROM_WORST = ["ineligible", "unknown", "inquire", "conditional", "eligible"]
Judge = Callable[..., Report]


@pytest.fixture
def planned(catalog: Catalog, tmp_path: Path) -> Judge:
    """The report on the example site of the job rules, with changes laid over it."""
    base = base_of(catalog, catalog.rules["job-iopath-manager"])

    def write(changes: dict[str, Any] | None = None) -> Report:
        path = tmp_path / "site.json"
        path.write_text(json.dumps(overlay(base, changes or {}), ensure_ascii=False, indent=1), encoding="utf-8")
        return check([path])

    return write


def jobs(report: Report) -> dict[str, str]:
    return {v.subject.name: v.verdict for v in report.verdicts if v.subject.kind == "job"}


def because(report: Report, name: str) -> list[str]:
    (found,) = [v for v in report.verdicts if v.subject.name == name and v.subject.kind in ("job", "host")]
    return found.because


def host(report: Report) -> str:
    (found,) = [v for v in report.verdicts if v.subject.name == "esx03" and v.method == "sanboot"]
    return found.verdict


def test_a_plan_in_order_is_eligible_in_every_pattern(planned: Judge) -> None:
    report = planned()
    assert {name: jobs(report)[name] for name in ("nightly", "esxi")} == {"nightly": "eligible", "esxi": "eligible"}
    assert because(report, "db") == []
    assert host(report) == "eligible"


@pytest.mark.parametrize(
    ("change", "name", "verdict", "rule"),
    [
        ({"jobs": [{"name": "nightly", "runs_on": "bkup01"}]}, "nightly", "ineligible", "job-runs-on-management-server"),
        ({"jobs": [{"name": "nightly", "runs_on": None}]}, "nightly", "unknown", "job-runs-on-management-server"),
        ({"jobs": [{"name": "nightly", "secondary": {"version": "10.1"}}]}, "nightly", "ineligible", "vmfs-job-secondary-software-listed"),
        ({"jobs": [{"name": "nightly", "job_manager": {"product": "JMSS"}}]}, "nightly", "conditional", "vmfs-job-manager-listed"),
        ({"jobs": [{"name": "nightly", "tool": "ControlCommand", "iopath": "MANAGER"}]}, "nightly", "inquire", "software-matrix-without-repnavi-to-be-confirmed"),
        ({"servers": [{"name": "mgmt01", "software": [{"product": "iStorageManager", "version": "12.3"}]}]}, "esxi", "ineligible", "job-controlcommand-installed"),
        ({"servers": [{"name": "bkup02", "physical": False, "vm": None}]}, "db", "ineligible", "job-secondary-server-physical"),
        ({"arrays": [{"name": "M320-01", "licences": []}]}, "nightly", "conditional", "array-has-repnavi-licence"),
        ({"jobs": [{"name": "db", "job_manager": "none", "secondary": "none"}]}, "db", "ineligible", "rdm-job-manager-mandatory"),
        ({"jobs": [{"name": "db", "targets": None}]}, "db", "unknown", "rdm-job-runs-inside-guest"),
        ({"jobs": [{"name": "esxi", "function": "DSV"}]}, "esxi", "conditional", "sanboot-job-copies-by-ddr"),
        ({"arrays": [{"name": "M320-01", "model": "iStorage V300"}]}, "esxi", "unknown", "array-is-istorage-m"),
        ({"arrays": [{"name": "M320-01", "model": None}]}, "esxi", "unknown", "array-is-istorage-m"),
        ({"jobs": [{"name": "esxi", "mode": "online"}]}, "esxi", "ineligible", "sanboot-job-shuts-esxi-down"),
        ({"jobs": [{"name": "esxi", "mode": None}]}, "esxi", "unknown", "sanboot-job-shuts-esxi-down"),
        ({"jobs": [{"name": "nightly", "targets": {"rdm": ["db01/Hard disk 2"]}}]}, "nightly", "ineligible", "job-targets-fit-pattern"),
        ({"arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0040h", "roles": ["MV", "RV"]}]}]}, "db", "unknown", "ld-cascade-undescribed"),
        ({"arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0050h", "roles": ["MV", "RV"]}]}]}, "esxi", "unknown", "ld-cascade-undescribed"),
        ({"jobs": [{"name": "esxi", "targets": {"hosts": ["esx01"]}}]}, "esxi", "ineligible", "sanboot-host-boots-from-san"),
    ],
)  # fmt: skip
def test_one_change_decides_a_job(change: dict[str, Any], name: str, verdict: str, rule: str, planned: Judge) -> None:
    report = planned(change)
    assert jobs(report)[name] == verdict
    assert rule in because(report, name)
    (as_planned,) = [v.verdict for v in report.verdicts if v.method == "as_planned"]
    assert as_planned == min(jobs(report).values(), key=FROM_WORST.index)


RESTORE = ["power_off_vm", "unregister_vm", "restore_rv_to_mv", "rescan_hba", "rescan_vmfs", "register_vm", "revert_to_snapshot", "delete_vm_snapshot"]  # fmt: skip


def runbook(actions: list[str], **facts: Any) -> dict[str, Any]:
    steps = [{"action": action} for action in actions]
    return {"runbooks": [{"name": "rb", "procedure": "online-restore-repnavi-ddr", "job": "nightly", "steps": steps, **facts}]}


@pytest.mark.parametrize(
    ("actions", "facts", "verdict", "rule"),
    [
        (RESTORE, {}, "eligible", None),
        (RESTORE[:-1], {}, "ineligible", "steps-online-restore-repnavi-ddr"),
        (RESTORE[:-1], {"job": None, "targets": {"datastores": ["DS01"]}}, "unknown", "steps-online-restore-repnavi-ddr"),
        (RESTORE[:-1], {"job": None}, "unknown", "runbook-fits-mode-of-backup"),
        (RESTORE[:-1], {"job": None, "targets": {"datastores": ["DS02"]}}, "eligible", None),
        (RESTORE, {"job": None, "targets": {"datastores": ["DS01"]}}, "unknown", "runbook-fits-mode-of-backup"),
    ],
)
def test_a_job_takes_the_runbooks_that_restore_it(
    actions: list[str], facts: dict[str, Any], verdict: str, rule: str | None, planned: Judge
) -> None:
    """One that names no job may be of any job whose targets it restores."""
    report = planned(runbook(actions, **facts))
    assert jobs(report)["nightly"] == verdict
    assert because(report, "nightly") == [] if rule is None else rule in because(report, "nightly")
    assert {v.verdict for v in report.verdicts if v.subject.name in ("app01", "DS01")} == {"eligible"}


def test_a_runbook_of_another_job_is_nothing_to_it(planned: Judge) -> None:
    report = planned(runbook(RESTORE[:-1]))
    assert jobs(report) == {"nightly": "ineligible", "db": jobs(planned())["db"], "esxi": "eligible"}


def test_a_job_that_names_an_agent_of_vcls_is_ineligible_though_its_datastore_is_not(planned: Judge) -> None:
    agent = {"name": "vCLS-1", "uuid": "1", "vmx": "[DS01] vCLS-1/vCLS-1.vmx", "roles": ["vcls"], "host": "esx01", "disks": []}
    job = {"name": "nightly", "targets": {"datastores": [], "vms": ["app01", "vCLS-1"]}}
    report = planned({"vms": [agent], "jobs": [job]})
    assert jobs(report)["nightly"] == "ineligible"
    assert because(report, "nightly") == ["vm-not-vcls"]
    assert jobs(planned({"vms": [agent]}))["nightly"] == "conditional", "it lies there, and is copied along"


LINKED = {"name": "nightly", "job_manager": "none", "secondary": {"linked_by": "script"}}
VIRTUAL = {"servers": [{"name": "mgmt01", "physical": False, "vm": None}]}


def test_the_chain_of_the_linked_script(planned: Judge) -> None:
    """No job manager and a script: one server, which must then be physical; elsewhere that is only advice."""
    apart = planned({"jobs": [LINKED]})
    assert because(apart, "nightly") == ["job-linked-script-on-one-server"]
    advice = planned(VIRTUAL)
    assert jobs(advice)["nightly"] == "conditional"
    assert because(advice, "nightly") == ["server-istoragemanager-physical"]
    demanded = planned({**VIRTUAL, "jobs": [LINKED]})
    assert "job-linked-script-server-physical" in because(demanded, "nightly")
    assert jobs(planned({"jobs": [{**LINKED, "secondary": {"linked_by": "none"}}]}))["nightly"] == "eligible"


def test_servers_that_nobody_listed_leave_jobs_undecided(planned: Judge) -> None:
    assert jobs(planned({"servers": None})) == {"nightly": "unknown", "db": "unknown", "esxi": "unknown"}


def test_rules_about_jobs_leave_the_eligibility_of_vms_and_disks_alone(planned: Judge) -> None:
    before, after = planned(), planned({"servers": [], "jobs": [
        {"name": name, "runs_on": None, "job_manager": "none", "secondary": "none"} for name in ("nightly", "db", "esxi")
    ]})  # fmt: skip
    assert set(jobs(after).values()) <= {"ineligible", "unknown"}
    for report in (before, after):
        assert {v.verdict for v in report.verdicts if v.subject.kind in ("vm", "datastore") and v.subject.name in ("app01", "DS01")} == {"eligible"}  # fmt: skip
    assert host(after) == "eligible"


@pytest.mark.parametrize("with_jobs", [True, False])
@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "eligible"),
        ({"hosts": [{"name": "esx03", "boot": {"device": None}}]}, "unknown"),
        ({"arrays": None}, "unknown"),
        ({"arrays": [{"name": "M320-01", "pairs": [], "logical_disks": [{"ldn": "0050h", "roles": ["RV"]}]}]}, "ineligible"),
        ({"arrays": [{"name": "M320-01", "pairs": [], "logical_disks": [{"ldn": "0050h", "roles": ["BV"]}]}]}, "conditional"),
        ({"arrays": [{"name": "M320-01", "ld_sets": [{"name": "esx03", "hosts": ["esx03", "esx01"]}]}]}, "conditional"),
        ({"hosts": [{"name": "esx04", "boot": {"kind": "san", "device": "naa.6000000000000150"}}]}, "ineligible"),
    ],
)
def test_san_boot_hosts(change: dict[str, Any], verdict: str, with_jobs: bool, planned: Judge) -> None:
    assert host(planned({**change, **({} if with_jobs else {"jobs": []})})) == verdict


def test_an_unpaired_system_disk_is_a_warning_until_a_job_names_it(planned: Judge) -> None:
    unpaired = {"arrays": [{"name": "M320-01", "pairs": [], "logical_disks": [{"ldn": "0050h", "roles": []}]}]}
    assert host(planned({**unpaired, "jobs": []})) == "conditional"
    assert host(planned(unpaired)) == "ineligible"


def message(report: Report, rule: str, subject: str) -> str:
    (found,) = [
        r.message.en for r in report.results if (r.rule, r.subject.name) == (rule, subject) and r.outcome in ("fail", "unknown")
    ]
    return found


def test_the_other_host_that_boots_from_a_system_disk_is_named(planned: Judge) -> None:
    """The hosts that boot from disks of their own, which no array lists, don't hide it."""
    report = planned({"hosts": [{"name": "esx02", "boot": {"kind": "san", "device": "naa.6000000000000150"}}]})
    told = message(report, "sanboot-system-disk-boots-one-host", "esx03")
    assert told == "esx02 boots from the system disk of esx03 (LD 0050h) or from its copy"


def test_boot_devices_that_are_known_are_no_part_of_what_is_missing(planned: Judge) -> None:
    report = planned({"hosts": [{"name": "esx03", "boot": None}]})
    told = message(report, "datastore-not-on-esxi-install-disk", "DS01")
    assert told == "cannot be decided: not collected: the SAN boot devices of all hosts"
    (facts,) = [r.facts for r in report.results if (r.rule, r.subject.name) == ("datastore-not-on-esxi-install-disk", "DS01")]
    assert ["naa.5000000000000001", "naa.5000000000000002", None] in [fact.value for fact in facts]


REMOTE = {
    "name": "M320-02",
    "model": "iStorage M320F",
    "logical_disks": [{"ldn": "0510h", "uid": "naa.6000000000000510", "format": "LX", "roles": ["RV"]}],
    "pairs": [],
    "snapshot_sets": [],
    "ld_sets": [{"name": "dr", "platform": "VW", "mode": "secure", "hosts": ["esx-dr"], "luns": [{"lun": 0, "ldn": "0510h"}]}],
}


@pytest.mark.parametrize(
    ("change", "verdict", "exit_code"),
    [
        ({}, "eligible", 0),
        ({"model": "iStorage V100"}, "unknown", 1),
        ({"ld_sets": [{**REMOTE["ld_sets"][0], "platform": "WN"}]}, "ineligible", 1),
    ],
)  # fmt: skip
def test_what_is_held_against_the_array_of_a_copy_is_in_the_plan_as_the_copy_is(
    change: dict[str, Any], verdict: str, exit_code: int, planned: Judge
) -> None:
    """What decides the verdict on a job fails the gate too."""
    pair = {"function": "RDR", "mv": "0010h", "rv": "0510h", "rv_array": "M320-02", "state": "separated"}
    host = {"name": "esx-dr", "vcenter": "none", "boot": {"kind": "usb"}, "devices": []}
    report = planned({"arrays": [{"name": "M320-01", "pairs": [pair]}, {**REMOTE, **change}], "hosts": [host]})
    assert (jobs(report)["nightly"], report.summary.exit_code) == (verdict, exit_code)


@pytest.mark.parametrize(
    ("targets", "verdict", "exit_code"),
    [({"vms": ["app01"]}, "conditional", 0), ({"datastores": ["DS01"]}, "ineligible", 1), ({"vms": ["app01", "app02"]}, "ineligible", 1)],
)  # fmt: skip
def test_a_job_answers_for_the_vms_that_it_backs_up(targets: Any, verdict: str, exit_code: int, planned: Judge) -> None:
    """One beside them that it leaves out is a warning on the datastore, whatever is held against that VM itself."""
    disk = {"label": "Hard disk 1", "controller": "scsi0", "path": "[DS01] app02/app02.vmdk", "backing": "flat", "mode": "independent_persistent", "sharing": "none"}  # fmt: skip
    nothing = {"passthrough_devices": [], "snapshots": [], "roles": [], "workloads": [], "software": [], "cluster": "none"}
    other = {
        "name": "app02", "vcenter": "vc01", "datacenter": "DC1", "host": "esx01", "power_state": "powered_on", "vmx": "[DS01] app02/app02.vmx",
        "guest": {"os": {"family": "windows_server", "version": "2022"}, "tools": "running", "state": "running", "dynamic_disks": False, "raw_disks": False, "iscsi_initiator": False},
        "encrypted": False, "fault_tolerance": False, "vtpm": False, "controllers": [{"id": "scsi0", "type": "pvscsi", "bus_sharing": "none"}], "disks": [disk], **nothing,
    }  # fmt: skip
    report = planned({"vms": [other], "jobs": [{"name": "nightly", "targets": {"datastores": [], **targets}}]})
    assert (jobs(report)["nightly"], report.summary.exit_code) == (verdict, exit_code)
    (store,) = [v for v in report.verdicts if v.subject.name == "DS01" and v.method == "vmfs.online"]
    assert store.verdict == "ineligible"
