"""Folders of files from hosts: what lies in them, and which of them are unpacked vm-support bundles."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

_DEEPEST_BUNDLE = 4
"""So many folders may lie between what the user names and a bundle."""


def files_ending_in(folder: Path, suffixes: Sequence[str]) -> Iterator[Path]:
    """The ordinary files below a folder that end so, in a stable order, without those of vm-support bundles.

    Links are not followed, to files neither: what they point to may lie outside of what the user named.
    """
    for current, folders, files in os.walk(folder, followlinks=False):
        if "commands" in folders and is_bundle(Path(current)):
            folders.clear()
            continue
        folders.sort()
        for name in sorted(files):
            if os.path.splitext(name)[1].lower() in suffixes:
                path = Path(current, name)
                if path.is_file() and not path.is_symlink():
                    yield path


def bundles(folder: Path) -> list[Path]:
    """The vm-support bundles in a folder, or the folder itself if it is one."""
    found: list[Path] = []
    for current, folders, _ in os.walk(folder, followlinks=False):
        if "commands" in folders and is_bundle(Path(current)):
            found.append(Path(current))
            folders.clear()
        elif len(Path(current).parts) - len(folder.parts) >= _DEEPEST_BUNDLE:
            folders.clear()
        folders.sort()
    return found


def is_bundle(folder: Path) -> bool:
    """Whether a folder has the output of commands as vm-support names it: ``commands/localcli_storage-….txt``."""
    try:
        with os.scandir(folder / "commands") as entries:
            return any(
                entry.name.startswith(("localcli_", "esxcli_")) and entry.name.endswith(".txt") and entry.is_file()
                for entry in entries
            )
    except OSError:
        return False
