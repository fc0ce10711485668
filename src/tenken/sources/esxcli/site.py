"""Hosts and datastores, put together from the listings of one or several hosts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.said import Said
from tenken.sources.base import known
from tenken.sources.doubts import Doubts
from tenken.sources.esxcli.text import Listing, Record

_STATES = {"on": "attached", "degraded": "attached", "off": "detached"}
"""Status of a device → its state. ``dead`` and ``not connected`` are neither for sure."""
_TYPES = {"nfs": "NFS", "nfs41": "NFS41", "vsan": "vSAN", "vvol": "vVol", "vffs": "VFFS", "pmem": "PMEM", "cifs": "CIFS"}
_NOT_DATASTORES = {"vfat", "vmfs-l", "vmfsl", "vmfsos", "other", "unknown"}
_PARTIAL_OPTIONS = ("-d", "--device", "-p", "--pe-only", "-o", "--exclude-offline", "-u", "--uid")


@dataclass(slots=True)
class Found:
    """Facts of one object, and where they stand."""

    facts: dict[str, Any]
    place: Place
    places: dict[Route, Place] = field(default_factory=dict)

    def locate(self, rest: Route) -> Place:
        for end in range(len(rest), 0, -1):
            if rest[:end] in self.places:
                return self.places[rest[:end]]
        return self.place


@dataclass(slots=True)
class HostFiles:
    """The listings of one host."""

    name: str | None
    listings: list[Listing]
    trusted: bool = False
    """The listings are known to be whole, as those of a vm-support bundle."""

    def records(self, kind: str) -> list[Record]:
        return [record for listing in self.listings for record in listing.of(kind)]


def host_of(files: HostFiles, doubts: Doubts) -> Found | None:
    """The host itself, if it has a name and something is said of it."""
    devices = files.records("device")
    versions = [(*listing.version, listing.file) for listing in files.listings if listing.version]
    if files.name is None or not (devices or versions):
        return None
    place = devices[0].place() if devices else Place(versions[0][2], 1, 1)
    host = Found({"name": files.name}, place)
    for listing in files.listings:
        for name, line in listing.hosts:
            if name == files.name:
                host.places["name",] = Place(listing.file, line, 1)
    if len({version for version, _, _ in versions}) == 1:
        version, line, file = versions[0]
        host.facts["version"], host.places["version",] = version, Place(file, line, 1)
    _add_boot(host, devices, doubts)
    if devices and _is_whole(files, devices, doubts):
        _add_devices(host, devices, files.records("path"), doubts)
    return host


# --- devices ---------------------------------------------------------------------------------------------------------


def _is_whole(files: HostFiles, devices: list[Record], doubts: Doubts) -> bool:
    """Whether all devices are listed: a list that lacks one would say that the host does not see it."""
    if files.trusted:
        return True
    commands = [command for listing in files.listings for command in listing.commands if "core device list" in command]
    why: Said | None = None
    if any(any(word.split("=")[0] in _PARTIAL_OPTIONS for word in command.split()) or "|" in command for command in commands):
        why = Said("lists only some devices", "一部のデバイスのみです")
    elif len({record.id for record in devices}) == 1 and not commands:
        why = Said(
            "has one device only, and may be the list of just this one",
            "デバイスが1台のみで、そのデバイスだけを指定した出力の可能性があります",
        )
    elif len({record.last for record in devices}) > 1 and devices[-1].last != devices[0].last:
        why = Said("is cut off", "途中で切れています")
    if why:
        said = Said(f"the listing of devices of {files.name!r} {why.en}", f"ホスト {files.name!r} のデバイスの一覧は、{why.ja}")
        hint = Said(
            "which devices the host sees stays unknown; list all of them",
            "ホストから見えるデバイスは不明のままです。全デバイスの一覧を取得してください",
        )
        doubts.gather(said, devices[-1].place(), hint)
    return why is None


def _add_devices(host: Found, devices: list[Record], paths: list[Record], doubts: Doubts) -> None:
    luns: dict[str, set[int]] = {}
    for path in paths:
        if path.values["LUN"].isdecimal() and len(path.values["LUN"]) < 6:
            luns.setdefault(path.values["Device"].lower(), set()).add(int(path.values["LUN"]))
    found: dict[str, dict[str, Any]] = {}
    for record in devices:
        facts = _device(record, luns.get(record.id.lower(), set()))
        if record.id.lower() in found:
            if found[record.id.lower()] != facts:
                said = Said(f"{record.id} is listed twice, and differently", f"{record.id} が異なる内容で2回記載されています")
                doubts.gather(said, record.place(), Said("the first listing was taken", "最初の記載を採用しました"))
            continue
        at: Route = ("devices", len(found))
        found[record.id.lower()] = facts
        host.places[at] = record.place()
        for fact, key in (("state", "Status"), ("vendor", "Vendor"), ("model", "Model")):
            host.places[*at, fact] = record.place(key)
    host.facts["devices"] = list(found.values())
    host.places["devices",] = devices[0].place()


def _device(record: Record, luns: set[int]) -> dict[str, Any]:
    status, offline = record.values["Status"].casefold(), record.values.get("Is Offline", "").casefold()
    state = _STATES.get(status)
    if (state == "attached" and offline == "true") or (state == "detached" and offline == "false"):
        state = "detached" if status == "off" else None
    facts = {
        "device": record.id,
        "state": state,
        "vendor": record.values["Vendor"].strip() or None,
        "model": record.values["Model"].strip() or None,
        "lun": next(iter(luns)) if len(luns) == 1 else None,
    }
    return known(facts)


def _add_boot(host: Found, devices: list[Record], doubts: Doubts) -> None:
    """The device on which ESXi is installed. Where none says that it is, it stays unknown: older hosts don't say."""
    boots = {
        record.id.lower(): record for record in devices if _yes(record, "Is Boot Device") or _yes(record, "Is Boot USB Device")
    }
    if len(boots) > 1:
        listed = ", ".join(sorted(boots))[:200]
        said = Said(
            f"{len(boots)} devices of {host.facts['name']!r} say that they are the boot device: {listed}",
            f"ホスト {host.facts['name']!r} では、起動デバイスとされたものが {len(boots)} 台あります: {listed}",
        )
        hint = Said("the boot device stays unknown", "起動デバイスは不明のままです")
        doubts.gather(said, next(iter(boots.values())).place("Is Boot Device"), hint)
    if len(boots) != 1:
        return
    (record,) = boots.values()
    boot: dict[str, Any] = {"device": record.id}
    if _yes(record, "Is USB") or _yes(record, "Is Boot USB Device"):
        boot["kind"] = "usb"
    elif _yes(record, "Is Local"):
        boot["kind"] = "local"
    elif record.values.get("Is Local", "").casefold() == "false" and not _yes(record, "Is SAS"):
        boot["kind"] = "san"
    host.facts["boot"] = boot
    host.places["boot",] = record.place("Is Boot Device")


