"""LD sets whose hosts are told by their ports: what is known decides as if hosts were stated, and what is not stays open."""

from __future__ import annotations

import copy
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.document.place import Place
from tenken.engine import graph as graphs
from tenken.engine.evaluate import NAMES, evaluate
from tenken.engine.graph import Graph
from tenken.engine.nodes import LdNode, LdSetNode
from tenken.engine.pack import Catalog
from tenken.engine.selftest import overlay
from tenken.engine.subjects import identity
from tenken.engine.verdict import judge
from tenken.model.inventory import reader

FUZZ = int(os.environ.get("TENKEN_FUZZ", "1"))
INVENTORY = reader()
PORTS = {
    "esx01": ["1000-0000-0000-0001", "1000-0000-0000-0002"],
    "esx02": ["1000-0000-0000-0003"],
    "bkup01": ["iqn.1998-01.bk"],
}


def graph_of(tree: dict[str, Any], partial: frozenset[str] = frozenset()) -> Graph:
    return graphs.build(INVENTORY.validate_python(tree), lambda route: Place("site"), partial)


def by_ports(site: dict[str, Any], *ports: str, **owners: list[str]) -> LdSetNode:
    """The LD set of the example site with ports in place of hosts."""
    tree = overlay(site, {"arrays": [{"name": "M320-01", "ld_sets": [{"name": "esx", "hosts": None, "ports": list(ports)}]}]})
    hosts = {name: list(adapters) for name, adapters in owners.items() if name.startswith("esx")}
    tree["hosts"] = [host | ({"ports": hosts[host["name"]]} if host["name"] in hosts else {}) for host in tree["hosts"]]
    tree["servers"] = [{"name": name, "ports": adapters} for name, adapters in owners.items() if name not in hosts]
    (ld_set,) = graph_of(tree).of(LdSetNode)
    return ld_set


@pytest.mark.parametrize(
    ("ports", "owners", "hosts"),
    [
        (["1000-0000-0000-0001"], {"esx01": ["10:00:00:00:00:00:00:01"]}, ["esx01"]),
        (["10000000000000AA"], {"esx01": ["1000-0000-0000-00aa"]}, ["esx01"]),
        (["IQN.1998-01.x:A"], {"esx01": ["iqn.1998-01.x:a"]}, ["esx01"]),
        (["1000-0000-0000-0001", "1000-0000-0000-0002"], {"esx01": PORTS["esx01"]}, ["esx01"]),
        (["1000-0000-0000-0001", "1000-0000-0000-0003"], PORTS, ["esx01", "esx02"]),
        (["1000-0000-0000-0001", "1000-0000-0000-0009"], PORTS, ["esx01", None]),
        (["1000-0000-0000-0009", "1000-0000-0000-0008"], PORTS, [None]),
        (["1000-0000-0000-0001"], {}, [None]),
        (["1000-0000-0000-0001"], {"esx01": PORTS["esx01"], "esx02": PORTS["esx01"]}, [None]),
        (["iqn.1998-01.bk"], PORTS, []),
        (["iqn.1998-01.bk", "1000-0000-0000-0001"], PORTS, ["esx01"]),
        (["00-01(1000000000000001)"], PORTS, [None]),
        ([], PORTS, []),
    ],
)
def test_hosts_by_ports(
    example_site: dict[str, Any], ports: list[str], owners: dict[str, list[str]], hosts: list[str | None]
) -> None:
    ld_set = by_ports(example_site, *ports, **owners)
    assert [host and host.name for host in ld_set.hosts or ()] == hosts
    assert ld_set.serves_esxi is (True if any(hosts) else None if hosts else False)


def test_stated_hosts_are_used_whatever_the_ports(example_site: dict[str, Any]) -> None:
    change = {"arrays": [{"name": "M320-01", "ld_sets": [{"name": "esx", "hosts": ["esx02"], "ports": PORTS["esx01"]}]}]}
    tree = overlay(example_site, change | {"hosts": [{"name": "esx01", "ports": PORTS["esx01"]}]})
    (ld_set,) = graph_of(tree).of(LdSetNode)
    assert [host and host.name for host in ld_set.hosts or ()] == ["esx02"]


# --- property --------------------------------------------------------------------------------------------------------

LDNS = ["0010h", "0110h", "0020h", "0220h", "0320h"]
SETS = st.lists(
    st.fixed_dictionaries(
        {
            "hosts": st.lists(st.sampled_from(sorted(PORTS)), unique=True, max_size=3),
            "platform": st.sampled_from(["VW", "LX", "WN"]),
            "ldns": st.lists(st.sampled_from(LDNS), unique=True),
        }
    ),
    max_size=4,
)
KNOWN = st.dictionaries(st.sampled_from(sorted(PORTS)), st.sets(st.integers(0, 1)), max_size=3)
"""Which ports of which machines are known."""


