"""Verdicts on RDM disks: what is wholly known and in order is eligible, and each violation says so, with and without jobs."""

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

WINDOWS, LINUX = "db01/Hard disk 2", "lnx01/Hard disk 2"
SQL_JOB = {"name": "sql", "pattern": "rdm", "mode": "online", "tool": "RepNavi Suite for SQL", "targets": {"rdm": [WINDOWS]}}
LINUX_JOB = {"name": "lnx", "pattern": "rdm", "mode": "online", "tool": "ControlCommand", "targets": {"vms": ["lnx01"]}}
Check = Callable[..., Report]


@pytest.fixture
def checked(catalog: Catalog, tmp_path: Path) -> Check:
    """Checks the example site of the RDM rules with changes laid over it."""
    base = base_of(catalog, catalog.rules["rdm-disk-is-physical"])

    def run(*changes: dict[str, Any]) -> Report:
        tree = base
        for change in changes:
            tree = overlay(tree, change)
        path = tmp_path / "site.json"
        path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
        return check([path])

    return run


def rdm(report: Report) -> dict[str, str]:
    return {v.subject.name: v.verdict for v in report.verdicts if v.method == "rdm" and v.subject.kind == "disk"}


def because(report: Report, name: str) -> list[str]:
    return next(v.because for v in report.verdicts if v.method == "rdm" and v.subject.name == name)


def vm(name: str, **facts: Any) -> dict[str, Any]:
    return {"vms": [{"name": name, **facts}]}


def disk(name: str = "db01", **facts: Any) -> dict[str, Any]:
    return vm(name, disks=[{"label": "Hard disk 2", **facts}])


def ld(ldn: str = "0700h", **facts: Any) -> dict[str, Any]:
    return {"arrays": [{"name": "M320-01", "pairs": [], "snapshot_sets": [], "logical_disks": [{"ldn": ldn, **facts}]}]}


def ld_set(**facts: Any) -> dict[str, Any]:
    return {"arrays": [{"name": "M320-01", "ld_sets": [{"name": "esx", **facts}]}]}


def sql(**facts: Any) -> dict[str, Any]:
    known = {"product": "SQL Server", "version": "2019", "edition": "Standard", "service_pack": "none", "location": "rdm"}
    return vm("db01", workloads=[{**known, "disk": "Hard disk 2", **facts}])


def windows(version: str) -> dict[str, Any]:
    return vm("db01", guest={"os": {"version": version}})


def test_known_and_in_order_is_eligible(checked: Check) -> None:
    report = checked()
    assert rdm(report) == {WINDOWS: "eligible", LINUX: "eligible"}
    assert [r.rule for r in report.results if "rdm" in r.bears_on] == []


def test_so_it_is_with_jobs(checked: Check) -> None:
    report = checked({"jobs": [SQL_JOB, LINUX_JOB]})
    assert rdm(report) == {WINDOWS: "eligible", LINUX: "eligible"}


@pytest.mark.parametrize("workloads", [[], [{"product": "File system", "location": "rdm", "disk": "Hard disk 2"}]])
def test_plain_files_are_eligible(workloads: list[Any], checked: Check) -> None:
    assert rdm(checked(vm("db01", workloads=workloads)))[WINDOWS] == "eligible"


