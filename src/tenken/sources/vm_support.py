"""Unpacked vm-support bundles: one folder a host, with the output of its commands and the files of its virtual machines.

Read are ``commands/`` (devices, paths, extents, file systems, running virtual machines, version, name) and the ``.vmx`` files with
their descriptors below ``vmfs/volumes/``. See ``docs/sources/host-files.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tenken.document.collector import collector_paused
from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.model.rule import Text
from tenken.sources.base import About, Document
from tenken.sources.doubts import Doubts
from tenken.sources.esxcli import source as esxcli
from tenken.sources.esxcli.site import HostFiles, datastores_of
from tenken.sources.esxcli.text import Listing, Record
from tenken.sources.unpacked import bundles
from tenken.sources.vmx import source as vmx
from tenken.sources.vmx.vms import Machine
from tenken.sources.vmx.volumes import Volumes

NAME = "vm_support"
ABOUT = About(
    title=Text(en="Unpacked vm-support bundles", ja="展開したvm-supportバンドル"),
    export=Text(
        en="Run vm-support on the host, unpack the bundle, give its folder.",
        ja="ホストでvm-supportを実行し、展開したフォルダを指定します。",
    ),
    can_say=Text(
        en="What esxcli and .vmx say, of one host, with its name and version.",
        ja="1台のホストについて、esxcliと.vmxから分かる情報、ホスト名、バージョン。",
    ),
    cannot_say=Text(
        en="Other hosts, clusters, vCenters and the array. It lists VMs in part.",
        ja="ほかのホスト、クラスタ、vCenter、ディスクアレイの情報。仮想マシンは一部のみです。",
    ),
)

_COMMANDS = re.compile(
    r"(?:(?:localcli|esxcli)_(?:storage-core-device-list|storage-core-path-list|storage-vmfs-extent-list"
    r"|storage-filesystem-list(?:--i)?|vm-process-list|system-hostname-get)|vmware_-vl?|uname_-a)\.txt"
)
"""Files of ``commands/`` that are read. ``…-device-list---pe-only.txt`` and the like list only some devices."""
_ESX_CONF_NAME = re.compile(r'(?m)^/adv/Misc/HostName = "([^"\s]{1,255})"')
_FOLDER_NAME = re.compile(r"esx-(.{1,255}?)-\d{4}-\d\d-\d\d--\d\d\.\d\d(?:-\d+)?")


@dataclass(slots=True)
class Bundle:
    """What was read of one bundle."""

    files: HostFiles
    machines: list[Machine]


def recognises(path: Path) -> bool:
    """Whether a folder is an unpacked bundle, or has some in it. Never raises."""
    try:
        return path.is_dir() and bool(bundles(path))
    except (OSError, ValueError):
        return False


def read(path: Path, name: str) -> list[Document]:
    """One document of all bundles in a folder. Raises InputError with all mistakes at once."""
    doubts = Doubts()
    problems: list[Problem] = []
    read_bundles: list[Bundle] = []
    with collector_paused():
        for folder in bundles(path):
            shown = name.rstrip("/") if folder == path else f"{name.rstrip('/')}/{folder.relative_to(path).as_posix()}"
            try:
                read_bundles.append(_read_bundle(folder, shown, doubts))
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    return [_document(name, read_bundles, doubts)]


def _document(name: str, read_bundles: list[Bundle], doubts: Doubts) -> Document:
    hosts = [bundle.files for bundle in read_bundles]
    found = {"hosts": esxcli.merged_hosts(hosts, doubts), "datastores": datastores_of(hosts, doubts)}
    machines = [machine for bundle in read_bundles for machine in bundle.machines]
    vmx.forget_shared_uuids(machines, doubts)
    document = esxcli.document(name, "vm-support bundle", found, doubts)
    if machines:
        document.tree["vms"] = [machine.facts for machine in machines]

    def locate(route: Route) -> Place:
        return esxcli.place_in(found, route) or vmx.place_in(machines, route) or Place(name)

    return Document(
        document.name,
        document.format,
        document.tree,
        locate,
        partial=document.partial,
        keeps_places=True,
        warnings=[*document.warnings, *([vmx.not_all(name)] if machines else [])],
    )


def _read_bundle(folder: Path, name: str, doubts: Doubts) -> Bundle:
    problems: list[Problem] = []
    listings: list[Listing] = []
    for file in sorted((folder / "commands").iterdir()):
        if _COMMANDS.fullmatch(file.name) and file.is_file() and not file.is_symlink():
            try:
                listings.append(esxcli.listing_of(file, f"{name}/commands/{file.name}"))
            except InputError as error:
                problems += error.problems
    host = _host_name(folder, listings)
    files = HostFiles(host, listings, trusted=True)
    if host is None and files.records("device"):
        said = Said("the bundle does not say which host it is of", "どのホストのvm-supportバンドルか分かりません")
        hint = Said(
            "keep the name that vm-support gave the folder: esx-HOST-2026-11-24--10.20",
            "フォルダ名はvm-supportが付けたまま使用してください（例: esx-HOST-2026-11-24--10.20）",
        )
        problems.append(Problem(said, Place(name), hint))
    machines: list[Machine] = []
    try:
        volumes = Volumes(folder, name, _names(files))
        machines = vmx.read_machines(vmx.vmx_files(folder / "vmfs" / "volumes"), volumes, doubts)
        _mark_running(machines, files, volumes, folder)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return Bundle(files, machines)


def _host_name(folder: Path, listings: list[Listing]) -> str | None:
    """The full name that the host states in its commands or its configuration, else the one in the name of the folder."""
    stated = [name for listing in listings for name, _ in listing.hosts if name.casefold() not in ("localhost", "(none)")]
    try:
        text = (folder / "etc" / "vmware" / "esx.conf").read_bytes()[: esxcli.MAX_BYTES].decode("utf-8", errors="replace")
        stated += _ESX_CONF_NAME.findall(text)
    except OSError:
        pass
    if stated:
        return max(stated, key=len)
    match = _FOLDER_NAME.fullmatch(folder.absolute().name)
    return match[1] if match else None


def _names(files: HostFiles) -> dict[str, str]:
    """Names of datastores by the UUID of their volume."""
    names = {record.values["UUID"].lower(): record.id for record in files.records("filesystem") if record.id}
    return names | {record.values["VMFS UUID"].lower(): record.id for record in files.records("extent")}


def _mark_running(machines: list[Machine], files: HostFiles, volumes: Volumes, folder: Path) -> None:
    """Virtual machines in the list of processes run on this host. Of the others nothing is said: they may run elsewhere."""
    running: dict[str, Record] = {}
    for record in files.records("vm"):
        if path := volumes.datastore_path(str(folder), record.values["Config File"]):
            running[path] = record
    for machine in machines:
        if (process := running.get(machine.facts.get("vmx", ""))) is not None:
            machine.facts["power_state"] = "powered_on"
            machine.lines["power_state",] = process.place()
            if files.name is not None:
                machine.facts["host"] = files.name
                machine.lines["host",] = process.place()
