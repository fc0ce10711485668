"""What iStorage exports say only beside others: numbers for names, the name of the array, disks among the hosts' devices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ism_exports import (
    DETAIL,
    DISK_ARRAY,
    DISKS,
    PAIRS,
    SETS,
    SUMMARY,
    chapter,
    export,
    host_port,
    ld,
    warnings_of,
)

from tenken.document.problem import InputError
from tenken.sources import registry
from tenken.sources.ism import text as ism_text
from tenken.sources.joining.assemble import Assembled, assemble

EUI = "eui.0009910200120010"
FULL = export(
    DISK_ARRAY,
    chapter("Logical Disk", *DISKS),
    chapter("Controller", host_port("2100000991020012"), host_port("2A00000991020012")),
    chapter("Access Control", *SETS),
)


def together(tmp_path: Path, **files: str | dict[str, Any]) -> Assembled:
    """The inventory of some files; a mapping is a hand-written document."""
    paths = []
    for name, content in files.items():
        path = tmp_path / (name.replace("__", "-") + (".json" if isinstance(content, dict) else ""))
        path.write_text(json.dumps({"tenken": 1} | content) if isinstance(content, dict) else content, encoding="utf-8")
        paths.append(path)
    return assemble(registry.read(paths))


def told(assembled: Assembled) -> str:
    return "\n".join(map(str, assembled.warnings))


def only_array(assembled: Assembled) -> Any:
    (array,) = assembled.inventory.arrays or ()
    return array


# --- pairs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("M320__01", "pairs"), ("pairs", "M320__01")])
def test_pairs_by_the_names_of_their_disks(tmp_path: Path, order: tuple[str, str]) -> None:
    files = {"M320__01": export(), "pairs": PAIRS}
    assembled = together(tmp_path, **{name: files[name] for name in order})
    array = only_array(assembled)
    (pair,) = array.pairs
    assert (array.name, pair.mv, pair.rv, pair.function, pair.rv_array, pair.state) == (
        "M320-01", "0010h", "0110h", "DDR", "M320-01", "separated",
    )  # fmt: skip
    assert assembled.partial == {"pairs"}
    assert str(assembled.locate(("arrays", 0, "pairs", 0, "rv"))).endswith("pairs:5:19")
    assert str(assembled.locate(("arrays", 0, "pairs", 0, "state"))).endswith("pairs:8:19")
    assert "iSMrc_query" in [document.format for document in assembled.documents]


@pytest.mark.parametrize(
    ("printed", "state"),
    [
        ("rpl/exec", "replicating"), ("rpl/sync", "synced"), ("sep/exec", "separating"), ("separated", "separated"),
        ("rst/exec", "restoring"), ("rst/sync", "restoring"), ("fault", "fault"), ("cancel", None), ("-", None),
    ],
)  # fmt: skip
def test_states_of_pairs(tmp_path: Path, printed: str, state: str | None) -> None:
    text = PAIRS.replace("Sync State        separated", f"Synchronous State : {printed}")
    assembled = together(tmp_path, M1=export(), pairs=text)
    assert only_array(assembled).pairs[0].state == state
    assert ("is not known" in told(assembled)) == (printed == "cancel")


def test_several_rvs_of_one_mv_and_several_queries(tmp_path: Path) -> None:
    disks = [*DISKS, ld("0111", "VM_RV02", "RV"), ld("0011", "DB_MV01", "MV"), ld("0112", "DB_RV01", "RV")]
    array = export(DISK_ARRAY, chapter("Logical Disk", *disks))
    more = "RV: Special File  -\n    LD Name       VM_RV02\nSync State        rpl/sync\n"
    other = PAIRS.replace("VM_", "DB_").replace("separated", "rst/exec")
    text = f"$ iSMrc_query -mv VM_MV01 -mvflg ld\n{PAIRS}{more}\n\n$ iSMrc_query -rv DB_RV01 -rvflg ld\r\n{other}{PAIRS}"
    pairs = only_array(together(tmp_path, M1=array, pairs=text)).pairs
    assert [(pair.mv, pair.rv, pair.state) for pair in pairs] == [
        ("0010h", "0110h", "separated"),
        ("0010h", "0111h", "synced"),
        ("0011h", "0112h", "restoring"),
    ]


def test_a_pair_that_changed_between_two_queries_has_no_known_state(tmp_path: Path) -> None:
    text = PAIRS + PAIRS.replace("separated", "rpl/exec")
    assert only_array(together(tmp_path, M1=export(), pairs=text)).pairs[0].state is None


def test_a_pair_over_two_arrays(tmp_path: Path) -> None:
    here = export(DISK_ARRAY, chapter("Logical Disk", ld("0010", "VM_MV01", "MV")), arguments="-all M1")
    there = export(DISK_ARRAY, chapter("Logical Disk", ld("0010", "VM_RV01", "RV")), arguments="-all M2")
    assembled = together(tmp_path, a=here, b=there, pairs=PAIRS)
    first, second = assembled.inventory.arrays or ()
    (pair,) = first.pairs or ()
    assert (pair.function, pair.mv, pair.rv, pair.rv_array, second.pairs) == ("RDR", "0010h", "0010h", "M2", None)


def test_names_that_no_export_or_several_know(tmp_path: Path) -> None:
    assembled = together(tmp_path, pairs=PAIRS)
    assert assembled.inventory.arrays is None
    assert all(f"no logical disk is called 'VM_{name}01'" in told(assembled) for name in ("MV", "RV"))
    two = together(tmp_path, a=export(arguments="-all A"), b=export(arguments="-all B"), pairs=PAIRS)
    assert [array.pairs for array in two.inventory.arrays or ()] == [None, None]
    assert "several logical disks are called 'VM_MV01': on A, B" in told(two)


def test_names_of_a_hand_written_array_do_as_well(tmp_path: Path) -> None:
    disks = [{"ldn": "10", "name": "VM_MV01"}, {"ldn": "0x110", "name": "VM_RV01"}]
    notes = {"arrays": [{"name": "M1", "logical_disks": disks}]}
    (pair,) = only_array(together(tmp_path, notes=notes, pairs=PAIRS)).pairs
    assert (pair.mv, pair.rv) == ("0010h", "0110h")


@pytest.mark.parametrize(
    "text",
    [
        PAIRS.replace("VM_RV01", "-"),
        PAIRS.replace("    LD Name       VM_MV01\n", ""),
        "MV:\nLD Name :\nRV:\nLD Name : VM_RV01\nSync State : separated\n",
        "MV: LD Name VM_MV01\nSync State separated\n",
    ],
)
def test_pairs_that_lack_a_name_are_skipped_and_told(tmp_path: Path, text: str) -> None:
    assembled = together(tmp_path, M1=export(), pairs=text)
    assert only_array(assembled).pairs is None
    assert "was skipped" in told(assembled)


def test_output_that_lists_nothing_is_told(tmp_path: Path) -> None:
    assembled = together(
        tmp_path, M1=export(), snapshots="BV Information\n\nSV Information\n", pairs=PAIRS.replace("LD Name", "Name")
    )
    assert "a snapshot set without the LD name of its BV was skipped" in told(assembled)
    assert assembled.partial == frozenset()
    assert "no pair and no snapshot set" in warnings_of(ism_text.read("iSM13082: no such volume\n", "a"))


def test_a_layout_that_could_pair_the_wrong_disks_is_refused(tmp_path: Path) -> None:
    mv, rv = "MV: LD Name VM_MV01\n", "RV: LD Name VM_RV01\nSync State separated\n"
    with pytest.raises(InputError, match="an RV before its MV"):
        together(tmp_path, M1=export(), pairs=rv + mv + rv + mv)


# --- snapshots -------------------------------------------------------------------------------------------------------


def test_snapshots_of_the_summary(tmp_path: Path) -> None:
    assembled = together(tmp_path, M1=export(), snapshots=SUMMARY)
    array = only_array(assembled)
    (found,) = array.snapshot_sets
    assert (found.bv, found.function, found.svs, found.lv, found.lvs) == ("0020h", "DSV", ["0220h", "0221h"], None, None)
    assert assembled.partial == {"snapshot_sets"}
    assert str(assembled.locate(("arrays", 0, "snapshot_sets", 0, "svs", 1))).endswith("snapshots:10:6")


def test_snapshots_in_detail(tmp_path: Path) -> None:
    array = only_array(together(tmp_path, M1=export(), snapshots=DETAIL + SUMMARY))
    (found,) = array.snapshot_sets
    assert (found.svs, found.lvs) == (["0220h", "0221h"], ["0320h", "0321h"])
    protected = {disk.name: disk.protected for disk in array.logical_disks}
    assert (protected["VM_SV01"], protected["VM_SV02"], protected["VM_BV01"]) == (False, True, None)


def test_a_guard_that_changed_between_two_queries_is_not_known(tmp_path: Path) -> None:
    text = DETAIL + DETAIL.replace(": off", ": on")
    array = only_array(together(tmp_path, M1=export(), snapshots=text))
    assert {disk.name: disk.protected for disk in array.logical_disks}["VM_SV01"] is None


def test_pairs_and_snapshots_in_one_file(tmp_path: Path) -> None:
    assembled = together(tmp_path, M1=export(), all=SUMMARY + PAIRS)
    array = only_array(assembled)
    assert (len(array.pairs), len(array.snapshot_sets)) == (1, 1)
    assert assembled.partial == {"pairs", "snapshot_sets"}


# --- names of arrays -------------------------------------------------------------------------------------------------


def test_the_only_array_that_the_notes_describe_is_the_one_that_was_exported(tmp_path: Path) -> None:
    notes = {"arrays": [{"name": "M320-01", "model": "iStorage M320F", "ld_sets": [{"name": "esx01", "mode": "secure"}]}]}
    assembled = together(tmp_path, ism=export(), notes=notes)
    array = only_array(assembled)
    assert (array.name, array.ld_sets[0].mode, array.ld_sets[0].platform) == ("M320-01", "secure", "VW")
    assert "it is taken for M320-01" in told(assembled)


@pytest.mark.parametrize(
    "described",
    [
        {"model": "iStorage M5000"},
        {"logical_disks": [{"ldn": "0010h", "name": "OTHER"}]},
        {"logical_disks": [{"ldn": "0999h"}]},
    ],
)
def test_an_array_that_the_notes_describe_otherwise_is_another(tmp_path: Path, described: dict[str, Any]) -> None:
    assembled = together(tmp_path, ism=export(), notes={"arrays": [{"name": "M320-01"} | described]})
    assert {array.name for array in assembled.inventory.arrays or ()} == {"ism", "M320-01"}
    assert "it is taken for a further one, ism (name the file after its array: M320-01.xml)" in told(assembled)


def test_which_of_two_arrays_was_exported_is_not_guessed(tmp_path: Path) -> None:
    notes = {"arrays": [{"name": "M1"}, {"name": "M2"}]}
    assert {array.name for array in together(tmp_path, ism=export(), notes=notes).inventory.arrays or ()} == {"ism", "M1", "M2"}
    both = together(tmp_path, a=export(), b=export(), notes={"arrays": [{"name": "M1"}]})
    assert {array.name for array in both.inventory.arrays or ()} == {"a", "b", "M1"}
    by_file = together(tmp_path, M2=export(), notes=notes)
    assert ({array.name for array in by_file.inventory.arrays or ()}, told(by_file)) == ({"M1", "M2"}, "")
    rest = together(tmp_path, M2=export(), ism=export(), notes=notes)
    assert {array.name for array in rest.inventory.arrays or ()} == {"M1", "M2"}


# --- disks among the devices of the hosts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seen_by",
    [
        {"hosts": [{"name": "esx01", "devices": [{"device": EUI.upper().replace("EUI", "eui"), "state": "attached"}]}]},
        {"datastores": [{"name": "DS", "extents": [f"{EUI}:1"]}]},
        {"vms": [{"name": "vm", "disks": [{"label": "d", "rdm": {"device": EUI}}]}]},
    ],
)
def test_a_disk_is_recognised_where_a_host_sees_it(tmp_path: Path, seen_by: dict[str, Any]) -> None:
    assembled = together(tmp_path, M1=FULL, notes=seen_by)
    uids = {disk.ldn: disk.uid for disk in only_array(assembled).logical_disks}
    assert uids["0010h"] == EUI
    assert set(uids.values()) == {EUI, None}, "what nobody sees has no id that could be missed"
    assert "1 logical disks are taken for the devices eui.000991020012…" in told(assembled)
    assert "M1:15:26" in str(assembled.locate(("arrays", 0, "logical_disks", 0, "uid")))


@pytest.mark.parametrize("device", ["naa.0009910200120010", "eui.0009910200130010", "eui.00099102001200100", "0010"])
def test_other_devices_are_no_disks_of_the_array(tmp_path: Path, device: str) -> None:
    notes = {"hosts": [{"name": "esx01", "devices": [{"device": device}]}]}
    assembled = together(tmp_path, M1=FULL, notes=notes)
    assert all(disk.uid is None for disk in only_array(assembled).logical_disks)
    assert told(assembled) == ""


def test_a_hand_written_id_is_used(tmp_path: Path) -> None:
    notes = {
        "hosts": [{"name": "esx01", "devices": [{"device": EUI}, {"device": "naa.1"}]}],
        "arrays": [{"name": "M1", "logical_disks": [{"ldn": "0010h", "uid": "naa.1"}]}],
    }
    assembled = together(tmp_path, M1=FULL, notes=notes)
    assert only_array(assembled).logical_disks[0].uid == "naa.1"
    (disagreement,) = assembled.inventory.disagreements
    assert (disagreement.value, disagreement.other) == ("naa.1", EUI.lower())


def test_warnings_of_a_document_stay_with_it(tmp_path: Path) -> None:
    assembled = together(tmp_path, pairs=PAIRS)
    assert all("pairs:" in line for line in warnings_of(assembled.documents[0]).split("\n"))
