"""Virtual machines of a plan or a state.

The provider knows neither raw device mappings, Fault Tolerance nor encryption, and of controllers and disks only those on
the first few buses, as many as it was told to manage. See ``docs/sources/terraform.md``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from tenken.document.place import Place
from tenken.document.said import Said
from tenken.model.identity import UNSEEN
from tenken.sources.base import known
from tenken.sources.said import Notice
from tenken.sources.terraform.masks import Hidden
from tenken.sources.terraform.references import DATASTORES, References
from tenken.sources.terraform.resources import Resource, Stated
from tenken.sources.terraform.site import HOSTS, Objects, Origin, Site, name_of, printable, text
from tenken.sources.vsphere.guest_ids import from_guest_id
from tenken.sources.vsphere.words import BUS_SHARING, DISK_MODES, SHARING

VIRTUAL_MACHINES = ("vsphere_virtual_machine",)
POWER_STATES = {"on": "powered_on", "off": "powered_off", "suspended": "suspended"}
TOOLS = {
    "guestToolsRunning": "running",
    "guestToolsExecutingScripts": "running",
    "guestToolsNotRunning": "not_running",
}
CONTROLLER_TYPES = {"pvscsi": "pvscsi", "lsilogic": "lsilogic", "lsilogic-sas": "lsilogic_sas", "buslogic": "buslogic"}
OTHER_CONTROLLERS = {"sata": "ahci", "nvme": "nvme", "ide": "ide"}
UNITS = {"scsi": 15, "sata": 30, "nvme": 15, "ide": 2}
"""How many units a controller has; ``unit_number`` counts over all controllers of a kind."""

DISK_ATTRIBUTES = {
    "label": "label", "controller": "unit_number", "path": "datastore_id", "mode": "disk_mode", "sharing": "disk_sharing",
    "capacity_gib": "size",
}  # fmt: skip

_REMOVED = ("<deleted>", "<remove, keep disk>")
"""Labels that the provider gives to disks which the plan removes."""

_NO_DATASTORE = (None, "", "<computed>")
"""What stands in ``datastore_id`` of a disk that goes where its virtual machine is."""

_DISK_SETTINGS = ("label", "attach", "datastore_id")
"""Settings of a disk whose absence would mean something; one that is missing is not known yet, one that is not set is null."""

_MOST_CONTROLLERS = 4


class VmReader:
    """Turns resources of virtual machines into facts."""

    def __init__(self, stated: Stated, references: References, site: Site, name: str) -> None:
        self._stated, self._references, self._site, self._name = stated, references, site, name
        self._systems: dict[str, dict[str, str]] = {}
        self._snapshots = self._find_snapshots()

    def read(self) -> Objects:
        """The virtual machines as the native form has them, and where they came from."""
        vms: list[dict[str, Any]] = []
        origins: list[Origin] = []
        resources = [resource for resource in self._site.of(*VIRTUAL_MACHINES) if resource.mode == "managed"]
        uuids = Counter(_uuid(resource) for resource in resources)
        taken: set[tuple[Any, ...]] = set()
        for resource in resources:
            origin = Origin(resource)
            uuid = _uuid(resource)
            vm = self._vm(resource, uuid if uuids[uuid] == 1 else None, origin)
            key = (vm.get("vcenter"), vm.get("datacenter"), vm["name"])
            if "uuid" not in vm and key in taken:
                vm["name"] = f"{vm['name']} ({resource.address})"
                said = Said(
                    f"another virtual machine is called as {resource.address}",
                    f"{resource.address} と同じ名前の仮想マシンがほかにあります",
                )
                self._warn(resource, said, Said("its address is added to its name", "名前にTerraformのアドレスを付けました"))
            taken.add(key)
            vms.append(vm)
            origins.append(origin)
        return vms, origins

    def _warn(self, resource: Resource, said: Said, hint: Said) -> None:
        self._stated.warnings.append(Notice(said, Place(self._name, pointer=resource.address), hint))

    def _vm(self, resource: Resource, uuid: str | None, origin: Origin) -> dict[str, Any]:
        values = resource.values
        disks = self._disks(resource, origin)
        vm = self._site.identity(resource) | {
            "uuid": uuid,
            "host": self._host(resource),
            "vmx": self._vmx(resource),
            "guest": self._guest(values) or None,
            "snapshots": self._snapshots.get(resource.address),
            "controllers": _controllers(values, disks, origin),
        }
        settings: dict[str, Any] = {"disks": disks}
        settings |= reported(values, "power_state", "power_state", POWER_STATES)
        settings |= _passthrough_devices(values)
        if values.get("vtpm"):
            settings["vtpm"] = True if isinstance(values["vtpm"], list) else None
        return known(vm) | settings

    def _host(self, resource: Resource) -> str | None:
        found = self._references.object(resource, "host_system_id", HOSTS)
        return name_of(found) if found is not None else None

    def _guest(self, values: dict[str, Any]) -> dict[str, Any]:
        guest: dict[str, Any] = dict(reported(values, "vmware_tools_status", "tools", TOOLS))
        guest_id = text(values, "guest_id")
        if guest_id is not None:
            if guest_id not in self._systems:
                self._systems[guest_id] = from_guest_id(guest_id)
            guest["os"] = dict(self._systems[guest_id])
        elif values.get("guest_id") is Hidden.SENSITIVE:
            guest["os"] = None
        return guest

    def _datastore(self, resource: Resource) -> str | None:
        found = self._references.object(resource, "datastore_id", DATASTORES)
        return name_of(found) if found is not None else None

    def _vmx(self, resource: Resource) -> str | None:
        return in_datastore(self._datastore(resource), text(resource.values, "vmx_path"))

    def _find_snapshots(self) -> dict[str, list[dict[str, Any]]]:
        """Snapshots that Terraform makes, by address of their virtual machine. That it makes none proves nothing."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for resource in self._site.of("vsphere_virtual_machine_snapshot"):
            vm = self._references.object(resource, "virtual_machine_uuid", VIRTUAL_MACHINES)
            if vm is not None:
                found[vm.address].append(known({"name": text(resource.values, "snapshot_name")}))
        return found

    # --- disks -------------------------------------------------------------------------------------------------------

    def _disks(self, resource: Resource, origin: Origin) -> list[dict[str, Any]] | None:
        entries = resource.values.get("disk")
        if not isinstance(entries, list):
            return None
        disks: list[dict[str, Any]] = []
        labels: set[str] = set()
        origin.lists["disks"] = []
        for position, entry in enumerate(entries):
            if isinstance(entry, Hidden):
                entry = dict.fromkeys(_DISK_SETTINGS, entry)
            if not isinstance(entry, dict):
                return None
            label = text(entry, "label")
            if label in _REMOVED:
                continue
            if label is None or label in labels:
                label = f"disk[{position}]"
            labels.add(label)
            disks.append(self._disk(resource, entry, label))
            origin.lists["disks"].append((position, label, _key_of(entry)))
        return disks

    def _disk(self, resource: Resource, entry: dict[str, Any], label: str) -> dict[str, Any]:
        size = entry.get("size")
        exists = text(entry, "uuid") is not None
        # What is attached may be the mapping file of an RDM; once attached, the provider refuses to read one.
        flat = exists or entry.get("attach", Hidden.UNKNOWN) in (False, None)
        disk = {
            "label": label,
            "controller": _controller_of(entry),
            "path": in_datastore(self._disk_datastore(resource, entry, label, exists), text(entry, "path")),
            "capacity_gib": float(size) if isinstance(size, int) and size is not True and 0 < size < 2**31 else None,
        }
        settings = setting(entry, "disk_mode", "mode", DISK_MODES) | setting(entry, "disk_sharing", "sharing", SHARING)
        return known(disk) | {"backing": "flat" if flat else None} | settings

    def _disk_datastore(self, resource: Resource, entry: dict[str, Any], label: str, exists: bool) -> str | None:
        """Where a disk lies: what it says itself, or for a new one that says nothing, where its virtual machine lies."""
        stated = entry.get("datastore_id", Hidden.UNKNOWN)
        found: Resource | None = None
        if stated is Hidden.UNKNOWN:
            blocks = self._references.configured(resource).get("expressions", {})
            block = _block_of(blocks.get("disk") if isinstance(blocks, dict) else None, label)
            if block is None:
                return None
            found = self._references.by_expression(resource, block.get("datastore_id"), DATASTORES)
            stated = None if "datastore_id" not in block else stated
        elif isinstance(stated, str) and stated not in _NO_DATASTORE:
            found = self._references.object(resource, "datastore_id", DATASTORES, stated)
        if found is not None:
            return name_of(found)
        alone = resource.values.get("datastore_cluster_id", Hidden.UNKNOWN) in (None, "")
        return self._datastore(resource) if stated in _NO_DATASTORE and alone and not exists else None


