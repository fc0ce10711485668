"""The site from the array up, as compact as a picture of it needs it."""

from __future__ import annotations

from collections.abc import Iterator

from tenken.engine.graph import Graph
from tenken.engine.nodes import DatastoreNode, DiskNode, HostNode, LdNode
from tenken.model.report import Chain, LogicalDiskDrawn, LunDrawn, SubjectName, Topology


def topology(graph: Graph) -> Topology:
    """What the datastores, RDM disks and SAN boot hosts of a site lie on, in the order of the inventory."""
    chains = list(_chains(graph))
    lds = {ld.name: ld for ld in graph.of(LdNode)}
    drawn: dict[str, LdNode] = {}
    for chain in chains:
        for lun in chain.luns or ():
            if lun.logical_disk is not None:
                ld = lds[lun.logical_disk]
                drawn |= {found.name: found for found in (ld, *filter(None, ld.copies))}
    return Topology([_drawn(ld) for ld in drawn.values()], chains)


def _chains(graph: Graph) -> Iterator[Chain]:
    for datastore in graph.of(DatastoreNode):
        luns = None
        if datastore.devices is not None:
            lds = datastore.lds or [None] * len(datastore.devices)
            luns = [_lun(device, ld) for device, ld in zip(datastore.devices, lds, strict=True)]
        yield Chain(SubjectName("datastore", datastore.name), luns)
    for disk in graph.of(DiskNode):
        if disk.is_rdm_target and disk.vm.is_target:
            device = disk.fact.rdm.device if disk.fact.rdm is not None else None
            yield Chain(SubjectName("disk", disk.name), [_lun(device, disk.ld)] if device is not None or disk.ld else None)
    for host in graph.of(HostNode):
        if host.is_sanboot_target:
            device = host.fact.boot.device if host.fact.boot is not None else None
            yield Chain(SubjectName("host", host.name), [_lun(device, host.system_ld)] if device is not None else None)


def _lun(device: str | None, ld: LdNode | None) -> LunDrawn:
    return LunDrawn(device, ld.name if ld is not None else None)


def _drawn(ld: LdNode) -> LogicalDiskDrawn:
    roles = None if ld.roles is None else [role for role in ld.roles if role is not None] or (None if None in ld.roles else [])
    return LogicalDiskDrawn(
        ld.name, ld.array.name, roles, ld.fact.format, list(dict.fromkeys(copy.name for copy in ld.copies if copy is not None))
    )
