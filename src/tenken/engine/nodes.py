"""The graph's nodes: facts of the inventory, joined.

A node holds the facts of one object (frozen, from the inventory) and its links to other nodes. Links are what rules
walk: from a disk to its datastore, to the logical disk below, to the LD sets that give hosts access. A link that
could not be resolved because something was not collected is None, and a list with a member that could not be
resolved holds None in its place: both are *unknown* to the rules, never absent.

The annotations are the contract of the rule language: the checker reads names and types off them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from tenken.document.place import Route
from tenken.model import inventory as facts


class Nothing:
    """Stands in for the facts of objects that were not collected: every fact of it is unknown."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


NOTHING = Nothing()


class _Slotted(type):
    """Makes a slot of every link that a class annotates: a large site has too many nodes for a dictionary each."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Slotted:
        body.setdefault("__slots__", tuple(body.get("__annotations__", ())))
        return super().__new__(cls, name, bases, body)


class Node(metaclass=_Slotted):
    """One subject of rules. ``phantom`` nodes stand for the members of a list that was not collected."""

    __slots__ = ("fact", "name", "phantom", "route")
    kind: ClassVar[str]
    facts: ClassVar[type]
    variable: ClassVar[str]
    """Name under which rules see a node of this kind."""

    def __init__(self, fact: Any, route: Route, name: str, phantom: bool = False) -> None:
        self.fact, self.route, self.name, self.phantom = fact, route, name, phantom

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


class SiteNode(Node):
    kind, facts, variable = "site", facts.Site, "site"
    arrays: list[ArrayNode] | None
    vcenters: list[VCenterNode] | None
    clusters: list[ClusterNode] | None
    hosts: list[HostNode] | None
    datastores: list[DatastoreNode] | None
    vms: list[VmNode] | None
    servers: list[ServerNode] | None
    jobs: list[JobNode]
    has_jobs: bool
    """Backup jobs are stated: the plan is judged too."""
    boot_devices: frozenset[str | None] | None
    """Devices on which ESXi is installed; unknown members for hosts whose boot device was not collected."""
    array_boot_devices: frozenset[str | None] | None
    """The same, as far as they may be logical disks of an array: a local disk is none."""


class ArrayNode(Node):
    kind, facts, variable = "array", facts.Array, "array"
    logical_disks: list[LdNode] | None
    ld_sets: list[LdSetNode] | None


class LdNode(Node):
    kind, facts, variable = "logical_disk", facts.LogicalDisk, "ld"
    array: ArrayNode
    device: str | None
    """Device id under which hosts see it: its uid, or a device that was joined with it otherwise."""
    joined_by: Literal["uid", "map", "lun", "assumption", "nothing"] | None
    """What joined it with that device: its uid, an explicit map, its LUN in an LD set, or an assumption. Unknown where the
    assumption was asked for and several would fit."""
    roles: list[str | None] | None
    """Roles stated, and those that follow from pairs and snapshot sets; an unknown member where there may be more."""
    ld_sets: list[LdSetNode] | None
    hosts: list[HostNode | None] | None
    """ESXi hosts that have access through an LD set."""
    datastores: list[DatastoreNode]
    """Datastores that have an extent on it."""
    mapped_by: list[DiskNode]
    """RDMs that map it, of any compatibility mode."""
    boots: list[HostNode]
    """Hosts whose ESXi is installed on it."""
    copies: list[LdNode | None]
    """For an MV or BV: its RVs and LVs; an unknown member where there may be more."""
    copies_placed: bool | None
    """Its RVs and LVs are among the logical disks that were collected; unknown where one is not, or where none is known to be."""
    originals: list[LdNode | None]
    """For an RV or LV: the MVs or BVs that it is a copy of; an unknown member where that was not collected."""
    attachments: list[str | None] | None
    """State on each ESXi host that has access, or sees it attached without: attached, detached, or not_seen."""
    attached_to: list[HostNode]
    """The hosts on which it is known to be attached."""
    backs_datastore: bool
    """A VMFS datastore that VMs are backed up from lies on it."""
    is_target: bool
    """It is the source of a candidate datastore."""
    planned: bool
    """It is the source of a datastore that a VMFS job names."""
    planned_for: frozenset[str]
    """Methods by which a job copies it: vmfs.online, vmfs.offline, rdm, sanboot."""
    restoring: bool
    """It is a copy whose original's datastore is being restored now."""


