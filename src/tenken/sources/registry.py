"""Which sources there are, and which of them understands a path.

What a file is, is seen by its content. A folder may hold files of several sources: each is asked for the folder, and
reads what it understands there. What nobody understands is an error in a file that was named, and ignored in a folder,
unless it looks as if somebody had meant it (``overlooked``).
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import cast

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem, perhaps
from tenken.document.said import Said
from tenken.document.wording import unreadable
from tenken.sources.base import About, Document, PartlyRead, Source
from tenken.sources.folders import walk
from tenken.sources.overlooked import closed, damaged, overlooked

_MODULES = (
    "native.source",
    "questions.source",
    "rvtools.source",
    "ism.source",
    "terraform.source",
    "vm_support",
    "vmx.source",
    "esxcli.source",
)
"""In the order in which they are asked. A module is imported only when a path is shown to it."""

_LIVE = ("vcenter.source",)
"""Modules of sources that read no file: ``tenken collect`` does."""

_NO_FILE = Said("is neither a file nor a folder", "ファイルでもフォルダでもありません")
_IN_A_FILE = Said(
    "tenken reads files more than once: write what comes out of a pipe to a file first",
    "tenken はファイルを複数回読み込みます。パイプの出力は、いったんファイルに保存してください",
)
_NOT_THERE = Said("there is no such file or folder", "ファイルまたはフォルダが見つかりません")


class NothingRecognised(Exception):
    """No path holds anything that a source understands, so nothing can be checked."""


def sources() -> Iterator[Source]:
    """The modules of all sources, in the order in which they are asked."""
    for name in _MODULES:
        yield cast(Source, import_module(f"tenken.sources.{name}"))


def described() -> Iterator[tuple[str, About | None, str]]:
    """All sources: name, what each can and cannot say, and the first line of its documentation."""
    for name in (*_MODULES, *_LIVE):
        module = import_module(f"tenken.sources.{name}")
        yield module.NAME, getattr(module, "ABOUT", None), (module.__doc__ or name).strip().partition("\n")[0]


def read(paths: Sequence[Path]) -> list[Document]:
    """All documents of all paths. Raises PartlyRead with every mistake of every file, NothingRecognised for none at all."""
    documents: dict[tuple[str, str], Document] = {}
    problems: list[Problem] = []
    for path in paths:
        if not path.exists():
            problems.append(Problem(_NOT_THERE, Place(str(path)), _IN_A_FILE if str(path) == "-" else _nearby(path)))
            continue
        if not (path.is_file() or path.is_dir()):
            problems.append(Problem(_NO_FILE, Place(str(path)), _IN_A_FILE))
            continue
        if path.is_dir():
            problems += closed(path)
        found = list(_recognised(path))
        if not found and path.is_file():
            found, problem = _last_resort(path)
            problems += problem
        for source, file in found:
            try:
                said = source.read(file, str(file))
            except InputError as error:
                problems += error.problems
                said = error.documents if isinstance(error, PartlyRead) else []
            for document in said:
                named = dataclasses.replace(document, source=document.source or source.NAME)
                documents.setdefault((named.source, os.path.realpath(named.name)), named)
    if problems:
        raise PartlyRead(problems, documents.values())
    read = {name for _, name in documents}
    notices = [notice for path in paths if path.is_dir() for notice in overlooked(path, read)]
    if documents:
        next(iter(documents.values())).warnings.extend(notices)
    elif notices:
        raise InputError([Problem(notice.said, notice.place, notice.hint) for notice in notices])
    else:
        raise NothingRecognised(", ".join(map(str, paths)))
    return list(documents.values())


def _recognised(path: Path) -> Iterator[tuple[Source, Path]]:
    """The sources that understand a path: the first one of a file, all of a folder."""
    for source in sources():
        if path.is_dir() and getattr(source, "ONE_FOLDER", False):
            yield from _in_each_folder(source, path)
        elif source.recognises(path):
            yield source, path
            if path.is_file():
                return


def _in_each_folder(source: Source, path: Path) -> Iterator[tuple[Source, Path]]:
    """For a source to which a folder is one export: each folder by itself, and the files that are exports."""
    for folder, files in walk(path):
        if source.recognises(folder):
            yield source, folder
        for file in files:
            if file.suffix.lower() in getattr(source, "SUFFIXES", ()) and source.recognises(file):
                yield source, file


def _last_resort(path: Path) -> tuple[list[tuple[Source, Path]], list[Problem]]:
    """YAML and JSON that states no version is read all the same: the native reader says best what it lacks."""
    from tenken.sources.native import source as native

    if path.suffix.lower() in native.SUFFIXES and path.stat().st_size:
        return [(cast(Source, native), path)], []
    return [], [_not_understood(path)]


def _not_understood(path: Path) -> Problem:
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        return Problem(unreadable(error), Place(str(path)))
    if not head:
        return Problem(Said("the file is empty", "ファイルが空です"), Place(str(path)))
    if (broken := damaged(path)) is not None:
        return broken
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        said = Said("an old or encrypted Excel file", "旧形式、または暗号化されたExcelファイルです")
        hint = Said("save it as .xlsx without a password", "パスワードなしの .xlsx 形式で保存してください")
        return Problem(said, Place(str(path)), hint)
    return Problem(
        Said("no source understands this file", "対応していない形式のファイルです"),
        Place(str(path)),
        Said("tenken sources lists what is understood", "対応している形式は tenken sources で確認できます"),
    )


def _nearby(path: Path) -> Said | None:
    parent = path.parent if path.parent.is_dir() else None
    near = (
        get_close_matches(path.name, [entry.name for entry in parent.iterdir() if entry.name != path.name], n=1)
        if parent
        else []
    )
    return perhaps(str(parent / near[0])) if near and parent else None