def in_datastore(datastore: str | None, path: str | None) -> str | None:
    """``[datastore] path``; ``[datastore]`` alone as long as nobody knows how the file will be called."""
    if path is not None and path.startswith("["):
        return path
    if datastore is None or "]" in datastore:
        return None
    return f"[{datastore}] {path}" if path else f"[{datastore}]"


def setting(values: dict[str, Any], attribute: str, fact: str, words: dict[str, str]) -> dict[str, str | None]:
    """A fact that somebody has set. What is set but hidden, or not understood, is null, which no default fills in."""
    value = values.get(attribute, Hidden.UNKNOWN)
    return {} if value is None else {fact: words.get(value) if isinstance(value, str) else None}


def reported(values: dict[str, Any], attribute: str, fact: str, words: dict[str, str]) -> dict[str, str | None]:
    """A fact that vSphere reports. Before there is anything to report it is open; if it is sensitive, it is null."""
    value = values.get(attribute)
    if value is Hidden.SENSITIVE:
        return {fact: None}
    return {fact: words[value]} if isinstance(value, str) and value in words else {}


def _uuid(resource: Resource) -> str | None:
    return text(resource.values, "uuid") or text(resource.values, "id")


def _block_of(blocks: Any, label: str) -> dict[str, Any] | None:
    """The block of the configuration that states a label as it stands."""
    for block in blocks if isinstance(blocks, list) else ():
        stated = block.get("label") if isinstance(block, dict) else None
        if isinstance(stated, dict) and stated.get("constant_value") == label:
            return block  # type: ignore[no-any-return]
    return None


