"""iStorage: the XML of iSMquery and iSMview, and what iSMrc_query and iSMsc_query print about pairs and snapshots.

What it can't say is left out: operation modes of LD sets, licences, names of hosts. See ``docs/sources/istorage.md``.
"""

from __future__ import annotations

import re
from pathlib import Path

from tenken.document.marked import locate
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import decode, read_bytes
from tenken.document.wording import too_large, unreadable
from tenken.model.rule import Text
from tenken.sources.base import About, Document
from tenken.sources.folders import files_below
from tenken.sources.ism import text as ism_text
from tenken.sources.ism import xml as ism_xml
from tenken.sources.ism.array import ArrayReader, world_wide_name
from tenken.sources.ism.join import ArrayExport, join
from tenken.sources.said import Notice

NAME = "ism"
ABOUT = About(
    title=Text(en="What the storage commands of an iStorage array print", ja="iStorageのコマンド出力"),
    export=Text(
        en="iSMquery -cinder -xml -all, or iSMview -all with clioutmsg xml; iSMrc_query and iSMsc_query for pairs and snapshots.",
        ja="iSMquery -cinder -xml -all、またはclioutmsg xmlを指定したiSMview -allで取得します。ペアとスナップショットはiSMrc_queryとiSMsc_queryで取得します。",
    ),
    can_say=Text(
        en="Logical disks with format, capacity and roles; LD sets with platform, mode, ports and LUNs; pairs; snapshot sets.",
        ja="論理ディスク（利用形式、容量、役割）、LDセット（プラットフォーム、動作モード、ポート、LUN）、ペア、スナップショット構成。",
    ),
    cannot_say=Text(
        en="Everything about vSphere, licences, and which ESXi host a port belongs to.",
        ja="vSphere側の情報、ライセンス、ポートがどのESXiホストのものか。",
    ),
)

_SUFFIXES = (".xml", ".txt", ".log", ".out")
"""Files that are looked at in a folder; a file that is named by itself may be called as it likes."""

_HEAD = 16384

_CHAPTERS = ("Disk Array", "Logical Disk", "Access Control")

_VIEW = re.compile(r"(?m)^--- (?:Disk Array|LD|LD Set ?\(\w+\)|Pool)(?: [\w/ ]+)? ---[ \t\r]*$")
"""A heading of iSMview as text."""

MAX_BYTES = 64 * 2**20
"""Larger files are refused: the largest array has 8,192 logical disks, which take 5 MB."""


def recognises(path: Path) -> bool:
    """Whether this is output of iSMquery, iSMview, iSMrc_query or iSMsc_query, or a folder with such files. Never raises."""
    if path.is_dir():
        return any(recognises(file) for file in _files(path))
    head = _head(path)
    return ism_xml.is_export(head) or ism_text.is_listing(head) or _VIEW.search(head) is not None


def read(path: Path, name: str) -> list[Document]:
    """The documents of a file or folder; all mistakes of all files at once."""
    if not path.is_dir():
        return [_read_file(path, name)]
    documents: list[Document] = []
    problems: list[Problem] = []
    for file in filter(recognises, _files(path)):
        try:
            documents.append(_read_file(file, f"{name.rstrip('/')}/{file.relative_to(path)}"))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return documents


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in files_below(folder) if file.suffix.lower() in _SUFFIXES)


def _head(path: Path) -> str:
    """The beginning of a file in whatever encoding; its key words are ASCII."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).replace(b"\0", b"").decode("utf-8", errors="replace")
    except OSError:
        return ""


def _read_file(path: Path, name: str) -> Document:
    text = _text(path, name)
    if ism_xml.is_export(text[:_HEAD]):
        return _export(text, name)
    if _VIEW.search(text[:_HEAD]):
        said = Said(
            "what iSMview prints as text has no documented layout, so it is not read",
            "iSMviewのテキスト形式の出力は、書式が公開されていないため読み込めません",
        )
        raise InputError([Problem(said, Place(name, 1, 1), ism_xml.AGAIN)])
    return ism_text.read(text, name)


def _text(path: Path, name: str) -> str:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError([Problem(unreadable(error), Place(name))]) from None
    if size > MAX_BYTES:
        said = too_large(size, MAX_BYTES)
        said = Said(f"{said.en} for output of iStorage commands", f"iStorageのコマンド出力としては、{said.ja}")
        raise InputError([Problem(said, Place(name))])
    return decode(read_bytes(path, name), name)


def _export(text: str, name: str) -> Document:
    export = ism_xml.parse(text, name)
    if not set(_CHAPTERS) & set(export.chapters):
        chapters = ", ".join(_CHAPTERS)
        said = Said(
            f"the export has none of the chapters that tenken reads: {chapters}", f"tenkenが読み込む章がありません: {chapters}"
        )
        raise InputError([Problem(said, Place(name, 1, 1), ism_xml.AGAIN)])
    array = export.array or Path(name).stem
    reader = ArrayReader(export, array)
    tree = reader.tree()
    warnings = reader.warnings()
    if not export.lists_all:
        said = Said(
            "the export does not list everything, so its LD sets were not used",
            "出力が全件の一覧ではないため、LDセットの情報は使用していません",
        )
        warnings.append(Notice(said, Place(name, 1, 1), Said("export it with -all", "-all を付けて出力し直してください")))
    left_out = f", {reader.system_disks} logical disks of the array itself left out" if reader.system_disks else ""
    return ArrayExport(
        name,
        "iStorage XML",
        tree,
        lambda route: locate(tree, route, name),
        partial=frozenset() if export.lists_all else frozenset({"logical_disks"}),
        read_as=(f"iSM {export.version.removeprefix('Version ')}" if export.version else "iSM") + left_out,
        warnings=warnings,
        join=join,
        named=export.array is not None,
        world_wide_name=world_wide_name(export),
    )
