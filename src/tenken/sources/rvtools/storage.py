"""Datastores, hosts, clusters and vCenters of an RVTools export: vDatastore, vMultiPath, vHBA, vHost, vCluster, vSource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tenken.document.said import Said
from tenken.sources.base import known
from tenken.sources.rvtools.join import NAMES_IDENTIFY, Notes, Origin, Servers
from tenken.sources.rvtools.sheets import Export, Sheet, count_of, number_of, truth_of
from tenken.sources.said import KINDS
from tenken.sources.vsphere import words as vsphere_words
from tenken.sources.vsphere.words import caseless, device_state

DATASTORE_TYPES = caseless(vsphere_words.DATASTORE_TYPES)
HEARTBEAT_POLICIES = caseless(vsphere_words.HEARTBEAT_POLICIES)

_DEVICE = re.compile(r"(?:naa|eui|t10|mpx)\.\S+", re.IGNORECASE)
_PARTITION = re.compile(r":\d+$")
_VMFS_URL = re.compile(r"/vmfs/volumes/([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12})/?$", re.IGNORECASE)
_ESX_VERSION = re.compile(r"\bESXi?\b\D*?(\d+(?:\.\d+)+)")
_VERSION = re.compile(r"\d+(?:\.\d+)+")

_WORLD_WIDE_NAME = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[:\- ]?){7}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])"
    r"|(?:iqn\.[0-9]{4}-[0-9]{2}|eui|naa)\.[^\s,;]{1,220}"
)

Objects = tuple[list[dict[str, Any]], list[Origin]]


class StorageReader:
    """Turns the rows of everything but virtual machines into facts."""

    def __init__(self, export: Export, servers: Servers, notes: Notes) -> None:
        self._sheets = export.sheets
        self._servers = servers
        self._notes = notes
        self.partial: set[str] = set()
        """Kinds of which some objects were left out."""
        self._paths = export.sheets.get("vMultiPath")
        self._paths_of_host = self._group(self._paths, "host")
        self._homeless_paths = bool(self._paths and len(self._paths.rows) > sum(map(len, self._paths_of_host.values())))
        self._paths_of_datastore = self._group(self._paths, "datastore")
        self._paths_between = self._group(self._paths, "datastore", "host")
        self._adapters = export.sheets.get("vHBA")
        self._adapters_of_host = self._group(self._adapters, "host")
        self._hosts = export.sheets.get("vHost")
        self._rows_of_host = self._group(self._hosts, "host")
        self._hosts_of_cluster = self._group(self._hosts, "cluster")

    def _group(self, sheet: Sheet | None, *columns: str) -> dict[tuple[str | None, ...], list[int]]:
        """The rows of a tab by vCenter and what columns hold; not those where the first column is blank."""
        groups: dict[tuple[str | None, ...], list[int]] = {}
        for row in range(len(sheet.rows) if sheet else 0):
            if sheet and sheet.text(row, columns[0]):
                values = [sheet.text(row, column) for column in columns]
                groups.setdefault((self._servers.key(sheet, row), *values), []).append(row)
        return groups

    def _named_rows(self, kind: str, sheet: Sheet | None, column: str) -> Iterator[tuple[Sheet, int, str]]:
        """The rows of a tab that have a name; of one without, nothing can be said."""
        for row in range(len(sheet.rows) if sheet else 0):
            if sheet and (name := sheet.text(row, column)):
                yield sheet, row, name
            elif sheet:
                self.partial.add(kind)
                said = Said(
                    f"{sheet.tab} has a row without a name, which was skipped", f"{sheet.tab} の名前のない行は読み飛ばしました"
                )
                self._notes.gather(said, sheet.place(row), NAMES_IDENTIFY)

    def _distinct(self, kind: str, objects: Objects, identity: tuple[str, ...]) -> Objects:
        """Only objects that can be told apart: a name that stands for two would be taken for one."""
        groups: dict[tuple[Any, ...], list[int]] = {}
        for number, found in enumerate(objects[0]):
            groups.setdefault(tuple(found.get(key) for key in identity), []).append(number)
        for numbers in groups.values():
            if len(numbers) > 1:
                self.partial.add(kind)
                tab, row = next(iter(objects[1][numbers[1]].rows.items()))
                name = objects[0][numbers[0]]["name"]
                said = Said(
                    f"{len(numbers)} {kind} are called {name!r} and can't be told apart",
                    f"{name!r} という名前の{KINDS[kind].ja}が {len(numbers)} 件あり、区別できません",
                )
                hint = Said("they were left out; describe them by hand", "除外しました。手動で記載してください")
                self._notes.gather(said, self._sheets[tab].place(row), hint)
        alone = sorted(numbers[0] for numbers in groups.values() if len(numbers) == 1)
        return [objects[0][number] for number in alone], [objects[1][number] for number in alone]

    # --- vCenters ----------------------------------------------------------------------------------------------------

    def vcenters(self) -> Objects:
        vcenters, origins = [], []
        of_product, of_api = self._versions("vSource", "version"), self._versions("vInfo", "api_version")
        for key, rows in self._servers.first_rows.items():
            if name := self._servers.vcenter(key):
                versions = of_product.get(key) or of_api.get(key) or set()
                version = next(iter(versions)) if len(versions) == 1 else None
                vcenters.append(known({"name": name, "uuid": self._servers.uuid(key), "version": version}))
                origins.append(Origin(dict(rows)))
        for key in self._servers.esx_hosts:
            place = self._sheets["vInfo"].place(self._servers.first_rows[key].get("vInfo", 0), "server_type", "server")
            said = Said(
                "RVTools was connected to a host, not to a vCenter; which vCenter manages it is unknown",
                "RVToolsの接続先がvCenterではなくホストのため、管理元のvCenterは不明です",
            )
            hint = Said("export from the vCenter, if there is one", "vCenterがあれば、そこから取得してください")
            self._notes.warn(said, place, hint)
        return vcenters, origins

    def _versions(self, tab: str, column: str) -> dict[str, set[str]]:
        """The versions that a tab states of each vCenter. 8.0.3.0, the version of the API, is that of vCenter 8.0.3."""
        versions: dict[str, set[str]] = {}
        sheet = self._sheets.get(tab)
        for row in range(len(sheet.rows) if sheet else 0):
            cell = sheet.cell(row, column) if sheet else None
            if sheet and isinstance(cell, str) and _VERSION.fullmatch(cell.strip()):
                versions.setdefault(self._servers.key(sheet, row), set()).add(".".join(cell.strip().split(".")[:3]))
        return versions

    # --- hosts -------------------------------------------------------------------------------------------------------

    def hosts(self) -> Objects:
        hosts, origins = [], []
        for sheet, row, name in self._named_rows("hosts", self._hosts, "host"):
            origin = Origin({"vHost": row})
            key = self._servers.key(sheet, row)
            version = _ESX_VERSION.search((sheet.text(row, "version") or "")[:200])
            host = {
                "name": name,
                "version": version[1] if version else None,
                "vcenter": self._servers.vcenter(key),
                "datacenter": sheet.text(row, "datacenter"),
                "devices": self._devices(key, name, origin),
                "ports": self._ports(key, name, origin),
            }
            hosts.append(known(host))
            origins.append(origin)
        return self._distinct("hosts", (hosts, origins), ("name",))

    def _devices(self, key: str, host: str, origin: Origin) -> list[dict[str, Any]] | None:
        """The devices of a host, or None if it may have others than vMultiPath tells, or has none there."""
        paths = self._paths
        if paths is None or paths.lost or self._homeless_paths:
            return None
        rows: dict[str, list[int]] = {}
        for row in self._paths_of_host.get((key, host), []):
            rows.setdefault(_plain(paths.text(row, "disk") or ""), []).append(row)
        if not rows or "" in rows:
            return None
        origin.lists["devices"] = ("vMultiPath", [of_one[0] for of_one in rows.values()])
        return [self._device(paths, of_one) for of_one in rows.values()]

    def _ports(self, key: str, host: str, origin: Origin) -> list[str] | None:
        """The names of a host's adapters in a storage network. Of a Fibre Channel adapter it may be node and port name."""
        first: dict[str, int] = {}
        for row in self._adapters_of_host.get((key, host), []):
            text = self._adapters.text(row, "wwn") if self._adapters else None
            for name in _WORLD_WIDE_NAME.findall((text or "")[:1000]):
                first.setdefault(name, row)
        if not first:
            return None
        origin.lists["ports"] = ("vHBA", list(first.values()))
        return list(first)

    def _device(self, paths: Sheet, rows: list[int]) -> dict[str, Any]:
        states = {device_state(re.split(r"[\s,;]+", (paths.text(row, "state") or "").casefold())) for row in rows}
        device = {
            "device": paths.text(rows[0], "disk"),
            "state": states.pop() if len(states) == 1 else None,
            "vendor": paths.text(rows[0], "vendor"),
            "model": paths.text(rows[0], "model"),
        }
        return known(device)

    # --- datastores --------------------------------------------------------------------------------------------------

    def datastores(self) -> Objects:
        datastores, origins = [], []
        tab = self._sheets.get("vDatastore")
        namesakes = self._group(tab, "name")
        for sheet, row, name in self._named_rows("datastores", tab, "name"):
            origin = Origin({"vDatastore": row})
            key = self._servers.key(sheet, row)
            hosts = self._mounting_hosts(sheet, row)
            paths = self._paths_to(key, name, hosts, alone=len(namesakes[key, name]) == 1)
            capacity = number_of(sheet.cell(row, "capacity"))
            url = _VMFS_URL.search(sheet.text(row, "url") or "")
            kind = self._notes.meaning(sheet, row, "type", DATASTORE_TYPES)
            version = sheet.cell(row, "version")
            datastore = {
                "name": name,
                "vcenter": self._servers.vcenter(key),
                "datacenter": sheet.text(row, "datacenter") or self._datacenter(key, hosts, paths),
                "type": kind,
                "version": version.strip() or None if isinstance(version, str) else None,
                "uuid": url[1].lower() if url and kind == "VMFS" else None,
                "extents": self._extents(sheet, row, paths, origin) if kind == "VMFS" else None,
                "hosts": hosts if hosts is not None else self._hosts_by_path(sheet, row, paths, origin),
                "capacity_gib": None if capacity is None else capacity / 1024,
            }
            datastores.append(known(datastore))
            origins.append(origin)
        return self._distinct("datastores", (datastores, origins), ("vcenter", "datacenter", "name"))

    def _mounting_hosts(self, sheet: Sheet, row: int) -> list[str] | None:
        """The hosts that a datastore lists, provided that they are as many as it counts."""
        text = sheet.text(row, "hosts")
        count = count_of(sheet.cell(row, "host_count"))
        if text is None:
            return [] if count == 0 else None
        hosts = list(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
        if count is not None and count != len(hosts):
            said = Said(
                f"{sheet.text(row, 'name')!r} counts {count} hosts and lists {len(hosts)}",
                f"データストア {sheet.text(row, 'name')!r} のホスト数は {count} ですが、一覧のホストは {len(hosts)} 台です",
            )
            self._notes.gather(said, sheet.place(row, "host_count"), Said("the list was not used", "一覧は使用していません"))
            return None
        return hosts

    def _paths_to(self, key: str, name: str, hosts: list[str] | None, *, alone: bool) -> list[int]:
        """The rows of vMultiPath that are of a datastore. Namesakes in other datacenters are told apart by their hosts."""
        rows = self._paths_of_datastore.get((key, name), [])
        if alone:
            return rows
        return [row for host in hosts or () for row in self._paths_between.get((key, name, host), [])]

    def _hosts_by_path(self, sheet: Sheet, row: int, paths: list[int], origin: Origin) -> list[str] | None:
        """The hosts that have a path to a datastore, if they are as many as it counts."""
        first: dict[str, int] = {}
        for path in paths:
            if self._paths and (host := self._paths.text(path, "host")):
                first.setdefault(host, path)
        if not first or count_of(sheet.cell(row, "host_count")) != len(first):
            return None
        origin.lists["hosts"] = ("vMultiPath", list(first.values()))
        return list(first)

    def _extents(self, sheet: Sheet, row: int, paths: list[int], origin: Origin) -> list[str] | None:
        """The devices of a VMFS, if they are as many as vDatastore counts: whether there are several decides verdicts."""
        count = count_of(sheet.cell(row, "extent_count"))
        address = sheet.text(row, "address") or ""
        written = [address] if _DEVICE.fullmatch(address) else []
        devices: dict[str, int] = {}
        for path in paths:
            if self._paths and (device := self._paths.text(path, "disk")):
                devices.setdefault(_plain(device), path)
        found = list(devices) or written
        if not found or not count:
            return None
        if len(found) != count or (count == 1 and written and _plain(address) != _plain(found[0])):
            name, shown = sheet.text(row, "name"), ", ".join(dict.fromkeys([*found, *written]))[:300]
            said = Said(
                f"{name!r} counts {count} extents, and the devices found are {shown}",
                f"データストア {name!r} のエクステント数は {count} ですが、見つかったデバイスは {shown} です",
            )
            hint = Said("its extents stay unknown", "エクステントは不明のままです")
            self._notes.gather(said, sheet.place(row, "extent_count"), hint)
            return None
        if devices:
            origin.lists["extents"] = ("vMultiPath", list(devices.values()))
        return found

    def _datacenter(self, key: str, hosts: list[str] | None, paths: list[int]) -> str | None:
        """A datastore is in the datacenter of its hosts; RVTools does not say so itself."""
        found = {self._paths.text(row, "datacenter") for row in paths} if self._paths else set()
        if self._hosts:
            for host in hosts or ():
                found |= {self._hosts.text(row, "datacenter") for row in self._rows_of_host.get((key, host), [])}
        found.discard(None)
        return found.pop() if len(found) == 1 else None

    # --- clusters ----------------------------------------------------------------------------------------------------

    def clusters(self) -> Objects:
        clusters, origins = [], []
        for sheet, row, name in self._named_rows("clusters", self._sheets.get("vCluster"), "name"):
            origin = Origin({"vCluster": row})
            key = self._servers.key(sheet, row)
            members = self._hosts_of_cluster.get((key, name), [])
            datacenters = {self._hosts.text(member, "datacenter") for member in members} - {None} if self._hosts else set()
            ha = {
                "enabled": truth_of(sheet.cell(row, "ha")),
                "heartbeat_policy": self._notes.meaning(sheet, row, "heartbeat_policy", HEARTBEAT_POLICIES),
            }
            cluster = {
                "name": name,
                "vcenter": self._servers.vcenter(key),
                "datacenter": datacenters.pop() if len(datacenters) == 1 else None,
                "hosts": self._members(sheet, row, members, origin),
                "ha": known(ha) or None,
            }
            clusters.append(known(cluster))
            origins.append(origin)
        return self._distinct("clusters", (clusters, origins), ("vcenter", "name"))

    def _members(self, sheet: Sheet, row: int, members: list[int], origin: Origin) -> list[str] | None:
        """The hosts of a cluster, unless the cluster counts otherwise or hosts were lost."""
        if self._hosts is None or not self._hosts.has("cluster"):
            return None
        count = count_of(sheet.cell(row, "host_count"))
        names = [name for member in members if (name := self._hosts.text(member, "host"))]
        if len(names) != len(members) or (count is None and self._hosts.lost):
            return None
        if count is not None and count != len(members):
            said = Said(
                f"{sheet.text(row, 'name')!r} counts {count} hosts, and vHost lists {len(members)}",
                f"クラスタ {sheet.text(row, 'name')!r} のホスト数は、vClusterでは {count}、vHostでは {len(members)} です",
            )
            hint = Said("the hosts of the cluster stay unknown", "クラスタのホストは不明のままです")
            self._notes.gather(said, sheet.place(row, "host_count"), hint)
            return None
        origin.lists["hosts"] = ("vHost", members)
        return names


def _plain(device: str) -> str:
    """A device id in one spelling, without a partition."""
    return _PARTITION.sub("", device.strip()).casefold() if _DEVICE.fullmatch(device.strip()) else device.strip()
