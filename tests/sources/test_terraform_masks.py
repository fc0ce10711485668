"""Knowing less of a plan never makes anything look better, not even where an inventory states defaults."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from terraform_plans import Json, write

from tenken.engine import graph as graphs
from tenken.engine.evaluate import evaluate
from tenken.engine.pack import Catalog
from tenken.engine.verdict import judge
from tenken.model.report import VERDICTS
from tenken.sources import registry
from tenken.sources.base import Document
from tenken.sources.joining.assemble import assemble
from tenken.sources.native import source as native
from tenken.sources.terraform import source as terraform
from tenken.sources.terraform.resources import USED

EXAMPLE = Path(__file__).parents[2] / "examples/infrastructure"
IDENTIFYING = ("name", "label", "id", "uuid")

DB = "vsphere_virtual_machine.db"
UNKNOWN = VERDICTS.index("unknown")
"""What was barred by a fact that is not known any more is undecided."""

DISK: Json = {"disk_mode": "independent_persistent", "disk_sharing": "sharingMultiWriter", "attach": True, "path": "x/y.vmdk"}
VIOLATIONS: dict[str, Json] = {
    "none": {},
    "bus sharing": {"scsi_bus_sharing": "physicalSharing"},
    "mixed": {"scsi_bus_sharing": "mixed", "scsi_type": "mixed"},
    "passthrough": {"pci_device_id": ["0000:3b:00.0"]},
    "SR-IOV": {"network_interface": [{"adapter_type": "sriov"}]},
    "virtual TPM": {"vtpm": [{"version": "2.0"}]},
    "NVMe": {"nvme_controller_count": 1},
    "guest": {"guest_id": "windows2022srvNext_64Guest"},
    "suspended": {"power_state": "suspended"},
}


def verdicts(documents: list[Document], catalog: Catalog) -> dict[tuple[str, str, str], int]:
    assembled = assemble(documents)
    graph = graphs.build(assembled.inventory, assembled.locate, assembled.partial)
    return {
        (ruling.node.kind, ruling.node.name, ruling.method): VERDICTS.index(ruling.judgement.verdict)
        for ruling in judge(graph, evaluate(graph, catalog.rules.values()))
        if ruling.node.kind in ("vm", "datastore")
    }


def masked(document: Json, addresses: set[str]) -> Iterator[tuple[str, Json]]:
    """The plan with one attribute of one of these resources, or of one of its disks, made unknown or sensitive."""
    for number, entry in enumerate(document["resource_changes"]):
        if entry["address"] not in addresses:
            continue
        after = entry["change"]["after"]
        routes: list[tuple[str | int, ...]] = [(key,) for key in USED.get(entry["type"], ()) if key in after]
        routes += [("disk", at, key) for at, disk in enumerate(after.get("disk", ())) for key in disk]
        for route in routes:
            if route[-1] in IDENTIFYING:
                continue
            mask: Any = True
            for step in reversed(route):
                mask = {step: mask} if isinstance(step, str) else [*[{}] * step, mask]
            # what vSphere reports is not known of a VM that is yet to come: a default may speak for it
            reported = route[0] in ("power_state", "vmware_tools_status", "guest_id")
            for kind in ("after_sensitive",) if reported else ("after_unknown", "after_sensitive"):
                changed = copy.deepcopy(document)
                changed["resource_changes"][number]["change"][kind] = mask
                yield f"{entry['address']} {route} {kind}", changed


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_mask_never_makes_a_verdict_better(violation: str, tmp_path: Path, catalog: Catalog) -> None:
    document = json.loads((EXAMPLE / "plan.json").read_text(encoding="utf-8"))
    write(tmp_path, (EXAMPLE / "notes.yaml").read_text(encoding="utf-8"), "notes.yaml")
    kept = [entry for entry in document["resource_changes"] if "module.web" not in entry["address"]]
    (database,) = [entry for entry in kept if entry["address"] == DB]
    database["change"]["after"] |= VIOLATIONS[violation]
    addresses = {DB}
    if violation == "none":
        database["change"]["after"]["disk"][1] |= DISK
        addresses = {entry["address"] for entry in kept}
    else:
        del database["change"]["after"]["disk"][1]
    document |= {"resource_changes": kept, "planned_values": {}}
    notes = [replace(noted, source=native.NAME) for noted in native.read(tmp_path / "notes.yaml", "notes.yaml")]

    def planned(document: Json) -> list[Document]:
        read = terraform.read(write(tmp_path, document), "plan.json")
        return [*notes, *(replace(plan, source=terraform.NAME) for plan in read)]

    before = verdicts(planned(document), catalog)
    assert before == verdicts(registry.read([tmp_path]), catalog)
    assert before["vm", "app01", "vmfs.online"] == VERDICTS.index("eligible"), "a site that is fully known shows most"
    for what, changed in masked(document, addresses):
        after = verdicts(planned(changed), catalog)
        better = {subject for subject, verdict in after.items() if verdict < min(before.get(subject, verdict), UNKNOWN)}
        assert not better, what
