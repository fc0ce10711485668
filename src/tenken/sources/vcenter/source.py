"""A live vCenter Server, read through its API into a tree in the native form. Nothing is ever changed there.

See ``docs/sources/vcenter.md`` for the rights that are needed, and for what the API cannot say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tenken.document.said import Said
from tenken.model.rule import Text
from tenken.sources.base import About, known
from tenken.sources.vcenter import words
from tenken.sources.vcenter.names import Kind, Places
from tenken.sources.vcenter.properties import Collector, Found, Lacks, Progress
from tenken.sources.vcenter.session import Session
from tenken.sources.vcenter.storage import CLUSTER_PROPERTIES, DATASTORE_PROPERTIES, HOST_PROPERTIES, Storage
from tenken.sources.vcenter.vms import VM_PROPERTIES, is_placeholder, vm_facts

NAME = "vcenter"
ABOUT = About(
    title=Text(en="A live vCenter Server", ja="稼働中のvCenter Server"),
    export=Text(
        en="tenken collect vcenter --host vc01 --user U -o vc01.yaml; the role Read-only is enough.",
        ja="tenken collect vcenter --host vc01 --user U -o vc01.yaml で収集します。読み取り専用ロールで実行できます。",
    ),
    can_say=Text(
        en="All that the API knows: hosts with devices and boot disks, clusters with heartbeat datastores, datastores, VMs with "
        "devices, encryption, fault tolerance, passthrough, snapshots.",
        ja="APIで取得できる全情報（ホストのデバイスと起動ディスク、クラスタのハートビートデータストア、データストア、"
        "仮想マシンのデバイス、暗号化、フォールトトレランス、パススルー、スナップショット）。",
    ),
    cannot_say=Text(
        en="What lies inside guests (dynamic disks, iSCSI initiators, applications) and the array.",
        ja="ゲスト内部の情報（ダイナミックディスク、iSCSIイニシエータ、アプリケーション）とディスクアレイの情報。",
    ),
)

_PLACES = ("name", "parent")
_IDENTITY: dict[str, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    "hosts": lambda entry: (entry["name"],),
    "datastores": lambda entry: (entry.get("datacenter"), entry["name"]),
    "clusters": lambda entry: (entry["name"],),
    "vms": lambda entry: (entry.get("uuid"), entry.get("datacenter"), entry["name"]),
}
"""What tells the objects of a kind apart in the inventory of one vCenter."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a vCenter says."""

    tree: dict[str, Any]
    """In the native form."""
    warnings: list[Said]
    """What could not be read and why, and what is doubtful."""
    product: str
    """Full name with version and build, as the server states it."""
    uuid: str | None
    """Instance UUID."""
    counts: dict[str, int]
    """Objects by kind."""


def collect(session: Session, name: str, progress: Progress = lambda kind, count: None) -> Collected:
    """Read everything that the inventory has a place for. ``name`` is what the vCenter is called in the inventory."""
    return _Collection(session, name, progress).run()


