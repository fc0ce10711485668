"""The files below a folder that may be inventories: bounded, in a stable order, without what belongs to tools."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said

SKIPPED = frozenset(("node_modules", "__pycache__", "venv"))
"""Folders that hold other people's files; those that begin with a dot are skipped too."""

MAX_DEPTH = 32
MAX_FILES = 200_000


def files_below(folder: Path) -> Iterator[Path]:
    """All files below a folder. Raises InputError for more than anybody can mean."""
    count = 0
    for _, files in walk(folder):
        count += len(files)
        if count > MAX_FILES:
            said = Said(f"more than {MAX_FILES:,} files", f"ファイルが {MAX_FILES:,} 個を超えています")
            hint = Said("name the folders that hold the inventories", "インベントリのあるフォルダを指定してください")
            raise InputError([Problem(said, Place(str(folder)), hint)])
        yield from files


def walk(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Each folder with its files, by name. A folder that links lead to twice is seen once; one that can't be read is empty."""
    seen: set[str] = set()
    waiting = [(folder, 0)]
    while waiting:
        current, depth = waiting.pop()
        real = os.path.realpath(current)
        if real in seen:
            continue
        seen.add(real)
        folders, files = _entries(current)
        yield current, files
        if depth < MAX_DEPTH:
            waiting += ((inner, depth + 1) for inner in reversed(folders))


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    folders: list[Path] = []
    files: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name.startswith(".") or entry.name in SKIPPED:
                    continue
                (folders if entry.is_dir() else files if entry.is_file() else []).append(folder / entry.name)
    except OSError:
        return [], []
    return folders, files