VIOLATIONS: dict[str, tuple[str, str, tuple[dict[str, Any], ...]]] = {
    # what is wrong: verdict, rule that says so, changes
    "NVMe controller": ("ineligible", "rdm-disk-on-scsi-controller", (vm("db01", controllers=[{"id": "nvme0", "type": "nvme"}]), disk(controller="nvme0"))),
    "LX under Windows": ("ineligible", "rdm-ld-format-by-guest", (ld(format="LX"),)),
    "WG for a disk with MBR": ("ineligible", "rdm-ld-format-by-guest", (disk(rdm={"partition_style": "MBR"}),)),
    "an RV": ("ineligible", "rdm-ld-is-mv-or-bv", (ld(roles=["RV"]),)),
    "not paired yet": ("conditional", "rdm-ld-paired-not-yet", (ld(roles=[]),)),
    "no access by the host": ("ineligible", "rdm-ld-assigned-to-host", (ld_set(hosts=["esx02"]),)),
    "wrong platform": ("ineligible", "ld-set-platform-vw", (ld_set(platform="WN"),)),
    "bare LX as platform": ("inquire", "ld-set-platform-lx-to-be-confirmed", (ld_set(platform="LX"),)),
    "another array": ("unknown", "array-is-istorage-m", ({"arrays": [{"name": "M320-01", "model": "iStorage V300"}]},)),
    "normal mode": ("conditional", "rdm-ld-set-in-secure-mode", (ld_set(mode="normal"),)),
    "Windows Server 2025": ("ineligible", "rdm-windows-sql-server", (windows("2025"),)),
    "SQL Server 2022": ("ineligible", "rdm-windows-sql-server", (sql(version="2022"),)),
    "SQL Server Express": ("ineligible", "rdm-windows-sql-server", (sql(edition="Express"),)),
    "SQL Server on ReFS": ("conditional", "rdm-database-not-on-refs", (disk(rdm={"filesystem": "ReFS"}),)),
    "files on ReFS": ("ineligible", "rdm-file-system-is-ntfs", (vm("db01", workloads=[]), disk(rdm={"filesystem": "ReFS"}))),
    "files under client Windows": ("ineligible", "rdm-windows-file-system", (vm("db01", workloads=[], guest={"os": {"family": "windows", "version": "10"}}),)),
    "Exchange on Windows Server 2022": ("inquire", "rdm-windows-exchange", (sql(product="Exchange Server"),)),
    "Oracle on Windows Server 2022": ("inquire", "rdm-windows-oracle", (sql(product="Oracle Database", version="19c", edition="Enterprise"),)),
    "RAC without Grid Infrastructure": ("ineligible", "rdm-windows-oracle-rac", (sql(product="Oracle RAC", version="19c", edition="Enterprise"),)),
    "CLUSTERPRO X 5.1": ("ineligible", "rdm-clusterpro-version", (vm("db01", cluster={"software": [{"product": "CLUSTERPRO X", "version": "5.1"}], "feature": "failover"}),)),
    "PostgreSQL": ("inquire", "rdm-workload-is-listed", (sql(product="PostgreSQL", version="16"),)),
    "SharePoint without its database": ("unknown", "rdm-suite-counts-as-its-database", (sql(product="SharePoint Server"),)),
    "workloads not collected": ("unknown", "rdm-workload-is-listed", (vm("db01", workloads=None),)),
    "service pack not collected": ("unknown", "rdm-windows-sql-server", (sql(service_pack=None),)),
    "cluster not collected": ("unknown", "rdm-windows-sql-server", (vm("db01", cluster=None),)),
    "guest not collected": ("unknown", "rdm-ld-format-by-guest", (vm("db01", guest=None),)),
    "partition style not collected": ("unknown", "rdm-ld-format-by-guest", (disk(rdm={"partition_style": None}),)),
    "compatibility not collected": ("unknown", "rdm-disk-is-physical", (disk(rdm={"compatibility": None}),)),
    "device not collected": ("unknown", "rdm-ld-is-mv-or-bv", (disk(rdm={"device": None}),)),
    "arrays not collected": ("unknown", "rdm-ld-is-mv-or-bv", ({"arrays": None},)),
    "mode of the LD set not collected": ("unknown", "rdm-ld-set-in-secure-mode", (ld_set(mode=None),)),
}  # fmt: skip


@pytest.mark.parametrize("jobs", [[], [SQL_JOB]], ids=["without jobs", "with a job"])
@pytest.mark.parametrize("what", VIOLATIONS)
def test_each_violation_decides(what: str, jobs: list[Any], checked: Check) -> None:
    verdict, rule, changes = VIOLATIONS[what]
    if jobs and what == "not paired yet":
        verdict, rule = "ineligible", "rdm-ld-is-mv-or-bv"  # a job needs it paired
    report = checked(*changes, {"jobs": jobs})
    assert rdm(report)[WINDOWS] == verdict
    assert rule in because(report, WINDOWS)


LINUX_VIOLATIONS: dict[str, tuple[str, str, tuple[dict[str, Any], ...]]] = {
    "RHEL 9": ("ineligible", "rdm-linux-file-system", (vm("lnx01", guest={"os": {"version": "9.4"}}),)),
    "CentOS": ("ineligible", "rdm-linux-file-system", (vm("lnx01", guest={"os": {"family": "centos", "version": "8.5"}}),)),
    "WG under Linux": ("ineligible", "rdm-ld-format-by-guest", (ld("0800h", format="WG"),)),
    "a cluster": ("inquire", "rdm-linux-cluster-to-be-confirmed", (vm("lnx01", cluster={"software": [{"product": "CLUSTERPRO X", "version": "4.3"}], "feature": "failover"}),)),
    "PostgreSQL": ("inquire", "rdm-workload-is-listed", (vm("lnx01", workloads=[{"product": "PostgreSQL", "location": "rdm", "disk": "Hard disk 2"}]),)),
    "Oracle under Oracle Linux": ("ineligible", "rdm-linux-oracle", (vm("lnx01", guest={"os": {"family": "oracle_linux"}}, workloads=[{"product": "Oracle Database", "location": "rdm", "disk": "Hard disk 2"}]),)),
    "workloads not collected": ("unknown", "rdm-workload-is-listed", (vm("lnx01", workloads=None),)),
    "release not collected": ("unknown", "rdm-linux-file-system", (vm("lnx01", guest={"os": {"version": None}}),)),
}  # fmt: skip


@pytest.mark.parametrize("jobs", [[], [LINUX_JOB]], ids=["without jobs", "with a job"])
@pytest.mark.parametrize("what", LINUX_VIOLATIONS)
def test_each_violation_decides_under_linux(what: str, jobs: list[Any], checked: Check) -> None:
    verdict, rule, changes = LINUX_VIOLATIONS[what]
    report = checked(*changes, {"jobs": jobs})
    assert rdm(report)[LINUX] == verdict
    assert rule in because(report, LINUX)


