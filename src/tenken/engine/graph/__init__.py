"""Resolves an inventory into its graph: every name to the object that it means, in both directions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from tenken.document.place import Place, Route
from tenken.document.problem import InputError
from tenken.engine.graph.names import Names
from tenken.engine.nodes import NOTHING, PARENTS, STAND_INS, Node, SiteNode
from tenken.model.inventory import Inventory
from tenken.model.rule import Text

N = TypeVar("N", bound=Node)


class Graph:
    """All nodes of a site, by kind."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.nodes: dict[str, list[Node]] = defaultdict(list)
        self.notices: list[Text] = []
        """What was concluded or assumed, for the reader of the report."""
        name = (inventory.site and inventory.site.name) or "site"
        self.site = SiteNode(inventory.site or NOTHING, ("site",), name)

    def of(self, cls: type[N]) -> list[N]:
        """The nodes of one kind that stand for objects of the inventory."""
        return [node for node in self.nodes[cls.kind] if isinstance(node, cls) and not node.phantom]


def build(inventory: Inventory, locate: Callable[[Route], Place], partial: frozenset[str] = frozenset()) -> Graph:
    """The graph of an inventory.

    partial: kinds that the sources list only in part, so that a name which is missing there is unknown and no mistake.
    Raises InputError for names that fit nothing, or several things.
    """
    from tenken.engine.graph import arrays, disagreements, in_guest, plan, vsphere, whole

    graph, names = Graph(inventory), Names(inventory, locate, partial)
    vsphere.create(graph, names)
    devices = arrays.link(graph, names)
    vsphere.link(graph, names, devices)
    arrays.link_access(graph)
    plan.link(graph, names)
    in_guest.link(graph)
    whole.link(graph, names)
    disagreements.link(graph)
    if names.problems:
        raise InputError(names.problems)
    return graph


def stand_in(cls: type[N], owner: Node, **known: object) -> N:
    """Stands for the members of a list of the owner that was not collected.

    Every fact and every list of it is unknown, as of what the rule language has in ``STAND_INS``. known: links that are said all
    the same, since they are declared to be known.
    """
    of_site = isinstance(owner, SiteNode)
    node = cls(NOTHING, (*(() if of_site else owner.route), STAND_INS[cls]), owner.name, phantom=True)
    for slot in cls.__slots__:
        setattr(node, slot, known.get(slot))
    if not of_site:
        setattr(node, PARENTS[cls.kind][0], owner)
    return node
