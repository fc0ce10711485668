"""Which device of the hosts is which logical disk, where the logical disk does not state its device id.

In this order: an explicit map; the LUN in an LD set, where everything about the host is known and just one device and one
logical disk fit; the last four digits of the device id, only where somebody allowed that assumption. What is not sure is
not joined, and whatever is joined without a uid is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tenken.document.said import Said
from tenken.engine.graph import Graph
from tenken.engine.graph.names import Names, no_ldn
from tenken.engine.nodes import ArrayNode, HostNode, LdNode
from tenken.model.inventory import HostDevice
from tenken.model.rule import Text

Devices = dict[str, LdNode]
"""Logical disks by the device id under which hosts see them."""

_VENDOR = "NEC"
_SHOWN = 5


def join(graph: Graph, names: Names, devices: Devices, lds: dict[tuple[str, str], LdNode]) -> None:
    """Add to the devices those of logical disks that state no device id themselves."""
    for ld in lds.values():
        ld.device, ld.joined_by = ld.fact.uid, "uid" if ld.fact.uid is not None else "nothing"
    _by_map(graph, names, devices, lds)
    if "arrays" not in names.partial:
        _by_lun(graph, devices)
    if "ldn_from_naa" in (graph.inventory.assumptions or ()):
        _by_assumption(graph, devices)


def _by_map(graph: Graph, names: Names, devices: Devices, lds: dict[tuple[str, str], LdNode]) -> None:
    for position, entry in enumerate(graph.inventory.lun_map or ()):
        route = ("lun_map", position)
        array: ArrayNode | None = names.find("arrays", entry.array, (*route, "array"))
        ld = lds.get((entry.array, entry.ldn))
        if ld is None:
            if array is not None and array.logical_disks is not None and "logical_disks" not in names.partial:
                names.problem(no_ldn(entry.ldn, entry.array), (*route, "ldn"))
            continue
        other = devices.get(entry.device)
        if ld.device not in (None, entry.device):
            names.problem(_mapped(ld.name, entry.device), route, _already(ld.device))
        elif other not in (None, ld):
            names.problem(_mapped(entry.device, ld.name), route, _already(other))
        elif other is None:
            _join(devices, entry.device, ld)
            ld.joined_by = "map"


def _join(devices: Devices, device: str, ld: LdNode) -> None:
    devices[device] = ld
    ld.device = device


# --- by the LUN in an LD set -----------------------------------------------------------------------------------------


def _by_lun(graph: Graph, devices: Devices) -> None:
    """Every host that can tell must say the same of a device and of a logical disk."""
    said: dict[str, set[LdNode]] = defaultdict(set)
    seen_as: dict[int, set[str]] = defaultdict(set)
    access = _Access(graph)
    for host in graph.of(HostNode):
        for device, ld in _told_by(host, access):
            said[device].add(ld)
            seen_as[id(ld)].add(device)
    joined = []
    for device, found in said.items():
        ld = next(iter(found))
        if len(found) == 1 and len(seen_as[id(ld)]) == 1 and device not in devices and ld.device is None:
            _join(devices, device, ld)
            ld.joined_by = "lun"
            joined.append(f"{device} = {ld.name}")
    if joined:
        shown = ", ".join(joined[:_SHOWN]) + (", …" if len(joined) > _SHOWN else "")
        graph.notices.append(
            Text(
                en=f"Devices joined with logical disks by their LUN in an LD set, since no source states the device id: {len(joined)} ({shown}).",
                ja=f"デバイスIDの記載がないため、LDセットのLUNからデバイスと論理ディスクを対応付けました: {len(joined)}件（{shown}）。",
            )
        )


class _Access:
    """Which logical disks each host sees under which LUN; None for a host of which that is not known for sure."""

    def __init__(self, graph: Graph) -> None:
        self.open = False
        self._doubtful: set[int] = set()
        self._lds: dict[int, dict[int, set[LdNode]]] = defaultdict(lambda: defaultdict(set))
        for array in graph.of(ArrayNode):
            if array.ld_sets is None:
                self.open = True
            for ld_set in array.ld_sets or ():
                if ld_set.hosts is None or None in ld_set.hosts:
                    self.open = True
                luns = ld_set.fact.luns
                for host in filter(None, ld_set.hosts or ()):
                    if luns is None or ld_set.lds is None or None in ld_set.lds or any(entry.lun is None for entry in luns):
                        self._doubtful.add(id(host))
                        continue
                    for entry, ld in zip(luns, ld_set.lds, strict=True):
                        if ld is not None:
                            self._lds[id(host)][entry.lun].add(ld)

    def of(self, host: HostNode) -> dict[int, set[LdNode]] | None:
        return None if self.open or id(host) in self._doubtful else self._lds.get(id(host), {})


def _told_by(host: HostNode, access: _Access) -> Iterator[tuple[str, LdNode]]:
    """What one host tells: its devices of the array, each alone under its LUN, with the one logical disk under that LUN."""
    seen = access.of(host)
    if not seen or host.fact.devices is None:
        return
    of_array = [entry for entry in host.fact.devices if entry.vendor is None or _is_nec(entry)]
    if any(entry.lun is None or entry.vendor is None for entry in of_array):
        return
    by_lun: dict[int, set[str]] = defaultdict(set)
    for entry in of_array:
        assert entry.lun is not None
        by_lun[entry.lun].add(entry.device)
    for lun, devices in by_lun.items():
        lds = seen.get(lun, set())
        if len(devices) == 1 and len(lds) == 1:
            yield next(iter(devices)), next(iter(lds))


def _is_nec(entry: HostDevice) -> bool:
    """Exactly this vendor: VMware's virtual CD drive reports NECVMWar."""
    return entry.vendor is not None and entry.vendor.strip() == _VENDOR


