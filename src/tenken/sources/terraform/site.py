"""Hosts, clusters, datastores and vCenters of a plan or a state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tenken.document.place import Place
from tenken.document.said import Said
from tenken.sources.base import known
from tenken.sources.said import Notice
from tenken.sources.said import kind as kind_name
from tenken.sources.terraform.masks import Hidden
from tenken.sources.terraform.references import DATASTORES, References
from tenken.sources.terraform.resources import Resource, Stated
from tenken.sources.vsphere.words import HEARTBEAT_POLICIES

HOSTS = ("vsphere_host",)
CLUSTERS = ("vsphere_compute_cluster",)
DATACENTERS = ("vsphere_datacenter",)
POOLS = ("vsphere_resource_pool", "vsphere_vapp_container")

_VMFS_UUID = re.compile(r"/vmfs/volumes/([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12})/?$")
_POOLS_DEEP = 16


@dataclass(slots=True)
class Origin:
    """What an object of the tree was made of; lists name the element of the resource that each of their own came from."""

    resource: Resource
    lists: dict[str, list[Any]] = field(default_factory=dict)


Objects = tuple[list[dict[str, Any]], list[Origin]]


class Site:
    """Turns everything but virtual machines into facts, and knows where things belong."""

    def __init__(self, stated: Stated, references: References, name: str) -> None:
        self._stated, self._references, self._name = stated, references, name
        self._datacenters: dict[str, str | None] = {}
        self._of: dict[str, list[Resource]] = {}
        for resource in sorted(stated.resources, key=lambda resource: resource.mode == "data"):
            self._of.setdefault(resource.type, []).append(resource)

    def of(self, *types: str) -> list[Resource]:
        """All resources of some types, what Terraform manages before what it only looks up."""
        return [resource for kind in types for resource in self._of.get(kind, ())]

    # --- where things belong -----------------------------------------------------------------------------------------

    def datacenter(self, resource: Resource) -> str | None:
        """The datacenter of anything, by its own word or by that of what it lies in."""
        if resource.address not in self._datacenters:
            self._datacenters[resource.address] = None
            self._datacenters[resource.address] = self._find_datacenter(resource)
        return self._datacenters[resource.address]

    def _find_datacenter(self, resource: Resource) -> str | None:
        for attribute in ("datacenter_id", "datacenter"):
            found = self._references.object(resource, attribute, DATACENTERS)
            if found is not None:
                return name_of(found)
        if resource.type == "vsphere_virtual_machine":
            owner = self.owner(resource, "resource_pool_id")
            datastore = self._references.object(resource, "datastore_id", DATASTORES)
            return next((place for found in (owner, datastore) if found and (place := self.datacenter(found))), None)
        if resource.type == "vsphere_host":
            return self._datacenter_of(resource, "cluster", CLUSTERS)
        if resource.type == "vsphere_vmfs_datastore":
            return self._datacenter_of(resource, "host_system_id", HOSTS)
        if resource.type == "vsphere_nas_datastore":
            hosts = self.listed(resource, "host_system_ids", HOSTS)
            return self.datacenter(hosts[0]) if hosts else None
        return None

    def _datacenter_of(self, resource: Resource, attribute: str, types: tuple[str, ...]) -> str | None:
        found = self._references.object(resource, attribute, types)
        return self.datacenter(found) if found is not None else None

    def owner(self, resource: Resource, attribute: str) -> Resource | None:
        """The cluster, host or pool at the end of the resource pools that an attribute leads to."""
        found: Resource | None = resource
        for _ in range(_POOLS_DEEP):
            found = self._references.object(found, attribute, (*CLUSTERS, *HOSTS, *POOLS)) if found else None
            attribute = "parent_resource_pool_id"
            if found is None or found.type not in POOLS or attribute not in found.values:
                return found
        return None

    def listed(self, resource: Resource, attribute: str, types: tuple[str, ...]) -> list[Resource] | None:
        """The objects of a list of ids; None if one of them can't be told."""
        values = resource.values.get(attribute)
        if not isinstance(values, list):
            return None
        found = [self._references.object(resource, attribute, types, value) for value in values if isinstance(value, str)]
        known = [entry for entry in found if entry is not None]
        return known if len(known) == len(values) else None

    def identity(self, resource: Resource) -> dict[str, Any]:
        """Name, vCenter and datacenter."""
        return known(
            {
                "name": name_of(resource),
                "vcenter": self._references.vcenter(resource),
                "datacenter": self.datacenter(resource),
            }
        )

    # --- kinds -------------------------------------------------------------------------------------------------------

    def hosts(self) -> Objects:
        return self._distinct("hosts", ((resource, {}) for resource in self.of("vsphere_host")))

    def datastores(self) -> Objects:
        return self._distinct("datastores", ((resource, self._datastore(resource)) for resource in self.of(*DATASTORES)))

    def clusters(self) -> Objects:
        return self._distinct("clusters", ((resource, self._cluster(resource)) for resource in self.of(*CLUSTERS)))

    def vcenters(self) -> Objects:
        found: dict[str, Resource] = {}
        for resource in self._stated.resources:
            name = self._references.vcenter(resource)
            if name is not None:
                found.setdefault(name, resource)
        return [{"name": name} for name in found], [Origin(resource) for resource in found.values()]

    def _datastore(self, resource: Resource) -> dict[str, Any]:
        values = resource.values
        if resource.type == "vsphere_nas_datastore":
            version = values.get("type")
            return {"type": version if version in ("NFS", "NFS41") else None, "capacity_gib": _gib(values.get("capacity"))}
        if resource.type == "vsphere_vmfs_datastore":
            url = values.get("url")
            match = _VMFS_UUID.search(url) if isinstance(url, str) else None
            return {
                "type": "VMFS",
                "uuid": match[1] if match else None,
                "extents": _texts(values.get("disks")),
                "capacity_gib": _gib(values.get("capacity")),
            }
        return {}

    def _cluster(self, resource: Resource) -> dict[str, Any]:
        values = resource.values
        if resource.mode == "data":
            return {}
        hosts = self.listed(resource, "host_system_ids", HOSTS)
        complete = hosts and values.get("host_managed") in (False, None)
        ha: dict[str, Any] = {}
        if (enabled := values.get("ha_enabled")) is not None:
            ha["enabled"] = enabled if isinstance(enabled, bool) else None
        if (policy := values.get("ha_heartbeat_datastore_policy")) is not None:
            ha["heartbeat_policy"] = HEARTBEAT_POLICIES.get(policy) if isinstance(policy, str) else None
        # Where vCenter may take others, an empty selection says nothing of what is in use.
        selected = values.get("ha_heartbeat_datastore_ids")
        if selected or policy == "userSelectedDs":
            found = self.listed(resource, "ha_heartbeat_datastore_ids", DATASTORES)
            ha["heartbeat_datastores"] = [name_of(datastore) for datastore in found] if found is not None else None
        return {"hosts": [name_of(host) for host in hosts or ()] if complete else None, "ha": ha or None}

    def _distinct(self, kind: str, entries: Iterable[tuple[Resource, dict[str, Any]]]) -> Objects:
        """One entry an object, though several resources and data sources stand for it; the first one's facts come first."""
        objects: dict[tuple[Any, ...], tuple[dict[str, Any], Origin]] = {}
        ids: dict[Any, tuple[Any, ...]] = {}
        parts = ("name",) if kind == "hosts" else ("vcenter", "datacenter", "name")
        for resource, facts in entries:
            entry = self.identity(resource) | known(facts)
            key = tuple(entry.get(part) for part in parts)
            identifier = resource.values.get("id")
            if isinstance(identifier, str):
                key = ids.setdefault((entry.get("vcenter"), identifier, entry["name"]), key)
            if key in objects:
                first, origin = objects[key]
                clash = resource.mode == "managed" and origin.resource.mode == "managed"
                if clash and resource.type != "vsphere_host" and identifier != origin.resource.values.get("id"):
                    self._warn_of_namesake(kind, resource, origin.resource)
                    continue
                objects[key] = (entry | first, origin)
            else:
                objects[key] = (entry, Origin(resource))
        unique = {tuple(entry.get(part) for part in parts): (entry, origin) for entry, origin in reversed(objects.values())}
        found = list(reversed(unique.values()))
        return [entry for entry, _ in found], [origin for _, origin in found]

    def _warn_of_namesake(self, kind: str, resource: Resource, first: Resource) -> None:
        said = Said(
            f"nothing tells {resource.address} and {first.address} apart",
            f"{resource.address} と {first.address} を区別できません",
        )
        hint = Said(f"the first of the {kind} is used", f"最初の{kind_name(kind, 'ja')}を使用しました")
        self._stated.warnings.append(Notice(said, Place(self._name, pointer=resource.address), hint))


def name_of(resource: Resource) -> str:
    """The name of an object. Its address stands in for one that is sensitive or not known before apply."""
    for attribute in ("name", "hostname"):
        value = resource.values.get(attribute)
        if isinstance(value, str) and value.strip():
            return printable(value.strip())
        if isinstance(value, Hidden):
            break
    return resource.address


def text(values: dict[str, Any], attribute: str) -> str | None:
    """A text that is known and says something."""
    value = values.get(attribute)
    return printable(value.strip()) or None if isinstance(value, str) else None


def printable(value: str) -> str:
    """A text that every encoding can carry: JSON may hold halves of characters."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _texts(value: Any) -> list[str] | None:
    """A list of texts; None if there is one that is not known, or none at all, which no datastore has."""
    if not isinstance(value, list) or not value:
        return None
    found = [entry.strip() for entry in value if isinstance(entry, str) and entry.strip()]
    return found if len(found) == len(value) else None


def _gib(megabytes: Any) -> float | None:
    valid = isinstance(megabytes, (int, float)) and not isinstance(megabytes, bool) and 0 < megabytes < 2**53
    return megabytes / 1024 if valid else None
