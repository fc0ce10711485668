"""Plans and states in the form of ``terraform show -json``, for the tests to change and read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from tenken.document.problem import InputError
from tenken.sources.base import Document
from tenken.sources.terraform import source as terraform

Json = dict[str, Any]

PROVIDER = "registry.terraform.io/hashicorp/vsphere"
LUN = "naa.60025380000000000000000000000010"


def disk(label: str = "disk0", unit: int = 0, **values: Any) -> Json:
    """A disk that the plan adds; ``exists`` makes it one that is there."""
    new: Json = {
        "label": label, "size": 40, "unit_number": unit, "controller_type": "scsi", "disk_mode": "persistent",
        "disk_sharing": "sharingNone", "attach": False, "path": "", "datastore_id": "<computed>", "uuid": "", "key": 0,
        "device_address": "", "keep_on_remove": False, "thin_provisioned": True,
    }  # fmt: skip
    return new | values


def exists(label: str = "disk0", unit: int = 0, **values: Any) -> Json:
    """A disk that is there."""
    there = {
        "path": f"db01/db01_{unit}.vmdk",
        "datastore_id": "datastore-11",
        "uuid": f"6000C29{unit}",
        "key": 2000 + unit,
        "device_address": f"scsi:0:{unit}",
    }
    return disk(label, unit) | there | values


def vm(name: str = "db01", **values: Any) -> Json:
    """The attributes of a virtual machine that is there."""
    return {
        "name": name, "id": f"4210-{name}", "uuid": f"4210-{name}", "datastore_id": "datastore-11", "datastore_cluster_id": None,
        "resource_pool_id": "resgroup-8", "host_system_id": "host-9", "guest_id": "rhel8_64Guest", "power_state": "on",
        "vmware_tools_status": "guestToolsRunning", "vmx_path": f"{name}/{name}.vmx", "vtpm": [], "pci_device_id": [],
        "network_interface": [{"adapter_type": "vmxnet3", "network_id": "network-3"}], "scsi_type": "pvscsi",
        "scsi_bus_sharing": "noSharing", "scsi_controller_count": 1, "sata_controller_count": 0, "ide_controller_count": 2,
        "nvme_controller_count": 0, "disk": [exists()], "annotation": "", "extra_config": {}, "num_cpus": 2,
    } | values  # fmt: skip


COMPUTED = ("id", "uuid", "host_system_id", "power_state", "vmware_tools_status", "vmx_path")


def new_vm(name: str = "db01", **values: Any) -> Json:
    """The attributes of a virtual machine that the plan creates; what is computed is missing."""
    attributes = {key: value for key, value in vm(name, disk=[disk()]).items() if key not in COMPUTED}
    return attributes | values


def resource(address: str, values: Json, **more: Any) -> Json:
    """An instance, as states list it."""
    module, _, base = address.rpartition("vsphere_")
    mode = "data" if module.endswith("data.") else "managed"
    kind, _, name = ("vsphere_" + base).partition(".")
    entry: Json = {
        "address": address,
        "mode": mode,
        "type": kind,
        "name": name.partition("[")[0],
        "provider_name": PROVIDER,
        "schema_version": 3,
        "values": values,
        "sensitive_values": {},
    }
    return entry | more


def change(address: str, after: Json | None, actions: tuple[str, ...] = ("create",), **masks: Any) -> Json:
    """An instance, as a plan lists what happens to it. ``masks``: after_unknown, after_sensitive."""
    entry = resource(address, {})
    del entry["values"], entry["sensitive_values"], entry["schema_version"]
    module = address[: max(address.rfind("vsphere_"), 0)].removesuffix("data.").rstrip(".")
    if module:
        entry["module_address"] = module
    unknown = dict.fromkeys(COMPUTED, True) if "create" in actions and entry["type"] == "vsphere_virtual_machine" else {}
    entry["change"] = {
        "actions": list(actions),
        "before": None if actions == ("create",) else {},
        "after": after,
        "after_unknown": masks.pop("after_unknown", unknown),
        "before_sensitive": False,
        "after_sensitive": masks.pop("after_sensitive", {}),
    } | masks
    return entry


LOOKED_UP: list[Json] = [
    resource("data.vsphere_datacenter.dc", {"id": "datacenter-2", "name": "DC1"}),
    resource("data.vsphere_datastore.ds01", {"id": "datastore-11", "name": "DS01", "datacenter_id": "datacenter-2"}),
    resource(
        "data.vsphere_compute_cluster.cl",
        {"id": "domain-c7", "name": "CL1", "resource_pool_id": "resgroup-8", "datacenter_id": "datacenter-2"},
    ),
    resource("data.vsphere_host.esx01", {"id": "host-9", "name": "esx01.example", "datacenter_id": "datacenter-2"}),
]
"""What data sources found, so that ids mean something."""


def plan(*changes: Json, looked_up: list[Json] | None = None, **more: Any) -> Json:
    """A whole plan. Like Terraform, it states what it knows three times over."""
    planned = [
        {key: value for key, value in entry.items() if key != "change"}
        | {"values": entry["change"]["after"], "sensitive_values": {}}
        for entry in changes
        if isinstance(entry.get("change"), dict) and entry["change"].get("after")
    ]
    document: Json = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "variables": {},
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": list(changes),
        "output_changes": {},
        "prior_state": {
            "format_version": "1.0",
            "values": {"root_module": {"resources": LOOKED_UP if looked_up is None else looked_up}},
        },
        "configuration": {"root_module": {}},
        "timestamp": "2026-11-24T08:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }
    return copy.deepcopy(document | more)


def state(*resources: Json, **more: Any) -> Json:
    """A whole state; the data sources are part of it."""
    document: Json = {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {"outputs": {}, "root_module": {"resources": [*LOOKED_UP, *resources]}},
    }
    return copy.deepcopy(document | more)


def write(folder: Path, document: Any, name: str = "plan.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def read(folder: Path, document: Any, name: str = "plan.json") -> Document:
    """The one document of a plan or state."""
    path = write(folder, document, name)
    (found,) = terraform.read(path, str(path))
    return found


def vm_of(document: Document, name: str = "db01") -> Json:
    (found,) = [entry for entry in document.tree["vms"] if entry["name"] == name]
    return found  # type: ignore[no-any-return]


def refusal(folder: Path, document: Any, name: str = "plan.json") -> str:
    """What is said of a file that can't be read."""
    path = write(folder, document, name)
    assert terraform.recognises(path), "what is refused with a hint must be recognised first"
    try:
        terraform.read(path, name)
    except InputError as error:
        return str(error)
    raise AssertionError("it was read")
