"""A generated plan: the planted disks are found, all of them and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import terraform_plan

from tenken.pipeline import check


@pytest.mark.parametrize("vms", [1, 60, 130])
def test_the_findings_are_the_planted_ones(vms: int, tmp_path: Path) -> None:
    terraform_plan.write(tmp_path / "plan.json", vms)
    report = check([tmp_path / "plan.json"])
    found = {tuple(result.subject.name.split("/")) for result in report.results if result.rule == "vm-disk-not-independent"}
    assert found == terraform_plan.planted(vms)
    assert {result.outcome for result in report.results if result.rule == "vm-disk-not-independent"} == {"fail"}
    assert report.summary.subjects["vm"] == vms
    assert report.summary.subjects["disk"] == 2 * vms