class LdSetNode(Node):
    kind, facts, variable = "ld_set", facts.LdSet, "ld_set"
    array: ArrayNode
    hosts: list[HostNode | None] | None
    """ESXi hosts among its servers."""
    lds: list[LdNode | None] | None
    serves_esxi: bool | None


class VCenterNode(Node):
    kind, facts, variable = "vcenter", facts.VCenter, "vcenter"
    vm: VmNode | None


class ClusterNode(Node):
    kind, facts, variable = "cluster", facts.Cluster, "cluster"
    vcenter: VCenterNode | None
    hosts: list[HostNode | None] | None
    datastores: list[DatastoreNode | None]
    """Datastores that several of its hosts mount; an unknown member where there may be more."""


class HostNode(Node):
    kind, facts, variable = "host", facts.Host, "host"
    vcenter: VCenterNode | None
    clusters: list[ClusterNode | None] | None
    """The cluster that it is in; empty for a host that is in none."""
    datastores: list[DatastoreNode | None]
    """Those that it mounts; an unknown member where there may be more."""
    may_mount: list[DatastoreNode]
    """Candidate datastores of its vCenter of which nobody said who mounts them."""
    runs_targets: bool
    """It runs a target VM, or mounts the datastore of one."""
    system_ld: LdNode | None
    """The logical disk on which its ESXi is installed."""
    has_vcenter: bool | None
    """A vCenter manages it; false where it was stated that none does."""
    is_sanboot_target: bool
    """It boots from the SAN, or a SAN boot job names it."""
    jobs: list[JobNode]
    """SAN boot jobs that name it."""


class DatastoreNode(Node):
    kind, facts, variable = "datastore", facts.Datastore, "datastore"
    vcenter: VCenterNode | None
    vms: list[VmNode | None]
    """VMs with a file on it: .vmx, disk or RDM mapping file; an unknown member where one may lie on it that nobody could place."""
    target_vms: list[VmNode | None]
    """Those of them that may be backed up: neither templates nor vCLS agents."""
    devices: list[str] | None
    """Its distinct LUNs: partitions of one device count once."""
    lds: list[LdNode | None] | None
    """The logical disks below it, one for each LUN."""
    vendors: list[str | None] | None
    """SCSI vendor of each LUN, as the hosts report it."""
    hosts: list[HostNode | None] | None
    """The hosts that mount it."""
    may_be_mounted_by: list[HostNode]
    """The hosts of its vCenter, where nobody said which of them mount it; else none."""
    clusters: list[ClusterNode | None] | None
    """Clusters whose hosts mount it, or may mount it where that was not collected, or whose vSphere HA names it for heartbeats."""
    jobs: list[JobNode]
    """VMFS jobs that copy it."""
    is_target: bool | None
    """A candidate: not known to be other than VMFS, and it holds target VMs, lies on a known array, or a job names it. Unknown
    where nobody stated whether an empty one lies on an array."""
    planned: bool


