"""Digests of rule packs: of each file, and of a pack as a whole. Taken from bytes, so they say the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tenken.document.text import read_bytes

PREFIX = "sha256:"


@dataclass(frozen=True, slots=True)
class Seal:
    """What a pack is made of: its digest, and that of each of its files."""

    digest: str
    files: dict[str, str]


def files_of(folder: Path) -> list[Path]:
    """The files that make up a pack, in one order everywhere."""
    return sorted((file for file in folder.rglob("*.yaml") if file.is_file()), key=lambda file: name_of(file, folder))


def name_of(file: Path, folder: Path) -> str:
    """A file's name within its pack, the same on every system."""
    return file.relative_to(folder).as_posix()


def digest_of(parts: Iterable[tuple[str, bytes]]) -> str:
    """The digest of a pack from the names and bytes of its files."""
    digest = hashlib.sha256()
    for name, data in parts:
        digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + data + b"\0")
    return digest.hexdigest()


def seal(folder: Path) -> Seal:
    """What a folder holds now. Raises InputError for a file that can't be read."""
    parts = [(name_of(file, folder), read_bytes(file, str(file))) for file in files_of(folder)]
    return Seal(PREFIX + digest_of(parts), {name: PREFIX + hashlib.sha256(data).hexdigest() for name, data in parts})
