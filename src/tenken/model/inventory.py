"""The inventory: what is known of a site, the same whatever source it came from.

Every fact is optional: ``None`` means *not collected*, ``[]`` and ``"none"`` mean *collected, and there is none*.
The difference decides verdicts, so nothing here has a default but ``None``. Names follow the vSphere API for
vSphere things and NEC's terms for array things; they are a contract that others write inventories against.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from dataclasses import field
from functools import cache, reduce
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, TypeAdapter
from pydantic_core import SchemaValidator

from tenken.document.said import Said, WrongValue
from tenken.model.core_schema import validator_of
from tenken.model.frozen import Frozen, frozen


class _Facts(Frozen):
    """Facts as ``reader`` reads them: no key that the class does not have, no blanks around text.

    To make an object by hand checks nothing.
    """

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="forbid", str_strip_whitespace=True)


def fact(description: str) -> Any:
    """An optional fact. Its description reaches the JSON Schema, and with it the editors of those who write inventories."""
    return field(default=None, metadata={"description": description})


def stated(description: str, **constraints: Any) -> Any:
    """A fact that every object of its kind states, such as its name."""
    return field(metadata={"description": description, **constraints})


def optional_object(kind: Any) -> Any:
    """An object, or the word ``none``: collected, and there is none."""
    return Annotated[
        Annotated[kind, Tag("object")] | Annotated[Literal["none"], Tag("none")],
        Discriminator(_form),
    ]


def _form(value: Any) -> str:
    return "none" if value == "none" else "object"


def ldn(value: Any) -> Any:
    """``0010h``, ``0x10`` and ``10`` are all LDN 0010h: the array counts in hexadecimal and so do its manuals."""
    if not isinstance(value, str):
        return value
    digits = value.strip().lower().removeprefix("0x").removesuffix("h")
    if not 1 <= len(digits) <= 8 or set(digits) - set("0123456789abcdef"):
        raise WrongValue(Said("expected an LDN in hexadecimal, as in 0010h", "LDNは 0010h のように16進数で指定してください"))
    return f"{int(digits, 16):04x}h"


def device_id(value: Any) -> Any:
    """A device id in one spelling: lower case, without the partition that ``naa.6…:1`` carries."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    head, colon, tail = text.rpartition(":")
    if colon and tail.isdigit() and head.lower().startswith(("naa.", "eui.", "t10.")):
        text = head
    return text.lower() if text.lower().startswith(("naa.", "eui.")) else text


def _port(value: Any) -> Any:
    """A WWPN in one spelling: 1000-0090-FAA0-786B is 10:00:00:90:fa:a0:78:6b. iSCSI names are lower case; others stay."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    digits = text.lower().removeprefix("0x").replace(":", "").replace("-", "").replace(" ", "")
    if len(digits) == 16 and not set(digits) - set("0123456789abcdef"):
        return ":".join(digits[at : at + 2] for at in range(0, 16, 2))
    return text.lower() if text.lower().startswith(("iqn.", "eui.", "naa.")) else text


def _build(value: Any) -> Any:
    """``10.0.17763.5458`` and ``17763.5458`` are one build of Windows."""
    return value.strip().removeprefix("10.0.") if isinstance(value, str) else value


def _named(value: Any) -> Any:
    """``- before-patch`` is short for ``- {name: before-patch}``."""
    return {"name": value} if isinstance(value, str) else value


_ROLE_NAMES = {
    "vcenter": ("vcenter", "vcenterserver", "vcsa", "vcenterappliance", "vcenterserverappliance", "vcenterservervcsa"),
    "vcls": ("vcls", "vclsagent", "vclsvm", "vsphereclusterservices"),
    "istoragemanager": ("istoragemanager", "istoragemanagerserver", "ism", "ismserver"),
    "template": ("template",),
}


def _role(value: Any) -> Any:
    """``vCLS``, ``vCenter Server`` and ``iSMサーバ`` are the roles vcls, vcenter and istoragemanager; others stay."""
    if not isinstance(value, str):
        return value
    name = _folded(value).removeprefix("vmware").removeprefix("websam")
    return next((role for role, names in _ROLE_NAMES.items() if name in names), value)


def _component(value: Any) -> Any:
    """``Server``, ``サーバ`` and ``iSM server`` are the component server; others stay."""
    if not isinstance(value, str):
        return value
    name = _folded(value).removeprefix("websam").removeprefix("istoragemanager").removeprefix("ism")
    return name if name in ("server", "client", "agent") else value


def _folded(text: str) -> str:
    """Letters and digits alone, in lower case, with the Japanese words for parts of a product as the English ones."""
    name = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
    return reduce(lambda folded, word: folded.replace(*word), _PARTS_IN_JAPANESE, name)


_PARTS_IN_JAPANESE = (("サーバー", "server"), ("サーバ", "server"), ("クライアント", "client"), ("エージェント", "agent"))


def _code(value: Any) -> Any:
    """A format or platform in one spelling: ``lx`` is LX, and full-width letters and brackets are as good as others."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    return text.upper() if len(text) == 2 else text


