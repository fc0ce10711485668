"""One virtual machine as its ``.vmx``, its ``.vmsd`` and the descriptors of its disks tell it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tenken.document.place import Place
from tenken.document.problem import InputError
from tenken.document.said import Said
from tenken.sources.base import known
from tenken.sources.doubts import Doubts
from tenken.sources.vmx.devices import Hardware, Lines
from tenken.sources.vmx.guest_ids import from_vmx_id
from tenken.sources.vmx.text import Settings, parse, read_limited
from tenken.sources.vmx.volumes import Volumes
from tenken.sources.vsphere import guest_os

_ENCRYPTION = ("encryption.keysafe", "encryption.data", "encryption.bundle")
_AGENTS = ("hdcs.agent", "vclscrx.agent")
_SNAPSHOT = re.compile(r"snapshot(\d{1,4})\.(?:uid|displayname|filename)")


@dataclass(slots=True)
class Machine:
    """The facts of one ``.vmx``, and where they stand."""

    name: str
    """The file, as the user would call it."""
    facts: dict[str, Any]
    lines: Lines


def read_machine(path: str, data: bytes, volumes: Volumes, doubts: Doubts) -> Machine:
    """The virtual machine of a ``.vmx``. Raises InputError with every line that can't be read."""
    settings = parse(data, volumes.shown(path))
    return _Reader(path, settings, volumes, doubts).machine()


_NO_SNAPSHOTS = Said("the snapshots stay unknown", "スナップショットは不明のままです")


