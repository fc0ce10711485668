"""The sections of an iStorage export as facts: the array, its logical disks and its LD sets.

What the export can't say is left out: the operation mode of an LD set, pairs, snapshot sets, licences, host names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenken.document.marked import START, Sequence, place_of
from tenken.document.marked import Mapping as Marked
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.sources.ism.sections import Doubts, Entry, Export, Section, Unit
from tenken.sources.said import Notice

CODES = frozenset({"A2", "A4", "AX", "CX", "LX", "NX", "SX", "VW", "WG", "WN"})
"""Formats of logical disks and platforms of LD sets that are known. The list is open: others are kept, with a warning."""

_ROLE = re.compile(r"MV|RV|BV|SV|LV|IV")
_ROLES = re.compile(r"(?:(?:MV|RV|BV|SV|LV|IV)[\W_]*)+")
_SYSTEM_NAME = re.compile(r".*_S[YD]V[0-9A-Fa-f]{4}")
_INVALID = "(invalid attribute)"
_HEX = re.compile(r"[0-9A-Fa-f]{1,8}")
_WWN = re.compile(r"[0-9a-f]{16}")
_MAX_BYTES = 2**60

_OPEN_LUNS = Said("its logical disks stay unknown", "このLDセットの論理ディスクは不明のままです")
_KEPT = {
    "format": Said(
        "a format that tenken does not know is kept, and judged as it is", "未知の利用形式は、そのままの値で点検します"
    ),
    "platform": Said(
        "a platform that tenken does not know is kept, and judged as it is",
        "未知のプラットフォームは、そのままの値で点検します",
    ),
}
_CODE_IN_JAPANESE = {"format": "利用形式", "platform": "プラットフォーム"}
LD_DETAIL = "LD Detail Information"
_LD_SET = re.compile(r"LD Set ?\((.{1,40})\)")
_PORT_LISTS = (("Path List", "Path"), ("Initiator List", "Initiator List"))
_LUN_LISTS = ("LUN/LD List", "Target Information For Multi-Target Mode")
_KNOWN_KINDS = ("FC", "iSCSI")

_NO_LDN = Said("a logical disk without a hexadecimal LDN(h)", "16進数のLDN(h)がない論理ディスクがあります")
_NAMELESS_SET = Said("an LD set without a name", "名前のないLDセットがあります")
_NO_LUN = Said("a LUN of an LD set that is no hexadecimal number", "LDセットのLUNが16進数ではありません")
_UNEDITED = Said("export it again, and do not edit it", "出力し直し、編集せずに使用してください")


class ArrayReader:
    """Reads one export. Raises InputError with every entry that has no number or name."""

    def __init__(self, export: Export, array: str) -> None:
        self._export, self._array = export, array
        self._problems: list[Problem] = []
        self._doubts = Doubts(export.name)
        self.system_disks = 0
        """Logical disks of the array itself that were left out."""

    def tree(self) -> Marked:
        tree = Marked(mark=START)
        arrays = Sequence(mark=START)
        array = self._read()
        arrays.add(array, array.mark)
        if self._problems:
            raise InputError(self._problems)
        tree.put("arrays", arrays, array.mark)
        return tree

    def warnings(self) -> list[Notice]:
        return self._doubts.warnings()

    def _read(self) -> Marked:
        detail = self._section("Disk Array", "Disk Array", "Disk Array Detail Information")
        product = detail.unit("Product ID") if detail else None
        array = Marked(product.mark if product else detail.mark if detail else START)
        array.put("name", self._array, array.mark)
        if product:
            array.put("model", product.text, product.mark)
        serial = detail.unit("Serial Number") if detail else None
        if serial:
            array.put("serial", serial.text, serial.mark)
        access = self._export.chapters.get("Access Control")
        if access is not None and self._export.lists_all:
            array.put("ld_sets", self._ld_sets(access), array.mark)
        disks = self._export.chapters.get("Logical Disk")
        if disks is not None:
            array.put("logical_disks", self._logical_disks(disks, _mapped(array.get("ld_sets", ()))), array.mark)
        return array

    def _section(self, chapter: str, entry: str, section: str) -> Section | None:
        entries = (found for found in self._export.chapters.get(chapter, ()) if found.name == entry)
        return next((found for one in entries if (found := one.first(section))), None)

    # --- logical disks -----------------------------------------------------------------------------------------------

    def _logical_disks(self, entries: list[Entry], mapped: set[int]) -> Sequence:
        disks = Sequence(mark=START)
        for detail in (found for entry in entries for found in entry.all(LD_DETAIL)):
            number = detail.unit("LDN(h)")
            if number is None or not _HEX.fullmatch(number.text):
                self._problem(_NO_LDN, number.mark if number else detail.mark)
            elif _is_of_the_array_itself(detail) and int(number.text, 16) not in mapped:
                self.system_disks += 1
            else:
                disk = self._logical_disk(detail, number)
                disks.add(disk, disk.mark)
        return disks

    def _logical_disk(self, detail: Section, number: Unit) -> Marked:
        disk = Marked(number.mark)
        disk.put("ldn", f"{number.text}h", number.mark)
        name, format, capacity = detail.unit("LD Name"), detail.unit("OS Type"), detail.unit("LD Capacity")
        if name:
            disk.put("name", name.text, name.mark)
        if format:
            self._note_code(format, "format")
            disk.put("format", format.text, format.mark)
        if capacity and (gib := self._gib(capacity)) is not None:
            disk.put("capacity_gib", gib, capacity.mark)
        roles = detail.unit("RPL Attribute")
        if roles and _ROLES.fullmatch(roles.text):
            disk.put("roles", list(dict.fromkeys(_ROLE.findall(roles.text))), roles.mark)
        elif roles:
            said = Said(f"the RPL attribute {roles.text[:40]!r} is not known", f"RPL属性 {roles.text[:40]!r} は解釈できません")
            hint = Said("the role of the disk stays unknown", "この論理ディスクの役割は不明のままです")
            self._doubts.add(said, roles, hint)
        return disk

    def _gib(self, unit: Unit) -> float | None:
        if unit.text.isascii() and unit.text.isdigit() and len(unit.text) < 20 and int(unit.text) < _MAX_BYTES:
            return int(unit.text) / 2**30
        said = Said(f"{unit.text[:40]!r} is no capacity in bytes", f"{unit.text[:40]!r} はバイト単位の容量ではありません")
        hint = Said("the capacity of the disk stays unknown", "この論理ディスクの容量は不明のままです")
        self._doubts.add(said, unit, hint)
        return None

    # --- LD sets -----------------------------------------------------------------------------------------------------

    def _ld_sets(self, entries: list[Entry]) -> Sequence:
        named = list(filter(None, map(self._named, entries)))
        sets = Sequence(mark=START)
        for found, name in zip(named, _unique_names(named), strict=True):
            ld_set = self._ld_set(found, name)
            sets.add(ld_set, ld_set.mark)
        return sets

    def _named(self, entry: Entry) -> _Named | None:
        kind = _LD_SET.fullmatch(entry.name)
        information = entry.first(f"{entry.name} Information") if kind else None
        name = information.unit("LD Set Name") if information else None
        if kind and information and name:
            return _Named(entry, kind[1], name, information.unit("Platform"))
        if kind:
            self._problem(_NAMELESS_SET, information.mark if information else entry.mark)
        return None

    def _ld_set(self, found: _Named, name: str) -> Marked:
        ld_set = Marked(found.name.mark)
        ld_set.put("name", name, found.name.mark)
        if found.platform:
            self._note_code(found.platform, "platform")
            ld_set.put("platform", found.platform.text, found.platform.mark)
        ports = [port for section, unit in _PORT_LISTS for listed in found.entry.all(section) for port in listed.all(unit)]
        if ports:
            texts = Sequence(ports[0].mark)
            for port in ports:
                texts.add(port.text, port.mark)
            ld_set.put("ports", texts, texts.mark)
        luns = self._luns(found.entry)
        strange = [section for section in found.entry.sections if "LUN" in section.name and section.name not in _LUN_LISTS]
        if not strange and (luns or found.kind in _KNOWN_KINDS):
            ld_set.put("luns", luns, found.name.mark)
        else:
            said = Said(
                f"an LD set of the kind {found.kind!r} lists its LUNs in an unknown way",
                f"種別 {found.kind!r} のLDセットは、LUNの一覧の形式を解釈できません",
            )
            self._doubts.add(said, found.name, _OPEN_LUNS)
        return ld_set

    def _luns(self, entry: Entry) -> Sequence:
        """What an LD set shows under which LUN; targets of a multi-target set count their LUNs apart."""
        luns = Sequence(mark=entry.mark)
        seen = set()
        for section in (found for name in _LUN_LISTS for found in entry.all(name)):
            number, lun = section.unit("LDN(h)"), section.unit("LUN(h)")
            if number is None or (lun is None and any(unit.name == "LUN(h)" for unit in section.units)):
                continue  # a dash: the target has no disk
            if not _HEX.fullmatch(number.text) or (lun and not _HEX.fullmatch(lun.text)):
                self._problem(_NO_LUN, number.mark)
                continue
            key = int(number.text, 16), int(lun.text, 16) if lun else None
            if key not in seen:
                seen.add(key)
                mapping = Marked(number.mark)
                mapping.put("ldn", f"{number.text}h", number.mark)
                if lun:
                    mapping.put("lun", int(lun.text, 16), lun.mark)
                luns.add(mapping, mapping.mark)
        return luns

    # --- what is doubtful --------------------------------------------------------------------------------------------

    def _note_code(self, unit: Unit, what: str) -> None:
        code = unit.text.rpartition("(")[2].rstrip(")") if unit.text.endswith(")") else unit.text
        if code not in CODES:
            said = Said(
                f"the {what} {unit.text[:40]!r} is not known", f"{_CODE_IN_JAPANESE[what]} {unit.text[:40]!r} は未知のものです"
            )
            self._doubts.add(said, unit, _KEPT[what])

    def _problem(self, said: Said, mark: int) -> None:
        self._problems.append(Problem(said, place_of(mark, self._export.name), _UNEDITED))


def world_wide_name(export: Export) -> str | None:
    """The twelve digits that an array has in common with all its ports and logical disks; None where they differ.

    A host sees LDN 0010h of the array 2000-00255C-3A1101 as eui.00255c3a11010010.
    """
    details = [section for entry in export.chapters.get("Disk Array", ()) for section in entry.sections]
    ports = [
        section for entry in export.chapters.get("Controller", ()) if entry.name == "Host Port" for section in entry.sections
    ]
    stated = [unit.text for section in details if (unit := section.unit("World Wide Name"))]
    names = stated or [unit.text for section in ports if (unit := section.unit("WWPN"))]
    digits = {re.sub(r"[-: ]", "", name).lower() for name in names}
    if not digits or not all(map(_WWN.fullmatch, digits)):
        return None
    common = {name[4:] for name in digits}
    return common.pop() if len(common) == 1 else None


def _mapped(ld_sets: Iterable[Mapping[str, Any]]) -> set[int]:
    return {int(lun["ldn"][:-1], 16) for ld_set in ld_sets for lun in ld_set.get("luns", ())}


def _is_of_the_array_itself(detail: Section) -> bool:
    """A logical disk that a pool made for itself: nobody can use or back it up."""
    name, purpose = detail.unit("LD Name"), detail.unit("Purpose")
    return bool(
        name and purpose and purpose.text == _INVALID and _SYSTEM_NAME.fullmatch(name.text) and not detail.unit("OS Type")
    )


@dataclass(slots=True)
class _Named:
    """An LD set with what tells it from others."""

    entry: Entry
    kind: str
    name: Unit
    platform: Unit | None


def _unique_names(found: list[_Named]) -> list[str]:
    """Names are unique per platform and kind only: LX:web and WN:web are two LD sets."""
    names = [one.name.text for one in found]
    for spelling in ("{platform}:{name}", "{platform}:{name} ({kind})"):
        counts = Counter(names)
        for position, one in enumerate(found):
            if counts[names[position]] > 1:
                platform = one.platform.text if one.platform else "-"
                names[position] = spelling.format(platform=platform, name=one.name.text, kind=one.kind)
    return names
