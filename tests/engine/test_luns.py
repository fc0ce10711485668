"""Which device is which logical disk, where no uid says it: joined only where it is sure, and never silently."""

from __future__ import annotations

import copy
import os
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.document.place import Place, pointer
from tenken.document.problem import InputError
from tenken.engine import graph as graphs
from tenken.engine.graph import Graph
from tenken.engine.nodes import LdNode
from tenken.model.inventory import reader

FUZZ = int(os.environ.get("TENKEN_FUZZ", "1"))


def graph_of(tree: dict[str, Any], partial: frozenset[str] = frozenset()) -> Graph:
    inventory = reader().validate_python({"tenken": 1, **tree})
    return graphs.build(inventory, lambda route: Place("site", pointer=pointer(route)), partial)


def joined(tree: dict[str, Any], partial: frozenset[str] = frozenset()) -> dict[str, tuple[str | None, str | None]]:
    return {ld.name: (ld.device, ld.joined_by) for ld in graph_of(tree, partial).of(LdNode)}


def host(name: str, *devices: tuple[str, int | None], vendor: str | None = "NEC") -> dict[str, Any]:
    return {"name": name, "devices": [{"device": device, "lun": lun, "vendor": vendor} for device, lun in devices]}


def ld_set(hosts: list[str] | None, *luns: tuple[int | None, str], name: str = "s") -> dict[str, Any]:
    return {"name": name, "hosts": hosts, "luns": [{"lun": lun, "ldn": ldn} for lun, ldn in luns]}


def array(*ldns: str, name: str = "M", ld_sets: Any = (), **uids: str) -> dict[str, Any]:
    disks = [{"ldn": ldn, **({"uid": uids[f"u{ldn}"]} if f"u{ldn}" in uids else {})} for ldn in ldns]
    return {"name": name, "logical_disks": disks, "ld_sets": ld_sets if ld_sets is None else list(ld_sets)}


SURE = {"hosts": [host("e", ("naa.6a", 3))], "arrays": [array("10", ld_sets=[ld_set(["e"], (3, "10"))])]}


def change(tree: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(tree), **parts}


@pytest.mark.parametrize(
    ("tree", "by"),
    [
        (SURE, "lun"),
        (change(SURE, hosts=[host("e", ("naa.6a", 4))]), "nothing"),
        (change(SURE, hosts=[host("e", ("naa.6a", None))]), "nothing"),
        (change(SURE, hosts=[host("e", ("naa.6a", 3), ("naa.6b", 3))]), "nothing"),
        (change(SURE, hosts=[host("e", ("naa.6a", 3), ("naa.6b", None))]), "nothing"),
        (change(SURE, hosts=[host("e", ("naa.6a", 3), vendor="DELL")]), "nothing"),
        (change(SURE, hosts=[host("e", ("naa.6a", 3), vendor=None)]), "nothing"),
        (change(SURE, hosts=[host("e", ("naa.6a", 3), vendor="NECVMWar")]), "nothing"),
        (change(SURE, hosts=[host("e", ("naa.6a", 3), vendor="NEC     ")]), "lun"),
        (change(SURE, hosts=[host("e", ("naa.6a", 3)), host("f", ("naa.6b", 3))]), "lun"),
        (change(SURE, arrays=[array("10", ld_sets=None)]), "nothing"),
        (change(SURE, arrays=[*SURE["arrays"], array("10", name="N", ld_sets=None)]), "nothing"),
        (change(SURE, arrays=[*SURE["arrays"], array("10", name="N", ld_sets=[ld_set(["e"], (3, "10"))])]), "nothing"),
        (change(SURE, arrays=[array("10", ld_sets=[ld_set(["e"], (3, "10")), ld_set(None, (9, "10"), name="t")])]), "nothing"),
        (change(SURE, arrays=[array("10", "11", ld_sets=[ld_set(["e"], (3, "10"), (None, "11"))])]), "nothing"),
        (change(SURE, arrays=[array("10", ld_sets=[ld_set(["e"], (3, "10"))], u10="naa.6b")]), "uid"),
        (
            {
                "hosts": [host("e", ("naa.6a", 3)), host("f", ("naa.6b", 3))],
                "arrays": [array("10", ld_sets=[ld_set(["e", "f"], (3, "10"))])],
            },
            "nothing",
        ),
    ],
)  # fmt: skip
def test_a_lun_joins_only_where_just_one_device_and_one_logical_disk_fit(tree: dict[str, Any], by: str) -> None:
    assert joined(tree)["M/0010h"][1] == by
    assert [bool(notice.ja and "naa.6a" in notice.en) for notice in graph_of(tree).notices] == [True] * (by == "lun")


def test_arrays_that_are_listed_in_part_leave_room_for_others() -> None:
    assert joined(SURE, frozenset({"arrays"}))["M/0010h"] == (None, "nothing")


def test_a_joined_device_leads_from_a_datastore_to_its_logical_disk_and_tells_where_it_is_attached() -> None:
    tree = change(SURE, datastores=[{"name": "D", "type": "VMFS", "extents": ["naa.6a"], "hosts": ["e"]}])
    tree["hosts"][0]["devices"][0]["state"] = "attached"
    (ld,) = graph_of(tree).of(LdNode)
    assert [store.name for store in ld.datastores] == ["D"]
    assert ld.attachments == ["attached"]


