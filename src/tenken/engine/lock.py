"""``tenken.lock``: which packs are in force, to the byte. Checked without a network, and before anything is judged by them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from tenken import resources
from tenken.document.json_text import JsonText
from tenken.document.place import Place, dotted
from tenken.document.problem import InputError, Problem
from tenken.document.text import decode, read_bytes
from tenken.engine.pack import Pack
from tenken.engine.seal import PREFIX, seal
from tenken.model.config import Digest

NAME = "tenken.lock"
_WRITE = "tenken rules lock writes it anew, once somebody has looked at the change"


@dataclass(frozen=True, slots=True)
class Pin:
    """A pack of a user's, and what somebody said that it must be; None for what nobody said."""

    folder: Path
    id: str | None = None
    edition: str | None = None
    digest: str | None = None
    place: Place | None = None


class LockModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class LockedPack(LockModel):
    """One pack. ``path`` is seen from the folder of the lock; a pack that came with tenken has none."""

    id: str
    edition: str
    path: Annotated[str, StringConstraints(min_length=1)] | None = None
    digest: Digest
    files: dict[str, Digest]


class Lock(LockModel):
    tenken_lock: Literal["1"] = Field(description="Version of this format")
    packs: list[LockedPack]


@dataclass(frozen=True, slots=True)
class LockFile:
    """A lock that was read, and where."""

    path: Path
    lock: Lock
    document: JsonText


def write(packs: Sequence[Pack], path: Path) -> str:
    """The text of a lock at that path for these packs."""
    locked = []
    for pack in packs:
        sealed = seal(Path(pack.path))
        locked.append(
            LockedPack(
                id=pack.info.id,
                edition=pack.info.edition,
                path=_path_from(path, pack),
                digest=sealed.digest,
                files=sealed.files,
            ).model_dump(exclude_none=True)
        )
    return json.dumps({"tenken_lock": 1, "packs": locked}, ensure_ascii=False, indent=1) + "\n"


def read(path: Path) -> LockFile:
    """The lock at a path. Raises InputError with all its mistakes."""
    name = str(path)
    if not path.is_file():
        raise InputError([Problem("there is no lock", Place(name), "tenken rules lock writes one")])
    document = JsonText(decode(read_bytes(path, name), name), name)
    try:
        lock = TypeAdapter(Lock).validate_python(document.tree)
    except ValidationError as failure:
        raise InputError(
            Problem(f"{dotted(error['loc']) or 'the lock'}: {error['msg']}", document.locate(error["loc"]), _WRITE)
            for error in failure.errors(include_url=False)
        ) from None
    return LockFile(path, lock, document)


def broken_pins(pins: Sequence[Pin], packs: Sequence[Pack]) -> list[Problem]:
    """Where packs are not what was said that they must be."""
    by_folder = {os.path.realpath(pack.path): pack for pack in packs}
    problems = []
    for pin in pins:
        pack = by_folder.get(os.path.realpath(pin.folder))
        if pack is None:
            continue
        for what, wanted, found, hint in (
            ("id", pin.id, pack.info.id, None),
            ("edition", pin.edition, pack.info.edition, None),
            ("digest", pin.digest, PREFIX + pack.digest, "look at what changed; then state the new digest"),
        ):
            if wanted is not None and wanted != found:
                problems.append(
                    Problem(f"the pack {pin.folder} must have the {what} {wanted}, but has {found}", pin.place, hint)
                )
    return problems


def mismatches(found: LockFile, packs: Sequence[Pack]) -> list[Problem]:
    """Where the packs in force are not those of the lock: each file that changed, was added or is gone."""
    problems: list[Problem] = []
    locked = {_key(found.path, entry): (position, entry) for position, entry in enumerate(found.lock.packs)}
    for pack in packs:
        position, entry = locked.pop(_key_of(pack), (0, None))
        if entry is None:
            message = f"the pack {pack.info.id} is not in {found.path}"
            problems.append(Problem(message, Place(pack.path), _WRITE))
            continue
        if PREFIX + pack.digest != entry.digest:
            problems += _changed(pack, entry) or [
                Problem(f"the pack {pack.info.id} is not the one that is locked", Place(pack.path), _WRITE)
            ]
        if (pack.info.id, pack.info.edition) != (entry.id, entry.edition):
            message = f"{entry.id} {entry.edition} is locked, {pack.info.id} {pack.info.edition} is in force"
            problems.append(Problem(message, found.document.locate(("packs", position)), _WRITE))
    for position, entry in locked.values():
        message = f"the pack {entry.id} is locked but not in force"
        problems.append(Problem(message, found.document.locate(("packs", position)), "name its folder under packs, or --rules"))
    return problems


def _changed(pack: Pack, entry: LockedPack) -> list[Problem]:
    folder = Path(pack.path)
    now = seal(folder).files
    problems = []
    for name in sorted({*now, *entry.files}):
        if now.get(name) != entry.files.get(name):
            what = "was added" if name not in entry.files else "is gone" if name not in now else "has changed"
            problems.append(Problem(f"{what} since the pack {entry.id} was locked", Place(str(folder / name)), _WRITE))
    return problems


def is_built_in(pack: Pack) -> bool:
    """Whether a pack came with tenken."""
    return Path(pack.path) in resources.BUILTIN_PACKS


def _path_from(lock: Path, pack: Pack) -> str | None:
    if is_built_in(pack):
        return None
    return Path(os.path.relpath(pack.path, lock.absolute().parent)).as_posix()


def _key_of(pack: Pack) -> str:
    return f"built-in {pack.info.id}" if is_built_in(pack) else os.path.realpath(pack.path)


def _key(lock: Path, entry: LockedPack) -> str:
    if entry.path is None:
        return f"built-in {entry.id}"
    return os.path.realpath(lock.absolute().parent / entry.path)