Ldn = Annotated[str, BeforeValidator(ldn)]
Device = Annotated[str, BeforeValidator(device_id)]
Port = Annotated[str, BeforeValidator(_port)]
Role = Annotated[str, BeforeValidator(_role)]
Component = Annotated[str, BeforeValidator(_component)]
Code = Annotated[str, BeforeValidator(_code)]
Count = Annotated[int, Field(ge=0, le=2**31)]

Family = Literal[
    "windows", "windows_server", "rhel", "centos", "centos_stream", "rocky", "alma", "oracle_linux", "sles",
    "ubuntu", "debian", "photon", "other",
]  # fmt: skip
Function = Literal["DDR", "RDR", "DSV"]
LdRole = Literal["MV", "RV", "BV", "SV", "LV", "IV"]
StepAction = Literal[
    "replicate", "separate", "create_vm_snapshot", "delete_vm_snapshot", "revert_to_snapshot", "shutdown_vm",
    "power_on_vm", "power_off_vm", "stop_vm", "start_vm", "unregister_vm", "register_vm", "restore_rv_to_mv",
    "restore_sv_to_bv", "rescan_hba", "rescan_vmfs", "rescan_storage", "pair", "unpair", "rebuild_ld", "allow_access",
    "deny_access", "restore_access", "attach", "detach", "mount_datastore", "delete_vm_files", "copy_vm_files",
    "rerun_backup", "tape_backup", "tape_restore_to_rv", "tape_restore_to_lv", "tape_restore_to_mv",
    "raw_restore_to_rv", "raw_restore_to_mv", "create_snapshot", "protect_sv", "unprotect_sv", "link_lv_sv",
    "unlink_lv_sv", "link_bv_lv", "unlink_bv_lv", "set_generations", "release_generations", "shutdown_esxi",
    "start_esxi", "boot_esxi", "reinstall_esxi", "stop_cluster", "start_cluster", "quiesce_application",
    "resume_application", "select_normal_start",
]  # fmt: skip


PartialList = Literal[
    "arrays", "vcenters", "clusters", "hosts", "datastores", "vms", "servers", "logical_disks", "pairs", "snapshot_sets",
]  # fmt: skip
"""Lists that may be stated in part: for these, what is not listed is unknown. Of others nobody could tell."""


# --- the array -----------------------------------------------------------------------------------------------------


@frozen
class LogicalDisk(_Facts):
    """One logical disk (LD) of an array."""

    ldn: Ldn = stated("Number of the logical disk, hexadecimal: 0010h")
    name: str | None = fact("Name of the logical disk")
    uid: Device | None = fact("Device id under which an ESXi host sees it: naa.…, eui.…")
    capacity_gib: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = fact("Capacity in GiB")
    format: Code | None = fact("利用形式: LX, WN (Windows MBR), WG (Windows GPT), …")
    roles: list[LdRole] | None = fact("Roles in replication and snapshots; [] = an ordinary volume")
    vmfs_uuid: str | None = fact("UUID of the VMFS file system on it")
    protected: bool | None = fact("Protection of a snapshot volume (SV)")
    state: str | None = fact("State that the array reports, e.g. ready, not_ready")


