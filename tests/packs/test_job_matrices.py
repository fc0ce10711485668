"""Tables of job management and backup software: every printed cell, written down a second time, and what lies nearest beside them."""

from __future__ import annotations

from typing import Any

import pytest

from tenken.engine.pack import Catalog
from tenken.engine.selftest import base_of, judge, overlay

PASS, FAIL, UNKNOWN, NOT_APPLICABLE = "pass", "fail", "unknown", "not_applicable"
JOBCENTER = ("R13.1", "R13.2", "R14.1", "R14.2", "R15.1", "R15.2", "R15.3", "R15.4", "R15.5", "R16.1")
NOT_JOBCENTER = ("R12.7", "R13.0", "R13.3", "R14.0", "R14.3", "R15.0", "R15.6", "R15.10", "R16.0", "R16.2", "R17.1")
BARE_JOBCENTER = ("R13", "R14", "R15", "R16", None, "latest")


def outcome(catalog: Catalog, rule: str, job: str, change: dict[str, Any]) -> str:
    return judge(catalog.rules[rule], overlay(base_of(catalog, catalog.rules[rule]), change), job).outcome


# --- job management software ---------------------------------------------------------------------------------------

VMFS_MANAGERS = [
    *[(product, version, PASS) for product in ("JobCenter", "JobCenter Lite") for version in JOBCENTER],
    *[(product, version, FAIL) for product in ("JobCenter", "JobCenter Lite") for version in NOT_JOBCENTER],
    *[(product, version, UNKNOWN) for product in ("JobCenter", "JobCenter Lite") for version in BARE_JOBCENTER],
    ("WebSAM JobCenter", "r15.1.2", PASS), ("Task Scheduler", None, PASS), ("Windows Task Scheduler", "10.0", PASS),
    ("タスクスケジューラ", None, PASS), ("JMSS", "7.1", NOT_APPLICABLE), ("cron", None, NOT_APPLICABLE), ("JP1", "12", NOT_APPLICABLE),
]  # fmt: skip
RDM_MANAGERS = [
    *[(product, version, PASS) for product in ("JobCenter", "JobCenter Lite") for version in JOBCENTER],
    *[(product, version, FAIL) for product in ("JobCenter", "JobCenter Lite") for version in NOT_JOBCENTER],
    *[(product, version, UNKNOWN) for product in ("JobCenter", "JobCenter Lite") for version in BARE_JOBCENTER],
    *[("JMSS", version, PASS) for version in ("7.1", "7.2", "7.3", "Ver 7.3", "7.2.1")],
    *[("JMSS", version, FAIL) for version in ("6.9", "7.0", "7.4", "7.10", "8.0")],
    *[("JMSS EnterpriseEdition", version, PASS) for version in ("7.1", "7.2")],
    *[("JMSS Enterprise Edition", version, FAIL) for version in ("7.0", "7.3", "7.4")],
    ("JMSS", "7", UNKNOWN), ("JMSS", None, UNKNOWN), ("JMSS EnterpriseEdition", "7", UNKNOWN), ("JP1/AJS3", "12", FAIL),
    ("JMSS Light", "7.1", FAIL), ("Task Scheduler", None, NOT_APPLICABLE), ("cron", None, NOT_APPLICABLE),
]  # fmt: skip


@pytest.mark.parametrize(("product", "version", "expected"), VMFS_MANAGERS)
def test_job_managers_of_vmfs(product: str, version: str | None, expected: str, catalog: Catalog) -> None:
    change = {"jobs": [{"name": "nightly", "job_manager": {"product": product, "version": version}}]}
    assert outcome(catalog, "vmfs-job-manager-version", "nightly", change) == expected


@pytest.mark.parametrize(("product", "version", "expected"), RDM_MANAGERS)
def test_job_managers_of_rdm(product: str, version: str | None, expected: str, catalog: Catalog) -> None:
    change = {"jobs": [{"name": "db", "job_manager": {"product": product, "version": version}}]}
    assert outcome(catalog, "rdm-job-manager-version", "db", change) == expected


