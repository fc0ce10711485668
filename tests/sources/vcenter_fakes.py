"""A vCenter made of pyVmomi's own data objects: it pages, it refuses, and objects vanish from it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pyVmomi import vim, vmodl

from tenken.sources.vcenter.session import Session
from tenken.sources.vcenter.source import Collected, collect

ADDRESS = "192.0.2.10"


def denied(privilege: str = "System.Read") -> Any:
    return vim.fault.NoPermission(privilegeId=privilege)


class FakeVCenter:
    """Serves objects through the three calls of the PropertyCollector that tenken makes."""

    def __init__(self, page: int = 100) -> None:
        self.page = page
        self.objects: dict[str, tuple[Any, dict[str, Any]]] = {}
        self.invisible: set[str] = set()
        """Ids of objects that no view contains."""
        self.gone: set[str] = set()
        """Ids of objects that other objects still refer to."""
        self.unsupported: set[str] = set()
        """Properties that this version does not know."""
        self.calls: list[str] = []
        self.open_views = 0
        self._left: dict[str, list[Any]] = {}
        self.about = vim.AboutInfo(
            name="VMware vCenter Server",
            fullName="VMware vCenter Server 8.0.3 build-1",
            version="8.0.3",
            apiType="VirtualCenter",
            instanceUuid="11111111-2222-3333-4444-555555555555",
        )
        self.rootFolder = vim.Folder("group-d1")
        self.propertyCollector = self
        self.viewManager = self

    def add(self, ref: Any, **properties: Any) -> Any:
        """An object; ``__`` in a name stands for a dot, and a fault for a value that may not be read."""
        self.objects[ref._moId] = (ref, {path.replace("__", "."): value for path, value in properties.items()})
        return ref

    # --- the API ---

    def CreateContainerView(self, root: Any, classes: list[Any], recursive: bool) -> Any:  # noqa: N802
        assert root is self.rootFolder and recursive
        self.open_views += 1
        return _View(self, classes[0])

    def RetrievePropertiesEx(self, specs: list[Any], options: Any) -> Any:  # noqa: N802
        self.calls.append("Retrieve")
        (spec,) = specs
        (wanted,) = spec.propSet
        if unknown := [path for path in wanted.pathSet if path in self.unsupported]:
            raise vmodl.query.InvalidProperty(name=unknown[0])
        refs = [ref for each in spec.objectSet for ref in self._resolve(each)]
        for ref in refs:
            if ref._moId in self.gone:
                raise vmodl.fault.ManagedObjectNotFound(obj=ref)
        entries = [self._entry(ref, wanted.pathSet) for ref in refs]
        return self._next(entries)

    def ContinueRetrievePropertiesEx(self, token: str) -> Any:  # noqa: N802
        self.calls.append("Continue")
        return self._next(self._left.pop(token))

    def CancelRetrievePropertiesEx(self, token: str) -> None:  # noqa: N802
        self.calls.append("Cancel")
        del self._left[token]

    def _resolve(self, spec: Any) -> list[Any]:
        if not isinstance(spec.obj, _View):
            return [spec.obj]
        assert spec.skip and spec.selectSet[0].path == "view"
        cls = spec.obj.cls
        return [ref for ref, _ in self.objects.values() if isinstance(ref, cls) and ref._moId not in self.invisible]

    def _entry(self, ref: Any, paths: list[str]) -> Any:
        _, properties = self.objects[ref._moId]
        entry = SimpleNamespace(obj=ref, propSet=[], missingSet=[])
        for path in paths:
            value = properties.get(path)
            if isinstance(value, vmodl.MethodFault):
                entry.missingSet.append(SimpleNamespace(path=path, fault=value))
            elif value is not None:
                entry.propSet.append(SimpleNamespace(name=path, val=value))
        return entry

    def _next(self, entries: list[Any]) -> Any:
        page, rest = entries[: self.page], entries[self.page :]
        token = f"token-{len(self.calls)}" if rest else None
        if token:
            self._left[token] = rest
        return SimpleNamespace(token=token, objects=page) if page else None


class _View(vim.view.ContainerView):  # type: ignore[misc]
    """pyVmomi accepts only its own classes as objects of a query."""

    def __init__(self, server: FakeVCenter, cls: Any) -> None:
        super().__init__("view")
        object.__setattr__(self, "server", server)
        object.__setattr__(self, "cls", cls)

    def Destroy(self) -> None:  # noqa: N802
        self.server.open_views -= 1


def site(**vm: Any) -> FakeVCenter:
    """A datacenter with a host, a VMFS and one VM that is in order; ``vm`` changes its properties, None unsets one."""
    server = FakeVCenter()
    datacenter = server.add(vim.Datacenter("datacenter-1"), name="DC1")
    folder = server.add(vim.Folder("group-v3"), name="vm", parent=datacenter)
    compute = server.add(vim.ComputeResource("domain-s5"), name="esx01", parent=datacenter)
    host = server.add(
        vim.HostSystem("host-10"),
        name="esx01",
        parent=compute,
        runtime__connectionState="connected",
        config__product__version="8.0.3",
    )
    machine = vim.VirtualMachine("vm-20")
    vmfs = vim.host.VmfsVolume(
        name="DS01",
        uuid="65000000-00000000-0000-000000000001",
        version="6.82",
        extent=[vim.host.ScsiDisk.Partition(diskName="naa.60000000000000000000000000000010", partition=1)],
    )
    server.add(
        vim.Datastore("datastore-15"),
        name="DS01",
        parent=datacenter,
        summary__type="VMFS",
        summary__capacity=2**40,
        info=vim.host.VmfsDatastoreInfo(name="DS01", vmfs=vmfs),
        host=[vim.Datastore.HostMount(key=host, mountInfo=vim.host.MountInfo(mounted=True))],
        vm=[machine],
    )
    properties: dict[str, Any] = {
        "name": "app01",
        "parent": folder,
        "config__instanceUuid": "50000000-0000-0000-0000-000000000001",
        "config__template": False,
        "config__files__vmPathName": "[DS01] app01/app01.vmx",
        "config__guestFullName": "Microsoft Windows Server 2022 (64-bit)",
        "config__hardware__device": [scsi(), flat_disk()],
        "runtime__host": host,
        "runtime__connectionState": "connected",
        "runtime__powerState": "poweredOn",
        "runtime__faultToleranceState": "notConfigured",
        "runtime__consolidationNeeded": False,
        "guest__toolsRunningStatus": "guestToolsRunning",
        "guest__toolsVersionStatus2": "guestToolsCurrent",
        "guest__guestState": "running",
    }
    server.add(machine, **(properties | vm))
    return server


def scsi(key: int = 1000, bus: int = 0, sharing: str | None = "noSharing", cls: Any = None) -> Any:
    return (cls or vim.vm.device.ParaVirtualSCSIController)(key=key, busNumber=bus, sharedBus=sharing)


def flat_disk(key: int = 2000, controller: int = 1000, label: str = "Hard disk 1", **backing: Any) -> Any:
    settings = {"fileName": "[DS01] app01/app01.vmdk", "diskMode": "persistent", "sharing": "sharingNone"} | backing
    return disk(vim.vm.device.VirtualDisk.FlatVer2BackingInfo(**settings), key, controller, label)


def disk(backing: Any, key: int = 2000, controller: int = 1000, label: str | None = "Hard disk 1") -> Any:
    return vim.vm.device.VirtualDisk(
        key=key,
        controllerKey=controller,
        deviceInfo=vim.Description(label=label, summary="") if label else None,
        capacityInKB=1024 * 1024,
        capacityInBytes=2**30,
        backing=backing,
    )


def run(server: FakeVCenter, name: str = "vc01") -> Collected:
    return collect(Session(server, ADDRESS, "AB:CD"), name)


def said(collected: Collected) -> list[str]:
    """The warnings, in English; the Japanese ones name the same objects."""
    for warning in collected.warnings:
        assert warning.ja != warning.en
    return [warning.en for warning in collected.warnings]


def only_vm(server: FakeVCenter) -> dict[str, Any]:
    (vm,) = run(server).tree["vms"]
    return dict(vm)