@frozen
class Pair(_Facts):
    """One pair of replication: an MV and its RV."""

    mv: Ldn = stated("LDN of the MV")
    rv: Ldn = stated("LDN of the RV")
    function: Literal["DDR", "RDR"] | None = fact("DDR: within the array; RDR: to another array")
    rv_array: str | None = fact("Array that holds the RV; the MV's own for DDR")
    state: Literal["replicating", "synced", "separating", "separated", "restoring", "fault"] | None = fact("State of the pair")


@frozen
class SnapshotSet(_Facts):
    """A base volume (BV) with its snapshots (SV) and link volumes (LV)."""

    bv: Ldn = stated("LDN of the BV")
    function: Literal["DSV"] | None = fact("DSV")
    svs: list[Ldn] | None = fact("LDNs of the snapshot generations (SV)")
    lv: Ldn | None = fact("LDN of the link volume (LV)")
    lvs: list[Ldn] | None = fact("LDNs of its link volumes, where there are several")
    link: str | None = fact("LDN that the LV is linked to, or none")


@frozen
class LunMapping(_Facts):
    """A logical disk under its LUN."""

    ldn: Ldn = stated("LDN of the logical disk")
    lun: Count | None = fact("LUN under which the hosts see it")


@frozen
class LdSet(_Facts):
    """A group of servers and the logical disks that they may reach."""

    name: str = stated("Name of the LD set")
    platform: Code | None = fact("Host platform: VW, VMware(LX), LX, WN, …")
    mode: Literal["normal", "secure"] | None = fact("Operation mode of the LD set")
    hosts: list[str] | None = fact("Servers and ESXi hosts that have access through this LD set")
    ports: list[Port] | None = fact("WWPNs or iSCSI names of its paths; they tell the hosts where hosts are not stated")
    luns: list[LunMapping] | None = fact("Which logical disk appears under which LUN")


@frozen
class Licence(_Facts):
    """One licence."""

    product: str = stated("Product, e.g. RepNavi Suite for Oracle")
    version: str | None = fact("Version")


@frozen
class Array(_Facts):
    """One iStorage M array."""

    name: str = stated("Name of the array")
    model: str | None = fact("Model, e.g. iStorage M320F")
    serial: str | None = fact("Serial number")
    logical_disks: list[LogicalDisk] | None = fact("Logical disks (LD)")
    pairs: list[Pair] | None = fact("Replication pairs (DDR, RDR)")
    snapshot_sets: list[SnapshotSet] | None = fact("Snapshot sets (DSV)")
    ld_sets: list[LdSet] | None = fact("LD sets: access control")
    licences: list[Licence] | None = fact("Licences held for this array")


# --- vSphere -------------------------------------------------------------------------------------------------------


@frozen
class VCenter(_Facts):
    """One vCenter Server."""

    name: str = stated("Name of the vCenter Server")
    uuid: str | None = fact("Instance UUID")
    version: str | None = fact("Version: 8.0")
    vm: str | None = fact("Virtual machine that it runs on, or none")


@frozen
class HighAvailability(_Facts):
    """vSphere HA of a cluster."""

    enabled: bool | None = fact("vSphere HA is on")
    heartbeat_policy: str | None = fact("userSelectedDs, allFeasibleDs, allFeasibleDsWithUserPreference")
    heartbeat_datastores: list[str] | None = fact("Heartbeat datastores in use, or selected")


@frozen
class Cluster(_Facts):
    """One vSphere cluster."""

    name: str = stated("Name of the cluster")
    vcenter: str | None = fact("vCenter that manages it")
    datacenter: str | None = fact("Datacenter")
    hosts: list[str] | None = fact("Its ESXi hosts")
    ha: HighAvailability | None = fact("vSphere HA")


@frozen
class Boot(_Facts):
    """What an ESXi host boots from."""

    kind: Literal["local", "san", "usb", "network"] | None = fact("Where ESXi boots from")
    device: Device | None = fact("Device on which ESXi is installed")


@frozen
class HostDevice(_Facts):
    """One SCSI device as an ESXi host sees it."""

    device: Device = stated("Device id: naa.…, eui.…, t10.…, mpx.…")
    state: Literal["attached", "detached"] | None = fact("attached, or detached (off)")
    vendor: str | None = fact("SCSI vendor: NEC, …")
    model: str | None = fact("SCSI model")
    lun: Count | None = fact("LUN under which the host sees it")


