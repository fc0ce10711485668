"""The plan: what the backup jobs copy, and what is tied together by it."""

from __future__ import annotations

from collections import defaultdict

from tenken.document.place import Route
from tenken.document.problem import did_you_mean
from tenken.engine.graph import Graph
from tenken.engine.graph.names import Names
from tenken.engine.nodes import NOTHING, DatastoreNode, JobNode, RestoreGroupNode, VmNode
from tenken.model.inventory import Job


def link(graph: Graph, names: Names) -> None:
    """Join jobs with their targets, and find the datastores that are restored together."""
    for job in graph.of(JobNode):
        _link_job(job, names)
        _link_rdm_disks(job, names)
        _check_names(job.fact, job.route, names)
    _link_groups(graph)


def _link_job(job: JobNode, names: Names) -> None:
    """A job's targets are the VMs that it names and all target VMs of the datastores that it names."""
    job.vms, job.datastores = [], []
    targets, route = job.fact.targets, (*job.route, "targets")
    if targets is None:
        return
    named: list[VmNode] = list(filter(None, names.find_all("vms", targets.vms, (*route, "vms")) or ()))
    stores: list[DatastoreNode] = list(
        filter(None, names.find_all("datastores", targets.datastores, (*route, "datastores")) or ())
    )
    names.find_all("hosts", targets.hosts, (*route, "hosts"))
    job.vms = list(dict.fromkeys([*named, *(vm for store in stores for vm in store.target_vms if vm is not None)]))
    beneath = [place for vm in named for place in vm.datastores or () if place is not None]
    job.datastores = list(dict.fromkeys([*stores, *beneath]))
    # A job whose pattern was not collected may copy what it names: taking it for a VMFS job checks more, not less.
    if job.fact.pattern in ("vmfs", None):
        _plan(job)


def _plan(job: JobNode) -> None:
    tool = job.fact.tool
    repnavi = None if tool is None else "repnavi" in tool.replace(" ", "").casefold()
    for vm in job.vms:
        vm.uses_repnavi = _all([vm.uses_repnavi, repnavi]) if vm.planned else repnavi
        vm.jobs.append(job)
        vm.planned = True
        vm.planned_online = vm.planned_online or job.fact.mode in ("online", None)
        vm.planned_offline = vm.planned_offline or job.fact.mode in ("offline", None)
    for datastore in job.datastores:
        datastore.jobs.append(job)
        datastore.planned = True


def _all(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def _link_rdm_disks(job: JobNode, names: Names) -> None:
    """The RDM disks that a job names as vm/label."""
    for position, name in enumerate((job.fact.targets and job.fact.targets.rdm) or ()):
        at = (*job.route, "targets", "rdm", position)
        vm_name, _, label = name.rpartition("/")
        vm = names.find("vms", vm_name or name, at)
        if vm is None or vm.disks is None:
            continue
        disk = next((disk for disk in vm.disks if disk.fact.label == label), None)
        if disk is None:
            names.problem(
                f"{name!r} is not among the disks", at, did_you_mean(name, [f"{vm.name}/{d.fact.label}" for d in vm.disks])
            )
        else:
            disk.jobs.append(job)


def _check_names(job: Job, route: Route, names: Names) -> None:
    """Names that no VMFS rule follows, but that must mean something all the same."""
    _check_machine(job.runs_on, (*route, "runs_on"), names)
    if job.secondary is not None and job.secondary != "none":
        _check_machine(job.secondary.server, (*route, "secondary", "server"), names)


def _check_machine(name: str | None, at: Route, names: Names) -> None:
    """A job runs on a server or, for RDM, on a VM."""
    inventory = names.inventory
    if name is None or inventory.servers is None or inventory.vms is None or "servers" in names.partial:
        return
    known = [*names.servers, *names.known("vms")]
    if name not in known:
        names.problem(f"{name!r} is neither among the servers nor among the VMs", at, did_you_mean(name, known))


def _link_groups(graph: Graph) -> None:
    """Connected components of target VMs and the VMFS datastores that they lie on."""
    parent = {id(datastore): id(datastore) for datastore in graph.of(DatastoreNode)}

    def root(key: int) -> int:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for vm in graph.of(VmNode):
        places = [place for place in vm.datastores or () if place is not None and place.fact.type in ("VMFS", None)]
        for place in places[1:]:
            if vm.is_target:
                parent[root(id(place))] = root(id(places[0]))
    members: dict[int, list[DatastoreNode]] = defaultdict(list)
    for datastore in graph.of(DatastoreNode):
        members[root(id(datastore))].append(datastore)
    for datastores in members.values():
        if len(datastores) > 1:
            graph.nodes["restore_group"].append(_group(datastores))


def _group(datastores: list[DatastoreNode]) -> RestoreGroupNode:
    group = RestoreGroupNode(NOTHING, datastores[0].route, "+".join(store.name for store in datastores))
    group.datastores = datastores
    group.vms = list(dict.fromkeys(vm for store in datastores for vm in store.target_vms if vm is not None))
    group.jobs = list(dict.fromkeys(job for store in datastores for job in store.jobs))
    return group
