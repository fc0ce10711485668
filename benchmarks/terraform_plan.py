"""The plan of an estate as ``terraform show -json`` prints it, with independent disks planted in some of the VMs.

    python -m benchmarks.terraform_plan --vms 10000 -o plan.json

Like Terraform, it says what it knows up to four times: planned_values, before, after and prior_state, with all attributes of
the provider. Nine of ten VMs are there already, in modules with for_each; the tenth is created.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

PROVIDER = "registry.terraform.io/hashicorp/vsphere"
VMS_A_DATASTORE = 20
PLANTED_EVERY = 25

_SETTINGS: dict[str, Any] = {
    "alternate_guest_name": "", "annotation": "", "boot_delay": 0, "boot_retry_delay": 10000, "boot_retry_enabled": False,
    "cdrom": [], "clone": [], "cpu_hot_add_enabled": False, "cpu_hot_remove_enabled": False, "cpu_limit": -1,
    "cpu_performance_counters_enabled": False, "cpu_reservation": 0, "cpu_share_level": "normal", "custom_attributes": {},
    "datacenter_id": None, "datastore_cluster_id": None, "efi_secure_boot_enabled": False, "enable_disk_uuid": False,
    "enable_logging": False, "ept_rvi_mode": "automatic", "extra_config": {}, "extra_config_reboot_required": True,
    "firmware": "efi", "folder": "", "force_power_off": True, "guest_id": "windows2019srvNext_64Guest", "hv_mode": "hvAuto",
    "ide_controller_count": 2, "ignored_guest_ips": None, "latency_sensitivity": "normal", "memory": 8192,
    "memory_hot_add_enabled": False, "memory_limit": -1, "memory_reservation": 0, "memory_share_level": "normal",
    "migrate_wait_timeout": 30, "nested_hv_enabled": False, "num_cores_per_socket": 1, "num_cpus": 2, "nvme_controller_count": 0,
    "ovf_deploy": [], "pci_device_id": [], "poweron_timeout": 300, "replace_trigger": None, "resource_pool_id": "resgroup-8",
    "run_tools_scripts_after_power_on": True, "run_tools_scripts_after_resume": True,
    "run_tools_scripts_before_guest_reboot": False, "run_tools_scripts_before_guest_shutdown": True,
    "run_tools_scripts_before_guest_standby": True, "sata_controller_count": 0, "scsi_bus_sharing": "noSharing",
    "scsi_controller_count": 1, "scsi_type": "pvscsi", "shutdown_wait_timeout": 3, "sync_time_with_host": True,
    "sync_time_with_host_periodically": False, "tags": [], "tools_upgrade_policy": "manual", "vapp": [], "vbs_enabled": False,
    "video_card": [], "vtpm": [], "vvtd_enabled": False, "wait_for_guest_ip_timeout": 0, "wait_for_guest_net_routable": True,
    "wait_for_guest_net_timeout": 5,
    "network_interface": [
        {
            "adapter_type": "vmxnet3", "bandwidth_limit": -1, "bandwidth_reservation": 0, "bandwidth_share_count": 50,
            "bandwidth_share_level": "normal", "device_address": "pci:0:7", "key": 4000, "mac_address": "00:50:56:00:00:00",
            "network_id": "network-21", "ovf_mapping": "", "physical_function": "", "use_static_mac": False,
        }
    ],
}  # fmt: skip
_UNKNOWN = dict.fromkeys(
    ("change_version", "default_ip_address", "guest_ip_addresses", "hardware_version", "host_system_id", "id", "moid",
     "power_state", "uuid", "vapp_transport", "vmware_tools_status", "vmx_path"),
    True,
)  # fmt: skip


def planted(vms: int) -> set[tuple[str, str]]:
    """The disks that are independent, as VM and label."""
    return {(f"vm{number:06d}", "data") for number in range(0, vms, PLANTED_EVERY)}


def _disk(number: int, unit: int, exists: bool) -> dict[str, Any]:
    label = ("system", "data")[unit]
    mode = "independent_persistent" if unit and number % PLANTED_EVERY == 0 else "persistent"
    return {
        "attach": False, "controller_type": "scsi", "datastore_id": _datastore(number) if exists else "<computed>",
        "device_address": f"scsi:0:{unit}" if exists else "", "disk_mode": mode, "disk_sharing": "sharingNone",
        "eagerly_scrub": False, "io_limit": -1, "io_reservation": 0, "io_share_count": 1000, "io_share_level": "normal",
        "keep_on_remove": False, "key": 2000 + unit if exists else 0, "label": label, "path": "", "size": 100,
        "storage_policy_id": "", "thin_provisioned": True, "unit_number": unit, "uuid": "", "write_through": False,
    } | ({"path": f"vm{number:06d}/vm{number:06d}_{unit}.vmdk", "uuid": f"6000C29{number:09x}{unit}"} if exists else {})  # fmt: skip


def _datastore(number: int) -> str:
    return f"datastore-{1000 + number // VMS_A_DATASTORE}"


def _vm(number: int, exists: bool) -> dict[str, Any]:
    name = f"vm{number:06d}"
    attributes = _SETTINGS | {
        "name": name,
        "datastore_id": _datastore(number),
        "disk": [_disk(number, unit, exists) for unit in range(2)],
    }
    if exists:
        attributes |= {
            "change_version": "2026-11-20T02:11:09.000000Z", "default_ip_address": "192.0.2.1", "guest_ip_addresses": ["192.0.2.1"],
            "hardware_version": 20, "host_system_id": f"host-{number % 16}", "id": f"42100000-0000-0000-0000-{number:012d}",
            "moid": f"vm-{number}", "power_state": "on", "uuid": f"42100000-0000-0000-0000-{number:012d}", "vapp_transport": [],
            "vmware_tools_status": "guestToolsRunning", "vmx_path": f"{name}/{name}.vmx",
        }  # fmt: skip
    return attributes


def _entry(address: str, kind: str, name: str, **more: Any) -> dict[str, Any]:
    mode = "data" if address.startswith("data.") else "managed"
    return {"address": address, "mode": mode, "type": kind, "name": name, "provider_name": PROVIDER} | more


def _vms(vms: int) -> Iterator[tuple[dict[str, Any], dict[str, Any], bool]]:
    """Each VM: how it is listed, its attributes, and whether it is there already."""
    for number in range(vms):
        exists = number % 10 != 9
        module = {"module_address": f'module.app["{number // 10}"]'}
        address = f'{module["module_address"]}.vsphere_virtual_machine.vm["{number % 10}"]'
        yield _entry(address, "vsphere_virtual_machine", "vm", index=str(number % 10), **module), _vm(number, exists), exists


def _looked_up(vms: int) -> Iterator[dict[str, Any]]:
    yield _entry("data.vsphere_datacenter.dc", "vsphere_datacenter", "dc", values={"id": "datacenter-2", "name": "DC1"})
    for number in range(16):
        values = {"id": f"host-{number}", "name": f"esx{number:02d}.example", "datacenter_id": "datacenter-2"}
        yield _entry(f"data.vsphere_host.esx[{number}]", "vsphere_host", "esx", index=number, values=values)
    for number in range(-(-vms // VMS_A_DATASTORE)):
        values = {"id": f"datastore-{1000 + number}", "name": f"DS{number:04d}", "datacenter_id": "datacenter-2"}
        yield _entry(f"data.vsphere_datastore.ds[{number}]", "vsphere_datastore", "ds", index=number, values=values)


def _list(out: TextIO, entries: Iterator[dict[str, Any]]) -> None:
    out.write("[")
    for position, entry in enumerate(entries):
        out.write(("," if position else "") + json.dumps(entry, separators=(",", ":")))
    out.write("]")


def write(path: Path, vms: int) -> None:
    """Write the plan, piece by piece: it may be larger than memory."""
    with path.open("w", encoding="utf-8") as out:
        out.write('{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":')
        _list(out, (entry | {"values": attributes, "sensitive_values": {}} for entry, attributes, _ in _vms(vms)))
        out.write('}},"resource_changes":')
        _list(out, (_change(*vm) for vm in _vms(vms)))
        out.write(',"prior_state":{"format_version":"1.0","values":{"root_module":{"resources":')
        _list(out, _looked_up(vms))
        out.write(',"child_modules":[{"address":"module.app","resources":')
        _list(out, (entry | {"values": attributes} for entry, attributes, exists in _vms(vms) if exists))
        out.write('}]}}},"configuration":{"root_module":{}},"timestamp":"2026-11-24T08:00:00Z","errored":false}\n')


def _change(entry: dict[str, Any], attributes: dict[str, Any], exists: bool) -> dict[str, Any]:
    change = {
        "actions": ["no-op" if exists else "create"],
        "before": attributes if exists else None,
        "after": attributes,
        "after_unknown": {} if exists else _UNKNOWN,
        "before_sensitive": {"disk": [{}, {}]} if exists else False,
        "after_sensitive": {"disk": [{}, {}]},
    }
    return entry | {"change": change}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--vms", type=int, default=10_000)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    write(arguments.output, arguments.vms)


if __name__ == "__main__":
    main()
