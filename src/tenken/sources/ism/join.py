"""What exports of an array say only together with the other documents.

An export does not name its array: the notes beside it may. Queries speak of names, the export knows their numbers.
And a logical disk is recognised among the devices of the hosts by the World Wide Name of its array and its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenken.document.marked import START
from tenken.document.marked import Mapping as Marked
from tenken.document.marked import Sequence as MarkedList
from tenken.document.said import Said
from tenken.sources.base import Document, entries_of, list_of, mapping_of
from tenken.sources.ism.sections import Doubts, Unit
from tenken.sources.said import Notice

_EUI = re.compile(r"(eui\.[0-9a-f]{16})(?::[0-9]+)?", re.IGNORECASE)
_LDN = re.compile(r"(?:0x)?([0-9a-f]{1,8})h?", re.IGNORECASE)
_FORMAT = re.compile(r"[A-Z0-9]{2}:")

STATES = {
    "rpl/exec": "replicating",
    "rpl/sync": "synced",
    "sep/exec": "separating",
    "separated": "separated",
    "rst/exec": "restoring",
    "rst/sync": "restoring",
    "fault": "fault",
}
"""Sync states of iSMrc_query. A forced separation (cancel) is none of ours: its RV holds neither old nor new data."""


@dataclass(frozen=True, slots=True)
class ArrayExport(Document):
    """What one array says of itself."""

    named: bool = False
    """The export names its array; otherwise the array is called after the file."""
    world_wide_name: str | None = None
    """Twelve digits that are in the ids of all its logical disks, see ``array.world_wide_name``."""


@dataclass(slots=True)
class PairFound:
    """A pair, by the names of its volumes."""

    mark: int
    mv: Unit | None = None
    rv: Unit | None = None
    state: Unit | None = None


@dataclass(slots=True)
class SnapshotsFound:
    """A BV with those of its generations that a query showed, by name."""

    bv: Unit | None = None
    svs: list[Unit] = field(default_factory=list)
    lvs: list[Unit] = field(default_factory=list)
    """Those of its link volumes that are linked now."""
    guards: list[tuple[Unit, Unit]] = field(default_factory=list)
    """SVs, with ``on`` where they are protected."""


@dataclass(frozen=True, slots=True)
class CopyListing(Document):
    """What queries say of pairs and snapshots, not yet part of the tree."""

    pairs: list[PairFound] = field(default_factory=list)
    snapshots: list[SnapshotsFound] = field(default_factory=list)


def join(documents: Sequence[Document]) -> None:
    """Completes the trees of all exports and listings among some documents."""
    exports = [document for document in documents if isinstance(document, ArrayExport)]
    others = [document for document in documents if not isinstance(document, ArrayExport)]
    _name_arrays(exports, others)
    seen = {device for document in others for device in _devices(document.tree)}
    for export in exports:
        _recognise_disks(export, seen)
    numbers = _Numbers(documents)
    for listing in documents:
        if isinstance(listing, CopyListing):
            _Resolver(listing, numbers).resolve()


def number_of(ldn: Any) -> str | None:
    """An LDN in the spelling of the inventory."""
    match = _LDN.fullmatch(ldn.strip()) if isinstance(ldn, str) else None
    return f"{int(match[1], 16):04x}h" if match else None


# --- names of arrays -------------------------------------------------------------------------------------------------


def _name_arrays(exports: list[ArrayExport], others: list[Document]) -> None:
    stated: dict[str, list[dict[str, Any]]] = {}
    for document in others:
        for array in entries_of(document.tree, "arrays"):
            if isinstance(array.get("name"), str):
                stated.setdefault(array["name"], []).append(array)
    taken = {export.tree["arrays"][0]["name"] for export in exports}
    free = [name for name in stated if name not in taken]
    nameless = [export for export in exports if not export.named and export.tree["arrays"][0]["name"] not in stated]
    for export in nameless:
        array = export.tree["arrays"][0]
        place = export.locate(("arrays", 0, "name"))
        if len(nameless) == len(free) == 1 and all(_may_be(array, other) for other in stated[free[0]]):
            said = Said(
                f"the export does not name its array; it is taken for {free[0]}, the only one that is not exported",
                f"出力にディスクアレイ名がないため、他に出力のない唯一の {free[0]} とみなしました",
            )
            hint = Said(f"name the file {free[0]}.xml to be sure", f"確実にするには、ファイル名を {free[0]}.xml としてください")
            export.warnings.append(Notice(said, place, hint))
            array["name"] = free[0]
        elif free:
            said = Said(
                f"the export does not name its array; it is taken for a further one, {array['name']}",
                f"出力にディスクアレイ名がないため、別のディスクアレイ {array['name']} とみなしました",
            )
            hint = Said(
                f"name the file after its array: {free[0]}.xml",
                f"ファイル名をディスクアレイ名にしてください: {free[0]}.xml",
            )
            export.warnings.append(Notice(said, place, hint))


def _may_be(export: dict[str, Any], stated: dict[str, Any]) -> bool:
    """Whether nothing that is stated of an array contradicts an export of it."""
    models = [re.sub(r"nec|istorage|\s", "", str(array["model"]).lower()) for array in (export, stated) if array.get("model")]
    names = {number_of(disk.get("ldn")): disk.get("name") for disk in entries_of(export, "logical_disks")}
    if len(set(models)) > 1:
        return False
    for disk in entries_of(stated, "logical_disks"):
        number, name = number_of(disk.get("ldn")), disk.get("name")
        if number not in names or (name and names[number] and name != names[number]):
            return False
    return True


# --- logical disks among the devices of hosts ------------------------------------------------------------------------


def _devices(tree: Any) -> Iterator[str]:
    """The ids of devices that hosts, datastores and VMs are said to use."""
    stated: list[Any] = [device.get("device") for host in entries_of(tree, "hosts") for device in entries_of(host, "devices")]
    for datastore in entries_of(tree, "datastores"):
        stated += list_of(datastore.get("extents"))
    for disk in (disk for vm in entries_of(tree, "vms") for disk in entries_of(vm, "disks")):
        stated.append(mapping_of(disk.get("rdm")).get("device"))
    for device in stated:
        if isinstance(device, str) and (match := _EUI.fullmatch(device.strip())):
            yield match[1].lower()


def _recognise_disks(export: ArrayExport, seen: set[str]) -> None:
    """Give each disk that some host sees the id under which it sees it.

    A disk that none sees keeps none: that a wrong id is not seen would pass for detached.
    """
    if export.world_wide_name is None:
        return
    recognised = []
    for position, disk in enumerate(export.tree["arrays"][0].get("logical_disks", ())):
        device = f"eui.{export.world_wide_name}{int(disk['ldn'][:-1], 16):04x}"
        if device in seen and "uid" not in disk:
            disk["uid"] = device
            disk.marks["uid"] = disk.mark
            recognised.append(position)
    if recognised:
        said = Said(
            f"{len(recognised)} logical disks are taken for the devices eui.{export.world_wide_name}… that end with their LDN",
            f"論理ディスク {len(recognised)} 件を、末尾がLDNと一致するデバイス eui.{export.world_wide_name}… とみなしました",
        )
        hint = Said("state their uid by hand if that is wrong", "誤っている場合は、uid を手動で記載してください")
        place = export.locate(("arrays", 0, "logical_disks", recognised[0]))
        export.warnings.append(Notice(said, place, hint))


# --- names of logical disks ------------------------------------------------------------------------------------------


class _Numbers:
    """Which array and number a name of a logical disk stands for."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._found: dict[str, set[tuple[str, str]]] = {}
        for document in documents:
            for array in entries_of(document.tree, "arrays"):
                for disk in entries_of(array, "logical_disks"):
                    number, name = number_of(disk.get("ldn")), disk.get("name")
                    if number and isinstance(name, str) and isinstance(array.get("name"), str):
                        self._found.setdefault(name.strip(), set()).add((array["name"], number))

    def of(self, name: str) -> set[tuple[str, str]]:
        """Where disks of this name are; the format that commands put before names (LX:) is no part of it."""
        return self._found.get(name) or self._found.get(_FORMAT.sub("", name, count=1), set())


