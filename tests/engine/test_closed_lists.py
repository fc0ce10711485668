"""Lists that rules walk are closed only where somebody collected all of them: what may be missing is an unknown member, never nothing.

For each, the smallest site on which a wrong OK came of it.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.test_whole_sites import Judged, against_the_gate, judged_as_read

from tenken.engine.pack import Catalog
from tenken.engine.selftest import base_of, overlay
from tenken.model.inventory import reader

Tree = dict[str, Any]


@pytest.fixture
def planned(catalog: Catalog) -> Tree:
    """The example site of the job rules: a VMFS job, an RDM job and a SAN boot job, all in order."""
    return dict(base_of(catalog, catalog.rules["job-iopath-manager"]))


def judged(tree: Tree, catalog: Catalog, *in_part: str) -> Judged:
    found = judged_as_read(reader().validate_python(tree), catalog, frozenset(in_part))
    assert list(against_the_gate(found)) == []
    return found


# --- what a job backs up ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("job", "targets", "in_part"),
    [
        ("nightly", {"datastores": ["DS01", "DS09"]}, "datastores"),
        ("nightly", {"datastores": ["DS01"], "vms": ["app09"]}, "vms"),
        ("esxi", {"hosts": ["esx03", "esx09"]}, "hosts"),
        ("db", {"rdm": ["db01/Hard disk 2", "db09/Hard disk 2"]}, "vms"),
        ("db", {"rdm": ["db01/Hard disk 2"], "vms": ["db09"]}, "vms"),
    ],
)
def test_a_job_that_names_what_nobody_described_is_undecided(
    job: str, targets: Tree, in_part: str, planned: Tree, catalog: Catalog
) -> None:
    """Where a list is stated in part, a name that is missing there is no mistake. It is no pass either."""
    assert judged(planned, catalog).verdicts["job", job, ""] == "eligible"
    (alone,) = (each for each in planned["jobs"] if each["name"] == job)
    found = judged({**planned, "jobs": [{**alone, "targets": targets}]}, catalog, in_part)
    assert found.verdicts["job", job, ""] == "unknown"
    assert found.exit_codes["unknown"] == 1


def test_a_job_that_names_hosts_beside_datastores_is_undecided_without_the_hosts(planned: Tree, catalog: Catalog) -> None:
    (job,) = (job for job in planned["jobs"] if job["name"] == "esxi")
    found = judged({**planned, "hosts": None, "jobs": [job]}, catalog)
    assert found.verdicts["job", "esxi", ""] == "unknown"


MAPPING = {"compatibility": "virtual", "device": "naa.6000000000000030", "partition_style": "GPT", "filesystem": "NTFS"}


def rdm(**facts: Any) -> Tree:
    """A disk of a BV, which the job of its VM can't copy by DDR."""
    return {
        "label": "Hard disk 2",
        "controller": "scsi0",
        "path": "[DS01] app01/app01_1.vmdk",
        "mode": "persistent",
        "sharing": "none",
        "backing": "rdm",
        "rdm": MAPPING,
        **facts,
    }


BV = {
    "arrays": [
        {
            "name": "M320-01",
            "logical_disks": [{"ldn": "0030h", "uid": "naa.6000000000000030", "format": "WG", "roles": ["BV"]}],
            "snapshot_sets": [{"function": "DSV", "bv": "0030h", "svs": ["0220h"], "lv": "0320h", "link": "none"}],
            "ld_sets": [{"name": "esx", "luns": [{"lun": 9, "ldn": "0030h"}]}],
        }
    ]
}


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, "ineligible"),
        ({"rdm": {**MAPPING, "compatibility": "physical"}}, "eligible"),
        ({"rdm": {**MAPPING, "compatibility": None}}, "unknown"),
        ({"backing": None}, "unknown"),
        ({"rdm": None}, "unknown"),
    ],
)
def test_what_an_rdm_maps_that_may_be_virtual_is_perhaps_copied(
    facts: Tree, verdict: str, planned: Tree, catalog: Catalog
) -> None:
    tree = overlay(planned, {**BV, "vms": [{"name": "app01", "disks": [rdm(**facts)]}]})
    assert judged(tree, catalog).verdicts["job", "nightly", ""] == verdict


# --- who shares a disk -------------------------------------------------------------------------------------------------


def beside(planned: Tree, partner: Tree, *disks: Tree) -> Tree:
    """A VM on another datastore, beside one with a virtual RDM."""
    (app01,) = (vm for vm in planned["vms"] if vm["name"] == "app01")
    system = {**app01["disks"][0], "path": "[DS02] app02/app02.vmdk"}
    app02 = {**app01, "name": "app02", "uuid": "42100000-0000-0000-0000-0000000000a2", "vmx": "[DS02] app02/app02.vmx"}
    mv = {**BV["arrays"][0], "logical_disks": [{**BV["arrays"][0]["logical_disks"][0], "roles": ["MV"]}], "snapshot_sets": []}
    tree = overlay(planned, {"arrays": [mv], "vms": [{"name": "app01", "disks": [rdm()]}]})
    return {**tree, "vms": [*tree["vms"], {**app02, "disks": [system, *disks], **partner}]}


@pytest.mark.parametrize(
    ("partner", "verdict"),
    [
        ({"path": "[DS02] app02/app02_1.vmdk"}, "ineligible"),
        ({"path": "[DS02] app02/app02_1.vmdk", "rdm": {"compatibility": "virtual"}}, "unknown"),
        ({"path": "[DS02] app02/app02_1.vmdk", "rdm": None}, "unknown"),
        ({"path": "[DS02] app02/app02_1.vmdk", "rdm": None, "backing": None}, "unknown"),
        ({"path": "[DS02] app02/app02_1.vmdk", "rdm": None, "backing": "flat"}, "eligible"),
    ],
)
def test_a_lun_may_be_mapped_by_whoever_maps_one_that_nobody_named(
    partner: Tree, verdict: str, planned: Tree, catalog: Catalog
) -> None:
    """The partner lies on a datastore of its own, and is no target of the job."""
    found = judged(beside(planned, {}, rdm(**partner)), catalog)
    assert found.verdicts["vm", "app01", "vmfs.online"] == verdict
    assert found.verdicts["job", "nightly", ""] == verdict


def test_a_lun_may_be_mapped_by_vms_that_were_not_collected(planned: Tree, catalog: Catalog) -> None:
    tree = beside(planned, {}, rdm(path="[DS02] app02/app02_1.vmdk", rdm=None, backing="flat"))
    assert judged(tree, catalog).verdicts["vm", "app01", "vmfs.online"] == "eligible"
    assert judged(tree, catalog, "vms").verdicts["vm", "app01", "vmfs.online"] == "unknown"
    nowhere = beside(planned, {"disks": None, "host": None, "vcenter": None})
    assert judged(nowhere, catalog).verdicts["vm", "app01", "vmfs.online"] == "unknown"


def test_a_job_that_runs_in_a_vm_that_may_share_the_disk_is_undecided(planned: Tree, catalog: Catalog) -> None:
    """Nobody said what the RDM of app02 maps: it may be the disk that the job backs up."""
    disk = rdm(path="[DS02] app02/app02_1.vmdk", rdm={"compatibility": "physical"})
    tree = overlay(beside(planned, {}, disk), {"jobs": [{"name": "db", "runs_on": "app02"}]})
    found = judged(tree, catalog)
    assert ("rdm-job-runs-inside-guest", "job", "db", "unknown") in found.results
