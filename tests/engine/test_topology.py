"""The site from the array up, as the picture of the report draws it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tenken.model.report import Chain, LunDrawn, Report
from tenken.pipeline import check

Write = Callable[..., Path]


def chains(report: Report) -> dict[str, list[LunDrawn] | None]:
    return {chain.subject.name: chain.luns for chain in report.topology.chains}


def test_a_datastore_leads_to_its_luns_and_logical_disks_with_their_copies(site: Write, example_site: dict[str, Any]) -> None:
    report = check([site()])
    [lun] = chains(report)["DS01"] or []
    drawn = {ld.name: ld for ld in report.topology.logical_disks}
    assert lun.device == example_site["datastores"][0]["extents"][0]
    assert lun.logical_disk is not None
    below = drawn[lun.logical_disk]
    assert below.roles == ["MV"]
    assert below.format == "LX"
    assert below.array == example_site["arrays"][0]["name"]
    assert [drawn[name].roles for name in below.copies] == [["RV"]]


def test_what_was_not_collected_is_null_and_what_is_not_of_a_known_array_has_no_disk(site: Write) -> None:
    report = check([site({"datastores": [{"name": "DS01", "extents": None}, {"name": "DS02", "extents": ["naa.5999"]}]})])
    assert chains(report)["DS01"] is None
    assert chains(report)["DS02"] == [LunDrawn("naa.5999", None)]


def test_rdm_disks_and_san_boot_hosts_have_chains_of_their_own(site: Write, example_site: dict[str, Any]) -> None:
    vm = copy.deepcopy(example_site["vms"][0])
    device = example_site["datastores"][0]["extents"][0]
    rdm = {"label": "Hard disk 2", "backing": "rdm", "rdm": {"device": device, "compatibility": "physical"}}
    host = {**example_site["hosts"][0], "boot": {"kind": "san", "device": device}}
    report = check([site({"vms": [{"name": vm["name"], "disks": [*vm["disks"], rdm]}], "hosts": [host]})])
    subjects = {chain.subject.kind: chain for chain in report.topology.chains if chain.subject.kind != "datastore"}
    assert set(subjects) == {"disk", "host"}
    for chain in subjects.values():
        assert isinstance(chain, Chain)
        assert chain.luns is not None
        assert chain.luns[0].device == device
        assert chain.luns[0].logical_disk is not None


def test_the_customer_is_in_the_report(site: Write) -> None:
    assert check([site({"site": {"customer": "Example Trading"}})]).customer == "Example Trading"
