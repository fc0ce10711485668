"""The plan: what the backup jobs copy, and what is tied together by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tenken.document.place import Route
from tenken.document.problem import did_you_mean
from tenken.document.said import Said
from tenken.engine.graph import Graph
from tenken.engine.graph.names import Names, not_among
from tenken.engine.nodes import (
    NOTHING,
    DatastoreNode,
    DiskNode,
    HostNode,
    JobNode,
    LdNode,
    RestoreGroupNode,
    RunbookNode,
    ServerNode,
    VmNode,
    is_virtual_rdm,
    mapped_by_virtual_rdms,
    mapped_device,
)  # fmt: skip
from tenken.model.inventory import Job


def link(graph: Graph, names: Names) -> None:
    """Join jobs and runbooks with their targets and servers, and find the datastores that are restored together."""
    for server in graph.of(ServerNode):
        _link_server(server, names)
    for job in graph.of(JobNode):
        _link_targets(job, names)
        _link_machines(job, names)
        job.servers = graph.of(ServerNode)
        _check_names(job.fact, job.route, names)
        _check_steps(job, names)
    for runbook in graph.of(RunbookNode):
        _link_runbook(runbook, names)
        runbook.servers = graph.of(ServerNode)
        _check_steps(runbook, names)
    _link_groups(graph)


# --- jobs ----------------------------------------------------------------------------------------------------------


def _link_targets(job: JobNode, names: Names) -> None:
    """What a job backs up. One whose pattern was not collected may do all of it: taking it so checks more, not less."""
    fact, route = job.fact, (*job.route, "targets")
    targets = fact.targets
    job.vms, job.datastores, job.hosts = [], [], []
    job.disks = [None] if fact.pattern in ("rdm", None) and targets is None else []
    job.uses_repnavi = None if fact.tool is None else "repnavi" in fact.tool.replace(" ", "").casefold()
    if targets is not None:
        named = names.find_all("vms", targets.vms, (*route, "vms")) or []
        stores = names.find_all("datastores", targets.datastores, (*route, "datastores")) or []
        hosts = names.find_all("hosts", targets.hosts, (*route, "hosts")) or []
        disks = _rdm_disks(targets.rdm, (*route, "rdm"), names)
        if fact.pattern in ("vmfs", None):
            _plan_vmfs(job, named, stores)
        if fact.pattern == "rdm" or (fact.pattern is None and disks):
            _plan_rdm(job, named if fact.pattern == "rdm" else [], disks)
        if fact.pattern == "sanboot" or (fact.pattern is None and hosts):
            _plan_sanboot(job, hosts)
    job.lds = _lds_of(job)
    job.arrays = list(dict.fromkeys(None if ld is None else ld.array for ld in job.lds))


def _plan_vmfs(job: JobNode, named: list[VmNode | None], stores: list[DatastoreNode | None]) -> None:
    """A VMFS job's targets are the VMs that it names and all target VMs of the datastores that it names."""
    job.vms = list(dict.fromkeys([*named, *(vm for store in filter(None, stores) for vm in store.target_vms)]))
    job.datastores = list(dict.fromkeys([*stores, *_beneath(named)]))
    mode = job.fact.mode
    methods = frozenset(f"vmfs.{way}" for way in ("online", "offline") if mode in (way, None))
    for vm in filter(None, job.vms):
        vm.uses_repnavi = _any([vm.uses_repnavi, job.uses_repnavi]) if vm.planned else job.uses_repnavi
        vm.jobs.append(job)
        vm.planned = True
        vm.planned_for |= methods
        vm.planned_online = "vmfs.online" in vm.planned_for
        vm.planned_offline = "vmfs.offline" in vm.planned_for
    for datastore in filter(None, job.datastores):
        datastore.jobs.append(job)
        datastore.planned = True
        _mark(datastore.lds or (), methods)
    _mark(mapped_by_virtual_rdms(job.vms), methods)


def _beneath(vms: Iterable[VmNode | None]) -> list[DatastoreNode | None]:
    """The datastores that VMs lie on; an unknown member for a VM that nobody described, or a file that nobody placed."""
    return [place for vm in vms for place in ((vm.datastores if vm is not None else None) or [None])]