# --- backup software of VMFS, by the system of the backup server ---------------------------------------------------

ARCSERVE, NETWORKER, NETBACKUP, NETVAULT = "Arcserve Backup", "NetWorker", "NetBackup", "NetVault"
WINDOWS = {
    ARCSERVE: ("r16.5", "r17", "r17.5", "18", "19"),
    NETWORKER: ("8.0", "8.1", "8.2", "9.1", "18.2", "19.2", "19.4"),
}
LINUX = {
    NETBACKUP: ("7.5", "7.6", "7.7", "8.0", "8.1", "8.2", "8.3", "9.0", "9.1"),
    NETWORKER: ("7.6", "8.0", "8.1", "8.2", "9.1", "18.2", "19.2", "19.4"),
    NETVAULT: ("9.0", "9.1", "9.2", "10.0", "11", "11.1", "12.1", "12.2", "13"),
}
NEIGHBOURS = {
    ARCSERVE: ("r16", "r16.0", "r16.4", "r16.6", "r17.1", "r17.4", "r17.6", "18.1", "19.1", "20"),
    NETWORKER: ("7.5", "7.7", "8.3", "9.0", "9.2", "18.1", "18.3", "19.1", "19.3", "19.5", "19.10", "20.2"),
    NETBACKUP: ("7.1", "7.4", "7.8", "8.4", "9.2", "10.0", "10.1", "10.5"),
    NETVAULT: ("8.6", "9.3", "10.1", "11.2", "11.4", "12.0", "12.3", "12.10", "14"),
}
MAY_BE = {NETWORKER: ("8", "18", "19"), NETBACKUP: ("7", "8", "9"), NETVAULT: ("9", "10", "12", "13.1", "13.2")}
"""Versions that leave open which release is meant, on Linux. 17, 18 and 19 of Arcserve, 11 and 13 of NetVault are releases of their own."""


def vmfs(catalog: Catalog, family: str | None, product: str | None, version: str | None) -> str:
    """On a server of its own, so that the system can be any."""
    change = {
        "servers": [{"name": "reader", "physical": True, "os": {"family": family}, "software": []}],
        "jobs": [{"name": "nightly", "secondary": {"server": "reader", "software": product, "version": version}}],
    }
    return outcome(catalog, "vmfs-job-secondary-software-listed", "nightly", change)


@pytest.mark.parametrize("family", ["windows_server", "windows", "rhel", "sles", "ubuntu"])
@pytest.mark.parametrize("product", [ARCSERVE, NETWORKER, NETBACKUP, NETVAULT])
def test_backup_software_of_vmfs(family: str, product: str, catalog: Catalog) -> None:
    listed = (WINDOWS if family.startswith("windows") else LINUX).get(product, ())
    every = {*WINDOWS.get(product, ()), *LINUX.get(product, ()), *NEIGHBOURS[product]}
    assert {version: vmfs(catalog, family, product, version) for version in every} == {
        version: PASS if version in listed else FAIL for version in every
    }


@pytest.mark.parametrize(
    ("product", "version"), [(product, version) for product in MAY_BE for version in (*MAY_BE[product], None)]
)
def test_versions_that_leave_the_release_open(product: str, version: str | None, catalog: Catalog) -> None:
    assert vmfs(catalog, "rhel", product, version) == UNKNOWN


def test_spellings_systems_and_products_beside_the_table(catalog: Catalog) -> None:
    assert vmfs(catalog, "rhel", "Veritas Netbackup", "8.1.2") == PASS
    assert vmfs(catalog, "rhel", "NetVault Backup", "13.0.3") == PASS
    assert vmfs(catalog, "rhel", "Dell EMC NetWorker", "19.2.1.0") == PASS
    assert vmfs(catalog, "windows_server", "CA ARCserve Backup", "16.5") == PASS
    assert vmfs(catalog, "windows_server", "Arcserve UDP", "9") == FAIL
    assert vmfs(catalog, "windows_server", "Arcserve", "19") == UNKNOWN
    assert vmfs(catalog, "windows_server", "Veeam Backup & Replication", "12") == FAIL
    assert vmfs(catalog, "other", "NetBackup", "9.1") == FAIL
    assert vmfs(catalog, None, "NetBackup", "9.1") == UNKNOWN
    assert vmfs(catalog, "rhel", None, "9.1") == UNKNOWN