@frozen
class Host(_Facts):
    """One ESXi host."""

    name: str = stated("Name of the ESXi host")
    version: str | None = fact("ESXi version: 8.0, 7.0.3, …")
    vcenter: Annotated[str, Field(description="none = not managed by a vCenter")] | None = fact(
        "vCenter that manages it, or none"
    )
    datacenter: str | None = fact("Datacenter")
    boot: Boot | None = fact("The disk on which ESXi is installed")
    devices: list[HostDevice] | None = fact("SCSI devices that the host sees")
    ports: list[Port] | None = fact("WWPNs and iSCSI names of its host bus adapters")


@frozen
class Datastore(_Facts):
    """One datastore."""

    name: str = stated("Name of the datastore")
    vcenter: str | None = fact("vCenter")
    datacenter: str | None = fact("Datacenter")
    type: Literal["VMFS", "NFS", "NFS41", "vVol", "vSAN", "PMEM", "VFFS", "CIFS", "other"] | None = fact("Type")
    version: str | None = fact("Version of the file system")
    uuid: str | None = fact("UUID of the VMFS file system")
    extents: list[Device] | None = fact("Devices of its extents; a partition suffix (naa.…:1) is allowed")
    hosts: list[str] | None = fact("Hosts that mount it")
    capacity_gib: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = fact("Capacity in GiB")


# --- virtual machines ----------------------------------------------------------------------------------------------


@frozen
class OperatingSystem(_Facts):
    """An operating system."""

    family: Family | None = fact("Family; other = known, and none of these")
    version: str | None = fact("Version as text: 2019, 2012 R2, 8.6, 6.10")
    arch: Literal["x86", "x64"] | None = fact("x86 = 32-bit, x64 = 64-bit")
    build: Annotated[str, BeforeValidator(_build)] | None = fact("Build: 17763.5458")
    patches: list[str] | None = fact("Installed patches: KB4534321")
    name: str | None = fact("Name as the source prints it")


@frozen
class Guest(_Facts):
    """What runs in a virtual machine."""

    os: OperatingSystem | None = fact("Guest operating system")
    tools: Literal["running", "not_running", "not_installed"] | None = fact("VMware Tools")
    state: Literal["running", "sleeping", "shut_down"] | None = fact("State of the guest")
    dynamic_disks: bool | None = fact("Windows dynamic disks (LDM) are in use")
    raw_disks: bool | None = fact("Some disk has not been formatted by the guest")
    iscsi_initiator: bool | None = fact("iSCSI targets or portals are configured in the guest")


@frozen
class PassthroughDevice(_Facts):
    """One PCI device that is passed through."""

    type: Literal["directpath_io", "dynamic_directpath_io", "vgpu", "sriov"] | None = fact("Kind of passthrough")
    id: str | None = fact("Device id")


@frozen
class Snapshot(_Facts):
    """One snapshot of a virtual machine."""

    name: str | None = fact("Name")
    created: str | None = fact("When it was made")


@frozen
class Controller(_Facts):
    """One storage controller of a virtual machine."""

    id: str = stated("scsi0, nvme0, sata0, ide0")
    type: Literal["pvscsi", "lsilogic", "lsilogic_sas", "buslogic", "nvme", "ahci", "ide"] | None = fact("Type")
    bus_sharing: Literal["none", "virtual", "physical"] | None = fact("SCSI bus sharing")


@frozen
class Rdm(_Facts):
    """The LUN that a raw device mapping maps."""

    compatibility: Literal["physical", "virtual"] | None = fact("Compatibility mode")
    device: Device | None = fact("Device id of the LUN")
    partition_style: Literal["MBR", "GPT"] | None = fact("Partition style in the guest")
    filesystem: str | None = fact("File system in the guest: NTFS, ReFS, …")


