"""Virtual machines of an RVTools export: vInfo, vDisk, vTools and vSnapshot."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from tenken.document.said import Said
from tenken.model.identity import UNSEEN
from tenken.sources.base import known
from tenken.sources.rvtools.join import Joined, Notes, Origin, Servers, VirtualMachines
from tenken.sources.rvtools.sheets import Export, Sheet, count_of, moment, number_of, truth_of
from tenken.sources.vsphere import guest_os
from tenken.sources.vsphere import words as vsphere_words
from tenken.sources.vsphere.words import caseless

POWER_STATES = caseless(vsphere_words.POWER_STATES)
GUEST_STATES = caseless(vsphere_words.GUEST_STATES)
FAULT_TOLERANCE = caseless(vsphere_words.FAULT_TOLERANCE)
DISK_MODES = caseless(vsphere_words.DISK_MODES)
SHARING = caseless(vsphere_words.SHARING)
BUS_SHARING = caseless(vsphere_words.BUS_SHARING)
COMPATIBILITY = caseless(vsphere_words.COMPATIBILITY)
TOOLS = {"toolsok": "running", "toolsold": "running", "toolsnotrunning": "not_running", "toolsnotinstalled": "not_installed"}

CONTROLLER_TYPES = (
    ("paravirtual", "pvscsi"),
    ("lsi logic sas", "lsilogic_sas"),
    ("lsi logic", "lsilogic"),
    ("buslogic", "buslogic"),
    ("nvme", "nvme"),
    ("ahci", "ahci"),
    ("sata", "ahci"),
    ("ide", "ide"),
)
"""What the summary of a controller contains → its type; the first that fits."""

_CONTROLLER_LABEL = re.compile(r"(scsi|nvme|sata|ahci|ide)\b.*?(\d{1,3})", re.IGNORECASE)
"""``SCSI controller 0``, ``NVME controller 0``, ``IDE 0``; the word between is in the language of the vCenter client."""

_IN_DATASTORE = re.compile(r"\[[^\]]+\] *\S")
_VCLS = re.compile(r"vCLS-[0-9a-fA-F][0-9a-fA-F-]*|vCLS \(\d+\)")

_NAA_IN_LUN_UUID = re.compile(r"(?:vml\.)?0200[0-9a-f]{6}(6[0-9a-f]{31})[0-9a-f]{12}")
"""``02``, ``00``, the LUN, the 32 digits of the NAA id, and six characters of the model."""

_COMPLETE_DISKS = Said(
    "the disks stay unknown; export vInfo and vDisk in one run",
    "ディスクは不明のままです。vInfoとvDiskを同時にエクスポートしてください",
)


class VmReader:
    """Turns the rows of virtual machines into facts."""

    def __init__(self, export: Export, servers: Servers, machines: VirtualMachines, notes: Notes) -> None:
        self._servers = servers
        self._machines = machines
        self._notes = notes
        self._info = machines.sheet
        self._tabs: dict[str, Joined] = {
            tab: machines.join(export.sheets[tab]) for tab in ("vDisk", "vTools", "vSnapshot") if tab in export.sheets
        }
        self._devices = _devices_by_lun_uuid(export.sheets.get("vMultiPath"))
        self._guests: dict[tuple[Any, ...], tuple[dict[str, str], tuple[str, str] | None]] = {}
        self._controllers: dict[Any, str | None] = {}
        self._types: dict[str, str | None] = {}
        self._agents: list[int] = []

    def read(self) -> tuple[list[dict[str, Any]], list[Origin]]:
        """The virtual machines as the native form has them, and where they came from."""
        vms: list[dict[str, Any]] = []
        origins: list[Origin] = []
        uuids = self._identifying_uuids()
        self._bios_uuids = Counter(self._info.text(row, "smbios_uuid") for row in self._machines.rows)
        for number, row in enumerate(self._machines.rows):
            if number not in self._machines.placeholders:
                origin = Origin({"vInfo": row})
                vms.append(self._vm(number, row, uuids[number], origin))
                origins.append(origin)
        if self._agents:
            said = Said(
                f"taken for vCLS agents because of their names: {len(self._agents)} of the virtual machines",
                f"名前からvCLSエージェントとみなした仮想マシン: {len(self._agents)} 台",
            )
            hint = Said("RVTools does not export what tells for sure", "RVToolsには確実に判別できる項目がありません")
            self._notes.warn(said, self._info.place(self._agents[0], "vm"), hint)
        return vms, origins

    def _identifying_uuids(self) -> list[str | None]:
        """The UUID of each virtual machine; none where several have it, since it then identifies none of them."""
        info, machines = self._info, self._machines
        uuids: list[str | None] = []
        holders: dict[str, set[tuple[str, str]]] = {}
        for number, row in enumerate(machines.rows):
            uuid = None if number in machines.placeholders else info.text(row, "vm_uuid") or info.text(row, "smbios_uuid")
            uuids.append(uuid)
            if uuid:
                holders.setdefault(uuid, set()).add((machines.key(number), info.text(row, "vm_id") or str(number)))
        for number, uuid in enumerate(uuids):
            if uuid and len(holders[uuid]) > 1:
                said = Said(
                    f"{len(holders[uuid])} virtual machines have the UUID {uuid}, so it identifies none of them",
                    f"UUID {uuid} の仮想マシンが {len(holders[uuid])} 台あるため、このUUIDでは識別できません",
                )
                hint = Said("they are told apart by vCenter, datacenter and name", "vCenter、データセンター、名前で区別します")
                place = info.place(machines.rows[number], "vm_uuid", "smbios_uuid")
                self._notes.gather(said, place, hint)
                uuids[number] = None
        return uuids

    def _vm(self, number: int, row: int, uuid: str | None, origin: Origin) -> dict[str, Any]:
        info, notes = self._info, self._notes
        name = self._machines.names[number]
        vm: dict[str, Any] = {
            "name": name,
            "uuid": uuid,
            "bios_uuid": self._bios_uuid(row) if uuid else None,
            "vcenter": self._servers.vcenter(self._machines.key(number)),
            "datacenter": info.text(row, "datacenter"),
            "host": info.text(row, "host"),
            "power_state": notes.meaning(info, row, "power", POWER_STATES),
            "template": truth_of(info.cell(row, "template")),
            "vmx": self._path(info, row),
            "guest": self._guest(number, row, origin),
            "fault_tolerance": notes.meaning(info, row, "ft", FAULT_TOLERANCE),
            "snapshots": self._snapshots(number, origin),
            "controllers": self._seen_controllers(number, origin),
            "disks": self._disks(number, origin),
        }
        if _VCLS.fullmatch(name):
            vm["roles"] = ["vcls"]
            self._agents.append(row)
        return known(vm)

    def _bios_uuid(self, row: int) -> str | None:
        """The BIOS UUID beside the instance UUID; clones may share it, and then it identifies nothing."""
        uuid = self._info.text(row, "smbios_uuid")
        return uuid if self._info.text(row, "vm_uuid") and self._bios_uuids[uuid] == 1 else None

    def _path(self, sheet: Sheet, row: int) -> str | None:
        """A path in a datastore. Other exporters write other things into this column."""
        path = sheet.text(row, "path")
        if path and not _IN_DATASTORE.match(path):
            said = Said(f"{path[:100]!r} is no path in a datastore", f"{path[:100]!r} はデータストア上のパスではありません")
            hint = Said("expected [datastore] folder/file", "正しい形式: [データストア] フォルダ/ファイル")
            self._notes.gather(said, sheet.place(row, "path"), hint)
            return None
        return path

    # --- guest -------------------------------------------------------------------------------------------------------

    def _guest(self, number: int, row: int, origin: Origin) -> dict[str, Any] | None:
        guest = {
            "os": self._os(row),
            "tools": self._tools(number, origin),
            "state": self._notes.meaning(self._info, row, "guest_state", GUEST_STATES),
        }
        return known(guest) or None

    def _os(self, row: int) -> dict[str, str] | None:
        """What runs, as Tools report it; what is configured counts only where Tools never reported anything."""
        info = self._info
        texts = (info.text(row, "os_detailed"), info.text(row, "os_reported"), info.text(row, "os_configured"))
        if texts not in self._guests:
            self._guests[texts] = guest_os.of_guest(*texts)
        system, contradiction = self._guests[texts]
        if contradiction:
            place = info.place(row, "os_reported", "os_detailed")
            configured, running = contradiction
            said = Said(
                f"{info.text(row, 'vm')!r} is configured as {configured!r} and runs {running!r}",
                f"{info.text(row, 'vm')!r} の構成上のゲストOSは {configured!r} ですが、{running!r} が動作しています",
            )
            hint = Said("what Tools report was taken", "VMware Toolsの報告を採用しました")
            self._notes.gather(said, place, hint)
        return dict(system) or None

    def _tools(self, number: int, origin: Origin) -> str | None:
        joined = self._tabs.get("vTools")
        if joined is None or number in joined.unsure or not joined.rows[number]:
            return None
        rows = joined.rows[number]
        origin.rows["vTools"] = rows[0]
        states = {self._notes.meaning(joined.sheet, row, "tools", TOOLS) for row in rows}
        return states.pop() if len(states) == 1 else None

    # --- snapshots ---------------------------------------------------------------------------------------------------

    def _snapshots(self, number: int, origin: Origin) -> list[dict[str, Any]] | None:
        joined = self._tabs.get("vSnapshot")
        if joined is None or number in joined.unsure or not joined.complete:
            return None
        sheet = joined.sheet
        rows = joined.rows[number]
        origin.lists["snapshots"] = ("vSnapshot", rows)
        return [known({"name": sheet.text(row, "name"), "created": moment(sheet.cell(row, "created"))}) for row in rows]

    # --- disks and controllers ---------------------------------------------------------------------------------------

    def _disks(self, number: int, origin: Origin) -> list[dict[str, Any]] | None:
        """All disks, or None: a list that may lack one would pass for complete."""
        joined = self._tabs.get("vDisk")
        if joined is None or number in joined.unsure or not joined.sheet.has("label"):
            return None
        info, info_row = self._info, self._machines.rows[number]
        sheet, rows = joined.sheet, joined.rows[number]
        labels: set[str | None] = {None}
        for row in rows:
            label = sheet.text(row, "label")
            if label in labels:
                said = Said("a disk without a label", "ラベルのないディスクがあります")
                if label:
                    said = Said(f"{label!r} is listed twice", f"ディスク {label!r} が2回記載されています")
                hint = Said("the disks of this virtual machine stay unknown", "この仮想マシンのディスクは不明のままです")
                self._notes.gather(said, sheet.place(row, "label"), hint)
                return None
            labels.add(label)
        expected = count_of(info.cell(info_row, "disks"))
        if expected is None and (not joined.complete or not rows):
            return None
        if expected is not None and expected != len(rows):
            name = self._machines.names[number]
            said = Said(
                f"vInfo counts {expected} disks of {name!r}, and vDisk lists {len(rows)}",
                f"{name!r} のディスク数は、vInfoでは {expected}、vDiskでは {len(rows)} です",
            )
            self._notes.gather(said, info.place(info_row, "disks"), _COMPLETE_DISKS)
            return None
        origin.lists["disks"] = ("vDisk", rows)
        return [self._disk(sheet, row) for row in rows]

    def _disk(self, sheet: Sheet, row: int) -> dict[str, Any]:
        notes = self._notes
        raw = truth_of(sheet.cell(row, "raw"))
        capacity = number_of(sheet.cell(row, "capacity"))
        disk: dict[str, Any] = {
            "label": sheet.text(row, "label"),
            "controller": self._controller_id(sheet, row),
            "path": self._path(sheet, row),
            "backing": None if raw is None else "rdm" if raw else "flat",
            "mode": notes.meaning(sheet, row, "mode", DISK_MODES),
            "sharing": notes.meaning(sheet, row, "sharing", SHARING),
            "capacity_gib": None if capacity is None else capacity / 1024,
        }
        if raw:
            compatibility = notes.meaning(sheet, row, "compatibility", COMPATIBILITY)
            disk["rdm"] = known({"compatibility": compatibility, "device": self._rdm_device(sheet, row)}) or None
        return known(disk)

    def _rdm_device(self, sheet: Sheet, row: int) -> str | None:
        """The LUN of an RDM: from the digits of its LUN UUID, or from the device with this UUID in vMultiPath."""
        text = (sheet.text(row, "lun_id") or "").casefold()
        devices = set(self._devices.get(text, ()))
        if match := _NAA_IN_LUN_UUID.fullmatch(text):
            devices.add(f"naa.{match[1]}")
        if len(devices) > 1:
            said = Said(
                f"the LUN of this RDM could be {' or '.join(sorted(devices))}",
                f"このRDMのLUNの候補が複数あります: {', '.join(sorted(devices))}",
            )
            hint = Said("Raw LUN ID and vMultiPath disagree", "Raw LUN IDとvMultiPathが一致しません")
            self._notes.gather(said, sheet.place(row, "lun_id"), hint)
            return None
        return devices.pop() if devices else None

    def _controller_id(self, sheet: Sheet, row: int) -> str | None:
        text = sheet.text(row, "controller")
        if text is None:
            return None
        if text not in self._controllers:
            match = _CONTROLLER_LABEL.fullmatch(text)
            kind = match[1].lower().replace("ahci", "sata") if match else ""
            self._controllers[text] = f"{kind}{int(match[2])}" if match else None
        if self._controllers[text] is None:
            self._notes.strange(sheet, row, "controller", text)
        return self._controllers[text]

    def _controller_type(self, sheet: Sheet, row: int) -> str | None:
        text = sheet.text(row, "controller_type")
        if text is None:
            return None
        if text not in self._types:
            words = text.casefold()
            self._types[text] = next((kind for mark, kind in CONTROLLER_TYPES if mark in words), None)
        if self._types[text] is None:
            self._notes.strange(sheet, row, "controller_type", text)
        return self._types[text]

    def _seen_controllers(self, number: int, origin: Origin) -> list[dict[str, Any]] | None:
        """The controllers that have a disk, since vDisk shows no others, and UNSEEN; None if not even one is seen."""
        joined = self._tabs.get("vDisk")
        if joined is None or number in joined.unsure:
            return None
        sheet = joined.sheet
        rows: dict[str, list[int]] = {}
        for row in joined.rows[number]:
            if identifier := self._controller_id(sheet, row):
                rows.setdefault(identifier, []).append(row)
        if not rows:
            return None
        origin.lists["controllers"] = ("vDisk", [of_one[0] for of_one in rows.values()])
        controllers = [self._controller(sheet, identifier, of_one) for identifier, of_one in rows.items()]
        return [*controllers, {"id": UNSEEN}]

    def _controller(self, sheet: Sheet, identifier: str, rows: list[int]) -> dict[str, Any]:
        """What the disks on a controller say of it; where they disagree, none of them is believed."""
        types = {self._controller_type(sheet, row) for row in rows} - {None}
        sharings = {self._notes.meaning(sheet, row, "bus_sharing", BUS_SHARING) for row in rows} - {None}
        for column, values in (("controller_type", types), ("bus_sharing", sharings)):
            if len(values) > 1:
                name, shown = sheet.text(rows[0], "vm"), ", ".join(sorted(map(str, values)))
                said = Said(
                    f"the disks on {identifier} of {name!r} disagree: {shown}",
                    f"{name!r} のコントローラ {identifier} について、ディスクごとに値が異なります: {shown}",
                )
                hint = Said("this stays unknown of the controller", "コントローラのこの項目は不明のままです")
                self._notes.gather(said, sheet.place(rows[0], column), hint)
                values.clear()
        return known({"id": identifier, "type": next(iter(types), None), "bus_sharing": next(iter(sharings), None)})


def datastore_of(path: str) -> str:
    """The datastore of a path that was checked to be in one."""
    return path[1:].partition("]")[0]


def _devices_by_lun_uuid(paths: Sheet | None) -> dict[str, set[str]]:
    """The devices of vMultiPath by their LUN UUID."""
    devices: dict[str, set[str]] = {}
    for row in range(len(paths.rows)) if paths else ():
        assert paths is not None
        uuid, disk = paths.text(row, "uuid"), paths.text(row, "disk")
        if uuid and disk:
            devices.setdefault(uuid.casefold(), set()).add(disk.casefold())
    return devices
