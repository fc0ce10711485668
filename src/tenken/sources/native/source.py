"""The native inventory: YAML or JSON, one file or a folder of files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tenken.document import marked
from tenken.document.json_text import JsonText, outermost_keys
from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import decode, read_bytes
from tenken.document.wording import READS_VERSION_1, unknown_version
from tenken.model.inventory import Inventory
from tenken.model.rule import Text
from tenken.model.schema import fields_of
from tenken.sources.base import About, Document, PartlyRead
from tenken.sources.folders import files_below

NAME = "native"
ABOUT = About(
    title=Text(en="Inventories written by hand, or by tenken", ja="手書きのインベントリ、またはtenkenが書き出したインベントリ"),
    export=Text(
        en="tenken init writes one to start from; YAML or JSON.", ja="tenken init でひな形を作成できます。YAMLまたはJSONです。"
    ),
    can_say=Text(en="Everything.", ja="すべての項目を記載できます。"),
    cannot_say=Text(en="Nothing that nobody wrote.", ja="記載のない項目は未収集のままです。"),
)
SUFFIXES = (".yaml", ".yml", ".json")
HEAD = 65536
"""So much of a file tells what it is."""

_JSON = re.compile(r'\s*\{\s*"')
"""In JSON only a key of the outermost object counts: other documents may well have one of that name further inside."""
_OTHER_PURPOSE = re.compile(r"""(?m)(\A\s*\{\s*|^)["']?(tenken_\w+|waivers|baseline)["']?[ \t]*:""")
_STATEMENT = re.compile(r"""(?m)(^|[{,])[ \t]*["']?tenken["']?[ \t]*:""")


_READ_THE_INPUTS = Said(
    "check the files that it was made of; tenken diff compares reports",
    "レポートの元になったファイルを点検してください。レポートの比較は tenken diff で行えます",
)


def recognises(path: Path) -> bool:
    """A text file that states ``tenken:``, or a folder that holds such files."""
    if path.is_dir():
        return any(recognises(file) for file in _files(path))
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    if head.startswith(b"PK"):
        return False
    text = head.replace(b"\0", b"").decode("utf-8", errors="replace").lstrip("\ufeff")
    if text.startswith("<!--"):  # a questionnaire in Markdown, whatever the names in it
        return False
    if _JSON.match(text):
        return "tenken" in outermost_keys(text)
    return _STATEMENT.search(text) is not None


def read(path: Path, name: str) -> list[Document]:
    """The documents of a file or folder; all mistakes of all files at once."""
    files = [(path, name)] if not path.is_dir() else [(file, str(Path(name) / file.relative_to(path))) for file in _files(path)]
    documents: list[Document] = []
    problems: list[Problem] = []
    for file, file_name in files:
        if path.is_dir() and not recognises(file):
            continue
        try:
            documents.append(_read_file(file, file_name))
        except InputError as error:
            problems += error.problems
    if problems:
        raise PartlyRead(problems, documents)
    return documents


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in files_below(folder) if file.suffix.lower() in SUFFIXES and not _is_no_inventory(file))


def _is_no_inventory(file: Path) -> bool:
    """One of tenken's own files that lie beside inventories: reports, waivers, baselines."""
    try:
        with file.open("rb") as opened:
            head = opened.read(4096)
    except OSError:
        return True
    return is_for_another_purpose(head.decode("utf-8", errors="replace").lstrip("\ufeff"))


def is_for_another_purpose(head: str) -> bool:
    """Whether a file that begins so is a report, waivers or a baseline."""
    return _OTHER_PURPOSE.search(head) is not None


def _read_file(path: Path, name: str) -> Document:
    text = decode(read_bytes(path, name), name)
    if text.lstrip().startswith(("{", "[")) and path.suffix.lower() not in (".yaml", ".yml"):
        parsed = JsonText(text, name)
        return _document(parsed.take_tree(), name, "native JSON", parsed.locate, parsed.states)
    from tenken.document import yaml_text  # only when there is YAML: its import takes a while

    tree = yaml_text.parse(text, name)
    return _document(tree, name, "native YAML", lambda route: marked.locate(tree, route, name))


def _document(tree: Any, name: str, format: str, locate: Any, states: Callable[[Route], bool] | None = None) -> Document:
    if not isinstance(tree, dict):
        said = Said("an inventory is a mapping", "インベントリはマッピング（キー: 値）で記述してください")
        hint = Said("it begins with the line tenken: 1", "先頭に tenken: 1 の行が必要です")
        raise InputError([Problem(said, Place(name, 1, 1), hint)])
    version = tree.get("tenken")
    if version is None and "tenken_report" in tree:
        said = Said("a report of tenken, no inventory", "tenkenのレポートです（インベントリではありません）")
        raise InputError([Problem(said, locate(("tenken_report",)), _READ_THE_INPUTS)])
    if version is None:
        known = ", ".join(key for key in fields_of(Inventory) if key in tree)
        said = (
            Said(f"not an inventory of tenken; it has {known}", f"tenkenのインベントリではありません（{known} はあります）")
            if known
            else Said("not an inventory of tenken", "tenkenのインベントリではありません")
        )
        raise InputError([Problem(said, locate(()), Said("add the line tenken: 1", "tenken: 1 の行を追加してください"))])
    if str(version) != "1":
        raise InputError([Problem(unknown_version(version), locate(("tenken",)), READS_VERSION_1)])
    tree["tenken"] = 1
    stated = tree.get("partial")
    partial = frozenset(filter(lambda kind: isinstance(kind, str), stated if isinstance(stated, list) else ()))
    return Document(name, format, tree, locate, partial=partial, keeps_places=states is not None, states=states)