@frozen
class Disk(_Facts):
    """One virtual disk."""

    label: str = stated("Label: Hard disk 1")
    controller: str | None = fact("Id of its controller")
    path: str | None = fact("[datastore] folder/file.vmdk; for an RDM its mapping file; [datastore] alone for a file to come")
    backing: Literal["flat", "sparse", "se_sparse", "pmem", "rdm"] | None = fact("Kind of disk")
    mode: (
        Literal["persistent", "nonpersistent", "undoable", "append", "independent_persistent", "independent_nonpersistent"]
        | None
    ) = fact("Disk mode")
    sharing: Literal["none", "multi_writer"] | None = fact("Multi-writer sharing")
    capacity_gib: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = fact("Capacity in GiB")
    rdm: Rdm | None = fact("What it maps, for an RDM")


@frozen
class Software(_Facts):
    """One installed product."""

    product: str = stated("Product")
    version: str | None = fact("Version")
    edition: str | None = fact("Edition")
    component: Component | None = fact("server, client, agent")
    options: list[str] | None = fact("Options: Enterprise Module")
    gpt_raw_capable: bool | None = fact("Can back up GPT disks as raw devices")


@frozen
class GuestCluster(_Facts):
    """A cluster of guest systems."""

    software: list[Software] | None = fact("Cluster software")
    feature: Literal["failover", "availability_group", "dag", "rac", "mirror"] | None = fact("Cluster feature")
    shared_disk: bool | None = fact("The nodes share a disk")


@frozen
class Workload(_Facts):
    """What a virtual machine is there for: a database, a file service, …."""

    product: str = stated("Product; File system for a plain file system")
    version: str | None = fact("Version: 2019, 19c, 11g Release 2")
    edition: str | None = fact("Edition")
    service_pack: str | None = fact("Service pack: none, SP1, …")
    location: Literal["rdm", "vmfs"] | None = fact("Where its data lies")
    disk: str | None = fact("Label of the disk that holds its data")
    backup_mode: Literal["online", "offline", "none"] | None = fact("How it is backed up itself")
    protected_by: str | None = fact("What else protects it, or none")


@frozen
class VirtualMachine(_Facts):
    """One virtual machine."""

    name: str = stated("Name of the virtual machine")
    uuid: str | None = fact("BIOS or instance UUID")
    bios_uuid: str | None = fact("BIOS UUID, where uuid is the instance UUID: by either of them other sources know the VM")
    vcenter: str | None = fact("vCenter")
    datacenter: str | None = fact("Datacenter")
    host: str | None = fact("ESXi host that it runs on")
    power_state: Literal["powered_on", "powered_off", "suspended"] | None = fact("Power state")
    powered_off_at_backup: bool | None = fact(
        "It was powered off when the backup to be restored was made: that holds no snapshot"
    )
    template: bool | None = fact("It is a template")
    vmx: str | None = fact("[datastore] folder/file.vmx; [datastore] alone for a file to come")
    guest: Guest | None = fact("What runs inside")
    roles: list[Role] | None = fact("vcenter, vcls, istoragemanager, …; [] = none of them")
    encrypted: bool | None = fact("VM encryption is in use")
    fault_tolerance: bool | None = fact("vSphere Fault Tolerance is configured")
    vtpm: bool | None = fact("A virtual TPM is present")
    passthrough_devices: list[PassthroughDevice] | None = fact("PCI passthrough devices")
    snapshots: list[Annotated[Snapshot, BeforeValidator(_named)]] | None = fact("Snapshots of the VM")
    controllers: list[Controller] | None = fact("Storage controllers")
    disks: list[Disk] | None = fact("Virtual disks")
    cluster: optional_object(GuestCluster) | None = fact("Cluster of guest systems, or none")  # type: ignore[valid-type]
    workloads: list[Workload] | None = fact("What it does")
    software: list[Software] | None = fact("Software installed in the guest")


# --- servers, jobs, runbooks ---------------------------------------------------------------------------------------


@frozen
class Server(_Facts):
    """A server with a role in backup: physical, or a virtual machine."""

    name: str = stated("Name of the server")
    physical: bool | None = fact("It is a physical machine")
    vm: str | None = fact("Virtual machine that it is, or none")
    os: OperatingSystem | None = fact("Operating system")
    roles: list[Literal["management", "backup", "business"]] | None = fact("Roles")
    manages: list[str] | None = fact("Arrays that its iStorageManager manages")
    ports: list[Port] | None = fact("WWPNs and iSCSI names of its host bus adapters")
    software: list[Software] | None = fact("Installed software")


