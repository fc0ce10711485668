"""What RVTools calls its tabs and columns, through all versions."""

from __future__ import annotations

from collections.abc import Iterator

_VM_COLUMNS = {
    "vm": ("VM", "{tab}VMName"),
    "host": ("Host",),
    "vm_id": ("VM ID", "{tab}ObjectID"),
    "vm_uuid": ("VM UUID", "{tab}InstanceUUID"),
}
_SERVER_COLUMNS = {
    "server": ("VI SDK Server",),
    "server_uuid": ("VI SDK UUID", "vCenter UUID"),
}

COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "vInfo": {
        **_VM_COLUMNS,
        **_SERVER_COLUMNS,
        "power": ("Powerstate",),
        "template": ("Template",),
        "placeholder": ("SRM Placeholder",),
        "guest_state": ("Guest state",),
        "disks": ("Disks", "vInfoNumVirtualDisks"),
        "ft": ("FT State", "vInfoFaultToleranceState"),
        "path": ("Path",),
        "datacenter": ("Datacenter",),
        "os_configured": ("OS according to the configuration file", "vInfoOS"),
        "os_reported": ("OS according to the VMware Tools", "vInfoOSTools"),
        "os_detailed": ("Guest Detailed Data",),
        "smbios_uuid": ("SMBIOS UUID", "vInfoUUID"),
        "server_type": ("VI SDK Server type",),
        "api_version": ("VI SDK API Version",),
    },
    "vDisk": {
        **_VM_COLUMNS,
        **_SERVER_COLUMNS,
        "label": ("Disk", "vDiskName"),
        "capacity": ("Capacity MiB", "Capacity MB"),
        "raw": ("Raw",),
        "mode": ("Disk Mode", "vDiskMode"),
        "sharing": ("Sharing mode",),
        "controller_type": ("Controller",),
        "controller": ("Label",),
        "bus_sharing": ("Shared Bus",),
        "path": ("Path",),
        "lun_id": ("Raw LUN ID",),
        "compatibility": ("Raw Comp. Mode", "Raw Com. Mode", "Raw Compatibility Mode"),
    },
    "vTools": {**_VM_COLUMNS, **_SERVER_COLUMNS, "tools": ("Tools", "vToolsStatus")},
    "vSnapshot": {**_VM_COLUMNS, **_SERVER_COLUMNS, "name": ("Name", "Snapshot"), "created": ("Date / time",)},
    "vHost": {
        **_SERVER_COLUMNS,
        "host": ("Host", "vHostName"),
        "datacenter": ("Datacenter",),
        "cluster": ("Cluster",),
        "version": ("ESX Version", "vHostFullName"),
    },
    "vCluster": {
        **_SERVER_COLUMNS,
        "name": ("Name", "Cluster"),
        "host_count": ("NumHosts",),
        "ha": ("HA enabled",),
        "heartbeat_policy": ("HB Datastore Candidate Policy",),
    },
    "vDatastore": {
        **_SERVER_COLUMNS,
        "name": ("Name",),
        "datacenter": ("Datacenter",),
        "address": ("Address",),
        "type": ("Type",),
        "capacity": ("Capacity MiB", "Capacity MB", "vDatastoreCapacity"),
        "host_count": ("# Hosts", "vDatastoreNumHosts"),
        "hosts": ("Hosts",),
        "extent_count": ("# Extents", "vDatastoreNumExtents"),
        "version": ("Version",),
        "url": ("URL",),
    },
    "vMultiPath": {
        **_SERVER_COLUMNS,
        "host": ("Host",),
        "datacenter": ("Datacenter",),
        "datastore": ("Datastore",),
        "disk": ("Disk",),
        "state": ("Oper. State", "vMultiPathOperationalState"),
        "vendor": ("Vendor",),
        "model": ("Model",),
        "uuid": ("UUID",),
    },
    "vHBA": {**_SERVER_COLUMNS, "host": ("Host",), "device": ("Device",), "wwn": ("WWN",)},
    "vSource": {**_SERVER_COLUMNS, "api_type": ("API type",), "version": ("Version",)},
    "vMetaData": {
        "version": ("RVTools version", "RVTools major version"),
        "created": ("xlsx creation datetime",),
    },
}
"""Which columns are read, by tab: our name → the headers that versions of RVTools gave it, the usual one first.

``vInfo…`` names are those of ``-DBColumnNames``, where they differ from tab and header run together. Only few of them
are documented; a column that is called otherwise is not read, and its facts are unknown.
"""

KEYS: dict[str, tuple[str, ...]] = {
    "vInfo": ("vm", "vm_id", "server"),
    "vDisk": ("vm", "vm_id", "label", "server"),
    "vTools": ("vm", "vm_id", "server"),
    "vSnapshot": ("vm", "vm_id", "name", "server"),
    "vHost": ("host", "server"),
    "vCluster": ("name", "server"),
    "vDatastore": ("name", "server"),
    "vMultiPath": ("host", "disk", "server"),
    "vHBA": ("host", "device", "server"),
    "vSource": ("server",),
    "vMetaData": ("version",),
}
"""What tells the rows of a tab apart, as far as it is there. Without the first of them a tab says nothing."""

_ALL_TABS = (
    *COLUMNS, "vCPU", "vMemory", "vPartition", "vNetwork", "vUSB", "vCD", "vRP", "vNIC", "vSwitch", "vPort",
    "dvSwitch", "dvPort", "vSC_VMK", "vLicense", "vFileInfo", "vHealth", "vFloppy",
)  # fmt: skip
_TABS = {tab.casefold(): tab for tab in _ALL_TABS}

_VINFO_ONLY = {"nics", "disks", "gueststate", "connectionstate", "dnsname", "vinfonumvirtualdisks", "vinfonics"}
"""Headers that, beside VM and Powerstate, no other tab has."""


def tab_of(name: str) -> str | None:
    """The tab that a sheet or file is called after: ``vInfo``, ``tabvInfo``, ``RVTools_tabvInfo``."""
    return _TABS.get(name.strip().casefold().removeprefix("rvtools_").removeprefix("tab"))


def compact(header: str) -> str:
    """A header without what versions changed: case, blanks and punctuation. ``#`` stays, as ``# Hosts`` is not ``Hosts``."""
    return "".join(letter for letter in header.casefold() if letter.isalnum() or letter == "#")


def spellings(tab: str, aliases: tuple[str, ...]) -> Iterator[str]:
    """The headers of a column in compact form, the usual ones first, then as ``-DBColumnNames`` builds them."""
    for alias in aliases:
        yield compact(alias.format(tab=tab))
    for alias in aliases:
        yield compact(tab + alias)


def is_vinfo(header: list[str]) -> bool:
    """Whether these are headers of vInfo and of no other tab."""
    names = {compact(text) for text in header}
    return bool({"vm", "vinfovmname"} & names and {"powerstate", "vinfopowerstate"} & names and _VINFO_ONLY & names)