def sites(example: dict[str, Any], sets: list[Any], known: dict[str, set[int]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """One site twice: the hosts of LD sets stated; and told by ports, as far as those are known."""
    truth = copy.deepcopy(example)
    truth["servers"] = [{"name": "bkup01"}]
    truth["arrays"][0]["ld_sets"] = [
        {
            "name": f"set{number}", "platform": one["platform"], "hosts": one["hosts"],
            "luns": [{"lun": lun, "ldn": ldn} for lun, ldn in enumerate(one["ldns"])],
        }
        for number, one in enumerate(sets)
    ]  # fmt: skip
    told = copy.deepcopy(truth)
    for ld_set in told["arrays"][0]["ld_sets"]:
        ld_set["ports"] = [port for host in ld_set.pop("hosts") for port in PORTS[host]]
    for machine in told["hosts"] + told["servers"]:
        known_here = [port for at, port in enumerate(PORTS[machine["name"]]) if at in known.get(machine["name"], ())]
        if known_here:
            machine["ports"] = known_here
    return truth, told


def outcomes(graph: Graph, catalog: Catalog) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str, str], str]]:
    runs = evaluate(graph, list(catalog.rules.values()))
    found = {
        (run.rule.rule.id, identity(node, graph)): NAMES[outcome]
        for run in runs
        for node, outcome in zip(run.nodes, run.outcomes, strict=True)
    }
    return found, {(r.node.kind, r.node.name, r.method): r.judgement.verdict for r in judge(graph, runs)}


@settings(max_examples=60 * FUZZ)
@given(sets=SETS, known=KNOWN)
def test_ports_never_decide_otherwise_than_hosts(
    sets: list[Any], known: dict[str, set[int]], catalog: Catalog, example_site: dict[str, Any]
) -> None:
    truth, told = (graph_of(tree) for tree in sites(example_site, sets, known))
    (expected, verdicts), (found, judged) = outcomes(truth, catalog), outcomes(told, catalog)
    assert expected.keys() == found.keys()
    for key, outcome in found.items():
        as_good = outcome == "pass" and expected[key] == "not_applicable"  # whether it applies is open, but it holds
        assert as_good or outcome in (expected[key], "unknown"), f"{key}: {outcome} by ports, {expected[key]} by hosts"
    for subject, verdict in judged.items():
        assert verdict != "eligible" or verdicts[subject] == "eligible", subject


@settings(max_examples=30 * FUZZ)
@given(sets=SETS)
def test_ports_that_are_all_known_decide_all(sets: list[Any], catalog: Catalog, example_site: dict[str, Any]) -> None:
    truth, told = (graph_of(tree) for tree in sites(example_site, sets, {name: {0, 1} for name in PORTS}))
    assert outcomes(truth, catalog) == outcomes(told, catalog)


# --- lists that are known in part ------------------------------------------------------------------------------------


def test_pairs_that_are_listed_in_part_leave_room_for_others(example_site: dict[str, Any]) -> None:
    lds = {ld.fact.ldn: ld for ld in graph_of(example_site, frozenset({"pairs"})).of(LdNode)}
    assert [copy and copy.fact.ldn for copy in lds["0010h"].copies] == ["0110h", None]
    assert [original and original.fact.ldn for original in lds["0110h"].originals] == ["0010h"]
    tree = overlay(example_site, {"arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0111h", "roles": ["RV"]}]}]})
    lds = {ld.fact.ldn: ld for ld in graph_of(tree, frozenset({"pairs"})).of(LdNode)}
    assert lds["0111h"].originals == [None]
    assert {ld.fact.ldn: ld for ld in graph_of(tree).of(LdNode)}["0111h"].originals == []


def test_link_volumes_may_be_several_and_more(example_site: dict[str, Any]) -> None:
    more = [{"ldn": "0321h", "roles": ["LV"]}, {"ldn": "0322h", "roles": ["LV"]}]
    sets = [{"bv": "0020h", "lv": None, "lvs": ["0320h", "0321h"]}]
    tree = overlay(example_site, {"arrays": [{"name": "M320-01", "logical_disks": more, "snapshot_sets": sets}]})
    for partial, others in ((frozenset[str](), []), (frozenset({"snapshot_sets"}), [None])):
        lds = {ld.fact.ldn: ld for ld in graph_of(tree, partial).of(LdNode)}
        assert [copy and copy.fact.ldn for copy in lds["0020h"].copies] == ["0320h", "0321h", *others]
        assert [ld.originals for ld in (lds["0320h"], lds["0321h"])] == [[lds["0020h"]]] * 2
        assert lds["0322h"].originals == others


def test_knowing_a_list_in_part_only_never_makes_anything_eligible(catalog: Catalog, example_site: dict[str, Any]) -> None:
    entry = {
        "arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0111h", "roles": None}, {"ldn": "0321h", "roles": None}]}]
    }
    for tree in (example_site, overlay(example_site, entry)):
        whole = outcomes(graph_of(tree), catalog)[1]
        for partial in ({"pairs"}, {"snapshot_sets"}, {"pairs", "snapshot_sets"}):
            for subject, verdict in outcomes(graph_of(tree, frozenset(partial)), catalog)[1].items():
                assert verdict != "eligible" or whole[subject] == "eligible", (subject, partial)