@frozen
class Targets(_Facts):
    """What a job or runbook is about."""

    datastores: list[str] | None = fact("Datastores")
    vms: list[str] | None = fact("Virtual machines")
    rdm: list[str] | None = fact("RDM disks: vm/label")
    hosts: list[str] | None = fact("ESXi hosts")


@frozen
class JobManager(_Facts):
    """Software that starts jobs."""

    product: str = stated("JobCenter, JobCenter Lite, Task Scheduler, JMSS, …")
    version: str | None = fact("Version: R16.1")
    server: str | None = fact("Server that it runs on")


@frozen
class SecondaryBackup(_Facts):
    """A backup of the copy to another medium."""

    server: str | None = fact("Backup server")
    software: str | None = fact("Backup software")
    version: str | None = fact("Version")
    device: Literal["raw_gpt", "raw_mbr", "mounted", "file", "vadp"] | None = fact("How the copy is read")
    linked_by: Literal["job_manager", "script", "none"] | None = fact("What starts it after the disk backup")


@frozen
class Step(_Facts):
    """One step of a written procedure."""

    action: StepAction = stated("What is done")
    actor: str | None = fact("Who does it: a server of the inventory")
    vms: list[str] | None = fact("Virtual machines concerned")
    lds: list[Ldn] | None = fact("Logical disks concerned")
    ldn: Ldn | None = fact("LDN concerned")
    new_ldn: Ldn | None = fact("LDN of the rebuilt disk")
    lun: Count | None = fact("LUN")
    server: str | None = fact("Server whose access changes")
    source: str | None = fact("What is read")
    signature: Literal["new", "keep"] | None = fact("Signature of a mounted copy")


@frozen
class Job(_Facts):
    """One backup job."""

    name: str = stated("Name of the job")
    pattern: Literal["vmfs", "rdm", "sanboot"] | None = fact("What is backed up, and how")
    function: Function | None = fact("Copy function of the array")
    mode: Literal["online", "offline"] | None = fact("online = 無停止 (snapshot), offline = 短停止 (shutdown)")
    tool: str | None = fact("RepNavi Suite, ControlCommand, iStorageManager")
    iopath: str | None = fact("IOPATH of ControlCommand: MANAGER or DIRECT")
    runs_on: str | None = fact("Server or VM that runs it")
    targets: Targets | None = fact("What it backs up; the lists together are a union")
    quiesce: Literal["shutdown", "snapshot", "power_off", "suspend", "none"] | None = fact("How the VMs are quiesced")
    job_manager: optional_object(JobManager) | None = fact("Job management software, or none")  # type: ignore[valid-type]
    secondary: optional_object(SecondaryBackup) | None = fact("Secondary backup, or none")  # type: ignore[valid-type]
    steps: list[Step] | None = fact("The written procedure")


@frozen
class Runbook(_Facts):
    """One written restore procedure."""

    name: str = stated("Name of the runbook")
    procedure: str | None = fact("Id of the procedure that it follows")
    job: str | None = fact("Job whose backup it restores")
    targets: Targets | None = fact("What it restores")
    steps: list[Step] | None = fact("Its steps")


# --- the whole -----------------------------------------------------------------------------------------------------


@frozen
class RunningRestore(_Facts):
    """A restore that runs now."""

    datastore: str | None = fact("Datastore that is being restored")


@frozen
class Site(_Facts):
    """The site as a whole."""

    name: str | None = fact("Name of the site")
    customer: str | None = fact("Customer")
    restores_in_progress: list[RunningRestore] | None = fact("Restores that run now; they make an attached RV or LV legitimate")


@frozen
class SubjectReference(_Facts):
    """One object, as reports name it."""

    kind: str = stated("vm, datastore, disk, …")
    name: str = stated("Name, as reports print it")


