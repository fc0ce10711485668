"""The objects of the vSphere provider in a plan or a state, each with what may be known of its attributes.

A value that is known only after apply is ``Hidden.UNKNOWN``; one that is marked sensitive is ``Hidden.SENSITIVE`` from here
on, so that nothing further down can print it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said, alike
from tenken.sources.base import list_of, mapping_of
from tenken.sources.said import Notice
from tenken.sources.terraform.files import Kind, Members
from tenken.sources.terraform.masks import inner, sensitive_paths, visible

USED: dict[str, tuple[str, ...]] = {
    "vsphere_virtual_machine": (
        "name", "id", "uuid", "datacenter_id", "datastore_id", "datastore_cluster_id", "resource_pool_id", "host_system_id",
        "guest_id", "power_state", "vmware_tools_status", "vmx_path", "vtpm", "pci_device_id", "network_interface", "scsi_type",
        "scsi_bus_sharing", "scsi_controller_count", "sata_controller_count", "ide_controller_count", "nvme_controller_count",
        "disk",
    ),
    "vsphere_virtual_machine_snapshot": ("id", "virtual_machine_uuid", "snapshot_name"),
    "vsphere_vmfs_datastore": ("name", "id", "host_system_id", "disks", "capacity", "url"),
    "vsphere_nas_datastore": ("name", "id", "type", "host_system_ids", "capacity"),
    "vsphere_datastore": ("name", "id", "datacenter_id"),
    "vsphere_compute_cluster": (
        "name", "id", "datacenter_id", "resource_pool_id", "host_system_ids", "host_managed", "ha_enabled",
        "ha_heartbeat_datastore_policy", "ha_heartbeat_datastore_ids",
    ),
    "vsphere_host": ("name", "hostname", "id", "cluster", "datacenter", "datacenter_id", "resource_pool_id"),
    "vsphere_datacenter": ("name", "id", "moid"),
    "vsphere_resource_pool": ("id", "parent_resource_pool_id", "datacenter_id"),
    "vsphere_vapp_container": ("id", "parent_resource_pool_id"),
}  # fmt: skip
"""The attributes that are read, by type of resource or data source. All others are dropped at once."""

_MODULE = re.compile(r'module\.(?P<name>[^.\[\]"]+)(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.?')


def _an_object(what: str, ja: str) -> Said:
    return Said(f"{what} must be an object", f"{ja}がオブジェクト（{{…}}）ではありません")


_NO_MODULE = _an_object("a module", "モジュール")
_NO_RESOURCE = _an_object("a resource", "リソース")
_NO_INSTANCE = _an_object("an instance", "インスタンス")


@dataclass(slots=True)
class Resource:
    """One instance of a resource or data source."""

    address: str
    mode: str
    """``managed`` or ``data``."""
    type: str
    name: str
    module: str
    """Address of its module, with the keys of instances; empty for the root module."""
    values: dict[str, Any]
    """The attributes of ``USED``, as far as they are stated; a value may be one of ``Hidden``, and may contain such."""

    @property
    def base(self) -> str:
        """The address within its module, without the key of the instance."""
        return f"{'data.' if self.mode == 'data' else ''}{self.type}.{self.name}"

    @property
    def calls(self) -> tuple[str, ...]:
        """The names of the module calls that lead to it, from the root."""
        return calls_of(self.module)


@dataclass(slots=True)
class Stated:
    """What a plan or a state contains."""

    form: str
    """``plan`` or ``state``."""
    resources: list[Resource] = field(default_factory=list)
    configuration: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    terraform_version: str | None = None
    made: str | None = None
    product: str = "Terraform"
    warnings: list[Notice] = field(default_factory=list)


def calls_of(module: str) -> tuple[str, ...]:
    """``module.app["a"].module.db[0]`` → ``app``, ``db``."""
    return tuple(match["name"] for match in _MODULE.finditer(module))


def read_stated(members: Members, kind: Kind, name: str) -> Stated:
    """All that a document says of vSphere objects. Raises InputError with all mistakes of its form."""
    return _RawState(name).read(members) if kind is Kind.RAW else _Shown(name).read(members)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.stated = Stated("state")
        self._problems: list[Problem] = []
        self._addresses: set[str] = set()
        self._deposed = 0

    def _finish(self) -> Stated:
        if self._problems:
            raise InputError(self._problems)
        if self._deposed:
            self._warn(
                Said(
                    f"{self._deposed} deposed objects, which Terraform is about to destroy, are left out",
                    f"Terraformが削除する予定のオブジェクト（deposed）{self._deposed} 件は除外しました",
                )
            )
        return self.stated

    def _warn(self, said: Said, hint: Said | None = None) -> None:
        self.stated.warnings.append(Notice(said, Place(self.name), hint))

    def _wrong(self, said: Said, pointer: str, hint: Said | None = None) -> None:
        if len(self._problems) < 50:
            self._problems.append(Problem(said, Place(self.name, pointer=pointer), hint))

    def _add(self, entry: dict[str, Any], values: Any, unknown: Any, sensitive: Any) -> None:
        """Take an instance if it is of the vSphere provider and stands there for the first time."""
        address, kind, name = entry.get("address"), entry.get("type"), entry.get("name")
        if not isinstance(kind, str) or kind not in USED or not _by_vsphere(entry.get("provider_name")):
            return
        if not isinstance(address, str) or not isinstance(name, str):
            self._wrong(Said(f"a {kind} without address or name", f"アドレスまたは名前のない {kind} があります"), "/resources")
        elif not isinstance(values, dict):
            self._wrong(Said(f"{address} has no attributes", f"{address} に属性がありません"), address)
        elif address not in self._addresses:
            self._addresses.add(address)
            if "opentofu" in str(entry.get("provider_name")):
                self.stated.product = "OpenTofu"
            mode = entry.get("mode") if entry.get("mode") in ("managed", "data") else None
            mode = mode or ("data" if re.search(r"(^|\.)data\.\w+\.[^.]*$", address) else "managed")
            module = entry.get("module_address")
            module = module if isinstance(module, str) else "".join(match[0] for match in _leading_modules(address)).rstrip(".")
            seen = {
                key: visible(values.get(key), inner(unknown, key), inner(sensitive, key))
                for key in USED[kind]
                if key in values or inner(unknown, key)
            }
            self.stated.resources.append(Resource(address, mode, kind, name, module, seen))


class _Shown(_Reader):
    """``terraform show -json`` of a plan or of a state."""

    def read(self, members: Members) -> Stated:
        changes = False
        for key, member in members:
            if key == "format_version":
                self._check_version(member.value())
            elif key == "resource_changes":
                self.stated.form, changes = "plan", True
                for position, change in enumerate(member.items()):
                    self._change(change, position)
            elif key in ("values", "prior_state"):
                state = member.value()
                values = state.get("values") if key == "prior_state" and isinstance(state, dict) else state
                for entry in self._entries(values, key):
                    if key == "values" or _is_data(entry):
                        self._take(entry)
            elif key == "planned_values":
                self.stated.form = "plan"
            elif key == "configuration":
                self.stated.configuration = mapping_of(member.value())
            elif key == "variables":
                self.stated.variables = mapping_of(member.value())
            elif key in ("terraform_version", "timestamp", "errored", "complete"):
                self._statement(key, member.value())
        if self.stated.form == "plan" and not changes:
            self._read_planned_values(members)
        return self._finish()

    def _read_planned_values(self, members: Members) -> None:
        """Of a shortened plan without changes. Attributes that are not known yet are left out there without a word."""
        for key, member in members:
            if key == "planned_values":
                for entry in self._entries(member.value(), key):
                    kind, values = entry.get("type"), mapping_of(entry.get("values"))
                    missing = dict.fromkeys(set(USED.get(kind, ())) - set(values), True) if isinstance(kind, str) else None
                    self._add(entry, values, missing, entry.get("sensitive_values"))

    def _check_version(self, version: Any) -> None:
        major = str(version).partition(".")[0]
        if not isinstance(version, str) or major not in ("0", "1"):
            hint = Said(
                "this tenken reads versions 0.x and 1.x of the format", "このtenkenが対応しているのは形式の版 0.x と 1.x です"
            )
            said = Said(
                f"format_version {_short(version)} is not known", f"format_version {_short(version)} には対応していません"
            )
            self._wrong(said, "/format_version", hint)

    def _statement(self, key: str, value: Any) -> None:
        if key == "terraform_version" and isinstance(value, str):
            self.stated.terraform_version = _short(value)
        elif key == "timestamp" and isinstance(value, str):
            self.stated.made = _short(value)
        elif key == "errored" and value is True:
            said = Said("planning failed, so the plan is not complete", "プランの作成に失敗しているため、プランは不完全です")
            self._warn(said, Said("plan again", "プランを作成し直してください"))
        elif key == "complete" and value is False:
            said = Said(
                "the plan is not complete: some changes were deferred",
                "一部の変更が保留（deferred）されており、プランは不完全です",
            )
            self._warn(said, Said("apply it and plan again", "適用してから、プランを作成し直してください"))

    def _change(self, entry: Any, position: int) -> None:
        """One of resource_changes: what the object will be, unless it is destroyed."""
        change = entry.get("change") if isinstance(entry, dict) else None
        actions = change.get("actions") if isinstance(change, dict) else None
        if not isinstance(actions, list) or change is None:
            self._wrong(
                Said("a change without actions", "actions のない変更があります"),
                f"/resource_changes/{position}",
                Said("expected the output of terraform show -json", "terraform show -json の出力を指定してください"),
            )
        elif entry.get("deposed"):
            self._deposed += _is_used(entry.get("type"))
        elif actions in (["delete"], ["forget"]):
            self._addresses.add(str(entry.get("address")))
        else:
            after = change.get("after")
            self._add(
                entry,
                {} if after is None else after,
                change.get("after_unknown"),
                change.get("after_sensitive"),
            )

    def _take(self, entry: dict[str, Any]) -> None:
        if entry.get("deposed_key"):
            self._deposed += _is_used(entry.get("type"))
        else:
            self._add(entry, entry.get("values", {}), None, entry.get("sensitive_values"))

    def _entries(self, values: Any, key: str) -> Iterator[dict[str, Any]]:
        """The resources of a module and, one after the other, of all modules below it."""
        waiting = [mapping_of(values).get("root_module")]
        while waiting:
            module = waiting.pop()
            if module is None:
                continue
            if not isinstance(module, dict):
                self._wrong(_NO_MODULE, f"/{key}")
                continue
            for entry in list_of(module.get("resources")):
                if isinstance(entry, dict):
                    yield entry
                else:
                    self._wrong(_NO_RESOURCE, f"/{key}")
            waiting += reversed(list_of(module.get("child_modules")))


class _RawState(_Reader):
    """``terraform.tfstate`` of version 4, as Terraform has written it since 0.12."""

    def read(self, members: Members) -> Stated:
        version: Any = None
        for key, member in members:
            if key == "version":
                version = member.value()
                self._check_version(version)
            elif key == "backend":
                hint = Said(
                    "terraform show -json > state.json asks the backend for the state",
                    "terraform show -json > state.json でバックエンドからステートを取得できます",
                )
                said = Said("this file holds only the settings of the backend", "バックエンドの設定だけのファイルです")
                self._wrong(said, "/backend", hint)
            elif key == "terraform_version":
                stated = member.value()
                self.stated.terraform_version = _short(stated) if isinstance(stated, str) else None
            elif key == "resources" and version in (4, None):
                for position, resource in enumerate(member.items()):
                    self._resource(resource, position)
        return self._finish()

    def _check_version(self, version: Any) -> None:
        if version == 4:
            return
        old = isinstance(version, int) and version < 4
        command = f"terraform show -json {self.name.rpartition('/')[2]} > state.json"
        newer = Said(f"{command}, with Terraform 0.12 or later", f"Terraform 0.12以降で {command}")
        said = Said(
            f"a raw state of version {_short(version)}; version 4 can be read",
            f"ステートの版 {_short(version)} には対応していません（版 4 に対応しています）",
        )
        self._wrong(said, "/version", newer if old else alike(command))

    def _resource(self, resource: Any, position: int) -> None:
        if not isinstance(resource, dict):
            self._wrong(_NO_RESOURCE, f"/resources/{position}")
            return
        module, kind, name = resource.get("module") or "", resource.get("type"), resource.get("name")
        data = "data." if resource.get("mode") == "data" else ""
        base = f"{module}.{data}{kind}.{name}" if module else f"{data}{kind}.{name}"
        for instance in list_of(resource.get("instances")):
            if not isinstance(instance, dict):
                self._wrong(_NO_INSTANCE, f"/resources/{position}/instances")
            elif instance.get("deposed"):
                self._deposed += _is_used(kind)
            elif "attributes" not in instance and "attributes_flat" in instance:
                if kind in USED:
                    said = Said(
                        f"{base} is still in the form of Terraform 0.11, so nothing is known of it",
                        f"{base} はTerraform 0.11の形式のままのため、内容は不明です",
                    )
                    self._warn(said, Said("run terraform refresh", "terraform refresh を実行してください"))
            else:
                entry = resource | {
                    "address": base + _key(instance.get("index_key")),
                    "module_address": module,
                    "provider_name": resource.get("provider"),
                }
                self._add(entry, instance.get("attributes"), None, sensitive_paths(instance.get("sensitive_attributes")))


def _key(index: Any) -> str:
    """The key of an instance, as addresses write it."""
    if isinstance(index, int):
        return f"[{index}]"
    escaped = str(index).replace("\\", "\\\\").replace('"', '\\"')
    return "" if index is None else f'["{escaped}"]'


def _leading_modules(address: str) -> Iterator[re.Match[str]]:
    position = 0
    while match := _MODULE.match(address, position):
        yield match
        position = match.end()


def _by_vsphere(provider: Any) -> bool:
    """``vsphere``, ``registry.terraform.io/vmware/vsphere``, ``provider["registry.opentofu.org/…/vsphere"].alias``."""
    return provider is None or (isinstance(provider, str) and re.search(r'(^|[/."])vsphere($|["\].])', provider) is not None)


def _is_used(kind: Any) -> bool:
    return isinstance(kind, str) and kind in USED


def _is_data(entry: dict[str, Any]) -> bool:
    return entry.get("mode") == "data" or str(entry.get("address")).startswith("data.")


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, (str, int, float)) else type(value).__name__
    return text if len(text) <= 40 else text[:39] + "…"