def _plan_rdm(job: JobNode, named: list[VmNode | None], disks: list[DiskNode | None]) -> None:
    """An RDM job's targets are the disks that it names and all RDM targets of the VMs that it names."""
    for vm in named:
        own = vm.disks if vm is not None else None
        disks = [*disks, *([None] if own is None else (disk for disk in own if disk.is_rdm_target))]
    job.disks = list(dict.fromkeys(disks))
    for disk in filter(None, job.disks):
        disk.jobs.append(job)
        disk.is_rdm_target = True
    for vm in dict.fromkeys([*filter(None, named), *(disk.vm for disk in job.disks if disk is not None)]):
        vm.rdm_uses_repnavi = _any([vm.rdm_uses_repnavi, job.uses_repnavi]) if vm.rdm_jobs else job.uses_repnavi
        vm.rdm_jobs.append(job)
        vm.planned_for |= {"rdm"}
        job.vms.append(vm)
    _mark((disk.ld for disk in job.disks if disk is not None), frozenset({"rdm"}))


def _plan_sanboot(job: JobNode, hosts: list[HostNode | None]) -> None:
    """A SAN boot job's targets are the system disks of the hosts that it names."""
    job.hosts = hosts
    for host in filter(None, hosts):
        host.jobs.append(job)
        host.is_sanboot_target = True
        _mark([host.system_ld], frozenset({"sanboot"}))


def _mark(lds: Iterable[LdNode | None], methods: frozenset[str]) -> None:
    for ld in lds:
        if ld is not None:
            ld.planned_for |= methods


def _lds_of(job: JobNode) -> list[LdNode | None]:
    """The logical disks below a job's targets; an unknown member for each that was not collected."""
    found: list[LdNode | None] = []
    for datastore in job.datastores:
        found += [None] if datastore is None or datastore.lds is None else datastore.lds
    if job.fact.pattern in ("vmfs", None):
        found += mapped_by_virtual_rdms(job.vms)
    found += [None if disk is None else disk.ld for disk in job.disks]
    found += [None if host is None else host.system_ld for host in job.hosts]
    return list(dict.fromkeys(found or [None]))