# --- controllers and devices -----------------------------------------------------------------------------------------


def _key_of(entry: dict[str, Any]) -> tuple[str, int] | None:
    """Kind of controller and unit number: what tells the disk blocks of a virtual machine apart besides their labels."""
    kind, unit = entry.get("controller_type"), entry.get("unit_number")
    kind = "scsi" if kind is None else kind
    if (
        not isinstance(kind, str)
        or kind not in UNITS
        or not isinstance(unit, int)
        or isinstance(unit, bool)
        or not 0 <= unit < 256
    ):
        return None
    return kind, unit


def _controller_of(entry: dict[str, Any]) -> str | None:
    """``scsi0``: by the address of the device, once it has one; else by its unit number."""
    kind, _, rest = (text(entry, "device_address") or "").partition(":")
    bus = rest.partition(":")[0]
    if kind in UNITS and bus.isascii() and bus.isdigit() and len(bus) < 3:
        return f"{kind}{int(bus)}"
    key = _key_of(entry)
    return f"{key[0]}{key[1] // UNITS[key[0]]}" if key else None


def _controllers(values: dict[str, Any], disks: list[dict[str, Any]] | None, origin: Origin) -> list[dict[str, Any]] | None:
    """The controllers that the provider manages, those of the disks, and UNSEEN.

    The provider looks at as many buses as ``scsi_controller_count`` and its like say and leaves all others alone. What hangs
    on them was attached by hand, or came with a template.
    """
    found: dict[str, str] = {}
    for kind in UNITS:
        count = values.get(f"{kind}_controller_count")
        there = (
            isinstance(count, int)
            and not isinstance(count, bool)
            and not (kind == "scsi" and values.get("scsi_type") == "unknown")
        )
        for bus in range(min(max(count, 0), _MOST_CONTROLLERS) if there and isinstance(count, int) else 0):
            found[f"{kind}{bus}"] = f"{kind}_controller_count"
    for disk in disks or ():
        if "controller" in disk:
            found.setdefault(disk["controller"], "disk")
    for kind in ("scsi", "nvme"):
        if isinstance(values.get(f"{kind}_controller_count"), Hidden):
            found[f"{kind}?"] = f"{kind}_controller_count"
    if not found:
        return None
    origin.lists["controllers"] = list(found.values())
    controllers: list[dict[str, Any]] = []
    for identifier in found:
        kind = identifier.rstrip("0123456789")
        if kind.endswith("?"):
            # how many there are is hidden: one of which nothing may be assumed stands for them
            controllers.append({"id": identifier, "type": None, "bus_sharing": None})
            continue
        if kind != "scsi":
            controllers.append({"id": identifier, "type": OTHER_CONTROLLERS[kind]})
            continue
        facts = setting(values, "scsi_type", "type", CONTROLLER_TYPES)
        facts |= setting(values, "scsi_bus_sharing", "bus_sharing", BUS_SHARING)
        controllers.append({"id": identifier} | facts)
    return [*controllers, {"id": UNSEEN}]


def _passthrough_devices(values: dict[str, Any]) -> dict[str, list[dict[str, Any]] | None]:
    """The devices that Terraform manages, and one more of unknown kind, since there may be others.

    Nothing is said if it manages none; null if what it manages is hidden.
    """
    identifiers, interfaces = values.get("pci_device_id"), values.get("network_interface")
    found: list[dict[str, Any]] = []
    for identifier in identifiers if isinstance(identifiers, list) else ():
        device = {"type": "directpath_io", "id": printable(identifier) if isinstance(identifier, str) else None}
        found.append(known(device))
    adapters: list[Any] = [interfaces]
    if isinstance(interfaces, list):
        adapters = [entry.get("adapter_type") if isinstance(entry, dict) else entry for entry in interfaces]
    found += [{"type": "sriov"} for adapter in adapters if adapter == "sriov"]
    if found:
        return {"passthrough_devices": [*found, {}]}
    hidden = any(isinstance(value, Hidden) for value in (identifiers, *adapters))
    return {"passthrough_devices": None} if hidden else {}
