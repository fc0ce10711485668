"""Plans and states of Terraform and OpenTofu that use the vSphere provider.

What ``terraform show -json`` prints of a plan or a state is read, and a raw ``terraform.tfstate`` of version 4. What the
provider can't say is left out: raw device mappings, encryption, Fault Tolerance, anything inside the guest. See
``docs/sources/terraform.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.model.rule import Text
from tenken.sources.base import About, Document
from tenken.sources.said import Notice
from tenken.sources.terraform.code import SourceCode, Spot, can_read
from tenken.sources.terraform.files import READ, Kind, files_in, kind_of, open_members
from tenken.sources.terraform.masks import Hidden
from tenken.sources.terraform.references import References
from tenken.sources.terraform.resources import Resource, Stated, read_stated
from tenken.sources.terraform.site import Objects, Origin, Site
from tenken.sources.terraform.vms import DISK_ATTRIBUTES, VmReader

NAME = "terraform"
ABOUT = About(
    title=Text(
        en="Plans and states of Terraform and OpenTofu that use the vSphere provider",
        ja="vSphereプロバイダを使用するTerraform・OpenTofuのプランとステート",
    ),
    export=Text(en="Run terraform show -json tfplan > plan.json.", ja="terraform show -json tfplan > plan.json を実行します。"),
    can_say=Text(
        en="VMs with disks, controllers and guest id as they are planned; datastores with their disks; clusters with heartbeat datastores; hosts.",
        ja="計画された仮想マシン（ディスク、コントローラ、ゲストID）、データストアとディスク、クラスタとハートビートデータストア、ホスト。",
    ),
    cannot_say=Text(
        en="What Terraform does not manage: state of the guest, Tools, snapshots, and everything about the array. It lists VMs and hosts in part.",
        ja="Terraformの管理外の情報（ゲストの状態、Tools、スナップショット）とディスクアレイの情報。仮想マシンとホストは一部のみです。",
    ),
)

PARTIAL = frozenset({"vms", "hosts", "datastores", "clusters", "vcenters"})
"""Terraform knows what it manages and what it looks up, and nothing else of a site."""

FACTS: dict[tuple[str, ...], str] = {
    ("vms", "name"): "name",
    ("vms", "uuid"): "uuid",
    ("vms", "datacenter"): "resource_pool_id",
    ("vms", "host"): "host_system_id",
    ("vms", "power_state"): "power_state",
    ("vms", "vmx"): "datastore_id",
    ("vms", "guest"): "guest_id",
    ("vms", "guest", "tools"): "vmware_tools_status",
    ("vms", "vtpm"): "vtpm",
    ("vms", "passthrough_devices"): "pci_device_id",
    ("vms", "controllers"): "scsi_controller_count",
    ("vms", "controllers", "type"): "scsi_type",
    ("vms", "controllers", "bus_sharing"): "scsi_bus_sharing",
    ("hosts", "name"): "hostname",
    ("hosts", "datacenter"): "datacenter",
    ("datastores", "name"): "name",
    ("datastores", "type"): "type",
    ("datastores", "extents"): "disks",
    ("datastores", "capacity_gib"): "capacity",
    ("clusters", "name"): "name",
    ("clusters", "datacenter"): "datacenter_id",
    ("clusters", "hosts"): "host_system_ids",
    ("clusters", "ha", "enabled"): "ha_enabled",
    ("clusters", "ha", "heartbeat_policy"): "ha_heartbeat_datastore_policy",
    ("clusters", "ha", "heartbeat_datastores"): "ha_heartbeat_datastore_ids",
}
"""Where facts stand: route without indexes → attribute. What is not listed is where its object is."""


def recognises(path: Path) -> bool:
    """Whether this is a file of Terraform, or a folder with one, whatever can be done with it. Never raises."""
    try:
        return next(files_in(path), None) is not None if path.is_dir() else kind_of(path) is not None
    except OSError:
        return False


def read(path: Path, name: str) -> list[Document]:
    """One document for each plan and state. Raises InputError with all mistakes of all files."""
    files = [(path, name)]
    if path.is_dir():
        files = [(file, f"{name.rstrip('/')}/{file.relative_to(path).as_posix()}") for file, _ in files_in(path)]
    documents: list[Document] = []
    problems: list[Problem] = []
    for file, file_name in files:
        try:
            documents.append(_document(file, file_name))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return _without_superfluous(documents)


def _without_superfluous(documents: list[Document]) -> list[Document]:
    """Without the states that lie beside a plan: it starts from them, and where the two differ it is the plan that counts."""
    plans = {_folder_of(document.name): document for document in documents if document.format.endswith(" plan")}
    kept: list[Document] = []
    for document in documents:
        plan = plans.get(_folder_of(document.name))
        if plan is None or document.format.endswith(" plan"):
            kept.append(document)
        else:
            said = Said(
                "left out, since the plan beside it says what will become of it",
                "同じ場所にあるプランが適用後の状態を示すため、使用していません",
            )
            hint = Said(f"the plan is {plan.name}", f"プラン: {plan.name}")
            plan.warnings.append(Notice(said, Place(document.name), hint))
    return kept


def _folder_of(name: str) -> str:
    return name.rpartition("/")[0]


def _document(path: Path, name: str) -> Document:
    kind = kind_of(path)
    stated = read_stated(open_members(path, name, kind), kind if kind in READ else Kind.SHOWN, name)
    references = References(stated)
    site = Site(stated, references, name)
    objects: dict[str, Objects] = {
        "vms": VmReader(stated, references, site, name).read(),
        "hosts": site.hosts(),
        "datastores": site.datastores(),
        "clusters": site.clusters(),
        "vcenters": site.vcenters(),
    }
    objects = {kind: found for kind, found in objects.items() if found[0]}
    tree: dict[str, Any] = {kind: entries for kind, (entries, _) in objects.items()}
    code = SourceCode(path.parent, str(Path(name).parent))
    locator = _Locator(name, {kind: origins for kind, (_, origins) in objects.items()}, code if can_read() else None)
    _warn(stated, tree, code, name)
    return Document(
        name,
        f"{stated.product} {stated.form}" if kind is not Kind.RAW else f"raw {stated.product} state",
        tree,
        locator.locate,
        partial=PARTIAL,
        read_as=_provenance(stated),
        keeps_places=True,
        warnings=stated.warnings,
    )


def _warn(stated: Stated, tree: dict[str, Any], code: SourceCode, name: str) -> None:
    """What whoever reads the report must know of this source."""
    warnings = stated.warnings
    if not tree:
        said = Said(
            "it holds no virtual machine, host, datastore or cluster of the vSphere provider",
            "vSphereプロバイダの仮想マシン、ホスト、データストア、クラスタのいずれも含まれていません",
        )
        warnings.append(Notice(said, Place(name)))
    hidden = [path for resource in stated.resources for path in _sensitive(resource.address, resource.values)]
    if hidden:
        shown = ", ".join(hidden[:3]) + (" …" if len(hidden) > 3 else "")
        said = Said(
            f"{len(hidden)} of the attributes are marked sensitive, so they stay unknown: {shown}",
            f"sensitive とされた属性が {len(hidden)} 件あり、不明のままです: {shown}",
        )
        warnings.append(Notice(said, Place(name)))
    if tree.get("vms"):
        said = Said(
            "Terraform sees the disks on the controllers that it manages, and none that were attached to others by hand",
            "Terraformで分かるのは管理対象のコントローラのディスクのみで、手動で他のコントローラに接続したディスクは分かりません",
        )
        hint = Said(
            "state in an inventory what the controllers called unseen are like, once you have looked",
            "実機を確認し、コントローラ unseen の内容をインベントリに記載してください",
        )
        warnings.append(Notice(said, Place(name), hint))
    if tree and not can_read() and code.there():
        said = Said("findings have no line in the .tf files", "指摘に .tf ファイルの行番号が付きません")
        hint = Said("pip install 'tenken[terraform]'", "pip install 'tenken[terraform]' を実行してください")
        warnings.append(Notice(said, Place(name), hint))


def _sensitive(path: str, value: Any) -> Iterator[str]:
    """The paths of what is marked sensitive; never what stands there."""
    if value is Hidden.SENSITIVE:
        yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _sensitive(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _sensitive(f"{path}[{position}]", inner)


def _provenance(stated: Stated) -> str | None:
    version = f"{stated.product} {stated.terraform_version}" if stated.terraform_version else None
    return ", ".join(filter(None, (version, stated.made and f"planned {stated.made}"))) or None


class _Locator:
    """Finds the resource of a fact, and its line in the ``.tf`` files if they are there. Nothing is looked up beforehand."""

    def __init__(self, name: str, origins: dict[str, list[Origin]], code: SourceCode | None) -> None:
        self._name, self._origins, self._code = name, origins, code

    def locate(self, route: Route) -> Place:
        """The place of the value at a route; of what is not there, of its object. The pointer is the resource's address."""
        origins = self._origins.get(str(route[0])) if route else None
        number = route[1] if len(route) > 1 else None
        if origins is None or not isinstance(number, int) or not 0 <= number < len(origins):
            return Place(self._name)
        origin = origins[number]
        resource = origin.resource
        if route[2:3] == ("disks",) and (disk := _element(origin, "disks", route)):
            return self._disk(resource, disk, DISK_ATTRIBUTES.get(str(route[4])) if len(route) > 4 else None)
        attribute = self._attribute(origin, route)
        pointer = f"{resource.address}.{attribute}" if attribute in resource.values else resource.address
        return self._place(pointer, self._code.attribute(resource, attribute) if self._code else None)

    def _attribute(self, origin: Origin, route: Route) -> str | None:
        if route[2:3] == ("controllers",) and len(route) == 4 and (stated := _element(origin, "controllers", route)):
            return str(stated)
        keys = tuple(step for step in route if isinstance(step, str))
        return next((FACTS[keys[:end]] for end in range(len(keys), 1, -1) if keys[:end] in FACTS), None)

    def _disk(self, resource: Resource, disk: tuple[int, str, tuple[str, int] | None], attribute: str | None) -> Place:
        """A disk is where its block is, so that whoever looks at a change sees one line for it."""
        position, label, key = disk
        entries = resource.values["disk"]
        inner = f".{attribute}" if isinstance(entries[position], dict) and attribute in entries[position] else ""
        spot = self._code.disk(resource, position, label, key, len(entries)) if self._code else None
        return self._place(f"{resource.address}.disk[{position}]{inner}", spot)

    def _place(self, pointer: str, spot: Spot | None) -> Place:
        if spot is None:
            return Place(self._name, pointer=pointer)
        return Place(spot.file, spot.line, spot.column, pointer=pointer)


def _element(origin: Origin, kind: str, route: Route) -> Any:
    """What an element of a list of the tree came from."""
    elements = origin.lists.get(kind, [])
    at = route[3] if len(route) > 3 else None
    return elements[at] if isinstance(at, int) and 0 <= at < len(elements) else None