def _yes(record: Record, key: str) -> bool:
    return record.values.get(key, "").casefold() == "true"


# --- datastores ------------------------------------------------------------------------------------------------------


def datastores_of(hosts: list[HostFiles], doubts: Doubts) -> list[Found]:
    """The datastores that these hosts mount. Several hosts speak of the same one if its UUID is the same."""
    found: dict[str, Found] = {}
    for files in hosts:
        for uuid, records in _volumes(files.records("extent")).items():
            _add_volume(found, uuid, records, doubts)
        for record in files.records("filesystem"):
            _add_filesystem(found, record)
    return _told_apart(list(found.values()), doubts)


def _volumes(records: list[Record]) -> dict[str, list[Record]]:
    volumes: dict[str, list[Record]] = {}
    for record in records:
        volumes.setdefault(record.values["VMFS UUID"].lower(), []).append(record)
    return volumes


def _add_volume(found: dict[str, Found], uuid: str, records: list[Record], doubts: Doubts) -> None:
    extents = _extents(records, doubts)
    known = found.get(uuid)
    if known is None:
        known = found[uuid] = Found({"name": records[0].id, "type": "VMFS", "uuid": uuid}, records[0].place())
        if extents is not None:
            known.facts["extents"] = extents
            known.places |= {("extents", number): record.place() for number, record in enumerate(records[: len(extents)])}
    elif "extents" in known.facts and extents is not None and sorted(known.facts["extents"]) != sorted(extents):
        said = Said(
            f"the hosts list different extents of {known.facts['name']!r}",
            f"データストア {known.facts['name']!r} のエクステントがホストによって異なります",
        )
        hint = Said(
            "its extents stay unknown; list them again on all hosts",
            "エクステントは不明のままです。全ホストで取得し直してください",
        )
        doubts.gather(said, records[0].place(), hint)
        del known.facts["extents"]
    _same_name(known, records[0], doubts)