def test_an_explicit_map_joins_and_goes_before_the_lun() -> None:
    tree = change(SURE, arrays=[array("10", "11", ld_sets=[ld_set(["e"], (3, "10"))])])
    tree["lun_map"] = [{"device": "naa.6A", "array": "M", "ldn": "0x11"}]
    assert joined(tree) == {"M/0010h": (None, "nothing"), "M/0011h": ("naa.6a", "map")}


@pytest.mark.parametrize(
    ("entries", "arrays", "said"),
    [
        ([("naa.6a", "N", "10")], [array("10")], "'N' is not among the arrays"),
        ([("naa.6a", "M", "12")], [array("10")], "LDN 0012h is not among the logical disks of M"),
        ([("naa.6a", "M", "10")], [array("10", u10="naa.6b")], "M/0010h is mapped to naa.6a (it is naa.6b already)"),
        ([("naa.6b", "M", "10")], [array("10", "11", u11="naa.6b")], "naa.6b is mapped to M/0010h"),
        ([("naa.6a", "M", "10"), ("naa.6b", "M", "10")], [array("10")], "M/0010h is mapped to naa.6b (it is naa.6a already)"),
    ],
)
def test_a_map_that_contradicts_what_is_known_is_a_mistake(entries: list[tuple[str, str, str]], arrays: Any, said: str) -> None:
    tree = {"arrays": arrays, "lun_map": [dict(zip(("device", "array", "ldn"), entry, strict=True)) for entry in entries]}
    with pytest.raises(InputError) as error:
        graph_of(tree)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("hosts", "arrays", "by"),
    [
        ([host("e", ("naa.60000010", None))], [array("10")], "assumption"),
        ([host("e", ("eui.00255C3A11010010", None))], [array("10")], "assumption"),
        ([host("e", ("naa.60000010", None), vendor=None)], [array("10")], "nothing"),
        ([host("e", ("naa.60000010", None), vendor="DELL")], [array("10")], "nothing"),
        ([host("e", ("mpx.0010", None))], [array("10")], "nothing"),
        ([host("e", ("naa.60000010", None), ("naa.61110010", None))], [array("10")], None),
        ([host("e", ("naa.60000010", None))], [array("10"), array("10", name="N")], None),
        ([host("e", ("naa.60000010", None))], [array("10", u10="naa.6f")], "uid"),
        ([host("e", ("naa.60000010", 3))], [array("10", "11", ld_sets=[ld_set(["e"], (3, "11"))])], "nothing"),
    ],
)
def test_the_last_digits_join_only_where_asked_for_and_where_just_one_fits(hosts: Any, arrays: Any, by: str | None) -> None:
    tree = {"hosts": hosts, "arrays": arrays}
    assert joined(tree)["M/0010h"][1] in ("nothing", "uid")
    assert joined({**tree, "assumptions": ["ldn_from_naa"]})["M/0010h"][1] == by
    (notice,) = [notice for notice in graph_of({**tree, "assumptions": ["ldn_from_naa"]}).notices if "ssumed" in notice.en]
    assert "みなしています" in notice.ja


@settings(max_examples=150 * FUZZ)
@given(seed=st.integers(0, 10**7))
def test_a_join_is_right_or_there_is_none_whatever_was_not_collected(seed: int) -> None:
    """Two arrays, hosts with devices of them and of others, everything consistent; then facts are taken away at random."""
    dice = random.Random(seed)
    truth = {(name, ldn): f"naa.6{name}{ldn}".lower() for name in "MN" for ldn in ("0010h", "0011h", "0012h")}
    luns: dict[str, dict[int, tuple[str, str]]] = {name: {} for name in ("e", "f", "g")}
    sets: dict[str, list[dict[str, Any]]] = {"M": [], "N": []}
    for name in luns:
        for owner in "MN":
            entries = []
            for ldn in dice.sample(("0010h", "0011h", "0012h"), dice.randint(0, 3)):
                entries.append((dice.randint(0, 3), ldn))
            entries = [
                entry for position, entry in enumerate(entries) if entry[0] not in [lun for lun, _ in entries[:position]]
            ]
            sets[owner].append(ld_set([name], *entries, name=f"{owner}{name}"))
            luns[name].update({(lun, owner): (owner, ldn) for lun, ldn in entries})  # type: ignore[misc]
    hosts = [
        host(name, *((truth[where], lun) for (lun, _), where in seen.items()))  # type: ignore[misc]
        | {}
        for name, seen in luns.items()
    ]
    for entry in hosts:
        entry["devices"].append({"device": f"naa.5{entry['name']}", "lun": dice.randint(0, 3), "vendor": "DELL"})
    tree = {"hosts": hosts, "arrays": [array("0010h", "0011h", "0012h", name=name, ld_sets=sets[name]) for name in "MN"]}
    _forget(tree, dice)
    for name, (device, by) in joined(tree).items():
        if by != "nothing":
            assert device == truth[tuple(name.split("/"))], (name, device)  # type: ignore[index]


def _forget(tree: dict[str, Any], dice: random.Random) -> None:
    share = dice.choice((0.0, 0.05, 0.2))
    for entry in tree["hosts"]:
        for device in entry["devices"]:
            for key in ("lun", "vendor"):
                if dice.random() < share:
                    device[key] = None
        if dice.random() < share:
            entry["devices"] = None
    for entry in tree["arrays"]:
        for found in entry["ld_sets"]:
            for mapped in found["luns"]:
                if dice.random() < share:
                    mapped["lun"] = None
            for key in ("hosts", "luns"):
                if dice.random() < share:
                    found[key] = None
        if dice.random() < share:
            entry["ld_sets"] = None
