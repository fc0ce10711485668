"""What the graph's classes promise the rule language: a link that is declared known is there, on every node."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generate import generate

from tenken.engine.nodes import Node
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
        may_be_unknown = type(None) in typing.get_args(declared[link])
        if not hasattr(node, link) or (getattr(node, link) is None and not may_be_unknown):
            found.append(f"{node.kind}.{link} of {node.name}{' (a list that was not collected)' if node.phantom else ''}")
    return found


@pytest.mark.parametrize("site", ["passing", "failing", "planned", "names alone", "generated"])
def test_links_that_are_declared_known_are_there(site: str, tmp_path: Path) -> None:
    path = ROOT / "examples" / site
    if not path.exists():
        path = tmp_path / "site.json"
        path.write_text(json.dumps(NAMES_ALONE if site == "names alone" else generate(60, 5, share=0.3)[0]), encoding="utf-8")
    graph = evaluate_paths([path]).graph
    assert [told for nodes in graph.nodes.values() for node in nodes for told in broken_promises(node)] == []