class _Reader:
    def __init__(self, path: str, settings: Settings, volumes: Volumes, doubts: Doubts) -> None:
        self._path, self._settings, self._volumes, self._doubts = path, settings, volumes, doubts
        self._lines: Lines = {}
        self._facts: dict[str, Any] = {}

    def machine(self) -> Machine:
        settings = self._settings
        hardware = Hardware(settings, os.path.dirname(self._path), self._volumes, self._doubts, self._lines)
        self._state("name", settings.get("displayname") or self._unnamed(), "displayname")
        self._state("uuid", _uuid(settings.get("vc.uuid")) or _uuid(settings.get("uuid.bios")), "vc.uuid", "uuid.bios")
        self._state("vmx", self._volumes.datastore_path(*os.path.split(self._path)))
        self._state("template", True if self._path.lower().endswith(".vmtx") else None)
        self._state("power_state", self._suspended(), "checkpoint.vmstate")
        self._state("guest", self._guest())
        self._state("roles", self._roles(), *_AGENTS)
        encrypted = any(settings.get(key) for key in _ENCRYPTION)
        if encrypted and not hardware.buses and not hardware.units:
            said = Said(
                "the settings are encrypted, so that the devices can't be seen",
                "構成が暗号化されているため、デバイスを確認できません",
            )
            hint = Said("everything but the encryption stays unknown", "暗号化以外の項目は不明のままです")
            self._doubts.gather(said, settings.place(*_ENCRYPTION), hint)
        else:
            self._devices(hardware)
        self._state("encrypted", encrypted or hardware.encrypted_disk, *_ENCRYPTION)
        if any(key.startswith("ftcpt.") for key in settings.values):
            keys = [key for key in settings.values if key.startswith("ftcpt.")]
            name = self._facts["name"][:200]
            said = Said(f"{name!r} has settings of Fault Tolerance", f"{name!r} にフォールトトレランスの設定があります")
            hint = Said(
                "whether it is on is not said in a .vmx; look it up",
                "有効かどうかは .vmx では分かりません。vSphere Clientで確認してください",
            )
            self._doubts.gather(said, settings.place(*keys), hint)
        return Machine(settings.name, self._facts, self._lines)

    def _devices(self, hardware: Hardware) -> None:
        settings = self._settings
        disks = hardware.disks()
        self._state("controllers", hardware.controllers(disks))
        self._state("disks", disks)
        self._state("passthrough_devices", hardware.passthrough_devices())
        self._state("vtpm", settings.truth("vtpm.present") is True, "vtpm.present")
        self._state("snapshots", self._snapshots(hardware))

    def _state(self, fact: str, value: Any, *keys: str) -> None:
        if value is not None:
            self._facts[fact] = value
        line = next((self._settings.lines[key] for key in keys if key in self._settings.lines), None)
        if line is not None:
            self._lines[fact,] = line

    def _unnamed(self) -> str:
        file = os.path.basename(self._path)
        name = os.path.splitext(file)[0] or file
        said = Said(
            f"there is no displayName; the virtual machine was called {name[:200]!r}, after its file",
            f"displayName がないため、ファイル名から仮想マシン名を {name[:200]!r} としました",
        )
        hint = Said("state it by hand if it is called otherwise", "名前が異なる場合は、手動で記載してください")
        self._doubts.gather(said, Place(self._settings.name, 1, 1), hint)
        return name

    def _suspended(self) -> str | None:
        """A suspended machine names the file of its memory. Whether another one runs is not said."""
        state = self._settings.get("checkpoint.vmstate") or ""
        return "suspended" if state.casefold().endswith(".vmss") else None

    def _roles(self) -> list[str] | None:
        return ["vcls"] if any(self._settings.truth(key) for key in _AGENTS) else None

    def _guest(self) -> dict[str, Any] | None:
        """What runs, as VMware Tools last reported it; what is configured counts only where they never reported anything."""
        settings = self._settings
        keys = ("guestos.detailed.data", "guestinfo.detailed.data")
        detailed = next((text for key in keys if (text := settings.get(key))), None)
        configured = settings.get("guestos")
        running = guest_os.from_detailed_data(detailed) if detailed else {}
        meant = from_vmx_id(configured) if configured else {}
        if running and guest_os.contradict(running, meant):
            said = Said(
                f"configured is {configured!r}, and {running['name'][:200]!r} runs",
                f"構成上のゲストOSは {configured!r} ですが、{running['name'][:200]!r} が動作しています",
            )
            hint = Said("what VMware Tools report was taken", "VMware Toolsの報告を採用しました")
            self._doubts.gather(said, settings.place("guestos"), hint)
        found = running or meant
        if not found:
            return None
        self._lines["guest", "os"] = settings.line(*(keys if running else ("guestos",)))
        return {"os": found}

    # --- snapshots ---------------------------------------------------------------------------------------------------

    def _snapshots(self, hardware: Hardware) -> list[dict[str, Any]] | None:
        """What the list of snapshots says. A disk that holds changes since a snapshot proves one, listed or not."""
        listed = self._listed_snapshots()
        if hardware.delta and not listed:
            said = Said(
                "a disk holds the changes since a snapshot, and no snapshot is listed",
                "スナップショットの差分ディスクがありますが、一覧にスナップショットがありません",
            )
            hint = Said(
                "a snapshot without a name was noted; copy the .vmsd too, or consolidate the disks",
                "名前のないスナップショットとして扱います。.vmsd もコピーするか、ディスクを統合してください",
            )
            self._doubts.gather(said, Place(self._settings.name, 1, 1), hint)
            return [{}]
        return None if hardware.maybe_delta and not listed else listed

    def _listed_snapshots(self) -> list[dict[str, Any]] | None:
        path = os.path.splitext(self._path)[0] + ".vmsd"
        name = self._volumes.shown(path)
        try:
            if os.path.islink(path) or not os.path.isfile(path):
                return None
            settings = parse(read_limited(path, name), name)
        except OSError:
            return None
        except InputError as refused:
            for problem in refused.problems[:1]:
                self._doubts.gather(problem.said, problem.place or Place(name), _NO_SNAPSHOTS)
            return None
        numbers = sorted({int(match[1]) for key in settings.values if (match := _SNAPSHOT.fullmatch(key))})
        count = settings.get("snapshot.numsnapshots")
        if count is not None and count != str(len(numbers)):
            said = Said(
                f"{count[:20]} snapshots are counted, and {len(numbers)} are listed",
                f"スナップショット数の記載は {count[:20]} ですが、一覧にあるのは {len(numbers)} 件です",
            )
            self._doubts.gather(said, settings.place("snapshot.numsnapshots"), _NO_SNAPSHOTS)
            return None
        self._lines["snapshots",] = Place(name, 1, 1)
        snapshots = []
        for position, number in enumerate(numbers):
            key = f"snapshot{number}"
            found = {"name": settings.get(f"{key}.displayname"), "created": _created(settings, key)}
            snapshots.append(known(found))
            self._lines["snapshots", position] = settings.place(f"{key}.displayname", f"{key}.uid", f"{key}.filename")
        return snapshots


def _uuid(text: str | None) -> str | None:
    """``50 3e 06 db f8 d5 45 8e-a2 fb …`` as everybody else writes it."""
    digits = re.sub(r"[\s-]", "", (text or "")[:100]).lower()
    if not re.fullmatch(r"[0-9a-f]{32}", digits):
        return None
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _created(settings: Settings, key: str) -> str | None:
    """When a snapshot was made, in UTC: microseconds since 1970 in two halves of 32 bits, the lower one often negative."""
    try:
        high = int((settings.get(f"{key}.createtimehigh") or "")[:20])
        low = int((settings.get(f"{key}.createtimelow") or "")[:20])
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=(high << 32) + (low & 0xFFFFFFFF))
    except (ValueError, OverflowError):
        return None
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