def _any(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def _rdm_disks(stated: list[str] | None, at: Route, names: Names) -> list[DiskNode | None]:
    """The RDM disks that a job names as vm/label; an unknown member where the VM's disks were not collected."""
    found: list[DiskNode | None] = []
    for position, name in enumerate(stated or ()):
        vm_name, _, label = name.rpartition("/")
        vm: VmNode | None = names.find("vms", vm_name or name, (*at, position))
        if vm is None or vm.disks is None:
            found.append(None)
            continue
        disk = next((disk for disk in vm.disks if disk.fact.label == label), None)
        if disk is None:
            known = [f"{vm.name}/{disk.fact.label}" for disk in vm.disks]
            names.problem(not_among(repr(name), "disks"), (*at, position), did_you_mean(name, known))
        found.append(disk)
    return found


# --- servers and runbooks ------------------------------------------------------------------------------------------


def _link_server(server: ServerNode, names: Names) -> None:
    fact, route = server.fact, server.route
    server.jobs, server.secondary_jobs = [], []
    server.vm = None if fact.vm == "none" else names.find("vms", fact.vm, (*route, "vm"))
    server.arrays = names.find_all("arrays", fact.manages, (*route, "manages"))
    if server.vm is not None:
        server.vm.servers.append(server)


def _link_machines(job: JobNode, names: Names) -> None:
    """Where a job runs, and who does its secondary backup: a server of the inventory or, for RDM, a VM."""
    name = job.fact.runs_on
    job.server = names.only("servers", name)
    job.runs_in = job.server.vm if job.server is not None else names.only("vms", name)
    job.executor = "server" if job.server is not None else "vm" if job.runs_in is not None else None
    secondary = job.fact.secondary
    name = secondary.server if secondary is not None and secondary != "none" else None
    job.secondary_server = names.only("servers", name)
    job.secondary_in = job.secondary_server.vm if job.secondary_server is not None else names.only("vms", name)
    job.secondary_executor = "server" if job.secondary_server is not None else "vm" if job.secondary_in is not None else None
    if job.server is not None:
        job.server.jobs.append(job)
    if job.secondary_server is not None:
        job.secondary_server.secondary_jobs.append(job)


def _link_runbook(runbook: RunbookNode, names: Names) -> None:
    """A runbook restores the datastores that it names with all their VMs, and the VMs that it names with all their datastores;
    where it names nothing, what its job backs up; without a job, nobody said what."""
    fact, route, targets = runbook.fact, runbook.route, runbook.fact.targets
    stated = targets is not None and [targets.datastores, targets.vms, targets.hosts, targets.rdm] != [None] * 4
    job = runbook.job = names.find("jobs", fact.job, (*route, "job"))
    runbook.vms, runbook.datastores, runbook.hosts = [], [], []
    if stated:
        at = (*route, "targets")
        runbook.datastores = names.find_all("datastores", targets.datastores, (*at, "datastores")) or []
        runbook.vms = names.find_all("vms", targets.vms, (*at, "vms")) or []
        runbook.hosts = names.find_all("hosts", targets.hosts, (*at, "hosts")) or []
        there = [vm for store in runbook.datastores if store is not None for vm in store.target_vms]
        beneath = _beneath(runbook.vms)
        runbook.vms = list(dict.fromkeys([*runbook.vms, *there]))
        runbook.datastores = list(dict.fromkeys([*runbook.datastores, *beneath]))
    elif job is not None:
        runbook.vms, runbook.datastores, runbook.hosts = [*job.vms], [*job.datastores], [*job.hosts]
    else:
        runbook.vms, runbook.datastores, runbook.hosts = [None], [None], [None]
    lds: list[LdNode | None] = []
    for datastore in runbook.datastores:
        lds += [None] if datastore is None or datastore.lds is None else datastore.lds
    lds += mapped_by_virtual_rdms(runbook.vms)
    lds += [None if host is None else host.system_ld for host in runbook.hosts]
    runbook.lds = list(dict.fromkeys(lds))


def _check_steps(node: JobNode | RunbookNode, names: Names) -> None:
    """Written steps speak of VMs and machines of the inventory; roles may act instead of machines."""
    for position, step in enumerate(node.fact.steps or ()):
        at = (*node.route, "steps", position)
        names.find_all("vms", step.vms, (*at, "vms"))
        for key, name in (("actor", step.actor), ("server", step.server)):
            _check_machine(name, (*at, key), names, ("servers", "vms", "hosts", "vcenters"), ROLES)


def _check_names(job: Job, route: Route, names: Names) -> None:
    """Names that no VMFS rule follows, but that must mean something all the same."""
    _check_machine(job.runs_on, (*route, "runs_on"), names)
    if job.secondary is not None and job.secondary != "none":
        _check_machine(job.secondary.server, (*route, "secondary", "server"), names)


ROLES = ("management", "business", "backup")
"""Words that may stand for the machines that have these roles."""


def _check_machine(
    name: str | None, at: Route, names: Names, kinds: Iterable[str] = ("servers", "vms"), words: Iterable[str] = ()
) -> None:
    """A job runs on a server or, for RDM, on a VM."""
    if name is None or any(getattr(names.inventory, kind) is None or kind in names.partial for kind in kinds):
        return
    if name in words or any(names.knows(kind, name) for kind in kinds):
        return
    known = [*words, *(known for kind in kinds for known in names.known(kind))]
    among = " nor among the ".join({"vms": "VMs", "vcenters": "vCenters"}.get(kind, kind) for kind in kinds)
    said = Said(f"{name!r} is neither among the {among}", f"{name!r} が {'、'.join(kinds)} のいずれにもありません")
    names.problem(said, at, did_you_mean(name, known))


# --- what is restored together -------------------------------------------------------------------------------------


def _link_groups(graph: Graph) -> None:
    """Connected components of target VMs, the VMFS datastores that they lie on, and the LUNs that their virtual RDMs map."""
    parent = {id(datastore): id(datastore) for datastore in graph.of(DatastoreNode)}

    def root(key: int) -> int:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    mapped, mapped_from = _virtually_mapped(graph), dict[str, DatastoreNode]()
    for vm in graph.of(VmNode):
        if not vm.is_target:
            continue
        places = [place for place in vm.datastores or () if place is not None and place.fact.type in ("VMFS", None)]
        tied = [*places[1:], *(mapped_from.setdefault(device, places[0]) for device in mapped.get(id(vm), ()) if places)]
        for place in tied:
            parent[root(id(place))] = root(id(places[0]))
    members: dict[int, list[DatastoreNode]] = defaultdict(list)
    for datastore in graph.of(DatastoreNode):
        members[root(id(datastore))].append(datastore)
    for datastores in members.values():
        if len(datastores) > 1:
            graph.nodes["restore_group"].append(_group(datastores))


def _virtually_mapped(graph: Graph) -> dict[int, list[str]]:
    """By VM: the LUNs that its virtual RDMs map, as far as they are known."""
    found: dict[int, list[str]] = defaultdict(list)
    for disk in graph.of(DiskNode):
        device = mapped_device(disk)
        if device is not None and is_virtual_rdm(disk):
            found[id(disk.vm)].append(device)
    return found


def _group(datastores: list[DatastoreNode]) -> RestoreGroupNode:
    group = RestoreGroupNode(NOTHING, datastores[0].route, "+".join(store.name for store in datastores))
    group.datastores = datastores
    group.vms = list(dict.fromkeys(vm for store in datastores for vm in store.target_vms if vm is not None))
    group.jobs = list(dict.fromkeys(job for store in datastores for job in store.jobs))
    return group