def _extents(records: list[Record], doubts: Doubts) -> list[str] | None:
    """The devices of a volume in their order, None if one of its extents is missing."""
    by_number = {int(record.values["Extent Number"]): record.values["Device Name"] for record in records[:1000]}
    if sorted(by_number) != list(range(len(by_number))):
        listed = ", ".join(map(str, sorted(by_number)))[:200]
        said = Said(
            f"of the extents of {records[0].id!r}, {listed} are listed, and others are not",
            f"データストア {records[0].id!r} のエクステントは {listed} のみで、欠けている番号があります",
        )
        hint = Said(
            "its extents stay unknown; is one of its devices detached?",
            "エクステントは不明のままです。デバイスが切り離されていないか確認してください",
        )
        doubts.gather(said, records[0].place(), hint)
        return None
    return list(dict.fromkeys(by_number[number] for number in sorted(by_number)))


def _same_name(known: Found, record: Record, doubts: Doubts) -> None:
    if known.facts["name"] != record.id:
        uuid = record.values["VMFS UUID"]
        said = Said(
            f"{uuid} is called {record.id!r} here and {known.facts['name']!r} at {known.place}",
            f"{uuid} の名前は、ここでは {record.id!r}、{known.place} では {known.facts['name']!r} です",
        )
        hint = Said(
            "the first name was taken; were the listings made at different times?",
            "先に読み込んだ名前を採用しました。取得した時期が異なる可能性があります",
        )
        doubts.gather(said, record.place(), hint)


def _add_filesystem(found: dict[str, Found], record: Record) -> None:
    """A mounted file system. Those of ESXi itself are no datastores."""
    kind, uuid, name = record.values["Type"].casefold(), record.values["UUID"].lower(), record.id
    if not name or record.values["Mounted"].casefold() != "true" or kind in _NOT_DATASTORES:
        return
    type_ = "VMFS" if kind.startswith("vmfs") else _TYPES.get(kind)
    if type_ is None or uuid in found:
        return
    facts = {"name": name, "type": type_} | ({"uuid": uuid} if type_ == "VMFS" else {})
    found[uuid] = Found(facts, record.place())


def _told_apart(found: list[Found], doubts: Doubts) -> list[Found]:
    """Only datastores that can be told apart: each host may have a ``datastore1`` of its own."""
    by_name: dict[str, list[Found]] = {}
    for datastore in found:
        by_name.setdefault(datastore.facts["name"], []).append(datastore)
    for name, namesakes in by_name.items():
        if len(namesakes) > 1:
            said = Said(
                f"{len(namesakes)} datastores are called {name!r} and can't be told apart",
                f"{name!r} という名前のデータストアが {len(namesakes)} 件あり、区別できません",
            )
            hint = Said(
                "they were left out; describe them by hand if VMs are on them",
                "除外しました。仮想マシンがある場合は、手動で記載してください",
            )
            doubts.gather(said, namesakes[1].place, hint)
    return [datastore for datastore in found if len(by_name[datastore.facts["name"]]) == 1]