class VmNode(Node):
    kind, facts, variable = "vm", facts.VirtualMachine, "vm"
    host: HostNode | None
    vcenter: VCenterNode | None
    controllers: list[ControllerNode] | None
    disks: list[DiskNode] | None
    workloads: list[WorkloadNode] | None
    vmx_datastore: DatastoreNode | None
    datastores: list[DatastoreNode | None] | None
    """Where its .vmx, its disks and its mapping files lie."""
    jobs: list[JobNode]
    """VMFS jobs that back it up."""
    is_target: bool
    """It may be backed up: neither a template nor known to be a vCLS agent."""
    planned: bool
    planned_online: bool
    planned_offline: bool
    planned_for: frozenset[str]
    """Methods by which a job backs it or one of its disks up: vmfs.online, vmfs.offline, rdm."""
    uses_repnavi: bool | None
    """One of its VMFS jobs uses RepNavi Suite; taken for granted where there are no jobs."""
    has_rdm_target: bool
    """One of its disks is an RDM target."""
    rdm_jobs: list[JobNode]
    """RDM jobs that name it or a disk of it."""
    rdm_uses_repnavi: bool | None
    """One of its RDM jobs uses RepNavi Suite; taken for granted where there are no jobs."""
    servers: list[ServerNode]
    """Servers of the inventory that are this VM."""
    runs_vcenter: bool
    """A vCenter of the inventory states that it runs on it."""
    runs_istoragemanager: bool | None
    """A server of the inventory that has iStorageManager installed states that it is this VM; unknown where one only has its name."""


class ControllerNode(Node):
    kind, facts, variable = "controller", facts.Controller, "controller"
    vm: VmNode


class DiskNode(Node):
    kind, facts, variable = "disk", facts.Disk, "disk"
    vm: VmNode
    controller: ControllerNode | None
    datastore: DatastoreNode | None
    """Where its file lies; for an RDM, the mapping file."""
    ld: LdNode | None
    """For an RDM: the logical disk that it maps."""
    vendor: str | None
    """For an RDM: SCSI vendor of the LUN that it maps, as the hosts report it."""
    shared_with: list[VmNode | None]
    """Other VMs that have the same file or LUN attached; an unknown member where others may have the LUN."""
    jobs: list[JobNode]
    """RDM jobs that name it, or its VM as a whole."""
    is_rdm_target: bool
    """To be backed up inside the guest: a job says so, or it is an RDM not known to be a virtual one."""
    workloads: list[WorkloadNode | None] | None
    """What lies on it; an unknown member where a workload may, but nobody said on which disk it lies."""


def mapped_by_virtual_rdms(vms: Iterable[VmNode | None]) -> list[LdNode | None]:
    """What virtual RDMs of VMs map: it is backed up and restored with the VM, as its files are.

    An unknown member where a VM, its disks or the logical disk was not collected, or whether an RDM is a virtual one.
    """
    found: list[LdNode | None] = []
    for vm in vms:
        if vm is None or vm.disks is None:
            found.append(None)
            continue
        found += [disk.ld if is_virtual_rdm(disk) else None for disk in vm.disks if may_be_virtual_rdm(disk)]
    return list(dict.fromkeys(found))


def mapped_device(disk: DiskNode) -> str | None:
    """The LUN that an RDM maps, where it was collected."""
    return disk.fact.rdm.device if disk.fact.rdm is not None else None


def may_map_any_lun(disk: DiskNode) -> bool:
    """It is an RDM, or may be one, and nobody said which LUN it maps."""
    return disk.fact.backing in ("rdm", None) and mapped_device(disk) is None


def is_virtual_rdm(disk: DiskNode) -> bool:
    return disk.fact.backing == "rdm" and disk.fact.rdm is not None and disk.fact.rdm.compatibility == "virtual"


def may_be_virtual_rdm(disk: DiskNode) -> bool:
    """Nothing that is known of it says that it is no virtual RDM."""
    rdm = disk.fact.rdm
    return disk.fact.backing in ("rdm", None) and (rdm is None or rdm.compatibility in ("virtual", None))


class WorkloadNode(Node):
    kind, facts, variable = "workload", facts.Workload, "workload"
    vm: VmNode
    disk: DiskNode | None
    rdm_disks: list[DiskNode]
    """RDM targets that hold its data, or may hold it where its disk was not stated."""
    on_rdm: bool | None
    """Its data lies on an RDM target."""


class ServerNode(Node):
    kind, facts, variable = "server", facts.Server, "server"
    vm: VmNode | None
    arrays: list[ArrayNode | None] | None
    """Arrays that its iStorageManager manages."""
    jobs: list[JobNode]
    """Jobs that run on it."""
    secondary_jobs: list[JobNode]
    """Jobs whose secondary backup it does."""


