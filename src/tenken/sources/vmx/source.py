"""Configuration files of virtual machines: one ``.vmx``, or a folder with them and the descriptors of their disks.

What a ``.vmx`` can't say is left out: whether the machine runs, its host, Fault Tolerance, the LUN of an RDM, anything inside the
guest. See ``docs/sources/host-files.md``.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tenken.document.collector import collector_paused
from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.model.rule import Text
from tenken.sources.base import About, Document
from tenken.sources.doubts import Doubts
from tenken.sources.said import Notice
from tenken.sources.unpacked import files_ending_in
from tenken.sources.vmx.text import read_limited
from tenken.sources.vmx.vms import Machine, read_machine
from tenken.sources.vmx.volumes import Volumes

NAME = "vmx"
ABOUT = About(
    title=Text(
        en="Configuration files of virtual machines (.vmx) with the descriptors of their disks",
        ja="仮想マシンの構成ファイル（.vmx）とディスクの記述ファイル",
    ),
    export=Text(
        en="Copy the .vmx, .vmdk descriptors and .vmsd from the datastore.",
        ja="データストアから.vmx、.vmdk（記述ファイル）、.vmsdをコピーします。",
    ),
    can_say=Text(
        en="Controllers with bus sharing, disks with mode and sharing, RDM with compatibility, passthrough, encryption, virtual TPM, snapshots.",
        ja="コントローラ（バス共有を含む）、ディスクのモードと共有、RDMの互換モード、パススルー、暗号化、仮想TPM、スナップショット。",
    ),
    cannot_say=Text(
        en="Power state, Tools, fault tolerance, the LUN of an RDM, hosts, datastores and the array. It lists VMs in part.",
        ja="電源状態、Tools、フォールトトレランス、RDMのLUN、ホスト、データストア、ディスクアレイの情報。仮想マシンは一部のみです。",
    ),
)
SUFFIXES = (".vmx", ".vmtx")

_HEAD = 65536
_STATEMENT = re.compile(rb"(?im)^[ \t]*(?:config\.version|virtualHW\.version|encryption\.keySafe)[ \t]*=")
_ELSEWHERE = frozenset({"vms", "hosts", "datastores", "clusters", "vcenters"})
"""Kinds of which a .vmx names some, or is itself one of many."""


def recognises(path: Path) -> bool:
    """Whether this is a ``.vmx``, or a folder with one outside of vm-support bundles. Never raises."""
    try:
        if path.is_dir():
            return any(_is_vmx(file) for file in vmx_files(path))
        return _is_vmx(path)
    except (OSError, ValueError):
        return False


def read(path: Path, name: str) -> list[Document]:
    """The one document of a file or folder. Raises InputError with all mistakes of all files at once."""
    doubts = Doubts()
    folder = path if path.is_dir() else path.parent
    with collector_paused():
        volumes = Volumes(folder, name if path.is_dir() else str(Path(name).parent))
        files = list(vmx_files(path)) if path.is_dir() else [path]
        machines = read_machines(files, volumes, doubts)
        forget_shared_uuids(machines, doubts)
    if not machines:
        said = Said(
            "no configuration file of a virtual machine could be read", "読み込める仮想マシンの構成ファイルがありません"
        )
        raise InputError([Problem(said, Place(name))])
    tree: dict[str, Any] = {"vms": [machine.facts for machine in machines]}
    return [
        Document(
            name,
            "VMware configuration files" if path.is_dir() else "VMware .vmx",
            tree,
            lambda route: place_in(machines, route) or Place(name),
            partial=_ELSEWHERE,
            keeps_places=True,
            warnings=[*doubts.warnings(), not_all(name)],
        )
    ]


def not_all(name: str) -> Notice:
    """What must be told of every collection of configuration files: a datastore is copied with all that is on it."""
    said = Said(
        "these files do not tell whether other virtual machines are on the same datastores; none but these are judged",
        "同じデータストアに他の仮想マシンがあるかは、これらのファイルからは分かりません。点検対象はこれらの仮想マシンのみです",
    )
    hint = Said(
        "copy the .vmx of all that are on a datastore, or give a source that lists them all too",
        "データストア上の全仮想マシンの .vmx をコピーするか、全件を含む入力を併せて指定してください",
    )
    return Notice(said, Place(name), hint)


def place_in(machines: Sequence[Machine], route: Route) -> Place | None:
    """Where the value at a route stands; for what is not there, the nearest thing above it."""
    number = route[1] if len(route) > 1 and route[0] == "vms" else None
    if not isinstance(number, int) or not 0 <= number < len(machines):
        return None
    machine = machines[number]
    for end in range(len(route), 2, -1):
        found = machine.lines.get(route[2:end])
        if found is not None:
            return found if isinstance(found, Place) else Place(machine.name, found, 1)
    line = machine.lines.get(("name",), 1)
    return line if isinstance(line, Place) else Place(machine.name, line, 1)


def read_machines(files: Iterable[Path], volumes: Volumes, doubts: Doubts) -> list[Machine]:
    """The virtual machines of these files. Raises InputError with the mistakes of all files."""
    machines: list[Machine] = []
    problems: list[Problem] = []
    seen: dict[bytes, str] = {}
    for file in files:
        name = volumes.shown(file)
        try:
            data = read_limited(file, name)
            if not _states(data):
                said = Said(
                    "this file has the name of a virtual machine's configuration, and is none",
                    "ファイル名は仮想マシンの構成ファイルですが、内容が異なります",
                )
                hint = Said(
                    "it was not read; copy it again if it should be one",
                    "読み込んでいません。構成ファイルのはずであれば、コピーし直してください",
                )
                doubts.gather(said, Place(name, 1, 1), hint)
                continue
            first = seen.setdefault(hashlib.sha256(data).digest(), name)
            if first != name:
                said = Said(f"the same file as {first}", f"{first} と同じ内容のファイルです")
                doubts.gather(said, Place(name, 1, 1), Said("it was read once", "1回だけ読み込みました"))
                continue
            machines.append(read_machine(os.fspath(file), data, volumes, doubts))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return machines


def forget_shared_uuids(machines: list[Machine], doubts: Doubts) -> None:
    """A UUID that several machines have, as copies do, identifies none of them."""
    holders: dict[str, list[Machine]] = {}
    for machine in machines:
        if uuid := machine.facts.get("uuid"):
            holders.setdefault(uuid, []).append(machine)
    for uuid, found in holders.items():
        if len(found) > 1:
            line = found[1].lines.get(("uuid",), 1)
            place = line if isinstance(line, Place) else Place(found[1].name, line, 1)
            said = Said(
                f"{len(found)} virtual machines have the UUID {uuid}, so it identifies none of them",
                f"UUID {uuid} の仮想マシンが {len(found)} 台あるため、このUUIDでは識別できません",
            )
            doubts.gather(said, place, Said("they are told apart by name", "名前で区別します"))
            for machine in found:
                del machine.facts["uuid"]


def vmx_files(folder: Path) -> Iterator[Path]:
    """The files below a folder that are named as configuration files, without those of vm-support bundles in it."""
    return files_ending_in(folder, SUFFIXES)


def _is_vmx(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _states(file.read(_HEAD))


def _states(data: bytes) -> bool:
    return b"\0" not in data[:_HEAD] and _STATEMENT.search(data[:_HEAD]) is not None