class _Collection:
    def __init__(self, session: Session, name: str, progress: Progress) -> None:
        about = session.content.about
        self._session, self._about = session, about
        self._is_vcenter = about.apiType == "VirtualCenter"
        self._vcenter = name if self._is_vcenter else None
        self._warnings: list[Said] = []
        self._lacks = Lacks()
        self._reader = Collector(session.content, self._lacks, progress)
        self._places = Places()
        self._storage = Storage(self._vcenter, self._places, self._lacks)
        self._vms = Kind("vms", self._vcenter)
        self._at_our_address: list[str] = []
        self._placeholders: set[str] = set()

    def run(self) -> Collected:
        from pyVmomi import vim

        self._read_places()
        storage = self._storage
        kinds: list[tuple[Any, Kind, tuple[str, ...], Callable[[Found], None]]] = [
            (vim.HostSystem, storage.hosts, HOST_PROPERTIES, storage.add_host),
            (vim.Datastore, storage.datastores, DATASTORE_PROPERTIES, storage.add_datastore),
            (vim.ClusterComputeResource, storage.clusters, CLUSTER_PROPERTIES, storage.add_cluster),
            (vim.VirtualMachine, self._vms, VM_PROPERTIES, self._add_vm),
        ]
        for cls, kind, properties, add in kinds:
            for found in self._reader.all(cls, kind.name, properties):
                add(found)
            if kind is self._vms:
                self._look_for_unseen_vms()
                self._drop_shared_uuids()
            # At once, before the names are used by the kinds that follow.
            for name in kind.tell_apart(_IDENTITY[kind.name]):
                self._warnings.append(words.same_name(kind.name, name))
        self._add_unseen_datastores()
        return self._collected()

    def _read_places(self) -> None:
        from pyVmomi import vim

        for cls in (vim.Datacenter, vim.Folder, vim.StoragePod, vim.ComputeResource, vim.ClusterComputeResource):
            for found in self._reader.all(cls, "folders", _PLACES):
                self._places.add(found, is_datacenter=cls is vim.Datacenter)

    # --- virtual machines --------------------------------------------------------------------------------------------

    def _add_vm(self, found: Found) -> None:
        if is_placeholder(found):
            self._placeholders.add(found.id)
            return
        self._places.add(found)
        host = found.get("runtime.host")
        facts = vm_facts(found, self._storage.device_of_lun, self._warnings.append)
        placed = known(
            {
                "name": facts.pop("name"),
                "uuid": facts.pop("uuid", None),
                "vcenter": self._vcenter,
                "datacenter": self._datacenter_of(found, host),
                "host": self._storage.hosts.name_of(host) if host is not None else None,
            }
        )
        self._vms.add(found.id, placed | facts)
        if found.get("guest.ipAddress") == self._session.address:
            self._at_our_address.append(found.id)

    def _datacenter_of(self, vm: Found, host: Any) -> str | None:
        """The datacenter of a VM's folder; of its host, for one in a vApp; or of its datastores, if folder and host may not be read."""
        refs = [vm.ref, *([host] if host is not None else []), *(vm.get("datastore") or ())]
        return next(filter(None, (self._places.datacenter_of(ref._moId) for ref in refs)), None)

    def _look_for_unseen_vms(self) -> None:
        """A datastore names all VMs that lie on it, also those that the account may not see. Such a VM is unknown, not absent."""
        from pyVmomi import vim

        unseen: dict[str, tuple[Any, str | None]] = {}
        for refs, datacenter in self._storage.vms_on.values():
            for ref in refs:
                if ref._moId not in self._vms and ref._moId not in self._placeholders:
                    unseen.setdefault(ref._moId, (ref, datacenter))
        if not unseen:
            return
        for found in self._reader.some(vim.VirtualMachine, "vms", [ref for ref, _ in unseen.values()], VM_PROPERTIES):
            if found.get("name") is not None:
                self._add_vm(found)
            else:
                self._vms.stand_in(found.id, datacenter=unseen[found.id][1])

    def _drop_shared_uuids(self) -> None:
        """A UUID that several VMs have identifies none of them."""
        holders: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for vm in self._vms.entries():
            if "uuid" in vm:
                holders[vm["uuid"]].append(vm)
        for uuid, vms in holders.items():
            if len(vms) > 1:
                self._warnings.append(words.same_uuid(uuid, len(vms)))
                for vm in vms:
                    del vm["uuid"]

    def _add_unseen_datastores(self) -> None:
        """Datastores that only the paths of VMs name."""
        datastores = self._storage.datastores
        named: dict[tuple[str, str | None], None] = {}
        for vm in self._vms.entries():
            for path in (vm.get("vmx"), *(disk.get("path") for disk in vm.get("disks", ()))):
                if path and path.startswith("["):
                    named[path[1:].partition("]")[0], vm.get("datacenter")] = None
        for name, datacenter in named:
            if name and not datastores.find(name, datacenter):
                datastores.stand_in(f"[{name}] in {datacenter}", name, datacenter)

    # --- the whole ---------------------------------------------------------------------------------------------------

    def _collected(self) -> Collected:
        storage = self._storage
        kinds = {"clusters": storage.clusters, "hosts": storage.hosts, "datastores": storage.datastores, "vms": self._vms}
        tree: dict[str, Any] = {"vcenters": [self._own_entry()]} if self._is_vcenter else {}
        tree |= {name: kind.entries() for name, kind in kinds.items()}
        for name, kind in kinds.items():
            if kind.stand_ins:
                self._warnings.append(words.unseen(name, sorted(kind.stand_ins)))
        if not self._is_vcenter:
            self._warnings.append(words.IS_A_HOST)
        if self._placeholders:
            self._warnings.append(words.placeholders(len(self._placeholders)))
        warnings = [*self._lacks.said(), *dict.fromkeys(self._warnings)]
        counts = {name: len(entries) for name, entries in tree.items()}
        return Collected(tree, warnings, self._about.fullName, self._about.instanceUuid or None, counts)

    def _own_entry(self) -> dict[str, Any]:
        """The vCenter, and the VM that it runs on: the only one whose guest has the address that we are connected to."""
        vm: str | None = None
        candidates = [self._vms[identifier] for identifier in self._at_our_address]
        if len(candidates) == 1 and candidates[0].get("power_state") == "powered_on":
            (entry,) = candidates
            entry["roles"] = ["vcenter"]
            if sum(other["name"] == entry["name"] for other in self._vms.entries()) == 1:
                vm = entry["name"]
        return known(
            {"name": self._vcenter, "uuid": self._about.instanceUuid or None, "version": self._about.version, "vm": vm}
        )