# --- by the last digits of the device id -----------------------------------------------------------------------------


def _by_assumption(graph: Graph, devices: Devices) -> None:
    ending: dict[str, set[str]] = defaultdict(set)
    for host in graph.of(HostNode):
        for entry in host.fact.devices or ():
            if _is_nec(entry) and entry.device.startswith(("naa.", "eui.")) and entry.device not in devices:
                ending[f"{entry.device[-4:]}h"].add(entry.device)
    numbered: dict[str, list[LdNode]] = defaultdict(list)
    for ld in graph.nodes["logical_disk"]:
        assert isinstance(ld, LdNode)
        if ld.device is None:
            numbered[ld.fact.ldn].append(ld)
    joined = []
    for ldn, lds in numbered.items():
        found = ending.get(ldn, set())
        if len(found) == 1 and len(lds) == 1:
            (device,), (ld,) = found, lds
            _join(devices, device, ld)
            ld.joined_by = "assumption"
            joined.append(f"{device} = {ld.name}")
        elif found:
            for ld in lds:
                ld.joined_by = None
    shown = ", ".join(joined[:_SHOWN]) + (", …" if len(joined) > _SHOWN else "")
    graph.notices.append(
        Text(
            en="Assumed, because it was asked for: the last four hex digits of a NEC device id are the LDN. "
            + (
                f"Devices joined with logical disks that way: {len(joined)} ({shown})."
                if joined
                else "No device was joined that way."
            ),
            ja="指定に従い、NECのデバイスIDの末尾4桁（16進数）をLDNとみなしています。"
            + (
                f"この方法で対応付けたデバイス: {len(joined)}件（{shown}）。"
                if joined
                else "この方法で対応付けたデバイスはありません。"
            ),
        )
    )


def _mapped(one: object, other: object) -> Said:
    return Said(f"{one} is mapped to {other}", f"{one} に {other} が対応付けられています")


def _already(what: object) -> Said:
    return Said(f"it is {what} already", f"すでに {what} に対応付けられています")
