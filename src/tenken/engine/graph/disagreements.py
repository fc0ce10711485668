"""What the sources of an inventory disagree about, joined with the objects that it touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tenken.engine.graph import Graph
from tenken.engine.nodes import (
    ArrayNode,
    ClusterNode,
    ControllerNode,
    DatastoreNode,
    DisagreementNode,
    DiskNode,
    HostNode,
    LdNode,
    LdSetNode,
    Node,
    VmNode,
)  # fmt: skip
from tenken.model.inventory import Disagreement

_OF_THE_SITE = ("site", "server", "runbook")
"""Kinds whose facts rules about anything may read."""

_OF_NEIGHBOURS = (
    "vm.roles", "vm.template", "vm.software", "vm.guest.os.family", "vm.encrypted", "vm.fault_tolerance",
    "vm.guest.iscsi_initiator",
)  # fmt: skip
"""What rules about a datastore ask of the VMs on it: it bears on the others that lie there, too."""


def link(graph: Graph) -> None:
    """A node for every disagreement. What touches an object that can't be told from its namesakes touches the whole site."""
    entries = graph.inventory.disagreements
    if not entries:
        return
    by_name: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for kind, nodes in list(graph.nodes.items()):
        for node in nodes:
            if not node.phantom:
                by_name[kind, _plain_name(node)].append(node)
    for position, entry in enumerate(entries):
        found = [node for node in by_name.get((entry.kind, entry.name), ()) if _may_be(node, entry)]
        subject = found[0] if len(found) == 1 else None
        node = DisagreementNode(entry, ("disagreements", position), subject.name if subject is not None else entry.name)
        node.subject = subject
        node.touches = list(dict.fromkeys(_touched(graph, subject, entry)))
        graph.nodes["disagreement"].append(node)


def _plain_name(node: Node) -> str:
    """The name without what tells namesakes apart."""
    owner = getattr(node, "vm", None) if node.kind in ("disk", "controller") else None
    owner = getattr(node, "array", None) if node.kind in ("logical_disk", "ld_set") else owner
    if owner is None:
        return str(getattr(node.fact, "name", None) or node.name)
    return f"{owner.fact.name}/{node.name[len(owner.name) + 1 :]}"


def _may_be(node: Node, entry: Disagreement) -> bool:
    owner = getattr(node, "vm", node) if node.kind in ("disk", "controller") else node
    return all(
        stated is None or getattr(owner.fact, name, None) in (stated, None)
        for name, stated in (("uuid", entry.uuid), ("vcenter", entry.vcenter), ("datacenter", entry.datacenter))
    )


def _touched(graph: Graph, subject: Node | None, entry: Disagreement) -> Iterator[Node]:
    """The objects whose verdicts may be other than they are, were the other value right."""
    if subject is None or subject.kind in _OF_THE_SITE or entry.fact.startswith(("host.boot", "cluster.hosts")):
        yield graph.site
    if subject is None:
        return
    yield subject
    if isinstance(subject, HostNode):
        yield from filter(None, subject.datastores)
        yield from (ld for ld in graph.of(LdNode) if entry.part is not None and ld.device == entry.part)
    elif isinstance(subject, ClusterNode):
        for datastore in graph.of(DatastoreNode):
            if datastore.clusters is None or subject in datastore.clusters or None in datastore.clusters:
                yield datastore
    elif isinstance(subject, ArrayNode):
        yield from subject.logical_disks or ()
    elif isinstance(subject, LdSetNode):
        yield subject.array
    elif isinstance(subject, LdNode) and entry.fact == "ld.uid":
        yield from (store for store in graph.of(DatastoreNode) if entry.other in (store.devices or ()))
    elif isinstance(subject, VmNode) and entry.fact in _OF_NEIGHBOURS:
        yield from filter(None, subject.datastores or ())
    if isinstance(subject, (DiskNode, ControllerNode)):
        yield subject.vm
    if entry.fact in ("vm.vmx", "disk.path"):
        named = {(text or "").partition("]")[0].removeprefix("[") for text in (entry.value, entry.other)}
        yield from (store for store in graph.of(DatastoreNode) if store.fact.name in named)