class _Resolver:
    """Writes what a listing says into its tree, as far as its names have numbers."""

    def __init__(self, listing: CopyListing, numbers: _Numbers) -> None:
        self._listing, self._numbers = listing, numbers
        self._arrays: dict[str, Marked] = {}
        self._pairs: dict[tuple[str, str, str], Marked] = {}
        self._sets: dict[tuple[str, str], Marked] = {}
        self._guards: dict[tuple[str, str], Marked] = {}
        self._doubts = Doubts(listing.name)

    def resolve(self) -> None:
        for pair in self._listing.pairs:
            self._pair(pair)
        for found in self._listing.snapshots:
            self._snapshots(found)
        if self._arrays:
            arrays = MarkedList(START)
            for array in self._arrays.values():
                arrays.add(array, array.mark)
            tree = self._listing.tree
            assert isinstance(tree, Marked)
            tree.put("arrays", arrays, arrays[0].mark)
        self._listing.warnings.extend(self._doubts.warnings())

    def _find(self, unit: Unit) -> tuple[str, str] | None:
        found = self._numbers.of(unit.text)
        if len(found) == 1:
            return next(iter(found))
        if found:
            arrays = ", ".join(sorted({array for array, _ in found}))
            said = Said(
                f"several logical disks are called {unit.text[:60]!r}: on {arrays}",
                f"{unit.text[:60]!r} という名前の論理ディスクが、ディスクアレイ {arrays} に複数あります",
            )
            self._doubts.add(said, unit, Said("state the pair by hand", "ペアを手動で記載してください"))
        else:
            said = Said(
                f"no logical disk is called {unit.text[:60]!r}", f"{unit.text[:60]!r} という名前の論理ディスクがありません"
            )
            hint = Said(
                "its copies stay unknown; give the XML export of its array too",
                "複製の構成は不明のままです。ディスクアレイのXML出力も指定してください",
            )
            self._doubts.add(said, unit, hint)
        return None

    def _array(self, name: str, mark: int) -> Marked:
        if name not in self._arrays:
            self._arrays[name] = Marked(mark)
            self._arrays[name].put("name", name, mark)
        return self._arrays[name]

    def _pair(self, pair: PairFound) -> None:
        assert pair.mv and pair.rv
        mv, rv = self._find(pair.mv), self._find(pair.rv)
        if mv is None or rv is None:
            return
        state = STATES.get(pair.state.text) if pair.state else None
        if pair.state and state is None:
            said = Said(
                f"the sync state {pair.state.text[:40]!r} is not known", f"同期状態 {pair.state.text[:40]!r} は解釈できません"
            )
            self._doubts.add(said, pair.state, Said("the state stays unknown", "ペアの状態は不明のままです"))
        known = self._pairs.get((*mv, rv[1]))
        if known is not None:
            if known.get("state") != state:
                known.pop("state", None)
            return
        entry = self._pairs[(*mv, rv[1])] = Marked(pair.mv.mark)
        entry.put("mv", mv[1], pair.mv.mark)
        entry.put("rv", rv[1], pair.rv.mark)
        entry.put("function", "DDR" if mv[0] == rv[0] else "RDR", pair.mv.mark)
        entry.put("rv_array", rv[0], pair.rv.mark)
        if pair.state and state:
            entry.put("state", state, pair.state.mark)
        _append(self._array(mv[0], pair.mv.mark), "pairs", entry)

    def _snapshots(self, found: SnapshotsFound) -> None:
        assert found.bv
        bv = self._find(found.bv)
        if bv is None:
            return
        entry = self._sets.get(bv)
        if entry is None:
            entry = self._sets[bv] = Marked(found.bv.mark)
            entry.put("bv", bv[1], found.bv.mark)
            entry.put("function", "DSV", found.bv.mark)
            _append(self._array(bv[0], found.bv.mark), "snapshot_sets", entry)
        for unit in found.svs:
            self._member(entry, "svs", bv[0], unit)
        for unit in found.lvs:
            self._member(entry, "lvs", bv[0], unit)
        for sv, guard in found.guards:
            self._guard(bv[0], sv, guard)

    def _member(self, entry: Marked, key: str, array: str, unit: Unit) -> None:
        disk = self._find(unit)
        if disk is None or disk[0] != array:
            return
        if key not in entry:
            entry.put(key, MarkedList(unit.mark), unit.mark)
        if disk[1] not in entry[key]:
            entry[key].add(disk[1], unit.mark)

    def _guard(self, array: str, sv: Unit, guard: Unit) -> None:
        disk = self._find(sv)
        if disk is None or disk[0] != array or guard.text not in ("on", "off"):
            return
        known = self._guards.get(disk)
        if known is None:
            known = self._guards[disk] = Marked(sv.mark)
            known.put("ldn", disk[1], sv.mark)
            known.put("protected", guard.text == "on", guard.mark)
            _append(self._array(array, sv.mark), "logical_disks", known)
        elif known.get("protected") != (guard.text == "on"):
            known.pop("protected", None)


def _append(mapping: Marked, key: str, entry: Marked) -> None:
    if key not in mapping:
        mapping.put(key, MarkedList(entry.mark), entry.mark)
    mapping[key].add(entry, entry.mark)
