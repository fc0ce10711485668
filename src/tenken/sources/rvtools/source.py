"""RVTools exports: an .xlsx workbook, or the CSV files of its tabs in one folder.

What RVTools can't say is left out: encryption, virtual TPM, passthrough devices, heartbeat datastores, boot devices,
anything inside the guest. See ``docs/sources/rvtools.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenken.document.collector import collector_paused
from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.wording import unreadable
from tenken.model.rule import Text
from tenken.sources.base import About, Document
from tenken.sources.rvtools.columns import tab_of
from tenken.sources.rvtools.join import Notes, Origin, Servers, VirtualMachines
from tenken.sources.rvtools.sheets import Export, is_tab_csv, is_vinfo_csv, moment, read_csv_files, read_workbook
from tenken.sources.rvtools.storage import StorageReader
from tenken.sources.rvtools.vms import VmReader, datastore_of
from tenken.sources.said import KINDS, shortened
from tenken.sources.workbook.sheets import OLE_MAGIC, ZIP_MAGIC, is_ole_workbook, refuse_ole, sheet_names

NAME = "rvtools"
ONE_FOLDER = True
ABOUT = About(
    title=Text(en="RVTools workbooks, and folders of its CSV files", ja="RVToolsのブック、またはCSVファイルのフォルダ"),
    export=Text(
        en="In RVTools: File, Export all to xlsx (or csv); version 4.4.1 or later says most.",
        ja="RVToolsの File → Export all to xlsx（またはcsv）で作成します。4.4.1以降が最も多くの項目を含みます。",
    ),
    can_say=Text(
        en="VMs with guest system, power and tools state, disks with mode, sharing and RDM, controllers that have a disk, snapshots, "
        "fault tolerance; hosts with their devices; datastores with their devices; clusters with the heartbeat policy; vCenters.",
        ja="仮想マシン（ゲストOS、電源・Toolsの状態、ディスクのモード・共有・RDM、ディスクの付いたコントローラ、スナップショット、"
        "フォールトトレランス）、ホストとデバイス、データストアとデバイス、クラスタとハートビートのポリシー、vCenter。",
    ),
    cannot_say=Text(
        en="Encryption, virtual TPM, passthrough devices, controllers without a disk, heartbeat datastores, boot devices, "
        "anything inside the guest, and everything about the array.",
        ja="暗号化、仮想TPM、パススルーデバイス、ディスクのないコントローラ、ハートビートデータストア、起動デバイス、"
        "ゲスト内部の情報、ディスクアレイの情報。",
    ),
)
SUFFIXES = (".xlsx", ".xlsm")

_KIND_TABS = {"vms": "vInfo", "hosts": "vHost", "datastores": "vDatastore", "clusters": "vCluster"}
"""The tab that lists the objects of a kind."""

FACTS: dict[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]] = {
    ("vms", "name"): (("vInfo", ("vm",)),),
    ("vms", "uuid"): (("vInfo", ("vm_uuid", "smbios_uuid")),),
    ("vms", "bios_uuid"): (("vInfo", ("smbios_uuid",)),),
    ("vms", "vcenter"): (("vInfo", ("server", "server_uuid")),),
    ("vms", "datacenter"): (("vInfo", ("datacenter",)),),
    ("vms", "host"): (("vInfo", ("host",)),),
    ("vms", "power_state"): (("vInfo", ("power",)),),
    ("vms", "template"): (("vInfo", ("template",)),),
    ("vms", "vmx"): (("vInfo", ("path",)),),
    ("vms", "guest", "os"): (("vInfo", ("os_detailed", "os_reported", "os_configured")),),
    ("vms", "guest", "tools"): (("vTools", ("tools",)),),
    ("vms", "guest", "state"): (("vInfo", ("guest_state",)),),
    ("vms", "roles"): (("vInfo", ("vm",)),),
    ("vms", "fault_tolerance"): (("vInfo", ("ft",)),),
    ("vms", "snapshots"): (("vSnapshot", ("name",)),),
    ("vms", "snapshots", "created"): (("vSnapshot", ("created",)),),
    ("vms", "controllers"): (("vDisk", ("controller",)),),
    ("vms", "controllers", "type"): (("vDisk", ("controller_type",)),),
    ("vms", "controllers", "bus_sharing"): (("vDisk", ("bus_sharing",)),),
    ("vms", "disks"): (("vDisk", ("label",)), ("vInfo", ("disks",))),
    ("vms", "disks", "controller"): (("vDisk", ("controller",)),),
    ("vms", "disks", "path"): (("vDisk", ("path",)),),
    ("vms", "disks", "backing"): (("vDisk", ("raw",)),),
    ("vms", "disks", "mode"): (("vDisk", ("mode",)),),
    ("vms", "disks", "sharing"): (("vDisk", ("sharing",)),),
    ("vms", "disks", "capacity_gib"): (("vDisk", ("capacity",)),),
    ("vms", "disks", "rdm"): (("vDisk", ("raw",)),),
    ("vms", "disks", "rdm", "compatibility"): (("vDisk", ("compatibility",)),),
    ("vms", "disks", "rdm", "device"): (("vDisk", ("lun_id",)),),
    ("hosts", "name"): (("vHost", ("host",)),),
    ("hosts", "version"): (("vHost", ("version",)),),
    ("hosts", "vcenter"): (("vHost", ("server", "server_uuid")),),
    ("hosts", "datacenter"): (("vHost", ("datacenter",)),),
    ("hosts", "devices"): (("vMultiPath", ("disk",)),),
    ("hosts", "devices", "state"): (("vMultiPath", ("state",)),),
    ("hosts", "devices", "vendor"): (("vMultiPath", ("vendor",)),),
    ("hosts", "devices", "model"): (("vMultiPath", ("model",)),),
    ("hosts", "ports"): (("vHBA", ("wwn",)),),
    ("datastores", "name"): (("vDatastore", ("name",)),),
    ("datastores", "vcenter"): (("vDatastore", ("server", "server_uuid")),),
    ("datastores", "datacenter"): (("vDatastore", ("datacenter", "hosts")),),
    ("datastores", "type"): (("vDatastore", ("type",)),),
    ("datastores", "version"): (("vDatastore", ("version",)),),
    ("datastores", "uuid"): (("vDatastore", ("url",)),),
    ("datastores", "extents"): (("vMultiPath", ("disk",)), ("vDatastore", ("address", "extent_count"))),
    ("datastores", "hosts"): (("vMultiPath", ("host",)), ("vDatastore", ("hosts", "host_count"))),
    ("datastores", "capacity_gib"): (("vDatastore", ("capacity",)),),
    ("clusters", "name"): (("vCluster", ("name",)),),
    ("clusters", "vcenter"): (("vCluster", ("server", "server_uuid")),),
    ("clusters", "hosts"): (("vHost", ("host",)), ("vCluster", ("host_count",))),
    ("clusters", "ha", "enabled"): (("vCluster", ("ha",)),),
    ("clusters", "ha", "heartbeat_policy"): (("vCluster", ("heartbeat_policy",)),),
    ("vcenters", "name"): (("vInfo", ("server",)), ("vSource", ("server",))),
    ("vcenters", "uuid"): (("vInfo", ("server_uuid",)), ("vSource", ("server_uuid",))),
    ("vcenters", "version"): (("vSource", ("version",)), ("vInfo", ("api_version",))),
}
"""Where facts stand: route without indexes → tabs to look in, and columns. What is not listed is where its parent is."""


def recognises(path: Path) -> bool:
    """Whether this is an RVTools workbook, a folder of its CSV files, or one of them. Never raises."""
    try:
        if path.is_dir():
            return any(is_vinfo_csv(file) or is_tab_csv(file) for file in _csv_files(path))
        with path.open("rb") as file:
            head = file.read(len(OLE_MAGIC))
        if head.startswith(ZIP_MAGIC):
            return any(tab_of(sheet) for sheet in sheet_names(path))
        if head == OLE_MAGIC:
            return is_ole_workbook(path.read_bytes())
        return is_vinfo_csv(path) or is_tab_csv(path)
    except (OSError, InputError):
        return False


def read(path: Path, name: str) -> list[Document]:
    """The one document of an export. Raises InputError with all mistakes at once."""
    with collector_paused():
        export = _open(path, name)
        return [_document(export)]


def _csv_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix.casefold() == ".csv" and file.is_file())


def _open(path: Path, name: str) -> Export:
    try:
        if path.is_dir():
            return read_csv_files({file: f"{name.rstrip('/')}/{file.name}" for file in _csv_files(path)}, name)
        with path.open("rb") as file:
            head = file.read(len(OLE_MAGIC))
        if head == OLE_MAGIC:
            raise refuse_ole(path.read_bytes(), name)
    except OSError as error:
        raise InputError([Problem(unreadable(error), Place(name))]) from None
    return read_workbook(path, name) if head.startswith(ZIP_MAGIC) else read_csv_files({path: name}, name)


def _document(export: Export) -> Document:
    notes = Notes(export)
    servers = Servers(export)
    machines = VirtualMachines(export, servers, notes)
    storage = StorageReader(export, servers, notes)
    objects = {"vms": VmReader(export, servers, machines, notes).read()}
    for kind, read_kind in (("hosts", storage.hosts), ("datastores", storage.datastores), ("clusters", storage.clusters)):
        if _KIND_TABS[kind] in export.sheets:
            objects[kind] = read_kind()
    vcenters = storage.vcenters()
    if vcenters[0]:
        objects["vcenters"] = vcenters
    tree: dict[str, Any] = {kind: found for kind, (found, _) in objects.items()}
    locator = _Locator(export, {kind: origins for kind, (_, origins) in objects.items()})
    partial = _partial(export, machines) | storage.partial | _dangling(tree, locator, notes)
    notes.finish()
    version, read_as = _provenance(export)
    form = f"RVTools {version} {export.form}" if version else f"RVTools {export.form}"
    return Document(
        export.name,
        form,
        tree,
        locator.locate,
        partial=partial,
        read_as=read_as,
        keeps_places=True,
        warnings=export.warnings,
    )


def _partial(export: Export, machines: VirtualMachines) -> frozenset[str]:
    """Kinds that are not exported, or of which rows were skipped."""
    partial = {kind for kind, tab in _KIND_TABS.items() if tab not in export.sheets or export.sheets[tab].lost}
    return frozenset(partial | ({"vms"} if machines.partial else set()) | {"vcenters"})


def _dangling(tree: dict[str, Any], locator: _Locator, notes: Notes) -> set[str]:
    """Kinds of which a name is used that the export does not list: it was filtered, edited, or made with few rights."""
    found: set[str] = set()
    for kind, named in (("hosts", _hosts_named(tree)), ("datastores", _datastores_named(tree))):
        listed = {entry["name"] for entry in tree.get(kind, ())}
        missing: dict[str, Route] = {}
        for name, route in named if kind in tree else ():
            if name not in listed:
                missing.setdefault(name, route)
        if missing:
            found.add(kind)
            tab, names = _KIND_TABS[kind], shortened(list(missing))
            said = Said(
                f"{tab} does not list all {kind} that are in use; missing ({len(missing)}): {names}",
                f"{tab} に、使用中の{KINDS[kind].ja}のうち {len(missing)} 件がありません: {names}",
            )
            hint = Said("it is taken for incomplete", "一部のみの一覧とみなします")
            notes.warn(said, locator.locate(next(iter(missing.values()))), hint)
    return found


def _hosts_named(tree: dict[str, Any]) -> Iterator[tuple[str, Route]]:
    for number, vm in enumerate(tree["vms"]):
        if "host" in vm:
            yield vm["host"], ("vms", number, "host")
    for number, datastore in enumerate(tree.get("datastores", ())):
        for position, host in enumerate(datastore.get("hosts", ())):
            yield host, ("datastores", number, "hosts", position)


def _datastores_named(tree: dict[str, Any]) -> Iterator[tuple[str, Route]]:
    for number, vm in enumerate(tree["vms"]):
        if "vmx" in vm:
            yield datastore_of(vm["vmx"]), ("vms", number, "vmx")
        for position, disk in enumerate(vm.get("disks", ())):
            if "path" in disk:
                yield datastore_of(disk["path"]), ("vms", number, "disks", position, "path")


def _provenance(export: Export) -> tuple[str | None, str | None]:
    """The version of RVTools in short, and all that vMetaData says."""
    sheet = export.sheets.get("vMetaData")
    if sheet is None:
        return None, None
    versions, statements = [], []
    for row in range(len(sheet.rows)):
        version, created = sheet.text(row, "version"), moment(sheet.cell(row, "created"))
        if version:
            versions.append(".".join(version.split(".")[:2]))
            statements.append(f"RVTools {version}" + (f", exported {created}" if created else ""))
    distinct = list(dict.fromkeys(versions))
    return distinct[0] if len(distinct) == 1 else None, "; ".join(dict.fromkeys(statements)) or None


class _Locator:
    """Finds the cell of a fact. Keeps rows only; a cell is worked out when somebody asks."""

    def __init__(self, export: Export, origins: dict[str, list[Origin]]) -> None:
        self._name = export.name
        self._sheets = export.sheets
        self._origins = origins
        self._known: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}
        self._starts: dict[tuple[str, int], Place] = {}

    def locate(self, route: Route) -> Place:
        """The cell of the value at a route; of what is not there, the nearest cell: its object's row, or the sheet."""
        origins = self._origins.get(str(route[0])) if route else None
        if origins is None:
            return Place(self._name)
        number = route[1] if len(route) > 1 else None
        if not isinstance(number, int) or not 0 <= number < len(origins):
            return self._sheets[_KIND_TABS.get(str(route[0]), "vInfo")].top()
        origin = origins[number]
        columns_of_fact = self._columns(tuple([step for step in route if isinstance(step, str)]))
        if columns_of_fact:
            rows = origin.rows | self._item_rows(origin, route[2:])
            for tab, columns in columns_of_fact:
                if tab in rows:
                    return self._sheets[tab].place(rows[tab], *columns)
        start = next(iter(origin.rows.items()))
        if start not in self._starts:
            self._starts[start] = self._sheets[start[0]].place(start[1])
        return self._starts[start]

    def _columns(self, keys: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        """Where a fact may stand, its own columns before those of what holds it."""
        found = self._known.get(keys)
        if found is None:
            found = self._known[keys] = [where for end in range(len(keys), 1, -1) for where in FACTS.get(keys[:end], ())]
        return found

    def _item_rows(self, origin: Origin, rest: Route) -> dict[str, int]:
        """The row of the list element that a route leads through: of the first one, if it ends at the list."""
        tab, rows = origin.lists.get(str(rest[0]), ("", [])) if rest else ("", [])
        item = rest[1] if len(rest) > 1 else 0
        return {tab: rows[item]} if isinstance(item, int) and 0 <= item < len(rows) else {}