@frozen
class Inquiry(_Facts):
    """A question to the vendor that was answered."""

    clause: str = stated("Clause of the guide that was asked about")
    subject: SubjectReference = stated("What it was asked for")
    answer: Literal["supported", "unsupported"] = stated("The vendor's answer")
    reference: str | None = fact("Number of the inquiry")
    date: datetime.date | None = fact("Date of the answer")


_optional = fact
"""The same, where a field is called ``fact``."""


@frozen
class Precedence(_Facts):
    """Whom to believe about a fact, where sources disagree: it settles the disagreement."""

    fact: str = stated("As reports name it: vm.power_state; vm.guest covers all below it, * everything")
    order: list[str] = stated("Sources, the one to believe first: native, vcenter, ism, rvtools, …", min_length=1)


@frozen
class MappedLun(_Facts):
    """Which logical disk a host sees as a device, where no source states the device id of the logical disk."""

    device: Device = stated("Device id that the hosts see: naa.…, eui.…")
    array: str = stated("Name of the array")
    ldn: Ldn = stated("LDN of the logical disk")


@frozen
class Disagreement(_Facts):
    """Two sources that say different things of one fact. Merging finds them; a written inventory keeps them."""

    kind: str = stated("Kind of the object: vm, datastore, disk, …")
    name: str = stated("Its name: db01, db01/Hard disk 1, M320-01/0010h")
    fact: str = stated("The fact: vm.power_state")
    part: str | None = _optional("Member of a list of the object that it is about: a device, a pair")
    vcenter: str | None = _optional("vCenter of the object, or of its owner")
    datacenter: str | None = _optional("Datacenter of the object, or of its owner")
    uuid: str | None = _optional("UUID of the VM")
    value: str | None = _optional("The value that is used")
    source: str | None = _optional("Source of that value")
    other: str | None = _optional("The value that is not used")
    other_source: str | None = _optional("Source of the other value")
    settled: bool | None = _optional("Somebody stated under precedence whom to believe about this fact")


@frozen
class Inventory(_Facts):
    """All that is known of a site."""

    tenken: Literal[1] = field(default=1, metadata={"description": "Version of this format"})
    source: str | None = fact("Source that tenken wrote this document from (vcenter, import); absent = written by hand")
    partial: list[PartialList] | None = fact("Lists of which this document names only some entries")
    complete: list[Literal["vcenters", "clusters", "hosts", "datastores", "vms"]] | None = fact(
        "Kinds of which all documents together list everything, although some source lists them in part"
    )
    site: Site | None = fact("The site")
    inquiries: list[Inquiry] | None = fact("Answers of the vendor; they settle an inquire")
    arrays: list[Array] | None = fact("iStorage arrays")
    vcenters: list[VCenter] | None = fact("vCenter Servers")
    clusters: list[Cluster] | None = fact("vSphere clusters")
    hosts: list[Host] | None = fact("ESXi hosts")
    datastores: list[Datastore] | None = fact("Datastores")
    vms: list[VirtualMachine] | None = fact("Virtual machines")
    servers: list[Server] | None = fact("Management and backup servers")
    jobs: list[Job] | None = fact("Backup jobs")
    runbooks: list[Runbook] | None = fact("Written restore procedures")
    lun_map: list[MappedLun] | None = fact("Which logical disk is which device, where no source says it")
    assumptions: list[Literal["ldn_from_naa"]] | None = fact(
        "What may be assumed: ldn_from_naa = the last four hex digits of a NEC device id are the LDN"
    )
    precedence: list[Precedence] | None = fact("Whom to believe about a fact, where sources disagree")
    disagreements: list[Disagreement] | None = fact("Where the sources of this document disagreed; tenken import writes them")


def reader() -> SchemaValidator:
    """What reads a tree as an inventory: ``validate_python`` gives an Inventory or raises pydantic's ValidationError."""
    return validator_of(Inventory)


def read_as(cls: type, facts: Mapping[str, Any]) -> Any:
    """An object of one of these classes with the facts that are stated of it, read as an inventory's are.

    Raises pydantic's ValidationError. What is an object already is taken as it is.
    """
    return _reader(cls).validate_python(facts)


@cache
def _reader(cls: type) -> TypeAdapter[Any] | SchemaValidator:
    return reader() if cls is Inventory else TypeAdapter(cls)
