"""What the graph's classes promise the rule language: a link that is declared known is there, on every node."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generate import generate

from tenken.document.place import Place
from tenken.engine import graph as graphs
from tenken.engine.cel import syntax
from tenken.engine.cel.check import check, node_type
from tenken.engine.cel.compile import compile_value
from tenken.engine.nodes import STAND_INS, HostNode, Node, SiteNode
from tenken.model.inventory import reader
from tenken.pipeline import evaluate_paths

ROOT = Path(__file__).parents[2]
NAMES_ALONE: dict[str, Any] = {
    "tenken": 1,
    **{
        kind: [{"name": kind}]
        for kind in ("arrays", "vcenters", "clusters", "hosts", "datastores", "vms", "servers", "jobs", "runbooks")
    },
}


def broken_promises(node: Node) -> list[str]:
    """Links that are unknown or were never set, although their type does not say that they may be."""
    declared = typing.get_type_hints(type(node))
    found = []
    for link in type(node).__slots__:
        may_be_unknown = type(None) in typing.get_args(declared[link]) or _is_lacking(node, declared[link])
        if not hasattr(node, link) or (getattr(node, link) is None and not may_be_unknown):
            found.append(f"{node.kind}.{link} of {node.name}{' (a list that was not collected)' if node.phantom else ''}")
    return found


def _is_lacking(node: Node, declared: Any) -> bool:
    """A list of what stands for objects that nobody listed is unknown, and the rule language knows that."""
    return node.phantom and type(node) in STAND_INS and typing.get_origin(declared) is list


@pytest.mark.parametrize("site", ["passing", "failing", "planned", "names alone", "generated"])
def test_links_that_are_declared_known_are_there(site: str, tmp_path: Path) -> None:
    path = ROOT / "examples" / site
    if not path.exists():
        path = tmp_path / "site.json"
        path.write_text(json.dumps(NAMES_ALONE if site == "names alone" else generate(60, 5, share=0.3)[0]), encoding="utf-8")
    graph = evaluate_paths([path]).graph
    assert [told for nodes in graph.nodes.values() for node in nodes for told in broken_promises(node)] == []


def graph_of(tree: dict[str, Any]) -> graphs.Graph:
    return graphs.build(reader().validate_python(tree), lambda route: Place("site"))


NOTHING_LISTED = {"tenken": 1, "site": {"name": "s"}, "jobs": [{"name": "j"}]}
LISTS_IN_OBJECTS = {**NOTHING_LISTED, "arrays": [{"name": "a"}], "vms": [{"name": "v"}]}


def test_what_stands_for_a_list_has_no_lists_that_say_none() -> None:
    """An empty one would be news of objects that nobody looked at. One node of every kind that may stand for others."""
    nodes = [n for tree in (NOTHING_LISTED, LISTS_IN_OBJECTS) for of in graph_of(tree).nodes.values() for n in of if n.phantom]
    assert {type(node) for node in nodes} == set(STAND_INS)
    for node in nodes:
        said = {link for link in type(node).__slots__ if isinstance(getattr(node, link), list)}
        assert said <= {"rdm_disks"}, node  # of a VM whose disks are known, and no RDMs: no workload lies on one


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({}, None),
        ({"hosts": [{"name": "h"}]}, None),
        ({"hosts": [{"name": "h"}], "datastores": [{"name": "d", "type": "NFS"}]}, None),
        ({"hosts": [{"name": "h", "vcenter": "none"}], "vcenters": [{"name": "v"}], "datastores": [{"name": "d", "vcenter": "v"}]}, True),
        ({"hosts": [{"name": "h"}], "datastores": [{"name": "d", "type": "NFS", "hosts": ["h"]}]}, True),
        ({"hosts": [{"name": "h"}], "datastores": [{"name": "d", "type": "VMFS", "hosts": ["h"]}, {"name": "e"}]}, False),
        ({"hosts": [{"name": "h"}], "datastores": []}, True),
    ],
)  # fmt: skip
def test_what_a_host_mounts_is_known_only_where_somebody_said_who_mounts_what(
    tree: dict[str, Any], expected: bool | None
) -> None:
    graph = graph_of({"tenken": 1, **tree})
    types = {"host": node_type(HostNode), "site": node_type(SiteNode)}
    condition = check(syntax.parse("host.datastores.all(d, d.type == 'NFS')"), types)
    value = compile_value(condition, {"host": "subject", "site": "site"})
    assert value(graph.nodes["host"][0], graph.site) is expected