class RestoreGroupNode(Node):
    kind, facts, variable = "restore_group", Nothing, "group"
    datastores: list[DatastoreNode]
    """Datastores tied by VMs with files on several of them, or that share a virtual RDM: restored together."""
    vms: list[VmNode]
    jobs: list[JobNode]


class JobNode(Node):
    kind, facts, variable = "job", facts.Job, "job"
    vms: list[VmNode | None]
    """VMs that it backs up: named, because they lie on its datastores, or because of their RDM disks. As in the other lists of
    what it backs up, an unknown member where one was not collected."""
    datastores: list[DatastoreNode | None]
    """Datastores that it copies: named, or because its VMs lie on them. None for an RDM or SAN boot job."""
    disks: list[DiskNode | None]
    """For an RDM job: its disks, named or because they are RDM targets of VMs that it names."""
    hosts: list[HostNode | None]
    """For a SAN boot job: its hosts."""
    lds: list[LdNode | None]
    """The logical disks that it copies; an unknown member where one was not collected, or where an RDM may be a virtual one."""
    arrays: list[ArrayNode | None]
    """The arrays of those."""
    executor: Literal["server", "vm"] | None
    """Whether runs_on names a server of the inventory, or a VM that is none."""
    server: ServerNode | None
    """The server that runs it."""
    runs_in: VmNode | None
    """The VM that runs it, or that its server is."""
    secondary_executor: Literal["server", "vm"] | None
    """Whether the secondary backup's server is one of the inventory's servers, or a VM that is none."""
    secondary_server: ServerNode | None
    secondary_in: VmNode | None
    """The VM that does the secondary backup, or that its server is."""
    servers: list[ServerNode]
    """The servers of the site, who may act in its steps."""
    uses_repnavi: bool | None


class RunbookNode(Node):
    kind, facts, variable = "runbook", facts.Runbook, "runbook"
    job: JobNode | None
    vms: list[VmNode | None]
    """VMs that it restores: named, or because they lie on datastores that it names."""
    datastores: list[DatastoreNode | None]
    """Datastores that it restores: named, or because its VMs lie on them."""
    hosts: list[HostNode | None]
    """ESXi hosts whose system it restores."""
    lds: list[LdNode | None]
    """The logical disks below its datastores and hosts; an unknown member where one was not collected."""
    servers: list[ServerNode]


class DisagreementNode(Node):
    kind, facts, variable = "disagreement", facts.Disagreement, "disagreement"
    __slots__ = ("subject", "touches")
    # No annotations: a rule judges what was said, and the report names the object that it was said of.

    def __init__(self, fact: Any, route: Route, name: str, phantom: bool = False) -> None:
        super().__init__(fact, route, name, phantom)
        self.subject: Node | None = None
        self.touches: list[Node] = []


KINDS: dict[str, type[Node]] = {
    cls.kind: cls
    for cls in (
        SiteNode, ArrayNode, LdNode, LdSetNode, VCenterNode, ClusterNode, HostNode, DatastoreNode, VmNode, ControllerNode,
        DiskNode, WorkloadNode, RestoreGroupNode, ServerNode, JobNode, RunbookNode, DisagreementNode,
    )
}  # fmt: skip

PARENTS: dict[str, tuple[str, ...]] = {
    "disk": ("vm",),
    "controller": ("vm",),
    "workload": ("vm",),
    "logical_disk": ("array",),
    "ld_set": ("array",),
}
"""Links under which a rule on such a subject also sees its owner, by name."""

STAND_INS: dict[type[Node], str] = {
    ArrayNode: "arrays", VCenterNode: "vcenters", HostNode: "hosts", VmNode: "vms", ServerNode: "servers",
    LdSetNode: "ld_sets", ControllerNode: "controllers", DiskNode: "disks", WorkloadNode: "workloads",
}  # fmt: skip
"""Kinds of which one node may stand for all members of a list that was not collected, with the name of that list."""
