"""Controllers, disks and passthrough devices of a ``.vmx``.

The file is all that the virtual machine knows of its hardware, so the lists are complete, and a setting that is not there has
the value that VMware gives it: a disk without ``mode`` is persistent, one without ``sharing`` shared with nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.said import Said
from tenken.sources.doubts import Doubts
from tenken.sources.vmx.text import Settings
from tenken.sources.vmx.vmdk import BACKINGS, RDM, Descriptor
from tenken.sources.vmx.volumes import Volumes

Lines = dict[Route, "int | Place"]
"""Where facts stand: route into the virtual machine → line of its ``.vmx``, or a place in another file."""

_DEVICE = re.compile(r"(?:(scsi|sata|nvme|ide)(\d{1,3})(?::(\d{1,3}))?|(pcipassthru)(\d{1,3}))\.(\w+)")
_PREFIXES = ("scsi", "sata", "nvme", "ide", "pcip")

_SCSI_TYPES = {"pvscsi": "pvscsi", "lsilogic": "lsilogic", "lsisas1068": "lsilogic_sas", "buslogic": "buslogic"}
_TYPES = {"sata": "ahci", "nvme": "nvme", "ide": "ide"}
_BUS_SHARING = {"none": "none", "nosharing": "none", "virtual": "virtual", "physical": "physical"}
_MODES = {
    mode.replace("_", "-"): mode
    for mode in ("persistent", "nonpersistent", "undoable", "append", "independent_persistent", "independent_nonpersistent")
}
_SHARINGS = {"none": "none", "sharing-none": "none", "multi-writer": "multi_writer"}
_HARD_DISKS = {"scsi-harddisk", "ata-harddisk", "disk", "harddisk", "rawdisk", "plaindisk"}
_DELTA_NAME = re.compile(r"-\d{6}\.vmdk$", re.IGNORECASE)


@dataclass(slots=True)
class Hardware:
    """The devices of one virtual machine."""

    settings: Settings
    folder: str
    volumes: Volumes
    doubts: Doubts
    lines: Lines
    buses: dict[str, set[str]] = field(default_factory=dict)
    """Bus (``scsi0``) → the settings that it has."""
    units: dict[str, set[str]] = field(default_factory=dict)
    """Unit (``scsi0:1``) → the settings that it has."""
    passthrough: dict[str, set[str]] = field(default_factory=dict)
    delta: bool = False
    """Some disk holds the changes since a snapshot."""
    maybe_delta: bool = False
    """Some disk is named as if it did, and its descriptor is not there."""
    encrypted_disk: bool = False

    def __post_init__(self) -> None:
        for key in self.settings.values:
            if key.startswith(_PREFIXES) and (match := _DEVICE.fullmatch(key)):
                bus, number, unit, passthrough, index, setting = match.groups()
                if passthrough:
                    self.passthrough.setdefault(f"{passthrough}{index}", set()).add(setting)
                elif unit is None:
                    self.buses.setdefault(f"{bus}{number}", set()).add(setting)
                else:
                    self.units.setdefault(f"{bus}{number}:{unit}", set()).add(setting)

    # --- disks -------------------------------------------------------------------------------------------------------

    def disks(self) -> list[dict[str, Any]] | None:
        """All disks; None if some device may be one and may be none."""
        disks: list[dict[str, Any]] = []
        for unit in sorted(self.units, key=_natural):
            is_disk = self._is_disk(unit) if self._is_present(unit, "filename") else False
            if is_disk is None:
                return None
            if is_disk:
                disks.append(self._disk(unit, ("disks", len(disks))))
        return disks

    def _is_present(self, device: str, *describing: str) -> bool:
        """Whether a device is there. Where ``present`` is missing, one that is described is taken for present: more is checked."""
        stated = self.settings.truth(f"{device}.present")
        return stated if stated is not None else any(self.settings.get(f"{device}.{setting}") for setting in describing)

    def _is_disk(self, unit: str) -> bool | None:
        kind = (self.settings.get(f"{unit}.devicetype") or "").casefold()
        file = (self.settings.get(f"{unit}.filename") or "").casefold()
        if kind in _HARD_DISKS:
            return True
        if "cdrom" in kind or kind == "floppy":
            return False
        if kind == "scsi-passthru":
            said = Said(
                f"{unit} is a SCSI device of the host that is passed through ({file[:100]})",
                f"{unit} はホストのSCSIデバイスのパススルーです: {file[:100]}",
            )
            hint = Said(
                "tenken knows no such device; ask the vendor", "tenkenの点検対象外のデバイスです。ベンダーへ確認してください"
            )
            self._doubt(said, hint, f"{unit}.devicetype")
            return False
        if file.endswith(".vmdk"):
            return True
        if not kind and (not file or file.endswith(".iso") or file in ("auto detect", "emptybackingstring")):
            return False
        said = Said(
            f"{unit} is {kind or 'of a kind that is not stated'}: it may be a disk, and may be none",
            f"{unit} の種別（{kind or '記載なし'}）からは、ディスクかどうか分かりません",
        )
        hint = Said("the disks of this virtual machine stay unknown", "この仮想マシンのディスクは不明のままです")
        self._doubt(said, hint, f"{unit}.devicetype", f"{unit}.filename")
        return None

    def _disk(self, unit: str, at: Route) -> dict[str, Any]:
        settings = self.settings
        file = settings.get(f"{unit}.filename")
        self.lines[at] = settings.line(f"{unit}.filename", f"{unit}.present", f"{unit}.devicetype")
        disk: dict[str, Any] = {"label": unit, "controller": unit.partition(":")[0]}
        self._set(disk, at, "path", f"{unit}.filename", self.volumes.datastore_path(self.folder, file) if file else None)
        self._set(disk, at, "mode", f"{unit}.mode", self._meaning(f"{unit}.mode", _MODES, "persistent"))
        self._set(disk, at, "sharing", f"{unit}.sharing", self._meaning(f"{unit}.sharing", _SHARINGS, "none"))
        top = self.volumes.descriptor(self.folder, file) if file else None
        if top is None:
            self.maybe_delta = self.maybe_delta or bool(file and _DELTA_NAME.search(file))
            if file:
                said = Said(
                    f"the descriptor {file[:200]!r} of {unit} is not there",
                    f"{unit} の記述ファイル {file[:200]!r} がありません",
                )
                hint = Said(
                    "whether such disks are RDMs stays unknown; copy the .vmdk descriptors too",
                    "RDMかどうかは不明のままです。.vmdk の記述ファイルもコピーしてください",
                )
                self._doubt(said, hint, f"{unit}.filename")
        else:
            self._describe(disk, at, top)
        return disk

    def _describe(self, disk: dict[str, Any], at: Route, top: Descriptor) -> None:
        """What the descriptor of a disk says; below snapshots, what the one at the bottom says."""
        self.encrypted_disk = self.encrypted_disk or top.encrypted
        self.delta = self.delta or top.parent is not None
        if top.sectors is not None:
            disk["capacity_gib"] = top.sectors / 2**21
            self.lines[*at, "capacity_gib"] = Place(self.volumes.shown(top.path), top.line, 1)
        base = self.volumes.base(top)
        if base is None:
            place = Place(self.volumes.shown(top.path), top.line, 1)
            said = Said(
                f"the disk below {disk['label']} is not there", f"{disk['label']} の親ディスクの記述ファイルがありません"
            )
            self.doubts.gather(said, place, Said("whether it is an RDM stays unknown", "RDMかどうかは不明のままです"))
            return
        place = Place(self.volumes.shown(base.path), base.line, 1)
        kind = base.create_type.casefold()
        if kind not in BACKINGS:
            self.doubts.strange(base.create_type, place)
            return
        disk["backing"] = BACKINGS[kind]
        self.lines[*at, "backing"] = place
        if kind in RDM:
            disk["rdm"] = {"compatibility": RDM[kind]}
            self.lines[*at, "rdm"] = place

    # --- controllers -------------------------------------------------------------------------------------------------

    def controllers(self, disks: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
        """All controllers, those without a disk too."""
        used = {disk["controller"] for disk in disks or ()}
        there = {bus for bus in self.buses if self._is_present(bus, "virtualdev", "sharedbus")} | used
        if disks is None:
            there |= {unit.partition(":")[0] for unit in self.units if self._is_present(unit, "filename")}
        first_units: dict[str, str] = {}
        for unit in self.units:
            first_units.setdefault(unit.partition(":")[0], unit)
        controllers: list[dict[str, Any]] = []
        for bus in sorted(there, key=_natural):
            at: Route = ("controllers", len(controllers))
            self.lines[at] = self.settings.line(f"{bus}.present", f"{bus}.virtualdev", f"{first_units.get(bus)}.filename")
            controllers.append(self._controller(bus, at))
        return controllers

    def _controller(self, bus: str, at: Route) -> dict[str, Any]:
        controller: dict[str, Any] = {"id": bus}
        kind = bus.rstrip("0123456789")
        if kind == "scsi":
            self._set(controller, at, "type", f"{bus}.virtualdev", self._meaning(f"{bus}.virtualdev", _SCSI_TYPES, None))
        else:
            controller["type"] = _TYPES[kind]
        if kind in ("scsi", "nvme"):
            sharing = self._meaning(f"{bus}.sharedbus", _BUS_SHARING, "none")
            self._set(controller, at, "bus_sharing", f"{bus}.sharedbus", sharing)
        return controller

    # --- passthrough -------------------------------------------------------------------------------------------------

    def passthrough_devices(self) -> list[dict[str, Any]]:
        devices: list[dict[str, Any]] = []
        for device in sorted(self.passthrough, key=_natural):
            if self._is_present(device, "id", "deviceid", "virtualdev", "vgpu", "alloweddevices"):
                at: Route = ("passthrough_devices", len(devices))
                self.lines[at] = self.settings.line(f"{device}.present", f"{device}.id", f"{device}.virtualdev")
                found: dict[str, Any] = {}
                self._set(found, at, "type", f"{device}.virtualdev", self._passthrough_type(device))
                self._set(found, at, "id", f"{device}.id", self.settings.get(f"{device}.id"))
                devices.append(found)
        return devices

    def _passthrough_type(self, device: str) -> str | None:
        settings = self.settings
        virtual = (settings.get(f"{device}.virtualdev") or "").casefold()
        if virtual == "vmiop" or settings.get(f"{device}.vgpu"):
            return "vgpu"
        if virtual:
            self.doubts.strange(virtual, settings.place(f"{device}.virtualdev"))
            return None
        if (settings.get(f"{device}.systemid") or "").casefold() == "bypass":
            return "sriov"
        return "dynamic_directpath_io" if settings.get(f"{device}.alloweddevices") else "directpath_io"

    # --- words -------------------------------------------------------------------------------------------------------

    def _meaning(self, key: str, meanings: dict[str, str], default: str | None) -> str | None:
        """What the value of a setting means; what VMware takes it for where it is not set."""
        text = self.settings.get(key)
        if text is None:
            return default
        meaning = meanings.get(text.casefold())
        if meaning is None:
            self.doubts.strange(text, self.settings.place(key))
        return meaning

    def _set(self, facts: dict[str, Any], at: Route, fact: str, key: str, value: Any) -> None:
        if value is not None:
            facts[fact] = value
        if key in self.settings.lines:
            self.lines[*at, fact] = self.settings.lines[key]

    def _doubt(self, said: Said, hint: Said, *keys: str) -> None:
        self.doubts.gather(said, self.settings.place(*keys), hint)


def _natural(device: str) -> list[Any]:
    """Sorts ``scsi2`` before ``scsi10``."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", device)]
