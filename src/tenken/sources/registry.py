"""Which sources there are, and which of them understands a path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import cast

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.sources.base import Document, Source

_MODULES = ("native", "rvtools", "ism", "terraform", "vm_support", "vmx", "esxcli")
"""In the order in which they are asked. A module is imported only when a path is shown to it."""


class NothingRecognised(Exception):
    """No path holds anything that a source understands, so nothing can be checked."""


def read(paths: Sequence[Path]) -> list[Document]:
    """All documents of all paths. Raises InputError with every mistake of every file, NothingRecognised for none at all."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in paths:
        if not path.exists():
            problems.append(Problem("there is no such file or folder", Place(str(path)), _nearby(path)))
            continue
        found = list(_recognised(path))
        if not found and path.is_file():
            found, problem = _last_resort(path)
            problems += problem
        for source, file in found:
            try:
                documents += source.read(file, str(file))
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems)
    if not documents:
        raise NothingRecognised(", ".join(map(str, paths)))
    return documents


def _sources() -> Iterator[Source]:
    for name in _MODULES:
        yield cast(Source, import_module(f"tenken.sources.{name}"))


def _recognised(path: Path) -> Iterator[tuple[Source, Path]]:
    """The sources that understand a path; of a folder, also those that understand single files in it."""
    for source in _sources():
        if source.recognises(path):
            yield source, path
            if path.is_file():
                return
        elif path.is_dir() and source.NAME != "native":
            for file in sorted(path.rglob("*")):
                if file.is_file() and file.suffix.lower() in (".xlsx", ".xlsm") and source.recognises(file):
                    yield source, file


def _last_resort(path: Path) -> tuple[list[tuple[Source, Path]], list[Problem]]:
    """YAML and JSON that states no version is read all the same: the native reader says best what it lacks."""
    from tenken.sources import native

    if path.suffix.lower() in native.SUFFIXES and path.stat().st_size:
        return [(cast(Source, native), path)], []
    return [], [_not_understood(path)]


def _not_understood(path: Path) -> Problem:
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        return Problem("the file is empty", Place(str(path)))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Problem("an old or encrypted Excel file", Place(str(path)), "save it as .xlsx without a password")
    return Problem(
        "no source understands this file",
        Place(str(path)),
        "an inventory states tenken: 1; RVTools workbooks and CSV folders are understood too",
    )


def _nearby(path: Path) -> str | None:
    parent = path.parent if path.parent.is_dir() else None
    near = get_close_matches(path.name, [entry.name for entry in parent.iterdir()], n=1) if parent else []
    return f"did you mean {parent / near[0]}?" if near and parent else None