def test_oracle_under_linux_is_eligible_online_and_offline(checked: Check) -> None:
    oracle = vm("lnx01", workloads=[{"product": "Oracle Database", "version": "21c", "location": "rdm", "disk": "Hard disk 2"}])
    for mode in ("online", "offline"):
        assert rdm(checked(oracle, {"jobs": [{**LINUX_JOB, "mode": mode}]}))[LINUX] == "eligible"


def test_a_virtual_rdm_is_no_candidate_unless_a_job_names_it(checked: Check) -> None:
    virtual = disk(mode="persistent", rdm={"compatibility": "virtual"})
    assert WINDOWS not in rdm(checked(virtual))
    report = checked(virtual, {"jobs": [SQL_JOB]})
    assert (rdm(report)[WINDOWS], because(report, WINDOWS)) == ("ineligible", ["rdm-disk-is-physical"])


def test_a_workload_whose_disk_is_not_stated_never_makes_a_disk_eligible_or_ineligible(checked: Check) -> None:
    """It may lie on either of two disks: where it is wrong, both are undecided."""
    other = {"label": "Hard disk 3", "controller": "scsi0", "path": "[DS01] db01/db01_rdm3.vmdk", "backing": "rdm", "mode": "independent_persistent", "sharing": "none"}  # fmt: skip
    other["rdm"] = {
        "compatibility": "physical",
        "device": "naa.6000000000000720",
        "partition_style": "GPT",
        "filesystem": "NTFS",
    }
    second = overlay(
        vm("db01", disks=[other]),
        {
            "arrays": [
                {
                    "name": "M320-01",
                    "logical_disks": [{"ldn": "0720h", "uid": "naa.6000000000000720", "format": "WG", "roles": ["MV"]}],
                    "ld_sets": [{"name": "esx", "luns": [{"lun": 12, "ldn": "0720h"}]}],
                }
            ]
        },
    )
    names = (WINDOWS, "db01/Hard disk 3")
    for facts, expected in (({"version": "2022"}, "unknown"), ({}, "eligible")):
        found = rdm(checked(second, sql(disk=None, **facts)))
        assert {name: found[name] for name in names} == dict.fromkeys(names, expected)


def test_another_tool_than_repnavi_is_to_be_asked_under_windows_only(checked: Check) -> None:
    job = {**SQL_JOB, "tool": "ControlCommand"}
    report = checked({"jobs": [job]})
    assert (rdm(report)[WINDOWS], because(report, WINDOWS)) == ("inquire", ["rdm-windows-without-repnavi-to-be-confirmed"])
    assert rdm(checked({"jobs": [{**SQL_JOB, "tool": None}]}))[WINDOWS] == "unknown"
    assert rdm(checked({"jobs": [LINUX_JOB]}))[LINUX] == "eligible"


def test_the_vendors_answer_settles_what_the_guide_leaves_blank(checked: Check) -> None:
    exchange = sql(product="Exchange Server")
    answer = {"clause": "rdm-exchange-ws2022", "subject": {"kind": "workload", "name": "db01/Exchange Server"}}
    for given, verdict in (("supported", "eligible"), ("unsupported", "ineligible")):
        assert rdm(checked(exchange, {"inquiries": [{**answer, "answer": given}]}))[WINDOWS] == verdict


def jobs_of(report: Report) -> dict[str, tuple[str, list[str]]]:
    return {v.subject.name: (v.verdict, v.because) for v in report.verdicts if v.subject.kind == "job"}


@pytest.mark.parametrize(
    ("name", "software", "rule"),
    [
        ("db01", [], "rdm-windows-guest-has-repnavi"),
        ("db01", [{"product": "RepNavi Suite for Oracle"}], "repnavi-edition-for-sql"),
        ("lnx01", [], "rdm-linux-guest-has-controlcommand"),
        ("lnx01", [{"product": "ControlCommand"}], "rdm-linux-online-file-system-has-option"),
    ],
)
def test_software_in_the_guest_is_held_against_the_job_alone(name: str, software: list[Any], rule: str, checked: Check) -> None:
    job = SQL_JOB if name == "db01" else LINUX_JOB
    report = checked(vm(name, software=software), {"jobs": [job]})
    assert rdm(report)[f"{name}/Hard disk 2"] == "eligible"
    verdict, rules = jobs_of(report)[str(job["name"])]
    assert verdict == "ineligible"
    assert rule in rules
    assert "eligible" in rdm(checked(vm(name, software=None))).values(), "without jobs nobody asks"


def test_a_disk_of_unknown_kind_that_maps_a_lun_is_undecided_and_not_left_out(checked: Check) -> None:
    assert rdm(checked(disk(backing=None))) == {WINDOWS: "unknown", LINUX: "eligible"}