@pytest.mark.parametrize("guest", ["windows_server", "rhel"])
def test_the_guests_system_does_not_matter(guest: str, catalog: Catalog) -> None:
    change = {"vms": [{"name": "app01", "guest": {"os": {"family": guest, "version": None}}}]}
    assert outcome(catalog, "vmfs-job-secondary-software-listed", "nightly", change) == PASS


# --- backup software of RDM disks, by what lies on them ------------------------------------------------------------

SINGLE = {NETBACKUP: ("8.0", "8.1", "8.2", "9.0", "9.1"), ARCSERVE: ("r17.5", "18", "19")}
RAC = {NETWORKER: ("9.1", "18.2", "19.2", "19.4"), "NetVault Backup": ("11.1", "12.1", "12.2", "13")}
TARGETS = ["File system", "SQL Server", "Exchange Server", "Oracle Database", "Oracle RAC"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("product", [ARCSERVE, NETWORKER, NETBACKUP, "NetVault Backup"])
@pytest.mark.parametrize("linked_by", ["job_manager", "none"])
def test_backup_software_of_rdm(target: str, product: str, linked_by: str, catalog: Catalog) -> None:
    is_rac = target == "Oracle RAC"
    rule = (
        "rdm-job-rac-secondary-software-listed"
        if is_rac
        else "rdm-job-secondary-software-listed"
        if linked_by == "job_manager"
        else "rdm-job-secondary-software-unlinked-listed"
    )
    listed = (RAC if is_rac else SINGLE).get(product, ())
    plain = "NetVault" if product == "NetVault Backup" else product
    every = {*WINDOWS.get(plain, ()), *LINUX.get(plain, ()), *NEIGHBOURS[plain]}
    found = {}
    for version in every:
        workload = {"product": target, "location": "rdm", "disk": "Hard disk 2"}
        change = {
            "vms": [{"name": "db01", "workloads": [workload]}],
            "jobs": [{"name": "db", "secondary": {"software": product, "version": version, "linked_by": linked_by}}],
        }
        found[version] = outcome(catalog, rule, "db", change)
    assert found == {version: PASS if version in listed else FAIL for version in every}


def test_a_job_over_rac_and_another_database_is_held_against_both_columns(catalog: Catalog) -> None:
    workloads = [{"product": product, "location": "rdm", "disk": "Hard disk 2"} for product in ("Oracle RAC", "File system")]
    change = {"vms": [{"name": "db01", "workloads": workloads}]}
    assert outcome(catalog, "rdm-job-secondary-software-listed", "db", change) == PASS
    assert outcome(catalog, "rdm-job-rac-secondary-software-listed", "db", change) == FAIL


@pytest.mark.parametrize(
    ("listed", "capable", "raw_capable", "raw_stated"),
    [
        (True, True, PASS, NOT_APPLICABLE), (True, False, FAIL, NOT_APPLICABLE), (True, None, NOT_APPLICABLE, PASS),
        (False, True, PASS, NOT_APPLICABLE), (False, False, FAIL, NOT_APPLICABLE), (False, None, NOT_APPLICABLE, UNKNOWN),
    ],
)  # fmt: skip
def test_listed_software_is_known_to_read_raw_devices(
    listed: bool, capable: bool | None, raw_capable: str, raw_stated: str, catalog: Catalog
) -> None:
    version = "9.1" if listed else "10.1"
    change = {
        "servers": [{"name": "bkup01", "software": [{"product": "NetBackup", "version": version, "gpt_raw_capable": capable}]}],
        "jobs": [{"name": "nightly", "secondary": {"version": version}}],
    }
    assert outcome(catalog, "vmfs-job-secondary-software-raw-capable", "nightly", change) == raw_capable
    assert outcome(catalog, "vmfs-job-secondary-software-raw-stated", "nightly", change) == raw_stated
